#include "rules/feel/scope.h"

#include <algorithm>

#include <utility>

#include "base/check.h"

namespace oxpecker::feel {

std::size_t Scope::Add(std::string name, Type type) {
  const bool is_new = index_.emplace(name, variables_.size()).second;
  OXP_CHECK(is_new);
  variables_.push_back({std::move(name), std::move(type)});
  return variables_.size() - 1;
}

const Variable* Scope::Find(std::string_view name) const {
  const auto at = index_.find(name);
  return at == index_.end() ? nullptr : &variables_[at->second];
}

const Scope::Unavailable* Scope::FindUnavailable(std::string_view name) const {
  if (unavailable_ == nullptr) return nullptr;
  const auto found = std::ranges::find(*unavailable_, name, &Unavailable::name);
  return found == unavailable_->end() ? nullptr : &*found;
}

}  // namespace oxpecker::feel
