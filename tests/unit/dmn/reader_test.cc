#include "rules/dmn/reader.h"

#include "tests/unit/dmn/models.h"

namespace oxpecker::dmn {
namespace {

using testing::Test;

Issues Refused(std::string_view elements, const ReadLimits& limits = {}) {
  const auto definitions = ReadDefinitions("m.dmn", ModelText(elements), limits);
  return definitions ? Issues{} : definitions.error();
}

bool Says(const Issues& issues, std::string_view what) {
  for (const Error& issue : issues) {
    if (issue.ToString().find(what) != std::string::npos) return true;
  }
  return false;
}

TEST(Reader, TakesEveryNamespaceFrom11To15) {
  for (const char* space :
       {"http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/"}) {
    const std::string text = ModelText(DecisionText("D", Literal("1")), "urn:a", space);
    EXPECT_TRUE(ReadDefinitions("m.dmn", text, {}).has_value()) << space;
  }
  EXPECT_FALSE(ReadDefinitions("m.dmn", ModelText("", "urn:a", "urn:else"), {}).has_value());
}

TEST(Reader, TakesAnyPrefixAndPassesOverOtherNamespaces) {
  const std::string text =
      "<d:definitions xmlns:d=\"" + std::string(kDmn15) +
      "\" xmlns:v=\"urn:vendor\" name=\"x\" namespace=\"urn:x\"><v:decision name=\"V\"/>"
      "<d:decision name=\"D\" v:name=\"no\"><v:literalExpression/><d:literalExpression>"
      "<d:text>1</d:text></d:literalExpression></d:decision></d:definitions>";
  const Definitions model = Read("m.dmn", text);
  ASSERT_EQ(model.decisions.size(), 1U);
  EXPECT_EQ(model.decisions[0].variable.name, "D");
  EXPECT_EQ(model.decisions[0].logic->text.text, "1");
}

TEST(Reader, TellsAllProblemsAtOnceWithTheirPlaces) {
  const Issues issues = Refused(
      "<decision/>\n<decisionService name=\"S\"/>\n<decision name=\"T\"><decisionTable "
      "hitPolicy=\"BEST\"><input/><output/><rule><outputEntry/></rule></decisionTable></decision>");
  EXPECT_TRUE(Says(issues, "m.dmn:3:1: this decision has no name")) << ToString(issues);
  EXPECT_TRUE(Says(issues, "m.dmn:4:1: decision service 'S' has no output decision"));
  EXPECT_TRUE(Says(issues, "unknown hit policy 'BEST'"));
  EXPECT_TRUE(Says(issues, "this input has no expression"));
  EXPECT_TRUE(Says(issues, "rule 1 has 0 input entries, expected 1"));
}

TEST(Reader, RefusesBoxedExpressionsWithPartsMissing) {
  const auto decision = [](std::string_view logic) {
    return Refused("<decision name=\"D\">" + std::string(logic) + "</decision>");
  };
  EXPECT_TRUE(Says(decision("<conditional><if/></conditional>"), "has no 'if'"));
  EXPECT_TRUE(Says(decision("<for><in><literalExpression/></in></for>"), "no iteratorVariable"));
  EXPECT_TRUE(Says(decision("<for iteratorVariable=\"i\"><in/></for>"), "has no 'return'"));
  EXPECT_TRUE(Says(decision("<filter/>"), "has no 'match'"));
  EXPECT_TRUE(Says(decision("<invocation/>"), "names no function"));
  EXPECT_TRUE(Says(decision("<relation><column name=\"a\"/><row/></relation>"),
                   "this row has 0 cells, expected 1"));
  EXPECT_TRUE(Says(decision("<context><contextEntry><variable name=\"a\"/></contextEntry>"
                            "<contextEntry><variable name=\"a\"/></contextEntry></context>"),
                   "two entries 'a'"));
  EXPECT_TRUE(Says(decision("<decisionTable/>"), "the table has no output"));
  EXPECT_TRUE(Says(decision("<literalExpression expressionLanguage=\"urn:groovy\"/>"),
                   "is not FEEL"));
}

// What DMN's schema does not have would otherwise be passed over: a table without its rules.
TEST(Reader, TellsElementsAndAttributesThatDmnDoesNotHave) {
  const auto table = [](std::string_view inside, std::string_view attributes = "") {
    return Refused("<decision name=\"D\"><decisionTable " + std::string(attributes) + "><input><inputExpression><text>1</text>"
                   "</inputExpression></input><output/>" + std::string(inside) + "</decisionTable></decision>");
  };
  const std::string rule = "<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>";
  EXPECT_TRUE(table(rule).empty()) << ToString(table(rule));
  EXPECT_TRUE(Says(table("<Rule/>"), "decisionTable has no element 'Rule' in DMN; did you mean 'rule'?")) << ToString(table("<Rule/>"));
  EXPECT_TRUE(Says(table(rule, "hitpolicy=\"FIRST\""), "decisionTable has no attribute 'hitpolicy' in DMN; did you mean 'hitPolicy'?"));
  EXPECT_TRUE(Says(table("<rule><inputEntry expressionLanguage=\"urn:java\"><text>-</text></inputEntry>"
                         "<outputEntry><text>1</text></outputEntry></rule>"), "'urn:java' is not FEEL"));
  EXPECT_TRUE(Says(Refused("<decison name=\"D\"/>"), "definitions has no element 'decison' in DMN; did you mean 'decision'?"));
  EXPECT_TRUE(Says(Refused("<inputData name=\"I\"><variable name=\"I\" typeref=\"string\"/></inputData>"),
                   "variable has no attribute 'typeref' in DMN; did you mean 'typeRef'?"));
  EXPECT_TRUE(Says(Refused("<decision name=\"D\"><rule/></decision>"), "decision has no element 'rule' in DMN"));
  EXPECT_TRUE(Refused("<decision name=\"D\" id=\"d\" label=\"x\"><description>d <b/></description>"
                      "<extensionElements><anything at=\"all\"/></extensionElements></decision>").empty());
}

TEST(Reader, HoldsTheLimitsOfATable) {
  const std::string table =
      "<decision name=\"D\"><decisionTable><output/><rule><outputEntry/></rule><rule><outputEntry/>"
      "</rule></decisionTable></decision>";
  EXPECT_TRUE(Refused(table, {.rules_max = 2}).empty());
  EXPECT_TRUE(Says(Refused(table, {.rules_max = 1}), "too many rules"));
}

}  // namespace
}  // namespace oxpecker::dmn
