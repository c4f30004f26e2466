#include "rules/feel/evaluator.h"

#include <array>

#include "tests/unit/feel/language/expressions.h"

namespace oxpecker::feel {
namespace {

const Cause kAbsent{CauseKind::kMissing, {}, "no income"};

class EvaluatorTest : public testing::Test {
 protected:
  EvaluatorTest() {
    for (const char* name : {"a", "b"}) scope_.Add(name, Type::Any());
  }
  Value Run(std::string_view text, const Value& a = {}, const Value& b = {},
            const Limits& limits = {}) {
    auto program = Compile(text, scope_, {});
    EXPECT_TRUE(program.has_value()) << ToString(program.error());
    programs_.push_back(*std::move(program));
    evaluators_.emplace_back(limits);
    inputs_ = {a, b};
    return evaluators_.back().Evaluate(programs_.back(), inputs_, {});
  }
  // What the node with that text had as value; "not reached" where it had none.
  std::string Traced(std::string_view text) {
    const Program& program = programs_.back();
    for (NodeIndex node = 0; node < program.nodes().size(); ++node) {
      if (program.Text(program.nodes()[node].span) != text) continue;
      const Value* value = evaluators_.back().ValueOf(node);
      return value == nullptr ? "not reached" : ToFeelText(*value);
    }
    return "no such node";
  }
  Scope scope_;
  std::vector<Program> programs_;
  std::vector<Evaluator> evaluators_;
  std::vector<Value> inputs_;
};

TEST_F(EvaluatorTest, TheTraceHoldsEveryReachedNode) {
  EXPECT_TRUE(Run("a + 1 > 3 and b = 2 * 4", Value::Integer(3), Value::Integer(8)).is_true());
  EXPECT_EQ(Traced("a"), "3");
  EXPECT_EQ(Traced("a + 1"), "4");
  EXPECT_EQ(Traced("2 * 4"), "8");
  EXPECT_EQ(Traced("b = 2 * 4"), "true");
}

TEST_F(EvaluatorTest, TheTraceLeavesOutWhatWasNotReached) {
  EXPECT_TRUE(Run("a > 3 and b + 1 = 2", Value::Integer(1), Value::Integer(1)).is_false());
  EXPECT_EQ(Traced("a > 3"), "false");
  EXPECT_EQ(Traced("b + 1 = 2"), "not reached");
  EXPECT_EQ(Traced("b"), "not reached");
  Run("if a then b + 1 else b - 1", Value::Boolean(false), Value::Integer(1));
  EXPECT_EQ(Traced("b + 1"), "not reached");
  EXPECT_EQ(Traced("b - 1"), "0");
}

TEST_F(EvaluatorTest, OneEvaluatorServesManyPrograms) {
  Evaluator evaluator{Limits{}};
  const Program first = *Compile("a > 3 and b > 3", scope_, {});
  const Program second = *Compile("a or b", scope_, {});
  const Value numbers[] = {Value::Integer(5), Value::Integer(4)};
  const Value flags[] = {Value::Boolean(true), Value::Boolean(false)};
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(evaluator.Evaluate(first, numbers, {}).is_true());
    EXPECT_NE(evaluator.ValueOf(4), nullptr);
    EXPECT_TRUE(evaluator.Evaluate(second, flags, {}).is_true());
    EXPECT_EQ(evaluator.ValueOf(2), nullptr);  // b: decided by a
    evaluator.Reset();
  }
}

TEST_F(EvaluatorTest, AMissingFactKeepsItsCauseToTheEnd) {
  const Value missing = Value::Null(&kAbsent);
  for (const char* text : {"a", "a > 3", "a > 3 and true", "a + 1 < b", "not(a = 1 and a > 2)",
                           "a in [1..3]", "a between 1 and 2", "a.x", "if true then a else b"}) {
    if (std::string_view(text) == "not(a = 1 and a > 2)") continue;  // a = 1 is false
    const Value value = Run(text, missing, Value::Integer(1));
    ASSERT_TRUE(value.is_null()) << text;
    ASSERT_NE(value.cause(), nullptr) << text;
    EXPECT_EQ(value.cause()->message, "no income") << text;
  }
  EXPECT_TRUE(Run("a > 3 and false", missing).is_false());
  EXPECT_TRUE(Run("a > 3 or true", missing).is_true());
}

TEST_F(EvaluatorTest, CausesSayWhereInTheSource) {
  const Value value = Run("1 + (a / 0)", Value::Integer(1));
  ASSERT_NE(value.cause(), nullptr);
  EXPECT_EQ(value.cause()->kind, CauseKind::kDomain);
  EXPECT_EQ(programs_.back().Text(value.cause()->span), "(a / 0)");
}

TEST_F(EvaluatorTest, ReadsContextsByShapeAndByName) {
  const Type type = Type::Context({{"x", Type::Number(), false}, {"y", Type::Number(), true}});
  Scope scope;
  scope.Add("c", type);
  const Program program = *Compile("c.x + c.y", scope, {});
  Evaluator evaluator{Limits{}};
  const Value slots[] = {Value::Integer(1), Value::Integer(2)};
  const Value same_shape[] = {Value::Context(type.shape(), slots)};
  EXPECT_EQ(ToFeelText(evaluator.Evaluate(program, same_shape, {})), "3");
  const Shape turned({"y", "x"});
  const Value other_shape[] = {Value::Context(&turned, slots)};
  EXPECT_EQ(ToFeelText(evaluator.Evaluate(program, other_shape, {})), "3");
  const Value not_a_context[] = {Value::Integer(1)};
  EXPECT_TRUE(evaluator.Evaluate(program, not_a_context, {}).is_null());
}

TEST_F(EvaluatorTest, LimitsEndTheEvaluation) {
  const auto hits_limit = [](const Value& value) {
    return value.cause() != nullptr && value.cause()->kind == CauseKind::kLimit;
  };
  Limits few_steps;
  few_steps.steps_max = 1000;
  EXPECT_FALSE(
      hits_limit(Run("count(for i in 1..a return i)", Value::Integer(100), {}, few_steps)));
  EXPECT_TRUE(
      hits_limit(Run("count(for i in 1..a return i)", Value::Integer(5000), {}, few_steps)));
  EXPECT_EQ(Traced("for i in 1..a return i"), "not reached");
  EXPECT_TRUE(hits_limit(
      Run("for i in 1..a, j in 1..a, k in 1..a return {i: i, j: [j, k]}", Value::Integer(9999))));
  Limits little_memory;
  little_memory.memory_bytes_max = 10'000;
  const char* doubling = "{a1: b + b, a2: a1 + a1, a3: a2 + a2, a4: a3 + a3, a5: a4 + a4}.a5";
  const std::string text(1000, 'x');
  EXPECT_TRUE(hits_limit(Run(doubling, {}, Value::String(text), little_memory)));
  EXPECT_FALSE(hits_limit(Run(doubling, {}, Value::String("x"), little_memory)));
}

TEST_F(EvaluatorTest, CallDepthIsLimited) {
  // A function that is handed to itself calls without end.
  const Value value = Run("{f: function(g, n) g(g, n + 1), r: f(f, 1)}.r");
  ASSERT_NE(value.cause(), nullptr);
  EXPECT_EQ(value.cause()->kind, CauseKind::kLimit);
  EXPECT_EQ(
      ToFeelText(Run("{f: function(g, n) if n = 0 then 0 else n + g(g, n - 1), r: f(f, 99)}.r")),
      "4950");
}

TEST_F(EvaluatorTest, AFunctionOfAContextMayCallItself) {
  EXPECT_EQ(ToFeelText(Run("{fact: function(n) if n = 0 then 1 else n * fact(n - 1), r: fact(20)}.r")),
            "2432902008176640000");
  EXPECT_EQ(ToFeelText(Run("{f: function(n) (for i in [n] return if i = 0 then 0 else f(i - 1))[1], "
                           "g: function(f) f(3), r: g(f)}.r")),
            "0");
  const Value endless = Run("{f: function(n) f(n + 1), r: f(1)}.r");
  ASSERT_NE(endless.cause(), nullptr);
  EXPECT_EQ(endless.cause()->kind, CauseKind::kLimit);
}

TEST_F(EvaluatorTest, ListReplaceAsksItsFunction) {
  EXPECT_EQ(ToFeelText(Run("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)")),
            "[5, 5, 7, 8]");
  EXPECT_EQ(ToFeelText(Run("list replace(list: [1, 2], match: function(a, b) a = 2, newItem: 9)")),
            "[1, 9]");
  EXPECT_TRUE(Run("list replace([1], function(a, b) \"no truth\", 9)").is_null());
}

TEST_F(EvaluatorTest, NothingLargeIsMadeBeforeItFits) {
  Limits little_memory;
  little_memory.memory_bytes_max = 100'000;
  const std::string text(40'000, 'x');
  for (const char* expression : {"b + b + b", "string join([b, b, b], \",\")", "upper case(b)"}) {
    const Value value = Run(expression, {}, Value::String(text), little_memory);
    ASSERT_NE(value.cause(), nullptr) << expression;
    EXPECT_EQ(value.cause()->kind, CauseKind::kLimit) << expression;
  }
  std::vector<Value> items(3000, Value::Integer(1));
  for (const char* expression : {"concatenate(b, b)", "reverse(reverse(b))", "append(append(b, 1), 1)",
                                 "sort(b, function(x, y) x < y)[1]"}) {
    const Value value = Run(expression, {}, Value::List(items), little_memory);
    ASSERT_NE(value.cause(), nullptr) << expression;
    EXPECT_EQ(value.cause()->kind, CauseKind::kLimit) << expression;
  }
}

TEST_F(EvaluatorTest, WorkOnLargeOperandsTakesSteps) {
  Limits few_steps;
  few_steps.steps_max = 10'000;
  const std::string text(64'000, 'x');
  const std::string same = text;
  for (const char* expression : {"count(for i in 1..100 return a = b)",
                                 "count(for i in 1..100 return a < b)",
                                 "count(for i in 1..100 return b in (a, a))",
                                 "count(for i in 1..100 return matches(a, \"^(x|xx)+y$\"))"}) {
    const Value value = Run(expression, Value::String(text), Value::String(same), few_steps);
    ASSERT_NE(value.cause(), nullptr) << expression;
    EXPECT_EQ(value.cause()->kind, CauseKind::kLimit) << expression;
  }
}

TEST_F(EvaluatorTest, FunctionsKeepWhatTheySaw) {
  EXPECT_EQ(
      ToFeelText(Run("(for x in [1, 2] return function(y) x * 10 + y)[2](a)", Value::Integer(5))),
      "25");
  EXPECT_EQ(ToFeelText(Run("{k: a, f: function(x) function(y) x + y + k, r: f(10)(100)}.r",
                           Value::Integer(1))),
            "111");
}

TEST_F(EvaluatorTest, LoopsAndFiltersOverInputs) {
  const Value items[] = {Value::Integer(1), Value::Null(), Value::Integer(3)};
  const Value list = Value::List(items);
  EXPECT_EQ(ToFeelText(Run("a[item > 0]", list)), "[1, 3]");
  EXPECT_EQ(ToFeelText(Run("a[-1]", list)), "3");
  EXPECT_TRUE(Run("a[4]", list).is_null());
  EXPECT_EQ(ToFeelText(Run("for i in a return i = null", list)), "[false, true, false]");
  EXPECT_TRUE(Run("some i in a satisfies i > 2", list).is_true());
  EXPECT_TRUE(Run("every i in a satisfies i > 0", list).is_null());
  EXPECT_TRUE(Run("every i in a satisfies i > 2", list).is_false());
  EXPECT_TRUE(Run("a[item > 0]", Value::Null()).is_null());
}

TEST_F(EvaluatorTest, ReachesNodesInsideLoopsWithTheirLastValue) {
  Run("for i in [1, 2, 3] return i + a", Value::Integer(10));
  EXPECT_EQ(Traced("i + a"), "13");
}

// A pattern that the text fixes is compiled with the program, once for all evaluators and texts.
TEST(Evaluator, CompilesNoPatternThatTheProgramFixes) {
  Scope scope;
  scope.Add("t", Type::String());
  scope.Add("p", Type::String());
  const auto compiled_by = [&](const char* text, std::string_view subject, std::string_view pattern) {
    const Program program = *Compile(text, scope, {});
    Evaluator evaluator{Limits{}};
    for (int i = 0; i < 5; ++i) {
      const std::array<Value, 2> inputs = {Value::String(subject), Value::String(pattern)};
      evaluator.Evaluate(program, inputs, {});
      evaluator.Reset();
    }
    return evaluator.patterns_compiled();
  };
  EXPECT_EQ(compiled_by("matches(t, \"^LATE-[0-9]+$\")", "LATE-7", ""), 0U);
  EXPECT_EQ(compiled_by("matches(input: t, flags: \"i\", pattern: \"^late\")", "LATE-7", ""), 0U);
  EXPECT_EQ(compiled_by("matches(t, \"^\" + \"late\", null)", "late", ""), 0U);
  EXPECT_EQ(compiled_by("replace(t, \"[0-9]\", \"x\") + split(t, \"-\")[1]", "LATE-7", ""), 0U);
  EXPECT_EQ(compiled_by("for i in 1..100 return matches(t + string(i), \"7$\")", "LATE-", ""), 0U);
  EXPECT_EQ(compiled_by("matches(t, p)", "LATE-7", "^LATE"), 1U);
  EXPECT_EQ(compiled_by("matches(t, \"a\", p)", "LATE-7", "i"), 1U);
  // More of them than a cache keeps.
  std::string many = "0";
  for (int i = 0; i < 100; ++i) many += " + (if matches(t, \"x" + std::to_string(i) + "\") then 1 else 0)";
  EXPECT_EQ(compiled_by(many.c_str(), "x1", ""), 0U);
}

}  // namespace
}  // namespace oxpecker::feel
