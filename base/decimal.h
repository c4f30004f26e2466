// base/decimal.h - IEEE 754 decimal128 numbers: 34 digits, every operation rounded half to even.
//
// The number of the expression language (FEEL, DMN 1.5 section 10.3.2.3.1). Bits are the BID
// encoding, so Intel's library (inside decimal.cc) can take over wherever the inline fast paths
// cannot; both give the same result. Values are finite or "not a number"; an operation outside its
// domain (division by zero, overflow) gives a value for which is_finite() is false, and the caller
// turns that into a null with a cause. Trailing zeros are kept (1.10 prints as 1.10) and do not
// matter for comparison. Trivially copyable; every function is pure and thread-safe.
//
// Example:
//   Decimal::Parse("0.1").value() + Decimal::Parse("0.2").value() == Decimal::Parse("0.3").value()
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oxpecker {

// 10^0 to 10^19: all that fit 64 bits.
inline constexpr std::array<std::uint64_t, 20> kPowersOfTen = [] {
  std::array<std::uint64_t, 20> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

class Decimal {
 public:
  constexpr Decimal() = default;  // zero
  static constexpr Decimal FromInt64(std::int64_t value);
  // FEEL and JSON spelling: -?digits[.digits][(e|E)[+-]digits], or .digits. At most 34 significant
  // digits are kept, rounded half to even. Nothing for anything else, and nothing on overflow.
  static std::optional<Decimal> Parse(std::string_view text);
  static constexpr Decimal FromBits(std::uint64_t low, std::uint64_t high) {
    return Decimal(low, high);
  }

  constexpr std::uint64_t low_bits() const { return low_; }
  constexpr std::uint64_t high_bits() const { return high_; }

  constexpr bool is_finite() const { return (high_ & kSpecial) != kSpecial; }
  constexpr bool is_negative() const { return (high_ & kSign) != 0 && !is_zero(); }
  constexpr bool is_zero() const;
  bool is_integer() const;

  // Digits without exponent wherever at most 34 zeros are needed, else 1E+40. "-0" is "0".
  std::string ToString() const;
  // As ToString, without trailing zeros after the point: equal values, equal text.
  std::string ToCanonicalString() const;
  std::optional<std::int64_t> ToInt64() const;  // only when it is one exactly

  // The value times 10^digits, cut down to a whole number; nothing beyond 64 bits. For tables that
  // search among numbers: 12.505 scaled by 2 is 1250, not exact.
  struct Scaled {
    std::int64_t floor = 0;
    bool is_exact = true;
  };
  std::optional<Scaled> ScaledBy(unsigned digits) const;
  // The same where nothing is cut off, and quickly. Not exact, and no number, too where there would be a
  // division.
  Scaled ScaledUpBy(unsigned digits) const;

  friend Decimal operator+(Decimal a, Decimal b);
  friend Decimal operator-(Decimal a, Decimal b);
  friend Decimal operator*(Decimal a, Decimal b);
  friend Decimal operator/(Decimal a, Decimal b);
  Decimal operator-() const { return is_zero() ? *this : Decimal(low_, high_ ^ kSign); }

  // By value: 1.0 equals 1.00. Both must be finite.
  friend bool operator==(Decimal a, Decimal b) { return Compare(a, b) == 0; }
  friend std::strong_ordering operator<=>(Decimal a, Decimal b) { return Compare(a, b) <=> 0; }

  enum class Rounding { kHalfEven, kHalfUp, kHalfDown, kUp, kDown, kFloor, kCeiling };
  // To `scale` digits after the point (negative: tens, hundreds). Not finite outside -6111..6176.
  Decimal Rounded(std::int64_t scale, Rounding mode) const;
  Decimal Abs() const { return is_negative() ? -*this : *this; }

  static Decimal Modulo(Decimal dividend, Decimal divisor);  // sign of the divisor (FEEL)
  static Decimal Power(Decimal base, Decimal exponent);
  static Decimal SquareRoot(Decimal value);
  static Decimal Exponential(Decimal value);
  static Decimal NaturalLogarithm(Decimal value);
  static Decimal Sine(Decimal radians);
  static Decimal Cosine(Decimal radians);
  static Decimal Tangent(Decimal radians);

 private:
  constexpr Decimal(std::uint64_t low, std::uint64_t high) : low_(low), high_(high) {}

  // BID128: sign 1 bit, exponent 14 bits (biased by 6176), coefficient 113 bits. The other form of
  // the encoding (two leading exponent bits set) never holds a finite canonical non-zero value.
  static constexpr std::uint64_t kSign = 0x8000'0000'0000'0000U;
  static constexpr std::uint64_t kSpecial = 0x7800'0000'0000'0000U;  // infinities and NaN
  static constexpr std::uint64_t kHighCoefficient = 0x0001'FFFF'FFFF'FFFFU;
  static constexpr unsigned kExponentShift = 49;
  static constexpr std::uint64_t kExponentMask = 0x3FFFU;
  static constexpr std::uint64_t kBias = 6176;

  constexpr bool coefficient_is_small() const {  // fits 64 bits, ordinary encoding, finite
    return (high_ & kHighCoefficient) == 0 && (high_ & 0x6000'0000'0000'0000U) != 0x6000'0000'0000'0000U;
  }
  constexpr std::uint64_t biased_exponent() const { return (high_ >> kExponentShift) & kExponentMask; }
  static constexpr Decimal Small(bool negative, std::uint64_t biased_exponent,
                                 std::uint64_t coefficient) {
    return Decimal(coefficient, (negative ? kSign : 0U) | (biased_exponent << kExponentShift));
  }

  static int Compare(Decimal a, Decimal b);
  static int SlowCompare(Decimal a, Decimal b);
  static Decimal SlowAdd(Decimal a, Decimal b);
  static Decimal SlowMultiply(Decimal a, Decimal b);

  std::uint64_t low_ = 0;
  std::uint64_t high_ = kBias << kExponentShift;
};

constexpr Decimal Decimal::FromInt64(std::int64_t value) {
  const bool negative = value < 0;
  const std::uint64_t size =
      negative ? ~static_cast<std::uint64_t>(value) + 1U : static_cast<std::uint64_t>(value);
  return Small(negative, kBias, size);
}

constexpr bool Decimal::is_zero() const {
  if (!is_finite()) return false;
  if ((high_ & 0x6000'0000'0000'0000U) == 0x6000'0000'0000'0000U) return true;  // non-canonical
  return low_ == 0 && (high_ & kHighCoefficient) == 0;
}

inline Decimal::Scaled Decimal::ScaledUpBy(unsigned digits) const {
  const std::uint64_t up = biased_exponent() + digits - kBias;  // huge where it would go down
  std::uint64_t size = 0;
  if (!coefficient_is_small() || up >= kPowersOfTen.size() ||
      __builtin_mul_overflow(low_, kPowersOfTen[up], &size) || (size >> 63U) != 0) [[unlikely]]
    return {.floor = 0, .is_exact = false};
  const auto whole = static_cast<std::int64_t>(size);
  return {.floor = (high_ & kSign) != 0 ? -whole : whole, .is_exact = true};
}

inline int Decimal::Compare(Decimal a, Decimal b) {
  if (a.coefficient_is_small() && b.coefficient_is_small() &&
      a.biased_exponent() == b.biased_exponent()) {
    const bool a_negative = (a.high_ & kSign) != 0 && a.low_ != 0;
    const bool b_negative = (b.high_ & kSign) != 0 && b.low_ != 0;
    if (a_negative != b_negative) return a_negative ? -1 : 1;
    if (a.low_ == b.low_) return 0;
    return ((a.low_ < b.low_) != a_negative) ? -1 : 1;
  }
  return SlowCompare(a, b);
}

inline Decimal operator+(Decimal a, Decimal b) {
  if (a.coefficient_is_small() && b.coefficient_is_small() &&
      a.biased_exponent() == b.biased_exponent()) {
    const bool a_negative = (a.high_ & Decimal::kSign) != 0;
    const bool b_negative = (b.high_ & Decimal::kSign) != 0;
    if (a_negative == b_negative) {
      std::uint64_t sum = 0;
      if (!__builtin_add_overflow(a.low_, b.low_, &sum))
        return Decimal::Small(a_negative && sum != 0, a.biased_exponent(), sum);
    } else if (a.low_ >= b.low_) {
      return Decimal::Small(a_negative && a.low_ != b.low_, a.biased_exponent(), a.low_ - b.low_);
    } else {
      return Decimal::Small(b_negative, a.biased_exponent(), b.low_ - a.low_);
    }
  }
  return Decimal::SlowAdd(a, b);
}

inline Decimal operator-(Decimal a, Decimal b) { return a + -b; }

inline Decimal operator*(Decimal a, Decimal b) {
  if (a.coefficient_is_small() && b.coefficient_is_small()) {
    std::uint64_t product = 0;
    const std::uint64_t exponent = a.biased_exponent() + b.biased_exponent();
    if (!__builtin_mul_overflow(a.low_, b.low_, &product) && exponent >= Decimal::kBias &&
        exponent <= 2 * Decimal::kBias) {
      const bool negative = ((a.high_ ^ b.high_) & Decimal::kSign) != 0 && product != 0;
      return Decimal::Small(negative, exponent - Decimal::kBias, product);
    }
  }
  return Decimal::SlowMultiply(a, b);
}

}  // namespace oxpecker
