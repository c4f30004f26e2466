#include "rules/feel/program.h"

#include <algorithm>
#include <utility>

#include "rules/feel/compiler.h"
#include "rules/feel/parser.h"
#include "rules/feel/program_body.h"
#include "rules/feel/trace_layout.h"

namespace oxpecker::feel {
namespace {

// Facts and constants are known to whoever reads the trace.
std::vector<TraceItem> TraceItems(const Program::Body& body) {
  std::vector<TraceItem> items;
  for (const Condition& condition : body.conditions) {
    items.push_back({condition.node, true, body.trace[condition.node - body.first_node]});
    for (const Condition::Operand& operand : condition.operands) {
      const NodeTrace& place = body.trace[operand.node - body.first_node];
      if (static_cast<Bank>(place.location >> kBankShift) == Bank::kRegister)
        items.push_back({operand.node, false, place});
    }
  }
  return items;
}

// Appends the values that a test compares its input with; false where it is not plain enough.
bool AppendConstants(const Value& value, int depth, std::vector<Value>& points) {
  constexpr int kDepthMax = 8;
  if (value.kind() == Kind::kNull) return value.cause() == nullptr;
  if (value.kind() == Kind::kRange) {
    const RangeData& range = value.range();
    return AppendConstants(range.low, depth, points) && AppendConstants(range.high, depth, points);
  }
  if (value.kind() != Kind::kList) {
    points.push_back(value);
    return true;
  }
  const ListView items = value.list();
  return depth < kDepthMax && std::all_of(items.begin(), items.end(), [&](const Value& item) {
           return AppendConstants(item, depth + 1, points);
         });
}

// Collects the constants that an expression compares its one input with.
class TurningPoints {
 public:
  TurningPoints(const Ast& ast, const std::vector<bool>& is_constant, const Program::Body& body)
      : ast_(ast), is_constant_(is_constant), body_(body) {}

  std::optional<std::vector<Value>> Find() {
    if (body_.reads.size() > 1 || !Visit(0)) return std::nullopt;
    return std::move(points_);
  }

 private:
  bool Visit(NodeIndex node) {
    const NodeKind kind = ast_.nodes[node].kind;
    if (kind == NodeKind::kAnd || kind == NodeKind::kOr || kind == NodeKind::kNot) {
      const auto children = ast_.Children(node);
      return std::all_of(children.begin(), children.end(), [&](NodeIndex c) { return Visit(c); });
    }
    if (kind == NodeKind::kComparison) {
      return Compared(ast_.Child(node, 0), ast_.Child(node, 1)) ||
             Compared(ast_.Child(node, 1), ast_.Child(node, 0));
    }
    if (kind == NodeKind::kBetween) {
      return IsInput(ast_.Child(node, 0)) && IsPoint(ast_.Child(node, 1)) &&
             IsPoint(ast_.Child(node, 2));
    }
    if (kind == NodeKind::kIn) return VisitTests(node);
    if (is_constant_[node]) return true;
    if (kind != NodeKind::kInput || ast_.types[node].tag() != Type::Tag::kBoolean) return false;
    points_.push_back(Value::Boolean(false));
    points_.push_back(Value::Boolean(true));
    return true;
  }
  bool VisitTests(NodeIndex node) {
    const auto children = ast_.Children(node);
    if (!IsInput(children[0])) return false;
    for (const NodeIndex test : children.subspan(1)) {
      const NodeKind kind = ast_.nodes[test].kind;
      if (kind == NodeKind::kTestAny) continue;
      const bool is_plain = kind == NodeKind::kTestOperator || kind == NodeKind::kTestValue;
      if (!is_plain || !IsPoint(ast_.Child(test, 0))) return false;
    }
    return true;
  }
  bool Compared(NodeIndex value, NodeIndex constant) {
    return IsNearInput(value) && IsPoint(constant);
  }
  // The input, or one of it and constants, by a condition on it: if x = null then 0 else x.
  bool IsNearInput(NodeIndex node) {
    if (ast_.nodes[node].kind != NodeKind::kIf) return IsInput(node) || is_constant_[node];
    return Visit(ast_.Child(node, 0)) && IsNearInput(ast_.Child(node, 1)) &&
           IsNearInput(ast_.Child(node, 2));
  }
  bool IsInput(NodeIndex node) const { return ast_.nodes[node].kind == NodeKind::kInput; }
  bool IsPoint(NodeIndex operand) {
    const Operand location = body_.trace[operand].location;
    return is_constant_[operand] &&
           static_cast<Bank>(location >> kBankShift) == Bank::kConstant &&
           AppendConstants(body_.constants[location & kOperandIndexMask], 0, points_);
  }

