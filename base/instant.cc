#include "base/instant.h"

#include <array>
#include <cstdio>

namespace oxpecker {
namespace {

// Reads exactly `count` digits at `at`; false where there are none.
bool Digits(std::string_view text, std::size_t at, std::size_t count, std::int64_t& value) {
  if (text.size() < at + count) return false;
  value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  return true;
}

}  // namespace

std::int64_t DaysFromCivil(CivilDate date) {
  const std::int64_t y = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t m = date.month;
  const std::int64_t day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

CivilDate CivilFromDays(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t mp = (5 * day_of_year + 2) / 153;
  const auto day = static_cast<unsigned>(day_of_year - (153 * mp + 2) / 5 + 1);
  const auto month = static_cast<unsigned>(mp < 10 ? mp + 3 : mp - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

bool IsCivilDate(std::int64_t year, unsigned month, unsigned day) {
  if (month < 1 || month > 12 || day < 1) return false;
  constexpr std::array<unsigned, 12> lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= lengths[month - 1] + (month == 2 && leap ? 1U : 0U);
}

Result<Instant> Instant::Parse(std::string_view text) {
  const auto refuse = [&]() -> Result<Instant> {
    return Fail(ErrorCode::kInvalidInput, "",
                "'" + std::string(text.substr(0, 40)) + "' is no instant",
                "write UTC as in 2026-03-16T10:00:00Z");
  };
  std::int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, micros = 0;
  if (text.size() < 20 || text.back() != 'Z' || text[4] != '-' || text[7] != '-' ||
      text[10] != 'T' || text[13] != ':' || text[16] != ':' || !Digits(text, 0, 4, year) ||
      !Digits(text, 5, 2, month) || !Digits(text, 8, 2, day) || !Digits(text, 11, 2, hour) ||
      !Digits(text, 14, 2, minute) || !Digits(text, 17, 2, second))
    return refuse();
  if (text.size() > 20) {
    const std::size_t count = text.size() - 21;
    if (text[19] != '.' || count < 1 || count > 6 || !Digits(text, 20, count, micros))
      return refuse();
    for (std::size_t i = count; i < 6; ++i) micros *= 10;
  }
  if (!IsCivilDate(year, static_cast<unsigned>(month), static_cast<unsigned>(day)) || hour > 23 ||
      minute > 59 || second > 59)
    return refuse();
  const std::int64_t days =
      DaysFromCivil({year, static_cast<unsigned>(month), static_cast<unsigned>(day)});
  const std::int64_t seconds = days * kSecondsPerDay + hour * 3600 + minute * 60 + second;
  return Instant(seconds * 1'000'000 + micros);
}

std::string Instant::ToString() const {
  const std::int64_t seconds = unix_seconds();
  const auto micros = static_cast<int>(micros_ - seconds * 1'000'000);
  const std::int64_t days =
      seconds >= 0 ? seconds / kSecondsPerDay : -((-seconds + kSecondsPerDay - 1) / kSecondsPerDay);
  const auto in_day = static_cast<int>(seconds - days * kSecondsPerDay);
  const CivilDate date = CivilFromDays(days);
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04lld-%02u-%02uT%02d:%02d:%02d",
                static_cast<long long>(date.year), date.month, date.day, in_day / 3600,
                in_day / 60 % 60, in_day % 60);
  std::string text = buffer.data();
  if (micros != 0) {
    std::snprintf(buffer.data(), buffer.size(), ".%06d", micros);
    text += buffer.data();
  }
  return text + 'Z';
}

}  // namespace oxpecker
