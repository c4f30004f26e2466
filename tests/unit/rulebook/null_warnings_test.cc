#include "rules/rulebook/null_warnings.h"

#include <gtest/gtest.h>

#include "tests/unit/rulebook/small_rulebook.h"

namespace oxpecker::rules {
namespace {

std::string Warnings(std::string_view yaml) {
  const auto book = CompileText(yaml);
  EXPECT_TRUE(book.has_value()) << (book ? "" : ToString(book.error()));
  return book ? ToString(FindNullWarnings(*book)) : "";
}

std::string WithRule(std::string_view when, std::string_view more = "") {
  return SmallRulebookWith("    when: many\n", "    when: " + std::string(when) + "\n" + std::string(more));
}

constexpr std::string_view kAmount =
    "small.yaml:38:14: the table 'amounts': 'event.amount' may be missing, and then the condition has no answer; "
    "ask 'event.amount != null' first, or list it under 'may_be_missing' where that is meant";
constexpr std::string_view kTwice =
    "small.yaml:47:17: the guard 'not_twice': 'twice' may have no value (for want of such a pair), and then the condition has "
    "no answer; ask 'twice != null' first, or list it under 'may_be_missing' where that is meant";

// The small rulebook with its two uses mended, so that only what a test adds is told.
std::string Clean(std::string yaml) {
  const auto replace = [&](std::string_view from, std::string_view to) {
    const std::size_t at = yaml.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    yaml.replace(at, from.size(), to);
  };
  replace("    hit: first\n", "    may_be_missing: [event.amount]\n    hit: first\n");
  replace("    when: count(twice) > 0\n", "    when: twice != null and count(twice) > 0\n");
  return yaml;
}

TEST(NullWarnings, OfTheSmallRulebook) {
  EXPECT_EQ(Warnings(SmallRulebook()), std::string(kAmount) + "\n" + std::string(kTwice));
  EXPECT_EQ(Warnings(Clean(SmallRulebook())), "");
}

TEST(NullWarnings, AnAuthorSaysWhatIsMeant) {
  EXPECT_EQ(Warnings(Clean(WithRule("many and customer.birth_year > 1990", "    may_be_missing: customer.birth_year\n"))), "");
  EXPECT_EQ(Warnings(Clean(WithRule("many and customer.birth_year  >  1990 and bookings[1].amount > 3",
                                    "    may_be_missing: [customer.birth_year]\n"))),
            "small.yaml:30:53: the rule 'many_fees': 'bookings[1]' may have no value, and then the condition has no answer; "
            "ask 'bookings[1] != null' first, or list it under 'may_be_missing' where that is meant");
  EXPECT_EQ(Warnings(Clean(WithRule("many", "    may_be_missing: [customer.birth_year]\n"))),
            "small.yaml:26:5: the rule 'many_fees' names 'customer.birth_year' under 'may_be_missing', and rests no answer on it "
            "that could be missing; remove it, or write it as it stands in the expression");
}

TEST(NullWarnings, AConditionHoldsInWhatStandsUnderIt) {
  const auto with_reason = [](std::string_view when) {
    return Clean(SmallRulebookWith(
        "    when: many\n    then: {propose: tell, need: 0.5, reasons: [FEES], ",
        "    when: " + std::string(when) +
            "\n    then: {propose: tell, need: 0.5, reasons: [{code: FEES, when: many and customer.birth_year > 1990}], "));
  };
  EXPECT_EQ(Warnings(with_reason("many and customer.birth_year != null")), "");
  EXPECT_NE(Warnings(with_reason("many")).find("'customer.birth_year' may be missing"), std::string::npos);
}

TEST(NullWarnings, AFeatureIsToldWhereSomethingRestsOnIt) {
  const std::string feature = "  - {id: age, title: Age, expression: 2026 - customer.birth_year}\nrules:\n";
  EXPECT_EQ(Warnings(Clean(SmallRulebookWith("rules:\n", feature))), "");
  std::string yaml = SmallRulebookWith("rules:\n", feature);
  yaml.replace(yaml.find("when: many"), 10, "when: many and age > 18");
  EXPECT_NE(Warnings(Clean(yaml)).find("'age' may have no value (for want of 'customer.birth_year'), and then the condition has no answer"),
            std::string::npos);
  yaml.replace(yaml.find("age > 18"), 8, "customer.birth_year != null and age > 18");
  EXPECT_EQ(Warnings(Clean(yaml)), "");
}

TEST(NullWarnings, RowsOfAWindowThatAreLeftOut) {
  const auto with_where = [](std::string_view where) {
    return Clean(SmallRulebookWith("where: 'code = \"FEE\"'", "where: '" + std::string(where) + "'"));
  };
  EXPECT_EQ(Warnings(with_where("code = \"FEE\"")), "");
  EXPECT_EQ(Warnings(with_where("code != null and code != \"FEE\"")), "");
  EXPECT_NE(Warnings(with_where("code != \"FEE\"")).find("'code' may be missing, and then the row is left out"), std::string::npos);
}

TEST(NullWarnings, WindowsWithoutARow) {
  const auto with_aggregate = [](std::string_view aggregate) {
    std::string yaml = SmallRulebookWith("aggregate: count}}", "aggregate: " + std::string(aggregate) + "}}");
    return Warnings(Clean(yaml));
  };
  EXPECT_EQ(with_aggregate("sum, of: amount"), "");
  EXPECT_NE(with_aggregate("max, of: amount").find("'many' may have no value (for want of 'fees')"), std::string::npos);
  EXPECT_EQ(with_aggregate("max, of: amount, when_empty: 0"), "");
  EXPECT_NE(with_aggregate("sum, of: 'if code = null then null else amount'").find("'many' may have no value"), std::string::npos);
}

TEST(NullWarnings, WhatIsMeantIsPartOfTheBook) {
  const auto before = ReadText(SmallRulebook());
  const auto after = ReadText(WithRule("many", "    may_be_missing: [customer.birth_year]\n"));
  ASSERT_TRUE(before && after);
  EXPECT_EQ(after->rules[0].authorship.may_be_missing, std::vector<std::string>{"customer.birth_year"});
  EXPECT_FALSE(before->rules[0].authorship.may_be_missing.size());
}

TEST(NullWarnings, ATableOfValuesIsToldWhereSomethingRestsOnIt) {
  const auto with_table = [](const std::string& outputs, const std::string& cell, const std::string& when) {
    std::string yaml = SmallRulebookWith(
        "rules:\n", "  - {id: level, title: l, table: {hit: first, inputs: [customer.birth_year], " + outputs + "rows: [{when: '" + cell +
                        "', then: 2}]}}\nrules:\n");
    yaml.replace(yaml.find("when: many"), 10, "when: many and " + when);
    return Warnings(Clean(yaml));
  };
  EXPECT_EQ(with_table("outputs: {default: 1}, ", "-", "level > 1"), "");
  EXPECT_NE(with_table("outputs: {default: 1}, ", "> 1990", "level > 1").find("'level' may have no value (for want of 'customer.birth_year')"),
            std::string::npos);
  EXPECT_NE(with_table("", "-", "level > 1").find("'level' may have no value (for want of a row that holds)"), std::string::npos);
  EXPECT_EQ(with_table("", "> 1990", "level != null and level > 1"), "");
}

}  // namespace
}  // namespace oxpecker::rules
