// Context functions (DMN 1.5, table 81).
#include <algorithm>
#include <array>
#include <vector>

#include "rules/feel/arguments.h"

namespace oxpecker::feel {
namespace {

using Arguments = std::span<const Value>;

// Entries in order, each name once.
class ContextBuilder {
 public:
  bool Has(std::string_view name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  }
  void Put(std::string_view name, const Value& value) {
    const auto at = std::find(names_.begin(), names_.end(), name);
    if (at != names_.end()) {
      values_[static_cast<std::size_t>(at - names_.begin())] = value;
      return;
    }
    names_.push_back(name);
    values_.push_back(value);
  }
  void PutAll(const Value& context) {
    const ContextView view = context.context();
    for (std::size_t i = 0; i < view.shape->size(); ++i) {
      if (!view.slots[i].is_missing()) Put(view.shape->name(i), view.slots[i]);
    }
  }
  Value Build(const Site& site) const {
    const auto slots = site.arena.NewArray<Value>(values_.size());
    std::copy(values_.begin(), values_.end(), slots.begin());
    return Value::Context(Shape::New(site.arena, names_), slots.data());
  }
  // What the next Put may cost: it looks at every name.
  std::uint64_t steps() const { return 1 + names_.size(); }

 private:
  std::vector<std::string_view> names_;
  std::vector<Value> values_;
};

Value GetValue(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Value& context = read.Context(0, "m");
  const std::string_view key = read.String(1, "key");
  if (!read.ok()) return read.failure();
  if (const Value* entry = FindEntry(context, key)) return *entry;
  return site.Fail(CauseKind::kMissing, "context has no entry of that name");
}

Value GetEntries(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Value& context = read.Context(0, "m");
  if (!read.ok()) return read.failure();
  const ContextView view = context.context();
  if (!site.Take(view.shape->size())) return LimitHit(site);
  constexpr std::array<std::string_view, 2> kNames = {"key", "value"};
  const Shape* shape = Shape::New(site.arena, kNames);
  std::vector<Value> entries;
  for (std::size_t i = 0; i < view.shape->size(); ++i) {
    if (view.slots[i].is_missing()) continue;
    const auto slots = site.arena.NewArray<Value>(2);
    slots[0] = Value::String(view.shape->name(i));
    slots[1] = view.slots[i];
    entries.push_back(Value::Context(shape, slots.data()));
  }
  const auto items = site.arena.NewArray<Value>(entries.size());
  std::copy(entries.begin(), entries.end(), items.begin());
  return Value::List(items);
}

Value MakeContext(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView entries = read.List(0, "entries");
  if (!read.ok()) return read.failure();
  ContextBuilder context;
  for (const Value& entry : entries) {
    if (!site.Take(context.steps())) return LimitHit(site);
    if (entry.kind() != Kind::kContext) {
      read.Refuse(entry, "entries", "a list of contexts");
      return read.failure();
    }
    const Value* key = FindEntry(entry, "key");
    const Value* value = FindEntry(entry, "value");
    if (key == nullptr || key->kind() != Kind::kString)
      return site.Fail(CauseKind::kDomain, "an entry needs a 'key' that is a string");
    if (value == nullptr || value->is_missing())
      return site.Fail(CauseKind::kDomain, "an entry needs a 'value'");
    if (context.Has(key->string()))
      return site.Fail(CauseKind::kDomain, "two entries have the same key");
    context.Put(key->string(), *value);
  }
  return context.Build(site);
}

// context with value at keys[0] . keys[1] ...; every key but the last must name a context.
Value PutPath(const CallSite& site, const Value& context, ListView keys, const Value& value) {
  const Value& key = Unwrapped(keys.front());
  if (key.kind() != Kind::kString) {
    ArgumentReader read(site, keys);
    read.Refuse(key, "keys", "a list of strings");
    return read.failure();
  }
  if (!site.Take(context.context().shape->size() + 1)) return LimitHit(site);
  Value inner = value;
  if (keys.size() > 1) {
    const Value* next = FindEntry(context, key.string());
    if (next == nullptr || next->kind() != Kind::kContext)
      return site.Fail(CauseKind::kDomain, "a key on the way names no context");
    inner = PutPath(site, *next, keys.subspan(1), value);
    if (inner.is_null()) return inner;
  }
  ContextBuilder result;
  result.PutAll(context);
  result.Put(key.string(), inner);
  return result.Build(site);
}

constexpr std::size_t kKeysMax = 256;

Value ContextPutKeys(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Value& context = read.Context(0, "context");
  const ListView keys = read.List(1, "keys");
  if (!read.ok()) return read.failure();
  if (keys.empty()) return site.Fail(CauseKind::kDomain, "no key is given");
  if (keys.size() > kKeysMax) return LimitHit(site);
  return PutPath(site, context, keys, arguments[2]);
}

Value ContextPutKey(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Value& context = read.Context(0, "context");
  read.String(1, "key");
  if (!read.ok()) return read.failure();
  return PutPath(site, context, ListView(&read.Single(1), 1), arguments[2]);
}

Value ContextMerge(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView contexts = read.List(0, "contexts");
  if (!read.ok()) return read.failure();
  ContextBuilder merged;
  for (const Value& context : contexts) {
    if (context.kind() != Kind::kContext) {
      read.Refuse(context, "contexts", "a list of contexts");
      return read.failure();
    }
    if (!site.Take(context.context().shape->size() * merged.steps() + 1)) return LimitHit(site);
    merged.PutAll(context);
  }
  return merged.Build(site);
}

Type Entries(std::span<const Type> /*arguments*/) {
  return Type::List(Type::Context({{"key", Type::String()}, {"value", Type::Any()}}));
}

constexpr std::array kRows = {
    Builtin{"context", "entries", 1, MakeContext, result::OfAny},
    // In a positional call a list of keys and a single key look alike: the first row takes both.
    Builtin{"context put", "context,keys,value", 3, ContextPutKeys, result::OfAny, {Accepts::kContext, Accepts::kTexts, Accepts::kAny}},
    Builtin{"context put", "context,key,value", 3, ContextPutKey, result::OfAny, {Accepts::kContext, Accepts::kText, Accepts::kAny}},
    Builtin{"context merge", "contexts", 1, ContextMerge, result::OfAny},
    Builtin{"get entries", "m", 1, GetEntries, Entries, {Accepts::kContext}},
    Builtin{"get value", "m,key", 2, GetValue, result::OfAny, {Accepts::kContext, Accepts::kText}},
};

}  // namespace

std::span<const Builtin> ContextBuiltins() { return kRows; }

}  // namespace oxpecker::feel
