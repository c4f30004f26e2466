#include "rules/feel/value.h"

#include <algorithm>
#include <map>
#include <utility>

#include "rules/feel/temporal.h"
#include "rules/feel/text.h"

namespace oxpecker::feel {

const char* Name(Kind kind) {
  switch (kind) {
    case Kind::kNull: return "null";
    case Kind::kBoolean: return "boolean";
    case Kind::kNumber: return "number";
    case Kind::kString: return "string";
    case Kind::kDate: return "date";
    case Kind::kTime: return "time";
    case Kind::kDateTime: return "date and time";
    case Kind::kYearsMonths: return "years and months duration";
    case Kind::kDaysTime: return "days and time duration";
    case Kind::kList: return "list";
    case Kind::kContext: return "context";
    case Kind::kRange: return "range";
    case Kind::kFunction: return "function";
  }
  return "null";
}

const char* Name(CauseKind kind) {
  switch (kind) {
    case CauseKind::kMissing: return "missing";
    case CauseKind::kNull: return "null";
    case CauseKind::kType: return "type";
    case CauseKind::kDomain: return "domain";
    case CauseKind::kArgument: return "argument";
    case CauseKind::kLimit: return "limit";
  }
  return "type";
}

// --- Shape ---------------------------------------------------------------------------------------

struct Shape::Storage {
  std::vector<std::string> texts;
  std::vector<std::string_view> names;
  std::vector<std::uint32_t> sorted;
};

namespace {

constexpr std::size_t kLinearSearchMax = 6;  // below this, comparing in order beats halving

void SortSlots(std::span<const std::string_view> names, std::span<std::uint32_t> slots) {
  for (std::size_t i = 0; i < slots.size(); ++i) slots[i] = static_cast<std::uint32_t>(i);
  std::sort(slots.begin(), slots.end(),
            [&](std::uint32_t a, std::uint32_t b) { return names[a] < names[b]; });
}

// Room for one shape in an arena: a shape without owned storage needs no destructor.
struct alignas(Shape) ShapeRoom {
  std::byte bytes[sizeof(Shape)];
};

}  // namespace

Shape::Shape(std::vector<std::string> names) {
  auto storage = std::make_shared<Storage>();
  storage->texts = std::move(names);
  storage->names.assign(storage->texts.begin(), storage->texts.end());
  storage->sorted.resize(storage->names.size());
  SortSlots(storage->names, storage->sorted);
  names_ = storage->names;
  sorted_ = storage->sorted;
  for (std::size_t i = 1; i < sorted_.size(); ++i)
    OXP_CHECK(names_[sorted_[i - 1]] != names_[sorted_[i]]);
  owned_ = std::move(storage);
}

const Shape* Shape::New(Arena& arena, std::span<const std::string_view> names) {
  const auto copies = arena.NewArray<std::string_view>(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) copies[i] = arena.Copy(names[i]);
  const auto sorted = arena.NewArray<std::uint32_t>(names.size());
  SortSlots(copies, sorted);
  auto* shape = new (arena.New<ShapeRoom>()) Shape();
  shape->names_ = copies;
  shape->sorted_ = sorted;
  return shape;
}

std::int32_t Shape::Find(std::string_view name) const {
  if (names_.size() <= kLinearSearchMax) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) return static_cast<std::int32_t>(i);
    }
    return -1;
  }
  const auto at = std::lower_bound(
      sorted_.begin(), sorted_.end(), name,
      [&](std::uint32_t slot, std::string_view wanted) { return names_[slot] < wanted; });
  if (at == sorted_.end() || names_[*at] != name) return -1;
  return static_cast<std::int32_t>(*at);
}

const Value* FindEntry(const Value& context, std::string_view name) {
  const ContextView view = context.context();
  const std::int32_t slot = view.shape->Find(name);
  return slot < 0 ? nullptr : view.slots + slot;
}

// --- Text ----------------------------------------------------------------------------------------

namespace {

// Values may share parts (a list that holds itself twice at every level), so their text can be
// exponentially larger than they are: it is cut here.
constexpr std::size_t kTextBytesMax = 1U << 20U;
constexpr int kTextDepthMax = 256;

class TextWriter {
 public:
  explicit TextWriter(bool reads_back) : reads_back_(reads_back) {}

  void Write(const Value& value, int depth) {
    if (text_.size() > kTextBytesMax || depth > kTextDepthMax) {
      text_ += "...";
      return;
    }
    switch (value.kind()) {
      case Kind::kNull: text_ += "null"; break;
      case Kind::kBoolean: text_ += value.boolean() ? "true" : "false"; break;
      case Kind::kNumber: text_ += value.number().ToString(); break;
      case Kind::kString: WriteString(value.string(), depth); break;
      case Kind::kDate: WriteTemporal("date", value); break;
      case Kind::kTime: WriteTemporal("time", value); break;
      case Kind::kDateTime: WriteTemporal("date and time", value); break;
      case Kind::kYearsMonths:
      case Kind::kDaysTime: WriteTemporal("duration", value); break;
      case Kind::kList: WriteList(value.list(), depth); break;
      case Kind::kContext: WriteContext(value.context(), depth); break;
      case Kind::kRange: WriteRange(value.range(), depth); break;
      case Kind::kFunction: text_ += "function"; break;
    }
  }

  std::string Take() && {
    if (text_.size() > kTextBytesMax) {
      std::size_t end = kTextBytesMax;
      while (end > 0 && (static_cast<unsigned char>(text_[end]) & 0xC0U) == 0x80U) --end;
      text_.resize(end);
      text_ += "...";
    }
    return std::move(text_);
  }

