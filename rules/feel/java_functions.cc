#include "rules/feel/java_functions.h"

#include <algorithm>
#include <array>
#include <limits>

#include "rules/feel/arguments.h"
#include "rules/feel/text.h"

namespace oxpecker::feel {
namespace {

using Arguments = std::span<const Value>;

enum class Primitive { kByte, kShort, kInt, kLong, kFloat, kDouble };

struct Bounds {
  const char* name;
  std::int64_t low;
  std::int64_t high;
};
template <class Int>
constexpr Bounds BoundsOf(const char* name) {
  return {name, std::numeric_limits<Int>::min(), std::numeric_limits<Int>::max()};
}
constexpr std::array kWhole = {BoundsOf<std::int8_t>("byte"), BoundsOf<std::int16_t>("short"),
                               BoundsOf<std::int32_t>("int"), BoundsOf<std::int64_t>("long")};

// A number that fits the type, as it is: there is no rounding to binary.
template <Primitive type>
Decimal Fitting(const Site& site, Decimal number, Value& failure) {
  if constexpr (type < Primitive::kFloat) {
    const Bounds& bounds = kWhole[static_cast<std::size_t>(type)];
    const auto whole = number.ToInt64();
    if (!whole || *whole < bounds.low || *whole > bounds.high)
      failure = site.Fail(CauseKind::kDomain, number.ToString() + " is no Java " + bounds.name);
  }
  return number;
}

Value Finite(const Site& site, Decimal number) {
  if (number.is_finite()) return Value::Number(number);
  return site.Fail(CauseKind::kDomain, "result is no number of 34 digits");
}

using Unary = Decimal (*)(Decimal);
using Binary = Decimal (*)(Decimal, Decimal);

template <Primitive type, Unary function>
Value OfOne(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Decimal number = read.Number(0, "a");
  if (!read.ok()) return read.failure();
  Value failure;
  Fitting<type>(site, number, failure);
  return failure.cause() != nullptr ? failure : Finite(site, function(number));
}

template <Primitive type, Binary function>
Value OfTwo(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const Decimal a = read.Number(0, "a");
  const Decimal b = read.Number(1, "b");
  if (!read.ok()) return read.failure();
  Value failure;
  Fitting<type>(site, a, failure);
  Fitting<type>(site, b, failure);
  return failure.cause() != nullptr ? failure : Finite(site, function(a, b));
}

Decimal Same(Decimal a) { return a; }
Decimal Absolute(Decimal a) { return a.Abs(); }
Decimal Greater(Decimal a, Decimal b) { return a < b ? b : a; }
Decimal Lesser(Decimal a, Decimal b) { return b < a ? b : a; }
Decimal Up(Decimal a) { return a.Rounded(0, Decimal::Rounding::kCeiling); }
Decimal Down(Decimal a) { return a.Rounded(0, Decimal::Rounding::kFloor); }
// Half towards positive infinity, as Math.round.
Decimal Nearest(Decimal a) { return Down(a + Decimal::FromInt64(1) / Decimal::FromInt64(2)); }

template <Primitive type>
Value FromText(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "s");
  if (!read.ok()) return read.failure();
  std::string_view digits = text;
  if (digits.starts_with('+') || digits.starts_with('-')) digits.remove_prefix(1);
  const bool is_spelled = !digits.empty() && digits[0] >= '0' && digits[0] <= '9' &&
                          (type >= Primitive::kFloat ||
                           digits.find_first_not_of("0123456789") == std::string_view::npos);
  const auto number = is_spelled ? Decimal::Parse(text.starts_with('+') ? digits : text)
                                 : std::optional<Decimal>();
  if (!number) return site.Fail(CauseKind::kDomain, "'" + std::string(text) + "' is no Java number");
  Value failure;
  Fitting<type>(site, *number, failure);
  return failure.cause() != nullptr ? failure : Value::Number(*number);
}

Value FromChar(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "c");
  if (!read.ok()) return read.failure();
  if (CountCodePoints(text) == 1) return read.Single(0);
  return site.Fail(CauseKind::kDomain, "a Java char is a string of one character");
}

// What %s and %d of String.format write; others are refused: they depend on a locale.
Value Format(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view pattern = read.String(0, "format");
  if (!read.ok()) return read.failure();
  std::string text;
  std::size_t next = 1;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '%') {
      text += pattern[at];
      continue;
    }
    const char conversion = ++at < pattern.size() ? pattern[at] : '\0';
    if (conversion == '%') {
      text += '%';
    } else if (conversion == 'n') {
      text += '\n';
    } else if (conversion != 's' && conversion != 'd') {
      return site.Fail(CauseKind::kDomain, "of Java's format, %s, %d, %n and %% are known here");
    } else if (next >= arguments.size()) {
      return site.Fail(CauseKind::kDomain, "a value for %" + std::string(1, conversion) + " is missing");
    } else {
      const Value& value = arguments[next++];
      if (conversion == 'd' && (value.kind() != Kind::kNumber || !value.number().is_integer()))
        return site.Fail(CauseKind::kDomain, "%d needs a whole number");
      text += value.kind() == Kind::kString ? std::string(value.string()) : ToDisplayText(value);
    }
    if (!site.arena.Fits(text.size())) return MemoryHit(site);
  }
  return Value::String(site.arena.Copy(text));
}

