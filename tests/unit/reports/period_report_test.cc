#include "reports/period_report.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "reports/tally.h"
#include "reports/vocabulary.h"
#include "tests/unit/reports/fake_log.h"

namespace oxpecker::reports {
namespace {

using test::At;
using test::FakeLog;
using test::Made;

const std::string kRelease = test::ReleaseDigest('a');
const std::string kOther = test::ReleaseDigest('b');

PeriodQuery FirstQuarter() {
  PeriodQuery query;
  query.period = {At("2026-01-01T00:00:00Z"), At("2026-04-01T00:00:00Z")};
  query.entity_name = "Example Bank AB";
  query.generator_build = "oxpecker 0.1.0";
  return query;
}

PeriodReport Built(FakeLog& log, const PeriodQuery& query, const audit::LogVerification& proven) {
  Result<PeriodReport> report = BuildPeriodReport(log, proven, query);
  EXPECT_TRUE(report.has_value()) << report.error().ToString();
  return report.has_value() ? *std::move(report) : PeriodReport{};
}

PeriodReport Built(FakeLog& log) { return Built(log, FirstQuarter(), log.Proven()); }

std::map<std::string, CheckState> States(const PeriodReport& report) {
  std::map<std::string, CheckState> states;
  for (const Check& check : report.checks) states[check.id] = check.state;
  return states;
}

std::uint64_t Exceptions(const PeriodReport& report, const std::string& code) {
  for (const ExceptionLine& line : report.exceptions) {
    if (line.code == code) return line.n;
  }
  ADD_FAILURE() << "no exception kind " << code;
  return 0;
}

// Two records before the period, six in it, one after.
FakeLog SmallLog() {
  FakeLog log;
  log.AddPlain(audit::RecordKind::kLogOpened, "2025-12-01T08:00:00Z");
  log.AddRelease("2025-12-01T09:00:00Z", kRelease, "1.0.0", 2);
  log.AddDecision({.time = "2026-01-01T00:00:00Z",  // at the first instant
                   .release = kRelease,
                   .proposals = {{.action = "autopay_setup"},
                                 {.action = "churn_care_contact", .rule = "activity_drop",
                                  .state = "suppressed", .guard = "contact_cap",
                                  .reason = "CAP_REACHED"}},
                   .reasons = {"LATE_FEES"}});
  log.AddDecision({.time = "2026-01-20T10:00:00Z",
                   .release = kRelease,
                   .proposals = {{.action = "autopay_setup", .state = "suppressed",
                                  .guard = "consent_marketing", .reason = "NO_CONSENT"}}});
  log.AddDecision({.time = "2026-02-02T10:00:00Z",
                   .release = kRelease,
                   .unknowns = {{"late_fees", "missing"}}});
  log.AddDecision({.time = "2026-02-03T10:00:00Z",
                   .event = "payment.initiated",
                   .release = kRelease,
                   .flags = {"payment_fraud_flag"}});
  log.AddRefusal("2026-02-04T10:00:00Z", kRelease,
                 {{"invalid_input", "/transactions/3/amount"}, {"limit", ""}});
  log.AddDecision({.time = "2026-03-31T23:59:59.999999Z", .release = kRelease});  // just before
  log.AddDecision({.time = "2026-04-01T00:00:00Z", .release = kRelease});  // at the end
  return log;
}

TEST(PeriodReport, CountsAHandMadeLogExactly) {
  FakeLog log = SmallLog();
  const PeriodReport report = Built(log);
  EXPECT_EQ(report.population.before, 2U);
  EXPECT_EQ(report.population.inside, 6U);
  EXPECT_EQ(report.population.after, 1U);
  EXPECT_EQ(report.population.first_seq, 2U);
  EXPECT_EQ(report.population.last_seq, 7U);
  EXPECT_EQ(report.population.outside_between, 0U);
  EXPECT_EQ(report.population.kinds.Of({"decision"}), 5U);
  EXPECT_EQ(report.population.whole_kinds.Of({"decision"}), 6U);

  const PeriodCounts& counts = report.counts;
  EXPECT_EQ(counts.decisions, 5U);
  EXPECT_EQ(counts.refusals, 1U);
  EXPECT_EQ(counts.sections_read, 6U);
  EXPECT_EQ(counts.outcomes.Of({"action"}), 2U);
  EXPECT_EQ(counts.outcomes.Of({"silent"}), 3U);
  EXPECT_EQ(counts.outcomes.Of({"refused"}), 1U);
  EXPECT_EQ(counts.silence.Of({"held_back"}), 1U);
  EXPECT_EQ(counts.silence.Of({"no_answer"}), 1U);
  EXPECT_EQ(counts.silence.Of({"no_candidate"}), 1U);
  EXPECT_EQ(counts.event_outcome.Of({"payment.initiated", "action"}), 1U);
  EXPECT_EQ(counts.action_state.Of({"autopay_setup", "selected"}), 1U);
  EXPECT_EQ(counts.action_state.Of({"autopay_setup", "suppressed"}), 1U);
  EXPECT_EQ(counts.candidates_in_headers, 3U);
  EXPECT_EQ(counts.candidates_read, 3U);
  EXPECT_EQ(counts.held_back, 2U);
  EXPECT_EQ(counts.held.Of({"consent_marketing", "autopay_setup", "suppressed", "NO_CONSENT"}), 1U);
  EXPECT_EQ(counts.held.Of({"contact_cap", "churn_care_contact", "suppressed", "CAP_REACHED"}), 1U);
  EXPECT_EQ(counts.reasons.Of({"LATE_FEES"}), 1U);
  EXPECT_EQ(counts.unknown_rules.Of({"late_fees", "missing"}), 1U);
  EXPECT_EQ(counts.flags.Of({"payment_fraud_flag"}), 1U);
  EXPECT_EQ(counts.issues.Of({"invalid_input", "/transactions/*/amount"}), 1U);
  EXPECT_EQ(counts.issues.Of({"limit", ""}), 1U);
  EXPECT_EQ(report.buckets.size(), 3U);
  EXPECT_EQ(counts.bucket_outcome.Of({"2026-01", "action"}), 1U);
  EXPECT_EQ(counts.bucket_outcome.Of({"2026-02", "refused"}), 1U);
  EXPECT_EQ(counts.bucket_outcome.Of({"2026-03", "silent"}), 1U);

  ASSERT_EQ(report.releases.size(), 1U);
  EXPECT_EQ(report.releases[0].decisions, 5U);
  EXPECT_EQ(report.releases[0].approvals, 2U);
  EXPECT_TRUE(report.releases[0].recorded_before_use);
  ASSERT_EQ(report.rules.size(), 4U);
  EXPECT_EQ(report.rules[2].id, "late_fees");
  EXPECT_EQ(report.rules[2].hits, 2U);
  EXPECT_EQ(report.rules[2].unknowns, 1U);
  EXPECT_EQ(report.guards[0].id, "consent_marketing");
  EXPECT_EQ(report.guards[0].hits, 1U);
  EXPECT_EQ(report.reason_sentences.at("NO_CONSENT").at("en"), "The customer has not consented to this.");
}

TEST(PeriodReport, StatesOfASoundLog) {
  FakeLog log = SmallLog();
  const std::map<std::string, CheckState> states = States(Built(log));
  const std::map<std::string, CheckState> expected = {
      {"population_complete", CheckState::kPass}, {"stored_bytes_intact", CheckState::kPass},
      {"heads_signed", CheckState::kPass},        {"period_sealed", CheckState::kPass},
      {"period_anchored", CheckState::kGap},      {"decisions_readable", CheckState::kPass},
      {"headers_agree", CheckState::kPass},       {"silence_explained", CheckState::kPass},
      {"refusals_explained", CheckState::kPass},  {"releases_recorded", CheckState::kPass},
      {"releases_approved", CheckState::kAttestationNeeded},
      {"time_in_order", CheckState::kPass},       {"outside_reconciled", CheckState::kGap}};
  EXPECT_EQ(states, expected);
}

TEST(PeriodReport, ThePeriodIsHalfOpen) {
  FakeLog log;
  log.AddDecision({.time = "2025-12-31T23:59:59.999999Z", .release = kRelease});
  log.AddDecision({.time = "2026-01-01T00:00:00Z", .release = kRelease});
  log.AddDecision({.time = "2026-03-31T23:59:59.999999Z", .release = kRelease});
  log.AddDecision({.time = "2026-04-01T00:00:00Z", .release = kRelease});
  const PeriodReport report = Built(log);
  EXPECT_EQ(report.population.before, 1U);
  EXPECT_EQ(report.population.inside, 2U);
  EXPECT_EQ(report.population.after, 1U);

  PeriodQuery empty = FirstQuarter();
  empty.period.to = empty.period.from;
  EXPECT_FALSE(BuildPeriodReport(log, log.Proven(), empty).has_value());
}

TEST(PeriodReport, DatesByTheInstantDecidedForWhereAsked) {
  FakeLog log;
  log.AddDecision(
      {.time = "2026-05-01T10:00:00Z", .as_of = "2026-03-31T23:59:59Z", .release = kRelease});
  log.AddDecision(
      {.time = "2026-05-01T10:00:00Z", .as_of = "2026-04-01T00:00:00Z", .release = kRelease});
  PeriodQuery query = FirstQuarter();
  query.basis = TimeBasis::kAsOf;
  const PeriodReport by_as_of = Built(log, query, log.Proven());
  EXPECT_EQ(by_as_of.population.inside, 1U);
  EXPECT_EQ(Exceptions(by_as_of, "far_from_as_of"), 1U);
  EXPECT_EQ(by_as_of.counts.bucket_outcome.Of({"2026-03", "silent"}), 1U);
  const Population recorded = Built(log).population;
  EXPECT_EQ(recorded.inside, 0U);
  EXPECT_EQ(recorded.inside_by_other_basis, 1U) << "so the reader can be told of the other question";
  ASSERT_TRUE(recorded.whole_log.has_value());
  EXPECT_EQ(recorded.whole_log->first, At("2026-05-01T10:00:00Z"));
  EXPECT_EQ(by_as_of.population.inside_by_other_basis, 0U);
  EXPECT_EQ(by_as_of.population.whole_log->first, At("2026-03-31T23:59:59Z"));
}

TEST(PeriodReport, ALogOfAnotherOriginIsRefused) {
  FakeLog log = SmallLog();
  audit::LogVerification proven = log.Proven();
  proven.origin = "other.example/log";
  EXPECT_FALSE(BuildPeriodReport(log, proven, FirstQuarter()).has_value());
  PeriodQuery query = FirstQuarter();
  query.preparer = "\xff";
  EXPECT_FALSE(BuildPeriodReport(log, log.Proven(), query).has_value());
}

TEST(PeriodReport, DigestFollowsTheContentOnly) {
  FakeLog log = SmallLog();
  const ReportIdentity first = Identify(Built(log));
  PeriodQuery query = FirstQuarter();
  query.language = Language::kChinese;
  query.generated_at = At("2030-01-01T00:00:00Z");
  query.preparer = "Somebody Else";
  EXPECT_EQ(Identify(Built(log, query, log.Proven())).digest, first.digest);

  query.period.to = At("2026-03-31T00:00:00Z");
  EXPECT_NE(Identify(Built(log, query, log.Proven())).digest, first.digest);
  log.AddDecision({.time = "2026-04-02T00:00:00Z", .release = kRelease});
  EXPECT_NE(Identify(Built(log)).digest, first.digest);
}

TEST(PeriodReport, JsonHoldsItsOwnDigest) {
  FakeLog log = SmallLog();
  const PeriodReport report = Built(log);
  const json::Value model = ToJson(report);
  const json::Object& object = *model.object();
  const std::string body = json::Canonical(*object.Find("body"));
  EXPECT_EQ(*object.Find("digest")->object()->Find("value")->string(), Sha256(body).ToHex());
  EXPECT_EQ(*object.Find("report_id")->string(), Identify(report).id);
  EXPECT_EQ(*object.Find("handling")->object()->Find("status")->string(), "DRAFT, not reviewed");
  EXPECT_EQ(body.find("generated_at"), std::string::npos);
}

// What a reader may hold against a check; the higher, the better for the bank.
int Rank(CheckState state) {
  switch (state) {
    case CheckState::kPass: return 3;
    case CheckState::kNoOccurrence: return 2;
    case CheckState::kAttestationNeeded: return 1;
    case CheckState::kGap: return 0;
    case CheckState::kFail: return 0;
  }
  return 0;
}

void ExpectNoBetter(const PeriodReport& before, const PeriodReport& after,
                    const std::string& what) {
  for (const auto& [id, state] : States(before)) {
    EXPECT_LE(Rank(States(after).at(id)), Rank(state)) << what << ": " << id;
  }
}

// A log with every kind of fault, so that there is something to hide.
FakeLog FaultyLog() {
  FakeLog log = SmallLog();
  log.AddDecision({.time = "2026-03-01T00:00:00Z", .release = kOther});  // unrecorded, backwards
  log.AddDecision({.time = "2026-03-02T00:00:00Z",
                   .release = kRelease,
                   .proposals = {{.action = "fraud_payment_prompt", .state = "suppressed",
                                  .action_class = "protective"}}});  // and no guard is named
  log.AddRefusal("2026-03-03T00:00:00Z", kRelease, {});
  log.AddDecision({.time = "2026-03-04T00:00:00Z", .release = kRelease});
  log.records().back().about.Set("candidates", 5);
  return log;
}

// Requests are decided side by side, so neighbours may swap by a little; a clock set back is more.
TEST(TimeInOrder, FiveSecondsAreOverlapMoreIsReversal) {
  const auto state = [](const char* second) {
    FakeLog log;
    log.AddRelease("2026-01-01T00:00:00Z", kRelease);
    log.AddDecision({.time = "2026-01-02T00:00:10Z", .release = kRelease});
    log.AddDecision({.time = second, .release = kRelease});
    return States(Built(log)).at("time_in_order");
  };
  EXPECT_EQ(state("2026-01-02T00:00:05Z"), CheckState::kPass);
  EXPECT_EQ(state("2026-01-02T00:00:04.999999Z"), CheckState::kFail);
}

TEST(RemovingEvidence, FaultsAreShown) {
  FakeLog log = FaultyLog();
  const PeriodReport report = Built(log);
  const std::map<std::string, CheckState> states = States(report);
  EXPECT_EQ(states.at("headers_agree"), CheckState::kFail);
  EXPECT_EQ(states.at("silence_explained"), CheckState::kFail);
  EXPECT_EQ(states.at("refusals_explained"), CheckState::kFail);
  EXPECT_EQ(states.at("releases_recorded"), CheckState::kGap);
  EXPECT_EQ(states.at("releases_approved"), CheckState::kGap);
  EXPECT_EQ(states.at("time_in_order"), CheckState::kFail);
  EXPECT_EQ(Exceptions(report, "protective_held_back"), 1U);
  EXPECT_EQ(Exceptions(report, "release_unrecorded"), 1U);
  EXPECT_EQ(Exceptions(report, "unexplained_silence"), 1U);
  EXPECT_EQ(Exceptions(report, "header_contradiction"), 1U);
}

TEST(RemovingEvidence, ARecordTakenAwayNeverHelps) {
  for (const bool faulty : {false, true}) {
    FakeLog whole = faulty ? FaultyLog() : SmallLog();
    const audit::LogVerification proven = whole.Proven();
    const PeriodReport before = Built(whole);
    for (std::size_t i = 0; i < whole.records().size(); ++i) {
      FakeLog cut = faulty ? FaultyLog() : SmallLog();
      cut.Drop(i);
      const PeriodReport after = Built(cut, FirstQuarter(), proven);
      ExpectNoBetter(before, after, "record " + std::to_string(i));
      EXPECT_EQ(States(after).at("population_complete"), CheckState::kFail);
      for (const auto& [id, state] : States(after)) {
        EXPECT_TRUE(state != CheckState::kPass || id == "stored_bytes_intact") << id;
      }
    }
  }
}

TEST(RemovingEvidence, ASectionTakenAwayNeverHelps) {
  const std::map<ErrorCode, std::string> reasons = {{ErrorCode::kNotFound, "erased"},
                                                    {ErrorCode::kRefused, "no_vault"},
                                                    {ErrorCode::kIntegrity, "altered"}};
  FakeLog whole = FaultyLog();
  const PeriodReport before = Built(whole);
  for (const auto& [place, bytes] : whole.sections()) {
    for (const auto& [code, why] : reasons) {
      FakeLog cut = FaultyLog();
      cut.sections().erase(place);
      cut.sections().emplace(place, Fail(code, "", "not to be had"));
      const PeriodReport after = Built(cut);
      ExpectNoBetter(before, after, place.second + " of " + std::to_string(place.first));
      if (place.first >= after.population.first_seq && place.second == "decision" &&
          place.first != 8) {
        EXPECT_EQ(after.counts.unreadable.Of({"decision", why}), 1U);
        EXPECT_EQ(Exceptions(after, "unreadable_section"), 1U);
        EXPECT_EQ(after.population.inside, before.population.inside) << "it still counts";
      }
    }
  }
}

// A key that is gone is one thing where the log tells of an erasure, and another where it does not.
TEST(RemovingEvidence, AnErasureThatIsRecordedIsToldApartFromAKeyThatIsGone) {
  FakeLog log = SmallLog();
  std::vector<std::uint64_t> decisions;
  for (const audit::Record& record : log.records())
    if (record.kind == audit::RecordKind::kDecision && FirstQuarter().period.Contains(record.time)) decisions.push_back(record.seq);
  ASSERT_GE(decisions.size(), 2U);
  for (const std::uint64_t seq : {decisions[0], decisions[1]}) log.sections().erase({seq, "decision"});
  log.AddPlain(audit::RecordKind::kErasure, "2030-01-01T00:00:00Z",
               json::Object().Set("erasure", std::string(32, 'a')).Set("ranges", std::to_string(decisions[0])).Set("records", 1));
  const PeriodReport report = Built(log);
  EXPECT_EQ(Exceptions(report, "erased_decision"), 1U) << "although the erasure was recorded after the period";
  EXPECT_EQ(Exceptions(report, "key_missing"), 1U);
  EXPECT_EQ(Exceptions(report, "customer_erased"), 0U);
  EXPECT_EQ(Exceptions(report, "unreadable_section"), 2U);
}

TEST(RemovingEvidence, AManifestTakenAwayIsAGap) {
  FakeLog log = SmallLog();
  log.sections().erase({1, "manifest"});
  const PeriodReport report = Built(log);
  EXPECT_EQ(States(report).at("releases_recorded"), CheckState::kGap);
  EXPECT_EQ(Exceptions(report, "manifest_unreadable"), 1U);
  ASSERT_FALSE(report.rules.empty()) << "rules that decided are listed without their titles";
  EXPECT_EQ(report.rules[0].id, "activity_drop");
  EXPECT_EQ(report.rules[0].hits, 1U);
  EXPECT_TRUE(report.rules[0].title.empty());
}

TEST(RemovingEvidence, AnUnsignedOrBrokenLogPassesNothing) {
  FakeLog log = SmallLog();
  audit::LogVerification broken = log.Proven();
  broken.records = 4;
  broken.integrity = audit::Verdict::kBroken;
  broken.completeness = audit::Verdict::kNotShown;
  broken.authenticity = audit::Verdict::kNotShown;
  broken.sealed_size = 0;
  broken.records_by_kind = {{"decision", 2}, {"log_opened", 1}, {"release", 1}};
  broken.first_break = audit::Break{.code = "leaf_hash", .seq = 4};
  const PeriodReport report = Built(log, FirstQuarter(), broken);
  EXPECT_EQ(report.counts.decisions, 2U) << "nothing behind the break is counted";
  EXPECT_EQ(Exceptions(report, "integrity_break"), 1U);
  EXPECT_EQ(Exceptions(report, "unproven_record"), 5U);
  for (const auto& [id, state] : States(report)) EXPECT_EQ(Rank(state), 0) << id;

  audit::LogVerification unsigned_log = log.Proven();
  unsigned_log.authenticity = audit::Verdict::kNotShown;
  const auto states = States(Built(log, FirstQuarter(), unsigned_log));
  EXPECT_EQ(states.at("heads_signed"), CheckState::kGap);
  EXPECT_EQ(states.at("period_sealed"), CheckState::kGap);
}

TEST(PeriodReport, SealedToTheRecord) {
  FakeLog log = SmallLog();
  audit::LogVerification proven = log.Proven();
  proven.sealed_size = 8;  // records 0 to 7: exactly the last of the period
  EXPECT_EQ(States(Built(log, FirstQuarter(), proven)).at("period_sealed"), CheckState::kPass);
  proven.sealed_size = 7;
  EXPECT_EQ(States(Built(log, FirstQuarter(), proven)).at("period_sealed"), CheckState::kGap);
}

TEST(PeriodReport, ApprovalsThatCameLaterDoNotCount) {
  FakeLog log;
  log.AddRelease("2025-12-01T00:00:00Z", kRelease, "1.0.0", 1);
  log.AddDecision({.time = "2026-01-02T00:00:00Z", .release = kRelease});
  log.AddRelease("2026-01-03T00:00:00Z", kRelease, "1.0.0", 2);
  log.AddDecision({.time = "2026-01-04T00:00:00Z", .release = kRelease});
  const PeriodReport report = Built(log);
  ASSERT_EQ(report.releases.size(), 1U);
  EXPECT_EQ(report.releases[0].approvals, 1U);
  EXPECT_EQ(States(report).at("releases_approved"), CheckState::kGap);
}

TEST(PeriodReport, AReleaseRecordedAfterItDecidedIsAGap) {
  FakeLog log;
  log.AddDecision({.time = "2026-01-02T00:00:00Z", .release = kRelease});
  log.AddRelease("2026-01-03T00:00:00Z", kRelease, "1.0.0", 2);
  const PeriodReport report = Built(log);
  EXPECT_FALSE(report.releases.at(0).recorded_before_use);
  EXPECT_EQ(States(report).at("releases_recorded"), CheckState::kGap);
  EXPECT_EQ(Exceptions(report, "release_unrecorded"), 1U);
}

TEST(PeriodReport, EveryKindOfExceptionIsListedEvenWithNone) {
  FakeLog log;
  const PeriodReport report = Built(log);
  ASSERT_EQ(report.exceptions.size(), kExceptionKinds.size());
  for (const ExceptionLine& line : report.exceptions) {
    EXPECT_EQ(line.n, 0U) << line.code;
    EXPECT_FALSE(line.query.empty()) << line.code;
  }
  ASSERT_EQ(report.checks.size(), kCheckIds.size());
  for (std::size_t i = 0; i < kCheckIds.size(); ++i) EXPECT_EQ(report.checks[i].id, kCheckIds[i]);
}

TEST(PeriodReport, TellsWhichReleaseWasInForceWhenAndWithWhichTests) {
  FakeLog log;
  const std::string other = test::ReleaseDigest('b');
  log.AddRelease("2025-10-01T09:00:00Z", other, "0.9.0", 0, "failed", "5");  // superseded before the period
  log.AddRelease("2025-12-01T09:00:00Z", kRelease, "1.0.0", 2, "passed");
  log.AddRelease("2026-01-10T09:00:00Z", other, "1.0.0", 0, "skipped", "5");
  log.AddRelease("2026-02-10T09:00:00Z", kRelease, "1.0.0", 0, "not_run");
  log.AddRelease("2026-03-10T09:00:00Z", kRelease, "1.0.0", 0, "");
  log.AddRelease("2026-04-01T00:00:00Z", other, "1.0.0", 0, "failed");  // after its end
  const PeriodReport report = Built(log);
  std::vector<std::uint64_t> records;
  std::vector<std::string> tests;
  for (const ActivationLine& line : report.activations) {
    records.push_back(line.seq);
    tests.push_back(line.tests);
    EXPECT_EQ(line.before_period, line.seq == 1);
    EXPECT_EQ(line.release, line.seq == 2 ? other : kRelease);
  }
  EXPECT_EQ(records, (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(tests, (std::vector<std::string>{"passed", "skipped", "not_run", "unstated"}));
  ASSERT_EQ(report.releases.size(), 2U);
  EXPECT_EQ(report.releases[0].tests, (std::vector<std::string>{"skipped"}));
  EXPECT_EQ(report.releases[1].tests, (std::vector<std::string>{"passed", "not_run", "unstated"}));
  EXPECT_EQ(Exceptions(report, "tests_skipped"), 1U);
  EXPECT_EQ(Exceptions(report, "tests_not_run"), 1U);
  EXPECT_EQ(Exceptions(report, "tests_unstated"), 1U);
  EXPECT_EQ(Exceptions(report, "tests_failed"), 0U) << "those were before and after";
  EXPECT_EQ(Exceptions(report, "threshold_version_reused"), 1U) << "late_fee_n 1 is 3 and 5";
  const std::string json = json::Canonical(ToJson(report));
  EXPECT_NE(json.find("\"record\":2,\"release\":\"" + other + "\",\"tests\":\"skipped\""), std::string::npos);
}

TEST(PeriodReport, OnePackVersionForTwoReleasesIsAnException) {
  FakeLog log;
  log.AddRelease("2026-01-01T09:00:00Z", kRelease, "1.0.0");
  log.AddRelease("2026-01-10T09:00:00Z", test::ReleaseDigest('b'), "1.1.0");
  EXPECT_EQ(Exceptions(Built(log), "pack_version_reused"), 0U);
  log.AddRelease("2026-01-20T09:00:00Z", test::ReleaseDigest('c'), "1.1.0");
  EXPECT_EQ(Exceptions(Built(log), "pack_version_reused"), 1U);
  EXPECT_EQ(Exceptions(Built(log), "threshold_version_reused"), 0U);
}

// Arbitration is no guard and gives no verdict: its reason stands with the decision.
TEST(PeriodReport, WhatWasOutrankedHasItsReason) {
  FakeLog log;
  log.AddRelease("2026-01-01T09:00:00Z", kRelease);
  const test::Proposal outranked{.action = "autopay_setup", .state = "suppressed", .guard = "arbitration"};
  log.AddDecision({.time = "2026-01-02T09:00:00Z", .release = kRelease, .proposals = {outranked}, .reasons = {"OUTRANKED"}});
  EXPECT_EQ(Built(log).counts.held.Of({"arbitration", "autopay_setup", "suppressed", "OUTRANKED"}), 1U);
  log.AddDecision({.time = "2026-01-03T09:00:00Z", .release = kRelease, .proposals = {outranked}});
  EXPECT_EQ(Built(log).counts.held.Of({"arbitration", "autopay_setup", "suppressed", ""}), 1U) << "none is made up";
}

TEST(Buckets, CoverThePeriodWithoutItsEnd) {
  const auto window = [](const char* from, const char* to) { return Window{At(from), At(to)}; };
  const Window quarter = window("2026-01-15T00:00:00Z", "2026-04-01T00:00:00Z");
  EXPECT_EQ(ChooseBucketSize(quarter), BucketSize::kMonth);
  EXPECT_EQ(BucketsOf(quarter, BucketSize::kMonth),
            (std::vector<std::string>{"2026-01", "2026-02", "2026-03"}));
  const Window days = window("2024-02-28T23:00:00Z", "2024-03-01T00:00:00.000001Z");
  EXPECT_EQ(ChooseBucketSize(days), BucketSize::kDay);
  EXPECT_EQ(BucketsOf(days, BucketSize::kDay),
            (std::vector<std::string>{"2024-02-28", "2024-02-29", "2024-03-01"}));
  const Window years = window("1993-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
  EXPECT_EQ(ChooseBucketSize(years), BucketSize::kYear);
  EXPECT_EQ(BucketsOf(years, BucketSize::kYear).size(), 33U);
  EXPECT_EQ(BucketOf(At("1969-12-31T23:59:59Z"), BucketSize::kDay), "1969-12-31");
}

}  // namespace
}  // namespace oxpecker::reports
