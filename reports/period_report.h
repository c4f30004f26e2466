// reports/period_report.h - what the log says about a period, for a compliance officer and for
// those to whom the officer answers.
//
// The report is built from the verified log and from nothing else. It counts; it holds no customer
// ids and no values of facts. Every record of the log is read once and falls before, into or after
// the period; memory grows with the number of distinct names (bounded, count_table.h), not with the
// log. What cannot be opened or was never recorded is counted as a gap: removing evidence never
// turns a gap or a failure into a pass. No percentage is ever printed.
//
// Format of the JSON: reports/period_report_v1.md. The `body` of it is hashed: the same log size,
// checkpoints, vault contents and query give the same digest, in whatever language it is told.
//
// Value types. BuildPeriodReport uses its reader on the calling thread only.
//
// Example:
//   OXP_TRY(audit::LogVerification proven, audit::VerifyLog(paths.database, {.key = key}));
//   OXP_TRY(audit::LogReader reader, audit::LogReader::Open(paths, audit::WithVault::kYes));
//   OXP_TRY(PeriodReport report, BuildPeriodReport(reader, proven, query));
//   WriteFile("report.json", json::Canonical(ToJson(report)));
//   WriteFile("report.html", ToHtml(report));
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/log_reader.h"
#include "audit/verify.h"
#include "base/instant.h"
#include "base/json/value.h"
#include "base/result.h"
#include "reports/count_table.h"
#include "reports/record_source.h"

namespace oxpecker::reports {

enum class Language : std::uint8_t { kEnglish, kSwedish, kChinese };
Result<Language> ParseLanguage(std::string_view code);  // "en", "sv", "zh"
std::string_view Code(Language language);

// Which instant of a record places it in the period.
enum class TimeBasis : std::uint8_t {
  kRecorded,  // when it was recorded: the default, what a population of the log means
  kAsOf,      // the instant decided for: for runs over past data; records without one by kRecorded
};
Result<TimeBasis> ParseTimeBasis(std::string_view name);  // "recorded", "as_of"
std::string_view Name(TimeBasis basis);

struct PeriodQuery {
  Window period;  // half-open, UTC
  TimeBasis basis = TimeBasis::kRecorded;
  std::string entity_name;      // whose log this is; may be empty, shown as not stated
  std::string entity_lei;       // may be empty
  std::string generator_build;  // "oxpecker 0.1.0"

