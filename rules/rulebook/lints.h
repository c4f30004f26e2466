// rules/rulebook/lints.h - what a rulebook must not say or rest on, whatever its author meant. The
// words are the pack's own, under `conduct`.
//
// Errors, so that no release can hold them:
//   - a text for customers that watches them ("we noticed", "you bought");
//   - a text of a protective, support, service or guidance action in words of promotion: what promotes
//     is sales, and stands under the guards of sales;
//   - a rule, row or guard whose condition rests on personal facts alone (the year of birth, income),
//     outside guards of stage G3_eligibility: two customers of one age and income may have quite
//     different lives;
//   - an expression that reads what the bank wants to sell or to earn (sales targets, quotas,
//     commissions, margins).
// They read words, not meanings: they stop the plain cases, and people review the rest. Pure;
// thread-safe. Private to this folder.
#pragma once

#include "base/result.h"
#include "rules/feel/type.h"
#include "rules/rulebook/rulebook.h"

namespace oxpecker::rules {

// In order of the book: texts, thresholds, features, rules, tables, guards.
Issues FindLints(const Rulebook& rulebook);

// Names under `conduct.personal` that no fact of that type has: they would let everything through.
Issues FindUnknownPersonalFacts(const Rulebook& rulebook, const feel::Type& facts);

}  // namespace oxpecker::rules
