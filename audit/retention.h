// audit/retention.h - how long records must be kept, by kind. Value type; no clock.
//
// A kind without a number of days is neither kept from a customer's request to erase, nor ever erased
// by itself.
//
// Example:
//   RetentionPolicy policy{.days = {{RecordKind::kDecision, 5 * 365}}};
//   if (!policy.IsOver(RecordKind::kDecision, record.time, now)) Refuse();
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "audit/record.h"
#include "base/instant.h"

namespace oxpecker::audit {

inline constexpr std::uint32_t kRetentionDaysMax = 36'525;  // a hundred years

struct RetentionPolicy {
  std::map<RecordKind, std::uint32_t> days = {};

  // The first instant at which a record of that time need not be kept any more: `days` times 86,400
  // seconds after it. Nothing: its kind has no number of days.
  std::optional<Instant> EndOf(RecordKind kind, Instant recorded) const {
    const auto found = days.find(kind);
    if (found == days.end()) return std::nullopt;
    return recorded.PlusSeconds(std::int64_t{found->second} * kSecondsPerDay);
  }
  // Is it known to be over? Where nothing is said of the kind: no.
  bool IsOver(RecordKind kind, Instant recorded, Instant now) const {
    const auto end = EndOf(kind, recorded);
    return end && now >= *end;
  }
};

}  // namespace oxpecker::audit
