#include "engine/explain/conditions.h"

#include <gtest/gtest.h>

#include <array>

#include "rules/feel/evaluator.h"

namespace oxpecker::engine {
namespace {

using feel::Value;

const feel::Scope& Flags() {
  static const feel::Scope scope = [] {
    feel::Scope flags;
    for (const char* name : {"a", "b", "c"}) flags.Add(name, feel::Type::Boolean());
    return flags;
  }();
  return scope;
}

feel::Program Compiled(const std::string& text) {
  auto program = feel::Compile(text, Flags(), {});
  EXPECT_TRUE(program.has_value()) << text;
  return *std::move(program);
}

char LetterOf(const Value* value) {
  return value == nullptr ? '-' : value->is_true() ? 't' : value->is_false() ? 'f' : 'u';
}

Mark MarkOf(const Value& value) {
  return value.is_true() ? Mark::kHolds : value.is_false() ? Mark::kFails : Mark::kUnknown;
}

std::vector<TracedCondition> Traced(const feel::Program& program, const feel::Evaluator& evaluator) {
  std::vector<TracedCondition> traced;
  for (const feel::Condition& condition : program.conditions()) {
    const Value* value = evaluator.ValueOf(condition.node);
    traced.push_back({LetterOf(value), {value == nullptr ? "-" : feel::ToFeelText(*value)}});
  }
  return traced;
}

// Over every combination of true, false and null: a part is told by the verdict of its own text.
TEST(Conditions, AVerdictIsThatOfThePartAsItStands) {
  const Value values[] = {Value::Boolean(true), Value::Boolean(false), Value::Null()};
  for (const char* text : {"a", "not(a)", "a and not(b)", "not(a) and b and not(c)", "a or not(b)", "not(a or b) and c",
                           "not(a and b) and not(not(c))", "(a or b) and (not(b) or c)", "a and b or not(c)"})
    for (const Value& a : values)
      for (const Value& b : values)
        for (const Value& c : values)
          for (const Parts parts : {Parts::kJoinedByAnd, Parts::kJoinedByEither}) {
            const std::array<Value, 3> inputs = {a, b, c};
            const feel::Program program = Compiled(text);
            feel::Evaluator evaluator{feel::Limits{}};
            const Value whole = evaluator.Evaluate(program, inputs, {});
            std::vector<ToldCondition> told = TellConditions(program, Traced(program, evaluator), parts, true);
            const std::string at = std::string(text) + " with " + feel::ToFeelText(a) + ", " + feel::ToFeelText(b) +
                                   ", " + feel::ToFeelText(c);
            for (const ToldCondition& part : told) {
              if (part.mark == Mark::kNotReached) continue;
              feel::Evaluator alone{feel::Limits{}};
              EXPECT_EQ(part.mark, MarkOf(alone.Evaluate(Compiled(part.text), inputs, {}))) << part.text << " in " << at;
            }
            if (parts == Parts::kJoinedByEither || whole.is_true()) continue;
            KeepMarked(told, MarkOf(whole));
            EXPECT_FALSE(told.empty()) << at;
            for (const ToldCondition& part : told)
              EXPECT_EQ(part.mark, MarkOf(whole)) << "told as what stopped it: " << part.text << " in " << at;
          }
}

TEST(Conditions, ValuesStandWhereTheOperandsStand) {
  feel::Scope scope;
  scope.Add("n", feel::Type::Number());
  scope.Add("limit", feel::Type::Number());
  scope.Add("listed", feel::Type::Boolean());
  const auto program = feel::Compile("(n >= limit or n = 0) and not(listed)", scope, {});
  ASSERT_TRUE(program.has_value());
  const auto told =
      TellConditions(*program, {{'f', {"4", "5"}}, {'f', {"4"}}, {'-', {"-"}}}, Parts::kJoinedByAnd, true);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].text, "(n >= limit or n = 0)");
  EXPECT_EQ(told[0].with_values, "(4 >= 5 or 4 = 0)");
  EXPECT_EQ(told[0].mark, Mark::kFails);
  EXPECT_TRUE(told[0].has_evidence);
  EXPECT_EQ(told[1].text, "not(listed)");
  EXPECT_EQ(told[1].with_values, "");
  EXPECT_EQ(told[1].mark, Mark::kNotReached);
}

TEST(Conditions, AComparisonSaysWhatWasFoundAndWhatWasNeeded) {
  feel::Scope scope;
  scope.Add("n", feel::Type::Number());
  scope.Add("limit", feel::Type::Number());
  const auto tell = [&](const char* text, TracedCondition traced) {
    const auto program = feel::Compile(text, scope, {});
    EXPECT_TRUE(program.has_value());
    const ToldCondition told = TellConditions(*program, {traced}, Parts::kJoinedByAnd, true).at(0);
    return told.subject + "|" + told.found + "|" + told.needed;
  };
  EXPECT_EQ(tell("n >= limit", {'f', {"4", "5"}}), "n|4|>= 5");
  EXPECT_EQ(tell("(n + 1) * 2 > limit", {'f', {"4", "5"}}), "(n + 1) * 2|4|> 5");
  EXPECT_EQ(tell("n between 1 and limit", {'f', {"9", "5"}}), "n|9|between 1 and 5");
  EXPECT_EQ(tell("not(n >= limit)", {'t', {"6", "5"}}), "||") << "needed is the opposite: told as it stands";
  EXPECT_EQ(tell("n >= limit", {'-', {"-", "-"}}), "||");
}

TEST(Conditions, ThresholdsAndNothingAreNoEvidence) {
  feel::Scope scope;
  scope.Add("n", feel::Type::Number());
  scope.Add("policy", feel::Type::Context({{"limit", feel::Type::Number()}}));
  const auto program = feel::Compile("n >= policy.limit", scope, {});
  ASSERT_TRUE(program.has_value());
  for (const char* nothing : {"0", "null", "false", "[]"})
    EXPECT_FALSE(TellConditions(*program, {{'f', {nothing, "5"}}}, Parts::kJoinedByAnd, true).at(0).has_evidence);
  EXPECT_TRUE(TellConditions(*program, {{'f', {"1", "5"}}}, Parts::kJoinedByAnd, true).at(0).has_evidence);
}

}  // namespace
}  // namespace oxpecker::engine
