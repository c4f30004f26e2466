#include "engine/explain/recorded.h"

#include <gtest/gtest.h>

#include "tests/unit/explain/small_pack.h"

namespace oxpecker::engine {
namespace {

Decision RichDecision() {
  Candidate stopped = AutopayCandidate();
  stopped.state = EndState::kSuppressed;
  stopped.decided_by = "no_complaint";
  stopped.delivery.clear();
  stopped.human.clear();
  stopped.detail.clear();
  stopped.verdicts[0].verdict = Verdict::kUnknownBlock;
  stopped.verdicts[0].reason = "GUARD_UNKNOWN";
  stopped.verdicts[0].unknown = Unknown{"missing", "the fact is absent"};
  stopped.verdicts[1].verdict = Verdict::kBlock;
  stopped.verdicts[1].reason = "COMPLAINT_OPEN";
  Candidate later = PromptCandidate();
  later.deferred = true;
  later.state = EndState::kDeferred;
  later.decided_by = "delivery";
  Decision d = DecisionWith({later, stopped});
  d.features[0].value.clear();
  d.features[0].unknown = Unknown{"domain", "division by zero"};
  d.flags = {"fee_flag"};
  d.unknowns = {{"fees_rule", {"type", "no boolean"}}};
  return d;
}

TEST(Recorded, WhatWasReadWritesTheSameBytes) {
  for (const Decision& decision :
       {RichDecision(), Refusal(), DecisionWith({}), DecisionWith({AutopayCandidate()})}) {
    const std::string bytes = ToCanonicalJson(decision);
    const auto read = ReadDecision(bytes);
    ASSERT_TRUE(read.has_value()) << read.error().ToString();
    EXPECT_EQ(ToCanonicalJson(read->decision), bytes);
  }
}

TEST(Recorded, TheTraceIsReadAsItStands) {
  const auto trace = ReadTrace(SmallTrace());
  ASSERT_TRUE(trace.has_value()) << trace.error().ToString();
  ASSERT_EQ(trace->rules.size(), 3U);
  EXPECT_EQ(trace->rules[0].conditions[0].operands, (std::vector<std::string>{"3", "3"}));
  EXPECT_EQ(trace->rules[1].row, 1U);
  EXPECT_EQ(trace->rules[1].conditions[1].result, '-');
  EXPECT_EQ(trace->guards.size(), 6U);
  EXPECT_TRUE(ReadTrace("")->rules.empty());
}

// Every member that is required, taken away: an error that names a place, never a crash.
TEST(Recorded, AMemberThatIsAbsentIsAnIntegrityError) {
  const std::string bytes = ToCanonicalJson(RichDecision());
  for (const char* key : {"as_of", "engine", "event", "release", "schema", "status", "features",
                          "candidates", "outcomes", "flags", "reasons", "unknowns", "verdicts",
                          "state", "rank", "tier", "evidence", "guard", "stage"}) {
    std::string broken = bytes;
    const std::string quoted = std::string("\"") + key + "\":";
    const std::size_t at = broken.find(quoted);
    ASSERT_NE(at, std::string::npos) << key;
    broken[at + 1] = 'X';
    const auto read = ReadDecision(broken);
    ASSERT_FALSE(read.has_value()) << key;
    EXPECT_EQ(read.error().code, ErrorCode::kIntegrity) << key;
    EXPECT_FALSE(read.error().place.empty()) << key;
  }
}

TEST(Recorded, OtherJsonIsAnIntegrityError) {
  for (const char* text : {"", "{", "[]", "null", "{}", "{\"candidates\":{}}", "\"text\""})
    EXPECT_EQ(ReadDecision(text).error().code, ErrorCode::kIntegrity) << text;
  for (const char* text : {"{", "[]", "{}", R"({"rules":[{}],"guards":[]})",
                           R"({"rules":[],"guards":[{"action":1}]})"})
    EXPECT_EQ(ReadTrace(text).error().code, ErrorCode::kIntegrity) << text;
}

TEST(Recorded, AnOutcomeThatIsNoCandidateIsAnIntegrityError) {
  std::string bytes = ToCanonicalJson(DecisionWith({AutopayCandidate()}));
  const std::size_t outcomes = bytes.find("\"outcomes\"");
  bytes.replace(bytes.find("autopay_setup", outcomes), 7, "another");
  EXPECT_EQ(ReadDecision(bytes).error().code, ErrorCode::kIntegrity);
}

}  // namespace
}  // namespace oxpecker::engine
