// rules/dmn/interpreter.h - evaluates a compiled model. Private to rules/dmn.
//
// Expressions of the language run in one joint evaluation of a feel::Evaluator; boxed expressions,
// tables and the requirement graph are walked here. Functions of the model are host functions, which
// come back here when an expression calls them. Not thread-safe; lives for one request.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/dmn/compiled.h"
#include "rules/dmn/model.h"
#include "rules/feel/evaluator.h"

namespace oxpecker::dmn {

// Programs that the interpreter itself uses, with one input `x`.
struct HouseholdPrograms {
  HouseholdPrograms();
  feel::Program items;  // of a range or a list: for i in x return i
};

class Interpreter {
 public:
  using Value = feel::Value;
  // What is known in one evaluation of decisions: of the request, or of a call of a service.
  struct Activation {
    std::vector<std::optional<Value>> inputs;
    std::vector<std::optional<Value>> decisions;
  };

  Interpreter(const CompiledModel& model, const HouseholdPrograms& programs,
              feel::Evaluator& evaluator, std::map<const feel::Cause*, std::string>& places,
              std::vector<TraceStep>* trace)
      : model_(model), programs_(programs), evaluator_(evaluator), places_(places), trace_(trace),
        functions_(model.knowledge.size() + model.services.size()) {}

  Activation NewActivation() const {
    return {std::vector<std::optional<Value>>(model_.inputs.size()),
            std::vector<std::optional<Value>>(model_.decisions.size())};
  }
  // Converts to the element's type; a value that does not fit is null with a cause.
  void Give(Activation& activation, ElementRef ref, const Value& value);
  // Their values are in the activation afterwards.
  void Decide(Activation& activation, std::span<const ElementRef> decisions);
  Value FunctionOf(ElementRef ref);
  Value CallService(const CompiledService& service, std::span<const Value> arguments);
  Value CallFunction(const FunctionBody& function, std::span<Value> slots,
                     std::span<const Value> arguments);
  // A call of a business knowledge model.
  Value CallKnowledge(const CompiledKnowledge& knowledge, std::span<const Value> arguments);
  // Inputs that were asked for without a value, by index.
  const std::vector<std::uint32_t>& not_given() const { return not_given_; }

 private:
  // A step of the trace, from where it begins to where its value is known.
  class Step {
   public:
    Step(Interpreter& owner, const char* what, std::string_view name, std::string_view place);
    ~Step();
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    void End(const Value& value, std::string note = {});

   private:
    Interpreter& owner_;
    std::size_t index_ = 0;
  };

  // interpreter.cc: the requirement graph
  void DecideOne(Activation& activation, std::uint32_t decision);
  void Fill(const std::vector<Binding>& bindings, std::span<Value> slots, Activation* activation);
  Value ElementValue(ElementRef ref, Activation* activation);
  Value ConvertedOrFail(const Value& value, TypeIndex type, std::string_view what,
                        const std::string& place);
  Value Fail(feel::CauseKind kind, const std::string& place, const std::string& message);

  // expression_interpreter.cc: boxed expressions
  Value Evaluate(const CompiledExpression& expression, std::span<Value> slots);
  Value EvaluatePart(const CompiledPart& part, std::span<Value> slots, const char* what);
  Value EvaluateLeaf(const Leaf& leaf, std::span<const Value> slots,
                     std::span<Value>* inputs = nullptr);
  Value RunLeaf(const Leaf& leaf, std::span<const Value> inputs);
  Value EvaluateContext(const CompiledExpression& expression, std::span<Value> slots);
  Value EvaluateList(const CompiledExpression& expression, std::span<Value> slots);
  Value EvaluateRelation(const CompiledExpression& expression, std::span<Value> slots);
  Value EvaluateInvocation(const CompiledExpression& expression, std::span<Value> slots);
  Value EvaluateIteration(const CompiledExpression& expression, std::span<Value> slots);
  Value EvaluateFilter(const CompiledExpression& expression, std::span<Value> slots);
  Value MakeClosure(const CompiledExpression& expression, std::span<const Value> slots,
                    std::span<Value>& captured);
  Value RunHousehold(const feel::Program& program, const Value& x);

  // table_interpreter.cc: decision tables
  struct TableRun;
  Value EvaluateTable(const CompiledExpression& expression, std::span<Value> slots);
  bool ReadTableInputs(TableRun& run);
  void MatchRules(TableRun& run);
  bool MatchByIndex(TableRun& run);
  Value RunCell(TableRun& run, std::size_t rule, std::size_t column);
  bool RuleMatches(TableRun& run, std::size_t rule);
  Value ApplyHitPolicy(TableRun& run);
  Value NoRuleMatches(TableRun& run);
  Value OutputsOf(TableRun& run, std::size_t rule);
  Value OutputOf(TableRun& run, const CompiledOutput& output, const Leaf& leaf,
                 const std::string& what);
  const CompiledModel& model_;
  const HouseholdPrograms& programs_;
  feel::Evaluator& evaluator_;
  std::map<const feel::Cause*, std::string>& places_;
  std::vector<TraceStep>* trace_;
  std::uint32_t depth_ = 0;
  std::vector<std::optional<Value>> functions_;  // knowledge, then services
  std::vector<std::uint32_t> not_given_;
};

}  // namespace oxpecker::dmn
