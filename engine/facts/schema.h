// engine/facts/schema.h - the schema of a facts or event document, and its type in the language.
//
// A subset of JSON Schema 2020-12, chosen so that every accepted document has a static type:
//   $schema $id title description type properties required additionalProperties items enum const
//   pattern minLength maxLength minimum maximum minItems maxItems anyOf
// Any other keyword, and any use of these that the subset does not cover, is refused when the
// schema is loaded: a constraint that nobody checks is worse than none. Covered are
//   - one type, or a list of one type and "null"; anyOf of {"type": "null"} and one other schema;
//   - objects with properties and additionalProperties false (contexts with one slot a property, in
//     the schema's order) or true (the same; fields without a schema are left unread and are no part
//     of the type), or with an additionalProperties schema alone (maps);
//   - enum and const of strings.
// Texts with the pattern ^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$ are instants (date and time in UTC),
// with
// ^\d{4}-\d\d-\d\d$ dates: the day must exist. Patterns are searched, as the standard has it.
//
// Immutable; copies share one loaded schema. Safe to read from any thread.
//
// Example:
//   OXP_TRY(facts::Schema schema, facts::Schema::Load(bytes, "facts.v1.schema.json"));
//   scope.Add("facts", schema.type());
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "rules/feel/type.h"

namespace oxpecker::facts {

struct SchemaNode;

class Schema {
 public:
  // `name` stands before the JSON pointer in the places of errors: "facts.v1.schema.json#/type".
  static Checked<Schema> Load(std::string_view json, std::string name);

  const std::string& name() const;
  const std::string& id() const;   // its $id, or empty
  const feel::Type& type() const;  // a context
  const SchemaNode& root() const;  // schema_node.h; private to this folder

 private:
  struct Loaded;
  explicit Schema(std::shared_ptr<const Loaded> loaded) : loaded_(std::move(loaded)) {}
  std::shared_ptr<const Loaded> loaded_;
};

}  // namespace oxpecker::facts
