// Quick tests against the evaluator: where they answer, they answer the same and record the same.
#include "rules/feel/quick_test.h"

#include <gtest/gtest.h>

#include "rules/feel/evaluator.h"

namespace oxpecker::feel {
namespace {

const Cause kAbsent{CauseKind::kMissing, {}, "absent", false};

Value Number(std::string_view text) { return Value::Number(*Decimal::Parse(text)); }

// Small and large, fine and coarse, at and around 2^63 millionths, and what is no number.
std::vector<Value> Operands() {
  std::vector<Value> values = {Value::Null(), Value::Null(&kAbsent), Value::String("12"), Value::Boolean(true)};
  for (const char* text :
       {"0", "-0", "0.00", "1", "-1", "3", "7", "0.000001", "-0.000001", "0.0000001", "99.75", "100.10", "100.1",
        "-5000.005", "12.505", "1E+3", "1125899906.842624", "1125899906.842625", "9223372036854.775807",
        "9223372036854.775808", "-9223372036854.775808", "1E+20", "1234567890123456789012345678901234", "1E-30"}) {
    values.push_back(Number(text));
  }
  return values;
}

class QuickTestTest : public testing::Test {
 protected:
  QuickTestTest() {
    scope_.Add("a", Type::Number().OrNull());
    scope_.Add("b", Type::Number().OrNull());
    scope_.Add("s", Type::String().OrNull());
    scope_.Add("t", Type::String().OrNull());
  }

  void ExpectSame(const Program& program, std::span<const Value> inputs) {
    const QuickTest* quick = program.quick_test();
    ASSERT_NE(quick, nullptr) << program.source();
    const auto answer = quick->Answer(inputs);
    const Truth truth = evaluator_.Test(program, inputs, {});
    if (answer) {
      ++answered_;
      EXPECT_EQ(truth, *answer ? Truth::kTrue : Truth::kFalse) << program.source() << Told(inputs);
    }
    buffer_.Clear();
    const auto recorded = quick->Record(inputs, buffer_);
    if (!recorded) {
      EXPECT_TRUE(buffer_.bytes().empty());
      return;
    }
    EXPECT_EQ(recorded, answer) << program.source() << Told(inputs);
    std::string_view bytes = buffer_.bytes();
    const auto conditions = TakeConditions(program, inputs, bytes, arena_);
    ASSERT_TRUE(conditions.has_value() && conditions->size() == 1) << program.source();
    EXPECT_TRUE(bytes.empty()) << program.source();
    EXPECT_EQ((*conditions)[0].state, *recorded ? 't' : 'f');
    const Condition& condition = program.conditions()[0];
    for (std::size_t i = 0; i < condition.operands.size(); ++i) {
      const Value* operand = evaluator_.ValueOf(condition.operands[i].node);
      ASSERT_NE(operand, nullptr);
      const Value& read = (*conditions)[0].operands[i];
      if (operand->kind() == Kind::kNumber) {
        ASSERT_EQ(read.kind(), Kind::kNumber) << program.source() << Told(inputs);
        EXPECT_EQ(read.number(), operand->number()) << program.source() << Told(inputs);
      } else {
        EXPECT_EQ(ToFeelText(read), ToFeelText(*operand)) << program.source() << Told(inputs);
      }
    }
  }

  static std::string Told(std::span<const Value> inputs) {
    std::string told = " of";
    for (const Value& input : inputs) told += " " + ToFeelText(input);
    return told;
  }

