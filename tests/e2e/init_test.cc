#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

Ended Init(const std::vector<std::string>& arguments, const fs::path& folder) {
  std::vector<std::string> all = {"init"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return RunProgram(Program::kOxpecker, all, {.folder = folder});
}

fs::perms ModeOf(const fs::path& path) { return fs::status(path).permissions(); }

constexpr fs::perms kOwnerOnly = fs::perms::owner_all;
constexpr fs::perms kOwnerFile = fs::perms::owner_read | fs::perms::owner_write;

TEST(Init, KeepsKeysAndRecordsForTheirOwner) {
  const TemporaryFolder folder;
  const Ended made = Init({"bank"}, folder.path());
  ASSERT_EQ(made.code, kDone) << made;
  const fs::path bank = folder.path() / "bank";
  EXPECT_EQ(ModeOf(bank), kOwnerOnly);
  for (const char* name : {"keys", "log", "vault"})
    EXPECT_EQ(ModeOf(bank / name), kOwnerOnly) << name;
  EXPECT_EQ(ModeOf(bank / "keys/log.key"), kOwnerFile);
  EXPECT_EQ(ModeOf(bank / "keys/vault.key"), kOwnerFile);
}

TEST(Init, IsIndependentOfTheUmask) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0);
  const Ended made = Init({"bank"}, folder.path());
  ::umask(before);
  ASSERT_EQ(made.code, kDone) << made;
  EXPECT_EQ(ModeOf(folder.path() / "bank"), kOwnerOnly);
  EXPECT_EQ(ModeOf(folder.path() / "bank/keys/log.key"), kOwnerFile);
  EXPECT_EQ(ModeOf(folder.path() / "bank/keys/vault.key"), kOwnerFile);
}

TEST(Init, LeavesALogThatVerifiesWithAReleaseInForce) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended stats = workspace.Run({"--json", "log", "stats"});
  ASSERT_EQ(stats.code, kDone) << stats;
  EXPECT_EQ(JsonText(stats.out).At("/records"), "1");
  EXPECT_EQ(JsonText(stats.out).At("/records_by_kind/release"), "1");
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kDone);
  EXPECT_EQ(workspace.Run({"rules", "check"}).code, kDone);
  const Ended list = workspace.Run({"--json", "release", "list"});
  EXPECT_THAT(JsonText(list.out).Each("/releases", "/active"), testing::ElementsAre("true"));
}

TEST(Init, ShipsTheCustomersOfTheRepository) {
  const Workspace workspace(Workspace::State::kFresh);
  EXPECT_EQ(ReadBytes(workspace.path() / "customers.jsonl"),
            ReadBytes(OXPECKER_SOURCE_DIR "/examples/customers/customers.jsonl"));
}

TEST(Init, ShipsTheSchemasToRead) {
  const Workspace workspace(Workspace::State::kFresh);
  for (const char* name : {"schemas/facts.v1.schema.json", "schemas/event.v1.schema.json"})
    EXPECT_EQ(ReadBytes(workspace.path() / name), ReadBytes(std::string(OXPECKER_SOURCE_DIR "/") + name)) << name;
}

TEST(Init, RefusesAFolderThatIsNotEmptyAndLeavesItAlone) {
  const TemporaryFolder folder;
  WriteBytes(folder.path() / "letter.txt", "dear");
  const Ended refused = Init({}, folder.path());
  EXPECT_EQ(refused.code, kRefused) << refused;
  EXPECT_THAT(refused.err, HasSubstr("not empty"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
  EXPECT_EQ(Init({"letter.txt"}, folder.path()).code, kRefused) << "a file is no folder";
  EXPECT_EQ(ReadBytes(folder.path() / "letter.txt"), "dear");
}

TEST(Init, ASecondTimeRefusesAndChangesNoKey) {
  const TemporaryFolder folder;
  ASSERT_EQ(Init({}, folder.path()).code, kDone) << "this folder, empty";
  const std::string key = ReadBytes(folder.path() / "keys/log.key");
  const Ended again = Init({}, folder.path());
  EXPECT_EQ(again.code, kRefused) << again;
  EXPECT_EQ(ReadBytes(folder.path() / "keys/log.key"), key);
}

TEST(Init, TwoWorkspacesHaveNoKeyInCommon) {
  const TemporaryFolder folder;
  ASSERT_EQ(Init({"a"}, folder.path()).code, kDone);
  ASSERT_EQ(Init({"b"}, folder.path()).code, kDone);
  for (const char* key : {"keys/log.key", "keys/log.vkey", "keys/vault.key"})
    EXPECT_NE(ReadBytes(folder.path() / "a" / key), ReadBytes(folder.path() / "b" / key)) << key;
}

TEST(Init, WorksInAPathWithSpacesQuotesAndOtherScripts) {
  const TemporaryFolder folder;
  const std::string name = "Bank's r\xC3\xA4knare \xE9\x93\xB6\xE8\xA1\x8C";
  const Ended made = Init({name, "--entity", "\xE9\x93\xB6\xE8\xA1\x8C \"A\": #1"}, folder.path());
  ASSERT_EQ(made.code, kDone) << made;
  EXPECT_THAT(made.out, HasSubstr("--workspace 'Bank'\\''s ")) << "the next command can be pasted";
  const Ended decided =
      RunProgram(Program::kOxpecker, {"-w", name, "decide", name + "/customers.jsonl"},
                 {.folder = folder.path()});
  EXPECT_EQ(decided.code, kInvalidInput) << decided;
  const Ended report =
      RunProgram(Program::kOxpecker, {"-w", name, "report", "period", "--format", "json"},
                 {.folder = folder.path()});
  ASSERT_EQ(report.code, kDone) << report;
  EXPECT_EQ(JsonText(report.out).At("/body/query/entity/name"),
            "\xE9\x93\xB6\xE8\xA1\x8C \"A\": #1");
}

TEST(Init, CommandsFindTheWorkspaceFromAFolderBelow) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended stats = RunProgram(Program::kOxpecker, {"log", "stats"},
                                 {.folder = workspace.path() / "rules" / "texts"});
  EXPECT_EQ(stats.code, kDone) << stats;
}

TEST(Init, WithoutAWorkspaceCommandsSayHowToMakeOne) {
  const TemporaryFolder folder;
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"decide", "-"},
                                             {"explain", "01a2"},
                                             {"replay", "--all"},
                                             {"log", "verify"},
                                             {"release", "list"},
                                             {"report", "period"},
                                             {"rules", "check"}}) {
    const Ended ended = RunProgram(Program::kOxpecker, command, {.folder = folder.path()});
    EXPECT_EQ(ended.code, kInvalidInput) << command[0] << ended;
    EXPECT_THAT(ended.err, HasSubstr("oxpecker init")) << command[0];
    EXPECT_THAT(ended.out, IsEmpty()) << command[0];
  }
}

}  // namespace
}  // namespace oxpecker::e2e
