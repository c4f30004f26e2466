// Conversion functions and not (DMN 1.5, tables 72 and 73).
#include <algorithm>
#include <array>
#include <string>

#include "rules/feel/arguments.h"
#include "rules/feel/range_literal.h"
#include "rules/feel/temporal.h"

namespace oxpecker::feel {
namespace {

using Arguments = std::span<const Value>;

constexpr std::size_t kTextBytesMax = 1U << 20U;  // where ToDisplayText cuts

std::int64_t FloorDay(std::int64_t seconds) {
  return (seconds >= 0 ? seconds : seconds - (kSecondsPerDay - 1)) / kSecondsPerDay;
}

Value DayOf(const Value& value) {
  return value.kind() == Kind::kDate ? value : Value::Date(FloorDay(value.local_seconds()));
}

// To look for what is wrong costs steps, so that nobody can make it do that all day.
constexpr std::uint64_t kWhySteps = 2'000;

Value Parsed(const Site& site, const std::optional<Value>& value, std::string_view text, const char* otherwise) {
  if (value) return *value;
  const std::string why = site.Take(kWhySteps) ? WhyNoTemporal(text) : std::string();
  return site.Fail(CauseKind::kDomain, why.empty() ? otherwise : why);
}

// --- Dates and times -----------------------------------------------------------------------------

Value DateFrom(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Value& from = read.Single(0);
  if (from.kind() == Kind::kString)
    return Parsed(site, ParseDate(from.string()), from.string(), "string is no date such as 2026-03-16");
  if (from.kind() == Kind::kDate || from.kind() == Kind::kDateTime) return DayOf(from);
  read.Refuse(from, "from", "a string, a date or a date and time");
  return read.failure();
}

Value DateOfParts(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::int64_t year = read.Integer(0, "year");
  const std::int64_t month = read.Integer(1, "month");
  const std::int64_t day = read.Integer(2, "day");
  if (!read.ok()) return read.failure();
  if (year < -kYearMax || year > kYearMax || month < 1 || month > 12 || day < 1 || day > 31 ||
      !IsCivilDate(year, static_cast<unsigned>(month), static_cast<unsigned>(day)))
    return site.Fail(CauseKind::kDomain, "the calendar has no such day");
  return Value::Date(
      DaysFromCivil({year, static_cast<unsigned>(month), static_cast<unsigned>(day)}));
}

Value DateTimeFrom(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Value& from = read.Single(0);
  if (from.kind() == Kind::kDateTime) return from;
  if (from.kind() == Kind::kDate) return AtMidnightUtc(from);
  if (from.kind() != Kind::kString) {
    read.Refuse(from, "from", "a string, a date or a date and time");
    return read.failure();
  }
  if (const auto date = ParseDate(from.string()))  // without a time: local midnight
    return Value::DateTime(date->epoch_days() * kSecondsPerDay, 0, Zone());
  return Parsed(site, ParseDateTime(from.string()), from.string(),
                "string is no date and time such as 2026-03-16T10:00:00Z");
}

Value DateTimeOfParts(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Value& date = read.Day(0, "date");
  const Value& time = read.OfKind(1, Kind::kTime, "time");
  if (!read.ok()) return read.failure();
  const std::int64_t nanos = time.nanos_of_day();
  return Value::DateTime(DayOf(date).epoch_days() * kSecondsPerDay + nanos / kNanosPerSecond,
                         static_cast<std::uint32_t>(nanos % kNanosPerSecond), time.zone());
}

Value TimeFrom(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Value& from = read.Single(0);
  if (from.kind() == Kind::kString)
    return Parsed(site, ParseTime(from.string()), from.string(), "string is no time such as 10:00:00");
  if (from.kind() == Kind::kTime) return from;
  if (from.kind() == Kind::kDate) return Value::Time(0, Zone::Offset(0));
  if (from.kind() != Kind::kDateTime) {
    read.Refuse(from, "from", "a string, a time, a date or a date and time");
    return read.failure();
  }
  const std::int64_t seconds = from.local_seconds();
  const std::int64_t of_day = seconds - FloorDay(seconds) * kSecondsPerDay;
  return Value::Time(of_day * kNanosPerSecond + from.nanos(), from.zone());
}

Value TimeOfParts(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::int64_t hour = read.Integer(0, "hour");
  const std::int64_t minute = read.Integer(1, "minute");
  const Decimal second = read.Number(2, "second");
  const bool zoned = read.Given(3) && !(read.Single(3).is_null() && !read.Single(3).cause());
  const Value& offset = zoned ? read.OfKind(3, Kind::kDaysTime, "offset") : read.Single(3);
  if (!read.ok()) return read.failure();
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second.is_negative() ||
      second >= Decimal::FromInt64(60))
    return site.Fail(CauseKind::kDomain, "the day has no such time");
  Zone zone;
  if (zoned) {
    constexpr Int128 kMax = static_cast<Int128>(kOffsetHoursMax * 3600) * kNanosPerSecond;
    const Int128 nanos = offset.duration_nanos();
    if (nanos > kMax || nanos < -kMax || nanos % kNanosPerSecond != 0)
      return site.Fail(CauseKind::kDomain, "offset must be whole seconds, at most 14 hours");
    zone = Zone::Offset(static_cast<std::int32_t>(nanos / kNanosPerSecond));
  }
  const Decimal nanos = (second * Decimal::FromInt64(kNanosPerSecond))
                            .Rounded(0, Decimal::Rounding::kDown);
  return Value::Time((hour * 3600 + minute * 60) * kNanosPerSecond + nanos.ToInt64().value_or(0),
                     zone);
}

Value DurationFrom(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view from = read.String(0, "from");
  if (!read.ok()) return read.failure();
  return Parsed(site, ParseDuration(from), from, "string is no duration such as P1Y2M or P1DT2H");
}

Value YearsMonthsBetween(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Value& from = read.Day(0, "from");
  const Value& to = read.Day(1, "to");
  if (!read.ok()) return read.failure();
  return Value::YearsMonths(MonthsBetween(DayOf(from).epoch_days(), DayOf(to).epoch_days()));
}

// --- Numbers, strings, ranges --------------------------------------------------------------------

// A separator argument: one of the allowed characters, or 0 for null.
char Separator(ArgumentReader& read, std::size_t i, const char* name, std::string_view allowed) {
  if (read.Single(i).is_null() && read.Single(i).cause() == nullptr) return 0;
  const std::string_view text = read.String(i, name);
  if (text.size() == 1 && allowed.find(text[0]) != std::string_view::npos) return text[0];
  if (read.ok()) read.Fail(CauseKind::kDomain, std::string(name) + " is no separator of numbers");
  return 0;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// DMN 1.5, 10.3.4.1: the text after grouping separators are taken away. How large a group is, is the
// writer's custom (1,000 and 1,00,000); that there is one, is not.
Value NumberFrom(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view from = read.String(0, "from");
  const char grouping = Separator(read, 1, "grouping separator", " ,.");
  const char decimal = Separator(read, 2, "decimal separator", ",.");
  if (!read.ok()) return read.failure();
  if (grouping != 0 && grouping == decimal)
    return site.Fail(CauseKind::kDomain, "the two separators must differ");
  std::string plain;
  bool is_whole_part = true;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const char c = from[i];
    if (grouping != 0 && c == grouping) {
      const bool groups = is_whole_part && i > 0 && IsDigit(from[i - 1]) && i + 1 < from.size() && IsDigit(from[i + 1]);
      if (!groups)
        return site.Fail(CauseKind::kDomain, "a grouping separator stands between two digits of the whole part only");
      continue;
    }
    const bool foreign_point = c == '.' && decimal == ',';
    if (foreign_point) return site.Fail(CauseKind::kDomain, "string is no number");
    if (!IsDigit(c) && c != '-') is_whole_part = false;
    plain += c == decimal ? '.' : c;
  }
  const auto number = Decimal::Parse(plain);
  return number ? Value::Number(*number) : site.Fail(CauseKind::kDomain, "string is no number");
}

Value StringFrom(const CallSite& site, Arguments arguments) {
  const Value& from = arguments[0];
  if (from.kind() == Kind::kString) return from;
  if (from.is_null()) return NoAnswer(site, "make a string of", from);
  if (from.kind() == Kind::kFunction)
    return site.Fail(CauseKind::kType, "a function has no text");
  const std::string text = ToDisplayText(from);
  if (text.size() > kTextBytesMax) return site.Fail(CauseKind::kLimit, "text is too long");
  return site.Take(1 + text.size() / 64) ? Value::String(site.arena.Copy(text)) : LimitHit(site);
}

Value RangeFrom(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view from = read.String(0, "from");
  if (!read.ok()) return read.failure();
  if (!site.Take(1 + from.size() / 64)) return LimitHit(site);
  const auto range = ParseRange(from, site.arena);
  if (!range) return site.Fail(CauseKind::kDomain, "string is no range such as [1..10)");
  return Value::Range(site.arena.New<RangeData>(*range));
}

// Not of DMN: the value where the condition holds, else a null with the cause that is given.
Value Assert(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Value& holds = read.Single(1);
  if (holds.is_true()) return arguments[0];
  if (!holds.is_false()) read.Refuse(holds, "condition", "a boolean");
  const std::string_view cause = read.String(2, "cause");
  if (!read.ok()) return read.failure();
  constexpr std::size_t kCauseBytesMax = 200;
  std::size_t size = std::min(cause.size(), kCauseBytesMax);
  while (size > 0 && size < cause.size() && (static_cast<unsigned char>(cause[size]) & 0xC0U) == 0x80U) --size;
  return site.Fail(CauseKind::kDomain, std::string(cause.substr(0, size)) + ", found " + Name(arguments[0].kind()));
}

Value NotOf(const CallSite& site, Arguments arguments) {
  return Not(site, Unwrapped(arguments[0]));
}

Type AnyRange(std::span<const Type> /*arguments*/) { return Type::Range(Type::Any()); }
constexpr auto kDate = result::Of<Type::Date>;
constexpr auto kTime = result::Of<Type::Time>;
constexpr auto kDateTime = result::Of<Type::DateTime>;

constexpr std::array kRows = {
    Builtin{"assert", "value,condition,cause", 3, Assert, result::OfAny, {Accepts::kAny, Accepts::kBoolean, Accepts::kText}},
    Builtin{"date", "from", 1, DateFrom, kDate, {Accepts::kTextOrDay}},
    Builtin{"date", "year,month,day", 3, DateOfParts, kDate, {Accepts::kNumber, Accepts::kNumber, Accepts::kNumber}},
    Builtin{"date and time", "from", 1, DateTimeFrom, kDateTime, {Accepts::kTextOrDay}},
    Builtin{"date and time", "date,time", 2, DateTimeOfParts, kDateTime, {Accepts::kDay, Accepts::kTime}},
    Builtin{"duration", "from", 1, DurationFrom, result::OfAny, {Accepts::kText}},
    Builtin{"not", "negand", 1, NotOf, result::Of<Type::Boolean>, {Accepts::kBoolean}},
    Builtin{"number", "from,grouping separator,decimal separator", 3, NumberFrom,
            result::Of<Type::Number>, {Accepts::kText, Accepts::kText, Accepts::kText}},
    Builtin{"range", "from", 1, RangeFrom, AnyRange, {Accepts::kText}},
    Builtin{"string", "from", 1, StringFrom, result::Of<Type::String>},
    Builtin{"time", "from", 1, TimeFrom, kTime, {Accepts::kTextOrTemporal}},
    Builtin{"time", "hour,minute,second,offset", 3, TimeOfParts, kTime, {Accepts::kNumber, Accepts::kNumber, Accepts::kNumber, Accepts::kDuration}},
    Builtin{"years and months duration", "from,to", 2, YearsMonthsBetween,
            result::Of<Type::YearsMonths>, {Accepts::kDay, Accepts::kDay}},
};

}  // namespace

std::span<const Builtin> ConversionBuiltins() { return kRows; }

}  // namespace oxpecker::feel
