// What a workspace keeps is not to be turned against itself by a file, a path or a long id.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <fstream>

#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

using testing::HasSubstr;

TEST(Evidence, OnlyAReleaseThatTheLogNamesDecides) {
  const Workspace workspace(Workspace::State::kDecided);
  ReplaceIn(workspace.path() / "rules/policy.yaml", "for autopay, unit: ratio, value: 1.2}",
            "for autopay, unit: ratio, value: 1.3}");
  const std::string built = JsonText(workspace.Run({"--json", "release", "build"}).out).At("/release");
  std::ofstream(workspace.path() / "releases/active") << built << "\n";
  const Ended refused = workspace.Decide(CustomerLine(1));
  EXPECT_EQ(refused.code, kIntegrity) << refused;
  EXPECT_THAT(refused.err, HasSubstr("oxpecker release activate " + built.substr(0, 12)));
  EXPECT_EQ(JsonText(workspace.Run({"--json", "log", "stats"}).out).At("/records"), "13") << "nothing was decided";
  ASSERT_EQ(workspace.Run({"release", "activate", built, "--skip-tests"}).code, kDone);
  EXPECT_EQ(workspace.Decide(CustomerLine(1)).code, kDone);
  EXPECT_EQ(workspace.Run({"replay", "--all"}).code, kDone);
}

TEST(Evidence, AReportIsNotWrittenOverWhatTheWorkspaceKeeps) {
  const Workspace workspace(Workspace::State::kDecided);
  for (const char* own : {"log/log.db", "log/new.html", "vault/vault.db", "keys/log.key", "releases/active",
                          "oxpecker.yaml", "rules/../keys/vault.key"}) {
    const Ended refused = workspace.Run({"report", "period", "--out", own});
    EXPECT_EQ(refused.code, kRefused) << own << refused;
    EXPECT_THAT(refused.err, HasSubstr("name a file somewhere else")) << own;
  }
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kDone);
  EXPECT_EQ(workspace.Run({"report", "period", "--out", "report.html"}).code, kDone);
}

TEST(Evidence, SettingsOfAnotherLogOrFormatAreRefused) {
  const Workspace workspace(Workspace::State::kFresh);
  const auto file = workspace.path() / "oxpecker.yaml";
  const auto with = [&](const std::string& text) {
    std::ofstream(file) << text;
    return workspace.Run({"log", "verify"}).code;
  };
  EXPECT_EQ(with(""), kInvalidInput);
  EXPECT_EQ(with("[]"), kInvalidInput);
  EXPECT_EQ(with("workspace: 2\n"), kInvalidInput);
  EXPECT_EQ(with("workspace: 1\norigin: oxpecker.local/other/decisions\n"), kIntegrity);
  EXPECT_EQ(with("workspace: 1\n"), kDone);
}

TEST(Evidence, APipeInPlaceOfAFileIsNotWaitedFor) {
  for (const char* own : {"releases/active", "keys/vault.key", "log/checkpoint", "oxpecker.yaml"}) {
    const Workspace workspace(Workspace::State::kFresh);
    const auto file = workspace.path() / own;
    std::filesystem::remove(file);
    ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
    const Ended refused = workspace.Decide(CustomerLine(1));
    EXPECT_NE(refused.code, kDone) << own << refused;
    EXPECT_THAT(refused.err, HasSubstr("expected a file")) << own;
  }
}

TEST(Evidence, AnIdIsTheSameInCapitals) {
  const Workspace workspace(Workspace::State::kDecided);
  std::string id = workspace.DecisionId(1);
  const Ended plain = workspace.Run({"explain", id});
  for (char& c : id) c = static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c);
  const Ended capitals = workspace.Run({"explain", id});
  EXPECT_EQ(capitals.code, kDone) << capitals;
  EXPECT_EQ(capitals.out, plain.out);
}

TEST(Evidence, ALongIdOfACustomerIsRecordedToo) {
  const Workspace workspace(Workspace::State::kFresh);
  for (const std::size_t size : {1024U, 1025U, 5000U}) {
    std::string line = CustomerLine(1);
    const std::string key = "\"customer\":{";
    const std::size_t customer = line.find(key);
    ASSERT_NE(customer, std::string::npos);
    const std::size_t id = line.find("\"id\":\"", customer) + 6;
    line.replace(id, line.find('"', id) - id, std::string(size, 'c'));
    const Ended decided = workspace.Decide(line);
    EXPECT_EQ(decided.code, kDone) << size << decided;
  }
  EXPECT_EQ(JsonText(workspace.Run({"--json", "log", "stats"}).out).At("/records"), "4");
  EXPECT_EQ(workspace.Run({"replay", "--all"}).code, kDone);
}

}  // namespace
}  // namespace oxpecker::e2e
