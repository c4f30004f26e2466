#include "rules/rulebook/table_warnings.h"

#include <gtest/gtest.h>

#include "tests/unit/rulebook/small_rulebook.h"

namespace oxpecker::rules {
namespace {

std::string Warnings(const std::string& yaml) {
  const auto book = CompileText(yaml);
  EXPECT_TRUE(book.has_value()) << (book ? "" : ToString(book.error()));
  return book ? ToString(FindTableWarnings(*book)) : "";
}

// The small rulebook with one feature more: a table of the years of birth.
std::string WithTable(const std::string& table) {
  return SmallRulebookWith("rules:\n", "  - id: age_group\n    title: How old\n    table:\n      inputs: [customer.birth_year]\n" + table + "rules:\n");
}

TEST(TableWarnings, TheSmallRulebookHasNone) { EXPECT_EQ(Warnings(SmallRulebook()), ""); }

TEST(TableWarnings, RowsThatHoldForTheSameValues) {
  EXPECT_EQ(Warnings(WithTable("      hit: unique\n      outputs: {default: '\"young\"'}\n      rows:\n"
                               "        - {when: ['< 1980'], then: '\"old\"'}\n        - {when: ['[1970..2000]'], then: '\"middle\"'}\n")),
            "small.yaml:33:11: the feature 'age_group': rows 1 and 2 both hold for customer.birth_year = 1970; no more than one may hold "
            "by its hit policy: narrow one of them");
  const std::string any = "      outputs: {default: '\"young\"'}\n      rows:\n        - {when: ['< 1980'], then: '\"old\"'}\n        - {when: ['[1970..2000]'], then: ";
  EXPECT_EQ(Warnings(WithTable("      hit: any\n" + any + "'\"old\"'}\n")), "") << "they say the same";
  EXPECT_NE(Warnings(WithTable("      hit: any\n" + any + "'\"middle\"'}\n")), "");
  EXPECT_EQ(Warnings(WithTable("      hit: rule_order\n" + any + "'\"middle\"'}\n")), "") << "as many as there are";
}

TEST(TableWarnings, RowsThatNoneCanReach) {
  EXPECT_EQ(Warnings(WithTable("      hit: first\n      rows:\n        - {when: ['-'], then: '\"all\"'}\n        - {when: ['< 1980'], then: '\"old\"'}\n")),
            "small.yaml:32:11: the feature 'age_group': row 2 can never be reached: the rows above it hold wherever it does; put it higher, or remove it");
  EXPECT_EQ(Warnings(SmallRulebookWith("      - when: [\"> 10\"]\n", "      - {when: ['-'], then: {propose: tell, need: 0.4, reasons: [FEES], evidence: {count: fees}}}\n      - when: [\"> 10\"]\n")),
            "small.yaml:41:9: the table 'amounts': row 2 can never be reached: the rows above it hold wherever it does; put it higher, or remove it");
}

TEST(TableWarnings, ValuesWithoutARowWhereThereIsNoDefault) {
  const std::string rows = "      rows:\n        - {when: ['< 1980'], then: '\"old\"'}\n        - {when: ['> 1980'], then: '\"young\"'}\n";
  EXPECT_EQ(Warnings(WithTable("      hit: unique\n" + rows)),
            "small.yaml:25:5: the feature 'age_group': no row holds for customer.birth_year = 1980; add a row or a default; without one the value is null");
  EXPECT_EQ(Warnings(WithTable("      hit: unique\n      outputs: {default: '\"other\"'}\n" + rows)), "");
  EXPECT_EQ(Warnings(WithTable("      hit: rule_order\n" + rows)), "") << "an empty list is an answer";
}

}  // namespace
}  // namespace oxpecker::rules
