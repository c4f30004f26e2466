#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// What examples/customers/README.md says of a line.
struct Expected {
  const char* customer;
  std::vector<std::string> outcomes;  // action, delivery
  std::vector<std::string> flags;
  std::vector<std::string> held_back;  // action, guard
};

std::vector<Expected> ExpectedCustomers() {
  return {
      {"astrid", {"autopay_setup", "push", "fee_explainer", "feed"}, {}, {}},
      {"tomas", {"hardship_support", "human_call"}, {}, {"autopay_setup", "autopay_affordable"}},
      {"meilin", {"duplicate_payment_notice", "feed"}, {}, {}},
      {"goran", {"churn_care_contact", "email"}, {"churn_risk_flag"}, {}},
      {"niamh", {}, {}, {}},
      {"henrik", {"fraud_payment_prompt", "in_journey"}, {}, {}},
      {"sofia", {"low_balance_warning", "push"}, {}, {}},
      {"ingrid", {"pension_start_guide", "push"}, {}, {}},
      {"jianguo", {}, {}, {"pension_start_guide", "consent_not_withdrawn"}},
      {"yue", {"autopay_setup", "feed"}, {}, {}},
      {"oskar", {}, {}, {"autopay_setup", "sources_fresh", "credit_card_upsell", "sources_fresh"}},
  };
}

std::vector<std::string> OutcomesOf(const JsonText& line) {
  std::vector<std::string> texts;
  const auto actions = line.Each("/decision/outcomes", "/action");
  const auto deliveries = line.Each("/decision/outcomes", "/delivery");
  for (std::size_t i = 0; i < actions.size(); ++i) {
    texts.push_back(actions[i]);
    texts.push_back(deliveries[i]);
  }
  return texts;
}

std::vector<std::string> HeldBackOf(const JsonText& line) {
  std::vector<std::string> texts;
  const auto states = line.Each("/decision/candidates", "/state");
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i] != "suppressed") continue;
    const std::string candidate = "/decision/candidates/" + std::to_string(i);
    texts.push_back(line.At(candidate + "/action"));
    texts.push_back(line.At(candidate + "/decided_by"));
  }
  return texts;
}

// The decision as canonical JSON, without the id and the receipt of its record.
std::vector<std::string> DecisionsOf(const Ended& ended) {
  std::vector<std::string> decisions;
  for (const std::string& line : Lines(ended.out))
    decisions.push_back(line.substr(0, line.find(",\"decision_id\":")));
  return decisions;
}

std::string Records(const Workspace& workspace, const std::string& kind) {
  const Ended stats = workspace.Run({"--json", "log", "stats"});
  EXPECT_EQ(stats.code, kDone) << stats;
  const JsonText json(stats.out);
  const std::string pointer = "/records_by_kind/" + kind;
  return json.Has(pointer) ? json.At(pointer) : "0";
}

TEST(Decide, TheExampleCustomersComeOutAsTheirReadmeSays) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended = workspace.DecideExamples();
  EXPECT_EQ(ended.code, kInvalidInput) << "the twelfth is refused" << ended;
  const std::vector<std::string> lines = Lines(ended.out);
  ASSERT_EQ(lines.size(), kCustomers);
  const std::vector<Expected> expected = ExpectedCustomers();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const JsonText line(lines[i]);
    const char* const who = expected[i].customer;
    EXPECT_THAT(CustomerLine(i + 1), HasSubstr("\"id\":\"" + std::string(who) + "\""));
    EXPECT_EQ(line.At("/decision/status"), "decided") << who;
    EXPECT_EQ(OutcomesOf(line), expected[i].outcomes) << who;
    EXPECT_EQ(line.Each("/decision/flags", ""), expected[i].flags) << who;
    EXPECT_EQ(HeldBackOf(line), expected[i].held_back) << who;
  }
  const JsonText refused(lines[11]);
  EXPECT_EQ(refused.At("/decision/status"), "refused");
  EXPECT_THAT(refused.Each("/decision/issues", "/place"),
              ElementsAre("/customer/birth_year", "/customer/nickname", "/accounts/0/currency"));
}

