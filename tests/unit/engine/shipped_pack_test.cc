// The pack that ships: its own tests pass and cover all of it, and they notice when a number or a
// comparison in it changes.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/decimal.h"
#include "engine/pack_tests/pack_tests.h"
#include "rules/rulebook/null_warnings.h"
#include "rules/rulebook/table_warnings.h"
#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

// Text of the failed tests; what else went wrong counts as noticed too.
std::string Failures(const std::vector<rules::PackFile>& files) {
  const auto release = Release::Build(files);
  if (!release) return ToString(release.error());
  const auto report = RunPackTests(*release, files);
  if (!report) return ToString(report.error());
  std::string text;
  for (const PackTestResult& test : report->tests)
    if (!test.passed()) text += ToText(test);
  return text;
}

TEST(ShippedPack, ItsTestsPassAndCoverAllOfIt) {
  const std::vector<rules::PackFile> files = ShippedFiles();
  EXPECT_EQ(Failures(files), "");
  const auto report = RunPackTests(ShippedPack(), files);
  ASSERT_TRUE(report.has_value()) << ToString(report.error());
  EXPECT_GE(report->tests.size(), 200U);
  EXPECT_EQ(report->gaps(), std::vector<std::string>{});
}

TEST(ShippedPack, EveryRuleAndGuardSaysWhyItIsThere) {
  const auto release = ShippedPack();
  const rules::Rulebook& book = release->rulebook().authored();
  for (const rules::Rule& rule : book.rules) EXPECT_GE(rule.authorship.rationale.size(), 40U) << rule.id;
  for (const rules::Table& table : book.tables) EXPECT_GE(table.authorship.rationale.size(), 40U) << table.id;
  for (const rules::Guard& guard : book.guards) EXPECT_GE(guard.authorship.rationale.size(), 40U) << guard.id;
}

// Whatever in it rests on what may be missing asks first, or says that it is meant.
TEST(ShippedPack, RestsOnNothingThatMayBeMissingUnsaid) {
  EXPECT_EQ(ToString(rules::FindNullWarnings(ShippedPack()->rulebook())), "");
}

TEST(ShippedPack, ItsTablesHaveNoRowsThatOverlapOrAreOutOfReach) {
  EXPECT_EQ(ToString(rules::FindTableWarnings(ShippedPack()->rulebook())), "");
}

// A change of one place of one file.
struct Mutant {
  std::string file;
  std::size_t at;
  std::size_t size;
  std::string replacement;
};

std::string Described(const Mutant& mutant, const std::string& text) {
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(mutant.at), '\n') + 1;
  return mutant.file + ":" + std::to_string(line) + ": '" + text.substr(mutant.at, mutant.size) + "' as '" + mutant.replacement + "'";
}

// Each numeric threshold a step up and a step down, the step being its last written digit.
void AddThresholds(const rules::PackFile& file, std::vector<Mutant>& mutants) {
  for (std::size_t at = file.bytes.find("value: "); at != std::string::npos; at = file.bytes.find("value: ", at + 1)) {
    const std::size_t from = at + 7;
    const std::size_t to = file.bytes.find_first_not_of("0123456789.-", from);
    if (to == from) continue;  // a text or a list
    const std::string number = file.bytes.substr(from, to - from);
    const std::size_t point = number.find('.');
    const std::string step = point == std::string::npos ? "1" : "0." + std::string(number.size() - point - 2, '0') + "1";
    mutants.push_back({file.path, from, to - from, (*Decimal::Parse(number) + *Decimal::Parse(step)).ToCanonicalString()});
    mutants.push_back({file.path, from, to - from, (*Decimal::Parse(number) - *Decimal::Parse(step)).ToCanonicalString()});
  }
}

// Comparisons that may be strict or loose without any difference, by a part of their line, and why.
bool IsEquivalent(const std::string& line) {
  for (const char* part : {"a.target_date < b.target_date",  // two goals due on one day: either may stand first
                           "a.at > b.at",                    // two contacts at one instant: the same
                           "a.id < b.id",                    // ids are unique
                           "FRAUD_SCORE_HIGH, when"})        // a score that holds a payment lies above the one that questions it
    if (line.find(part) != std::string::npos) return true;
  return false;
}

std::string LineAt(const std::string& text, std::size_t at) {
  const std::size_t from = text.rfind('\n', at) + 1;
  return text.substr(from, text.find('\n', at) - from);
}

// Each comparison of conditions and cells made strict, or loose, or the other way round.
void AddComparisons(const rules::PackFile& file, std::vector<Mutant>& mutants) {
  const std::vector<std::pair<std::string, std::string>> changes = {{">= ", "> "}, {"<= ", "< "}, {" > ", " >= "}, {" < ", " <= "}};
  for (const auto& [from, to] : changes)
    for (std::size_t at = file.bytes.find(from); at != std::string::npos; at = file.bytes.find(from, at + 1))
      if (!IsEquivalent(LineAt(file.bytes, at))) mutants.push_back({file.path, at, from.size(), to});
}

TEST(ShippedPack, ItsTestsNoticeEveryChangedThresholdAndComparison) {
  const std::vector<rules::PackFile> files = ShippedFiles();
  std::vector<Mutant> mutants;
  for (const rules::PackFile& file : files) {
    if (file.path.ends_with(".test.yaml")) continue;
    if (file.path == "policy.yaml") AddThresholds(file, mutants);
    if (file.path.starts_with("rules/") || file.path.starts_with("features/") || file.path.starts_with("guards/"))
      AddComparisons(file, mutants);
  }
  EXPECT_GE(mutants.size(), 60U);
  for (const Mutant& mutant : mutants) {
    std::vector<rules::PackFile> changed = files;
    const auto file = std::find_if(changed.begin(), changed.end(), [&](const auto& f) { return f.path == mutant.file; });
    const std::string what = Described(mutant, file->bytes);
    file->bytes.replace(mutant.at, mutant.size, mutant.replacement);
    EXPECT_NE(Failures(changed), "") << "no test notices " << what;
  }
}

}  // namespace
}  // namespace oxpecker::engine
