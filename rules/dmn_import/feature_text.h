// rules/dmn_import/feature_text.h - features as YAML. Private to rules/dmn_import.
#pragma once

#include <set>
#include <string>
#include <variant>
#include <vector>

#include "rules/feel/hit_policy.h"

namespace oxpecker::dmn {

// A decision table as a feature has it (docs/rulebook.md). Empty texts are left out.
struct TableText {
  struct Input {
    std::string expression;
    std::string allowed;
    std::string label;
  };
  struct Output {
    std::string name;
    std::string allowed;
    std::string default_value;
    std::string label;
  };
  struct Row {
    std::vector<std::string> tests;
    std::vector<std::string> results;
    std::string note;
  };
  feel::HitPolicy hit_policy = feel::HitPolicy::kUnique;
  feel::Aggregation aggregation = feel::Aggregation::kNone;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<Row> rows;
};

struct FeatureText {
  std::string id;
  std::string title;
  std::string provenance;  // where it stands in the model: for a comment
  std::string type;
  std::string allowed;
  std::variant<std::string, TableText> definition;  // an expression, or a table
};

std::string ToYaml(const FeatureText& feature);
// Adds the words of its expressions and cells, which hold every name that it may mean.
void AddWordsOf(const FeatureText& feature, std::set<std::string, std::less<>>& words);
// A scalar that reads back as the text, on one line.
std::string YamlScalar(const std::string& text);
// "# text", with nothing in it that could end the line or steer a terminal.
std::string YamlComment(const std::string& text);

}  // namespace oxpecker::dmn
