// rules/rulebook/pack_warnings.h - everything that is not refused and is most likely a slip, in one call;
// also of a pack that is refused, so that its author sees both at once. Pure; for tools.
#pragma once

#include <vector>

#include "base/result.h"
#include "rules/feel/type.h"
#include "rules/rulebook/compiled_rulebook.h"

namespace oxpecker::rules {

// Of texts, then tables, then what may be missing.
Issues FindWarnings(const CompiledRulebook& rulebook);

// Of a pack with problems: the features, rules, tables, guards and simulations in which a problem lies are
// taken away, then those that rest on them, until the rest compiles; what is said of that rest. Nothing
// where a problem lies elsewhere.
Issues FindWarningsBesideProblems(const std::vector<PackFile>& files, const feel::Type& facts, const feel::Type& event);

}  // namespace oxpecker::rules
