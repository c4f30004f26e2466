// Reading and writing of dates, times and durations.
#include <array>

#include "base/check.h"
#include "base/instant.h"
#include "rules/feel/temporal.h"

namespace oxpecker::feel {
namespace {


class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  bool Next(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool Take(char c) {
    if (!Next(c)) return false;
    ++at_;
    return true;
  }
  bool NextIsDigit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }
  std::string_view TakeDigits() {
    const std::size_t start = at_;
    while (NextIsDigit()) ++at_;
    return text_.substr(start, at_ - start);
  }
  std::string_view TakeRest() {
    const std::string_view rest = text_.substr(at_);
    at_ = text_.size();
    return rest;
  }
  bool TwoDigits(std::int64_t max, std::int64_t& value) {
    const std::string_view digits = TakeDigits();
    if (digits.size() != 2) return false;
    value = (digits[0] - '0') * 10 + (digits[1] - '0');
    return value <= max;
  }
  // Digits of any number, at most 18 of them significant.
  bool Number(std::int64_t& value) {
    const std::string_view digits = TakeDigits();
    if (digits.empty()) return false;
    value = 0;
    for (const char c : digits) {
      if (value > 99'999'999'999'999'999) return false;
      value = value * 10 + (c - '0');
    }
    return true;
  }
  // Digits after a point as nanoseconds; more than nine are cut off.
  std::int64_t Fraction() {
    std::int64_t nanos = 0;
    std::int64_t unit = kNanosPerSecond / 10;
    for (const char c : TakeDigits()) {
      nanos += (c - '0') * unit;
      unit /= 10;
    }
    return nanos;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool ReadDate(Reader& reader, std::int64_t& epoch_days) {
  const bool negative = reader.Take('-');
  const std::string_view digits = reader.TakeDigits();
  if (digits.size() < 4 || digits.size() > 9 || (digits.size() > 4 && digits[0] == '0'))
    return false;
  std::int64_t year = 0;
  for (const char c : digits) year = year * 10 + (c - '0');
  if (negative && year == 0) return false;
  if (negative) year = -year;
  std::int64_t month = 0, day = 0;
  if (!reader.Take('-') || !reader.TwoDigits(12, month) || !reader.Take('-') ||
      !reader.TwoDigits(31, day))
    return false;
  const auto m = static_cast<unsigned>(month);
  const auto d = static_cast<unsigned>(day);
  if (!IsCivilDate(year, m, d)) return false;
  epoch_days = DaysFromCivil({year, m, d});
  return true;
}

bool ReadZone(Reader& reader, Zone& zone) {
  if (reader.at_end()) return true;
  if (reader.Take('Z') || reader.Take('z')) {
    zone = Zone::Offset(0);
    return reader.at_end();
  }
  if (reader.Take('@')) {
    const ZoneRules* rules = FindZone(reader.TakeRest());
    if (rules == nullptr) return false;
    zone = Zone::Named(rules);
    return true;
  }
  const bool negative = reader.Take('-');
  if (!negative && !reader.Take('+')) return false;
  std::int64_t hours = 0, minutes = 0, seconds = 0;
  if (!reader.TwoDigits(kOffsetHoursMax, hours) || !reader.Take(':') || !reader.TwoDigits(59, minutes))
    return false;
  if (reader.Take(':') && !reader.TwoDigits(59, seconds)) return false;
  const auto offset = static_cast<std::int32_t>(hours * 3600 + minutes * 60 + seconds);
  if (offset > kOffsetHoursMax * 3600 || !reader.at_end()) return false;
  zone = Zone::Offset(negative ? -offset : offset);
  return true;
}

// Up to 24:00:00, the end of the day.
bool ReadTime(Reader& reader, std::int64_t& nanos_of_day, Zone& zone) {
  std::int64_t hour = 0, minute = 0, second = 0;
  if (!reader.TwoDigits(24, hour) || !reader.Take(':') || !reader.TwoDigits(59, minute) ||
      !reader.Take(':') || !reader.TwoDigits(59, second))
    return false;
  nanos_of_day = (hour * 3600 + minute * 60 + second) * kNanosPerSecond;
  if (reader.Take('.')) {
    if (!reader.NextIsDigit()) return false;
    nanos_of_day += reader.Fraction();
  }
  return nanos_of_day <= kNanosPerDay && ReadZone(reader, zone);
}

std::optional<Value> ReadYearsMonths(Reader& reader, bool negative, std::int64_t first) {
  std::int64_t months = 0;
  if (reader.Take('Y')) {
    if (first > kDurationMonthsMax / 12) return std::nullopt;
    months = first * 12;
    if (!reader.at_end()) {
      std::int64_t rest = 0;
      if (!reader.Number(rest) || !reader.Take('M')) return std::nullopt;
      months += rest;
    }
  } else if (reader.Take('M')) {
    months = first;
  }
  if (!reader.at_end()) return std::nullopt;
  return YearsMonthsDuration(negative ? -months : months);
}

std::optional<Value> ReadDaysTime(Reader& reader, bool negative, std::int64_t days) {
  Int128 nanos = static_cast<Int128>(days) * kNanosPerDay;
  if (reader.Take('T')) {
    if (reader.at_end()) return std::nullopt;
    struct Unit {
      char letter;
      std::int64_t seconds;
    };
    constexpr std::array<Unit, 3> kUnits = {{{'H', 3600}, {'M', 60}, {'S', 1}}};
    std::size_t next = 0;
    while (!reader.at_end()) {
      std::int64_t count = 0;
      if (!reader.Number(count)) return std::nullopt;
      Int128 part = static_cast<Int128>(count) * kNanosPerSecond;
      const bool fraction = reader.Take('.');
      if (fraction) part += reader.Fraction();
      while (next < kUnits.size() && !reader.Next(kUnits[next].letter)) ++next;
      if (next == kUnits.size() || !reader.Take(kUnits[next].letter)) return std::nullopt;
      if (fraction && kUnits[next].letter != 'S') return std::nullopt;
      nanos += part * kUnits[next].seconds;
      ++next;
    }
  }
  if (!reader.at_end()) return std::nullopt;
  return DaysTimeDuration(negative ? -nanos : nanos);
}

// --- What is wrong with a text ---------------------------------------------------------------------

// The size of the digits at `at`, where a value of two digits stands.
bool IsTwoDigits(std::string_view text, std::size_t at) {
  const auto is_digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  return is_digit(at) && is_digit(at + 1) && !is_digit(at + 2);
}

// "10:00:00", then a zone.
std::string WhyNoTime(std::string_view text) {
  const bool is_spelled = IsTwoDigits(text, 0) && text.size() >= 8 && text[2] == ':' && IsTwoDigits(text, 3) &&
                          text[5] == ':' && IsTwoDigits(text, 6);
  if (!is_spelled) return {};
  Reader clock(text.substr(0, 8));
  std::int64_t nanos = 0;
  Zone zone;
  if (!ReadTime(clock, nanos, zone)) return "the day has no such time";
  const std::size_t zone_at = text.find_first_of("@+-", 8);
  if (zone_at == std::string_view::npos) return {};
  if (text[zone_at] != '@') return "an offset is written +01:00, and is at most 14:00";
  const std::string near = NearestZone(text.substr(zone_at + 1));
  return "there is no such time zone" + (near.empty() ? "" : "; did you mean '" + near + "'?");
}

std::string WhyNoDate(std::string_view text) {
  Reader reader(text);
  reader.Take('-');
  const std::size_t year_digits = reader.TakeDigits().size();
  const std::size_t month_at = text.find('-', text.starts_with('-') ? 1 : 0);
  const bool is_spelled = year_digits >= 4 && year_digits <= 9 && month_at != std::string_view::npos &&
                          IsTwoDigits(text, month_at + 1) && month_at + 3 < text.size() && text[month_at + 3] == '-' &&
                          IsTwoDigits(text, month_at + 4);
  if (!is_spelled) return {};
  const std::string_view day = text.substr(0, month_at + 6);
  if (!ParseDate(day)) return "the calendar has no such day";
  const std::string_view rest = text.substr(day.size());
  return rest.starts_with('T') ? WhyNoTime(rest.substr(1)) : std::string();
}

// One that would be read with smaller numbers.
std::string WhyNoDuration(std::string_view text) {
  std::string small;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (!is_digit || small.empty() || small.back() != '1') small += is_digit ? '1' : text[i];
  }
  return ParseDuration(small) ? "the duration is too large" : "";
}

// --- Writing -------------------------------------------------------------------------------------

void AppendPadded(std::int64_t value, std::size_t width, std::string& text) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) text.append(width - digits.size(), '0');
  text += digits;
}

void AppendFraction(std::int64_t nanos, std::string& text) {
  if (nanos == 0) return;
  std::string digits;
  AppendPadded(nanos, 9, digits);
  while (digits.back() == '0') digits.pop_back();
  text += '.' + digits;
}

void AppendDate(std::int64_t epoch_days, std::string& text) {
  const CivilDate date = CivilFromDays(epoch_days);
  if (date.year < 0) text += '-';
  AppendPadded(date.year < 0 ? -date.year : date.year, 4, text);
  text += '-';
  AppendPadded(date.month, 2, text);
  text += '-';
  AppendPadded(date.day, 2, text);
}

void AppendClock(std::int64_t seconds_of_day, std::int64_t nanos, std::string& text) {
  AppendPadded(seconds_of_day / 3600, 2, text);
  text += ':';
  AppendPadded(seconds_of_day / 60 % 60, 2, text);
  text += ':';
  AppendPadded(seconds_of_day % 60, 2, text);
  AppendFraction(nanos, text);
}

void AppendZone(Zone zone, std::string& text) {
  if (zone.is_named()) {
    text += '@';
    text += Name(*zone.rules());
    return;
  }
  if (!zone.is_offset()) return;
  std::int32_t offset = zone.offset_seconds();
  if (offset == 0) {
    text += 'Z';
    return;
  }
  text += offset < 0 ? '-' : '+';
  if (offset < 0) offset = -offset;
  AppendPadded(offset / 3600, 2, text);
  text += ':';
  AppendPadded(offset / 60 % 60, 2, text);
  if (offset % 60 != 0) {
    text += ':';
    AppendPadded(offset % 60, 2, text);
  }
}

void AppendYearsMonths(std::int64_t months, std::string& text) {
  if (months < 0) text += '-';
  const std::int64_t size = months < 0 ? -months : months;
  text += 'P';
  if (size >= 12) text += std::to_string(size / 12) + 'Y';
  if (size % 12 != 0 || size == 0) text += std::to_string(size % 12) + 'M';
}

void AppendDaysTime(Int128 nanos, std::string& text) {
  if (nanos < 0) text += '-';
  const Int128 size = nanos < 0 ? -nanos : nanos;
  const auto days = static_cast<std::int64_t>(size / kNanosPerDay);
  const auto rest = static_cast<std::int64_t>(size % kNanosPerDay);
  const std::int64_t seconds = rest / kNanosPerSecond;
  text += 'P';
  if (days != 0) text += std::to_string(days) + 'D';
  if (rest == 0 && days != 0) return;
  text += 'T';
  if (seconds / 3600 != 0) text += std::to_string(seconds / 3600) + 'H';
  if (seconds / 60 % 60 != 0) text += std::to_string(seconds / 60 % 60) + 'M';
  if (seconds % 60 != 0 || rest % kNanosPerSecond != 0 || rest == 0) {
    text += std::to_string(seconds % 60);
    AppendFraction(rest % kNanosPerSecond, text);
    text += 'S';
  }
}

}  // namespace

