#include "rules/feel/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oxpecker::feel {
namespace {

using testing::ElementsAre;

auto Matches(std::string_view text, std::string_view pattern, std::string_view flags) {
  RegexCache cache;
  return cache.Matches(text, {pattern, flags}, nullptr);
}
auto Replaced(std::string_view text, std::string_view pattern, std::string_view replacement) {
  RegexCache cache;
  return cache.Replace(text, {pattern, ""}, replacement, nullptr);
}
auto Parts(std::string_view text, std::string_view pattern) {
  RegexCache cache;
  return cache.Split(text, {pattern, {}}, nullptr);
}

bool Found(std::string_view text, std::string_view pattern, std::string_view flags = "") {
  const auto found = Matches(text, pattern, flags);
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
    EXPECT_FALSE(Matches("a", pattern, "").has_value()) << pattern;
  EXPECT_FALSE(Matches("a", "a", "g").has_value());
}

TEST(Regex, Replaces) {
  EXPECT_EQ(Replaced("banana", "a", "o"), "bonono");
  EXPECT_EQ(Replaced("abcd", "(ab)|(a)", "[1=$1][2=$2]"), "[1=ab][2=]cd");
  EXPECT_EQ(Replaced("a.b", "\\.", "\\$\\\\"), "a$\\b");
  EXPECT_EQ(Replaced("\xF0\x9F\x90\x8E!", "!", "\xF0\x9F\x90\x8E"),
            "\xF0\x9F\x90\x8E\xF0\x9F\x90\x8E");
  EXPECT_FALSE(Replaced("a", "a", "$").has_value());
  EXPECT_FALSE(Replaced("a", "a", "\\x").has_value());
  EXPECT_FALSE(Replaced("a", "x*", "b").has_value());
}

TEST(Regex, Splits) {
  EXPECT_THAT(*Parts("a;b;c;;", ";"), ElementsAre("a", "b", "c", "", ""));
  EXPECT_THAT(*Parts("John Doe", "\\s"), ElementsAre("John", "Doe"));
  EXPECT_THAT(*Parts("", ","), ElementsAre(""));
  EXPECT_FALSE(Parts("abc", "").has_value());
}

TEST(Regex, EndsWhateverThePattern) {
  const std::string text(60, 'a');
  const auto found = Matches(text + "!", "^(a+)+$", "");
  ASSERT_FALSE(found.has_value());
  EXPECT_TRUE(found.error().limit_hit);
}

TEST(Regex, TakesTheStepsOfItsEvaluation) {
  RegexCache cache;
  const std::string text = std::string(24, 'a') + "!";
  std::uint64_t plenty = 1'000'000'000;
  const auto unbounded = cache.Matches(text, {"^(a|aa)+$", ""}, &plenty);
  ASSERT_TRUE(unbounded.has_value());
  EXPECT_FALSE(*unbounded);
  const std::uint64_t used = 1'000'000'000 - plenty;
  ASSERT_GT(used, 0U);
  std::uint64_t scarce = used - 1;
  const auto found = cache.Matches(text, {"^(a|aa)+$", ""}, &scarce);
  ASSERT_FALSE(found.has_value());
  EXPECT_TRUE(found.error().limit_hit);
  EXPECT_EQ(scarce, 0U);
}

TEST(Regex, APreparedPatternIsNotCompiledAgain) {
  const auto prepared = PreparedPattern::Of({"^(a+)+$", "i"});
  ASSERT_NE(prepared, nullptr);
  EXPECT_EQ(PreparedPattern::Of({"[", ""}), nullptr);
  EXPECT_EQ(PreparedPattern::Of({"a", "?"}), nullptr);
  RegexCache cache;
  RegexCache other;
  for (RegexCache* c : {&cache, &other}) {
    EXPECT_EQ(c->Matches("AAA", {"^(a+)+$", "i", prepared.get()}, nullptr), true);
    EXPECT_EQ(c->Matches("ab", {"^(a+)+$", "i", prepared.get()}, nullptr), false);
    EXPECT_EQ(c->compilations(), 0U);
  }
  // The same bounds as those of any other pattern.
  const auto found = cache.Matches(std::string(60, 'a') + "!", {"^(a+)+$", "i", prepared.get()}, nullptr);
  ASSERT_FALSE(found.has_value());
  EXPECT_TRUE(found.error().limit_hit);
  // Of another text or other flags it is of no use.
  EXPECT_EQ(cache.Matches("AAA", {"^(a+)+$", "", prepared.get()}, nullptr), false);
  EXPECT_EQ(cache.Matches("b", {"b", "i", prepared.get()}, nullptr), true);
  EXPECT_EQ(cache.compilations(), 2U);
}

TEST(Regex, ACacheAnswersAsAFreshOneWhateverItHeldBefore) {
  RegexCache cache;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 100; ++i) {
      const std::string text = "x" + std::to_string(i);
      EXPECT_EQ(cache.Matches(text, {"^" + text + "$", ""}, nullptr), true);
      EXPECT_EQ(cache.Matches("X", {"^x$", i % 2 == 0 ? "i" : ""}, nullptr), i % 2 == 0);
    }
  }
}

TEST(Case, MapsAllOfUnicode) {
  EXPECT_EQ(UpperCase("stra\xC3\x9F" "e \xC3\xA5"), "STRASSE \xC3\x85");
  EXPECT_EQ(LowerCase("\xC3\x85\xCE\xA9"), "\xC3\xA5\xCF\x89");
  EXPECT_EQ(UpperCase("i"), "I");
  EXPECT_EQ(UpperCase(""), "");
}

}  // namespace
}  // namespace oxpecker::feel
