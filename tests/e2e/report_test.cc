#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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
using testing::Not;

Ended Period(const Workspace& workspace, std::vector<std::string> more) {
  more.insert(more.begin(), {"report", "period"});
  return workspace.Run(more);
}
Ended PeriodJson(const Workspace& workspace, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"--format", "json"});
  return Period(workspace, more);
}

// Nothing of the customers may stand in a report: neither who they are nor whom they pay.
void ExpectNoCustomerIn(const std::string& report) {
  for (const char* text : {"astrid", "tomas", "meilin", "goran", "niamh", "henrik", "sofia",
                           "ingrid", "jianguo", "yue\"", "oskar", "felix", "acc-", "malarkraft",
                           "shannon", "kirjakauppa", "1988", "nickname\":"})
    EXPECT_THAT(report, Not(HasSubstr(text)));
}

TEST(Report, TellsWhatTheLogHolds) {
  const Workspace workspace(Workspace::State::kDecided);
  const Ended ended = PeriodJson(workspace);
  ASSERT_EQ(ended.code, kDone) << ended;
  const JsonText report(ended.out);
  EXPECT_EQ(report.At("/body/population/inside"), "13");
  EXPECT_EQ(report.At("/body/verification/integrity"), "holds");
  EXPECT_THAT(report.Each("/body/decisions/by_outcome", "/outcome"),
              testing::ElementsAre("action", "silent", "refused"));
  EXPECT_THAT(report.Each("/body/decisions/by_outcome", "/n"), testing::ElementsAre("8", "3", "1"));
  ExpectNoCustomerIn(ended.out);
}

TEST(Report, ListsTheThresholdsWithEveryValueTheyHad) {
  const Workspace workspace(Workspace::State::kDecided);
  ReplaceIn(workspace.path() / "rules/policy.yaml", "for autopay, unit: ratio, value: 1.2}",
            "for autopay, unit: ratio, value: 1.3}");
  ASSERT_EQ(workspace.Run({"release", "build", "--activate", "--skip-tests"}).code, kDone);
  const JsonText report(PeriodJson(workspace).out);
  const auto ids = report.Each("/body/in_force/thresholds", "/id");
  EXPECT_EQ(std::count(ids.begin(), ids.end(), "autopay_cover"), 2);
  EXPECT_EQ(std::count(ids.begin(), ids.end(), "late_fee_n"), 1);
  const auto values = report.Each("/body/in_force/thresholds", "/value");
  const auto first = static_cast<std::size_t>(std::find(ids.begin(), ids.end(), "autopay_cover") - ids.begin());
  EXPECT_EQ(values[first], "1.2");
  EXPECT_EQ(values[first + 1], "1.3");
  EXPECT_THAT(report.Each("/body/in_force/thresholds", "/recorded_at"), Not(testing::Contains("null")));
  EXPECT_THAT(Period(workspace, {}).out, HasSubstr("Thresholds, with every value they had"));
}

TEST(Report, SkippedTestsAndReusedVersionsAreExceptions) {
  const Workspace workspace(Workspace::State::kDecided);
  ReplaceIn(workspace.path() / "rules/policy.yaml", "for autopay, unit: ratio, value: 1.2}",
            "for autopay, unit: ratio, value: 1.3}");
  ASSERT_EQ(workspace.Run({"release", "build", "--activate", "--skip-tests"}).code, kDone);
  const JsonText report(PeriodJson(workspace).out);
  EXPECT_THAT(report.Each("/body/in_force/activations", "/tests"), testing::ElementsAre("passed", "skipped"));
  EXPECT_THAT(report.Each("/body/in_force/activations", "/record"), testing::ElementsAre("0", "13"));
  const auto codes = report.Each("/body/exceptions", "/exception");
  const auto counts = report.Each("/body/exceptions", "/n");
  for (const char* code : {"tests_skipped", "pack_version_reused", "threshold_version_reused"}) {
    const auto at = std::find(codes.begin(), codes.end(), code) - codes.begin();
    ASSERT_LT(at, static_cast<std::ptrdiff_t>(codes.size())) << code;
    EXPECT_EQ(counts[static_cast<std::size_t>(at)], "1") << code;
  }
}

TEST(Report, ReasonsAreToldInTheReportsLanguage) {
  const Workspace workspace(Workspace::State::kDecided);
  EXPECT_THAT(Period(workspace, {"--lang", "sv"}).out, HasSubstr("det enda tillfälle att störa"));
  EXPECT_THAT(Period(workspace, {"--lang", "zh"}).out, HasSubstr("占用了本次评估唯一的打扰机会"));
}

TEST(Report, NoRuleProposesAnActionTwice) {
  const Workspace workspace(Workspace::State::kDecided);
  EXPECT_THAT(JsonText(PeriodJson(workspace).out).Each("/body/in_force/rules", "/proposes"),
              testing::Contains("fraud_hold_callback, payment_fraud_flag, fraud_payment_prompt"));
}

