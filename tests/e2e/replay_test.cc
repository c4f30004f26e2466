#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/e2e/database.h"
#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kAllSame =
    "12 replayed: 12 same to the byte, 0 differ, 0 cannot be replayed\n";

// Four late fees instead of three make a pattern: astrid and yue hear of them no more.
void RaiseLateFeeThreshold(const Workspace& workspace) {
  ReplaceIn(workspace.path() / "rules" / "policy.yaml",
            "{id: late_fee_n, title: Late fees to one creditor that make a pattern, unit: count, "
            "value: 3}",
            "{id: late_fee_n, title: Late fees to one creditor that make a pattern, unit: count, "
            "value: 4}");
}

TEST(Replay, EveryRecordGivesTheSameBytes) {
  const Workspace workspace(Workspace::State::kDecided);
  const Ended ended = workspace.Run({"replay", "--all"});
  EXPECT_EQ(ended.code, kDone) << ended;
  EXPECT_EQ(ended.out, kAllSame);
  const Ended json = workspace.Run({"--json", "replay", "--all"});
  EXPECT_EQ(JsonText(json.out).At("/same"), "12");
}

// Answers to a document that cannot be used, and what-ifs, are part of the record like all else.
TEST(Replay, SafeAnswersAndWhatIfsAreRecordedReplayedAndReported) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string payment =
      R"("event":{"type":"payment.initiated","payment":{"amount_minor":1,"currency":"SEK","new_payee":false,"payee_check":"match"}}})";
  const std::string order = R"("event":{"type":"investment.order","complexity":"complex","channel":"a field that no rule knows"}})";
  workspace.Decide(R"({"facts":)" + CustomerFacts(12) + "," + payment + "\n" + R"({"facts":)" + CustomerFacts(1) + "," + order + "\n");
  for (const char* language : {"en", "sv", "zh"})
    for (const char* number : {"#1", "#2"})
      for (const char* audience : {"customer", "officer"})
        EXPECT_EQ(workspace.Run({"explain", number, "--for", audience, "--lang", language}).code, kDone) << number << language;
  EXPECT_THAT(workspace.Run({"explain", "#1", "--for", "officer"}).out, HasSubstr("waits for a person"));
  EXPECT_THAT(workspace.Run({"explain", "#2", "--for", "customer", "--lang", "en"}).out, HasSubstr("no promise"));
  const Ended replayed = workspace.Run({"replay", "--all"});
  EXPECT_EQ(replayed.code, kDone) << replayed;
  EXPECT_EQ(replayed.out, "2 replayed: 2 same to the byte, 0 differ, 0 cannot be replayed\n");
  const Ended report = workspace.Run({"report", "period", "--format", "json"});
  EXPECT_EQ(report.code, kDone) << report;
  EXPECT_EQ(workspace.Run({"report", "period"}).code, kDone);
  EXPECT_EQ(workspace.RunVerifier().code, kDone);
}

TEST(Replay, OneRecordByTheBeginningOfItsId) {
  const Workspace workspace(Workspace::State::kDecided);
  const Ended ended = workspace.Run({"--json", "replay", workspace.DecisionId(7).substr(0, 30)});
  ASSERT_EQ(ended.code, kDone) << ended;
  EXPECT_EQ(JsonText(ended.out).At("/seq"), "7");
  EXPECT_EQ(JsonText(ended.out).At("/verdict"), "same");
}

TEST(Replay, ElsewhereInAnotherZoneAndLanguage) {
  const Workspace workspace(Workspace::State::kDecided);
  const TemporaryFolder elsewhere;
  CopyFolder(workspace.path(), elsewhere.path() / "copy of it");
  const Ended ended =
      RunProgram(Program::kOxpecker, {"-w", "copy of it", "replay", "--all"},
                 {.folder = elsewhere.path(),
                  .environment = {{"TZ", "Pacific/Kiritimati"}, {"LC_ALL", "sv_SE.UTF-8"}}});
  EXPECT_EQ(ended.code, kDone) << ended;
  EXPECT_EQ(ended.out, kAllSame);
}

TEST(Replay, OldDecisionsReplayUnderTheirOwnReleaseAfterTheRulesChanged) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string astrid = workspace.DecisionId(1);
  RaiseLateFeeThreshold(workspace);
  const Ended built = workspace.Run({"--json", "release", "build", "--activate", "--skip-tests"});
  ASSERT_EQ(built.code, kDone) << built;
  const std::string release = JsonText(built.out).At("/release");
  EXPECT_EQ(workspace.Run({"replay", "--all"}).out, kAllSame);

  const Ended decided = workspace.Decide(CustomerLine(1));
  ASSERT_EQ(decided.code, kDone) << decided;
  EXPECT_EQ(JsonText(decided.out).At("/decision/release"), release)
      << "new decisions name the new release";
  EXPECT_EQ(JsonText(decided.out).Each("/decision/outcomes", "/action"), std::vector<std::string>{"fee_explainer"})
      << "three late fees are no pattern now";
  EXPECT_THAT(workspace.Run({"replay", "--all"}).out,
              HasSubstr("13 replayed: 13 same to the byte"));
  EXPECT_THAT(workspace.Run({"explain", astrid}).out, HasSubstr("3 >= 3")) << "the old threshold";
}

TEST(Replay, NeedsNeitherTheRulesNorTheReleasesOfTheFolder) {
  const Workspace workspace(Workspace::State::kDecided);
  fs::remove_all(workspace.path() / "rules");
  fs::remove_all(workspace.path() / "releases");
  const Ended ended = workspace.Run({"replay", "--all"});
  EXPECT_EQ(ended.code, kDone) << ended;
  EXPECT_EQ(ended.out, kAllSame);
  EXPECT_EQ(workspace.Run({"explain", workspace.DecisionId(2)}).code, kDone);
}

TEST(Replay, NamesARecordThatWasAlteredAndGoesOn) {
  const Workspace workspace(Workspace::State::kDecided);
  FlipBitOfLeaf(workspace.database(), 5);
  const Ended ended = workspace.Run({"replay", "--all"});
  EXPECT_EQ(ended.code, kIntegrity) << ended;
  EXPECT_THAT(ended.out, testing::StartsWith("record 5  damaged  its leaf has not the stored hash\n"));
  EXPECT_THAT(ended.out, HasSubstr("11 replayed: 11 same to the byte, 0 differ"));
  const Ended json = workspace.Run({"--json", "replay", "--all"});
  EXPECT_EQ(json.code, kIntegrity);
  EXPECT_EQ(JsonText(Lines(json.out).front()).At("/verdict"), "damaged");
  EXPECT_EQ(JsonText(Lines(json.out).back()).At("/damaged"), "1");
}

TEST(Replay, WithoutTheVaultsKeySaysSo) {
  const Workspace workspace(Workspace::State::kDecided);
  fs::remove(workspace.path() / "keys" / "vault.key");
  const Ended ended = workspace.Run({"replay", "--all"});
  EXPECT_EQ(ended.code, kInvalidInput) << ended;
  EXPECT_THAT(ended.err, HasSubstr("vault.key"));
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kDone) << "the proof needs no secret";
}

}  // namespace
}  // namespace oxpecker::e2e
