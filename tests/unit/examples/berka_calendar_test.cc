#include <gtest/gtest.h>

#include <vector>

#include "examples/berka/calendar.h"

namespace oxpecker::berka {
namespace {

Date Day(const char* text) { return ParseDate(text).value(); }

TEST(Calendar, ReadsDaysThatExistOnly) {
  EXPECT_EQ(ToString(Day("1993-02-28")), "1993-02-28");
  EXPECT_EQ(ToString(Day("1992-02-29")), "1992-02-29");
  EXPECT_EQ(ToString(Day("1911-08-20")), "1911-08-20");
  EXPECT_EQ(Year(Day("1969-12-31")), 1969);
  EXPECT_EQ(Day("1969-12-31").PlusDays(1), Day("1970-01-01"));
  for (const char* bad : {"1993-02-29", "1993-13-01", "1993-00-01", "1993-04-31", "930101",
                          "1993-1-01", "1993-01-01 ", "", "1993/01/01", "1993-01-01T00:00:00Z"})
    EXPECT_FALSE(ParseDate(bad)) << bad;
}

TEST(Calendar, StandsForAnUnknownTimeOfDay) {
  EXPECT_EQ(Noon(Day("1994-03-31")).ToString(), "1994-03-31T12:00:00Z");
  EXPECT_EQ(EndOfDay(Day("1994-03-31")).ToString(), "1994-03-31T23:59:59Z");
}

TEST(Calendar, MonthEndsWithinTheExtract) {
  const std::vector<Date> ends = MonthEnds(Day("1993-01-01"), Day("1994-03-31"));
  ASSERT_EQ(ends.size(), 15U);
  EXPECT_EQ(ends.front(), Day("1993-01-31"));
  EXPECT_EQ(ends[1], Day("1993-02-28"));
  EXPECT_EQ(ends[11], Day("1993-12-31"));
  EXPECT_EQ(ends.back(), Day("1994-03-31"));
  EXPECT_EQ(MonthEnds(Day("1993-01-31"), Day("1993-02-27")).size(), 1U);
  EXPECT_TRUE(MonthEnds(Day("1993-01-01"), Day("1993-01-30")).empty());
}

// Every day of five years: a month's end is the day before a first, and not before the day itself.
TEST(Calendar, MonthEndIsTheDayBeforeAFirst) {
  for (Date day = Day("1992-01-01"); day < Day("1997-01-01"); day = day.PlusDays(1)) {
    const Date end = MonthEnd(day);
    EXPECT_GE(end, day);
    EXPECT_EQ(ToString(end).substr(0, 7), ToString(day).substr(0, 7));
    EXPECT_TRUE(ToString(end.PlusDays(1)).ends_with("-01"));
  }
}

TEST(Calendar, WholeMonthsEndOnTheDayOrBefore) {
  const Months at_end = LatestWholeMonths(Day("1993-01-01"), Day("1994-03-31"), 3);
  EXPECT_EQ(at_end.first, Day("1994-01-01"));
  EXPECT_EQ(at_end.last, Day("1994-03-31"));
  EXPECT_EQ(at_end.count, 3);
  const Months day_before = LatestWholeMonths(Day("1993-01-01"), Day("1994-03-30"), 3);
  EXPECT_EQ(day_before.first, Day("1993-12-01"));
  EXPECT_EQ(day_before.last, Day("1994-02-28"));
}

TEST(Calendar, WholeMonthsBeginOnTheOpeningOrAfter) {
  EXPECT_EQ(LatestWholeMonths(Day("1994-02-01"), Day("1994-03-31"), 3).count, 2);
  EXPECT_EQ(LatestWholeMonths(Day("1994-02-02"), Day("1994-03-31"), 3).count, 1);
  const Months none = LatestWholeMonths(Day("1994-03-02"), Day("1994-03-31"), 3);
  EXPECT_EQ(none.count, 0);
  EXPECT_FALSE(none.Contains(Day("1994-03-31")));
  const Months one = LatestWholeMonths(Day("1994-03-01"), Day("1994-03-31"), 3);
  EXPECT_FALSE(one.Contains(Day("1994-02-28")));
  EXPECT_TRUE(one.Contains(Day("1994-03-01")));
  EXPECT_TRUE(one.Contains(Day("1994-03-31")));
  EXPECT_FALSE(one.Contains(Day("1994-04-01")));
}

}  // namespace
}  // namespace oxpecker::berka
