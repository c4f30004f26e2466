// examples/berka/calendar.h - calendar days, as the tables of the extract state them. The extract
// has no time of day. Value types, pure functions.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"

namespace oxpecker::berka {

struct Date {
  std::int64_t days = 0;  // since 1970-01-01
  friend constexpr auto operator<=>(Date, Date) = default;
  constexpr Date PlusDays(std::int64_t count) const { return {days + count}; }
};

std::optional<Date> ParseDate(std::string_view text);  // "1994-03-31", a day that exists
std::string ToString(Date date);
std::int64_t Year(Date date);

Instant Noon(Date date);      // stands for the unknown time of a booking
Instant EndOfDay(Date date);  // 23:59:59: every booking of the day lies before it

Date MonthEnd(Date date);  // the last day of the month that `date` is in

// The last days of months within [first, last], ascending.
std::vector<Date> MonthEnds(Date first, Date last);

// Whole calendar months, from the first day of one to the last day of one. Empty: count 0.
struct Months {
  Date first;
  Date last;
  std::int64_t count = 0;
  bool Contains(Date date) const { return count > 0 && first <= date && date <= last; }
};

// The latest whole months, at most `count_max`, that end on or before `as_of` and begin on or after
// `opened`. A month during which an account was opened is no whole month of it, unless it was
// opened on the first.
Months LatestWholeMonths(Date opened, Date as_of, std::int64_t count_max);

}  // namespace oxpecker::berka
