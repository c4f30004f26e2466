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

  const Ended activated = workspace.Run({"release", "activate", second.substr(0, 12)});
  ASSERT_EQ(activated.code, kDone) << activated;
  EXPECT_EQ(ActiveRelease(workspace), second);
  EXPECT_EQ(RecordCount(workspace), "3") << "release, decision, release";
  EXPECT_EQ(JsonText(workspace.Decide(CustomerLine(5)).out).At("/decision/release"), second);
  const Ended list = workspace.Run({"--json", "release", "list"});
  EXPECT_THAT(JsonText(list.out).Each("/releases", "/release"),
              testing::UnorderedElementsAre(first, second));
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
