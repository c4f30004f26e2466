// reports/release_history.h - which release was in force when, read off the records of kind release in
// the order of the log. Not thread-safe. Used by tally.cc only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/log_reader.h"
#include "base/instant.h"
#include "reports/period_report.h"

namespace oxpecker::reports {

class ReleaseHistory {
 public:
  explicit ReleaseHistory(const Window& period) : period_(period) {}

  void Add(const audit::Record& record);  // of kind release

  // The digest in force when the period began, where one is on record.
  std::optional<std::string> carried_in() const;
  // The one that was in force when the period began, then those of the period.
  std::vector<ActivationLine> Lines() const;
  std::uint64_t folded() const { return folded_; }  // activations beyond kLinesMax

 private:
  static constexpr std::size_t kLinesMax = 2'000;
  Window period_;
  std::optional<ActivationLine> before_;
  std::vector<ActivationLine> inside_;
  std::uint64_t folded_ = 0;
};

// The states of the tests with which a release came into force, in the order of the lines, each once.
std::vector<std::string> TestStatesOf(const std::vector<ActivationLine>& lines, const std::string& digest);

// Pack versions under which more than one release is listed, and thresholds with more than one value
// under one version: how many, and the records that brought the second one.
struct Reuse {
  std::uint64_t n = 0;
  std::vector<std::uint64_t> records;
};
Reuse FindReusedPackVersions(const std::vector<ReleaseLine>& releases);
Reuse FindReusedThresholdVersions(const std::vector<ThresholdLine>& thresholds,
                                  const std::vector<ReleaseLine>& releases);

}  // namespace oxpecker::reports
