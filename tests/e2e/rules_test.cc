#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(Rules, TheShippedPackHasNoProblemAndPassesItsTests) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended check = workspace.Run({"rules", "check"});
  EXPECT_EQ(check.code, kDone) << check;
  EXPECT_THAT(check.out, HasSubstr("no problem found"));
  const Ended test = workspace.Run({"rules", "test"});
  EXPECT_EQ(test.code, kDone) << test;
  EXPECT_THAT(test.out, HasSubstr(" passed, 0 failed"));
}

TEST(Rules, AMisspeltNameIsFoundWithItsPlaceAndTheRightOne) {
  const Workspace workspace(Workspace::State::kFresh);
  const fs::path file = workspace.path() / "rules/rules/late_fees.yaml";
  ReplaceIn(file, "    when: late_fee_count_180d >= policy.late_fee_n and not(list",
            "    when: late_fee_cnt_180d >= policy.late_fee_n and not(list");
  for (const char* command : {"check", "test", "show"}) {
    const Ended ended = workspace.Run({"rules", command});
    EXPECT_EQ(ended.code, kInvalidInput) << command << ended;
    EXPECT_THAT(ended.err, HasSubstr(file.string() + ":10:11: ")) << "the place in the file";
    EXPECT_THAT(ended.err, HasSubstr("'late_fee_cnt_180d'"));
    EXPECT_THAT(ended.err, HasSubstr("did you mean 'late_fee_count_180d'?"));
  }
  const Ended build = workspace.Run({"release", "build", "--activate"});
  EXPECT_EQ(build.code, kInvalidInput) << build;
  const Ended list = workspace.Run({"--json", "release", "list"});
  EXPECT_EQ(JsonText(list.out).Size("/releases"), 1U) << "nothing was built";
}

TEST(Rules, SeveralProblemsComeAtOnce) {
  const Workspace workspace(Workspace::State::kFresh);
  ReplaceIn(workspace.path() / "rules/rules/pension.yaml", "defaults: {owner:", "defaults: {ownr:");
  ReplaceIn(workspace.path() / "rules/pack.yaml", "version:", "vrsion:");
  const Ended ended = workspace.Run({"--json", "rules", "check"});
  EXPECT_EQ(ended.code, kInvalidInput) << ended;
  const JsonText json(ended.out);
  const auto hints = json.Each("/errors", "/hint");
  EXPECT_THAT(hints, testing::Contains("did you mean 'owner'?"));
  EXPECT_THAT(hints, testing::Contains("did you mean 'version'?"));
  const auto places = json.Each("/errors", "/place");
  EXPECT_THAT(places, testing::Contains(HasSubstr("rules/pension.yaml:1:")));
  EXPECT_THAT(places, testing::Contains(HasSubstr("pack.yaml:")));
}

TEST(Rules, AThresholdThatChangedFailsTheTestsThatHoldIt) {
  const Workspace workspace(Workspace::State::kFresh);
  ReplaceIn(workspace.path() / "rules/policy.yaml", "for autopay, unit: ratio, value: 1.2}",
            "for autopay, unit: ratio, value: 1.3}");
  const Ended ended = workspace.Run({"rules", "test"});
  EXPECT_EQ(ended.code, kRefused) << ended;
  EXPECT_THAT(ended.out, HasSubstr("late_fees.test.yaml:"))
      << "says which test, and where it stands";
}

TEST(Rules, AFolderThatIsNoneIsSaidToBeNone) {
  const Workspace workspace(Workspace::State::kFresh);
  for (const char* folder : {"absent", "keys", "customers.jsonl"}) {
    const Ended ended = workspace.Run({"rules", "check", "--rules", folder});
    EXPECT_EQ(ended.code, kInvalidInput) << folder << ended;
    EXPECT_THAT(ended.err, HasSubstr(folder));
  }
}

TEST(Rules, CheckNeedsNoWorkspaceWhenAFolderIsNamed) {
  const TemporaryFolder folder;
  const Ended ended = RunProgram(
      Program::kOxpecker, {"rules", "check", "--rules", OXPECKER_SOURCE_DIR "/rules/packs/retail"},
      {.folder = folder.path()});
  EXPECT_EQ(ended.code, kDone) << ended;
}

TEST(Rules, ShowTellsWhatARuleIsForAndWhoOwnsIt) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended = workspace.Run({"rules", "show", "late_fees_autopay"});
  ASSERT_EQ(ended.code, kDone) << ended;
  EXPECT_THAT(ended.out, HasSubstr("owner: retail-policy"));
  EXPECT_THAT(ended.out, HasSubstr("why: Repeated late fees"));
  EXPECT_THAT(ended.out, HasSubstr("rules/late_fees.yaml:4:5"));
  for (const char* id : {"autopay_affordable", "late_fee_count_180d", "late_fee_n"})
    EXPECT_EQ(workspace.Run({"rules", "show", id}).code, kDone) << id;
  EXPECT_EQ(workspace.Run({"rules", "show", "late_fees"}).code, kInvalidInput);
}

}  // namespace
}  // namespace oxpecker::e2e
