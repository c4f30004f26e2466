// rules/rulebook/readers.h - which rules, tables and guards rest on a threshold or a feature, also
// through features that read it. By the words of their expressions, so rather one too many than one
// too few. Pure; thread-safe.
//
// Example:
//   PartsThatRead(book, "late_fee_n");   // {"autopay_affordable", "late_fees_autopay", ...}
#pragma once

#include <functional>
#include <set>
#include <string>

#include "rules/rulebook/rulebook.h"

namespace oxpecker::rules {

// Ids of rules, tables and guards. `id` is that of a threshold or a feature; empty for any other.
std::set<std::string, std::less<>> PartsThatRead(const Rulebook& rulebook, const std::string& id);

}  // namespace oxpecker::rules
