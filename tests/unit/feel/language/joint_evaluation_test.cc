// Many programs as one evaluation, and functions of the host program (evaluator.h).
#include <array>

#include "rules/feel/evaluator.h"
#include "tests/unit/feel/language/expressions.h"

namespace oxpecker::feel {
namespace {

Program Compiled(std::string_view text, const Scope& scope) {
  auto program = Compile(text, scope, {});
  EXPECT_TRUE(program.has_value()) << ToString(program.error());
  return *std::move(program);
}

// twice(number): evaluates a program of its own inside the call.
class Twice final : public HostFunction {
 public:
  Twice(Evaluator& evaluator, const Program& program) : evaluator_(evaluator), program_(program) {}
  Value Call(SourceSpan /*span*/, std::span<const Value> arguments) const override {
    return evaluator_.Evaluate(program_, arguments, {});
  }
  std::span<const std::string> parameter_names() const override { return names_; }
  const Type& type() const override { return type_; }

 private:
  Evaluator& evaluator_;
  const Program& program_;
  std::array<std::string, 1> names_ = {"a number"};
  Type type_ = Type::Function({Type::Number()}, Type::Number());
};

class JointEvaluationTest : public testing::Test {
 protected:
  static Scope XAndF() {
    Scope scope;
    scope.Add("x", Type::Any());
    scope.Add("f", Type::Any());
    return scope;
  }
  Value Run(std::string_view text, const Value& x, const Limits& limits = {}) {
    evaluator_ = Evaluator(limits);
    programs_.push_back(Compiled(text, scope_));
    evaluator_.BeginJoint({});
    inputs_ = {x, MakeFunction(&twice_, evaluator_.arena())};
    const Value value = evaluator_.Evaluate(programs_.back(), inputs_, {});
    evaluator_.EndJoint();
    return value;
  }
  Scope scope_ = XAndF();
  Program doubled_ = Compiled("x + x", scope_);
  Evaluator evaluator_{Limits{}};
  Twice twice_{evaluator_, doubled_};
  std::vector<Program> programs_;
  std::array<Value, 2> inputs_;
};

TEST_F(JointEvaluationTest, CallsAFunctionOfTheHost) {
  EXPECT_EQ(ToFeelText(Run("f(x) + f(1)", Value::Integer(20))), "42");
  EXPECT_EQ(ToFeelText(Run("f(a number: 4)", Value())), "8");
  EXPECT_EQ(ToFeelText(Run("for i in 1..3 return if i > 1 then f(i) else 0", Value())),
            "[0, 4, 6]");
}

TEST_F(JointEvaluationTest, RefusesArgumentsThatDoNotFit) {
  EXPECT_EQ(Run("f()", Value()).cause()->kind, CauseKind::kArgument);
  EXPECT_EQ(Run("f(1, 2)", Value()).cause()->kind, CauseKind::kArgument);
  EXPECT_EQ(Run("f(number: 1)", Value()).cause()->kind, CauseKind::kArgument);
}

TEST_F(JointEvaluationTest, KnowsTheTypeOfTheFunction) {
  EXPECT_TRUE(Run("f instance of function<number> -> number", Value()).is_true());
  EXPECT_TRUE(Run("f instance of function<string> -> number", Value()).is_false());
}

TEST_F(JointEvaluationTest, CallsAnyFunctionByPositionOrName) {
  evaluator_.BeginJoint({});
  const std::array<Value, 1> ten = {Value::Integer(10)};
  const std::array<std::string, 1> name = {"n"};
  const Program closure = Compiled("function(n) n - 1", {});
  const Value function = evaluator_.Evaluate(closure, {}, {});
  EXPECT_EQ(ToFeelText(evaluator_.Call(function, ten, {}, {})), "9");
  EXPECT_EQ(ToFeelText(evaluator_.Call(function, ten, name, {})), "9");
  EXPECT_EQ(evaluator_.Call(Value::Integer(1), ten, {}, {}).cause()->kind, CauseKind::kType);
  evaluator_.EndJoint();
}

TEST_F(JointEvaluationTest, HasOneBudgetForAllItsPrograms) {
  const Program loop = Compiled("count(for i in 1..x return i)", scope_);
  const std::array<Value, 2> thousand = {Value::Integer(1000), Value()};
  Evaluator evaluator{Limits{.steps_max = 10'000}};
  evaluator.BeginJoint({});
  int completed = 0;
  Value last;
  do {
    last = evaluator.Evaluate(loop, thousand, {});
    ++completed;
  } while (completed < 100 && !last.is_null());
  EXPECT_GT(completed, 1);
  EXPECT_LT(completed, 100);
  EXPECT_EQ(last.cause()->kind, CauseKind::kLimit);
  EXPECT_FALSE(evaluator.Spend(10'000));
  evaluator.EndJoint();
}

TEST_F(JointEvaluationTest, EvaluationsUntilAResetMayHaveABudgetTogether) {
  const Program loop = Compiled("count(for i in 1..x return i)", scope_);
  const std::array<Value, 2> thousand = {Value::Integer(1000), Value()};
  Evaluator evaluator{Limits{.total_steps_max = 50'000}};
  const auto run_until_null = [&] {
    for (int completed = 0; completed < 100; ++completed)
      if (evaluator.Evaluate(loop, thousand, {}).is_null()) return completed;
    return 100;
  };
  const int first = run_until_null();
  EXPECT_GT(first, 2);
  EXPECT_LT(first, 100);
  const Value stopped = evaluator.Evaluate(loop, thousand, {});
  ASSERT_TRUE(stopped.is_null());
  EXPECT_EQ(stopped.cause()->kind, CauseKind::kLimit);
  EXPECT_EQ(stopped.cause()->message, "the decision as a whole takes too many steps");
  evaluator.BeginJoint({});
  EXPECT_TRUE(evaluator.Evaluate(loop, thousand, {}).is_null()) << "a joint evaluation takes from it too";
  evaluator.EndJoint();
  evaluator.Reset();
  EXPECT_EQ(run_until_null(), first) << "every decision has the same";
  Evaluator free{Limits{}};
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(free.Evaluate(loop, thousand, {}).is_null());
}

TEST_F(JointEvaluationTest, AFunctionOutlivesTheEvaluationThatMadeIt) {
  // Its blocks are those of another program than the one that calls it.
  const Program maker =
      Compiled("function(n) if n > 0 and n < 9 or n = 20 then n else -n", {});
  Evaluator evaluator{Limits{}};
  const Value function = evaluator.Evaluate(maker, {}, {});
  Scope scope;
  scope.Add("g", Type::Any());
  const std::array<Value, 1> inputs = {function};
  const Program caller = Compiled("[g(1), g(10), g(20)]", scope);
  EXPECT_EQ(ToFeelText(evaluator.Evaluate(caller, inputs, {})), "[1, -10, 20]");
}

TEST(NamedTypes, AnExpressionMayNameTypesOfItsScope) {
  Scope scope;
  scope.SetTypes(std::make_shared<const std::vector<Variable>>(
      std::vector<Variable>{{"tLoan", Type::Context({{"amount", Type::Number(), false}})},
                            {"shared.list of loans", Type::List(Type::Number())}}));
  Evaluator evaluator{Limits{}};
  const auto value = [&](std::string_view text) {
    return ToFeelText(evaluator.Evaluate(Compiled(text, scope), {}, {}));
  };
  EXPECT_EQ(value("{amount: 1} instance of tLoan"), "true");
  EXPECT_EQ(value("{amount: \"1\"} instance of tLoan"), "false");
  EXPECT_EQ(value("[1] instance of shared.list of loans"), "true");
  EXPECT_EQ(value("(function(l: tLoan) l.amount)({amount: 3})"), "3");
  EXPECT_FALSE(Compile("1 instance of tOther", scope, {}).has_value());
}

}  // namespace
}  // namespace oxpecker::feel
