// Numeric functions (DMN 1.5, table 76).
#include <array>

#include "rules/feel/arguments.h"
#include "rules/feel/temporal.h"

namespace oxpecker::feel {
namespace {

using Arguments = std::span<const Value>;

Value Finite(const Site& site, Decimal number, const char* otherwise) {
  if (number.is_finite()) return Value::Number(number);
  return site.Fail(CauseKind::kDomain, otherwise);
}

template <Decimal::Rounding rounding>
Value Rounded(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Decimal number = read.Number(0, "n");
  const std::int64_t scale = read.Given(1) ? read.Integer(1, "scale") : 0;
  if (!read.ok()) return read.failure();
  return Finite(site, number.Rounded(scale, rounding), "scale is outside -6111..6176");
}

Value Abs(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Value& value = read.Single(0);
  if (value.kind() == Kind::kNumber) return Value::Number(value.number().Abs());
  if (value.kind() == Kind::kYearsMonths && value.months() >= 0) return value;
  if (value.kind() == Kind::kDaysTime && value.duration_nanos() >= 0) return value;
  if (value.kind() == Kind::kYearsMonths || value.kind() == Kind::kDaysTime)
    return Negate(site, value);
  read.Refuse(value, "n", "a number or a duration");
  return read.failure();
}

Value Modulo(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Decimal dividend = read.Number(0, "dividend");
  const Decimal divisor = read.Number(1, "divisor");
  if (!read.ok()) return read.failure();
  if (divisor.is_zero()) return site.Fail(CauseKind::kDomain, "division by zero");
  return Finite(site, Decimal::Modulo(dividend, divisor), "result is no number of 34 digits");
}

Value SquareRoot(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Decimal number = read.Number(0, "number");
  if (!read.ok()) return read.failure();
  if (number.is_negative())
    return site.Fail(CauseKind::kDomain, "a negative number has no square root");
  return Finite(site, Decimal::SquareRoot(number), "result is no number of 34 digits");
}

Value Logarithm(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Decimal number = read.Number(0, "number");
  if (!read.ok()) return read.failure();
  if (number.is_negative() || number.is_zero())
    return site.Fail(CauseKind::kDomain, "only a number above zero has a logarithm");
  return Finite(site, Decimal::NaturalLogarithm(number), "result is no number of 34 digits");
}

Value Exponential(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Decimal number = read.Number(0, "number");
  if (!read.ok()) return read.failure();
  return Finite(site, Decimal::Exponential(number), "result is no number of 34 digits");
}

template <bool odd>
Value HasParity(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Decimal number = read.Number(0, "number");
  if (!read.ok()) return read.failure();
  if (!number.is_integer())
    return site.Fail(CauseKind::kDomain, "only a whole number is odd or even");
  const bool is_odd = !Decimal::Modulo(number, Decimal::FromInt64(2)).is_zero();
  return Value::Boolean(is_odd == odd);
}

using enum Decimal::Rounding;
constexpr auto kNumber = result::Of<Type::Number>;
constexpr auto kBoolean = result::Of<Type::Boolean>;

constexpr std::array kRows = {
    Builtin{"abs", "n", 1, Abs, result::Item, {Accepts::kNumberOrDuration}},
    Builtin{"ceiling", "n", 1, Rounded<kCeiling>, kNumber, {Accepts::kNumber, Accepts::kNumber}},
    Builtin{"ceiling", "n,scale", 2, Rounded<kCeiling>, kNumber, {Accepts::kNumber, Accepts::kNumber}},
    Builtin{"decimal", "n,scale", 2, Rounded<kHalfEven>, kNumber, {Accepts::kNumber, Accepts::kNumber}},
    Builtin{"even", "number", 1, HasParity<false>, kBoolean, {Accepts::kNumber}},
    Builtin{"exp", "number", 1, Exponential, kNumber, {Accepts::kNumber}},
    Builtin{"floor", "n", 1, Rounded<kFloor>, kNumber, {Accepts::kNumber, Accepts::kNumber}},
    Builtin{"floor", "n,scale", 2, Rounded<kFloor>, kNumber, {Accepts::kNumber, Accepts::kNumber}},
    Builtin{"log", "number", 1, Logarithm, kNumber, {Accepts::kNumber}},
    Builtin{"modulo", "dividend,divisor", 2, Modulo, kNumber, {Accepts::kNumber, Accepts::kNumber}},
    Builtin{"odd", "number", 1, HasParity<true>, kBoolean, {Accepts::kNumber}},
    Builtin{"round down", "n,scale", 2, Rounded<kDown>, kNumber, {Accepts::kNumber, Accepts::kNumber}},
    Builtin{"round half down", "n,scale", 2, Rounded<kHalfDown>, kNumber, {Accepts::kNumber, Accepts::kNumber}},
    Builtin{"round half up", "n,scale", 2, Rounded<kHalfUp>, kNumber, {Accepts::kNumber, Accepts::kNumber}},
    Builtin{"round up", "n,scale", 2, Rounded<kUp>, kNumber, {Accepts::kNumber, Accepts::kNumber}},
    Builtin{"sqrt", "number", 1, SquareRoot, kNumber, {Accepts::kNumber}},
};

}  // namespace

std::span<const Builtin> NumberBuiltins() { return kRows; }

}  // namespace oxpecker::feel
