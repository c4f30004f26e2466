// Form and vocabulary of a pack's files: what is refused, where, and with which hint.
#include <gtest/gtest.h>

#include "tests/unit/rulebook/small_rulebook.h"

namespace oxpecker::rules {
namespace {

TEST(RulebookReader, ReadsOneOfEverything) {
  const auto book = ReadText(SmallRulebook());
  ASSERT_TRUE(book.has_value()) << ToString(book.error());
  EXPECT_EQ(book->pack_id, "small");
  EXPECT_EQ(book->pack_version, "1.0.0");
  ASSERT_EQ(book->actions.size(), 1U);
  EXPECT_EQ(book->actions[0].tier, 3);
  EXPECT_EQ(book->actions[0].authorship.owner, "somebody");
  EXPECT_EQ(book->actions[0].authorship.version, 1U);
  ASSERT_EQ(book->rules.size(), 1U);
  EXPECT_EQ(book->rules[0].when.text, "many");
  EXPECT_EQ(book->rules[0].when.origin.line, 30U);
  EXPECT_EQ(book->rules[0].when.origin.column, 11U);
  ASSERT_EQ(book->tables.size(), 1U);
  EXPECT_EQ(book->tables[0].hit_policy, HitPolicy::kFirst);
  ASSERT_EQ(book->guards.size(), 1U);
  EXPECT_EQ(book->guards[0].stage, Stage::kFatigue);
  EXPECT_EQ(book->action_texts[0].title.at("sv"), "Avgifter");
}

TEST(RulebookReader, UnknownKeysAreRefusedWithTheNearestOne) {
  EXPECT_EQ(ReadIssues(SmallRulebookWith("    when: many", "    whem: many")),
            "small.yaml:26:5: this rule has no 'when'; add it\n"
            "small.yaml:30:5: unknown key 'whem' in a rule; did you mean 'when'?");
  EXPECT_NE(ReadIssues(SmallRulebookWith("thresholds:", "treshholds:"))
                .find("unknown key 'treshholds' in a rulebook file; did you mean 'thresholds'?"),
            std::string::npos);
}

TEST(RulebookReader, WordsOutsideTheirListAreRefusedWithTheList) {
  EXPECT_EQ(ReadIssues(SmallRulebookWith("class: service", "class: servise")),
            "small.yaml:10:12: 'servise' is no class; expected one of protective, support, service, guidance, sales, "
            "internal; did you mean 'service'?");
  EXPECT_NE(ReadIssues(SmallRulebookWith("stage: G8_fatigue", "stage: G9_fatigue")).find("'G9_fatigue' is no stage"),
            std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("hit: first", "hit: last")).find("'last' is no hit"), std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("objection: block", "objection: allow")).find("'allow' is no objection"),
            std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("aggregate: count", "aggregate: median")).find("'median' is no aggregate"),
            std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("[push, feed]", "[pusch, feed]")).find("'pusch' is no channel; did you mean 'push'?"),
            std::string::npos);
}

TEST(RulebookReader, NumbersMustLieInTheirRange) {
  EXPECT_EQ(ReadIssues(SmallRulebookWith("tier: 3", "tier: 1")), "");
  EXPECT_EQ(ReadIssues(SmallRulebookWith("tier: 3", "tier: 5")), "");
  EXPECT_EQ(ReadIssues(SmallRulebookWith("tier: 3", "tier: 0")),
            "small.yaml:9:11: 'tier' is no whole number from 1 to 5");
  EXPECT_NE(ReadIssues(SmallRulebookWith("tier: 3", "tier: 6")), "");
  EXPECT_NE(ReadIssues(SmallRulebookWith("tier: 3", "tier: 2.5")), "");
  EXPECT_EQ(ReadIssues(SmallRulebookWith("value: 0.5", "value: 0")), "");
  EXPECT_EQ(ReadIssues(SmallRulebookWith("value: 0.5", "value: 1")), "");
  EXPECT_NE(ReadIssues(SmallRulebookWith("value: 0.5", "value: 1.01")).find("'value' is no number from 0 to 1"),
            std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("value: 0.5", "value: -0.1")), "");
}

TEST(RulebookReader, WhatIsMissingIsNamed) {
  EXPECT_NE(ReadIssues(SmallRulebookWith("    customer_value: knows it\n", "")).find("this action has no 'customer_value'"),
            std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("    rationale: They add up.\n", "")).find("this rule has no 'rationale'"),
            std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("defaults: {owner: somebody}\n", "")).find("nobody owns this"), std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("pack: {id: small, version: 1.0.0, title: A small pack}\n", ""))
                .find("no file has a 'pack' section"),
            std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("sv: \"{count} avgifter\", ", "")).find("this text by language has no 'sv'"),
            std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("basis: contract", "basis: consent")).find("this action has no 'purposes'"),
            std::string::npos);
}

