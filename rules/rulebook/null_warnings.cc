#include "rules/rulebook/null_warnings.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "rules/feel/null_check.h"

namespace oxpecker::rules {
namespace {

using feel::Known;
using feel::NullEffect;
using feel::NullFindings;
using feel::Nullness;
using feel::NullRole;
using feel::NullUse;

constexpr const char* kCellInput = "?";

std::string Consequence(NullEffect effect) {
  switch (effect) {
    case NullEffect::kNoAnswer: return "the condition has no answer";
    case NullEffect::kLeftOut: return "the row is left out";
    case NullEffect::kElseTaken: return "'else' is taken";
  }
  return "";
}

// As operands are written in messages.
std::string WithSingleSpaces(const std::string& text) {
  std::string single;
  for (const char c : text)
    if (c != ' ' && c != '\n' && c != '\t') single += c;
    else if (!single.empty() && single.back() != ' ') single += ' ';
  if (!single.empty() && single.back() == ' ') single.pop_back();
  return single;
}

class NullWarnings {
 public:
  explicit NullWarnings(const CompiledRulebook& rulebook)
      : rulebook_(rulebook), book_(rulebook.authored()), guard_scope_(rulebook.guard_scope()) {
    for (const feel::Variable& variable : rulebook.base_scope().variables())
      inputs_.push_back(Nullness::Of(variable.type, false));
  }

  Issues Find() {
    FindOptionalFacts();
    for (const FeatureStep& step : rulebook_.feature_steps())
      for (const std::size_t feature : step.features) CheckFeature(feature);
    // Steps follow what reads what; messages the book.
    std::ranges::stable_sort(feature_issues_, {}, &std::pair<std::size_t, Error>::first);
    for (auto& [feature, issue] : feature_issues_) issues_.push_back(std::move(issue));
    in_features_ = false;
    for (const Rule& rule : book_.rules) CheckRule(rule);
    for (std::size_t i = 0; i < book_.tables.size(); ++i) CheckTable(book_.tables[i], rulebook_.tables()[i]);
    for (const Guard& guard : book_.guards) CheckGuard(guard);
    for (std::size_t i = 0; i < book_.simulations.size(); ++i)
      CheckSimulation(book_.simulations[i], rulebook_.simulations()[i]);
    return std::move(issues_);
  }

 private:
  // The feature, rule, table, guard or simulation that is looked at.
  struct Part {
    std::string what;  // "the rule 'late_fees'"
    const Authorship* authorship = nullptr;
    std::set<std::string> met;   // what it names under may_be_missing, and uses
    std::set<std::string> told;  // places of operands: once a part
  };

  void FindOptionalFacts() {
    for (const std::size_t slot : rulebook_.optional_facts()) inputs_[slot].may_be_missing = true;
  }

  void Begin(std::string what, const Authorship& authorship) { part_ = {std::move(what), &authorship, {}, {}}; }

  // What is listed, and nowhere met.
  void End() {
    for (const std::string& listed : part_.authorship->may_be_missing)
      if (!part_.met.contains(WithSingleSpaces(listed)))
        Add({ErrorCode::kInvalidInput, PlaceOf(part_.authorship->origin, "", 0),
             part_.what + " names '" + listed + "' under 'may_be_missing', and rests no answer on it that could be missing",
             "remove it, or write it as it stands in the expression"});
  }

  void Add(Error issue) {
    if (in_features_) feature_issues_.emplace_back(feature_, std::move(issue));
    else issues_.push_back(std::move(issue));
  }

