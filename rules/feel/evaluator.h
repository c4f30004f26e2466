// rules/feel/evaluator.h - runs compiled programs. Keeps its memory from one evaluation to the next,
// so use one for many. Not thread-safe: one a thread.
//
// Total: every evaluation ends with a value, within its limits. Pure: the same program, inputs and
// environment give the same value, bit for bit.
//
// Example:
//   Evaluator evaluator(limits);
//   for (const Case& c : cases) {
//     Value v = evaluator.Evaluate(program, c.inputs, {.now = c.as_of});
//     if (v.is_true()) ...
//     evaluator.Reset();   // values made since the last Reset die here
//   }
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/instant.h"
#include "rules/feel/limits.h"
#include "rules/feel/program.h"

namespace oxpecker::feel {

// What lies outside the expression and its inputs.
struct Environment {
  Instant now;  // of now() and today(), in UTC: the decision's as_of, never a clock
};

// A function that is not written in the expression language and can be called from it: a business
// knowledge model, a decision service. Lives as long as the values that name it, in an arena or
// longer. A call may evaluate programs with the evaluator that calls (joint evaluation, below).
class HostFunction {
 public:
  // `span`: the place of the call, for causes. As many arguments as there are parameters.
  virtual Value Call(SourceSpan span, std::span<const Value> arguments) const = 0;
  virtual std::span<const std::string> parameter_names() const = 0;
  virtual const Type& type() const = 0;  // a function type

 protected:
  HostFunction() = default;
  ~HostFunction() = default;
  HostFunction(const HostFunction&) = default;
  HostFunction& operator=(const HostFunction&) = default;
};
Value MakeFunction(const HostFunction* function, Arena& arena);
class TraceBuffer;

// What a condition comes to. Unknown: a null, or no boolean.
enum class Truth : std::uint8_t { kFalse, kTrue, kUnknown };

class Evaluator {
 public:
  explicit Evaluator(const Limits& limits);
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;
  Evaluator& operator=(Evaluator&&) noexcept;

  // inputs[i] is the value of the scope's variable i. The result may point into the inputs, the
  // program, and this evaluator's arena; it is valid until Reset().
  Value Evaluate(const Program& program, std::span<const Value> inputs,
                 const Environment& environment);

  // As Evaluate, for a condition: quicker, because the value is not copied. ValueOf(0) has it. Not
  // within a joint evaluation.
  Truth Test(const Program& program, std::span<const Value> inputs,
             const Environment& environment);

  // After Evaluate, until the next one: the value a node had, or nullptr where it was not reached
  // (the right side of a decided `and`, a branch not taken).
  const Value* ValueOf(NodeIndex node) const;

  // Between these two, what is evaluated is one evaluation of many programs: it has one budget of
  // steps, memory and call depth, may happen inside a call of a HostFunction, and leaves no trace for
  // ValueOf. The results live until Reset().
  void BeginJoint(const Environment& environment);
  void EndJoint();
  // REQUIRES a joint evaluation. `names`: of the arguments, empty where they are by position.
  Value Call(const Value& function, std::span<const Value> arguments,
             std::span<const std::string> names, SourceSpan span);
  // For work of the host: false once the joint evaluation has used up its steps or memory.
  bool Spend(std::uint64_t steps);
  // After Evaluate, until the next one: its conditions and what they were about. See compact_trace.h.
  void RecordConditions(TraceBuffer& to) const;

  // How many regular expressions were compiled while evaluating: those that no program's text fixes,
  // each once while it is in use.
  std::uint64_t patterns_compiled() const;

  Arena& arena();
  void Reset();

 private:
  struct State;
  Value EvaluatePart(const Program& program, std::span<const Value> inputs);
  const Value* ValueAt(std::uint32_t location) const;
  const Value* Run(const Program& program, std::span<const Value> inputs,
                   const Environment& environment);
  std::unique_ptr<State> state_;
};

}  // namespace oxpecker::feel
