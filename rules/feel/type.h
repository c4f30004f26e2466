// rules/feel/type.h - the static type of an expression, a fact or a feature.
//
// Immutable value type; copies share their structure. Thread-safe to read.
//
// Example:
//   Type fee = Type::Context({{"amount_minor", Type::Number(), false}, {"fee_code", Type::String(), true}});
//   Type fees = Type::List(fee);
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "rules/feel/value.h"

namespace oxpecker::feel {

struct Field;

class Type {
 public:
  enum class Tag : std::uint8_t {
    kAny,  // not known before evaluation
    kNull,
    kBoolean,
    kNumber,
    kString,
    kDate,
    kTime,
    kDateTime,
    kYearsMonths,
    kDaysTime,
    kList,
    kContext,
    kMap,  // a context whose keys are not known before evaluation, all values of one type
    kRange,
    kFunction,
  };

  Type() : Type(Any()) {}
  static Type Any();
  static Type Null();
  static Type Boolean();
  static Type Number();
  static Type String();
  static Type StringOf(std::vector<std::string> allowed);  // an enumeration of texts
  // Numbers within bounds, both included, that a schema checks. Equal to Number() without them.
  static Type NumberWithin(std::optional<Decimal> low, std::optional<Decimal> high);
  static Type Date();
  static Type Time();
  static Type DateTime();
  static Type YearsMonths();
  static Type DaysTime();
  static Type List(Type element);
  static Type Context(std::vector<Field> fields);
  // The same, whose fields a person declared: another name is a slip (CompileOptions). Else equal.
  static Type DeclaredContext(std::vector<Field> fields);
  static Type Map(Type value);
  static Type Range(Type element);
  static Type Function(std::vector<Type> parameters, Type result);
  // What a bare name says: "list" is list<Any>, "context" a context whose keys are not known,
  // "function" Any.
  static Type Bare(Tag tag);
  // The same type, where null is an ordinary value of it (a schema's ["string", "null"]).
  Type OrNull() const;

  Tag tag() const;
  bool allows_null() const;
  const Type& element() const;                        // list, range, map; CHECKs
  const std::vector<Field>& fields() const;           // context; CHECKs
  bool is_declared() const;
  const Shape* shape() const;                         // context; lives as long as any copy of the type
  const Field* FindField(std::string_view name) const;  // context; nullptr where absent
  const std::vector<std::string>& allowed() const;    // enumeration; empty for any text
  const std::optional<Decimal>& low() const;          // number
  const std::optional<Decimal>& high() const;
  const std::vector<Type>& parameters() const;        // function
  const Type& result() const;                         // function

  // "number", "list<context<id: string, amount_minor: number>>", at most a line long.
  std::string ToString() const;
  friend bool operator==(const Type& a, const Type& b);

 private:
  struct Node;
  static Type Simple(Tag tag);
  static Type With(Tag tag, std::vector<Type> parts);
  static Type Made(std::shared_ptr<Node> node);
  explicit Type(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;
};

struct Field {
  std::string name;
  Type type;
  bool optional = false;  // may be missing
};

// A type's name as expressions and models write it: "date and time", and "dateTime" too.
struct TypeName {
  std::string_view name;
  Type::Tag tag;
};
std::span<const TypeName> TypeNames();

}  // namespace oxpecker::feel
