// rules/feel/program.h - an expression, compiled: parsed, its names resolved to slots, its types
// checked, its constants folded. Immutable; share it between threads, evaluate it with one Evaluator
// a thread (evaluator.h).
//
// Example:
//   Scope scope;
//   scope.Add("late_fee_count", Type::Number());
//   OXP_TRY(Program program, Compile("late_fee_count >= 3", scope, {.origin = {"fees.yaml", 14, 9}}));
//   Value fired = evaluator.Evaluate(program, inputs, environment);
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/source_span.h"
#include "rules/feel/limits.h"
#include "rules/feel/scope.h"
#include "rules/feel/value.h"

namespace oxpecker::feel {

class QuickTest;  // quick_test.h

// Index of a node of the compiled expression; its value after an evaluation is on the trace.
using NodeIndex = std::uint32_t;

// One node, for drawing the expression as a tree of values.
struct NodeInfo {
  SourceSpan span;
  std::int32_t parent = -1;  // -1 for the root
  bool is_constant = false;
  bool repeats = false;  // inside an iteration: the trace holds its last value only
};

// A condition: a largest part of the expression that is joined to others by and, or, not only, with
// the operands whose values decide it (names, paths, calls; not constants).
struct Condition {
  NodeIndex node;
  SourceSpan span;
  struct Operand {
    NodeIndex node;
    SourceSpan span;
  };
  std::vector<Operand> operands;
  // Of `some` and `every`: operands are the whole, the bindings, then what the body compares. All but
  // the first have values of meaning only where one item settled the matter: where `some` is true or
  // `every` false. They are then those of that item, at which the loop stopped.
  struct Quantifier {
    SourceSpan body;
    std::size_t bindings = 1;
    bool settled_by = true;
  };
  std::optional<Quantifier> quantifier;
};

// How and, or, not join the conditions: a tree in pre-order, node 0 the whole expression. A condition's
// own result says nothing of the whole where it stands under a not.
struct LogicNode {
  enum class Kind : std::uint8_t { kCondition, kAnd, kOr, kNot };
  Kind kind = Kind::kCondition;
  SourceSpan span;
  std::uint32_t parent = 0;     // of node 0: 0
  std::uint32_t condition = 0;  // of kCondition: index into Program::conditions()
};

struct CompileOptions {
  SourceOrigin origin;            // where the text stands, for messages
  std::uint32_t indent = 0;       // columns before later lines of a block scalar
  Limits limits;
  std::optional<Type> expected;   // refuse an expression that can never have this type
  // Off: an unknown name is a null with a cause when evaluated (the conformance interface).
  bool unknown_names_are_errors = true;
  bool type_conflicts_are_errors = true;  // off for the conformance interface
  // Where type conflicts are none: a field that a declared context does not have still is an error.
  bool undeclared_fields_are_errors = false;
};

class Program {
 public:
  const std::string& source() const;
  const SourceOrigin& origin() const;
  const Type& type() const;                         // static type of the result
  std::span<const NodeInfo> nodes() const;          // node 0 is the root
  std::span<const Condition> conditions() const;    // in source order; of a boolean expression
  std::span<const LogicNode> logic() const;         // empty where there are no conditions
  std::string_view Text(SourceSpan span) const;     // that part of the source
  // Indices of the scope's variables that the expression reads, ascending, without repeats.
  std::span<const std::uint32_t> reads() const;
  std::size_t memory_bytes() const;                 // what the compiled form occupies
  bool is_constant() const;
  // The parts that a top-level `and` joins, the whole expression where there is none: where one of
  // them is false, so is the expression.
  std::span<const SourceSpan> conjuncts() const;
  // No loop and no call of a function in it: it cannot meet a limit on steps.
  bool is_straight() const;
  // Of an expression that reads one input at most and compares it with constants: the values where
  // its answer can change. Between two of them it gives one answer. Nothing for other programs.
  std::optional<std::span<const Value>> turning_points() const;

  // An answer without the machine, where the expression is one condition of a common shape; else nullptr.
  const QuickTest* quick_test() const;

  struct Body;  // instructions; private to the compiler and the evaluator
  const Body& body() const { return *body_; }
  explicit Program(std::shared_ptr<const Body> body) : body_(std::move(body)) {}

 private:
  std::shared_ptr<const Body> body_;
};

// All problems at once, each with file:line:column and, for a name, the nearest known one.
Checked<Program> Compile(std::string_view source, const Scope& scope, const CompileOptions& options);

// A cell of a decision table: unary tests over the input value `?` (DMN 1.5 grammar rules 7-18), as
// "-", "< 5", "[1..10)", "\"a\", \"b\"", "not(1, 2)", or a boolean expression that uses ?. The program's
// last variable (index scope.variables().size()) is the input value; its result is a boolean, or
// null where the test has no answer.
Checked<Program> CompileUnaryTests(std::string_view source, const Type& input, const Scope& scope,
                                   const CompileOptions& options);

}  // namespace oxpecker::feel
