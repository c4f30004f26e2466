#include "rules/dmn/interpreter.h"

#include <algorithm>
#include <utility>

namespace oxpecker::dmn {
namespace {

using feel::CauseKind;
using feel::Value;

feel::Program CompiledHere(std::string_view text) {
  feel::Scope scope;
  scope.Add("x", feel::Type::Any());
  auto program = feel::Compile(text, scope, {});
  OXP_CHECK(program.has_value());
  return *std::move(program);
}

// A business knowledge model as a value.
class KnowledgeFunction final : public feel::HostFunction {
 public:
  KnowledgeFunction(Interpreter& interpreter, const CompiledKnowledge& knowledge)
      : interpreter_(&interpreter), knowledge_(&knowledge) {}
  Value Call(SourceSpan /*span*/, std::span<const Value> arguments) const override {
    return interpreter_->CallKnowledge(*knowledge_, arguments);
  }
  std::span<const std::string> parameter_names() const override {
    return knowledge_->function->parameter_names;
  }
  const feel::Type& type() const override { return knowledge_->type; }

 private:
  Interpreter* interpreter_;
  const CompiledKnowledge* knowledge_;
};

// A decision service as a value.
class ServiceFunction final : public feel::HostFunction {
 public:
  ServiceFunction(Interpreter& interpreter, const CompiledService& service)
      : interpreter_(&interpreter), service_(&service) {}
  Value Call(SourceSpan /*span*/, std::span<const Value> arguments) const override {
    return interpreter_->CallService(*service_, arguments);
  }
  std::span<const std::string> parameter_names() const override {
    return service_->parameter_names;
  }
  const feel::Type& type() const override { return service_->type; }

