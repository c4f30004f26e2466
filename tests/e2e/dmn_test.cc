#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>
#include <unistd.h>

#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string kExamples = std::string(OXPECKER_SOURCE_DIR) + "/examples/dmn";
const std::string kLoan = kExamples + "/loan.dmn";
const std::string kCustomer = kExamples + "/customer.json";

Ended Dmn(std::vector<std::string> arguments, const std::string& input = {}) {
  arguments.insert(arguments.begin(), "dmn");
  return RunProgram(Program::kOxpecker, arguments, {.input = input});
}

class DmnFiles : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  static std::string Model(const std::string& elements, const std::string& space = "urn:a") {
    return "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"a\" "
           "namespace=\"" + space + "\">" + elements + "</definitions>";
  }
  fs::path folder_ = fs::path(testing::TempDir()) /
                     ("oxpecker_dmn_" + std::to_string(::getpid()));
};

TEST(Dmn, DecidesAsTheDocumentationSays) {
  const Ended ended = Dmn({"eval", kLoan, "--input", kCustomer});
  EXPECT_EQ(ended.code, kDone) << ended;
  EXPECT_EQ(ended.out, "Burden = 0.241659375\nRisk = \"LOW\"\nApproval = \"APPROVE\"\n");
  EXPECT_EQ(Dmn({"check", kLoan}).out, "3 decisions, 0 problems, 0 in doubt\n");
}

TEST(Dmn, OneDecisionByNameOrId) {
  EXPECT_EQ(Dmn({"eval", kLoan, "--input", kCustomer, "--decision", "Risk"}).out, "Risk = \"LOW\"\n");
  EXPECT_EQ(Dmn({"eval", kLoan, "--input", kCustomer, "--decision", "risk"}).out, "risk = \"LOW\"\n");
  const Ended unknown = Dmn({"eval", kLoan, "--decision", "Rsik"});
  EXPECT_EQ(unknown.code, kInvalidInput);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'Risk'"));
}

TEST(Dmn, ADecisionMayBeGiven) {
  const std::string input = R"({"Customer": {"age": 20, "monthly income": 1, "late payments": []}, "Risk": "HIGH"})";
  EXPECT_EQ(Dmn({"eval", kLoan, "--decision", "Approval", "--input", "-"}, input).out,
            "Approval = \"REFER TO A PERSON\"\n");
}

TEST(Dmn, JsonHasValuesCausesAndTheTrace) {
  const Ended ended =
      Dmn({"eval", kLoan, "--json", "--trace", "--decision", "Risk", "--input", kCustomer});
  ASSERT_EQ(ended.code, kDone) << ended;
  EXPECT_EQ(JsonText(ended.out).At("/decisions/0/value"), "\"LOW\"");
  EXPECT_THAT(ended.out, HasSubstr(R"("name":"rule 4","note":"matches")"));
  const Ended failed = Dmn({"eval", kLoan, "--json", "--decision", "Burden"});
  EXPECT_EQ(failed.code, kRefused) << "null, and not because the model means it";
  EXPECT_THAT(failed.out, HasSubstr(R"("not_given":["Customer","Amount","Months"])"));
}

TEST(Dmn, WhatFailedBelowADecisionIsTold) {
  const std::string input = R"({"Customer": {"age": 40, "monthly income": 0, "late payments": []}, "Amount": 1, "Months": 0})";
  const Ended ended = Dmn({"eval", kLoan, "--decision", "Approval", "--input", "-"}, input);
  EXPECT_THAT(ended.err, HasSubstr("it rests on 'Burden', which has no value: ")) << ended;
  const Ended json = Dmn({"eval", kLoan, "--json", "--decision", "Approval", "--input", "-"}, input);
  EXPECT_EQ(JsonText(json.out).At("/failed_below/0/name"), "Burden") << json;
}

TEST(Dmn, ANumberThatIsTooLargeIsCalledSo) {
  const Ended ended = Dmn({"eval", kLoan, "--decision", "Burden", "--input", "-"},
                          R"({"Customer": {"age": 40, "monthly income": 1e999999, "late payments": []}, "Amount": 1, "Months": 1})");
  EXPECT_THAT(ended.err, HasSubstr("the number is too large for 34 digits")) << ended;
}

TEST(Dmn, InputThatIsNoJsonIsNamedByItsFile) {
  EXPECT_THAT(Dmn({"eval", kLoan, "--input", "-"}, R"({"x": 1, "x": 2})").err, HasSubstr("standard input:1:11: "));
}

TEST(Dmn, AnErrorIsNoSuccess) {
  const std::string input = R"({"Customer": {"age": "forty"}, "Amount": 1, "Months": 1})";
  const Ended ended = Dmn({"eval", kLoan, "--decision", "Burden", "--input", "-"}, input);
  EXPECT_EQ(ended.code, kRefused) << ended;
  EXPECT_EQ(ended.out, "Burden = null\n");
  EXPECT_THAT(ended.err, HasSubstr("loan.dmn:12:3: input 'Customer' is a context that does not "
                                   "conform to 'tCustomer' (type)"));
}

