#include "rules/dmn/model_compiler.h"

#include <algorithm>
#include <map>
#include <utility>

#include "rules/dmn/expression_compiler.h"
#include "rules/feel/diagnostics.h"

namespace oxpecker::dmn {
namespace {

using feel::Type;

class ModelCompiler {
 public:
  ModelCompiler(CompiledModel& model, const BuildOptions& options)
      : model_(model), options_(options), aliases_(model.sources.size()), type_names_(model.sources.size()), elements_(model.sources.size()) {}

  void Run() {
    model_.types = std::make_unique<ItemTypes>(model_.sources, model_.problems);
    for (std::size_t m = 0; m < model_.sources.size(); ++m) Declare(m);
    for (std::size_t m = 0; m < model_.sources.size(); ++m) CheckImports(m);
    LinkRequirements();
    OrderDecisions();
    DeclareTypes();
    for (std::uint32_t i = 0; i < model_.knowledge.size(); ++i) CompileKnowledge(i);
    for (const std::uint32_t i : model_.order) CompileDecision(i);
  }

 private:
  struct Alias {
    std::string name;
    std::size_t model;
  };

  Definitions& Source(std::size_t m) { return model_.sources[m]; }
  std::string At(std::size_t m, Place place) { return PlaceText(Source(m), place); }

  TypeIndex Resolve(std::size_t m, const std::string& type_ref, Place place) {
    return model_.types->Resolve(m, type_ref, place, model_.problems);
  }

  void Register(std::size_t m, const std::string& id, const std::string& name, Place place,
                ElementRef ref) {
    if (!id.empty() && !ids_.emplace(Source(m).space + "#" + id, ref).second) {
      AddProblem(model_.problems, At(m, place), "two elements have the id '" + id + "'");
    }
    if (!names_.emplace(std::to_string(m) + "#" + name, ref).second) {
      AddProblem(model_.problems, At(m, place), "two elements are called '" + name + "'");
    }
  }

  void Declare(std::size_t m) {
    const auto index = [](const auto& list) { return static_cast<std::uint32_t>(list.size()); };
    for (const InputData& input : Source(m).inputs) {
      Register(m, input.id, input.variable.name, input.place,
               {ElementKind::kInput, index(model_.inputs)});
      model_.inputs.push_back({m, input.variable.name, At(m, input.place),
                               Resolve(m, input.variable.type_ref, input.place)});
    }
    for (const Decision& decision : Source(m).decisions) {
      Register(m, decision.id, decision.variable.name, decision.place,
               {ElementKind::kDecision, index(model_.decisions)});
      CompiledDecision made;
      made.model = m;
      made.name = decision.variable.name;
      made.id = decision.id;
      made.place = At(m, decision.place);
      made.type = Resolve(m, decision.variable.type_ref, decision.place);
      model_.decisions.push_back(std::move(made));
      decision_sources_.push_back(&decision);
    }
    for (const Knowledge& knowledge : Source(m).knowledge) {
      Register(m, knowledge.id, knowledge.variable.name, knowledge.place,
               {ElementKind::kKnowledge, index(model_.knowledge)});
      CompiledKnowledge made;
      made.model = m;
      made.name = knowledge.variable.name;
      made.place = At(m, knowledge.place);
      model_.knowledge.push_back(std::move(made));
      knowledge_sources_.push_back(&knowledge);
    }
    for (const DecisionService& service : Source(m).services) {
      Register(m, service.id, service.variable.name, service.place,
               {ElementKind::kService, index(model_.services)});
      CompiledService made;
      made.model = m;
      made.name = service.variable.name;
      made.place = At(m, service.place);
      model_.services.push_back(std::move(made));
      service_sources_.push_back(&service);
    }
  }

  void CheckImports(std::size_t m) {
    for (const Import& import : Source(m).imports) {
      const auto imported = ModelOfSpace(model_.sources, import.space);
      if (!imported) {
        AddProblem(model_.problems, At(m, import.place),
                   "the imported model '" + import.space + "' was not found",
                   "put its file beside this one", ErrorCode::kNotFound);
      } else if (*imported != m) {
        aliases_[m].push_back({import.name, *imported});
      }
    }
  }

  std::optional<ElementRef> Find(std::size_t m, const Reference& reference) {
    const std::size_t hash = reference.href.find('#');
    if (hash == std::string::npos) return std::nullopt;
    const std::string space = hash == 0 ? Source(m).space : reference.href.substr(0, hash);
    const auto found = ids_.find(space + reference.href.substr(hash));
    if (found != ids_.end()) return found->second;
    AddProblem(model_.problems, At(m, reference.place),
               "no element has the id '" + reference.href.substr(hash + 1) + "'", {},
               ErrorCode::kNotFound);
    return std::nullopt;
  }

