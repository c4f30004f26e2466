// Boxed expressions of all kinds.
#include "tests/unit/dmn/models.h"

#include <chrono>

namespace oxpecker::dmn {
namespace {

std::string Answer(const std::string& logic) {
  Asked ask(DecisionText("D", logic));
  return ask("D");
}

std::string Entry(const std::string& name, const std::string& value, const std::string& type = "") {
  return "<contextEntry><variable name=\"" + name + "\" typeRef=\"" + type + "\"/>" + value +
         "</contextEntry>";
}
std::string Context(const std::string& entries, const std::string& result = "") {
  return "<context>" + entries +
         (result.empty() ? "" : "<contextEntry>" + Literal(result) + "</contextEntry>") +
         "</context>";
}
std::string Function(const std::string& parameters, const std::string& body,
                     const std::string& kind = "FEEL") {
  return "<functionDefinition kind=\"" + kind + "\">" + parameters + body + "</functionDefinition>";
}
std::string Parameter(const std::string& name, const std::string& type = "") {
  return "<formalParameter name=\"" + name + "\" typeRef=\"" + type + "\"/>";
}

TEST(Boxed, ALiteralMayBeEmpty) {
  EXPECT_EQ(Answer(Literal("0.1 + 0.2")), "0.3");
  EXPECT_EQ(Answer("<literalExpression/>"), "null");
  EXPECT_EQ(Answer("<literalExpression><text>  </text></literalExpression>"), "null");
}

TEST(Boxed, AnEntrySeesThoseBeforeIt) {
  const std::string entries =
      Entry("net price", Literal("100")) + Entry("tax", Literal("net price * 0.25"));
  EXPECT_EQ(Answer(Context(entries)), "{net price: 100, tax: 25.00}");
  EXPECT_EQ(Answer(Context(entries, "net price + tax")), "125.00");
}

TEST(Boxed, AnEntryHasItsDeclaredType) {
  EXPECT_EQ(Answer(Context(Entry("a", Literal("[1]"), "number"))), "{a: 1}");
  EXPECT_NE(Answer(Context(Entry("a", Literal("\"x\""), "number"), "a")).find("does not conform"),
            std::string::npos);
}

TEST(Boxed, ListsAndRelations) {
  EXPECT_EQ(Answer("<list>" + Literal("1") + Literal("\"a\"") + "</list>"), "[1, \"a\"]");
  EXPECT_EQ(Answer("<list/>"), "[]");
  const std::string relation = "<relation><column name=\"id\"/><column name=\"rate\"/><row>" +
                               Literal("1") + Literal("0.5") + "</row><row>" + Literal("2") +
                               Literal("null") + "</row></relation>";
  EXPECT_EQ(Answer(relation), "[{id: 1, rate: 0.5}, {id: 2, rate: null}]");
  EXPECT_EQ(Answer(Context(Entry("r", relation), "r[rate = 0.5].id")), "[1]");
}

TEST(Boxed, AConditionThatIsNotTrueTakesTheOtherBranch) {
  const auto conditional = [](const std::string& condition) {
    return Answer("<conditional><if>" + Literal(condition) + "</if><then>" + Literal("1") +
                  "</then><else>" + Literal("2") + "</else></conditional>");
  };
  EXPECT_EQ(conditional("true"), "1");
  EXPECT_EQ(conditional("false"), "2");
  EXPECT_EQ(conditional("null"), "2");
  EXPECT_EQ(conditional("\"true\""), "2");
}

std::string Loop(const char* kind, const std::string& in, const std::string& body) {
  const std::string part = std::string(kind) == "for" ? "return" : "satisfies";
  return std::string("<") + kind + " iteratorVariable=\"each one\"><in>" + Literal(in) + "</in><" +
         part + ">" + Literal(body) + "</" + part + "></" + kind + ">";
}

TEST(Boxed, Iteration) {
  EXPECT_EQ(Answer(Loop("for", "[1, 2, 3]", "each one * 2")), "[2, 4, 6]");
  EXPECT_EQ(Answer(Loop("for", "[1..3]", "each one * 2")), "[2, 4, 6]");
  EXPECT_EQ(Answer(Loop("for", "[1, 2, 3]", "sum(append(partial, each one))")), "[1, 3, 7]");
  EXPECT_EQ(Answer(Loop("for", "[]", "each one")), "[]");
  EXPECT_EQ(Answer(Loop("for", "\"no list\"", "each one")).substr(0, 6), "error:");
  EXPECT_EQ(Answer(Loop("some", "[1, 2]", "each one > 1")), "true");
  EXPECT_EQ(Answer(Loop("some", "[1, 2]", "each one > 2")), "false");
  EXPECT_EQ(Answer(Loop("some", "[]", "true")), "false");
  EXPECT_EQ(Answer(Loop("every", "[1, 2]", "each one > 0")), "true");
  EXPECT_EQ(Answer(Loop("every", "[]", "false")), "true");
  EXPECT_EQ(Answer(Loop("every", "[1]", "\"yes\"")),
            "error: 'satisfies' gives a string, expected a boolean");
  EXPECT_EQ(Answer(Loop("every", "[1, null]", "each one > 0")).substr(0, 6), "error:");
}

std::string Filter(const std::string& in, const std::string& match) {
  return "<filter><in>" + in + "</in><match>" + match + "</match></filter>";
}

TEST(Boxed, AFilterKeepsWhatMatches) {
  EXPECT_EQ(Answer(Filter(Literal("[1, 2, 3]"), Literal("item > 1"))), "[2, 3]");
  EXPECT_EQ(Answer(Filter(Literal("[{a: 1}, {a: 2}]"), Literal("a > 1"))), "[{a: 2}]");
  EXPECT_EQ(Answer(Filter(Literal("[1]"), Literal("\"x\""))).substr(0, 6), "error:");
  EXPECT_EQ(Answer(Filter(Literal("null"), Literal("item > 1"))).substr(0, 6), "error:");
}

TEST(Boxed, AFilterWithABoxedMatchSeesTheItem) {
  const auto boxed = [](const std::string& condition) {
    return "<conditional><if>" + Literal(condition) + "</if><then>" + Literal("true") +
           "</then><else>" + Literal("false") + "</else></conditional>";
  };
  EXPECT_EQ(Answer(Filter(Literal("[1, 2, 3]"), boxed("item > 1"))), "[2, 3]");
  EXPECT_EQ(Answer(Filter(Literal("[{a: 1}, {a: 2}]"), boxed("a > 1"))), "[{a: 2}]");
  EXPECT_EQ(Answer(Filter(Literal("5"), boxed("item > 1"))), "[5]");
  EXPECT_EQ(Answer(Filter(Literal("[1]"), "<list/>")),
            "error: 'match' gives a list, expected a boolean");
}

TEST(Boxed, FunctionsSeeWhereTheyWereMade) {
  const std::string context =
      Entry("rate", Literal("0.1")) +
      Entry("interest", Function(Parameter("amount", "number"), Literal("amount * rate")));
  EXPECT_EQ(Answer(Context(context, "interest(200)")), "20.0");
  EXPECT_EQ(Answer(Context(context, "interest(amount: 200)")), "20.0");
  EXPECT_NE(Answer(Context(context, "interest(\"200\")")).find("argument 'amount' is a string"),
            std::string::npos);
  EXPECT_EQ(Answer(Context(context, "interest(1, 2)")).substr(0, 6), "error:");
}

TEST(Boxed, AFunctionMayCallItself) {
  const std::string boxed =
      Entry("factorial", Function(Parameter("n"), Literal("if n < 2 then 1 else n * factorial(n - 1)")));
  EXPECT_EQ(Answer(Context(boxed, "factorial(20)")), "2432902008176640000");
  const std::string literal =
      Entry("factorial", Literal("function(n) if n < 2 then 1 else n * factorial(n - 1)"));
  EXPECT_EQ(Answer(Context(literal, "factorial(5)")), "120");
}

TEST(Boxed, EndlessRecursionIsATypedOutcome) {
  const std::string endless = Entry("f", Function(Parameter("n"), Literal("f(n + 1)")));
  EXPECT_EQ(Answer(Context(endless, "f(1)")), "error: functions call each other too deeply");
}

TEST(Boxed, EndlessWorkIsATypedOutcome) {
  const std::string wide = Entry(
      "f", Function(Parameter("n"), Literal("if n = 0 then 1 else f(n - 1) + f(n - 1)")));
  EXPECT_EQ(Answer(Context(wide, "f(60)")),
            "error: the evaluation takes too many steps or too much memory");
}

std::string Invocation(const std::string& function, const std::string& parameter,
                       const std::string& value) {
  return "<invocation>" + Literal(function) + "<binding><parameter name=\"" + parameter + "\"/>" +
         Literal(value) + "</binding></invocation>";
}

TEST(Boxed, AnInvocationBindsByName) {
  const std::string twice = Entry("twice", Function(Parameter("a number"), Literal("a number * 2")));
  const auto call = [&](const std::string& function, const std::string& parameter) {
    return Answer("<context>" + twice + "<contextEntry>" + Invocation(function, parameter, "21") +
                  "</contextEntry></context>");
  };
  EXPECT_EQ(call("twice", "a number"), "42");
  EXPECT_EQ(call("twice", "number"), "error: the function has no parameter 'number'");
  EXPECT_EQ(call("thrice", "a number").substr(0, 6), "error:");
  EXPECT_EQ(call("abs", "n"), "21");
  EXPECT_EQ(call("abs", "m").substr(0, 6), "error:");
}

TEST(Boxed, JavaFunctionsAreThoseOfTheTable) {
  const auto with = [](const char* class_name, const char* signature) {
    return Entry("f", Function(Parameter("first one") + Parameter("b"),
                               Context(Entry("class", Literal(class_name)) +
                                       Entry("method signature", Literal(signature))),
                               "Java"));
  };
  EXPECT_EQ(Answer(Context(with("\"java.lang.Math\"", "\"max(int, int)\""), "f(123, 456)")), "456");
  Asked ask(DecisionText("D", Context(with("\"x.Y\"", "\"z(int,int)\""), "f(1, 2)")));
  EXPECT_EQ(ask("D").substr(0, 6), "error:");
  ASSERT_FALSE(ask.problems().empty());
  EXPECT_NE(ask.problems()[0].find("the external function 'x.Y.z(int,int)' is not supported"),
            std::string::npos);
}

TEST(Boxed, OtherExternalFunctionsAreRefused) {
  const std::string external =
      Entry("f", Function(Parameter("a"), Context(Entry("document", Literal("\"x\""))), "PMML"));
  Asked ask(DecisionText("D", Context(external, "f(1)")));
  EXPECT_EQ(ask("D"), "error: external functions (PMML) are not supported");
  ASSERT_FALSE(ask.problems().empty());
  EXPECT_NE(ask.problems()[0].find("external functions (PMML) are not supported"), std::string::npos);
}

TEST(Boxed, ABrokenFunctionDoesNotLetABuiltInAnswer) {
  const std::string broken = Entry("max", Literal("function(a, b) external {java: {class: \"x\"}}"));
  EXPECT_EQ(Answer(Context(broken, "max(1, 2)")).substr(0, 6), "error:");
}

TEST(Boxed, TheExpressionsOwnTypeIsHeld) {
  EXPECT_EQ(Answer("<literalExpression typeRef=\"number\"><text>[5]</text></literalExpression>"),
            "5");
  EXPECT_NE(Answer("<literalExpression typeRef=\"number\"><text>\"a\"</text></literalExpression>")
                .find("does not conform to 'number'"),
            std::string::npos);
}

TEST(Boxed, AProblemSaysWhereItIs) {
  Asked ask(DecisionText("D", "<literalExpression>\n<text>1 +\n  2 * amuont</text>\n</literalExpression>"));
  ASSERT_EQ(ask.problems().size(), 1U);
  EXPECT_EQ(ask.problems()[0].substr(0, 40), "test.dmn:6:7: unknown name 'amuont'");
  Asked division(DecisionText("D", "<literalExpression>\n<text>1 / 0</text></literalExpression>"));
  EXPECT_EQ(division("D"), "error: division by zero");
  EXPECT_EQ(division.place(), "test.dmn:5:7");
}

TEST(Expressions, ALongContextCompilesQuickly) {
  std::string entries;
  for (int i = 0; i < 4'000; ++i)
    entries += "<contextEntry><variable name=\"e" + std::to_string(i) + "\"/>" + Literal(i == 0 ? "1" : "e" + std::to_string(i - 1) + " + 1") + "</contextEntry>";
  const auto begin = std::chrono::steady_clock::now();
  Asked ask(DecisionText("D", "<context>" + entries + "<contextEntry>" + Literal("e3999") + "</contextEntry></context>"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{15});
  EXPECT_TRUE(ask.problems().empty());
}

TEST(Expressions, ATypeIsNestedOnlySoDeep) {
  std::string text = DecisionText("D0", Literal("1"));
  for (int i = 1; i < 20'000; ++i) text += DecisionText("D" + std::to_string(i), Literal("[D" + std::to_string(i - 1) + "]"), {}, {"D" + std::to_string(i - 1)});
  Asked ask(text);
  EXPECT_TRUE(ask.problems().empty());
}

}  // namespace
}  // namespace oxpecker::dmn
