#include "reports/render/texts.h"

#include <algorithm>

namespace oxpecker::reports {

std::string_view Texts::Told(const TextLine& line) const {
  switch (language_) {
    case Language::kEnglish: return line.en;
    case Language::kSwedish: return line.sv;
    case Language::kChinese: return line.zh;
  }
  return line.en;
}

std::optional<std::string_view> Texts::Find(std::string_view group, std::string_view code) const {
  const std::string key = std::string(group) + "." + std::string(code);
  const auto found = std::find_if(kTexts.begin(), kTexts.end(),
                                  [&](const TextLine& line) { return line.key == key; });
  if (found == kTexts.end()) return {};
  return Told(*found);
}

std::string Texts::OfCode(std::string_view group, std::string_view code) const {
  return std::string(Find(group, code).value_or(code));
}

std::string Texts::Number(std::uint64_t n) const {
  const std::string digits = std::to_string(n);
  const char* separator = language_ == Language::kSwedish ? "\u202f" : ",";
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += separator;
    text += digits[i];
  }
  return text;
}

std::string Fill(std::string_view pattern,
                 std::initializer_list<std::pair<std::string_view, std::string>> values) {
  std::string text;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    const std::size_t close = pattern.find('}', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    text += pattern.substr(0, open);
    const std::string_view name = pattern.substr(open + 1, close - open - 1);
    const auto value = std::find_if(values.begin(), values.end(),
                                    [&](const auto& pair) { return pair.first == name; });
    text += value == values.end() ? std::string(pattern.substr(open, close - open + 1))
                                  : value->second;
    pattern.remove_prefix(close + 1);
  }
  text += pattern;
  return text;
}

}  // namespace oxpecker::reports
