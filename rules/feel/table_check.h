// rules/feel/table_check.h - what is wrong with a decision table before anything runs: rows that hold for
// the same values, rows that none can reach, values for which no row holds.
//
// Each column is cut where one of its cells changes its answer (Program::turning_points), and one value
// stands for each stretch; the cells are asked about it. A cell that is no test of constants is open: a row
// with one is never said to overlap, to cover another or to leave a gap. Whatever is told is so, with values
// that show it; a table that takes too long to look through is told as far as it was.
//
// Pure. For tools, not for decisions.
//
// Example:
//   // rows: "< 1980" -> a, "[1970..2000]" -> b
//   const auto found = CheckTable({.cells = cells, .inputs = types}, {.overlaps = true});
//   // found[0]: kOverlap of rows 0 and 1, example {"1970"}
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "rules/feel/limits.h"
#include "rules/feel/program.h"
#include "rules/feel/type.h"

namespace oxpecker::feel {

struct CheckedTable {
  std::span<const Program* const> cells;  // rows times inputs, by CompileUnaryTests; nullptr: "-"
  std::span<const Type> inputs;           // by column
  std::size_t cell_input = 0;             // of the cells' scope: the input that "?" is
};

struct TableQuestions {
  bool overlaps = false;
  bool unreachable = false;  // of a table of which the first row that holds counts
  bool gaps = false;
  // Asked of rows that overlap, where set: only those that differ are told.
  std::function<bool(std::size_t, std::size_t)> differ = {};
};

struct TableFinding {
  enum class Kind : std::uint8_t { kOverlap, kUnreachable, kGap };
  Kind kind = Kind::kOverlap;
  std::size_t row = 0;    // from 0; of an overlap the earlier
  std::size_t other = 0;  // of an overlap
  std::vector<std::string> example = {};  // FEEL texts by column; empty for rows that none can reach
};

// Overlaps by row, then rows out of reach, then one gap. Ten of each kind at most.
std::vector<TableFinding> CheckTable(const CheckedTable& table, const TableQuestions& questions, const Limits& limits = {});

}  // namespace oxpecker::feel
