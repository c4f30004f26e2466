// Comparisons that can never hold, by what a schema allows: words of an enumeration, bounds of numbers.
#include <algorithm>

#include "rules/feel/checker.h"

namespace oxpecker::feel {
namespace {

using Tag = Type::Tag;

// Both ends in one line: "1 to 5", "0 or more".
std::string BoundsText(const Checker::Bounds& bounds) {
  if (!bounds.low) return bounds.high->ToString() + " or less";
  if (!bounds.high) return bounds.low->ToString() + " or more";
  return bounds.low->ToString() + " to " + bounds.high->ToString();
}

// "a", "b" or "c"; of many, the first.
std::string WordsText(const std::vector<std::string>& words) {
  constexpr std::size_t kWordsMax = 12;
  const std::size_t shown = std::min(words.size(), kWordsMax);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i)
    text += (i == 0 ? "\"" : i + 1 == words.size() ? " or \"" : ", \"") + words[i] + "\"";
  return shown < words.size() ? text + " or another of " + std::to_string(words.size()) : text;
}

bool IsBelow(const std::optional<Decimal>& a, const std::optional<Decimal>& b) { return a && b && *a < *b; }
bool IsAtMost(const std::optional<Decimal>& a, const std::optional<Decimal>& b) { return a && b && *a <= *b; }

// No value of the one compares so with a value of the other.
bool NeverHolds(TestOperator op, const Checker::Bounds& a, const Checker::Bounds& b) {
  switch (op) {
    case TestOperator::kLess: return IsAtMost(b.high, a.low);
    case TestOperator::kLessEqual: return IsBelow(b.high, a.low);
    case TestOperator::kGreater: return IsAtMost(a.high, b.low);
    case TestOperator::kGreaterEqual: return IsBelow(a.high, b.low);
    case TestOperator::kEqual: return IsBelow(a.high, b.low) || IsBelow(b.high, a.low);
    case TestOperator::kNotEqual: break;
  }
  return false;
}

}  // namespace

// Of a number that is written, or of one that a schema bounds.
Checker::Bounds Checker::BoundsOf(NodeIndex node) const {
  const Node& n = ast_.nodes[node];
  const bool negated = n.kind == NodeKind::kNegate;
  const Value* constant = ConstantOf(negated ? ast_.Child(node, 0) : node);
  if (constant != nullptr && constant->kind() == Kind::kNumber) {
    const Decimal number = negated ? -constant->number() : constant->number();
    return {number, number, true};
  }
  const Type& type = ast_.types[node];
  if (type.tag() != Tag::kNumber) return {};
  return {type.low(), type.high(), false};
}

void Checker::CheckReach(NodeIndex at, TestOperator op, NodeIndex a, NodeIndex b) const {
  const Bounds left = BoundsOf(a);
  const Bounds right = BoundsOf(b);
  if (left.is_written == right.is_written && left.is_written) return;
  if (!NeverHolds(op, left, right)) return;
  const Bounds& allowed = left.is_written ? right : left;
  Conflict(at, "this can never hold: a schema allows " + BoundsText(allowed));
}

// Of a range that is written: value in [low..high).
void Checker::CheckReachOfRange(NodeIndex at, NodeIndex value, NodeIndex range) const {
  const Node& n = ast_.nodes[range];
  if (n.kind != NodeKind::kRange) return;
  const bool low_included = (n.detail & RangeEnds::kLowIncluded) != 0;
  const bool high_included = (n.detail & RangeEnds::kHighIncluded) != 0;
  const std::size_t before = diagnostics_.size();
  CheckReach(at, low_included ? TestOperator::kGreaterEqual : TestOperator::kGreater, value, ast_.Child(range, 0));
  if (diagnostics_.size() != before) return;
  CheckReach(at, high_included ? TestOperator::kLessEqual : TestOperator::kLess, value, ast_.Child(range, 1));
}

// Two enumerations that share no word.
void Checker::CheckShared(NodeIndex at, const Type& a, const Type& b) const {
  if (a.tag() != Tag::kString || b.tag() != Tag::kString || a.allowed().empty() || b.allowed().empty()) return;
  const bool shares = std::ranges::any_of(a.allowed(), [&](const std::string& word) {
    return std::ranges::find(b.allowed(), word) != b.allowed().end();
  });
  if (!shares) Conflict(at, "this can never hold: the two have no word in common");
}

void Checker::CheckEnumeration(const Type& enumeration, NodeIndex text) const {
  const Node& n = ast_.nodes[text];
  if (enumeration.tag() != Tag::kString || enumeration.allowed().empty() || n.kind != NodeKind::kLiteral) return;
  const Value& value = ast_.constants[n.payload];
  if (value.kind() != Kind::kString) return;
  const std::vector<std::string>& allowed = enumeration.allowed();
  if (std::find(allowed.begin(), allowed.end(), value.string()) != allowed.end()) return;
  const std::vector<std::string_view> known(allowed.begin(), allowed.end());
  Conflict(text,
           "this can never be \"" + std::string(value.string()) + "\"; expected " + WordsText(allowed),
           Suggestion(value.string(), known));
}

// list contains(list, element), index of(list, match): an element that no item can be.
void Checker::CheckSought(NodeIndex node, const BuiltinCall& call) const {
  if (call.name != "list contains" && call.name != "index of") return;
  if (ast_.nodes[node].child_count != 2) return;
  const auto argument = [&](std::size_t p) {
    const bool arranged = p < call.argument_of.size() && call.argument_of[p] >= 0;
    return ast_.Child(node, arranged ? static_cast<std::size_t>(call.argument_of[p]) : p);
  };
  const NodeIndex list = argument(0);
  const NodeIndex sought = argument(1);
  const Type& type = ast_.types[list];
  if (type.tag() != Tag::kList) return;
  const Type& item = type.element();
  const Type& wanted = ast_.types[sought];
  if (wanted.tag() != Tag::kNull && !Overlap(item, wanted)) {
    Conflict(sought, "no item can be that: the list holds " + item.ToString() + ", this is " + wanted.ToString());
    return;
  }
  CheckEnumeration(item, sought);
  CheckShared(sought, item, wanted);
  if (ast_.nodes[list].kind != NodeKind::kList) return;
  for (const NodeIndex word : ast_.Children(list)) CheckEnumeration(wanted, word);
}

}  // namespace oxpecker::feel
