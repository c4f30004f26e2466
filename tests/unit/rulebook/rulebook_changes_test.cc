#include "rules/rulebook/rulebook_changes.h"

#include <gtest/gtest.h>

#include "tests/unit/rulebook/small_rulebook.h"

namespace oxpecker::rules {
namespace {

std::vector<PartChange> Changes(std::string_view from, std::string_view to) {
  const auto before = ReadText(SmallRulebook());
  const auto after = ReadText(SmallRulebookWith(from, to));
  EXPECT_TRUE(before.has_value());
  EXPECT_TRUE(after.has_value()) << (after ? "" : ToString(after.error()));
  return before && after ? CompareRulebooks(*before, *after) : std::vector<PartChange>{};
}

// The one change that there is, "threshold fee_n: value 3 -> 4".
std::string OnlyChange(std::string_view from, std::string_view to) {
  const std::vector<PartChange> changes = Changes(from, to);
  if (changes.size() != 1 || changes[0].kind != ChangeKind::kChanged || changes[0].fields.size() != 1)
    return std::to_string(changes.size()) + " changes";
  const FieldChange& field = changes[0].fields[0];
  return changes[0].part + " " + changes[0].id + ": " + field.field + " " + field.before + " -> " + field.after;
}

TEST(RulebookChanges, OfTheSameThereAreNone) {
  const auto book = ReadText(SmallRulebook());
  ASSERT_TRUE(book.has_value());
  EXPECT_TRUE(CompareRulebooks(*book, *book).empty());
}

TEST(RulebookChanges, WhereAPartStandsIsNoChange) {
  EXPECT_TRUE(Changes("defaults: {owner: somebody}\n", "\n\n# later\ndefaults: {owner: somebody}\n").empty());
}

TEST(RulebookChanges, EveryKindOfPartIsComparedByItsWords) {
  EXPECT_EQ(OnlyChange("version: 1.0.0", "version: 1.0.1"), "pack small: version 1.0.0 -> 1.0.1");
  EXPECT_EQ(OnlyChange("many, value: 3", "many, value: 4"), "threshold fee_n: value 3 -> 4");
  EXPECT_EQ(OnlyChange("tier: 3", "tier: 2"), "action tell: tier 3 -> 2");
  EXPECT_EQ(OnlyChange("days: 30, where", "days: 31, where"), "feature fees: days 30 -> 31");
  EXPECT_EQ(OnlyChange("within_hours: 24", "within_hours: 25"), "feature twice: within_hours 24 -> 25");
  EXPECT_EQ(OnlyChange("fees >= policy.fee_n", "fees > policy.fee_n"),
            "feature many: expression fees >= policy.fee_n -> fees > policy.fee_n");
  EXPECT_EQ(OnlyChange("need: 0.5", "need: 0.6"),
            "rule many_fees: then propose tell, need 0.5; reasons FEES; count = fees as text -> "
            "propose tell, need 0.6; reasons FEES; count = fees as text");
  EXPECT_EQ(OnlyChange("\"> 10\"", "\"> 11\""),
            "table amounts: row 1 > 10 -> propose tell, need 0.4; reasons FEES; count = fees as text -> "
            "> 11 -> propose tell, need 0.4; reasons FEES; count = fees as text");
  EXPECT_EQ(OnlyChange("objection: block", "objection: defer"), "guard not_twice: objection block -> defer");
  EXPECT_EQ(OnlyChange("avgifter\"", "avg.\""), "text of action tell: customer.sv {count} avgifter -> {count} avg.");
  EXPECT_EQ(OnlyChange("en: Twice.", "en: Two."), "text of reason TWICE: officer.en Twice. -> Two.");
}

TEST(RulebookChanges, WhatIsNewIsToldWithAllThatItSays) {
  const auto changes = Changes("actions:\n", "  - {id: extra, title: More, value: 7}\nactions:\n");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].kind, ChangeKind::kAdded);
  EXPECT_EQ(changes[0].id, "extra");
  EXPECT_EQ(changes[0].fields.back(), (FieldChange{"value", "", "7"}));
}

TEST(RulebookChanges, WhatIsGoneIsTheSameTheOtherWayRound) {
  const auto less = ReadText(SmallRulebook());
  const auto more = ReadText(SmallRulebookWith("actions:\n", "  - {id: extra, title: More, value: 7}\nactions:\n"));
  ASSERT_TRUE(less && more);
  const auto changes = CompareRulebooks(*more, *less);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].kind, ChangeKind::kRemoved);
  EXPECT_EQ(changes[0].fields.back(), (FieldChange{"value", "7", ""}));
}

TEST(RulebookChanges, AFieldThatComesOrGoesHasOneEmptySide) {
  EXPECT_EQ(OnlyChange("    objection: block", "    applies_to: action.tier > 1\n    objection: block"),
            "guard not_twice: applies_to  -> action.tier > 1");
  EXPECT_EQ(OnlyChange(", where: 'code = \"FEE\"'", ""), "feature fees: where code = \"FEE\" -> ");
}

}  // namespace
}  // namespace oxpecker::rules
