#include "examples/berka/calendar.h"

namespace oxpecker::berka {
namespace {

Date FirstOfMonth(Date date) {
  const CivilDate civil = CivilFromDays(date.days);
  return {DaysFromCivil({civil.year, civil.month, 1})};
}

}  // namespace

std::optional<Date> ParseDate(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const Result<Instant> instant = Instant::Parse(std::string(text) + "T00:00:00Z");
  if (!instant) return std::nullopt;
  // Midnight: the division is exact, before 1970 too.
  return Date{instant->unix_seconds() / kSecondsPerDay};
}

std::string ToString(Date date) { return Noon(date).ToString().substr(0, 10); }

std::int64_t Year(Date date) { return CivilFromDays(date.days).year; }

Instant Noon(Date date) {
  return Instant::FromUnixSeconds(date.days * kSecondsPerDay + kSecondsPerDay / 2);
}

Instant EndOfDay(Date date) {
  return Instant::FromUnixSeconds(date.PlusDays(1).days * kSecondsPerDay - 1);
}

Date MonthEnd(Date date) {
  // 31 days after the first of a month is always in the next month.
  return FirstOfMonth(FirstOfMonth(date).PlusDays(31)).PlusDays(-1);
}

std::vector<Date> MonthEnds(Date first, Date last) {
  std::vector<Date> ends;
  for (Date end = MonthEnd(first); end <= last; end = MonthEnd(end.PlusDays(1)))
    ends.push_back(end);
  return ends;
}

Months LatestWholeMonths(Date opened, Date as_of, std::int64_t count_max) {
  const Date last = MonthEnd(as_of) == as_of ? as_of : FirstOfMonth(as_of).PlusDays(-1);
  Months months{.first = last.PlusDays(1), .last = last, .count = 0};
  while (months.count < count_max) {
    const Date first = FirstOfMonth(months.first.PlusDays(-1));
    if (first < opened) break;
    months.first = first;
    ++months.count;
  }
  return months;
}

}  // namespace oxpecker::berka