constexpr auto kNumber = result::Of<Type::Number>;
constexpr auto kString = result::Of<Type::String>;
using enum Primitive;

constexpr Builtin Of1(std::string_view name, Value (*call)(const CallSite&, Arguments)) {
  return {name, "a", 1, call, kNumber, {Accepts::kNumber}};
}
constexpr Builtin Of2(std::string_view name, Value (*call)(const CallSite&, Arguments)) {
  return {name, "a,b", 2, call, kNumber, {Accepts::kNumber, Accepts::kNumber}};
}
constexpr Builtin OfText(std::string_view name, Value (*call)(const CallSite&, Arguments)) {
  return {name, "s", 1, call, kNumber, {Accepts::kText}};
}

constexpr std::array kRows = {
    Of1("java.lang.Math.abs(int)", OfOne<kInt, Absolute>),
    Of1("java.lang.Math.abs(long)", OfOne<kLong, Absolute>),
    Of1("java.lang.Math.abs(float)", OfOne<kFloat, Absolute>),
    Of1("java.lang.Math.abs(double)", OfOne<kDouble, Absolute>),
    Of2("java.lang.Math.max(int,int)", OfTwo<kInt, Greater>),
    Of2("java.lang.Math.max(long,long)", OfTwo<kLong, Greater>),
    Of2("java.lang.Math.max(float,float)", OfTwo<kFloat, Greater>),
    Of2("java.lang.Math.max(double,double)", OfTwo<kDouble, Greater>),
    Of2("java.lang.Math.min(int,int)", OfTwo<kInt, Lesser>),
    Of2("java.lang.Math.min(long,long)", OfTwo<kLong, Lesser>),
    Of2("java.lang.Math.min(float,float)", OfTwo<kFloat, Lesser>),
    Of2("java.lang.Math.min(double,double)", OfTwo<kDouble, Lesser>),
    Of1("java.lang.Math.ceil(double)", OfOne<kDouble, Up>),
    Of1("java.lang.Math.floor(double)", OfOne<kDouble, Down>),
    Of1("java.lang.Math.round(float)", OfOne<kFloat, Nearest>),
    Of1("java.lang.Math.round(double)", OfOne<kDouble, Nearest>),
    Of1("java.lang.Math.sqrt(double)", OfOne<kDouble, Decimal::SquareRoot>),
    Of1("java.lang.Math.exp(double)", OfOne<kDouble, Decimal::Exponential>),
    Of1("java.lang.Math.log(double)", OfOne<kDouble, Decimal::NaturalLogarithm>),
    Of2("java.lang.Math.pow(double,double)", OfTwo<kDouble, Decimal::Power>),
    Of1("java.lang.Math.sin(double)", OfOne<kDouble, Decimal::Sine>),
    Of1("java.lang.Math.cos(double)", OfOne<kDouble, Decimal::Cosine>),
    Of1("java.lang.Math.tan(double)", OfOne<kDouble, Decimal::Tangent>),
    Of1("java.lang.Byte.valueOf(byte)", OfOne<kByte, Same>),
    Of1("java.lang.Short.valueOf(short)", OfOne<kShort, Same>),
    Of1("java.lang.Integer.valueOf(int)", OfOne<kInt, Same>),
    Of1("java.lang.Long.valueOf(long)", OfOne<kLong, Same>),
    Of1("java.lang.Float.valueOf(float)", OfOne<kFloat, Same>),
    Of1("java.lang.Double.valueOf(double)", OfOne<kDouble, Same>),
    OfText("java.lang.Byte.valueOf(java.lang.String)", FromText<kByte>),
    OfText("java.lang.Short.valueOf(java.lang.String)", FromText<kShort>),
    OfText("java.lang.Integer.valueOf(java.lang.String)", FromText<kInt>),
    OfText("java.lang.Long.valueOf(java.lang.String)", FromText<kLong>),
    OfText("java.lang.Float.valueOf(java.lang.String)", FromText<kFloat>),
    OfText("java.lang.Double.valueOf(java.lang.String)", FromText<kDouble>),
    OfText("java.lang.Byte.parseByte(java.lang.String)", FromText<kByte>),
    OfText("java.lang.Short.parseShort(java.lang.String)", FromText<kShort>),
    OfText("java.lang.Integer.parseInt(java.lang.String)", FromText<kInt>),
    OfText("java.lang.Long.parseLong(java.lang.String)", FromText<kLong>),
    OfText("java.lang.Float.parseFloat(java.lang.String)", FromText<kFloat>),
    OfText("java.lang.Double.parseDouble(java.lang.String)", FromText<kDouble>),
    Builtin{"java.lang.String.valueOf(char)", "c", 1, FromChar, kString, {Accepts::kText}},
    Builtin{"java.lang.String.format(java.lang.String,[Ljava.lang.Object;)", "format,values...", 1, Format, kString, {}},
};

}  // namespace

std::span<const Builtin> JavaFunctions() { return kRows; }

const Builtin* FindJavaFunction(std::string_view class_name, std::string_view signature) {
  std::string name = std::string(class_name) + ".";
  std::ranges::copy_if(signature, std::back_inserter(name), [](char c) { return c != ' '; });
  const auto row = std::ranges::find(kRows, name, &Builtin::name);
  return row == kRows.end() ? nullptr : &*row;
}

}  // namespace oxpecker::feel
