#include "rules/feel/nearest_change.h"

#include <algorithm>
#include <string>
#include <vector>

#include "rules/feel/operations.h"
#include "rules/feel/parser.h"

namespace oxpecker::feel {
namespace {

bool Reads(const Ast& ast, NodeIndex node, std::uint32_t input) {
  for (NodeIndex n = node; n < ast.nodes[node].subtree_end; ++n) {
    if (ast.nodes[n].kind == NodeKind::kInput && ast.nodes[n].payload == input) return true;
  }
  return false;
}

// 0: does not depend on the input, 1: linear in it, nothing: neither.
std::optional<int> Degree(const Ast& ast, NodeIndex node, std::uint32_t input) {
  if (!Reads(ast, node, input)) return 0;
  const Node& n = ast.nodes[node];
  if (n.kind == NodeKind::kInput) return 1;
  if (n.kind == NodeKind::kNegate) return Degree(ast, ast.Child(node, 0), input);
  if (n.kind != NodeKind::kArithmetic) return std::nullopt;
  const auto left = Degree(ast, ast.Child(node, 0), input);
  const auto right = Degree(ast, ast.Child(node, 1), input);
  if (!left || !right) return std::nullopt;
  switch (static_cast<ArithmeticOperator>(n.detail)) {
    case ArithmeticOperator::kAdd:
    case ArithmeticOperator::kSubtract:
      return std::max(*left, *right);
    case ArithmeticOperator::kMultiply:
      if (*left + *right <= 1) return *left + *right;
      break;
    case ArithmeticOperator::kDivide:
      if (*right == 0) return *left;
      break;
    case ArithmeticOperator::kPower:
      break;
  }
  return std::nullopt;
}

// Tries values of one fact on a program.
class Trial {
 public:
  Trial(std::span<const Value> inputs, std::uint32_t input, Evaluator& evaluator)
      : inputs_(inputs.begin(), inputs.end()), input_(input), evaluator_(evaluator) {}

  Value ValueAt(const Program& program, const Value& fact) {
    inputs_[input_] = fact;
    return evaluator_.Evaluate(program, inputs_, {});
  }
  bool Is(const Program& program, const Value& fact, Truth wanted) {
    inputs_[input_] = fact;
    return evaluator_.Test(program, inputs_, {}) == wanted;
  }

 private:
  std::vector<Value> inputs_;
  std::uint32_t input_;
  Evaluator& evaluator_;
};

// Where both sides of the comparison meet.
std::optional<Value> MeetingPoint(const Program& program, const Scope& scope, std::uint32_t input,
                                  Trial& trial) {
  Diagnostics diagnostics(program.source(), {}, 0);
  const Ast ast = Parse(program.source(), scope, {Limits{}, true, true, false, std::nullopt}, diagnostics);
  if (!diagnostics.empty() || ast.nodes[0].kind != NodeKind::kComparison) return std::nullopt;
  const auto left = Degree(ast, ast.Child(0, 0), input);
  const auto right = Degree(ast, ast.Child(0, 1), input);
  if (!left || !right || *left + *right == 0) return std::nullopt;
  const auto text = [&](std::size_t side) {
    return "(" + std::string(program.Text(ast.nodes[ast.Child(0, side)].span)) + ")";
  };
  const Checked<Program> difference = Compile(text(0) + " - " + text(1), scope, {});
  if (!difference) return std::nullopt;
  const Value at_zero = trial.ValueAt(*difference, Value::Integer(0));
  const Value at_one = trial.ValueAt(*difference, Value::Integer(1));
  if (at_zero.kind() != Kind::kNumber || at_one.kind() != Kind::kNumber) return std::nullopt;
  const Decimal slope = at_one.number() - at_zero.number();
  if (slope.is_zero()) return std::nullopt;
  const Decimal meeting = -at_zero.number() / slope;
  if (!meeting.is_finite()) return std::nullopt;
  return Value::Number(meeting);
}

bool IsLess(const Value& a, const Value& b) { return Order(a, b).value_or(0) < 0; }

Value Shifted(const Value& value, std::int64_t by) {
  if (value.kind() == Kind::kDate) return Value::Date(value.epoch_days() + by);
  return Value::Number(value.number() + Decimal::FromInt64(by));
}

// Some value strictly between; nothing where there is none.
std::optional<Value> Between(const Value& low, const Value& high) {
  const Value middle =
      low.kind() == Kind::kDate
          ? Value::Date(low.epoch_days() + (high.epoch_days() - low.epoch_days()) / 2)
          : Value::Number(low.number() +
                          (high.number() - low.number()) / Decimal::FromInt64(2));
  if (IsLess(low, middle) && IsLess(middle, high)) return middle;
  return std::nullopt;
}

}  // namespace

std::optional<Change> NearestChange(const Program& program, const Scope& scope,
                                    std::span<const Value> inputs, std::uint32_t input,
                                    Truth wanted, Evaluator& evaluator) {
  const Value now = inputs[input];
  if (now.kind() != Kind::kNumber && now.kind() != Kind::kDate) return std::nullopt;
  Trial trial(inputs, input, evaluator);
  std::vector<Value> points;
  const auto reads = program.reads();
  const auto turning_points = program.turning_points();
  if (turning_points && reads.size() == 1 && reads[0] == input) {
    for (const Value& point : *turning_points)
      if (point.kind() == now.kind()) points.push_back(point);
  } else if (now.kind() == Kind::kNumber) {
    if (const auto point = MeetingPoint(program, scope, input, trial)) points.push_back(*point);
  }
  std::sort(points.begin(), points.end(), IsLess);
  // Upwards and downwards from here: a point, then the stretch behind it, until one is as wanted.
  std::optional<Change> above;
  for (std::size_t i = 0; i < points.size() && !above; ++i) {
    if (IsLess(points[i], now)) continue;
    const auto beyond = i + 1 < points.size() ? Between(points[i], points[i + 1])
                                              : std::optional<Value>(Shifted(points[i], 1));
    if (trial.Is(program, points[i], wanted)) above = Change{points[i], true, true};
    else if (beyond && trial.Is(program, *beyond, wanted)) above = Change{points[i], false, true};
  }
  std::optional<Change> below;
  for (std::size_t i = points.size(); i-- > 0 && !below;) {
    if (IsLess(now, points[i])) continue;
    const auto beyond = i > 0 ? Between(points[i - 1], points[i])
                              : std::optional<Value>(Shifted(points[i], -1));
    if (trial.Is(program, points[i], wanted)) below = Change{points[i], true, false};
    else if (beyond && trial.Is(program, *beyond, wanted)) below = Change{points[i], false, false};
  }
  if (!above || !below) return above ? above : below;
  const auto distance = [&](const Change& change) {
    if (now.kind() == Kind::kDate)
      return Decimal::FromInt64(change.bound.epoch_days() - now.epoch_days()).Abs();
    return (change.bound.number() - now.number()).Abs();
  };
  return distance(*below) < distance(*above) ? below : above;
}

}  // namespace oxpecker::feel
