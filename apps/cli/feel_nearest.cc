#include "apps/cli/feel_nearest.h"

#include <algorithm>

#include "rules/rulebook/form.h"

namespace oxpecker::cli {
namespace {

// One with a set of allowed values, a window, a pair or a table is more than an expression.
feel::DerivedInput Derived(std::uint32_t slot, const rules::CompiledFeature& feature) {
  feel::DerivedInput input{slot, nullptr, {}};
  if (!feature.declared && !feature.allowed) input.program = std::get_if<feel::Program>(&feature.definition);
  if (input.program != nullptr) return input;
  for (const feel::Program* part : feature.Programs())
    input.reads.insert(input.reads.end(), part->reads().begin(), part->reads().end());
  if (const auto* window = std::get_if<rules::CompiledWindow>(&feature.definition))
    input.reads.push_back(static_cast<std::uint32_t>(window->source));
  if (const auto* pair = std::get_if<rules::CompiledPair>(&feature.definition))
    input.reads.push_back(static_cast<std::uint32_t>(pair->source));
  return input;
}

// The features, in an order in which each finds what it reads.
std::vector<feel::DerivedInput> Features(const FeelNames& names) {
  std::vector<feel::DerivedInput> derived;
  if (!names.pack || !names.facts) return derived;
  const rules::CompiledRulebook& rulebook = names.pack->release->rulebook();
  for (const rules::FeatureStep& step : rulebook.feature_steps())
    for (const std::size_t feature : step.features)
      derived.push_back(Derived(static_cast<std::uint32_t>(rulebook.layout().features_begin + feature),
                                rulebook.features()[feature]));
  return derived;
}

Result<std::size_t> FindTable(const FeelNames& names, const std::string& id) {
  if (!names.pack || !names.facts)
    return Fail(ErrorCode::kInvalidInput, "", "a table is one of rules, and asks for facts", "give --facts and --rules, or run it in a workspace");
  std::vector<std::string> known;
  const auto& tables = names.pack->release->rulebook().authored().tables;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (tables[i].id == id) return i;
    known.push_back(tables[i].id);
  }
  const std::string near = rules::Nearest(id, known);
  return Fail(ErrorCode::kNotFound, id, "the rules have no such table", near.empty() ? "" : "did you mean '" + near + "'?");
}

// "above event.amount = 10"
std::string Where(const feel::Change& change, const std::string& fact) {
  const char* word = change.is_reached ? "at " : change.is_upward ? "above " : "below ";
  return word + fact + " = " + feel::ToDisplayText(change.bound);
}

json::Object ToJson(const feel::Change& change) {
  json::Object out;
  out.Set("bound", feel::ToFeelText(change.bound));
  out.Set("direction", change.is_upward ? "up" : "down");
  out.Set("reached", change.is_reached);
  return out;
}

// "row 2", "rows 2, 5", "no row": counted from 1.
std::string RowsText(const std::vector<std::size_t>& rows) {
  if (rows.empty()) return "no row";
  std::string text = rows.size() == 1 ? "row " : "rows ";
  for (std::size_t i = 0; i < rows.size(); ++i) text += (i > 0 ? ", " : "") + std::to_string(rows[i] + 1);
  return text;
}

json::Array RowsJson(const std::vector<std::size_t>& rows) {
  json::Array numbers;
  for (const std::size_t row : rows) numbers.emplace_back(static_cast<std::int64_t>(row + 1));
  return numbers;
}

struct Asked {
  const std::string& fact;
  const feel::FactPath& path;
  const feel::Situation& situation;
  std::string now;
};

NearestAnswer OfExpression(const Asked& asked, const feel::Program& program, feel::Evaluator& evaluator) {
  const feel::Truth is = evaluator.Test(program, asked.situation.inputs, asked.situation.environment);
  const bool wanted = is != feel::Truth::kTrue;
  const auto change = feel::NearestChange(program, asked.situation, asked.path, wanted ? feel::Truth::kTrue : feel::Truth::kFalse, evaluator);
  const std::string answer = wanted ? "true" : "false";
  NearestAnswer result;
  result.json.Set("fact", asked.fact);
  result.json.Set("wanted", answer);
  if (change) {
    result.text = answer + " " + Where(*change, asked.fact) + " (now " + asked.now + ")";
    result.json.Set("change", ToJson(*change));
  } else {
    result.text = "no " + asked.fact + " is known that alone makes it " + answer + " (now " + asked.now + ")";
    result.json.Set("change", json::Value());
  }
  return result;
}

NearestAnswer OfTable(const Asked& asked, const rules::Table& authored, const rules::CompiledTable& table, feel::Evaluator& evaluator) {
  std::vector<const feel::Program*> inputs;
  std::vector<const feel::Program*> cells;
  for (const feel::Program& input : table.inputs) inputs.push_back(&input);
  for (const rules::CompiledTableRow& row : table.rows)
    for (std::size_t column = 0; column < inputs.size(); ++column)
      cells.push_back(column < row.tests.size() && row.tests[column] ? &*row.tests[column] : nullptr);
  const feel::TableCells all{inputs, cells, authored.hit_policy == rules::HitPolicy::kFirst};
  const auto now = feel::RowsThatHit(all, asked.situation, evaluator);
  const auto change = feel::NearestRowChange(all, asked.situation, asked.path, evaluator);
  NearestAnswer result;
  result.json.Set("fact", asked.fact);
  result.json.Set("rows", RowsJson(now));
  result.text = RowsText(now) + " of " + authored.id + " now; ";
  if (change) {
    result.text += RowsText(change->rows) + " " + Where(change->change, asked.fact) + " (now " + asked.now + ")";
    json::Object then = ToJson(change->change);
    then.Set("rows", RowsJson(change->rows));
    result.json.Set("change", std::move(then));
  } else {
    result.text += "no " + asked.fact + " is known that alone changes that (now " + asked.now + ")";
    result.json.Set("change", json::Value());
  }
  return result;
}

}  // namespace

