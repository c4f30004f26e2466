// rules/dmn_import/ids.h - ids for the elements of a model. Private to rules/dmn_import.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/dmn/definitions.h"

namespace oxpecker::dmn {

// Gives each element an id of small letters, digits and `_` that nothing else in the model's
// expressions is called, so that a renamed input is never taken for an entry or a variable; nor any of
// `reserved`.
class IdRegistry {
 public:
  IdRegistry(std::string prefix, const std::vector<std::string>& reserved, const Definitions& model);
  // "Applicant Age" -> "applicant_age"; `kind` where no letter is left: "input_2".
  std::string Take(std::string_view name, std::string_view kind);
  // For what belongs to one that has an id: "amount", "_or_null" -> "amount_or_null".
  std::string TakeAfter(std::string_view id, std::string_view suffix);

 private:
  bool IsFree(const std::string& id, std::string_view name) const;
  std::string TakeFree(const std::string& base, std::string id, std::string_view name);
  std::string prefix_;
  std::set<std::string, std::less<>> words_;  // of the model's expressions, entries and components
  std::set<std::string, std::less<>> reserved_;
  std::set<std::string, std::less<>> taken_;
  std::map<std::string, std::size_t, std::less<>> numbers_;  // the last one tried after a base
};

// Adds the words of a text outside of its literals in quotes.
void AddWords(std::string_view text, std::set<std::string, std::less<>>& words);
// Whether a function, an entry, a parameter or a component of the model has the name.
bool BindsName(const Definitions& model, std::string_view name);
// Every expression and list of tests of the model.
std::vector<const ExpressionText*> AllTexts(const Definitions& model);

}  // namespace oxpecker::dmn
