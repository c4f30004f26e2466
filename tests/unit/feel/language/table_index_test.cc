#include "rules/feel/table_index.h"

#include <gtest/gtest.h>

#include "rules/feel/compact_trace.h"
#include "rules/feel/rule_index.h"
#include "rules/feel/temporal.h"

namespace oxpecker::feel {
namespace {

// Cells over one input each, as a table of one row a text.
class Table {
 public:
  Table(const std::vector<std::string>& texts, const Type& input) : texts_(texts) {
    scope_.Add("other", Type::Number());
    for (const std::string& text : texts) {
      cells_.push_back(text == "-" ? std::optional<Program>()
                                   : *CompileUnaryTests(text, input, scope_, {}));
    }
    std::vector<const Program*> pointers;
    for (const auto& cell : cells_) pointers.push_back(cell ? &*cell : nullptr);
    index_ = TableIndex::Build(pointers, {texts.size(), 1}, Limits{});
  }

  // The cell's own answer.
  Truth Ask(std::size_t row, const Value& value) {
    if (!cells_[row]) return Truth::kTrue;
    const Value inputs[] = {Value::Integer(7), value};
    return evaluator_.Test(*cells_[row], inputs, {});
  }
  void ExpectIndexAgrees(const Value& value) {
    TableMatch match;
    struct Context {
      Table* table;
      const Value* value;
    } context{this, &value};
    match.Run(
        index_, {&value, 1},
        [](void* c, std::size_t row, std::size_t) {
          const auto* found = static_cast<Context*>(c);
          const Truth truth = found->table->Ask(row, *found->value);
          return truth == Truth::kUnknown ? Value::Null() : Value::Boolean(truth == Truth::kTrue);
        },
        &context);
    for (std::size_t row = 0; row < texts_.size(); ++row) {
      const Truth truth = Ask(row, value);
      EXPECT_EQ(Bit(match.holds().data(), row), truth == Truth::kTrue)
          << texts_[row] << " of " << ToFeelText(value);
      EXPECT_EQ(Bit(match.unknown().data(), row), truth == Truth::kUnknown)
          << texts_[row] << " of " << ToFeelText(value);
    }
  }
  const TableIndex& index() const { return index_; }

