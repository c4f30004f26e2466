// engine/features/features.h - the values of a rulebook's features for one facts document.
//
// Declared windows over one list are found in one pass over its rows. A feature without an answer is
// a null with a cause: unknown, never a default. Pure; not thread-safe (it uses the evaluator given).
#pragma once

#include <span>
#include <vector>

#include "base/instant.h"
#include "rules/feel/evaluator.h"
#include "rules/rulebook/compiled_rulebook.h"

namespace oxpecker::engine {

// `inputs` holds the facts, the event and the policy in the slots of `layout`, and is long enough for
// every scope of the rulebook; the features' slots are filled in. Values live in the evaluator's
// arena until its Reset.
void FindFeatures(const rules::CompiledRulebook& rulebook, Instant as_of, feel::Evaluator& evaluator,
                  std::vector<feel::Value>& inputs);

// How many inputs any program of the rulebook may read: base names, then the longest row or the
// guards' names.
std::size_t InputCount(const rules::CompiledRulebook& rulebook, std::span<const feel::Value> facts);

// The instant of a date and time value, where it is one with an offset; nothing else.
std::optional<Instant> ToInstant(const feel::Value& value);

}  // namespace oxpecker::engine
