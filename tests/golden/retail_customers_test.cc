// What the retail pack decides on the example customers that ship, in words: a change of the pack or
// of the engine that changes a decision shows here, for somebody to agree with. The new text to put
// into retail_customers.txt is in the failure.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/json/document.h"
#include "base/json/value.h"
#include "engine/decide/decider.h"

namespace oxpecker::engine {
namespace {

std::string ReadWhole(const std::string& path) {
  std::ifstream file(OXPECKER_SOURCE_DIR "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string Told(const Candidate& c) {
  std::string text = "  says " + c.action + " by " + c.delivery + ", human " + c.human + ", " + c.detail + (c.deferred ? ", later" : "") +
                     ", as " + c.rule + " proposed\n";
  for (const auto& [name, value] : c.evidence) text += "    " + name + ": " + value + "\n";
  return text;
}

std::string Told(const Decision& decision) {
  std::string text;
  for (const Error& issue : decision.issues) text += "  refused: " + issue.place + "\n";
  for (const std::size_t i : decision.outcomes) text += Told(decision.candidates[i]);
  for (const std::string& flag : decision.flags) text += "  flags " + flag + "\n";
  for (const Candidate& c : decision.candidates)
    if (c.state == EndState::kSuppressed || c.state == EndState::kOutranked)
      text += "  holds back " + c.action + " because of " + c.decided_by + "\n";
  for (const auto& [rule, cause] : decision.unknowns) text += "  unknown " + rule + ": " + cause.message + "\n";
  return text + "  reasons " + Joined(decision.reasons) + "\n";
}

TEST(Golden, RetailPackOnTheExampleCustomers) {
  const auto files = ReadPackFolder(OXPECKER_SOURCE_DIR "/rules/packs/retail");
  ASSERT_TRUE(files.has_value());
  const auto release = Release::Build(*files);
  ASSERT_TRUE(release.has_value()) << ToString(release.error());
  Decider decider(*release);
  std::string got;
  std::ifstream lines(OXPECKER_SOURCE_DIR "/examples/customers/customers.jsonl", std::ios::binary);
  for (std::string line; std::getline(lines, line);) {
    const auto document = json::Document::Parse(line, {});
    ASSERT_TRUE(document.has_value());
    const Decision decision = decider.Decide(*json::Canonical(*document->root().Find("facts")),
                                             *json::Canonical(*document->root().Find("event")));
    got += decider.last_subject() + ", " + decision.event + ", " + decision.as_of + "\n" + Told(decision);
  }
  EXPECT_EQ(got, ReadWhole("tests/golden/retail_customers.txt"));
}

}  // namespace
}  // namespace oxpecker::engine
