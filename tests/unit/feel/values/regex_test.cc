#include "rules/feel/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oxpecker::feel {
namespace {

using testing::ElementsAre;

bool Found(std::string_view text, std::string_view pattern, std::string_view flags = "") {
  const auto found = RegexMatches(text, pattern, flags);
  EXPECT_TRUE(found.has_value()) << pattern;
  return found.value_or(false);
}

TEST(Regex, IsTheDialectOfXPath) {
  EXPECT_TRUE(Found("foobar", "^fo*b"));
  EXPECT_TRUE(Found("ABC", "b", "i"));
  EXPECT_TRUE(Found("hello world", " hello[ ]world ", "x"));
  EXPECT_FALSE(Found("a\nb", "a.b"));
  EXPECT_TRUE(Found("a\nb", "a.b", "s"));
  EXPECT_TRUE(Found("a\nb", "^b$", "m"));
  EXPECT_FALSE(Found("a\nb", "^b$"));
  EXPECT_FALSE(Found("a\n", "a$"));
  EXPECT_TRUE(Found("A", "[A-Z-[OI]]"));
  EXPECT_FALSE(Found("O", "[A-Z-[OI]]"));
  EXPECT_TRUE(Found("\xCE\xB1", "\\p{IsGreek}"));
  EXPECT_FALSE(Found("a", "\\p{IsGreek}"));
  EXPECT_TRUE(Found("\xC3\x84", "\\p{Lu}"));
  EXPECT_TRUE(Found("abab", "^(ab)\\1$"));
  EXPECT_TRUE(Found("-", "[-a]"));
  EXPECT_TRUE(Found("&", "[a&&b]"));
  EXPECT_TRUE(Found("anything", ""));
}

TEST(Regex, RefusesWhatXPathDoesNotKnow) {
  for (const char* pattern : {"[", "(", "a**", "a*+", "(?:a)", "(?=a)", "\\b", "\\q", "\\p{Foo}", "[]",
                              "a{2,1}", "\\", "[a[b]]", "]"})
    EXPECT_FALSE(RegexMatches("a", pattern, "").has_value()) << pattern;
  EXPECT_FALSE(RegexMatches("a", "a", "g").has_value());
}

TEST(Regex, Replaces) {
  EXPECT_EQ(RegexReplace("banana", "a", "o", ""), "bonono");
  EXPECT_EQ(RegexReplace("abcd", "(ab)|(a)", "[1=$1][2=$2]", ""), "[1=ab][2=]cd");
  EXPECT_EQ(RegexReplace("a.b", "\\.", "\\$\\\\", ""), "a$\\b");
  EXPECT_EQ(RegexReplace("\xF0\x9F\x90\x8E!", "!", "\xF0\x9F\x90\x8E", ""),
            "\xF0\x9F\x90\x8E\xF0\x9F\x90\x8E");
  EXPECT_FALSE(RegexReplace("a", "a", "$", "").has_value());
  EXPECT_FALSE(RegexReplace("a", "a", "\\x", "").has_value());
  EXPECT_FALSE(RegexReplace("a", "x*", "b", "").has_value());
}

TEST(Regex, Splits) {
  EXPECT_THAT(*RegexSplit("a;b;c;;", ";"), ElementsAre("a", "b", "c", "", ""));
  EXPECT_THAT(*RegexSplit("John Doe", "\\s"), ElementsAre("John", "Doe"));
  EXPECT_THAT(*RegexSplit("", ","), ElementsAre(""));
  EXPECT_FALSE(RegexSplit("abc", "").has_value());
}

TEST(Regex, EndsWhateverThePattern) {
  const std::string text(60, 'a');
  const auto found = RegexMatches(text + "!", "^(a+)+$", "");
  ASSERT_FALSE(found.has_value());
  EXPECT_TRUE(found.error().limit_hit);
}

TEST(Case, MapsAllOfUnicode) {
  EXPECT_EQ(UpperCase("stra\xC3\x9F" "e \xC3\xA5"), "STRASSE \xC3\x85");
  EXPECT_EQ(LowerCase("\xC3\x85\xCE\xA9"), "\xC3\xA5\xCF\x89");
  EXPECT_EQ(UpperCase("i"), "I");
  EXPECT_EQ(UpperCase(""), "");
}

}  // namespace
}  // namespace oxpecker::feel
