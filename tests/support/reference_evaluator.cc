#include "tests/support/reference_evaluator.h"

#include <algorithm>
#include <string>
#include <utility>

#include "rules/feel/instance_of.h"
#include "rules/feel/nulls.h"
#include "rules/feel/parser.h"

namespace oxpecker::feel {
namespace {

constexpr std::uint32_t kCallDepthMax = 64;
constexpr std::size_t kArenaBytesMax = 32U << 20U;

bool IsLimit(const Value& value) {
  return value.cause() != nullptr && value.cause()->kind == CauseKind::kLimit;
}

}  // namespace

std::optional<Value> ReferenceEvaluator::Evaluate() {
  Variables variables;
  const Value value = Visit(0, variables);
  if (stopped_ || steps_left_ == 0 || IsLimit(value)) return std::nullopt;
  return value;
}

Value ReferenceEvaluator::Visit(NodeIndex node, Variables& variables) {
  const Node& n = ast_.nodes[node];
  if (steps_left_ == 0 || arena_.used_bytes() > kArenaBytesMax) stopped_ = true;
  if (stopped_) return Value::Null();
  --steps_left_;
  const auto child = [&](std::size_t i) { return Visit(ast_.Child(node, i), variables); };
  const Site site = SiteOf(node);
  switch (n.kind) {
    case NodeKind::kLiteral:
      return ast_.constants[n.payload];
    case NodeKind::kInput:
      return inputs_[n.payload];
    case NodeKind::kLocal:
      return variables.at(n.payload);
    case NodeKind::kBinding:
      return Value::Null();
    case NodeKind::kDynamicName:
      return VisitDynamicName(node, variables);
    case NodeKind::kUnknownName:
      return site.Fail(CauseKind::kArgument, "unknown name '" + ast_.names[n.payload] + "'");
    case NodeKind::kBuiltinName: {
      closures_.push_back(std::make_unique<Closure>());
      closures_.back()->builtin = ast_.names[n.payload];
      return Value::Function(closures_.back().get());
    }
    case NodeKind::kList: {
      std::vector<Value> items;
      for (std::size_t i = 0; i < n.child_count; ++i) items.push_back(child(i));
      return ListOf(items);
    }
    case NodeKind::kContext:
      return VisitContext(node, variables);
    case NodeKind::kRange:
      return VisitRange(node, variables);
    case NodeKind::kTestRange:
      return VisitTestRange(node, variables);
    case NodeKind::kNegate:
      return Negate(site, child(0));
    case NodeKind::kArithmetic:
      return VisitArithmetic(node, variables);
    case NodeKind::kComparison:
      return VisitTest(node, child(0), variables);
    case NodeKind::kAnd: {
      const Value left = child(0);
      return left.is_false() ? left : And(site, left, child(1));
    }
    case NodeKind::kOr: {
      const Value left = child(0);
      return left.is_true() ? left : Or(site, left, child(1));
    }
    case NodeKind::kNot:
      return Not(site, child(0));
    case NodeKind::kBetween: {
      const Value value = child(0);
      const Value low = child(1);
      const Value high = child(2);
      return And(site, Compare(site, Comparison::kGreaterEqual, value, low),
                 Compare(site, Comparison::kLessEqual, value, high));
    }
    case NodeKind::kIn:
      return VisitIn(node, variables);
    case NodeKind::kInstanceOf:
      return Value::Boolean(IsInstanceOf(child(0), ast_.type_names[n.payload]));
    case NodeKind::kPath:
      return Path(site, child(0), ast_.names[n.payload]);
    case NodeKind::kFilter:
      return VisitFilter(node, variables);
    case NodeKind::kIf:
      return child(0).is_true() ? child(1) : child(2);
    case NodeKind::kFor:
    case NodeKind::kSome:
    case NodeKind::kEvery:
      return VisitLoop(node, variables);
    case NodeKind::kFunction:
      return VisitFunction(node, variables);
    case NodeKind::kCallBuiltin:
      return VisitBuiltinCall(node, variables);
    case NodeKind::kCall:
      return VisitCall(node, variables);
    case NodeKind::kSort:
      return VisitSort(node, variables);
    case NodeKind::kIteration:
    case NodeKind::kTestOperator:
    case NodeKind::kTestValue:
    case NodeKind::kTestBoolean:
    case NodeKind::kTestAny:
      break;  // parts of others
  }
  OXP_CHECK(false);
}

Value ReferenceEvaluator::ListOf(const std::vector<Value>& items) {
  const std::span<Value> copy = arena_.NewArray<Value>(items.size());
  std::copy(items.begin(), items.end(), copy.begin());
  return Value::List(copy);
}

Value ReferenceEvaluator::VisitArithmetic(NodeIndex node, Variables& variables) {
  const Value a = Visit(ast_.Child(node, 0), variables);
  const Value b = Visit(ast_.Child(node, 1), variables);
  const Site site = SiteOf(node);
  switch (static_cast<ArithmeticOperator>(ast_.nodes[node].detail)) {
    case ArithmeticOperator::kAdd:
      return Add(site, a, b);
    case ArithmeticOperator::kSubtract:
      return Subtract(site, a, b);
    case ArithmeticOperator::kMultiply:
      return Multiply(site, a, b);
    case ArithmeticOperator::kDivide:
      return Divide(site, a, b);
    case ArithmeticOperator::kPower:
      return Power(site, a, b);
  }
  return Value::Null();
}

// `value op last child`, for comparisons and for the tests of `in`.
Value ReferenceEvaluator::VisitTest(NodeIndex test, const Value& value, Variables& variables) {
  const Node& n = ast_.nodes[test];
  const Site site = SiteOf(test);
  if (n.kind == NodeKind::kTestAny) return Value::Boolean(true);
  const Value operand = Visit(ast_.Child(test, n.child_count - 1), variables);
  if (n.kind == NodeKind::kTestBoolean) {
    return operand.kind() == Kind::kBoolean ? operand : NoAnswer(site, "test with", operand);
  }
  if (n.kind == NodeKind::kTestValue) {
    const bool own_condition = n.detail == 1 && operand.kind() == Kind::kBoolean &&
                               value.kind() != Kind::kBoolean && !value.is_null();
    return own_condition ? operand : InTest(site, value, operand);
  }
  switch (static_cast<TestOperator>(n.detail)) {
    case TestOperator::kLess:
      return Compare(site, Comparison::kLess, value, operand);
    case TestOperator::kLessEqual:
      return Compare(site, Comparison::kLessEqual, value, operand);
    case TestOperator::kGreater:
      return Compare(site, Comparison::kGreater, value, operand);
    case TestOperator::kGreaterEqual:
      return Compare(site, Comparison::kGreaterEqual, value, operand);
    case TestOperator::kEqual:
      return EqualValue(site, value, operand);
    case TestOperator::kNotEqual:
      return NotEqualValue(site, value, operand);
  }
  return Value::Null();
}

Value ReferenceEvaluator::VisitIn(NodeIndex node, Variables& variables) {
  const auto children = ast_.Children(node);
  const Value value = Visit(children[0], variables);
  Value any = VisitTest(children[1], value, variables);
  for (const NodeIndex test : children.subspan(2)) {
    if (any.is_true()) break;
    any = Or(SiteOf(node), any, VisitTest(test, value, variables));
  }
  return any;
}

Value ReferenceEvaluator::VisitContext(NodeIndex node, Variables& variables) {
  const std::vector<std::string>& names = ast_.name_lists[ast_.nodes[node].payload];
  std::vector<std::string_view> keys(names.begin(), names.end());
  const std::span<Value> slots = arena_.NewArray<Value>(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const NodeIndex entry = ast_.Child(node, i);
    slots[i] = Visit(entry, variables);
    variables[entry] = slots[i];
  }
  std::sort(keys.begin(), keys.end());
  if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) {
    return SiteOf(node).Fail(CauseKind::kArgument, "the context has two entries of one name");
  }
  keys.assign(names.begin(), names.end());
  return Value::Context(Shape::New(arena_, keys), slots.data());
}