TEST(Decide, LeavesOneRecordALineRefusalsToo) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended = workspace.DecideExamples();
  std::set<std::string> ids;
  std::set<std::string> numbers;
  for (const std::string& text : Lines(ended.out)) {
    const JsonText line(text);
    ids.insert(line.At("/decision_id"));
    numbers.insert(line.At("/seq"));
    EXPECT_EQ(line.At("/repeated"), "false");
  }
  EXPECT_EQ(ids.size(), kCustomers);
  EXPECT_EQ(numbers.size(), kCustomers);
  EXPECT_EQ(Records(workspace, "decision"), "11");
  EXPECT_EQ(Records(workspace, "refusal"), "1");
}

TEST(Decide, ARefusalIsRecordedWithItsInputAndItsPointers) {
  const Workspace workspace(Workspace::State::kDecided);
  const Ended shown = workspace.Run({"--json", "log", "show", "12"});
  ASSERT_EQ(shown.code, kDone) << shown;
  const JsonText record(shown.out);
  EXPECT_EQ(record.At("/kind"), "refusal");
  EXPECT_EQ(record.At("/about/issues"), "3");
  EXPECT_EQ(record.At("/sections/facts"), CustomerFacts(12)) << "byte for byte";
  EXPECT_THAT(JsonText(record.At("/sections/decision")).Each("/issues", "/place"),
              ElementsAre("/customer/birth_year", "/customer/nickname", "/accounts/0/currency"));
}

TEST(Decide, TheRecordHoldsWhatWasAnswered) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended = workspace.Decide(CustomerLine(2));
  ASSERT_EQ(ended.code, kDone) << ended;
  const std::string id = JsonText(ended.out).At("/decision_id");
  const Ended shown = workspace.Run({"--json", "log", "show", id});
  ASSERT_EQ(shown.code, kDone) << shown;
  const JsonText record(shown.out);
  EXPECT_EQ(record.At("/decision_id"), id);
  EXPECT_EQ(record.At("/leaf_hash"), JsonText(ended.out).At("/leaf_hash"));
  EXPECT_EQ("{\"customer\":\"tomas\",\"decision\":" + record.At("/sections/decision"), DecisionsOf(ended).at(0));
  EXPECT_EQ(record.At("/leaf").find("tomas"), std::string::npos) << "no personal data in a leaf";
}

TEST(Decide, ThreadsDoNotChangeDecisionsNorTheirOrder) {
  const Workspace one(Workspace::State::kFresh);
  const Workspace four(Workspace::State::kFresh);
  std::string many;
  for (int i = 0; i < 8; ++i)
    for (std::size_t customer = 1; customer <= kCustomers; ++customer)
      many += CustomerLine(customer) + "\n";
  const Ended a = one.Run({"--json", "decide", "-", "--threads", "1"}, many);
  const Ended b = four.Run({"--json", "decide", "-", "--threads", "4"}, many);
  ASSERT_EQ(Lines(a.out).size(), 8 * kCustomers) << a;
  EXPECT_EQ(DecisionsOf(a), DecisionsOf(b));
  EXPECT_EQ(Records(four, "decision"), "88");
  EXPECT_EQ(Records(four, "refusal"), "8");
  EXPECT_EQ(four.Run({"log", "verify"}).code, kDone);
}

TEST(Decide, TheMachinesZoneAndLanguageDoNotMatter) {
  const Workspace plain(Workspace::State::kFresh);
  const Workspace far(Workspace::State::kFresh);
  const Ended a = plain.DecideExamples();
  const Ended b = RunProgram(
      Program::kOxpecker, {"--json", "decide", "customers.jsonl", "--threads", "1"},
      {.folder = far.path(),
       .environment = {
           {"TZ", "Pacific/Kiritimati"}, {"LC_ALL", "sv_SE.UTF-8"}, {"LANG", "sv_SE.UTF-8"}}});
  ASSERT_EQ(Lines(a.out).size(), kCustomers) << a;
  EXPECT_EQ(DecisionsOf(a), DecisionsOf(b));
}