  void Tell(const Expression& e, const NullUse& use) {
    const auto& listed = part_.authorship->may_be_missing;
    const auto at = std::ranges::find(listed, use.operand, WithSingleSpaces);
    if (at != listed.end()) {
      part_.met.insert(use.operand);
      return;
    }
    if (!part_.told.insert(use.operand).second) return;
    const std::string absent = use.is_fact ? "' may be missing" : "' may have no value";
    const std::string why = use.why.empty() ? "" : " (for want of " + use.why + ")";
    Add({ErrorCode::kInvalidInput, PlaceOf(e.origin, e.text, use.span.begin, e.indent),
         part_.what + ": '" + use.operand + absent + why + ", and then " + Consequence(use.effect),
         (use.with_it.empty() ? "ask '" + use.operand + " != null' first" : "take those that have it, '" + use.with_it + "'") +
             ", or list it under 'may_be_missing' where that is meant"});
  }

  struct Where {
    const feel::Scope& scope;
    std::span<const Nullness> inputs;
    Known known = {};
  };

  // Tells of its uses; gives what is known of its value.
  Nullness Check(const Expression& e, NullRole role, const Where& where) {
    if (e.empty()) return {};
    const NullFindings found = feel::CheckNulls(
        e.text, where.scope, {.role = role, .inputs = where.inputs, .known = where.known});
    for (const NullUse& use : found.uses) Tell(e, use);
    return found.value;
  }
  Nullness CheckBase(const Expression& e, NullRole role, const Known& known = {}) {
    return Check(e, role, {rulebook_.base_scope(), inputs_, known});
  }

  // --- features ---

  void CheckFeature(std::size_t index) {
    const Feature& feature = book_.features[index];
    feature_ = index;
    Begin("the feature '" + feature.id + "'", feature.authorship);
    Nullness& known = inputs_[rulebook_.layout().features_begin + index];
    const auto& compiled = rulebook_.features()[index].definition;
    if (const auto* e = std::get_if<Expression>(&feature.definition)) {
      known = CheckBase(*e, NullRole::kValue);
      known.why = "'" + known.why + "'";
    } else if (const auto* w = std::get_if<WindowFeature>(&feature.definition)) {
      known = CheckWindow(*w, std::get<CompiledWindow>(compiled).source);
    } else if (const auto* p = std::get_if<PairFeature>(&feature.definition)) {
      known = CheckPair(*p, std::get<CompiledPair>(compiled).source);
    } else if (const auto* t = std::get_if<TableFeature>(&feature.definition)) {
      known = CheckTableFeature(*t, *std::get<std::shared_ptr<const CompiledTableFeature>>(compiled));
    }
    if (known.may_be_missing || known.may_be_null) known.text = feature.id;
    End();
  }

  struct Rows {
    feel::Scope scope;
    std::vector<Nullness> inputs;
    const feel::Type* row;
  };

  Rows RowsOf(std::size_t source) const {
    const feel::Type& row = rulebook_.base_scope().variables()[source].type.element();
    Rows rows{RowScope(rulebook_.base_scope(), row), inputs_, &row};
    for (const feel::Field& field : row.fields()) rows.inputs.push_back(Nullness::Of(field.type, field.optional));
    return rows;
  }

  Nullness CheckWindow(const WindowFeature& w, std::size_t source) {
    const Rows rows = RowsOf(source);
    const Nullness kept = Check(w.where, NullRole::kRowFilter, {rows.scope, rows.inputs});
    const Nullness of = Check(w.of, NullRole::kValue, {rows.scope, rows.inputs, kept.if_true});
    const Nullness when_empty = CheckBase(w.when_empty, NullRole::kValue);
    const bool by_key = w.over_groups == OverGroups::kKeyOfMax || w.over_groups == OverGroups::kKeyOfMin;
    const bool of_rows = w.aggregate == Aggregate::kMin || w.aggregate == Aggregate::kMax || w.aggregate == Aggregate::kMean ||
                         w.aggregate == Aggregate::kLatest || w.aggregate == Aggregate::kEarliest;
    Nullness value;
    const bool may_be_empty = (of_rows && w.over_groups != OverGroups::kCount) || by_key;
    if (may_be_empty && w.when_empty.empty()) {
      value.may_be_missing = true;
      value.why = "a row in its window";
    } else if (may_be_empty) {
      value.may_be_missing = when_empty.may_be_missing;
      value.may_be_null = when_empty.may_be_null;
      value.why = "'" + when_empty.why + "'";
    }
    if (of.may_be_missing || of.may_be_null) {  // of one row: the whole has no value
      value.may_be_missing = true;
      value.why = "'" + of.why + "'";
    }
    return value;
  }

