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

void ChangeThePack(const Workspace& workspace) {
  ReplaceIn(workspace.path() / "rules/policy.yaml", "for autopay, unit: ratio, value: 1.2}",
            "for autopay, unit: ratio, value: 1.3}");
}
std::string ActiveRelease(const Workspace& workspace) {
  return JsonText(workspace.Run({"--json", "release", "show"}).out).At("/release");
}
std::string RecordCount(const Workspace& workspace) {
  return JsonText(workspace.Run({"--json", "log", "stats"}).out).At("/records");
}

TEST(Release, TheSameRulesGiveTheSameDigest) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string digest = ActiveRelease(workspace);
  EXPECT_EQ(digest.size(), 64U);
  const Ended built =
      RunProgram(Program::kOxpecker, {"--json", "release", "build"},
                 {.folder = workspace.path(),
                  .environment = {{"TZ", "Pacific/Kiritimati"}, {"LC_ALL", "sv_SE.UTF-8"}}});
  ASSERT_EQ(built.code, kDone) << built;
  EXPECT_EQ(JsonText(built.out).At("/release"), digest);
  EXPECT_EQ(RecordCount(workspace), "1") << "building alone records nothing";
}

TEST(Release, BuildingIsNotActivating) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string first = ActiveRelease(workspace);
  ChangeThePack(workspace);
  const Ended built = workspace.Run({"--json", "release", "build"});
  ASSERT_EQ(built.code, kDone) << built;
  const std::string second = JsonText(built.out).At("/release");
  EXPECT_NE(second, first);
  EXPECT_EQ(JsonText(built.out).At("/active"), "false");
  EXPECT_EQ(ActiveRelease(workspace), first);
  EXPECT_EQ(JsonText(workspace.Decide(CustomerLine(5)).out).At("/decision/release"), first);

  const Ended failing = workspace.Run({"release", "activate", second.substr(0, 12)});
  EXPECT_EQ(failing.code, kRefused) << "the rules in the folder are these, and their tests fail" << failing;
  EXPECT_EQ(RecordCount(workspace), "2");
  const Ended activated = workspace.Run({"release", "activate", "--skip-tests", second.substr(0, 12)});
  ASSERT_EQ(activated.code, kDone) << activated;
  EXPECT_EQ(ActiveRelease(workspace), second);
  EXPECT_EQ(RecordCount(workspace), "3") << "release, decision, release";
  EXPECT_EQ(JsonText(workspace.Decide(CustomerLine(5)).out).At("/decision/release"), second);
  const Ended list = workspace.Run({"--json", "release", "list"});
  EXPECT_THAT(JsonText(list.out).Each("/releases", "/release"),
              testing::UnorderedElementsAre(first, second));
}

std::string TestsOfLastRecord(const Workspace& workspace) {
  const int last = std::stoi(RecordCount(workspace)) - 1;
  return JsonText(workspace.Run({"--json", "log", "show", std::to_string(last)}).out).At("/about/tests");
}

TEST(Release, AFailingTestKeepsItOutOfForce) {
  const Workspace workspace(Workspace::State::kFresh);
  EXPECT_EQ(TestsOfLastRecord(workspace), "passed") << "init ran those of the pack that ships";
  const std::string first = ActiveRelease(workspace);
  ChangeThePack(workspace);
  const Ended refused = workspace.Run({"release", "build", "--activate"});
  EXPECT_EQ(refused.code, kRefused) << refused;
  EXPECT_THAT(refused.err, HasSubstr("FAILED: "));
  EXPECT_THAT(refused.err, HasSubstr("late_fees.test.yaml:"));
  EXPECT_THAT(refused.err, HasSubstr("--skip-tests"));
  EXPECT_EQ(ActiveRelease(workspace), first);
  EXPECT_EQ(RecordCount(workspace), "1");
  EXPECT_EQ(JsonText(workspace.Run({"--json", "release", "list"}).out).Size("/releases"), 1U);

  const Ended skipped = workspace.Run({"release", "build", "--activate", "--skip-tests"});
  EXPECT_EQ(skipped.code, kDone) << skipped;
  EXPECT_EQ(TestsOfLastRecord(workspace), "skipped");
  // Back to the first: the rules in the folder are others by now, so its tests are not at hand.
  EXPECT_EQ(workspace.Run({"release", "activate", first.substr(0, 12)}).code, kDone);
  EXPECT_EQ(TestsOfLastRecord(workspace), "not_run");
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kDone);
}

TEST(Release, ATestFileThatIsWrongKeepsItOutOfForceToo) {
  const Workspace workspace(Workspace::State::kFresh);
  WriteBytes(workspace.path() / "rules/tests/more.test.yaml", "tests: {name: x, expct: {}}\n");
  const Ended ended = workspace.Run({"release", "build", "--activate"});
  EXPECT_EQ(ended.code, kInvalidInput) << ended;
  EXPECT_THAT(ended.err, HasSubstr("rules/tests/more.test.yaml:1:"));
  EXPECT_EQ(RecordCount(workspace), "1");
}

