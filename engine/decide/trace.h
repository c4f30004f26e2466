// engine/decide/trace.h - the section `trace` of a decision record: every rule's and guard's
// conditions with the values that decided them (docs/format/decision_v1.md).
//
// Private to engine. One Trace for one decision, filled in the order rules, then guards.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/decide/decision.h"
#include "rules/feel/evaluator.h"
#include "rules/feel/program.h"

namespace oxpecker::engine {

// A value as the trace writes it: FEEL text, with long lists as "list of 40", contexts as "context"
// and long texts cut. Never the whole of a customer's document.
std::string TraceText(const feel::Value& value);

Unknown WhyUnknown(const feel::Value& value);  // of a value that is no boolean, or null

class Trace {
 public:
  // `evaluator` has just evaluated `when` to `result`.
  void AddRule(std::string_view id, std::uint32_t version, const feel::Program& when,
               const feel::Value& result, const feel::Evaluator& evaluator);
  // A table's row: the results of its cells, in column order ('-' where a cell was not reached).
  void AddTableRow(std::string_view id, std::uint32_t version, std::size_t row, const feel::Value& result,
                   const std::vector<std::string>& cells);
  void AddGuard(std::string_view action, std::string_view guard, const feel::Program& when,
                const feel::Value& result, const feel::Evaluator& evaluator);
  std::string ToCanonicalJson() const;

 private:
  std::string rules_;   // canonical objects, separated by commas
  std::string guards_;
};

}  // namespace oxpecker::engine
