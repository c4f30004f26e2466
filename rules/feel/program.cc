#include "rules/feel/program.h"

#include <utility>

#include "rules/feel/compiler.h"
#include "rules/feel/parser.h"
#include "rules/feel/program_body.h"
#include "rules/feel/trace_layout.h"

namespace oxpecker::feel {
namespace {

Checked<Program> CompileText(std::string_view source, const Scope& scope,
                             const CompileOptions& options, std::optional<Type> input_value) {
  Diagnostics diagnostics(source, options.origin, options.indent);
  const ParseOptions parse_options{options.limits, options.unknown_names_are_errors,
                                   options.type_conflicts_are_errors, std::move(input_value)};
  const Ast ast = Parse(source, scope, parse_options, diagnostics);
  if (diagnostics.empty() && options.expected) {
    Checker(ast, diagnostics, true).CheckExpected(0, *options.expected);
  }
  if (!diagnostics.empty()) return std::unexpected(diagnostics.Take());
  auto body = std::make_shared<Program::Body>();
  body->source = source;
  body->origin = options.origin;
  body->type = ast.types[0];
  const std::vector<bool> is_constant = ConstantNodes(ast);
  body->nodes = NodeInfos(ast, is_constant);
  body->conditions = Conditions(ast, is_constant);
  body->reads = InputsRead(ast);
  body->is_constant = is_constant[0];
  EmitCode(ast, 0, true, *body);
  return Program(std::move(body));
}

}  // namespace

const std::string& Program::source() const { return body_->source; }
const SourceOrigin& Program::origin() const { return body_->origin; }
const Type& Program::type() const { return body_->type; }
std::span<const NodeInfo> Program::nodes() const { return body_->nodes; }
std::span<const Condition> Program::conditions() const { return body_->conditions; }
std::span<const std::uint32_t> Program::reads() const { return body_->reads; }
bool Program::is_constant() const { return body_->is_constant; }

std::string_view Program::Text(SourceSpan span) const {
  const std::string_view source = body_->source;
  if (span.begin > source.size() || span.end < span.begin) return {};
  return source.substr(span.begin, span.end - span.begin);
}

std::size_t Program::memory_bytes() const {
  const Body& body = *body_;
  const auto bytes = [](const auto& vector) { return vector.capacity() * sizeof(vector[0]); };
  std::size_t total = sizeof(Body) + body.source.capacity() + body.arena.used_bytes();
  total += bytes(body.nodes) + bytes(body.conditions) + bytes(body.reads) + bytes(body.code);
  total += bytes(body.trace) + bytes(body.spans) + bytes(body.pool) + bytes(body.constants);
  total += bytes(body.paths) + bytes(body.loops) + bytes(body.names) + bytes(body.types);
  total += bytes(body.functions) + bytes(body.builtins) + bytes(body.shapes);
  return total;
}

Checked<Program> Compile(std::string_view source, const Scope& scope,
                         const CompileOptions& options) {
  return CompileText(source, scope, options, std::nullopt);
}

Checked<Program> CompileUnaryTests(std::string_view source, const Type& input, const Scope& scope,
                                   const CompileOptions& options) {
  return CompileText(source, scope, options, input);
}

}  // namespace oxpecker::feel
