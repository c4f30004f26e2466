#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

using testing::HasSubstr;

Ended Feel(std::vector<std::string> arguments, const std::string& input = {}) {
  arguments.insert(arguments.begin(), "feel");
  return RunProgram(Program::kOxpecker, arguments, {.input = input});
}

TEST(Feel, PrintsAValueExactly) {
  EXPECT_EQ(Feel({"0.1 + 0.2"}).out, "0.3\n");
  EXPECT_EQ(Feel({"0.1 + 0.2 = 0.3"}).out, "true\n");
  EXPECT_EQ(Feel({"date(\"2026-10-05\") + duration(\"P1D\")"}).out, "date(\"2026-10-06\")\n");
  EXPECT_EQ(Feel({"today()", "--now", "2026-01-02T03:04:05Z"}).out, "date(\"2026-01-02\")\n");
}

TEST(Feel, JsonHasValueTypeAndCause) {
  const Ended sum = RunProgram(Program::kOxpecker, {"--json", "feel", "0.1 + 0.2"});
  ASSERT_EQ(sum.code, kDone) << sum;
  EXPECT_EQ(JsonText(sum.out).At("/value"), "0.3");
  EXPECT_EQ(JsonText(sum.out).At("/type"), "number");
  EXPECT_FALSE(JsonText(sum.out).Has("/cause"));
  const Ended none = RunProgram(Program::kOxpecker, {"--json", "feel", "1 / 0"});
  EXPECT_EQ(none.code, kDone) << "null is a value";
  EXPECT_EQ(JsonText(none.out).At("/value"), "null");
  EXPECT_EQ(JsonText(none.out).At("/cause/kind"), "domain");
}

TEST(Feel, TraceShowsEveryPartAndWhatWasNotReached) {
  const Ended ended = Feel({"--trace", "if 3 > 2 then \"yes\" else \"no\""});
  ASSERT_EQ(ended.code, kDone) << ended;
  EXPECT_THAT(ended.out, HasSubstr("  3 > 2  ->  true\n"));
  EXPECT_THAT(ended.out, HasSubstr("  \"no\"  ->  (not reached)\n"));
}

TEST(Feel, JsonHasTheTraceToo) {
  const Ended ended = RunProgram(Program::kOxpecker, {"--json", "feel", "--trace", "if 3 > 2 then \"yes\" else \"no\""});
  ASSERT_EQ(ended.code, kDone) << ended;
  const JsonText json(ended.out);
  EXPECT_EQ(json.At("/value"), "\"yes\"");
  const auto texts = json.Each("/trace", "/text");
  const auto values = json.Each("/trace", "/value");
  EXPECT_THAT(texts, testing::Contains("3 > 2"));
  const auto at = [&](const std::string& text) {
    return values[static_cast<std::size_t>(std::find(texts.begin(), texts.end(), text) - texts.begin())];
  };
  EXPECT_EQ(at("3 > 2"), "true");
  EXPECT_EQ(at("\"no\""), "null") << "not reached";
  EXPECT_EQ(json.At("/trace/0/parent"), "-1");
  EXPECT_FALSE(JsonText(RunProgram(Program::kOxpecker, {"--json", "feel", "1"}).out).Has("/trace"));
}

TEST(Feel, TraceShowsNothingThatIsNotWritten) {
  const Ended ended = Feel({"--trace", "[1, 2][item > 1]"});
  ASSERT_EQ(ended.code, kDone) << ended;
  for (const std::string& line : Lines(ended.out)) EXPECT_NE(line.find_first_not_of(' '), line.find("->"));
  EXPECT_THAT(ended.out, HasSubstr("    item  ->  2  (last round)\n"));
}

TEST(Feel, AnErrorHasItsPlace) {
  const Ended operand = Feel({"1 + * 2"});
  EXPECT_EQ(operand.code, kInvalidInput);
  EXPECT_THAT(operand.err, HasSubstr("1:5: found '*'"));
  const Ended name = Feel({"1 +\n summ([1, 2])"});
  EXPECT_EQ(name.code, kInvalidInput);
  EXPECT_THAT(name.err, HasSubstr("2:2: unknown function 'summ'; did you mean 'sum'?"));
  EXPECT_EQ(Feel({"1 + \"a\""}).code, kInvalidInput) << "types are checked before it runs";
}

