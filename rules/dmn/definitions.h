// rules/dmn/definitions.h - a DMN file as it was written (DMN 1.5, chapters 6 to 10): what was read,
// before names, types and requirements are resolved.
//
// Value types. Vocabulary as in the specification; a business knowledge model is `Knowledge`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/source_span.h"
#include "rules/dmn/xml.h"
#include "rules/feel/hit_policy.h"

namespace oxpecker::dmn {

// A text in the expression language, or a list of unary tests.
struct ExpressionText {
  std::string text;
  Place place;
  bool is_given = false;
};

using feel::Aggregation;
using feel::HitPolicy;

struct TableInput {
  Place place;
  std::string label;
  ExpressionText expression;
  std::string type_ref;
  ExpressionText values;  // unary tests that any value but null must pass
};
struct TableOutput {
  Place place;
  std::string name;
  std::string label;
  std::string type_ref;
  ExpressionText values;  // allowed, in descending order of priority
  ExpressionText default_value;
};
struct TableRule {
  Place place;
  std::vector<ExpressionText> inputs;
  std::vector<ExpressionText> outputs;
  std::vector<std::string> annotations;
};
struct DecisionTable {
  HitPolicy hit_policy = HitPolicy::kUnique;
  Aggregation aggregation = Aggregation::kNone;
  std::vector<TableInput> inputs;
  std::vector<TableOutput> outputs;
  std::vector<TableRule> rules;
  std::vector<std::string> annotations;  // names of the columns
};

struct Parameter {
  std::string name;
  std::string type_ref;
  Place place;
};

enum class ExpressionKind : std::uint8_t {
  kLiteral,      // text
  kContext,      // parts: entries; one without a name is the result
  kList,         // parts: items
  kRelation,     // columns; parts: cells, row by row
  kInvocation,   // parts: the function, then the bindings with their parameters' names
  kFunction,     // parameters; parts: the body
  kConditional,  // parts: if, then, else
  kFor,          // iterator; parts: in, return
  kSome,         // iterator; parts: in, satisfies
  kEvery,        // iterator; parts: in, satisfies
  kFilter,       // parts: in, match
  kTable,
};

struct ExpressionPart;
struct Expression {
  ExpressionKind kind = ExpressionKind::kLiteral;
  Place place;
  std::string type_ref;
  ExpressionText text;
  std::vector<ExpressionPart> parts;
  std::vector<Parameter> columns;  // of a relation
  std::vector<Parameter> parameters;
  std::string function_kind;  // "FEEL", "Java", "PMML"; empty as FEEL
  Parameter iterator;
  std::shared_ptr<const DecisionTable> table;
};
struct ExpressionPart {
  std::string name;
  bool has_name = false;
  std::string type_ref;  // of the entry's or binding's variable
  Place place;
  Expression value;
};

struct ItemDefinition {
  Place place;
  std::string name;
  std::string type_ref;
  bool is_collection = false;
  ExpressionText allowed_values;   // of the value, or of each item of a collection
  ExpressionText type_constraint;  // of the value as a whole
  std::vector<ItemDefinition> components;
  bool is_function = false;
  std::vector<Parameter> parameters;
  std::string output_type_ref;
};

struct Import {
  Place place;
  std::string name;  // empty: into the importing model's own names
  std::string space;
  std::string location;
};

// "#id" or "namespace#id".
struct Reference {
  std::string href;
  Place place;
};

struct Variable {
  std::string name;
  std::string type_ref;
};

struct InputData {
  Place place;
  std::string id;
  Variable variable;
};
struct Decision {
  Place place;
  std::string id;
  Variable variable;
  std::vector<Reference> requirements;  // inputs, decisions, knowledge, as they stand
  std::optional<Expression> logic;
};
struct Knowledge {
  Place place;
  std::string id;
  Variable variable;
  std::vector<Reference> requirements;
  std::optional<Expression> logic;  // a kFunction
};
struct DecisionService {
  Place place;
  std::string id;
  Variable variable;
  std::vector<Reference> outputs;
  std::vector<Reference> encapsulated;
  std::vector<Reference> input_decisions;
  std::vector<Reference> inputs;
};

struct Definitions {
  std::string file;
  std::string name;
  std::string space;  // the model's own namespace
  std::vector<XmlPrefix> prefixes;
  std::vector<Import> imports;
  std::vector<ItemDefinition> items;
  std::vector<InputData> inputs;
  std::vector<Decision> decisions;
  std::vector<Knowledge> knowledge;
  std::vector<DecisionService> services;
};

// "loan.dmn:14:9"
inline std::string PlaceText(const Definitions& model, Place place) {
  return model.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

}  // namespace oxpecker::dmn
