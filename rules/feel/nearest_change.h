// rules/feel/nearest_change.h - what would have to change: the nearest value of one fact for which a
// condition, a rule, a cell or a table comes to another answer, all other facts as they are.
//
// The fact is a number or a date: an input, or a part of one by its path (customer.age,
// accounts[1].balance_minor). It may be reached through inputs that are computed from it (features).
//
// Exact where the condition is, between its constants, one answer (Program::turning_points), or is put
// together by and, or, not, if, between, in from comparisons of sides that are linear in that fact, by
// pieces: +, -, times and divided by what does not depend on it, min, max, abs, if; of dates their
// differences, and quotients of those. A filter by a condition that does not read the fact is the items
// that it keeps now. Nothing for other expressions, with the part that is none: no search, no
// approximation. A bound that is the quotient of a division may be cut to 34 digits. Every answer has been tried on the
// program itself, with the computed inputs computed again.
//
// Example:
//   Program rule = *Compile("income * 3 >= amount", scope, {});       // income 30,000, amount 100,000
//   const auto change = NearestChange(rule, scope, inputs, kIncome, Truth::kTrue, evaluator);
//   // change->bound: 33333.33333333333333333333333333333, is_reached false, is_upward true: above it
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
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

// An input, or a part of it.
struct FactPath {
  struct Step {
    std::string field;       // empty: an item
    std::int64_t index = 0;  // from 1, or from the end: -1
  };
  std::uint32_t input = 0;
  std::vector<Step> steps;
};
// "customer.age", "accounts[1].balance_minor": names and positions, as an expression writes them.
Checked<FactPath> FactPathOf(std::string_view text, const Scope& scope);

// An input that is computed from others. Without a program it is not an expression: nothing is said
// where the answer rests on it and it reads the fact's input, directly or through others.
struct DerivedInput {
  std::uint32_t input = 0;
  const Program* program = nullptr;  // compiled in the situation's scope
  std::vector<std::uint32_t> reads;  // of one without a program
};

// What the fact may be, where a schema says it: both ends included.
struct NumberDomain {
  std::optional<Decimal> low;
  std::optional<Decimal> high;
  bool is_whole = false;  // then every bound that is told is a whole number, and enough
};

// All of it must outlive the call.
struct Situation {
  const Scope& scope;                        // the one that the programs were compiled in
  std::span<const Value> inputs;             // those of the scope; more are left as they are
  std::span<const DerivedInput> derived = {};  // each after those that it reads
  // Of a cell: the type of "?", the input after the scope's.
  const Type* cell_input = nullptr;
  Environment environment = {};
  NumberDomain domain = {};
};

// `wanted`: an answer that the program does not give now. Nothing where no value of the fact gives it, or
// where that cannot be told: then `why` says what stands in the way, "'a * a' is no line in it".
std::optional<Change> NearestChange(const Program& program, const Situation& situation, const FactPath& fact,
                                    Truth wanted, Evaluator& evaluator, std::string* why = nullptr);

// The same of an input as a whole.
std::optional<Change> NearestChange(const Program& program, const Scope& scope,
                                    std::span<const Value> inputs, std::uint32_t input,
                                    Truth wanted, Evaluator& evaluator);

// A decision table: cells by row, nullptr for "-", each over the input of its column.
struct TableCells {
  std::span<const Program* const> inputs;
  std::span<const Program* const> cells;  // rows times inputs
  bool first_only = false;                // only the first row that hits counts
};
struct RowChange {
  Change change;
  std::vector<std::size_t> rows;  // that hit then, from 0
};
// Rows that hit now: all cells true. One without an answer does not hit.
std::vector<std::size_t> RowsThatHit(const TableCells& table, const Situation& situation,
                                     Evaluator& evaluator);
// The nearest value for which other rows hit.
std::optional<RowChange> NearestRowChange(const TableCells& table, const Situation& situation,
                                          const FactPath& fact, Evaluator& evaluator, std::string* why = nullptr);

}  // namespace oxpecker::feel