 private:
  void WriteString(std::string_view text, int depth) {
    if (reads_back_ || depth > 0) {
      AppendQuoted(text, text_);
    } else {
      text_ += text;
    }
  }
  void WriteTemporal(const char* function, const Value& value) {
    if (!reads_back_) {
      text_ += ToText(value);
      return;
    }
    text_ += function;
    text_ += "(\"" + ToText(value) + "\")";
  }
  void WriteList(ListView items, int depth) {
    text_ += '[';
    for (std::size_t i = 0; i < items.size() && text_.size() <= kTextBytesMax; ++i) {
      if (i > 0) text_ += ", ";
      Write(items[i], depth + 1);
    }
    text_ += ']';
  }
  void WriteContext(ContextView context, int depth) {
    text_ += '{';
    bool first = true;
    for (std::size_t i = 0; i < context.shape->size() && text_.size() <= kTextBytesMax; ++i) {
      if (context.slots[i].is_missing()) continue;
      if (!first) text_ += ", ";
      first = false;
      AppendKey(context.shape->name(i), text_);
      text_ += ": ";
      Write(context.slots[i], depth + 1);
    }
    text_ += '}';
  }
  void WriteRange(const RangeData& range, int depth) {
    switch (range.form) {
      case RangeForm::kInterval:
        text_ += range.low_included ? '[' : '(';
        Write(range.low, depth + 1);
        text_ += "..";
        Write(range.high, depth + 1);
        text_ += range.high_included ? ']' : ')';
        return;
      case RangeForm::kLess: WriteTest(range.high_included ? "<=" : "<", range.high, depth); return;
      case RangeForm::kGreater: WriteTest(range.low_included ? ">=" : ">", range.low, depth); return;
      case RangeForm::kEqual: WriteTest("=", range.low, depth); return;
      case RangeForm::kNotEqual: WriteTest("!=", range.low, depth); return;
    }
  }
  void WriteTest(const char* comparison, const Value& end, int depth) {
    text_ += '(';
    text_ += comparison;
    text_ += ' ';
    Write(end, depth + 1);
    text_ += ')';
  }

  bool reads_back_;
  std::string text_;
};

}  // namespace

std::string ToFeelText(const Value& value) {
  TextWriter writer(true);
  writer.Write(value, 0);
  return std::move(writer).Take();
}

std::string ToDisplayText(const Value& value) {
  TextWriter writer(false);
  writer.Write(value, 0);
  return std::move(writer).Take();
}

// --- Copy ----------------------------------------------------------------------------------------

namespace {

// Keeps shared parts shared, so that a copy is never larger than the original.
class Copier {
 public:
  explicit Copier(Arena& arena) : arena_(arena) {}

  Value Copy(const Value& value, int depth) {
    if (depth > kCopyDepthMax)
      return Value::Null(arena_.New<Cause>(CauseKind::kLimit, SourceSpan{},
                                           std::string_view("value is nested too deeply")));
    switch (value.kind()) {
      case Kind::kNull: return CopyNull(value);
      case Kind::kString: return Value::String(arena_.Copy(value.string()));
      case Kind::kList: return Value::List(CopyItems(value.list(), depth));
      case Kind::kContext: {
        const ContextView context = value.context();
        const ListView slots(context.slots, context.shape->size());
        return Value::Context(CopyShape(context.shape), CopyItems(slots, depth).data());
      }
      case Kind::kRange: {
        const RangeData& range = value.range();
        return Value::Range(arena_.New<RangeData>(Copy(range.low, depth + 1),
                                                  Copy(range.high, depth + 1), range.low_included,
                                                  range.high_included, range.form));
      }
      case Kind::kBoolean:
      case Kind::kNumber:
      case Kind::kDate:
      case Kind::kTime:
      case Kind::kDateTime:
      case Kind::kYearsMonths:
      case Kind::kDaysTime:
        return value;
      case Kind::kFunction:
        return Value::Null(arena_.New<Cause>(
            CauseKind::kType, SourceSpan{},
            std::string_view("a function cannot outlive the evaluation that made it")));
    }
    return value;
  }

 private:
  static constexpr int kCopyDepthMax = 1000;

  Value CopyNull(const Value& value) {
    const Cause* cause = value.cause();
    if (cause == nullptr) return value;
    return Value::Null(arena_.New<Cause>(cause->kind, cause->span, arena_.Copy(cause->message),
                                         cause->by_definition));
  }
  ListView CopyItems(ListView items, int depth) {
    if (items.empty()) return {};
    const auto key = std::pair(items.data(), items.size());
    if (const auto known = items_.find(key); known != items_.end()) return known->second;
    const std::span<Value> copies = arena_.NewArray<Value>(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) copies[i] = Copy(items[i], depth + 1);
    items_.emplace(key, copies);
    return copies;
  }
  const Shape* CopyShape(const Shape* shape) {
    if (const auto known = shapes_.find(shape); known != shapes_.end()) return known->second;
    std::vector<std::string_view> names(shape->size());
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = shape->name(i);
    const Shape* copy = Shape::New(arena_, names);
    shapes_.emplace(shape, copy);
    return copy;
  }

  Arena& arena_;
  std::map<std::pair<const Value*, std::size_t>, ListView> items_;
  std::map<const Shape*, const Shape*> shapes_;
};

}  // namespace

Value CopyInto(const Value& value, Arena& arena) { return Copier(arena).Copy(value, 0); }

}  // namespace oxpecker::feel
