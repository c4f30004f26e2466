// Date and time functions, is, now and today (DMN 1.5, tables 77, 79 and 82).
#include <array>

#include "rules/feel/arguments.h"
#include "rules/feel/temporal.h"

namespace oxpecker::feel {
namespace {

using Arguments = std::span<const Value>;

std::int64_t FloorDay(std::int64_t seconds) {
  return (seconds >= 0 ? seconds : seconds - (kSecondsPerDay - 1)) / kSecondsPerDay;
}

std::int64_t DayOf(const Value& value) {
  return value.kind() == Kind::kDate ? value.epoch_days() : FloorDay(value.local_seconds());
}

// 1 is Monday.
std::int64_t Weekday(std::int64_t epoch_days) { return ((epoch_days + 3) % 7 + 7) % 7 + 1; }

template <Value (*answer)(std::int64_t epoch_days)>
Value OfDay(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Value& date = read.Day(0, "date");
  if (!read.ok()) return read.failure();
  return answer(DayOf(date));
}

std::int64_t YearDay(std::int64_t epoch_days) {
  return epoch_days - DaysFromCivil({CivilFromDays(epoch_days).year, 1, 1}) + 1;
}

Value DayOfYear(std::int64_t epoch_days) { return Value::Integer(YearDay(epoch_days)); }

Value DayOfWeek(std::int64_t epoch_days) {
  constexpr std::array<std::string_view, 7> kNames = {
      "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  return Value::String(kNames[static_cast<std::size_t>(Weekday(epoch_days)) - 1]);
}

Value MonthOfYear(std::int64_t epoch_days) {
  constexpr std::array<std::string_view, 12> kNames = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  return Value::String(kNames[CivilFromDays(epoch_days).month - 1]);
}

// ISO 8601: a week belongs to the year of its Thursday.
Value WeekOfYear(std::int64_t epoch_days) {
  const std::int64_t thursday = epoch_days - Weekday(epoch_days) + 4;
  return Value::Integer((YearDay(thursday) - 1) / 7 + 1);
}

Value Now(const CallSite& site, Arguments /*arguments*/) {
  const std::int64_t seconds = site.now.unix_seconds();
  const std::int64_t micros = site.now.unix_micros() - seconds * 1'000'000;
  return Value::DateTime(seconds, static_cast<std::uint32_t>(micros * 1'000), Zone::Offset(0));
}

Value Today(const CallSite& site, Arguments /*arguments*/) {
  return Value::Date(FloorDay(site.now.unix_seconds()));
}

// --- is ------------------------------------------------------------------------------------------

constexpr int kDepthMax = 1000;

class Identity {
 public:
  explicit Identity(const CallSite& site) : site_(site) {}
  bool gave_up() const { return gave_up_; }

  // The same element of the semantic domain: unlike =, exact, with the zone as written, and never
  // without an answer.
  bool Same(const Value& a, const Value& b, int depth) {
    if (gave_up_ || depth > kDepthMax || !site_.Take(1)) gave_up_ = true;
    if (gave_up_ || a.kind() != b.kind()) return false;
    switch (a.kind()) {
      case Kind::kNull: return true;
      case Kind::kTime: return a.nanos_of_day() == b.nanos_of_day() && a.zone() == b.zone();
      case Kind::kDateTime:
        return a.local_seconds() == b.local_seconds() && a.nanos() == b.nanos() &&
               a.zone() == b.zone();
      case Kind::kList: return SameItems(a.list(), b.list(), depth);
      case Kind::kContext: return SameEntries(a, b, depth);
      case Kind::kRange: {
        const RangeData& x = a.range();
        const RangeData& y = b.range();
        return x.form == y.form && x.low_included == y.low_included &&
               x.high_included == y.high_included && Same(x.low, y.low, depth + 1) &&
               Same(x.high, y.high, depth + 1);
      }
      case Kind::kBoolean:
      case Kind::kNumber:
      case Kind::kString:
      case Kind::kDate:
      case Kind::kYearsMonths:
      case Kind::kDaysTime:
      case Kind::kFunction:
        break;
    }
    return Equal(a, b) == true;
  }

 private:
  bool SameItems(ListView a, ListView b, int depth) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!Same(a[i], b[i], depth + 1)) return false;
    }
    return true;
  }
  static std::size_t CountEntries(ContextView context) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < context.shape->size(); ++i)
      count += context.slots[i].is_missing() ? 0U : 1U;
    return count;
  }
  bool SameEntries(const Value& a, const Value& b, int depth) {
    const ContextView x = a.context();
    if (CountEntries(x) != CountEntries(b.context())) return false;
    for (std::size_t i = 0; i < x.shape->size(); ++i) {
      if (x.slots[i].is_missing()) continue;
      const Value* other = FindEntry(b, x.shape->name(i));
      if (other == nullptr || other->is_missing() || !Same(x.slots[i], *other, depth + 1))
        return false;
    }
    return true;
  }

  const CallSite& site_;
  bool gave_up_ = false;
};

Value Is(const CallSite& site, Arguments arguments) {
  Identity identity(site);
  const bool same = identity.Same(arguments[0], arguments[1], 0);
  return identity.gave_up() ? LimitHit(site) : Value::Boolean(same);
}

constexpr auto kNumber = result::Of<Type::Number>;
constexpr auto kString = result::Of<Type::String>;

constexpr std::array kRows = {
    Builtin{"day of week", "date", 1, OfDay<DayOfWeek>, kString, {Accepts::kDay}},
    Builtin{"day of year", "date", 1, OfDay<DayOfYear>, kNumber, {Accepts::kDay}},
    Builtin{"is", "value1,value2", 2, Is, result::Of<Type::Boolean>},
    Builtin{"month of year", "date", 1, OfDay<MonthOfYear>, kString, {Accepts::kDay}},
    Builtin{"now", "", 0, Now, result::Of<Type::DateTime>},
    Builtin{"today", "", 0, Today, result::Of<Type::Date>},
    Builtin{"week of year", "date", 1, OfDay<WeekOfYear>, kNumber, {Accepts::kDay}},
};

}  // namespace

std::span<const Builtin> TemporalBuiltins() { return kRows; }

}  // namespace oxpecker::feel
