#include "rules/feel/type.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace oxpecker::feel {

struct Type::Node {
  Tag tag = Tag::kAny;
  bool allows_null = false;
  bool is_declared = false;
  std::vector<std::string> allowed;
  std::optional<Decimal> low;   // of numbers
  std::optional<Decimal> high;
  std::vector<Type> parts;  // the element of a list, range or map; a function's result
  std::vector<Field> fields;
  std::shared_ptr<const Shape> shape;  // context
  std::vector<Type> parameters;
  std::uint32_t depth = 0;  // of what is inside
};

namespace {

constexpr std::size_t kTextBytesMax = 160;

constexpr std::array kTypeNames = {
    TypeName{"Any", Type::Tag::kAny},
    TypeName{"Null", Type::Tag::kNull},
    TypeName{"boolean", Type::Tag::kBoolean},
    TypeName{"number", Type::Tag::kNumber},
    TypeName{"string", Type::Tag::kString},
    TypeName{"date", Type::Tag::kDate},
    TypeName{"time", Type::Tag::kTime},
    TypeName{"date and time", Type::Tag::kDateTime},
    TypeName{"dateTime", Type::Tag::kDateTime},
    TypeName{"years and months duration", Type::Tag::kYearsMonths},
    TypeName{"year and month duration", Type::Tag::kYearsMonths},
    TypeName{"yearMonthDuration", Type::Tag::kYearsMonths},
    TypeName{"days and time duration", Type::Tag::kDaysTime},
    TypeName{"day and time duration", Type::Tag::kDaysTime},
    TypeName{"dayTimeDuration", Type::Tag::kDaysTime},
    TypeName{"list", Type::Tag::kList},
    TypeName{"context", Type::Tag::kContext},
    TypeName{"range", Type::Tag::kRange},
    TypeName{"function", Type::Tag::kFunction}};

const char* TagText(Type::Tag tag) {
  switch (tag) {
    case Type::Tag::kAny: return "Any";
    case Type::Tag::kNull: return "Null";
    case Type::Tag::kBoolean: return "boolean";
    case Type::Tag::kNumber: return "number";
    case Type::Tag::kString: return "string";
    case Type::Tag::kDate: return "date";
    case Type::Tag::kTime: return "time";
    case Type::Tag::kDateTime: return "date and time";
    case Type::Tag::kYearsMonths: return "years and months duration";
    case Type::Tag::kDaysTime: return "days and time duration";
    case Type::Tag::kList: return "list";
    case Type::Tag::kContext: return "context";
    case Type::Tag::kMap: return "map";
    case Type::Tag::kRange: return "range";
    case Type::Tag::kFunction: return "function";
  }
  return "Any";
}

// Appends until the line is full; says whether there is room for more.
bool AppendType(const Type& type, std::string& text) {
  if (text.size() > kTextBytesMax) return false;
  text += TagText(type.tag());
  switch (type.tag()) {
    case Type::Tag::kList:
    case Type::Tag::kRange:
    case Type::Tag::kMap:
      text += '<';
      AppendType(type.element(), text);
      text += '>';
      break;
    case Type::Tag::kContext:
      text += '<';
      for (std::size_t i = 0; i < type.fields().size(); ++i) {
        if (i > 0) text += ", ";
        text += type.fields()[i].name + ": ";
        if (!AppendType(type.fields()[i].type, text)) break;
      }
      text += '>';
      break;
    case Type::Tag::kFunction:
      text += '<';
      for (std::size_t i = 0; i < type.parameters().size(); ++i) {
        if (i > 0) text += ", ";
        if (!AppendType(type.parameters()[i], text)) break;
      }
      text += "> -> ";
      AppendType(type.result(), text);
      break;
    case Type::Tag::kAny:
    case Type::Tag::kNull:
    case Type::Tag::kBoolean:
    case Type::Tag::kNumber:
    case Type::Tag::kString:
    case Type::Tag::kDate:
    case Type::Tag::kTime:
    case Type::Tag::kDateTime:
    case Type::Tag::kYearsMonths:
    case Type::Tag::kDaysTime:
      break;
  }
  if (type.allows_null()) text += " or null";
  return text.size() <= kTextBytesMax;
}

}  // namespace

// The nodes of simple types are made once; that of any other type belongs to its copies.
Type Type::Simple(Tag tag) {
  constexpr std::size_t kTags = static_cast<std::size_t>(Tag::kFunction) + 1;
  static const std::array<std::shared_ptr<const Node>, kTags> nodes = [] {
    std::array<std::shared_ptr<const Node>, kTags> made;
    for (std::size_t i = 0; i < kTags; ++i) {
      auto node = std::make_shared<Node>();
      node->tag = static_cast<Tag>(i);
      made[i] = std::move(node);
    }
    return made;
  }();
  return Type(nodes[static_cast<std::size_t>(tag)]);
}

// Where a type would be deeper than that it is Any: whatever walks over types may call itself.
Type Type::Made(std::shared_ptr<Node> node) {
  constexpr std::uint32_t kDepthMax = 256;
  const auto look = [&](const Type& part) { node->depth = std::max(node->depth, part.node_->depth + 1); };
  for (const Type& part : node->parts) look(part);
  for (const Type& part : node->parameters) look(part);
  for (const Field& field : node->fields) look(field.type);
  return node->depth > kDepthMax ? Any() : Type(std::move(node));
}

