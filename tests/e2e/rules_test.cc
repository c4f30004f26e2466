#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
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
    EXPECT_THAT(ended.err, HasSubstr(file.string() + ":11:11: ")) << "the place in the file";
    EXPECT_THAT(ended.err, HasSubstr("'late_fee_cnt_180d'"));
    EXPECT_THAT(ended.err, HasSubstr("did you mean 'late_fee_count_180d'?"));
  }
  const Ended build = workspace.Run({"release", "build", "--activate"});
  EXPECT_EQ(build.code, kInvalidInput) << build;
  const Ended list = workspace.Run({"--json", "release", "list"});
  EXPECT_EQ(JsonText(list.out).Size("/releases"), 1U) << "nothing was built";
}

TEST(Rules, WhatRestsOnAMissingFactIsAWarningAndStrictRefusesIt) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended clean = workspace.Run({"rules", "check", "--strict"});
  EXPECT_EQ(clean.code, kDone) << clean;
  EXPECT_EQ(clean.err, "");
  const fs::path file = workspace.path() / "rules/rules/late_fees.yaml";
  ReplaceIn(file, "    may_be_missing: [autopay_cover_exact]\n    on: [customer.review]\n    when: late_fee_count",
            "    on: [customer.review]\n    when: late_fee_count");
  const Ended warned = workspace.Run({"rules", "check"});
  EXPECT_EQ(warned.code, kDone) << warned;
  EXPECT_THAT(warned.err, HasSubstr("'autopay_cover_exact' may have no value"));
  EXPECT_THAT(warned.out, HasSubstr(", 1 warning\n"));
  EXPECT_EQ(workspace.Run({"rules", "check", "--strict"}).code, 1);
  EXPECT_EQ(JsonText(workspace.Run({"--json", "rules", "check"}).out).Size("/warnings"), 1U);
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

TEST(Rules, ProblemsOfFormAndOfMeaningComeTogether) {
  const Workspace workspace(Workspace::State::kFresh);
  const fs::path rules = workspace.path() / "rules/rules";
  ReplaceIn(rules / "pension.yaml", "defaults: {owner:", "defaults: {ownr:");
  ReplaceIn(rules / "late_fees.yaml", "    when: late_fee_count_180d >= policy.late_fee_n and not(list",
            "    when: late_fee_cnt_180d >= policy.late_fee_n and not(list");
  WriteBytes(rules / "latin.yaml", "rules: {id: \xe5}\n");
  const Ended ended = workspace.Run({"rules", "check"});
  EXPECT_EQ(ended.code, kInvalidInput);
  EXPECT_THAT(ended.err, HasSubstr("did you mean 'owner'?"));
  EXPECT_THAT(ended.err, HasSubstr("did you mean 'late_fee_count_180d'?"));
  EXPECT_THAT(ended.err, HasSubstr((rules / "latin.yaml").string() + ": the file is no UTF-8 text"));
}

TEST(Rules, WarningsComeBesideProblems) {
  const Workspace workspace(Workspace::State::kFresh);
  WriteBytes(workspace.path() / "rules/rules/more.yaml",
             "defaults: {owner: me}\nrules:\n"
             "  - {id: w, title: t, rationale: why, on: [payment.initiated], when: event.fraud_score >= 0.9, then: {reasons: [NO_ACTION]}}\n"
             "  - {id: b, title: t, rationale: why, on: [payment.initiated], when: event.fraud_scoer >= 0.9, then: {reasons: [NO_ACTION]}}\n");
  const Ended ended = workspace.Run({"rules", "check"});
  EXPECT_EQ(ended.code, kInvalidInput);
  EXPECT_THAT(ended.err, HasSubstr("did you mean 'fraud_score'?"));
  EXPECT_THAT(ended.err, HasSubstr("rules/more.yaml:3:70: the rule 'w': 'event.fraud_score' may be missing"));
}

TEST(Rules, ATextWithoutItsActionIsWarnedOf) {
  const Workspace workspace(Workspace::State::kFresh);
  EXPECT_THAT(workspace.Run({"rules", "check"}).err, testing::IsEmpty()) << "the pack that ships has none";
  WriteBytes(workspace.path() / "rules/texts/more.yaml",
             "texts: {action: autopay_setpu, owner: me, title: {en: a, sv: b, zh: c}}\n");
  const Ended ended = workspace.Run({"--json", "rules", "check"});
  EXPECT_EQ(ended.code, kDone) << "a warning is no refusal";
  EXPECT_THAT(ended.err, HasSubstr("texts/more.yaml:1:8: a text for the action 'autopay_setpu'"));
  EXPECT_EQ(JsonText(ended.out).At("/warnings/0/hint"), "did you mean 'autopay_setup'?");
}

TEST(Rules, TestsAreToldByFileUnlessAskedForMore) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended brief = workspace.Run({"rules", "test"});
  EXPECT_THAT(brief.out, testing::ContainsRegex("rules/late_fees.test.yaml +[0-9]+ passed\n"));
  EXPECT_LT(Lines(brief.out).size(), 20U);
  const Ended verbose = workspace.Run({"rules", "test", "--verbose"});
  EXPECT_THAT(verbose.out, HasSubstr("passed: four late fees are a pattern (rules/late_fees.test.yaml:"));
}