  const Ast& ast_;
  const std::vector<bool>& is_constant_;
  const Program::Body& body_;
  std::vector<Value> points_;
};

std::vector<SourceSpan> Conjuncts(const Ast& ast) {
  std::vector<SourceSpan> spans;
  std::vector<NodeIndex> pending = {0};
  while (!pending.empty()) {
    const NodeIndex node = pending.back();
    pending.pop_back();
    if (ast.nodes[node].kind == NodeKind::kAnd) {
      pending.push_back(ast.Child(node, 1));
      pending.push_back(ast.Child(node, 0));
    } else {
      spans.push_back(ast.nodes[node].span);
    }
  }
  return spans;
}

bool IsStraight(const Ast& ast) {
  return std::none_of(ast.nodes.begin(), ast.nodes.end(), [](const Node& node) {
    return node.kind == NodeKind::kFor || node.kind == NodeKind::kSome ||
           node.kind == NodeKind::kEvery || node.kind == NodeKind::kFilter ||
           node.kind == NodeKind::kFunction || node.kind == NodeKind::kCall ||
           node.kind == NodeKind::kSort;
  });
}

Checked<Program> CompileText(std::string_view source, const Scope& scope,
                             const CompileOptions& options, std::optional<Type> input_value) {
  Diagnostics diagnostics(source, options.origin, options.indent);
  const ParseOptions parse_options{options.limits, options.unknown_names_are_errors,
                                   options.type_conflicts_are_errors,
                                   options.undeclared_fields_are_errors, std::move(input_value)};
  const Ast ast = Parse(source, scope, parse_options, diagnostics);
  if (diagnostics.empty() && options.expected) {
    Checker(ast, diagnostics, true, true).CheckExpected(0, *options.expected);
  }
  if (!diagnostics.empty()) return std::unexpected(diagnostics.Take());
  auto body = std::make_shared<Program::Body>();
  body->source = source;
  body->origin = options.origin;
  body->type = ast.types[0];
  const std::vector<bool> is_constant = ConstantNodes(ast);
  body->nodes = NodeInfos(ast, is_constant);
  body->conditions = Conditions(ast, is_constant);
  body->logic = Logic(ast);
  body->reads = InputsRead(ast);
  body->is_constant = is_constant[0];
  EmitCode(ast, 0, true, *body);
  body->trace_items = TraceItems(*body);
  body->turning_points = TurningPoints(ast, is_constant, *body).Find();
  body->conjuncts = Conjuncts(ast);
  body->is_straight = IsStraight(ast);
  body->quick_test = QuickTest::Of(ast, is_constant, *body);
  return Program(std::move(body));
}

}  // namespace

const std::string& Program::source() const { return body_->source; }
const SourceOrigin& Program::origin() const { return body_->origin; }
const Type& Program::type() const { return body_->type; }
std::span<const NodeInfo> Program::nodes() const { return body_->nodes; }
std::span<const Condition> Program::conditions() const { return body_->conditions; }
std::span<const LogicNode> Program::logic() const { return body_->logic; }
std::span<const std::uint32_t> Program::reads() const { return body_->reads; }
bool Program::is_constant() const { return body_->is_constant; }

std::span<const SourceSpan> Program::conjuncts() const { return body_->conjuncts; }
const QuickTest* Program::quick_test() const {
  return body_->quick_test ? &*body_->quick_test : nullptr;
}
bool Program::is_straight() const { return body_->is_straight; }
std::optional<std::span<const Value>> Program::turning_points() const {
  if (!body_->turning_points) return std::nullopt;
  return std::span<const Value>(*body_->turning_points);
}

std::string_view Program::Text(SourceSpan span) const {
  const std::string_view source = body_->source;
  if (span.begin > source.size() || span.end < span.begin) return {};
  return source.substr(span.begin, span.end - span.begin);
}

std::size_t Program::memory_bytes() const {
  const Body& body = *body_;
  const auto bytes = [](const auto& vector) { return vector.capacity() * sizeof(vector[0]); };
  std::size_t total = sizeof(Body) + body.source.capacity() + body.arena.used_bytes();
  total += bytes(body.nodes) + bytes(body.conditions) + bytes(body.reads) + bytes(body.code);
  total += bytes(body.trace) + bytes(body.spans) + bytes(body.pool) + bytes(body.constants);
  total += bytes(body.paths) + bytes(body.loops) + bytes(body.names) + bytes(body.types);
  total += bytes(body.trace_items) + bytes(body.conjuncts) + bytes(body.logic);
  if (body.quick_test) total += body.quick_test->memory_bytes();
  if (body.turning_points) total += bytes(*body.turning_points);
  total += bytes(body.functions) + bytes(body.builtins) + bytes(body.shapes);
  return total;
}

Checked<Program> Compile(std::string_view source, const Scope& scope,
                         const CompileOptions& options) {
  return CompileText(source, scope, options, std::nullopt);
}

Checked<Program> CompileUnaryTests(std::string_view source, const Type& input, const Scope& scope,
                                   const CompileOptions& options) {
  return CompileText(source, scope, options, input);
}

}  // namespace oxpecker::feel
