// engine/explain/near_misses.h - why there was silence: the rules that came closest to applying.
// Private to engine/explain.
//
// Closest are those with the fewest parts that do not hold (parts after the first that fails were not
// asked, and count as not holding), then those with the most that hold, then those whose number is
// nearest to what was needed. Where nothing was at hand that speaks for a rule, it was not near.
#pragma once

#include <string>
#include <vector>

#include "engine/explain/telling.h"

namespace oxpecker::engine {

struct NearMiss {
  const TracedRule* rule = nullptr;
  std::vector<ToldCondition> stopped_by;  // what does not hold, or what has no answer
  std::size_t not_asked = 0;              // further parts
};

// At most three, of a table its nearest row; the closest first.
std::vector<NearMiss> NearestMisses(Telling& telling);

}  // namespace oxpecker::engine
