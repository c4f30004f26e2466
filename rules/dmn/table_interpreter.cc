// Decision tables: which rules match, and what the hit policy makes of them (DMN 1.5, 8.2.10).
#include <algorithm>
#include <numeric>
#include <utility>

#include "rules/dmn/interpreter.h"
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

// "rules 1, 3 and 4"
std::string RuleNames(const std::vector<std::size_t>& rules) {
  std::string text = "rules ";
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (i > 0) text += i + 1 == rules.size() ? " and " : ", ";
    text += std::to_string(rules[i] + 1);
  }
  return text;
}

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
  for (std::size_t rule = 0; rule < run.table.rules.size(); ++rule) {
    if (!evaluator_.Spend(1)) return;
    if (!RuleMatches(run, rule)) continue;
    run.matches.push_back(rule);
    if (run.table.hit_policy == HitPolicy::kFirst) return;
  }
}

// From left to right, up to the first cell that is not true.
bool Interpreter::RuleMatches(TableRun& run, std::size_t rule) {
  const std::vector<Leaf>& cells = run.table.rules[rule].cells;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].always) continue;
    const Value value =
        cells[i].program
            ? RunLeaf(cells[i], run.columns[i])
            : Fail(CauseKind::kArgument, cells[i].place, "the cell is broken: " + cells[i].problem);
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
  switch (run.table.hit_policy) {
    case HitPolicy::kUnique:
      if (run.matches.size() == 1) return OutputsOf(run, run.matches.front());
      return Fail(CauseKind::kDomain, run.place,
                  RuleNames(run.matches) + " match; the hit policy UNIQUE allows one");
    case HitPolicy::kAny:
      return AnyOutput(run);
    case HitPolicy::kFirst:
      return OutputsOf(run, run.matches.front());
    case HitPolicy::kRuleOrder:
      return MakeList(OutputsOfMatches(run));
    case HitPolicy::kPriority:
    case HitPolicy::kOutputOrder: {
      std::vector<Value> outputs = OutputsOfMatches(run);
      Value failure;
      if (!SortByPriority(run, outputs, failure)) return failure;
      return run.table.hit_policy == HitPolicy::kPriority ? outputs.front() : MakeList(outputs);
    }
    case HitPolicy::kCollect:
      break;
  }
  return run.table.aggregation == Aggregation::kNone ? MakeList(OutputsOfMatches(run))
                                                     : Aggregated(run);
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
  if (run.table.aggregation == Aggregation::kCount) return Value::Integer(0);
  const bool is_single = run.table.hit_policy == HitPolicy::kUnique ||
                         run.table.hit_policy == HitPolicy::kAny ||
                         run.table.hit_policy == HitPolicy::kPriority ||
                         run.table.hit_policy == HitPolicy::kFirst ||
                         run.table.aggregation != Aggregation::kNone;
  return is_single ? run.failure : Value::List({});
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

std::vector<Value> Interpreter::OutputsOfMatches(TableRun& run) {
  std::vector<Value> outputs;
  for (const std::size_t rule : run.matches) outputs.push_back(OutputsOf(run, rule));
  return outputs;
}

Value Interpreter::AnyOutput(TableRun& run) {
  const std::vector<Value> outputs = OutputsOfMatches(run);
  for (std::size_t i = 1; i < outputs.size(); ++i) {
    if (feel::Equal(outputs[0], outputs[i]).value_or(false)) continue;
    return Fail(CauseKind::kDomain, run.place,
                RuleNames({run.matches[0], run.matches[i]}) +
                    " match with different outputs; the hit policy ANY allows one");
  }
  return outputs.front();
}

// By the first output, then the second, ...; rules that are equal in all stay in their order.
bool Interpreter::SortByPriority(TableRun& run, std::vector<Value>& outputs, Value& failure) {
  const std::size_t width = run.table.outputs.size();
  std::vector<std::vector<std::size_t>> ranks(outputs.size());
  bool is_ordered = false;
  for (std::size_t column = 0; column < width; ++column) {
    const CompiledOutput& output = run.table.outputs[column];
    if (output.priorities.is_empty) continue;
    is_ordered = true;
    const Value order = EvaluateLeaf(output.priorities, run.slots);
    if (order.kind() != Kind::kList) {
      failure = Fail(CauseKind::kArgument, output.priorities.place,
                     "the values of the output are no list in the order of their priority");
      return false;
    }
    const feel::Site site{evaluator_.arena(), {}};
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const Value& value =
          run.table.shape == nullptr ? outputs[i] : outputs[i].context().slots[column];
      const feel::ListView values = order.list();
      const auto place = std::find_if(values.begin(), values.end(), [&](const Value& candidate) {
        return feel::InTest(site, value, candidate).is_true();
      });
      ranks[i].push_back(static_cast<std::size_t>(place - values.begin()));
    }
  }
  if (!is_ordered) {
    failure = Fail(CauseKind::kArgument, run.place,
                   std::string("the hit policy ") + Name(run.table.hit_policy) +
                       " needs the values of an output in the order of their priority");
    return false;
  }
  std::vector<std::size_t> order(outputs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return ranks[a] != ranks[b] ? ranks[a] < ranks[b] : a < b;
  });
  std::vector<Value> sorted;
  for (const std::size_t i : order) sorted.push_back(outputs[i]);
  outputs = std::move(sorted);
  return true;
}

Value Interpreter::Aggregated(TableRun& run) {
  const Value list = MakeList(OutputsOfMatches(run));
  Value value;
  switch (run.table.aggregation) {
    case Aggregation::kSum:
      value = RunHousehold(programs_.sum, list);
      break;
    case Aggregation::kMin:
      value = RunHousehold(programs_.min, list);
      break;
    case Aggregation::kMax:
      value = RunHousehold(programs_.max, list);
      break;
    case Aggregation::kCount:
    case Aggregation::kNone:
      value = Value::Integer(static_cast<std::int64_t>(run.matches.size()));
      break;
  }
  if (const feel::Cause* cause = value.cause()) places_.emplace(cause, run.place);
  return value;
}

Value Interpreter::MakeList(const std::vector<Value>& values) {
  const std::span<Value> items = evaluator_.arena().NewArray<Value>(values.size());
  std::copy(values.begin(), values.end(), items.begin());
  return Value::List(items);
}

}  // namespace oxpecker::dmn
