#include <gtest/gtest.h>

#include <string>

#include "examples/berka/field_reader.h"

namespace oxpecker::berka {
namespace {

TEST(ParseMinor, IsExact) {
  EXPECT_EQ(ParseMinor("0"), 0);
  EXPECT_EQ(ParseMinor("0.1"), 10);
  EXPECT_EQ(ParseMinor("0.01"), 1);
  EXPECT_EQ(ParseMinor("3372.7"), 337'270);
  EXPECT_EQ(ParseMinor("-29.05"), -2'905);
  EXPECT_EQ(ParseMinor("-0.5"), -50);
  EXPECT_EQ(ParseMinor("999999999.99"), 99'999'999'999);
}

TEST(ParseMinor, RefusesEverythingElse) {
  for (const char* bad : {"", "-", ".", ".5", "5.", "1.234", "1,5", "1e3", "+1", " 1", "1 ", "--1",
                          "1.-5", "1234567890", "NaN", "0x1"})
    EXPECT_FALSE(ParseMinor(bad)) << bad;
}

// Every tenth from -100.0 to 100.0, as the extract writes it.
TEST(ParseMinor, ReadsEveryTenth) {
  for (int tenths = -1000; tenths <= 1000; ++tenths) {
    const int size = tenths < 0 ? -tenths : tenths;
    const std::string text =
        (tenths < 0 ? "-" : "") + std::to_string(size / 10) + "." + std::to_string(size % 10);
    EXPECT_EQ(ParseMinor(text), tenths * 10) << text;
  }
}

}  // namespace
}  // namespace oxpecker::berka
