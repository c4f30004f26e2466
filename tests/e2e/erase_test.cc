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
  const fs::path vault = workspace.path() / "vault" / "vault.db";
  Alter(vault, "ATTACH '" + workspace.database().string() + "' AS log; DELETE FROM kek WHERE id <> (SELECT kek_id FROM log.dek WHERE seq = 0)");
  EXPECT_EQ(workspace.Run({"explain", seq}).code, kInvalidInput);
  EXPECT_EQ(JsonText(workspace.Run({"--json", "replay", seq}).out).At("/verdict"), "inputs_missing");
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kDone);
  Alter(vault, "DELETE FROM kek");
  EXPECT_EQ(workspace.Run({"explain", seq}).code, kIntegrity) << "the log's own key went too: this is not its vault";
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

void PutBack(const Workspace& workspace, const char* copy) {
  fs::remove_all(workspace.path() / "vault");
  CopyFolder(workspace.path() / copy, workspace.path() / "vault");
}

// The vault is that of before the customer's first decision: it makes another key, and knows of no hold.
TEST(Hold, SurvivesAnOlderVault) {
  const Workspace workspace(Workspace::State::kFresh);
  CopyFolder(workspace.path() / "vault", workspace.path() / "copy");
  ASSERT_EQ(workspace.DecideExamples().code, kInvalidInput);
  const Ended added = workspace.Run({"--json", "log", "hold", "add", "--subject", "tomas", "--reason", "case 7", "--by", "K. Lind"});
  ASSERT_EQ(added.code, kDone) << added;
  const std::string id = JsonText(added.out).At("/hold");
  PutBack(workspace, "copy");
  ASSERT_NE(workspace.Run({"decide", "customers.jsonl"}).code, kIntegrity);
  const Ended refused = workspace.Run(EraseTomas());
  EXPECT_EQ(refused.code, kRefused) << refused;
  EXPECT_THAT(refused.err, HasSubstr(id));
  EXPECT_EQ(workspace.Run({"log", "erase", "--subject", "tomas", "--dry-run"}).code, kRefused);
  EXPECT_THAT(workspace.Run({"log", "hold", "list"}).out, HasSubstr("NOT IN THE VAULT"));
  std::vector<std::string> release = {"log", "hold", "release", id, "--reason", "settled", "--by", "K. Lind"};
  EXPECT_EQ(workspace.Run(release).code, kIntegrity);
  release.insert(release.end(), {"--subject", "tomas"});
  EXPECT_EQ(workspace.Run(release).code, kDone);
  EXPECT_EQ(workspace.Run(EraseTomas()).code, kDone);
}

TEST(Erase, WhatAnOldVaultMakesReadableAgainIsToldByEveryCommand) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string seq = RecordOf(workspace, "tomas");
  CopyFolder(workspace.path() / "vault", workspace.path() / "copy");
  ASSERT_EQ(workspace.Run(EraseTomas()).code, kDone);
  PutBack(workspace, "copy");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"explain", seq}, {"replay", seq}, {"log", "verify"}, {"log", "show", seq}}) {
    const Ended told = workspace.Run(words);
    EXPECT_EQ(told.code, kRefused) << told;
    EXPECT_THAT(told.err, HasSubstr("ERASED, AND READABLE AGAIN")) << words[0];
    EXPECT_THAT(told.err, HasSubstr("#13"));
  }
  EXPECT_EQ(JsonText(workspace.Run({"--json", "explain", seq}).out).At("/erased_and_readable_again"), "13");
  EXPECT_EQ(JsonText(workspace.Run({"--json", "log", "verify"}).out).At("/erasures_undone/0"), "13");
  const Ended replayed = workspace.Run({"replay", "--all"});
  EXPECT_EQ(replayed.code, kRefused) << replayed;
  EXPECT_THAT(replayed.out, HasSubstr("1 of those replayed were erased"));
  ASSERT_EQ(workspace.Run(EraseTomas()).code, kDone);
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kDone);
  EXPECT_EQ(workspace.Run({"explain", seq}).code, kDone);
}

TEST(Erase, TheVaultOfAnotherWorkspaceIsRefused) {
  const Workspace workspace(Workspace::State::kDecided);
  ASSERT_EQ(workspace.Run({"init", "other"}).code, kDone);
  const fs::path other = workspace.path() / "other";
  fs::remove_all(workspace.path() / "vault");
  CopyFolder(other / "vault", workspace.path() / "vault");
  fs::copy_file(other / "keys/vault.key", workspace.path() / "keys/vault.key", fs::copy_options::overwrite_existing);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"decide", "customers.jsonl"}, {"log", "hold", "list"}, {"explain", "1"}, {"log", "erase", "--subject", "tomas", "--dry-run"}}) {
    const Ended refused = workspace.Run(words);
    EXPECT_EQ(refused.code, kIntegrity) << refused;
    EXPECT_THAT(refused.err, HasSubstr("not the vault of this log"));
  }
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kDone) << "headers and signatures need none";
}

