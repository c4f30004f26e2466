// What must have a value where a condition has come to an answer.
#include <algorithm>
#include <iterator>
#include <utility>

#include "rules/feel/null_analysis.h"

namespace oxpecker::feel {
namespace {

using Tag = Type::Tag;

bool IsOrder(TestOperator op) {
  return op != TestOperator::kEqual && op != TestOperator::kNotEqual;
}

// How many there are at least, where this holds of the count.
std::size_t MeansAtLeast(TestOperator op, bool answer, const Decimal& bound) {
  constexpr std::int64_t kMax = 64;
  const auto whole = bound.Rounded(0, Decimal::Rounding::kCeiling).ToInt64();
  const bool is_usable = !bound.is_negative() && whole && *whole <= kMax;
  if (!is_usable) return 0;
  const auto from = static_cast<std::size_t>(*whole);  // the least count that is not below the bound
  const std::size_t above = Decimal::FromInt64(*whole) == bound ? from + 1 : from;
  switch (op) {
    case TestOperator::kGreater: return answer ? above : 0;
    case TestOperator::kGreaterEqual: return answer ? from : 0;
    case TestOperator::kEqual: return answer ? from : (bound.is_zero() ? 1 : 0);
    case TestOperator::kNotEqual: return answer ? (bound.is_zero() ? 1 : 0) : from;
    case TestOperator::kLess: return answer ? 0 : from;
    case TestOperator::kLessEqual: return answer ? 0 : above;
  }
  return 0;
}

}  // namespace

// Two parts with one key have one value. Bindings inside the part count from its root.
std::string NullAnalysis::KeyIn(NodeIndex node, NodeIndex root) const {
  const Node& n = ast_.nodes[node];
  if (n.kind == NodeKind::kInput) return "v" + std::to_string(n.payload);
  if (n.kind == NodeKind::kLocal) {
    const bool inside = n.payload > root && n.payload < ast_.nodes[root].subtree_end;
    return inside ? "l" + std::to_string(n.payload - root) : "b" + std::to_string(n.payload);
  }
  if (n.kind == NodeKind::kPath) return KeyIn(ast_.Child(node, 0), root) + "." + ast_.names[n.payload];
  std::string key = "(" + std::to_string(static_cast<int>(n.kind)) + "," + std::to_string(n.detail);
  if (n.kind == NodeKind::kCallBuiltin) key += ast_.builtin_calls[n.payload].name;
  for (const NodeIndex child : ast_.Children(node)) key += "," + KeyIn(child, root);
  const bool says_more = n.child_count == 0 || n.kind == NodeKind::kContext || n.kind == NodeKind::kFunction ||
                         n.kind == NodeKind::kInstanceOf || n.kind == NodeKind::kDynamicName || n.kind == NodeKind::kCall;
  if (says_more && n.kind != NodeKind::kBinding) key += "," + std::string(source_.substr(n.span.begin, n.span.end - n.span.begin));
  return key + ")";
}

void NullAnalysis::Assume(NodeIndex condition, bool answer, Known& known) const {
  const Node& n = ast_.nodes[condition];
  const NodeKind kind = n.kind;
  if (kind == NodeKind::kAnd || kind == NodeKind::kOr) {
    const NodeIndex left = ast_.Child(condition, 0);
    const NodeIndex right = ast_.Child(condition, 1);
    if (answer != (kind == NodeKind::kAnd)) return AssumeEither(left, right, answer, known);
    Assume(left, answer, known);
    return Assume(right, answer, known);
  }
  if (kind == NodeKind::kNot) return Assume(ast_.Child(condition, 0), !answer, known);
  if (kind == NodeKind::kComparison) return AssumeComparison(condition, answer, known);
  if (kind == NodeKind::kIn) return AssumeIn(condition, answer, known);
  if (kind == NodeKind::kIf) return AssumeIf(condition, answer, known);
  if (kind == NodeKind::kBetween) {
    for (const NodeIndex child : ast_.Children(condition)) AssumePresent(child, known);
  } else if (kind == NodeKind::kInstanceOf) {
    if (answer) AssumePresent(ast_.Child(condition, 0), known);
  } else if (kind == NodeKind::kSome || kind == NodeKind::kEvery) {
    if (answer == (kind == NodeKind::kEvery)) return;  // as it is where there are no items
    known.insert(ItemsKey(Key(ast_.Child(condition, 0))));
    AssumePresent(ast_.Child(condition, 0), known);
  } else {
    if (kind == NodeKind::kInput && n.payload < options_.inputs.size()) {
      const Nullness& input = options_.inputs[n.payload];
      const Known& more = answer ? input.if_true : input.if_false;
      known.insert(more.begin(), more.end());
    }
    if (!answer && IsCall(condition, "is") && n.child_count == 2) {  // is(x, null)
      const NodeIndex first = ast_.Child(condition, 0);
      const NodeIndex second = ast_.Child(condition, 1);
      if (IsNull(second)) AssumePresent(first, known);
      if (IsNull(first)) AssumePresent(second, known);
    }
    if (answer && IsCall(condition, "list contains")) known.insert(ItemsKey(Key(ast_.Child(condition, 0))));
    AssumePresent(condition, known);
  }
}

// if x = null then false else ..: true only where x is there.
void NullAnalysis::AssumeIf(NodeIndex node, bool answer, Known& known) const {
  const NodeIndex then = ast_.Child(node, 1);
  const NodeIndex otherwise = ast_.Child(node, 2);
  if (CannotBe(then, answer) == CannotBe(otherwise, answer)) return AssumeEither(then, otherwise, answer, known);
  const bool is_then = CannotBe(otherwise, answer);
  Assume(ast_.Child(node, 0), is_then, known);
  Assume(is_then ? then : otherwise, answer, known);
}

// One of the two has this answer: what both would tell.
void NullAnalysis::AssumeEither(NodeIndex a, NodeIndex b, bool answer, Known& known) const {
  if (CannotBe(a, answer)) return Assume(b, answer, known);
  if (CannotBe(b, answer)) return Assume(a, answer, known);
  Known of_a;
  Known of_b;
  Assume(a, answer, of_a);
  Assume(b, answer, of_b);
  std::ranges::set_intersection(of_a, of_b, std::inserter(known, known.end()));
}

bool NullAnalysis::CannotBe(NodeIndex node, bool answer) const {
  const Node& n = ast_.nodes[node];
  if (n.kind != NodeKind::kLiteral) return false;
  const Value& value = ast_.constants[n.payload];
  return answer ? !value.is_true() : !value.is_false();
}

void NullAnalysis::AssumeComparison(NodeIndex node, bool answer, Known& known) const {
  const NodeIndex left = ast_.Child(node, 0);
  const NodeIndex right = ast_.Child(node, 1);
  const auto op = static_cast<TestOperator>(ast_.nodes[node].detail);
  AssumeCount(node, answer, known);
  if (IsOrder(op)) {
    AssumePresent(left, known);
    return AssumePresent(right, known);
  }
  const bool equal = answer == (op == TestOperator::kEqual);
  for (const auto& [value, other] : {std::pair{left, right}, std::pair{right, left}}) {
    const Node& n = ast_.nodes[value];
    if (n.kind == NodeKind::kList && n.child_count == 0 && !equal) AssumeItems(other, 1, known);  // rows != []
    if (n.kind == NodeKind::kLiteral && ast_.constants[n.payload].kind() == Kind::kBoolean && equal)
      Assume(other, ast_.constants[n.payload].is_true(), known);
  }
  if (IsNull(left) || IsNull(right)) {
    if (!equal) AssumePresent(IsNull(left) ? right : left, known);
  } else if (equal) {
    if (IsNeverNull(left)) AssumePresent(right, known);
    if (IsNeverNull(right)) AssumePresent(left, known);
  }
}

void NullAnalysis::AssumeItems(NodeIndex list, std::size_t count, Known& known) const {
  for (std::size_t i = 1; i <= count; ++i) known.insert(ItemsKey(Key(list), i));
}

// count(rows) > 0, and 0 < count(rows): there is a row.
void NullAnalysis::AssumeCount(NodeIndex node, bool answer, Known& known) const {
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const NodeIndex call = ast_.Child(node, side);
    const Node& bound = ast_.nodes[ast_.Child(node, 1 - side)];
    if (!IsCall(call, "count") || bound.kind != NodeKind::kLiteral) continue;
    const Value& value = ast_.constants[bound.payload];
    auto op = static_cast<TestOperator>(ast_.nodes[node].detail);
    if (side == 1) op = Mirrored(op);
    if (value.kind() == Kind::kNumber) AssumeItems(ast_.Child(call, 0), MeansAtLeast(op, answer, value.number()), known);
  }
}

