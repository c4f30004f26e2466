// engine/pack_tests/scenarios.h - runs scenarios: whole customers with what must come of each, in one
// file of YAML or JSON. Where a pack's own tests say what they list, a scenario says everything: a
// reason that it neither demands nor allows is a failure.
//
//   scenarios:
//     - id: S01
//       title: Three late fees to one creditor
//       facts: {...}                  a facts document
//       event: {...}                  absent: customer.review
//       expect:
//         status: decided             or refused
//         outcomes: [{action, ...}]   in order; of each the listed keys: action, kind, delivery, human,
//                                     detail, simulation, steps, deferred, deferred_until, expires_at, rule;
//                                     'delivery: deferred' fits whatever waits for the end of quiet hours
//         suppressed: [{action, guard, reason}]   exactly these; guard is a stage, as G7_suitability
//         flags: [...]                exactly these
//         reasons_must, reasons_must_not, reasons_may: [...]
//         features: {name: value}     null: there is none, or it is unknown
//         customer_text_must_not_contain: [...]   in any language, whatever the case
//   Other keys of a scenario are its author's own and are not looked at.
//
// Pure; thread-safe. A problem of form refuses the whole file with every issue at once.
//
// Example:
//   OXP_TRY(const ScenarioReport report, RunScenarios(*release, "scenarios.yaml", text));
//   for (const ScenarioResult& s : report.scenarios) if (!s.passed()) Print(ToText(s));
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/pack_tests/pack_tests.h"
#include "engine/release/release.h"

namespace oxpecker::engine {

struct ScenarioResult {
  std::string id;
  std::string title;
  std::string place;                      // file:line:column
  std::vector<Mismatch> mismatches;
  std::vector<std::string> reason_chain;  // as in PackTestResult; empty where it passed
  bool passed() const { return mismatches.empty(); }
};

struct ScenarioReport {
  std::vector<ScenarioResult> scenarios;  // in the file's order
  std::size_t failed() const;
};

// `file` names the file in messages; one that ends in .json is read as JSON.
Checked<ScenarioReport> RunScenarios(const std::shared_ptr<const Release>& release, const std::string& file,
                                     std::string_view text);

// For people: id, title and place, each difference, the reason chain. Ends with a line break.
std::string ToText(const ScenarioResult& scenario);

}  // namespace oxpecker::engine
