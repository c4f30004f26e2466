#include "rules/dmn_import/ids.h"

#include <algorithm>
#include <array>
#include <vector>

#include "rules/feel/parser.h"

namespace oxpecker::dmn {
namespace {

constexpr std::size_t kIdBytesMax = 56;  // of 64: a number may follow

// What rules and guards see beside facts and features, what loops and filters bind, and the functions
// that an import writes itself.
constexpr std::array<std::string_view, 10> kReserved = {"event", "policy",  "action", "candidate", "candidates",
                                                        "item",  "partial", "assert", "count",     "time"};

bool IsSmallOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string InSnakeCase(std::string_view name) {
  std::string id;
  char before = ' ';
  for (const char c : name) {
    const bool is_capital = c >= 'A' && c <= 'Z';
    const char small = is_capital ? static_cast<char>(c - 'A' + 'a') : c;
    const bool begins_word = is_capital && before >= 'a' && before <= 'z';
    const bool is_part = IsSmallOrDigit(small);
    if ((begins_word || !is_part) && !id.empty() && id.back() != '_') id += '_';
    if (is_part && !(id.empty() && small >= '0' && small <= '9')) id += small;
    before = c;
  }
  while (!id.empty() && id.back() == '_') id.pop_back();
  if (id.size() > kIdBytesMax) id.resize(kIdBytesMax);
  return id;
}

class Texts {
 public:
  std::vector<const ExpressionText*> found;
  std::vector<std::string> names;  // of entries, parameters, iterators

  void Add(const ExpressionText& text) {
    if (text.is_given) found.push_back(&text);
  }
  void Add(const DecisionTable& table) {
    for (const TableInput& input : table.inputs) {
      Add(input.expression);
      Add(input.values);
    }
    for (const TableOutput& output : table.outputs) {
      Add(output.values);
      Add(output.default_value);
      names.push_back(output.name);
    }
    for (const TableRule& rule : table.rules) {
      for (const ExpressionText& cell : rule.inputs) Add(cell);
      for (const ExpressionText& cell : rule.outputs) Add(cell);
    }
  }
  void Add(const Expression& expression) {
    Add(expression.text);
    for (const Parameter& parameter : expression.parameters) names.push_back(parameter.name);
    for (const Parameter& column : expression.columns) names.push_back(column.name);
    names.push_back(expression.iterator.name);
    for (const ExpressionPart& part : expression.parts) {
      names.push_back(part.name);
      Add(part.value);
    }
    if (expression.table != nullptr) Add(*expression.table);
  }
  void Add(const ItemDefinition& item, bool is_component) {
    if (is_component) names.push_back(item.name);
    for (const ItemDefinition& component : item.components) Add(component, true);
  }
};

Texts TextsOf(const Definitions& model) {
  Texts texts;
  for (const Decision& decision : model.decisions)
    if (decision.logic) texts.Add(*decision.logic);
  for (const Knowledge& knowledge : model.knowledge)
    if (knowledge.logic) texts.Add(*knowledge.logic);
  for (const ItemDefinition& item : model.items) texts.Add(item, false);
  return texts;
}

}  // namespace

void AddWords(std::string_view text, std::set<std::string, std::less<>>& words) {
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\') ++at;
      ++at;
      continue;
    }
    const std::size_t from = at;
    while (at < text.size() && (IsLetter(text[at]) || text[at] == '_' || (text[at] >= '0' && text[at] <= '9'))) ++at;
    if (at > from) words.emplace(text.substr(from, at - from));
    else ++at;
  }
}

bool BindsName(const Definitions& model, std::string_view name) {
  const Texts texts = TextsOf(model);
  const auto is_it = [&](const Knowledge& knowledge) { return knowledge.variable.name == name; };
  return std::ranges::find(texts.names, name) != texts.names.end() || std::ranges::any_of(model.knowledge, is_it);
}

std::vector<const ExpressionText*> AllTexts(const Definitions& model) { return TextsOf(model).found; }

IdRegistry::IdRegistry(std::string prefix, const std::vector<std::string>& reserved, const Definitions& model)
    : prefix_(std::move(prefix)), reserved_(reserved.begin(), reserved.end()) {
  const Texts texts = TextsOf(model);
  for (const ExpressionText* text : texts.found) AddWords(text->text, words_);
  words_.insert(texts.names.begin(), texts.names.end());
}

bool IdRegistry::IsFree(const std::string& id, std::string_view name) const {
  if (taken_.contains(id) || reserved_.contains(id) || feel::IsKeyword(id)) return false;
  if (std::ranges::find(kReserved, id) != kReserved.end()) return false;
  return id == name || !words_.contains(id);
}

std::string IdRegistry::Take(std::string_view name, std::string_view kind) {
  std::string base = InSnakeCase(name);
  const bool is_nameless = base.empty();
  base = prefix_ + (is_nameless ? std::string(kind) : base);
  return TakeFree(base, is_nameless ? base + "_1" : base, name);
}

std::string IdRegistry::TakeAfter(std::string_view id, std::string_view suffix) {
  const std::string base = std::string(id.substr(0, std::min(id.size(), kIdBytesMax - suffix.size()))) + std::string(suffix);
  return TakeFree(base, base, {});
}

// Numbers that were taken are not tried again.
std::string IdRegistry::TakeFree(const std::string& base, std::string id, std::string_view name) {
  if (!IsFree(id, name)) {
    std::size_t& number = numbers_.try_emplace(base, 1).first->second;
    do id = base + "_" + std::to_string(++number);
    while (!IsFree(id, name));
  }
  taken_.insert(id);
  return id;
}

}  // namespace oxpecker::dmn