  Scope scope_;
  Evaluator evaluator_{Limits{}};
  TraceBuffer buffer_;
  Arena arena_;
  std::size_t answered_ = 0;
};

TEST_F(QuickTestTest, ComparesSumsProductsAndQuotientsAsTheEvaluatorDoes) {
  const std::vector<Value> operands = Operands();
  for (const char* side :
       {"a", "a + b", "a - b", "a - b * 2", "(a + b) * 12", "a * b", "(a * 3) * b", "a + b + 0.0055",
        "(if a = null then 7 else a) * 2 - b", "(if a = null then -0.5 else a)", "a / b", "(a - 1) / b", "a / 3",
        "(a + b) / (b * 2)", "a * 1000000 - a * 999999", "b * (2 + 3)"}) {
    for (const char* op : {"<", "<=", ">", ">=", "=", "!="}) {
      for (const char* other : {"b", "100.1", "-5000.005", "b * 2", "0", "33.366666", "2 * 50.05"}) {
        for (const std::string& text : {std::string(side) + " " + op + " " + other,
                                       std::string(other) + " " + op + " " + std::string(side)}) {
          const Program program = *Compile(text, scope_, {});
          ASSERT_NE(program.quick_test(), nullptr) << text;
          for (const Value& a : operands) {
            for (const Value& b : operands) {
              const Value inputs[] = {a, b, Value::Null(), Value::Null()};
              ExpectSame(program, inputs);
            }
          }
        }
      }
    }
  }
  EXPECT_GT(answered_, 200'000U) << "else the quick way is of no use";
}

TEST_F(QuickTestTest, ComparesTextsAsTheEvaluatorDoes) {
  const std::string long_text(256, 'x');
  const std::string longer_text(257, 'x');
  const Value texts[] = {Value::Null(), Value::Null(&kAbsent), Value::String(""), Value::String("DE"),
                         Value::String("cash"), Value::String("my cash"), Value::String(long_text),
                         Value::String(longer_text), Value::Integer(1)};
  for (const char* text : {"s = t", "s != t", "contains(s, \"cash\")", "starts with(s, \"cash\")",
                           "ends with(s, \"cash\")", "contains(s, \"\")"}) {
    const Program program = *Compile(text, scope_, {});
    for (const Value& s : texts) {
      for (const Value& t : texts) {
        const Value inputs[] = {Value::Null(), Value::Null(), s, t};
        ExpectSame(program, inputs);
      }
    }
  }
  EXPECT_GT(answered_, 150U);
  const Program equal = *Compile("s = t", scope_, {});
  const Value long_ones[] = {Value::Null(), Value::Null(), Value::String(long_text), Value::String(long_text)};
  EXPECT_TRUE(equal.quick_test()->Answer(long_ones).has_value());
  const Value longer_ones[] = {Value::Null(), Value::Null(), Value::String(longer_text), Value::String(long_text)};
  EXPECT_FALSE(equal.quick_test()->Answer(longer_ones).has_value()) << "comparing it takes steps";
}

TEST_F(QuickTestTest, OtherShapesHaveNone) {
  for (const char* text :
       {"a > 1 and b > 1", "not(a > b)", "a ** 2 > b", "a / b / 2 > 1", "a * b * a > 1", "abs(a) > 1",
        "a > 0.1234567890123", "if a = null then true else b > 1", "contains(string: s, match: \"x\")",
        "contains(s, t)", "a + b", "a > 1E+20", "a * 2000000000000 > b", "-a > 1", "s", "true",
        "(if a = null then b else a) > 1", "(if a > 1 then 0 else a) > 1", "a between 1 and b", "a in (b)"}) {
    const auto program = Compile(text, scope_, {});
    ASSERT_TRUE(program.has_value()) << text;
    EXPECT_EQ(program->quick_test(), nullptr) << text;
  }
}

TEST_F(QuickTestTest, ScaledNumbersReadBack) {
  const Int128 largest = static_cast<Int128>(1'000'000'000'000'000'000) * 999'999'999'999'999;
  for (const Int128 whole : {Int128{0}, Int128{-1}, Int128{1'500'000}, static_cast<Int128>(INT64_MAX),
                             static_cast<Int128>(INT64_MAX) + 1, largest, -largest}) {
    for (const std::uint8_t digits : std::vector<std::uint8_t>{0, 1, 6, 17, 18, 19, 30}) {
      buffer_.Clear();
      AppendScaled(whole, digits, buffer_);
      std::string_view bytes = buffer_.bytes();
      const auto read = TakeValue(bytes, arena_);
      ASSERT_TRUE(read.has_value());
      Decimal expected = Decimal::FromInt64(static_cast<std::int64_t>(whole / 1'000'000'000)) *
                             Decimal::FromInt64(1'000'000'000) +
                         Decimal::FromInt64(static_cast<std::int64_t>(whole % 1'000'000'000));
      if (whole / 1'000'000'000 > INT64_MAX || whole / 1'000'000'000 < INT64_MIN) continue;
      for (int i = 0; i < digits; ++i) expected = expected / Decimal::FromInt64(10);
      EXPECT_EQ(read->number(), expected) << static_cast<int>(digits);
      for (std::size_t size = 0; size < buffer_.bytes().size(); ++size) {
        std::string_view cut = buffer_.bytes().substr(0, size);
        EXPECT_FALSE(TakeValue(cut, arena_).has_value());
      }
    }
  }
}

}  // namespace
}  // namespace oxpecker::feel