Value ReferenceEvaluator::VisitRange(NodeIndex node, Variables& variables) {
  const Value low = Visit(ast_.Child(node, 0), variables);
  const Value high = Visit(ast_.Child(node, 1), variables);
  if (!low.is_null() && !high.is_null() && !Order(low, high)) {
    return NoAnswer(SiteOf(node), "make a range of", "and", low, high);
  }
  const std::uint8_t ends = ast_.nodes[node].detail;
  return Value::Range(arena_.New<RangeData>(low, high, (ends & RangeEnds::kLowIncluded) != 0,
                                            (ends & RangeEnds::kHighIncluded) != 0,
                                            RangeForm::kInterval));
}

Value ReferenceEvaluator::VisitTestRange(NodeIndex node, Variables& variables) {
  const Value end = Visit(ast_.Child(node, 0), variables);
  const Value none;
  RangeData range{end, end, false, false, RangeForm::kNotEqual};
  switch (static_cast<TestOperator>(ast_.nodes[node].detail)) {
    case TestOperator::kLess:
      range = {none, end, false, false, RangeForm::kLess};
      break;
    case TestOperator::kLessEqual:
      range = {none, end, false, true, RangeForm::kLess};
      break;
    case TestOperator::kGreater:
      range = {end, none, false, false, RangeForm::kGreater};
      break;
    case TestOperator::kGreaterEqual:
      range = {end, none, true, false, RangeForm::kGreater};
      break;
    case TestOperator::kEqual:
      range = {end, end, true, true, RangeForm::kEqual};
      break;
    case TestOperator::kNotEqual:
      break;
  }
  const bool ordered = range.form == RangeForm::kLess || range.form == RangeForm::kGreater;
  if (ordered && !end.is_null() && !Order(end, end)) {
    return SiteOf(node).Fail(CauseKind::kType, "no order");
  }
  return Value::Range(arena_.New<RangeData>(range));
}

