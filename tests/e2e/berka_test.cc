// Real (anonymised) data of a bank, decided at two month ends: docs/berka.md. The data is not part
// of the repository.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kTables = fs::path(OXPECKER_SOURCE_DIR) / "../shared/data/berka";
constexpr std::size_t kAccountsOfDecember = 1'139;
constexpr std::size_t kAccountsOfMarch = 1'229;
constexpr std::size_t kDocuments = kAccountsOfDecember + kAccountsOfMarch;

std::string FactsOf(const std::string& day) {
  const TemporaryFolder folder;
  const fs::path out = folder.path() / "facts.jsonl";
  const Ended ended =
      RunProgram(Program::kBerka, {kTables.string(), "--as-of", day, "--out", out.string()});
  EXPECT_EQ(ended.code, kDone) << ended;
  return ReadBytes(out);
}

// Account numbers by "day action", of what was said.
std::map<std::string, std::set<std::string>> Said(const std::vector<std::string>& facts,
                                                  const std::vector<std::string>& answers) {
  std::map<std::string, std::set<std::string>> said;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const JsonText answer(answers[i]);
    const std::vector<std::string> actions = answer.Each("/decision/outcomes", "/action");
    if (actions.empty()) continue;
    const std::string account =
        JsonText(facts[i]).At("/accounts/0/id").substr(sizeof("berka-account-") - 1);
    for (const std::string& action : actions)
      said[answer.At("/decision/as_of").substr(0, 10) + " " + action].insert(account);
  }
  return said;
}

TEST(Berka, TwoMonthEndsDecidedRecordedVerifiedReplayedAndReported) {
  if (!fs::exists(kTables))
    GTEST_SKIP() << "the Berka tables are not at " << kTables << ": nothing was tried";
  const std::string input = FactsOf("1993-12-31") + FactsOf("1994-03-31");
  const std::vector<std::string> facts = Lines(input);
  ASSERT_EQ(facts.size(), kDocuments);

  const Workspace workspace(Workspace::State::kFresh);
  const Ended decided = workspace.Run({"--json", "decide", "-"}, input);
  ASSERT_EQ(decided.code, kDone) << decided.err;
  const std::vector<std::string> answers = Lines(decided.out);
  ASSERT_EQ(answers.size(), kDocuments);

  const auto said = Said(facts, answers);
  using Accounts = std::set<std::string>;
  std::set<std::string> kinds;  // fees are explained too where they weigh, late fees among them
  for (const auto& [kind, accounts] : said) kinds.insert(kind);
  EXPECT_EQ(kinds, (std::set<std::string>{"1993-12-31 fee_explainer", "1993-12-31 hardship_support",
                                          "1994-03-31 fee_explainer", "1994-03-31 hardship_support",
                                          "1994-03-31 low_balance_warning"}));
  EXPECT_EQ(said.at("1993-12-31 hardship_support"), Accounts({"1539"}));
  EXPECT_EQ(said.at("1994-03-31 hardship_support"),
            Accounts({"1539", "8934", "8957", "9041", "9635", "9703", "10266"}));
  EXPECT_EQ(said.at("1994-03-31 low_balance_warning"), Accounts({"1539", "5423", "8073"}));

  const Ended verified = workspace.Run({"--json", "log", "verify"});
  ASSERT_EQ(verified.code, kDone) << verified;
  const JsonText proof(verified.out);
  EXPECT_EQ(proof.At("/records_by_kind/decision"), std::to_string(kDocuments)) << "one record each";
  EXPECT_EQ(proof.At("/sealed_size"), std::to_string(kDocuments + 1));
  EXPECT_EQ(workspace.RunVerifier().code, kDone);

  const Ended replayed = workspace.Run({"replay", "--all"});
  EXPECT_EQ(replayed.code, kDone) << replayed;
  EXPECT_THAT(replayed.out, HasSubstr("2368 same to the byte, 0 differ, 0 cannot be replayed"));

  const Ended report = workspace.Run({"report", "period", "--basis", "as_of", "--format", "json"});
  ASSERT_EQ(report.code, kDone) << report;
  const JsonText json(report.out);
  EXPECT_EQ(json.At("/body/query/period/from"), "1993-12-31T00:00:00Z");
  EXPECT_EQ(json.At("/body/query/period/to"), "1994-04-01T00:00:00Z");
  EXPECT_EQ(json.At("/body/population/inside"), std::to_string(kDocuments));
  EXPECT_THAT(report.out, testing::Not(HasSubstr("berka-")));
  const Ended march = workspace.Run({"report", "period", "--basis", "as_of", "--from", "1994-03-01",
                                     "--to", "1994-04-01", "--format", "json"});
  EXPECT_EQ(JsonText(march.out).At("/body/population/inside"), std::to_string(kAccountsOfMarch));
}

TEST(Berka, TheSameTablesGiveTheSameBytes) {
  if (!fs::exists(kTables))
    GTEST_SKIP() << "the Berka tables are not at " << kTables << ": nothing was tried";
  EXPECT_EQ(FactsOf("1993-12-31"), FactsOf("1993-12-31"));
}

TEST(Berka, AFolderWithoutTheTablesIsAnError) {
  const TemporaryFolder folder;
  const Ended ended =
      RunProgram(Program::kBerka, {folder.path().string(), "--as-of", "1993-12-31", "--out",
                                   (folder.path() / "facts.jsonl").string()});
  EXPECT_EQ(ended.code, kInvalidInput) << ended;
  EXPECT_THAT(ended.err, HasSubstr("berka_account.csv"));
  EXPECT_FALSE(fs::exists(folder.path() / "facts.jsonl"));
}

}  // namespace
}  // namespace oxpecker::e2e
