#include "rules/feel/compact_trace.h"

#include <gtest/gtest.h>

#include "rules/feel/rule_index.h"
#include "tests/support/allocation_count.h"

namespace oxpecker::feel {
namespace {

constexpr const char* kRule =
    "(amount + fee > 100.50 or name = \"gift\") and country in (\"DE\", \"FR\") and "
    "(if fee = null then 0 else fee) * 3 < amount";

class CompactTraceTest : public testing::Test {
 protected:
  CompactTraceTest() {
    scope_.Add("amount", Type::Number());
    scope_.Add("fee", Type::Number().OrNull());
    scope_.Add("name", Type::String());
    scope_.Add("country", Type::String());
  }
  Scope scope_;
  Evaluator evaluator_{Limits{}};
  TraceBuffer buffer_;
  Arena arena_;
};

TEST_F(CompactTraceTest, ReadsBackWhatTheEvaluationFound) {
  const Program program = *Compile(kRule, scope_, {});
  const Value fees[] = {Value::Null(), Value::Integer(1), Value::Integer(1'000'000),
                        Value::Number(*Decimal::Parse("1234567890123456789012345678901234"))};
  for (const Value& fee : fees) {
    for (const char* country : {"DE", "XX"}) {
      const Value inputs[] = {Value::Number(*Decimal::Parse("99.75")), fee, Value::String("gift"),
                              Value::String(country)};
      evaluator_.Evaluate(program, inputs, {});
      buffer_.Clear();
      evaluator_.RecordConditions(buffer_);
      std::string_view bytes = buffer_.bytes();
      const auto recorded = TakeConditions(program, inputs, bytes, arena_);
      ASSERT_TRUE(recorded.has_value());
      EXPECT_TRUE(bytes.empty());
      ASSERT_EQ(recorded->size(), program.conditions().size());
      for (std::size_t i = 0; i < recorded->size(); ++i) {
        const Condition& condition = program.conditions()[i];
        const Value* value = evaluator_.ValueOf(condition.node);
        const char expected = value == nullptr    ? '-'
                              : value->is_true()  ? 't'
                              : value->is_false() ? 'f'
                                                  : 'u';
        EXPECT_EQ((*recorded)[i].state, expected) << program.Text(condition.span);
        if (value == nullptr) continue;
        ASSERT_EQ((*recorded)[i].operands.size(), condition.operands.size());
        for (std::size_t k = 0; k < condition.operands.size(); ++k) {
          const Value* operand = evaluator_.ValueOf(condition.operands[k].node);
          EXPECT_EQ(ToFeelText((*recorded)[i].operands[k]),
                    operand == nullptr ? "null" : ToFeelText(*operand));
        }
      }
    }
  }
}

TEST_F(CompactTraceTest, ValuesReadBackAndLongTextsAreCut) {
  const Cause cause{CauseKind::kDomain, {}, "division by zero", false};
  const Value values[] = {Value::Null(), Value::Boolean(true), Value::Boolean(false),
                          Value::Number(*Decimal::Parse("-0.00001")), Value::String("caf\xC3\xA9")};
  for (const Value& value : values) {
    buffer_.Clear();
    AppendValue(value, buffer_);
    std::string_view bytes = buffer_.bytes();
    const auto read = TakeValue(bytes, arena_);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(ToFeelText(*read), ToFeelText(value));
    EXPECT_TRUE(bytes.empty());
  }
  buffer_.Clear();
  AppendValue(Value::Null(&cause), buffer_);
  std::string_view bytes = buffer_.bytes();
  EXPECT_EQ(TakeValue(bytes, arena_)->cause()->kind, CauseKind::kDomain);
  const std::string longest = std::string(95, 'x') + "\xC3\xA9";
  buffer_.Clear();
  AppendValue(Value::String(longest), buffer_);
  bytes = buffer_.bytes();
  EXPECT_EQ(TakeValue(bytes, arena_)->string(), std::string(95, 'x')) << "never half a character";
}

TEST_F(CompactTraceTest, DamagedBytesAreRefused) {
  const Program program = *Compile(kRule, scope_, {});
  const Value inputs[] = {Value::Integer(99), Value::Integer(1), Value::String("x"),
                          Value::String("DE")};
  evaluator_.Evaluate(program, inputs, {});
  evaluator_.RecordConditions(buffer_);
  for (std::size_t size = 0; size < buffer_.bytes().size(); ++size) {
    std::string_view bytes = buffer_.bytes().substr(0, size);
    EXPECT_FALSE(TakeConditions(program, inputs, bytes, arena_).has_value()) << size;
  }
  std::string_view unknown = "?";
  EXPECT_FALSE(TakeValue(unknown, arena_).has_value());
}

TEST_F(CompactTraceTest, NothingIsAllocatedOnceWarm) {
  const Program program = *Compile(kRule, scope_, {});
  const Program* rules[] = {&program};
  const RuleIndex index = RuleIndex::Build(rules, scope_, Limits{});
  const Program cell = *CompileUnaryTests("[10..100), > 200", Type::Number(), scope_, {});
  const Program* cells[] = {&cell};
  const TableIndex table = TableIndex::Build(cells, {1, 1}, Limits{});
  const Value inputs[] = {Value::Number(*Decimal::Parse("99.75")), Value::Integer(2),
                          Value::String("gift"), Value::String("DE")};
  RuleIndex::Verdicts verdicts;
  TableMatch match;
  const auto decide = [&] {
    buffer_.Clear();
    index.RunTraced(inputs, evaluator_, {}, verdicts, buffer_);
    match.Run(table, {inputs, 1}, nullptr, nullptr);
    evaluator_.Test(program, inputs, {});
    evaluator_.RecordConditions(buffer_);
    evaluator_.Reset();
  };
  decide();
  const std::size_t before = AllocationCount();
  for (int round = 0; round < 100; ++round) decide();
  EXPECT_EQ(AllocationCount() - before, 0U);
}

}  // namespace
}  // namespace oxpecker::feel
