#include "tests/unit/dmn/policy_tables.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string_view>

#include "rules/feel/evaluator.h"

namespace oxpecker::dmn {
namespace {

std::string Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> Cells(std::string_view text) {
  std::vector<std::string> cells;
  if (Trim(text).empty()) return cells;
  while (true) {
    const std::size_t bar = text.find(" | ");
    cells.push_back(Trim(text.substr(0, bar)));
    if (bar == std::string_view::npos) return cells;
    text.remove_prefix(bar + 3);
  }
}

std::pair<std::string, std::string> AtColon(std::string_view text) {
  const std::size_t colon = text.find(':');
  return {Trim(text.substr(0, colon)), Trim(text.substr(colon + 1))};
}

void ReadLine(const std::string& line, std::size_t number, PolicyTable& table) {
  if (line.starts_with("policy ")) {
    const std::string policy = line.substr(7);
    const bool aggregates = policy.starts_with("COLLECT ");
    table.policy = aggregates ? "COLLECT" : policy;
    if (aggregates) table.aggregation = policy.substr(8);
  } else if (line.starts_with("values ")) {
    table.values.push_back(AtColon(line.substr(7)));
  } else if (line.starts_with("default ")) {
    table.defaults.push_back(AtColon(line.substr(8)));
  } else if (line.starts_with("ask ")) {
    const std::size_t arrow = line.find("=>");
    table.questions.push_back(
        {number, Trim(line.substr(4, arrow - 4)), Trim(line.substr(arrow + 2))});
  } else {
    const std::size_t bars = line.find("||");
    const auto inputs = Cells(std::string_view(line).substr(0, bars));
    auto outputs = Cells(std::string_view(line).substr(bars + 2));
    if (outputs.empty()) outputs.emplace_back();
    if (!table.has_head) {
      table.inputs = inputs;
      table.outputs = outputs;
      table.has_head = true;
    } else {
      table.rules.emplace_back(inputs, outputs);
    }
  }
}

std::string InText(const char* element, const std::string& text) {
  return std::string("<") + element + "><text><![CDATA[" + text + "]]></text></" + element + ">";
}

std::string Named(const std::vector<std::pair<std::string, std::string>>& list,
                  const std::string& name) {
  for (const auto& [key, value] : list) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

std::vector<PolicyTable> ReadPolicyTables() {
  std::ifstream file(std::string(OXPECKER_SOURCE_DIR) + "/tests/unit/dmn/hit_policies.txt");
  std::vector<PolicyTable> tables;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("== ")) {
      tables.emplace_back();
      tables.back().title = line.substr(3);
      tables.back().line = number;
    } else {
      ReadLine(line, number, tables.back());
    }
  }
  return tables;
}

std::string TableText(const PolicyTable& table) {
  std::string text = "<decisionTable hitPolicy=\"" + table.policy + "\"";
  if (!table.aggregation.empty()) text += " aggregation=\"" + table.aggregation + "\"";
  text += ">\n";
  for (const std::string& input : table.inputs) {
    text += "<input>" + InText("inputExpression", input) + "</input>\n";
  }
  for (const std::string& output : table.outputs) {
    text += "<output name=\"" + output + "\">";
    const std::string values = Named(table.values, output);
    if (!values.empty()) text += InText("outputValues", values);
    const std::string value = Named(table.defaults, output);
    if (!value.empty()) text += InText("defaultOutputEntry", value);
    text += "</output>\n";
  }
  for (const auto& [inputs, outputs] : table.rules) {
    text += "<rule>";
    for (const std::string& cell : inputs) text += InText("inputEntry", cell);
    for (const std::string& cell : outputs) text += InText("outputEntry", cell);
    text += "</rule>\n";
  }
  return text + "</decisionTable>";
}

std::vector<std::pair<std::string, std::string>> Entries(const std::string& context) {
  feel::Evaluator evaluator{feel::Limits{}};
  const auto program = feel::Compile(context, {}, {});
  EXPECT_TRUE(program.has_value()) << context;
  const feel::Value value = evaluator.Evaluate(*program, {}, {});
  std::vector<std::pair<std::string, std::string>> entries;
  for (std::size_t i = 0; i < value.context().shape->size(); ++i) {
    entries.emplace_back(value.context().shape->name(i),
                         feel::ToFeelText(value.context().slots[i]));
  }
  return entries;
}

}  // namespace oxpecker::dmn