  void LinkRequirements() {
    for (std::size_t i = 0; i < model_.decisions.size(); ++i) {
      CompiledDecision& decision = model_.decisions[i];
      for (const Reference& reference : decision_sources_[i]->requirements) {
        if (const auto ref = Find(decision.model, reference)) {
          decision.requirements.push_back(*ref);
        }
      }
    }
    for (std::size_t i = 0; i < model_.knowledge.size(); ++i) {
      CompiledKnowledge& knowledge = model_.knowledge[i];
      for (const Reference& reference : knowledge_sources_[i]->requirements) {
        const auto ref = Find(knowledge.model, reference);
        if (!ref) continue;
        const bool is_function =
            ref->kind == ElementKind::kKnowledge || ref->kind == ElementKind::kService;
        if (is_function) {
          knowledge.requirements.push_back(*ref);
        } else {
          AddProblem(model_.problems, At(knowledge.model, reference.place),
                     "a business knowledge model requires no input and no decision",
                     "make it a parameter");
        }
      }
    }
    for (std::size_t i = 0; i < model_.services.size(); ++i) LinkService(i);
  }

  void LinkService(std::size_t i) {
    CompiledService& service = model_.services[i];
    const DecisionService& source = *service_sources_[i];
    const auto add = [&](const std::vector<Reference>& references, ElementKind kind,
                         std::vector<ElementRef>& to) {
      for (const Reference& reference : references) {
        const auto ref = Find(service.model, reference);
        if (!ref) continue;
        if (ref->kind != kind) {
          AddProblem(model_.problems, At(service.model, reference.place),
                     "this is no " + std::string(kind == ElementKind::kInput ? "input data"
                                                                              : "decision"));
        } else if (std::find(to.begin(), to.end(), *ref) == to.end()) {
          to.push_back(*ref);
        }
      }
    };
    add(source.inputs, ElementKind::kInput, service.parameters);
    add(source.input_decisions, ElementKind::kDecision, service.parameters);
    add(source.outputs, ElementKind::kDecision, service.outputs);
    std::vector<ElementRef> encapsulated;
    add(source.encapsulated, ElementKind::kDecision, encapsulated);
    for (const ElementRef& ref : service.parameters) {
      service.parameter_names.push_back(NameIn(service.model, ref));
    }
    if (service.outputs.size() < 2) return;
    std::vector<std::string> names;
    for (const ElementRef& ref : service.outputs) names.push_back(NameOf(ref));
    service.shape = std::make_shared<const feel::Shape>(std::move(names));
  }

  const std::string& NameOf(ElementRef ref) const {
    switch (ref.kind) {
      case ElementKind::kInput:
        return model_.inputs[ref.index].name;
      case ElementKind::kDecision:
        return model_.decisions[ref.index].name;
      case ElementKind::kKnowledge:
        return model_.knowledge[ref.index].name;
      case ElementKind::kService:
        break;
    }
    return model_.services[ref.index].name;
  }
  std::size_t ModelOf(ElementRef ref) const {
    switch (ref.kind) {
      case ElementKind::kInput:
        return model_.inputs[ref.index].model;
      case ElementKind::kDecision:
        return model_.decisions[ref.index].model;
      case ElementKind::kKnowledge:
        return model_.knowledge[ref.index].model;
      case ElementKind::kService:
        break;
    }
    return model_.services[ref.index].model;
  }
  // The alias under which model `m` knows the other; empty for its own, and what is imported so.
  std::string AliasIn(std::size_t m, std::size_t other) const {
    for (const Alias& alias : aliases_[m]) {
      if (alias.model == other) return alias.name;
    }
    return {};
  }
  std::string NameIn(std::size_t m, ElementRef ref) const {
    const std::string alias = ModelOf(ref) == m ? std::string() : AliasIn(m, ModelOf(ref));
    return alias.empty() ? NameOf(ref) : alias + "." + NameOf(ref);
  }

