// Any text as an expression and as a cell of unary tests. Nothing may crash or run on; what
// compiles must mean the same to the shipped and to the reference evaluator, to the quick test and to
// an index of rules.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rules/feel/compact_trace.h"
#include "rules/feel/evaluator.h"
#include "rules/feel/parser.h"
#include "rules/feel/program.h"
#include "rules/feel/quick_test.h"
#include "rules/feel/rule_index.h"
#include "tests/support/reference_evaluator.h"

namespace oxpecker::feel {
namespace {

constexpr Limits kLimits = {.source_bytes_max = 4096,
                            .nodes_max = 2000,
                            .steps_max = 50'000,
                            .memory_bytes_max = 8U << 20U,
                            .call_depth_max = 50};

struct Surroundings {
  Scope scope;
  std::array<Value, 7> inputs;  // of the scope, then the input of a cell
  std::array<Value, 2> slots;
  std::array<Value, 1> items;
  Evaluator evaluator{kLimits};

  Surroundings() {
    const Type row =
        Type::Context({{"fee code", Type::String(), false}, {"amount", Type::Number(), true}});
    scope.Add("n", Type::Number());
    scope.Add("text", Type::StringOf({"a", "b"}));
    scope.Add("row", row);
    scope.Add("rows", Type::List(row));
    scope.Add("late fee-count", Type::Number());
    scope.Add("any", Type::Any());
    slots = {Value::String("a"), Value::Integer(-2)};
    items[0] = Value::Context(row.shape(), slots.data());
    inputs = {Value::Integer(3), Value::String("b"), items[0],         Value::List(items),
              Value::Null(),     Value::List(items), Value::Integer(1)};
  }
};

bool IsLimit(const Value& value) {
  return value.cause() != nullptr && value.cause()->kind == CauseKind::kLimit;
}

void CompareShortcuts(const Program& program, const Value& found, Surroundings& s) {
  if (const QuickTest* quick = program.quick_test()) {
    const auto answer = quick->Answer(s.inputs);
    if (answer && !(*answer ? found.is_true() : found.is_false())) std::abort();
  }
  const bool holds = found.is_true();
  const bool is_unknown = !holds && !found.is_false();
  const Program* rules[] = {&program};
  const RuleIndex index = RuleIndex::Build(rules, s.scope, kLimits);
  RuleIndex::Verdicts verdicts;
  TraceBuffer trace;
  index.RunTraced(s.inputs, s.evaluator, {}, verdicts, trace);
  if (Bit(verdicts.holds.data(), 0) != holds || Bit(verdicts.open.data(), 0) != is_unknown) std::abort();
}

void Compare(std::string_view text, Surroundings& s, const std::optional<Type>& cell, bool strict) {
  CompileOptions options;
  options.limits = kLimits;
  options.unknown_names_are_errors = strict;
  options.type_conflicts_are_errors = strict;
  const Checked<Program> program =
      cell ? CompileUnaryTests(text, *cell, s.scope, options) : Compile(text, s.scope, options);
  if (!program) {
    if (program.error().empty()) std::abort();
    return;
  }
  const Value found = s.evaluator.Evaluate(*program, s.inputs, {});
  for (NodeIndex node = 0; node < program->nodes().size(); ++node) {
    if (const Value* value = s.evaluator.ValueOf(node)) ToFeelText(*value);
  }
  Diagnostics diagnostics(text, {}, 0);
  const Ast ast = Parse(text, s.scope, {kLimits, strict, strict, false, cell}, diagnostics);
  Arena arena;
  ReferenceEvaluator reference(ast, s.inputs, {}, arena);
  const std::optional<Value> expected = reference.Evaluate();
  if (expected && !IsLimit(found) && ToFeelText(*expected) != ToFeelText(found)) std::abort();
  if (strict && !cell && !IsLimit(found)) CompareShortcuts(*program, found, s);
  s.evaluator.Reset();
}

}  // namespace
}  // namespace oxpecker::feel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oxpecker::feel;
  static Surroundings surroundings;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Compare(text, surroundings, std::nullopt, false);
  Compare(text, surroundings, std::nullopt, true);
  Compare(text, surroundings, Type::Number(), false);
  return 0;
}
