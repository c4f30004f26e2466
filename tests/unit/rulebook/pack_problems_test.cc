// Problems of form and of meaning come in one run, and no problem is told of those who only use what
// could not be read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/rulebook/small_rulebook.h"

namespace oxpecker::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> Problems(const std::vector<PackFile>& files) {
  std::vector<std::string> problems;
  if (const auto book = CompileFiles(files); !book)
    for (const Error& issue : book.error()) problems.push_back(issue.ToString());
  return problems;
}

std::vector<std::string> ProblemsOf(std::string_view yaml) { return Problems(SmallPack(yaml)); }

constexpr std::string_view kOther = R"(defaults: {owner: somebody}
rules:
  - {id: other, title: t, rationale: r, on: [customer.review], when: feess > 1, then: {reasons: [FEES]}}
)";

TEST(PackProblems, AKeyThatIsUnknownDoesNotHideANameThatIs) {
  EXPECT_THAT(ProblemsOf(SmallRulebookWith("    when: many\n", "    when: manny\n    whn: many\n")),
              ElementsAre(HasSubstr("unknown key 'whn'"), HasSubstr("unknown name 'manny'")));
}

TEST(PackProblems, AFileThatIsNoYamlDoesNotHideTheNamesOfAnother) {
  auto files = SmallPack(SmallRulebook());
  files.push_back({"other.yaml", std::string(kOther)});
  files.push_back({"broken.yaml", "rules: [\n"});
  EXPECT_THAT(Problems(files), ElementsAre(HasSubstr("broken.yaml:"), HasSubstr("unknown name 'feess'")));
}

TEST(PackProblems, WhatABrokenFileMayDefineIsNotHeldAgainstOthers) {
  auto files = SmallPack(SmallRulebook() + "\"");
  files.push_back({"other.yaml", std::string(kOther)});
  EXPECT_THAT(Problems(files), ElementsAre(HasSubstr("small.yaml:"), HasSubstr("unknown name 'feess'")))
      << "FEES stands in the broken file, feess does not";
}

TEST(PackProblems, AFileThatIsNoUtf8IsNamedBesideTheOthers) {
  auto files = SmallPack(SmallRulebook());
  files.push_back({"other.yaml", std::string(kOther)});
  files.push_back({"rules/latin.yaml", "rules: {id: \xe5}\n"});
  EXPECT_THAT(Problems(files), ElementsAre("rules/latin.yaml: the file is no UTF-8 text; save it as UTF-8",
                                           HasSubstr("unknown name 'feess'")));
}

TEST(PackProblems, EachIsToldOnce) {
  EXPECT_THAT(ProblemsOf(SmallRulebookWith("expression: fees >= policy.fee_n", "expression: feeses >= policy.fee_n")),
              ElementsAre(HasSubstr("unknown name 'feeses'")))
      << "not again for the rule that reads the feature";
  EXPECT_THAT(ProblemsOf(SmallRulebookWith("expression: fees >=", "expresion: fees >=")),
              ElementsAre(HasSubstr("exactly one of"), HasSubstr("unknown key 'expresion'")));
  EXPECT_THAT(ProblemsOf(SmallRulebookWith("source: bookings, time: at, days: 30", "sorce: bookings, time: at, days: 30")),
              ElementsAre(HasSubstr("has no 'source'"), HasSubstr("unknown key 'sorce'")));
  std::string misnamed = SmallRulebookWith("id: many,", "id: Many,");
  misnamed.replace(misnamed.find("when: many\n"), 11, "when: Many\n");
  EXPECT_THAT(ProblemsOf(misnamed), ElementsAre(HasSubstr("'Many' is no feature id"))) << "who uses it is not told";
  EXPECT_THAT(ProblemsOf(SmallRulebookWith("Fees that are many, value: 3", "Fees that are many, valu: 3")),
              ElementsAre(HasSubstr("has no 'value'"), HasSubstr("unknown key 'valu'")));
}

TEST(PackProblems, AnIdThatStandsTwiceIsToldOnce) {
  EXPECT_THAT(ProblemsOf(SmallRulebookWith("rules:\n", "  - {id: many, title: t, expression: true}\nrules:\n")),
              ElementsAre(HasSubstr("the feature 'many' stands twice")));
}

TEST(PackProblems, ABrokenPackFileIsNotAlsoMissing) {
  auto files = SmallPack(SmallRulebookWith("pack: {id: small, version: 1.0.0, title: A small pack}\n", ""));
  EXPECT_THAT(Problems(files), ElementsAre(HasSubstr("no file has a 'pack' section")));
  files.push_back({"pack.yaml", "pack: {id: small\n"});
  EXPECT_THAT(Problems(files), ElementsAre(HasSubstr("pack.yaml:")));
}

}  // namespace
}  // namespace oxpecker::rules
