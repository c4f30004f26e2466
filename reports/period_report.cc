#include "reports/period_report.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "reports/checks.h"
#include "reports/tally.h"

namespace oxpecker::reports {
namespace {

ExceptionLine* Find(std::vector<ExceptionLine>& lines, std::string_view code) {
  const auto found = std::find_if(lines.begin(), lines.end(),
                                  [&](const ExceptionLine& line) { return line.code == code; });
  return found == lines.end() ? nullptr : &*found;
}

void AddVerificationExceptions(PeriodReport& report) {
  const audit::LogVerification& verification = report.verification;
  if (!verification.first_break) return;
  if (ExceptionLine* line = Find(report.exceptions, "integrity_break")) {
    line->n = 1;
    if (verification.first_break->seq) line->records.push_back(*verification.first_break->seq);
  }
  if (ExceptionLine* line = Find(report.exceptions, "unproven_record")) {
    line->n = report.stored_records - std::min(report.stored_records, verification.records);
  }
}

// The newest checkpoint that the verifier found signed, within what was proven.
Result<std::optional<audit::SignedCheckpoint>> LastCheckpoint(
    RecordSource& source, const audit::LogVerification& verification) {
  OXP_TRY(const std::vector<audit::SignedCheckpoint> checkpoints, source.Checkpoints());
  std::optional<audit::SignedCheckpoint> last;
  if (verification.authenticity != audit::Verdict::kHolds) return last;
  for (const audit::SignedCheckpoint& checkpoint : checkpoints) {
    if (checkpoint.checkpoint.size == verification.sealed_size) last = checkpoint;
  }
  return last;
}

}  // namespace

Result<Language> ParseLanguage(std::string_view code) {
  if (code == "en") return Language::kEnglish;
  if (code == "sv") return Language::kSwedish;
  if (code == "zh") return Language::kChinese;
  return Fail(ErrorCode::kInvalidInput, "", "no report is told in this language",
              "languages are en, sv and zh");
}

std::string_view Code(Language language) {
  switch (language) {
    case Language::kEnglish: return "en";
    case Language::kSwedish: return "sv";
    case Language::kChinese: return "zh";
  }
  return "en";
}

Result<TimeBasis> ParseTimeBasis(std::string_view name) {
  if (name == "recorded") return TimeBasis::kRecorded;
  if (name == "as_of") return TimeBasis::kAsOf;
  return Fail(ErrorCode::kInvalidInput, "", "unknown basis of the period",
              "a basis is 'recorded' or 'as_of'");
}

std::string_view Name(TimeBasis basis) {
  return basis == TimeBasis::kRecorded ? "recorded" : "as_of";
}

std::string_view Name(CheckState state) {
  switch (state) {
    case CheckState::kPass: return "pass";
    case CheckState::kFail: return "fail";
    case CheckState::kGap: return "gap";
    case CheckState::kNoOccurrence: return "no_occurrence";
    case CheckState::kAttestationNeeded: return "attestation_needed";
  }
  return "gap";
}

Result<PeriodReport> BuildPeriodReport(RecordSource& source,
                                       const audit::LogVerification& verification,
                                       const PeriodQuery& query) {
  if (query.period.to <= query.period.from) {
    return Fail(ErrorCode::kInvalidInput, "", "the period ends before it begins, or is empty",
                "a period is half-open: 'to' is the first instant that does not belong to it");
  }
  for (const std::string* text :
       {&query.entity_name, &query.entity_lei, &query.generator_build, &query.preparer}) {
    if (!IsUtf8(*text)) {
      return Fail(ErrorCode::kInvalidInput, "", "a name given for the report is not UTF-8");
    }
  }
  if (source.origin() != verification.origin) {
    return Fail(ErrorCode::kInvalidInput, "",
                "the verification is of another log than the one that is read");
  }
  PeriodReport report{.query = query, .verification = verification};
  report.stored_records = source.size();
  // Behind a break nothing is proven: those records are counted as exceptions and not read.
  Tally tally(source, query);
  OXP_TRY(source.ForEach(0, verification.records,
                         [&](const audit::Record& record) { return tally.Add(record); }));
  OXP_TRY(tally.MoveInto(report));
  OXP_TRY(report.checkpoint, LastCheckpoint(source, verification));
  AddVerificationExceptions(report);
  report.checks = RunChecks(report);
  report.limitations = FindLimitations(report);
  return report;
}

Result<PeriodReport> BuildPeriodReport(audit::LogReader& reader,
                                       const audit::LogVerification& verification,
                                       const PeriodQuery& query) {
  LogRecordSource source(reader);
  return BuildPeriodReport(source, verification, query);
}

}  // namespace oxpecker::reports
