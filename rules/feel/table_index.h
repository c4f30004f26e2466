// rules/feel/table_index.h - which rows of a decision table hold, found by column instead of row by row.
//
// For every column the values where some cell changes its answer are put in order; between two of
// them no cell can change, so one answer stands for all values there. A column is then a search among
// those values, which gives a set of rows as bits; a row holds where the bits of all columns are set.
// The answers are the cells' own: each is evaluated once for every stretch while the index is built,
// so an index cannot disagree with its cells.
//
// A cell is any program that reads one input at most (Program::turning_points): unary tests over `?`,
// or a condition on one fact. Others (`? * 2 > 10`) are left open: the caller evaluates them. So are values of another kind than the column's constants.
//
// Immutable once built; share it between threads. Does not own the programs, nor refer to them later.
//
// Example:
//   const TableIndex index = TableIndex::Build(cells, {.row_count = 200, .column_count = 6}, limits);
//   const TableIndex::Answer answer = index.Find(0, score);
//   if (answer.is_known() && Bit(answer.holds, 17)) ...
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rules/feel/evaluator.h"
#include "rules/feel/program.h"
#include "rules/feel/value.h"

namespace oxpecker::feel {

class TableIndex {
 public:
  struct Shape {
    std::size_t row_count = 0;
    std::size_t column_count = 0;
  };
  // Bits by row, words() of them. A row in neither set has a cell that is false, or open.
  struct Answer {
    const std::uint64_t* holds = nullptr;
    const std::uint64_t* unknown = nullptr;  // the cell has no answer for the value
    bool is_known() const { return holds != nullptr; }
  };

  TableIndex();
  ~TableIndex();
  TableIndex(TableIndex&&) noexcept;
  TableIndex& operator=(TableIndex&&) noexcept;

  // cells[row * column_count + column], compiled by CompileUnaryTests; nullptr: "-".
  static TableIndex Build(std::span<const Program* const> cells, Shape shape, const Limits& limits);

  std::size_t words() const { return (shape_.row_count + 63) / 64; }
  const Shape& shape() const { return shape_; }
  // What the column's cells say to a value; not known where the index has nothing for its kind.
  Answer Find(std::size_t column, const Value& value) const;
  // Of all columns at once: column c asks about inputs[input_of[c]]. By column `holds`, then `unknown`, into
  // 2 * words() * column_count words; cells that are open, or of which the index knows nothing for the
  // value, are unknown.
  void FindAll(std::span<const Value> inputs, std::span<const std::uint32_t> input_of,
               std::uint64_t* answers) const;
  // Rows whose cell in that column is left open.
  std::span<const std::uint32_t> OpenRows(std::size_t column) const;
  const std::uint64_t* OpenBits(std::size_t column) const;
  // Whether no value can make the index silent and no cell is open.
  bool is_complete() const;
  std::size_t memory_bytes() const;

 private:
  struct Column;
  friend class TableIndexBuilder;
  Shape shape_;
  std::vector<Column> columns_;
};

inline bool Bit(const std::uint64_t* bits, std::size_t row) {
  return (bits[row / 64] >> (row % 64) & 1U) != 0;
}

// The rows of a table for one set of input values, with what each column said. Keeps its memory: use one for many. Not
// thread-safe.
class TableMatch {
 public:
  // Asks for the value of a cell that is open, or of a whole column that the index does not know.
  using Ask = Value (*)(void* context, std::size_t row, std::size_t column);

  void Run(const TableIndex& index, std::span<const Value> inputs, Ask ask, void* context);

  // After Run. Rows whose every cell holds, and rows without a false cell where one has no answer.
  std::span<const std::uint64_t> holds() const { return holds_; }
  std::span<const std::uint64_t> unknown() const { return unknown_; }
  // What column `column` said, for a trace. Cells that another column made needless to ask have no
  // bit in either set.
  TableIndex::Answer Column(std::size_t column) const {
    return {answers_.data() + 2 * column * words_, answers_.data() + (2 * column + 1) * words_};
  }
  // All of the above at once: by column its two sets.
  std::span<const std::uint64_t> columns() const { return answers_; }
  // The first row that holds, or row_count.
  std::size_t First() const;
  // Appends the rows that hold, in order.
  void AppendAll(std::vector<std::uint32_t>& rows) const;

 private:
  void AskCells(const TableIndex& index, std::size_t column, bool all, Ask ask, void* context);

  std::size_t row_count_ = 0;
  std::vector<std::uint64_t> holds_;
  std::vector<std::uint64_t> unknown_;  // while running: holds or unknown
  std::vector<std::uint64_t> answers_;  // by column: holds, unknown
  std::size_t words_ = 0;
};

}  // namespace oxpecker::feel
