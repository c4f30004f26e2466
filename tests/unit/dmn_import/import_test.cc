// A DMN model as parts of a rulebook: what is written compiles, and gives the values that the model gives.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "engine/facts/schema.h"
#include "rules/feel/evaluator.h"
#include "tests/unit/dmn/models.h"
#include "tests/unit/dmn/policy_tables.h"
#include "tests/unit/dmn_import/imported_model.h"

namespace oxpecker::dmn {
namespace {

std::vector<NamedInput> Given(const std::vector<std::pair<std::string, std::string>>& inputs, feel::Arena& arena) {
  std::vector<NamedInput> given;
  feel::Evaluator evaluator{feel::Limits{}};
  for (const auto& [name, text] : inputs) {
    const auto program = feel::Compile(text, {}, {});
    EXPECT_TRUE(program.has_value()) << text;
    given.push_back({name, feel::CopyInto(evaluator.Evaluate(*program, {}, {}), arena)});
  }
  return given;
}

class Import {
 public:
  explicit Import(std::string_view elements, const ImportOptions& options = {})
      : model_(std::vector<Definitions>{Read("m.dmn", ModelText(elements))}, options) {
    EXPECT_EQ(model_.problems(), "") << model_.Text();
  }
  // The value that model and rulebook give, or both where they differ.
  std::string operator()(const std::string& decision, const std::vector<std::pair<std::string, std::string>>& inputs = {}) {
    const auto [by_model, by_rulebook] = model_.Both(decision, Given(inputs, model_.arena()));
    return by_model == by_rulebook ? by_model : "model: " + by_model + ", rulebook: " + by_rulebook;
  }
  ImportedModel& model() { return model_; }
  std::string Remarks() const { return model_.Remarks(); }
  bool Writes(std::string_view text) const { return model_.Text().find(text) != std::string::npos; }

