#include "rules/dmn/item_types.h"

#include <algorithm>
#include <set>
#include <utility>

#include "rules/feel/diagnostics.h"
#include "rules/feel/instance_of.h"
#include "rules/feel/scanner.h"

namespace oxpecker::dmn {
namespace {

using feel::Type;
using feel::Value;

constexpr std::size_t kTypeNestingMax = 64;

}  // namespace

std::optional<std::size_t> ModelOfSpace(std::span<const Definitions> models,
                                        std::string_view space) {
  for (std::size_t i = 0; i < models.size(); ++i) {
    if (models[i].space == space) return i;
  }
  return std::nullopt;
}

ItemTypes::ItemTypes(std::span<const Definitions> models, Problems& problems)
    : models_(models), names_(models.size()) {
  for (std::size_t model = 0; model < models.size(); ++model) Declare(model);
  for (std::size_t model = 0; model < models.size(); ++model) {
    for (const Import& import : models[model].imports) {
      const auto imported = ModelOfSpace(models, import.space);
      if (!imported || *imported == model) continue;
      const std::string prefix = import.name.empty() ? std::string() : import.name + ".";
      const std::size_t count = models[*imported].items.size();
      for (std::size_t i = 0; i < count; ++i) {
        const auto [name, type] = names_[*imported][i];
        names_[model].emplace_back(prefix + name, type);
      }
    }
  }
  for (const auto& names : names_) by_name_.emplace_back(names.begin(), names.end());
  for (std::size_t model = 0; model < models.size(); ++model) {
    for (std::size_t i = 0; i < models[model].items.size(); ++i) {
      DefineInner(model, models[model].items[i], names_[model][i].second, problems);
    }
  }
  RefuseCycles(problems);
  Nesting nesting;
  nesting.entries.resize(types_.size());
  for (std::size_t i = 0; i < types_.size(); ++i) {
    nesting.is_too_deep = false;
    types_[i].type = ComputeType(static_cast<TypeIndex>(i), nesting);
    if (nesting.is_too_deep) RefuseDepth(i, problems);
  }
  CompileConstraints(problems);
}

// Names first: item definitions may refer to later ones.
void ItemTypes::Declare(std::size_t model) {
  for (const ItemDefinition& item : models_[model].items) {
    types_.push_back({});
    types_.back().name = item.name;
    origins_.push_back({model, item.place});
    names_[model].emplace_back(item.name, static_cast<TypeIndex>(types_.size() - 1));
  }
}

TypeIndex ItemTypes::Define(std::size_t model, const ItemDefinition& item, Problems& problems) {
  types_.push_back({});
  types_.back().name = item.name;
  origins_.push_back({model, item.place});
  const auto index = static_cast<TypeIndex>(types_.size() - 1);
  DefineInner(model, item, index, problems);
  return index;
}

void ItemTypes::DefineInner(std::size_t model, const ItemDefinition& item, TypeIndex index,
                            Problems& problems) {
  ItemType made;
  made.name = item.name;
  if (item.is_collection) {
    ItemDefinition element = item;
    element.is_collection = false;
    element.type_constraint = {};
    made.form = ItemType::Form::kCollection;
    made.base = Define(model, element, problems);
    if (item.type_constraint.is_given) pending_.push_back({index, model, item.type_constraint});
    types_[static_cast<std::size_t>(index)] = std::move(made);
    return;
  }
  if (item.is_function) {
    made.form = ItemType::Form::kFunction;
    made.base = Resolve(model, item.output_type_ref, item.place, problems);
    for (const Parameter& parameter : item.parameters) {
      made.parameters.push_back(Resolve(model, parameter.type_ref, parameter.place, problems));
    }
  } else if (!item.components.empty()) {
    made.form = ItemType::Form::kContext;
    std::set<std::string_view> names;
    for (const ItemDefinition& component : item.components) {
      if (!names.insert(component.name).second) {
        AddProblem(problems, PlaceText(models_[model], component.place),
                   "'" + item.name + "' has two components '" + component.name + "'");
        continue;
      }
      made.components.emplace_back(component.name, Define(model, component, problems));
    }
  } else {
    made.form = ItemType::Form::kAlias;
    made.base = Resolve(model, item.type_ref, item.place, problems);
  }
  if (item.allowed_values.is_given) pending_.push_back({index, model, item.allowed_values});
  if (item.type_constraint.is_given) {
    // Both may stand: a type of its own for the second.
    if (item.allowed_values.is_given) {
      types_.push_back(std::move(made));
      origins_.push_back({model, item.place});
      pending_.back().type = static_cast<TypeIndex>(types_.size() - 1);
      made = {};
      made.form = ItemType::Form::kAlias;
      made.name = item.name;
      made.base = static_cast<TypeIndex>(types_.size() - 1);
    }
    pending_.push_back({index, model, item.type_constraint});
  }
  types_[static_cast<std::size_t>(index)] = std::move(made);
}

TypeIndex ItemTypes::Simple(std::string_view name) {
  const auto known = simple_.find(name);
  if (known != simple_.end()) return known->second;
  for (const auto& [simple_name, tag] : feel::TypeNames()) {
    if (simple_name != name) continue;
    TypeIndex index = kAnyType;
    if (tag != Type::Tag::kAny) {
      ItemType made;
      made.form = tag == Type::Tag::kFunction ? ItemType::Form::kFunction : ItemType::Form::kSimple;
      made.name = name;
      made.type = Type::Bare(tag);
      types_.push_back(std::move(made));
      origins_.push_back({0, {}});
      index = static_cast<TypeIndex>(types_.size() - 1);
    }
    simple_.emplace(name, index);
    return index;
  }
  return kAnyType - 1;
}

TypeIndex ItemTypes::Resolve(std::size_t model, const std::string& type_ref, Place place,
                             Problems& problems) {
  std::string name = feel::WithSingleSpaces(type_ref);
  const auto find = [&](std::string_view wanted) -> TypeIndex {
    const auto declared = by_name_[model].find(wanted);
    return declared != by_name_[model].end() ? declared->second : Simple(wanted);
  };
  if (name.empty()) return kAnyType;
  if (const TypeIndex found = find(name); found >= kAnyType) return found;
  // DMN 1.1 writes qualified names: "feel:number", "shared:tLoan".
  if (const std::size_t colon = name.find(':'); colon != std::string::npos) {
    const std::string_view prefix = std::string_view(name).substr(0, colon);
    const std::string local = name.substr(colon + 1);
    for (const XmlPrefix& declared : models_[model].prefixes) {
      const auto other = ModelOfSpace(models_, declared.space);
      if (declared.prefix != prefix || !other || *other == model) continue;
      const auto found = by_name_[*other].find(local);
      if (found != by_name_[*other].end()) return found->second;
    }
    if (const TypeIndex found = find(local); found >= kAnyType) return found;
    name = local;
  }
  std::vector<std::string_view> known;
  for (const auto& declared : names_[model]) known.push_back(declared.first);
  for (const feel::TypeName& simple : feel::TypeNames()) known.push_back(simple.name);
  AddProblem(problems, PlaceText(models_[model], place), "unknown type '" + name + "'",
             feel::Suggestion(name, known));
  return kAnyType;
}

// An alias of itself has no meaning; a context may hold its own type.
void ItemTypes::RefuseCycles(Problems& problems) {
  for (std::size_t i = 0; i < types_.size(); ++i) {
    std::vector<TypeIndex> passed;
    TypeIndex at = static_cast<TypeIndex>(i);
    while (at != kAnyType && passed.size() <= kTypeNestingMax) {
      const ItemType& type = types_[static_cast<std::size_t>(at)];
      const bool goes_on =
          type.form == ItemType::Form::kAlias || type.form == ItemType::Form::kCollection;
      if (!goes_on) break;
      passed.push_back(at);
      at = type.base;
    }
    if (passed.size() <= kTypeNestingMax) continue;
    const bool is_circle = std::find(passed.begin(), passed.end(), at) != passed.end();
    if (is_circle) {
      AddProblem(problems, PlaceText(models_[origins_[i].model], origins_[i].place),
                 "the type '" + types_[i].name + "' is defined by itself");
    } else {
      RefuseDepth(i, problems);
    }
    types_[i].base = kAnyType;
  }
}

void ItemTypes::RefuseDepth(std::size_t type, Problems& problems) const {
  AddProblem(problems, PlaceText(models_[origins_[type].model], origins_[type].place),
             "the type '" + types_[type].name + "' is nested deeper than " +
                 std::to_string(kTypeNestingMax) + " levels",
             {}, ErrorCode::kLimit);
}

Type ItemTypes::ComputeType(TypeIndex index, Nesting& nesting) {
  if (index == kAnyType) return Type::Any();
  const auto i = static_cast<std::size_t>(index);
  Nesting::Entry& entry = nesting.entries[i];
  if (entry.state == Nesting::State::kOpen) return Type::Any();
  if (entry.state == Nesting::State::kDone) {
    nesting.depth = std::max(nesting.depth, entry.depth);
    return types_[i].type;
  }
  if (nesting.level == kTypeNestingMax) {  // what is around it is refused
    nesting.is_too_deep = true;
    return Type::Any();
  }
  entry.state = Nesting::State::kOpen;
  ++nesting.level;
  const std::size_t depth_beside = std::exchange(nesting.depth, 0);
  Type type = TypeOfParts(types_[i], nesting);
  --nesting.level;
  entry.state = Nesting::State::kDone;
  entry.depth = nesting.depth + 1;
  if (entry.depth > kTypeNestingMax) {
    nesting.is_too_deep = true;
    type = Type::Any();
    entry.depth = 0;
  }
  nesting.depth = std::max(depth_beside, entry.depth);
  types_[i].type = type;
  return type;
}

Type ItemTypes::TypeOfParts(const ItemType& item, Nesting& nesting) {
  switch (item.form) {
    case ItemType::Form::kSimple:
      break;
    case ItemType::Form::kAlias:
      return ComputeType(item.base, nesting);
    case ItemType::Form::kCollection:
      return Type::List(ComputeType(item.base, nesting));
    case ItemType::Form::kContext: {
      std::vector<feel::Field> fields;
      for (const auto& [name, component] : item.components) {
        fields.push_back({name, ComputeType(component, nesting), false});
      }
      return Type::DeclaredContext(std::move(fields));
    }
    case ItemType::Form::kFunction: {
      std::vector<Type> parameters;
      for (const TypeIndex parameter : item.parameters) {
        parameters.push_back(ComputeType(parameter, nesting));
      }
      return Type::Function(std::move(parameters), ComputeType(item.base, nesting));
    }
  }
  return item.type;
}

void ItemTypes::CompileConstraints(Problems& problems) {
  for (const PendingConstraint& pending : pending_) {
    ItemType& type = types_[static_cast<std::size_t>(pending.type)];
    feel::CompileOptions options;
    options.origin = {models_[pending.model].file, pending.tests.place.line,
                      pending.tests.place.column};
    options.type_conflicts_are_errors = false;
    const auto tests = feel::CompileUnaryTests(pending.tests.text, type.type, {}, options);
    if (tests) {
      type.constraint = *tests;
      continue;
    }
    for (const Error& error : tests.error()) problems.push_back({error, true, {}});
  }
}

Type ItemTypes::StaticType(TypeIndex index) const {
  return index == kAnyType ? Type::Any() : at(index).type;
}

std::string ItemTypes::NameOf(TypeIndex index) const {
  return index == kAnyType ? "Any" : at(index).name;
}

TypeIndex ItemTypes::ResultOf(TypeIndex index) const {
  while (index != kAnyType && at(index).form == ItemType::Form::kAlias) {
    const TypeIndex base = at(index).base;
    if (base == kAnyType || at(base).form != ItemType::Form::kFunction) break;
    index = base;
  }
  const bool is_function = index != kAnyType && at(index).form == ItemType::Form::kFunction;
  return is_function ? at(index).base : index;
}

const feel::Program* ItemTypes::ConstraintOf(TypeIndex index) const {
  for (std::size_t depth = 0; index != kAnyType && depth < kTypeNestingMax; ++depth) {
    const ItemType& type = at(index);
    if (type.constraint) return &*type.constraint;
    const bool goes_on =
        type.form == ItemType::Form::kAlias || type.form == ItemType::Form::kCollection;
    if (!goes_on) break;
    index = type.base;
  }
  return nullptr;
}

namespace {

class Conformity {
 public:
  Conformity(const ItemTypes& types, feel::Evaluator& evaluator)
      : types_(types), evaluator_(evaluator) {}

