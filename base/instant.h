// base/instant.h - points in time and half-open windows. UTC only; a customer's zone is a matter of
// delivery, not of evidence. Value types; no clock here (clock.h).
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oxpecker {

// Microseconds since 1970-01-01T00:00:00Z, without leap seconds. Range: years 0000 to 9999.
class Instant {
 public:
  constexpr Instant() = default;
  static constexpr Instant FromUnixMicros(std::int64_t micros) { return Instant(micros); }
  static constexpr Instant FromUnixSeconds(std::int64_t seconds) {
    return Instant(seconds * 1'000'000);
  }
  // RFC 3339 in UTC: "2026-03-16T10:00:00Z", or with 1 to 6 digits of a second's fraction. The day
  // must exist in the calendar. No offsets: a bank's feed converts before it sends.
  static Result<Instant> Parse(std::string_view text);

  constexpr std::int64_t unix_micros() const { return micros_; }
  constexpr std::int64_t unix_seconds() const {  // rounded down
    return micros_ >= 0 ? micros_ / 1'000'000 : -((-micros_ + 999'999) / 1'000'000);
  }
  // "2026-03-16T10:00:00Z"; with ".123456" only where the fraction is not zero.
  std::string ToString() const;

  friend constexpr auto operator<=>(Instant, Instant) = default;
  // Exact time: a day is 86,400 s, whatever a local calendar says.
  constexpr Instant PlusSeconds(std::int64_t seconds) const {
    return Instant(micros_ + seconds * 1'000'000);
  }

 private:
  explicit constexpr Instant(std::int64_t micros) : micros_(micros) {}
  std::int64_t micros_ = 0;
};

inline constexpr std::int64_t kSecondsPerDay = 86'400;

// [from, to): `from` belongs to it, `to` does not.
struct Window {
  Instant from;
  Instant to;
  constexpr bool Contains(Instant t) const { return from <= t && t < to; }
  friend constexpr bool operator==(const Window&, const Window&) = default;
};

// [end - days, end)
constexpr Window DaysBefore(Instant end, std::int64_t days) {
  return {end.PlusSeconds(-days * kSecondsPerDay), end};
}

// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, and back. Any year that an
// int64 of days can hold; month 1-12, day 1-31 unchecked. (H. Hinnant, "chrono-compatible low-level
// date algorithms".)
struct CivilDate {
  std::int64_t year;
  unsigned month;
  unsigned day;
  friend bool operator==(const CivilDate&, const CivilDate&) = default;
};
std::int64_t DaysFromCivil(CivilDate date);
CivilDate CivilFromDays(std::int64_t days);
bool IsCivilDate(std::int64_t year, unsigned month, unsigned day);  // does the day exist?

}  // namespace oxpecker
