// Runs hit_policies.txt, the tables that a banker can read: every table becomes a DMN file.
#include <fstream>

#include "tests/unit/dmn/models.h"

namespace oxpecker::dmn {
namespace {

struct Table {
  std::string title;
  std::size_t line = 0;
  std::string policy;
  std::string aggregation;
  std::vector<std::pair<std::string, std::string>> values;
  std::vector<std::pair<std::string, std::string>> defaults;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  bool has_head = false;
  std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> rules;
  struct Question {
    std::size_t line;
    std::string inputs;
    std::string answer;
  };
  std::vector<Question> questions;
};

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

void ReadLine(const std::string& line, std::size_t number, Table& table) {
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

std::vector<Table> ReadTables() {
  std::ifstream file(std::string(OXPECKER_SOURCE_DIR) + "/tests/unit/dmn/hit_policies.txt");
  std::vector<Table> tables;
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

std::string TableText(const Table& table) {
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

// The entries of a context, as a list of names and FEEL texts.
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

TEST(HitPolicies, EveryTableAnswersAsWritten) {
  const std::vector<Table> tables = ReadTables();
  ASSERT_GT(tables.size(), 30U);
  std::size_t questions = 0;
  for (const Table& table : tables) {
    std::string elements;
    for (const std::string& input : table.inputs) elements += InputText(input);
    Asked ask(elements + DecisionText("Answer", TableText(table), table.inputs));
    EXPECT_FALSE(table.questions.empty()) << table.title;
    for (const Table::Question& question : table.questions) {
      ++questions;
      const std::string answer = ask("Answer", Entries(question.inputs));
      const bool is_error = question.answer.starts_with("error: ");
      const bool holds = is_error ? answer.starts_with("error: ") &&
                                        answer.find(question.answer.substr(7)) != std::string::npos
                                  : answer == question.answer;
      EXPECT_TRUE(holds) << "hit_policies.txt:" << question.line << ": " << table.title << "\n  "
                         << question.inputs << " gives " << answer << ", expected "
                         << question.answer;
      EXPECT_TRUE(!is_error || !ask.place().empty()) << "no place: line " << question.line;
    }
  }
  EXPECT_GT(questions, 80U);
}

}  // namespace
}  // namespace oxpecker::dmn
