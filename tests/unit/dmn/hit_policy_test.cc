// Runs hit_policies.txt: every table becomes a DMN file.
#include "tests/unit/dmn/models.h"
#include "tests/unit/dmn/policy_tables.h"

namespace oxpecker::dmn {
namespace {

TEST(HitPolicies, EveryTableAnswersAsWritten) {
  const std::vector<PolicyTable> tables = ReadPolicyTables();
  ASSERT_GT(tables.size(), 30U);
  std::size_t questions = 0;
  for (const PolicyTable& table : tables) {
    std::string elements;
    for (const std::string& input : table.inputs) elements += InputText(input);
    Asked ask(elements + DecisionText("Answer", TableText(table), table.inputs));
    EXPECT_FALSE(table.questions.empty()) << table.title;
    for (const PolicyTable::Question& question : table.questions) {
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
