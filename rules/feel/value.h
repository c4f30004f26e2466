// rules/feel/value.h - a value of the expression language (FEEL, DMN 1.5 chapter 10).
//
// A Value is 24 bytes, trivially copyable, and owns nothing: text, lists and contexts lie in an Arena
// (of the document, the program or the evaluation) that must outlive it. Immutable once made, so
// values may be read from several threads.
//
// Three things that look alike are kept apart: a null that somebody wrote, a *missing* value (an
// optional fact that is absent) and a null that stems from an error. The last two carry a Cause.
// In a rulebook a condition that ends in a null is *unknown*, and the cause says why.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/check.h"
#include "base/decimal.h"
#include "base/source_span.h"
#include "rules/feel/arena.h"

namespace oxpecker::feel {

enum class Kind : std::uint8_t {
  kNull,
  kBoolean,
  kNumber,
  kString,
  kDate,
  kTime,
  kDateTime,
  kYearsMonths,  // years and months duration
  kDaysTime,     // days and time duration
  kList,
  kContext,
  kRange,
  kFunction,
};
// As `instance of` writes it: "null", "boolean", "number", "string", "date", "time",
// "date and time", "years and months duration", "days and time duration", "list", "context",
// "range", "function".
const char* Name(Kind kind);

__extension__ typedef __int128 Int128;  // NOLINT(modernize-use-using): __extension__ needs it
__extension__ typedef unsigned __int128 Uint128;  // NOLINT(modernize-use-using): as above

// Why a value is null.
enum class CauseKind : std::uint8_t {
  kMissing,   // an optional fact is absent: legitimate, but nothing may be built on it
  kNull,      // an operand was a plain null, and the operation has no answer for it
  kType,      // an operand had a type that the operation does not know
  kDomain,    // right type, impossible value: division by zero, date 31 February, index 0
  kArgument,  // wrong number or name of arguments
  kLimit,     // a limit on steps, memory, depth or size was hit
};
const char* Name(CauseKind kind);

struct Cause {
  CauseKind kind;
  SourceSpan span;           // in the source of the expression that produced it
  std::string_view message;  // "cannot compare number with string"; no personal data
  // The language itself defines null here: `false or null`, median([]), an item behind the list's
  // end. The cause explains, but nothing went wrong.
  bool by_definition = false;
  bool is_error() const { return kind != CauseKind::kMissing && kind != CauseKind::kNull; }
};

// A time zone of a time or a date and time.
struct ZoneRules;  // an IANA zone; see temporal.h
class Zone {
 public:
  constexpr Zone() = default;  // none: a local time
  static constexpr Zone Offset(std::int32_t seconds) {
    return Zone(kOffset | static_cast<std::uint64_t>(static_cast<std::uint32_t>(seconds)) << 32U);
  }
  static Zone Named(const ZoneRules* rules) {
    return Zone(kNamed | static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(rules)));
  }
  static constexpr Zone FromBits(std::uint64_t bits) { return Zone(bits); }
  constexpr std::uint64_t bits() const { return bits_; }
  constexpr bool is_none() const { return bits_ == 0; }
  constexpr bool is_offset() const { return (bits_ & 3U) == kOffset; }
  constexpr bool is_named() const { return (bits_ & 3U) == kNamed; }
  constexpr std::int32_t offset_seconds() const { return static_cast<std::int32_t>(bits_ >> 32U); }
  const ZoneRules* rules() const {
    return reinterpret_cast<const ZoneRules*>(static_cast<std::uintptr_t>(bits_ & ~3ULL));
  }
  friend constexpr bool operator==(Zone, Zone) = default;

 private:
  static constexpr std::uint64_t kOffset = 1;
  static constexpr std::uint64_t kNamed = 2;  // a ZoneRules pointer is aligned to 4 at least
  explicit constexpr Zone(std::uint64_t bits) : bits_(bits) {}
  std::uint64_t bits_ = 0;
};

class Value;
class Shape;       // names of a context's entries, shared by all contexts of one kind
struct RangeData;
struct FunctionData;  // private to the evaluator

