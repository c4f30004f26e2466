// rules/feel/diagnostics.h - collects the problems of one source text, with their places.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/source_span.h"

namespace oxpecker::feel {

// Not thread-safe. The source must outlive it.
class Diagnostics {
 public:
  Diagnostics(std::string_view source, SourceOrigin origin, std::uint32_t indent)
      : source_(source), origin_(std::move(origin)), indent_(indent) {}

  void Add(ErrorCode code, SourceSpan span, std::string message, std::string hint = {});
  bool empty() const { return found_.empty(); }
  std::size_t size() const { return found_.size(); }
  // Ordered by place; at most kIssuesMax, each once.
  Issues Take();

  static constexpr std::size_t kIssuesMax = 50;

 private:
  struct Found {
    std::uint32_t offset;
    std::size_t order;  // of those at one place: as they were found
    Error error;
  };
  std::string_view source_;
  SourceOrigin origin_;
  std::uint32_t indent_;
  std::vector<Found> found_;
};

// "did you mean 'late_fee_count'?" for the known name nearest to `name`, or empty where none is near:
// at most a third of its letters differ (Damerau-Levenshtein, optimal string alignment).
std::string Suggestion(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace oxpecker::feel