 private:
  std::vector<std::string> texts_;
  Scope scope_;
  std::vector<std::optional<Program>> cells_;
  TableIndex index_;
  Evaluator evaluator_{Limits{}};
};

Value Number(std::string_view text) { return Value::Number(*Decimal::Parse(text)); }

const Cause kAbsent{CauseKind::kMissing, {}, "absent", false};

TEST(TableIndex, AgreesWithEveryNumberCellAroundEveryConstant) {
  Table table({"-", "5", "< 5", "<= 5", "> 5.0", ">= 5", "[1..5]", "(1..5)", "]1..5[", "[1..5)",
               "1, 3, 5", "not(1, 3)", "not([2..4])", "null", "not(null)", "!= 3", "[1, [2..3]]",
               "< 0.125", "> 123456789012345678901234567890", "(<3)", "[-2.5..-1]", "(5..5)"},
              Type::Any());
  EXPECT_TRUE(table.index().is_complete());
  for (const char* point : {"-2.5", "-1", "0.125", "1", "2", "3", "4", "5", "5.0000",
                            "123456789012345678901234567890"}) {
    const Decimal value = *Decimal::Parse(point);
    const Decimal little = *Decimal::Parse("0.000000000001");
    for (const Decimal near : {value, value - little, value + little})
      table.ExpectIndexAgrees(Value::Number(near));
  }
  for (const char* far : {"-9e6000", "9e6000", "0", "-0.1250000000000000000000000001"})
    table.ExpectIndexAgrees(Number(far));
  table.ExpectIndexAgrees(Value::Null());
  table.ExpectIndexAgrees(Value::Null(&kAbsent));
  table.ExpectIndexAgrees(Value::String("5"));
  table.ExpectIndexAgrees(Value::List({}));
}

TEST(TableIndex, AgreesWithTextsDatesAndBooleans) {
  const std::vector<std::string> texts = {R"("DE", "FR")", R"(not("DE"))", R"("")", "-",
                                          R"(not("AT", "DEU"))"};
  Table equal(texts, Type::String());
  std::vector<std::string> ordered_texts = texts;
  ordered_texts.emplace_back(R"(< "DE")");
  ordered_texts.emplace_back(R"(["AT".."DE"))");
  Table ordered(ordered_texts, Type::String());
  for (const char* text : {"", "A", "AT", "AT\x01", "DE", "DEU", "DF", "FR", "Z", "\xF0\x9F\x90\x8E"}) {
    equal.ExpectIndexAgrees(Value::String(text));
    ordered.ExpectIndexAgrees(Value::String(text));
  }
  equal.ExpectIndexAgrees(Value::Null());
  equal.ExpectIndexAgrees(Value::Null(&kAbsent));
  Table dates({R"(< date("2026-03-16"))", R"([date("2026-01-01")..date("2026-12-31")])", "-"},
              Type::Any());
  for (const char* date : {"2025-12-31", "2026-01-01", "2026-03-15", "2026-03-16", "2027-01-01"})
    dates.ExpectIndexAgrees(*ParseDate(date));
  dates.ExpectIndexAgrees(*ParseTemporal("2026-03-16T10:00:00"));
  Table booleans({"true", "false", "not(true)", "-"}, Type::Boolean());
  booleans.ExpectIndexAgrees(Value::Boolean(true));
  booleans.ExpectIndexAgrees(Value::Boolean(false));
  booleans.ExpectIndexAgrees(Value::Null(&kAbsent));
}

TEST(TableIndex, CellsWithConditionsOfTheirOwnStayOpen) {
  Table table({"< other", "? * 2 > 10", "? > 3", "5"}, Type::Number());
  ASSERT_EQ(table.index().OpenRows(0).size(), 3U);
  EXPECT_FALSE(table.index().is_complete());
  for (const std::int64_t value : {4, 5, 6, 7, 8}) table.ExpectIndexAgrees(Value::Integer(value));
  table.ExpectIndexAgrees(Value::Null());
}

TEST(TableIndex, MoreRowsThanOneWord) {
  std::vector<std::string> texts;
  for (int row = 0; row < 150; ++row) texts.push_back("[" + std::to_string(row) + "..200]");
  Table table(texts, Type::Number());
  for (const std::int64_t value : {-1, 0, 63, 64, 149, 200, 201})
    table.ExpectIndexAgrees(Value::Integer(value));
}

// --- rules -------------------------------------------------------------------------------------

class RuleIndexTest : public testing::Test {
 protected:
  RuleIndexTest() {
    scope_.Add("amount", Type::Number().OrNull());
    scope_.Add("country", Type::String().OrNull());
    scope_.Add("pep", Type::Boolean().OrNull());
    for (const char* text :
         {"amount > 10 and country in (\"DE\", \"FR\")", "amount = null or amount < 5",
          "pep or country = \"DE\"", "not(pep) and amount * 2 > 15 and amount != null",
          "(amount = 3 or (amount = 11 and pep)) and country != null",
          "some x in [1, 2] satisfies amount = x", "country", "true", "contains(country, \"E\")",
          "(if amount = null then 7 else amount) > 6 and not(pep)", "pep or amount > 10",
          "(pep or country = \"DE\") and (amount < 5 or country = \"FR\")", "amount * 2 > 9 and country = \"DE\"",
          "(amount > 10 and country = \"FR\") or (pep and (amount = 3 or country = \"\"))"}) {
      programs_.push_back(*Compile(text, scope_, {}));
    }
    std::vector<const Program*> pointers;
    for (const Program& program : programs_) pointers.push_back(&program);
    index_ = RuleIndex::Build(pointers, scope_, Limits{});
  }