TEST(Decide, TheTerminalTellsWhatWasSaidAndHeldBack) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended = workspace.Run({"decide", "customers.jsonl", "--threads", "1"});
  EXPECT_EQ(ended.code, kInvalidInput);
  EXPECT_THAT(
      ended.out,
      HasSubstr("#2  tomas  hardship_support by human_call, no autopay_setup (autopay_affordable)\n"));
  EXPECT_THAT(ended.out, HasSubstr("#5  niamh  silent\n"));
  EXPECT_THAT(ended.out, HasSubstr("#12  felix  refused: 3 issues, data_quality_flag\n    /customer/birth_year: "));
  EXPECT_THAT(ended.out, HasSubstr("Flagged\n         1  churn_risk_flag\n         1  data_quality_flag\n"))
      << "a refusal's too";
  EXPECT_THAT(ended.out, HasSubstr("11 decided, 1 refused; 3 of the decided are silent\n"));
  EXPECT_THAT(ended.out, HasSubstr("oxpecker explain "));
  EXPECT_THAT(ended.err, IsEmpty());
}

std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

TEST(Decide, TheTerminalTellsWhatWasOutranked) {
  const Workspace workspace(Workspace::State::kFresh);
  std::string line = Replaced(CustomerLine(1), "\"avg_bill_minor\":87500",
                              "\"avg_bill_minor\":87500,\"campaign\":[\"credit_card_upsell\"]");
  line = Replaced(line, "\"consents\":[]",
                  "\"consents\":[{\"purpose\":\"marketing\",\"status\":\"granted\",\"at\":\"2026-01-01T00:00:00Z\"}]");
  const Ended ended = workspace.Run({"decide", "-"}, line + "\n");
  ASSERT_EQ(ended.code, kDone) << ended;
  EXPECT_THAT(ended.out, HasSubstr("no credit_card_upsell (arbitration, outranked)"));
  EXPECT_THAT(ended.out, HasSubstr("Held back\n         1  credit_card_upsell  by arbitration, outranked\n"));
}

TEST(Decide, JsonNamesTheCustomerBesideTheDecisionAndTheLeafDoesNot) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended decided = workspace.Decide(CustomerLine(1));
  ASSERT_EQ(decided.code, kDone) << decided;
  EXPECT_EQ(JsonText(decided.out).At("/customer"), "astrid");
  EXPECT_THAT(JsonText(workspace.Run({"--json", "log", "show", "1"}).out).At("/leaf"), Not(HasSubstr("astrid")));
  const Ended nobody = workspace.Decide("{}");
  EXPECT_FALSE(JsonText(nobody.out).Has("/customer")) << nobody;
  EXPECT_THAT(workspace.Run({"decide", "-"}, "{}\n").out, HasSubstr("#3  -  refused"));
}

TEST(Decide, ReadsCarriageReturnsBlankLinesAndALastLineWithoutAnEnd) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended = workspace.Decide("\r\n\n" + CustomerLine(1) + "\r\n   \t\r\n" +
                                       CustomerLine(3) + "\n\n  " + CustomerLine(5));
  EXPECT_EQ(ended.code, kDone) << ended;
  const Workspace plain(Workspace::State::kFresh);
  EXPECT_EQ(DecisionsOf(ended), DecisionsOf(plain.Decide(CustomerLine(1) + "\n" + CustomerLine(3) +
                                                         "\n" + CustomerLine(5) + "\n")));
  EXPECT_EQ(Records(workspace, "decision"), "3");
}

TEST(Decide, ABareFactsDocumentIsARequest) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended = workspace.Decide(CustomerFacts(1));
  EXPECT_EQ(ended.code, kDone) << ended;
  EXPECT_EQ(JsonText(ended.out).At("/decision/event"), "customer.review");
}