TEST(RulebookReader, IdsStandOnceAndAreWellFormed) {
  EXPECT_NE(ReadIssues(SmallRulebookWith("id: amounts", "id: many_fees"))
                .find("small.yaml:33:5: the rule or table 'many_fees' stands twice; the other one is at small.yaml:26:5"),
            std::string::npos)
      << ReadIssues(SmallRulebookWith("id: amounts", "id: many_fees"));
  EXPECT_NE(ReadIssues(SmallRulebookWith("id: many_fees", "id: Many-Fees")), "");
  EXPECT_NE(ReadIssues(SmallRulebookWith("reason: TWICE\n", "reason: twice\n")), "");
}

TEST(RulebookReader, AFeatureHasExactlyOneForm) {
  EXPECT_NE(ReadIssues(SmallRulebookWith("expression: fees >= policy.fee_n", "rationale: none"))
                .find("exactly one of 'expression', 'window', 'pair' and 'table', this one has 0"),
            std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("title: Fees, window", "title: Fees, expression: '1', window"))
                .find("this one has 2"),
            std::string::npos);
}

TEST(RulebookReader, WindowsSayWhatTheyAggregate) {
  EXPECT_NE(ReadIssues(SmallRulebookWith("aggregate: count", "aggregate: sum")).find("this window has no 'of'"),
            std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("days: 30,", "days: 30, hours: 2,")).find("'days' or 'hours', not both"),
            std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("aggregate: count", "aggregate: count, by: code")).find("has no 'over_groups'"),
            std::string::npos);
  EXPECT_NE(ReadIssues(SmallRulebookWith("aggregate: count", "aggregate: count, over_groups: max"))
                .find("'over_groups' without 'by'"),
            std::string::npos);
}

TEST(RulebookReader, ARowHasACellForEveryInput) {
  EXPECT_NE(ReadIssues(SmallRulebookWith("[\"> 10\"]", "[\"> 10\", \"-\"]"))
                .find("found 2 cells, expected 1, one an input"),
            std::string::npos);
}

TEST(RulebookReader, TellsEveryProblemOfEveryFileAtOnce) {
  const auto book = ReadRulebook({{"b.yaml", "rules: 3\n"}, {"a.yaml", "wrong: 1\nx: [\n"}, {"c.test.yaml", "[[["}});
  ASSERT_FALSE(book.has_value());
  ASSERT_EQ(book.error().size(), 3U) << ToString(book.error());
  EXPECT_TRUE(book.error()[0].place.starts_with("a.yaml:"));
  EXPECT_TRUE(book.error()[1].place.starts_with("b.yaml:"));
  EXPECT_EQ(book.error()[2].message, "no file has a 'pack' section");
}

TEST(RulebookReader, TestFilesAndOtherFilesAreNoPartOfTheRulebook) {
  const auto files = [](const char* path) {
    return std::vector<PackFile>{{"small.yaml", SmallRulebook()}, {path, "[[["}};
  };
  EXPECT_TRUE(ReadRulebook(files("late.test.yaml")).has_value());
  EXPECT_TRUE(ReadRulebook(files("README.md")).has_value());
  EXPECT_FALSE(ReadRulebook(files("late.yaml")).has_value());
}

TEST(RulebookReader, GuardsStandInOrderOfStageThenOfFileAndPlace) {
  const auto guard = [](const char* id, const char* stage) {
    return std::string("  - {id: ") + id + ", title: t, rationale: r, stage: " + stage +
           ", when: 'true', objection: block, reason: TWICE}\n";
  };
  const std::string start = "defaults: {owner: somebody}\nguards:\n";
  const auto book = ReadRulebook({{"small.yaml", SmallRulebook()},
                                  {"b.yaml", start + guard("b1", "G8_fatigue") + guard("b2", "G1_freshness")},
                                  {"a.yaml", start + guard("a1", "G8_fatigue") + guard("a2", "G4_consent")}});
  ASSERT_TRUE(book.has_value()) << ToString(book.error());
  std::string order;
  for (const Guard& g : book->guards) order += g.id + " ";
  EXPECT_EQ(order, "b2 a2 a1 b1 not_twice ");
}

TEST(RulebookReader, AWordInCapitalsIsKnownAgain) {
  const std::string issues = ReadIssues(SmallRulebookWith("hit: first", "hit: UNIQ"));
  EXPECT_NE(issues.find("'UNIQ' is no hit"), std::string::npos) << issues;
  EXPECT_NE(issues.find("did you mean 'unique'?"), std::string::npos) << issues;
}

}  // namespace
}  // namespace oxpecker::rules
