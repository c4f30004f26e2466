#include "rules/feel/temporal.h"

#include <gtest/gtest.h>

#include "base/instant.h"
#include "tests/unit/feel/values/workbench.h"

namespace oxpecker::feel {
namespace {

TEST(TemporalText, ReadsBackWhatItPrints) {
  for (const char* text :
       {"2026-03-16", "-2026-03-16", "0000-01-01", "999999999-12-31", "-999999999-01-01",
        "99999-02-28", "2024-02-29", "10:30:00", "00:00:00Z", "23:59:59.999999999",
        "10:30:00.5+02:00", "10:30:00-02:45:55", "10:30:00@Europe/Paris", "10:30:00+14:00", "10:30:00-14:00",
        "2026-03-16T10:00:00", "2026-03-16T10:00:00.123456789Z", "-0001-03-16T10:00:00-11:30",
        "999999999-12-31T23:59:59.999999999@Europe/Paris", "1969-12-31T23:59:59.5", "P1Y", "P1Y2M",
        "-P11M", "P0M", "PT0S", "P1D", "-P1DT2H3M4.5S", "PT0.000000001S", "P400DT23H59M59S", "-PT1M"}) {
    const auto value = ParseTemporal(text);
    ASSERT_TRUE(value.has_value()) << text;
    EXPECT_EQ(ToText(*value), text);
  }
}

TEST(TemporalText, Normalises) {
  EXPECT_EQ(ToText(T("P26M")), "P2Y2M");
  EXPECT_EQ(ToText(T("P0Y")), "P0M");
  EXPECT_EQ(ToText(T("PT25H61M61.50S")), "P1DT2H2M1.5S");
  EXPECT_EQ(ToText(T("P0D")), "PT0S");
  EXPECT_EQ(ToText(T("10:00:00+00:00")), "10:00:00Z");
  EXPECT_EQ(ToText(T("10:00:00-00:00")), "10:00:00Z");
  EXPECT_EQ(ToText(T("2026-03-16T24:00:00")), "2026-03-17T00:00:00");
  EXPECT_EQ(ToText(T("10:00:00.1234567899")), "10:00:00.123456789");
}

TEST(TemporalText, OffsetsEndWhereThoseOfXmlSchemaDo) {
  EXPECT_TRUE(ParseTime("10:00:00+14:00").has_value());
  EXPECT_FALSE(ParseTime("10:00:00+14:01").has_value());
  EXPECT_FALSE(ParseTime("10:00:00-15:00").has_value());
  EXPECT_FALSE(ParseDateTime("2026-03-16T10:00:00+15:00").has_value());
}

TEST(TemporalText, SaysWhatIsWrong) {
  EXPECT_EQ(WhyNoTemporal("2026-02-30"), "the calendar has no such day");
  EXPECT_EQ(WhyNoTemporal("-2026-13-01"), "the calendar has no such day");
  EXPECT_EQ(WhyNoTemporal("2026-02-30T10:00:00Z"), "the calendar has no such day");
  EXPECT_EQ(WhyNoTemporal("25:00:00"), "the day has no such time");
  EXPECT_EQ(WhyNoTemporal("2026-02-28T10:60:00"), "the day has no such time");
  EXPECT_EQ(WhyNoTemporal("10:00:00+15:00"), "an offset is written +01:00, and is at most 14:00");
  EXPECT_EQ(WhyNoTemporal("10:00:00@Europe/Stokholm"), "there is no such time zone; did you mean 'Europe/Stockholm'?");
  EXPECT_EQ(WhyNoTemporal("2026-02-28T10:00:00@Nowhere/At_All"), "there is no such time zone");
  EXPECT_EQ(WhyNoTemporal("P99999999999999999999D"), "the duration is too large");
  EXPECT_EQ(WhyNoTemporal("-PT99999999999999999999S"), "the duration is too large");
  for (const char* other : {"", "P", "P1", "-", "hello", "2026", "2026-3-1", "10:00", "@", "2026-02-28@Europe/Paris"})
    EXPECT_EQ(WhyNoTemporal(other), "") << other;
}

TEST(TemporalText, RefusesEverythingElse) {
  for (const char* text :
       {"", "2026", "2026-3-16", "2026-03-32", "2026-02-29", "2026-13-01", "26-03-16", "02026-03-16",
        "+2026-03-16", "-0000-01-01", "9999999999-01-01", "2026-03-16Z", "2026-03-16T", "2026-03-16 10:00:00",
        "24:00:01", "25:00:00", "10:60:00", "10:00:60", "1:00:00", "10:00", "10:00:00.", "10:00:00Zz",
        "10:00:00+2:00", "10:00:00+18:01", "10:00:00+19:00", "10:00:00+02:00@Europe/Paris",
        "10:00:00@xyz/abc", "10:00:00T", "P", "PT", "P1", "1Y", "P1H", "PT1D", "P1YT1H", "P1Y1D", "P1M1Y",
        "PT1S1M", "PT1.5M", "+P1D", "P-1D", "P1000000000001D", "P99999999999999999999D", "--P1D", "foo"})
    EXPECT_FALSE(ParseTemporal(text).has_value()) << text;
  EXPECT_FALSE(ParseDate("2026-03-16T10:00:00").has_value());
  EXPECT_FALSE(ParseDateTime("2026-03-16").has_value());
  EXPECT_FALSE(ParseDateTime("999999999-12-31T24:00:00").has_value());
  EXPECT_FALSE(ParseTime("2026-03-16").has_value());
}

bool IsLeap(std::int64_t y) { return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0); }
unsigned LengthOf(std::int64_t y, unsigned m) {
  return m == 2 ? (IsLeap(y) ? 29U : 28U) : (m == 4 || m == 6 || m == 9 || m == 11 ? 30U : 31U);
}

// Every day of eight centuries by plain counting.
TEST(Calendar, AgreesWithCounting) {
  std::int64_t days = DaysFromCivil({1600, 1, 1});
  std::int64_t weekday = (days + 3) % 7 + 7;
  for (std::int64_t y = 1600; y <= 2400; ++y) {
    for (unsigned m = 1; m <= 12; ++m) {
      for (unsigned d = 1; d <= LengthOf(y, m); ++d, ++days, ++weekday) {
        ASSERT_EQ(DaysFromCivil({y, m, d}), days);
        ASSERT_EQ(CivilFromDays(days), (CivilDate{y, m, d}));
        const Value date = Value::Date(days);
        ASSERT_EQ(Property(date, "weekday")->number().ToInt64(), weekday % 7 + 1);
        if (d > 3 && d < 28) continue;
        const auto next = AddMonths(days, 1);
        const std::int64_t ny = m == 12 ? y + 1 : y;
        const unsigned nm = m == 12 ? 1 : m + 1;
        ASSERT_EQ(CivilFromDays(*next), (CivilDate{ny, nm, std::min(d, LengthOf(ny, nm))}));
        ASSERT_EQ(ToText(*ParseDate(ToText(date))), ToText(date));
      }
    }
  }
}

TEST(Calendar, MonthEndsAreClamped) {
  const auto plus = [](const char* date, const char* duration) {
    const auto sum = AddDuration(T(date), T(duration));
    return sum ? ToText(*sum) : "nothing";
  };
  EXPECT_EQ(plus("2026-01-31", "P1M"), "2026-02-28");
  EXPECT_EQ(plus("2024-01-31", "P1M"), "2024-02-29");
  EXPECT_EQ(plus("2024-02-29", "P1Y"), "2025-02-28");
  EXPECT_EQ(plus("2024-03-31", "-P1M"), "2024-02-29");
  EXPECT_EQ(plus("2026-01-31T23:59:59Z", "P1M"), "2026-02-28T23:59:59Z");
  EXPECT_EQ(plus("999999999-12-31", "P1M"), "nothing");
  EXPECT_EQ(plus("999999999-12-31", "P1D"), "nothing");
  EXPECT_EQ(plus("-999999999-01-01", "-P1M"), "nothing");
  EXPECT_EQ(plus("999999999-12-31T23:59:59", "PT1S"), "nothing");
  EXPECT_EQ(plus("2026-01-01", "P1000000000Y"), "nothing");
  EXPECT_EQ(plus("2026-01-01", "-PT1S"), "2025-12-31");
  EXPECT_EQ(plus("2026-01-01", "PT47H59M59S"), "2026-01-02");
  EXPECT_EQ(plus("23:00:00", "PT2H"), "01:00:00");
  EXPECT_EQ(plus("00:00:00", "-PT0.5S"), "23:59:59.5");
  EXPECT_EQ(plus("1970-01-01T00:00:00", "-PT0.5S"), "1969-12-31T23:59:59.5");
}

TEST(Calendar, MonthsBetweenAreWhole) {
  const auto months = [](const char* from, const char* to) {
    return MonthsBetween(T(from).epoch_days(), T(to).epoch_days());
  };
  EXPECT_EQ(months("2011-12-22", "2013-08-24"), 20);
  EXPECT_EQ(months("2013-08-24", "2011-12-22"), -20);
  EXPECT_EQ(months("2026-01-15", "2026-02-14"), 0);
  EXPECT_EQ(months("2026-01-15", "2026-02-15"), 1);
  EXPECT_EQ(months("2026-02-14", "2026-01-15"), 0);
}

TEST(Durations, ScaleTowardsZero) {
  const auto times = [](const char* d, const char* f) {
    return ToText(*ScaleDuration(T(d), Decimal::Parse(f).value()));
  };
  EXPECT_EQ(times("P1Y11M", "-2.5"), "-P4Y9M");
  EXPECT_EQ(times("PT23H", "2.5"), "P2DT9H30M");
  EXPECT_EQ(times("P1D", "0"), "PT0S");
  EXPECT_EQ(ToText(*DivideDuration(T("P10Y11M"), Decimal::FromInt64(3))), "P3Y7M");
  EXPECT_EQ(ToText(*DivideDuration(T("PT1S"), Decimal::FromInt64(3))), "PT0.333333333S");
  EXPECT_FALSE(ScaleDuration(T("P1D"), Decimal::Parse("1e13").value()).has_value());
  EXPECT_FALSE(ScaleDuration(T("P1M"), Decimal::Parse("1e6000").value()).has_value());
  EXPECT_EQ(ToText(*ScaleDuration(T("P1000000000000D"), Decimal::FromInt64(-1))), "-P1000000000000D");
  EXPECT_EQ(DurationQuotient(T("P10D"), T("P4D")), Decimal::Parse("2.5").value());
  EXPECT_FALSE(DurationQuotient(T("P10D"), T("PT0S")).is_finite());
}

TEST(Properties, OfEveryKind) {
  const auto property = [](const char* value, const char* name) {
    const auto found = Property(T(value), name);
    return found ? ToFeelText(*found) : "none";
  };
  EXPECT_EQ(property("2018-12-10", "year"), "2018");
  EXPECT_EQ(property("2018-12-10", "weekday"), "1");
  EXPECT_EQ(property("2018-12-10", "hour"), "none");
  EXPECT_EQ(property("-2018-12-10T10:30:01.250+05:00", "year"), "-2018");
  EXPECT_EQ(property("2018-12-10T10:30:01.250+05:00", "second"), "1.25");
  EXPECT_EQ(property("2018-12-10T10:30:01", "second"), "1");
  EXPECT_EQ(property("2018-12-10T10:30:01.250+05:00", "time offset"), R"(duration("PT5H"))");
  EXPECT_EQ(property("2018-12-10T10:30:01", "time offset"), "null");
  EXPECT_EQ(property("2018-12-10T10:30:01@Etc/UTC", "timezone"), R"("Etc/UTC")");
  EXPECT_EQ(property("2018-07-10T10:30:01@Europe/Paris", "time offset"), R"(duration("PT2H"))");
  EXPECT_EQ(property("1969-12-31T23:59:59", "minute"), "59");
  EXPECT_EQ(property("10:30:01Z", "timezone"), "null");
  EXPECT_EQ(property("P1Y2M", "months"), "2");
  EXPECT_EQ(property("-P1Y2M", "years"), "-1");
  EXPECT_EQ(property("P1Y", "days"), "none");
  EXPECT_EQ(property("P1DT2H3M4.5S", "seconds"), "4.5");
  EXPECT_EQ(property("P1D", "years"), "none");
  EXPECT_EQ(property("P1D", "Days"), "none");
}

}  // namespace
}  // namespace oxpecker::feel