  // Outside the digest.
  Language language = Language::kEnglish;
  Instant generated_at;
  std::string preparer;  // may be empty, shown as not stated
};

// PERSISTED by name in JSON.
enum class CheckState : std::uint8_t {
  kPass,               // shown by evidence in the log
  kFail,               // the evidence contradicts it
  kGap,                // the evidence is missing or cannot be opened
  kNoOccurrence,       // nothing of the kind happened in the period
  kAttestationNeeded,  // the log alone cannot show it: a person must
};
std::string_view Name(CheckState state);  // "pass", "fail", "gap", ...

struct Check {
  std::string id;
  CheckState state = CheckState::kGap;
  std::map<std::string, std::uint64_t> figures;  // what was compared
};

// A kind of exception: always listed, with the query that counted it, even where n is 0.
struct ExceptionLine {
  static constexpr std::size_t kRecordsMax = 20;
  std::string code;
  std::string query;
  std::uint64_t n = 0;
  std::vector<std::uint64_t> records;  // the first of them
};

// A release that came into force, in the period or before it as the last one. A release may come into
// force again and again.
struct ActivationLine {
  std::uint64_t seq = 0;
  Instant at;
  std::string release;  // digest
  std::string pack;
  std::string pack_version;
  std::string tests;  // passed, failed, skipped, not_run; "unstated" where the record does not say
  std::uint64_t approvals = 0;
  bool before_period = false;
};

// A release that decided in the period, was recorded in it, or was in force when it began.
struct ReleaseLine {
  std::string digest;
  std::string pack;
  std::string pack_version;
  std::string engine;
  std::optional<std::uint64_t> recorded_as;  // number of its first record
  std::optional<Instant> recorded_at;
  bool recorded_before_use = false;
  bool manifest_readable = false;
  std::uint64_t decisions = 0;
  std::optional<std::uint64_t> approvals;  // signatures on record at its first use in the period
  std::vector<std::string> tests;  // states with which it came into force, as ActivationLine lists it
};

// A rule, guard or feature of the releases above; one line for each version.
struct CatalogueLine {
  std::string id;
  std::string version;
  std::string title;
  std::string owner;
  std::string detail;                 // rule: proposed action; guard: stage
  std::vector<std::string> releases;  // digests
  std::uint64_t hits = 0;             // rule: candidates; guard: candidates it held back
  std::uint64_t unknowns = 0;         // times it had no answer
};

// A threshold of the releases above; one line for each value that it had.
struct ThresholdLine {
  std::string id;
  std::string version;
  std::string title;
  std::string owner;
  std::string value;  // FEEL text
  std::string unit;
  std::vector<std::string> releases;  // digests
  std::optional<Instant> recorded_at;  // when the first of them was
};

// Both ends belong to it.
struct InstantSpan {
  Instant first;
  Instant last;
  friend bool operator==(const InstantSpan&, const InstantSpan&) = default;
};

struct Population {
  std::uint64_t before = 0;
  std::uint64_t inside = 0;
  std::uint64_t after = 0;
  CountTable<1> kinds;        // inside
  CountTable<1> whole_kinds;  // the whole log
  std::optional<std::uint64_t> first_seq;
  std::optional<std::uint64_t> last_seq;
  std::uint64_t outside_between = 0;  // numbered between these two, dated outside the period
  std::optional<InstantSpan> recorded;  // of what is inside
  std::optional<InstantSpan> as_of;
  std::optional<InstantSpan> whole_log;  // by the basis asked for
  std::uint64_t inside_by_other_basis = 0;
  std::uint64_t read() const { return before + inside + after; }
};

// Who decided what, counted over the records inside the period.
struct PeriodCounts {
  std::uint64_t decisions = 0;   // kind decision
  std::uint64_t refusals = 0;    // kind refusal
  std::uint64_t failures = 0;    // kind failure
  std::uint64_t sections_read = 0;    // of decisions and refusals
  std::uint64_t sections_decided = 0;  // of those: of decisions
  std::uint64_t refusals_without_issue = 0;  // of those read
  std::uint64_t candidates_in_headers = 0;
  std::uint64_t candidates_read = 0;
  std::uint64_t held_back = 0;        // of candidates_read
  CountTable<1> outcomes;             // action, silent, refused, failed, unstated
  CountTable<1> silence;              // no_candidate, no_answer, held_back
  CountTable<2> event_outcome;
  CountTable<2> bucket_outcome;       // day, month or year of the basis
  CountTable<2> action_state;
  CountTable<2> action_human;         // outcomes
  CountTable<1> flags;
  CountTable<1> reasons;
  CountTable<4> held;                 // guard, action, state, reason
  CountTable<3> guard_verdicts;       // release, guard, verdict
  CountTable<2> unknown_rules;        // rule, kind of cause
  CountTable<2> unknown_features;
  CountTable<2> issues;               // code, masked pointer
  CountTable<2> unreadable;           // section, why
  CountTable<1> releases;             // decisions by release
  CountTable<1> engines;
  CountTable<3> rule_candidates;      // release, rule, version
  CountTable<2> rule_unknowns;        // release, rule
};

struct PeriodReport {
  PeriodQuery query;
  audit::LogVerification verification;
  std::optional<audit::SignedCheckpoint> checkpoint;  // the last under which the signature holds
  std::uint64_t stored_records = 0;                   // that the reader saw
  Population population;
  PeriodCounts counts;
  std::vector<std::string> buckets;  // every day, month or year of the period, in order
  std::vector<ReleaseLine> releases;
  std::vector<ActivationLine> activations;  // in the order of the log
  std::vector<CatalogueLine> rules;
  std::vector<CatalogueLine> guards;
  std::vector<CatalogueLine> features;
  std::vector<ThresholdLine> thresholds;
  std::map<std::string, std::string> action_titles;
  // Code, then language ("en", "sv", "zh"), from the releases; early releases hold English only.
  std::map<std::string, std::map<std::string, std::string>> reason_sentences;
  std::vector<Check> checks;
  std::vector<ExceptionLine> exceptions;
  std::vector<std::string> limitations;  // codes
};

// kInvalidInput: an empty or reversed period, or a verification of another log. Errors of the
// source are passed on: a report is never made from half of a log.
Result<PeriodReport> BuildPeriodReport(RecordSource& source,
                                       const audit::LogVerification& verification,
                                       const PeriodQuery& query);
Result<PeriodReport> BuildPeriodReport(audit::LogReader& reader,
                                       const audit::LogVerification& verification,
                                       const PeriodQuery& query);

// The canonical model.
json::Value ToJson(const PeriodReport& report);

// What identifies a report: both follow from the body of its JSON.
struct ReportIdentity {
  std::string id;      // "R02-20260101-20260401-1f00ba5e1234"
  std::string digest;  // SHA-256 of the canonical body, 64 hex digits
};
ReportIdentity Identify(const PeriodReport& report);

// One self-contained HTML file: no network, no script; the texts in query.language.
std::string ToHtml(const PeriodReport& report);

}  // namespace oxpecker::reports
