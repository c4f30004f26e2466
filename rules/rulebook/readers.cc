#include "rules/rulebook/readers.h"

#include <algorithm>
#include <string_view>

namespace oxpecker::rules {
namespace {

using Ids = std::set<std::string, std::less<>>;

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Words with their dots: "policy.late_fee_n", "late_fee_count_180d". A path into a value counts as its
// beginning too.
void AddNames(std::string_view text, Ids& names) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    while (at < text.size() && (IsNameByte(text[at]) || (text[at] == '.' && at > from))) {
      if (text[at] == '.') names.emplace(text.substr(from, at - from));
      ++at;
    }
    if (at > from) names.emplace(text.substr(from, at - from));
    else ++at;
  }
}

Ids NamesOf(const std::vector<const Expression*>& expressions) {
  Ids names;
  for (const Expression* expression : expressions) AddNames(expression->text, names);
  return names;
}

Ids NamesOf(const TableFeature& table) {
  std::vector<const Expression*> expressions;
  for (const TableFeature::Input& input : table.inputs) expressions.insert(expressions.end(), {&input.expression, &input.allowed});
  for (const TableFeature::Output& output : table.outputs)
    expressions.insert(expressions.end(), {&output.allowed, &output.default_value});
  for (const TableFeature::Row& row : table.rows) {
    for (const Expression& test : row.tests) expressions.push_back(&test);
    for (const Expression& result : row.results) expressions.push_back(&result);
  }
  return NamesOf(expressions);
}

Ids NamesOf(const Feature& feature) {
  if (const auto* t = std::get_if<TableFeature>(&feature.definition)) return NamesOf(*t);
  if (const auto* e = std::get_if<Expression>(&feature.definition)) return NamesOf({e});
  if (const auto* w = std::get_if<WindowFeature>(&feature.definition))
    return NamesOf({&w->from_days, &w->from_hours, &w->to_days, &w->where, &w->of, &w->when_empty});
  const auto& p = std::get<PairFeature>(feature.definition);
  return NamesOf({&p.where, &p.within_hours, &p.later_within_days, &p.unless_where});
}

void AddProposals(const std::vector<Proposal>& proposals, std::vector<const Expression*>& into) {
  for (const Proposal& p : proposals) {
    into.push_back(&p.each_action);
    for (const ReasonUse& reason : p.reasons) into.push_back(&reason.when);
    for (const Evidence& e : p.evidence) into.insert(into.end(), {&e.value, &e.currency});
  }
}

Ids NamesOf(const Rule& rule) {
  std::vector<const Expression*> expressions = {&rule.when};
  AddProposals(rule.proposals, expressions);
  return NamesOf(expressions);
}

Ids NamesOf(const Table& table) {
  std::vector<const Expression*> expressions;
  for (const Expression& input : table.inputs) expressions.push_back(&input);
  for (const TableRow& row : table.rows) {
    for (const Expression& test : row.tests) expressions.push_back(&test);
    AddProposals(row.proposals, expressions);
  }
  return NamesOf(expressions);
}

Ids NamesOf(const Guard& guard) { return NamesOf({&guard.applies_to, &guard.when}); }

bool Meet(const Ids& a, const Ids& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& id) { return b.contains(id); });
}

}  // namespace

std::set<std::string, std::less<>> PartsThatRead(const Rulebook& rulebook, const std::string& id) {
  Ids sought;
  if (std::ranges::find(rulebook.thresholds, id, &Threshold::id) != rulebook.thresholds.end())
    sought.insert("policy." + id);
  if (std::ranges::find(rulebook.features, id, &Feature::id) != rulebook.features.end()) sought.insert(id);
  if (sought.empty()) return {};
  for (std::size_t before = 0; before != sought.size();) {
    before = sought.size();
    for (const Feature& feature : rulebook.features)
      if (!sought.contains(feature.id) && Meet(NamesOf(feature), sought)) sought.insert(feature.id);
  }
  Ids parts;
  const auto add = [&](const auto& list) {
    for (const auto& part : list)
      if (Meet(NamesOf(part), sought)) parts.insert(part.id);
  };
  add(rulebook.rules);
  add(rulebook.tables);
  add(rulebook.guards);
  return parts;
}

}  // namespace oxpecker::rules
