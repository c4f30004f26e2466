// Any bytes as a DMN file: read, built, and every decision evaluated. Nothing may crash; every
// refusal says where; the same file gives the same values twice.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "rules/dmn/model.h"
#include "rules/dmn/reader.h"
#include "rules/feel/limits.h"

namespace oxpecker {
namespace {

constexpr feel::Limits kLimits = {.steps_max = 20'000, .memory_bytes_max = 4U << 20U};

std::vector<std::string> Answers(const dmn::Model& model) {
  dmn::ModelEvaluator evaluator(model, kLimits);
  std::vector<dmn::TraceStep> trace;
  const auto outcome = evaluator.Decide({.decisions = model.decision_names()}, &trace);
  std::vector<std::string> answers;
  if (!outcome) return answers;
  for (const dmn::NamedValue& named : outcome->values) {
    answers.push_back(feel::ToFeelText(named.value));
  }
  return answers;
}

void Run(std::string_view text) {
  auto definitions = dmn::ReadDefinitions("fuzz.dmn", text, {});
  if (!definitions) {
    OXP_CHECK(!definitions.error().empty());
    for (const Error& issue : definitions.error()) {
      OXP_CHECK(!issue.place.empty() && !issue.message.empty());
    }
    return;
  }
  const dmn::Model model = dmn::Model::Build({*std::move(definitions)});
  for (const dmn::Problem& problem : model.problems()) {
    OXP_CHECK(!problem.error.message.empty());
  }
  OXP_CHECK(Answers(model) == Answers(model));
}

}  // namespace
}  // namespace oxpecker

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  oxpecker::Run(std::string_view(reinterpret_cast<const char*>(bytes), size));
  return 0;
}
