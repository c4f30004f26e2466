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
                                                   {"not(has_autopay)", "not(false)", "holds"}}))
      << "a condition under `not` is told with it, and by the verdict of both";
  EXPECT_EQ(candidate->rows[0].source, "rule:fees_rule");
  EXPECT_EQ(candidate->rows[0].mark, Mark::kHolds);
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
          {"Friction of a payment (payment_table)", "a value has the wrong type"},
          {"The data are fresh (data_fresh), asked about autopay_setup", "a fact is absent: x"},
          {"Late fees (fee_count)", "it would have to be divided by zero"}}));
}

// The engine's own words are English; they are the auditor's.
TEST(Officer, CausesAreToldInPlainWordsOfTheLanguage) {
  Decision d = DecisionWith({});
  d.unknowns = {{"payment_table", {"missing", "list has no item at that index"}}};
  const auto causes = [&](DetailLevel detail, Language language) {
    const Explanation told = MustExplain(d, Officer(detail, language));
    return FindSection(told, "unknown")->rows.at(0).cells.at(1);
  };
  for (const Language language : kAll)
    EXPECT_THAT(causes(DetailLevel::kStandard, language), Not(HasSubstr("index")));
  EXPECT_EQ(causes(DetailLevel::kStandard, Language::kSwedish),
            "en lista är tom, eller har färre poster än vad som efterfrågas");
  EXPECT_EQ(causes(DetailLevel::kStandard, Language::kChinese), "列表为空，或条目少于所需数量");
  EXPECT_EQ(causes(DetailLevel::kDetailed, Language::kSwedish),
            "en lista är tom, eller har färre poster än vad som efterfrågas (list has no item at that index)");
  d.unknowns = {{"payment_table", {"newer_kind", "something else"}}};
  EXPECT_EQ(causes(DetailLevel::kStandard, Language::kSwedish), "newer_kind (something else)")
      << "what is not known is not made up";
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

std::string FeesTrace(const std::string& result, const std::string& conditions) {
  return R"({"guards":[],"rules":[{"conditions":)" + conditions + R"(,"id":"fees_rule","result":")" + result +
         R"(","version":2}]})";
}

TEST(Officer, ARuleIsToldByThePartThatStoppedItWithItsNot) {
  struct Case {
    const char* conditions;
    std::vector<std::string> told;
  };
  const Case cases[] = {
      {R"([["t","3","3"],["t","true"]])", {"not(has_autopay)", "not(true)"}},
      {R"([["f","2","3"],["f","false"]])", {"fee_count >= policy.fee_n", "2 >= 3"}},
      {R"([["f","2","3"],["-","-"]])", {"fee_count >= policy.fee_n", "2 >= 3"}},
  };
  const std::string fails[] = {"does not hold", "ej uppfyllt", "不成立"};
  for (const Case& c : cases)
    for (const Language language : kAll) {
      const auto told = Explain(*SmallRelease(), ToCanonicalJson(DecisionWith({})), FeesTrace("false", c.conditions),
                                Officer(DetailLevel::kStandard, language));
      ASSERT_TRUE(told.has_value()) << told.error().ToString();
      EXPECT_EQ(CellsOf(*FindSection(*told, "rules_not_met")),
                (std::vector<std::vector<std::string>>{{"Late fees repeat (fees_rule)", c.told[0], c.told[1],
                                                        fails[static_cast<std::size_t>(language)]}}));
    }
}

TEST(Officer, DetailShowsThePartsThatHeldAsHolding) {
  const auto told = Explain(*SmallRelease(), ToCanonicalJson(DecisionWith({})),
                            FeesTrace("false", R"([["f","2","3"],["f","false"]])"), Officer(DetailLevel::kDetailed));
  ASSERT_TRUE(told.has_value());
  const Section* section = FindSection(*told, "rules_not_met");
  ASSERT_EQ(section->rows.size(), 2U);
  EXPECT_EQ(section->rows[1].cells, (std::vector<std::string>{"", "not(has_autopay)", "not(false)", "holds"}));
  EXPECT_EQ(section->rows[1].mark, Mark::kHolds);
}

