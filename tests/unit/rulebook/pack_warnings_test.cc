#include "rules/rulebook/pack_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/rulebook/small_rulebook.h"

namespace oxpecker::rules {
namespace {

using testing::HasSubstr;

std::string Beside(const std::string& yaml) {
  EXPECT_NE(CompileIssues(yaml), "") << "it has a problem";
  return ToString(FindWarningsBesideProblems(SmallPack(yaml), SmallFacts(), SmallEvent()));
}

// The small rulebook has two uses of what may be missing: of event.amount and of twice.
TEST(PackWarnings, AreToldBesideProblems) {
  const std::string rule = Beside(SmallRulebookWith("    when: many\n", "    when: mnay\n"));
  EXPECT_THAT(rule, HasSubstr("'event.amount' may be missing"));
  EXPECT_THAT(rule, HasSubstr("'twice' may have no value"));
}

TEST(PackWarnings, WhatRestsOnAProblemIsSetAsideToo) {
  const std::string feature = Beside(SmallRulebookWith("same: [code]", "same: [cdoe]"));
  EXPECT_THAT(feature, HasSubstr("'event.amount' may be missing"));
  EXPECT_THAT(feature, testing::Not(HasSubstr("'twice'"))) << "the guard that reads it says nothing";
}

TEST(PackWarnings, AProblemOfFormLeavesWhatCouldBeRead) {
  EXPECT_THAT(Beside(SmallRulebookWith("customer_value: knows it\n", "customer_value: ''\n")), HasSubstr("'twice' may have no value"));
}

}  // namespace
}  // namespace oxpecker::rules
