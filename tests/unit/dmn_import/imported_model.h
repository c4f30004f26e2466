// tests/unit/dmn_import/imported_model.h - a model that was imported and compiled as a rulebook, beside
// the model itself.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/dmn/model.h"
#include "rules/dmn/reader.h"
#include "rules/dmn_import/import.h"
#include "rules/rulebook/compiled_rulebook.h"

namespace oxpecker::dmn {

struct NamedInput {
  std::string name;  // as the model has it
  feel::Value value;
};

// How an imported decision compares with the model's.
enum class Agreement { kSame, kUnknown, kOther, kNotCarried };

class ImportedModel {
 public:
  explicit ImportedModel(std::vector<Definitions> sources, const ImportOptions& options = {});

  const ModelImport& import() const { return import_; }
  const std::string& problems() const { return problems_; }  // of the rulebook; empty: it compiled
  // All files one after the other.
  std::string Text() const;
  std::string Id(const std::string& element) const;  // of a decision or input; empty where it has none
  std::string Remarks() const;                       // a line each: "left out: ...", "differs: ..."

  // The decision's value by the model and by the rulebook, as FEEL text; a null with a cause is
  // "unknown".
  std::pair<std::string, std::string> Both(const std::string& decision, const std::vector<NamedInput>& inputs);
  Agreement Compare(const std::string& decision, const std::vector<NamedInput>& inputs);
  feel::Arena& arena() { return evaluator_.arena(); }

 private:
  feel::Value ByModel(const std::string& decision, const std::vector<NamedInput>& inputs);
  std::string ByRulebook(const std::string& id, const std::vector<NamedInput>& inputs);

  Model model_;
  ModelImport import_;
  std::optional<rules::CompiledRulebook> rulebook_;
  std::string problems_;
  feel::Type facts_;
  ModelEvaluator evaluator_;
};

}  // namespace oxpecker::dmn
