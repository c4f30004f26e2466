#include "rules/feel/trace_layout.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace oxpecker::feel {
namespace {

bool DependsOnNow(const Ast& ast, const Node& node) {
  const std::string* name = nullptr;
  if (node.kind == NodeKind::kCallBuiltin) name = &ast.builtin_calls[node.payload].name;
  if (node.kind == NodeKind::kBuiltinName) name = &ast.names[node.payload];
  return name != nullptr && (*name == "now" || *name == "today");
}

bool IsLoop(NodeKind kind) {
  return kind == NodeKind::kFor || kind == NodeKind::kSome || kind == NodeKind::kEvery ||
         kind == NodeKind::kFilter || kind == NodeKind::kFunction;
}

// What joins conditions; nothing for a condition.
std::optional<LogicNode::Kind> ConnectiveOf(NodeKind kind) {
  if (kind == NodeKind::kAnd) return LogicNode::Kind::kAnd;
  if (kind == NodeKind::kOr) return LogicNode::Kind::kOr;
  if (kind == NodeKind::kNot) return LogicNode::Kind::kNot;
  return std::nullopt;
}

bool MayBeBoolean(const Ast& ast) {
  const Type::Tag tag = ast.types[0].tag();
  return tag == Type::Tag::kBoolean || tag == Type::Tag::kAny;
}

Condition MakeCondition(const Ast& ast, const std::vector<bool>& is_constant, NodeIndex node);

// The conditions that the connectives under `root` join, in source order.
std::vector<Condition> Joined(const Ast& ast, const std::vector<bool>& is_constant, NodeIndex root) {
  std::vector<Condition> conditions;
  std::vector<NodeIndex> pending = {root};
  while (!pending.empty()) {
    const NodeIndex node = pending.back();
    pending.pop_back();
    if (ConnectiveOf(ast.nodes[node].kind)) {
      const auto children = ast.Children(node);
      pending.insert(pending.end(), children.rbegin(), children.rend());
    } else {
      conditions.push_back(MakeCondition(ast, is_constant, node));
    }
  }
  return conditions;
}

void AddQuantifier(const Ast& ast, const std::vector<bool>& is_constant, Condition& condition) {
  const NodeIndex node = condition.node;
  const std::size_t bindings = (ast.nodes[node].child_count - 1) / 2;
  const NodeIndex body = ast.Child(node, 2 * bindings);
  condition.quantifier = {ast.nodes[body].span, bindings, ast.nodes[node].kind == NodeKind::kSome};
  for (std::size_t i = 0; i < bindings; ++i) {
    const NodeIndex binding = ast.Child(node, 2 * i + 1);
    condition.operands.push_back({binding, ast.nodes[binding].span});
  }
  for (const Condition& inner : Joined(ast, is_constant, body)) {
    const std::size_t shown = inner.quantifier ? 1 : inner.operands.size();
    condition.operands.insert(condition.operands.end(), inner.operands.begin(),
                              inner.operands.begin() + static_cast<std::ptrdiff_t>(shown));
  }
}

Condition MakeCondition(const Ast& ast, const std::vector<bool>& is_constant, NodeIndex node) {
  Condition condition{node, ast.nodes[node].span, {}, std::nullopt};
  const auto add = [&](NodeIndex operand) {
    if (!is_constant[operand]) condition.operands.push_back({operand, ast.nodes[operand].span});
  };
  switch (ast.nodes[node].kind) {
    case NodeKind::kComparison:
    case NodeKind::kBetween:
    case NodeKind::kInstanceOf:
      for (const NodeIndex child : ast.Children(node)) add(child);
      break;
    case NodeKind::kIn:
      add(ast.Child(node, 0));
      for (const NodeIndex test : ast.Children(node).subspan(1)) {
        for (const NodeIndex operand : ast.Children(test)) add(operand);
      }
      break;
    case NodeKind::kLiteral:
    case NodeKind::kInput:
    case NodeKind::kLocal:
    case NodeKind::kDynamicName:
    case NodeKind::kUnknownName:
    case NodeKind::kBuiltinName:
    case NodeKind::kBinding:
    case NodeKind::kList:
    case NodeKind::kContext:
    case NodeKind::kRange:
    case NodeKind::kTestRange:
    case NodeKind::kNegate:
    case NodeKind::kArithmetic:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kNot:
    case NodeKind::kTestOperator:
    case NodeKind::kTestValue:
    case NodeKind::kTestBoolean:
    case NodeKind::kTestAny:
    case NodeKind::kPath:
    case NodeKind::kFilter:
    case NodeKind::kIf:
    case NodeKind::kFor:
    case NodeKind::kIteration:
    case NodeKind::kFunction:
    case NodeKind::kCallBuiltin:
    case NodeKind::kCall:
    case NodeKind::kSort:
      add(node);
      break;
    case NodeKind::kSome:
    case NodeKind::kEvery:
      add(node);
      if (!condition.operands.empty()) AddQuantifier(ast, is_constant, condition);
      break;
  }
  return condition;
}

}  // namespace

