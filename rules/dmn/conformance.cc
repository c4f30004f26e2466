#include "rules/dmn/conformance.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json/value.h"
#include "rules/dmn/reader.h"
#include "rules/feel/conformance.h"

namespace oxpecker::dmn {
namespace {

constexpr std::size_t kModelsKept = 8;

std::string_view TextOf(json::View object, std::string_view key) {
  const std::optional<json::View> member = object.Find(key);
  return member && member->kind() == json::Kind::kString ? member->text() : std::string_view();
}

std::vector<std::string> PathsOf(json::View request) {
  std::vector<std::string> paths = {std::string(TextOf(request, "model"))};
  if (const auto extra = request.Find("extra_models")) {
    for (const json::View path : *extra) paths.emplace_back(path.text());
  }
  return paths;
}

Request ReadRequest(json::View request, feel::Arena& arena) {
  Request made;
  const std::string_view kind = TextOf(request, "kind");
  if (kind == "decisionService") made.service = TextOf(request, "invocable");
  if (kind == "bkm") made.knowledge = TextOf(request, "invocable");
  if (const auto results = request.Find("results")) {
    for (const json::View name : *results) made.decisions.emplace_back(name.text());
  }
  if (const auto inputs = request.Find("inputs")) {
    for (const json::View input : *inputs) {
      const auto value = input.Find("value");
      made.given.push_back(
          {std::string(TextOf(input, "name")), std::string(TextOf(input, "namespace")),
           value ? feel::ReadConformanceValue(*value, arena) : feel::Value()});
    }
  }
  return made;
}

}  // namespace

struct ModelConformance::Loaded {
  std::vector<std::string> paths;
  std::string problem;  // why there is no model
  std::optional<ModelEvaluator> evaluator;
};

ModelConformance::ModelConformance(ReadFileFunction read_file, std::string root)
    : read_file_(std::move(read_file)), root_(std::move(root)), expressions_(feel::Limits{}) {}
ModelConformance::~ModelConformance() = default;

ModelConformance::Loaded& ModelConformance::Load(json::View request) {
  std::vector<std::string> paths = PathsOf(request);
  const auto known = std::find_if(loaded_.begin(), loaded_.end(),
                                  [&](const auto& loaded) { return loaded->paths == paths; });
  if (known != loaded_.end()) {
    std::rotate(loaded_.begin(), known, known + 1);
    return *loaded_.front();
  }
  auto loaded = std::make_unique<Loaded>();
  std::vector<Definitions> sources;
  for (const std::string& path : paths) {
    const auto text = read_file_(root_.empty() ? path : root_ + "/" + path);
    if (!text) {
      loaded->problem = text.error().ToString();
      break;
    }
    auto definitions = ReadDefinitions(path, *text, {});
    if (!definitions) {
      loaded->problem = definitions.error().front().ToString();
      break;
    }
    sources.push_back(*std::move(definitions));
  }
  if (loaded->problem.empty()) {
    loaded->evaluator.emplace(Model::Build(std::move(sources)), feel::Limits{});
  }
  loaded->paths = std::move(paths);
  if (loaded_.size() == kModelsKept) loaded_.pop_back();
  loaded_.insert(loaded_.begin(), std::move(loaded));
  return *loaded_.front();
}

json::Object ModelConformance::AnswerByModel(json::View request,
                                             const feel::Environment& environment) {
  json::Object answer;
  answer.Set("id", TextOf(request, "id"));
  Loaded& loaded = Load(request);
  if (!loaded.evaluator) {
    answer.Set("unsupported", loaded.problem);
    return answer;
  }
  ModelEvaluator& evaluator = *loaded.evaluator;
  Request made = ReadRequest(request, evaluator.arena());
  made.environment = environment;
  const Result<Outcome> outcome = evaluator.Decide(made);
  if (!outcome) {
    answer.Set("unsupported", outcome.error().ToString());
    evaluator.Reset();
    return answer;
  }
  json::Array results;
  for (const NamedValue& named : outcome->values) {
    json::Object result;
    json::Array diagnostics;
    if (feel::IsDiagnosed(named.value)) {
      const feel::Cause& cause = *named.value.cause();
      diagnostics.emplace_back(evaluator.PlaceOf(cause) + ": " + std::string(cause.message));
    }
    result.Set("name", named.name);
    result.Set("value", feel::WriteConformanceValue(named.value));
    result.Set("diagnostics", std::move(diagnostics));
    results.emplace_back(std::move(result));
  }
  answer.Set("results", std::move(results));
  evaluator.Reset();
  return answer;
}

Result<std::string> ModelConformance::Answer(std::string_view line,
                                             const feel::Environment& environment) {
  OXP_TRY(const json::Document document, json::Document::Parse(line, {}));
  const json::View request = document.root();
  const bool has_model = request.kind() == json::Kind::kObject &&
                         !TextOf(request, "id").empty() && !TextOf(request, "model").empty();
  if (has_model) return json::Canonical(AnswerByModel(request, environment));
  auto answer = feel::AnswerConformanceCase(line, expressions_, environment);
  expressions_.Reset();
  return answer;
}

}  // namespace oxpecker::dmn
