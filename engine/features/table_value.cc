#include "engine/features/table_value.h"

#include <bit>
#include <memory>
#include <optional>
#include <string>

#include "rules/feel/hit_policy.h"
#include "rules/feel/operations.h"

namespace oxpecker::engine {
namespace {

using feel::CauseKind;
using feel::Value;
using rules::CompiledTableFeature;
using rules::TableFeature;

std::size_t FirstOf(std::span<const std::uint64_t> rows, std::size_t none) {
  for (std::size_t w = 0; w < rows.size(); ++w)
    if (rows[w] != 0) return w * 64 + static_cast<std::size_t>(std::countr_zero(rows[w]));
  return none;
}

class TableValue {
 public:
  TableValue(const FeatureWork& work, const TableFeature& authored, const CompiledTableFeature& compiled)
      : work_(work), authored_(authored), compiled_(compiled) {}

  Value Find() {
    if (auto refused = ReadInputs()) return *refused;
    match_.Run(compiled_.index, values_,
               [](void* of, std::size_t row, std::size_t column) {
                 return static_cast<TableValue*>(of)->RunCell(row, column);
               },
               this);
    const std::size_t row_count = compiled_.rows.size();
    const std::size_t doubtful = FirstOf(match_.unknown(), row_count);
    const bool is_first = authored_.hit_policy == feel::HitPolicy::kFirst;
    if (doubtful < (is_first ? match_.First() : row_count)) return CauseOf(doubtful);
    std::vector<std::uint32_t> rows;
    match_.AppendAll(rows);
    if (is_first && rows.size() > 1) rows.erase(rows.begin() + 1, rows.end());
    return rows.empty() ? NoRowHolds() : ApplyHitPolicy({rows.begin(), rows.end()});
  }

 private:
  std::optional<Value> ReadInputs() {
    for (std::size_t i = 0; i < compiled_.inputs.size(); ++i) {
      const CompiledTableFeature::Input& input = compiled_.inputs[i];
      values_.push_back(work_.Run(input.expression));
      const Value& value = values_.back();
      if (!input.allowed || value.is_null() || work_.RunOn(value, *input.allowed).is_true()) continue;
      return work_.Unknown(CauseKind::kDomain,
                           "input '" + authored_.inputs[i].expression.text + "' is none of its allowed values");
    }
    return std::nullopt;
  }

  Value RunCell(std::size_t row, std::size_t column) const {
    const auto& test = compiled_.rows[row].tests[column];
    return test ? work_.RunOn(values_[column], *test) : Value::Boolean(true);
  }

  // Why a row is neither in nor out.
  Value CauseOf(std::size_t row) const {
    for (std::size_t column = 0; column < values_.size(); ++column) {
      const Value verdict = RunCell(row, column);
      if (verdict.is_true()) continue;
      if (verdict.is_null() && verdict.cause() != nullptr) return verdict;
    }
    return work_.Unknown(CauseKind::kNull, "a cell of row " + std::to_string(row + 1) + " has no answer");
  }

  Value OutputOf(std::size_t output, const rules::Program& program, const std::string& what) const {
    const Value value = work_.Run(program);
    const auto& allowed = compiled_.outputs[output].allowed;
    if (!allowed || value.is_null() || work_.RunOn(value, *allowed).is_true()) return value;
    return work_.Unknown(CauseKind::kDomain, what + " is none of its allowed values");
  }

  Value Whole(std::span<const Value> outputs) const {
    return compiled_.shape == nullptr ? outputs.front()
                                      : Value::Context(compiled_.shape.get(), outputs.data());
  }

  Value NoRowHolds() const {
    if (!compiled_.has_default)
      return feel::ValueOfNoHit(authored_.hit_policy, authored_.aggregation).value_or(Value());
    const std::span<Value> outputs = work_.evaluator.arena().NewArray<Value>(compiled_.outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const auto& program = compiled_.outputs[i].default_value;
      if (program) outputs[i] = OutputOf(i, *program, "the default output");
    }
    return Whole(outputs);
  }

  Value OutputsOf(std::size_t row) const {
    const auto& results = compiled_.rows[row].results;
    const std::span<Value> outputs = work_.evaluator.arena().NewArray<Value>(results.size());
    for (std::size_t i = 0; i < outputs.size(); ++i)
      outputs[i] = OutputOf(i, results[i], "an output of row " + std::to_string(row + 1));
    return Whole(outputs);
  }

  Value ApplyHitPolicy(const std::vector<std::size_t>& rows) const {
    std::vector<Value> outputs;
    const bool is_refused = authored_.hit_policy == feel::HitPolicy::kUnique && rows.size() > 1;
    for (std::size_t i = 0; i < rows.size() && !is_refused; ++i) outputs.push_back(OutputsOf(rows[i]));
    std::vector<Value> orders;
    for (const CompiledTableFeature::Output& output : compiled_.outputs)
      orders.push_back(output.order ? work_.Run(*output.order) : Value());
    return feel::ApplyHitPolicy({work_.evaluator.arena(), {}}, authored_.hit_policy, authored_.aggregation,
                                {rows, outputs}, orders);
  }

  const FeatureWork& work_;
  const TableFeature& authored_;
  const CompiledTableFeature& compiled_;
  std::vector<Value> values_;  // of the inputs
  feel::TableMatch match_;
};

}  // namespace

Value FindTableValue(const FeatureWork& work, std::size_t feature) {
  using Compiled = std::shared_ptr<const CompiledTableFeature>;
  return TableValue(work, std::get<TableFeature>(work.rulebook.authored().features[feature].definition),
                    *std::get<Compiled>(work.rulebook.features()[feature].definition))
      .Find();
}

Value AsDeclared(const FeatureWork& work, const rules::CompiledFeature& feature, const Value& value) {
  if (!feature.HasType(value))
    return work.Unknown(CauseKind::kType, std::string("the value is a ") + feel::Name(value.kind()) +
                                              ", declared as " + feature.declared->ToString());
  if (!feature.allowed || value.is_null() || work.RunOn(value, *feature.allowed).is_true()) return value;
  return work.Unknown(CauseKind::kDomain, "the value is none of those that the feature allows");
}

}  // namespace oxpecker::engine