TEST(Feel, FactsGiveItsNamesAndTypes) {
  const TemporaryFolder folder;
  WriteBytes(folder.path() / "facts.json", CustomerFacts(1));
  const std::string facts = (folder.path() / "facts.json").string();
  EXPECT_EQ(Feel({"count(transactions[fee_code = \"LATE\"])", "--facts", facts}).out, "3\n");
  EXPECT_EQ(Feel({"customer.id", "--facts", facts}).out, "\"astrid\"\n");
  const Ended name = Feel({"count(transaction)", "--facts", facts});
  EXPECT_EQ(name.code, kInvalidInput);
  EXPECT_THAT(name.err, HasSubstr("did you mean 'transactions'?"));
  WriteBytes(folder.path() / "felix.json", CustomerFacts(12));
  const Ended refused = Feel({"1", "--facts", (folder.path() / "felix.json").string()});
  EXPECT_EQ(refused.code, kInvalidInput);
  EXPECT_EQ(Lines(refused.err).size(), 3U) << "every problem of the document" << refused;
}

TEST(Feel, JsonLinesAnswerLineByLine) {
  const Ended ended =
      Feel({"--jsonl"},
           "{\"id\":\"a\",\"feel\":{\"r\":\"1 + "
           "x\"},\"inputs\":[{\"name\":\"x\",\"value\":{\"@\":\"number\",\"v\":\"2\"}}],"
           "\"results\":[\"r\"]}\n"
           "\n"
           "{\"id\":\"b\",\"feel\":{\"r\":\"not(true)\"},\"inputs\":[],\"results\":[\"r\"]}\n");
  ASSERT_EQ(ended.code, kDone) << ended;
  const std::vector<std::string> lines = Lines(ended.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(JsonText(lines[0]).At("/id"), "a");
  EXPECT_EQ(JsonText(lines[0]).At("/results/0/value/v"), "3");
  EXPECT_EQ(JsonText(lines[1]).At("/results/0/value"), "false");
  EXPECT_EQ(Feel({"--jsonl"}, "no JSON\n").code, kInvalidInput);
}

TEST(Feel, TheMachinesZoneAndLanguageDoNotMatter) {
  const std::vector<std::string> arguments = {
      "feel", "[1.5, date and time(\"2026-03-29T02:30:00@Europe/Stockholm\"), string(1234567.5)]"};
  const Ended here = RunProgram(Program::kOxpecker, arguments);
  const Ended there =
      RunProgram(Program::kOxpecker, arguments,
                 {.environment = {{"TZ", "Pacific/Kiritimati"}, {"LC_ALL", "sv_SE.UTF-8"}}});
  ASSERT_EQ(here.code, kDone) << here;
  EXPECT_EQ(here.out, there.out);
  EXPECT_THAT(here.out, HasSubstr("1234567.5"));
}

TEST(Feel, TakesRequestsAndFilesOfThem) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string file = (workspace.path() / "customers.jsonl").string();
  const Ended first = workspace.Run({"feel", "customer.id", "--facts", file});
  ASSERT_EQ(first.code, kDone) << first;
  const Ended second = workspace.Run({"feel", "customer.id", "--facts", file, "--line", "2"});
  ASSERT_EQ(second.code, kDone) << second;
  EXPECT_NE(first.out, second.out);
  EXPECT_THAT(workspace.Run({"feel", "event.type", "--facts", file}).out, HasSubstr("."));
  const Ended beyond = workspace.Run({"feel", "1", "--facts", file, "--line", "99999"});
  EXPECT_EQ(beyond.code, kInvalidInput);
  EXPECT_THAT(beyond.err, HasSubstr("customers.jsonl: the file has no line 99999"));
}

TEST(Feel, ErrorsOfTheFactsNameTheFile) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string file = (workspace.path() / "facts.json").string();
  std::ofstream(file) << R"({"facts": {"as_of": "soon"}})";
  const Ended refused = workspace.Run({"feel", "1", "--facts", file});
  EXPECT_EQ(refused.code, kInvalidInput) << refused;
  EXPECT_THAT(refused.err, HasSubstr(file + ":/as_of"));
  std::ofstream(file) << "{\n";
  EXPECT_THAT(workspace.Run({"feel", "1", "--facts", file}).err, HasSubstr(file + ":"));
}

TEST(Feel, RulesLendTheirNames) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string file = (workspace.path() / "customers.jsonl").string();
  const Ended features = workspace.Run({"feel", "late_fee_count_180d >= policy.late_fee_n", "--facts", file});
  ASSERT_EQ(features.code, kDone) << features;
  EXPECT_THAT(features.out, testing::AnyOf(HasSubstr("true"), HasSubstr("false")));
  const std::string rules = (workspace.path() / "rules").string();
  EXPECT_EQ(Feel({"policy.late_fee_n", "--rules", rules}).out, "3\n");
  const Ended alone = Feel({"policy.late_fee_n > 1"});
  EXPECT_EQ(alone.code, kInvalidInput);
  EXPECT_THAT(alone.err, HasSubstr("thresholds are those of rules"));
}

