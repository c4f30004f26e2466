// rules/feel/quick_test.h - a condition of a common shape, answered without the machine.
//
// Most conditions on several facts compare sums of amounts: `balance - amount * 2 < limit`. Amounts
// have few digits, so the same sums in whole numbers of 10^-6 need no rounding, and neither does
// decimal128 while nothing reaches 10^33: both are exact, so both give the same answer. The largest
// value that any part can have is known from the coefficients. Wherever anything is different - a
// null, more digits, a larger number, a divisor that is not positive - there is no answer here, and
// the evaluator is asked.
//
// Shapes: a comparison of two sides that are linear in number facts (or have products of two), where
// `if x = null then 0 else x` is as good as a fact, one side perhaps a quotient of such; `=` and `!=` of
// two text facts; contains, starts with, ends with of a text fact and a constant.
//
// Immutable; share it between threads. Private to the program that it belongs to, whose texts it refers to.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/feel/ast.h"
#include "rules/feel/compact_trace.h"
#include "rules/feel/program.h"
#include "rules/feel/value.h"

namespace oxpecker::feel {

class QuickTest {
 public:
  // Nothing where the expression has another shape. `body` holds its code already, and its constants.
  static std::optional<QuickTest> Of(const Ast& ast, const std::vector<bool>& is_constant,
                                     const Program::Body& body);

  // What the expression comes to; nothing where only the evaluator can tell.
  std::optional<bool> Answer(std::span<const Value> inputs) const;
  // The same, and what Evaluator::RecordConditions would write: the computed sides are equal in value,
  // not always in digits after the point. Nothing is written where there is no answer. A quotient has
  // none: its own value is not known here.
  std::optional<bool> Record(std::span<const Value> inputs, TraceBuffer& to) const;

  std::size_t memory_bytes() const {
    return (left_.terms.capacity() + right_.terms.capacity() + divisor_.terms.capacity()) * sizeof(Term);
  }

 private:
  friend class QuickTestBuilder;
  enum class Shape : std::uint8_t { kNumbers, kTextEqual, kContains, kStartsWith, kEndsWith };
  static constexpr std::uint32_t kNoFact = 0xFFFF'FFFFU;
  struct Term {  // coefficient * fact, or coefficient * fact * other_fact
    std::int64_t coefficient = 0;
    std::uint32_t fact = 0;
    std::uint32_t other_fact = kNoFact;
    bool has_default = false;  // `if_null` where the fact is null; a single fact only
    std::int64_t if_null = 0;
  };
  struct Sum {  // in whole numbers of 10^-digits
    std::vector<Term> terms;
    Int128 constant = 0;
    std::uint8_t digits = 0;
  };

  static bool FindProduct(const Term& term, std::span<const Value> inputs, Int128& product);
  static bool Find(const Sum& sum, std::span<const Value> inputs, Int128& total);
  std::optional<bool> AnswerTexts(std::span<const Value> inputs) const;
  bool Compare(Int128 left, Int128 right) const;

  Shape shape_ = Shape::kNumbers;
  TestOperator operator_ = TestOperator::kEqual;
  bool is_left_recorded_ = false;
  bool is_right_recorded_ = false;
  bool has_divisor_ = false;  // divisor_ must be positive; then nothing is recorded
  bool is_call_recorded_ = false;  // the condition is its own operand
  Sum left_;
  Sum right_;
  Sum divisor_;
  std::uint32_t text_ = 0;
  std::uint32_t other_text_ = 0;
  std::string_view match_;
};

}  // namespace oxpecker::feel
