// rules/feel/temporal.h - dates, times and durations: text, calendar arithmetic, properties.
//
// The calendar is the proleptic Gregorian one of ISO 8601 with years from -999,999,999 to
// 999,999,999; arithmetic is on 64-bit civil days (base/instant.h), never on the C library's. Every
// function is pure and thread-safe; temporal values own nothing and need no arena.
//
// Example:
//   Value due = *ParseDate("2026-01-31");
//   AddMonths(due.epoch_days(), 1)                       // 2026-02-28: the end of the month
//   ToText(*ParseDateTime("2026-03-16T10:00:00@Europe/Stockholm"))
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/feel/value.h"
#include "rules/feel/zone.h"

namespace oxpecker::feel {

inline constexpr std::int64_t kYearMax = 999'999'999;
inline constexpr std::int64_t kOffsetHoursMax = 14;  // of a zone, as XML Schema has it (3.2.7.3)
inline constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
inline constexpr std::int64_t kNanosPerDay = 86'400 * kNanosPerSecond;
// Durations that no difference of two dates can reach; longer ones are refused, so that sums and
// products of durations never overflow 128 bits.
inline constexpr std::int64_t kDurationDaysMax = 1'000'000'000'000;
inline constexpr std::int64_t kDurationMonthsMax = 12'000'000'000'000'000;

// Text as DMN 1.5 table 60 and ISO 8601 (XML Schema spelling) have it; nothing for anything else,
// for days that do not exist, and for zones that are not in the time zone database.
std::optional<Value> ParseDate(std::string_view text);      // 2026-03-16, -2026-03-16
std::optional<Value> ParseTime(std::string_view text);      // 10:00:00.5, +02:00, Z, @Europe/Paris
std::optional<Value> ParseDateTime(std::string_view text);  // 2026-03-16T10:00:00Z; needs the T
std::optional<Value> ParseDuration(std::string_view text);  // P1Y2M or -P1DT2H; never a mixture
std::optional<Value> ParseTemporal(std::string_view text);  // what @"..." holds: any of them

// Why such a text is none of them, where it is spelled like one: "the calendar has no such day", "there
// is no such time zone; did you mean 'Europe/Paris'?". Empty where there is nothing to say. It never
// repeats the text. For messages: it looks through all zones.
std::string WhyNoTemporal(std::string_view text);

// The same spelling back: ParseX(ToText(v)) is v. Durations are normalised: P26M is P2Y2M.
std::string ToText(const Value& temporal);

bool IsTemporal(Kind kind);

// Midnight of a date as a UTC date and time: how a date takes part where one is asked for.
Value AtMidnightUtc(const Value& date);
// Seconds since 1970-01-01T00:00:00Z of a date and time; its zone's offset is taken off. A local
// one counts as if it were UTC: comparing two local ones needs no more.
std::int64_t UtcSeconds(const Value& date_time);
// Offset of a time's or date and time's zone; nothing for a local one. A named zone of a time has
// no date to ask for and takes the offset of 1970-01-01.
std::optional<std::int32_t> OffsetSeconds(const Value& value);

// A month later is the same day of the month, or the month's last day where there is none:
// 31 January + 1 month = 28 or 29 February. Nothing outside the calendar's years.
std::optional<std::int64_t> AddMonths(std::int64_t epoch_days, std::int64_t months);
// Whole months from one day to another, towards zero.
std::int64_t MonthsBetween(std::int64_t from_days, std::int64_t to_days);
bool IsCalendarDay(std::int64_t epoch_days);  // within the calendar's years

// Tables 55-58; nothing where the result lies outside the calendar or the longest duration.
std::optional<Value> AddDuration(const Value& point, const Value& duration);       // point + d
std::optional<Value> NegateDuration(const Value& duration);
std::optional<Value> AddDurations(const Value& a, const Value& b);                 // same kind
// Difference of two dates, times or date and times as a days and time duration. Nothing where one
// of them has an offset and the other has none.
std::optional<Value> Difference(const Value& a, const Value& b);
std::optional<Value> DaysTimeDuration(Int128 nanos);
std::optional<Value> YearsMonthsDuration(std::int64_t months);
std::optional<Value> ScaleDuration(const Value& duration, Decimal factor);    // towards zero
std::optional<Value> DivideDuration(const Value& duration, Decimal divisor);  // towards zero
Decimal DurationQuotient(const Value& a, const Value& b);                     // same kind

// year, month, day, weekday, hour, minute, second, time offset, timezone, years, months, days,
// hours, minutes, seconds, as DMN 1.5 table 65 gives them to each kind. Nothing where the kind has
// no property of that name; a null without cause where it is there but has no value (the time
// offset of a local time). The zone's name lives as long as the process.
std::optional<Value> Property(const Value& temporal, std::string_view name);

}  // namespace oxpecker::feel
