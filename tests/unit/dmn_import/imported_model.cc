#include "tests/unit/dmn_import/imported_model.h"

#include <algorithm>

#include "engine/features/features.h"

namespace oxpecker::dmn {
namespace {

using feel::Type;

std::string EngineTexts() {
  std::string yaml = "defaults: {owner: somebody}\npack: {id: p, version: 1.0.0, title: t}\ntexts:\n";
  for (const char* code : rules::kEngineReasons)
    yaml += std::string("  - {reason: ") + code + ", officer: {en: a, sv: b, zh: c}}\n";
  return yaml;
}

bool IsYaml(const ImportedFile& file) { return file.name.ends_with(".yaml"); }

Type FactsOf(const ModelImport& import) {
  std::vector<feel::Field> fields;
  for (const ImportedName& name : import.names)
    if (name.is_fact) fields.push_back({name.id, name.type, true});
  if (fields.empty()) fields.push_back({"as_of", Type::DateTime(), true});
  return Type::Context(std::move(fields));
}

std::string TextOf(const feel::Value& value) {
  return value.is_null() && value.cause() != nullptr ? "unknown" : feel::ToFeelText(value);
}

}  // namespace

ImportedModel::ImportedModel(std::vector<Definitions> sources, const ImportOptions& options)
    : model_(Model::Build(std::move(sources), {.keeps_names = true})),
      import_(ImportModel(model_, options)),
      facts_(FactsOf(import_)),
      evaluator_(model_, {}) {
  std::vector<rules::PackFile> files = {{"engine.yaml", EngineTexts()}};
  for (const ImportedFile& file : import_.files)
    if (IsYaml(file)) files.push_back({file.name, file.bytes});
  const Type event = Type::Context({{"type", Type::StringOf({"customer.review"}), false}});
  auto rulebook = rules::CompilePack(files, facts_, event, {});
  if (rulebook) rulebook_.emplace(*std::move(rulebook));
  else problems_ = ToString(rulebook.error());
}

std::string ImportedModel::Text() const {
  std::string text;
  for (const ImportedFile& file : import_.files)
    if (IsYaml(file)) text += file.bytes;
  return text;
}

std::string ImportedModel::Id(const std::string& element) const {
  for (const ImportedName& name : import_.names)
    if (name.element == element && name.what != "part" && !(name.is_fact && name.what == "decision")) return name.id;
  return {};
}

std::string ImportedModel::Remarks() const {
  std::string text;
  for (const ImportRemark& remark : import_.remarks)
    text += (remark.is_left_out ? "left out: " : "differs: ") + remark.error.ToString() + "\n";
  return text;
}

std::string ImportedModel::ByRulebook(const std::string& id, const std::vector<NamedInput>& given) {
  feel::Evaluator evaluator(feel::Limits{});
  std::vector<feel::Value> inputs(facts_.fields().size());
  static const feel::Cause kAbsent{feel::CauseKind::kMissing, {}, "absent", false};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    inputs[i] = feel::Value::Null(&kAbsent);
    for (const NamedInput& input : given)
      if (Id(input.name) == facts_.fields()[i].name) inputs[i] = input.value;
    // What was left out comes from elsewhere: here from the model.
    for (const ImportedName& name : import_.names)
      if (name.is_fact && name.what == "decision" && name.id == facts_.fields()[i].name) inputs[i] = ByModel(name.element, given);
  }
  inputs.resize(engine::InputCount(*rulebook_, inputs));
  engine::FindFeatures(*rulebook_, {}, evaluator, inputs);
  const auto& features = rulebook_->authored().features;
  for (std::size_t i = 0; i < features.size(); ++i)
    if (features[i].id == id) return TextOf(inputs[rulebook_->layout().features_begin + i]);
  return "no feature";
}

feel::Value ImportedModel::ByModel(const std::string& decision, const std::vector<NamedInput>& inputs) {
  Request request{.decisions = {decision}};
  for (const NamedInput& input : inputs) request.given.push_back({input.name, "", input.value});
  const auto outcome = evaluator_.Decide(request);
  return outcome ? outcome->values.front().value : feel::Value::String(arena().Copy(outcome.error().ToString()));
}

std::pair<std::string, std::string> ImportedModel::Both(const std::string& decision,
                                                        const std::vector<NamedInput>& inputs) {
  return {TextOf(ByModel(decision, inputs)), rulebook_ ? ByRulebook(Id(decision), inputs) : problems_};
}

Agreement ImportedModel::Compare(const std::string& decision, const std::vector<NamedInput>& inputs) {
  if (!rulebook_ || Id(decision).empty()) return Agreement::kNotCarried;
  const auto [by_model, by_rulebook] = Both(decision, inputs);
  if (by_model == by_rulebook) return Agreement::kSame;
  return by_rulebook == "unknown" ? Agreement::kUnknown : Agreement::kOther;
}

}  // namespace oxpecker::dmn
