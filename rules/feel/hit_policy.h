// rules/feel/hit_policy.h - what the hit policy of a decision table makes of the rules that match
// (DMN 1.5, 8.2.10): for the tables of DMN models and for those of a rulebook's features alike.
//
// Pure functions; results are made in the arena of `site`. Where the specification is silent, see
// docs/dmn.md: a policy that is violated is an error that names the rules, never settled in silence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "rules/feel/value.h"

namespace oxpecker::feel {

struct Site;  // operations.h

enum class HitPolicy : std::uint8_t {
  kUnique, kAny, kPriority, kFirst, kRuleOrder, kOutputOrder, kCollect,
};
enum class Aggregation : std::uint8_t { kNone, kSum, kCount, kMin, kMax };
const char* Name(HitPolicy policy);         // "UNIQUE", as a DMN file has it
const char* Name(Aggregation aggregation);  // "SUM"; "" for none

// Whether the table's value is a list of outputs.
bool GivesList(HitPolicy policy, Aggregation aggregation);

// The rules that match, from 0 and in order, with the output of each: a value, or a context of the
// table's outputs where it has several.
struct Hits {
  std::span<const std::size_t> rules;
  std::span<const Value> outputs;
};
// By output: the list of its values, the first of which comes first; a null has no say. Only for
// PRIORITY and OUTPUT ORDER.
using OutputOrders = std::span<const Value>;

// The table's value. REQUIRES a hit.
Value ApplyHitPolicy(const Site& site, HitPolicy policy, Aggregation aggregation, const Hits& hits,
                     OutputOrders orders);
// The value where no rule matches and there is no default: an empty list, or 0 of a count; nothing
// for tables that then have no value.
std::optional<Value> ValueOfNoHit(HitPolicy policy, Aggregation aggregation);

}  // namespace oxpecker::feel
