// engine/pack_tests/pack_tests.h - runs the tests that stand beside the rules of a pack: example
// customers in *.test.yaml files, each with what must come of it. docs/rulebook.md has the format.
//
// A test decides with the release exactly as production does: the same reader, the same Decider. A
// test says nothing of what it does not list, and what it lists is exact.
//
// Pure; thread-safe. A problem in the test files themselves (unknown key, action, guard, feature or
// reason; a test that expects nothing) refuses the whole run with every issue at once.
//
// Example:
//   OXP_TRY(const PackTestReport report, RunPackTests(*release, release->pack_files()));
//   for (const PackTestResult& test : report.tests)
//     if (!test.passed()) Print(ToText(test));
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/release/release.h"
#include "rules/rulebook/rulebook.h"

namespace oxpecker::engine {

// One expectation that did not hold.
struct Mismatch {
  std::string what;      // "outcomes", "features.autopay_cover"
  std::string place;     // file:line:column of the expectation
  std::string expected;
  std::string got;
};

struct PackTestResult {
  std::string name;
  std::string place;  // file:line:column
  std::vector<Mismatch> mismatches;
  // How the decision came about, a line each: every rule asked with its conditions and their values,
  // every candidate with the guards that objected. Empty where the test passed.
  std::vector<std::string> reason_chain;
  // The few lines of it that concern what was expected. Empty where the test passed.
  std::vector<std::string> nearest;
  // Rules and tables that held or had no answer, guards that objected or had none: sorted, each once.
  std::vector<std::string> held;
  bool passed() const { return mismatches.empty(); }
};

// How often the tests saw a rule, a row of a table or a guard hold and not hold.
struct CoverageItem {
  enum class Kind : std::uint8_t { kRule, kTableRow, kGuard };
  Kind kind = Kind::kRule;
  std::string id;         // "late_fees_autopay", "payment_friction row 2", "contact_cap"
  std::size_t held = 0;       // a guard: it objected
  std::size_t not_held = 0;   // asked, with the answer no
  std::size_t unknown = 0;    // asked, without an answer
  bool covered() const { return held > 0 && not_held > 0; }
};

struct PackTestReport {
  std::vector<PackTestResult> tests;   // in order of file and place
  std::vector<CoverageItem> coverage;  // rules, table rows, guards, in the rulebook's order
  std::size_t failed() const;
  bool ok() const { return failed() == 0; }
  std::vector<std::string> gaps() const;  // a sentence for each item that is not covered
};

// `files` are those of the pack; only *.test.yaml are read.
Checked<PackTestReport> RunPackTests(std::shared_ptr<const Release> release,
                                     const std::vector<rules::PackFile>& files);

// For people: the test's name and place, each mismatch, the reason chain. Ends with a line break.
std::string ToText(const PackTestResult& test);
// The same in at most 12 lines: the first mismatches, and of the reason chain what is nearest.
std::string ToShortText(const PackTestResult& test);

}  // namespace oxpecker::engine
