#include "examples/berka/csv.h"

#include <algorithm>
#include <utility>

namespace oxpecker::berka {

CsvReader::CsvReader(const std::filesystem::path& path, std::vector<std::string> columns)
    : name_(path.filename().string()),
      file_(path, std::ios::binary),
      columns_(std::move(columns)) {}

Result<CsvReader> CsvReader::Open(const std::filesystem::path& path,
                                  std::vector<std::string> columns) {
  CsvReader reader(path, std::move(columns));
  if (!reader.file_.is_open())
    return Fail(ErrorCode::kNotFound, path.string(), "the table cannot be opened",
                "DATA_DIR is the folder that holds the berka_*.csv tables");
  if (!reader.ReadLine())
    return Fail(ErrorCode::kInvalidInput, reader.name_ + ":1",
                "the file is empty; expected a header line");
  OXP_TRY(reader.Split());
  OXP_TRY(reader.FindColumns());
  // The views of the header point into `reader`, which is about to move.
  reader.fields_.clear();
  return reader;
}

std::string CsvReader::place() const { return name_ + ":" + std::to_string(line_number_); }

bool CsvReader::ReadLine() {
  if (!std::getline(file_, line_)) return false;
  ++line_number_;
  if (line_.ends_with('\r')) line_.pop_back();
  return true;
}

Status CsvReader::Split() {
  if (line_.find('"') != std::string::npos)
    return Fail(ErrorCode::kInvalidInput, place(), "found a quoted field, expected plain ones");
  fields_.clear();
  const std::string_view line = line_;
  for (std::size_t at = 0;;) {
    const std::size_t comma = line.find(',', at);
    fields_.push_back(line.substr(at, comma == line.npos ? line.npos : comma - at));
    if (comma == line.npos) return {};
    at = comma + 1;
  }
}

Status CsvReader::FindColumns() {
  width_ = fields_.size();
  std::string missing;
  for (const std::string& column : columns_) {
    const auto found = std::ranges::find(fields_, column);
    positions_.push_back(static_cast<std::size_t>(found - fields_.begin()));
    if (found == fields_.end()) missing += (missing.empty() ? "'" : ", '") + column + "'";
  }
  if (missing.empty()) return {};
  return Fail(ErrorCode::kInvalidInput, place(), "the header lacks column " + missing,
              "the tables are comma separated, with a header line");
}

Result<bool> CsvReader::Next() {
  if (!ReadLine()) {
    if (file_.bad())
      return Fail(ErrorCode::kUnavailable, place(), "the file cannot be read any further");
    return false;
  }
  OXP_TRY(Split());
  if (fields_.size() != width_)
    return Fail(ErrorCode::kInvalidInput, place(),
                "found " + std::to_string(fields_.size()) + " fields, expected " +
                    std::to_string(width_) + " as in the header");
  return true;
}

}  // namespace oxpecker::berka
