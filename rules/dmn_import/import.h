// rules/dmn_import/import.h - a DMN model as parts of a rulebook, so that a bank brings what it has.
//
// Decisions become features: decision tables as tables, everything else as one FEEL expression.
// Input data becomes facts, each read through a feature ID_or_null: a model's input that is not given is
// a plain null, which a fact that is missing is not. Names become ids (`Applicant Age` -> applicant_age), and expressions are
// rewritten through their parsed trees; each rewritten text is parsed again and must give the same
// tree. What cannot be carried over is listed, never left away in silence. docs/dmn.md has the account.
//
// Pure and deterministic; thread-safe.
//
// Example:
//   OXP_TRY(Definitions definitions, ReadDefinitions("loan.dmn", text, {}));
//   const Model model = Model::Build({std::move(definitions)}, {.keeps_names = true});
//   const ModelImport import = ImportModel(model, {});
//   for (const ImportedFile& file : import.files) Write(file.name, file.bytes);
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "rules/dmn/model.h"
#include "rules/feel/type.h"

namespace oxpecker::dmn {

struct ImportOptions {
  std::string prefix;                // before every id: "loan_"
  std::string owner = "dmn-import";  // of all features
  std::vector<std::string> reserved; // names that the facts have already: no id is one of them
};

struct ImportedFile {
  std::string name;   // "loan.yaml", "loan.facts.schema.json"
  std::string bytes;
};

// What an id stands for.
struct ImportedName {
  std::string id;
  std::string element;     // the model's name for it
  std::string what;        // "input data", "reading" (of input data), "decision", "part"
  bool is_fact = false;    // else a feature; a decision that was left out, and is needed, is one too
  feel::Type type;
};

struct ImportRemark {
  Error error;              // place, what and why; the hint is what to do
  bool is_left_out = true;  // else it was carried over, and differs in what the remark says
};

struct ModelImport {
  std::vector<ImportedFile> files;
  std::vector<ImportedName> names;      // facts, then features, in the model's order
  std::vector<ImportRemark> remarks;    // in the order of the elements
  std::size_t decision_count = 0;       // of the model itself
  std::size_t carried_count = 0;        // of those
  bool is_whole() const;                // nothing was left out
};

// REQUIRES that the model was built with BuildOptions::keeps_names.
ModelImport ImportModel(const Model& model, const ImportOptions& options);

}  // namespace oxpecker::dmn
