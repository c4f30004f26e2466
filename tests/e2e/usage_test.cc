#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/e2e/program.h"

namespace oxpecker::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Arguments = std::vector<std::string>;

Ended Oxpecker(const Arguments& arguments) { return RunProgram(Program::kOxpecker, arguments); }

std::string Joined(const Arguments& words) {
  std::string text = "oxpecker";
  for (const std::string& word : words) text += " " + word;
  return text;
}

TEST(Usage, HelpOfEveryCommandShowsAnExampleOfIt) {
  const std::vector<Arguments> commands = {{"init"},
                                           {"decide"},
                                           {"explain"},
                                           {"replay"},
                                           {"rules"},
                                           {"release"},
                                           {"log"},
                                           {"report"},
                                           {"feel"},
                                           {"rules", "check"},
                                           {"rules", "test"},
                                           {"rules", "show"},
                                           {"rules", "facts"},
                                           {"release", "build"},
                                           {"release", "activate"},
                                           {"release", "list"},
                                           {"release", "diff"},
                                           {"release", "show"},
                                           {"log", "verify"},
                                           {"log", "checkpoint"},
                                           {"log", "show"},
                                           {"log", "stats"},
                                           {"report", "list"},
                                           {"report", "period"}};
  for (Arguments command : commands) {
    const std::string group = "\n  oxpecker " + command[0];
    command.emplace_back("--help");
    const Ended ended = Oxpecker(command);
    EXPECT_EQ(ended.code, kDone) << Joined(command) << ended;
    EXPECT_THAT(ended.out, HasSubstr("Example")) << Joined(command);
    EXPECT_THAT(ended.out, HasSubstr(group)) << Joined(command);
    EXPECT_THAT(ended.err, IsEmpty()) << Joined(command);
  }
}

TEST(Usage, TheProgramsHelpShowsTheFirstSteps) {
  const Ended ended = Oxpecker({"--help"});
  EXPECT_EQ(ended.code, kDone);
  EXPECT_THAT(ended.out, HasSubstr("oxpecker init"));
  EXPECT_THAT(ended.out, HasSubstr("Exit codes: 0 done"));
}

TEST(Usage, VersionIsOneLine) {
  const Ended ended = Oxpecker({"--version"});
  EXPECT_EQ(ended.code, kDone);
  EXPECT_THAT(ended.out, testing::MatchesRegex("oxpecker [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Usage, MistakesExitWithTwoAndSayNothingOnStandardOutput) {
  for (const Arguments& arguments :
       std::vector<Arguments>{{},
                              {"--nonsense"},
                              {"decide"},
                              {"decide", "-", "--threads", "0"},
                              {"decide", "-", "--threads", "65"},
                              {"decide", "-", "--threads", "many"},
                              {"decide", "a", "b"},
                              {"explain"},
                              {"explain", "x", "--lang", "de"},
                              {"explain", "x", "--for", "everyone"},
                              {"explain", "x", "--format", "pdf"},
                              {"replay"},
                              {"replay", "--all", "01a2"},
                              {"rules"},
                              {"rules", "chek"},
                              {"rules", "check", "extra"},
                              {"release"},
                              {"release", "activate"},
                              {"log"},
                              {"log", "show"},
                              {"report"},
                              {"report", "period", "--format", "pdf"},
                              {"report", "period", "--basis", "guessed"},
                              {"feel"},
                              {"--workspace"}}) {
    const Ended ended = Oxpecker(arguments);
    EXPECT_EQ(ended.code, kUsage) << Joined(arguments) << ended;
    EXPECT_THAT(ended.err, Not(IsEmpty())) << Joined(arguments);
    EXPECT_THAT(ended.out, IsEmpty()) << Joined(arguments);
  }
}

TEST(Usage, AnUnknownCommandIsNamed) {
  const Ended ended = Oxpecker({"decyde", "customers.jsonl"});
  EXPECT_EQ(ended.code, kUsage);
  EXPECT_THAT(ended.err, HasSubstr("decyde"));
  EXPECT_THAT(Oxpecker({"log", "verfy"}).err, HasSubstr("verfy"));
}

}  // namespace
}  // namespace oxpecker::e2e