TEST(Dmn, WhatIsMissingIsNamedOnceAndIsNoSuccess) {
  const Ended ended = Dmn({"eval", kLoan});
  EXPECT_EQ(ended.code, kRefused) << ended;
  const auto count = [&](const std::string& text) {
    std::size_t found = 0;
    for (std::size_t at = ended.err.find(text); at != std::string::npos; at = ended.err.find(text, at + 1)) ++found;
    return found;
  };
  for (const char* input : {"Customer", "Amount", "Months"})
    EXPECT_EQ(count("no value was given for input data '" + std::string(input) + "'"), 1U) << ended;
  EXPECT_EQ(count("cannot multiply null"), 1U) << ended;
}

TEST_F(DmnFiles, ANullThatTheModelMeansIsASuccess) {
  const std::string model = Write("m.dmn", Model("<decision name=\"D\"><literalExpression><text>null</text></literalExpression></decision>"));
  EXPECT_EQ(Dmn({"eval", model}).code, kDone);
}

TEST_F(DmnFiles, AMisspeltFieldOfADeclaredTypeIsAProblem) {
  std::string text;
  {
    std::ifstream in(kLoan);
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  const std::string right = "count(Customer.late payments)";
  text.replace(text.find(right), right.size(), "count(Customer.late paymnts)");
  const std::string model = Write("loan.dmn", text);
  const Ended check = Dmn({"check", model});
  EXPECT_EQ(check.code, kRefused) << check;
  EXPECT_THAT(check.err, HasSubstr("unknown field 'late paymnts'"));
  EXPECT_THAT(check.err, HasSubstr("did you mean 'late payments'?"));
  EXPECT_THAT(check.err, testing::Not(HasSubstr("in doubt: unknown field")));
  EXPECT_EQ(Dmn({"eval", model, "--input", kCustomer}).code, kInvalidInput);
}

TEST_F(DmnFiles, TheOutputAsAWholeIsBounded) {
  std::string elements;
  for (int i = 0; i < 60; ++i) {
    const std::string before = std::to_string(i - 1);
    elements += "<decision name=\"D" + std::to_string(i) + "\" id=\"d" + std::to_string(i) + "\">";
    if (i > 0) elements += "<informationRequirement><requiredDecision href=\"#d" + before + "\"/></informationRequirement>";
    elements += "<literalExpression><text>" + (i == 0 ? "[1, 1]" : "[D" + before + ", D" + before + "]") + "</text></literalExpression></decision>";
  }
  const std::string model = Write("m.dmn", Model(elements));
  constexpr std::size_t kBytesMax = 5U << 20U;
  for (const std::vector<std::string>& options : {std::vector<std::string>{}, {"--trace"}, {"--json"}, {"--json", "--trace"}}) {
    std::vector<std::string> arguments = {"eval", model};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Ended ended = Dmn(arguments);
    EXPECT_EQ(ended.code, kDone);
    EXPECT_LT(ended.out.size(), kBytesMax);
    EXPECT_THAT(ended.out + ended.err, HasSubstr("the output is bounded")) << options.size();
    EXPECT_THAT(ended.out.substr(0, 4000), testing::AnyOf(HasSubstr("[[1, 1], [1, 1]]"), HasSubstr("D0"))) << "what is small stands in full";
  }
}

TEST(Dmn, AnInputThatTheModelDoesNotKnowIsRefused) {
  const Ended ended = Dmn({"eval", kLoan, "--input", "-"}, R"({"Amuont": 1})");
  EXPECT_EQ(ended.code, kInvalidInput);
  EXPECT_THAT(ended.err, HasSubstr("no input 'Amuont'; it has: Customer, Amount, Months"));
}

TEST_F(DmnFiles, CheckTellsEveryProblem) {
  const std::string model = Write(
      "m.dmn", Model("\n<decision name=\"D\"><literalExpression><text>nope + 1</text>"
                     "</literalExpression></decision>\n<decision name=\"E\"><literalExpression>"
                     "<text>1 = \"a\"</text></literalExpression></decision>"));
  const Ended ended = Dmn({"check", model});
  EXPECT_EQ(ended.code, kRefused);
  EXPECT_THAT(ended.err, HasSubstr("m.dmn:2:45: unknown name 'nope'"));
  EXPECT_THAT(ended.err, HasSubstr("in doubt: cannot compare number with string"));
  EXPECT_EQ(Dmn({"eval", model}).code, kInvalidInput);
  EXPECT_EQ(Dmn({"eval", model, "--decision", "E"}).code, kRefused) << "the doubt came true";
}

TEST_F(DmnFiles, AFileWithEntitiesIsRefused) {
  const std::string model =
      Write("m.dmn", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>");
  const Ended ended = Dmn({"check", model});
  EXPECT_EQ(ended.code, kRefused);
  EXPECT_THAT(ended.err, HasSubstr("document types and entities are not accepted"));
}

TEST_F(DmnFiles, ImportsAreFoundBesideTheModelAndNowhereElse) {
  Write("shared.dmn", Model("<decision name=\"One\" id=\"one\"><literalExpression><text>1</text>"
                            "</literalExpression></decision>", "urn:shared"));
  const auto with_location = [](const std::string& location) {
    return Model("<import name=\"lib\" namespace=\"urn:shared\" locationURI=\"" + location +
                 "\"/><decision name=\"D\"><informationRequirement><requiredDecision "
                 "href=\"urn:shared#one\"/></informationRequirement><literalExpression>"
                 "<text>lib.One + 1</text></literalExpression></decision>");
  };
  EXPECT_EQ(Dmn({"eval", Write("m.dmn", with_location("shared.dmn"))}).out, "D = 2\n");
  EXPECT_EQ(Dmn({"eval", Write("m.dmn", with_location(""))}).out, "D = 2\n");
  fs::create_directories(folder_ / "inner");
  const Ended outside = Dmn({"eval", Write("inner/m.dmn", with_location("../shared.dmn"))});
  EXPECT_EQ(outside.code, kInvalidInput);
  EXPECT_THAT(outside.err, HasSubstr("the imported model 'urn:shared' was not found"));
}

TEST_F(DmnFiles, ImportWritesARulebookAndSaysWhatItLeavesOut) {
  const std::string out = (folder_ / "rules" / "loan").string();
  const Ended whole = Dmn({"import", kLoan, "--out", out});
  EXPECT_EQ(whole.code, kDone) << whole;
  EXPECT_THAT(whole.out, HasSubstr("customer_2 (for you to write) is input data 'Customer'\n"));
  EXPECT_THAT(whole.out, HasSubstr("3 of 3 decisions carried over\n"));
  EXPECT_TRUE(fs::exists(folder_ / "rules/loan/loan.yaml"));
  EXPECT_TRUE(fs::exists(folder_ / "rules/loan/loan.facts.schema.json"));
  const Ended again = Dmn({"import", kLoan, "--out", out});
  EXPECT_EQ(again.code, kRefused) << "what is there is somebody's work";
  EXPECT_THAT(again.err, HasSubstr("the file is there already"));
  EXPECT_EQ(Dmn({"import", kLoan, "--out", out, "--force", "--prefix", "l_"}).code, kDone);
  EXPECT_EQ(Dmn({"import", kLoan, "--out", out, "--force", "--prefix", "Loan-"}).code, kInvalidInput);
}

// What docs/dmn.md tells to paste into a fresh workspace.
TEST(Dmn, TheImportOfTheDocumentationWorks) {
  const Workspace workspace(Workspace::State::kFresh);
  std::ifstream file(std::string(OXPECKER_SOURCE_DIR) + "/docs/dmn.md", std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::size_t shown = text.find("$ oxpecker dmn import examples/dmn/loan.dmn");
  const std::size_t yaml = text.find("```yaml\n", shown);
  ASSERT_NE(yaml, std::string::npos);
  const std::string inputs = text.substr(yaml + 8, text.find("```", yaml + 8) - yaml - 8);

  const Ended import = workspace.Run({"dmn", "import", kLoan, "--out", "rules/loan", "--prefix", "loan_"});
  ASSERT_EQ(import.code, kDone) << import;
  EXPECT_THAT(text, HasSubstr("loan.dmn --out rules/loan --prefix loan_\n" + import.out)) << "the documentation shows what is printed";
  const Ended without = workspace.Run({"rules", "check"});
  EXPECT_EQ(without.code, kInvalidInput) << without;
  for (const char* id : {"loan_customer", "loan_amount", "loan_months"})
    EXPECT_THAT(without.err, HasSubstr(std::string("unknown name '") + id + "'; the imported model asks for it: write a feature '" + id +
                                       "' in a file of your own; loan.facts.schema.json says what it must be"));
  std::ofstream(workspace.path() / "rules/loan/inputs.yaml") << inputs;
  const Ended with = workspace.Run({"rules", "check"});
  EXPECT_EQ(with.code, kDone) << with;
  const Ended approval = workspace.Run({"feel", "loan_approval", "--facts", "customers.jsonl"});
  EXPECT_THAT(approval.out, testing::AnyOf("\"APPROVE\"\n", "\"REFER TO A PERSON\"\n")) << approval;
}

TEST_F(DmnFiles, WhatIsLeftOutIsInTheJsonToo) {
  const std::string model = Write(
      "m.dmn", Model("\n<decision name=\"D\"><literalExpression><text>1 + 1</text></literalExpression></decision>"
                     "\n<decision name=\"Nothing\"/>"));
  const Ended ended = Dmn({"import", model, "--out", (folder_ / "out").string(), "--json"});
  EXPECT_EQ(ended.code, kRefused) << ended;
  EXPECT_THAT(ended.out, HasSubstr("\"carried_over\":1"));
  EXPECT_THAT(ended.out, HasSubstr("decision 'Nothing': it has no logic"));
  EXPECT_THAT(ended.out, HasSubstr("m.dmn:3:1"));
}

}  // namespace
}  // namespace oxpecker::e2e
