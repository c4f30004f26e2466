#include "reports/release_history.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "reports/about.h"

namespace oxpecker::reports {
namespace {

// Words of docs/format/decision_v1.md; anything else is no evidence of a test.
std::string TestsOf(const audit::Record& record) {
  const std::string stated = AboutText(record, "tests");
  for (const char* known : {"passed", "failed", "skipped", "not_run"})
    if (stated == known) return stated;
  return "unstated";
}

using Version = std::pair<std::string, std::string>;

void AddRecord(Reuse& reuse, const std::optional<std::uint64_t>& seq) {
  if (seq && reuse.records.size() < ExceptionLine::kRecordsMax) reuse.records.push_back(*seq);
}

}  // namespace

void ReleaseHistory::Add(const audit::Record& record) {
  if (record.time >= period_.to) return;
  ActivationLine line;
  line.seq = record.seq;
  line.at = record.time;
  line.release = AboutText(record, "release");
  line.pack = AboutText(record, "pack");
  line.pack_version = AboutText(record, "pack_version");
  line.tests = TestsOf(record);
  line.approvals = AboutCount(record, "approvals").value_or(0);
  line.before_period = record.time < period_.from;
  if (line.before_period) before_ = std::move(line);
  else if (inside_.size() < kLinesMax) inside_.push_back(std::move(line));
  else ++folded_;
}

std::optional<std::string> ReleaseHistory::carried_in() const {
  return before_ ? std::optional(before_->release) : std::nullopt;
}

std::vector<ActivationLine> ReleaseHistory::Lines() const {
  std::vector<ActivationLine> lines;
  if (before_) lines.push_back(*before_);
  lines.insert(lines.end(), inside_.begin(), inside_.end());
  return lines;
}

std::vector<std::string> TestStatesOf(const std::vector<ActivationLine>& lines, const std::string& digest) {
  std::vector<std::string> states;
  for (const ActivationLine& line : lines) {
    const bool told = std::find(states.begin(), states.end(), line.tests) != states.end();
    if (line.release == digest && !told) states.push_back(line.tests);
  }
  return states;
}

Reuse FindReusedPackVersions(const std::vector<ReleaseLine>& releases) {
  Reuse reuse;
  std::map<Version, std::uint64_t> seen;
  for (const ReleaseLine& line : releases) {
    if (line.pack.empty()) continue;  // never recorded
    const std::uint64_t before = seen[{line.pack, line.pack_version}]++;
    if (before == 1) ++reuse.n;
    if (before > 0) AddRecord(reuse, line.recorded_as);
  }
  return reuse;
}

Reuse FindReusedThresholdVersions(const std::vector<ThresholdLine>& thresholds,
                                  const std::vector<ReleaseLine>& releases) {
  Reuse reuse;
  std::map<Version, std::uint64_t> seen;
  std::set<std::uint64_t> records;
  for (const ThresholdLine& line : thresholds) {
    const std::uint64_t before = seen[{line.id, line.version}]++;
    if (before == 1) ++reuse.n;
    if (before == 0 || line.releases.empty()) continue;
    for (const ReleaseLine& release : releases)
      if (release.digest == line.releases.front() && release.recorded_as) records.insert(*release.recorded_as);
  }
  for (const std::uint64_t seq : records) AddRecord(reuse, seq);
  return reuse;
}

}  // namespace oxpecker::reports
