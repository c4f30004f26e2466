// Text for a terminal, and JSON. HTML is in render_html.cc.
#include "engine/explain/render.h"

#include <algorithm>
#include <numeric>

#include "base/printable.h"

namespace oxpecker::engine {
namespace {

constexpr std::size_t kGap = 2;         // between the columns of a table
constexpr std::size_t kColumnMin = 10;  // narrower columns are stacked instead
constexpr std::size_t kWidthMin = 20;
constexpr const char* kReset = "\x1b[0m";

std::string Spaces(std::size_t count) { return std::string(count, ' '); }

void TrimEnd(std::string& line) {
  while (line.ends_with(' ')) line.pop_back();
}

// A word that is longer than a line, in pieces after which a name or a call may be broken.
std::vector<std::string_view> PiecesOf(std::string_view word) {
  std::vector<std::string_view> pieces;
  std::size_t start = 0;
  for (std::size_t i = 0; i + 1 < word.size(); ++i) {
    if (std::string_view("_.(,:/").find(word[i]) == std::string_view::npos) continue;
    pieces.push_back(word.substr(start, i + 1 - start));
    start = i + 1;
  }
  pieces.push_back(word.substr(start));
  return pieces;
}

// What no line breaks: as voice says, but the operator != stays whole.
std::vector<std::string_view> SegmentsOf(std::string_view text) {
  std::vector<std::string_view> segments;
  for (const std::string_view segment : voice::LineSegments(text)) {
    const bool is_operator = !segments.empty() && segments.back().ends_with('!') && segment.starts_with('=');
    if (is_operator)
      segments.back() = {segments.back().data(), segments.back().size() + segment.size()};
    else
      segments.push_back(segment);
  }
  return segments;
}

// Breaks a text into lines of at most `width` columns: where UAX 14 allows it, else within names after
// one of their signs, else between clusters.
std::vector<std::string> Wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t used = 0;
  const auto end_line = [&] {
    TrimEnd(line);
    lines.push_back(std::move(line));
    line.clear();
    used = 0;
  };
  for (const std::string_view segment : SegmentsOf(text)) {
    std::string_view word = segment;
    while (word.ends_with(' ')) word.remove_suffix(1);
    const std::size_t columns = voice::ColumnsOf(word);
    if (used > 0 && used + columns > width) end_line();
    if (columns <= width) {
      line += segment;
      used += columns + (segment.size() - word.size());
      continue;
    }
    for (const std::string_view piece : PiecesOf(word)) {
      const std::size_t piece_columns = voice::ColumnsOf(piece);
      if (used > 0 && used + piece_columns > width) end_line();
      for (const std::string_view cluster : voice::Graphemes(piece)) {
        const std::size_t size = voice::ColumnsOf(cluster);
        if (used > 0 && used + size > width) end_line();
        line += cluster;
        used += size;
      }
    }
    line += segment.substr(word.size());
    used += segment.size() - word.size();
  }
  TrimEnd(line);
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

const char* ColourOf(Mark mark) {
  switch (mark) {
    case Mark::kNone:
      return "";
    case Mark::kHolds:
      return "\x1b[32m";
    case Mark::kFails:
      return "\x1b[31m";
    case Mark::kUnknown:
      return "\x1b[33m";
    case Mark::kNotReached:
      return "\x1b[2m";
  }
  return "";
}

class TextRenderer {
 public:
  explicit TextRenderer(const TextStyle& style)
      : style_(style), width_(std::max(style.columns, kWidthMin)) {}

  std::string Render(const Explanation& explanation) {
    Heading(Printable(explanation.title), 0, '=');
    for (const Section& section : explanation.sections) AddSection(section);
    return std::move(out_);
  }

 private:
  void Line(std::size_t indent, std::string text, const char* colour = "") {
    TrimEnd(text);
    if (!text.empty()) out_ += Spaces(indent);
    const bool coloured = style_.colour && *colour != '\0' && !text.empty();
    if (coloured) out_ += colour;
    out_ += text;
    if (coloured) out_ += kReset;
    out_ += '\n';
  }

  void Heading(const std::string& text, std::size_t indent, char rule) {
    std::size_t widest = 0;
    for (const std::string& line : Wrap(text, width_ - indent)) {
      widest = std::max(widest, voice::ColumnsOf(line));
      Line(indent, line, "\x1b[1m");
    }
    if (rule != ' ') Line(indent, std::string(widest, rule));
  }

  void AddSection(const Section& section) {
    const std::size_t indent = static_cast<std::size_t>(std::clamp(section.level, 1, 3) - 1) * 2;
    out_ += '\n';
    if (!section.heading.empty())
      Heading(Printable(section.heading), indent, section.level == 1 ? '-' : ' ');
    const std::size_t body = section.heading.empty() ? indent : indent + 2;
    for (const Paragraph& paragraph : section.paragraphs)
      for (const std::string& line : Wrap(Printable(paragraph.text), width_ - body))
        Line(body, line, ColourOf(paragraph.mark));
    if (!section.rows.empty()) Table(section, body);
  }

