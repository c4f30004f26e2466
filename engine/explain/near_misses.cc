#include "engine/explain/near_misses.h"

#include <algorithm>

#include "base/decimal.h"

namespace oxpecker::engine {
namespace {

constexpr std::size_t kNearMissesMax = 3;

struct Measured {
  NearMiss miss;
  std::size_t not_holding = 0;
  std::size_t holding = 0;
  Decimal closeness;  // 0 to 1
};

// The smaller of two numbers above zero as a share of the larger; 0 for anything else.
Decimal ClosenessOf(const ToldCondition& condition) {
  const auto found = Decimal::Parse(condition.found);
  const std::size_t digit = condition.needed.find_first_of("0123456789");
  if (!found || digit == std::string::npos) return {};
  const auto needed = Decimal::Parse(condition.needed.substr(digit));
  const Decimal zero;
  if (!needed || !found->is_finite() || !needed->is_finite() || *found <= zero || *needed <= zero)
    return zero;
  return std::min(*found, *needed) / std::max(*found, *needed);
}

Measured Measure(Telling& t, const TracedRule& rule) {
  Measured measured;
  measured.miss.rule = &rule;
  const Mark stops = rule.result == "false" ? Mark::kFails : Mark::kUnknown;
  for (ToldCondition& part : t.RuleConditions(rule, Parts::kJoinedByAnd)) {
    if (part.mark == Mark::kHolds) {
      ++measured.holding;
      continue;
    }
    ++measured.not_holding;
    if (part.mark == Mark::kNotReached) ++measured.miss.not_asked;
    if (part.mark != stops) continue;
    measured.closeness = std::max(measured.closeness, ClosenessOf(part));
    measured.miss.stopped_by.push_back(std::move(part));
  }
  return measured;
}

// A balance of 6400 is not near to being below zero, nor one word to another.
bool IsAboutSomething(const ToldCondition& part) {
  return part.has_evidence && (part.subject.empty() || ClosenessOf(part) > Decimal());
}

// A rule was near where something speaks for it: what stopped it was about something, or what came
// before held. Without an answer only the latter counts.
bool IsNear(const Measured& measured) {
  const auto& stopped_by = measured.miss.stopped_by;
  if (stopped_by.empty()) return false;
  return measured.holding > 0 || (measured.miss.rule->result == "false" &&
                                  std::ranges::any_of(stopped_by, IsAboutSomething));
}

bool IsCloser(const Measured& a, const Measured& b) {
  if (a.not_holding != b.not_holding) return a.not_holding < b.not_holding;
  if (a.holding != b.holding) return a.holding > b.holding;
  return a.closeness > b.closeness;
}

}  // namespace

std::vector<NearMiss> NearestMisses(Telling& telling) {
  std::vector<Measured> near;
  for (const TracedRule& rule : telling.trace().rules) {
    if (rule.result == "true") continue;
    Measured measured = Measure(telling, rule);
    if (!IsNear(measured)) continue;
    const auto same = std::ranges::find_if(
        near, [&](const Measured& other) { return other.miss.rule->id == rule.id; });
    if (same == near.end())
      near.push_back(std::move(measured));
    else if (IsCloser(measured, *same))
      *same = std::move(measured);
  }
  std::ranges::stable_sort(near, IsCloser);
  if (near.size() > kNearMissesMax) near.resize(kNearMissesMax);
  std::vector<NearMiss> misses;
  for (Measured& measured : near) misses.push_back(std::move(measured.miss));
  return misses;
}

}  // namespace oxpecker::engine
