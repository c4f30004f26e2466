#include "rules/dmn/model.h"

#include <algorithm>
#include <map>
#include <utility>

#include "rules/dmn/interpreter.h"
#include "rules/dmn/model_compiler.h"
#include "rules/feel/diagnostics.h"
#include "rules/feel/scanner.h"

namespace oxpecker::dmn {
namespace {

using feel::Value;

template <class Elements>
std::optional<std::uint32_t> FindNamed(const Elements& elements, std::string_view name) {
  for (std::uint32_t i = 0; i < elements.size(); ++i) {
    if (elements[i].name == name) return i;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> FindDecision(const CompiledModel& model, std::string_view name) {
  for (std::uint32_t i = 0; i < model.decisions.size(); ++i) {
    const CompiledDecision& decision = model.decisions[i];
    if (decision.model == 0 && decision.name == name) return i;
  }
  for (std::uint32_t i = 0; i < model.decisions.size(); ++i) {
    if (model.decisions[i].model == 0 && model.decisions[i].id == name) return i;
  }
  return FindNamed(model.decisions, name);
}

template <class Elements>
std::unexpected<Error> FailUnknown(const char* what, std::string_view name,
                                   const Elements& elements) {
  std::vector<std::string_view> known;
  for (const auto& element : elements) known.push_back(element.name);
  return Fail(ErrorCode::kNotFound, "",
              std::string("the model has no ") + what + " '" + std::string(name) + "'",
              feel::Suggestion(name, known));
}

}  // namespace

Model Model::Build(std::vector<Definitions> sources, const BuildOptions& options) {
  Model model;
  model.compiled_ = CompileModel(std::move(sources), options);
  return model;
}

const Problems& Model::problems() const { return compiled_->problems; }

Issues Model::RefusalsFor(std::span<const std::string> decisions) const {
  const CompiledModel& model = *compiled_;
  std::vector<ElementRef> needed;
  const auto need = [&](ElementRef ref) {
    if (std::find(needed.begin(), needed.end(), ref) == needed.end()) needed.push_back(ref);
  };
  for (const std::string& name : decisions) {
    if (const auto index = FindDecision(model, name)) need({ElementKind::kDecision, *index});
  }
  for (std::size_t i = 0; i < needed.size(); ++i) {
    const ElementRef ref = needed[i];
    const auto& of_element = [&]() -> const std::vector<ElementRef>& {
      static const std::vector<ElementRef> none;
      if (ref.kind == ElementKind::kDecision) return model.decisions[ref.index].requirements;
      if (ref.kind == ElementKind::kKnowledge) return model.knowledge[ref.index].requirements;
      if (ref.kind == ElementKind::kService) return model.services[ref.index].outputs;
      return none;
    }();
    for (const ElementRef& required : of_element) need(required);
  }
  Issues issues;
  for (const Problem& problem : model.problems) {
    const bool concerns = decisions.empty() || !problem.owner ||
                          std::find(needed.begin(), needed.end(), *problem.owner) != needed.end();
    if (problem.refuses && concerns) issues.push_back(problem.error);
  }
  return issues;
}

std::vector<std::string> Model::decision_names() const {
  std::vector<std::string> names;
  for (const CompiledDecision& decision : compiled_->decisions) {
    if (decision.model == 0) names.push_back(decision.name);
  }
  return names;
}

std::vector<InputInfo> Model::inputs() const {
  std::vector<InputInfo> inputs;
  for (const CompiledInputData& input : compiled_->inputs) {
    if (input.model == 0) inputs.push_back({input.name, compiled_->types->NameOf(input.type)});
  }
  return inputs;
}

struct ModelEvaluator::State {
  State(const Model& of, const feel::Limits& limits) : model(of), evaluator(limits) {}
  Model model;
  HouseholdPrograms programs;
  feel::Evaluator evaluator;
  std::map<const feel::Cause*, std::string> places;
};

ModelEvaluator::ModelEvaluator(const Model& model, const feel::Limits& limits)
    : state_(std::make_unique<State>(model, limits)) {}
ModelEvaluator::~ModelEvaluator() = default;
ModelEvaluator::ModelEvaluator(ModelEvaluator&&) noexcept = default;
ModelEvaluator& ModelEvaluator::operator=(ModelEvaluator&&) noexcept = default;

feel::Arena& ModelEvaluator::arena() { return state_->evaluator.arena(); }

void ModelEvaluator::Reset() {
  state_->evaluator.Reset();
  state_->places.clear();
}

std::string ModelEvaluator::PlaceOf(const feel::Cause& cause) const {
  const auto place = state_->places.find(&cause);
  return place == state_->places.end() ? std::string() : place->second;
}

feel::Type ModelEvaluator::TypeOfInput(std::string_view name) const {
  const CompiledModel& model = state_->model.compiled();
  if (const auto input = FindNamed(model.inputs, name)) {
    return model.types->StaticType(model.inputs[*input].type);
  }
  if (const auto decision = FindDecision(model, name)) {
    return model.types->StaticType(model.decisions[*decision].type);
  }
  return feel::Type::Any();
}

namespace {

// One request: what is given, and what is asked for.
class Answer {
 public:
  Answer(const CompiledModel& model, Interpreter& interpreter, const Request& request)
      : model_(model), interpreter_(interpreter), request_(request) {}

  Result<Outcome> Run() {
    Interpreter::Activation activation = interpreter_.NewActivation();
    Outcome outcome;
    if (!request_.knowledge.empty()) return Knowledge();
    for (const Given& given : request_.given) {
      if (!Give(activation, given)) outcome.unknown_given.push_back(given.name);
    }
    if (!request_.service.empty()) {
      OXP_TRY(outcome.values, Service(activation));
    } else {
      OXP_TRY(outcome.values, Decisions(activation));
    }
    if (request_.service.empty()) outcome.failed_below = FailedBelow(activation);
    for (const std::uint32_t input : interpreter_.not_given()) {
      outcome.not_given.push_back(model_.inputs[input].name);
    }
    return outcome;
  }

 private:
  bool SpaceIs(std::size_t model, const Given& given) const {
    return given.space.empty() || model_.sources[model].space == given.space;
  }

  bool Give(Interpreter::Activation& activation, const Given& given) {
    const std::string name = feel::WithSingleSpaces(given.name);
    bool is_known = false;
    const auto give = [&](ElementKind kind, const auto& elements) {
      for (std::uint32_t i = 0; i < elements.size(); ++i) {
        if (elements[i].name != name || !SpaceIs(elements[i].model, given)) continue;
        interpreter_.Give(activation, {kind, i}, given.value);
        is_known = true;
      }
    };
    give(ElementKind::kInput, model_.inputs);
    if (!is_known) give(ElementKind::kDecision, model_.decisions);
    return is_known;
  }

  std::vector<NamedValue> FailedBelow(const Interpreter::Activation& activation) const {
    std::vector<NamedValue> failed;
    for (std::uint32_t i = 0; i < model_.decisions.size(); ++i) {
      const bool has_failed = activation.decisions[i] && activation.decisions[i]->cause() != nullptr &&
                              activation.decisions[i]->cause()->is_error() && !activation.decisions[i]->cause()->by_definition;
      const auto is_this = [&](const std::string& asked) { return FindDecision(model_, asked) == i; };
      if (has_failed && std::ranges::none_of(request_.decisions, is_this))
        failed.push_back({model_.decisions[i].name, *activation.decisions[i]});
    }
    return failed;
  }

  Result<std::vector<NamedValue>> Decisions(Interpreter::Activation& activation) {
    std::vector<ElementRef> refs;
    for (const std::string& name : request_.decisions) {
      const auto index = FindDecision(model_, name);
      if (!index) return FailUnknown("decision", name, model_.decisions);
      refs.push_back({ElementKind::kDecision, *index});
    }
    interpreter_.Decide(activation, refs);
    std::vector<NamedValue> values;
    for (std::size_t i = 0; i < refs.size(); ++i) {
      values.push_back({request_.decisions[i],
                        activation.decisions[refs[i].index].value_or(Value())});
    }
    return values;
  }

  // The outputs of the service, each under its own name. What the service's type makes of the whole
  // shows in each: a result that does not conform is null.
  Result<std::vector<NamedValue>> Service(const Interpreter::Activation& activation) {
    const auto index = FindNamed(model_.services, request_.service);
    if (!index) return FailUnknown("decision service", request_.service, model_.services);
    const CompiledService& service = model_.services[*index];
    std::vector<Value> arguments;
    for (const ElementRef& ref : service.parameters) {
      const auto& values =
          ref.kind == ElementKind::kInput ? activation.inputs : activation.decisions;
      arguments.push_back(values[ref.index].value_or(Value()));
    }
    const Value result = interpreter_.CallService(service, arguments);
    std::vector<NamedValue> values;
    for (const ElementRef& ref : service.outputs) {
      const std::string& name = model_.decisions[ref.index].name;
      const Value* entry = service.shape != nullptr && result.kind() == feel::Kind::kContext
                               ? feel::FindEntry(result, name)
                               : nullptr;
      values.push_back({name, entry == nullptr ? result : *entry});
    }
    return values;
  }

  Result<Outcome> Knowledge() {
    const auto index = FindNamed(model_.knowledge, request_.knowledge);
    if (!index) {
      return FailUnknown("business knowledge model", request_.knowledge, model_.knowledge);
    }
    const CompiledKnowledge& knowledge = model_.knowledge[*index];
    if (knowledge.function == nullptr) {
      return Fail(ErrorCode::kRefused, knowledge.place, "it has no logic");
    }
    std::vector<Value> arguments(knowledge.function->parameter_names.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      for (const Given& given : request_.given) {
        if (given.name == knowledge.function->parameter_names[i]) arguments[i] = given.value;
      }
    }
    Outcome outcome;
    outcome.values.push_back(
        {knowledge.name, interpreter_.CallKnowledge(knowledge, arguments)});
    return outcome;
  }

  const CompiledModel& model_;
  Interpreter& interpreter_;
  const Request& request_;
};

}  // namespace

Result<Outcome> ModelEvaluator::Decide(const Request& request, std::vector<TraceStep>* trace) {
  State& s = *state_;
  s.evaluator.BeginJoint(request.environment);
  Interpreter interpreter(s.model.compiled(), s.programs, s.evaluator, s.places, trace);
  Result<Outcome> outcome = Answer(s.model.compiled(), interpreter, request).Run();
  s.evaluator.EndJoint();
  return outcome;
}

}  // namespace oxpecker::dmn
