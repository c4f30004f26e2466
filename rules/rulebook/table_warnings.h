// rules/rulebook/table_warnings.h - decision tables whose rows hold for the same values though no more than
// one may, rows that none can reach, and tables of values without a default that leave some out
// (rules/feel/table_check.h). Warnings, not errors: what a table is asked may never be that. Pure; for tools.
#pragma once

#include "base/result.h"
#include "rules/rulebook/compiled_rulebook.h"

namespace oxpecker::rules {

// In order of the book: features, then tables.
Issues FindTableWarnings(const CompiledRulebook& rulebook);

}  // namespace oxpecker::rules