TEST(Rules, TestsAreNarrowedToARuleOrAFile) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended file = workspace.Run({"--json", "rules", "test", "tests/consent"});
  ASSERT_EQ(file.code, kDone) << file;
  const auto places = JsonText(file.out).Each("/tests", "/place");
  EXPECT_FALSE(places.empty());
  EXPECT_THAT(places, testing::Each(testing::StartsWith("tests/consent.test.yaml:")));
  const Ended rule = workspace.Run({"--json", "rules", "test", "pension_begins"});
  ASSERT_EQ(rule.code, kDone) << rule;
  const auto of_rule = JsonText(rule.out).Each("/tests", "/place");
  EXPECT_THAT(of_rule, testing::Contains(testing::StartsWith("rules/pension.test.yaml:")));
  EXPECT_THAT(of_rule, testing::Not(testing::Contains(testing::StartsWith("rules/low_balance.test.yaml:"))));
  const Ended none = workspace.Run({"rules", "test", "pension_begin"});
  EXPECT_EQ(none.code, kInvalidInput);
  EXPECT_THAT(none.err, HasSubstr("did you mean 'pension_begins'?"));
}

TEST(Rules, FactsListsWhatAnAuthorMayUse) {
  const TemporaryFolder folder;
  const Ended all = RunProgram(Program::kOxpecker, {"rules", "facts"}, {.folder = folder.path()});
  ASSERT_EQ(all.code, kDone) << "needs no workspace" << all;
  EXPECT_THAT(all.out, testing::ContainsRegex("customer.birth_year +whole number\n"));
  EXPECT_THAT(all.out, testing::ContainsRegex("accounts\\[\\].arrears_days +whole number +\\(may be missing\\)"));
  EXPECT_THAT(all.out, HasSubstr("event.type"));
  const Ended some = RunProgram(Program::kOxpecker, {"--json", "rules", "facts", "transactions[].dir"}, {.folder = folder.path()});
  const JsonText json(some.out);
  EXPECT_EQ(json.Size("/facts"), 1U);
  EXPECT_EQ(json.At("/facts/0/type"), "one of CRDT, DBIT");
  EXPECT_EQ(json.At("/facts/0/optional"), "false");
  EXPECT_EQ(RunProgram(Program::kOxpecker, {"rules", "facts", "transaction_s"}, {}).code, kInvalidInput);
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
  for (const char* id : {"autopay_affordable", "late_fee_count_180d", "late_fee_n", "payment_friction"})
    EXPECT_EQ(workspace.Run({"rules", "show", id}).code, kDone) << id;
  const Ended action = workspace.Run({"rules", "show", "autopay_setup"});
  EXPECT_THAT(action.out, HasSubstr("action autopay_setup v1: Suggest autopay"));
  EXPECT_THAT(action.out, HasSubstr("channels: push, feed"));
  EXPECT_THAT(action.out, HasSubstr("title.sv: Autogiro")) << "and its text";
  EXPECT_THAT(workspace.Run({"rules", "show", "AUTOPAY_AFFORDABLE"}).out, HasSubstr("text of reason AUTOPAY_AFFORDABLE"));
  EXPECT_EQ(workspace.Run({"rules", "show", "late_fees"}).code, kInvalidInput);
}

TEST(Rules, AFailedTestIsToldInAFewLines) {
  const Workspace workspace(Workspace::State::kFresh);
  ReplaceIn(workspace.path() / "rules/policy.yaml", "{id: late_fee_n, title: Late fees to one creditor that make a pattern, unit: count, value: 3}",
            "{id: late_fee_n, title: Late fees to one creditor that make a pattern, unit: count, value: 9}");
  const Ended ended = workspace.Run({"rules", "test"});
  ASSERT_EQ(ended.code, kRefused) << ended;
  std::size_t failed = 0;
  std::size_t lines = 0;
  std::istringstream out(ended.out);
  for (std::string line; std::getline(out, line);) {
    if (line.starts_with("FAILED: ")) {
      ++failed;
      lines = 0;
    }
    if (failed > 0 && (line.starts_with(" ") || line.starts_with("FAILED: "))) {
      EXPECT_LE(++lines, 12U) << line;
    }
  }
  EXPECT_GT(failed, 0U);
  EXPECT_THAT(ended.out, HasSubstr("expected "));
  EXPECT_THAT(ended.out, HasSubstr("rule late_fees_autopay: false")) << "the rule that proposes what was expected";
  const Ended all = workspace.Run({"rules", "test", "--verbose"});
  EXPECT_GT(all.out.size(), 2 * ended.out.size());
  const Ended quiet = workspace.Run({"--quiet", "rules", "test"});
  EXPECT_EQ(std::count(quiet.out.begin(), quiet.out.end(), '\n'), 1) << quiet.out;
}

TEST(Rules, AThresholdSelectsTheTestsOfWhatReadsIt) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended ended = workspace.Run({"rules", "test", "late_fee_n", "--verbose"});
  ASSERT_EQ(ended.code, kDone) << ended;
  EXPECT_THAT(ended.out, HasSubstr("late_fees.test.yaml"));
  EXPECT_THAT(ended.out, testing::Not(HasSubstr("pension.test.yaml")));
  const Ended unknown = workspace.Run({"rules", "test", "late_fee_m"});
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'late_fee_n'?"));
}

}  // namespace
}  // namespace oxpecker::e2e
