// rules/feel/emitter.h - writes the instructions of one tree. Private to compiler*.cc.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/feel/ast.h"
#include "rules/feel/evaluator.h"
#include "rules/feel/program_body.h"
#include "rules/feel/regex.h"

namespace oxpecker::feel {

// Constants are folded by running the code of each largest constant part once, here; parts that take
// longer than kFoldLimits stay as they are.
class Emitter {
 public:
  Emitter(const Ast& ast, bool fold, Program::Body& body);
  void Run(NodeIndex root);

 private:
  // The code of the expression, or of one function in it.
  struct Context {
    Context* outer = nullptr;
    NodeIndex first_node = 0;
    NodeIndex node_end = 0;
    std::vector<Instruction> code;
    std::uint32_t loop_count = 0;
    std::vector<Operand>* captures = nullptr;  // nullptr: not a function
    std::vector<NodeIndex> captured;           // the binding of each
  };
  struct Loop {
    std::size_t next_at;  // its kLoopNext
    std::uint32_t slot;
  };

  Operand Emit(NodeIndex node);
  Operand EmitNode(NodeIndex node);
  std::optional<Operand> Fold(NodeIndex node);

  // compiler.cc
  Operand EmitOperands(Opcode op, NodeIndex node, std::uint8_t detail = 0);
  Operand EmitLogic(NodeIndex node);
  Operand EmitIf(NodeIndex node);
  Operand EmitBetween(NodeIndex node);
  Operand EmitList(NodeIndex node);
  Operand EmitContext(NodeIndex node);
  Operand EmitPath(NodeIndex node);
  Operand EmitDynamicName(NodeIndex node);
  Operand EmitFailure(NodeIndex node, CauseKind kind, std::string_view message);
  Operand EmitInstanceOf(NodeIndex node);

  // compiler_tests.cc: in, cells
  Operand EmitIn(NodeIndex node);
  Operand EmitTest(NodeIndex test, Operand value);
  std::optional<Operand> EmitConstantTests(NodeIndex node, Operand value);

  // compiler_loops.cc: loops, filters, functions, calls
  Operand EmitFor(NodeIndex node);
  Operand EmitQuantifier(NodeIndex node);
  Loop EmitIterator(NodeIndex node, NodeIndex source, NodeIndex binding,
                    std::vector<std::size_t>& invalid);
  void EmitIterators(NodeIndex node, std::size_t count, std::vector<Loop>& loops,
                     std::vector<std::size_t>& invalid);
  Operand EmitFilter(NodeIndex node);
  Operand EmitFunction(NodeIndex node);
  Operand EmitBuiltinCall(NodeIndex node);
  std::shared_ptr<const PreparedPattern> PatternOf(std::string_view name, std::span<const Operand> arguments) const;
  Operand EmitCall(NodeIndex node);
  Operand EmitBuiltinName(NodeIndex node);

  std::size_t Append(Instruction instruction);
  std::uint32_t Here() const { return static_cast<std::uint32_t>(context_->code.size()); }
  void JumpTo(std::size_t instruction, std::size_t target);  // sets its c
  void JumpHere(std::size_t instruction) { JumpTo(instruction, context_->code.size()); }
  std::uint32_t NewBlock() { return body_.block_count++; }
  std::uint32_t NewLoopSlot() { return context_->loop_count++; }
  std::uint32_t Register(NodeIndex node) const { return node - context_->first_node; }
  Operand Result(NodeIndex node) const { return MakeOperand(Bank::kRegister, Register(node)); }
  Operand Constant(const Value& value);
  Operand Variable(NodeIndex binding, Context& context);
  std::uint32_t Pool(std::span<const Operand> operands);
  std::uint32_t Name(const std::string& name);
  void Place(NodeIndex node, Operand operand, std::uint32_t block);
  bool UsesBinding(NodeIndex node, NodeIndex binding) const;

  const Ast& ast_;
  bool fold_;
  Program::Body& body_;
  std::vector<bool> is_constant_;
  std::vector<bool> holds_function_;
  Context* context_ = nullptr;
  std::uint32_t block_ = 0;
  NodeIndex trace_first_ = 0;
  std::optional<Evaluator> folding_;
};

}  // namespace oxpecker::feel
