// The report over a log as it is on disk: written, verified, read back, with and without the vault.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "audit/log.h"
#include "audit/log_reader.h"
#include "audit/verify.h"
#include "base/clock.h"
#include "reports/period_report.h"
#include "tests/unit/reports/fake_log.h"

namespace oxpecker::reports {
namespace {

class RecordedLog : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = std::filesystem::path(testing::TempDir()) / ("oxpecker_reports_" + name);
    std::filesystem::remove_all(folder_);
    paths_ = audit::LogPaths::Under(folder_);
    ManualClock clock(test::At("2025-01-01T00:00:00Z"));
    const Status created = audit::CreateLog(paths_, sample_.origin(), clock);
    ASSERT_TRUE(created.has_value()) << created.error().ToString();
    auto log = audit::Log::Open({.paths = paths_, .clock = &clock});
    ASSERT_TRUE(log.has_value()) << log.error().ToString();
    for (const audit::Record& record : sample_.records()) {
      const Result<audit::Receipt> receipt = (*log)->Append(EntryOf(record));
      ASSERT_TRUE(receipt.has_value()) << receipt.error().ToString();
    }
    const Status closed = (*log)->Close();
    ASSERT_TRUE(closed.has_value()) << closed.error().ToString();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  audit::Entry EntryOf(const audit::Record& record) {
    audit::Entry entry{.kind = *record.kind, .time = record.time, .about = record.about};
    entry.subject = record.kind == audit::RecordKind::kDecision ? "customer" : "";
    for (const audit::StoredSection& section : record.sections) {
      const Result<std::string> bytes = sample_.Decrypt(record, section.name);
      if (bytes.has_value()) entry.sections.push_back({section.name, *bytes});
    }
    return entry;
  }

  PeriodReport Report(audit::WithVault with_vault) {
    const auto key = audit::VerifierKey::FromFileOrText(paths_.verifier_key.string());
    EXPECT_TRUE(key.has_value());
    std::ifstream stream(paths_.published_checkpoint, std::ios::binary);
    const std::string note{std::istreambuf_iterator<char>(stream), {}};
    const auto proven = audit::VerifyLog(paths_.database, {.key = *key, .published_note = note});
    EXPECT_TRUE(proven.has_value() && proven->ok());
    auto reader = audit::LogReader::Open(paths_, with_vault);
    EXPECT_TRUE(reader.has_value());
    auto report = BuildPeriodReport(*reader, *proven, test::SampleQuery());
    EXPECT_TRUE(report.has_value()) << report.error().ToString();
    return *std::move(report);
  }

  test::FakeLog sample_ = test::SampleLog();
  std::filesystem::path folder_;
  audit::LogPaths paths_;
};

CheckState StateOf(const PeriodReport& report, const std::string& id) {
  for (const Check& check : report.checks) {
    if (check.id == id) return check.state;
  }
  ADD_FAILURE() << "no check " << id;
  return CheckState::kGap;
}

TEST_F(RecordedLog, CountsAsTheRecordsMadeByHand) {
  const PeriodReport report = Report(audit::WithVault::kYes);
  const Result<PeriodReport> by_hand =
      BuildPeriodReport(sample_, sample_.Proven(), test::SampleQuery());
  ASSERT_TRUE(by_hand.has_value());
  EXPECT_EQ(report.counts.outcomes.Of({"silent"}), by_hand->counts.outcomes.Of({"silent"}));
  EXPECT_EQ(report.counts.held_back, by_hand->counts.held_back);
  EXPECT_EQ(report.counts.sections_read, by_hand->counts.sections_read);
  EXPECT_EQ(StateOf(report, "population_complete"), CheckState::kPass);
  EXPECT_EQ(StateOf(report, "period_sealed"), CheckState::kPass);
  EXPECT_EQ(StateOf(report, "headers_agree"), StateOf(*by_hand, "headers_agree"));
  ASSERT_TRUE(report.checkpoint.has_value());
  EXPECT_EQ(report.checkpoint->checkpoint.root, report.verification.root);
  EXPECT_EQ(Identify(report).digest, Identify(Report(audit::WithVault::kYes)).digest);
  EXPECT_NE(ToHtml(report).find(report.verification.root.ToHex()), std::string::npos);
}

TEST_F(RecordedLog, WithoutTheVaultNothingIsSkippedInSilence) {
  const PeriodReport report = Report(audit::WithVault::kNo);
  const std::uint64_t requests = report.counts.decisions + report.counts.refusals;
  EXPECT_EQ(requests, 300U);
  EXPECT_EQ(report.counts.sections_read, 0U);
  EXPECT_EQ(report.counts.unreadable.Of({"decision", "no_vault"}) +
                report.counts.unreadable.Of({"decision", "absent"}),
            requests);
  EXPECT_EQ(StateOf(report, "population_complete"), CheckState::kPass);
  for (const char* id : {"decisions_readable", "headers_agree", "silence_explained",
                         "refusals_explained", "releases_recorded"}) {
    EXPECT_EQ(StateOf(report, id), CheckState::kGap) << id;
  }
}

}  // namespace
}  // namespace oxpecker::reports