  // Run and RunTraced leave what evaluating each rule gives.
  void ExpectRunFinds(std::span<const Value> inputs, Evaluator& evaluator) {
    RuleIndex::Verdicts run;
    RuleIndex::Verdicts traced;
    TraceBuffer buffer;
    index_.Run(inputs, evaluator, {}, run);
    index_.RunTraced(inputs, evaluator, {}, traced, buffer);
    EXPECT_EQ(run.holds, traced.holds);
    EXPECT_EQ(run.open, traced.open);
    EXPECT_FALSE(buffer.bytes().empty());
    for (std::size_t rule = 0; rule < programs_.size(); ++rule) {
      const Truth truth = evaluator.Test(programs_[rule], inputs, {});
      EXPECT_EQ(Bit(run.holds.data(), rule), truth == Truth::kTrue) << programs_[rule].source();
      EXPECT_EQ(Bit(run.open.data(), rule), truth == Truth::kUnknown) << programs_[rule].source();
    }
    EXPECT_TRUE(run.holds[0] >> programs_.size() == 0 && run.open[0] >> programs_.size() == 0)
        << "alternatives are no rules";
  }

  Scope scope_;
  std::vector<Program> programs_;
  RuleIndex index_;
};

TEST_F(RuleIndexTest, FiresTheSameRulesForAllFacts) {
  const Value amounts[] = {Value::Null(), Value::Null(&kAbsent), Number("3"), Number("4.99"),
                           Number("8"), Number("11"), Number("1"), Value::String("3")};
  const Value countries[] = {Value::Null(), Value::Null(&kAbsent), Value::String("DE"),
                             Value::String("FR"), Value::String("")};
  const Value peps[] = {Value::Null(), Value::Boolean(true), Value::Boolean(false)};
  Evaluator evaluator{Limits{}};
  RuleIndex::Verdicts verdicts;
  std::size_t settled = 0;
  for (const Value& amount : amounts) {
    for (const Value& country : countries) {
      for (const Value& pep : peps) {
        const Value inputs[] = {amount, country, pep};
        index_.Find(inputs, verdicts);
        for (std::size_t rule = 0; rule < programs_.size(); ++rule) {
          const Truth truth = evaluator.Test(programs_[rule], inputs, {});
          const bool is_open = Bit(verdicts.open.data(), rule);
          if (!is_open) ++settled;
          const bool holds = Bit(verdicts.holds.data(), rule);
          const Truth found = is_open ? index_.Test(rule, verdicts, inputs, evaluator, {})
                              : holds ? Truth::kTrue
                                      : Truth::kFalse;
          EXPECT_EQ(found, truth)
              << programs_[rule].source() << " of " << ToFeelText(amount) << ToFeelText(country)
              << ToFeelText(pep);
        }
        ExpectRunFinds(inputs, evaluator);
      }
    }
  }
  EXPECT_GT(settled, 500U) << "of 1,680: else the index is of no use";
}

TEST_F(RuleIndexTest, TheReasonOfAnUnknownRuleIsItsOwn) {
  const Value inputs[] = {Value::Null(&kAbsent), Value::String("DE"), Value::Boolean(false)};
  Evaluator evaluator{Limits{}};
  RuleIndex::Verdicts verdicts;
  index_.Find(inputs, verdicts);
  ASSERT_TRUE(Bit(verdicts.open.data(), 0));
  EXPECT_EQ(evaluator.Evaluate(index_.Left(0, verdicts), inputs, {}).cause(), &kAbsent);
}

TEST_F(RuleIndexTest, ARuleWithALoopIsNeverRuledOut) {
  const Value inputs[] = {Number("100"), Value::String("XX"), Value::Boolean(false)};
  RuleIndex::Verdicts verdicts;
  index_.Find(inputs, verdicts);
  EXPECT_TRUE(Bit(verdicts.open.data(), 5));
  EXPECT_FALSE(Bit(verdicts.open.data(), 4)) << "false whatever pep is";
}

}  // namespace
}  // namespace oxpecker::feel
