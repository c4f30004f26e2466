// rules/dmn/compiled.h - a model with its names, types and requirements resolved and its expressions
// compiled: what the compiler writes and the interpreter runs. Private to rules/dmn and rules/dmn_import.
//
// Names become slots. An activation (of a decision, or a call of a function) has one array of values;
// what is declared inside (entries of a context, parameters, an iterator) has the slots after those of
// what is around it, so that a function keeps what it sees by copying the slots below its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/dmn/definitions.h"
#include "rules/dmn/item_types.h"
#include "rules/dmn/problem.h"
#include "rules/feel/program.h"
#include "rules/feel/table_index.h"

namespace oxpecker::dmn {

struct ScopeNames;  // name_scope.h

// An expression of the language, or unary tests over `?`.
struct Leaf {
  std::optional<feel::Program> program;
  std::string problem;  // why there is no program
  std::string place;
  std::uint32_t input_count = 0;  // of the program; tests have `?` behind them
  struct Read {
    std::uint32_t input;
    std::uint32_t slot;
  };
  std::vector<Read> reads;
  bool always = false;   // a cell without a test
  bool is_empty = true;  // there is no text
  std::shared_ptr<const ScopeNames> names;  // that it may use; only where BuildOptions asks for them
};

struct CompiledInput {
  std::string text;  // of the expression, for messages
  Leaf expression;
  TypeIndex type = kAnyType;
  Leaf values;
};
struct CompiledOutput {
  std::string name;
  TypeIndex type = kAnyType;
  Leaf values;      // tests that a value must pass
  Leaf priorities;  // a list of values, the first comes first
  Leaf default_value;
};
struct CompiledRule {
  std::vector<Leaf> cells;
  std::vector<Leaf> outputs;
};
struct CompiledTable {
  HitPolicy hit_policy = HitPolicy::kUnique;
  Aggregation aggregation = Aggregation::kNone;
  std::vector<CompiledInput> inputs;
  std::vector<CompiledOutput> outputs;
  std::vector<CompiledRule> rules;
  bool has_default = false;
  std::optional<feel::TableIndex> index;     // of the cells; nothing where one is broken
  std::shared_ptr<const feel::Shape> shape;  // of several outputs
  std::vector<std::uint32_t> slots;          // of all names, in the order of the programs' inputs
};

struct CompiledPart;
struct FunctionBody;
struct CompiledExpression {
  ExpressionKind kind = ExpressionKind::kLiteral;
  std::string place;
  TypeIndex type = kAnyType;  // declared
  feel::Type static_type;
  bool is_given = true;  // false: there is no expression; its value is null
  Leaf leaf;
  std::vector<CompiledPart> parts;
  std::shared_ptr<const feel::Shape> shape;  // of a context, or the rows of a relation
  std::vector<std::string> names;            // parameters that an invocation binds
  std::uint32_t iterator_slot = 0;
  std::uint32_t partial_slot = 0;
  std::vector<std::pair<std::string, std::uint32_t>> item_slots;  // entries of a filter's item
  std::shared_ptr<const FunctionBody> function;
  std::shared_ptr<const CompiledTable> table;
};
struct CompiledPart {
  std::string name;
  bool has_name = false;
  bool sees_itself = false;  // a function that may call itself by the entry's name
  std::uint32_t slot = 0;
  TypeIndex type = kAnyType;
  CompiledExpression value;
};

struct FunctionBody {
  std::string name;  // for messages
  std::vector<std::string> parameter_names;
  std::vector<TypeIndex> parameter_types;
  std::uint32_t first_parameter = 0;  // slots below are those of its surroundings
  std::uint32_t slot_count = 0;
  TypeIndex result_type = kAnyType;
  feel::Type type;
  std::string external;  // "Java": why it cannot be called
  CompiledExpression body;
};

// A name of an activation, and the element that it stands for; or, of an import, a context of them.
struct Binding {
  std::uint32_t slot = 0;
  std::vector<ElementRef> elements;
  std::shared_ptr<const feel::Shape> shape;  // nullptr: one element
};

struct CompiledInputData {
  std::size_t model = 0;
  std::string name;
  std::string place;
  TypeIndex type = kAnyType;
};
struct CompiledDecision {
  std::size_t model = 0;
  std::string name;
  std::string id;
  std::string place;
  TypeIndex type = kAnyType;
  feel::Type static_type;
  std::vector<ElementRef> requirements;
  std::vector<Binding> bindings;
  std::uint32_t slot_count = 0;
  bool in_cycle = false;
  std::optional<CompiledExpression> logic;
};
struct CompiledKnowledge {
  std::size_t model = 0;
  std::string name;
  std::string place;
  std::vector<ElementRef> requirements;
  std::vector<Binding> bindings;
  std::shared_ptr<const FunctionBody> function;
  feel::Type type;
};
struct CompiledService {
  std::size_t model = 0;
  std::string name;
  std::string place;
  std::vector<ElementRef> parameters;  // input data, then decisions
  std::vector<std::string> parameter_names;
  std::vector<ElementRef> outputs;
  std::shared_ptr<const feel::Shape> shape;  // of several outputs
  TypeIndex result_type = kAnyType;
  feel::Type type;
};

struct CompiledModel {
  std::vector<Definitions> sources;
  std::unique_ptr<ItemTypes> types;
  std::vector<CompiledInputData> inputs;
  std::vector<CompiledDecision> decisions;
  std::vector<CompiledKnowledge> knowledge;
  std::vector<CompiledService> services;
  std::vector<std::uint32_t> order;  // of decisions: what is required comes first
  Problems problems;
};

}  // namespace oxpecker::dmn
