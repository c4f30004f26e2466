#include "reports/checks.h"

#include <algorithm>
#include <utility>

#include "reports/vocabulary.h"

namespace oxpecker::reports {
namespace {

using audit::Verdict;
using enum CheckState;

std::uint64_t Occurrences(const PeriodReport& report, std::string_view code) {
  for (const ExceptionLine& line : report.exceptions) {
    if (line.code == code) return line.n;
  }
  return 0;
}

CheckState StateOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds: return kPass;
    case Verdict::kBroken: return kFail;
    case Verdict::kNotShown: return kGap;
  }
  return kGap;
}

// The control total: every record that the verifier proved was read, once, and the kinds agree.
bool TotalsAgree(const PeriodReport& report) {
  if (report.population.read() != report.verification.records) return false;
  std::uint64_t kinds = 0;
  for (const auto& [kind, n] : report.verification.records_by_kind) {
    if (report.population.whole_kinds.Of({kind}) != n) return false;
    kinds += n;
  }
  return kinds == report.verification.records &&
         report.population.kinds.total() == report.population.inside;
}

Check PopulationComplete(const PeriodReport& report) {
  const Population& population = report.population;
  CheckState state = StateOf(report.verification.completeness);
  if (!TotalsAgree(report)) state = kFail;
  return {"population_complete", state,
          {{"read", population.read()},
           {"proven", report.verification.records},
           {"before", population.before},
           {"inside", population.inside},
           {"after", population.after}}};
}

Check HeadsSigned(const PeriodReport& report) {
  CheckState state = StateOf(report.verification.authenticity);
  if (state == kPass && report.verification.checkpoints == 0) state = kGap;
  return {"heads_signed", state,
          {{"checkpoints", report.verification.checkpoints},
           {"sealed", report.verification.sealed_size}}};
}

Check PeriodSealed(const PeriodReport& report) {
  const Population& population = report.population;
  const std::uint64_t end = population.last_seq ? *population.last_seq + 1 : 0;
  CheckState state = kGap;
  if (report.verification.authenticity == Verdict::kHolds) {
    state = population.inside == 0 ? kNoOccurrence
            : end <= report.verification.sealed_size ? kPass : kGap;
  }
  return {"period_sealed", state,
          {{"end", end}, {"sealed", report.verification.sealed_size}}};
}

Check DecisionsReadable(const PeriodReport& report) {
  const PeriodCounts& counts = report.counts;
  const std::uint64_t of = counts.decisions + counts.refusals;
  CheckState state = kGap;
  if (counts.unreadable.Of({"decision", "altered"}) > 0) {
    state = kFail;
  } else if (counts.sections_read == of) {
    state = of == 0 ? kNoOccurrence : kPass;
  }
  return {"decisions_readable", state, {{"read", counts.sections_read}, {"of", of}}};
}

// A check over what the opened sections say: fail where `against` is not 0; without all of them
// opened it cannot pass.
Check OverSections(const PeriodReport& report, const char* id, std::uint64_t against,
                   std::uint64_t population) {
  const PeriodCounts& counts = report.counts;
  const std::uint64_t requests = counts.decisions + counts.refusals;
  CheckState state = population == 0 ? kNoOccurrence : kPass;
  if (counts.sections_read < requests) state = kGap;
  if (against > 0) state = kFail;
  return {id, state,
          {{"against", against},
           {"of", population},
           {"unread", requests - std::min(requests, counts.sections_read)}}};
}

Check RefusalsExplained(const PeriodReport& report) {
  const PeriodCounts& counts = report.counts;
  const std::uint64_t silent = counts.refusals_without_issue;
  return OverSections(report, "refusals_explained", silent, counts.refusals);
}

Check ReleasesRecorded(const PeriodReport& report) {
  std::uint64_t used = 0;
  std::uint64_t shown = 0;
  for (const ReleaseLine& release : report.releases) {
    if (release.decisions == 0) continue;
    ++used;
    if (release.recorded_before_use && release.manifest_readable) ++shown;
  }
  const CheckState state = used == 0 ? kNoOccurrence : shown == used ? kPass : kGap;
  return {"releases_recorded", state, {{"shown", shown}, {"of", used}}};
}

Check ReleasesApproved(const PeriodReport& report) {
  std::uint64_t used = 0;
  std::uint64_t signed_twice = 0;
  for (const ReleaseLine& release : report.releases) {
    if (release.decisions == 0) continue;
    ++used;
    if (release.approvals.value_or(0) >= 2) ++signed_twice;
  }
  const CheckState state =
      used == 0 ? kNoOccurrence : signed_twice == used ? kAttestationNeeded : kGap;
  return {"releases_approved", state, {{"signed_twice", signed_twice}, {"of", used}}};
}

Check TimeInOrder(const PeriodReport& report) {
  const std::uint64_t reversals = Occurrences(report, "time_reversal");
  const std::uint64_t inside = report.population.inside;
  const CheckState state = reversals > 0 ? kFail : inside == 0 ? kNoOccurrence : kPass;
  return {"time_in_order", state, {{"reversals", reversals}, {"of", inside}}};
}

}  // namespace

std::vector<Check> RunChecks(const PeriodReport& report) {
  std::vector<Check> checks;
  checks.push_back(PopulationComplete(report));
  checks.push_back({"stored_bytes_intact", StateOf(report.verification.integrity),
                    {{"records", report.verification.records},
                     {"breaks", report.verification.first_break ? 1U : 0U}}});
  const bool proven = checks[0].state == kPass && checks[1].state == kPass;
  checks.push_back(HeadsSigned(report));
  checks.push_back(PeriodSealed(report));
  // Checkpoints held by somebody else are not known to this log: nothing shows that any exists.
  checks.push_back({"period_anchored", kGap, {{"anchored", 0}, {"of", report.population.inside}}});
  checks.push_back(DecisionsReadable(report));
  checks.push_back(OverSections(report, "headers_agree",
                                Occurrences(report, "header_contradiction"),
                                report.counts.sections_read));
  checks.push_back(OverSections(report, "silence_explained",
                                Occurrences(report, "unexplained_silence"),
                                report.counts.held_back));
  checks.push_back(RefusalsExplained(report));
  checks.push_back(ReleasesRecorded(report));
  checks.push_back(ReleasesApproved(report));
  checks.push_back(TimeInOrder(report));
  checks.push_back({"outside_reconciled", kGap, {{"counters", 0}}});
  for (std::size_t i = 2; i < checks.size() && !proven; ++i) {
    Check& check = checks[i];
    if (check.state == kPass || check.state == kNoOccurrence || check.state == kAttestationNeeded) {
      check.state = kGap;
    }
  }
  return checks;
}

std::vector<std::string> FindLimitations(const PeriodReport& report) {
  const std::uint64_t size = report.verification.records;
  const PeriodCounts& counts = report.counts;
  std::vector<std::string> found;
  for (const std::string code : kLimitationCodes) {
    bool applies = true;
    if (code == "unsealed_tail") applies = report.verification.sealed_size < size;
    if (code == "sections_unreadable") {
      applies = counts.sections_read < counts.decisions + counts.refusals;
    }
    if (code == "by_as_of") applies = report.query.basis == TimeBasis::kAsOf;
    if (code == "broken_log") applies = !report.verification.ok();
    if (applies) found.push_back(code);
  }
  return found;
}

}  // namespace oxpecker::reports
