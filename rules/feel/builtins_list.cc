// List functions (DMN 1.5, table 75).
#include <array>
#include <bit>
#include <set>
#include <vector>

#include "rules/feel/arguments.h"

namespace oxpecker::feel {
namespace {

using Arguments = std::span<const Value>;

constexpr int kFlattenDepthMax = 1000;

Value NewList(const Site& site, std::span<const Value> items) {
  if (!site.arena.Fits(items.size_bytes())) return MemoryHit(site);
  const auto copies = site.arena.NewArray<Value>(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) copies[i] = items[i];
  return Value::List(copies);
}

// Index from 0 of a position that counts from 1, or from the end where it is negative.
std::size_t ReadPosition(ArgumentReader& read, std::size_t argument, const char* name,
                         std::size_t size) {
  const std::int64_t position = read.Integer(argument, name);
  const auto count = static_cast<std::int64_t>(size);
  if (read.ok() && (position == 0 || position > count || position < -count))
    read.Fail(CauseKind::kDomain, std::string(name) + " lies outside the list");
  if (!read.ok()) return 0;
  return static_cast<std::size_t>(position > 0 ? position - 1 : count + position);
}

Value ListContains(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView items = read.List(0, "list");
  if (!read.ok()) return read.failure();
  if (!site.Take(items.size())) return LimitHit(site);
  for (const Value& item : items) {
    if (Equal(site, item, arguments[1]) == true) return Value::Boolean(true);
  }
  return Value::Boolean(false);
}

Value Count(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView items = read.List(0, "list");
  if (!read.ok()) return read.failure();
  return Value::Integer(static_cast<std::int64_t>(items.size()));
}

Value Sublist(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView items = read.List(0, "list");
  const std::size_t start = ReadPosition(read, 1, "start position", items.size());
  const std::int64_t length = read.Given(2) ? read.Integer(2, "length") : 0;
  if (!read.ok()) return read.failure();
  const ListView rest = items.subspan(start);
  if (!read.Given(2)) return Value::List(rest);
  if (length < 1 || static_cast<std::uint64_t>(length) > rest.size())
    return site.Fail(CauseKind::kDomain, "length reaches outside the list");
  return Value::List(rest.first(static_cast<std::size_t>(length)));
}

Value Append(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView items = read.List(0, "list");
  if (!read.ok()) return read.failure();
  if (!site.Take(items.size() + arguments.size())) return LimitHit(site);
  std::vector<Value> all(items.begin(), items.end());
  all.insert(all.end(), arguments.begin() + 1, arguments.end());
  return NewList(site, all);
}

Value Concatenate(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  std::vector<Value> all;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const ListView items = read.List(i, "list");
    if (!site.Take(1 + items.size())) return LimitHit(site);
    if (!site.arena.Fits((all.size() + items.size()) * sizeof(Value))) return MemoryHit(site);
    all.insert(all.end(), items.begin(), items.end());
  }
  if (!read.ok()) return read.failure();
  return NewList(site, all);
}

Value InsertBefore(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView items = read.List(0, "list");
  const std::size_t position = ReadPosition(read, 1, "position", items.size());
  if (!read.ok()) return read.failure();
  if (!site.Take(items.size() + 1)) return LimitHit(site);
  std::vector<Value> all(items.begin(), items.end());
  all.insert(all.begin() + static_cast<std::ptrdiff_t>(position), arguments[2]);
  return NewList(site, all);
}

Value Remove(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView items = read.List(0, "list");
  const std::size_t position = ReadPosition(read, 1, "position", items.size());
  if (!read.ok()) return read.failure();
  if (!site.Take(items.size())) return LimitHit(site);
  std::vector<Value> all(items.begin(), items.end());
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(position));
  return NewList(site, all);
}

// With a position; where a function says what matches, the machine does it (evaluator_calls.cc).
Value ListReplace(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView items = read.List(0, "list");
  const std::size_t position = ReadPosition(read, 1, "position", items.size());
  if (!read.ok()) return read.failure();
  if (!site.Take(items.size())) return LimitHit(site);
  std::vector<Value> all(items.begin(), items.end());
  all[position] = arguments[2];
  return NewList(site, all);
}

Value Reverse(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView items = read.List(0, "list");
  if (!read.ok()) return read.failure();
  if (!site.Take(items.size())) return LimitHit(site);
  return NewList(site, std::vector<Value>(items.rbegin(), items.rend()));
}

Value IndexOf(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView items = read.List(0, "list");
  if (!read.ok()) return read.failure();
  if (!site.Take(items.size())) return LimitHit(site);
  std::vector<Value> positions;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (Equal(site, items[i], arguments[1]) == true)
      positions.push_back(Value::Integer(static_cast<std::int64_t>(i) + 1));
  }
  return NewList(site, positions);
}

// Kinds whose equality is that of an order, and which equal no other kind. Times are none: a local one
// equals several that differ.
bool IsOrderly(Kind kind) {
  return kind == Kind::kNull || kind == Kind::kBoolean || kind == Kind::kNumber || kind == Kind::kString ||
         kind == Kind::kDate || kind == Kind::kYearsMonths || kind == Kind::kDaysTime;
}