std::optional<Value> ParseDate(std::string_view text) {
  Reader reader(text);
  std::int64_t epoch_days = 0;
  if (!ReadDate(reader, epoch_days) || !reader.at_end()) return std::nullopt;
  return Value::Date(epoch_days);
}

std::optional<Value> ParseTime(std::string_view text) {
  Reader reader(text);
  std::int64_t nanos = 0;
  Zone zone;
  if (!ReadTime(reader, nanos, zone)) return std::nullopt;
  return Value::Time(nanos % kNanosPerDay, zone);
}

std::optional<Value> ParseDateTime(std::string_view text) {
  Reader reader(text);
  std::int64_t epoch_days = 0;
  std::int64_t nanos = 0;
  Zone zone;
  if (!ReadDate(reader, epoch_days) || !reader.Take('T') || !ReadTime(reader, nanos, zone))
    return std::nullopt;
  const std::int64_t seconds = epoch_days * kSecondsPerDay + nanos / kNanosPerSecond;
  if (!IsCalendarDay(epoch_days + nanos / kNanosPerDay)) return std::nullopt;
  return Value::DateTime(seconds, static_cast<std::uint32_t>(nanos % kNanosPerSecond), zone);
}

std::optional<Value> ParseDuration(std::string_view text) {
  Reader reader(text);
  const bool negative = reader.Take('-');
  if (!reader.Take('P')) return std::nullopt;
  if (reader.Next('T')) return ReadDaysTime(reader, negative, 0);
  std::int64_t first = 0;
  if (!reader.Number(first)) return std::nullopt;
  if (reader.Take('D')) return ReadDaysTime(reader, negative, first);
  if (reader.Next('Y') || reader.Next('M')) return ReadYearsMonths(reader, negative, first);
  return std::nullopt;
}

