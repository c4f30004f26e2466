// Arithmetic, ternary logic, paths and indices.
#include "rules/feel/operations.h"

#include <cstring>
#include <string>

#include "rules/feel/nulls.h"
#include "rules/feel/temporal.h"

namespace oxpecker::feel {
namespace {

constexpr std::int64_t kExponentMax = 999'999'999;
constexpr int kPathDepthMax = 256;

bool IsDuration(Kind kind) { return kind == Kind::kYearsMonths || kind == Kind::kDaysTime; }
bool IsDay(Kind kind) { return kind == Kind::kDate || kind == Kind::kDateTime; }
// A point in time that a duration of that kind can be added to.
bool Moves(Kind point, Kind duration) {
  return (IsDay(point) && IsDuration(duration)) ||
         (point == Kind::kTime && duration == Kind::kDaysTime);
}

Value NumberResult(const Site& site, Decimal result) {
  if (result.is_finite()) return Value::Number(result);
  return site.Fail(CauseKind::kDomain, "result is no number of 34 digits");
}

Value TemporalResult(const Site& site, const std::optional<Value>& result) {
  if (result) return *result;
  return site.Fail(CauseKind::kDomain, "result lies outside the calendar or the longest duration");
}

Value Concatenate(const Site& site, std::string_view a, std::string_view b) {
  if (a.size() + b.size() == 0) return Value::String({});
  if (!site.arena.Fits(a.size() + b.size()) || !site.TakeBytes(a.size() + b.size()))
    return site.Fail(CauseKind::kLimit, "the expression makes a text that is too long");
  char* text = site.arena.AllocateText(a.size() + b.size());
  if (!a.empty()) std::memcpy(text, a.data(), a.size());
  if (!b.empty()) std::memcpy(text + a.size(), b.data(), b.size());
  return Value::String({text, a.size() + b.size()});
}

Value Scale(const Site& site, const Value& duration, Decimal factor) {
  return TemporalResult(site, ScaleDuration(duration, factor));
}

// For a null result of and, or, not: why that operand is no truth value. An operand that is one
// gives an ordinary null, which PreferredNull puts last.
Value NoTruth(const Site& site, const Value& operand) {
  if (operand.kind() == Kind::kBoolean) return Value::Null();
  if (operand.is_null() && operand.cause() != nullptr) return operand;
  if (operand.is_null()) return site.Defined(CauseKind::kNull, "null is neither true nor false");
  return site.Defined(CauseKind::kType,
                      std::string(Name(operand.kind())) + " is neither true nor false");
}

Value RangeProperty(const Site& site, const RangeData& range, std::string_view name) {
  if (name == "start") return range.low;
  if (name == "end") return range.high;
  if (name == "start included") return Value::Boolean(range.low_included);
  if (name == "end included") return Value::Boolean(range.high_included);
  return site.Fail(CauseKind::kType, "range has no property of that name");
}

Value PathOf(const Site& site, const Value& value, std::string_view name, int depth) {
  switch (value.kind()) {
    case Kind::kContext: {
      const Value* entry = FindEntry(value, name);
      if (entry != nullptr) return *entry;
      return site.Fail(CauseKind::kMissing, "context has no entry '" + std::string(name) + "'");
    }
    case Kind::kList: {
      if (depth > kPathDepthMax) return site.Fail(CauseKind::kLimit, "list is nested too deeply");
      const ListView items = value.list();
      if (!site.arena.Fits(items.size() * sizeof(Value)) || !site.Take(items.size()))
        return site.Fail(CauseKind::kLimit, "the list has too many items");
      const auto results = site.arena.NewArray<Value>(items.size());
      for (std::size_t i = 0; i < items.size(); ++i)
        results[i] = PathOf(site, items[i], name, depth + 1);
      return Value::List(results);
    }
    case Kind::kRange: return RangeProperty(site, value.range(), name);
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kDateTime:
    case Kind::kYearsMonths:
    case Kind::kDaysTime:
      if (const auto property = Property(value, name)) return *property;
      break;
    case Kind::kNull:
      if (value.cause() != nullptr) return value;
      return site.Fail(CauseKind::kNull, "null has no entries");
    case Kind::kBoolean:
    case Kind::kNumber:
    case Kind::kString:
    case Kind::kFunction:
      break;
  }
  return site.Fail(CauseKind::kType,
                   std::string(Name(value.kind())) + " has no property '" + std::string(name) + "'");
}

}  // namespace

Value Add(const Site& site, const Value& a, const Value& b) {
  if (a.kind() == Kind::kNumber && b.kind() == Kind::kNumber)
    return NumberResult(site, a.number() + b.number());
  if (a.kind() == Kind::kString && b.kind() == Kind::kString)
    return Concatenate(site, a.string(), b.string());
  if (Moves(a.kind(), b.kind())) return TemporalResult(site, AddDuration(a, b));
  if (Moves(b.kind(), a.kind())) return TemporalResult(site, AddDuration(b, a));
  if (a.kind() == b.kind() && IsDuration(a.kind())) return TemporalResult(site, AddDurations(a, b));
  return NoAnswer(site, "add", "and", a, b);
}

Value Subtract(const Site& site, const Value& a, const Value& b) {
  if (a.kind() == Kind::kNumber && b.kind() == Kind::kNumber)
    return NumberResult(site, a.number() - b.number());
  const bool times = a.kind() == Kind::kTime && b.kind() == Kind::kTime;
  if (times || (IsDay(a.kind()) && IsDay(b.kind()))) {
    if (const auto difference = Difference(a, b)) return *difference;
    return site.Fail(CauseKind::kDomain, "cannot subtract a local time and one with an offset");
  }
  if (IsDuration(b.kind()) && (Moves(a.kind(), b.kind()) || a.kind() == b.kind())) {
    const auto negated = NegateDuration(b);
    if (!negated) return TemporalResult(site, negated);
    return TemporalResult(site, a.kind() == b.kind() ? AddDurations(a, *negated)
                                                     : AddDuration(a, *negated));
  }
  return NoAnswer(site, "subtract", "and", a, b);
}

Value Multiply(const Site& site, const Value& a, const Value& b) {
  if (a.kind() == Kind::kNumber && b.kind() == Kind::kNumber)
    return NumberResult(site, a.number() * b.number());
  if (IsDuration(a.kind()) && b.kind() == Kind::kNumber) return Scale(site, a, b.number());
  if (a.kind() == Kind::kNumber && IsDuration(b.kind())) return Scale(site, b, a.number());
  return NoAnswer(site, "multiply", "and", a, b);
}

Value Divide(const Site& site, const Value& a, const Value& b) {
  const auto by_zero = [&] { return site.Fail(CauseKind::kDomain, "division by zero"); };
  if (b.kind() == Kind::kNumber && (a.kind() == Kind::kNumber || IsDuration(a.kind()))) {
    if (b.number().is_zero()) return by_zero();
    if (a.kind() == Kind::kNumber) return NumberResult(site, a.number() / b.number());
    return TemporalResult(site, DivideDuration(a, b.number()));
  }
  if (a.kind() == b.kind() && IsDuration(a.kind())) {
    const Decimal quotient = DurationQuotient(a, b);
    return quotient.is_finite() ? Value::Number(quotient) : by_zero();
  }
  return NoAnswer(site, "divide", "by", a, b);
}

Value Power(const Site& site, const Value& a, const Value& b) {
  if (a.kind() != Kind::kNumber || b.kind() != Kind::kNumber)
    return NoAnswer(site, "raise", "to the power of", a, b);
  if (b.number().Abs() > Decimal::FromInt64(kExponentMax))
    return site.Fail(CauseKind::kDomain, "exponent is outside -999,999,999..999,999,999");
  return NumberResult(site, Decimal::Power(a.number(), b.number()));
}

Value Negate(const Site& site, const Value& a) {
  if (a.kind() == Kind::kNumber) return Value::Number(-a.number());
  if (IsDuration(a.kind())) return TemporalResult(site, NegateDuration(a));
  return NoAnswer(site, "negate", a);
}

Value And(const Site& site, const Value& a, const Value& b) {
  if (a.is_false() || b.is_false()) return Value::Boolean(false);
  if (a.is_true() && b.is_true()) return Value::Boolean(true);
  return PreferredNull(NoTruth(site, a), NoTruth(site, b));
}

Value Or(const Site& site, const Value& a, const Value& b) {
  if (a.is_true() || b.is_true()) return Value::Boolean(true);
  if (a.is_false() && b.is_false()) return Value::Boolean(false);
  return PreferredNull(NoTruth(site, a), NoTruth(site, b));
}

Value Not(const Site& site, const Value& a) {
  if (a.kind() == Kind::kBoolean) return Value::Boolean(!a.is_true());
  if (a.is_null()) return NoTruth(site, a);
  return site.Fail(CauseKind::kType, std::string(Name(a.kind())) + " is neither true nor false");
}

Value Path(const Site& site, const Value& value, std::string_view name) {
  return PathOf(site, value, name, 0);
}

Value Index(const Site& site, const Value& list, Decimal index) {
  if (list.is_null()) return NoAnswer(site, "take an item of", list);
  const ListView items = list.kind() == Kind::kList ? list.list() : ListView(&list, 1);
  const auto position = index.ToInt64();
  if (!position) return site.Fail(CauseKind::kDomain, "index of a list must be a whole number");
  if (*position == 0)
    return site.Defined(CauseKind::kDomain, "the first item of a list has index 1");
  const auto size = static_cast<std::int64_t>(items.size());
  if (*position > size || *position < -size)
    return site.Defined(CauseKind::kMissing, "list has no item at that index");
  return items[static_cast<std::size_t>(*position > 0 ? *position - 1 : size + *position)];
}

}  // namespace oxpecker::feel
