#include "reports/render/markup.h"

#include "base/check.h"
#include "base/printable.h"

namespace oxpecker::reports {

std::string Escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : PrintableLines(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

void Markup::StartTag(std::string_view tag, Attributes attributes) {
  html_ += '<';
  html_ += tag;
  for (const auto& [name, value] : attributes) {
    html_ += ' ';
    html_ += name;
    html_ += "=\"";
    html_ += Escape(value);
    html_ += '"';
  }
  html_ += '>';
}

void Markup::Open(std::string_view tag, Attributes attributes) {
  StartTag(tag, attributes);
  open_.emplace_back(tag);
}

void Markup::Close() {
  OXP_CHECK(!open_.empty());
  html_ += "</" + open_.back() + ">\n";
  open_.pop_back();
}

void Markup::Text(std::string_view text) { html_ += Escape(text); }

void Markup::Element(std::string_view tag, std::string_view text, Attributes attributes) {
  Open(tag, attributes);
  Text(text);
  Close();
}

void Markup::Raw(std::string_view html) { html_ += html; }

void Markup::Void(std::string_view tag, Attributes attributes) {
  StartTag(tag, attributes);
  html_ += '\n';
}

void Markup::Table(const TableContent& table) {
  // A short table is kept on one page.
  constexpr std::size_t kShortRows = 10;
  Open("div", {{"class", table.rows.size() <= kShortRows ? "table short" : "table"}});
  Open("table");
  Element("caption", table.caption);
  Open("thead");
  Open("tr");
  for (const Column& column : table.columns) {
    Element("th", column.heading, {{"scope", "col"}, {"class", column.numeric ? "n" : "t"}});
  }
  Close();
  Close();
  Open("tbody");
  for (const std::vector<Cell>& row : table.rows) {
    OXP_CHECK(row.size() == table.columns.size());
    Open("tr");
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string_view kind = table.columns[i].numeric ? "n" : "t";
      if (i == 0) {
        Open("th", {{"scope", "row"}, {"class", kind}});
      } else {
        Open("td", {{"class", kind}});
      }
      Raw(row[i]);
      Close();
    }
    Close();
  }
  Close();
  Close();
  Close();
}

}  // namespace oxpecker::reports