// None of these is a document of facts; each is somebody's request and leaves its record.
TEST(Decide, WhatIsNoFactsDocumentIsARecordedRefusal) {
  const std::vector<std::string> lines = {
      "this is no JSON",
      "{\"facts\":{}",
      "\xFF\xFE{}",
      "\xEF\xBB\xBF" + CustomerFacts(1),
      "null",
      "[]",
      "{}",
      "{\"facts\":17}",
      "{\"facts\":null,\"event\":{\"type\":\"customer.review\"}}",
      "{\"facts\":{},\"facts\":{}}",
      "{\"facts\":" + CustomerFacts(1) + ",\"event\":{\"type\":\"customer.dance\"}}",
      "{\"facts\":" + CustomerFacts(1) + ",\"event\":\"customer.review\"}",
      std::string(3'000, '['),
  };
  const Workspace workspace(Workspace::State::kFresh);
  std::string input;
  for (const std::string& line : lines) input += line + "\n";
  const Ended ended = workspace.Decide(input + CustomerLine(1) + "\n");
  EXPECT_EQ(ended.code, kInvalidInput) << ended;
  const std::vector<std::string> answers = Lines(ended.out);
  ASSERT_EQ(answers.size(), lines.size() + 1) << ended;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const JsonText answer(answers[i]);
    EXPECT_EQ(answer.At("/decision/status"), "refused") << lines[i];
    EXPECT_GE(answer.Size("/decision/issues"), 1U) << lines[i];
  }
  EXPECT_EQ(JsonText(answers.back()).At("/decision/status"), "decided") << "the others go on";
  EXPECT_EQ(Records(workspace, "refusal"), std::to_string(lines.size()));
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kDone);
  EXPECT_EQ(workspace.Run({"replay", "--all"}).code, kDone) << "refusals replay too";
}

TEST(Decide, ALineOfTwoMegabytesIsReadWhole) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string large = "{\"facts\":{\"schema\":\"" + std::string(2U << 20U, 'x') + "\"}}";
  const Ended ended = workspace.Decide(large + "\n" + CustomerLine(1) + "\n");
  EXPECT_EQ(ended.code, kInvalidInput);
  ASSERT_EQ(Lines(ended.out).size(), 2U) << ended;
  const Ended shown = workspace.Run({"--json", "log", "show", "1"});
  ASSERT_EQ(shown.code, kDone);
  EXPECT_EQ(JsonText(shown.out).At("/sections/facts").size(), (2U << 20U) + 13);
}

// Lines in flight are bounded by their bytes too: the first of many long ones is answered before
// the input ends, and before 64 of them are open.
TEST(Decide, LongLinesInFlightAreBoundedByTheirBytes) {
  const Workspace workspace(Workspace::State::kFresh);
  RunningProgram program(Program::kOxpecker, {"--json", "decide", "-", "--threads", "1"},
                         {.folder = workspace.path()});
  program.Write(CustomerLine(1) + "\n" + CustomerLine(2) + "\n");
  // The long ones are no requests, so that nothing needs to be recorded of them.
  const std::string line =
      "{\"facts\":0,\"x\":\"" + std::string((16U << 20U) - 64, 'x') + "\"}\n";
  for (int i = 0; i < 20; ++i) program.Write(line);
  EXPECT_THAT(program.ReadLine(), HasSubstr("decision_id"));
  const Ended ended = program.Finish();
  EXPECT_EQ(ended.code, kInvalidInput);
  EXPECT_EQ(Lines(ended.out).size(), 21U);
}

TEST(Decide, AFileOfNothingIsAnError) {
  const Workspace workspace(Workspace::State::kFresh);
  for (const char* input : {"", "\n", " \r\n\t\n"}) {
    const Ended ended = workspace.Run({"decide", "-"}, input);
    EXPECT_EQ(ended.code, kInvalidInput) << ended;
    EXPECT_THAT(ended.err, HasSubstr("no request"));
  }
}

TEST(Decide, AFileThatCannotBeReadRecordsNothing) {
  const Workspace workspace(Workspace::State::kFresh);
  for (const char* file : {"absent.jsonl", "rules"}) {
    const Ended ended = workspace.Run({"decide", file});
    EXPECT_EQ(ended.code, kInvalidInput) << ended;
    EXPECT_THAT(ended.err, HasSubstr(file));
  }
  EXPECT_EQ(workspace.Run({"decide", "customers.jsonl", "--event", "absent.json"}).code,
            kInvalidInput);
  EXPECT_EQ(Records(workspace, "decision"), "0");
}

TEST(Decide, AnswersThatCannotBeWrittenAreNoSuccess) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended =
      RunProgram(Program::kOxpecker, {"--json", "decide", "-"},
                 {.folder = workspace.path(), .input = CustomerLine(1), .output = "/dev/full"});
  EXPECT_EQ(ended.code, kRefused) << ended;
  EXPECT_THAT(ended.err, HasSubstr("standard output could not be written"));
  EXPECT_EQ(Records(workspace, "decision"), "1") << "what was decided stays recorded";
}

}  // namespace
}  // namespace oxpecker::e2e
