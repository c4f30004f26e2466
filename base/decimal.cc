#include "base/decimal.h"

// The only file that includes Intel's decimal library. By value, rounding mode and flags as
// arguments: the variant of libbidgcc000.
#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wcast-align"
#endif
#include <bid_conf.h>
#include <bid_functions.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include <algorithm>
#include <array>

namespace oxpecker {
namespace {

constexpr unsigned kHalfEvenMode = 0;  // BID_ROUNDING_TO_NEAREST

BID_UINT128 Bits(Decimal value) {
  BID_UINT128 bits;
  bits.w[0] = value.low_bits();
  bits.w[1] = value.high_bits();
  return bits;
}

Decimal Value(BID_UINT128 bits) { return Decimal::FromBits(bits.w[0], bits.w[1]); }

// The plain spelling "-123.45", or "-1.23E+40" where it would need more than 34 zeros.
struct Spelled {
  bool negative;
  std::string digits;     // without leading zeros; "0" for zero
  std::int64_t exponent;  // value = digits x 10^exponent
};

Spelled Spell(Decimal value) {
  std::array<char, 64> buffer{};
  unsigned flags = 0;
  bid128_to_string(buffer.data(), Bits(value), &flags);
  const std::string_view text = buffer.data();  // "+123E-2"
  const std::size_t e = text.find('E');
  Spelled spelled{text[0] == '-', std::string(text.substr(1, e - 1)), 0};
  spelled.exponent = std::stoll(std::string(text.substr(e + 1)));
  const std::size_t first = spelled.digits.find_first_not_of('0');
  spelled.digits = first == std::string::npos ? "0" : spelled.digits.substr(first);
  if (spelled.digits == "0") spelled.negative = false;
  return spelled;
}

std::string Print(const Spelled& spelled) {
  std::string text = spelled.negative ? "-" : "";
  const auto count = static_cast<std::int64_t>(spelled.digits.size());
  if (spelled.exponent >= 0 && spelled.digits == "0") return "0";
  if (spelled.exponent >= 0 && spelled.exponent <= 34)
    return text + spelled.digits + std::string(static_cast<std::size_t>(spelled.exponent), '0');
  if (spelled.exponent < 0 && spelled.exponent >= -count - 34) {
    const std::int64_t point = count + spelled.exponent;  // digits before the point
    if (point > 0)
      return text + spelled.digits.substr(0, static_cast<std::size_t>(point)) + "." +
             spelled.digits.substr(static_cast<std::size_t>(point));
    return text + "0." + std::string(static_cast<std::size_t>(-point), '0') + spelled.digits;
  }
  text += spelled.digits.substr(0, 1);
  if (count > 1) text += "." + spelled.digits.substr(1);
  const std::int64_t exponent = spelled.exponent + count - 1;
  return text + (exponent < 0 ? "E-" : "E+") + std::to_string(exponent < 0 ? -exponent : exponent);
}

bool IsNumberText(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - start;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const std::size_t whole = digits();
  std::size_t fraction = 0;
  if (i < text.size() && text[i] == '.') {
    ++i;
    fraction = digits();
    if (fraction == 0) return false;
  }
  if (whole + fraction == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

}  // namespace

std::optional<Decimal> Decimal::Parse(std::string_view text) {
  // Fast path: up to 18 digits, at most one point, no exponent.
  if (!text.empty() && text.size() <= 19) {
    std::size_t i = text[0] == '-' ? 1 : 0;
    std::uint64_t coefficient = 0;
    std::size_t digits = 0;
    std::size_t scale = 0;
    bool point = false;
    bool plain = true;
    for (; i < text.size() && plain; ++i) {
      const char c = text[i];
      if (c >= '0' && c <= '9') {
        coefficient = coefficient * 10 + static_cast<std::uint64_t>(c - '0');
        ++digits;
        if (point) ++scale;
      } else if (c == '.' && !point) {
        point = true;
      } else {
        plain = false;
      }
    }
    if (plain && digits > 0 && digits <= 18 && (!point || scale > 0))
      return Small(text[0] == '-' && coefficient != 0, kBias - scale, coefficient);
  }
  if (!IsNumberText(text)) return std::nullopt;
  std::string copy(text);
  unsigned flags = 0;
  const Decimal value = Value(bid128_from_string(copy.data(), kHalfEvenMode, &flags));
  const bool has_digit = text.substr(0, text.find_first_of("eE")).find_first_of("123456789") != std::string_view::npos;
  if (!value.is_finite() || (value.is_zero() && has_digit)) return std::nullopt;
  return value.is_zero() ? Decimal(value.low_, value.high_ & ~kSign) : value;
}

bool Decimal::is_integer() const {
  if (!is_finite()) return false;
  unsigned flags = 0;
  const BID_UINT128 whole = bid128_round_integral_zero(Bits(*this), &flags);
  return SlowCompare(Value(whole), *this) == 0;
}

std::string Decimal::ToString() const {
  if (!is_finite()) return "NaN";
  if (coefficient_is_small() && biased_exponent() == kBias) {
    const std::string digits = std::to_string(low_);
    return (high_ & kSign) != 0 && low_ != 0 ? "-" + digits : digits;
  }
  return Print(Spell(*this));
}

std::string Decimal::ToCanonicalString() const {
  if (!is_finite()) return "NaN";
  if (coefficient_is_small() && biased_exponent() == kBias) return ToString();
  Spelled spelled = Spell(*this);
  if (spelled.digits == "0") return "0";
  while (spelled.digits.size() > 1 && spelled.digits.back() == '0') {
    spelled.digits.pop_back();
    ++spelled.exponent;
  }
  return Print(spelled);
}

std::optional<std::int64_t> Decimal::ToInt64() const {
  if (coefficient_is_small() && biased_exponent() == kBias && low_ <= 0x7FFF'FFFF'FFFF'FFFFU) {
    const auto size = static_cast<std::int64_t>(low_);
    return (high_ & kSign) != 0 ? -size : size;
  }
  if (!is_integer()) return std::nullopt;
  unsigned flags = 0;
  const auto value = static_cast<std::int64_t>(bid128_to_int64_int(Bits(*this), &flags));
  if ((flags & 0x01U) != 0) return std::nullopt;  // BID_INVALID_EXCEPTION: out of range
  return value;
}

namespace {

__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using): __extension__ needs it

}  // namespace

std::optional<Decimal::Scaled> Decimal::ScaledBy(unsigned digits) const {
  constexpr std::uint64_t kLargest = 0x7FFF'FFFF'FFFF'FFFFU;
  if (!coefficient_is_small()) return std::nullopt;
  const bool negative = (high_ & kSign) != 0 && low_ != 0;
  const std::uint64_t exponent = biased_exponent() + digits;
  Scaled scaled;
  std::uint64_t size = low_;
  if (exponent >= kBias) {
    const std::uint64_t up = exponent - kBias;
    if (up >= kPowersOfTen.size() || __builtin_mul_overflow(size, kPowersOfTen[up], &size))
      return std::nullopt;
  } else {
    const std::uint64_t down = kBias - exponent;
    if (down >= kPowersOfTen.size()) return std::nullopt;
    const std::uint64_t unit = kPowersOfTen[down];
    scaled.is_exact = size % unit == 0;
    size = size / unit + (negative && !scaled.is_exact ? 1 : 0);
  }
  if (size > kLargest) return std::nullopt;
  scaled.floor = negative ? -static_cast<std::int64_t>(size) : static_cast<std::int64_t>(size);
  return scaled;
}

// Amounts and limits mostly differ in their digits after the point, no more: 100 against 99.50.
int Decimal::SlowCompare(Decimal a, Decimal b) {
  if (a.coefficient_is_small() && b.coefficient_is_small()) {
    const bool a_negative = (a.high_ & kSign) != 0 && a.low_ != 0;
    const bool b_negative = (b.high_ & kSign) != 0 && b.low_ != 0;
    if (a_negative != b_negative) return a_negative ? -1 : 1;
    const bool a_is_coarse = a.biased_exponent() >= b.biased_exponent();
    const std::uint64_t shift = a_is_coarse ? a.biased_exponent() - b.biased_exponent()
                                            : b.biased_exponent() - a.biased_exponent();
    if (shift < kPowersOfTen.size()) {
      const Wide x = static_cast<Wide>(a.low_) * (a_is_coarse ? kPowersOfTen[shift] : 1);
      const Wide y = static_cast<Wide>(b.low_) * (a_is_coarse ? 1 : kPowersOfTen[shift]);
      if (x == y) return 0;
      return ((x < y) != a_negative) ? -1 : 1;
    }
  }
  unsigned flags = 0;
  if (bid128_quiet_equal(Bits(a), Bits(b), &flags) != 0) return 0;
  return bid128_quiet_less(Bits(a), Bits(b), &flags) != 0 ? -1 : 1;
}

namespace {
Decimal WithoutNegativeZero(Decimal value) {
  if (value.is_zero() && (value.high_bits() >> 63U) != 0)
    return Decimal::FromBits(value.low_bits(), value.high_bits() & 0x7FFF'FFFF'FFFF'FFFFU);
  return value;
}
}  // namespace

Decimal Decimal::SlowAdd(Decimal a, Decimal b) {
  if (a.coefficient_is_small() && b.coefficient_is_small()) {
    const Decimal coarse = a.biased_exponent() >= b.biased_exponent() ? a : b;
    const Decimal fine = a.biased_exponent() >= b.biased_exponent() ? b : a;
    const std::uint64_t shift = coarse.biased_exponent() - fine.biased_exponent();
    std::uint64_t scaled = 0;
    // Exact where the digits fit, and then the finer exponent is the one that the standard prefers.
    if (shift > 0 && shift < kPowersOfTen.size() &&
        !__builtin_mul_overflow(coarse.low_, kPowersOfTen[shift], &scaled)) {
      return Decimal(scaled, (coarse.high_ & kSign) | (fine.high_ & ~kSign & ~kHighCoefficient)) +
             fine;
    }
  }
  unsigned flags = 0;
  return WithoutNegativeZero(Value(bid128_add(Bits(a), Bits(b), kHalfEvenMode, &flags)));
}

Decimal Decimal::SlowMultiply(Decimal a, Decimal b) {
  unsigned flags = 0;
  return WithoutNegativeZero(Value(bid128_mul(Bits(a), Bits(b), kHalfEvenMode, &flags)));
}

Decimal operator/(Decimal a, Decimal b) {
  unsigned flags = 0;
  return WithoutNegativeZero(Value(bid128_div(Bits(a), Bits(b), kHalfEvenMode, &flags)));
}

Decimal Decimal::Rounded(std::int64_t scale, Rounding mode) const {
  constexpr std::int64_t kMinScale = -6111;
  constexpr std::int64_t kMaxScale = 6176;
  const Decimal not_a_number(0, 0x7C00'0000'0000'0000U);
  if (scale < kMinScale || scale > kMaxScale) return not_a_number;
  const Decimal unit = Small(false, static_cast<std::uint64_t>(6176 - scale), 1);
  unsigned flags = 0;
  const auto quantized = [&](unsigned bid_mode) {
    return Value(bid128_quantize(Bits(*this), Bits(unit), bid_mode, &flags));
  };
  Decimal rounded;
  switch (mode) {  // BID: 0 nearest even, 1 down, 2 up, 3 to zero, 4 nearest away
    case Rounding::kHalfEven: rounded = quantized(0); break;
    case Rounding::kFloor: rounded = quantized(1); break;
    case Rounding::kCeiling: rounded = quantized(2); break;
    case Rounding::kDown: rounded = quantized(3); break;
    case Rounding::kHalfUp: rounded = quantized(4); break;
    case Rounding::kUp: rounded = quantized(is_negative() ? 1U : 2U); break;
    case Rounding::kHalfDown: {
      // Away from zero unless exactly half: compare with the truncated value.
      const Decimal down = quantized(3);
      rounded = down;
      if (!down.is_finite()) break;
      const Decimal rest = (*this - down).Abs();
      const Decimal half = unit / FromInt64(2);
      rounded = rest > half ? quantized(is_negative() ? 1U : 2U) : down;
      break;
    }
  }
  if (!rounded.is_finite() && is_finite() && scale >= 0) {
    // More than 34 digits would be needed: the value has no digit at that place, so it stays.
    return *this;
  }
  return WithoutNegativeZero(rounded);
}

Decimal Decimal::Modulo(Decimal dividend, Decimal divisor) {
  // FEEL: dividend - divisor * floor(dividend / divisor), exact where fmod is.
  unsigned flags = 0;
  Decimal rest = Value(bid128_fmod(Bits(dividend), Bits(divisor), &flags));
  if (!rest.is_finite()) return rest;
  if (!rest.is_zero() && rest.is_negative() != divisor.is_negative()) rest = rest + divisor;
  return WithoutNegativeZero(rest);
}

Decimal Decimal::Power(Decimal base, Decimal exponent) {
  // Whole exponents by squaring: exact where the result fits 34 digits, which the library's pow
  // (by logarithms) does not promise.
  const auto whole = exponent.ToInt64();
  if (whole && *whole >= -9999 && *whole <= 9999) {
    auto count = static_cast<std::uint64_t>(*whole < 0 ? -*whole : *whole);
    Decimal result = FromInt64(1);
    Decimal square = base;
    while (count != 0) {
      if ((count & 1U) != 0) result = result * square;
      count >>= 1U;
      if (count != 0) square = square * square;
    }
    return *whole < 0 ? FromInt64(1) / result : result;
  }
  unsigned flags = 0;
  return WithoutNegativeZero(Value(bid128_pow(Bits(base), Bits(exponent), kHalfEvenMode, &flags)));
}

Decimal Decimal::SquareRoot(Decimal value) {
  unsigned flags = 0;
  return WithoutNegativeZero(Value(bid128_sqrt(Bits(value), kHalfEvenMode, &flags)));
}

Decimal Decimal::Exponential(Decimal value) {
  unsigned flags = 0;
  return Value(bid128_exp(Bits(value), kHalfEvenMode, &flags));
}

Decimal Decimal::NaturalLogarithm(Decimal value) {
  unsigned flags = 0;
  return WithoutNegativeZero(Value(bid128_log(Bits(value), kHalfEvenMode, &flags)));
}

Decimal Decimal::Sine(Decimal radians) {
  unsigned flags = 0;
  return WithoutNegativeZero(Value(bid128_sin(Bits(radians), kHalfEvenMode, &flags)));
}

Decimal Decimal::Cosine(Decimal radians) {
  unsigned flags = 0;
  return WithoutNegativeZero(Value(bid128_cos(Bits(radians), kHalfEvenMode, &flags)));
}

Decimal Decimal::Tangent(Decimal radians) {
  unsigned flags = 0;
  return WithoutNegativeZero(Value(bid128_tan(Bits(radians), kHalfEvenMode, &flags)));
}

}  // namespace oxpecker
