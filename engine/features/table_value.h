// engine/features/table_value.h - the values of features that are decision tables. Private to
// engine/features.
//
// As in a DMN model (docs/dmn.md), but for what has no answer: a DMN table goes on to the next rule
// where a cell has none; here the row may hold, so the feature is unknown with the cell's cause,
// unless FIRST is settled by a row above it.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "rules/feel/evaluator.h"
#include "rules/feel/operations.h"
#include "rules/rulebook/compiled_rulebook.h"

namespace oxpecker::engine {

// What every step of finding features needs.
struct FeatureWork {
  const rules::CompiledRulebook& rulebook;
  Instant as_of;
  feel::Evaluator& evaluator;
  std::vector<feel::Value>& inputs;

  feel::Value Run(const rules::Program& program) const {
    return evaluator.Evaluate(program, inputs, {.now = as_of});
  }
  // Of a program that sees one more value behind the base inputs.
  feel::Value RunOn(const feel::Value& value, const rules::Program& program) const {
    inputs[rulebook.layout().base_count] = value;
    return Run(program);
  }
  feel::Value Unknown(feel::CauseKind kind, std::string_view message) const {
    return feel::Site{evaluator.arena(), {}}.Fail(kind, message);
  }
  // Makes the row's fields visible to programs over rows.
  void ShowRow(const feel::Value& row) const {
    const feel::ContextView view = row.context();
    std::copy(view.slots, view.slots + view.shape->size(),
              inputs.begin() + static_cast<std::ptrdiff_t>(rulebook.layout().base_count));
  }
};

// REQUIRES that the feature is a table.
feel::Value FindTableValue(const FeatureWork& work, std::size_t feature);
// The value where it is of the feature's declared type and allowed, else unknown.
feel::Value AsDeclared(const FeatureWork& work, const rules::CompiledFeature& feature, const feel::Value& value);

}  // namespace oxpecker::engine