 private:
  ImportedModel model_;
};

std::string Contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos ? std::string(part) : text;
}

TEST(Import, NamesBecomeIds) {
  Import import(InputText("Applicant Age", "number") + InputText("applicant age", "number") + InputText("年龄", "number") +
                DecisionText("Sum of Ages", Literal("Applicant Age + applicant age + 年龄"), {"Applicant Age", "applicant age", "年龄"}) +
                DecisionText("if", Literal("1")) + DecisionText("MyRate", Literal("2")));
  EXPECT_EQ(import.model().Id("Applicant Age"), "applicant_age");
  EXPECT_EQ(import.model().Id("applicant age"), "applicant_age_2");
  EXPECT_EQ(import.model().Id("年龄"), "input_1");
  EXPECT_EQ(import.model().Id("if"), "if_2") << "a word of the language";
  EXPECT_EQ(import.model().Id("MyRate"), "my_rate");
  EXPECT_EQ(import("Sum of Ages", {{"Applicant Age", "1"}, {"applicant age", "20"}, {"年龄", "300"}}), "321");
  EXPECT_EQ(import.Remarks(), "");
}

TEST(Import, APrefixStandsBeforeEveryId) {
  Import import(InputText("Age", "number") + DecisionText("Double", Literal("2 * Age"), {"Age"}), {.prefix = "loan_"});
  EXPECT_EQ(import.model().Id("Double"), "loan_double");
  EXPECT_EQ(import("Double", {{"Age", "21"}}), "42");
}

// The text says "Age" in a string, a comment, an entry, a parameter and a field: none of them is the input.
TEST(Import, NamesAreReplacedByTheTreeAndNotByTheirLetters) {
  Import import(InputText("Age", "number") +
                DecisionText("D", Literal("{Age: \"Age\", f: function(Age) Age + 1, r: f(2), note: 3 // Age\n}"), {"Age"}) +
                DecisionText("E", Literal("if(Age)>1 then \"Age \" + string(Age) else null"), {"Age"}) +
                DecisionText("F", Literal("{Ages: 1, a: Age, b: Ages, (Age): 2}.a"), {"Age"}));
  EXPECT_EQ(import("D.r"), import("D.r"));
  EXPECT_EQ(import("E", {{"Age", "5"}}), "\"Age 5\"");
}

TEST(Import, AnIdNeverMeansSomethingElseInAnExpression) {
  // `age` is a field of the items, a parameter and an entry, so the input "Age" is called otherwise.
  Import import("<itemDefinition name=\"tPerson\"><itemComponent name=\"age\"><typeRef>number</typeRef></itemComponent></itemDefinition>"
                "<itemDefinition name=\"tPeople\" isCollection=\"true\"><typeRef>tPerson</typeRef></itemDefinition>" +
                InputText("Age", "number") + InputText("People", "tPeople") +
                DecisionText("Older", Literal("count(People[age > Age])"), {"Age", "People"}));
  EXPECT_EQ(import.model().Id("Age"), "age_2");
  EXPECT_EQ(import("Older", {{"Age", "30"}, {"People", "[{age: 20}, {age: 40}]"}}), "1");
}

// The items are not known, so `Limit` may be an entry of them: the old name comes back.
TEST(Import, ANameThatAnItemMayHaveKeepsItsName) {
  Import import(InputText("Limit", "number") + InputText("Rows") +
                DecisionText("D", Literal("count(Rows[amount > Limit])"), {"Limit", "Rows"}));
  EXPECT_TRUE(import.Writes("{Limit: limit_or_null, ")) << import.model().Text();
  EXPECT_EQ(import("D", {{"Limit", "5"}, {"Rows", "[{amount: 4}, {amount: 6}]"}}), "1");
  EXPECT_EQ(import("D", {{"Limit", "5"}, {"Rows", "[{amount: 4, Limit: 1}, {amount: 6}]"}}), "2");
}

TEST(Import, BoxedExpressions) {
  const std::string entry = "<contextEntry><variable name=\"";
  Import import(
      InputText("N", "number") + InputText("L") +
      DecisionText("Context", "<context>" + entry + "a b\"/>" + Literal("N + 1") + "</contextEntry>" + entry + "c\"/>" +
                                  Literal("a b * 2 // twice") + "</contextEntry></context>", {"N"}) +
      DecisionText("Result", "<context>" + entry + "result\"/>" + Literal("N") + "</contextEntry><contextEntry>" +
                                 Literal("result + 1") + "</contextEntry></context>", {"N"}) +
      DecisionText("List", "<list>" + Literal("N") + Literal("\"x, y\"") + "</list>", {"N"}) +
      DecisionText("Relation", "<relation><column name=\"p\"/><column name=\"q r\"/><row>" + Literal("1") + Literal("N") +
                                   "</row><row>" + Literal("2") + Literal("null") + "</row></relation>", {"N"}) +
      DecisionText("If", "<conditional><if>" + Literal("N > 1") + "</if><then>" + Literal("\"many\"") + "</then><else>" +
                             Literal("\"few\"") + "</else></conditional>", {"N"}) +
      DecisionText("For", "<for iteratorVariable=\"x\"><in>" + Literal("[1..N]") + "</in><return>" + Literal("x * N + count(partial)") +
                              "</return></for>", {"N"}) +
      DecisionText("Some", "<some iteratorVariable=\"x\"><in>" + Literal("L") + "</in><satisfies>" + Literal("x > N") + "</satisfies></some>", {"N", "L"}) +
      DecisionText("Every", "<every iteratorVariable=\"x\"><in>" + Literal("L") + "</in><satisfies>" + Literal("x > N") + "</satisfies></every>", {"N", "L"}) +
      DecisionText("Filter", "<filter><in>" + Literal("L") + "</in><match>" + Literal("item > 1") + "</match></filter>", {"L"}));
  EXPECT_TRUE(import.model().import().is_whole()) << import.Remarks();
  for (const char* n : {"0", "1", "2", "null"}) {
    EXPECT_EQ(import("If", {{"N", n}}), std::string(n) == "2" ? "\"many\"" : "\"few\"");
    for (const char* l : {"[]", "[1]", "[1, 2]", "[0, 3, null]", "null", "2"})
      for (const char* decision : {"Context", "Result", "List", "Relation", "For", "Some", "Every", "Filter"})
        EXPECT_EQ(import(decision, {{"N", n}, {"L", l}}).find("model:"), std::string::npos)
            << decision << ", N = " << n << ", L = " << l << ": " << import(decision, {{"N", n}, {"L", l}});
  }
  EXPECT_EQ(import("Context", {{"N", "2"}}), "{a b: 3, c: 6}");
  EXPECT_EQ(import("Relation", {{"N", "2"}}), "[{p: 1, q r: 2}, {p: 2, q r: null}]");
}

std::string KnowledgeText(const std::string& name, const std::string& parameters, const std::string& body,
                          const std::string& required = "", const std::string& type = "") {
  std::string text = "<businessKnowledgeModel id=\"" + name + "\" name=\"" + name + "\"><variable name=\"" + name +
                     "\" typeRef=\"" + type + "\"/>";
  if (!required.empty()) text += "<knowledgeRequirement><requiredKnowledge href=\"#" + required + "\"/></knowledgeRequirement>";
  return text + "<encapsulatedLogic>" + parameters + body + "</encapsulatedLogic></businessKnowledgeModel>";
}
std::string Parameter(const std::string& name, const std::string& type = "") {
  return "<formalParameter name=\"" + name + "\" typeRef=\"" + type + "\"/>";
}
std::string Call(const std::string& function, const std::vector<std::pair<std::string, std::string>>& bindings) {
  std::string text = "<invocation>" + Literal(function);
  for (const auto& [name, value] : bindings)
    text += "<binding><parameter name=\"" + name + "\"/>" + Literal(value) + "</binding>";
  return text + "</invocation>";
}

TEST(Import, FunctionsComeWithTheDecisionsThatCallThem) {
  Import import(KnowledgeText("add one", Parameter("n", "number"), Literal("n + 1")) +
                KnowledgeText("twice", Parameter("a b"), Literal("add one(a b) * 2"), "add one") +
                KnowledgeText("factorial", Parameter("n"), Literal("if n < 2 then 1 else n * factorial(n - 1)")) +
                InputText("N", "number") +
                DecisionText("Both", Literal("twice(N) + factorial(N)"), {"N"}, {}, {"twice", "factorial"}) +
                DecisionText("Boxed", Call("twice", {{"a b", "N"}}), {"N"}, {}, {"twice"}));
  EXPECT_EQ(import.Remarks(), "");
  EXPECT_EQ(import("Both", {{"N", "4"}}), "34");
  EXPECT_EQ(import("Boxed", {{"N", "4"}}), "10");
  EXPECT_EQ(import("Boxed", {{"N", "null"}}), "unknown");
}

std::string RiskTable(const std::string& first, const std::string& second) {
  return "<decisionTable hitPolicy=\"FIRST\"><input label=\"How old\"><inputExpression><text>" + first + "</text></inputExpression></input>"
         "<input><inputExpression><text>" + second + "</text></inputExpression></input><output name=\"Risk\"/>"
         "<annotation name=\"Why\"/>"
         "<rule><inputEntry><text>&lt; 25</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>\"HIGH\"</text></outputEntry>"
         "<annotationEntry><text>Young, it's said</text></annotationEntry></rule>"
         "<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>&gt; 3</text></inputEntry><outputEntry><text>\"LOW\"</text></outputEntry></rule>"
         "</decisionTable>";
}

// DMN 1.5, table 53: null = null, null = x, null != x have answers; a fact that is missing has none.
TEST(Import, AnInputThatIsNotGivenIsAPlainNull) {
  Import import(InputText("Code", "string") + InputText("N", "number") + InputText("Any") +
                DecisionText("D", Literal("if Code != \"x\" then \"REFER\" else \"APPROVE\""), {"Code"}) +
                DecisionText("E", Literal("Code = \"x\""), {"Code"}) + DecisionText("F", Literal("Any = Code"), {"Code", "Any"}) +
                DecisionText("G", Literal("N > 1"), {"N"}) + DecisionText("H", Literal("[N, Any]"), {"N", "Any"}) +
                DecisionText("Risk", RiskTable("N", "N"), {"N"}));
  EXPECT_EQ(import("D"), "\"REFER\"");
  EXPECT_EQ(import("E"), "false");
  EXPECT_EQ(import("F"), "true");
  EXPECT_EQ(import("G"), "unknown");
  EXPECT_EQ(import("H"), "[null, null]");
  EXPECT_EQ(import("D", {{"Code", "\"x\""}}), "\"APPROVE\"");
  EXPECT_EQ(import("D", {{"Code", "null"}}), "\"REFER\"");
  EXPECT_EQ(import("Risk", {{"N", "20"}}), "\"HIGH\"");
  EXPECT_TRUE(import.Writes("expression: 'if code = null then null else code'")) << import.model().Text();
}

TEST(Import, NoIdIsANameThatTheFactsHave) {
  Import import(InputText("Customer", "string") + DecisionText("accounts", Literal("Customer"), {"Customer"}), {.reserved = {"customer", "accounts"}});
  EXPECT_EQ(import.model().Id("Customer"), "customer_2");
  EXPECT_EQ(import.model().Id("accounts"), "accounts_2");
  EXPECT_EQ(import("accounts", {{"Customer", "\"x\""}}), "\"x\"");
}

TEST(Import, WhatATypeRefusesSaysWhatWasExpected) {
  Import import("<itemDefinition name=\"tNumbers\" isCollection=\"true\"><typeRef>number</typeRef></itemDefinition>" +
                InputText("X") + KnowledgeText("k", Parameter("v"), Literal("v"), "", "tNumbers") +
                DecisionText("D", Literal("k(X)"), {"X"}, {}, {"k"}));
  EXPECT_TRUE(import.Writes("assert(value, value = null or value instance of list<number>, \"expected tNumbers\")")) << import.model().Text();
  EXPECT_EQ(import("D", {{"X", "10"}}), "model: [10], rulebook: unknown");
  EXPECT_EQ(import("D", {{"X", "\"a\""}}), "unknown");
  EXPECT_EQ(import("D", {{"X", "[10]"}}), "[10]");
}

// The model's own function of that name would be called instead.
TEST(Import, AModelWithAnAssertOfItsOwnIsNotChecked) {
  Import import(InputText("X") + KnowledgeText("assert", Parameter("v"), Literal("v")) + KnowledgeText("k", Parameter("v"), Literal("assert(v)"), "assert", "number") +
                DecisionText("D", Literal("k(X)"), {"X"}, {}, {"k"}));
  EXPECT_EQ(Contains(import.Remarks(), "differs: "), "differs: ") << import.model().Text();
  EXPECT_EQ(import("D", {{"X", "10"}}), "10");
}

TEST(Import, ATableOfAFunctionIsTheTableOfTheDecisionThatCallsIt) {
  Import import(KnowledgeText("Risk table", Parameter("age", "number") + Parameter("years"), RiskTable("age", "years")) +
                InputText("Applicant Age", "number") + InputText("Job", "") +
                DecisionText("Risk", Call("Risk table", {{"years", "Job.years + 1"}, {"age", "Applicant Age"}}), {"Applicant Age", "Job"}, {}, {"Risk table"}));
  EXPECT_TRUE(import.model().import().is_whole()) << import.Remarks();
  EXPECT_TRUE(import.Writes("- applicant_age_or_null  # How old")) << import.model().Text();
  EXPECT_TRUE(import.Writes("note: 'Young, it''s said'")) << import.model().Text();
  EXPECT_EQ(import("Risk", {{"Applicant Age", "20"}, {"Job", "{years: 1}"}}), "\"HIGH\"");
  EXPECT_EQ(import("Risk", {{"Applicant Age", "25"}, {"Job", "{years: 3}"}}), "\"LOW\"");
  EXPECT_EQ(import("Risk", {{"Applicant Age", "25"}, {"Job", "{years: 2}"}}), "null");
}

TEST(Import, ATableInAContextIsAFeatureAndSoIsEveryEntry) {
  const std::string entry = "<contextEntry><variable name=\"";
  Import import(InputText("Age", "number") +
                DecisionText("D", "<context>" + entry + "next year\"/>" + Literal("Age + 1") + "</contextEntry>" + entry + "risk\"/>" +
                                      RiskTable("next year", "Age / 10") + "</contextEntry><contextEntry>" +
                                      Literal("risk + \" at \" + string(next year)") + "</contextEntry></context>", {"Age"}));
  EXPECT_EQ(import.Remarks(), "");
  EXPECT_TRUE(import.Writes("id: d_next_year")) << import.model().Text();
  EXPECT_EQ(import("D", {{"Age", "20"}}), "\"HIGH at 21\"");
  EXPECT_EQ(import("D", {{"Age", "40"}}), "\"LOW at 41\"");
  EXPECT_EQ(import("D", {{"Age", "26"}}), "unknown") << "null and a text";
}

TEST(Import, DeclaredTypesAreChecked) {
  Import import("<itemDefinition name=\"tGrade\"><typeRef>string</typeRef><allowedValues><text>\"A\", \"B\"</text></allowedValues></itemDefinition>"
                "<itemDefinition name=\"tGrades\" isCollection=\"true\"><typeRef>tGrade</typeRef></itemDefinition>" +
                InputText("X") +
                DecisionText("Number", Literal("X"), {"X"}, {}, {}, "number") + DecisionText("Grade", Literal("X"), {"X"}, {}, {}, "tGrade") +
                DecisionText("Grades", Literal("X"), {"X"}, {}, {}, "tGrades") +
                DecisionText("Item", Literal("for x in [1, 2][item > 1] return x"), {}, {}, {}, "number") +
                DecisionText("Midnight", Literal("date(\"2026-03-16\")"), {}, {}, {}, "dateTime") +
                DecisionText("Asked", Literal("X instance of tGrades"), {"X"}) +
                KnowledgeText("as number", Parameter("v"), Literal("v"), "", "number") +
                DecisionText("Called", Literal("as number(X)"), {"X"}, {}, {"as number"}));
  EXPECT_EQ(import("Number", {{"X", "1"}}), "1");
  EXPECT_EQ(import("Number", {{"X", "\"1\""}}), "unknown");
  EXPECT_EQ(import("Number", {{"X", "null"}}), "null");
  EXPECT_EQ(import("Grade", {{"X", "\"A\""}}), "\"A\"");
  EXPECT_EQ(import("Grade", {{"X", "\"C\""}}), "unknown");
  EXPECT_EQ(import("Grades", {{"X", "[\"A\", \"B\"]"}}), "[\"A\", \"B\"]");
  EXPECT_EQ(import("Grades", {{"X", "[\"A\", \"C\"]"}}), "unknown");
  EXPECT_EQ(import("Item"), "2");
  EXPECT_EQ(import("Midnight"), "date and time(\"2026-03-16T00:00:00Z\")");
  EXPECT_EQ(import("Asked", {{"X", "[\"A\"]"}}), "true");
  EXPECT_EQ(import("Asked", {{"X", "[1]"}}), "false");
  EXPECT_EQ(import("Called", {{"X", "1"}}), "1");
  EXPECT_EQ(import("Called", {{"X", "\"x\""}}), "unknown") << "the result of a function is checked inside its expression";
}

// What a model converts at run time and a rulebook does not is unknown, never another value.
TEST(Import, WhatIsNotConvertedIsUnknown) {
  Import import(InputText("X") + DecisionText("Number", Literal("X"), {"X"}, {}, {}, "number"));
  EXPECT_EQ(import("Number", {{"X", "[1]"}}), "model: 1, rulebook: unknown");
}

TEST(Import, WhatCannotBeCarriedOverIsListedWithItsPlace) {
  Import import("<import name=\"other\" namespace=\"urn:other\" importType=\"" + std::string(kDmn15) + "\"/>\n" +
                InputText("Wait", "dayTimeDuration") + InputText("N", "number") +
                DecisionText("None", "") +
                DecisionText("Needs", Literal("None + N"), {"N"}, {"None"}) +
                DecisionText("Mixed", Literal("N + \"a\""), {"N"}) +
                KnowledgeText("idle", Parameter("x"), Literal("x")) +
                "<businessKnowledgeModel id=\"java\" name=\"java\"><variable name=\"java\"/><encapsulatedLogic kind=\"PMML\"><formalParameter name=\"x\"/>" +
                Literal("1") + "</encapsulatedLogic></businessKnowledgeModel>\n" +
                DecisionText("Outside", Literal("java(N)"), {"N"}, {}, {"java"}) +
                KnowledgeText("Risk table", Parameter("age") + Parameter("years"), RiskTable("age", "years")) +
                DecisionText("Inside", Literal("for x in [1, 2] return Risk table(x, N)"), {"N"}, {}, {"Risk table"}) +
                "<decisionService id=\"s\" name=\"Service\"><outputDecision href=\"#Mixed\"/></decisionService>");
  const std::string remarks = import.Remarks();
  for (const std::string_view expected :
       {"left out: m.dmn:3:1: import 'other': models that a model imports are not carried over",
        "differs: m.dmn:4:1: input data 'Wait': facts have no form for the type 'dayTimeDuration'; write a feature 'wait'",
        ": decision 'None': it has no logic; give 'none' as a fact",
        ": decision 'Mixed': a rulebook refuses it: cannot compute number or null + string",
        ": business knowledge model 'idle': no decision requires it",
        ": decision 'Outside': ", "(PMML)", ": decision 'Inside': a decision table stands inside an expression",
        ": decision service 'Service': a rulebook has no functions that are called from outside"})
    EXPECT_EQ(Contains(remarks, expected), expected);
  EXPECT_EQ(import.model().Id("Mixed"), "");
  EXPECT_TRUE(import.Writes("# Left out: m.dmn:3:1: import 'other'")) << "the file says so too";
  EXPECT_FALSE(import.model().import().is_whole());
  EXPECT_EQ(import.model().import().decision_count, 5U);
  EXPECT_EQ(import.model().import().carried_count, 1U);
}

TEST(Import, TextsOfAnyKindAreReadBackAsTheyWere) {
  const std::string odd = "\"# ' : {}[] \\\\ \\u0007 ü  \" + \"\\t\"";
  Import import(DecisionText("Odd", Literal(odd)) + DecisionText("Lines", Literal("  1 +\n      2 // three\n\n  + 4\n")) +
                DecisionText("Tabs", Literal("1 +\n\t2")) + DecisionText("Null", Literal("null")) + DecisionText("Empty", Literal("  ")) +
                DecisionText("Dash - and 'quotes'", Literal("- 1")));
  EXPECT_EQ(import("Odd"), "\"# ' : {}[] \\\\ \\u0007 ü  \\t\"");
  EXPECT_EQ(import("Lines"), "7");
  EXPECT_EQ(import("Tabs"), "3");
  EXPECT_EQ(import("Null"), "null");
  EXPECT_EQ(import("Empty"), "null");
  EXPECT_EQ(import("Dash - and 'quotes'"), "-1");
}

TEST(Import, NoNameOfAModelCanEndACommentOrSteerATerminal) {
  Import import("<decision id=\"d\" name=\"a&#10;pack: {id: evil}&#x202E;\"><variable name=\"a\"/>" + Literal("1") + "</decision>");
  for (const ImportedFile& file : import.model().import().files) EXPECT_EQ(file.bytes.find("\n  pack:"), std::string::npos);
  EXPECT_EQ(import.model().Text().find("\xE2\x80\xAE"), std::string::npos);
}

// Every table of hit_policies.txt, with every question that it asks: the same value, or unknown where the
// model goes on past a cell that has no answer.
TEST(Import, EveryTableOfTheHitPoliciesAnswersAsTheModel) {
  std::size_t same = 0;
  std::string unknown;
  for (const PolicyTable& table : ReadPolicyTables()) {
    std::string elements;
    for (const std::string& input : table.inputs) elements += InputText(input);
    ImportedModel model({Read("m.dmn", ModelText(elements + DecisionText("Answer", TableText(table), table.inputs)))});
    EXPECT_EQ(model.problems(), "") << table.title << "\n" << model.Text();
    if (!model.import().is_whole()) {
      unknown += table.title + ": " + model.Remarks();
      continue;
    }
    for (const PolicyTable::Question& question : table.questions) {
      std::vector<std::pair<std::string, std::string>> inputs = Entries(question.inputs);
      for (const std::string& input : table.inputs)  // null as a model has it, where nothing is given
        if (std::ranges::find(inputs, input, &std::pair<std::string, std::string>::first) == inputs.end()) inputs.emplace_back(input, "null");
      const auto given = Given(inputs, model.arena());
      const auto [by_model, by_rulebook] = model.Both("Answer", given);
      const Agreement agreement = model.Compare("Answer", given);
      same += agreement == Agreement::kSame ? 1U : 0U;
      EXPECT_TRUE(agreement == Agreement::kSame || agreement == Agreement::kUnknown)
          << "hit_policies.txt:" << question.line << ": " << table.title << ": " << by_model << " is " << by_rulebook << "\n" << model.Text();
      if (agreement == Agreement::kUnknown) unknown += table.title + " " + question.inputs + ": " + by_model + "\n";
    }
  }
  EXPECT_GT(same, 60U) << unknown;
  RecordProperty("unknown", unknown);
}

std::string ReadExample(const std::string& name) {
  std::ifstream file(std::string(OXPECKER_SOURCE_DIR) + "/examples/dmn/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Import, TheExampleIsCarriedOverWholly) {
  ImportedModel model({Read("loan.dmn", ReadExample("loan.dmn"))});
  EXPECT_EQ(model.problems(), "");
  EXPECT_EQ(model.Remarks(), "");
  for (const char* income : {"1000", "2000", "5000"})
    for (const char* late : {"[]", "[date(\"2026-01-01\"), date(\"2026-02-01\"), date(\"2026-03-01\")]"})
      for (const char* age : {"17", "18"}) {
        const auto given = Given({{"Customer", std::string("{age: ") + age + ", monthly income: " + income + ", late payments: " + late + "}"},
                                  {"Amount", "10000"}, {"Months", "24"}}, model.arena());
        for (const char* decision : {"Burden", "Risk", "Approval"}) {
          const auto [by_model, by_rulebook] = model.Both(decision, given);
          EXPECT_EQ(by_model, by_rulebook) << decision;
          EXPECT_NE(by_model, "unknown") << decision;
        }
      }
}

TEST(Import, WhatTheFactsNeedIsASchema) {
  ImportedModel model({Read("loan.dmn", ReadExample("loan.dmn"))});
  const ImportedFile& file = model.import().files.back();
  ASSERT_EQ(file.name, "loan.facts.schema.json");
  const auto schema = facts::Schema::Load(file.bytes, file.name);
  ASSERT_TRUE(schema.has_value()) << ToString(schema.error());
  for (const ImportedName& name : model.import().names) {
    if (!name.is_fact) continue;
    const feel::Field* field = schema->type().FindField(name.id);
    ASSERT_NE(field, nullptr) << name.id;
    EXPECT_EQ(field->type.ToString(), name.type.ToString());
  }
}

// As many steps for each of many decisions as for each of few: it once took the square of them.
TEST(Import, AChainOfManyDecisions) {
  constexpr int kDecisions = 4'000;
  std::string elements = DecisionText("D0", Literal("1"));
  for (int i = 1; i < kDecisions; ++i) {
    const std::string before = "D" + std::to_string(i - 1);
    elements += DecisionText("D" + std::to_string(i), Literal(before + " + 1"), {}, {before});
  }
  const Model model = Model::Build({Read("m.dmn", ModelText(elements))}, {.keeps_names = true});
  const ModelImport import = ImportModel(model, {});
  EXPECT_EQ(import.carried_count, static_cast<std::size_t>(kDecisions));
}

TEST(Import, TheSameModelGivesTheSameBytes) {
  const ImportedModel first({Read("loan.dmn", ReadExample("loan.dmn"))});
  const ImportedModel second({Read("loan.dmn", ReadExample("loan.dmn"))});
  ASSERT_EQ(first.import().files.size(), second.import().files.size());
  for (std::size_t i = 0; i < first.import().files.size(); ++i) EXPECT_EQ(first.import().files[i].bytes, second.import().files[i].bytes);
}

}  // namespace
}  // namespace oxpecker::dmn