TEST(Report, AnEmptyPeriodSaysWhatTheLogHolds) {
  const Workspace workspace(Workspace::State::kDecided);
  const Ended ended = Period(workspace, {"--from", "2020-01-01", "--to", "2020-02-01"});
  EXPECT_EQ(ended.code, kDone) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("0 records in this period; the log holds 13 from 20"));
  EXPECT_THAT(ended.err, Not(HasSubstr("--basis")));
  EXPECT_THAT(ended.out, HasSubstr("0 records in this period; the log holds 13, from 20"));
  // The example customers are of autumn 2026 by the instant decided for.
  const std::string as_of = JsonText(workspace.Run({"--json", "log", "show", "1"}).out).At("/about/as_of");
  const std::string day = as_of.substr(0, 10);
  const std::string recorded = JsonText(workspace.Run({"--json", "log", "show", "1"}).out).At("/time");
  ASSERT_NE(recorded.substr(0, 10), day) << "the test needs a day on which nothing was recorded";
  const Ended other = Period(workspace, {"--from", day + "T00:00:00Z", "--to", day + "T23:59:59Z"});
  EXPECT_THAT(other.err, HasSubstr("did you mean --basis as_of?"));
  EXPECT_THAT(other.out, HasSubstr("By the other basis (as_of)"));
  const Ended right = Period(workspace, {"--from", day + "T00:00:00Z", "--to", day + "T23:59:59Z", "--basis", "as_of"});
  EXPECT_THAT(right.err, testing::IsEmpty());
}

// A gap is what is not there yet (an approval, an anchor); a fail would be wrong in a sound log.
TEST(Report, ASoundLogFailsNoCheck) {
  const Workspace workspace(Workspace::State::kDecided);
  const JsonText report(PeriodJson(workspace).out);
  const std::vector<std::string> states = report.Each("/body/checks", "/state");
  EXPECT_GE(states.size(), 10U);
  EXPECT_THAT(states, Not(testing::Contains("fail")));
  EXPECT_THAT(states, testing::Contains("gap")) << "nobody approved the release";
}

TEST(Report, TheHtmlStandsAloneAndNamesNobody) {
  const Workspace workspace(Workspace::State::kDecided);
  for (const std::string language : {"en", "sv", "zh"}) {
    const Ended ended = Period(workspace, {"--lang", language});
    ASSERT_EQ(ended.code, kDone) << ended;
    EXPECT_TRUE(ended.out.starts_with("<!DOCTYPE html>"));
    EXPECT_THAT(ended.out, HasSubstr("lang=\"" + language));
    for (const char* outside : {"<script", " src=", "<link", "url(", "https://", "@import"})
      EXPECT_THAT(ended.out, Not(HasSubstr(outside)));
    ExpectNoCustomerIn(ended.out);
  }
}

TEST(Report, TheSameQuestionGivesTheSameDigest) {
  const Workspace workspace(Workspace::State::kDecided);
  const Ended first = workspace.Run({"--json", "report", "period", "--out", "a.html"});
  ASSERT_EQ(first.code, kDone) << first;
  const Ended second =
      RunProgram(Program::kOxpecker, {"--json", "report", "period", "--out", "b.html"},
                 {.folder = workspace.path(),
                  .environment = {{"TZ", "Pacific/Kiritimati"}, {"LC_ALL", "sv_SE.UTF-8"}}});
  const std::string digest = JsonText(first.out).At("/digest");
  EXPECT_EQ(JsonText(second.out).At("/digest"), digest);
  EXPECT_EQ(JsonText(PeriodJson(workspace).out).At("/digest/value"), digest)
      << "the form does not count";
  EXPECT_THAT(ReadBytes(workspace.path() / "a.html"), HasSubstr(digest));
  const Ended other = PeriodJson(workspace, {"--basis", "as_of"});
  EXPECT_NE(JsonText(other.out).At("/digest/value"), digest);
}

TEST(Report, TheEndOfThePeriodDoesNotBelongToIt) {
  const Workspace workspace(Workspace::State::kDecided);
  // astrid is decided as of 2026-10-12T08:30:00Z.
  const auto decided = [&](const std::string& from, const std::string& to) {
    const Ended ended = PeriodJson(workspace, {"--basis", "as_of", "--from", from, "--to", to});
    EXPECT_EQ(ended.code, kDone) << ended;
    int count = 0;
    for (const std::string& n : JsonText(ended.out).Each("/body/decisions/by_outcome", "/n"))
      count += std::stoi(n);
    return count;
  };
  EXPECT_EQ(decided("2026-10-12T08:30:00Z", "2026-10-12T08:30:01Z"), 1);
  EXPECT_EQ(decided("2026-10-12T08:29:59Z", "2026-10-12T08:30:00Z"), 0);
  EXPECT_EQ(decided("2026-10-12T08:30:01Z", "2026-10-12T08:30:02Z"), 0);
  EXPECT_EQ(decided("2026-10-01", "2026-11-01"), 12);
  EXPECT_EQ(decided("2026-11-01", "2026-12-01"), 0);
}