  // The list of two rows, or null.
  Nullness CheckPair(const PairFeature& p, std::size_t source) {
    const Rows rows = RowsOf(source);
    const Nullness kept = Check(p.where, NullRole::kRowFilter, {rows.scope, rows.inputs});
    Check(p.unless_where, NullRole::kRowFilter, {rows.scope, rows.inputs});
    Nullness value;
    value.may_be_null = true;
    value.why = "such a pair";
    value.item_count_min = 2;
    for (std::size_t i = 0; i < rows.row->fields().size(); ++i)
      if (kept.if_true.contains("v" + std::to_string(inputs_.size() + i)))
        value.item_parts.insert("." + rows.row->fields()[i].name);
    return value;
  }

  // A cell without an answer leaves the table without a value, which is told where something rests on it.
  Nullness CheckTableFeature(const TableFeature& table, const CompiledTableFeature& compiled) {
    Nullness value;
    const auto leaves_none = [&](const std::string& why) {
      value.may_be_missing = true;
      if (value.why.empty()) value.why = "'" + why + "'";
    };
    std::vector<Known> row_known(table.rows.size());
    for (std::size_t column = 0; column < table.inputs.size(); ++column) {
      std::vector<Nullness> inputs = inputs_;
      inputs.push_back(CheckBase(table.inputs[column].expression, NullRole::kValue));
      inputs.back().text = kCellInput;
      for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const Expression& cell = table.rows[row].tests[column];
        if (cell.text == "-") continue;
        const NullFindings found = feel::CheckNulls(
            cell.text, rulebook_.base_scope(),
            {.role = NullRole::kCondition, .inputs = inputs, .cell_input = compiled.inputs[column].expression.type()});
        for (const NullUse& use : found.uses)
          leaves_none(use.operand == kCellInput ? WithSingleSpaces(table.inputs[column].expression.text) : use.operand);
        row_known[row].insert(found.value.if_true.begin(), found.value.if_true.end());
      }
    }
    // Of several outputs the value is a context, which is there: its fields may not be.
    auto fields = std::make_shared<std::map<std::string, Nullness>>();
    const auto result = [&](std::size_t output, const Expression& e, const Known& known) {
      const Nullness found = CheckBase(e, NullRole::kValue, known);
      Nullness& of = table.outputs.size() > 1 ? (*fields)[table.outputs[output].name] : value;
      if (found.may_be_missing && &of == &value) leaves_none(found.why);
      else if (found.may_be_missing) of.may_be_missing = true;
      if (of.why.empty()) of.why = found.why;
      of.may_be_null = of.may_be_null || found.may_be_null;
    };
    for (std::size_t row = 0; row < table.rows.size(); ++row)
      for (std::size_t i = 0; i < table.rows[row].results.size(); ++i) result(i, table.rows[row].results[i], row_known[row]);
    for (std::size_t i = 0; i < table.outputs.size(); ++i) result(i, table.outputs[i].default_value, {});
    const bool gives_context = table.outputs.size() > 1 && !feel::GivesList(table.hit_policy, table.aggregation);
    if (gives_context) value.fields = std::move(fields);
    if (!compiled.has_default && !feel::ValueOfNoHit(table.hit_policy, table.aggregation)) {
      value.may_be_null = true;
      if (value.why.empty()) value.why = "a row that holds";
    }
    return value;
  }

  // --- rules, tables, guards, simulations ---