  // Depth first without recursion: a model may chain more decisions than a stack has frames.
  void OrderDecisions() {
    enum class State : std::uint8_t { kNew, kOpen, kDone };
    std::vector<State> states(model_.decisions.size(), State::kNew);
    struct Visit {
      std::uint32_t decision;
      std::size_t next = 0;
    };
    for (std::uint32_t start = 0; start < model_.decisions.size(); ++start) {
      if (states[start] != State::kNew) continue;
      std::vector<Visit> path = {{start}};
      states[start] = State::kOpen;
      while (!path.empty()) {
        const std::vector<ElementRef>& requires_these =
            model_.decisions[path.back().decision].requirements;
        if (path.back().next == requires_these.size()) {
          states[path.back().decision] = State::kDone;
          model_.order.push_back(path.back().decision);
          path.pop_back();
          continue;
        }
        const ElementRef required = requires_these[path.back().next++];
        if (required.kind != ElementKind::kDecision) continue;
        if (states[required.index] == State::kNew) {
          states[required.index] = State::kOpen;
          path.push_back({required.index});
        } else if (states[required.index] == State::kOpen) {
          const auto begin =
              std::find_if(path.begin(), path.end(),
                           [&](const Visit& v) { return v.decision == required.index; });
          std::string chain;
          for (auto v = begin; v != path.end(); ++v) {
            model_.decisions[v->decision].in_cycle = true;
            chain += "'" + model_.decisions[v->decision].name + "' requires ";
          }
          chain += "'" + model_.decisions[required.index].name + "'";
          Problem problem{{ErrorCode::kInvalidInput, model_.decisions[required.index].place,
                           "decisions require each other: " + chain, ""},
                          true,
                          required};
          model_.problems.push_back(std::move(problem));
        }
      }
    }
  }

  // Types of functions from what is declared, so that bodies may use them in any order.
  void DeclareTypes() {
    for (CompiledDecision& decision : model_.decisions) {
      decision.static_type = model_.types->StaticType(decision.type);
    }
    for (std::size_t i = 0; i < model_.knowledge.size(); ++i) {
      CompiledKnowledge& knowledge = model_.knowledge[i];
      const Knowledge& source = *knowledge_sources_[i];
      std::vector<Type> parameters;
      if (source.logic) {
        for (const Parameter& parameter : source.logic->parameters) {
          Problems told_later;
          parameters.push_back(model_.types->StaticType(model_.types->Resolve(
              knowledge.model, parameter.type_ref, parameter.place, told_later)));
        }
      }
      const TypeIndex result =
          model_.types->ResultOf(Resolve(knowledge.model, source.variable.type_ref, source.place));
      knowledge.type =
          Type::Function(std::move(parameters), model_.types->StaticType(result));
    }
    for (std::size_t i = 0; i < model_.services.size(); ++i) {
      CompiledService& service = model_.services[i];
      const DecisionService& source = *service_sources_[i];
      service.result_type =
          model_.types->ResultOf(Resolve(service.model, source.variable.type_ref, source.place));
      std::vector<Type> parameters;
      for (const ElementRef& ref : service.parameters) parameters.push_back(StaticTypeOf(ref));
      service.type = Type::Function(std::move(parameters), ServiceResult(service));
    }
  }

  Type ServiceResult(const CompiledService& service) const {
    if (service.result_type != kAnyType) return model_.types->StaticType(service.result_type);
    if (service.outputs.size() == 1) return StaticTypeOf(service.outputs.front());
    std::vector<feel::Field> fields;
    for (const ElementRef& ref : service.outputs) {
      fields.push_back({NameOf(ref), StaticTypeOf(ref), false});
    }
    return Type::Context(std::move(fields));
  }

  Type StaticTypeOf(ElementRef ref) const {
    switch (ref.kind) {
      case ElementKind::kInput:
        return model_.types->StaticType(model_.inputs[ref.index].type);
      case ElementKind::kDecision:
        return model_.decisions[ref.index].static_type;
      case ElementKind::kKnowledge:
        return model_.knowledge[ref.index].type;
      case ElementKind::kService:
        break;
    }
    return model_.services[ref.index].type;
  }

  NameScope NewScope(std::size_t m) {
    std::shared_ptr<const std::vector<feel::Variable>>& shared = type_names_[m];
    if (shared == nullptr) {
      std::vector<feel::Variable> types;
      for (const auto& [name, index] : model_.types->names(m)) {
        types.push_back({name, model_.types->StaticType(index)});
      }
      shared = std::make_shared<const std::vector<feel::Variable>>(std::move(types));
    }
    return NameScope(shared, ElementsOf(m));
  }

  // What a decision sees of these is what it requires; who forgot to is told so.
  NameScope::Unavailable ElementsOf(std::size_t m) {
    if (elements_[m] != nullptr) return elements_[m];
    std::vector<feel::Scope::Unavailable> elements;
    const auto add = [&](const auto& list, const char* what, const char* requirement) {
      for (const auto& element : list)
        elements.push_back({element.variable.name, std::string("it is ") + what + " of this model that is not required here: add " + requirement});
    };
    add(Source(m).inputs, "input data", "an informationRequirement with its requiredInput");
    add(Source(m).decisions, "a decision", "an informationRequirement with its requiredDecision");
    add(Source(m).knowledge, "a business knowledge model", "a knowledgeRequirement with its requiredKnowledge");
    add(Source(m).services, "a decision service", "a knowledgeRequirement with its requiredKnowledge");
    return elements_[m] = std::make_shared<const std::vector<feel::Scope::Unavailable>>(std::move(elements));
  }

