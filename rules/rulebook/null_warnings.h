// rules/rulebook/null_warnings.h - where a rulebook rests an answer on what may be missing, before
// anything runs (rules/feel/null_check.h). Not refused: *unknown* is an answer that a rule may mean.
// An author who means it says so, in `may_be_missing` of the feature, rule, table, guard or simulation:
// the operands as they are written. One that is listed and nowhere used so is told too.
//
// A feature may have no value; that is told where something rests on the feature. What the condition
// of a rule, a row or `applies_to` has made sure of holds in what stands under it. Pure; for tools.
#pragma once

#include "base/result.h"
#include "rules/rulebook/compiled_rulebook.h"

namespace oxpecker::rules {

// In order of the book: features, rules, tables, guards, simulations.
Issues FindNullWarnings(const CompiledRulebook& rulebook);

}  // namespace oxpecker::rules
