#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/explain/small_pack.h"

namespace oxpecker::engine {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using voice::Language;

constexpr Language kAll[] = {Language::kEnglish, Language::kSwedish, Language::kChinese};

ExplainQuery Officer(DetailLevel detail = DetailLevel::kStandard,
                     Language language = Language::kEnglish) {
  return {.audience = Audience::kOfficer,
          .language = language,
          .detail = detail,
          .time_zone = "Europe/Stockholm"};
}

Candidate HeldBack(EndState state, const char* by) {
  Candidate c = AutopayCandidate();
  c.state = state;
  c.decided_by = by;
  c.delivery.clear();
  return c;
}

std::vector<std::vector<std::string>> CellsOf(const Section& section) {
  std::vector<std::vector<std::string>> cells;
  for (const Row& row : section.rows) cells.push_back(row.cells);
  return cells;
}

TEST(Officer, ASelectedCandidateIsToldWithItsRuleAndItsValues) {
  const Explanation told = MustExplain(DecisionWith({AutopayCandidate()}), Officer());
  const Section* candidate = FindSection(told, "candidate.autopay_setup");
  ASSERT_NE(candidate, nullptr);
  EXPECT_EQ(candidate->heading, "Stop the late fees (autopay_setup): selected");
  EXPECT_THAT(AllText(told), HasSubstr("Proposed by rule fees_rule, version 2: Late fees repeat"));
  EXPECT_EQ(CellsOf(*candidate),
            (std::vector<std::vector<std::string>>{{"fee_count >= policy.fee_n", "3 >= 3", "holds"},
                                                   {"has_autopay", "false", "does not hold"}}));
  EXPECT_EQ(candidate->rows[0].source, "rule:fees_rule");
  EXPECT_EQ(candidate->rows[0].mark, Mark::kHolds);
  EXPECT_THAT(AllText(told), HasSubstr("fee_count >= policy.fee_n and not(has_autopay)"))
      << "a condition under `not` is shown in its place";
  EXPECT_THAT(CellsOf(*FindSection(told, "outcomes")),
              Contains(std::vector<std::string>{"Stop the late fees (autopay_setup)",
                                                "push notification", "offered", "standard"}));
  EXPECT_THAT(AllText(told), HasSubstr("Nothing was held back."));
}

TEST(Officer, ARowOfATableIsToldByItsColumns) {
  const Explanation told = MustExplain(DecisionWith({PromptCandidate()}), Officer());
  const Section* candidate = FindSection(told, "candidate.payment_prompt");
  ASSERT_NE(candidate, nullptr);
  EXPECT_THAT(AllText(told), HasSubstr("payment_table, row 2"));
  EXPECT_EQ(CellsOf(*candidate),
            (std::vector<std::vector<std::string>>{{"event.fraud_score: >= 0.9", "0.95", "holds"}}))
      << "an empty cell is no condition";
}

TEST(Officer, TheDecisiveGuardIsToldWithItsConditionAndTheOthersBesideIt) {
  Candidate c = HeldBack(EndState::kSuppressed, "no_complaint");
  c.verdicts[1].verdict = Verdict::kBlock;
  c.verdicts[1].reason = "COMPLAINT_OPEN";
  c.verdicts[2].verdict = Verdict::kDowngrade;
  c.verdicts[2].reason = "TOO_MANY_CONTACTS";
  const Explanation told = MustExplain(DecisionWith({c}), Officer());
  EXPECT_THAT(AllText(told), HasSubstr("Stopped or changed by guard no_complaint, version 2, which "
                                       "requires: No complaint is open"));
  EXPECT_THAT(AllText(told), HasSubstr("[COMPLAINT_OPEN]"));
  const Section* guard = FindSection(told, "guard.autopay_setup.no_complaint");
  ASSERT_NE(guard, nullptr);
  EXPECT_EQ(CellsOf(*guard), (std::vector<std::vector<std::string>>{
                                 {"count(complaints) > 0", "1 > 0", "holds"},
                                 {"(fee_count - 1) * 2 > 100", "", "not asked"}}));
  const Section* others = FindSection(told, "objections.autopay_setup");
  ASSERT_NE(others, nullptr);
  ASSERT_EQ(others->rows.size(), 1U);
  EXPECT_THAT(others->rows[0].cells[0], HasSubstr("contact_cap"));
  EXPECT_THAT(others->rows[0].cells[2], HasSubstr("[TOO_MANY_CONTACTS]"));
}

TEST(Officer, EveryEndStateIsToldInEveryLanguage) {
  struct Case {
    EndState state;
    const char* by;
    const char* reason;
  };
  const Case cases[] = {{EndState::kSuppressed, "no_complaint", "COMPLAINT_OPEN"},
                        {EndState::kSuppressed, "delivery", "CHANNEL_OPT_OUT"},
                        {EndState::kDeferred, "delivery", "QUIET_HOURS_DEFER"},
                        {EndState::kDeferred, "no_complaint", "COMPLAINT_OPEN"},
                        {EndState::kDowngraded, "contact_cap", "TOO_MANY_CONTACTS"},
                        {EndState::kDowngraded, "arbitration", "OUTRANKED"},
                        {EndState::kOutranked, "arbitration", "OUTRANKED"}};
  for (const Language language : kAll)
    for (const Case& end : cases) {
      Candidate c = HeldBack(end.state, end.by);
      for (GuardFinding& g : c.verdicts)
        if (g.guard == end.by) {
          g.verdict = Verdict::kBlock;
          g.reason = end.reason;
        }
      const Explanation told =
          MustExplain(DecisionWith({c}), Officer(DetailLevel::kDetailed, language));
      EXPECT_THAT(AllText(told), HasSubstr(std::string("[") + end.reason + "]")) << end.by;
      const Section* candidate = FindSection(told, "candidate.autopay_setup");
      ASSERT_NE(candidate, nullptr);
      EXPECT_THAT(AllText(told), Not(HasSubstr("{"))) << "a name was left open";
    }
}

TEST(Officer, UnknownRulesGuardsAndFeaturesAreToldWithTheirCauses) {
  Candidate c = HeldBack(EndState::kSuppressed, "data_fresh");
  c.verdicts[0].verdict = Verdict::kUnknownBlock;
  c.verdicts[0].reason = "GUARD_UNKNOWN";
  c.verdicts[0].unknown = Unknown{"missing", "the fact 'x' is absent"};
  Decision d = DecisionWith({c});
  d.features[0].value.clear();
  d.features[0].unknown = Unknown{"domain", "division by zero"};
  d.unknowns = {{"payment_table", {"type", "no boolean"}}};
  const Explanation told = MustExplain(d, Officer());
  EXPECT_EQ(
      CellsOf(*FindSection(told, "unknown")),
      (std::vector<std::vector<std::string>>{
          {"Friction of a payment (payment_table)", "a value has the wrong type (no boolean)"},
          {"The data are fresh (data_fresh), asked about autopay_setup",
           "a fact is absent (the fact 'x' is absent)"},
          {"Late fees (fee_count)",
           "a value is outside what can be calculated with (division by zero)"}}));
}

TEST(Officer, AProtectionThatWasNotStoppedSaysWhatObjected) {
  Candidate c = PromptCandidate();
  c.verdicts[2].verdict = Verdict::kBypass;
  c.verdicts[2].reason = "PROTECTIVE_BYPASS";
  const Explanation told = MustExplain(DecisionWith({c}), Officer());
  const Section* others = FindSection(told, "objections.payment_prompt");
  ASSERT_NE(others, nullptr);
  EXPECT_THAT(others->rows[0].cells[1], HasSubstr("not obeyed"));
}

TEST(Officer, SilenceSaysThatNothingWasProposed) {
  const Explanation told = MustExplain(DecisionWith({}), Officer());
  EXPECT_THAT(AllText(told), HasSubstr("silence"));
  EXPECT_THAT(AllText(told), HasSubstr("No rule proposed anything."));
  EXPECT_THAT(AllText(told), HasSubstr("[NO_ACTION]"));
}

TEST(Officer, ARefusalListsEveryIssueWithItsPointer) {
  for (const Language language : kAll) {
    const Explanation told = MustExplain(Refusal(), Officer(DetailLevel::kStandard, language));
    const Section* issues = FindSection(told, "issues");
    ASSERT_NE(issues, nullptr);
    EXPECT_EQ(
        CellsOf(*issues),
        (std::vector<std::vector<std::string>>{
            {"/customer/birth_year", "found a string, expected a whole number", "invalid_input"},
            {"/transactions", "too many rows", "limit"}}));
    EXPECT_EQ(FindSection(told, "held_back"), nullptr);
  }
}

TEST(Officer, RulesThatDidNotApplyNameTheConditionThatFailed) {
  const Explanation told = MustExplain(DecisionWith({AutopayCandidate()}), Officer());
  EXPECT_EQ(CellsOf(*FindSection(told, "rules_not_met")),
            (std::vector<std::vector<std::string>>{{"Friction of a payment (payment_table), row 1",
                                                    "event.payment.new_payee: true", "false",
                                                    "does not hold"}}));
}

TEST(Officer, IdsAreToldWhereGiven) {
  ExplainQuery query = Officer();
  query.decision_id = "019a4c1e-0000-7000-8000-000000000000";
  query.sequence = 17;
  const Explanation told = MustExplain(DecisionWith({}), query);
  const auto rows = CellsOf(*FindSection(told, "record"));
  EXPECT_THAT(rows, Contains(std::vector<std::string>{"Decision", query.decision_id}));
  EXPECT_THAT(rows, Contains(std::vector<std::string>{"Number in the log", "17"}));
  EXPECT_THAT(rows,
              Contains(std::vector<std::string>{"Release", SmallRelease()->digest().ToHex()}));
  EXPECT_THAT(rows, Contains(std::vector<std::string>{"As of", "2026-03-16T10:00:00Z"}));
  EXPECT_THAT(CellsOf(*FindSection(told, "summary")),
              Contains(std::vector<std::string>{"As of", "16 March 2026, 11:00:00 UTC+01:00"}));
}

TEST(Officer, DetailOnlyAdds) {
  const Decision d = DecisionWith({AutopayCandidate()});
  std::size_t before = 0;
  for (const DetailLevel detail :
       {DetailLevel::kBrief, DetailLevel::kStandard, DetailLevel::kDetailed}) {
    const std::size_t size = AllText(MustExplain(d, Officer(detail))).size();
    EXPECT_GT(size, before);
    before = size;
  }
}

TEST(Officer, TheAuditorGetsTheFullDetail) {
  const Decision d = DecisionWith({AutopayCandidate()});
  ExplainQuery query = Officer(DetailLevel::kBrief);
  query.audience = Audience::kAuditor;
  EXPECT_EQ(AllText(MustExplain(d, query)),
            AllText(MustExplain(d, Officer(DetailLevel::kDetailed))));
}

TEST(Officer, AdvisersAreRefusedClearly) {
  ExplainQuery query;
  query.audience = Audience::kAdviser;
  const auto told =
      Explain(*SmallRelease(), ToCanonicalJson(DecisionWith({})), SmallTrace(), query);
  ASSERT_FALSE(told.has_value());
  EXPECT_EQ(told.error().code, ErrorCode::kUnsupported);
}

TEST(Officer, AnotherReleaseAndAnUnknownZoneAreRefused) {
  Decision d = DecisionWith({});
  d.release = std::string(64, '0');
  EXPECT_EQ(Explain(*SmallRelease(), ToCanonicalJson(d), "", {}).error().code,
            ErrorCode::kInvalidInput);
  const auto told =
      Explain(*SmallRelease(), ToCanonicalJson(DecisionWith({})), "", {.time_zone = "Mars/Base"});
  EXPECT_EQ(told.error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(Explain(*SmallRelease(), ToCanonicalJson(DecisionWith({})), "", {.decision_id = "\xff"})
                .error()
                .code,
            ErrorCode::kInvalidInput);
}

TEST(Officer, WhatTheReleaseLacksIsAnErrorAndNoGuess) {
  Candidate reason = AutopayCandidate();
  reason.reasons = {"NEVER_WRITTEN"};
  Candidate action = AutopayCandidate();
  action.action = "never_written";
  Candidate guard = AutopayCandidate();
  guard.verdicts[0].guard = "never_written";
  guard.verdicts[0].verdict = Verdict::kBypass;
  Candidate undecided = HeldBack(EndState::kSuppressed, "");
  for (const Candidate& c : {reason, action, guard, undecided}) {
    const auto told =
        Explain(*SmallRelease(), ToCanonicalJson(DecisionWith({c})), SmallTrace(), Officer());
    ASSERT_FALSE(told.has_value()) << c.action;
    EXPECT_EQ(told.error().code, ErrorCode::kIntegrity);
  }
}

TEST(Officer, LongFractionsAreCutUnlessDetailIsAskedFor) {
  Decision d = DecisionWith({});
  d.features[0].value = "0.4270833333333333333333333333333333";
  EXPECT_THAT(AllText(MustExplain(d, Officer())), HasSubstr("0.427083...\n"));
  EXPECT_THAT(AllText(MustExplain(d, Officer(DetailLevel::kDetailed))),
              HasSubstr(d.features[0].value + "\n"));
}

}  // namespace
}  // namespace oxpecker::engine
