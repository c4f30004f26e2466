// reports/render/markup.h - writes well-formed HTML: every text is escaped, every element closed in
// order. Only what this writes can be in a report, so no report loads anything or runs anything.
// Not thread-safe; value semantics of its buffer.
//
// Example:
//   Markup page;
//   page.Open("section", {{"id", "population"}});
//   page.Element("h2", "Population");
//   page.Close();
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oxpecker::reports {

// Text as it may stand between tags and inside double-quoted attributes. Control characters
// and marks that turn the direction of writing are shown as "\u202e" (base/printable.h).
std::string Escape(std::string_view text);

using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

struct Column {
  std::string heading;
  bool numeric = false;
};

// One cell: already markup, made by the functions of Cells below or by Escape.
using Cell = std::string;

struct TableContent {
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  // the first cell of a row is its header
};

class Markup {
 public:
  void Open(std::string_view tag, Attributes attributes = {});
  void Close();
  void Text(std::string_view text);
  // A whole element of one text.
  void Element(std::string_view tag, std::string_view text, Attributes attributes = {});
  // Markup that was made by this house.
  void Raw(std::string_view html);
  // A void element: <meta ...>.
  void Void(std::string_view tag, Attributes attributes);
  void Table(const TableContent& table);

  const std::string& html() const { return html_; }

 private:
  void StartTag(std::string_view tag, Attributes attributes);
  std::string html_;
  std::vector<std::string> open_;
};

}  // namespace oxpecker::reports
