#include "rules/rulebook/lints.h"

#include <gmock/gmock.h>

#include "rules/rulebook/text_warnings.h"
#include "tests/unit/rulebook/small_rulebook.h"

namespace oxpecker::rules {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Lints(std::string_view yaml) {
  const auto book = ReadText(yaml);
  EXPECT_TRUE(book.has_value()) << (book ? "" : ToString(book.error()));
  return book ? ToString(FindLints(*book)) : "";
}

std::string LintsOfText(const std::string& language, const std::string& sentence, const std::string& action_class = "service") {
  auto book = ReadText(SmallRulebook());
  EXPECT_TRUE(book.has_value());
  book->actions[0].action_class = action_class;
  book->action_texts[0].customer[language] = sentence;
  return ToString(FindLints(*book));
}

TEST(Lints, TheSmallRulebookHasNone) { EXPECT_EQ(Lints(SmallRulebook()), ""); }

TEST(Lints, ATextMayNotWatchTheCustomer) {
  const std::pair<const char*, const char*> watching[] = {
      {"en", "We noticed you bought a pram."}, {"en", "Lately you bought a lot."}, {"en", "WE SEE THAT YOU save."},
      {"sv", "Vi har märkt något."},           {"sv", "Vi ser att du sparar."},    {"sv", "I går var det du köpte mycket."},
      {"zh", "我们注意到您的消费。"},          {"zh", "昨天您购买了一辆车。"}};
  for (const auto& [language, sentence] : watching)
    EXPECT_THAT(LintsOfText(language, sentence), HasSubstr("watches the customer")) << sentence;
  const std::pair<const char*, const char*> plain[] = {
      {"en", "You paid three fees."}, {"sv", "Du betalade tre avgifter."}, {"zh", "您支付了三次费用。"}, {"sv", "we noticed"}};
  for (const auto& [language, sentence] : plain) EXPECT_EQ(LintsOfText(language, sentence), "") << sentence;
}

TEST(Lints, TitlesAndPlainSentencesAreReadToo) {
  auto book = ReadText(SmallRulebook());
  book->action_texts[0].title["en"] = "We noticed";
  book->action_texts[0].plain["zh"] = "促销";
  const Issues issues = FindLints(*book);
  ASSERT_EQ(issues.size(), 2U);
  EXPECT_EQ(issues[0].message, "the en text of 'tell' watches the customer: 'we noticed'");
  EXPECT_EQ(issues[1].message, "the zh text of 'tell' promotes: '促销'");
}

TEST(Lints, WhatServesMayNotPromote) {
  const std::pair<const char*, const char*> promoting[] = {{"en", "A discount for you."}, {"en", "An Exclusive card."},
                                                          {"sv", "Ett erbjudande till dig."}, {"sv", "Rabatten gäller nu: rabatt."},
                                                          {"zh", "限时办理。"}, {"zh", "享受优惠。"}};
  for (const auto& [language, sentence] : promoting) {
    for (const char* action_class : {"protective", "support", "service", "guidance"})
      EXPECT_THAT(LintsOfText(language, sentence, action_class), HasSubstr("promotes")) << sentence << " " << action_class;
    EXPECT_EQ(LintsOfText(language, sentence, "sales"), "") << sentence;
  }
  EXPECT_EQ(LintsOfText("en", "A nondiscounted word."), "") << "inside a word it is another word";
}

std::string LintsOfCondition(const std::string& condition) { return Lints(SmallRulebookWith("    when: many\n", "    when: " + condition + "\n")); }

TEST(Lints, NoRuleRestsOnAgeOrIncomeAlone) {
  for (const char* condition : {"customer.birth_year < 1960", "as_of.year - customer.birth_year > policy.fee_n",
                                "customer.net_income_minor_month >= 100 and customer.birth_year > 1", "not(customer.birth_year = 1990)"})
    EXPECT_THAT(LintsOfCondition(condition), HasSubstr("rests on nothing but customer.")) << condition;
  for (const char* condition : {"customer.birth_year < 1960 and many", "customer.net_income_minor_month > fees", "many", "\"true\"",
                                "'customer.currency = \"customer.birth_year\"'"})
    EXPECT_EQ(LintsOfCondition(condition), "") << condition;
}

TEST(Lints, AFeatureHidesNoAge) {
  const std::string yaml = SmallRulebookWith("expression: fees >= policy.fee_n}", "expression: customer.birth_year < 1960}");
  EXPECT_THAT(Lints(yaml), HasSubstr("the rule 'many_fees' rests on nothing but customer.birth_year"));
}

TEST(Lints, ARowCountsByTheColumnsThatItAsks) {
  const std::string columns = SmallRulebookWith("inputs: [event.amount]", "inputs: [customer.birth_year, event.amount]");
  const auto with_row = [&](const std::string& row) {
    std::string yaml = columns;
    yaml.replace(yaml.find("[\"> 10\"]"), 8, row);
    return Lints(yaml);
  };
  EXPECT_THAT(with_row(R"(["< 1960", "-"])"), HasSubstr("row 1 of the table 'amounts' rests on nothing but customer.birth_year"));
  EXPECT_EQ(with_row(R"(["< 1960", "> 10"])"), "");
  EXPECT_EQ(with_row(R"(["-", "> 10"])"), "");
}

TEST(Lints, OnlyEligibilityAsksForAgeAlone) {
  const std::string guard = SmallRulebookWith("    when: count(twice) > 0\n", "    when: customer.birth_year > 2008\n");
  EXPECT_THAT(Lints(guard), HasSubstr("the guard 'not_twice' rests on nothing but customer.birth_year"));
  std::string eligibility = guard;
  eligibility.replace(eligibility.find("G8_fatigue"), 10, "G3_eligibility");
  EXPECT_EQ(Lints(eligibility), "");
}

TEST(Lints, NothingReadsTheBanksGain) {
  for (const char* condition : {"customer.branch_target > 1", "policy.sales_target > fees", "fees > event.commission_minor"})
    EXPECT_THAT(LintsOfCondition(condition), HasSubstr("which is the bank's gain")) << condition;
  EXPECT_EQ(LintsOfCondition("fees > event.target_minor"), "") << "a customer's own target is none of the bank's";
  EXPECT_THAT(Lints(SmallRulebookWith("id: fee_n", "id: margin_n")), HasSubstr("the threshold 'margin_n' reads 'margin_n'"));
  EXPECT_THAT(Lints(SmallRulebookWith("'code = \"FEE\"'", "'profit > 1'")), HasSubstr("the feature 'fees' reads 'profit'"));
}

TEST(Lints, NothingIsLookedForWithoutASection) {
  auto book = ReadText(SmallRulebook());
  book->conduct = {};
  book->action_texts[0].customer["en"] = "We noticed. A discount.";
  book->rules[0].when.text = "customer.birth_year < 1960 and margin > 1";
  EXPECT_EQ(ToString(FindLints(*book)), "");
  EXPECT_THAT(ToString(FindTextWarnings(*book)), HasSubstr("no file has a 'conduct' section"));
}

TEST(Lints, TheSectionIsReadStrictly) {
  EXPECT_THAT(ReadIssues(SmallRulebookWith("actions:\n", "conduct: {bank_gain: [fees]}\nactions:\n")),
              HasSubstr("a second 'conduct' section"));
  const auto issues = [](std::string_view section) {
    return ToString(ReadRulebook({{"small.yaml", SmallRulebook()}, {"conduct.yaml", std::string(section)}}).error());
  };
  EXPECT_THAT(issues("conduct: {watching: {de: [wir sahen]}}"), HasSubstr("conduct.yaml:1:22: unknown key 'de' in a watching"));
  EXPECT_THAT(issues("conduct: {bank_gains: [quota]}"), HasSubstr("'bank_gain'"));
}

TEST(Lints, AnEntryWithoutAWordIsRefusedAtItsPlace) {
  const auto issues = [](std::string_view section) {
    return ToString(ReadRulebook({{"small.yaml", SmallRulebook()}, {"conduct.yaml", std::string(section)}}).error());
  };
  EXPECT_THAT(issues("conduct: {watching: {en: [we see, \"\"]}}"), HasSubstr("conduct.yaml:1:36: an entry of 'en' without a word"));
  EXPECT_THAT(issues("conduct: {watching: {en: \"\"}}"), HasSubstr("an entry of 'en' without a word"));
  EXPECT_THAT(issues("conduct:\n  bank_gain:\n    - ' . '\n"), HasSubstr("conduct.yaml:3:8: an entry of 'bank_gain' without a word"));
  EXPECT_THAT(issues("conduct: {personal: [~]}"), HasSubstr("an entry of 'personal' without a word"));
  EXPECT_THAT(issues("conduct: {personal: }"), HasSubstr("'personal' is no list of words"));
}

TEST(Lints, AListHasABoundThatIsToldAsALimit) {
  const auto read = [](std::size_t count) {
    std::string yaml = "conduct: {watching: {en: [";
    for (std::size_t i = 0; i < count; ++i) yaml += "phrase " + std::to_string(i) + ", ";
    return ReadRulebook({{"small.yaml", SmallRulebook()}, {"conduct.yaml", yaml + "]}}"}});
  };
  const auto most = read(Conduct::kPhrasesMax);
  ASSERT_TRUE(most.has_value());
  EXPECT_EQ(most->conduct.watching.at("en").size(), Conduct::kPhrasesMax);
  const auto more = read(Conduct::kPhrasesMax + 1);
  ASSERT_FALSE(more.has_value());
  ASSERT_EQ(more.error().size(), 1U);
  EXPECT_EQ(more.error()[0].code, ErrorCode::kLimit);
}

TEST(Lints, PersonalNamesFacts) {
  const auto issues = [](const std::string& names) {
    auto files = SmallPack(SmallRulebook());
    files[1].bytes = "conduct:\n  personal: [" + names + "]\n";
    const auto book = CompileFiles(files);
    return book ? "" : ToString(book.error());
  };
  EXPECT_EQ(issues("customer.birth_year, bookings.amount, customer"), "");
  EXPECT_EQ(issues("customer.birth_yaer"),
            "conduct.yaml:2:14: 'customer.birth_yaer', which 'personal' names, is no fact; did you mean 'customer.birth_year'?");
  EXPECT_THAT(issues("1+1"), HasSubstr("'1+1', which 'personal' names, is no fact"));
  EXPECT_THAT(issues("many"), HasSubstr("is no fact")) << "a feature is none";
}

TEST(Lints, EachListThatLooksForNothingIsWarnedOf) {
  const auto warnings = [](std::string_view section) {
    auto files = SmallPack(SmallRulebook());
    files[1].bytes = section;
    const auto book = ReadRulebook(files);
    EXPECT_TRUE(book.has_value()) << section;
    return book ? ToString(FindTextWarnings(*book)) : "";
  };
  const std::string all = warnings("conduct: {}");
  for (const char* list : {"watching.en", "watching.sv", "watching.zh", "promoting.en", "promoting.sv", "promoting.zh", "bank_gain", "personal"})
    EXPECT_THAT(all, HasSubstr("conduct.yaml:1:10: 'conduct' lists nothing under '" + std::string(list) + "'")) << list;
  const std::string some = warnings("conduct: {watching: {en: [a], sv: [], zh: [b]}, promoting: {en: [a], sv: [b], zh: [c]}, bank_gain: [], personal: [customer]}");
  for (const char* list : {"watching.sv", "bank_gain"}) EXPECT_THAT(some, HasSubstr(list));
  for (const char* list : {"watching.en", "watching.zh", "promoting", "personal"}) EXPECT_THAT(some, Not(HasSubstr(list)));
  EXPECT_THAT(ToString(FindTextWarnings(*ReadText(SmallRulebook()))), Not(HasSubstr("'conduct' lists nothing")));
}

TEST(Lints, AllAreToldAtOnceAndRefuseTheRulebook) {
  std::string yaml = SmallRulebookWith("    when: many\n", "    when: fees > policy.quota_n\n");
  yaml.replace(yaml.find("{count} fees"), 12, "{count} fees. We noticed. A discount.");
  EXPECT_EQ(Lints(yaml),
            "small.yaml:51:5: the en text of 'tell' watches the customer: 'we noticed'; say what it is good for; where it comes from is told when the customer asks\n"
            "small.yaml:51:5: the en text of 'tell' promotes: 'discount'; say it without promotion, or give the action the class sales, whose guards then apply\n"
            "small.yaml:30:11: the rule 'many_fees' reads 'policy.quota_n', which is the bank's gain; what is decided for a customer does not rest on it");
  EXPECT_THAT(CompileIssues(SmallRulebookWith("{count} fees", "{count} fees. We noticed.")), HasSubstr("watches the customer"));
}

}  // namespace
}  // namespace oxpecker::rules
