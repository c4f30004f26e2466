#include "tests/support/feel_agreement.h"

#include "rules/feel/parser.h"

namespace oxpecker::feel {
namespace {

std::string Describe(const Value& value) {
  std::string text = ToFeelText(value);
  if (value.is_null() && value.cause() != nullptr) {
    text += std::string(" because of ") + Name(value.cause()->kind);
  }
  return text;
}

}  // namespace

std::optional<std::string> Disagreement(std::string_view text, const Scope& scope,
                                        std::span<const Value> inputs,
                                        const std::optional<Type>& cell, Evaluator& evaluator) {
  CompileOptions options;
  options.unknown_names_are_errors = false;
  options.type_conflicts_are_errors = false;
  const Checked<Program> program =
      cell ? CompileUnaryTests(text, *cell, scope, options) : Compile(text, scope, options);
  if (!program) return std::nullopt;
  const Instant now = Instant::FromUnixSeconds(1'773'655'200);
  Diagnostics diagnostics(text, {}, 0);
  const ParseOptions parse_options{{}, false, false, false, cell};
  const Ast ast = Parse(text, scope, parse_options, diagnostics);
  if (!diagnostics.empty()) return "compiles, but does not parse again";
  Arena arena;
  ReferenceEvaluator reference(ast, inputs, now, arena);
  const std::optional<Value> expected = reference.Evaluate();
  const Value found = evaluator.Evaluate(*program, inputs, {now});
  std::string difference;
  const bool limit = found.cause() != nullptr && found.cause()->kind == CauseKind::kLimit;
  if (!expected || limit) {
    evaluator.Reset();
    return std::nullopt;
  }
  if (Describe(*expected) != Describe(found)) {
    difference = Describe(found) + ", expected " + Describe(*expected);
  }
  const Value* traced = evaluator.ValueOf(0);
  if (traced == nullptr || Describe(*traced) != Describe(found)) {
    difference += "; the trace of the root is another value";
  }
  evaluator.Reset();
  return difference;
}

}  // namespace oxpecker::feel