TEST(Release, DiffTellsWhatChangedWithBothValues) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string first = ActiveRelease(workspace);
  EXPECT_THAT(workspace.Run({"release", "diff"}).out, HasSubstr("the same release"));
  ChangeThePack(workspace);
  const Ended ahead = workspace.Run({"release", "diff"});
  ASSERT_EQ(ahead.code, kDone) << ahead;
  EXPECT_THAT(ahead.out, HasSubstr("(in force)"));
  EXPECT_THAT(ahead.out, HasSubstr("changed  threshold autopay_cover\n    value: 1.2 -> 1.3\n"));
  const std::string second = JsonText(workspace.Run({"--json", "release", "build"}).out).At("/release");
  const Ended back = workspace.Run({"--json", "release", "diff", second.substr(0, 12), first.substr(0, 12)});
  ASSERT_EQ(back.code, kDone) << back;
  const JsonText json(back.out);
  EXPECT_EQ(json.At("/before"), second);
  EXPECT_EQ(json.Size("/changes"), 1U);
  EXPECT_EQ(json.At("/changes/0/change"), "changed");
  EXPECT_EQ(json.At("/changes/0/part"), "threshold");
  EXPECT_EQ(json.At("/changes/0/fields/0/before"), "1.3");
  EXPECT_EQ(json.At("/changes/0/fields/0/after"), "1.2");
  EXPECT_EQ(workspace.Run({"release", "diff", "00000000", first}).code, kInvalidInput);
}

TEST(Release, RulesThatChangedUnderTheSameVersionAreWarnedOf) {
  const Workspace workspace(Workspace::State::kFresh);
  EXPECT_THAT(workspace.Run({"release", "build"}).err, testing::IsEmpty());
  ChangeThePack(workspace);
  const Ended built = workspace.Run({"--json", "release", "build"});
  EXPECT_EQ(built.code, kDone) << built;
  EXPECT_THAT(built.err, HasSubstr("the version is 0.2.0 in both"));
  EXPECT_EQ(JsonText(built.out).Size("/warnings"), 2U) << "the pack and the threshold";
  ReplaceIn(workspace.path() / "rules/pack.yaml", "version: 0.2.0", "version: 0.3.0");
  EXPECT_THAT(workspace.Run({"release", "build"}).err, testing::Not(HasSubstr("0.3.0 in both")));
}

// Once it decides it is late: what reports could not tell apart is said before.
TEST(Release, DiffWarnsOfVersionsThatDidNotRise) {
  const Workspace workspace(Workspace::State::kFresh);
  EXPECT_THAT(workspace.Run({"release", "diff"}).err, testing::IsEmpty());
  ChangeThePack(workspace);
  const Ended text = workspace.Run({"release", "diff"});
  EXPECT_EQ(text.code, kDone) << text;
  EXPECT_THAT(text.err, HasSubstr("the version is 0.2.0 in both"));
  EXPECT_THAT(text.err, HasSubstr("threshold autopay_cover: the value is 1.3 and was 1.2"));
  const JsonText json(workspace.Run({"--json", "release", "diff"}).out);
  EXPECT_EQ(json.Size("/warnings"), 2U);
  EXPECT_EQ(json.At("/warnings/1/place"), "threshold autopay_cover");
}

TEST(Release, SkippedTestsAreSaidWhereverTheReleaseIs) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string first = ActiveRelease(workspace);
  EXPECT_THAT(workspace.Run({"release", "show"}).out, HasSubstr("tests passed when put in force (record 0, "));
  ChangeThePack(workspace);
  const Ended built = workspace.Run({"release", "build"});
  const std::string second = JsonText(workspace.Run({"--json", "release", "build"}).out).At("/release");
  EXPECT_THAT(workspace.Run({"release", "show", second}).out, HasSubstr("never in force"));
  EXPECT_THAT(workspace.Run({"release", "activate", "--skip-tests", second}).out, HasSubstr("tests SKIPPED"));
  EXPECT_THAT(workspace.Run({"release", "show"}).out, HasSubstr("tests SKIPPED when put in force (record 1, "));
  EXPECT_THAT(workspace.Run({"release", "activate", first}).out, HasSubstr("tests NOT RUN"));
  EXPECT_EQ(JsonText(workspace.Run({"--json", "release", "show"}).out).At("/tests"), "not_run");
  const Ended list = workspace.Run({"release", "list"});
  EXPECT_THAT(list.out, HasSubstr("tests SKIPPED when put in force (record 1, "));
  EXPECT_THAT(list.out, HasSubstr("in force  tests NOT RUN when put in force (record 2, "));
}

TEST(Release, ShowSaysThatNobodyApproved) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended = workspace.Run({"release", "show"});
  EXPECT_EQ(ended.code, kDone) << ended;
  EXPECT_THAT(ended.out, HasSubstr("approvals: none recorded"));
}

TEST(Release, ADigestThatNobodyHasIsRefused) {
  const Workspace workspace(Workspace::State::kFresh);
  for (const char* digest : {"00000000", "", "abc", "../active"}) {
    EXPECT_EQ(workspace.Run({"release", "activate", digest}).code, kInvalidInput) << digest;
  }
  EXPECT_EQ(workspace.Run({"release", "show", "00000000"}).code, kInvalidInput);
}

TEST(Release, AFileThatWasChangedIsNotUsed) {
  const Workspace workspace(Workspace::State::kFresh);
  const fs::path file = workspace.path() / "releases" / (ActiveRelease(workspace) + ".json");
  std::string bytes = ReadBytes(file);
  const std::size_t at = bytes.find("Late fees");
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 'l';
  WriteBytes(file, bytes);
  const Ended decided = workspace.Decide(CustomerLine(1));
  EXPECT_EQ(decided.code, kIntegrity) << decided;
  EXPECT_THAT(decided.err, HasSubstr("it was changed"));
  EXPECT_EQ(RecordCount(workspace), "1");
}

TEST(Release, WithoutOneInForceNothingIsDecided) {
  const Workspace workspace(Workspace::State::kFresh);
  WriteBytes(workspace.path() / "releases/active", "");
  const Ended decided = workspace.Decide(CustomerLine(1));
  EXPECT_EQ(decided.code, kIntegrity) << decided;
  EXPECT_THAT(decided.err, HasSubstr("oxpecker release activate"));
  EXPECT_EQ(RecordCount(workspace), "1");
}

}  // namespace
}  // namespace oxpecker::e2e
