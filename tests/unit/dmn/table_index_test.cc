// Decision tables with and without their index: a trace is made rule by rule, so the same question
// asked with one is the plain way. Every table of two columns over a small set of cells and values.
#include "tests/unit/dmn/models.h"

namespace oxpecker::dmn {
namespace {

const std::vector<std::string>& Cells() {
  static const std::vector<std::string> cells = {
      "-", "1", "< 2", "[1..3)", "not(2)", "null", "\"a\"", "> Limit", "? * 2 > 3", "1, null", "date(\"2026-01-01\")"};
  return cells;
}

std::string TableText(const std::string& policy, const std::vector<std::vector<std::string>>& rules, bool has_default) {
  std::string text = "<decisionTable hitPolicy=\"" + policy + "\">";
  for (const char* input : {"A", "B"})
    text += std::string("<input><inputExpression><text>") + input + "</text></inputExpression></input>";
  text += "<output><outputValues><text>3, 2, 1</text></outputValues>";
  if (has_default) text += "<defaultOutputEntry><text>2</text></defaultOutputEntry>";
  text += "</output>";
  std::size_t number = 0;
  for (const auto& cells : rules) {
    text += "<rule>";
    for (const std::string& cell : cells) text += "<inputEntry><text><![CDATA[" + cell + "]]></text></inputEntry>";
    text += "<outputEntry><text>" + std::to_string(number++ % 3 + 1) + "</text></outputEntry></rule>";
  }
  return text + "</decisionTable>";
}

// The value, and its cause with its place.
std::string Ask(const Model& model, const std::vector<feel::Value>& values, bool traced) {
  ModelEvaluator evaluator(model, {});
  Request request{.decisions = {"D"}};
  request.given = {{"A", "", values[0]}, {"B", "", values[1]}, {"Limit", "", feel::Value::Integer(1)}};
  std::vector<TraceStep> trace;
  const auto outcome = evaluator.Decide(request, traced ? &trace : nullptr);
  if (!outcome) return outcome.error().ToString();
  const feel::Value& value = outcome->values.front().value;
  std::string text = feel::ToFeelText(value);
  if (const feel::Cause* cause = value.cause()) text += " " + std::string(cause->message) + " " + evaluator.PlaceOf(*cause);
  return text;
}

TEST(TableIndexOfModels, AnswersAsRuleByRule) {
  const std::vector<feel::Value> values = {
      feel::Value(), feel::Value::Integer(1), feel::Value::Integer(2), feel::Value::Integer(3),
      feel::Value::String("a"), feel::Value::Boolean(true), feel::Value::Date(20'454)};
  const std::vector<std::string> policies = {"UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"};
  const std::size_t n = Cells().size();
  std::size_t asked = 0;
  std::size_t with_cause = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const auto cell = [&](std::size_t k) { return Cells()[k % n]; };
      const std::vector<std::vector<std::string>> rules = {
          {cell(i), cell(j)}, {cell(j), cell(i + 1)}, {cell(i + 3), cell(j + 5)}, {cell(i * j), "-"}};
      const std::string& policy = policies[(i + 3 * j) % policies.size()];
      const std::string elements = InputText("A") + InputText("B") + InputText("Limit", "number") +
                                   DecisionText("D", TableText(policy, rules, (i + j) % 2 == 0), {"A", "B", "Limit"});
      const Model model = Model::Build({Read("m.dmn", ModelText(elements))});
      for (const feel::Value& a : values)
        for (const feel::Value& b : values) {
          const std::string plain = Ask(model, {a, b}, true);
          ASSERT_EQ(Ask(model, {a, b}, false), plain)
              << policy << " " << i << " " << j << ": A = " << feel::ToFeelText(a) << ", B = " << feel::ToFeelText(b);
          ++asked;
          with_cause += plain.find("m.dmn:") != std::string::npos ? 1U : 0U;
        }
    }
  }
  EXPECT_EQ(asked, n * n * values.size() * values.size());
  EXPECT_GT(with_cause, asked / 50) << "the causes have been compared too";
}

}  // namespace
}  // namespace oxpecker::dmn