Type Type::With(Tag tag, std::vector<Type> parts) {
  auto node = std::make_shared<Node>();
  node->tag = tag;
  node->parts = std::move(parts);
  return Made(std::move(node));
}

Type Type::Any() { return Simple(Tag::kAny); }
Type Type::Null() { return Simple(Tag::kNull); }
Type Type::Boolean() { return Simple(Tag::kBoolean); }
Type Type::Number() { return Simple(Tag::kNumber); }
Type Type::String() { return Simple(Tag::kString); }
Type Type::Date() { return Simple(Tag::kDate); }
Type Type::Time() { return Simple(Tag::kTime); }
Type Type::DateTime() { return Simple(Tag::kDateTime); }
Type Type::YearsMonths() { return Simple(Tag::kYearsMonths); }
Type Type::DaysTime() { return Simple(Tag::kDaysTime); }
Type Type::List(Type element) { return With(Tag::kList, {std::move(element)}); }
Type Type::Map(Type value) { return With(Tag::kMap, {std::move(value)}); }
Type Type::Range(Type element) { return With(Tag::kRange, {std::move(element)}); }

Type Type::Bare(Tag tag) {
  if (tag == Tag::kList) return List(Any());
  if (tag == Tag::kRange) return Range(Any());
  if (tag == Tag::kContext || tag == Tag::kMap) return Map(Any());
  if (tag == Tag::kFunction) return Any();
  return Simple(tag);
}

Type Type::StringOf(std::vector<std::string> allowed) {
  auto node = std::make_shared<Node>();
  node->tag = Tag::kString;
  node->allowed = std::move(allowed);
  return Type(std::move(node));
}

Type Type::NumberWithin(std::optional<Decimal> low, std::optional<Decimal> high) {
  if (!low && !high) return Number();
  auto node = std::make_shared<Node>();
  node->tag = Tag::kNumber;
  node->low = low;
  node->high = high;
  return Type(std::move(node));
}

Type Type::Context(std::vector<Field> fields) {
  auto node = std::make_shared<Node>();
  node->tag = Tag::kContext;
  std::vector<std::string> names;
  names.reserve(fields.size());
  for (const Field& field : fields) names.push_back(field.name);
  node->shape = std::make_shared<const Shape>(std::move(names));
  node->fields = std::move(fields);
  return Made(std::move(node));
}

Type Type::DeclaredContext(std::vector<Field> fields) {
  auto node = std::make_shared<Node>(*Context(std::move(fields)).node_);
  node->is_declared = node->tag == Tag::kContext;
  return Type(std::move(node));
}

Type Type::Function(std::vector<Type> parameters, Type result) {
  auto node = std::make_shared<Node>();
  node->tag = Tag::kFunction;
  node->parts.push_back(std::move(result));
  node->parameters = std::move(parameters);
  return Made(std::move(node));
}

Type Type::OrNull() const {
  if (node_->allows_null) return *this;
  auto node = std::make_shared<Node>(*node_);
  node->allows_null = true;
  return Type(std::move(node));
}

Type::Tag Type::tag() const { return node_->tag; }
bool Type::is_declared() const { return node_->is_declared; }
bool Type::allows_null() const { return node_->allows_null; }

const Type& Type::element() const {
  OXP_CHECK(tag() == Tag::kList || tag() == Tag::kRange || tag() == Tag::kMap);
  return node_->parts.front();
}

const std::vector<Field>& Type::fields() const {
  OXP_CHECK(tag() == Tag::kContext);
  return node_->fields;
}

const Shape* Type::shape() const {
  OXP_CHECK(tag() == Tag::kContext);
  return node_->shape.get();
}

const Field* Type::FindField(std::string_view name) const {
  OXP_CHECK(tag() == Tag::kContext);
  const std::int32_t slot = node_->shape->Find(name);
  return slot < 0 ? nullptr : &node_->fields[static_cast<std::size_t>(slot)];
}

const std::vector<std::string>& Type::allowed() const { return node_->allowed; }

const std::optional<Decimal>& Type::low() const { return node_->low; }
const std::optional<Decimal>& Type::high() const { return node_->high; }

const std::vector<Type>& Type::parameters() const {
  OXP_CHECK(tag() == Tag::kFunction);
  return node_->parameters;
}

const Type& Type::result() const {
  OXP_CHECK(tag() == Tag::kFunction);
  return node_->parts.front();
}

std::string Type::ToString() const {
  std::string text;
  if (AppendType(*this, text)) return text;
  text.resize(kTextBytesMax);
  // Not in the middle of a name's code point.
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U)
    text.pop_back();
  if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0U) text.pop_back();
  return text + "...";
}

bool operator==(const Type& a, const Type& b) {
  if (a.node_ == b.node_) return true;
  const Type::Node& x = *a.node_;
  const Type::Node& y = *b.node_;
  if (x.tag != y.tag || x.allows_null != y.allows_null || x.allowed != y.allowed ||
      x.low != y.low || x.high != y.high ||
      x.parts != y.parts || x.parameters != y.parameters || x.fields.size() != y.fields.size())
    return false;
  for (std::size_t i = 0; i < x.fields.size(); ++i) {
    const Field& p = x.fields[i];
    const Field& q = y.fields[i];
    if (p.name != q.name || p.optional != q.optional || !(p.type == q.type)) return false;
  }
  return true;
}

std::span<const TypeName> TypeNames() { return kTypeNames; }

}  // namespace oxpecker::feel
