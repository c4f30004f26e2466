// Small DMN models for the tests, and short ways to ask them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/dmn/model.h"
#include "rules/dmn/reader.h"

namespace oxpecker::dmn {

inline constexpr std::string_view kDmn15 = "https://www.omg.org/spec/DMN/20230324/MODEL/";

// A whole file around the elements.
inline std::string ModelText(std::string_view elements, std::string_view space = "urn:test",
                             std::string_view dmn = kDmn15) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions xmlns=\"" + std::string(dmn) +
         "\" namespace=\"" + std::string(space) + "\" name=\"test\">\n" + std::string(elements) +
         "\n</definitions>";
}

inline Definitions Read(const std::string& file, std::string_view text) {
  auto definitions = ReadDefinitions(file, text, {});
  EXPECT_TRUE(definitions.has_value()) << ToString(definitions.error());
  return definitions ? *std::move(definitions) : Definitions{};
}

// A decision `name` (also its id) with that logic and requirements.
inline std::string DecisionText(std::string_view name, std::string_view logic,
                                const std::vector<std::string>& inputs = {},
                                const std::vector<std::string>& decisions = {},
                                const std::vector<std::string>& knowledge = {},
                                std::string_view type = "") {
  std::string text = "<decision id=\"" + std::string(name) + "\" name=\"" + std::string(name) +
                     "\"><variable name=\"" + std::string(name) + "\" typeRef=\"" +
                     std::string(type) + "\"/>\n";
  const auto require = [&](const char* kind, const char* requirement, const auto& names) {
    for (const std::string& required : names) {
      text += std::string("<") + requirement + "><" + kind + " href=\"#" + required + "\"/></" +
              requirement + ">\n";
    }
  };
  require("requiredInput", "informationRequirement", inputs);
  require("requiredDecision", "informationRequirement", decisions);
  require("requiredKnowledge", "knowledgeRequirement", knowledge);
  return text + std::string(logic) + "</decision>\n";
}
inline std::string Literal(std::string_view text) {
  return "<literalExpression><text><![CDATA[" + std::string(text) +
         "]]></text></literalExpression>";
}
inline std::string InputText(std::string_view name, std::string_view type = "") {
  return "<inputData id=\"" + std::string(name) + "\" name=\"" + std::string(name) +
         "\"><variable name=\"" + std::string(name) + "\" typeRef=\"" + std::string(type) +
         "\"/></inputData>\n";
}

// Asks one model; values are FEEL text.
class Asked {
 public:
  explicit Asked(std::vector<Definitions> sources, const feel::Limits& limits = {})
      : model_(Model::Build(std::move(sources))), evaluator_(model_, limits) {}
  explicit Asked(std::string_view elements, const feel::Limits& limits = {})
      : Asked(std::vector<Definitions>{Read("test.dmn", ModelText(elements))}, limits) {}

  // "42", or "null", or "error: what went wrong".
  std::string operator()(const std::string& decision,
                         const std::vector<std::pair<std::string, std::string>>& inputs = {}) {
    return Answer({.decisions = {decision}}, inputs);
  }
  std::string Service(const std::string& service,
                      const std::vector<std::pair<std::string, std::string>>& inputs = {}) {
    return Answer({.service = service}, inputs);
  }
  std::string place() const { return place_; }
  const std::vector<std::string>& not_given() const { return not_given_; }
  const Model& model() const { return model_; }
  std::vector<std::string> problems() const {
    std::vector<std::string> texts;
    for (const Problem& problem : model_.problems()) {
      texts.push_back((problem.refuses ? "" : "in doubt: ") + problem.error.ToString());
    }
    return texts;
  }

 private:
  std::string Answer(Request request,
                     const std::vector<std::pair<std::string, std::string>>& inputs) {
    for (const auto& [name, text] : inputs) {
      auto program = feel::Compile(text, {}, {});
      EXPECT_TRUE(program.has_value()) << text;
      programs_.push_back(*program);
      request.given.push_back({name, "", values_.Evaluate(programs_.back(), {}, {})});
    }
    evaluator_.Reset();
    const auto outcome = evaluator_.Decide(request);
    if (!outcome) return "refused: " + outcome.error().ToString();
    not_given_ = outcome->not_given;
    const feel::Value& value = outcome->values.front().value;
    place_.clear();
    if (value.cause() == nullptr) return feel::ToFeelText(value);
    place_ = evaluator_.PlaceOf(*value.cause());
    return "error: " + std::string(value.cause()->message);
  }

  Model model_;
  ModelEvaluator evaluator_;
  feel::Evaluator values_{feel::Limits{}};
  std::vector<feel::Program> programs_;
  std::string place_;
  std::vector<std::string> not_given_;
};

}  // namespace oxpecker::dmn