TEST(Erase, ACertificateThatCannotBeWrittenIsKnownBefore) {
  const Workspace workspace(Workspace::State::kDecided);
  for (const char* file : {"nowhere/c.txt", "rules"}) {
    const Ended refused = workspace.Run(EraseTomas({"--certificate", file}));
    EXPECT_NE(refused.code, kDone) << refused;
    EXPECT_EQ(workspace.Run({"log", "erase", "--subject", "tomas", "--dry-run"}).code, kDone) << "nothing was erased";
  }
  EXPECT_FALSE(fs::exists(workspace.path() / "rules.partial"));
}

// The record says other numbers than were signed, and its own hash fits.
TEST(Erase, NoCertificateIsSignedForABrokenLogOrByAnOldKey) {
  const Workspace workspace(Workspace::State::kDecided);
  CopyFolder(workspace.path() / "keys", workspace.path() / "old");
  ASSERT_EQ(workspace.Run(EraseTomas()).code, kDone);
  ASSERT_EQ(workspace.Run({"log", "certificate", "13"}).code, kDone);
  ASSERT_EQ(workspace.Run({"log", "rotate-key"}).code, kDone);
  EXPECT_EQ(workspace.Run({"log", "certificate", "13"}).code, kDone);
  fs::rename(workspace.path() / "keys", workspace.path() / "new");
  fs::rename(workspace.path() / "old", workspace.path() / "keys");
  const Ended retired = workspace.Run({"log", "certificate", "13"});
  EXPECT_EQ(retired.code, kIntegrity) << retired;
  EXPECT_THAT(retired.out, Not(HasSubstr("Certificate of erasure")));
  fs::remove_all(workspace.path() / "keys");
  fs::rename(workspace.path() / "new", workspace.path() / "keys");
  FlipBitOfLeaf(workspace.database(), 3);
  const Ended broken = workspace.Run({"log", "certificate", "13"});
  EXPECT_EQ(broken.code, kIntegrity) << "another record: " << broken;
  EXPECT_THAT(broken.out, Not(HasSubstr("Certificate of erasure")));
}

TEST(Erase, ADryRunLooksAtTheTextsAndTheParts) {
  const Workspace workspace(Workspace::State::kDecided);
  const auto dry = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"log", "erase", "--dry-run"};
    words.insert(words.end(), more.begin(), more.end());
    return workspace.Run(words).code;
  };
  EXPECT_EQ(dry({"--subject", "tomas", "--basis", "asked for by Tomas", "--by", "K. Lind"}), kInvalidInput);
  EXPECT_EQ(dry({"--subject", "tom\xff"}), kInvalidInput);
  EXPECT_EQ(dry({"--subject", "tomas", "--basis", "GDPR", "--by", "K. Lind"}), kDone);
  fs::remove_all(workspace.path() / "vault");
  EXPECT_EQ(dry({"--subject", "tomas"}), kIntegrity);
  EXPECT_EQ(workspace.Run({"log", "hold", "list"}).code, kIntegrity);
}

// Two customers whose ids look the same: the letter is one code point, or two; and a space at the end.
TEST(Erase, IdsThatLookAlikeAreToldApart) {
  const Workspace workspace(Workspace::State::kFresh);
  for (const char* id : {"\u00c5sa", "A\u030asa", "\u00c5sa ", "Anna"}) {
    std::string line = CustomerLine(1);
    const std::size_t at = line.find("\"id\":\"", line.find("\"customer\":"));
    ASSERT_NE(at, std::string::npos);
    const std::size_t end = line.find('"', at + 6);
    line.replace(at + 6, end - at - 6, id);
    ASSERT_EQ(workspace.Decide(line).code, kDone) << id;
  }
  const Ended dry = workspace.Run({"log", "erase", "--subject", "\u00c5sa", "--dry-run"});
  EXPECT_EQ(dry.code, kDone) << dry;
  EXPECT_THAT(dry.err, HasSubstr("look like \"\\u{c5}sa\""));
  EXPECT_THAT(dry.err, HasSubstr("\"A\\u{30a}sa\""));
  EXPECT_THAT(dry.err, HasSubstr("\"\\u{c5}sa \""));
  EXPECT_THAT(dry.err, Not(HasSubstr("Anna")));
  EXPECT_EQ(workspace.Run({"log", "erase", "--subject", "\u00c5sa", "--dry-run", "--basis", "asked for by A\u030aSA"}).code, kInvalidInput);
  const Ended held = workspace.Run({"log", "hold", "add", "--subject", "A\u030asa", "--reason", "case 7", "--by", "K. Lind"});
  EXPECT_THAT(held.err, HasSubstr("WARNING"));
  EXPECT_EQ(workspace.Run({"log", "erase", "--subject", "Anna", "--dry-run"}).err, "");
}

TEST(Retention, ASettingThatIsMisspeltIsRefused) {
  const Workspace workspace(Workspace::State::kFresh);
  const fs::path file = workspace.path() / "oxpecker.yaml";
  WriteBytes(file, ReadBytes(file) + "retenton:\n  decision: 30\n");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"log", "stats"}, {"log", "erase", "--expired", "--dry-run"}}) {
    const Ended refused = workspace.Run(words);
    EXPECT_EQ(refused.code, kInvalidInput) << refused;
    EXPECT_THAT(refused.err, HasSubstr("did you mean 'retention'"));
  }
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