TEST(Feel, NearestTellsWhatWouldHaveToChange) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string file = (workspace.path() / "customers.jsonl").string();
  const auto nearest = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "feel");
    arguments.insert(arguments.end(), {"--facts", file});
    return workspace.Run(arguments);
  };
  // A feature: what is left of a month's income.
  const Ended left = nearest({"left_each_month > 100000000", "--nearest", "customer.net_income_minor_month"});
  ASSERT_EQ(left.code, kDone) << left;
  EXPECT_THAT(left.out, testing::StartsWith("true at customer.net_income_minor_month = "));
  const std::string bound = left.out.substr(left.out.find("= ") + 2, left.out.find(" (now") - left.out.find("= ") - 2);
  EXPECT_EQ(nearest({bound + " - customer.essential_spend_minor_month"}).out, "100000001\n") << "whole numbers";
  const Ended none = nearest({"count(transactions) > 5", "--nearest", "customer.birth_year"});
  EXPECT_EQ(none.code, kDone) << none;
  EXPECT_THAT(none.out, testing::StartsWith("no customer.birth_year within what the facts allow alone makes it"));
  EXPECT_THAT(nearest({"digital.confidence < 6", "--nearest", "digital.confidence"}).out,
              testing::StartsWith("no digital.confidence within what the facts allow alone makes it false"));
  const Ended unknown = nearest({"sum(accounts.balance_minor) > 1", "--nearest", "accounts[1].balance_minor"});
  EXPECT_THAT(unknown.out, testing::StartsWith("cannot tell for which accounts[1].balance_minor it is")) << unknown;
  const Ended kept = nearest({"accounts[kind = \"current\"][1].balance_minor > 987654321", "--nearest", "accounts[1].balance_minor"});
  EXPECT_THAT(kept.out, testing::StartsWith("true at accounts[1].balance_minor = 987654322")) << kept;
  EXPECT_THAT(nearest({"customer.birth_year + 0", "--nearest", "customer.birth_year"}).err, HasSubstr("the expression is no condition: it gives number"));
  EXPECT_THAT(nearest({"--table", "nonexist", "--nearest", "event.fraud_score"}).err, HasSubstr("the rules have no such table"));
  EXPECT_THAT(nearest({"1 = 1", "--nearest", "as_of"}).err, HasSubstr("it is a date and time"));
  EXPECT_THAT(nearest({"1 = 1", "--nearest", "event.fraud_score"}).err, HasSubstr("it is missing in these facts"));
  EXPECT_EQ(nearest({"1 = 1", "--nearest", "customer.id"}).code, kInvalidInput) << "a text";
  EXPECT_EQ(nearest({"1 = 1", "--nearest", "left_each_month"}).code, kInvalidInput) << "a feature";
  EXPECT_EQ(nearest({"1 = 1", "--nearest", "customer.birth_yaer"}).code, kInvalidInput);
  EXPECT_EQ(nearest({"--table", "payment_frcition", "--nearest", "customer.birth_year"}).code, kInvalidInput);
  EXPECT_EQ(nearest({"--table", "payment_friction"}).code, kUsage);
}

TEST(Feel, NearestRowOfATable) {
  const Workspace workspace(Workspace::State::kFresh);
  std::ifstream customers(workspace.path() / "customers.jsonl");
  std::string line;  // {"event":...,"facts":...}
  ASSERT_TRUE(std::getline(customers, line));
  const std::string facts = line.substr(line.find("\"facts\":"));
  const std::string file = (workspace.path() / "payment.json").string();
  std::ofstream(file) << R"({"event":{"type":"payment.initiated","fraud_score":0.1,"p95_out_180d_minor":100,"payment":{"amount_minor":100,)"
                         R"("currency":"SEK","new_payee":false,"payee_check":"match"}},)" << facts;
  const Ended ended = workspace.Run({"feel", "--table", "payment_friction", "--nearest", "event.fraud_score", "--facts", file});
  ASSERT_EQ(ended.code, kDone) << ended;
  const Ended prompt = workspace.Run({"feel", "policy.fraud_prompt", "--facts", file});
  std::string bound = prompt.out;
  bound.pop_back();
  EXPECT_EQ(ended.out, "no row of payment_friction now; row 4 at event.fraud_score = " + bound + " (now 0.1)\n");
}

}  // namespace
}  // namespace oxpecker::e2e