std::string WhyNoTemporal(std::string_view text) {
  constexpr std::size_t kBytesMax = 128;
  if (text.size() > kBytesMax) return {};
  if (text.find('P') < 2) return WhyNoDuration(text);
  return text.size() > 2 && text[2] == ':' ? WhyNoTime(text) : WhyNoDate(text);
}

std::optional<Value> ParseTemporal(std::string_view text) {
  if (text.find('P') < 2) return ParseDuration(text);
  if (text.find('T') != std::string_view::npos && text.find('T') < text.find('@'))
    return ParseDateTime(text);
  if (text.size() > 2 && text[2] == ':') return ParseTime(text);
  return ParseDate(text);
}

std::string ToText(const Value& temporal) {
  std::string text;
  switch (temporal.kind()) {
    case Kind::kDate: AppendDate(temporal.epoch_days(), text); break;
    case Kind::kTime:
      AppendClock(temporal.nanos_of_day() / kNanosPerSecond,
                  temporal.nanos_of_day() % kNanosPerSecond, text);
      AppendZone(temporal.zone(), text);
      break;
    case Kind::kDateTime: {
      const std::int64_t seconds = temporal.local_seconds();
      const std::int64_t of_day = ((seconds % kSecondsPerDay) + kSecondsPerDay) % kSecondsPerDay;
      AppendDate((seconds - of_day) / kSecondsPerDay, text);
      text += 'T';
      AppendClock(of_day, temporal.nanos(), text);
      AppendZone(temporal.zone(), text);
      break;
    }
    case Kind::kYearsMonths: AppendYearsMonths(temporal.months(), text); break;
    case Kind::kDaysTime: AppendDaysTime(temporal.duration_nanos(), text); break;
    case Kind::kNull:
    case Kind::kBoolean:
    case Kind::kNumber:
    case Kind::kString:
    case Kind::kList:
    case Kind::kContext:
    case Kind::kRange:
    case Kind::kFunction:
      OXP_CHECK(IsTemporal(temporal.kind()));
  }
  return text;
}

}  // namespace oxpecker::feel
