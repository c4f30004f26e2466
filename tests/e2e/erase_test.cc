// Erasing a customer, forbidding it, and what every other command says afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/e2e/database.h"
#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> EraseTomas(std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"log", "erase", "--subject", "tomas", "--basis", "GDPR Art. 17(1)(b)", "--by", "K. Lind"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// The number of the record of a customer's decision.
std::string RecordOf(const Workspace& workspace, const std::string& customer) {
  return JsonText(workspace.Run({"--json", "log", "list", "--customer", customer}).out).At("/seq");
}

void SetRetention(const Workspace& workspace, const std::string& lines) {
  const fs::path file = workspace.path() / "oxpecker.yaml";
  WriteBytes(file, ReadBytes(file) + "retention:\n" + lines);
}

TEST(Erase, DestroysWhatWasRecordedAndLeavesTheProofs) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string seq = RecordOf(workspace, "tomas");
  const Ended dry = workspace.Run({"--json", "log", "erase", "--subject", "tomas", "--dry-run"});
  ASSERT_EQ(dry.code, kDone) << dry;
  EXPECT_EQ(JsonText(dry.out).At("/ranges"), seq);
  EXPECT_EQ(JsonText(dry.out).At("/allowed"), "true");
  const Ended ended = workspace.Run(EraseTomas({"--certificate", "erased.txt"}));
  ASSERT_EQ(ended.code, kDone) << ended;
  EXPECT_THAT(ended.out, HasSubstr("told by record #13"));
  EXPECT_THAT(ended.out, HasSubstr("Backups of vault/"));
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kDone);
  EXPECT_EQ(workspace.RunVerifier().code, kDone);
  EXPECT_EQ(workspace.Run(EraseTomas()).code, kInvalidInput) << "nothing is left of him";
  const std::string certificate = ReadBytes(workspace.path() / "erased.txt");
  EXPECT_THAT(certificate, testing::StartsWith("Certificate of erasure\n"));
  EXPECT_THAT(certificate, HasSubstr("\"ranges\":\"" + seq + "\""));
  EXPECT_THAT(certificate, Not(HasSubstr("tomas")));
  EXPECT_EQ(workspace.Run({"log", "certificate", "13"}).out, certificate) << "made again from the record";
  EXPECT_EQ(workspace.Run({"log", "certificate", seq}).code, kInvalidInput);
}

TEST(Erase, EveryCommandTellsErasedDecisionsAsSuch) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string seq = RecordOf(workspace, "tomas");
  ASSERT_EQ(workspace.Run(EraseTomas()).code, kDone);
  const Ended text = workspace.Run({"explain", seq});
  EXPECT_EQ(text.code, kDone) << text;
  EXPECT_THAT(text.out, testing::StartsWith("ERASED"));
  EXPECT_THAT(text.out, HasSubstr("by record #13"));
  const JsonText json(workspace.Run({"--json", "explain", seq}).out);
  EXPECT_EQ(json.At("/erased"), "true");
  EXPECT_EQ(json.At("/erased_by/seq"), "13");
  EXPECT_EQ(json.At("/seq"), seq);
  EXPECT_THAT(workspace.Run({"explain", seq, "--format", "html"}).out, HasSubstr("ERASED"));
  const Ended replayed = workspace.Run({"replay", "--all"});
  EXPECT_EQ(replayed.code, kDone) << "rightly gone is no failure: " << replayed;
  EXPECT_THAT(replayed.out, HasSubstr("11 replayed: 11 same to the byte"));
  EXPECT_THAT(replayed.out, HasSubstr("1 more was erased"));
  EXPECT_EQ(JsonText(workspace.Run({"--json", "replay", seq}).out).At("/verdict"), "erased");
  EXPECT_THAT(workspace.Run({"log", "list"}).out, HasSubstr("what it said was erased"));
  EXPECT_THAT(workspace.Run({"log", "list", "--kind", "erasure"}).out, HasSubstr("records " + seq + "\n"));
  EXPECT_EQ(JsonText(workspace.Run({"--json", "log", "stats"}).out).At("/records_by_kind/erasure"), "1");
  const JsonText report(workspace.Run({"report", "period", "--format", "json"}).out);
  const auto codes = report.Each("/body/exceptions", "/exception");
  const auto counts = report.Each("/body/exceptions", "/n");
  const auto count = [&](const std::string& code) {
    for (std::size_t i = 0; i < codes.size(); ++i)
      if (codes[i] == code) return counts[i];
    return std::string("none");
  };
  EXPECT_EQ(count("customer_erased"), "1");
  EXPECT_EQ(count("erased_decision"), "1");
  EXPECT_EQ(count("key_missing"), "0");
}

