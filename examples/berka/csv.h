// examples/berka/csv.h - reads one table of the extract, row by row.
//
// Comma separated, a header line, no quoted fields (the extract has none; one is refused), LF or CR
// LF. Columns are found by their names, in any order; columns that nobody asked for are passed
// over. A reader is used by one thread and owns its file.
//
// Example:
//   OXP_TRY(CsvReader reader, CsvReader::Open(path, {"account_id", "date"}));
//   for (;;) {
//     OXP_TRY(bool more, reader.Next());
//     if (!more) break;
//     Use(reader.field(0), reader.field(1));
//   }
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oxpecker::berka {

class CsvReader {
 public:
  // A file that cannot be opened, or whose header lacks a column: an error that names every missing
  // column and those found.
  static Result<CsvReader> Open(const std::filesystem::path& path,
                                std::vector<std::string> columns);

  // Reads the next row; false at the end of the file. An error for a row with another number of
  // fields than the header, and for a file that breaks off.
  Result<bool> Next();

  // The current row's field under `columns[index]`; valid until Next is called.
  std::string_view field(std::size_t index) const { return fields_[positions_[index]]; }
  const std::string& column(std::size_t index) const { return columns_[index]; }
  std::string place() const;  // "berka_client.csv:17"

 private:
  CsvReader(const std::filesystem::path& path, std::vector<std::string> columns);
  bool ReadLine();
  Status Split();
  Status FindColumns();

  std::string name_;
  std::ifstream file_;
  std::vector<std::string> columns_;
  std::vector<std::size_t> positions_;  // of columns_, in a row
  std::size_t width_ = 0;               // fields of the header
  std::size_t line_number_ = 0;
  std::string line_;
  std::vector<std::string_view> fields_;  // into line_
};

}  // namespace oxpecker::berka
