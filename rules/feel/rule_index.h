// rules/feel/rule_index.h - which of many rules hold, found by fact instead of rule by rule.
//
// A rule is mostly several conditions joined by `and`, and many of them compare one fact with
// constants. Where such a part is false, the rule is false whatever else it says. The index looks
// every fact up once (table_index.h), and knows which rules are false, which hold because they have
// no other parts, and which are left: of those only the other parts need evaluating. A part with
// alternatives on one fact each ("pep or country = ...") makes rows of its own, one an alternative. Any
// other part that mixes facts is looked at from each fact in turn, with the rest unknown: where it is
// false even then, so is the rule. Rules with loops or calls of functions are never ruled out, because
// evaluating them might meet a limit, which is an outcome of its own.
//
// Immutable once built; share it between threads.
//
// Example:
//   const RuleIndex index = RuleIndex::Build(rules, scope, limits);
//   index.Run(inputs, evaluator, environment, verdicts);
//   ForEachBit(verdicts.holds, [&](std::size_t rule) { ... it fired ... });
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rules/feel/evaluator.h"
#include "rules/feel/program.h"
#include "rules/feel/scope.h"
#include "rules/feel/table_index.h"

namespace oxpecker::feel {

class RuleIndex {
 public:
  // `scope` is the one that the rules were compiled in.
  static RuleIndex Build(std::span<const Program* const> rules, const Scope& scope,
                         const Limits& limits);

  // Bits by rule; a rule in neither of the first two sets is false. Behind the rules' bits come those
  // of rows that are alternatives of rules, always clear in the first two.
  struct Verdicts {
    std::vector<std::uint64_t> holds;
    std::vector<std::uint64_t> open;
    std::vector<std::uint64_t> whole;    // of the open ones: a part on one fact has no answer
    std::vector<std::uint64_t> answers;  // for a trace, what TableIndex::FindAll says
  };
  // inputs[i] is the value of the scope's variable i.
  void Find(std::span<const Value> inputs, Verdicts& verdicts) const;
  // What is left to evaluate of a rule that is open; it comes to what the rule comes to. The whole
  // rule where a part that the index knows is not true, so that the reason is the rule's own.
  const Program& Left(std::size_t rule, const Verdicts& verdicts) const {
    return Bit(verdicts.whole.data(), rule) ? rules_[rule] : rests_[rule];
  }

  // Find, and then every rule that is open: afterwards `holds` are the rules that are true, and `open` those
  // without an answer.
  void Run(std::span<const Value> inputs, Evaluator& evaluator, const Environment& environment,
           Verdicts& verdicts) const;
  // The same with a trace: the answers of Find, of every rule that it left open, ascending, what Record
  // writes, and the sets `holds` and `open`.
  void RunTraced(std::span<const Value> inputs, Evaluator& evaluator, const Environment& environment,
                 Verdicts& verdicts, TraceBuffer& to) const;

  // What a rule that is open comes to, by the shortest way.
  Truth Test(std::size_t rule, const Verdicts& verdicts, std::span<const Value> inputs, Evaluator& evaluator,
             const Environment& environment) const;
  // The same, and what is left of it with its computed operands, as Evaluator::RecordConditions does.
  Truth Record(std::size_t rule, const Verdicts& verdicts, std::span<const Value> inputs, Evaluator& evaluator,
               const Environment& environment, TraceBuffer& to) const;

  // The facts that the index looks at, as indices of the scope's variables.
  std::span<const std::uint32_t> facts() const { return facts_; }
  std::size_t rule_count() const { return rules_.size(); }
  std::size_t memory_bytes() const;

 private:
  template <class Settle>
  static void SettleOpen(Verdicts& verdicts, Settle settle);
  void FoldAlternatives(Verdicts& verdicts) const;

  std::vector<std::uint32_t> facts_;  // columns of the table: indices of the scope's variables
  TableIndex table_;
  std::vector<Program> rules_;
  std::vector<Program> rests_;               // the whole rule where the index knows nothing of it
  std::vector<const QuickTest*> quick_tests_;  // of the rests; nullptr where there is none
  std::vector<std::uint32_t> alternative_of_;  // row rule_count() + i is one of this rule's
  std::vector<std::uint64_t> covered_;       // rows without parts that the index does not know
  std::vector<std::uint64_t> parts_;         // by column: rows with a part on that fact alone
};

template <class Use>
void ForEachBit(std::span<const std::uint64_t> bits, Use use) {
  for (std::size_t w = 0; w < bits.size(); ++w) {
    for (std::uint64_t left = bits[w]; left != 0; left &= left - 1)
      use(w * 64 + static_cast<std::size_t>(std::countr_zero(left)));
  }
}

}  // namespace oxpecker::feel
