// rules/feel/operations.h - what the operators do with values (DMN 1.5, 10.3.2.3 and tables 42-61).
//
// Total functions: where an operation has no answer, the result is a null with a cause. Results are
// made in the arena of `site`. Shared by the compiled evaluator and the tests' reference evaluator
// only for scalar meaning; control flow, scoping and iteration are each evaluator's own.
#pragma once

#include <optional>

#include "rules/feel/value.h"

namespace oxpecker::feel {

// Where an operation happens: memory for results and causes, the place for messages, and what is
// left of the evaluation's steps.
struct Site {
  Arena& arena;
  SourceSpan span;
  std::uint64_t* steps_left = nullptr;  // nullptr: not counted
  // One step an item, or for every 64 bytes of text. False: the limit is hit, answer with kLimit.
  bool Take(std::uint64_t steps) const {
    if (steps_left == nullptr) return true;
    if (*steps_left < steps) {
      *steps_left = 0;  // whatever comes next has none either
      return false;
    }
    *steps_left -= steps;
    return true;
  }
  bool TakeBytes(std::size_t bytes) const { return Take(1 + bytes / 64); }

  Value Fail(CauseKind kind, std::string_view message) const {  // message is copied
    return Value::Null(arena.New<Cause>(kind, span, arena.Copy(message)));
  }
  // A null that the language defines; the cause only explains it.
  Value Defined(CauseKind kind, std::string_view message) const {
    return Value::Null(arena.New<Cause>(kind, span, arena.Copy(message), true));
  }
};

enum class Comparison : std::uint8_t { kLess, kLessEqual, kGreater, kGreaterEqual };

// FEEL equality: true, false, or nothing where the kinds differ (then = gives a null with a cause)
// or the values are too large to compare. null = null is true; anything else = null is false.
// Times and date and times are equal when they are the same second (as the TCK has it); a local one
// takes the offset of the other. Items of lists and entries of contexts that have no answer make
// the whole unequal.
std::optional<bool> Equal(const Value& a, const Value& b);
std::optional<bool> Equal(const Site& site, const Value& a, const Value& b);  // takes steps
// a = b and a != b. Nothing is built on an unknown value: where one operand is a null with a cause
// (a missing fact, an error) and the other is no null, the answer is that null, where plain FEEL
// would say false (and true for !=). `missing = null` is true: a rule may ask whether a fact is there.
Value EqualValue(const Site& site, const Value& a, const Value& b);
Value NotEqualValue(const Site& site, const Value& a, const Value& b);
Value Compare(const Site& site, Comparison comparison, const Value& a, const Value& b);
// -1, 0, 1 for two values of one ordered kind (number, string, date, time, date and time, duration),
// exact to the nanosecond; 0 implies Equal.
std::optional<int> Order(const Value& a, const Value& b);

Value Add(const Site& site, const Value& a, const Value& b);
Value Subtract(const Site& site, const Value& a, const Value& b);
Value Multiply(const Site& site, const Value& a, const Value& b);
Value Divide(const Site& site, const Value& a, const Value& b);
Value Power(const Site& site, const Value& a, const Value& b);
Value Negate(const Site& site, const Value& a);

// Ternary logic on two evaluated operands; anything that is no boolean counts as null.
Value And(const Site& site, const Value& a, const Value& b);
Value Or(const Site& site, const Value& a, const Value& b);
Value Not(const Site& site, const Value& a);

// `value in range`: true, false, or null with or without a cause (10.3.2.7).
Value InRange(const Site& site, const Value& value, const RangeData& range);
// `value in test` for one test: a range, a list (any of its items), or a value to equal.
Value InTest(const Site& site, const Value& value, const Value& test);

// value.name: entry of a context, property of a temporal value or range, or that of each item of a
// list. A missing entry is a null with cause kMissing.
Value Path(const Site& site, const Value& value, std::string_view name);
// list[index], 1-based, negative from the end; a scalar counts as a list of one. An index beyond the
// list is a null with cause kMissing; index 0 and fractions have cause kDomain.
Value Index(const Site& site, const Value& list, Decimal index);

}  // namespace oxpecker::feel