Value ReferenceEvaluator::VisitDynamicName(NodeIndex node, Variables& variables) {
  const Node& n = ast_.nodes[node];
  const std::string& name = ast_.names[n.payload];
  const std::size_t items = n.child_count - (n.has_fallback ? 1U : 0U);
  for (std::size_t i = 0; i < items; ++i) {
    const Value item = Visit(ast_.Child(node, i), variables);
    const Value* entry = item.kind() == Kind::kContext ? FindEntry(item, name) : nullptr;
    if (entry != nullptr) return *entry;
  }
  if (n.has_fallback) return Visit(ast_.Child(node, items), variables);
  return SiteOf(node).Fail(CauseKind::kMissing, "no entry '" + name + "'");
}

// A number for the first item makes it a position; anything but a boolean or null spoils it all.
Value ReferenceEvaluator::VisitFilter(NodeIndex node, Variables& variables) {
  const Site site = SiteOf(node);
  const Value list = Visit(ast_.Child(node, 0), variables);
  const NodeIndex binding = ast_.Child(node, 1);
  const NodeIndex predicate = ast_.Child(node, 2);
  if (list.is_null()) {
    if (!UsesBinding(predicate, binding)) Visit(predicate, variables);
    return NoAnswer(site, "filter", list);
  }
  const ListView items = list.kind() == Kind::kList ? list.list() : ListView(&list, 1);
  if (items.empty()) {
    variables[binding] = Value::Null();
    const Value test = Visit(predicate, variables);
    return test.kind() == Kind::kNumber ? Index(site, list, test.number()) : ListOf({});
  }
  std::vector<Value> kept;
  for (std::size_t i = 0; i < items.size(); ++i) {
    variables[binding] = items[i];
    const Value test = Visit(predicate, variables);
    if (i == 0 && test.kind() == Kind::kNumber) return Index(site, list, test.number());
    if (test.is_true()) {
      kept.push_back(items[i]);
    } else if (!test.is_null() && !test.is_false()) {
      return NoAnswer(site, "filter by", test);
    }
  }
  return ListOf(kept);
}

bool ReferenceEvaluator::UsesBinding(NodeIndex node, NodeIndex binding) const {
  const Node& n = ast_.nodes[node];
  if (n.kind == NodeKind::kLocal && n.payload == binding) return true;
  const auto children = ast_.Children(node);
  return std::any_of(children.begin(), children.end(),
                     [&](NodeIndex child) { return UsesBinding(child, binding); });
}

Value ReferenceEvaluator::VisitLoop(NodeIndex node, Variables& variables) {
  const bool is_for = ast_.nodes[node].kind == NodeKind::kFor;
  Value answer = Value::Boolean(ast_.nodes[node].kind == NodeKind::kEvery);
  std::vector<Value> collected;
  const bool completed = Iterate(node, 0, variables, collected, answer);
  return is_for && completed ? ListOf(collected) : answer;
}

bool ReferenceEvaluator::Iterate(NodeIndex node, std::size_t iterator, Variables& variables,
                                 std::vector<Value>& collected, Value& answer) {
  const Node& n = ast_.nodes[node];
  const bool is_for = n.kind == NodeKind::kFor;
  const std::size_t iterators = (n.child_count - (is_for ? 2U : 1U)) / 2;
  const NodeIndex body = ast_.Child(node, n.child_count - 1);
  if (iterator < iterators) {
    std::vector<Value> items;
    if (!ItemsOf(node, ast_.Child(node, 2 * iterator), variables, items, answer)) return false;
    for (const Value& item : items) {
      if (stopped_) return false;
      variables[ast_.Child(node, 2 * iterator + 1)] = item;
      if (!Iterate(node, iterator + 1, variables, collected, answer)) return false;
    }
    return true;
  }
  if (is_for) {
    variables[ast_.Child(node, n.child_count - 2)] = ListOf(collected);
    collected.push_back(Visit(body, variables));
    return true;
  }
  const bool is_some = n.kind == NodeKind::kSome;
  const Value test = Visit(body, variables);
  answer = is_some ? Or(SiteOf(node), answer, test) : And(SiteOf(node), answer, test);
  return is_some ? !answer.is_true() : !answer.is_false();
}

