// base/text_lines.h - byte offsets of a text as lines and columns, for messages. Lines and columns
// count from 1, columns in code points. One pass to build; every question after that takes the same
// short time, however long a line is: a file of one line is a file like any other.
//
// The text must outlive it. Immutable; thread-safe.
//
// Example:
//   const TextLines lines(text);
//   lines.At(text.find('\t'));   // {line, column}
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace oxpecker {

class TextLines {
 public:
  struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    friend bool operator==(const Position&, const Position&) = default;
  };

  explicit TextLines(std::string_view text);

  // An offset past the end is taken for the end.
  Position At(std::size_t offset) const;
  std::size_t line_count() const { return starts_.size(); }
  std::size_t Start(std::size_t index) const { return starts_[index]; }  // of a line, from 0
  std::string_view Line(std::size_t index) const;  // with its end; from 0; empty past the last

 private:
  std::size_t CodePointsBefore(std::size_t offset) const;

  std::string_view text_;
  std::vector<std::size_t> starts_;       // of the lines
  std::vector<std::size_t> code_points_;  // before every kStride bytes
};

}  // namespace oxpecker