// A node is constant when nothing below it varies and every variable it uses is bound below it.
std::vector<bool> ConstantNodes(const Ast& ast) {
  const std::size_t count = ast.nodes.size();
  std::vector<bool> varies(count, false);
  std::vector<NodeIndex> outermost(count, kNoNode);  // the first node that binds a name used below
  std::vector<bool> is_constant(count, false);
  for (std::size_t i = count; i-- > 0;) {
    const Node& node = ast.nodes[i];
    if (node.kind == NodeKind::kInput || DependsOnNow(ast, node)) varies[i] = true;
    if (node.kind == NodeKind::kLocal) outermost[i] = std::min(outermost[i], node.payload);
    is_constant[i] = !varies[i] && outermost[i] >= i && node.kind != NodeKind::kBinding &&
                     node.kind != NodeKind::kLocal;
    if (node.parent == kNoNode) continue;
    if (varies[i]) varies[node.parent] = true;
    outermost[node.parent] = std::min(outermost[node.parent], outermost[i]);
  }
  return is_constant;
}

std::vector<NodeInfo> NodeInfos(const Ast& ast, const std::vector<bool>& is_constant) {
  std::vector<NodeInfo> infos(ast.nodes.size());
  for (std::size_t i = 0; i < infos.size(); ++i) {
    const Node& node = ast.nodes[i];
    infos[i].span = node.span;
    infos[i].is_constant = is_constant[i];
    if (node.parent == kNoNode) continue;
    infos[i].parent = static_cast<std::int32_t>(node.parent);
    const bool is_first_source = ast.Child(node.parent, 0) == i;
    const bool in_loop = IsLoop(ast.nodes[node.parent].kind) && !is_first_source;
    infos[i].repeats = infos[node.parent].repeats || in_loop;
  }
  return infos;
}

std::vector<Condition> Conditions(const Ast& ast, const std::vector<bool>& is_constant) {
  return MayBeBoolean(ast) ? Joined(ast, is_constant, 0) : std::vector<Condition>();
}

std::vector<LogicNode> Logic(const Ast& ast) {
  std::vector<LogicNode> logic;
  if (!MayBeBoolean(ast)) return logic;
  std::uint32_t conditions = 0;
  std::vector<std::pair<NodeIndex, std::uint32_t>> pending = {{0, 0}};  // with the parent's place
  while (!pending.empty()) {
    const auto [node, parent] = pending.back();
    pending.pop_back();
    const auto place = static_cast<std::uint32_t>(logic.size());
    const std::optional<LogicNode::Kind> connective = ConnectiveOf(ast.nodes[node].kind);
    logic.push_back({connective.value_or(LogicNode::Kind::kCondition), ast.nodes[node].span, parent,
                     connective ? 0 : conditions++});
    if (!connective) continue;
    const auto children = ast.Children(node);
    for (auto child = children.rbegin(); child != children.rend(); ++child)
      pending.emplace_back(*child, place);
  }
  return logic;
}

std::vector<std::uint32_t> InputsRead(const Ast& ast) {
  std::vector<std::uint32_t> reads;
  for (const Node& node : ast.nodes) {
    if (node.kind == NodeKind::kInput) reads.push_back(node.payload);
  }
  std::sort(reads.begin(), reads.end());
  reads.erase(std::unique(reads.begin(), reads.end()), reads.end());
  return reads;
}

}  // namespace oxpecker::feel