  void CheckProposals(const std::vector<Proposal>& proposals, const Known& known) {
    for (const Proposal& p : proposals) {
      for (const ReasonUse& reason : p.reasons) CheckBase(reason.when, NullRole::kCondition, known);
      for (const Evidence& e : p.evidence) CheckBase(e.value, NullRole::kValue, known);
    }
  }

  void CheckRule(const Rule& rule) {
    Begin("the rule '" + rule.id + "'", rule.authorship);
    const Nullness when = CheckBase(rule.when, NullRole::kCondition);
    CheckProposals(rule.proposals, when.if_true);
    End();
  }

  // What a cell asks of an input that may be missing is told at the input, once.
  void CheckTable(const Table& table, const CompiledTable& compiled) {
    Begin("the table '" + table.id + "'", table.authorship);
    std::vector<Known> row_known(table.rows.size());
    for (std::size_t column = 0; column < table.inputs.size(); ++column) {
      const Expression& input = table.inputs[column];
      Nullness value = CheckBase(input, NullRole::kValue);
      value.text = kCellInput;
      std::vector<Nullness> inputs = inputs_;
      inputs.push_back(std::move(value));
      bool needs_value = false;
      for (std::size_t row = 0; row < table.rows.size(); ++row) {
        if (column >= table.rows[row].tests.size()) continue;
        const Expression& cell = table.rows[row].tests[column];
        if (cell.empty() || cell.text == "-") continue;
        const NullFindings found = feel::CheckNulls(
            cell.text, rulebook_.base_scope(),
            {.role = NullRole::kCondition, .inputs = inputs, .cell_input = compiled.inputs[column].type()});
        for (const NullUse& use : found.uses) {
          if (use.operand == kCellInput) needs_value = true;
          else Tell(cell, use);
        }
        row_known[row].insert(found.value.if_true.begin(), found.value.if_true.end());
      }
      if (needs_value) CheckBase(input, NullRole::kCondition);
    }
    for (std::size_t row = 0; row < table.rows.size(); ++row)
      CheckProposals(table.rows[row].proposals, row_known[row]);
    End();
  }

  void CheckGuard(const Guard& guard) {
    Begin("the guard '" + guard.id + "'", guard.authorship);
    const Nullness applies = Check(guard.applies_to, NullRole::kCondition, {guard_scope_, inputs_});
    Check(guard.when, NullRole::kCondition, {guard_scope_, inputs_, applies.if_true});
    End();
  }

  void CheckSimulation(const Simulation& simulation, const CompiledSimulation& compiled) {
    Begin("the simulation '" + simulation.id + "'", simulation.authorship);
    feel::Scope scope = rulebook_.base_scope();
    std::vector<Nullness> inputs = inputs_;
    const auto check = [&](const std::vector<SimulationFigure>& figures, const std::vector<CompiledEvidence>& programs) {
      for (std::size_t i = 0; i < figures.size(); ++i) {
        Nullness value = Check(figures[i].figure.value, NullRole::kValue, {scope, inputs});
        if (value.may_be_missing || value.may_be_null) value.text = figures[i].figure.name;
        value.why = "'" + value.why + "'";
        scope.Add(figures[i].figure.name, programs[i].value.type());
        inputs.push_back(std::move(value));
      }
    };
    check(simulation.inputs, compiled.inputs);
    check(simulation.results, compiled.results);
    End();
  }

  const CompiledRulebook& rulebook_;
  const Rulebook& book_;
  const feel::Scope guard_scope_;
  std::vector<Nullness> inputs_;  // of the base scope
  Part part_;
  std::size_t feature_ = 0;
  bool in_features_ = true;
  std::vector<std::pair<std::size_t, Error>> feature_issues_;
  Issues issues_;
};

}  // namespace

Issues FindNullWarnings(const CompiledRulebook& rulebook) { return NullWarnings(rulebook).Find(); }

}  // namespace oxpecker::rules
