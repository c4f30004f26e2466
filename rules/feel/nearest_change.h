// rules/feel/nearest_change.h - what would have to change: the nearest value of one fact for which a
// condition, a rule or a cell comes to another answer, all other facts as they are.
//
// Exact where the expression is, between its constants, one answer (Program::turning_points), or
// compares two sides that are linear in that fact (+, -, times and divided by what does not depend on
// it). Nothing for other expressions: no search, no approximation. A bound that is the quotient of a
// division may be cut to 34 digits. Every answer has been tried on the program itself. Numbers and
// dates.
//
// Example:
//   Program rule = *Compile("income * 3 >= amount", scope, {});       // income 30,000, amount 100,000
//   const auto change = NearestChange(rule, scope, inputs, kIncome, Truth::kTrue, evaluator);
//   // change->bound: 33333.33333333333333333333333333333, is_reached false, is_upward true: above it
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "rules/feel/evaluator.h"
#include "rules/feel/program.h"
#include "rules/feel/scope.h"
#include "rules/feel/value.h"

namespace oxpecker::feel {

struct Change {
  Value bound;              // a number or a date
  bool is_reached = false;  // the bound itself is enough; else any value beyond it, up to the next
  bool is_upward = false;   // the bound lies above the fact's value (or is it, and beyond is above)
};

// `scope`: the one that the program was compiled in; of a cell, with its input value as one more
// variable, "?". inputs[input] must be a number or a date, and the program must not be `wanted` now.
std::optional<Change> NearestChange(const Program& program, const Scope& scope,
                                    std::span<const Value> inputs, std::uint32_t input,
                                    Truth wanted, Evaluator& evaluator);

}  // namespace oxpecker::feel
