#include "rules/rulebook/form.h"

#include <algorithm>
#include <numeric>

#include "base/decimal.h"

namespace oxpecker::rules {
namespace {

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string WithArticle(const std::string& noun) {
  return (std::string_view("aeiou").find(noun.front()) == std::string_view::npos ? "a " : "an ") + noun;
}

std::string InSmallLetters(std::string_view text) {
  std::string small(text);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return small;
}

const char* What(const yaml::Node& node) {
  switch (node.kind) {
    case yaml::Kind::kNull: return "nothing";
    case yaml::Kind::kScalar: return "a text";
    case yaml::Kind::kSequence: return "a list";
    case yaml::Kind::kMapping: return "a mapping";
  }
  return "something else";
}

}  // namespace

std::string Nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = EditDistance(InSmallLetters(word), InSmallLetters(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

Expression ToExpression(const yaml::Node& node) {
  std::string text = node.text;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return {std::move(text), node.origin, node.indent};
}

Form::Form(const yaml::Node& node, std::string what, Issues& issues)
    : node_(node), what_(std::move(what)), issues_(issues) {
  if (node.kind != yaml::Kind::kMapping)
    Report(node, std::string("found ") + What(node) + ", expected " + WithArticle(what_) + " as a mapping");
}

void Form::Report(const yaml::Node& at, std::string message, std::string hint) {
  issues_.push_back({ErrorCode::kInvalidInput, at.Place(), std::move(message), std::move(hint)});
}

bool Form::Has(std::string_view key) { return node_.Find(key) != nullptr; }

const yaml::Node* Form::Take(std::string_view key) {
  known_.emplace_back(key);
  return node_.Find(key);
}

const yaml::Node* Form::Require(std::string_view key) {
  const yaml::Node* found = Take(key);
  if (found == nullptr && node_.kind == yaml::Kind::kMapping)
    Report(node_, "this " + what_ + " has no '" + std::string(key) + "'", "add it");
  return found;
}

std::string Form::Text(std::string_view key, bool required) {
  const yaml::Node* node = required ? Require(key) : Take(key);
  if (node == nullptr) return {};
  if (node->kind != yaml::Kind::kScalar || node->text.empty()) {
    Report(*node, std::string("found ") + What(*node) + " under '" + std::string(key) + "', expected a text");
    return {};
  }
  std::string text = node->text;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string Form::Word(std::string_view key, std::initializer_list<std::string_view> words,
                       bool required) {
  std::string word = Text(key, required);
  if (word.empty()) return word;
  if (std::find(words.begin(), words.end(), word) != words.end()) return word;
  std::vector<std::string> known(words.begin(), words.end());
  const std::string near = Nearest(word, known);
  Report(*node_.Find(key), "'" + word + "' is no " + std::string(key) + "; expected one of " + Joined(known),
         near.empty() ? "" : "did you mean '" + near + "'?");
  return {};
}

std::int64_t Form::Integer(std::string_view key, std::int64_t low, std::int64_t high,
                           std::int64_t fallback) {
  const yaml::Node* node = Take(key);
  if (node == nullptr) return fallback;
  const auto number = node->kind == yaml::Kind::kScalar ? Decimal::Parse(node->text) : std::nullopt;
  const auto whole = number ? number->ToInt64() : std::nullopt;
  if (!whole || *whole < low || *whole > high) {
    Report(*node, "'" + std::string(key) + "' is no whole number from " + std::to_string(low) + " to " +
                      std::to_string(high));
    return fallback;
  }
  return *whole;
}

std::string Form::DecimalText(std::string_view key, bool required) {
  const yaml::Node* node = required ? Require(key) : Take(key);
  if (node == nullptr) return {};
  const auto number = node->kind == yaml::Kind::kScalar ? Decimal::Parse(node->text) : std::nullopt;
  if (!number || *number < Decimal::FromInt64(0) || *number > Decimal::FromInt64(1)) {
    Report(*node, "'" + std::string(key) + "' is no number from 0 to 1");
    return {};
  }
  return number->ToCanonicalString();
}

bool Form::Flag(std::string_view key, bool fallback) {
  const std::string word = Word(key, {"true", "false"}, false);
  return word.empty() ? fallback : word == "true";
}

Expression Form::Feel(std::string_view key, bool required) {
  const yaml::Node* node = required ? Require(key) : Take(key);
  if (node == nullptr) return {};
  if (node->kind != yaml::Kind::kScalar || node->text.empty()) {
    Report(*node, std::string("found ") + What(*node) + " under '" + std::string(key) + "', expected an expression",
           "write FEEL text; quote it if it begins with [ or {");
    return {};
  }
  return ToExpression(*node);
}

std::vector<std::string> Form::Words(std::string_view key, bool required) {
  std::vector<std::string> words;
  const yaml::Node* node = required ? Require(key) : Take(key);
  if (node == nullptr) return words;
  if (node->kind == yaml::Kind::kScalar) return {node->text};
  if (node->kind != yaml::Kind::kSequence) {
    Report(*node, std::string("found ") + What(*node) + " under '" + std::string(key) + "', expected a list of words");
    return words;
  }
  for (const yaml::Node& item : node->items) {
    if (item.kind == yaml::Kind::kScalar)
      words.push_back(item.text);
    else
      Report(item, std::string("found ") + What(item) + " in '" + std::string(key) + "', expected a word");
  }
  return words;
}

std::map<std::string, std::string> Form::ByLanguage(std::string_view key, bool required) {
  std::map<std::string, std::string> texts;
  const yaml::Node* node = required ? Require(key) : Take(key);
  if (node == nullptr) return texts;
  Form form(*node, "text by language", issues_);
  for (const char* language : kLanguages) texts[language] = form.Text(language, true);
  form.Finish();
  return texts;
}

void Form::Each(std::string_view key, bool required,
                const std::function<void(const yaml::Node&)>& visit) {
  const yaml::Node* node = required ? Require(key) : Take(key);
  if (node == nullptr) return;
  if (node->kind == yaml::Kind::kSequence) {
    for (const yaml::Node& item : node->items) visit(item);
  } else if (node->kind == yaml::Kind::kMapping) {
    visit(*node);
  } else {
    Report(*node, std::string("found ") + What(*node) + " under '" + std::string(key) + "', expected a list");
  }
}

void Form::Finish() {
  for (const auto& [key, value] : node_.entries) {
    if (std::find(known_.begin(), known_.end(), key.text) != known_.end()) continue;
    const std::string near = Nearest(key.text, known_);
    Report(key, "unknown key '" + key.text + "' in " + WithArticle(what_),
           near.empty() ? "known keys: " + Joined(known_) : "did you mean '" + near + "'?");
  }
}

}  // namespace oxpecker::rules
