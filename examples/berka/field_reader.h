// examples/berka/field_reader.h - typed fields of a CSV row; collects every problem.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "examples/berka/calendar.h"
#include "examples/berka/csv.h"

namespace oxpecker::berka {

// "1234.5" or "-0.25" in hundredths, exactly: at most 9 digits before the point and 2 after it.
std::optional<std::int64_t> ParseMinor(std::string_view text);

// Reads fields of the reader's current row. A field that is not what it should be adds an issue
// (with place and column, never its text) and gives a zero; the caller asks ok() before using the
// row.
class FieldReader {
 public:
  FieldReader(const CsvReader& reader, Issues& issues) : reader_(reader), issues_(issues) {}

  std::int64_t Id(std::size_t index);           // 1 to 15 digits
  std::int64_t AmountMinor(std::size_t index);  // not negative
  std::int64_t BalanceMinor(std::size_t index);
  Date Day(std::size_t index);
  // At most 20 ASCII letters and digits, at least one.
  std::string Code(std::size_t index);

  void Refuse(std::size_t index, std::string found, std::string expected);
  bool ok() const { return ok_; }

 private:
  const CsvReader& reader_;
  Issues& issues_;
  bool ok_ = true;
};

}  // namespace oxpecker::berka
