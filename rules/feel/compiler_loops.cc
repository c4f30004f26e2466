// Loops, filters, functions and calls.
#include <array>
#include <utility>

#include "rules/feel/emitter.h"

namespace oxpecker::feel {

// Code up to and with the kLoopNext that binds the next item of `source`.
Emitter::Loop Emitter::EmitIterator(NodeIndex node, NodeIndex source, NodeIndex binding,
                                    std::vector<std::size_t>& invalid) {
  const std::uint32_t slot = NewLoopSlot();
  if (ast_.nodes[source].kind == NodeKind::kIteration) {
    const Operand low = Emit(ast_.Child(source, 0));
    const Operand high = Emit(ast_.Child(source, 1));
    const std::array<Operand, 2> ends = {low, high};
    invalid.push_back(
        Append({.op = Opcode::kCountStart, .dst = Register(node), .a = Pool(ends), .b = slot}));
  } else {
    const Operand items = Emit(source);
    invalid.push_back(
        Append({.op = Opcode::kLoopStart, .dst = Register(node), .a = items, .b = slot}));
  }
  const std::uint32_t block = NewBlock();
  body_.loops.push_back({slot, block, 1});
  const std::size_t next_at = Append({.op = Opcode::kLoopNext,
                                      .dst = Register(binding),
                                      .b = static_cast<std::uint32_t>(body_.loops.size() - 1)});
  block_ = block;
  Place(binding, Result(binding), block_);
  return {next_at, slot};
}

// Nested: an inner loop that is exhausted goes on with the next item of the one around it.
void Emitter::EmitIterators(NodeIndex node, std::size_t count, std::vector<Loop>& loops,
                            std::vector<std::size_t>& invalid) {
  for (std::size_t i = 0; i < count; ++i) {
    loops.push_back(
        EmitIterator(node, ast_.Child(node, 2 * i), ast_.Child(node, 2 * i + 1), invalid));
    if (i > 0) JumpTo(loops[i].next_at, loops[i - 1].next_at);
  }
}

Operand Emitter::EmitFor(NodeIndex node) {
  const std::uint32_t outside = block_;
  const std::size_t count = (ast_.nodes[node].child_count - 2) / 2;
  const NodeIndex partial = ast_.Child(node, 2 * count);
  const NodeIndex body = ast_.Child(node, 2 * count + 1);
  const std::uint32_t collected = NewLoopSlot();
  Append({.op = Opcode::kListStart, .b = collected});
  std::vector<Loop> loops;
  std::vector<std::size_t> invalid;
  EmitIterators(node, count, loops, invalid);
  if (UsesBinding(body, partial)) {
    Append({.op = Opcode::kPartial, .dst = Register(partial), .b = collected});
    Place(partial, Result(partial), block_);
  }
  const Operand item = Emit(body);
  const std::size_t append = Append({.op = Opcode::kListAppend, .a = item, .b = collected});
  JumpTo(append, loops.back().next_at);
  body_.loops[context_->code[loops.back().next_at].b].steps =
      static_cast<std::uint32_t>(append - loops.back().next_at);
  JumpHere(loops.front().next_at);
  Append({.op = Opcode::kListFinish, .dst = Register(node), .b = collected});
  for (const std::size_t start : invalid) JumpHere(start);
  block_ = outside;
  return Result(node);
}

Operand Emitter::EmitQuantifier(NodeIndex node) {
  const std::uint32_t outside = block_;
  const bool is_some = ast_.nodes[node].kind == NodeKind::kSome;
  const std::size_t count = (ast_.nodes[node].child_count - 1) / 2;
  const Operand start = Constant(Value::Boolean(!is_some));
  Append({.op = Opcode::kMove, .dst = Register(node), .a = start});
  std::vector<Loop> loops;
  std::vector<std::size_t> invalid;
  EmitIterators(node, count, loops, invalid);
  const Operand condition = Emit(ast_.Child(node, 2 * count));
  const std::size_t test = Append({.op = is_some ? Opcode::kSomeTest : Opcode::kEveryTest,
                                   .dst = Register(node),
                                   .a = condition});
  JumpTo(test, loops.back().next_at);
  body_.loops[context_->code[loops.back().next_at].b].steps =
      static_cast<std::uint32_t>(test - loops.back().next_at);
  JumpHere(loops.front().next_at);
  for (const std::size_t at : invalid) JumpHere(at);
  block_ = outside;
  return Result(node);
}

Operand Emitter::EmitFilter(NodeIndex node) {
  const std::uint32_t outside = block_;
  const NodeIndex item = ast_.Child(node, 1);
  const NodeIndex predicate = ast_.Child(node, 2);
  const Operand list = Emit(ast_.Child(node, 0));
  if (!UsesBinding(predicate, item)) {  // the same for every item: a position, or all or nothing
    const Operand position = Emit(predicate);
    Append({.op = Opcode::kIndex, .dst = Register(node), .a = list, .b = position});
    return Result(node);
  }
  const std::uint32_t slot = NewLoopSlot();
  const bool is_boolean = ast_.types[predicate].tag() == Type::Tag::kBoolean;
  const std::size_t start = Append({.op = Opcode::kFilterStart,
                                    .detail = is_boolean ? std::uint8_t{0} : std::uint8_t{1},
                                    .dst = Register(node),
                                    .a = list,
                                    .b = slot});
  const std::uint32_t block = NewBlock();
  body_.loops.push_back({slot, block, 1});
  const std::size_t entry = body_.loops.size() - 1;
  const std::size_t next_at = Append(
      {.op = Opcode::kLoopNext, .dst = Register(item), .b = static_cast<std::uint32_t>(entry)});
  block_ = block;
  Place(item, Result(item), block_);
  const Operand keep = Emit(predicate);
  const std::size_t test =
      Append({.op = Opcode::kFilterTest, .dst = Register(node), .a = keep, .b = slot});
  JumpTo(test, next_at);
  body_.loops[entry].steps = static_cast<std::uint32_t>(test - next_at);
  JumpHere(next_at);
  Append({.op = Opcode::kFilterFinish, .dst = Register(node), .b = slot});
  JumpHere(start);
  block_ = outside;
  return Result(node);
}

bool Emitter::UsesBinding(NodeIndex node, NodeIndex binding) const {
  for (NodeIndex n = node; n < ast_.nodes[node].subtree_end; ++n) {
    if (ast_.nodes[n].kind == NodeKind::kLocal && ast_.nodes[n].payload == binding) return true;
  }
  return false;
}

Operand Emitter::EmitFunction(NodeIndex node) {
  const auto index = static_cast<std::uint32_t>(body_.functions.size());
  body_.functions.emplace_back();
  std::vector<Operand> captures;
  Context context;
  context.outer = context_;
  context.first_node = node;
  context.node_end = ast_.nodes[node].subtree_end;
  context.captures = &captures;
  const std::uint32_t outside = block_;
  context_ = &context;
  const auto children = ast_.Children(node);
  CompiledFunction function;
  function.first_node = node;
  function.register_count = context.node_end - node;
  const std::size_t own_name = ast_.nodes[node].detail;
  if (own_name == 1) function.self = Register(children[0]);
  for (const NodeIndex parameter : children.subspan(own_name, children.size() - own_name - 1)) {
    function.parameters.push_back(Register(parameter));
  }
  const Operand result = Emit(children.back());
  Append({.op = Opcode::kReturn, .a = result});
  function.loop_count = context.loop_count;
  function.parameter_names = ast_.functions[ast_.nodes[node].payload].parameters;
  function.type = ast_.types[node];
  function.captures = std::move(captures);
  function.code_begin = static_cast<std::uint32_t>(body_.code.size());
  function.code_size = static_cast<std::uint32_t>(context.code.size());
  body_.code.insert(body_.code.end(), context.code.begin(), context.code.end());
  body_.functions[index] = std::move(function);
  context_ = context.outer;
  block_ = outside;
  Append({.op = Opcode::kMakeFunction, .dst = Register(node), .b = index});
  return Result(node);
}

Operand Emitter::EmitBuiltinCall(NodeIndex node) {
  const BuiltinCall& call = ast_.builtin_calls[ast_.nodes[node].payload];
  std::vector<Operand> arguments;
  for (const NodeIndex child : ast_.Children(node)) arguments.push_back(Emit(child));
  if (call.row == nullptr) return EmitFailure(node, CauseKind::kArgument, call.problem);
  if (!call.argument_of.empty()) {
    std::vector<Operand> arranged;
    for (const std::int32_t argument : call.argument_of) {
      arranged.push_back(argument < 0 ? Constant(Value::Null())
                                      : arguments[static_cast<std::size_t>(argument)]);
    }
    arguments = std::move(arranged);
  }
  body_.builtins.push_back(call.row);
  if (auto pattern = PatternOf(call.name, arguments)) {
    body_.patterns.resize(body_.builtins.size());
    body_.patterns.back() = std::move(pattern);
  }
  Append({.op = Opcode::kCallBuiltin,
          .dst = Register(node),
          .a = Pool(arguments),
          .b = static_cast<std::uint32_t>(arguments.size()),
          .c = static_cast<std::uint32_t>(body_.builtins.size() - 1)});
  return Result(node);
}

// Compiled, where the pattern and its flags are constants.
std::shared_ptr<const PreparedPattern> Emitter::PatternOf(std::string_view name, std::span<const Operand> arguments) const {
  const bool is_split = name == "split";
  if (!is_split && name != "matches" && name != "replace") return nullptr;
  const auto constant = [&](std::size_t i) -> const Value* {
    if (i >= arguments.size() || static_cast<Bank>(arguments[i] >> kBankShift) != Bank::kConstant) return nullptr;
    return &body_.constants[arguments[i] & kOperandIndexMask];
  };
  const std::size_t flags_at = name == "replace" ? 3 : 2;
  const Value* pattern = constant(1);
  const Value* flags = is_split ? nullptr : constant(flags_at);
  const bool has_flags = !is_split && arguments.size() > flags_at;
  if (pattern == nullptr || pattern->kind() != Kind::kString || (has_flags && flags == nullptr)) return nullptr;
  const bool named = flags != nullptr && flags->kind() == Kind::kString;
  return PreparedPattern::Of({pattern->string(), named ? flags->string() : std::string_view()});
}

Operand Emitter::EmitCall(NodeIndex node) {
  std::vector<Operand> operands;
  for (const NodeIndex child : ast_.Children(node)) operands.push_back(Emit(child));
  std::uint32_t names = kNoNames;
  if (ast_.nodes[node].payload != kNoNode) {
    body_.name_lists.push_back(ast_.name_lists[ast_.nodes[node].payload]);
    names = static_cast<std::uint32_t>(body_.name_lists.size() - 1);
  }
  Append({.op = Opcode::kCall,
          .dst = Register(node),
          .a = Pool(operands),
          .b = static_cast<std::uint32_t>(operands.size()),
          .c = names});
  return Result(node);
}

Operand Emitter::EmitBuiltinName(NodeIndex node) {
  FunctionData data;
  data.builtin = body_.arena.Copy(ast_.names[ast_.nodes[node].payload]);
  const FunctionData* function = body_.arena.New<FunctionData>(data);
  body_.constants.push_back(Value::Function(function));
  return MakeOperand(Bank::kConstant, static_cast<std::uint32_t>(body_.constants.size() - 1));
}

}  // namespace oxpecker::feel
