#include "rules/rulebook/text_template.h"

#include <algorithm>

namespace oxpecker::rules {
namespace {

// Calls `literal` for text and `name` for the inside of each {name}; an unclosed brace is text.
void Walk(std::string_view sentence, const std::function<void(std::string_view)>& literal,
          const std::function<void(std::string_view)>& name) {
  while (!sentence.empty()) {
    const std::size_t open = sentence.find('{');
    literal(sentence.substr(0, open));
    if (open == std::string_view::npos) return;
    sentence.remove_prefix(open);
    if (sentence.starts_with("{{")) {
      literal("{");
      sentence.remove_prefix(2);
      continue;
    }
    const std::size_t close = sentence.find('}');
    if (close == std::string_view::npos) return literal(sentence);
    name(sentence.substr(1, close - 1));
    sentence.remove_prefix(close + 1);
  }
}

}  // namespace

std::vector<std::string> QuotedNames(std::string_view sentence) {
  std::vector<std::string> names;
  Walk(sentence, [](std::string_view) {},
       [&](std::string_view name) {
         if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
       });
  return names;
}

std::string FillIn(std::string_view sentence,
                   const std::function<std::string(std::string_view name)>& lookup) {
  std::string text;
  Walk(sentence, [&](std::string_view part) { text += part; },
       [&](std::string_view name) { text += lookup(name); });
  return text;
}

}  // namespace oxpecker::rules
