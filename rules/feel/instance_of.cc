#include "rules/feel/instance_of.h"

#include <algorithm>

#include "rules/feel/evaluator.h"
#include "rules/feel/program_body.h"

namespace oxpecker::feel {
namespace {

// Null entries and items are instances of anything (10.3.2.9.2); at the top they are not.
bool Conforms(const Value& value, const Type& type) {
  return value.is_null() || IsInstanceOf(value, type);
}

bool IsListOf(const Value& value, const Type& element) {
  if (value.kind() != Kind::kList) return false;
  const ListView items = value.list();
  return std::all_of(items.begin(), items.end(),
                     [&](const Value& item) { return Conforms(item, element); });
}

bool HasFields(const Value& value, const Type& type) {
  if (value.kind() != Kind::kContext) return false;
  return std::all_of(type.fields().begin(), type.fields().end(), [&](const Field& field) {
    const Value* entry = FindEntry(value, field.name);
    if (entry == nullptr) return field.optional;
    return Conforms(*entry, field.type);
  });
}

bool IsMapOf(const Value& value, const Type& element) {
  if (value.kind() != Kind::kContext) return false;
  const ContextView context = value.context();
  for (std::size_t i = 0; i < context.shape->size(); ++i) {
    if (!Conforms(context.slots[i], element)) return false;
  }
  return true;
}

bool IsRangeOf(const Value& value, const Type& element) {
  if (value.kind() != Kind::kRange) return false;
  const RangeData& range = value.range();
  return Conforms(range.low, element) && Conforms(range.high, element);
}

// `a` may stand where `b` is asked for.
bool IsSubtype(const Type& a, const Type& b) {
  if (b.tag() == Type::Tag::kAny || a.tag() == Type::Tag::kNull) return true;
  if (a.tag() == Type::Tag::kContext && b.tag() == Type::Tag::kMap) return true;
  if (a.tag() != b.tag()) return false;
  if (a.tag() == Type::Tag::kList || a.tag() == Type::Tag::kRange || a.tag() == Type::Tag::kMap) {
    return IsSubtype(a.element(), b.element());
  }
  if (a.tag() != Type::Tag::kContext) return true;
  return std::all_of(b.fields().begin(), b.fields().end(), [&](const Field& field) {
    const Field* own = a.FindField(field.name);
    return own != nullptr && IsSubtype(own->type, field.type);
  });
}

// Parameters the other way round: a function of anything serves where one of numbers is asked for.
bool IsFunctionOf(const Value& value, const Type& type) {
  if (value.kind() != Kind::kFunction) return false;
  const FunctionData& function = value.function();
  if (function.function == nullptr && function.host == nullptr) {
    return type.result().tag() == Type::Tag::kAny;
  }
  const Type& own = function.host != nullptr ? function.host->type() : function.function->type;
  if (own.parameters().size() != type.parameters().size()) return false;
  for (std::size_t i = 0; i < own.parameters().size(); ++i) {
    if (!IsSubtype(type.parameters()[i], own.parameters()[i])) return false;
  }
  return IsSubtype(own.result(), type.result());
}

}  // namespace

bool IsInstanceOf(const Value& value, const Type& type) {
  switch (type.tag()) {
    case Type::Tag::kAny:
      return !value.is_null();
    case Type::Tag::kNull:
      return value.is_null();
    case Type::Tag::kBoolean:
      return value.kind() == Kind::kBoolean;
    case Type::Tag::kNumber:
      return value.kind() == Kind::kNumber;
    case Type::Tag::kString:
      return value.kind() == Kind::kString;
    case Type::Tag::kDate:
      return value.kind() == Kind::kDate;
    case Type::Tag::kTime:
      return value.kind() == Kind::kTime;
    case Type::Tag::kDateTime:
      return value.kind() == Kind::kDateTime;
    case Type::Tag::kYearsMonths:
      return value.kind() == Kind::kYearsMonths;
    case Type::Tag::kDaysTime:
      return value.kind() == Kind::kDaysTime;
    case Type::Tag::kList:
      return IsListOf(value, type.element());
    case Type::Tag::kContext:
      return HasFields(value, type);
    case Type::Tag::kMap:
      return IsMapOf(value, type.element());
    case Type::Tag::kRange:
      return IsRangeOf(value, type.element());
    case Type::Tag::kFunction:
      return IsFunctionOf(value, type);
  }
  return false;
}

}  // namespace oxpecker::feel