 private:
  Interpreter* interpreter_;
  const CompiledService* service_;
};

}  // namespace

HouseholdPrograms::HouseholdPrograms()
    : items(CompiledHere("for i in x return i")) {}

Interpreter::Step::Step(Interpreter& owner, const char* what, std::string_view name,
                        std::string_view place)
    : owner_(owner) {
  ++owner_.depth_;
  if (owner_.trace_ == nullptr) return;
  index_ = owner_.trace_->size();
  owner_.trace_->push_back(
      {owner_.depth_ - 1, what, std::string(name), std::string(place), {}, {}});
}

Interpreter::Step::~Step() { --owner_.depth_; }

void Interpreter::Step::End(const Value& value, std::string note) {
  if (owner_.trace_ == nullptr) return;
  (*owner_.trace_)[index_].value = value;
  (*owner_.trace_)[index_].note = std::move(note);
}

Value Interpreter::Fail(CauseKind kind, const std::string& place, const std::string& message) {
  const std::string_view text = evaluator_.arena().Copy(message);
  const feel::Cause* cause = evaluator_.arena().New<feel::Cause>(kind, SourceSpan{}, text);
  places_.emplace(cause, place);
  return Value::Null(cause);
}

Value Interpreter::ConvertedOrFail(const Value& value, TypeIndex type, std::string_view what,
                                   const std::string& place) {
  if (const auto converted = Converted(*model_.types, type, value, evaluator_)) return *converted;
  return Fail(CauseKind::kType, place,
              std::string(what) + " is a " + feel::Name(value.kind()) + " that does not conform to '" +
                  model_.types->NameOf(type) + "'");
}

void Interpreter::Give(Activation& activation, ElementRef ref, const Value& value) {
  if (ref.kind == ElementKind::kInput) {
    const CompiledInputData& input = model_.inputs[ref.index];
    activation.inputs[ref.index] =
        ConvertedOrFail(value, input.type, "input '" + input.name + "'", input.place);
  } else {
    const CompiledDecision& decision = model_.decisions[ref.index];
    activation.decisions[ref.index] =
        ConvertedOrFail(value, decision.type, "decision '" + decision.name + "'", decision.place);
  }
}

void Interpreter::Decide(Activation& activation, std::span<const ElementRef> decisions) {
  std::vector<bool> is_needed(model_.decisions.size(), false);
  std::vector<std::uint32_t> pending;
  const auto need = [&](ElementRef ref) {
    if (ref.kind != ElementKind::kDecision || is_needed[ref.index]) return;
    if (activation.decisions[ref.index]) return;
    is_needed[ref.index] = true;
    pending.push_back(ref.index);
  };
  for (const ElementRef& ref : decisions) need(ref);
  while (!pending.empty()) {
    const std::uint32_t decision = pending.back();
    pending.pop_back();
    for (const ElementRef& ref : model_.decisions[decision].requirements) need(ref);
  }
  for (const std::uint32_t decision : model_.order) {
    if (is_needed[decision]) DecideOne(activation, decision);
  }
}

void Interpreter::DecideOne(Activation& activation, std::uint32_t index) {
  const CompiledDecision& decision = model_.decisions[index];
  Step step(*this, "decision", decision.name, decision.place);
  Value value;
  if (decision.in_cycle) {
    value = Fail(CauseKind::kArgument, decision.place,
                 "decision '" + decision.name + "' requires itself");
  } else if (decision.logic) {
    const std::span<Value> slots = evaluator_.arena().NewArray<Value>(decision.slot_count);
    Fill(decision.bindings, slots, &activation);
    value = ConvertedOrFail(Evaluate(*decision.logic, slots), decision.type,
                            "decision '" + decision.name + "'", decision.place);
  }
  step.End(value);
  activation.decisions[index] = value;
}

Value Interpreter::ElementValue(ElementRef ref, Activation* activation) {
  switch (ref.kind) {
    case ElementKind::kInput:
      if (activation == nullptr) return {};
      if (!activation->inputs[ref.index]) {
        if (std::find(not_given_.begin(), not_given_.end(), ref.index) == not_given_.end()) {
          not_given_.push_back(ref.index);
        }
        return {};
      }
      return *activation->inputs[ref.index];
    case ElementKind::kDecision:
      if (activation == nullptr) return {};
      return activation->decisions[ref.index].value_or(Value());
    case ElementKind::kKnowledge:
    case ElementKind::kService:
      break;
  }
  return FunctionOf(ref);
}

void Interpreter::Fill(const std::vector<Binding>& bindings, std::span<Value> slots,
                       Activation* activation) {
  for (const Binding& binding : bindings) {
    if (binding.shape == nullptr) {
      slots[binding.slot] = ElementValue(binding.elements.front(), activation);
      continue;
    }
    const std::span<Value> entries = evaluator_.arena().NewArray<Value>(binding.elements.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      entries[i] = ElementValue(binding.elements[i], activation);
    }
    slots[binding.slot] = Value::Context(binding.shape.get(), entries.data());
  }
}

Value Interpreter::FunctionOf(ElementRef ref) {
  const bool is_knowledge = ref.kind == ElementKind::kKnowledge;
  std::optional<Value>& known =
      functions_[is_knowledge ? ref.index : model_.knowledge.size() + ref.index];
  if (known) return *known;
  feel::Arena& arena = evaluator_.arena();
  if (!is_knowledge) {
    known = feel::MakeFunction(arena.New<ServiceFunction>(*this, model_.services[ref.index]), arena);
  } else if (model_.knowledge[ref.index].function != nullptr) {
    known =
        feel::MakeFunction(arena.New<KnowledgeFunction>(*this, model_.knowledge[ref.index]), arena);
  } else {
    known = Fail(CauseKind::kArgument, model_.knowledge[ref.index].place,
                 "'" + model_.knowledge[ref.index].name + "' has no logic");
  }
  return *known;
}

Value Interpreter::CallKnowledge(const CompiledKnowledge& knowledge,
                                 std::span<const Value> arguments) {
  const std::span<Value> slots =
      evaluator_.arena().NewArray<Value>(knowledge.function->slot_count);
  Fill(knowledge.bindings, slots, nullptr);
  return CallFunction(*knowledge.function, slots, arguments);
}

Value Interpreter::CallFunction(const FunctionBody& function, std::span<Value> slots,
                                std::span<const Value> arguments) {
  Step step(*this, "call", function.name, function.body.place);
  Value result;
  if (!function.external.empty()) {
    result = Fail(CauseKind::kArgument, function.body.place,
                  "external functions (" + function.external + ") are not supported");
    step.End(result);
    return result;
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = function.parameter_names[i];
    const Value argument = ConvertedOrFail(arguments[i], function.parameter_types[i],
                                           "argument '" + name + "'", function.body.place);
    if (argument.is_null() && !arguments[i].is_null()) {  // the function is not called
      step.End(argument);
      return argument;
    }
    slots[function.first_parameter + i] = argument;
  }
  result = ConvertedOrFail(Evaluate(function.body, slots), function.result_type,
                           "the result of '" + function.name + "'", function.body.place);
  step.End(result);
  return result;
}

Value Interpreter::CallService(const CompiledService& service,
                               std::span<const Value> arguments) {
  Step step(*this, "service", service.name, service.place);
  Activation activation = NewActivation();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    Give(activation, service.parameters[i], arguments[i]);
  }
  Decide(activation, service.outputs);
  Value result;
  if (service.outputs.size() == 1) {
    result = activation.decisions[service.outputs.front().index].value_or(Value());
  } else if (service.shape != nullptr) {
    const std::span<Value> entries = evaluator_.arena().NewArray<Value>(service.outputs.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      entries[i] = activation.decisions[service.outputs[i].index].value_or(Value());
    }
    result = Value::Context(service.shape.get(), entries.data());
  }
  result = ConvertedOrFail(result, service.result_type, "the result of '" + service.name + "'",
                           service.place);
  step.End(result);
  return result;
}

}  // namespace oxpecker::dmn