TEST(Officer, SilenceNamesTheNearestMiss) {
  const auto nearest = [](const std::string& trace, const Decision& d, Language language = Language::kEnglish) {
    const auto told = Explain(*SmallRelease(), ToCanonicalJson(d), trace, Officer(DetailLevel::kBrief, language));
    EXPECT_TRUE(told.has_value()) << told.error().ToString();
    std::vector<std::string> texts;
    for (const Paragraph& paragraph : FindSection(*told, "nearest")->paragraphs) texts.push_back(paragraph.text);
    return texts;
  };
  using Texts = std::vector<std::string>;
  const Decision silent = DecisionWith({});
  const std::string two = FeesTrace("false", R"([["f","2","3"],["-","-"]])");
  EXPECT_EQ(nearest(two, silent),
            Texts{"Late fees repeat (fees_rule): fee_count is 2, needed >= 3 (conditions after it, not asked: 1)"});
  EXPECT_EQ(nearest(two, silent, Language::kSwedish),
            Texts{"Late fees repeat (fees_rule): fee_count är 2, krävs >= 3 (senare villkor som ej prövades: 1)"});
  EXPECT_EQ(nearest(FeesTrace("false", R"([["t","3","3"],["t","true"]])"), silent),
            Texts{"Late fees repeat (fees_rule): not(has_autopay) does not hold; with values: not(true)"});
  EXPECT_EQ(nearest(FeesTrace("false", R"([["f","0","3"],["-","-"]])"), silent),
            Texts{"No rule came close: nothing that is known speaks for any of them."});
  Decision unknown = silent;
  unknown.unknowns = {{"fees_rule", {"missing", "the fact 'autopay_creditors' is absent"}}};
  EXPECT_EQ(nearest(FeesTrace("unknown", R"([["t","3","3"],["u","null"]])"), unknown),
            Texts{"Late fees repeat (fees_rule): not(has_autopay) has no answer: a fact is absent: autopay_creditors"});
  EXPECT_EQ(nearest(FeesTrace("unknown", R"([["u","null","3"],["u","null"]])"), unknown),
            Texts{"No rule came close: nothing that is known speaks for any of them."});
}

TEST(Officer, BriefTellsOnlyTheUnknownThatStoppedSomething) {
  Decision d = DecisionWith({});
  d.unknowns = {{"fees_rule", {"missing", "the fact 'x' is absent"}}};
  d.features[0].value.clear();
  d.features[0].unknown = Unknown{"missing", "the fact 'x' is absent"};
  const auto rows = [&](const std::string& conditions, DetailLevel detail) {
    const auto told =
        Explain(*SmallRelease(), ToCanonicalJson(d), FeesTrace("unknown", conditions), Officer(detail));
    EXPECT_TRUE(told.has_value());
    return FindSection(*told, "unknown")->rows.size();
  };
  const std::string held = R"([["t","3","3"],["u","null"]])";
  const std::string nothing_held = R"([["u","null","3"],["u","null"]])";
  EXPECT_EQ(rows(held, DetailLevel::kBrief), 1U);
  EXPECT_EQ(rows(nothing_held, DetailLevel::kBrief), 0U);
  EXPECT_EQ(rows(nothing_held, DetailLevel::kStandard), 2U);
}

TEST(Officer, AFeatureThatEvidenceQuotesAsMoneyIsShownAsMoney) {
  Candidate c = AutopayCandidate();
  c.evidence = {{"total", "150000 SEK"}};
  Decision d = DecisionWith({c});
  d.features = {{"fee_count", 2, "150000", std::nullopt}, {"fee_sum", 2, "150000", std::nullopt}};
  const auto rows = CellsOf(*FindSection(MustExplain(d, Officer()), "features"));
  EXPECT_EQ(rows[0][1], "150000") << "quoted by nobody as money";
  EXPECT_EQ(rows[1][1], "SEK\u00a01,500.00 (150000)");
  EXPECT_EQ(FindSection(MustExplain(d, Officer()), "features")->columns[1],
            "Value (amounts in minor units, such as cents)");
  d.features[1].value = "99";
  EXPECT_EQ(CellsOf(*FindSection(MustExplain(d, Officer()), "features"))[1][1], "99")
      << "not the figure that is quoted";
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
