#include "rules/rulebook/table_warnings.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/feel/table_check.h"

namespace oxpecker::rules {
namespace {

using feel::TableFinding;
using feel::TableQuestions;

// What both kinds of tables are made of.
struct Shown {
  std::string what;                     // "the table 'x'"
  std::vector<std::string> inputs;      // as they are written
  std::vector<SourceOrigin> rows;
  SourceOrigin origin;                  // of the table
  std::vector<const Program*> cells;
  std::vector<feel::Type> types;
};

std::string ValuesOf(const Shown& table, const TableFinding& finding) {
  std::string text;
  for (std::size_t i = 0; i < finding.example.size(); ++i)
    text += (i == 0 ? "" : ", ") + table.inputs[i] + " = " + finding.example[i];
  return text;
}

Error ToError(const Shown& table, const TableFinding& finding) {
  const auto number = [](std::size_t row) { return std::to_string(row + 1); };
  switch (finding.kind) {
    case TableFinding::Kind::kOverlap:
      return {ErrorCode::kInvalidInput, PlaceOf(table.rows[finding.other], "", 0),
              table.what + ": rows " + number(finding.row) + " and " + number(finding.other) + " both hold for " + ValuesOf(table, finding),
              "no more than one may hold by its hit policy: narrow one of them"};
    case TableFinding::Kind::kUnreachable:
      return {ErrorCode::kInvalidInput, PlaceOf(table.rows[finding.row], "", 0),
              table.what + ": row " + number(finding.row) + " can never be reached: the rows above it hold wherever it does",
              "put it higher, or remove it"};
    case TableFinding::Kind::kGap:
      return {ErrorCode::kInvalidInput, PlaceOf(table.origin, "", 0), table.what + ": no row holds for " + ValuesOf(table, finding),
              "add a row or a default; without one the value is null"};
  }
  return {};
}

void Check(const Shown& table, const TableQuestions& questions, std::size_t cell_input, Issues& issues) {
  for (const TableFinding& finding : feel::CheckTable({table.cells, table.types, cell_input}, questions))
    issues.push_back(ToError(table, finding));
}

template <class Rows>
void AddCells(const Rows& rows, std::size_t columns, Shown& shown) {
  for (const auto& row : rows)
    for (std::size_t column = 0; column < columns; ++column)
      shown.cells.push_back(column < row.tests.size() && row.tests[column] ? &*row.tests[column] : nullptr);
}

void CheckFeature(const Feature& feature, const TableFeature& table, const CompiledTableFeature& compiled,
                  std::size_t cell_input, Issues& issues) {
  Shown shown{"the feature '" + feature.id + "'", {}, {}, feature.authorship.origin, {}, {}};
  for (std::size_t i = 0; i < table.inputs.size(); ++i) {
    shown.inputs.push_back(table.inputs[i].expression.text);
    shown.types.push_back(compiled.inputs[i].expression.type());
  }
  for (const TableFeature::Row& row : table.rows) shown.rows.push_back(row.origin);
  AddCells(compiled.rows, table.inputs.size(), shown);
  const auto policy = table.hit_policy;
  const bool gives_one = policy == feel::HitPolicy::kUnique || policy == feel::HitPolicy::kAny ||
                         policy == feel::HitPolicy::kFirst || policy == feel::HitPolicy::kPriority;
  TableQuestions questions;
  questions.overlaps = policy == feel::HitPolicy::kUnique || policy == feel::HitPolicy::kAny;
  questions.unreachable = policy == feel::HitPolicy::kFirst;
  questions.gaps = gives_one && !compiled.has_default;
  if (policy == feel::HitPolicy::kAny)
    questions.differ = [&](std::size_t a, std::size_t b) {
      for (std::size_t i = 0; i < table.rows[a].results.size(); ++i)
        if (table.rows[a].results[i].text != table.rows[b].results[i].text) return true;
      return false;
    };
  Check(shown, questions, cell_input, issues);
}

bool SameProposals(const TableRow& a, const TableRow& b) {
  const auto text = [](const TableRow& row) {
    std::string all;
    for (const Proposal& proposal : row.proposals) {
      all += proposal.action + "\n" + proposal.each_action.text + "\n" + proposal.need + "\n";
      for (const ReasonUse& reason : proposal.reasons) all += reason.code + " " + reason.when.text + "\n";
    }
    return all;
  };
  return text(a) == text(b);
}

// A table of proposals that says nothing for some values is as it should be.
void CheckTableOfProposals(const Table& table, const CompiledTable& compiled, std::size_t cell_input, Issues& issues) {
  Shown shown{"the table '" + table.id + "'", {}, {}, table.authorship.origin, {}, {}};
  for (std::size_t i = 0; i < table.inputs.size(); ++i) {
    shown.inputs.push_back(table.inputs[i].text);
    shown.types.push_back(compiled.inputs[i].type());
  }
  for (const TableRow& row : table.rows) shown.rows.push_back(row.origin);
  AddCells(compiled.rows, table.inputs.size(), shown);
  TableQuestions questions;
  questions.overlaps = table.hit_policy == HitPolicy::kUnique || table.hit_policy == HitPolicy::kAny;
  questions.unreachable = table.hit_policy == HitPolicy::kFirst;
  if (table.hit_policy == HitPolicy::kAny)
    questions.differ = [&](std::size_t a, std::size_t b) { return !SameProposals(table.rows[a], table.rows[b]); };
  Check(shown, questions, cell_input, issues);
}

}  // namespace

Issues FindTableWarnings(const CompiledRulebook& rulebook) {
  const Rulebook& book = rulebook.authored();
  const std::size_t cell_input = rulebook.base_scope().variables().size();
  Issues issues;
  for (std::size_t i = 0; i < book.features.size(); ++i) {
    const auto* table = std::get_if<TableFeature>(&book.features[i].definition);
    if (table == nullptr) continue;
    const auto& compiled = std::get<std::shared_ptr<const CompiledTableFeature>>(rulebook.features()[i].definition);
    CheckFeature(book.features[i], *table, *compiled, cell_input, issues);
  }
  for (std::size_t i = 0; i < book.tables.size(); ++i)
    CheckTableOfProposals(book.tables[i], rulebook.tables()[i], cell_input, issues);
  return issues;
}

}  // namespace oxpecker::rules
