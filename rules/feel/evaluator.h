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

  // After Evaluate, until the next one: the value a node had, or nullptr where it was not reached
  // (the right side of a decided `and`, a branch not taken).
  const Value* ValueOf(NodeIndex node) const;

  Arena& arena();
  void Reset();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace oxpecker::feel
