#include "rules/rulebook/text_template.h"

#include <gtest/gtest.h>

namespace oxpecker::rules {
namespace {

std::string Filled(std::string_view sentence) {
  return FillIn(sentence, [](std::string_view name) { return "<" + std::string(name) + ">"; });
}

TEST(TextTemplate, NamesInOrderWithoutRepeats) {
  EXPECT_EQ(QuotedNames("{b} and {a} and {b}"), (std::vector<std::string>{"b", "a"}));
  EXPECT_TRUE(QuotedNames("none").empty());
  EXPECT_TRUE(QuotedNames("").empty());
}

TEST(TextTemplate, FillsInNames) {
  EXPECT_EQ(Filled("{a}"), "<a>");
  EXPECT_EQ(Filled("x {a} y {b}."), "x <a> y <b>.");
  EXPECT_EQ(Filled("过去 {days} 天"), "过去 <days> 天");
}

TEST(TextTemplate, DoubledBraceIsABrace) {
  EXPECT_EQ(Filled("{{a}"), "{a}");
  EXPECT_TRUE(QuotedNames("{{a}").empty());
}

TEST(TextTemplate, AnOpenBraceIsText) {
  EXPECT_EQ(Filled("x {a"), "x {a");
  EXPECT_TRUE(QuotedNames("x {a").empty());
}

}  // namespace
}  // namespace oxpecker::rules