  // Own elements by name; those of an import as one context under the import's name.
  std::vector<Binding> Bind(std::size_t m, const std::vector<ElementRef>& requirements,
                            NameScope& scope) {
    std::vector<Binding> bindings;
    std::map<std::string, std::vector<ElementRef>> imported;
    for (const ElementRef& ref : requirements) {
      const std::string alias = ModelOf(ref) == m ? std::string() : AliasIn(m, ModelOf(ref));
      if (alias.empty()) {
        bindings.push_back({scope.Declare(NameOf(ref), StaticTypeOf(ref)), {ref}, nullptr});
        continue;
      }
      std::vector<ElementRef>& elements = imported[alias];
      if (std::find(elements.begin(), elements.end(), ref) == elements.end()) {
        elements.push_back(ref);
      }
    }
    for (auto& [alias, elements] : imported) {
      std::vector<feel::Field> fields;
      std::vector<std::string> names;
      for (const ElementRef& ref : elements) {
        if (std::find(names.begin(), names.end(), NameOf(ref)) != names.end()) continue;
        fields.push_back({NameOf(ref), StaticTypeOf(ref), false});
        names.push_back(NameOf(ref));
      }
      elements.resize(names.size());
      const std::uint32_t slot = scope.Declare(alias, Type::Context(std::move(fields)));
      bindings.push_back(
          {slot, elements, std::make_shared<const feel::Shape>(std::move(names))});
    }
    return bindings;
  }

  void Own(std::size_t first_problem, ElementRef owner) {
    for (std::size_t i = first_problem; i < model_.problems.size(); ++i) {
      if (!model_.problems[i].owner) model_.problems[i].owner = owner;
    }
  }

  void CompileKnowledge(std::uint32_t i) {
    CompiledKnowledge& knowledge = model_.knowledge[i];
    const Knowledge& source = *knowledge_sources_[i];
    const std::size_t first_problem = model_.problems.size();
    NameScope scope = NewScope(knowledge.model);
    std::vector<ElementRef> requirements = knowledge.requirements;
    const ElementRef self{ElementKind::kKnowledge, i};
    if (std::find(requirements.begin(), requirements.end(), self) == requirements.end()) {
      requirements.push_back(self);  // it may call itself
    }
    knowledge.bindings = Bind(knowledge.model, requirements, scope);
    if (source.logic) {
      ExpressionCompiler compiler(model_.sources, knowledge.model, *model_.types, model_.problems,
                                  options_.keeps_names);
      const TypeIndex declared =
          model_.types->ResultOf(Resolve(knowledge.model, source.variable.type_ref, source.place));
      knowledge.function = compiler.CompileFunction(*source.logic, knowledge.name, scope, declared);
    } else {
      AddProblem(model_.problems, knowledge.place, "'" + knowledge.name + "' has no logic");
    }
    Own(first_problem, self);
  }

  void CompileDecision(std::uint32_t i) {
    CompiledDecision& decision = model_.decisions[i];
    const std::size_t first_problem = model_.problems.size();
    NameScope scope = NewScope(decision.model);
    decision.bindings = Bind(decision.model, decision.requirements, scope);
    if (const auto& logic = decision_sources_[i]->logic) {
      ExpressionCompiler compiler(model_.sources, decision.model, *model_.types, model_.problems,
                                  options_.keeps_names);
      decision.logic = compiler.Compile(*logic, scope);
      if (decision.type == kAnyType) decision.static_type = decision.logic->static_type;
    }
    decision.slot_count = scope.slot_count();
    Own(first_problem, {ElementKind::kDecision, i});
  }

  CompiledModel& model_;
  const BuildOptions& options_;
  std::vector<std::vector<Alias>> aliases_;  // by model
  std::vector<std::shared_ptr<const std::vector<feel::Variable>>> type_names_;  // by model
  std::vector<NameScope::Unavailable> elements_;  // by model
  std::map<std::string, ElementRef> ids_;    // "namespace#id"
  std::map<std::string, ElementRef> names_;  // "model#name"
  std::vector<const Decision*> decision_sources_;
  std::vector<const Knowledge*> knowledge_sources_;
  std::vector<const DecisionService*> service_sources_;
};

}  // namespace

std::unique_ptr<CompiledModel> CompileModel(std::vector<Definitions> sources, const BuildOptions& options) {
  auto model = std::make_unique<CompiledModel>();
  model->sources = std::move(sources);
  ModelCompiler(*model, options).Run();
  return model;
}

}  // namespace oxpecker::dmn