  void Table(const Section& section, std::size_t indent) {
    std::vector<std::vector<std::string>> lines;
    std::vector<std::string> head;
    for (const std::string& column : section.columns) head.push_back(Printable(column));
    std::size_t columns = head.size();
    for (const Row& row : section.rows) {
      lines.emplace_back();
      for (const std::string& cell : row.cells) lines.back().push_back(Printable(cell));
      columns = std::max(columns, row.cells.size());
    }
    const std::vector<std::size_t> widths = ColumnWidths(head, lines, columns, width_ - indent);
    if (!head.empty() && !widths.empty()) TableRow(head, widths, indent, "\x1b[2m");
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const char* colour = ColourOf(section.rows[i].mark);
      if (widths.empty())
        Stacked(head, lines[i], indent, colour);
      else
        TableRow(lines[i], widths, indent, colour);
    }
  }

  // What each column needs, the widest ones narrowed until the whole fits; nothing where it cannot.
  static std::vector<std::size_t> ColumnWidths(const std::vector<std::string>& head,
                                               const std::vector<std::vector<std::string>>& lines,
                                               std::size_t columns, std::size_t available) {
    if (columns == 0 || columns * (kColumnMin + kGap) > available + kGap) return {};
    std::vector<std::size_t> widths(columns, 0);
    const auto widen = [&](const std::vector<std::string>& cells) {
      for (std::size_t i = 0; i < cells.size(); ++i)
        widths[i] = std::max(widths[i], voice::ColumnsOf(cells[i]));
    };
    widen(head);
    for (const auto& cells : lines) widen(cells);
    const std::size_t room = available - kGap * (columns - 1);
    for (std::size_t& width : widths) width = std::min(width, room);
    while (std::accumulate(widths.begin(), widths.end(), std::size_t{0}) > room)
      --*std::max_element(widths.begin(), widths.end());
    return widths;
  }

  void TableRow(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                std::size_t indent, const char* colour) {
    std::vector<std::vector<std::string>> wrapped;
    std::size_t height = 1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      wrapped.push_back(Wrap(cells[i], std::max<std::size_t>(widths[i], 1)));
      height = std::max(height, wrapped.back().size());
    }
    for (std::size_t at = 0; at < height; ++at) {
      std::string line;
      for (std::size_t i = 0; i < wrapped.size(); ++i) {
        const std::string cell = at < wrapped[i].size() ? wrapped[i][at] : std::string();
        line += cell;
        if (i + 1 < wrapped.size()) line += Spaces(widths[i] - voice::ColumnsOf(cell) + kGap);
      }
      Line(indent, std::move(line), colour);
    }
  }

  void Stacked(const std::vector<std::string>& head, const std::vector<std::string>& cells,
               std::size_t indent, const char* colour) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].empty()) continue;
      const std::string label = i < head.size() ? head[i] + ": " : std::string();
      for (const std::string& line : Wrap(label + cells[i], width_ - indent))
        Line(indent, line, colour);
    }
  }

  TextStyle style_;
  std::size_t width_;
  std::string out_;
};

const char* Name(Mark mark) {
  switch (mark) {
    case Mark::kNone:
      return "";
    case Mark::kHolds:
      return "holds";
    case Mark::kFails:
      return "fails";
    case Mark::kUnknown:
      return "unknown";
    case Mark::kNotReached:
      return "not_reached";
  }
  return "";
}

void SetMarkAndSource(json::Object& object, Mark mark, const std::string& source) {
  if (mark != Mark::kNone) object.Set("mark", Name(mark));
  if (!source.empty()) object.Set("source", source);
}

json::Array Texts(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

json::Object SectionJson(const Section& section) {
  json::Object object;
  object.Set("id", section.id);
  object.Set("heading", section.heading);
  object.Set("level", section.level);
  json::Array paragraphs;
  for (const Paragraph& paragraph : section.paragraphs) {
    json::Object entry;
    entry.Set("text", paragraph.text);
    SetMarkAndSource(entry, paragraph.mark, paragraph.source);
    paragraphs.emplace_back(std::move(entry));
  }
  object.Set("paragraphs", std::move(paragraphs));
  object.Set("columns", Texts(section.columns));
  json::Array rows;
  for (const Row& row : section.rows) {
    json::Object entry;
    entry.Set("cells", Texts(row.cells));
    SetMarkAndSource(entry, row.mark, row.source);
    rows.emplace_back(std::move(entry));
  }
  object.Set("rows", std::move(rows));
  return object;
}

}  // namespace

std::string ToText(const Explanation& explanation, const TextStyle& style) {
  return TextRenderer(style).Render(explanation);
}

json::Object ToJson(const Explanation& explanation) {
  json::Object object;
  object.Set("schema", "oxpecker.explanation/1");
  object.Set("audience", Name(explanation.audience));
  object.Set("language", voice::Code(explanation.language));
  if (!explanation.customer_id.empty()) object.Set("customer", explanation.customer_id);
  object.Set("title", explanation.title);
  json::Array sections;
  for (const Section& section : explanation.sections) sections.emplace_back(SectionJson(section));
  object.Set("sections", std::move(sections));
  return object;
}

}  // namespace oxpecker::engine
