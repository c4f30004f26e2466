#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/value.h"
#include "engine/explain/render.h"
#include "tests/unit/explain/small_pack.h"

namespace oxpecker::engine {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using voice::Language;

constexpr Language kAll[] = {Language::kEnglish, Language::kSwedish, Language::kChinese};

ExplainQuery Customer(Language language = Language::kEnglish) {
  return {.audience = Audience::kCustomer, .language = language, .time_zone = "Europe/Stockholm"};
}

TEST(Customer, EvidenceIsToldAsTheLanguageWritesIt) {
  const Decision d = DecisionWith({AutopayCandidate()});
  EXPECT_THAT(AllText(MustExplain(d, Customer())),
              HasSubstr("1,234.57 fees to Acme <b>&, SEK\u00a01,500.00 in all since 16 March 2026, "
                        "25% of the bill."));
  EXPECT_THAT(AllText(MustExplain(d, Customer(Language::kSwedish))),
              HasSubstr("1\u00a0234,57 avgifter till Acme <b>&, 1\u00a0500,00\u00a0kr sedan 16 "
                        "mars 2026, 25\u00a0% av räkningen."));
  EXPECT_THAT(
      AllText(MustExplain(d, Customer(Language::kChinese))),
      HasSubstr(
          "向Acme "
          "<b>&支付了1,234.57次滞纳金，共SEK\u00a01,500.00，自2026年3月16日起，占账单的25%。"));
}

TEST(Customer, EvidenceThatIsAbsentOrOddIsToldAsItIs) {
  Candidate c = AutopayCandidate();
  c.evidence = {{"count", "many"}, {"since", "soon"}, {"total", "150000 kronor"}};
  EXPECT_THAT(
      AllText(MustExplain(DecisionWith({c}), Customer())),
      HasSubstr(
          "many fees to (not known), 150000 kronor in all since soon, (not known) of the bill."));
}

TEST(Customer, AnInstantIsToldAsTheCustomersDay) {
  Candidate c = AutopayCandidate();
  c.evidence = {{"since", "2026-03-16T23:30:00Z"}};
  EXPECT_THAT(AllText(MustExplain(DecisionWith({c}), Customer())),
              HasSubstr("since 17 March 2026"));
}

TEST(Customer, ChannelPersonAndChoicesAreTold) {
  const std::string text = AllText(MustExplain(DecisionWith({AutopayCandidate()}), Customer()));
  EXPECT_THAT(text, HasSubstr("notification in the app"));
  EXPECT_THAT(text, HasSubstr("together with a person"));
  EXPECT_THAT(text, HasSubstr("yes, not now, or never again"));
  EXPECT_THAT(text, HasSubstr("talk to a person"));
}

TEST(Customer, FrictionThatProtectsIsNotOfferedAway) {
  const std::string text = AllText(MustExplain(DecisionWith({PromptCandidate()}), Customer()));
  EXPECT_THAT(text, Not(HasSubstr("never again")));
  EXPECT_THAT(text, HasSubstr("talk to a person"));
}

ExplainQuery InDetail(DetailLevel detail, Language language = Language::kEnglish) {
  ExplainQuery query = Customer(language);
  query.detail = detail;
  query.sources = {{"balances", "2026-03-16T05:00:00Z"}, {"fraud_scores", "2026-03-16T05:00:00Z"}};
  return query;
}

TEST(Customer, BriefKeepsTheChoices) {
  const Explanation told = MustExplain(DecisionWith({AutopayCandidate()}), InDetail(DetailLevel::kBrief));
  EXPECT_THAT(AllText(told), HasSubstr("never again"));
  EXPECT_EQ(FindSection(told, "looked_at"), nullptr);
}

// Shortening never takes away a right: an automatic decision, and a person who looks again.
TEST(Customer, EveryLevelSaysThatItWasAutomaticAndThatAPersonCanLook) {
  const char* const automatic[] = {"decided automatically", "avgjorts automatiskt", "自动决定"};
  const char* const person[] = {"ask a person to look at it again", "be en person titta på det igen",
                                "要求工作人员重新查看"};
  Candidate brief = AutopayCandidate();
  brief.detail = "brief";
  for (const Language language : kAll) {
    const auto at = static_cast<std::size_t>(language);
    for (const Decision& d : {DecisionWith({AutopayCandidate()}), DecisionWith({brief}), DecisionWith({})}) {
      for (const DetailLevel detail : {DetailLevel::kBrief, DetailLevel::kStandard, DetailLevel::kDetailed}) {
        const std::string text = AllText(MustExplain(d, InDetail(detail, language)));
        EXPECT_THAT(text, HasSubstr(automatic[at])) << Name(detail);
        EXPECT_THAT(text, HasSubstr(person[at])) << Name(detail);
      }
      EXPECT_THAT(AllText(MustExplain(d, Customer(language))), HasSubstr(automatic[at]));
    }
  }
}

TEST(Customer, EachLevelTellsMore) {
  Candidate c = AutopayCandidate();
  c.expires_at = "2026-03-23T10:00:00Z";
  c.in_steps = true;
  for (const Decision& d : {DecisionWith({c}), DecisionWith({})}) {
    std::size_t before = 0;
    for (const DetailLevel detail : {DetailLevel::kBrief, DetailLevel::kStandard, DetailLevel::kDetailed}) {
      const std::size_t size = AllText(MustExplain(d, InDetail(detail))).size();
      EXPECT_GT(size, before) << Name(detail);
      before = size;
    }
  }
}

TEST(Customer, DetailTellsTheSourcesAndTheirTimes) {
  Candidate c = AutopayCandidate();
  c.expires_at = "2026-03-23T10:00:00Z";
  const Decision d = DecisionWith({c});
  const Explanation told = MustExplain(d, InDetail(DetailLevel::kDetailed));
  const Section* sources = FindSection(told, "sources");
  ASSERT_NE(sources, nullptr);
  ASSERT_EQ(sources->rows.size(), 1U) << "a source that has no words for customers is not told";
  EXPECT_EQ(sources->rows[0].cells,
            (std::vector<std::string>{"your accounts and their balances", "16 March 2026, 06:00:00 UTC+01:00"}));
  EXPECT_THAT(AllText(told), HasSubstr("until 23 March 2026, 11:00:00"));
  const Explanation standard = MustExplain(d, InDetail(DetailLevel::kStandard));
  EXPECT_EQ(FindSection(standard, "sources"), nullptr);
  EXPECT_THAT(AllText(standard), Not(HasSubstr("23 March")));
}

// A choice of the customer's own holds something back: they hear what kind, and nothing more.
TEST(Customer, AWithdrawnConsentIsNamedAsTheReasonForSilence) {
  Candidate c = AutopayCandidate();
  c.state = EndState::kSuppressed;
  c.action = "savings_guide";
  c.action_class = "guidance";
  c.delivery.clear();
  c.decided_by = "consent_kept";
  c.verdicts = {{"consent_kept", rules::Name(rules::Stage::kConsent), Verdict::kBlock, "CONSENT_WITHDRAWN", std::nullopt}};
  const std::string text = AllText(MustExplain(DecisionWith({c}), Customer()));
  EXPECT_THAT(text, HasSubstr("You have taken a consent back (personalisation)"));
  EXPECT_THAT(text, HasSubstr("we hold back guidance made for you"));
  EXPECT_THAT(text, Not(HasSubstr("Savings title"))) << "the kind, not the thing";
  EXPECT_THAT(AllText(MustExplain(DecisionWith({c}), Customer(Language::kSwedish))),
              HasSubstr("Därför håller vi inne med vägledning"));
  c.verdicts[0].reason = "CONSENT_MISSING";
  EXPECT_EQ(AllText(MustExplain(DecisionWith({c}), Customer())), AllText(MustExplain(DecisionWith({}), Customer())))
      << "never asked is not taken back";
}

TEST(Customer, TheRecordedDetailDecidesWhereNoneIsAskedFor) {
  Candidate c = AutopayCandidate();
  c.detail = "brief";
  EXPECT_EQ(FindSection(MustExplain(DecisionWith({c}), Customer()), "looked_at"), nullptr);
  c.detail = "standard";
  EXPECT_NE(FindSection(MustExplain(DecisionWith({c}), Customer()), "looked_at"), nullptr);
}

TEST(Customer, WhatWasLookedAtIsWhatTheRulesRead) {
  const std::string text = AllText(MustExplain(DecisionWith({}), Customer()));
  EXPECT_THAT(text, HasSubstr("On 16 March 2026 we looked at payments to and from your accounts "
                              "and your automatic payments"));
  EXPECT_THAT(text, Not(HasSubstr("insurance")));
}

TEST(Customer, SilenceIsPlain) {
  for (const Language language : kAll) {
    const Explanation told = MustExplain(DecisionWith({}), Customer(language));
    EXPECT_NE(FindSection(told, "silent"), nullptr);
    EXPECT_NE(FindSection(told, "looked_at"), nullptr);
  }
}

// Whatever held a candidate back: the customer hears the same as if nobody had thought of it.
TEST(Customer, WhatWasHeldBackAndFlagsAreNotTold) {
  const std::string silent = AllText(MustExplain(DecisionWith({}), Customer()));
  for (const char* by : {"no_complaint", "contact_cap", "data_fresh", "delivery", "arbitration"}) {
    Candidate c = AutopayCandidate();
    c.state = EndState::kSuppressed;
    c.decided_by = by;
    c.delivery.clear();
    Decision d = DecisionWith({c});
    d.flags = {"fee_flag"};
    EXPECT_EQ(AllText(MustExplain(d, Customer())), silent) << by;
  }
}

TEST(Customer, ARefusalBlamesNobodyAndNamesNoField) {
  for (const Language language : kAll) {
    const Explanation told = MustExplain(Refusal(), Customer(language));
    EXPECT_NE(FindSection(told, "refused"), nullptr);
    EXPECT_THAT(AllText(told), Not(AnyOf(HasSubstr("birth"), HasSubstr("/transactions"),
                                         HasSubstr("INPUT_INVALID"))));
  }
}

// The safe answer of a document that could not be used is an automatic decision too.
TEST(Customer, ASafeAnswerOfARefusalKeepsTheRights) {
  Decision d = Refusal();
  d.candidates = {PromptCandidate()};
  d.candidates[0].verdicts.clear();
  d.outcomes = {0};
  const std::string text = AllText(MustExplain(d, InDetail(DetailLevel::kBrief)));
  EXPECT_THAT(text, HasSubstr("decided automatically"));
  EXPECT_THAT(text, HasSubstr("ask a person to look at it again"));
  EXPECT_THAT(text, Not(HasSubstr("nothing has been decided")));
  EXPECT_THAT(AllText(MustExplain(Refusal(), Customer())), HasSubstr("nothing has been decided"));
}

// Over every reason, rule, guard, action and feature of the pack, in every language and form.
TEST(Customer, NoCodeOrIdReachesACustomer) {
  const rules::Rulebook& book = SmallRelease()->rulebook().authored();
  std::vector<std::string> forbidden;
  for (const rules::Text& text : book.reason_texts) forbidden.push_back(text.id);
  for (const rules::Rule& rule : book.rules) forbidden.push_back(rule.id);
  for (const rules::Table& table : book.tables) forbidden.push_back(table.id);
  for (const rules::Guard& guard : book.guards) forbidden.push_back(guard.id);
  for (const rules::Action& action : book.actions) forbidden.push_back(action.id);
  for (const rules::Feature& feature : book.features) forbidden.push_back(feature.id);
  Candidate c = AutopayCandidate();
  for (const rules::Text& text : book.reason_texts) c.reasons.push_back(text.id);
  for (const Decision& d : {DecisionWith({c, PromptCandidate()}), DecisionWith({}), Refusal()})
    for (const Language language : kAll) {
      const Explanation told = MustExplain(d, Customer(language));
      const std::string shown = ToText(told) + ToHtmlPage(told) + json::Canonical(ToJson(told));
      for (const std::string& id : forbidden) EXPECT_THAT(shown, Not(HasSubstr(id)));
    }
}

TEST(Customer, AnActionWithoutASentenceIsRefused) {
  Candidate flag = AutopayCandidate();
  flag.action = "fee_flag";
  const auto told =
      Explain(*SmallRelease(), ToCanonicalJson(DecisionWith({flag})), SmallTrace(), Customer());
  ASSERT_FALSE(told.has_value());
  EXPECT_EQ(told.error().code, ErrorCode::kRefused);
}

}  // namespace
}  // namespace oxpecker::engine
