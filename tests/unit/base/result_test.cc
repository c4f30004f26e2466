#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace oxpecker {
namespace {

Result<int> Half(int value) {
  if (value % 2 != 0) return Fail(ErrorCode::kInvalidInput, "here", "odd", "add one");
  return value / 2;
}
Status CheckPositive(int value) {
  if (value <= 0) return Fail(ErrorCode::kRefused, "", "not positive");
  return {};
}
Result<int> Quarter(int value) {
  OXP_TRY(CheckPositive(value));
  OXP_TRY(const int half, Half(value));
  OXP_TRY(int quarter, Half(half));
  return quarter;
}
Result<std::unique_ptr<int>> Boxed(int value) {
  OXP_TRY(int half, Half(value));
  return std::make_unique<int>(half);
}
Result<int> Unboxed(int value) {
  OXP_TRY(std::unique_ptr<int> box, Boxed(value));
  return *box;
}
Checked<int> AllProblems(int value) {
  if (value < 0) return std::unexpected(Issues{{ErrorCode::kLimit, "a", "b", ""}, {}});
  return value;
}
Checked<int> Passed(int value) {
  OXP_TRY(int same, AllProblems(value));
  OXP_TRY(AllProblems(value));
  return same;
}

TEST(ResultTest, TryPassesValuesAndErrorsOn) {
  EXPECT_EQ(Quarter(8).value(), 2);
  EXPECT_EQ(Quarter(6).error().message, "odd");
  EXPECT_EQ(Quarter(0).error().code, ErrorCode::kRefused);
  EXPECT_EQ(Unboxed(4).value(), 2);  // values that only move
  EXPECT_FALSE(Unboxed(3));
  EXPECT_EQ(Passed(3).value(), 3);
  EXPECT_EQ(Passed(-1).error().size(), 2U);
}

TEST(ErrorTest, ReadsAsOneLine) {
  EXPECT_EQ(Half(1).error().ToString(), "here: odd; add one");
  EXPECT_EQ((Error{ErrorCode::kLimit, "", "too long", ""}).ToString(), "too long");
  EXPECT_EQ(ToString(Issues{{ErrorCode::kLimit, "a", "b", ""}, {ErrorCode::kLimit, "c", "d", ""}}),
            "a: b\nc: d");
}

TEST(ErrorTest, CodesHaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (std::uint8_t code = 1; code <= 7; ++code) names.insert(Name(static_cast<ErrorCode>(code)));
  EXPECT_EQ(names.size(), 7U);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_STREQ(Name(ErrorCode::kInvalidInput), "invalid_input");
}

}  // namespace
}  // namespace oxpecker