// A cell "true" says what its input says.
void NullAnalysis::AssumeIn(NodeIndex node, bool answer, Known& known) const {
  const auto children = ast_.Children(node);
  if (children.size() == 2 && ast_.nodes[children[1]].kind == NodeKind::kTestBoolean)
    return Assume(ast_.Child(children[1], 0), answer, known);
  if (!answer) return;
  const bool excludes_null = std::ranges::all_of(children.subspan(1), [&](NodeIndex test) {
    const Node& n = ast_.nodes[test];
    if (n.kind == NodeKind::kTestOperator)
      return IsOrder(static_cast<TestOperator>(n.detail)) || IsNeverNull(ast_.Child(test, 0));
    if (n.kind != NodeKind::kTestValue) return false;
    const NodeIndex operand = ast_.Child(test, 0);
    return ast_.nodes[operand].kind == NodeKind::kRange ||
           (IsNeverNull(operand) && states_[operand].items.origins.empty());
  });
  if (!excludes_null) return;
  AssumePresent(children[0], known);
  const NodeIndex only = children.size() == 2 ? ast_.Child(children[1], 0) : kNoNode;
  if (only == kNoNode || ast_.nodes[only].kind != NodeKind::kLiteral) return;
  const Value& value = ast_.constants[ast_.nodes[only].payload];
  if (value.kind() == Kind::kBoolean) Assume(children[0], value.is_true(), known);
}