bool ReferenceEvaluator::ItemsOf(NodeIndex node, NodeIndex source, Variables& variables,
                                 std::vector<Value>& items, Value& failure) {
  const Site site = SiteOf(node);
  if (ast_.nodes[source].kind == NodeKind::kIteration) {
    const Value low = Visit(ast_.Child(source, 0), variables);
    return CountFrom(site, low, Visit(ast_.Child(source, 1), variables), items, failure);
  }
  const Value value = Visit(source, variables);
  if (value.kind() == Kind::kList) {
    items.assign(value.list().begin(), value.list().end());
    return true;
  }
  if (value.kind() != Kind::kRange || value.range().form != RangeForm::kInterval) {
    failure = NoAnswer(site, "go over the items of", value);
    return false;
  }
  const RangeData& range = value.range();
  if (Order(range.low, range.high).value_or(0) > 0) {
    failure = site.Fail(CauseKind::kDomain, "the range ends before it begins");
    return false;
  }
  if (!CountFrom(site, range.low, range.high, items, failure)) return false;
  if (!range.low_included && !items.empty()) items.erase(items.begin());
  if (!range.high_included && !items.empty()) items.pop_back();
  return true;
}

bool ReferenceEvaluator::CountFrom(const Site& site, Value low, const Value& high,
                                   std::vector<Value>& items, Value& failure) {
  const Kind kind = low.kind();
  if (kind != high.kind() || (kind != Kind::kNumber && kind != Kind::kDate)) {
    failure = NoAnswer(site, "count from", "to", low, high);
    return false;
  }
  if (kind == Kind::kNumber && !(low.number().is_integer() && high.number().is_integer())) {
    failure = site.Fail(CauseKind::kDomain, "can only count between whole numbers");
    return false;
  }
  const bool up = Order(low, high).value_or(0) <= 0;
  while (true) {
    items.push_back(low);
    if (steps_left_ == 0 || --steps_left_ == 0) stopped_ = true;
    if (stopped_ || Equal(low, high) == true) return true;
    low = kind == Kind::kDate ? Value::Date(low.epoch_days() + (up ? 1 : -1))
                              : Value::Number(low.number() + Decimal::FromInt64(up ? 1 : -1));
  }
}

Value ReferenceEvaluator::VisitFunction(NodeIndex node, const Variables& variables) {
  closures_.push_back(std::make_unique<Closure>());
  Closure& closure = *closures_.back();
  closure.node = node;
  closure.declared.type = ast_.types[node];
  closure.function = &closure.declared;
  closure.variables = variables;
  return Value::Function(&closure);
}

Value ReferenceEvaluator::VisitCall(NodeIndex node, Variables& variables) {
  const Node& n = ast_.nodes[node];
  const Site site = SiteOf(node);
  const Value function = Visit(ast_.Child(node, 0), variables);
  std::vector<Value> arguments;
  for (const NodeIndex child : ast_.Children(node).subspan(1)) {
    arguments.push_back(Visit(child, variables));
  }
  if (n.payload == kNoNode || function.kind() != Kind::kFunction) {
    return Apply(site, function, std::move(arguments));
  }
  const auto& closure = static_cast<const Closure&>(function.function());
  if (closure.function == nullptr) return site.Fail(CauseKind::kArgument, "by position only");
  const std::vector<std::string>& names = ast_.name_lists[n.payload];
  const std::vector<std::string>& parameters =
      ast_.functions[ast_.nodes[closure.node].payload].parameters;
  std::vector<Value> arranged(parameters.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = std::find(parameters.begin(), parameters.end(), names[i]);
    if (found == parameters.end()) return site.Fail(CauseKind::kArgument, "no such parameter");
    arranged[static_cast<std::size_t>(found - parameters.begin())] = arguments[i];
  }
  return Apply(site, function, std::move(arranged));
}

