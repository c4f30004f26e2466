// Scenarios: the given ones and our own pass, and every kind of difference is seen.
#include "engine/pack_tests/scenarios.h"

#include <gmock/gmock.h>

#include "tests/unit/engine/scenario_documents.h"
#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

using testing::HasSubstr;

std::string Differences(const std::string& file, std::string_view text, std::size_t* count = nullptr) {
  const auto report = RunScenarios(ShippedPack(), file, text);
  if (!report) return ToString(report.error());
  if (count != nullptr) *count = report->scenarios.size();
  std::string told;
  for (const ScenarioResult& scenario : report->scenarios)
    if (!scenario.passed()) told += ToText(scenario);
  return told;
}

TEST(Scenarios, TheGivenOnesPass) {
  const auto file = GivenScenarioFile();
  if (!file) GTEST_SKIP() << "the given scenarios are not beside the source";
  std::size_t count = 0;
  EXPECT_EQ(Differences(*file, ReadText(*file), &count), "");
  EXPECT_EQ(count, 18U);
}

TEST(Scenarios, OurOwnPass) {
  ASSERT_FALSE(OwnScenarioFiles().empty());
  for (const std::string& file : OwnScenarioFiles()) EXPECT_EQ(Differences(file, ReadText(file)), "") << file;
}

// A customer of whom there is nothing to say, as JSON; the expectation is put in.
std::string Quiet(const std::string& expect) {
  const std::string facts = ToJson(AllScenarioDocuments().front().facts);
  return R"({"scenarios": [{"id": "Q1", "title": "nothing to say", "facts": )" + facts + R"(, "expect": )" + expect + "}]}";
}

TEST(Scenarios, JsonIsReadAsYamlIs) {
  EXPECT_EQ(Differences("n.json", Quiet(R"({"status": "decided", "outcomes": [], "reasons_must": ["NO_ACTION"], "features": {"adviser": null}})")), "");
}

TEST(Scenarios, EveryKindOfDifferenceIsSeen) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"status": "refused"})", "status"},
      {R"({"outcomes": [{"action": "annuity_offer"}]})", "outcomes"},
      {R"({"suppressed": [{"action": "annuity_offer", "guard": "G4_consent", "reason": "CONSENT_MISSING"}]})", "suppressed"},
      {R"({"flags": ["churn_risk_flag"]})", "flags"},
      {R"({"reasons_must": ["TAX_SEASON"]})", "reasons_must"},
      {R"({"reasons_must": []})", "reasons beyond those"},
      {R"({"features": {"fees_30d": 17}})", "feature fees_30d"},
      {R"({"features": {"no_such": 17}})", "no such feature"}};
  for (const auto& [expect, what] : cases) EXPECT_THAT(Differences("n.json", Quiet(expect)), HasSubstr(what)) << expect;
}

TEST(Scenarios, AFileWithoutFormIsRefused) {
  EXPECT_THAT(Differences("n.json", "{}"), HasSubstr("no list 'scenarios'"));
  EXPECT_THAT(Differences("n.yaml", "scenarios: [{id: a}]"), HasSubstr("'facts' and 'expect'"));
  EXPECT_THAT(Differences("n.json", "{"), HasSubstr("n.json:1:2"));
}

}  // namespace
}  // namespace oxpecker::engine