// With what it is computed from.
void NullAnalysis::AssumePresent(NodeIndex node, Known& known) const {
  const Node& n = ast_.nodes[node];
  const auto children = ast_.Children(node);
  if (n.kind == NodeKind::kIf) {
    const bool then_null = IsNull(children[1]);
    if (then_null == IsNull(children[2])) return;
    Assume(children[0], !then_null, known);
    return AssumePresent(children[then_null ? 2 : 1], known);
  }
  if (n.kind == NodeKind::kInput && n.payload < options_.inputs.size()) {
    const Known& more = options_.inputs[n.payload].if_present;
    known.insert(more.begin(), more.end());
  } else if (n.kind == NodeKind::kPath || n.kind == NodeKind::kFilter) {
    AssumePresent(children[0], known);
    const bool by_position = n.kind == NodeKind::kFilter && ast_.types[children[2]].tag() == Tag::kNumber;
    if (by_position) AssumeItems(children[0], std::max<std::size_t>(1, PositionOf(children[2])), known);
  } else if (n.kind == NodeKind::kNegate || n.kind == NodeKind::kArithmetic) {
    for (const NodeIndex child : children) AssumePresent(child, known);
  } else if (n.kind == NodeKind::kCallBuiltin) {
    const BuiltinCall& call = ast_.builtin_calls[n.payload];
    for (std::size_t i = 0; i < children.size(); ++i)
      if (!ToleratesNull(call.name, ParameterOf(call, i))) AssumePresent(children[i], known);
  }
  known.insert(Key(node));
}

