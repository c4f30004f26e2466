// Decision tables: which rules match, and what the hit policy makes of them (DMN 1.5, 8.2.10).
#include <algorithm>
#include <utility>

#include "rules/dmn/interpreter.h"
#include "rules/feel/hit_policy.h"
#include "rules/feel/operations.h"

namespace oxpecker::dmn {

using feel::CauseKind;
using feel::Kind;
using feel::Value;

struct Interpreter::TableRun {
  const CompiledTable& table;
  const std::string& place;
  std::span<Value> slots;
  std::span<Value> names;                // as the programs of the table take them
  std::vector<std::span<Value>> columns;  // the same with the column's input behind them
  std::vector<std::size_t> matches;      // rules from 0
  Value failure;                         // the first cell or input without an answer
};

namespace {

std::string RuleName(std::size_t rule) { return "rule " + std::to_string(rule + 1); }

}  // namespace

Value Interpreter::EvaluateTable(const CompiledExpression& expression, std::span<Value> slots) {
  if (expression.table == nullptr) {
    return Fail(CauseKind::kArgument, expression.place, "the table has two outputs of one name");
  }
  TableRun run{*expression.table, expression.place, slots, {}, {}, {}, {}};
  run.names = evaluator_.arena().NewArray<Value>(run.table.slots.size());
  for (std::size_t i = 0; i < run.names.size(); ++i) run.names[i] = slots[run.table.slots[i]];
  if (!ReadTableInputs(run)) return run.failure;
  MatchRules(run);
  return ApplyHitPolicy(run);
}

namespace {

// The names' values, and behind them the one that a cell calls `?`.
std::span<Value> WithLast(feel::Arena& arena, std::span<const Value> names, const Value& last) {
  const std::span<Value> all = arena.NewArray<Value>(names.size() + 1);
  std::size_t at = 0;
  for (const Value& name : names) all[at++] = name;
  all[at] = last;
  return all;
}

}  // namespace

bool Interpreter::ReadTableInputs(TableRun& run) {
  for (const CompiledInput& input : run.table.inputs) {
    Step step(*this, "input", input.text, input.expression.place);
    const Value value = ConvertedOrFail(EvaluateLeaf(input.expression, run.slots), input.type,
                                        "input '" + input.text + "'", input.expression.place);
    const std::span<Value> column = WithLast(evaluator_.arena(), run.names, value);
    run.columns.push_back(column);
    step.End(value);
    const bool is_tested = !input.values.always && input.values.program && !value.is_null();
    if (is_tested && !RunLeaf(input.values, column).is_true()) {
      run.failure = Fail(CauseKind::kDomain, input.expression.place,
                         "input '" + input.text + "' is none of its allowed values");
      return false;
    }
    if (run.failure.cause() == nullptr && value.is_null()) run.failure = value;
  }
  return true;
}

void Interpreter::MatchRules(TableRun& run) {
  if (trace_ == nullptr && run.table.index && MatchByIndex(run)) return;
  run.matches.clear();
  for (std::size_t rule = 0; rule < run.table.rules.size(); ++rule) {
    if (!evaluator_.Spend(1)) return;
    if (!RuleMatches(run, rule)) continue;
    run.matches.push_back(rule);
    if (run.table.hit_policy == HitPolicy::kFirst) return;
  }
}

// By column. Which cell of a rule does not hold is not asked, so a trace is made rule by rule; so is
// the cause where no rule matches and some cell may be without an answer: false, with nothing found.
bool Interpreter::MatchByIndex(TableRun& run) {
  const feel::TableIndex& index = *run.table.index;
  if (!evaluator_.Spend(1 + index.words())) return true;
  std::vector<Value> inputs;
  for (const std::span<Value>& column : run.columns) inputs.push_back(column.back());
  struct Context {
    Interpreter& interpreter;
    TableRun& run;
  } context{*this, run};
  feel::TableMatch match;
  match.Run(index, inputs,
            [](void* of, std::size_t rule, std::size_t column) {
              auto& asked = *static_cast<Context*>(of);
              return asked.interpreter.RunCell(asked.run, rule, column);
            },
            &context);
  std::vector<std::uint32_t> rules;
  match.AppendAll(rules);
  run.matches.assign(rules.begin(), rules.end());
  if (run.matches.size() > 1 && run.table.hit_policy == HitPolicy::kFirst) run.matches.erase(run.matches.begin() + 1, run.matches.end());
  if (!run.matches.empty()) return true;
  const bool tells_cause = !run.table.has_default && run.failure.cause() == nullptr &&
                           !feel::ValueOfNoHit(run.table.hit_policy, run.table.aggregation);
  if (!tells_cause) return true;
  if (!index.is_complete()) return false;
  for (std::size_t column = 0; column < inputs.size(); ++column) {
    const std::uint64_t* unknown = match.Column(column).unknown;
    if (std::any_of(unknown, unknown + index.words(), [](std::uint64_t word) { return word != 0; }))
      return false;
  }
  return true;
}

Value Interpreter::RunCell(TableRun& run, std::size_t rule, std::size_t column) {
  const Leaf& cell = run.table.rules[rule].cells[column];
  if (cell.always) return Value::Boolean(true);
  return cell.program
             ? RunLeaf(cell, run.columns[column])
             : Fail(CauseKind::kArgument, cell.place, "the cell is broken: " + cell.problem);
}

// From left to right, up to the first cell that is not true.
bool Interpreter::RuleMatches(TableRun& run, std::size_t rule) {
  const std::vector<Leaf>& cells = run.table.rules[rule].cells;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].always) continue;
    const Value value = RunCell(run, rule, i);
    if (value.is_true()) continue;
    const bool is_error = value.cause() != nullptr && value.cause()->is_error();
    if (is_error && run.failure.cause() == nullptr) run.failure = value;
    Step step(*this, "rule", RuleName(rule), cells[i].place);
    step.End(value, "cell " + std::to_string(i + 1) +
                        (value.is_false() ? " does not hold" : " has no answer"));
    return false;
  }
  Step step(*this, "rule", RuleName(rule), {});
  step.End(Value::Boolean(true), "matches");
  return true;
}

