// rules/dmn/name_scope.h - the names that a place in a model may use, and the slots of their values.
// Private to rules/dmn.
//
// Not thread-safe. Example:
//   const NameScope::Mark outer = scope.mark();
//   const std::uint32_t slot = scope.Declare("loan amount", feel::Type::Number());
//   ... compile what sees it, by scope.names() ...
//   scope.Leave(outer);
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/feel/scope.h"

namespace oxpecker::dmn {

// Variable i of `scope` has the value of slots[i].
struct ScopeNames {
  feel::Scope scope;
  std::vector<std::uint32_t> slots;
};

class NameScope {
 public:
  struct Mark {
    std::size_t names;
    std::uint32_t next_slot;
  };
  using Names = ScopeNames;

  using Unavailable = std::shared_ptr<const std::vector<feel::Scope::Unavailable>>;

  // `types`: those that expressions may name.
  NameScope(std::shared_ptr<const std::vector<feel::Variable>> types, Unavailable unavailable)
      : types_(std::move(types)), unavailable_(std::move(unavailable)) {}

  Mark mark() const { return {names_.size(), next_slot_}; }
  void Leave(Mark mark) {
    if (mark.names != names_.size()) Forget();
    names_.resize(mark.names);
    next_slot_ = mark.next_slot;
  }
  // Hides an outer name that is the same.
  std::uint32_t Declare(std::string name, feel::Type type) {
    names_.push_back({std::move(name), std::move(type), next_slot_});
    slot_count_ = std::max(slot_count_, ++next_slot_);
    kept_.reset();
    if (made_ && made_->scope.Find(names_.back().name) == nullptr) AddMade(names_.back());
    else made_.reset();
    return next_slot_ - 1;
  }
  std::uint32_t next_slot() const { return next_slot_; }
  std::uint32_t slot_count() const { return slot_count_; }  // the most that were ever in use

  const Names& names() {
    if (made_) return *made_;
    made_.emplace();
    for (std::size_t i = names_.size(); i-- > 0;) {
      if (made_->scope.Find(names_[i].name) == nullptr) AddMade(names_[i]);
    }
    made_->scope.SetTypes(types_);
    made_->scope.SetUnavailable(unavailable_);
    return *made_;
  }
  // The same, to be kept; shared by those who ask while nothing changes.
  std::shared_ptr<const Names> kept_names() {
    if (kept_ == nullptr) kept_ = std::make_shared<const Names>(names());
    return kept_;
  }

 private:
  void Forget() {
    made_.reset();
    kept_.reset();
  }
  struct Name {
    std::string name;
    feel::Type type;
    std::uint32_t slot;
  };
  void AddMade(const Name& name) {
    made_->scope.Add(name.name, name.type);
    made_->slots.push_back(name.slot);
  }

  std::shared_ptr<const std::vector<feel::Variable>> types_;
  Unavailable unavailable_;
  std::vector<Name> names_;
  std::uint32_t next_slot_ = 0;
  std::uint32_t slot_count_ = 0;
  std::optional<Names> made_;  // of names_; kept while names are only added
  std::shared_ptr<const Names> kept_;
};

}  // namespace oxpecker::dmn
