#include "base/encoding.h"

#include <gtest/gtest.h>

namespace oxpecker {
namespace {

TEST(HexTest, GoesThereAndBackForEveryByte) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  const std::string hex = HexEncode(all);
  EXPECT_EQ(hex.substr(0, 6), "000102");
  EXPECT_EQ(hex.substr(506), "fdfeff");
  EXPECT_EQ(HexDecode(hex), all);
  EXPECT_EQ(HexDecode("fF0A"), "\xFF\n");
  EXPECT_EQ(HexDecode(""), "");
  for (const char* text : {"0", "0g", "0x", " 0", "00 "}) EXPECT_FALSE(HexDecode(text)) << text;
}

TEST(Base64Test, GivesTheSamplesOfTheStandard) {  // RFC 4648, section 10
  const std::pair<const char*, const char*> samples[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"},
                                                         {"\xFB\xFF", "+/8="}};
  for (const auto& [bytes, text] : samples) {
    EXPECT_EQ(Base64Encode(bytes), text);
    EXPECT_EQ(Base64Decode(text), bytes);
  }
}

TEST(Base64Test, EveryLengthGoesThereAndBack) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(Base64Decode(Base64Encode(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
}

TEST(Base64Test, IsStrict) {
  // Missing or misplaced padding, white space, other alphabets, stray bits.
  for (const char* text : {"Zg", "Zg=", "Zm8", "Z===", "====", "Zg==Zg==", "Zm9v\n", " Zm9v",
                           "Zm9-", "Zm9_", "Zh==", "Zm9=", "=m9v", "Z=9v", "Zm=v"})
    EXPECT_FALSE(Base64Decode(text)) << text;
}

// A second decoder by the definition of UTF-8: every code point's bytes, and nothing else.
TEST(Utf8Test, TakesExactlyTheEncodedCodePoints) {
  const auto encoded = [](std::uint32_t point) {
    std::string text;
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (point < 0x80) {
      put(point);
    } else if (point < 0x800) {
      put(0xC0U | point >> 6U), put(0x80U | (point & 63U));
    } else if (point < 0x10000) {
      put(0xE0U | point >> 12U), put(0x80U | (point >> 6U & 63U)), put(0x80U | (point & 63U));
    } else {
      put(0xF0U | point >> 18U), put(0x80U | (point >> 12U & 63U));
      put(0x80U | (point >> 6U & 63U)), put(0x80U | (point & 63U));
    }
    return text;
  };
  for (std::uint32_t point = 0; point < 0x120000; ++point) {
    const bool good = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
    ASSERT_EQ(IsUtf8(encoded(point)), good) << point;
  }
  // All texts of one and two bytes.
  for (unsigned first = 0; first < 256; ++first) {
    const std::string one(1, static_cast<char>(first));
    ASSERT_EQ(IsUtf8(one), first < 0x80);
    for (unsigned second = 0; second < 256; ++second) {
      const bool pair = first >= 0xC2 && first <= 0xDF && second >= 0x80 && second <= 0xBF;
      ASSERT_EQ(IsUtf8(one + static_cast<char>(second)), pair || (first < 0x80 && second < 0x80));
    }
  }
}

TEST(Utf8Test, LooksBehindLongRunsOfAscii) {
  for (std::size_t before = 0; before < 20; ++before) {
    EXPECT_TRUE(IsUtf8(std::string(before, 'a') + "\xC3\xA5" + std::string(20, 'b')));
    EXPECT_FALSE(IsUtf8(std::string(before, 'a') + "\xC3" + std::string(20, 'b')));
    EXPECT_FALSE(IsUtf8(std::string(before, 'a') + "\xE2\x82"));
  }
}

TEST(Utf8Test, RefusesOverlongForms) {
  for (const char* text :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80",
        "\xF0\x8F\xBF\xBF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80"})
    EXPECT_FALSE(IsUtf8(text));
}

}  // namespace
}  // namespace oxpecker