Value ReferenceEvaluator::Apply(const Site& site, const Value& function,
                                std::vector<Value> arguments) {
  if (stopped_) return Value::Null();
  if (function.kind() != Kind::kFunction) return NoAnswer(site, "call", function);
  const auto& closure = static_cast<const Closure&>(function.function());
  if (closure.function == nullptr) {
    const BuiltinCall call = ChooseBuiltin(closure.builtin, arguments.size(), {});
    if (call.row == nullptr) return site.Fail(CauseKind::kArgument, "wrong arguments");
    return CallBuiltin(site, *call.row, arguments);
  }
  const std::size_t own_name = ast_.nodes[closure.node].detail;
  const auto children = ast_.Children(closure.node).subspan(own_name);
  const Type& type = ast_.types[closure.node];
  if (arguments.size() + 1 != children.size()) {
    return site.Fail(CauseKind::kArgument, "wrong number of arguments");
  }
  Variables variables = closure.variables;
  if (own_name == 1) variables[ast_.Child(closure.node, 0)] = function;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Type& parameter = type.parameters()[i];
    Value argument = arguments[i];
    if (!argument.is_null() && !IsInstanceOf(argument, parameter)) {
      const bool one = argument.kind() == Kind::kList && argument.list().size() == 1;
      if (one && IsInstanceOf(argument.list()[0], parameter)) {
        argument = argument.list()[0];
      } else if (parameter.tag() == Type::Tag::kList &&
                 IsInstanceOf(argument, parameter.element())) {
        argument = ListOf({argument});
      } else {
        return site.Fail(CauseKind::kType, "wrong argument type");
      }
    }
    variables[children[i]] = argument;
  }
  if (call_depth_ >= kCallDepthMax) stopped_ = true;
  ++call_depth_;
  const Value result = Visit(children.back(), variables);
  --call_depth_;
  return result;
}

Value ReferenceEvaluator::VisitBuiltinCall(NodeIndex node, Variables& variables) {
  const BuiltinCall& call = ast_.builtin_calls[ast_.nodes[node].payload];
  std::vector<Value> given;
  for (const NodeIndex child : ast_.Children(node)) given.push_back(Visit(child, variables));
  const Site site = SiteOf(node);
  if (call.row == nullptr) return site.Fail(CauseKind::kArgument, call.problem);
  std::vector<Value> arguments = given;
  if (!call.argument_of.empty()) {
    arguments.clear();
    for (const std::int32_t argument : call.argument_of) {
      arguments.push_back(argument < 0 ? Value::Null() : given[static_cast<std::size_t>(argument)]);
    }
  }
  const Value result = CallBuiltin(site, *call.row, arguments);
  if (IsLimit(result)) stopped_ = true;
  return result;
}

Value ReferenceEvaluator::CallBuiltin(const Site& site, const Builtin& row,
                                      const std::vector<Value>& arguments) {
  const bool matches = row.name == "list replace" && arguments[1].kind() == Kind::kFunction;
  if (!matches) return row.call({site, now_}, ListOf(arguments).list());
  if (arguments[0].is_null()) return NoAnswer(site, "replace items of", arguments[0]);
  std::vector<Value> items = {arguments[0]};
  if (arguments[0].kind() == Kind::kList)
    items.assign(arguments[0].list().begin(), arguments[0].list().end());
  for (Value& item : items) {
    const Value match = Apply(site, arguments[1], {item, arguments[2]});
    if (match.kind() != Kind::kBoolean)
      return match.cause() != nullptr ? match : site.Fail(CauseKind::kType, "no match");
    if (match.is_true()) item = arguments[2];
  }
  return ListOf(items);
}

// Insertion sort: an item goes before those it precedes. Stable, like the one it is compared with.
Value ReferenceEvaluator::VisitSort(NodeIndex node, Variables& variables) {
  const Site site = SiteOf(node);
  const Value list = Visit(ast_.Child(node, 0), variables);
  const Value precedes = Visit(ast_.Child(node, 1), variables);
  if (list.is_null()) return NoAnswer(site, "sort", list);
  if (precedes.kind() != Kind::kFunction) return NoAnswer(site, "sort by", precedes);
  const ListView items = list.kind() == Kind::kList ? list.list() : ListView(&list, 1);
  std::vector<Value> sorted;
  for (const Value& item : items) {
    std::size_t at = sorted.size();
    while (at > 0) {
      const Value before = Apply(site, precedes, {item, sorted[at - 1]});
      if (before.kind() != Kind::kBoolean) {
        return before.cause() != nullptr ? before : site.Fail(CauseKind::kType, "no order");
      }
      if (before.is_false()) break;
      --at;
    }
    sorted.insert(sorted.begin() + static_cast<std::ptrdiff_t>(at), item);
  }
  return ListOf(sorted);
}

}  // namespace oxpecker::feel
