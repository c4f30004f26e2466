#include "apps/cli/feel_nearest.h"

#include <algorithm>

#include "engine/facts/number_range.h"
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

std::string Within(const Asked& asked) {
  const feel::NumberDomain& domain = asked.situation.domain;
  return domain.low || domain.high || domain.is_whole ? " within what the facts allow" : "";
}

void TellNothing(json::Object& json, const std::string& why) {
  json.Set("change", json::Value());
  if (!why.empty()) json.Set("cannot_tell", why);
}

// By the schema of the facts, or of the event.
feel::NumberDomain DomainOf(const FeelNames& names, const feel::FactPath& path) {
  if (!names.facts || !names.event) return {};
  std::vector<std::string> steps = {names.scope.variables()[path.input].name};
  const bool of_event = steps.front() == "event";
  if (of_event) steps.clear();
  for (const feel::FactPath::Step& step : path.steps) steps.push_back(step.field);
  const facts::NumberRange range = facts::NumberRangeAt(of_event ? names.event->schema() : names.facts->schema(), steps);
  return {range.low, range.high, range.is_whole};
}

// Why nothing can be asked of it; empty where it can.
Error WhyNotAsked(const std::string& fact, const feel::Value& value) {
  if (value.kind() == feel::Kind::kNumber || value.kind() == feel::Kind::kDate) return {};
  const std::string found = value.is_missing() ? "it is missing in these facts" : value.is_null() ? "it is null in these facts"
                                                                                : std::string("it is a ") + feel::Name(value.kind());
  const std::string hint = value.is_null() ? "give facts that have it: --nearest starts from its value"
                                           : "--nearest asks what a number or a date of the facts would have to be; name one";
  return {ErrorCode::kInvalidInput, fact, found, hint};
}

// A condition, as far as its type says, and its value where the type says nothing.
Error WhyNoCondition(const feel::Program& program, const feel::Situation& situation, feel::Evaluator& evaluator) {
  const feel::Type::Tag tag = program.type().tag();
  std::string found = program.type().ToString();
  bool is_condition = tag == feel::Type::Tag::kBoolean || tag == feel::Type::Tag::kNull;
  if (tag == feel::Type::Tag::kAny) {
    const feel::Value value = evaluator.Evaluate(program, situation.inputs, situation.environment);
    is_condition = value.is_null() || value.kind() == feel::Kind::kBoolean;
    found = feel::Name(value.kind());
  }
  if (is_condition) return {};
  return {ErrorCode::kInvalidInput, "", "the expression is no condition: it gives " + found,
          "--nearest asks when a condition turns true or false; compare it, as in '... > 5'"};
}

NearestAnswer OfExpression(const Asked& asked, const feel::Program& program, feel::Evaluator& evaluator) {
  const feel::Truth is = evaluator.Test(program, asked.situation.inputs, asked.situation.environment);
  const bool wanted = is != feel::Truth::kTrue;
  std::string why;
  const auto change = feel::NearestChange(program, asked.situation, asked.path, wanted ? feel::Truth::kTrue : feel::Truth::kFalse, evaluator, &why);
  const std::string answer = wanted ? "true" : "false";
  NearestAnswer result;
  result.json.Set("fact", asked.fact);
  result.json.Set("wanted", answer);
  if (change) {
    result.text = answer + " " + Where(*change, asked.fact) + " (now " + asked.now + ")";
    result.json.Set("change", ToJson(*change));
  } else {
    result.text = why.empty() ? "no " + asked.fact + Within(asked) + " alone makes it " + answer
                              : "cannot tell for which " + asked.fact + " it is " + answer + ": " + why;
    result.text += " (now " + asked.now + ")";
    TellNothing(result.json, why);
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
  std::string why;
  const auto change = feel::NearestRowChange(all, asked.situation, asked.path, evaluator, &why);
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
    result.text += why.empty() ? "no " + asked.fact + Within(asked) + " alone changes that"
                               : "cannot tell for which " + asked.fact + " that changes: " + why;
    result.text += " (now " + asked.now + ")";
    TellNothing(result.json, why);
  }
  return result;
}

}  // namespace

Checked<NearestAnswer> AnswerNearest(const NearestQuestion& question, const feel::Program* program,
                                     const FeelNames& names, const feel::Environment& environment,
                                     feel::Evaluator& evaluator) {
  std::optional<std::size_t> table;
  if (!question.table.empty()) {
    auto found = FindTable(names, question.table);
    if (!found) return std::unexpected(Issues{found.error()});
    table = *found;
  }
  OXP_TRY(const feel::FactPath path, feel::FactPathOf(question.fact, names.scope));
  auto fact = feel::Compile(question.fact, names.scope, {});
  if (!fact) return std::unexpected(std::move(fact).error());
  const std::vector<feel::DerivedInput> derived = Features(names);
  const bool is_computed = std::ranges::any_of(derived, [&](const feel::DerivedInput& d) { return d.input == path.input; });
  if (is_computed)
    return std::unexpected(Issues{{ErrorCode::kInvalidInput, question.fact, "this is a feature, which is computed from facts",
                                   "name a fact that it rests on; 'oxpecker rules show' has its definition"}});
  const feel::Situation situation{names.scope, names.inputs, derived, nullptr, environment, DomainOf(names, path)};
  if (!table)
    if (Error refusal = WhyNoCondition(*program, situation, evaluator); !refusal.message.empty()) return std::unexpected(Issues{std::move(refusal)});
  const feel::Value value = evaluator.Evaluate(*fact, names.inputs, environment);
  if (Error refusal = WhyNotAsked(question.fact, value); !refusal.message.empty()) return std::unexpected(Issues{std::move(refusal)});
  const Asked asked{question.fact, path, situation, feel::ToDisplayText(value)};
  if (!table) return OfExpression(asked, *program, evaluator);
  const rules::CompiledRulebook& rulebook = names.pack->release->rulebook();
  return OfTable(asked, rulebook.authored().tables[*table], rulebook.tables()[*table], evaluator);
}

}  // namespace oxpecker::cli
