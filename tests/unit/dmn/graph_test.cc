// Requirements, scopes, knowledge, services and imports.
#include "tests/unit/dmn/models.h"

namespace oxpecker::dmn {
namespace {

std::string KnowledgeText(const std::string& name, const std::string& parameter,
                          const std::string& body, const std::string& required = "") {
  return "<businessKnowledgeModel id=\"" + name + "\" name=\"" + name + "\"><variable name=\"" +
         name + "\"/><encapsulatedLogic><formalParameter name=\"" + parameter + "\"/>" +
         Literal(body) + "</encapsulatedLogic>" +
         (required.empty() ? ""
                           : "<knowledgeRequirement><requiredKnowledge href=\"#" + required +
                                 "\"/></knowledgeRequirement>") +
         "</businessKnowledgeModel>\n";
}

std::string All(const std::vector<std::string>& texts) { return testing::PrintToString(texts); }

TEST(Graph, NamesMayHoldSpacesAndSymbols) {
  Asked ask(InputText("Applicant's income") + InputText("debt-ratio") +
            DecisionText("D", Literal("Applicant's income * debt-ratio"),
                         {"Applicant's income", "debt-ratio"}));
  EXPECT_EQ(ask("D", {{"Applicant's income", "100"}, {"debt-ratio", "0.5"}}), "50.0");
}

TEST(Graph, ADecisionSeesOnlyWhatItRequires) {
  Asked ask(InputText("a") + DecisionText("B", Literal("a + 1"), {"a"}) +
            DecisionText("C", Literal("B + 1"), {}, {"B"}) + DecisionText("D", Literal("a")));
  EXPECT_EQ(ask("C", {{"a", "1"}}), "3");
  EXPECT_EQ(ask("D", {{"a", "1"}}), "error: unknown name 'a'");
  ASSERT_EQ(ask.problems().size(), 1U);
  EXPECT_NE(ask.problems()[0].find("unknown name 'a'; it is input data of this model that is not required here: add an "
                                   "informationRequirement with its requiredInput"), std::string::npos) << All(ask.problems());
}

TEST(Graph, AnInputWithoutAValueIsNullAndNamed) {
  Asked ask(InputText("a", "number") + InputText("b", "number") +
            DecisionText("D", Literal("if a = null then 0 else a"), {"a"}));
  EXPECT_EQ(ask("D"), "0");
  EXPECT_EQ(ask.not_given(), std::vector<std::string>{"a"});
  EXPECT_EQ(ask("D", {{"a", "1"}}), "1");
  EXPECT_TRUE(ask.not_given().empty());
}

TEST(Graph, CirclesAreFoundAndAnswerNothing) {
  Asked ask(DecisionText("A", Literal("B"), {}, {"B"}) + DecisionText("B", Literal("C"), {}, {"C"}) +
            DecisionText("C", Literal("A"), {}, {"A"}) + DecisionText("D", Literal("A"), {}, {"A"}) +
            DecisionText("E", Literal("1")) + DecisionText("F", Literal("F"), {}, {"F"}));
  const std::string all = All(ask.problems());
  EXPECT_NE(all.find("'A' requires 'B' requires 'C' requires 'A'"), std::string::npos) << all;
  EXPECT_NE(all.find("'F' requires 'F'"), std::string::npos) << all;
  EXPECT_EQ(ask("D").substr(0, 6), "error:");
  EXPECT_EQ(ask("E"), "1");
}

TEST(Graph, ALongChainNeedsNoStack) {
  constexpr int kLength = 5'000;
  std::string elements = DecisionText("d0", Literal("1"));
  for (int i = 1; i < kLength; ++i) {
    const std::string before = "d" + std::to_string(i - 1);
    elements += DecisionText("d" + std::to_string(i), Literal(before + " + 1"), {}, {before});
  }
  Asked ask(elements);
  EXPECT_EQ(ask("d" + std::to_string(kLength - 1)), std::to_string(kLength));
}

TEST(Graph, RequirementsOfNothingAreProblems) {
  Asked ask(DecisionText("D", Literal("1"), {"nowhere"}));
  EXPECT_NE(All(ask.problems()).find("no element has the id 'nowhere'"), std::string::npos);
}

TEST(Graph, TwoElementsOfOneNameAreAProblem) {
  Asked ask(InputText("a") + DecisionText("a", Literal("1")));
  const std::string all = All(ask.problems());
  EXPECT_NE(all.find("two elements have the id 'a'"), std::string::npos) << all;
  EXPECT_NE(all.find("two elements are called 'a'"), std::string::npos) << all;
}

TEST(Graph, KnowledgeIsAFunctionAndMayUseOther) {
  Asked ask(KnowledgeText("twice", "n", "n * 2") +
            KnowledgeText("four times", "n", "twice(twice(n))", "twice") +
            DecisionText("D", Literal("four times(10)"), {}, {}, {"four times"}));
  EXPECT_TRUE(ask.problems().empty()) << All(ask.problems());
  EXPECT_EQ(ask("D"), "40");
}

TEST(Graph, KnowledgeMayCallItselfWithinLimits) {
  Asked ask(KnowledgeText("fib", "n", "if n < 2 then n else fib(n - 1) + fib(n - 2)") +
            KnowledgeText("endless", "n", "endless(n)") +
            DecisionText("D", Literal("fib(15)"), {}, {}, {"fib"}) +
            DecisionText("E", Literal("endless(1)"), {}, {}, {"endless"}));
  EXPECT_EQ(ask("D"), "610");
  EXPECT_EQ(ask("E"), "error: functions call each other too deeply");
}

constexpr std::string_view kService = R"(
<decisionService id="S" name="S"><variable name="S"/>
  <outputDecision href="#Out"/><encapsulatedDecision href="#Mid"/>
  <inputDecision href="#Given"/><inputData href="#a"/></decisionService>
<decisionService id="Two" name="Two"><variable name="Two"/>
  <outputDecision href="#Out"/><outputDecision href="#Mid"/>
  <inputDecision href="#Given"/><inputData href="#a"/></decisionService>
)";

Asked ServiceModel() {
  return Asked(InputText("a", "number") + DecisionText("Given", Literal("a * 100"), {"a"}) +
               DecisionText("Mid", Literal("a + 1"), {"a"}) +
               DecisionText("Out", Literal("Mid + Given"), {}, {"Mid", "Given"}) +
               std::string(kService) + DecisionText("Call", Literal("S(1, 5)"), {}, {}, {"S"}) +
               DecisionText("Named", Literal("S(Given: 5, a: 1)"), {}, {}, {"S"}) +
               DecisionText("Pair", Literal("Two(1, 5)"), {}, {}, {"Two"}));
}

TEST(Graph, AServiceTakesItsInputDecisionsAsGiven) {
  Asked ask = ServiceModel();
  EXPECT_TRUE(ask.problems().empty()) << All(ask.problems());
  EXPECT_EQ(ask.Service("S", {{"a", "1"}, {"Given", "5"}}), "7");
  EXPECT_EQ(ask("Call"), "7");
  EXPECT_EQ(ask("Named"), "7");
  EXPECT_EQ(ask("Pair"), "{Out: 7, Mid: 2}");
  EXPECT_EQ(ask("Out", {{"a", "1"}}), "102") << "outside the service the decision is made";
  EXPECT_EQ(ask.Service("T").substr(0, 8), "refused:");
}

TEST(Graph, ADecisionWithoutLogicIsNullUnlessGiven) {
  Asked ask("<decision id=\"M\" name=\"M\"/>" + DecisionText("D", Literal("M"), {}, {"M"}));
  EXPECT_EQ(ask("D"), "null");
  EXPECT_EQ(ask("D", {{"M", "3"}}), "3");
}

TEST(Graph, ImportsAreKnownByTheirName) {
  const std::string shared = ModelText(
      "<itemDefinition name=\"tAmount\"><typeRef>number</typeRef><allowedValues><text>&gt;= "
      "0</text></allowedValues></itemDefinition>" +
          InputText("base", "tAmount") + DecisionText("Doubled", Literal("base * 2"), {"base"}) +
          KnowledgeText("plus one", "n", "n + 1"),
      "urn:shared");
  std::string own = DecisionText("D", Literal("lib.plus one(lib.Doubled) + lib.base"));
  own.insert(own.find("<literalExpression>"),
             "<informationRequirement><requiredDecision href=\"urn:shared#Doubled\"/>"
             "</informationRequirement><informationRequirement><requiredInput "
             "href=\"urn:shared#base\"/></informationRequirement><knowledgeRequirement>"
             "<requiredKnowledge href=\"urn:shared#plus one\"/></knowledgeRequirement>");
  const std::string main = ModelText(
      "<import name=\"lib\" namespace=\"urn:shared\" importType=\"" + std::string(kDmn15) + "\"/>" +
      InputText("x", "lib.tAmount") + DecisionText("E", Literal("x"), {"x"}) + own);
  Asked ask(std::vector<Definitions>{Read("main.dmn", main), Read("shared.dmn", shared)});
  EXPECT_TRUE(ask.problems().empty()) << All(ask.problems());
  EXPECT_EQ(ask("D", {{"base", "10"}}), "31");
  EXPECT_EQ(ask("E", {{"x", "-1"}}).substr(0, 6), "error:");
  Asked alone(std::vector<Definitions>{Read("main.dmn", main)});
  EXPECT_NE(All(alone.problems()).find("the imported model 'urn:shared' was not found"),
            std::string::npos);
}

TEST(Graph, ATraceTellsWhatWasEvaluated) {
  const std::string table =
      "<decisionTable hitPolicy=\"FIRST\"><input><inputExpression><text>a</text></inputExpression>"
      "</input><output/><rule><inputEntry><text>&lt; 5</text></inputEntry><outputEntry><text>1"
      "</text></outputEntry></rule><rule><inputEntry><text>-</text></inputEntry><outputEntry>"
      "<text>2</text></outputEntry></rule></decisionTable>";
  const Model model = Model::Build(
      {Read("m.dmn", ModelText(InputText("a") + DecisionText("D", table, {"a"})))});
  ModelEvaluator evaluator(model, {});
  std::vector<TraceStep> trace;
  const auto outcome = evaluator.Decide(
      {.decisions = {"D"}, .given = {{"a", "", feel::Value::Integer(7)}}}, &trace);
  ASSERT_TRUE(outcome.has_value());
  ASSERT_EQ(trace.size(), 4U);
  EXPECT_EQ(trace[0].what, "decision");
  EXPECT_EQ(feel::ToFeelText(trace[0].value), "2");
  EXPECT_EQ(trace[1].name, "a");
  EXPECT_EQ(trace[2].name + ": " + trace[2].note, "rule 1: cell 1 does not hold");
  EXPECT_EQ(trace[3].name + ": " + trace[3].note, "rule 2: matches");
  EXPECT_EQ(trace[3].depth, 1U);
}

}  // namespace
}  // namespace oxpecker::dmn
