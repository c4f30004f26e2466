// rules/dmn/model.h - a DMN model, ready to decide (DMN 1.5).
//
// Model: immutable; share it between threads. ModelEvaluator: one a thread; keeps its memory.
//
// Example:
//   OXP_TRY(Definitions definitions, ReadDefinitions("loan.dmn", text, {}));
//   const Model model = Model::Build({std::move(definitions)});
//   ModelEvaluator evaluator(model, {});
//   OXP_TRY(Outcome outcome, evaluator.Decide({.decisions = {"Approval"}, .given = inputs}));
//   Use(outcome.values[0].value);   // valid until evaluator.Reset()
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rules/dmn/definitions.h"
#include "rules/dmn/problem.h"
#include "rules/feel/evaluator.h"

namespace oxpecker::dmn {

struct CompiledModel;

// What an input data element or a decision takes, for those who ask for it.
struct InputInfo {
  std::string name;
  std::string type;
};

struct BuildOptions {
  bool keeps_names = false;  // that each expression may use: for rules/dmn_import
};

class Model {
 public:
  // sources[0] is the model, the others those that it imports. Never fails: see problems().
  static Model Build(std::vector<Definitions> sources, const BuildOptions& options = {});

  // In the order of their places. An element with a problem that refuses answers null with a cause.
  const Problems& problems() const;
  // Of those that refuse, what concerns the decisions of these names (all, where empty) or all.
  Issues RefusalsFor(std::span<const std::string> decisions) const;
  std::vector<std::string> decision_names() const;  // of the model itself, as they stand
  std::vector<InputInfo> inputs() const;            // of the model itself

  const CompiledModel& compiled() const { return *compiled_; }

 private:
  std::shared_ptr<const CompiledModel> compiled_;
};

// A value for an input data element, or in place of a decision.
struct Given {
  std::string name;
  std::string space;  // the namespace of its model; empty: any
  feel::Value value;
};

struct Request {
  // Decisions by name or id; or one service, or one business knowledge model.
  std::vector<std::string> decisions;
  std::string service;
  std::string knowledge;
  std::vector<Given> given;
  feel::Environment environment;
};

struct NamedValue {
  std::string name;
  feel::Value value;
};

// One thing that was evaluated, in the order in which it began; `depth` is its nesting.
struct TraceStep {
  std::uint32_t depth = 0;
  std::string what;   // "decision", "entry", "input", "rule", "call", ...
  std::string name;   // of the decision, the entry, "rule 3"
  std::string place;  // file:line:column
  feel::Value value;
  std::string note;   // "matches", "cell 2 is false"
};

struct Outcome {
  std::vector<NamedValue> values;
  // Decisions under those asked for that are null for a cause: what was asked for rests on them.
  std::vector<NamedValue> failed_below;
  std::vector<std::string> not_given;  // inputs that were required and are null for want of a value
  std::vector<std::string> unknown_given;  // names of values that nothing in the model has
};

class ModelEvaluator {
 public:
  ModelEvaluator(const Model& model, const feel::Limits& limits);
  ~ModelEvaluator();
  ModelEvaluator(ModelEvaluator&&) noexcept;
  ModelEvaluator& operator=(ModelEvaluator&&) noexcept;

  // Fails where a name is unknown. A null value carries its cause where it stems from an error.
  Result<Outcome> Decide(const Request& request, std::vector<TraceStep>* trace = nullptr);

  // The type that values given for that input are converted to; kAny where it is not known.
  feel::Type TypeOfInput(std::string_view name) const;
  // "loan.dmn:14:9" of the expression or element that a cause of the last request comes from.
  std::string PlaceOf(const feel::Cause& cause) const;
  feel::Arena& arena();
  void Reset();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace oxpecker::dmn
