// tests/support/reference_evaluator.h - the expression language again, as simply as it can be said.
//
// Walks the tree; no registers, no jumps, no folding, no fast paths. Control flow, scoping, iteration,
// filters and calls are its own; the meaning of scalar operators is rules/feel/operations.h. What the
// shipped evaluator answers must be what this one answers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "rules/feel/ast.h"
#include "rules/feel/evaluator.h"
#include "rules/feel/operations.h"
#include "rules/feel/program_body.h"

namespace oxpecker::feel {

class ReferenceEvaluator {
 public:
  // All of them must outlive the evaluator and what it answers.
  ReferenceEvaluator(const Ast& ast, std::span<const Value> inputs, Instant now, Arena& arena)
      : ast_(ast), inputs_(inputs), now_(now), arena_(arena) {}

  // Nothing where it takes more than kStepsMax: then there is nothing to compare.
  std::optional<Value> Evaluate();

  static constexpr std::uint64_t kStepsMax = 200'000;

 private:
  using Variables = std::map<NodeIndex, Value>;
  struct Closure : FunctionData {
    NodeIndex node = 0;
    CompiledFunction declared;  // for `instance of`
    Variables variables;
  };

  Value Visit(NodeIndex node, Variables& variables);
  Value VisitArithmetic(NodeIndex node, Variables& variables);
  Value VisitTest(NodeIndex test, const Value& value, Variables& variables);
  Value VisitIn(NodeIndex node, Variables& variables);
  Value VisitContext(NodeIndex node, Variables& variables);
  Value VisitRange(NodeIndex node, Variables& variables);
  Value VisitTestRange(NodeIndex node, Variables& variables);
  Value VisitDynamicName(NodeIndex node, Variables& variables);
  Value VisitFilter(NodeIndex node, Variables& variables);
  Value VisitLoop(NodeIndex node, Variables& variables);
  // False: the loop has its answer.
  bool Iterate(NodeIndex node, std::size_t iterator, Variables& variables,
               std::vector<Value>& collected, Value& answer);
  bool ItemsOf(NodeIndex node, NodeIndex source, Variables& variables, std::vector<Value>& items,
               Value& failure);
  bool CountFrom(const Site& site, Value low, const Value& high, std::vector<Value>& items,
                 Value& failure);
  Value VisitFunction(NodeIndex node, const Variables& variables);
  Value VisitCall(NodeIndex node, Variables& variables);
  Value VisitBuiltinCall(NodeIndex node, Variables& variables);
  Value CallBuiltin(const Site& site, const Builtin& row, const std::vector<Value>& arguments);
  Value VisitSort(NodeIndex node, Variables& variables);
  Value Apply(const Site& site, const Value& function, std::vector<Value> arguments);
  Value ListOf(const std::vector<Value>& items);
  Site SiteOf(NodeIndex node) { return {arena_, ast_.nodes[node].span, &steps_left_}; }
  bool UsesBinding(NodeIndex node, NodeIndex binding) const;

  const Ast& ast_;
  std::span<const Value> inputs_;
  Instant now_;
  Arena& arena_;
  std::vector<std::unique_ptr<Closure>> closures_;
  std::uint64_t steps_left_ = kStepsMax;
  std::uint32_t call_depth_ = 0;
  bool stopped_ = false;
};

}  // namespace oxpecker::feel
