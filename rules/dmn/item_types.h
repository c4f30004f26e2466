// rules/dmn/item_types.h - item definitions, resolved: what a typeRef means, as a static type and as
// a check of values (DMN 1.5, 7.3.2 and 10.3.2.9). Private to rules/dmn.
//
// Immutable once built; thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/dmn/definitions.h"
#include "rules/dmn/problem.h"
#include "rules/feel/evaluator.h"
#include "rules/feel/program.h"

namespace oxpecker::dmn {

using TypeIndex = std::int32_t;
inline constexpr TypeIndex kAnyType = -1;

struct ItemType {
  enum class Form : std::uint8_t { kSimple, kAlias, kContext, kCollection, kFunction };
  Form form = Form::kSimple;
  std::string name;  // for messages
  feel::Type type;   // static; a type that holds itself is Any inside
  TypeIndex base = kAnyType;  // of an alias; the items of a collection; the result of a function
  std::vector<std::pair<std::string, TypeIndex>> components;
  std::vector<TypeIndex> parameters;
  std::optional<feel::Program> constraint;  // unary tests that a value that is not null must pass
};

class ItemTypes {
 public:
  // `models` must outlive it: the model and those it imports.
  ItemTypes(std::span<const Definitions> models, Problems& problems);

  // The type that `type_ref` means inside a model; kAnyType with a problem where there is none.
  TypeIndex Resolve(std::size_t model, const std::string& type_ref, Place place, Problems& problems);
  const ItemType& at(TypeIndex index) const { return types_[static_cast<std::size_t>(index)]; }
  feel::Type StaticType(TypeIndex index) const;
  std::string NameOf(TypeIndex index) const;
  // Names of item definitions as an expression of that model may write them.
  const std::vector<std::pair<std::string, TypeIndex>>& names(std::size_t model) const {
    return names_[model];
  }
  // The result type where the type is a function, else the type itself.
  TypeIndex ResultOf(TypeIndex index) const;
  // The allowed values of a type that is a list of constants, in their order.
  const feel::Program* ConstraintOf(TypeIndex index) const;

 private:
  void Declare(std::size_t model);
  TypeIndex Define(std::size_t model, const ItemDefinition& item, Problems& problems);
  void DefineInner(std::size_t model, const ItemDefinition& item, TypeIndex index,
                   Problems& problems);
  TypeIndex Simple(std::string_view name);
  std::optional<feel::Program> Constraint(std::size_t model, const ExpressionText& tests,
                                          const feel::Type& type, Problems& problems);
  void CompileConstraints(Problems& problems);
  // Types are found from the inside, without more recursion than the levels a type may have.
  struct Nesting {
    enum class State : std::uint8_t { kNew, kOpen, kDone };
    struct Entry {
      State state = State::kNew;
      std::size_t depth = 0;
    };
    std::vector<Entry> entries;  // by type
    std::size_t level = 0;       // types that are open
    std::size_t depth = 0;       // the greatest of what was found inside the open one
    bool is_too_deep = false;
  };
  feel::Type ComputeType(TypeIndex index, Nesting& nesting);
  feel::Type TypeOfParts(const ItemType& item, Nesting& nesting);
  void RefuseDepth(std::size_t type, Problems& problems) const;
  void RefuseCycles(Problems& problems);

  struct PendingConstraint {
    TypeIndex type;
    std::size_t model;
    ExpressionText tests;
  };
  struct Origin {
    std::size_t model;
    Place place;
  };
  std::span<const Definitions> models_;
  std::vector<ItemType> types_;
  std::vector<Origin> origins_;
  std::map<std::string, TypeIndex, std::less<>> simple_;
  std::vector<std::vector<std::pair<std::string, TypeIndex>>> names_;  // by model
  std::vector<std::map<std::string, TypeIndex, std::less<>>> by_name_;  // the same; the first of a name
  std::vector<PendingConstraint> pending_;
};

// Where `space` is the namespace of one of the models; nothing otherwise.
std::optional<std::size_t> ModelOfSpace(std::span<const Definitions> models, std::string_view space);

// The value as the type takes it: itself where it conforms; the item of a list of one; a list of one
// where a list is asked for; a date and time where a date is given (10.3.2.9.4). Nothing where it
// does not conform. A null conforms to every type. `evaluator` is in a joint evaluation.
std::optional<feel::Value> Converted(const ItemTypes& types, TypeIndex type,
                                     const feel::Value& value, feel::Evaluator& evaluator);

}  // namespace oxpecker::dmn