// A list: `size` values in an arena.
using ListView = std::span<const Value>;

// A context: entry i is named shape->name(i) and holds slots[i]; a slot may be missing.
struct ContextView {
  const Shape* shape;
  const Value* slots;
};

class Value {
 public:
  constexpr Value() = default;  // a plain null
  static constexpr Value Null() { return {}; }
  static Value Null(const Cause* cause) { return Value(Kind::kNull, 0, Address(cause), 0); }
  static constexpr Value Boolean(bool value) { return Value(Kind::kBoolean, 0, value ? 1 : 0, 0); }
  static constexpr Value Number(Decimal value) {
    return Value(Kind::kNumber, 0, value.low_bits(), value.high_bits());
  }
  static constexpr Value Integer(std::int64_t value) { return Number(Decimal::FromInt64(value)); }
  static Value String(std::string_view text) {  // bytes must outlive the value; UTF-8
    return Value(Kind::kString, 0, Address(text.data()), text.size());
  }
  static constexpr Value Date(std::int64_t epoch_days) {
    return Value(Kind::kDate, 0, static_cast<std::uint64_t>(epoch_days), 0);
  }
  static constexpr Value Time(std::int64_t nanos_of_day, Zone zone) {
    return Value(Kind::kTime, 0, static_cast<std::uint64_t>(nanos_of_day), zone.bits());
  }
  // Wall-clock seconds since 1970-01-01T00:00:00 in `zone`, and nanoseconds of the second.
  static constexpr Value DateTime(std::int64_t local_seconds, std::uint32_t nanos, Zone zone) {
    return Value(Kind::kDateTime, nanos, static_cast<std::uint64_t>(local_seconds), zone.bits());
  }
  static constexpr Value YearsMonths(std::int64_t months) {
    return Value(Kind::kYearsMonths, 0, static_cast<std::uint64_t>(months), 0);
  }
  static constexpr Value DaysTime(Int128 nanos) {
    return Value(Kind::kDaysTime, 0, static_cast<std::uint64_t>(nanos),
                 static_cast<std::uint64_t>(nanos >> 64));
  }
  static Value List(std::span<const Value> items) {
    return Value(Kind::kList, 0, Address(items.data()), items.size());
  }
  static Value Context(const Shape* shape, const Value* slots) {
    return Value(Kind::kContext, 0, Address(shape), Address(slots));
  }
  static Value Range(const RangeData* range) { return Value(Kind::kRange, 0, Address(range), 0); }
  static Value Function(const FunctionData* function) {
    return Value(Kind::kFunction, 0, Address(function), 0);
  }

  constexpr Kind kind() const { return kind_; }
  constexpr bool is_null() const { return kind_ == Kind::kNull; }
  constexpr bool is_true() const { return kind_ == Kind::kBoolean && a_ == 1; }
  constexpr bool is_false() const { return kind_ == Kind::kBoolean && a_ == 0; }
  const Cause* cause() const {  // nullptr for a plain null and for anything that is not null
    return kind_ == Kind::kNull ? reinterpret_cast<const Cause*>(static_cast<std::uintptr_t>(a_))
                                : nullptr;
  }
  bool is_missing() const { return cause() != nullptr && cause()->kind == CauseKind::kMissing; }

