#include "rules/feel/diagnostics.h"

#include <algorithm>
#include <utility>

namespace oxpecker::feel {
namespace {

constexpr std::size_t kSuggestionBytesMax = 80;

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

void Diagnostics::Add(ErrorCode code, SourceSpan span, std::string message, std::string hint) {
  if (found_.size() >= kIssuesMax) return;
  Error error{code, PlaceOf(origin_, source_, span.begin, indent_), std::move(message),
              std::move(hint)};
  for (const Found& other : found_) {
    if (other.error == error) return;
  }
  found_.push_back({span.begin, found_.size(), std::move(error)});
}

Issues Diagnostics::Take() {
  std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
    return std::pair(a.offset, a.order) < std::pair(b.offset, b.order);
  });
  Issues issues;
  issues.reserve(found_.size());
  for (Found& found : found_) issues.push_back(std::move(found.error));
  found_.clear();
  return issues;
}

std::string Suggestion(std::string_view name, const std::vector<std::string_view>& known) {
  if (name.size() > kSuggestionBytesMax) return {};
  std::string_view best;
  std::size_t best_distance = name.size() / 3 + 1;
  for (const std::string_view candidate : known) {
    if (candidate.size() > name.size() + best_distance ||
        name.size() > candidate.size() + best_distance || candidate == name) {
      continue;
    }
    const std::size_t distance = EditDistance(name, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  if (best.empty()) return {};
  return "did you mean '" + std::string(best) + "'?";
}

}  // namespace oxpecker::feel
