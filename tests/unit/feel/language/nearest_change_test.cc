#include "rules/feel/nearest_change.h"

#include <gtest/gtest.h>

#include "rules/feel/temporal.h"

namespace oxpecker::feel {
namespace {

// "5" where it is enough, "above 5" or "below 5" where it is not; "none".
std::string Nearest(const std::string& text, const std::vector<Value>& values, std::uint32_t input,
                    Truth wanted = Truth::kTrue) {
  Scope scope;
  for (const char* name : {"a", "b"}) scope.Add(name, Type::Any());
  const Program program = *Compile(text, scope, {});
  Evaluator evaluator{Limits{}};
  const auto change = NearestChange(program, scope, values, input, wanted, evaluator);
  if (!change) return "none";
  const char* words = change->is_reached ? "" : change->is_upward ? "above " : "below ";
  return words + ToDisplayText(change->bound);
}

Value N(std::string_view text) { return Value::Number(*Decimal::Parse(text)); }

TEST(NearestChange, OfComparisonsWithConstants) {
  EXPECT_EQ(Nearest("a >= 650", {N("612"), {}}, 0), "650");
  EXPECT_EQ(Nearest("a > 650", {N("612"), {}}, 0), "above 650");
  EXPECT_EQ(Nearest("a > 650", {N("650"), {}}, 0), "above 650");
  EXPECT_EQ(Nearest("a < 650", {N("650"), {}}, 0), "below 650");
  EXPECT_EQ(Nearest("a >= 650", {N("700"), {}}, 0, Truth::kFalse), "below 650");
  EXPECT_EQ(Nearest("a in [10..20) or a = 40", {N("25"), {}}, 0), "below 20");
  EXPECT_EQ(Nearest("a in [10..20) or a = 40", {N("35"), {}}, 0), "40");
  EXPECT_EQ(Nearest("not(a in (1, 2, 3))", {N("2"), {}}, 0), "above 2");
  EXPECT_EQ(Nearest("a > 5 and a < 3", {N("4"), {}}, 0), "none");
  EXPECT_EQ(Nearest("a < date(\"2026-03-16\")", {*ParseDate("2026-03-20"), {}}, 0), "below 2026-03-16");
}

TEST(NearestChange, OfSidesThatAreLinearInTheFact) {
  EXPECT_EQ(Nearest("a * 3 >= b", {N("30000"), N("100000")}, 0),
            "above 33333.33333333333333333333333333333");
  EXPECT_EQ(Nearest("a * 4 >= b", {N("10"), N("100")}, 0), "25");
  EXPECT_EQ(Nearest("a * 4 >= b", {N("10"), N("100")}, 1), "40");
  EXPECT_EQ(Nearest("(a - 5) / 2 + b < 3 - a", {N("7"), N("1")}, 0), "below 3");
  EXPECT_EQ(Nearest("-a > b", {N("2"), N("-1")}, 0), "below 1");
}

TEST(NearestChange, SaysNothingWhereItWouldGuess) {
  EXPECT_EQ(Nearest("a * a > b", {N("2"), N("9")}, 0), "none");
  EXPECT_EQ(Nearest("10 / a > b", {N("10"), N("9")}, 0), "none");
  EXPECT_EQ(Nearest("floor(a) > b", {N("2"), N("9")}, 0), "none");
  EXPECT_EQ(Nearest("a > b", {Value::String("x"), Value::String("y")}, 0), "none");
  EXPECT_EQ(Nearest("a - a > b", {N("2"), N("9")}, 0), "none");
}

}  // namespace
}  // namespace oxpecker::feel