// A feature has a value where all that it lacks otherwise has one.
bool NullAnalysis::IsKnown(const std::string& key, const Known& known, int depth) const {
  constexpr int kDepthMax = 8;  // of features that rest on features
  if (known.contains(key)) return true;
  if (depth > kDepthMax || !key.starts_with('v') || key.find('.') != std::string::npos) return false;
  const std::size_t index = std::stoul(key.substr(1));
  if (index >= options_.inputs.size()) return false;
  const Known& needed = options_.inputs[index].present_if;
  return !needed.empty() && std::ranges::all_of(needed, [&](const std::string& k) { return IsKnown(k, known, depth + 1); });
}

// Names no variable of a loop or filter around it.
bool NullAnalysis::IsFree(NodeIndex node) const {
  for (NodeIndex n = node; n < ast_.nodes[node].subtree_end; ++n)
    if (ast_.nodes[n].kind == NodeKind::kLocal && ast_.nodes[n].payload < node) return false;
  return true;
}

// x, where the condition is x = null (of answer true) or x != null (of answer false).
NodeIndex NullAnalysis::NullTested(NodeIndex condition, bool answer) const {
  const Node& n = ast_.nodes[condition];
  const auto wanted = answer ? TestOperator::kEqual : TestOperator::kNotEqual;
  if (n.kind != NodeKind::kComparison || static_cast<TestOperator>(n.detail) != wanted) return kNoNode;
  if (IsNull(ast_.Child(condition, 1))) return ast_.Child(condition, 0);
  return IsNull(ast_.Child(condition, 0)) ? ast_.Child(condition, 1) : kNoNode;
}

bool NullAnalysis::IsNull(NodeIndex node) const {
  const Node& n = ast_.nodes[node];
  return n.kind == NodeKind::kLiteral && ast_.constants[n.payload].is_null();
}

// As visited: on the way to where it stands.
bool NullAnalysis::IsNeverNull(NodeIndex node) const { return states_[node].origins.empty(); }

bool NullAnalysis::IsCall(NodeIndex node, std::string_view name) const {
  const Node& n = ast_.nodes[node];
  return n.kind == NodeKind::kCallBuiltin && n.child_count > 0 && ast_.builtin_calls[n.payload].name == name;
}

// The first or the last item is there where any is, the second where there are two.
std::size_t NullAnalysis::PositionOf(NodeIndex node) const {
  if (ast_.nodes[node].kind == NodeKind::kNegate) node = ast_.Child(node, 0);
  const Node& n = ast_.nodes[node];
  if (n.kind != NodeKind::kLiteral || ast_.constants[n.payload].kind() != Kind::kNumber) return 0;
  const auto position = ast_.constants[n.payload].number().ToInt64();
  constexpr std::int64_t kMax = 64;
  if (!position || *position == 0 || *position > kMax || *position < -kMax) return 0;
  return static_cast<std::size_t>(*position < 0 ? -*position : *position);
}

bool NullAnalysis::HasItems(NodeIndex list, const Known& known, std::size_t count) const {
  if (states_[list].items.count_min >= count || known.contains(ItemsKey(Key(list), count))) return true;
  const Node& n = ast_.nodes[list];
  if (n.kind == NodeKind::kPath || n.kind == NodeKind::kSort) return HasItems(ast_.Child(list, 0), known, count);
  if (n.kind == NodeKind::kLocal) return ast_.nodes[n.payload].kind != NodeKind::kBinding && HasItems(n.payload, known, count);
  // A list of one item for each of another.
  if (n.kind == NodeKind::kFor && n.child_count == 4) return HasItems(ast_.Child(list, 0), known, count);
  if (IsCall(list, "reverse")) return HasItems(ast_.Child(list, 0), known, count);
  return IsCall(list, "distinct values") && count == 1 && HasItems(ast_.Child(list, 0), known);
}

}  // namespace oxpecker::feel
