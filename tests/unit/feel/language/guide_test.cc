// The examples of docs/feel.md: what the guide says is what happens.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/feel/language/expressions.h"

namespace oxpecker::feel {
namespace {

struct Example {
  int line = 0;
  std::string expression;
  std::string expected;
};

std::string Trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<Example> ReadExamples() {
  std::ifstream guide(OXPECKER_SOURCE_DIR "/docs/feel.md");
  std::vector<Example> examples;
  bool is_code = false;
  int number = 0;
  for (std::string line; std::getline(guide, line);) {
    ++number;
    if (line.starts_with("```")) {
      is_code = line == "```feel";
      continue;
    }
    const std::size_t mark = line.rfind("// ");
    if (!is_code || mark == std::string::npos) continue;
    examples.push_back({number, Trimmed(line.substr(0, mark)), Trimmed(line.substr(mark + 3))});
  }
  return examples;
}

// "error: text" where it does not compile, "null: text" for a null with a cause, else the value.
std::string Outcome(const std::string& expression) {
  const Checked<Program> program = Compile(expression, {}, {});
  if (!program) return "error: " + ToString(program.error());
  Evaluator evaluator{Limits{}};
  const Value value = evaluator.Evaluate(*program, {}, {});
  if (value.cause() == nullptr) return ToFeelText(value);
  return "null: " + std::string(value.cause()->message);
}

TEST(Guide, EveryExampleHolds) {
  const std::vector<Example> examples = ReadExamples();
  ASSERT_GT(examples.size(), 80U);
  for (const Example& example : examples) {
    const std::string outcome = Outcome(example.expression);
    const std::size_t colon = example.expected.find(": ");
    const bool told = example.expected.starts_with("error: ") || example.expected.starts_with("null: ");
    if (!told) {
      EXPECT_EQ(outcome, example.expected) << "line " << example.line << ": " << example.expression;
      continue;
    }
    EXPECT_TRUE(outcome.starts_with(example.expected.substr(0, colon)))
        << "line " << example.line << ": " << example.expression << " gives " << outcome;
    EXPECT_NE(outcome.find(example.expected.substr(colon + 2)), std::string::npos)
        << "line " << example.line << ": " << example.expression << " gives " << outcome;
  }
}

}  // namespace
}  // namespace oxpecker::feel