  // Each CHECKs the kind.
  bool boolean() const { return Is(Kind::kBoolean), a_ == 1; }
  Decimal number() const { return Is(Kind::kNumber), Decimal::FromBits(a_, b_); }
  std::string_view string() const {
    return Is(Kind::kString), std::string_view(Pointer<char>(a_), static_cast<std::size_t>(b_));
  }
  std::int64_t epoch_days() const { return Is(Kind::kDate), static_cast<std::int64_t>(a_); }
  std::int64_t nanos_of_day() const { return Is(Kind::kTime), static_cast<std::int64_t>(a_); }
  std::int64_t local_seconds() const { return Is(Kind::kDateTime), static_cast<std::int64_t>(a_); }
  std::uint32_t nanos() const { return Is(Kind::kDateTime), aux_; }
  Zone zone() const {
    OXP_CHECK(kind_ == Kind::kTime || kind_ == Kind::kDateTime);
    return Zone::FromBits(b_);
  }
  std::int64_t months() const { return Is(Kind::kYearsMonths), static_cast<std::int64_t>(a_); }
  Int128 duration_nanos() const {
    Is(Kind::kDaysTime);
    return static_cast<Int128>((static_cast<Uint128>(b_) << 64) | a_);
  }
  ListView list() const {
    return Is(Kind::kList), ListView(Pointer<Value>(a_), static_cast<std::size_t>(b_));
  }
  ContextView context() const {
    return Is(Kind::kContext), ContextView{Pointer<Shape>(a_), Pointer<Value>(b_)};
  }
  const RangeData& range() const { return Is(Kind::kRange), *Pointer<RangeData>(a_); }
  const FunctionData& function() const { return Is(Kind::kFunction), *Pointer<FunctionData>(a_); }

 private:
  constexpr Value(Kind kind, std::uint32_t aux, std::uint64_t a, std::uint64_t b)
      : kind_(kind), aux_(aux), a_(a), b_(b) {}
  static std::uint64_t Address(const void* p) {
    return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(p));
  }
  template <class T>
  static const T* Pointer(std::uint64_t address) {
    return reinterpret_cast<const T*>(static_cast<std::uintptr_t>(address));
  }
  void Is(Kind kind) const { OXP_CHECK(kind_ == kind); }

  Kind kind_ = Kind::kNull;
  std::uint32_t aux_ = 0;
  std::uint64_t a_ = 0;
  std::uint64_t b_ = 0;
};
static_assert(sizeof(Value) == 24 && std::is_trivially_copyable_v<Value>);

// How a range was written: with two ends, or as a unary test in parentheses. (<10) is not equal to
// (null..10): the first has no lower bound, the second has one that nobody knows.
enum class RangeForm : std::uint8_t {
  kInterval,      // [low..high] and the open forms
  kLess,          // (<high), (<=high): low is null and stands for no bound
  kGreater,       // (>low), (>=low): high is null and stands for no bound
  kEqual,         // (=low): low and high are the same value
  kNotEqual,      // (!=low): everything but low
};
struct RangeData {
  Value low;
  Value high;
  bool low_included;
  bool high_included;
  RangeForm form = RangeForm::kInterval;
};

// The names of a context's entries, in order, each once. Immutable. A shape made from strings owns
// them (it is part of a Type or a Program); one made in an arena dies with it.
class Shape {
 public:
  explicit Shape(std::vector<std::string> names);
  // For contexts that are put together while evaluating. Names are copied into the arena.
  static const Shape* New(Arena& arena, std::span<const std::string_view> names);
  std::size_t size() const { return names_.size(); }
  std::string_view name(std::size_t slot) const { return names_[slot]; }
  // The slot of a name, or -1. Binary search over sorted names.
  std::int32_t Find(std::string_view name) const;

 private:
  struct Storage;
  Shape() = default;
  std::span<const std::string_view> names_;
  std::span<const std::uint32_t> sorted_;
  std::shared_ptr<const Storage> owned_;  // null in an arena, which runs no destructors
};

// The entry of that name; nullptr where the context has none (a missing slot is returned as it is).
const Value* FindEntry(const Value& context, std::string_view name);

// The value as FEEL text that reads back as the same value: "abc" in quotes, date("2026-03-16"),
// [1, 2], {a: 1}. For traces and the terminal.
std::string ToFeelText(const Value& value);

// The value as plain text for people and templates, as FEEL's string() gives it: abc, 1.50,
// 2026-03-16T10:00:00Z, P3D, [1, 2]. Null gives "null".
std::string ToDisplayText(const Value& value);

// Deep copy into another arena, for values that must outlive their evaluation.
Value CopyInto(const Value& value, Arena& arena);

}  // namespace oxpecker::feel
