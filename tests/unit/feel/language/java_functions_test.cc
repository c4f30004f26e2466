#include "rules/feel/java_functions.h"

#include <gmock/gmock.h>

#include "tests/unit/feel/language/expressions.h"

namespace oxpecker::feel {
namespace {

using testing::HasSubstr;

// The value of a call of an external function with these parameters' names and arguments.
std::string Call(const std::string& class_name, const std::string& signature,
                 const std::string& names, const std::string& arguments) {
  return ValueOfText("(function(" + names + ") external {java: {class: \"" + class_name +
                     "\", method signature: \"" + signature + "\"}})(" + arguments + ")");
}
std::string Math(const std::string& signature, const std::string& arguments) {
  const bool two = signature.find(',') != std::string::npos;
  return Call("java.lang.Math", signature, two ? "a, b" : "a", arguments);
}

TEST(JavaFunctions, ComputeInDecimals) {
  EXPECT_EQ(Math("max(int, int)", "123, 456"), "456");
  EXPECT_EQ(Math("max(double,double)", "123.45, 456.78"), "456.78");
  EXPECT_EQ(Math("min(long,long)", "-9223372036854775808, 1"), "-9223372036854775808");
  EXPECT_EQ(Math("abs(float)", "-0.1"), "0.1") << "not the nearest binary fraction";
  EXPECT_EQ(Math("ceil(double)", "-1.5"), "-1");
  EXPECT_EQ(Math("floor(double)", "-1.5"), "-2");
  EXPECT_EQ(Math("round(double)", "2.5"), "3");
  EXPECT_EQ(Math("round(double)", "-2.5"), "-2") << "half goes up, as in Java";
  EXPECT_EQ(Math("pow(double,double)", "1.1, 2"), "1.21");
  EXPECT_EQ(Math("sqrt(double)", "0.25"), "0.5");
  EXPECT_THAT(Math("sin(double)", "1"), HasSubstr("0.84147098480789650"));
  EXPECT_THAT(Math("tan(double)", "1"), HasSubstr("1.55740772465490223"));
  EXPECT_THAT(Math("cos(double)", "123"), HasSubstr("-0.8879689066918"));
  EXPECT_THAT(Math("sin(double)", "1E6000"), testing::Not(HasSubstr("null"))) << "however large";
}

TEST(JavaFunctions, HoldTheRangeOfTheirType) {
  EXPECT_EQ(Call("java.lang.Byte", "valueOf(byte)", "b", "127"), "127");
  EXPECT_THAT(Call("java.lang.Byte", "valueOf(byte)", "b", "128"), HasSubstr("null"));
  EXPECT_EQ(Call("java.lang.Byte", "valueOf(byte)", "b", "-128"), "-128");
  EXPECT_THAT(Call("java.lang.Byte", "valueOf(byte)", "b", "-129"), HasSubstr("null"));
  EXPECT_THAT(Call("java.lang.Short", "valueOf(short)", "b", "1.5"), HasSubstr("null"));
  EXPECT_EQ(Math("max(int,int)", "2147483647, 1"), "2147483647");
  EXPECT_THAT(Math("max(int,int)", "1, 2147483648"), HasSubstr("null"));
  EXPECT_THAT(Math("sqrt(double)", "-1"), HasSubstr("null"));
  EXPECT_THAT(Math("log(double)", "0"), HasSubstr("null"));
  EXPECT_THAT(Math("exp(double)", "1E9"), HasSubstr("null"));
  EXPECT_THAT(Math("max(int,int)", "\"1\", 2"), HasSubstr("null"));
  EXPECT_THAT(Math("max(int,int)", "null, 2"), HasSubstr("null"));
}

TEST(JavaFunctions, ReadTexts) {
  const auto integer = [](const std::string& text) {
    return Call("java.lang.Integer", "valueOf(java.lang.String)", "s", "\"" + text + "\"");
  };
  EXPECT_EQ(integer("123"), "123");
  EXPECT_EQ(integer("+7"), "7");
  EXPECT_EQ(integer("-2147483648"), "-2147483648");
  for (const char* bad : {"", "+", "-", "--1", "+-1", "1.0", "1e3", " 1", "2147483648", "x"})
    EXPECT_THAT(integer(bad), HasSubstr("null")) << bad;
  const auto fraction = [](const std::string& text) {
    return Call("java.lang.Double", "parseDouble(java.lang.String)", "s", "\"" + text + "\"");
  };
  EXPECT_EQ(fraction("1234.56"), "1234.56");
  EXPECT_EQ(fraction("-1.5e2"), "-150");
  for (const char* bad : {"NaN", "Infinity", "0x1p3", ".", "1,5"})
    EXPECT_THAT(fraction(bad), HasSubstr("null")) << bad;
  const auto character = [](const std::string& text) {
    return Call("java.lang.String", "valueOf(char)", "c", "\"" + text + "\"");
  };
  EXPECT_EQ(character("å"), "\"å\"");
  EXPECT_THAT(character("abc"), HasSubstr("null"));
  EXPECT_THAT(character(""), HasSubstr("null"));
}

TEST(JavaFunctions, FormatTexts) {
  const auto format = [](const std::string& names, const std::string& arguments) {
    return Call("java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", names, arguments);
  };
  EXPECT_EQ(format("s, a", "\"foo %s\", \"bar\""), "\"foo bar\"");
  EXPECT_EQ(format("s, a, b", "\"%d%% of %s\", 5, [1, 2]"), "\"5% of [1, 2]\"");
  EXPECT_EQ(format("s", "\"plain\""), "\"plain\"");
  for (const char* bad : {"%d", "%f", "%", "%s %s", "%x"})
    EXPECT_THAT(format("s, a", "\"" + std::string(bad) + "\", 1.5"), HasSubstr("null")) << bad;
}

TEST(JavaFunctions, NothingElseIsEverCalled) {
  EXPECT_THAT(Call("java.lang.Runtime", "exec(java.lang.String)", "s", "\"ls\""),
              HasSubstr("the external function 'java.lang.Runtime.exec(java.lang.String)' is not supported"));
  EXPECT_THAT(Math("foo(double)", "1"), HasSubstr("is not supported"));
  EXPECT_THAT(Call("java.lang.Math", "max(int,int)", "a", "1"), HasSubstr("takes 2 parameters, not 1"));
  EXPECT_THAT(ValueOfText("function(a) external {pmml: {document: \"x\", model: \"y\"}}"),
              HasSubstr("external functions in pmml are not supported"));
  EXPECT_THAT(ValueOfText("function(a) external {java: {class: 1}}"), HasSubstr("a text in quotes"));
  EXPECT_THAT(ValueOfText("function(a) external java"), HasSubstr("expected"));
  EXPECT_THAT(ValueOfText("java.lang.Math.max(int,int)"), HasSubstr("unknown")) << "no name reaches a row";
}

TEST(JavaFunctions, RowsAreFoundByTheirNames) {
  EXPECT_GE(JavaFunctions().size(), 40U);
  for (const Builtin& row : JavaFunctions()) {
    const std::string name(row.name);
    const std::size_t open = name.find('(');
    const std::size_t point = name.rfind('.', open);
    EXPECT_EQ(FindJavaFunction(name.substr(0, point), name.substr(point + 1)), &row) << name;
  }
}

}  // namespace
}  // namespace oxpecker::feel
