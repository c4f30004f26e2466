#include "rules/feel/scope.h"

#include <utility>

#include "base/check.h"

namespace oxpecker::feel {

std::size_t Scope::Add(std::string name, Type type) {
  OXP_CHECK(Find(name) == nullptr);
  variables_.push_back({std::move(name), std::move(type)});
  return variables_.size() - 1;
}

const Variable* Scope::Find(std::string_view name) const {
  for (const Variable& variable : variables_) {
    if (variable.name == name) return &variable;
  }
  return nullptr;
}

}  // namespace oxpecker::feel
