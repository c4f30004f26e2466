#include "rules/feel/turning_values.h"

#include <algorithm>
#include <utility>

#include "rules/feel/parser.h"
#include "rules/feel/scanner.h"
#include "rules/feel/temporal.h"

namespace oxpecker::feel {
namespace {

constexpr std::size_t kPiecesMax = 16;
constexpr std::size_t kPointsMax = 1'000;

Decimal Whole(std::int64_t number) { return Decimal::FromInt64(number); }

Decimal Seconds(Int128 nanos) {
  const Int128 per_second = kNanosPerSecond;
  return Whole(static_cast<std::int64_t>(nanos / per_second)) +
         Whole(static_cast<std::int64_t>(nanos % per_second)) / Whole(kNanosPerSecond);
}

// A position that is written: [1], [-1].
std::optional<std::int64_t> PositionOf(const Ast& ast, NodeIndex node) {
  const bool negated = ast.nodes[node].kind == NodeKind::kNegate;
  const Node& n = ast.nodes[negated ? ast.Child(node, 0) : node];
  if (n.kind != NodeKind::kLiteral) return std::nullopt;
  const Value& value = ast.constants[n.payload];
  const auto position = value.kind() == Kind::kNumber ? value.number().ToInt64() : std::nullopt;
  if (!position || *position == 0) return std::nullopt;
  return negated ? -*position : *position;
}

// Names and positions from an input on; nothing for anything else.
std::optional<FactPath> ChainOf(const Ast& ast, NodeIndex node) {
  const Node& n = ast.nodes[node];
  if (n.kind == NodeKind::kInput) return FactPath{n.payload, {}};
  if (n.kind != NodeKind::kPath && n.kind != NodeKind::kFilter) return std::nullopt;
  auto chain = ChainOf(ast, ast.Child(node, 0));
  if (!chain) return std::nullopt;
  if (n.kind == NodeKind::kPath) {
    chain->steps.push_back({ast.names[n.payload], 0});
    return chain;
  }
  const auto position = PositionOf(ast, ast.Child(node, 2));
  if (!position) return std::nullopt;
  chain->steps.push_back({"", *position});
  return chain;
}

}  // namespace

std::optional<FactPath> Resolved(const FactPath& path, std::span<const Value> inputs) {
  if (path.input >= inputs.size()) return std::nullopt;
  FactPath resolved{path.input, {}};
  const Value* at = &inputs[path.input];
  for (const FactPath::Step& step : path.steps) {
    if (!step.field.empty()) {
      at = at->kind() == Kind::kContext ? FindEntry(*at, step.field) : nullptr;
      if (at == nullptr) return std::nullopt;
      resolved.steps.push_back(step);
      continue;
    }
    if (at->kind() != Kind::kList) return std::nullopt;
    const ListView items = at->list();
    const auto size = static_cast<std::int64_t>(items.size());
    const std::int64_t position = step.index > 0 ? step.index : size + 1 + step.index;
    if (position < 1 || position > size) return std::nullopt;
    at = &items[static_cast<std::size_t>(position - 1)];
    resolved.steps.push_back({"", position});
  }
  return resolved;
}

const Value& ValueAt(std::span<const Value> inputs, const FactPath& path) {
  const Value* at = &inputs[path.input];
  for (const FactPath::Step& step : path.steps)
    at = step.field.empty() ? &at->list()[static_cast<std::size_t>(step.index - 1)] : FindEntry(*at, step.field);
  return *at;
}

Checked<FactPath> FactPathOf(std::string_view text, const Scope& scope) {
  Diagnostics diagnostics(text, {}, 0);
  const Ast ast = Parse(text, scope, {Limits{}, true, true, false, std::nullopt}, diagnostics);
  if (!diagnostics.empty()) return std::unexpected(diagnostics.Take());
  auto chain = ChainOf(ast, 0);
  if (chain) return *std::move(chain);
  diagnostics.Add(ErrorCode::kInvalidInput, ast.nodes[0].span, "this is no path to a fact",
                  "write names and positions: accounts[1].balance_minor");
  return std::unexpected(diagnostics.Take());
}

bool TurningValues::Add(const Program& condition, const Type* cell_input) {
  why_.clear();
  const Parsed* parsed = Parse(condition, cell_input);
  return parsed != nullptr && AddCondition(*parsed, 0) && points_.size() <= kPointsMax;
}

const TurningValues::Parsed* TurningValues::Parse(const Program& program, const Type* cell_input) {
  auto& place = parsed_[&program];
  if (place != nullptr) return place.get();
  Diagnostics diagnostics(program.source(), {}, 0);
  ParseOptions options{Limits{}, true, true, false, {}};
  if (cell_input != nullptr) options.input_value = *cell_input;
  Ast ast = feel::Parse(program.source(), situation_.scope, options, diagnostics);
  if (!diagnostics.empty()) return nullptr;
  place = std::make_unique<const Parsed>(std::move(ast), program.source());
  return place.get();
}

const DerivedInput* TurningValues::FindDerived(std::uint32_t input) const {
  const auto at = std::ranges::find(situation_.derived, input, &DerivedInput::input);
  return at == situation_.derived.end() ? nullptr : &*at;
}

std::nullopt_t TurningValues::Unknown(const Parsed& parsed, NodeIndex node) {
  constexpr std::size_t kBytesMax = 120;
  if (!why_.empty()) return std::nullopt;
  const SourceSpan span = parsed.ast.nodes[node].span;
  const std::string text = WithSingleSpaces(parsed.source.substr(span.begin, span.end - span.begin));
  why_ = text.size() > kBytesMax ? "a part of the condition is no line in it" : "'" + text + "' is no line in it";
  return std::nullopt;
}

// Names and positions from an input on; a filter by a condition is the items that it keeps now.
std::optional<FactPath> TurningValues::ChainOf(const Parsed& parsed, NodeIndex node) {
  const Ast& ast = parsed.ast;
  const Node& n = ast.nodes[node];
  if (n.kind != NodeKind::kPath && n.kind != NodeKind::kFilter) return feel::ChainOf(ast, node);
  const auto known = chains_.find({&parsed, node});
  if (known != chains_.end()) return known->second;
  const auto find = [&]() -> std::optional<FactPath> {
    const NodeIndex child = ast.Child(node, 0);
    if (n.kind == NodeKind::kPath) {
      auto chain = ChainOf(parsed, child);
      if (chain) chain->steps.push_back({ast.names[n.payload], 0});
      return chain;
    }
    const auto position = PositionOf(ast, ast.Child(node, 2));
    if (!position) return std::nullopt;
    const bool by_condition = ast.nodes[child].kind == NodeKind::kFilter && !PositionOf(ast, ast.Child(child, 2));
    auto chain = ChainOf(parsed, by_condition ? ast.Child(child, 0) : child);
    if (!chain) return std::nullopt;
    if (!by_condition) {
      chain->steps.push_back({"", *position});
      return chain;
    }
    const auto kept = KeptItems(parsed, child, *chain);
    if (!kept) return std::nullopt;
    const auto size = static_cast<std::int64_t>(kept->size());
    const std::int64_t at = *position > 0 ? *position - 1 : size + *position;
    if (at < 0 || at >= size) return std::nullopt;
    chain->steps.push_back({"", (*kept)[static_cast<std::size_t>(at)]});
    return chain;
  };
  auto chain = find();
  return chains_[{&parsed, node}] = std::move(chain);
}

// Positions of the items for which the condition holds, where the fact has no say in it.
std::optional<std::vector<std::int64_t>> TurningValues::KeptItems(const Parsed& parsed, NodeIndex filter, const FactPath& list) {
  const auto path = Resolved(list, situation_.inputs);
  if (!path || ReadsFact(parsed, filter, *path)) return std::nullopt;
  const Value& items = ValueAt(situation_.inputs, *path);
  if (items.kind() != Kind::kList) return std::nullopt;
  const SourceSpan span = parsed.ast.nodes[filter].span;
  const Checked<Program> part = Compile("(" + std::string(parsed.source.substr(span.begin, span.end - span.begin)) + ")", situation_.scope, {});
  if (!part) return std::nullopt;
  const Value kept = evaluator_.Evaluate(*part, situation_.inputs, situation_.environment);
  if (kept.kind() != Kind::kList) return std::nullopt;
  std::vector<std::int64_t> positions;
  const ListView all = items.list();
  std::size_t at = 0;
  for (const Value& item : kept.list()) {  // in their order: the same contexts
    const auto is_it = [&](const Value& other) {
      return item.kind() == Kind::kContext && other.kind() == Kind::kContext && item.context().slots == other.context().slots;
    };
    while (at < all.size() && !is_it(all[at])) ++at;
    if (at == all.size()) return std::nullopt;
    positions.push_back(static_cast<std::int64_t>(++at));
  }
  return positions;
}

// Whether the condition asks for the field of an item in which the fact lies, or for the fact itself.
bool TurningValues::ReadsFact(const Parsed& parsed, NodeIndex filter, const FactPath& list) {
  const NodeIndex item = parsed.ast.Child(filter, 1);
  const NodeIndex condition = parsed.ast.Child(filter, 2);
  if (Depends(parsed, condition)) return true;
  const auto same = [](const FactPath::Step& a, const FactPath::Step& b) { return a.field == b.field && a.index == b.index; };
  const bool is_inside = list.input == fact_.input && list.steps.size() <= fact_.steps.size() &&
                         std::equal(list.steps.begin(), list.steps.end(), fact_.steps.begin(), same);
  if (!is_inside) return false;
  const std::size_t field_at = list.steps.size() + 1;
  for (NodeIndex node = condition; node < parsed.ast.nodes[condition].subtree_end; ++node) {
    const Node& n = parsed.ast.nodes[node];
    if (n.kind == NodeKind::kDynamicName) return true;
    if (n.kind != NodeKind::kLocal || n.payload != item) continue;
    const Node& parent = parsed.ast.nodes[n.parent];
    const bool is_other = node != condition && parent.kind == NodeKind::kPath && field_at < fact_.steps.size() &&
                          parsed.ast.names[parent.payload] != fact_.steps[field_at].field;
    if (!is_other) return true;
  }
  return false;
}

// Of a chain of names and positions to the fact.
TurningValues::Relation TurningValues::RelationOf(const Parsed& parsed, NodeIndex node) {
  const auto written = ChainOf(parsed, node);
  if (!written || written->input != fact_.input) return Relation::kNone;
  // A path that leads nowhere, or to one field of many items, may meet it.
  const auto chain = Resolved(*written, situation_.inputs);
  const std::vector<FactPath::Step>& steps = chain ? chain->steps : written->steps;
  const std::size_t common = std::min(steps.size(), fact_.steps.size());
  for (std::size_t i = 0; i < common; ++i) {
    const FactPath::Step& a = steps[i];
    const FactPath::Step& b = fact_.steps[i];
    if (!chain && (a.field.empty() || b.field.empty())) return Relation::kOther;
    if (a.field != b.field || a.index != b.index) return Relation::kNone;
  }
  if (!chain) return Relation::kOther;
  return chain->steps.size() == fact_.steps.size() ? Relation::kIsFact : Relation::kOther;
}

bool TurningValues::Depends(std::uint32_t input) {
  if (input == fact_.input) return true;
  const auto known = depends_.find(input);
  if (known != depends_.end()) return known->second;
  const DerivedInput* derived = FindDerived(input);
  if (derived == nullptr) return depends_[input] = false;
  if (derived->program == nullptr)
    return depends_[input] = std::ranges::any_of(derived->reads, [&](std::uint32_t read) { return Depends(read); });
  const Parsed* parsed = Parse(*derived->program, nullptr);
  return depends_[input] = parsed == nullptr || Depends(*parsed, 0);
}

bool TurningValues::Depends(const Parsed& parsed, NodeIndex node) {
  const Node& n = parsed.ast.nodes[node];
  if (const auto chain = ChainOf(parsed, node)) {
    if (chain->input == fact_.input) return RelationOf(parsed, node) != Relation::kNone;
    return Depends(chain->input);
  }
  if (n.kind == NodeKind::kInput) return Depends(n.payload);
  const auto children = parsed.ast.Children(node);
  return std::ranges::any_of(children, [&](NodeIndex child) { return Depends(parsed, child); });
}

bool TurningValues::AddCondition(const Parsed& parsed, NodeIndex node) {
  if (!Depends(parsed, node)) return true;
  const Node& n = parsed.ast.nodes[node];
  switch (n.kind) {
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kNot:
    case NodeKind::kIf:
      return std::ranges::all_of(parsed.ast.Children(node), [&](NodeIndex child) { return AddCondition(parsed, child); });
    case NodeKind::kComparison:
      return AddComparison(parsed, node);
    case NodeKind::kBetween: {
      const auto value = LinesOf(parsed, parsed.ast.Child(node, 0));
      return AddMeetings(value, LinesOf(parsed, parsed.ast.Child(node, 1))) &&
             AddMeetings(value, LinesOf(parsed, parsed.ast.Child(node, 2)));
    }
    case NodeKind::kIn:
      return AddTests(parsed, node);
    case NodeKind::kInput: {
      const DerivedInput* derived = FindDerived(n.payload);
      const Parsed* inner = derived == nullptr || derived->program == nullptr ? nullptr : Parse(*derived->program, nullptr);
      if (inner == nullptr) Unknown(parsed, node);
      return inner != nullptr && AddCondition(*inner, 0);
    }
    case NodeKind::kLiteral: case NodeKind::kLocal: case NodeKind::kDynamicName:
    case NodeKind::kUnknownName: case NodeKind::kBuiltinName: case NodeKind::kBinding:
    case NodeKind::kList: case NodeKind::kContext: case NodeKind::kRange: case NodeKind::kTestRange:
    case NodeKind::kNegate: case NodeKind::kArithmetic: case NodeKind::kTestOperator:
    case NodeKind::kTestValue: case NodeKind::kTestBoolean: case NodeKind::kTestAny:
    case NodeKind::kInstanceOf: case NodeKind::kPath: case NodeKind::kFilter: case NodeKind::kFor:
    case NodeKind::kSome: case NodeKind::kEvery: case NodeKind::kIteration: case NodeKind::kFunction:
    case NodeKind::kCallBuiltin: case NodeKind::kCall: case NodeKind::kSort:
      break;
  }
  Unknown(parsed, node);
  return false;
}

bool TurningValues::AddComparison(const Parsed& parsed, NodeIndex node) {
  const NodeIndex left = parsed.ast.Child(node, 0);
  const NodeIndex right = parsed.ast.Child(node, 1);
  const auto is_null = [&](NodeIndex side) {
    const Node& n = parsed.ast.nodes[side];
    return n.kind == NodeKind::kLiteral && parsed.ast.constants[n.payload].is_null();
  };
  // What is linear is never null.
  if (is_null(left)) return LinesOf(parsed, right).has_value();
  if (is_null(right)) return LinesOf(parsed, left).has_value();
  return AddMeetings(LinesOf(parsed, left), LinesOf(parsed, right));
}

// The input of a cell that is true or false: its condition, asked for by a cell "true".
bool TurningValues::AddTests(const Parsed& parsed, NodeIndex node) {
  const auto children = parsed.ast.Children(node);
  const auto tests = children.subspan(1);
  const auto is_boolean = [&](NodeIndex test) {
    const Node& n = parsed.ast.nodes[test];
    if (n.kind == NodeKind::kTestAny || n.kind == NodeKind::kTestBoolean) return true;
    const Node& operand = parsed.ast.nodes[parsed.ast.Child(test, 0)];
    return n.kind == NodeKind::kTestValue && operand.kind == NodeKind::kLiteral &&
           parsed.ast.constants[operand.payload].kind() == Kind::kBoolean;
  };
  if (std::ranges::all_of(tests, is_boolean)) {
    const bool uses_value = std::ranges::any_of(tests, [&](NodeIndex test) { return parsed.ast.nodes[test].kind == NodeKind::kTestValue; });
    if (uses_value && !AddCondition(parsed, children[0])) return false;
    return std::ranges::all_of(tests, [&](NodeIndex test) {
      return parsed.ast.nodes[test].kind != NodeKind::kTestBoolean || AddCondition(parsed, parsed.ast.Child(test, 0));
    });
  }
  const auto value = LinesOf(parsed, children[0]);
  return value && std::ranges::all_of(tests, [&](NodeIndex test) { return AddTest(parsed, test, *value); });
}

bool TurningValues::AddTest(const Parsed& parsed, NodeIndex test, const Lines& value) {
  const Node& n = parsed.ast.nodes[test];
  if (n.kind == NodeKind::kTestAny) return true;
  const NodeIndex operand = parsed.ast.Child(test, 0);
  if (n.kind == NodeKind::kTestBoolean) return AddCondition(parsed, operand);
  if (n.kind == NodeKind::kTestOperator) return AddMeetings(value, LinesOf(parsed, operand));
  const NodeKind kind = parsed.ast.nodes[operand].kind;
  if (kind == NodeKind::kRange || kind == NodeKind::kList)
    return std::ranges::all_of(parsed.ast.Children(operand), [&](NodeIndex part) {
      if (kind == NodeKind::kRange) return AddMeetings(value, LinesOf(parsed, part));
      const auto constant = ConstantOf(parsed, part);
      return constant ? AddConstant(*constant, value, 0) : AddMeetings(value, LinesOf(parsed, part));
    });
  const auto constant = Depends(parsed, operand) ? std::nullopt : ConstantOf(parsed, operand);
  return constant ? AddConstant(*constant, value, 0) : AddMeetings(value, LinesOf(parsed, operand));
}

// A value to be equal to, the ends of a range, the items of a list.
bool TurningValues::AddConstant(const Value& value, const Lines& with, int depth) {
  constexpr int kDepthMax = 8;
  if (value.is_null()) return value.cause() == nullptr;
  if (value.kind() == Kind::kRange)
    return AddConstant(value.range().low, with, depth) && AddConstant(value.range().high, with, depth);
  if (value.kind() == Kind::kList) {
    const ListView items = value.list();
    return depth < kDepthMax && std::ranges::all_of(items, [&](const Value& item) { return AddConstant(item, with, depth + 1); });
  }
  return AddMeetings(with, ToLines(value));
}

bool TurningValues::AddMeetings(const std::optional<Lines>& a, const std::optional<Lines>& b) {
  if (!a || !b || a->unit != b->unit) return false;
  for (const Line& p : a->pieces)
    for (const Line& q : b->pieces) {
      const Decimal slope = p.slope - q.slope;
      if (slope.is_zero()) continue;
      const Decimal point = (q.at_zero - p.at_zero) / slope;
      if (!point.is_finite() || points_.size() > kPointsMax) return false;
      points_.push_back(Decimal::Parse(point.ToCanonicalString()).value_or(point));  // 2600, not 2600.000
    }
  return true;
}

std::optional<TurningValues::Lines> TurningValues::LinesOf(const Parsed& parsed, NodeIndex node) {
  auto lines = FindLines(parsed, node);
  if (!lines) Unknown(parsed, node);
  return lines;
}

std::optional<TurningValues::Lines> TurningValues::FindLines(const Parsed& parsed, NodeIndex node) {
  if (!Depends(parsed, node)) {
    const auto constant = ConstantOf(parsed, node);
    return constant ? ToLines(*constant) : std::nullopt;
  }
  if (RelationOf(parsed, node) == Relation::kIsFact) {
    if (is_date_) return Lines{Unit::kInstant, {{Whole(86'400), {}}}};
    return Lines{Unit::kNumber, {{Whole(1), {}}}};
  }
  const Node& n = parsed.ast.nodes[node];
  if (n.kind == NodeKind::kArithmetic) return LinesOfArithmetic(parsed, node);
  if (n.kind == NodeKind::kCallBuiltin) return LinesOfCall(parsed, node);
  if (n.kind == NodeKind::kIf) return LinesOfIf(parsed, node);
  if (n.kind == NodeKind::kNegate) {
    auto lines = LinesOf(parsed, parsed.ast.Child(node, 0));
    if (!lines || lines->unit == Unit::kInstant) return std::nullopt;
    for (Line& line : lines->pieces) line = {-line.slope, -line.at_zero};
    return lines;
  }
  if (n.kind != NodeKind::kInput) return std::nullopt;
  const DerivedInput* derived = FindDerived(n.payload);
  const Parsed* inner = derived == nullptr || derived->program == nullptr ? nullptr : Parse(*derived->program, nullptr);
  return inner == nullptr ? std::nullopt : LinesOf(*inner, 0);
}

std::optional<TurningValues::Lines> TurningValues::LinesOfArithmetic(const Parsed& parsed, NodeIndex node) {
  const auto a = LinesOf(parsed, parsed.ast.Child(node, 0));
  const auto b = LinesOf(parsed, parsed.ast.Child(node, 1));
  if (!a || !b || a->pieces.size() * b->pieces.size() > kPiecesMax) return std::nullopt;
  const auto op = static_cast<ArithmeticOperator>(parsed.ast.nodes[node].detail);
  const bool numbers = a->unit == Unit::kNumber && b->unit == Unit::kNumber;
  const bool same = a->unit == b->unit;
  Lines result{a->unit, {}};
  if (op == ArithmeticOperator::kSubtract && same && a->unit == Unit::kInstant) result.unit = Unit::kDuration;
  else if (op == ArithmeticOperator::kDivide && same && a->unit == Unit::kDuration) result.unit = Unit::kNumber;
  else if (!numbers && !(same && a->unit == Unit::kDuration && op != ArithmeticOperator::kMultiply)) return std::nullopt;
  for (const Line& p : a->pieces)
    for (const Line& q : b->pieces) {
      if (op == ArithmeticOperator::kAdd) {
        result.pieces.push_back({p.slope + q.slope, p.at_zero + q.at_zero});
      } else if (op == ArithmeticOperator::kSubtract) {
        result.pieces.push_back({p.slope - q.slope, p.at_zero - q.at_zero});
      } else if (op == ArithmeticOperator::kMultiply && q.slope.is_zero()) {
        result.pieces.push_back({p.slope * q.at_zero, p.at_zero * q.at_zero});
      } else if (op == ArithmeticOperator::kMultiply && p.slope.is_zero()) {
        result.pieces.push_back({q.slope * p.at_zero, q.at_zero * p.at_zero});
      } else if (op == ArithmeticOperator::kDivide && q.slope.is_zero() && !q.at_zero.is_zero()) {
        result.pieces.push_back({p.slope / q.at_zero, p.at_zero / q.at_zero});
      } else {
        return std::nullopt;
      }
    }
  return result;
}

// min and max of values, abs: lines that take turns where they meet.
std::optional<TurningValues::Lines> TurningValues::LinesOfCall(const Parsed& parsed, NodeIndex node) {
  const std::string& name = parsed.ast.builtin_calls[parsed.ast.nodes[node].payload].name;
  const auto children = parsed.ast.Children(node);
  if (name == "abs" && children.size() == 1) {
    auto lines = LinesOf(parsed, children[0]);
    if (!lines || lines->unit == Unit::kInstant || lines->pieces.size() * 2 > kPiecesMax) return std::nullopt;
    if (!AddMeetings(lines, Lines{lines->unit, {Line{}}})) return std::nullopt;
    const std::size_t size = lines->pieces.size();
    for (std::size_t i = 0; i < size; ++i)
      lines->pieces.push_back({-lines->pieces[i].slope, -lines->pieces[i].at_zero});
    return lines;
  }
  const bool of_list = children.size() == 1 && parsed.ast.nodes[children[0]].kind == NodeKind::kList;
  if ((name != "min" && name != "max") || (children.size() < 2 && !of_list)) return std::nullopt;
  Lines all;
  for (const NodeIndex child : of_list ? parsed.ast.Children(children[0]) : children) {
    const auto lines = LinesOf(parsed, child);
    const bool fits = lines && (all.pieces.empty() || lines->unit == all.unit) &&
                      all.pieces.size() + lines->pieces.size() <= kPiecesMax;
    if (!fits || (!all.pieces.empty() && !AddMeetings(all, lines))) return std::nullopt;
    all.unit = lines->unit;
    all.pieces.insert(all.pieces.end(), lines->pieces.begin(), lines->pieces.end());
  }
  return all;
}

std::optional<TurningValues::Lines> TurningValues::LinesOfIf(const Parsed& parsed, NodeIndex node) {
  if (!AddCondition(parsed, parsed.ast.Child(node, 0))) return std::nullopt;
  // A branch that is null, such as for a missing fact, adds no line.
  const auto is_null = [&](NodeIndex branch) {
    const Node& n = parsed.ast.nodes[branch];
    return n.kind == NodeKind::kLiteral && parsed.ast.constants[n.payload].is_null();
  };
  if (is_null(parsed.ast.Child(node, 1))) return LinesOf(parsed, parsed.ast.Child(node, 2));
  auto lines = LinesOf(parsed, parsed.ast.Child(node, 1));
  if (is_null(parsed.ast.Child(node, 2))) return lines;
  const auto other = LinesOf(parsed, parsed.ast.Child(node, 2));
  if (!lines || !other || lines->unit != other->unit || lines->pieces.size() + other->pieces.size() > kPiecesMax)
    return std::nullopt;
  lines->pieces.insert(lines->pieces.end(), other->pieces.begin(), other->pieces.end());
  return lines;
}

// The value now of a part that does not depend on the fact. One with a variable of a loop around it
// does not compile by itself.
std::optional<Value> TurningValues::ConstantOf(const Parsed& parsed, NodeIndex node) {
  const Node& n = parsed.ast.nodes[node];
  if (Depends(parsed, node)) return std::nullopt;
  if (n.kind == NodeKind::kLiteral) return parsed.ast.constants[n.payload];
  if (n.kind == NodeKind::kInput) {
    if (n.payload >= situation_.inputs.size()) return std::nullopt;
    return situation_.inputs[n.payload];
  }
  const std::string text(parsed.source.substr(n.span.begin, n.span.end - n.span.begin));
  const Checked<Program> part = Compile("(" + text + ")", situation_.scope, {});
  if (!part) return std::nullopt;
  return CopyInto(evaluator_.Evaluate(*part, situation_.inputs, situation_.environment), arena_);
}

std::optional<TurningValues::Lines> TurningValues::ToLines(const Value& value) {
  const auto constant = [](Unit unit, Decimal number) { return Lines{unit, {{{}, number}}}; };
  switch (value.kind()) {
    case Kind::kNumber: return constant(Unit::kNumber, value.number());
    case Kind::kDate: return constant(Unit::kInstant, Whole(value.epoch_days()) * Whole(86'400));
    case Kind::kDateTime:
      return constant(Unit::kInstant, Whole(UtcSeconds(value)) + Whole(value.nanos()) / Whole(kNanosPerSecond));
    case Kind::kDaysTime: return constant(Unit::kDuration, Seconds(value.duration_nanos()));
    case Kind::kNull: case Kind::kBoolean: case Kind::kString: case Kind::kTime:
    case Kind::kYearsMonths: case Kind::kList: case Kind::kContext: case Kind::kRange:
    case Kind::kFunction: break;
  }
  return std::nullopt;
}

}  // namespace oxpecker::feel
