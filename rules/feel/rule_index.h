// rules/feel/rule_index.h - which of many rules hold, found by fact instead of rule by rule.
//
// A rule is mostly several conditions joined by `and`, and many of them compare one fact with
// constants. Where such a part is false, the rule is false whatever else it says. The index looks
// every fact up once (table_index.h), and knows which rules are false, which hold because they have
// no other parts, and which are left: of those only the other parts need evaluating. A part that
// mixes facts ("pep or country = ...") is looked at from each fact in turn, with the rest unknown:
// where it is false even then, so is the rule. Rules with loops or calls of functions are never ruled
// out, because evaluating them might meet a limit, which is an outcome of its own.
//
// Immutable once built; share it between threads.
//
// Example:
//   const RuleIndex index = RuleIndex::Build(rules, scope, limits);
//   index.Find(inputs, verdicts);
//   ForEachBit(verdicts.holds, [&](std::size_t rule) { ... it fired ... });
//   ForEachBit(verdicts.open, [&](std::size_t rule) {
//     if (evaluator.Test(index.Left(rule, verdicts), inputs, environment) == Truth::kTrue) ...
//   });
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rules/feel/program.h"
#include "rules/feel/scope.h"
#include "rules/feel/table_index.h"

namespace oxpecker::feel {

class RuleIndex {
 public:
  // `scope` is the one that the rules were compiled in.
  static RuleIndex Build(std::span<const Program* const> rules, const Scope& scope,
                         const Limits& limits);

  std::size_t words() const { return table_.words(); }
  // Bits by rule; a rule in neither of the first two sets is false.
  struct Verdicts {
    std::vector<std::uint64_t> holds;
    std::vector<std::uint64_t> open;
    std::vector<std::uint64_t> whole;  // of the open ones: a part on one fact has no answer
  };
  // inputs[i] is the value of the scope's variable i.
  void Find(std::span<const Value> inputs, Verdicts& verdicts) const;
  // What is left to evaluate of a rule that is open; it comes to what the rule comes to. The whole
  // rule where a part that the index knows is not true, so that the reason is the rule's own.
  const Program& Left(std::size_t rule, const Verdicts& verdicts) const {
    return Bit(verdicts.whole.data(), rule) ? rules_[rule] : rests_[rule];
  }

  // For a trace: the facts that the index looks at, and what each says about all rules.
  std::span<const std::uint32_t> facts() const { return facts_; }
  TableIndex::Answer FindFact(std::size_t fact, const Value& value) const {
    return table_.Find(fact, value);
  }
  std::size_t memory_bytes() const;

 private:
  std::vector<std::uint32_t> facts_;  // columns of the table: indices of the scope's variables
  TableIndex table_;
  std::vector<Program> rules_;
  std::vector<Program> rests_;               // the whole rule where the index knows nothing of it
  std::vector<std::uint64_t> covered_;       // rules without parts that the index does not know
  std::vector<std::uint64_t> filters_only_;  // by column: cells that can only rule out
  std::vector<std::uint64_t> parts_;         // by column: rules with a part on that fact alone
};

template <class Use>
void ForEachBit(std::span<const std::uint64_t> bits, Use use) {
  for (std::size_t w = 0; w < bits.size(); ++w) {
    for (std::uint64_t left = bits[w]; left != 0; left &= left - 1)
      use(w * 64 + static_cast<std::size_t>(std::countr_zero(left)));
  }
}

}  // namespace oxpecker::feel