Checked<NearestAnswer> AnswerNearest(const NearestQuestion& question, const feel::Program* program,
                                     const FeelNames& names, const feel::Environment& environment,
                                     feel::Evaluator& evaluator) {
  OXP_TRY(const feel::FactPath path, feel::FactPathOf(question.fact, names.scope));
  auto fact = feel::Compile(question.fact, names.scope, {});
  if (!fact) return std::unexpected(std::move(fact).error());
  const feel::Value value = evaluator.Evaluate(*fact, names.inputs, environment);
  if (value.kind() != feel::Kind::kNumber && value.kind() != feel::Kind::kDate)
    return std::unexpected(Issues{{ErrorCode::kInvalidInput, question.fact, "found " + feel::ToFeelText(value) + ", expected a number or a date",
                                   "--nearest asks what a number or a date of the facts would have to be"}});
  const std::vector<feel::DerivedInput> derived = Features(names);
  const bool is_computed = std::ranges::any_of(derived, [&](const feel::DerivedInput& d) { return d.input == path.input; });
  if (is_computed)
    return std::unexpected(Issues{{ErrorCode::kInvalidInput, question.fact, "this is a feature, which is computed from facts",
                                   "name a fact that it rests on; 'oxpecker rules show' has its definition"}});
  const feel::Situation situation{names.scope, names.inputs, derived, nullptr, environment};
  const Asked asked{question.fact, path, situation, feel::ToDisplayText(value)};
  if (question.table.empty()) return OfExpression(asked, *program, evaluator);
  auto table = FindTable(names, question.table);
  if (!table) return std::unexpected(Issues{table.error()});
  const rules::CompiledRulebook& rulebook = names.pack->release->rulebook();
  return OfTable(asked, rulebook.authored().tables[*table], rulebook.tables()[*table], evaluator);
}

}  // namespace oxpecker::cli
