#include "rules/dmn/json_input.h"

#include <optional>
#include <span>
#include <vector>

#include "base/decimal.h"
#include "rules/feel/temporal.h"

namespace oxpecker::dmn {
namespace {

using feel::Type;
using feel::Value;

bool IsTemporal(Type::Tag tag) {
  return tag == Type::Tag::kDate || tag == Type::Tag::kTime || tag == Type::Tag::kDateTime ||
         tag == Type::Tag::kYearsMonths || tag == Type::Tag::kDaysTime;
}

Value ReadText(std::string_view text, const Type& type, feel::Arena& arena) {
  if (IsTemporal(type.tag())) {
    if (const std::optional<Value> value = feel::ParseTemporal(text)) return *value;
  }
  return Value::String(arena.Copy(text));
}

Value ReadObject(json::View view, const Type& type, feel::Arena& arena) {
  std::vector<std::string_view> names;
  const std::span<Value> slots = arena.NewArray<Value>(view.size());
  std::size_t i = 0;
  for (const json::View member : view) {
    const feel::Field* field =
        type.tag() == Type::Tag::kContext ? type.FindField(member.key()) : nullptr;
    names.push_back(arena.Copy(member.key()));
    slots[i++] = ReadJsonInput(member, field == nullptr ? Type::Any() : field->type, arena);
  }
  return Value::Context(feel::Shape::New(arena, names), slots.data());
}

}  // namespace

Value ReadJsonInput(json::View view, const Type& type, feel::Arena& arena) {
  switch (view.kind()) {
    case json::Kind::kNull:
      return {};
    case json::Kind::kFalse:
      return Value::Boolean(false);
    case json::Kind::kTrue:
      return Value::Boolean(true);
    case json::Kind::kNumber: {
      const std::optional<Decimal> number = Decimal::Parse(view.text());
      if (number) return Value::Number(*number);
      return Value::Null(arena.New<feel::Cause>(feel::CauseKind::kDomain, SourceSpan{}, arena.Copy("the number is too large for 34 digits and an exponent of 6144")));
    }
    case json::Kind::kString:
      return ReadText(view.text(), type, arena);
    case json::Kind::kObject:
      return ReadObject(view, type, arena);
    case json::Kind::kArray: {
      const std::span<Value> items = arena.NewArray<Value>(view.size());
      const Type item = type.tag() == Type::Tag::kList ? Type(type.element()) : Type::Any();
      std::size_t i = 0;
      for (const json::View element : view) items[i++] = ReadJsonInput(element, item, arena);
      return Value::List(items);
    }
  }
  return {};
}

}  // namespace oxpecker::dmn