// REQUIRES orderly kinds. A null is one value, whatever its cause.
struct OrderlyLess {
  bool operator()(const Value& a, const Value& b) const {
    if (a.kind() != b.kind()) return a.kind() < b.kind();
    if (a.kind() == Kind::kBoolean) return !a.is_true() && b.is_true();
    if (a.kind() == Kind::kNumber) return a.number() < b.number();
    if (a.kind() == Kind::kString) return a.string() < b.string();
    if (a.kind() == Kind::kDate) return a.epoch_days() < b.epoch_days();
    if (a.kind() == Kind::kYearsMonths) return a.months() < b.months();
    return a.kind() == Kind::kDaysTime && a.duration_nanos() < b.duration_nanos();
  }
};

// Items in the order in which each was first met.
class DistinctItems {
 public:
  // False where the steps run out.
  bool Append(const CallSite& site, ListView items) {
    for (const Value& item : items)
      if (!(IsOrderly(item.kind()) ? AppendOrderly(site, item) : AppendOther(site, item))) return false;
    return true;
  }
  const std::vector<Value>& all() const { return all_; }

 private:
  bool AppendOrderly(const CallSite& site, const Value& item) {
    const std::uint64_t compared = static_cast<std::uint64_t>(std::bit_width(orderly_.size()));
    if (!site.Take(1 + compared)) return false;
    if (item.kind() == Kind::kString && !site.TakeBytes(item.string().size() * compared)) return false;
    if (orderly_.insert(item).second) all_.push_back(item);
    return true;
  }
  bool AppendOther(const CallSite& site, const Value& item) {
    if (!site.Take(1 + others_.size())) return false;
    bool known = false;
    for (const Value& other : others_) known = known || Equal(site, item, other) == true;
    if (known) return true;
    others_.push_back(item);
    all_.push_back(item);
    return true;
  }

  std::vector<Value> all_;
  std::set<Value, OrderlyLess> orderly_;
  std::vector<Value> others_;
};

Value Union(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  DistinctItems distinct;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!distinct.Append(site, read.List(i, "list"))) return LimitHit(site);
  }
  if (!read.ok()) return read.failure();
  return NewList(site, distinct.all());
}

bool AppendFlat(const CallSite& site, ListView items, int depth, std::vector<Value>& all) {
  if (depth > kFlattenDepthMax || !site.Take(1 + items.size())) return false;
  for (const Value& item : items) {
    if (item.kind() != Kind::kList) {
      all.push_back(item);
    } else if (!AppendFlat(site, item.list(), depth + 1, all)) {
      return false;
    }
  }
  return true;
}

Value Flatten(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView items = read.List(0, "list");
  if (!read.ok()) return read.failure();
  std::vector<Value> all;
  if (!AppendFlat(site, items, 0, all)) return LimitHit(site);
  return NewList(site, all);
}

// The first argument's list type where further items have the same type, else list<Any>.
Type Joined(std::span<const Type> arguments) {
  const Type list = result::SameList(arguments);
  for (const Type& other : arguments) {
    const bool same = other.tag() == Type::Tag::kList ? other == list : other == list.element();
    if (!same) return Type::List(Type::Any());
  }
  return list;
}
Type AnyList(std::span<const Type> /*arguments*/) { return Type::List(Type::Any()); }
Type NumberList(std::span<const Type> /*arguments*/) { return Type::List(Type::Number()); }
// With one more item of the third argument's type.
Type WithItem(std::span<const Type> arguments) {
  const Type list = result::SameList(arguments);
  if (arguments.size() == 3 && arguments[2] == list.element()) return list;
  return Type::List(Type::Any());
}

constexpr std::array kRows = {
    Builtin{"append", "list,item...", 1, Append, AnyList},
    Builtin{"concatenate", "list...", 1, Concatenate, Joined},
    Builtin{"count", "list", 1, Count, result::Of<Type::Number>},
    Builtin{"distinct values", "list", 1, Union, result::SameList},
    Builtin{"flatten", "list", 1, Flatten, AnyList},
    Builtin{"index of", "list,match", 2, IndexOf, NumberList},
    Builtin{"insert before", "list,position,newItem", 3, InsertBefore, WithItem, {Accepts::kAny, Accepts::kNumber, Accepts::kAny}},
    Builtin{"list contains", "list,element", 2, ListContains, result::Of<Type::Boolean>},
    Builtin{"list replace", "list,position,newItem", 3, ListReplace, WithItem, {Accepts::kAny, Accepts::kPosition, Accepts::kAny}},
    Builtin{"list replace", "list,match,newItem", 3, ListReplace, WithItem, {Accepts::kAny, Accepts::kPosition, Accepts::kAny}},
    Builtin{"remove", "list,position", 2, Remove, result::SameList, {Accepts::kAny, Accepts::kNumber}},
    Builtin{"reverse", "list", 1, Reverse, result::SameList},
    Builtin{"sublist", "list,start position,length", 2, Sublist, result::SameList, {Accepts::kAny, Accepts::kNumber, Accepts::kNumber}},
    Builtin{"union", "list...", 1, Union, Joined},
};

}  // namespace

std::span<const Builtin> ListBuiltins() { return kRows; }

}  // namespace oxpecker::feel
