#include "rules/feel/compiler.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rules/feel/emitter.h"
#include "rules/feel/trace_layout.h"

namespace oxpecker::feel {
namespace {

constexpr Limits kFoldLimits = {
    .steps_max = 20'000, .memory_bytes_max = 1U << 20U, .call_depth_max = 64};

Opcode OpcodeOf(ArithmeticOperator op) {
  switch (op) {
    case ArithmeticOperator::kAdd:
      return Opcode::kAdd;
    case ArithmeticOperator::kSubtract:
      return Opcode::kSubtract;
    case ArithmeticOperator::kMultiply:
      return Opcode::kMultiply;
    case ArithmeticOperator::kDivide:
      return Opcode::kDivide;
    case ArithmeticOperator::kPower:
      return Opcode::kPower;
  }
  return Opcode::kAdd;
}

}  // namespace

Opcode OpcodeOf(TestOperator op) {
  switch (op) {
    case TestOperator::kLess:
      return Opcode::kLess;
    case TestOperator::kLessEqual:
      return Opcode::kLessEqual;
    case TestOperator::kGreater:
      return Opcode::kGreater;
    case TestOperator::kGreaterEqual:
      return Opcode::kGreaterEqual;
    case TestOperator::kEqual:
      return Opcode::kEqual;
    case TestOperator::kNotEqual:
      return Opcode::kNotEqual;
  }
  return Opcode::kEqual;
}

void EmitCode(const Ast& ast, NodeIndex root, bool fold, Program::Body& body) {
  Emitter(ast, fold, body).Run(root);
}

Emitter::Emitter(const Ast& ast, bool fold, Program::Body& body)
    : ast_(ast), fold_(fold), body_(body) {
  if (!fold) return;
  is_constant_ = ConstantNodes(ast);
  holds_function_.assign(ast.nodes.size(), false);
  for (std::size_t i = ast.nodes.size(); i-- > 0;) {
    const NodeKind kind = ast.nodes[i].kind;
    if (kind == NodeKind::kFunction || kind == NodeKind::kBuiltinName) holds_function_[i] = true;
    if (holds_function_[i] && ast.nodes[i].parent != kNoNode) {
      holds_function_[ast.nodes[i].parent] = true;
    }
  }
}

void Emitter::Run(NodeIndex root) {
  Context main;
  main.first_node = root;
  main.node_end = ast_.nodes[root].subtree_end;
  context_ = &main;
  trace_first_ = root;
  body_.first_node = root;
  body_.trace.assign(main.node_end - root, NodeTrace{0, kNoBlock});
  for (NodeIndex node = root; node < main.node_end; ++node) {
    body_.spans.push_back(ast_.nodes[node].span);
    if (ast_.nodes[node].kind == NodeKind::kInput) {
      body_.input_count = std::max(body_.input_count, ast_.nodes[node].payload + 1);
    }
  }
  const Operand result = Emit(root);
  Append({.op = Opcode::kReturn, .a = result});
  body_.main_size = Here();
  body_.loop_count = main.loop_count;
  // Functions were appended as they were met; the expression itself goes first.
  const std::vector<Instruction> functions = std::move(body_.code);
  body_.code = std::move(main.code);
  body_.code.insert(body_.code.end(), functions.begin(), functions.end());
  for (CompiledFunction& function : body_.functions) function.code_begin += body_.main_size;
}

Operand Emitter::Emit(NodeIndex node) {
  const std::uint32_t block = block_;
  if (fold_ && is_constant_[node] && !holds_function_[node] && ast_.nodes[node].child_count > 0) {
    if (const std::optional<Operand> folded = Fold(node)) return *folded;
  }
  const Operand operand = EmitNode(node);
  Place(node, operand, block);
  block_ = block;
  return operand;
}

Operand Emitter::EmitNode(NodeIndex node) {
  const Node& n = ast_.nodes[node];
  switch (n.kind) {
    case NodeKind::kLiteral:
      return Constant(ast_.constants[n.payload]);
    case NodeKind::kInput:
      return MakeOperand(Bank::kInput, n.payload);
    case NodeKind::kLocal:
      return Variable(n.payload, *context_);
    case NodeKind::kBinding:
      return Result(node);
    case NodeKind::kDynamicName:
      return EmitDynamicName(node);
    case NodeKind::kUnknownName:
      return EmitFailure(node, CauseKind::kArgument,
                         "unknown name '" + ast_.names[n.payload] + "'");
    case NodeKind::kBuiltinName:
      return EmitBuiltinName(node);
    case NodeKind::kList:
      return EmitList(node);
    case NodeKind::kContext:
      return EmitContext(node);
    case NodeKind::kRange:
      return EmitOperands(Opcode::kMakeRange, node, n.detail);
    case NodeKind::kTestRange:
      return EmitOperands(Opcode::kMakeTestRange, node, n.detail);
    case NodeKind::kNegate:
      return EmitOperands(Opcode::kNegate, node);
    case NodeKind::kArithmetic:
      return EmitOperands(OpcodeOf(static_cast<ArithmeticOperator>(n.detail)), node);
    case NodeKind::kComparison:
      return EmitOperands(OpcodeOf(static_cast<TestOperator>(n.detail)), node);
    case NodeKind::kAnd:
    case NodeKind::kOr:
      return EmitLogic(node);
    case NodeKind::kNot:
      return EmitOperands(Opcode::kNot, node);
    case NodeKind::kBetween:
      return EmitBetween(node);
    case NodeKind::kIn:
      return EmitIn(node);
    case NodeKind::kTestAny:
      return Constant(Value::Boolean(true));
    case NodeKind::kInstanceOf:
      return EmitInstanceOf(node);
    case NodeKind::kPath:
      return EmitPath(node);
    case NodeKind::kFilter:
      return EmitFilter(node);
    case NodeKind::kIf:
      return EmitIf(node);
    case NodeKind::kFor:
      return EmitFor(node);
    case NodeKind::kSome:
    case NodeKind::kEvery:
      return EmitQuantifier(node);
    case NodeKind::kFunction:
      return EmitFunction(node);
    case NodeKind::kCallBuiltin:
      return EmitBuiltinCall(node);
    case NodeKind::kCall:
      return EmitCall(node);
    case NodeKind::kSort:
      return EmitOperands(Opcode::kSort, node);
    case NodeKind::kIteration:
    case NodeKind::kTestOperator:
    case NodeKind::kTestValue:
    case NodeKind::kTestBoolean:
      break;  // emitted by the construct they belong to
  }
  OXP_CHECK(false);
}

// Runs a constant part now. Its inner nodes become constants too, for the trace.
std::optional<Operand> Emitter::Fold(NodeIndex node) {
  auto part = std::make_shared<Program::Body>();
  EmitCode(ast_, node, false, *part);
  const Program program(part);
  if (!folding_) folding_.emplace(kFoldLimits);
  const Value result = folding_->Evaluate(program, {}, {});
  if (result.is_null() && result.cause() != nullptr && result.cause()->kind == CauseKind::kLimit) {
    folding_->Reset();
    return std::nullopt;
  }
  const Operand operand = Constant(result);
  Place(node, operand, block_);
  for (NodeIndex inner = node + 1; inner < ast_.nodes[node].subtree_end; ++inner) {
    const Value* value = folding_->ValueOf(inner);
    if (value != nullptr) Place(inner, Constant(*value), block_);
  }
  for (const Type& type : part->types) body_.types.push_back(type);  // shapes of the constants
  folding_->Reset();
  return operand;
}

// One or two children.
Operand Emitter::EmitOperands(Opcode op, NodeIndex node, std::uint8_t detail) {
  const auto children = ast_.Children(node);
  const Operand a = Emit(children[0]);
  const Operand b = children.size() > 1 ? Emit(children[1]) : 0;
  Append({.op = op, .detail = detail, .dst = Register(node), .a = a, .b = b});
  return Result(node);
}

Operand Emitter::EmitLogic(NodeIndex node) {
  const bool is_and = ast_.nodes[node].kind == NodeKind::kAnd;
  const Operand left = Emit(ast_.Child(node, 0));
  const std::uint32_t block = NewBlock();
  const std::size_t decided = Append({.op = is_and ? Opcode::kAndLeft : Opcode::kOrLeft,
                                      .dst = Register(node),
                                      .a = left,
                                      .b = block});
  block_ = block;
  const Operand right = Emit(ast_.Child(node, 1));
  Append({.op = is_and ? Opcode::kAnd : Opcode::kOr, .dst = Register(node), .a = left, .b = right});
  JumpHere(decided);
  return Result(node);
}

Operand Emitter::EmitIf(NodeIndex node) {
  const std::uint32_t outside = block_;
  const Operand condition = Emit(ast_.Child(node, 0));
  const std::uint32_t then_block = NewBlock();
  const std::size_t to_else =
      Append({.op = Opcode::kJumpUnlessTrue, .a = condition, .b = then_block});
  block_ = then_block;
  const Operand yes = Emit(ast_.Child(node, 1));
  Append({.op = Opcode::kMove, .dst = Register(node), .a = yes});
  const std::size_t to_end = Append({.op = Opcode::kJump});
  JumpHere(to_else);
  const std::uint32_t else_block = NewBlock();
  Append({.op = Opcode::kEnter, .b = else_block});
  block_ = else_block;
  const Operand no = Emit(ast_.Child(node, 2));
  Append({.op = Opcode::kMove, .dst = Register(node), .a = no});
  JumpHere(to_end);
  block_ = outside;
  return Result(node);
}

Operand Emitter::EmitBetween(NodeIndex node) {
  const Operand value = Emit(ast_.Child(node, 0));
  const std::array<Operand, 2> ends = {Emit(ast_.Child(node, 1)), Emit(ast_.Child(node, 2))};
  Append({.op = Opcode::kBetween, .dst = Register(node), .a = value, .b = Pool(ends)});
  return Result(node);
}

Operand Emitter::EmitList(NodeIndex node) {
  std::vector<Operand> items;
  for (const NodeIndex child : ast_.Children(node)) items.push_back(Emit(child));
  if (items.empty()) return Constant(Value::List({}));
  Append({.op = Opcode::kMakeList,
          .dst = Register(node),
          .a = Pool(items),
          .b = static_cast<std::uint32_t>(items.size())});
  return Result(node);
}

Operand Emitter::EmitContext(NodeIndex node) {
  std::vector<Operand> slots;
  for (const NodeIndex child : ast_.Children(node)) slots.push_back(Emit(child));
  const Type& type = ast_.types[node];
  if (type.tag() != Type::Tag::kContext) {
    return EmitFailure(node, CauseKind::kArgument, "the context has two entries of one name");
  }
  body_.types.push_back(type);
  body_.shapes.push_back(type.shape());
  if (slots.empty()) return Constant(Value::Context(type.shape(), nullptr));
  Append({.op = Opcode::kMakeContext,
          .dst = Register(node),
          .a = Pool(slots),
          .b = static_cast<std::uint32_t>(slots.size()),
          .c = static_cast<std::uint32_t>(body_.shapes.size() - 1)});
  return Result(node);
}

Operand Emitter::EmitPath(NodeIndex node) {
  const NodeIndex child = ast_.Child(node, 0);
  const Operand value = Emit(child);
  const Type& type = ast_.types[child];
  PathEntry entry;
  const std::string& name = ast_.names[ast_.nodes[node].payload];
  entry.name = body_.arena.Copy(name);
  if (type.tag() == Type::Tag::kContext && type.shape()->Find(name) >= 0) {
    body_.types.push_back(type);
    entry.shape = type.shape();
    entry.slot = static_cast<std::uint32_t>(type.shape()->Find(name));
  }
  body_.paths.push_back(entry);
  Append({.op = entry.shape != nullptr ? Opcode::kPathSlot : Opcode::kPath,
          .dst = Register(node),
          .a = value,
          .b = static_cast<std::uint32_t>(body_.paths.size() - 1)});
  return Result(node);
}

Operand Emitter::EmitDynamicName(NodeIndex node) {
  const Node& n = ast_.nodes[node];
  std::vector<Operand> operands;
  for (const NodeIndex child : ast_.Children(node)) operands.push_back(Emit(child));
  Append({.op = Opcode::kDynamicName,
          .detail = n.has_fallback ? std::uint8_t{1} : std::uint8_t{0},
          .dst = Register(node),
          .a = Pool(operands),
          .b = static_cast<std::uint32_t>(operands.size()),
          .c = Name(ast_.names[n.payload])});
  return Result(node);
}

Operand Emitter::EmitInstanceOf(NodeIndex node) {
  const Operand value = Emit(ast_.Child(node, 0));
  body_.types.push_back(ast_.type_names[ast_.nodes[node].payload]);
  Append({.op = Opcode::kInstanceOf,
          .dst = Register(node),
          .a = value,
          .b = static_cast<std::uint32_t>(body_.types.size() - 1)});
  return Result(node);
}

// A part that is null whatever the inputs are.
Operand Emitter::EmitFailure(NodeIndex node, CauseKind kind, std::string_view message) {
  const Cause* cause =
      body_.arena.New<Cause>(kind, ast_.nodes[node].span, body_.arena.Copy(message));
  return Constant(Value::Null(cause));
}

std::size_t Emitter::Append(Instruction instruction) {
  context_->code.push_back(instruction);
  return context_->code.size() - 1;
}

void Emitter::JumpTo(std::size_t instruction, std::size_t target) {
  context_->code[instruction].c = static_cast<std::uint32_t>(
      static_cast<std::int64_t>(target) - static_cast<std::int64_t>(instruction));
}

Operand Emitter::Constant(const Value& value) {
  body_.constants.push_back(CopyInto(value, body_.arena));
  return MakeOperand(Bank::kConstant, static_cast<std::uint32_t>(body_.constants.size() - 1));
}

// Where a variable is for the code of `context`: a register of its own, or captured from outside.
Operand Emitter::Variable(NodeIndex binding, Context& context) {
  const bool own = binding >= context.first_node && binding < context.node_end;
  if (own || context.outer == nullptr) {
    const NodeTrace& trace = body_.trace[binding - trace_first_];
    // The value of a context's entry may be where it needs no register.
    const bool computed = ast_.nodes[binding].kind != NodeKind::kBinding;
    return computed ? trace.location : MakeOperand(Bank::kRegister, binding - context.first_node);
  }
  for (std::size_t i = 0; i < context.captured.size(); ++i) {
    if (context.captured[i] == binding) {
      return MakeOperand(Bank::kCapture, static_cast<std::uint32_t>(i));
    }
  }
  context.captured.push_back(binding);
  context.captures->push_back(Variable(binding, *context.outer));
  return MakeOperand(Bank::kCapture, static_cast<std::uint32_t>(context.captured.size() - 1));
}

std::uint32_t Emitter::Pool(std::span<const Operand> operands) {
  const auto first = static_cast<std::uint32_t>(body_.pool.size());
  body_.pool.insert(body_.pool.end(), operands.begin(), operands.end());
  return first;
}

std::uint32_t Emitter::Name(const std::string& name) {
  body_.names.push_back(name);
  return static_cast<std::uint32_t>(body_.names.size() - 1);
}

void Emitter::Place(NodeIndex node, Operand operand, std::uint32_t block) {
  // Inside a function the location still serves the code; the trace does not show it.
  const bool in_function = context_->outer != nullptr;
  body_.trace[node - trace_first_] = {operand, in_function ? kNoBlock : block};
}

}  // namespace oxpecker::feel