Value Interpreter::ApplyHitPolicy(TableRun& run) {
  if (!evaluator_.Spend(1)) {
    return Fail(CauseKind::kLimit, run.place, "the evaluation takes too many steps");
  }
  if (run.matches.empty()) return NoRuleMatches(run);
  const CompiledTable& table = run.table;
  std::vector<Value> outputs;
  const bool is_refused = table.hit_policy == HitPolicy::kUnique && run.matches.size() > 1;
  for (std::size_t i = 0; i < run.matches.size() && !is_refused; ++i)
    outputs.push_back(OutputsOf(run, run.matches[i]));
  std::vector<Value> orders;
  for (const CompiledOutput& output : table.outputs)
    orders.push_back(EvaluateLeaf(output.priorities, run.slots));
  const Value value = feel::ApplyHitPolicy({evaluator_.arena(), {}}, table.hit_policy,
                                           table.aggregation, {run.matches, outputs}, orders);
  if (const feel::Cause* cause = value.cause()) places_.emplace(cause, run.place);
  return value;
}

// The default, where there is one. Else a table that gives lists gives an empty one and a count is 0;
// anything else is null, with the cause of the first cell that had no answer.
Value Interpreter::NoRuleMatches(TableRun& run) {
  if (run.table.has_default) {
    std::vector<Value> values;
    for (const CompiledOutput& output : run.table.outputs) {
      values.push_back(OutputOf(run, output, output.default_value, "the default output"));
    }
    if (run.table.shape == nullptr) return values.front();
    const std::span<Value> entries = evaluator_.arena().NewArray<Value>(values.size());
    std::copy(values.begin(), values.end(), entries.begin());
    return Value::Context(run.table.shape.get(), entries.data());
  }
  return feel::ValueOfNoHit(run.table.hit_policy, run.table.aggregation).value_or(run.failure);
}

Value Interpreter::OutputOf(TableRun& run, const CompiledOutput& output, const Leaf& leaf,
                            const std::string& what) {
  if (leaf.is_empty) return {};
  Value value = leaf.program ? RunLeaf(leaf, run.names)
                             : Fail(CauseKind::kArgument, leaf.place,
                                    "the expression is broken: " + leaf.problem);
  value = ConvertedOrFail(value, output.type, what, leaf.place);
  if (value.is_null() || output.values.always || !output.values.program) return value;
  const std::span<Value> tested = WithLast(evaluator_.arena(), run.names, value);
  if (RunLeaf(output.values, tested).is_true()) return value;
  return Fail(CauseKind::kDomain, leaf.place, what + " is none of its allowed values");
}

Value Interpreter::OutputsOf(TableRun& run, std::size_t rule) {
  const std::vector<Leaf>& leaves = run.table.rules[rule].outputs;
  const std::span<Value> values = evaluator_.arena().NewArray<Value>(leaves.size());
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const CompiledOutput& output = run.table.outputs[i];
    const std::string name = output.name.empty() ? std::string() : " '" + output.name + "'";
    values[i] = OutputOf(run, output, leaves[i], "output" + name + " of " + RuleName(rule));
  }
  return run.table.shape == nullptr ? values[0]
                                    : Value::Context(run.table.shape.get(), values.data());
}

}  // namespace oxpecker::dmn
