#include "rules/dmn_import/feature_text.h"

#include <algorithm>

#include "base/printable.h"
#include "rules/dmn_import/ids.h"

namespace oxpecker::dmn {
namespace {

bool IsPlain(const std::string& text) {
  const auto is_plain_byte = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  };
  return !text.empty() && text != "null" && text != "Null" && text != "NULL" && std::ranges::all_of(text, is_plain_byte);
}

// Nothing that YAML folds, escapes or refuses.
bool IsOrdinary(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == 0x7F; }) &&
         Printable(text) == text;
}

std::string InDoubleQuotes(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += std::string("\\") + c;
    else if (c == '\n') quoted += "\\n";
    else if (c == '\t') quoted += "\\t";
    else if (c == '\r') quoted += "\\r";
    else quoted += c;
  }
  return quoted + "\"";
}

// Lines that a block scalar keeps as they are.
bool FitsBlock(const std::string& text) {
  if (text.find('\n') == std::string::npos || text.front() == ' ' || text.front() == '\n') return false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (!IsOrdinary(std::string_view(text).substr(at, end - at))) return false;
    at = end + 1;
  }
  return true;
}

std::string Trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// "key: value", as a block where it has several lines.
std::string Line(const std::string& indent, const std::string& key, const std::string& untrimmed) {
  const std::string text = Trimmed(untrimmed);
  if (!FitsBlock(text)) return indent + key + ": " + YamlScalar(text) + "\n";
  std::string lines = indent + key + ": |\n";
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    lines += line.empty() ? "\n" : indent + "  " + line + "\n";
    at = end + 1;
  }
  return lines;
}

std::string Cells(const std::vector<std::string>& cells) {
  std::string list;
  for (const std::string& cell : cells) list += (list.empty() ? "" : ", ") + YamlScalar(Trimmed(cell));
  return "[" + list + "]";
}

std::string InLowerCase(std::string_view words) {
  std::string text;
  for (const char c : words) text += c == ' ' ? '_' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

std::string CommentBehind(const std::string& label) { return label.empty() ? "" : "  " + YamlComment(label); }

std::string InputLine(const TableText::Input& input) {
  std::string line = "        - ";
  if (input.allowed.empty()) line += YamlScalar(Trimmed(input.expression));
  else line += "{expression: " + YamlScalar(Trimmed(input.expression)) + ", allowed: " + YamlScalar(Trimmed(input.allowed)) + "}";
  return line + CommentBehind(input.label) + "\n";
}

std::string OutputLine(const TableText::Output& output) {
  std::string parts;
  const auto add = [&](const char* key, const std::string& text) {
    if (!text.empty()) parts += (parts.empty() ? "" : ", ") + (key + (": " + YamlScalar(Trimmed(text))));
  };
  add("name", output.name);
  add("allowed", output.allowed);
  add("default", output.default_value);
  return "        - {" + parts + "}" + CommentBehind(output.label) + "\n";
}

std::string TableLines(const TableText& table) {
  std::string text = "    table:\n      hit: " + InLowerCase(feel::Name(table.hit_policy)) + "\n";
  if (table.aggregation != feel::Aggregation::kNone)
    text += "      aggregate: " + InLowerCase(feel::Name(table.aggregation)) + "\n";
  text += table.inputs.empty() ? "      inputs: []\n" : "      inputs:\n";
  for (const TableText::Input& input : table.inputs) text += InputLine(input);
  const TableText::Output& first = table.outputs.front();
  const bool says_nothing = table.outputs.size() == 1 && first.allowed.empty() && first.default_value.empty();
  if (says_nothing && !first.label.empty()) text += "      " + YamlComment("output: " + first.label) + "\n";
  if (!says_nothing) {
    text += "      outputs:\n";
    for (const TableText::Output& output : table.outputs) text += OutputLine(output);
  }
  text += table.rows.empty() ? "      rows: []\n" : "      rows:\n";
  for (const TableText::Row& row : table.rows) {
    text += "        - {when: " + Cells(row.tests) + ", then: " + Cells(row.results);
    if (!row.note.empty()) text += ", note: " + YamlScalar(Trimmed(row.note));
    text += "}\n";
  }
  return text;
}

}  // namespace

std::string YamlScalar(const std::string& text) {
  if (IsPlain(text)) return text;
  if (!IsOrdinary(text)) return InDoubleQuotes(text);
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

std::string YamlComment(const std::string& text) { return "# " + Printable(text); }

std::string ToYaml(const FeatureText& feature) {
  std::string text = "  " + YamlComment(feature.provenance) + "\n  - id: " + feature.id + "\n";
  text += Line("    ", "title", feature.title);
  if (!feature.type.empty()) text += Line("    ", "type", feature.type);
  if (!feature.allowed.empty()) text += Line("    ", "allowed", feature.allowed);
  if (const auto* expression = std::get_if<std::string>(&feature.definition))
    return text + Line("    ", "expression", *expression);
  return text + TableLines(std::get<TableText>(feature.definition));
}

// A quote may stand in a comment alone, so words in texts are taken for names too.
void AddWordsOf(const FeatureText& feature, std::set<std::string, std::less<>>& words) {
  const auto add = [&](std::string text) {
    std::ranges::replace(text, '"', ' ');
    AddWords(text, words);
  };
  add(feature.allowed);
  if (const auto* expression = std::get_if<std::string>(&feature.definition)) return add(*expression);
  const TableText& table = std::get<TableText>(feature.definition);
  for (const TableText::Input& input : table.inputs) {
    add(input.expression);
    add(input.allowed);
  }
  for (const TableText::Output& output : table.outputs) {
    add(output.allowed);
    add(output.default_value);
  }
  for (const TableText::Row& row : table.rows) {
    for (const std::string& cell : row.tests) add(cell);
    for (const std::string& cell : row.results) add(cell);
  }
}

}  // namespace oxpecker::dmn
