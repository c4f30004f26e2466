#include "base/identifier.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace oxpecker {
namespace {

TEST(IdentifierTest, TakesLowerSnake) {
  for (const char* text : {"a", "late_fees_autopay", "a1", "a_", "x9_9"})
    EXPECT_EQ(RuleId::Parse(text)->str(), text);
  EXPECT_TRUE(RuleId::Parse(std::string(64, 'a')));
  for (const char* text : {"", "A", "1a", "_a", "a-b", "a b", "a.b", "\xC3\xA5"})
    EXPECT_FALSE(RuleId::Parse(text)) << text;
  EXPECT_FALSE(RuleId::Parse(std::string(65, 'a')));
  EXPECT_FALSE(RuleId::Parse(std::string_view("a\0b", 3)));
  EXPECT_EQ(RuleId::Parse("Late Fees").error().message, "'Late Fees' is no rule id");
}

TEST(IdentifierTest, TakesUpperSnakeForReasonCodes) {
  EXPECT_TRUE(ReasonCode::Parse("LATE_FEES_3"));
  EXPECT_FALSE(ReasonCode::Parse("late_fees"));
  EXPECT_FALSE(ReasonCode::Parse("3_FEES"));
}

TEST(IdentifierTest, TagsDoNotMix) {
  EXPECT_FALSE((std::is_convertible_v<RuleId, ActionId>));
  EXPECT_FALSE((std::is_assignable_v<RuleId&, ActionId>));
  EXPECT_FALSE((std::is_default_constructible_v<RuleId>));
}

TEST(IdentifierTest, OrdersByText) {
  EXPECT_LT(*RuleId::Parse("a"), *RuleId::Parse("b"));
  EXPECT_EQ(*RuleId::Parse("a"), *RuleId::Parse("a"));
}

TEST(DecisionIdTest, HoldsTimeVersionAndRandomness) {
  const DecisionId id = MakeDecisionId(0x0123456789ABU, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
  EXPECT_EQ(id.str(), "01234567-89ab-7fff-bfff-ffffffffffff");
  const DecisionId zeros = MakeDecisionId(0, std::string(10, '\0'));
  EXPECT_EQ(zeros.str(), "00000000-0000-7000-8000-000000000000");
  EXPECT_LT(zeros, id);
  EXPECT_EQ(*DecisionId::Parse(id.str()), id);
}

TEST(DecisionIdTest, RefusesOtherUuids) {
  for (const char* text :
       {"", "01234567-89ab-4fff-bfff-ffffffffffff", "01234567-89ab-7fff-cfff-ffffffffffff",
        "01234567-89AB-7fff-bfff-ffffffffffff", "0123456789ab7fffbfffffffffffffff",
        "01234567-89ab-7fff-bfff-fffffffffff", "01234567-89ab-7fff-bfff-fffffffffffff",
        "01234567089ab-7fff-bfff-ffffffffffff", "g1234567-89ab-7fff-bfff-ffffffffffff"})
    EXPECT_FALSE(DecisionId::Parse(text)) << text;
}

}  // namespace
}  // namespace oxpecker
