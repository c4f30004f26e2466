#include "engine/facts/pattern.h"

#include <gtest/gtest.h>

namespace oxpecker::facts {
namespace {

bool Matches(std::string_view expression, std::string_view text) {
  const auto pattern = Pattern::Compile(expression);
  EXPECT_TRUE(pattern) << expression;
  return pattern && pattern->Matches(text);
}

// Rows of sets have a path of their own; a group around the row leaves it to RE2.
TEST(PatternTest, RowsOfSetsAgreeWithTheAutomaton) {
  const char* const rows[] = {"[A-Z]{3}", R"(\d{4})", "[a-z0-9_]", R"(SE\d\d)",
                                   "a[bc]d",   "",         "x{2}y",     R"(\d\d:\d\d)"};
  const std::string texts[] = {"",
                               "EUR",
                               "EU",
                               "EURO",
                               "eur",
                               "EU1",
                               "1234",
                               "123",
                               "12a4",
                               "_",
                               "-",
                               "SE12",
                               "SE1x",
                               "abd",
                               "acd",
                               "aed",
                               "xxy",
                               "xy",
                               "12:34",
                               "12-34",
                               "EUR\n",
                               std::string("EU\0", 3),
                               "\xC3\x85"
                               "UR"};
  for (const std::string row : rows) {
    std::string plain = "^";
    plain += row + "$";
    std::string grouped = "^(";
    grouped += row + ")$";
    for (const std::string& text : texts)
      EXPECT_EQ(Matches(plain, text), Matches(grouped, text)) << row << " on " << text;
  }
}

TEST(PatternTest, SearchesUnlessAnchored) {
  EXPECT_TRUE(Matches("b+", "abbc"));
  EXPECT_FALSE(Matches("^b+", "abbc"));
  EXPECT_TRUE(Matches("^a.c$",
                      "a\xC3\xA5"
                      "c"));
  EXPECT_TRUE(Matches("^[^0-9]+$", "abc"));
}

TEST(PatternTest, RefusesWhatIsNoExpression) {
  for (const char* expression : {"(", "[a", "a{2,1}", "(?=a)", R"((a)\1)"}) {
    const auto pattern = Pattern::Compile(expression);
    ASSERT_FALSE(pattern) << expression;
    EXPECT_NE(pattern.error().message.find("found a pattern that cannot be used"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace oxpecker::facts