TEST(Erase, AKeyThatIsGoneWithoutARecordIsNoErasure) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string seq = RecordOf(workspace, "tomas");
  Alter(workspace.path() / "vault" / "vault.db", "DELETE FROM kek WHERE created_at > ''");
  EXPECT_EQ(workspace.Run({"explain", seq}).code, kInvalidInput);
  EXPECT_EQ(JsonText(workspace.Run({"--json", "replay", seq}).out).At("/verdict"), "release_missing") << "the log's own key went too";
  EXPECT_THAT(workspace.Run({"log", "verify"}).out, HasSubstr("integrity     holds")) << "the log is whole; the vault is not its part";
}

TEST(Erase, ANewDecisionForTheCustomerIsReadAgain) {
  const Workspace workspace(Workspace::State::kDecided);
  ASSERT_EQ(workspace.Run(EraseTomas()).code, kDone);
  workspace.DecideExamples();
  EXPECT_EQ(Lines(workspace.Run({"log", "list", "--customer", "tomas"}).out).size(), 1U);
  const Ended again = workspace.Run(EraseTomas());
  EXPECT_EQ(again.code, kDone) << again;
}

TEST(Erase, NothingOfTheCustomerStaysInTheFiles) {
  const Workspace workspace(Workspace::State::kDecided);
  ASSERT_EQ(workspace.Run(EraseTomas()).code, kDone);
  for (const char* folder : {"log", "vault"})
    for (const auto& entry : fs::directory_iterator(workspace.path() / folder))
      if (entry.is_regular_file()) {
        EXPECT_THAT(ReadBytes(entry.path()), Not(HasSubstr("tomas"))) << entry.path();
      }
}

TEST(Erase, RefusesWhatIsIncompleteOrNamesTheCustomer) {
  const Workspace workspace(Workspace::State::kDecided);
  EXPECT_EQ(workspace.Run({"log", "erase", "--subject", "tomas"}).code, kUsage);
  EXPECT_EQ(workspace.Run({"log", "erase", "--subject", "tomas", "--basis", "x"}).code, kUsage);
  EXPECT_EQ(workspace.Run({"log", "erase", "--basis", "x", "--by", "y"}).code, kUsage);
  EXPECT_EQ(workspace.Run(EraseTomas({"--expired"})).code, kUsage);
  EXPECT_EQ(workspace.Run({"log", "erase", "--subject", "tomas", "--basis", "tomas asked", "--by", "y"}).code, kInvalidInput);
  EXPECT_EQ(workspace.Run({"log", "erase", "--subject", "tomsa", "--basis", "x", "--by", "y"}).code, kInvalidInput);
  EXPECT_EQ(workspace.Run(EraseTomas({"--certificate", "log/log.db"})).code, kRefused) << "before anything is erased";
  EXPECT_EQ(workspace.Run({"explain", RecordOf(workspace, "tomas")}).code, kDone);
}

// What cannot be undone is not done on a log that is not proven.
TEST(Erase, ABrokenLogIsNotErasedFrom) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string seq = RecordOf(workspace, "tomas");
  Alter(workspace.database(), "UPDATE section SET ciphertext = zeroblob(length(ciphertext)) WHERE id = 9 * 16");
  EXPECT_EQ(workspace.Run(EraseTomas()).code, kIntegrity);
  EXPECT_THAT(workspace.Run({"explain", seq}).out, Not(HasSubstr("ERASED")));
}

