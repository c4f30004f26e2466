#include "base/instant.h"

#include <gtest/gtest.h>

namespace oxpecker {
namespace {

std::int64_t Seconds(std::string_view text) {
  const auto instant = Instant::Parse(text);
  EXPECT_TRUE(instant) << text;
  return instant ? instant->unix_seconds() : -1;
}

TEST(InstantTest, ReadsKnownInstants) {
  EXPECT_EQ(Seconds("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(Seconds("1969-12-31T23:59:59Z"), -1);
  EXPECT_EQ(Seconds("2000-02-29T12:00:00Z"), 951'825'600);
  EXPECT_EQ(Seconds("2026-03-16T10:00:00Z"), 1'773'655'200);
  EXPECT_EQ(Seconds("9999-12-31T23:59:59Z"), 253'402'300'799);
  EXPECT_EQ(Seconds("0000-01-01T00:00:00Z"), -62'167'219'200);
}

TEST(InstantTest, PrintsWhatItRead) {
  for (const char* text : {"1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1994-03-31T23:59:59Z",
                           "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
                           "2026-03-16T10:00:00.000001Z", "1969-12-31T23:59:59.999999Z"})
    EXPECT_EQ(Instant::Parse(text)->ToString(), text);
  EXPECT_EQ(Instant::Parse("2026-03-16T10:00:00.5Z")->ToString(), "2026-03-16T10:00:00.500000Z");
  EXPECT_EQ(Instant::Parse("2026-03-16T10:00:00.000Z")->ToString(), "2026-03-16T10:00:00Z");
}

TEST(InstantTest, RefusesWhatIsNoInstant) {
  for (const char* text : {"",
                           "2026-03-16",
                           "2026-03-16T10:00:00",
                           "2026-03-16T10:00:00+01:00",
                           "2026-03-16 10:00:00Z",
                           "2026-3-16T10:00:00Z",
                           "2026-02-29T10:00:00Z",
                           "1900-02-29T10:00:00Z",
                           "2026-13-01T10:00:00Z",
                           "2026-00-01T10:00:00Z",
                           "2026-04-31T10:00:00Z",
                           "2026-04-00T10:00:00Z",
                           "2026-04-01T24:00:00Z",
                           "2026-04-01T10:60:00Z",
                           "2026-04-01T10:00:60Z",
                           "2026-04-01T10:00:00.Z",
                           "2026-04-01T10:00:00.1234567Z",
                           "2026-04-01T10:00:00.12x4Z",
                           "2026-04-01T10:00:00z",
                           "2026-04-01t10:00:00Z",
                           "12026-04-01T10:00:00Z",
                           "-026-04-01T10:00:00Z",
                           "2026-04-01T10:00:00ZZ",
                           "2026-04-01T1a:00:00Z"})
    EXPECT_FALSE(Instant::Parse(text)) << text;
}

TEST(InstantTest, RoundsSecondsDown) {
  EXPECT_EQ(Instant::FromUnixMicros(1'999'999).unix_seconds(), 1);
  EXPECT_EQ(Instant::FromUnixMicros(-1).unix_seconds(), -1);
  EXPECT_EQ(Instant::FromUnixMicros(-1'000'000).unix_seconds(), -1);
  EXPECT_EQ(Instant::FromUnixMicros(-1'000'001).unix_seconds(), -2);
}

TEST(CivilDateTest, GoesThereAndBackForEveryDay) {
  CivilDate expected{-400, 1, 1};
  std::int64_t day = DaysFromCivil(expected);
  for (; expected.year <= 2400; ++day) {
    ASSERT_EQ(CivilFromDays(day), expected) << day;
    ASSERT_EQ(DaysFromCivil(expected), day);
    ++expected.day;
    if (!IsCivilDate(expected.year, expected.month, expected.day)) {
      expected.day = 1;
      if (++expected.month == 13) {
        expected.month = 1;
        ++expected.year;
      }
    }
  }
  EXPECT_EQ(DaysFromCivil({1970, 1, 1}), 0);
}

TEST(CivilDateTest, KnowsTheCalendar) {
  EXPECT_TRUE(IsCivilDate(2000, 2, 29));
  EXPECT_FALSE(IsCivilDate(1900, 2, 29));
  EXPECT_TRUE(IsCivilDate(2024, 2, 29));
  EXPECT_FALSE(IsCivilDate(2023, 2, 29));
  EXPECT_FALSE(IsCivilDate(2023, 4, 31));
  EXPECT_FALSE(IsCivilDate(2023, 0, 1));
  EXPECT_FALSE(IsCivilDate(2023, 13, 1));
  EXPECT_FALSE(IsCivilDate(2023, 1, 0));
  EXPECT_TRUE(IsCivilDate(0, 2, 29));
}

TEST(WindowTest, IsHalfOpen) {
  const Instant end = *Instant::Parse("2026-03-16T10:00:00Z");
  const Window window = DaysBefore(end, 30);
  EXPECT_EQ(window.from.ToString(), "2026-02-14T10:00:00Z");
  EXPECT_TRUE(window.Contains(window.from));
  EXPECT_FALSE(window.Contains(window.from.PlusSeconds(-1)));
  EXPECT_TRUE(window.Contains(end.PlusSeconds(-1)));
  EXPECT_FALSE(window.Contains(end));
}

}  // namespace
}  // namespace oxpecker