  // Null conforms, at the top and inside.
  bool Holds(const Value& value, TypeIndex index, std::size_t depth) {
    if (value.is_null() || index == kAnyType) return true;
    if (depth > kTypeNestingMax || !evaluator_.Spend(1)) return false;
    const ItemType& type = types_.at(index);
    return HasForm(value, type, depth) && PassesConstraint(value, type);
  }

 private:
  bool HasForm(const Value& value, const ItemType& type, std::size_t depth) {
    switch (type.form) {
      case ItemType::Form::kSimple:
        return feel::IsInstanceOf(value, type.type);
      case ItemType::Form::kFunction:
        return value.kind() == feel::Kind::kFunction;
      case ItemType::Form::kAlias:
        return Holds(value, type.base, depth + 1);
      case ItemType::Form::kCollection: {
        if (value.kind() != feel::Kind::kList) return false;
        const feel::ListView items = value.list();
        return std::all_of(items.begin(), items.end(), [&](const Value& item) {
          return Holds(item, type.base, depth + 1);
        });
      }
      case ItemType::Form::kContext:
        if (value.kind() != feel::Kind::kContext) return false;
        return std::all_of(type.components.begin(), type.components.end(), [&](const auto& part) {
          const Value* entry = feel::FindEntry(value, part.first);
          return entry != nullptr && Holds(*entry, part.second, depth + 1);
        });
    }
    return false;
  }

