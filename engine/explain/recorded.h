// engine/explain/recorded.h - sections `decision` and `trace` of a record, read back as values
// (docs/format/decision_v1.md).
//
// Reading is the inverse of decide/decision_json.cc: what was read writes the same bytes again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/decide/decision.h"

namespace oxpecker::engine {

struct RecordedDecision {
  std::string engine;  // version that decided
  Decision decision;   // without trace; Candidate::action_index is not known
};

struct TracedCondition {
  char result = '-';                  // t, f, u, or - when it was not reached
  std::vector<std::string> operands;  // FEEL text
};

// A rule, or a row of a table.
struct TracedRule {
  std::string id;
  std::string result;              // true, false, unknown
  std::optional<std::size_t> row;  // from 1
  std::vector<TracedCondition> conditions;
};

struct TracedGuard {
  std::string action;
  std::string guard;
  std::string result;
  std::vector<TracedCondition> conditions;
};

struct RecordedTrace {
  std::vector<TracedRule> rules;
  std::vector<TracedGuard> guards;
};

// Errors are kIntegrity; the place is a JSON pointer into the section.
Result<RecordedDecision> ReadDecision(std::string_view json);
Result<RecordedTrace> ReadTrace(std::string_view json);  // of an empty text: an empty trace

}  // namespace oxpecker::engine
