#include "rules/feel/scanner.h"

#include <gtest/gtest.h>

namespace oxpecker::feel {
namespace {

class ScannerTest : public testing::Test {
 protected:
  Scanner Over(std::string_view source) { return Scanner(source, diagnostics_); }
  Diagnostics diagnostics_{"", {}, 0};
};

TEST_F(ScannerTest, TakesTheLongestSymbol) {
  Scanner scanner = Over("<= ** .. -> <");
  EXPECT_FALSE(scanner.Accept("<"));
  EXPECT_TRUE(scanner.Accept("<="));
  EXPECT_TRUE(scanner.Accept("**"));
  EXPECT_TRUE(scanner.Accept(".."));
  EXPECT_TRUE(scanner.Accept("->"));
  EXPECT_TRUE(scanner.Accept("<"));
  EXPECT_TRUE(scanner.AtEnd());
}

TEST_F(ScannerTest, SkipsSpacesAndComments) {
  Scanner scanner = Over(" /* a */ x // to the end\n\xC2\xA0 y");
  EXPECT_TRUE(scanner.AcceptWord("x"));
  EXPECT_TRUE(scanner.AcceptWord("y"));
  EXPECT_TRUE(scanner.AtEnd());
}

TEST_F(ScannerTest, NumbersLeaveRangesAlone) {
  Scanner scanner = Over("1..2.5e3 .5 7e");
  EXPECT_EQ(scanner.TakeNumber(), "1");
  EXPECT_TRUE(scanner.Accept(".."));
  EXPECT_EQ(scanner.TakeNumber(), "2.5e3");
  EXPECT_EQ(scanner.TakeNumber(), ".5");
  EXPECT_EQ(scanner.TakeNumber(), "7");
  EXPECT_EQ(scanner.Word(), "e");
}

TEST_F(ScannerTest, UndoesEscapes) {
  EXPECT_EQ(Over(R"("a\"b\\\n\u0041\U01F40E\uD83D\uDCA9\d")").TakeText(),
            "a\"b\\\nA\xF0\x9F\x90\x8E\xF0\x9F\x92\xA9\\d");
  EXPECT_TRUE(diagnostics_.empty());
}

TEST_F(ScannerTest, ReportsTextsThatDoNotEndAndHalfCharacters) {
  Over("\"abc").TakeText();
  EXPECT_EQ(diagnostics_.size(), 1U);
  Over(R"("\uD83D")").TakeText();
  EXPECT_EQ(diagnostics_.size(), 2U);
}

TEST_F(ScannerTest, MatchesNamesWithSpacesAndSymbols) {
  EXPECT_EQ(Over("loan  amount+1").MatchName("loan amount"), 12U);
  EXPECT_EQ(Over("loanamount").MatchName("loan amount"), 0U);
  EXPECT_EQ(Over("loan amounts").MatchName("loan amount"), 0U);
  EXPECT_EQ(Over("a-b").MatchName("a-b"), 3U);
  EXPECT_EQ(Over("a - b").MatchName("a-b"), 0U);
  EXPECT_EQ(Over("a-b").MatchName("a - b"), 3U);
  EXPECT_EQ(Over("\xC3\xA5r").MatchName("\xC3\xA5"), 0U);
}

TEST_F(ScannerTest, TakesANameOnlyBeforeAColon) {
  Scanner scanner = Over("start  position : 3");
  EXPECT_EQ(scanner.TakeNameBeforeColon(), "start position");
  EXPECT_TRUE(scanner.Accept(":"));
  Scanner other = Over("start + 3");
  EXPECT_EQ(other.TakeNameBeforeColon(), "");
  EXPECT_EQ(other.position(), 0U);
}

TEST_F(ScannerTest, KnowsUtf8) {
  std::size_t bad = 0;
  EXPECT_TRUE(IsUtf8("a\xC3\xA5\xE2\x82\xAC\xF0\x9F\x90\x8E", bad));
  EXPECT_FALSE(IsUtf8("ab\xC0\xAF", bad));
  EXPECT_EQ(bad, 2U);
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80", bad));  // a surrogate
  EXPECT_FALSE(IsUtf8("\xE2\x82", bad));
}

}  // namespace
}  // namespace oxpecker::feel
