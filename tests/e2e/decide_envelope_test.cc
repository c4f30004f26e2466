// The members of a request beside its facts: id and event; and the event of a whole run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

using testing::HasSubstr;

constexpr const char* kId = "01a200d3-0000-7000-8000-000000000001";

std::string Request(const std::string& members, std::size_t customer) {
  return "{" + members + "\"facts\":" + CustomerFacts(customer) + "}";
}
std::string WithId(const std::string& id, std::size_t customer) {
  return Request("\"id\":\"" + id + "\",", customer);
}
std::string RecordCount(const Workspace& workspace) {
  return JsonText(workspace.Run({"--json", "log", "stats"}).out).At("/records");
}

TEST(Envelope, ARetryGetsTheFirstReceiptAgain) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended first = workspace.Decide(WithId(kId, 1));
  ASSERT_EQ(first.code, kDone) << first;
  EXPECT_EQ(JsonText(first.out).At("/decision_id"), kId);
  EXPECT_EQ(JsonText(first.out).At("/repeated"), "false");
  const Ended retry = workspace.Decide(WithId(kId, 1));
  ASSERT_EQ(retry.code, kDone) << retry;
  EXPECT_EQ(JsonText(retry.out).At("/repeated"), "true");
  for (const char* same : {"/seq", "/leaf_hash", "/decision_id"})
    EXPECT_EQ(JsonText(retry.out).At(same), JsonText(first.out).At(same)) << same;
  EXPECT_EQ(RecordCount(workspace), "2") << "the release and one decision";
}

TEST(Envelope, ARetryWithinOneRunIsOneRecord) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string line = WithId(kId, 1) + "\n";
  const Ended ended =
      workspace.Run({"--json", "decide", "-", "--threads", "4"}, line + line + line);
  EXPECT_EQ(ended.code, kDone) << ended;
  EXPECT_EQ(Lines(ended.out).size(), 3U);
  EXPECT_EQ(RecordCount(workspace), "2");
}

TEST(Envelope, OtherContentUnderAnIdThatWasUsedIsRefused) {
  const Workspace workspace(Workspace::State::kFresh);
  ASSERT_EQ(workspace.Decide(WithId(kId, 1)).code, kDone);
  const Ended facts = workspace.Decide(WithId(kId, 5));
  EXPECT_EQ(facts.code, kRefused) << facts;
  EXPECT_EQ(JsonText(facts.out).At("/errors/0/code"), "refused");
  EXPECT_THAT(facts.err, HasSubstr("-:1 ")) << "names the line";
  const Ended event = workspace.Decide(
      Request("\"event\":{\"type\":\"payment.failed\"},\"id\":\"" + std::string(kId) + "\",", 1));
  EXPECT_EQ(event.code, kRefused) << event;
  EXPECT_EQ(RecordCount(workspace), "2");
}

// What was answered stays the answer, whichever release is in force when the request comes again.
TEST(Envelope, ARetryUnderANewReleaseIsAnsweredAsRecorded) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string refused = "01a200d3-0000-7000-8000-000000000002";
  const std::string both = WithId(kId, 1) + "\n" + WithId(refused, 12) + "\n";
  const Ended first = workspace.Decide(both);
  ASSERT_EQ(Lines(first.out).size(), 2U) << first;
  ReplaceIn(workspace.path() / "rules/policy.yaml", "for autopay, unit: ratio, value: 1.2}",
            "for autopay, unit: ratio, value: 1.3}");
  ASSERT_EQ(workspace.Run({"release", "build", "--activate", "--skip-tests"}).code, kDone);
  const Ended retry = workspace.Decide(both);
  ASSERT_EQ(Lines(retry.out).size(), 2U) << retry;
  for (std::size_t i = 0; i < 2; ++i) {
    std::string expected = Lines(first.out)[i];
    const std::string fresh = "\"repeated\":false";
    ASSERT_NE(expected.find(fresh), std::string::npos);
    expected.replace(expected.find(fresh), fresh.size(), "\"repeated\":true");
    EXPECT_EQ(Lines(retry.out)[i], expected);
  }
  const Ended told = workspace.Run({"decide", "-"}, WithId(kId, 1));
  EXPECT_EQ(told.code, kDone) << told;
  EXPECT_THAT(told.out, HasSubstr("recorded before"));
  EXPECT_EQ(workspace.Decide(WithId(kId, 5)).code, kRefused) << "other facts";
  const std::string event = "\"event\":{\"type\":\"customer.review\"},\"id\":\"" + std::string(kId) + "\",";
  EXPECT_EQ(workspace.Decide(Request(event, 1)).code, kRefused) << "an event where there was none";
  EXPECT_EQ(RecordCount(workspace), "4") << "two releases, a decision, a refusal";
  EXPECT_NE(JsonText(workspace.Decide(CustomerLine(1)).out).At("/decision/release"),
            JsonText(Lines(first.out)[0]).At("/decision/release"));
}