TEST(Report, BoundsThatAreNoneAreErrors) {
  const Workspace workspace(Workspace::State::kDecided);
  for (const std::vector<std::string>& bounds :
       std::vector<std::vector<std::string>>{{"--from", "2026-13-01"},
                                             {"--from", "2026-02-29"},
                                             {"--to", "tomorrow"},
                                             {"--from", "2026-10-02", "--to", "2026-10-02"},
                                             {"--from", "2026-10-02", "--to", "2026-10-01"}}) {
    const Ended ended = Period(workspace, bounds);
    EXPECT_EQ(ended.code, kInvalidInput) << bounds[1] << ended;
    EXPECT_THAT(ended.err, Not(HasSubstr("nothing to report"))) << bounds[1];
  }
}

TEST(Report, ALogWithoutDecisionsIsReportedAsSuch) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended recorded = PeriodJson(workspace);
  ASSERT_EQ(recorded.code, kDone) << recorded;
  EXPECT_EQ(JsonText(recorded.out).At("/body/population/inside"), "1");
  const Ended as_of = PeriodJson(workspace, {"--basis", "as_of"});
  EXPECT_EQ(as_of.code, kInvalidInput) << "no day to begin with";
  EXPECT_THAT(as_of.err, HasSubstr("--from"));
  const Ended bounded =
      PeriodJson(workspace, {"--basis", "as_of", "--from", "2026-01-01", "--to", "2027-01-01"});
  EXPECT_EQ(bounded.code, kDone) << bounded;
}

TEST(Report, ABrokenLogIsReportedAsBroken) {
  const Workspace altered(Workspace::State::kDecided);
  FlipBitOfLeaf(altered.database(), 5);
  const Workspace shortened(Workspace::State::kDecided);
  Alter(shortened.database(), "DELETE FROM rec WHERE seq = 8");
  for (const auto& [workspace, record] :
       {std::pair(&altered, "record 5"), std::pair(&shortened, "record 8")}) {
    const Ended json = PeriodJson(*workspace, {"--out", "broken.json"});
    EXPECT_EQ(json.code, kIntegrity) << json;
    EXPECT_THAT(json.err, HasSubstr(record));
    const JsonText report(ReadBytes(workspace->path() / "broken.json"));
    EXPECT_EQ(report.At("/body/verification/ok"), "false");
    EXPECT_THAT(report.Each("/body/checks", "/state"), testing::Contains("fail"));
    const Ended html = Period(*workspace, {});
    EXPECT_EQ(html.code, kIntegrity) << html;
    EXPECT_THAT(html.out, HasSubstr(record));
  }
}

TEST(Report, ALogBrokenAtItsFirstRecordGivesNoReportAndSaysWhy) {
  const Workspace workspace(Workspace::State::kDecided);
  FlipBitOfLeaf(workspace.database(), 0);
  const Ended ended = Period(workspace, {});
  EXPECT_EQ(ended.code, kIntegrity) << ended;
  EXPECT_THAT(ended.err, HasSubstr("record 0"));
}

TEST(Report, AFolderThatIsNotThereIsAnError) {
  const Workspace workspace(Workspace::State::kDecided);
  const Ended ended = Period(workspace, {"--out", "absent/report.html"});
  EXPECT_EQ(ended.code, kRefused) << ended;
  EXPECT_THAT(ended.err, HasSubstr("absent/report.html"));
}

TEST(Report, ALinkAndAPipeStayWhatTheyAre) {
  const Workspace workspace(Workspace::State::kDecided);
  WriteBytes(workspace.path() / "real.json", "old");
  fs::create_symlink("real.json", workspace.path() / "link.json");
  ASSERT_EQ(PeriodJson(workspace, {"--out", "link.json"}).code, kDone);
  EXPECT_TRUE(fs::is_symlink(workspace.path() / "link.json"));
  EXPECT_EQ(JsonText(ReadBytes(workspace.path() / "real.json")).At("/handling/language"), "en");

  const fs::path pipe = workspace.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  const Ended ended = PeriodJson(workspace, {"--out", "pipe"});
  EXPECT_EQ(ended.code, kDone) << ended;
  EXPECT_TRUE(fs::is_fifo(pipe));
  char first = 0;
  EXPECT_EQ(::read(reader, &first, 1), 1);
  EXPECT_EQ(first, '{');
  ::close(reader);
}

TEST(Report, TheListNamesThePeriodReport) {
  const Ended ended = RunProgram(Program::kOxpecker, {"--json", "report", "list"});
  ASSERT_EQ(ended.code, kDone) << ended;
  EXPECT_THAT(JsonText(ended.out).Each("/reports", "/name"), testing::Contains("period"));
}

}  // namespace
}  // namespace oxpecker::e2e
