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

// Four late fees instead of three make a pattern: astrid and yue fall silent.
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
  EXPECT_EQ(JsonText(decided.out).Size("/decision/outcomes"), 0U);
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

TEST(Replay, StopsAtARecordThatWasAltered) {
  const Workspace workspace(Workspace::State::kDecided);
  FlipBitOfLeaf(workspace.database(), 5);
  const Ended ended = workspace.Run({"replay", "--all"});
  EXPECT_EQ(ended.code, kIntegrity) << ended;
  EXPECT_THAT(ended.err, HasSubstr("record 5"));
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
