// rules/dmn_import/feature_writer.h - a decision as one feature or several. Private to rules/dmn_import.
#pragma once

#include <string>
#include <vector>

#include "rules/dmn_import/expression_text.h"
#include "rules/dmn_import/feature_text.h"
#include "rules/dmn_import/ids.h"

namespace oxpecker::dmn {

struct WrittenFeature {
  FeatureText text;
  feel::Type type;
  std::string place;
  std::string what;     // "decision 'Risk'"
  std::string element;  // "Risk"
  bool is_part = false; // of a decision: an entry, an argument
};

// Writes decisions one after the other. Not thread-safe.
class FeatureWriter final : public PartWriter {
 public:
  FeatureWriter(const CompiledModel& model, IdRegistry& ids, const std::vector<std::string>& input_ids,
                const std::vector<std::string>& decision_ids, std::vector<ImportRemark>& remarks)
      : model_(model), ids_(ids), input_ids_(input_ids), decision_ids_(decision_ids), remarks_(remarks),
        expressions_(model, *this, remarks) {}

  // The features, the decision's own last. Fails where it cannot be carried over.
  Result<std::vector<WrittenFeature>> Write(std::size_t decision);

  Result<std::string> WritePart(const Expression& expression, const CompiledExpression& compiled,
                                const Surroundings& around, const std::string& name, TypeIndex declared) override;

 private:
  struct Head {
    std::string element;
    std::string what;
    std::string provenance;
    std::string place;
    bool is_part = false;
  };
  Status WriteFeature(const Expression& expression, const CompiledExpression& compiled, const Surroundings& around,
                      const Head& head, TypeIndex declared);
  Status WriteTable(const Expression& expression, const CompiledExpression& compiled, const Surroundings& around,
                    const Head& head, TypeIndex declared);
  Status WriteExpression(const Expression& expression, const CompiledExpression& compiled, const Surroundings& around,
                         const Head& head, TypeIndex declared);
  Status WriteContext(const Expression& expression, const CompiledExpression& compiled, const Surroundings& around,
                      const Head& head, TypeIndex declared);
  Status WriteCall(const CompiledKnowledge& callee, const Expression& expression, const CompiledExpression& compiled,
                   const Surroundings& around, const Head& head, TypeIndex declared);
  Result<std::string> IdOfArgument(const ExpressionPart& part, const CompiledPart& compiled,
                                   const Surroundings& around, const std::string& parameter, TypeIndex declared);
  Result<TableText> TableOf(const DecisionTable& source, const CompiledTable& table, const Surroundings& around);
  Result<TableText::Output> OutputOf(const TableOutput& source, const CompiledOutput& output, bool is_ordered,
                                     const Surroundings& around);
  Result<TableText::Row> RowOf(const DecisionTable& source, const CompiledTable& table, std::size_t rule,
                               const Surroundings& around);
  void Add(const Surroundings& around, const Head& head, const feel::Type& found, TypeIndex declared,
           std::variant<std::string, TableText> definition);
  std::string TableType(const DecisionTable& source, const CompiledTable& table) const;
  void Remark(const std::string& place, std::string message, std::string hint);

  const CompiledModel& model_;
  IdRegistry& ids_;
  const std::vector<std::string>& input_ids_;
  const std::vector<std::string>& decision_ids_;
  std::vector<ImportRemark>& remarks_;
  ExpressionWriter expressions_;
  std::vector<WrittenFeature> features_;  // of the decision that is being written
  std::string decision_what_;
};

}  // namespace oxpecker::dmn