  bool PassesConstraint(const Value& value, const ItemType& type) {
    if (!type.constraint) return true;
    return evaluator_.Evaluate(*type.constraint, {&value, 1}, {}).is_true();
  }

  const ItemTypes& types_;
  feel::Evaluator& evaluator_;
};

const ItemType* Resolved(const ItemTypes& types, TypeIndex index) {
  for (std::size_t depth = 0; index != kAnyType && depth < kTypeNestingMax; ++depth) {
    if (types.at(index).form != ItemType::Form::kAlias) return &types.at(index);
    index = types.at(index).base;
  }
  return nullptr;
}

}  // namespace

std::optional<Value> Converted(const ItemTypes& types, TypeIndex type, const Value& value,
                               feel::Evaluator& evaluator) {
  if (value.is_null() || type == kAnyType) return value;
  Conformity conformity(types, evaluator);
  if (conformity.Holds(value, type, 0)) return value;
  const ItemType* target = Resolved(types, type);
  if (target == nullptr) return std::nullopt;
  if (value.kind() == feel::Kind::kList && value.list().size() == 1 &&
      !value.list()[0].is_null() && conformity.Holds(value.list()[0], type, 0)) {
    return value.list()[0];
  }
  if (target->form == ItemType::Form::kCollection ||
      target->type.tag() == feel::Type::Tag::kList) {
    const std::span<Value> items = evaluator.arena().NewArray<Value>(1);
    items[0] = value;
    const Value list = Value::List(items);
    if (conformity.Holds(list, type, 0)) return list;
  }
  if (value.kind() == feel::Kind::kDate && target->type.tag() == feel::Type::Tag::kDateTime) {
    constexpr std::int64_t kSecondsADay = 86'400;
    const Value midnight =
        Value::DateTime(value.epoch_days() * kSecondsADay, 0, feel::Zone::Offset(0));
    if (conformity.Holds(midnight, type, 0)) return midnight;
  }
  return std::nullopt;
}

}  // namespace oxpecker::dmn