TEST(Envelope, ARefusedIdDoesNotStopTheOthers) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended =
      workspace.Decide(WithId(kId, 1) + "\n" + WithId(kId, 5) + "\n" + CustomerLine(3) + "\n");
  EXPECT_EQ(ended.code, kRefused) << ended;
  ASSERT_EQ(Lines(ended.out).size(), 3U);
  EXPECT_EQ(RecordCount(workspace), "3");
}

TEST(Envelope, AnIdThatIsNoneIsAnErrorThatShowsOne) {
  const Workspace workspace(Workspace::State::kFresh);
  for (const std::string id :
       {"\"\"", "\"42\"", "null", "17", "\"01A200D3-0000-7000-8000-000000000001\"",
        "\"01a200d3-0000-4000-8000-000000000001\""}) {
    const Ended ended = workspace.Decide(Request("\"id\":" + id + ",", 1));
    EXPECT_EQ(ended.code, kInvalidInput) << id << ended;
    EXPECT_THAT(ended.err, HasSubstr("019a4c1e-7d2b-7c3a-9f00-0123456789ab")) << id;
  }
  EXPECT_EQ(RecordCount(workspace), "1");
}

TEST(Envelope, AnUnknownMemberIsAnErrorThatNamesIt) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended = workspace.Decide(Request("\"evnt\":{\"type\":\"payment.failed\"},", 1));
  EXPECT_EQ(ended.code, kInvalidInput) << ended;
  EXPECT_EQ(JsonText(ended.out).At("/errors/0/place"), "-:1 /evnt");
  EXPECT_EQ(RecordCount(workspace), "1");
}

TEST(Envelope, FactsAreRecordedAsTheyWereWritten) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string facts = "{ \"a\" : \"}\\\"]\\\\\" ,\t\"b\":[1.50, {\"c\":{}}] }";
  const Ended ended = workspace.Decide("{ \"facts\" : " + facts +
                                       " , \"event\": {\"type\" : \"payment.failed\"} }");
  EXPECT_EQ(ended.code, kInvalidInput);
  const JsonText record(workspace.Run({"--json", "log", "show", "1"}).out);
  EXPECT_EQ(record.At("/sections/facts"), facts);
  EXPECT_EQ(record.At("/sections/event"), "{\"type\" : \"payment.failed\"}");
}

TEST(Envelope, TheEventOfTheRunIsForLinesThatCarryNone) {
  const Workspace workspace(Workspace::State::kFresh);
  WriteBytes(workspace.path() / "event.json", "{\"type\":\"payment.failed\"}\r\n");
  const Ended ended =
      workspace.Run({"--json", "decide", "-", "--event", "event.json", "--threads", "1"},
                    CustomerFacts(1) + "\n" + CustomerLine(6) + "\n");
  EXPECT_EQ(ended.code, kDone) << ended;
  const std::vector<std::string> lines = Lines(ended.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(JsonText(lines[0]).At("/decision/event"), "payment.failed");
  EXPECT_EQ(JsonText(lines[1]).At("/decision/event"), "payment.initiated");
}

// What a document holds must not command the terminal of whoever reads the message, nor be told.
TEST(Envelope, AHostileIdIsNeitherEchoedNorObeyed) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended = workspace.Run(
      {"decide", "-"}, "{\"facts\":{},\"id\":\"\\u001b[31mRED 19881224\"}\n{\"facts\":{},\"\\u001b[31m\":1}\n");
  EXPECT_EQ(ended.code, kInvalidInput) << ended;
  EXPECT_EQ(ended.err.find('\x1b'), std::string::npos);
  EXPECT_EQ(ended.err.find("19881224"), std::string::npos);
}

}  // namespace
}  // namespace oxpecker::e2e