TEST(Hold, StandsAgainstErasingUntilItIsReleased) {
  const Workspace workspace(Workspace::State::kDecided);
  const Ended placed = workspace.Run({"--json", "log", "hold", "add", "--subject", "tomas", "--reason", "complaint 7", "--by", "K. Lind"});
  ASSERT_EQ(placed.code, kDone) << placed;
  const std::string id = JsonText(placed.out).At("/hold");
  EXPECT_EQ(JsonText(placed.out).At("/seq"), "13");
  const Ended listed = workspace.Run({"log", "hold", "list"});
  for (const char* said : {"tomas", "complaint 7", "K. Lind", "#13"}) EXPECT_THAT(listed.out, HasSubstr(said));
  const Ended refused = workspace.Run(EraseTomas());
  EXPECT_EQ(refused.code, kRefused) << refused;
  EXPECT_THAT(refused.err, HasSubstr("hold"));
  EXPECT_EQ(workspace.Run({"log", "erase", "--subject", "tomas", "--dry-run"}).code, kRefused);
  EXPECT_EQ(workspace.Run({"log", "hold", "release", id.substr(0, 8), "--reason", "settled", "--by", "K. Lind"}).code, kDone);
  EXPECT_EQ(JsonText(workspace.Run({"--json", "log", "hold", "list"}).out).Size("/holds"), 0U);
  EXPECT_EQ(workspace.Run(EraseTomas()).code, kDone);
  EXPECT_EQ(workspace.Run({"log", "hold", "add", "--subject", "tomsa", "--reason", "x", "--by", "y"}).code, kInvalidInput);
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kDone);
}

TEST(Retention, KeepsUntilItIsOver) {
  const Workspace workspace(Workspace::State::kDecided);
  EXPECT_EQ(workspace.Run({"log", "erase", "--expired", "--dry-run"}).code, kRefused) << "nothing is said of retention";
  SetRetention(workspace, "  decision: 30\n  refusal: 30\n");
  const Ended refused = workspace.Run(EraseTomas());
  EXPECT_EQ(refused.code, kRefused) << refused;
  EXPECT_THAT(refused.err, HasSubstr("must be kept until"));
  EXPECT_EQ(JsonText(workspace.Run({"--json", "log", "erase", "--expired", "--dry-run"}).out).Size("/expired"), 0U);
}

TEST(Retention, WhatIsOverIsErasedAtOnce) {
  const Workspace workspace(Workspace::State::kDecided);
  SetRetention(workspace, "  decision: 0\n  refusal: 0\n");
  const Ended ended = workspace.Run({"--json", "log", "erase", "--expired", "--basis", "retention over", "--by", "records office"});
  ASSERT_EQ(ended.code, kDone) << ended;
  const std::size_t erased = JsonText(ended.out).Size("/erased");
  EXPECT_GE(erased, 11U);
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kDone);
  const Ended replayed = workspace.Run({"--json", "replay", "--all"});
  EXPECT_EQ(JsonText(Lines(replayed.out).back()).At("/differs"), "0");
}

TEST(Retention, EveryMistakeOfTheSettingsIsTold) {
  const Workspace workspace(Workspace::State::kFresh);
  SetRetention(workspace, "  decisoin: 30\n  erasure: 30\n  refusal: a year\n  failure: 36526\n");
  const Ended ended = workspace.Run({"log", "erase", "--expired", "--dry-run"});
  EXPECT_EQ(ended.code, kInvalidInput);
  for (const char* said : {"'decisoin' is no kind", "'erasure' hold nothing of a customer's", "from 0 to 36525"})
    EXPECT_THAT(ended.err, HasSubstr(said));
}

}  // namespace
}  // namespace oxpecker::e2e
