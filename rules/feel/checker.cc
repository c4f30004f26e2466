#include "rules/feel/checker.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace oxpecker::feel {
namespace {

using Tag = Type::Tag;

bool IsOpen(const Type& type) { return type.tag() == Tag::kAny || type.tag() == Tag::kNull; }
bool IsDuration(Tag tag) { return tag == Tag::kYearsMonths || tag == Tag::kDaysTime; }
bool IsPoint(Tag tag) { return tag == Tag::kDate || tag == Tag::kDateTime; }
bool IsContext(Tag tag) { return tag == Tag::kContext || tag == Tag::kMap; }

bool IsOrdered(Tag tag) {
  return tag == Tag::kNumber || tag == Tag::kString || tag == Tag::kTime || IsPoint(tag) ||
         IsDuration(tag);
}

std::string Quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

struct PropertyType {
  std::string_view name;
  Tag result;
};
constexpr std::array<PropertyType, 4> kDateProperties = {{{"year", Tag::kNumber},
                                                          {"month", Tag::kNumber},
                                                          {"day", Tag::kNumber},
                                                          {"weekday", Tag::kNumber}}};
constexpr std::array<PropertyType, 5> kTimeProperties = {{{"hour", Tag::kNumber},
                                                          {"minute", Tag::kNumber},
                                                          {"second", Tag::kNumber},
                                                          {"time offset", Tag::kDaysTime},
                                                          {"timezone", Tag::kString}}};
constexpr std::array<PropertyType, 2> kYearsMonthsProperties = {
    {{"years", Tag::kNumber}, {"months", Tag::kNumber}}};
constexpr std::array<PropertyType, 4> kDaysTimeProperties = {{{"days", Tag::kNumber},
                                                              {"hours", Tag::kNumber},
                                                              {"minutes", Tag::kNumber},
                                                              {"seconds", Tag::kNumber}}};
constexpr std::array<PropertyType, 4> kRangeProperties = {{{"start", Tag::kAny},
                                                           {"end", Tag::kAny},
                                                           {"start included", Tag::kBoolean},
                                                           {"end included", Tag::kBoolean}}};

std::vector<PropertyType> PropertiesOf(Tag tag) {
  std::vector<PropertyType> all;
  const auto append = [&all](const auto& some) { all.insert(all.end(), some.begin(), some.end()); };
  if (IsPoint(tag)) append(kDateProperties);
  if (tag == Tag::kTime || tag == Tag::kDateTime) append(kTimeProperties);
  if (IsDuration(tag)) append(kYearsMonthsProperties);
  if (IsDuration(tag)) append(kDaysTimeProperties);
  if (tag == Tag::kRange) append(kRangeProperties);
  return all;
}

Type FromTag(Tag tag) {
  if (tag == Tag::kNumber) return Type::Number();
  if (tag == Tag::kDaysTime) return Type::DaysTime();
  if (tag == Tag::kString) return Type::String();
  if (tag == Tag::kBoolean) return Type::Boolean();
  return Type::Any();
}

// A context of so many optional fields says little more than that it is one, and the cost of joining
// many different contexts would grow with its square.
constexpr std::size_t kJoinedFieldsMax = 512;

Type JoinContexts(const Type& a, const Type& b) {
  std::vector<Field> fields;
  for (const Field& field : a.fields()) {
    const Field* other = b.FindField(field.name);
    if (other == nullptr) {
      fields.push_back({field.name, field.type, true});
    } else {
      fields.push_back(
          {field.name, Join(field.type, other->type), field.optional || other->optional});
    }
  }
  for (const Field& field : b.fields()) {
    if (a.FindField(field.name) == nullptr) fields.push_back({field.name, field.type, true});
  }
  const bool grew = fields.size() > std::max(a.fields().size(), b.fields().size());
  if (grew && fields.size() > kJoinedFieldsMax) return Type::Map(Type::Any());
  return Type::Context(std::move(fields));
}

// Result of an operator on two types; nothing where it is null for all their values.
std::optional<Type> ArithmeticType(ArithmeticOperator op, Tag a, Tag b) {
  const bool numbers = a == Tag::kNumber && b == Tag::kNumber;
  if (numbers) return Type::Number();
  switch (op) {
    case ArithmeticOperator::kAdd:
      if (a == Tag::kString && b == Tag::kString) return Type::String();
      if (a == b && a == Tag::kYearsMonths) return Type::YearsMonths();
      if (a == b && a == Tag::kDaysTime) return Type::DaysTime();
      if (IsDuration(a) && (IsPoint(b) || b == Tag::kTime)) std::swap(a, b);
      [[fallthrough]];
    case ArithmeticOperator::kSubtract:
      if (a == b && a == Tag::kYearsMonths) return Type::YearsMonths();
      if (a == b && a == Tag::kDaysTime) return Type::DaysTime();
      if (op == ArithmeticOperator::kSubtract && IsPoint(a) && IsPoint(b)) return Type::DaysTime();
      if (op == ArithmeticOperator::kSubtract && a == Tag::kTime && a == b) return Type::DaysTime();
      if (a == Tag::kTime && b == Tag::kDaysTime) return Type::Time();
      if (a == Tag::kDate && IsDuration(b)) return Type::Any();  // a date, or a date and time
      if (a == Tag::kDateTime && IsDuration(b)) return Type::DateTime();
      return std::nullopt;
    case ArithmeticOperator::kMultiply:
      if (a == Tag::kNumber) std::swap(a, b);
      [[fallthrough]];
    case ArithmeticOperator::kDivide:
      if (op == ArithmeticOperator::kDivide && IsDuration(a) && a == b) return Type::Number();
      if (a == Tag::kYearsMonths && b == Tag::kNumber) return Type::YearsMonths();
      if (a == Tag::kDaysTime && b == Tag::kNumber) return Type::DaysTime();
      return std::nullopt;
    case ArithmeticOperator::kPower:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

const char* Text(ArithmeticOperator op) {
  switch (op) {
    case ArithmeticOperator::kAdd:
      return "+";
    case ArithmeticOperator::kSubtract:
      return "-";
    case ArithmeticOperator::kMultiply:
      return "*";
    case ArithmeticOperator::kDivide:
      return "/";
    case ArithmeticOperator::kPower:
      return "**";
  }
  return "";
}

TestOperator Mirrored(TestOperator op) {
  switch (op) {
    case TestOperator::kLess: return TestOperator::kGreater;
    case TestOperator::kLessEqual: return TestOperator::kGreaterEqual;
    case TestOperator::kGreater: return TestOperator::kLess;
    case TestOperator::kGreaterEqual: return TestOperator::kLessEqual;
    case TestOperator::kEqual:
    case TestOperator::kNotEqual: break;
  }
  return op;
}

const char* Text(TestOperator op) {
  switch (op) {
    case TestOperator::kLess:
      return "<";
    case TestOperator::kLessEqual:
      return "<=";
    case TestOperator::kGreater:
      return ">";
    case TestOperator::kGreaterEqual:
      return ">=";
    case TestOperator::kEqual:
      return "=";
    case TestOperator::kNotEqual:
      return "!=";
  }
  return "";
}

Type Join(const Type& a, const Type& b) {
  if (a == b) return a;
  if (a.tag() == Tag::kNull) return b.OrNull();
  if (b.tag() == Tag::kNull) return a.OrNull();
  if (a.tag() != b.tag()) return Type::Any();
  Type joined = Type::Any();
  if (a.tag() == Tag::kString) joined = Type::String();
  if (a.tag() == Tag::kNumber) joined = Type::Number();
  if (a.tag() == Tag::kList) joined = Type::List(Join(a.element(), b.element()));
  if (a.tag() == Tag::kMap) joined = Type::Map(Join(a.element(), b.element()));
  if (a.tag() == Tag::kRange) joined = Type::Range(Join(a.element(), b.element()));
  if (a.tag() == Tag::kContext) joined = JoinContexts(a, b);
  if (joined.tag() == Tag::kAny && a.tag() != Tag::kFunction) joined = a;  // scalars of one kind
  return a.allows_null() || b.allows_null() ? joined.OrNull() : joined;
}

bool Overlap(const Type& a, const Type& b) {
  if (IsOpen(a) || IsOpen(b)) return true;
  if (IsContext(a.tag()) && IsContext(b.tag())) return true;
  return a.tag() == b.tag();
}

Type ItemType(const Type& source) {
  if (source.tag() == Tag::kList || source.tag() == Tag::kRange) return source.element();
  return Type::Any();
}

Type TypeOfValue(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return Type::Null();
    case Kind::kBoolean:
      return Type::Boolean();
    case Kind::kNumber:
      return Type::Number();
    case Kind::kString:
      return Type::String();
    case Kind::kDate:
      return Type::Date();
    case Kind::kTime:
      return Type::Time();
    case Kind::kDateTime:
      return Type::DateTime();
    case Kind::kYearsMonths:
      return Type::YearsMonths();
    case Kind::kDaysTime:
      return Type::DaysTime();
    case Kind::kList:
      return Type::List(Type::Any());
    case Kind::kContext:
    case Kind::kRange:
    case Kind::kFunction:
      return Type::Any();
  }
  return Type::Any();
}

void Checker::Conflict(NodeIndex node, std::string message, std::string hint) const {
  if (conflicts_are_errors_) Report(node, std::move(message), std::move(hint));
}

void Checker::Report(NodeIndex node, std::string message, std::string hint) const {
  diagnostics_.Add(ErrorCode::kInvalidInput, ast_.nodes[node].span, std::move(message),
                   std::move(hint));
}

Type Checker::TypeOf(NodeIndex node) const {
  const Node& n = ast_.nodes[node];
  switch (n.kind) {
    case NodeKind::kLiteral:
      return TypeOfValue(ast_.constants[n.payload]);
    case NodeKind::kLocal:
      return ast_.types[n.payload];
    case NodeKind::kInput:
    case NodeKind::kBinding:
    case NodeKind::kDynamicName:
    case NodeKind::kUnknownName:
    case NodeKind::kBuiltinName:
      return Type::Any();  // the parser knows better for inputs, bindings
    case NodeKind::kList:
      return OfList(node);
    case NodeKind::kContext:
      return OfContext(node);
    case NodeKind::kRange:
    case NodeKind::kIteration:
      CheckComparable(node, ast_.Child(node, 0), ast_.Child(node, 1), true);
      return Type::Range(Join(Child(node, 0), Child(node, 1)));
    case NodeKind::kTestRange:
      return Type::Range(Child(node, 0));
    case NodeKind::kNegate:
      return OfNegation(node);
    case NodeKind::kArithmetic:
      return OfArithmetic(node);
    case NodeKind::kComparison: {
      const auto op = static_cast<TestOperator>(n.detail);
      const bool is_order = op != TestOperator::kEqual && op != TestOperator::kNotEqual;
      CheckComparable(node, ast_.Child(node, 0), ast_.Child(node, 1), is_order);
      CheckReach(node, op, ast_.Child(node, 0), ast_.Child(node, 1));
      return Type::Boolean();
    }
    case NodeKind::kAnd:
    case NodeKind::kOr:
      CheckBoolean(ast_.Child(node, 0), n.kind == NodeKind::kAnd ? "'and'" : "'or'");
      CheckBoolean(ast_.Child(node, 1), n.kind == NodeKind::kAnd ? "'and'" : "'or'");
      return Type::Boolean();
    case NodeKind::kNot:
      CheckBoolean(ast_.Child(node, 0), "'not'");
      return Type::Boolean();
    case NodeKind::kBetween:
      CheckBetween(node);
      return Type::Boolean();
    case NodeKind::kIn:
      CheckIn(node);
      return Type::Boolean();
    case NodeKind::kTestOperator:
    case NodeKind::kTestValue:
    case NodeKind::kTestBoolean:
    case NodeKind::kTestAny:
    case NodeKind::kInstanceOf:
      return Type::Boolean();
    case NodeKind::kPath:
      return OfPath(node);
    case NodeKind::kFilter:
      return OfFilter(node);
    case NodeKind::kIf:
      CheckBoolean(ast_.Child(node, 0), "'if'");
      return Join(Child(node, 1), Child(node, 2));
    case NodeKind::kFor:
      return Type::List(Child(node, n.child_count - 1));
    case NodeKind::kSome:
    case NodeKind::kEvery:
      CheckBoolean(ast_.Child(node, n.child_count - 1), "'satisfies'");
      return Type::Boolean();
    case NodeKind::kFunction:
      return OfFunction(node);
    case NodeKind::kCallBuiltin:
      return OfBuiltinCall(node);
    case NodeKind::kCall:
      return OfCall(node);
    case NodeKind::kSort:
      return OfSort(node);
  }
  return Type::Any();
}

Type Checker::OfArithmetic(NodeIndex node) const {
  const Type& a = Child(node, 0);
  const Type& b = Child(node, 1);
  if (IsOpen(a) || IsOpen(b)) return Type::Any();
  const auto op = static_cast<ArithmeticOperator>(ast_.nodes[node].detail);
  std::optional<Type> result = ArithmeticType(op, a.tag(), b.tag());
  if (result) return *std::move(result);
  Conflict(node, "cannot compute " + a.ToString() + " " + Text(op) + " " + b.ToString());
  return Type::Any();
}

Type Checker::OfNegation(NodeIndex node) const {
  const Type& operand = Child(node, 0);
  if (operand.tag() == Tag::kNumber) return Type::Number();
  if (IsOpen(operand) || IsDuration(operand.tag())) return operand;
  Conflict(node, "cannot negate " + operand.ToString());
  return Type::Any();
}

Type Checker::OfPath(NodeIndex node) const {
  return PathType(node, Child(node, 0), ast_.names[ast_.nodes[node].payload]);
}

Type Checker::PathType(NodeIndex node, const Type& value, std::string_view name) const {
  if (IsOpen(value)) return Type::Any();
  if (value.tag() == Tag::kMap) return value.element();
  if (value.tag() == Tag::kList) return Type::List(PathType(node, value.element(), name));
  std::vector<std::string_view> known;
  if (value.tag() == Tag::kContext) {
    if (const Field* field = value.FindField(name)) return field->type;
    for (const Field& field : value.fields()) known.emplace_back(field.name);
    if (conflicts_are_errors_ || (undeclared_fields_are_errors_ && value.is_declared())) {
      Report(node, "unknown field " + Quoted(name) + " of " + value.ToString(),
             Suggestion(name, known));
    }
    return Type::Any();
  }
  for (const PropertyType& property : PropertiesOf(value.tag())) {
    if (property.name != name) {
      known.push_back(property.name);
    } else if (value.tag() == Tag::kRange && property.result == Tag::kAny) {
      return value.element();
    } else {
      return FromTag(property.result);
    }
  }
  Conflict(node, value.ToString() + " has no property " + Quoted(name), Suggestion(name, known));
  return Type::Any();
}

Type Checker::OfFilter(NodeIndex node) const {
  const Type& source = Child(node, 0);
  const Type& predicate = Child(node, 2);
  if (predicate.tag() == Tag::kNumber) {
    return source.tag() == Tag::kList ? source.element() : source;
  }
  if (predicate.tag() == Tag::kBoolean) {
    if (source.tag() == Tag::kList) return source;
    return IsOpen(source) ? Type::List(Type::Any()) : Type::List(source);
  }
  if (!IsOpen(predicate)) {
    Conflict(ast_.Child(node, 2),
             "a filter is a boolean or a position, not " + predicate.ToString());
  }
  return Type::Any();
}

Type Checker::OfList(NodeIndex node) const {
  const auto items = ast_.Children(node);
  if (items.empty()) return Type::List(Type::Any());
  Type joined = ast_.types[items[0]];
  for (const NodeIndex item : items.subspan(1)) joined = Join(joined, ast_.types[item]);
  return Type::List(std::move(joined));
}

Type Checker::OfContext(NodeIndex node) const {
  const std::vector<std::string>& names = ast_.name_lists[ast_.nodes[node].payload];
  std::vector<Field> fields;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto same = [&](const Field& field) { return field.name == names[i]; };
    if (std::any_of(fields.begin(), fields.end(), same)) {
      Conflict(ast_.Child(node, i), "the context has two entries " + Quoted(names[i]));
      return Type::Any();
    }
    fields.push_back({names[i], Child(node, i), false});
  }
  return Type::Context(std::move(fields));
}

Type Checker::OfFunction(NodeIndex node) const {
  const Node& n = ast_.nodes[node];
  return Type::Function(ast_.functions[n.payload].parameter_types, Child(node, n.child_count - 1));
}

void Checker::CheckBetween(NodeIndex node) const {
  CheckComparable(node, ast_.Child(node, 0), ast_.Child(node, 1), true);
  CheckComparable(node, ast_.Child(node, 0), ast_.Child(node, 2), true);
  CheckNotEmpty(node, ast_.Child(node, 1), ast_.Child(node, 2));
  CheckReach(node, TestOperator::kGreaterEqual, ast_.Child(node, 0), ast_.Child(node, 1));
  CheckReach(node, TestOperator::kLessEqual, ast_.Child(node, 0), ast_.Child(node, 2));
}

void Checker::CheckIn(NodeIndex node) const {
  const auto children = ast_.Children(node);
  for (const NodeIndex test : children.subspan(1)) CheckTest(children[0], test);
}

void Checker::CheckTest(NodeIndex value, NodeIndex test) const {
  const Node& n = ast_.nodes[test];
  if (n.kind == NodeKind::kTestOperator) {
    const auto op = static_cast<TestOperator>(n.detail);
    const bool is_order = op != TestOperator::kEqual && op != TestOperator::kNotEqual;
    CheckComparable(test, value, ast_.Child(test, 0), is_order);
    CheckReach(test, op, value, ast_.Child(test, 0));
    return;
  }
  if (n.kind == NodeKind::kTestBoolean) CheckBoolean(ast_.Child(test, 0), "a test that uses ?");
  if (n.kind != NodeKind::kTestValue) return;
  const NodeIndex operand = ast_.Child(test, 0);
  const Type& type = ast_.types[operand];
  const Type& value_type = ast_.types[value];
  if (ast_.nodes[operand].kind == NodeKind::kRange)
    CheckNotEmpty(operand, ast_.Child(operand, 0), ast_.Child(operand, 1));
  CheckReachOfRange(test, value, operand);
  if (type.tag() == Tag::kRange) {
    if (value_type.tag() != Tag::kRange && value_type.tag() != Tag::kList) {
      CheckComparableTypes(test, value_type, type.element(), true);
    }
  } else if (type.tag() == Tag::kList) {
    if (ast_.nodes[operand].kind == NodeKind::kList && value_type.tag() == Tag::kString) {
      for (const NodeIndex item : ast_.Children(operand)) CheckEnumeration(value_type, item);
    }
    if (ast_.nodes[operand].kind == NodeKind::kList)
      for (const NodeIndex item : ast_.Children(operand)) CheckReach(item, TestOperator::kEqual, value, item);
    const Type& element = type.element();
    const bool nested = element.tag() == Tag::kRange || element.tag() == Tag::kList;
    if (!nested && value_type.tag() != Tag::kList) {
      CheckComparableTypes(test, value_type, element, false);
    }
  } else if (type.tag() == Tag::kBoolean && value_type.tag() != Tag::kBoolean) {
    return;  // a cell of a decision table may hold a condition of its own
  } else {
    CheckComparable(test, value, operand, false);
    CheckReach(test, TestOperator::kEqual, value, operand);
  }
}

void Checker::CheckComparable(NodeIndex at, NodeIndex a, NodeIndex b, bool is_order) const {
  CheckComparableTypes(at, ast_.types[a], ast_.types[b], is_order);
  if (is_order) return;
  CheckEnumeration(ast_.types[a], b);
  CheckEnumeration(ast_.types[b], a);
  CheckShared(at, ast_.types[a], ast_.types[b]);
}

void Checker::CheckComparableTypes(NodeIndex at, const Type& a, const Type& b,
                                   bool is_order) const {
  if (!Overlap(a, b)) {
    Conflict(at, "cannot compare " + a.ToString() + " with " + b.ToString());
  } else if (is_order && !IsOpen(a) && !IsOrdered(a.tag())) {
    Conflict(at, a.ToString() + " has no order");
  } else if (is_order && !IsOpen(b) && !IsOrdered(b.tag())) {
    Conflict(at, b.ToString() + " has no order");
  }
}

void Checker::CheckBoolean(NodeIndex operand, std::string_view role) const {
  const Type& type = ast_.types[operand];
  if (IsOpen(type) || type.tag() == Tag::kBoolean) return;
  Conflict(operand, std::string(role) + " needs a boolean, found " + type.ToString());
}

void Checker::CheckExpected(NodeIndex node, const Type& expected) const {
  const Type& type = ast_.types[node];
  if (Overlap(type, expected)) return;
  diagnostics_.Add(ErrorCode::kInvalidInput, ast_.nodes[node].span,
                   "this is " + type.ToString() + ", expected " + expected.ToString());
}

}  // namespace oxpecker::feel
