#include "rules/rulebook/readers.h"

#include <gmock/gmock.h>

#include "tests/unit/rulebook/small_rulebook.h"

namespace oxpecker::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Readers, AThresholdIsReadThroughFeaturesToo) {
  const auto book = ReadText(SmallRulebook());
  ASSERT_TRUE(book.has_value());
  EXPECT_THAT(PartsThatRead(*book, "fee_n"), ElementsAre("many_fees")) << "by the feature 'many'";
  EXPECT_THAT(PartsThatRead(*book, "fees"), ElementsAre("amounts", "many_fees")) << "evidence counts";
  EXPECT_THAT(PartsThatRead(*book, "twice"), ElementsAre("not_twice"));
  EXPECT_THAT(PartsThatRead(*book, "many_fees"), IsEmpty()) << "neither threshold nor feature";
  EXPECT_THAT(PartsThatRead(*book, "fee"), IsEmpty()) << "a part of a name is another name";
}

TEST(Readers, PathsIntoAThresholdCount) {
  const auto book = ReadText(SmallRulebookWith("    inputs: [event.amount]\n", "    inputs: [event.amount > policy.fee_n.low]\n"));
  ASSERT_TRUE(book.has_value());
  EXPECT_THAT(PartsThatRead(*book, "fee_n"), ElementsAre("amounts", "many_fees"));
}

}  // namespace
}  // namespace oxpecker::rules
