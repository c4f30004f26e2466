#include "reports/tally.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "reports/about.h"
#include "reports/vocabulary.h"

namespace oxpecker::reports {
namespace {

// Requests are decided side by side and take their time before the log numbers them, so neighbours
// may swap. A clock that was set back shows as more than this.
constexpr std::int64_t kTimeOverlapSeconds = 5;

constexpr std::int64_t kFarSeconds = kSecondsPerDay;
constexpr std::size_t kReleasesMax = 2'000;
const std::vector<std::string> kTightening = {"block", "defer", "downgrade", "unknown_block"};

std::optional<Instant> AsOf(const audit::Record& record) {
  const Result<Instant> as_of = Instant::Parse(AboutText(record, "as_of"));
  return as_of.has_value() ? std::optional(*as_of) : std::nullopt;
}

bool IsRequest(const audit::Record& record) {
  return record.kind == audit::RecordKind::kDecision || record.kind == audit::RecordKind::kRefusal;
}

void Extend(std::optional<InstantSpan>& span, Instant instant) {
  if (!span) span = InstantSpan{instant, instant};
  span->first = std::min(span->first, instant);
  span->last = std::max(span->last, instant);
}

std::string Padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

std::int64_t DayOf(Instant instant) {
  const std::int64_t seconds = instant.unix_seconds();
  return seconds >= 0 ? seconds / kSecondsPerDay
                      : -((-seconds + kSecondsPerDay - 1) / kSecondsPerDay);
}

std::string BucketOfDay(std::int64_t day, BucketSize size) {
  const CivilDate date = CivilFromDays(day);
  std::string bucket = Padded(date.year, 4);
  if (size == BucketSize::kYear) return bucket;
  bucket += '-' + Padded(date.month, 2);
  if (size == BucketSize::kMonth) return bucket;
  return bucket + '-' + Padded(date.day, 2);
}

// Why a section could not be opened, as a word for the report; an error that a retry may mend is
// passed on instead.
Result<std::string> Trouble(const Error& error) {
  switch (error.code) {
    case ErrorCode::kNotFound: return std::string("erased");
    case ErrorCode::kRefused: return std::string("no_vault");
    case ErrorCode::kIntegrity: return std::string("altered");
    case ErrorCode::kInvalidInput: return std::string("malformed");
    case ErrorCode::kLimit: return std::string("over_limit");
    case ErrorCode::kUnsupported: return std::string("unsupported");
    case ErrorCode::kUnavailable: break;
  }
  return std::unexpected(error);
}

bool HasSection(const audit::Record& record, std::string_view name) {
  return std::any_of(record.sections.begin(), record.sections.end(),
                     [&](const audit::StoredSection& section) { return section.name == name; });
}

CatalogueLine& LineOf(std::vector<CatalogueLine>& lines, const ManifestItem& item) {
  for (CatalogueLine& line : lines) {
    if (line.id == item.id && line.version == item.version) return line;
  }
  lines.push_back({.id = item.id, .version = item.version});
  return lines.back();
}

ThresholdLine& LineOf(std::vector<ThresholdLine>& lines, const ManifestItem& item) {
  for (ThresholdLine& line : lines) {
    if (line.id == item.id && line.version == item.version && line.value == item.detail && line.unit == item.unit)
      return line;
  }
  lines.push_back({.id = item.id, .version = item.version, .value = item.detail, .unit = item.unit});
  return lines.back();
}

CatalogueLine& AddLine(std::vector<CatalogueLine>& lines, const ManifestItem& item,
                       const std::string& release) {
  CatalogueLine& line = LineOf(lines, item);
  line.title = item.title;
  line.owner = item.owner;
  line.detail = item.detail;
  line.releases.push_back(release);
  return line;
}

bool Contains(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool NamedBy(const std::vector<CatalogueLine>& lines, const std::string& id,
             const std::string& release) {
  return std::any_of(lines.begin(), lines.end(), [&](const CatalogueLine& line) {
    return line.id == id && Contains(line.releases, release);
  });
}

void Sort(std::vector<CatalogueLine>& lines) {
  std::sort(lines.begin(), lines.end(), [](const CatalogueLine& a, const CatalogueLine& b) {
    return std::tie(a.id, a.version) < std::tie(b.id, b.version);
  });
}

// A guard gives its reason with its verdict. What is no guard gives none there, and its reason stands
// among those of the decision (docs/format/decision_v1.md).
std::string ReasonOf(const CandidateLine& candidate, const DecisionSection& section) {
  std::string reason = candidate.DecidingReason();
  if (!reason.empty()) return reason;
  if (candidate.decided_by == "arbitration") reason = "OUTRANKED";
  if (candidate.decided_by == "delivery") reason = candidate.state == "deferred" ? "QUIET_HOURS_DEFER" : "CHANNEL_OPT_OUT";
  return Contains(section.reasons, reason) ? reason : std::string();
}

// Releases have no instant decided for: by as_of, all activations of the log are listed.
Window HistoryWindow(const PeriodQuery& query) {
  if (query.basis == TimeBasis::kRecorded) return query.period;
  return {Instant::FromUnixMicros(std::numeric_limits<std::int64_t>::min()),
          Instant::FromUnixMicros(std::numeric_limits<std::int64_t>::max())};
}

}  // namespace

BucketSize ChooseBucketSize(const Window& period) {
  const std::int64_t days =
      (period.to.unix_seconds() - period.from.unix_seconds()) / kSecondsPerDay;
  if (days <= 31) return BucketSize::kDay;
  return days <= 5 * 366 ? BucketSize::kMonth : BucketSize::kYear;
}

std::string BucketOf(Instant instant, BucketSize size) {
  return BucketOfDay(DayOf(instant), size);
}

std::vector<std::string> BucketsOf(const Window& period, BucketSize size) {
  std::vector<std::string> buckets;
  const std::int64_t last = DayOf(Instant::FromUnixMicros(period.to.unix_micros() - 1));
  std::int64_t day = DayOf(period.from);
  while (day <= last) {
    buckets.push_back(BucketOfDay(day, size));
    CivilDate date = CivilFromDays(day);
    if (size == BucketSize::kDay) {
      ++day;
    } else {
      const bool next_year = size == BucketSize::kYear || date.month == 12;
      date = next_year ? CivilDate{date.year + 1, 1, 1} : CivilDate{date.year, date.month + 1, 1};
      day = DaysFromCivil(date);
    }
  }
  return buckets;
}

Tally::Tally(RecordSource& source, const PeriodQuery& query)
    : source_(source), query_(query), bucket_size_(ChooseBucketSize(query.period)), history_(HistoryWindow(query)) {
  for (const ExceptionKind& kind : kExceptionKinds) {
    exceptions_.push_back({.code = kind.code, .query = kind.query});
  }
}

void Tally::Occurred(const char* code, std::optional<std::uint64_t> seq) {
  for (ExceptionLine& line : exceptions_) {
    if (line.code != code) continue;
    ++line.n;
    if (seq && line.records.size() < ExceptionLine::kRecordsMax) line.records.push_back(*seq);
    return;
  }
}

Status Tally::Add(const audit::Record& record) {
  population_.whole_kinds.Add({record.kind_name});
  const bool reversed = last_time_ && record.time.PlusSeconds(kTimeOverlapSeconds) < *last_time_;
  last_time_ = record.time;
  if (record.kind == audit::RecordKind::kRelease) NoteRelease(record);
  if (releases_.size() > kReleasesMax) {
    return Fail(ErrorCode::kLimit, "", "the log names more than 2,000 releases");
  }
  if (record.kind == audit::RecordKind::kErasure) {
    OXP_TRY(NoteErasure(record));
  }
  if (!Place(record)) return {};
  if (reversed) Occurred("time_reversal", record.seq);
  AddHeader(record);
  if (record.kind == audit::RecordKind::kDecision) NoteUse(record);
  return IsRequest(record) ? AddSections(record) : Status();
}

// Counts the record before, inside or after the period; true where it is inside.
bool Tally::Place(const audit::Record& record) {
  const std::optional<Instant> as_of = AsOf(record);
  const bool by_as_of = query_.basis == TimeBasis::kAsOf;
  const Instant dated = by_as_of && as_of ? *as_of : record.time;
  Extend(population_.whole_log, dated);
  if (query_.period.Contains(by_as_of ? record.time : as_of.value_or(record.time))) ++population_.inside_by_other_basis;
  if (!query_.period.Contains(dated)) {
    ++(dated < query_.period.from ? population_.before : population_.after);
    return false;
  }
  ++population_.inside;
  population_.kinds.Add({record.kind_name});
  if (!population_.first_seq) population_.first_seq = record.seq;
  population_.last_seq = record.seq;
  Extend(population_.recorded, record.time);
  if (as_of) {
    Extend(population_.as_of, *as_of);
    const std::int64_t apart = record.time.unix_micros() - as_of->unix_micros();
    if (std::max(apart, -apart) > kFarSeconds * 1'000'000) Occurred("far_from_as_of", record.seq);
  } else if (by_as_of && IsRequest(record)) {
    Occurred("undated", record.seq);
  }
  if (IsRequest(record) || record.kind == audit::RecordKind::kFailure) {
    const std::string stated = AboutText(record, "outcome");
    std::string outcome = "unstated";
    if (record.kind == audit::RecordKind::kRefusal) outcome = "refused";
    if (record.kind == audit::RecordKind::kFailure) outcome = "failed";
    if (record.kind == audit::RecordKind::kDecision && (stated == "action" || stated == "silent")) {
      outcome = stated;
    }
    if (outcome == "unstated") Occurred("unstated_outcome", record.seq);
    counts_.outcomes.Add({outcome});
    counts_.bucket_outcome.Add({BucketOf(dated, bucket_size_), outcome});
    const std::string event = AboutText(record, "event");
    counts_.event_outcome.Add({event.empty() ? "unstated" : event, outcome});
  }
  return true;
}

void Tally::AddHeader(const audit::Record& record) {
  if (!record.kind) Occurred("unknown_kind", record.seq);
  if (std::any_of(record.sections.begin(), record.sections.end(),
                  [](const audit::StoredSection& s) { return s.ciphertext.empty(); })) {
    Occurred("removed_ciphertext", record.seq);
  }
  if (record.kind == audit::RecordKind::kErasure) Occurred("customer_erased", record.seq);
  if (record.kind == audit::RecordKind::kRefusal) {
    ++counts_.refusals;
    Occurred("refused_input", record.seq);
  }
  if (record.kind == audit::RecordKind::kFailure) {
    ++counts_.failures;
    Occurred("failed_request", record.seq);
  }
  if (IsRequest(record)) {
    const std::string engine = AboutText(record, "engine");
    counts_.engines.Add({engine.empty() ? "unstated" : engine});
  }
  if (record.kind != audit::RecordKind::kDecision) return;
  ++counts_.decisions;
  const std::uint64_t candidates = AboutCount(record, "candidates").value_or(0);
  counts_.candidates_in_headers += candidates;
  if (AboutText(record, "outcome") == "silent") {
    const bool no_answer = AboutCount(record, "unknowns").value_or(0) > 0;
    counts_.silence.Add({candidates > 0 ? "held_back" : no_answer ? "no_answer" : "no_candidate"});
  }
}

void Tally::NoteRelease(const audit::Record& record) {
  history_.Add(record);
  Release& release = releases_[AboutText(record, "release")];
  if (!release.line.recorded_as) {
    release.line.recorded_as = record.seq;
    release.line.recorded_at = record.time;
    release.line.pack = AboutText(record, "pack");
    release.line.pack_version = AboutText(record, "pack_version");
    release.line.engine = AboutText(record, "engine");
  }
  release.approvals_so_far =
      std::max(release.approvals_so_far, AboutCount(record, "approvals").value_or(0));
  // The first and the newest: a release may be recorded again when it is approved.
  if (release.records.size() > 1) release.records.pop_back();
  release.records.push_back(record.seq);
  const bool inside = query_.period.Contains(record.time);
  release.in_period = release.in_period || inside;
}

void Tally::NoteUse(const audit::Record& record) {
  const std::string digest = AboutText(record, "release");
  Release& release = releases_[digest];
  release.in_period = true;
  if (release.line.decisions++ == 0) {
    release.line.recorded_before_use = release.line.recorded_as.has_value();
    if (release.line.recorded_as) release.line.approvals = release.approvals_so_far;
  }
  counts_.releases.Add({digest});
  if (!release.line.recorded_as) Occurred("release_unrecorded", record.seq);
}

Result<std::optional<DecisionSection>> Tally::OpenDecision(const audit::Record& record) {
  std::optional<DecisionSection> none;
  if (!HasSection(record, "decision")) {
    counts_.unreadable.Add({"decision", "absent"});
  } else {
    const Result<std::string> bytes = source_.Decrypt(record, "decision");
    if (!bytes.has_value()) {
      OXP_TRY(std::string why, Trouble(bytes.error()));
      if (why == "erased") closed_.Append(record.seq);
      counts_.unreadable.Add({"decision", std::move(why)});
    } else {
      Result<DecisionSection> section = ReadDecisionSection(*bytes);
      if (section.has_value()) return std::optional(*std::move(section));
      counts_.unreadable.Add({"decision", "malformed"});
    }
  }
  Occurred("unreadable_section", record.seq);
  return none;
}

// Which records an erasure names stays of interest when it was recorded after the period.
Status Tally::NoteErasure(const audit::Record& record) {
  OXP_TRY(audit::ErasureRecord erasure,
          audit::ReadErasure(record, [&](std::string_view section) { return source_.Decrypt(record, section); }));
  erasures_.push_back(std::move(erasure.ranges));
  return {};
}

// A key that is gone without a record that says so was not erased but lost, or destroyed in secret.
void Tally::AddErased() {
  for (const audit::SeqRanges::Range& range : closed_.ranges()) {
    for (std::uint64_t seq = range.first; seq <= range.last; ++seq) {
      const bool told = std::any_of(erasures_.begin(), erasures_.end(),
                                    [&](const audit::SeqRanges& erased) { return erased.Contains(seq); });
      Occurred(told ? "erased_decision" : "key_missing", seq);
    }
  }
}

Status Tally::AddSections(const audit::Record& record) {
  OXP_TRY(const std::optional<DecisionSection> section, OpenDecision(record));
  if (!section) return {};
  ++counts_.sections_read;
  if (record.kind == audit::RecordKind::kDecision) ++counts_.sections_decided;
  if (!Agrees(record, *section)) Occurred("header_contradiction", record.seq);
  AddDecision(record, *section);
  return {};
}

// Does the open header tell the same as the encrypted section? Only what the header states is
// compared; a header that leaves a count out of a decision disagrees.
bool Tally::Agrees(const audit::Record& record, const DecisionSection& section) const {
  const bool refused = record.kind == audit::RecordKind::kRefusal;
  if (refused != (section.status == "refused")) return false;
  if (AboutText(record, "release") != section.release) return false;
  const auto states = [&](const char* key, std::size_t n) {
    return AboutCount(record, key) == std::optional<std::uint64_t>(n);
  };
  if (refused) return states("issues", section.issues.size());
  const bool acted = !section.outcomes.empty() || !section.flags.empty();
  return AboutText(record, "outcome") == (acted ? "action" : "silent") &&
         states("outcomes", section.outcomes.size()) &&
         states("candidates", section.candidates.size()) &&
         states("flags", section.flags.size()) && states("unknowns", section.unknown_rules.size());
}

void Tally::AddDecision(const audit::Record& record, const DecisionSection& section) {
  for (const CandidateLine& candidate : section.candidates) {
    AddCandidate(record, section, candidate);
  }
  for (const OutcomeLine& outcome : section.outcomes) {
    counts_.action_human.Add({outcome.action, outcome.human});
  }
  for (const std::string& flag : section.flags) counts_.flags.Add({flag});
  for (const std::string& reason : section.reasons) counts_.reasons.Add({reason});
  for (const NoAnswer& unknown : section.unknown_rules) {
    counts_.unknown_rules.Add({unknown.id, unknown.cause_kind});
    counts_.rule_unknowns.Add({section.release, unknown.id});
  }
  for (const NoAnswer& unknown : section.unknown_features) {
    counts_.unknown_features.Add({unknown.id, unknown.cause_kind});
  }
  if (section.status == "refused" && section.issues.empty()) ++counts_.refusals_without_issue;
  for (const InputIssue& issue : section.issues) counts_.issues.Add({issue.code, issue.place});
}

void Tally::AddCandidate(const audit::Record& record, const DecisionSection& section,
                         const CandidateLine& candidate) {
  ++counts_.candidates_read;
  counts_.action_state.Add({candidate.action, candidate.state});
  counts_.rule_candidates.Add({section.release, candidate.rule, candidate.rule_version});
  for (const GuardVerdict& verdict : candidate.verdicts) {
    counts_.guard_verdicts.Add({section.release, verdict.guard, verdict.verdict});
  }
  if (!candidate.held_back()) return;
  ++counts_.held_back;
  const bool named = !candidate.decided_by.empty();
  counts_.held.Add({named ? candidate.decided_by : "unstated", candidate.action, candidate.state,
                    ReasonOf(candidate, section)});
  if (!named) Occurred("unexplained_silence", record.seq);
  if (candidate.action_class == "protective" && candidate.state != "downgraded") {
    Occurred("protective_held_back", record.seq);
  }
}

void Tally::AddCatalogue(const Manifest& manifest, const ReleaseLine& recorded, PeriodReport& report) {
  const std::string& release = manifest.release;
  for (const ManifestItem& item : manifest.rules) {
    CatalogueLine& line = AddLine(report.rules, item, release);
    line.hits += counts_.rule_candidates.Of({release, item.id, item.version});
    line.unknowns += counts_.rule_unknowns.Of({release, item.id});
  }
  for (const ManifestItem& item : manifest.guards) {
    CatalogueLine& line = AddLine(report.guards, item, release);
    for (const std::string& verdict : kTightening) {
      line.hits += counts_.guard_verdicts.Of({release, item.id, verdict});
    }
    for (const char* verdict : {"unknown_block", "unknown_pass"}) {
      line.unknowns += counts_.guard_verdicts.Of({release, item.id, verdict});
    }
  }
  for (const ManifestItem& item : manifest.features) AddLine(report.features, item, release);
  for (const ManifestItem& item : manifest.thresholds) {
    ThresholdLine& line = LineOf(report.thresholds, item);
    line.title = item.title;
    line.owner = item.owner;
    line.releases.push_back(release);
    const bool first = recorded.recorded_at && (!line.recorded_at || *recorded.recorded_at < *line.recorded_at);
    if (first) line.recorded_at = recorded.recorded_at;
  }
  for (const ManifestItem& item : manifest.actions) report.action_titles[item.id] = item.title;
  for (const ManifestItem& item : manifest.reasons)
    for (const auto& [language, sentence] : item.told) report.reason_sentences[item.id][language] = sentence;
}

// Opens the manifest of a release from the first of its records that gives one.
Status Tally::ReadManifest(Release& release, PeriodReport& report) {
  for (const std::uint64_t seq : release.records) {
    OXP_TRY(const audit::Record record, source_.Read(seq));
    std::string why = "absent";
    if (HasSection(record, "manifest")) {
      const Result<std::string> bytes = source_.Decrypt(record, "manifest");
      if (bytes.has_value()) {
        const Result<Manifest> manifest = reports::ReadManifest(*bytes);
        if (manifest.has_value() && manifest->release == release.line.digest) {
          release.line.manifest_readable = true;
          AddCatalogue(*manifest, release.line, report);
          return {};
        }
        why = "malformed";
      } else {
        OXP_TRY(why, Trouble(bytes.error()));
      }
    }
    counts_.unreadable.Add({"manifest", why});
  }
  Occurred("manifest_unreadable", release.line.recorded_as);
  return {};
}

// Lists the activations, and what is wrong with their tests and versions as exceptions.
void Tally::AddActivations(PeriodReport& report) {
  report.activations = history_.Lines();
  for (const ActivationLine& line : report.activations)
    if (line.tests != "passed") Occurred(("tests_" + line.tests).c_str(), line.seq);
  for (ReleaseLine& line : report.releases) line.tests = TestStatesOf(report.activations, line.digest);
  const auto list = [&](const char* code, Reuse reuse) {
    for (ExceptionLine& line : exceptions_) {
      if (line.code != code) continue;
      line.n = reuse.n;
      line.records = std::move(reuse.records);
    }
  };
  list("pack_version_reused", FindReusedPackVersions(report.releases));
  list("threshold_version_reused", FindReusedThresholdVersions(report.thresholds, report.releases));
}

Status Tally::ReadManifests(PeriodReport& report) {
  if (const auto digest = history_.carried_in()) releases_[*digest].in_period = true;
  std::vector<Release*> in_order;  // of recording, so that the newest title of an action stands
  for (auto& [digest, release] : releases_) {
    release.line.digest = digest;
    if (release.in_period) in_order.push_back(&release);
  }
  std::sort(in_order.begin(), in_order.end(), [](const Release* a, const Release* b) {
    return std::tie(a->line.recorded_as, a->line.digest) <
           std::tie(b->line.recorded_as, b->line.digest);
  });
  for (Release* release : in_order) {
    OXP_TRY(ReadManifest(*release, report));
    report.releases.push_back(release->line);
  }
  AddUncatalogued(report);
  Sort(report.rules);
  Sort(report.guards);
  Sort(report.features);
  // Values of one threshold stay in the order in which they came.
  std::stable_sort(report.thresholds.begin(), report.thresholds.end(),
                   [](const ThresholdLine& a, const ThresholdLine& b) { return a.id < b.id; });
  return {};
}

// Rules and guards that decided, and that no readable manifest names: listed without a title.
void Tally::AddUncatalogued(PeriodReport& report) {
  for (const auto& row : counts_.rule_candidates.RowsByKey()) {
    CatalogueLine& line = LineOf(report.rules, {.id = row.key[1], .version = row.key[2]});
    if (Contains(line.releases, row.key[0])) continue;
    line.releases.push_back(row.key[0]);
    line.hits += row.n;
  }
  for (const auto& row : counts_.rule_unknowns.RowsByKey()) {
    if (NamedBy(report.rules, row.key[1], row.key[0])) continue;
    LineOf(report.rules, {.id = row.key[1]}).unknowns += row.n;
  }
  for (const auto& row : counts_.guard_verdicts.RowsByKey()) {
    const std::string& verdict = row.key[2];
    if (NamedBy(report.guards, row.key[1], row.key[0])) continue;
    CatalogueLine& line = LineOf(report.guards, {.id = row.key[1]});
    if (Contains(kTightening, verdict)) line.hits += row.n;
    if (verdict.starts_with("unknown_")) line.unknowns += row.n;
  }
}

// With years, an open-ended period ("since the beginning") is cut to the years that hold something.
std::vector<std::string> Tally::Buckets() const {
  std::vector<std::string> buckets = BucketsOf(query_.period, bucket_size_);
  if (bucket_size_ != BucketSize::kYear) return buckets;
  const std::vector<CountTable<2>::Row> rows = counts_.bucket_outcome.RowsByKey();
  if (rows.empty()) return {};
  std::erase_if(buckets, [&](const std::string& bucket) {
    return bucket < rows.front().key[0] || bucket > rows.back().key[0];
  });
  return buckets;
}

Status Tally::MoveInto(PeriodReport& report) {
  OXP_TRY(ReadManifests(report));
  AddActivations(report);
  AddErased();
  if (population_.first_seq) {
    population_.outside_between =
        *population_.last_seq - *population_.first_seq + 1 - population_.inside;
  }
  for (ExceptionLine& line : exceptions_) {
    if (line.code == "outside_between") line.n = population_.outside_between;
    if (line.code == "folded_names") {
      line.n = history_.folded() + counts_.event_outcome.folded() + counts_.action_state.folded() +
               counts_.reasons.folded() + counts_.held.folded() + counts_.issues.folded() +
               counts_.guard_verdicts.folded() + counts_.unknown_rules.folded() +
               counts_.unknown_features.folded() + counts_.flags.folded() +
               counts_.action_human.folded() + counts_.rule_candidates.folded() +
               counts_.rule_unknowns.folded() + counts_.engines.folded() +
               counts_.bucket_outcome.folded() + population_.kinds.folded() +
               population_.whole_kinds.folded();
    }
  }
  report.buckets = Buckets();
  report.population = std::move(population_);
  report.counts = std::move(counts_);
  report.exceptions = std::move(exceptions_);
  return {};
}

}  // namespace oxpecker::reports
