// rules/dmn_import/ids.h - ids for the elements of a model. Private to rules/dmn_import.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "rules/dmn/definitions.h"

namespace oxpecker::dmn {

// Gives each element an id of small letters, digits and `_` that nothing else in the model's
// expressions is called, so that a renamed input is never taken for an entry or a variable.
class IdRegistry {
 public:
  IdRegistry(std::string prefix, const Definitions& model);
  // "Applicant Age" -> "applicant_age"; `kind` where no letter is left: "input_2".
  std::string Take(std::string_view name, std::string_view kind);

 private:
  bool IsFree(const std::string& id, std::string_view name) const;
  std::string prefix_;
  std::set<std::string, std::less<>> words_;  // of the model's expressions, entries and components
  std::set<std::string, std::less<>> taken_;
};

// Every expression and list of tests of the model.
std::vector<const ExpressionText*> AllTexts(const Definitions& model);

}  // namespace oxpecker::dmn
