// rules/feel/scope.h - the names that an expression may use, with their types.
//
// Names may hold spaces and operators ("loan amount", "a-b"): the scanner asks the scope for the
// longest match (DMN 1.5, 10.3.1.4). Value type.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/feel/type.h"

namespace oxpecker::feel {

struct Variable {
  std::string name;
  Type type;
};

// Variable i is given to the evaluator as inputs[i].
class Scope {
 public:
  // Replaces nothing: a name that is there already fails a CHECK. Returns its index.
  std::size_t Add(std::string name, Type type);
  // For names whose type is found out later (features, in order of dependency).
  void SetType(std::size_t index, Type type) { variables_[index].type = std::move(type); }
  const std::vector<Variable>& variables() const { return variables_; }
  const Variable* Find(std::string_view name) const;  // nullptr where absent

  // A type that expressions may name besides those of the language, as in `x instance of tLoan`.
  void SetTypes(std::shared_ptr<const std::vector<Variable>> types) { types_ = std::move(types); }
  std::span<const Variable> types() const {
    return types_ == nullptr ? std::span<const Variable>() : std::span<const Variable>(*types_);
  }

  // Names that are none here, and what to say to who writes one.
  struct Unavailable {
    std::string name;
    std::string hint;
  };
  void SetUnavailable(std::shared_ptr<const std::vector<Unavailable>> names) { unavailable_ = std::move(names); }
  const Unavailable* FindUnavailable(std::string_view name) const;  // nullptr where absent

 private:
  std::vector<Variable> variables_;
  std::map<std::string, std::size_t, std::less<>> index_;  // of variables, by name
  std::shared_ptr<const std::vector<Variable>> types_;     // may be many: shared by many scopes
  std::shared_ptr<const std::vector<Unavailable>> unavailable_;  // likewise
};

}  // namespace oxpecker::feel
