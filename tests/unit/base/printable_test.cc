#include "base/printable.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/json/document.h"
#include "base/json/value.h"

namespace oxpecker {
namespace {

TEST(Printable, OrdinaryTextOfAnyLanguageIsLeftAlone) {
  for (const char* text : {"", "plain ~", "a\\b", "R\u00e4ksm\u00f6rg\u00e5s", "\u8d39\u7528",
                           "\U0001F98F", "\u00a0\u00ad", "\u200b\u200d", "\u2027\u202f\u2065\u206a"}) {
    EXPECT_EQ(Printable(text), text);
    EXPECT_EQ(PrintableLines(text), text);
  }
}

TEST(Printable, WhatSteersATerminalIsShown) {
  EXPECT_EQ(Printable("a\x1b[31mb"), "a\\u001b[31mb");
  EXPECT_EQ(Printable("\x7f|\u0080|\u009b|\u009f"), "\\u007f|\\u0080|\\u009b|\\u009f");
  EXPECT_EQ(Printable(std::string_view("\0", 1)), "\\u0000");
  EXPECT_EQ(Printable("\r\n\t"), "\\u000d\\u000a\\u0009");
  EXPECT_EQ(PrintableLines("a\r\n\tb"), "a\\u000d\n\tb");
}

TEST(Printable, MarksThatTurnTheDirectionOfWritingAreShown) {
  EXPECT_EQ(Printable("\u061c\u200e\u200f"), "\\u061c\\u200e\\u200f");
  EXPECT_EQ(Printable("\u2028\u202a\u202b\u202c\u202d\u202e"), "\\u2028\\u202a\\u202b\\u202c\\u202d\\u202e");
  EXPECT_EQ(Printable("\u2066\u2067\u2068\u2069"), "\\u2066\\u2067\\u2068\\u2069");
}

TEST(Printable, BytesThatAreNoUtf8AreShownOneByOne) {
  EXPECT_EQ(Printable("a\xff\xc2"), "a\\xff\\xc2");
  EXPECT_EQ(Printable("\xe2\x80"), "\\xe2\\x80") << "cut off";
  EXPECT_EQ(Printable("\xc0\x9b"), "\\xc0\\x9b") << "an overlong escape";
}

// Every text of up to three bytes out of those that matter: what comes out is UTF-8 without any of
// the marks, and doing it again changes nothing.
TEST(Printable, NothingSlipsThroughTheCracksBetweenBytes) {
  constexpr std::string_view kBytes("a\x1b\x7f\x80\x8e\x9b\xa8\xc2\xd8\x9c\xe2\x81\xf0\xff\n", 15);
  for (const char a : kBytes)
    for (const char b : kBytes)
      for (const char c : kBytes) {
        const std::string shown = Printable(std::string{a, b, c});
        ASSERT_TRUE(IsUtf8(shown)) << HexEncode(std::string{a, b, c});
        ASSERT_EQ(Printable(shown), shown);
        for (const char byte : shown) ASSERT_FALSE(static_cast<unsigned char>(byte) < 0x20U);
      }
}

TEST(Printable, JsonKeepsItsMeaning) {
  const std::string text = "\u202e\u009b\x7f \u200f\u8d39";
  json::Object object;
  object.Set(text, text);
  const std::string shown = PrintableLines(json::Canonical(object));
  EXPECT_EQ(shown, "{\"\\u202e\\u009b\\u007f \\u200f\u8d39\":\"\\u202e\\u009b\\u007f \\u200f\u8d39\"}");
  const auto read = json::Document::Parse(shown, {});
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*json::Canonical(read->root()), json::Canonical(object));
}

}  // namespace
}  // namespace oxpecker
