// `in`, and the unary tests of decision-table cells.
#include <algorithm>

#include "rules/feel/compiler.h"
#include "rules/feel/emitter.h"

namespace oxpecker::feel {

Operand Emitter::EmitIn(NodeIndex node) {
  const auto children = ast_.Children(node);
  const Operand value = Emit(children[0]);
  if (const std::optional<Operand> result = EmitConstantTests(node, value)) return *result;
  Operand any = EmitTest(children[1], value);
  for (const NodeIndex test : children.subspan(2)) {
    const std::uint32_t block = NewBlock();
    const std::size_t decided =
        Append({.op = Opcode::kOrLeft, .dst = Register(node), .a = any, .b = block});
    const std::uint32_t outside = block_;
    block_ = block;
    const Operand right = EmitTest(test, value);
    block_ = outside;
    Append({.op = Opcode::kOr, .dst = Register(node), .a = any, .b = right});
    // From here on the result so far is in the node's own register, whichever way it was reached.
    JumpTo(decided, Here());
    any = Result(node);
  }
  return any;
}

Operand Emitter::EmitTest(NodeIndex test, Operand value) {
  const Node& n = ast_.nodes[test];
  const std::uint32_t block = block_;
  Operand result = Result(test);
  if (n.kind == NodeKind::kTestAny) {
    result = Constant(Value::Boolean(true));
  } else {
    const Operand operand = Emit(ast_.Child(test, 0));
    if (n.kind == NodeKind::kTestOperator) {
      Append({.op = OpcodeOf(static_cast<TestOperator>(n.detail)),
              .dst = Register(test),
              .a = value,
              .b = operand});
    } else if (n.kind == NodeKind::kTestBoolean) {
      Append({.op = Opcode::kCellBoolean, .dst = Register(test), .a = operand});
    } else {
      Append({.op = n.detail == 1 ? Opcode::kCellValue : Opcode::kInTest,
              .dst = Register(test),
              .a = value,
              .b = operand});
    }
  }
  Place(test, result, block);
  return result;
}

// x in ("a", "b") and x in ["a", "b"], all of them constant texts or numbers.
std::optional<Operand> Emitter::EmitConstantTests(NodeIndex node, Operand value) {
  const auto tests = ast_.Children(node).subspan(1);
  const bool literal = std::all_of(tests.begin(), tests.end(), [&](NodeIndex test) {
    return ast_.nodes[test].kind == NodeKind::kTestValue;
  });
  if (!literal) return std::nullopt;
  const NodeIndex first = ast_.Child(tests[0], 0);
  const bool is_list = tests.size() == 1 && ast_.nodes[first].kind == NodeKind::kList;
  std::vector<NodeIndex> items;
  if (is_list) {
    items.assign(ast_.Children(first).begin(), ast_.Children(first).end());
  } else {
    for (const NodeIndex test : tests) items.push_back(ast_.Child(test, 0));
  }
  if (items.empty()) return std::nullopt;
  std::vector<Value> values;
  for (const NodeIndex item : items) {
    if (ast_.nodes[item].kind != NodeKind::kLiteral) return std::nullopt;
    values.push_back(ast_.constants[ast_.nodes[item].payload]);
    const Kind kind = values.back().kind();
    if (kind != values[0].kind() || (kind != Kind::kString && kind != Kind::kNumber)) {
      return std::nullopt;
    }
  }
  if (is_list) Place(first, Constant(Value::List(values)), block_);
  const auto begin = static_cast<std::uint32_t>(body_.constants.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    Place(items[i], Constant(values[i]), block_);
  }
  Append({.op = values[0].kind() == Kind::kString ? Opcode::kInTexts : Opcode::kInNumbers,
          .detail = is_list ? std::uint8_t{1} : std::uint8_t{0},
          .dst = Register(node),
          .a = value,
          .b = begin,
          .c = static_cast<std::uint32_t>(items.size())});
  return Result(node);
}

}  // namespace oxpecker::feel
