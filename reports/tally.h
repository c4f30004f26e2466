// reports/tally.h - counts records one by one, in the order of the log. Memory grows with distinct
// names, with releases and with erasures, not with records. Not thread-safe. Used by period_report.cc only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/erasure.h"
#include "audit/log_reader.h"
#include "reports/decision_section.h"
#include "reports/period_report.h"
#include "reports/release_history.h"

namespace oxpecker::reports {

// How the period is cut for the chart and its table.
enum class BucketSize : std::uint8_t { kDay, kMonth, kYear };
BucketSize ChooseBucketSize(const Window& period);
std::string BucketOf(Instant instant, BucketSize size);  // "2026-03-16", "2026-03", "2026"
std::vector<std::string> BucketsOf(const Window& period, BucketSize size);

class Tally {
 public:
  Tally(RecordSource& source, const PeriodQuery& query);

  Status Add(const audit::Record& record);

  // Fills population, counts, buckets, releases (with manifests), exceptions (without those of the
  // verification).
  Status MoveInto(PeriodReport& report);

 private:
  struct Release {
    ReleaseLine line;
    std::vector<std::uint64_t> records;     // that may hold its manifest
    std::uint64_t approvals_so_far = 0;
    bool in_period = false;
  };

  bool Place(const audit::Record& record);
  void AddHeader(const audit::Record& record);
  Status NoteErasure(const audit::Record& record);
  void AddErased();
  Status AddSections(const audit::Record& record);
  Result<std::optional<DecisionSection>> OpenDecision(const audit::Record& record);
  void AddDecision(const audit::Record& record, const DecisionSection& section);
  void AddCandidate(const audit::Record& record, const DecisionSection& section,
                    const CandidateLine& candidate);
  bool Agrees(const audit::Record& record, const DecisionSection& section) const;
  void NoteRelease(const audit::Record& record);
  void NoteUse(const audit::Record& record);
  Status ReadManifest(Release& release, PeriodReport& report);
  Status ReadManifests(PeriodReport& report);
  void AddActivations(PeriodReport& report);
  void AddCatalogue(const Manifest& manifest, const ReleaseLine& line, PeriodReport& report);
  void AddUncatalogued(PeriodReport& report);
  std::vector<std::string> Buckets() const;
  void Occurred(const char* code, std::optional<std::uint64_t> seq);

  RecordSource& source_;
  const PeriodQuery& query_;
  BucketSize bucket_size_;
  ReleaseHistory history_;
  Population population_;
  PeriodCounts counts_;
  std::map<std::string, Release> releases_;  // by digest
  std::vector<ExceptionLine> exceptions_;
  std::vector<audit::SeqRanges> erasures_;  // of the whole log: an erasure comes after what it erases
  audit::SeqRanges closed_;                 // decisions and refusals of the period whose key is gone
  std::optional<Instant> last_time_;
};

}  // namespace oxpecker::reports
