#include "rules/feel/temporal.h"

#include "base/check.h"
#include "base/instant.h"

namespace oxpecker::feel {
namespace {

constexpr std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

constexpr std::int64_t kTenTo18 = 1'000'000'000'000'000'000;

Decimal FromInt128(Int128 value) {  // exact up to 34 digits
  return Decimal::FromInt64(static_cast<std::int64_t>(value / kTenTo18)) *
             Decimal::FromInt64(kTenTo18) +
         Decimal::FromInt64(static_cast<std::int64_t>(value % kTenTo18));
}

// Towards zero; nothing beyond 34 digits or 128 bits.
std::optional<Int128> ToInt128(Decimal value) {
  if (!value.is_finite()) return std::nullopt;
  const Decimal whole = value.Rounded(0, Decimal::Rounding::kDown);
  if (!whole.is_finite()) return std::nullopt;
  const Decimal unit = Decimal::FromInt64(kTenTo18);
  const Decimal high = (whole / unit).Rounded(0, Decimal::Rounding::kDown);
  const auto high_part = high.ToInt64();
  const auto low_part = (whole - high * unit).ToInt64();
  if (!high_part || !low_part) return std::nullopt;
  return static_cast<Int128>(*high_part) * kTenTo18 + *low_part;
}

Int128 DurationSize(const Value& duration) {
  return duration.kind() == Kind::kYearsMonths ? duration.months() : duration.duration_nanos();
}

std::optional<Value> DurationOf(Kind kind, Int128 size) {
  if (kind == Kind::kDaysTime) return DaysTimeDuration(size);
  if (size > kDurationMonthsMax || size < -kDurationMonthsMax) return std::nullopt;
  return YearsMonthsDuration(static_cast<std::int64_t>(size));
}

std::optional<Value> DateTimeOf(std::int64_t local_seconds, std::uint32_t nanos, Zone zone) {
  if (!IsCalendarDay(FloorDivide(local_seconds, kSecondsPerDay))) return std::nullopt;
  return Value::DateTime(local_seconds, nanos, zone);
}

std::optional<Value> AddMonthsToPoint(const Value& point, std::int64_t months) {
  if (point.kind() == Kind::kDate) {
    const auto days = AddMonths(point.epoch_days(), months);
    if (!days) return std::nullopt;
    return Value::Date(*days);
  }
  const std::int64_t day = FloorDivide(point.local_seconds(), kSecondsPerDay);
  const auto moved = AddMonths(day, months);
  if (!moved) return std::nullopt;
  return DateTimeOf(point.local_seconds() + (*moved - day) * kSecondsPerDay, point.nanos(),
                    point.zone());
}

// Exact time: in a named zone the wall clock may move by another amount when summer time changes.
std::optional<Value> AddNanosToDateTime(const Value& point, Int128 nanos) {
  const Int128 sum = static_cast<Int128>(point.nanos()) + nanos;
  Int128 seconds = sum / kNanosPerSecond;
  auto rest = static_cast<std::int64_t>(sum % kNanosPerSecond);
  if (rest < 0) {
    rest += kNanosPerSecond;
    seconds -= 1;
  }
  // The longest duration is far below 2^63 seconds, so this cannot overflow.
  const auto shift = static_cast<std::int64_t>(seconds);
  const Zone zone = point.zone();
  std::int64_t local = point.local_seconds() + shift;
  if (zone.is_named()) {
    const std::int64_t utc = UtcSeconds(point) + shift;
    if (!IsCalendarDay(FloorDivide(utc, kSecondsPerDay))) return std::nullopt;
    local = utc + OffsetAtUtc(*zone.rules(), utc);
  }
  return DateTimeOf(local, static_cast<std::uint32_t>(rest), zone);
}

Value AddNanosToTime(const Value& point, Int128 nanos) {
  const Int128 sum = static_cast<Int128>(point.nanos_of_day()) + nanos;
  auto of_day = static_cast<std::int64_t>(sum % kNanosPerDay);
  if (of_day < 0) of_day += kNanosPerDay;
  return Value::Time(of_day, point.zone());
}

std::optional<Value> AddNanosToDate(const Value& point, Int128 nanos) {
  Int128 days = nanos / kNanosPerDay;  // back to a date: rounded down, as from midnight
  if (nanos % kNanosPerDay < 0) days -= 1;
  const auto day = point.epoch_days() + static_cast<std::int64_t>(days);
  if (!IsCalendarDay(day)) return std::nullopt;
  return Value::Date(day);
}

Value SecondsWithFraction(std::int64_t seconds, std::int64_t nanos) {
  std::int64_t unit = kNanosPerSecond;
  while (unit > 1 && nanos % 10 == 0) {
    nanos /= 10;
    unit /= 10;
  }
  return Value::Number(Decimal::FromInt64(seconds * unit + nanos) / Decimal::FromInt64(unit));
}

std::optional<Value> DateProperty(std::int64_t epoch_days, std::string_view name) {
  const CivilDate date = CivilFromDays(epoch_days);
  if (name == "year") return Value::Integer(date.year);
  if (name == "month") return Value::Integer(date.month);
  if (name == "day") return Value::Integer(date.day);
  if (name == "weekday") return Value::Integer(((epoch_days + 3) % 7 + 7) % 7 + 1);  // Monday is 1
  return std::nullopt;
}

std::optional<Value> ClockProperty(const Value& value, std::int64_t seconds_of_day,
                                   std::int64_t nanos, std::string_view name) {
  if (name == "hour") return Value::Integer(seconds_of_day / 3600);
  if (name == "minute") return Value::Integer(seconds_of_day / 60 % 60);
  if (name == "second") return SecondsWithFraction(seconds_of_day % 60, nanos);
  if (name == "time offset") {
    const auto offset = OffsetSeconds(value);
    return offset ? Value::DaysTime(static_cast<Int128>(*offset) * kNanosPerSecond) : Value::Null();
  }
  if (name == "timezone") {
    const Zone zone = value.zone();
    return zone.is_named() ? Value::String(Name(*zone.rules())) : Value::Null();
  }
  return std::nullopt;
}

// Each part carries the sign of the whole: -P1DT2H has -1 days and -2 hours.
std::optional<Value> DurationProperty(const Value& value, std::string_view name) {
  if (value.kind() == Kind::kYearsMonths) {
    if (name == "years") return Value::Integer(value.months() / 12);
    if (name == "months") return Value::Integer(value.months() % 12);
    return std::nullopt;
  }
  const Int128 nanos = value.duration_nanos();
  const auto rest = static_cast<std::int64_t>(nanos % kNanosPerDay);
  const std::int64_t seconds = rest / kNanosPerSecond;
  if (name == "days") return Value::Integer(static_cast<std::int64_t>(nanos / kNanosPerDay));
  if (name == "hours") return Value::Integer(seconds / 3600);
  if (name == "minutes") return Value::Integer(seconds / 60 % 60);
  if (name == "seconds") return SecondsWithFraction(seconds % 60, rest % kNanosPerSecond);
  return std::nullopt;
}

}  // namespace

bool IsTemporal(Kind kind) {
  return kind == Kind::kDate || kind == Kind::kTime || kind == Kind::kDateTime ||
         kind == Kind::kYearsMonths || kind == Kind::kDaysTime;
}

bool IsCalendarDay(std::int64_t epoch_days) {
  static const std::int64_t first = DaysFromCivil({-kYearMax, 1, 1});
  static const std::int64_t last = DaysFromCivil({kYearMax, 12, 31});
  return first <= epoch_days && epoch_days <= last;
}

Value AtMidnightUtc(const Value& date) {
  return Value::DateTime(date.epoch_days() * kSecondsPerDay, 0, Zone::Offset(0));
}

std::optional<std::int32_t> OffsetSeconds(const Value& value) {
  const Zone zone = value.zone();
  if (zone.is_none()) return std::nullopt;
  if (zone.is_offset()) return zone.offset_seconds();
  if (value.kind() == Kind::kTime) return OffsetAtUtc(*zone.rules(), 0);
  return OffsetAtLocal(*zone.rules(), value.local_seconds());
}

std::int64_t UtcSeconds(const Value& date_time) {
  const Zone zone = date_time.zone();
  if (zone.is_none()) return date_time.local_seconds();
  if (zone.is_offset()) return date_time.local_seconds() - zone.offset_seconds();
  return date_time.local_seconds() - OffsetAtLocal(*zone.rules(), date_time.local_seconds());
}

std::optional<std::int64_t> AddMonths(std::int64_t epoch_days, std::int64_t months) {
  if (months > 24 * kYearMax || months < -24 * kYearMax) return std::nullopt;
  CivilDate date = CivilFromDays(epoch_days);
  const std::int64_t total = date.year * 12 + static_cast<std::int64_t>(date.month) - 1 + months;
  date.year = FloorDivide(total, 12);
  date.month = static_cast<unsigned>(total - date.year * 12) + 1;
  if (date.year > kYearMax || date.year < -kYearMax) return std::nullopt;
  while (!IsCivilDate(date.year, date.month, date.day)) --date.day;
  return DaysFromCivil(date);
}

std::int64_t MonthsBetween(std::int64_t from_days, std::int64_t to_days) {
  if (to_days < from_days) return -MonthsBetween(to_days, from_days);
  const CivilDate from = CivilFromDays(from_days);
  const CivilDate to = CivilFromDays(to_days);
  const std::int64_t months = (to.year - from.year) * 12 + static_cast<std::int64_t>(to.month) -
                              static_cast<std::int64_t>(from.month);
  return to.day < from.day ? months - 1 : months;
}

std::optional<Value> DaysTimeDuration(Int128 nanos) {
  constexpr Int128 kMax = static_cast<Int128>(kDurationDaysMax) * kNanosPerDay;
  if (nanos > kMax || nanos < -kMax) return std::nullopt;
  return Value::DaysTime(nanos);
}

std::optional<Value> YearsMonthsDuration(std::int64_t months) {
  if (months > kDurationMonthsMax || months < -kDurationMonthsMax) return std::nullopt;
  return Value::YearsMonths(months);
}

std::optional<Value> AddDuration(const Value& point, const Value& duration) {
  if (duration.kind() == Kind::kYearsMonths) {
    OXP_CHECK(point.kind() == Kind::kDate || point.kind() == Kind::kDateTime);
    return AddMonthsToPoint(point, duration.months());
  }
  const Int128 nanos = duration.duration_nanos();
  if (point.kind() == Kind::kDate) return AddNanosToDate(point, nanos);
  if (point.kind() == Kind::kTime) return AddNanosToTime(point, nanos);
  return AddNanosToDateTime(point, nanos);
}

std::optional<Value> NegateDuration(const Value& duration) {
  return DurationOf(duration.kind(), -DurationSize(duration));
}

std::optional<Value> AddDurations(const Value& a, const Value& b) {
  OXP_CHECK(a.kind() == b.kind());
  return DurationOf(a.kind(), DurationSize(a) + DurationSize(b));
}

std::optional<Value> Difference(const Value& a, const Value& b) {
  if (a.kind() == Kind::kTime && b.kind() == Kind::kTime) {
    const auto x = OffsetSeconds(a);
    const auto y = OffsetSeconds(b);
    if (x.has_value() != y.has_value()) return std::nullopt;
    return DaysTimeDuration(static_cast<Int128>(a.nanos_of_day()) - b.nanos_of_day() -
                            static_cast<Int128>(x.value_or(0) - y.value_or(0)) * kNanosPerSecond);
  }
  if (a.kind() == Kind::kDate && b.kind() == Kind::kDate)
    return DaysTimeDuration(static_cast<Int128>(a.epoch_days() - b.epoch_days()) * kNanosPerDay);
  const Value x = a.kind() == Kind::kDate ? AtMidnightUtc(a) : a;
  const Value y = b.kind() == Kind::kDate ? AtMidnightUtc(b) : b;
  if (x.zone().is_none() != y.zone().is_none()) return std::nullopt;
  return DaysTimeDuration(static_cast<Int128>(UtcSeconds(x) - UtcSeconds(y)) * kNanosPerSecond +
                          (static_cast<Int128>(x.nanos()) - static_cast<Int128>(y.nanos())));
}

std::optional<Value> ScaleDuration(const Value& duration, Decimal factor) {
  const auto size = ToInt128(FromInt128(DurationSize(duration)) * factor);
  if (!size) return std::nullopt;
  return DurationOf(duration.kind(), *size);
}

std::optional<Value> DivideDuration(const Value& duration, Decimal divisor) {
  const auto size = ToInt128(FromInt128(DurationSize(duration)) / divisor);
  if (!size) return std::nullopt;
  return DurationOf(duration.kind(), *size);
}

Decimal DurationQuotient(const Value& a, const Value& b) {
  OXP_CHECK(a.kind() == b.kind());
  return FromInt128(DurationSize(a)) / FromInt128(DurationSize(b));
}

std::optional<Value> Property(const Value& temporal, std::string_view name) {
  switch (temporal.kind()) {
    case Kind::kDate: return DateProperty(temporal.epoch_days(), name);
    case Kind::kTime: {
      const std::int64_t nanos = temporal.nanos_of_day();
      return ClockProperty(temporal, nanos / kNanosPerSecond, nanos % kNanosPerSecond, name);
    }
    case Kind::kDateTime: {
      const std::int64_t day = FloorDivide(temporal.local_seconds(), kSecondsPerDay);
      if (const auto property = DateProperty(day, name)) return property;
      return ClockProperty(temporal, temporal.local_seconds() - day * kSecondsPerDay,
                           temporal.nanos(), name);
    }
    case Kind::kYearsMonths:
    case Kind::kDaysTime:
      return DurationProperty(temporal, name);
    case Kind::kNull:
    case Kind::kBoolean:
    case Kind::kNumber:
    case Kind::kString:
    case Kind::kList:
    case Kind::kContext:
    case Kind::kRange:
    case Kind::kFunction:
      break;
  }
  return std::nullopt;
}

}  // namespace oxpecker::feel
