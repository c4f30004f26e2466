#include "base/decimal.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace oxpecker {
namespace {

using Rounding = Decimal::Rounding;

Decimal D(std::string_view text) {
  const auto value = Decimal::Parse(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(Decimal());
}
std::string Text(Decimal value) { return value.ToString(); }

TEST(DecimalTest, OneTenthIsOneTenth) {
  EXPECT_EQ(D("0.1") + D("0.2"), D("0.3"));
  EXPECT_EQ(Text(D("0.1") + D("0.2")), "0.3");
  EXPECT_EQ(Text(D("1.1") * D("1.1")), "1.21");
}

TEST(DecimalTest, PrintsWhatItRead) {
  for (const char* text : {"0",
                           "1",
                           "-1",
                           "10",
                           "1.50",
                           "-1.50",
                           "0.00",
                           "0.001",
                           "-0.001",
                           "123456789012345678",
                           "1234567890123456789",
                           "12345678901234567890",
                           "1234567890123456789012345678901234",
                           "-0.1234567890123456789012345678901234",
                           "9999999999999999999999999999999999",
                           "0.0000000000000000000000000000000001",
                           "1E+40",
                           "1.5E+40",
                           "-2.50E+99",
                           "1E-40",
                           "1.234E-50",
                           "9.999999999999999999999999999999999E+6144"})
    EXPECT_EQ(Text(D(text)), text);
}

TEST(DecimalTest, ReadsOtherSpellings) {
  const std::pair<const char*, const char*> spellings[] = {{"-0", "0"},
                                                           {"-0.0", "0.0"},
                                                           {".5", "0.5"},
                                                           {"-.5", "-0.5"},
                                                           {"007", "7"},
                                                           {"1e2", "100"},
                                                           {"1E+2", "100"},
                                                           {"15e-1", "1.5"},
                                                           {"1.5e3", "1500"},
                                                           {"1e-3", "0.001"},
                                                           {"0e5", "0"},
                                                           {"-0e-999999", "0E-6176"},
                                                           {"1e34",
                                                            "1"
                                                            "0000000000"
                                                            "0000000000"
                                                            "0000000000"
                                                            "0000"},
                                                           {"1e35", "1E+35"}};
  for (const auto& [text, printed] : spellings) EXPECT_EQ(Text(D(text)), printed) << text;
}

TEST(DecimalTest, ReadsNothingElse) {
  for (const char* text :
       {"",   "-",  "+1",  ".",   "-.",  "5.",       "1e",  "1e+",    "e5",      "1.2.3", "--1",
        "1 ", " 1", "1,5", "0x1", "NaN", "Infinity", "inf", "1e6145", "-9e9999", "1_0",   "1d"})
    EXPECT_FALSE(Decimal::Parse(text)) << text;
  EXPECT_FALSE(Decimal::Parse(std::string_view("1\0", 2)));
}

TEST(DecimalTest, KeepsThirtyFourDigitsRoundedHalfToEven) {
  EXPECT_EQ(Text(D("12345678901234567890123456789012345")), "12345678901234567890123456789012340");
  EXPECT_EQ(Text(D("1.0000000000000000000000000000000005")), "1.000000000000000000000000000000000");
  EXPECT_EQ(Text(D("1.0000000000000000000000000000000015")), "1.000000000000000000000000000000002");
  EXPECT_EQ(Text(D("1.00000000000000000000000000000000051")),
            "1.000000000000000000000000000000001");
  EXPECT_EQ(Text(D("1") / D("3")), "0.3333333333333333333333333333333333");
  EXPECT_EQ(Text(D("2") / D("3")), "0.6666666666666666666666666666666667");
  EXPECT_EQ(Text(D("9999999999999999999999999999999999") + D("1")),
            "10000000000000000000000000000000000");
}

TEST(DecimalTest, WholeAndExactDivisionStaysShort) {
  EXPECT_EQ(Text(D("10") / D("4")), "2.5");
  EXPECT_EQ(Text(D("100") / D("10")), "10");
  EXPECT_EQ(Text(D("1") / D("8")), "0.125");
}

TEST(DecimalTest, OutsideItsDomainIsNotANumber) {
  EXPECT_FALSE((D("1") / D("0")).is_finite());
  EXPECT_FALSE((D("0") / D("0")).is_finite());
  EXPECT_FALSE((D("9e6144") * D("10")).is_finite());
  EXPECT_FALSE((D("9e6144") + D("9e6144")).is_finite());
  EXPECT_FALSE(Decimal::Modulo(D("1"), D("0")).is_finite());
  EXPECT_FALSE(Decimal::SquareRoot(D("-1")).is_finite());
  EXPECT_FALSE(Decimal::NaturalLogarithm(D("0")).is_finite());
  EXPECT_FALSE(Decimal::NaturalLogarithm(D("-1")).is_finite());
  EXPECT_FALSE(Decimal::Exponential(D("1e9")).is_finite());
  EXPECT_FALSE(Decimal::Power(D("10"), D("7000")).is_finite());
  EXPECT_FALSE(Decimal::Power(D("-2"), D("0.5")).is_finite());
  EXPECT_FALSE(Decimal::Power(D("0"), D("-1")).is_finite());
}

// Exact arithmetic on small values, by 64-bit integers: value = coefficient / 10^scale.
struct Small {
  std::int64_t coefficient;
  int scale;
};
std::int64_t Shifted(Small value, int scale) {
  std::int64_t shifted = value.coefficient;
  for (int i = value.scale; i < scale; ++i) shifted *= 10;
  return shifted;
}
Decimal ToDecimal(std::int64_t coefficient, int scale) {
  return D(std::to_string(coefficient) + "e-" + std::to_string(scale));
}

// Equal scales take the fast paths, different ones Intel's library; all must give the exact result.
TEST(DecimalTest, FastAndSlowPathsAgreeWithExactArithmetic) {
  std::vector<Small> grid;
  for (const std::int64_t coefficient : {0, 1, -1, 2, 5, -9, 10, 99, -100, 12345, -99999, 1000000})
    for (int scale = 0; scale <= 4; ++scale) grid.push_back({coefficient, scale});
  for (const Small a : grid) {
    for (const Small b : grid) {
      const int scale = std::max(a.scale, b.scale);
      const std::int64_t x = Shifted(a, scale);
      const std::int64_t y = Shifted(b, scale);
      const Decimal p = ToDecimal(a.coefficient, a.scale);
      const Decimal q = ToDecimal(b.coefficient, b.scale);
      // Text also compares the scale of the result.
      ASSERT_EQ(Text(p + q), Text(ToDecimal(x + y, scale))) << Text(p) << " + " << Text(q);
      ASSERT_EQ(Text(p - q), Text(ToDecimal(x - y, scale))) << Text(p) << " - " << Text(q);
      ASSERT_EQ(Text(p * q), Text(ToDecimal(a.coefficient * b.coefficient, a.scale + b.scale)));
      ASSERT_EQ(p == q, x == y);
      ASSERT_EQ(p < q, x < y) << Text(p) << " < " << Text(q);
      ASSERT_EQ(p > q, x > y);
    }
  }
}

TEST(DecimalTest, FastPathsGiveWayAtTheirBounds) {
  const Decimal most = Decimal::FromBits(~std::uint64_t{0}, Decimal().high_bits());  // 2^64 - 1
  EXPECT_EQ(Text(most), "18446744073709551615");
  EXPECT_EQ(Text(most + D("1")), "18446744073709551616");
  EXPECT_EQ(Text(-most - D("1")), "-18446744073709551616");
  EXPECT_EQ(Text(most * D("1")), "18446744073709551615");
  EXPECT_EQ(Text(most * D("2")), "36893488147419103230");
  EXPECT_EQ(Text(most * most), "340282366920938463426481119284349100000");
  EXPECT_LT(most, most + D("1"));
  EXPECT_EQ(most - most, Decimal());
}

TEST(DecimalTest, ZeroHasNoSign) {
  for (const Decimal zero :
       {D("-0"), D("-0.0"), -D("0"), D("1") - D("1"), D("-1") + D("1"), D("-1") * D("0"),
        D("-0e400"), D("-1.0") + D("1"), D("0") / D("-5"),
        D("-0.4").Rounded(0, Rounding::kHalfEven), Decimal::Modulo(D("-4"), D("2"))}) {
    EXPECT_TRUE(zero.is_zero());
    EXPECT_FALSE(zero.is_negative());
    EXPECT_EQ(zero, Decimal());
    EXPECT_NE(Text(zero)[0], '-');
  }
}

TEST(DecimalTest, ComparesByValue) {
  EXPECT_EQ(D("1.0"), D("1.00"));
  EXPECT_EQ(D("100"), D("1e2"));
  EXPECT_LT(D("-1"), D("0.5"));
  EXPECT_LT(D("-2"), D("-1"));
  EXPECT_LT(D("0.9999999999999999999999999999999999"), D("1"));
  EXPECT_GT(D("1e6000"), D("9999999999999999999999999999999999"));
  EXPECT_LT(D("1e-6000"), D("0.0000001"));
  EXPECT_GT(D("1e-6000"), D("0"));
}

TEST(DecimalTest, CanonicalTextDependsOnTheValueAlone) {
  const std::pair<const char*, const char*> texts[] = {
      {"1.500", "1.5"}, {"1.0", "1"},  {"100", "100"},    {"100.00", "100"},   {"1e2", "100"},
      {"0.00", "0"},    {"0e99", "0"}, {"-0.10", "-0.1"}, {"1.0e40", "1E+40"}, {"10e39", "1E+40"}};
  for (const auto& [text, canonical] : texts) EXPECT_EQ(D(text).ToCanonicalString(), canonical);
}

TEST(DecimalTest, RoundsTiesByEachMode) {
  struct Case {
    const char* value;
    const char *half_even, *half_up, *half_down, *up, *down, *floor, *ceiling;
  };
  const Case cases[] = {{"2.5", "2", "3", "2", "3", "2", "2", "3"},
                        {"3.5", "4", "4", "3", "4", "3", "3", "4"},
                        {"-2.5", "-2", "-3", "-2", "-3", "-2", "-3", "-2"},
                        {"-3.5", "-4", "-4", "-3", "-4", "-3", "-4", "-3"},
                        {"2.4", "2", "2", "2", "3", "2", "2", "3"},
                        {"2.6", "3", "3", "3", "3", "2", "2", "3"},
                        {"-2.4", "-2", "-2", "-2", "-3", "-2", "-3", "-2"},
                        {"-2.6", "-3", "-3", "-3", "-3", "-2", "-3", "-2"},
                        {"2.50000000001", "3", "3", "3", "3", "2", "2", "3"},
                        {"7", "7", "7", "7", "7", "7", "7", "7"},
                        {"0.5", "0", "1", "0", "1", "0", "0", "1"},
                        {"-0.5", "0", "-1", "0", "-1", "0", "-1", "0"}};
  for (const Case& c : cases) {
    const Decimal value = D(c.value);
    EXPECT_EQ(Text(value.Rounded(0, Rounding::kHalfEven)), c.half_even) << c.value;
    EXPECT_EQ(Text(value.Rounded(0, Rounding::kHalfUp)), c.half_up) << c.value;
    EXPECT_EQ(Text(value.Rounded(0, Rounding::kHalfDown)), c.half_down) << c.value;
    EXPECT_EQ(Text(value.Rounded(0, Rounding::kUp)), c.up) << c.value;
    EXPECT_EQ(Text(value.Rounded(0, Rounding::kDown)), c.down) << c.value;
    EXPECT_EQ(Text(value.Rounded(0, Rounding::kFloor)), c.floor) << c.value;
    EXPECT_EQ(Text(value.Rounded(0, Rounding::kCeiling)), c.ceiling) << c.value;
  }
}

TEST(DecimalTest, RoundsToAnyPlace) {
  EXPECT_EQ(Text(D("1.255").Rounded(2, Rounding::kHalfEven)), "1.26");
  EXPECT_EQ(Text(D("1.245").Rounded(2, Rounding::kHalfEven)), "1.24");
  EXPECT_EQ(Text(D("1.2").Rounded(3, Rounding::kHalfEven)), "1.200");
  EXPECT_EQ(Text(D("1250").Rounded(-2, Rounding::kHalfEven)), "1200");
  EXPECT_EQ(Text(D("1350").Rounded(-2, Rounding::kHalfEven)), "1400");
  EXPECT_EQ(Text(D("1234567890123456789012345678901234").Rounded(3, Rounding::kHalfUp)),
            "1234567890123456789012345678901234");
  EXPECT_TRUE(D("1").Rounded(6176, Rounding::kHalfEven).is_finite());
  EXPECT_FALSE(D("1").Rounded(6177, Rounding::kHalfEven).is_finite());
  EXPECT_TRUE(D("1").Rounded(-6111, Rounding::kHalfEven).is_zero());
  EXPECT_FALSE(D("1").Rounded(-6112, Rounding::kHalfEven).is_finite());
  EXPECT_FALSE((D("1") / D("0")).Rounded(0, Rounding::kHalfEven).is_finite());
}

TEST(DecimalTest, ModuloHasTheSignOfTheDivisor) {
  const std::vector<std::vector<const char*>> cases = {
      {"12", "5", "2"},         {"-12", "5", "3"},         {"12", "-5", "-3"},
      {"-12", "-5", "-2"},      {"10.1", "4.5", "1.1"},    {"-10.1", "4.5", "3.4"},
      {"10.1", "-4.5", "-3.4"}, {"-10.1", "-4.5", "-1.1"}, {"0", "5", "0"},
      {"5", "5", "0"}};
  for (const auto& c : cases)
    EXPECT_EQ(Decimal::Modulo(D(c[0]), D(c[1])), D(c[2])) << c[0] << " mod " << c[1];
}

TEST(DecimalTest, PowersAndRoots) {
  EXPECT_EQ(Text(Decimal::Power(D("2"), D("10"))), "1024");
  EXPECT_EQ(Text(Decimal::Power(D("1.1"), D("3"))), "1.331");
  EXPECT_EQ(Text(Decimal::Power(D("2"), D("-2"))), "0.25");
  EXPECT_EQ(Text(Decimal::Power(D("5"), D("0"))), "1");
  EXPECT_EQ(Decimal::SquareRoot(D("16")), D("4"));
  EXPECT_EQ(Decimal::SquareRoot(D("2")), D("1.414213562373095048801688724209698"));
  EXPECT_EQ(Decimal::Power(D("2"), D("0.5")), D("1.414213562373095048801688724209698"));
  EXPECT_EQ(Decimal::Exponential(D("1")), D("2.718281828459045235360287471352662"));
  EXPECT_EQ(Decimal::NaturalLogarithm(D("10")), D("2.302585092994045684017991454684364"));
}

TEST(DecimalTest, ToInt64IsExactOrNothing) {
  EXPECT_EQ(D("9223372036854775807").ToInt64(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(D("9223372036854775808").ToInt64(), std::nullopt);
  EXPECT_EQ(D("-9223372036854775808").ToInt64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(D("-9223372036854775809").ToInt64(), std::nullopt);
  EXPECT_EQ(D("1.00").ToInt64(), 1);
  EXPECT_EQ(D("1e3").ToInt64(), 1000);
  EXPECT_EQ(D("1.5").ToInt64(), std::nullopt);
  EXPECT_EQ(D("1e40").ToInt64(), std::nullopt);
  EXPECT_EQ((D("1") / D("0")).ToInt64(), std::nullopt);
  EXPECT_TRUE(D("1e40").is_integer());
  EXPECT_TRUE(D("-7.000").is_integer());
  EXPECT_FALSE(D("-7.001").is_integer());
  EXPECT_FALSE((D("1") / D("0")).is_integer());
}

TEST(DecimalTest, FromInt64CoversItsRange) {
  EXPECT_EQ(Text(Decimal::FromInt64(std::numeric_limits<std::int64_t>::min())),
            "-9223372036854775808");
  EXPECT_EQ(Text(Decimal::FromInt64(std::numeric_limits<std::int64_t>::max())),
            "9223372036854775807");
  EXPECT_EQ(Text(Decimal::FromInt64(0)), "0");
}

}  // namespace
}  // namespace oxpecker
