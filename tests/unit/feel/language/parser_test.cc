#include "tests/unit/feel/language/expressions.h"

namespace oxpecker::feel {
namespace {

TEST(Parser, BindsOperatorsAsTheGrammarDoes) {
  EXPECT_EQ(ValueOfText("1 + 2 * 3"), "7");
  EXPECT_EQ(ValueOfText("7 - 2 - 1"), "4");
  EXPECT_EQ(ValueOfText("-3 ** 2"), "9");
  EXPECT_EQ(ValueOfText("2 ** 3 ** 2"), "64");
  EXPECT_EQ(ValueOfText("true or false and false"), "true");
  EXPECT_EQ(ValueOfText("1 + 1 = 2 and 3 > 2"), "true");
  EXPECT_EQ(ValueOfText("2 between 1 and 3 and false"), "false");
  EXPECT_EQ(ValueOfText("if true then 1 else 2 + 3"), "1");
}

TEST(Parser, TellsRangesListsAndFilters) {
  EXPECT_EQ(ValueOfText("[1..3[ = [1..3)"), "true");
  EXPECT_EQ(ValueOfText("]1..3] = (1..3]"), "true");
  EXPECT_EQ(ValueOfText("[[1..3[, [4]]"), "[[1..3), [4]]");
  EXPECT_EQ(ValueOfText("3 in [1..[2, 5][2]]"), "true");
  EXPECT_EQ(ValueOfText("5 in [1..3[ or false"), "false");
  EXPECT_EQ(ValueOfText("(1)"), "1");
  EXPECT_EQ(ValueOfText("{}"), "{}");
}

TEST(Parser, NamesAreTheLongestDeclaredOnes) {
  Scope scope;
  scope.Add("a", Type::Number());
  scope.Add("b", Type::Number());
  scope.Add("a-b", Type::Number());
  scope.Add("loan", Type::Number());
  scope.Add("loan amount", Type::Number());
  scope.Add("in1", Type::Number());
  const Value inputs[] = {Value::Integer(5), Value::Integer(3), Value::Integer(100),
                          Value::Integer(1), Value::Integer(2), Value::Integer(7)};
  EXPECT_EQ(ValueOfText("a-b", scope, inputs), "100");
  EXPECT_EQ(ValueOfText("a - b", scope, inputs), "2");
  EXPECT_EQ(ValueOfText("loan amount + loan", scope, inputs), "3");
  EXPECT_EQ(ValueOfText("in1 in (7)", scope, inputs), "true");
}

TEST(Parser, DeclaredNamesMayLookLikeBuiltins) {
  Scope scope;
  scope.Add("date", Type::String());
  const Value inputs[] = {Value::String("2026-03-16")};
  EXPECT_EQ(ValueOfText("date(date).year", scope, inputs), "2026");
}

TEST(Parser, InnerNamesHideOuterOnes) {
  Scope scope;
  scope.Add("x", Type::Number());
  const Value inputs[] = {Value::Integer(9)};
  EXPECT_EQ(ValueOfText("for x in [1, 2] return x", scope, inputs), "[1, 2]");
  EXPECT_EQ(ValueOfText("{x: 1, y: x}.y", scope, inputs), "1");
  EXPECT_EQ(ValueOfText("[{x: 1}, {x: 2}][x = 2]", scope, inputs), "[{x: 2}]");
  EXPECT_EQ(ValueOfText("[{z: 1}, {z: 9}][z = x]", scope, inputs), "[{z: 9}]");
}

TEST(Parser, SaysWhereAndWhatWasExpected) {
  EXPECT_EQ(ErrorsOf("1 +"), "1:4: found the end, expected an operand");
  EXPECT_EQ(ErrorsOf("(1"), "1:3: found the end, expected ')'");
  EXPECT_EQ(ErrorsOf("1 == 2"),
            "1:3: found '==', expected an operator or the end; write = to compare");
  EXPECT_EQ(ErrorsOf("if true then 1"), "1:15: found the end, expected 'else'");
  EXPECT_EQ(ErrorsOf("[1..2"),
            "1:6: found the end, expected ']', ')' or '[' at the end of the range");
  EXPECT_EQ(ErrorsOf("1 instance of nmber"), "1:15: unknown type 'nmber'; did you mean 'number'?");
  EXPECT_EQ(ErrorsOf("\xFF"), "1:1: the expression is not UTF-8");
}

TEST(Parser, CountsPlacesFromTheOrigin) {
  CompileOptions options;
  options.origin = {"fees.yaml", 14, 9};
  options.indent = 4;
  EXPECT_EQ(ErrorsOf("1 +\n  )", {}, options), "fees.yaml:15:7: found ')', expected an operand");
}

TEST(Parser, LimitsAreErrors) {
  CompileOptions options;
  options.limits.nesting_depth_max = 10;
  EXPECT_EQ(ErrorsOf("((((((((1))))))))", {}, options), "compiles");
  const std::string deep = ErrorsOf("(((((((((((1)))))))))))", {}, options);
  EXPECT_NE(deep.find("nested deeper than 10 levels"), std::string::npos) << deep;
  options.limits.nodes_max = 5;
  EXPECT_EQ(ErrorsOf("1 + 2 + 3", {}, options), "compiles");
  EXPECT_NE(ErrorsOf("1 + 2 + 3 + 4", {}, options), "compiles");
  options.limits.source_bytes_max = 3;
  EXPECT_EQ(ErrorsOf("1+1", {}, options), "compiles");
  EXPECT_NE(ErrorsOf("1 +1", {}, options), "compiles");
}

TEST(Parser, EveryPrefixOfAnExpressionIsHandled) {
  const std::string text =
      "{a: [1, \"x\"], f: function(p: list<number>) for i in p return i + 1, "
      "c: if a[1] in (<3, [4..5)) then @\"P1D\" else not(true) /* end */}.c instance of date";
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto program = Compile(std::string_view(text).substr(0, size), {}, {});
    if (!program) {
      EXPECT_FALSE(program.error().empty()) << size;
    }
  }
  EXPECT_TRUE(Compile(text, {}, {.type_conflicts_are_errors = false}).has_value());
}

}  // namespace
}  // namespace oxpecker::feel
