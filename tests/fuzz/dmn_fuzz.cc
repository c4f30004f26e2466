// Any bytes as a DMN file: read, built, every decision evaluated, and the whole brought into a rulebook.
// Nothing may crash; every refusal says where; the same file gives the same values twice; what is
// written for a rulebook is YAML that its reader takes, whatever the names in the file are.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "rules/dmn/model.h"
#include "rules/dmn/reader.h"
#include "rules/dmn_import/import.h"
#include "rules/feel/limits.h"
#include "rules/rulebook/rulebook.h"

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
  const dmn::Model model = dmn::Model::Build({*std::move(definitions)}, {.keeps_names = true});
  for (const dmn::Problem& problem : model.problems()) {
    OXP_CHECK(!problem.error.message.empty());
  }
  OXP_CHECK(Answers(model) == Answers(model));
  const dmn::ModelImport import = dmn::ImportModel(model, {});
  std::vector<rules::PackFile> files = {{"pack.yaml", "pack: {id: p, version: '1', title: t}"}};
  for (const dmn::ImportedFile& file : import.files)
    if (file.name.ends_with(".yaml")) files.push_back({file.name, file.bytes});
  OXP_CHECK(rules::ReadWhatIsReadable(files).issues.empty());
}

}  // namespace
}  // namespace oxpecker

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  oxpecker::Run(std::string_view(reinterpret_cast<const char*>(bytes), size));
  return 0;
}
