#include "bench/feel/workload.h"

#include <fstream>
#include <sstream>

#include "base/json/document.h"
#include "bench/measure.h"

namespace oxpecker::bench {
namespace {

std::string ReadWhole(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  if (text.str().empty()) {
    std::fprintf(stderr, "workload_bench: cannot read %s\n", file.c_str());
    std::exit(1);
  }
  return text.str();
}

json::View At(json::View object, std::string_view key) {
  const auto member = object.Find(key);
  if (!member) {
    std::fprintf(stderr, "workload_bench: a member '%s' is missing\n", std::string(key).c_str());
    std::exit(1);
  }
  return *member;
}

bool IsTrue(json::View object, std::string_view key) {
  return At(object, key).kind() == json::Kind::kTrue;
}

std::string Constant(json::View value) {
  if (value.kind() == json::Kind::kString) return "\"" + std::string(value.text()) + "\"";
  if (value.kind() == json::Kind::kTrue) return "true";
  if (value.kind() == json::Kind::kFalse) return "false";
  return value.kind() == json::Kind::kNull ? "null" : std::string(value.text());
}

std::string Constants(json::View values) {
  std::string text;
  for (const json::View value : values) text += (text.empty() ? "" : ", ") + Constant(value);
  return text;
}

std::string Expression(json::View node) {
  if (const auto constant = node.Find("const")) return Constant(*constant);
  if (const auto field = node.Find("field")) return std::string(field->text());
  const std::string_view op = At(node, "op").text();
  std::vector<std::string> arguments;
  std::vector<json::View> parts;
  for (const json::View argument : At(node, "args")) {
    arguments.push_back(Expression(argument));
    parts.push_back(argument);
  }
  if (op == "and" || op == "or") {
    std::string text;
    for (const std::string& argument : arguments)
      text += (text.empty() ? "" : " " + std::string(op) + " ") + argument;
    return "(" + text + ")";
  }
  if (op == "not") {
    const auto inner = parts[0].Find("op");
    if (inner && inner->text() == "is_null")
      return "(" + Expression(*At(parts[0], "args").begin()) + " != null)";
    return "not(" + arguments[0] + ")";
  }
  if (op == "is_null") return "(" + arguments[0] + " = null)";
  if (op == "coalesce")
    return "(if " + arguments[0] + " = null then " + arguments[1] + " else " + arguments[0] + ")";
  if (op == "in") return "(" + arguments[0] + " in (" + Constants(At(node, "values")) + "))";
  if (op == "not_in") return "not(" + arguments[0] + " in (" + Constants(At(node, "values")) + "))";
  if (op == "starts_with") return "starts with(" + arguments[0] + ", " + arguments[1] + ")";
  if (op == "contains") return "contains(" + arguments[0] + ", " + arguments[1] + ")";
  const std::string symbol = op == "==" ? "=" : std::string(op);
  return "(" + arguments[0] + " " + symbol + " " + arguments[1] + ")";
}

std::string Cell(json::View cell) {
  const std::string_view op = At(cell, "op").text();
  if (op == "eq") return Constant(At(cell, "value"));
  if (op == "in") return Constants(At(cell, "values"));
  if (op == "not_in") return "not(" + Constants(At(cell, "values")) + ")";
  if (op == "range") {
    return (IsTrue(cell, "lo_incl") ? "[" : "(") + Constant(At(cell, "lo")) + ".." +
           Constant(At(cell, "hi")) + (IsTrue(cell, "hi_incl") ? "]" : ")");
  }
  const char* symbol = op == "ge" ? ">= " : op == "gt" ? "> " : op == "le" ? "<= " : "< ";
  return symbol + Constant(At(cell, "value"));
}

feel::Program MustCompile(Checked<feel::Program> program, const std::string& source) {
  if (program) return *std::move(program);
  std::fprintf(stderr, "workload_bench: %s\n%s\n", source.c_str(), ToString(program.error()).c_str());
  std::exit(1);
}

feel::Type TypeOf(json::View field) {
  const std::string_view name = At(field, "type").text();
  const feel::Type type = name == "number"   ? feel::Type::Number()
                          : name == "string" ? feel::Type::String()
                                             : feel::Type::Boolean();
  return IsTrue(field, "nullable") ? type.OrNull() : type;
}

void ReadTable(json::View table, Workload& to) {
  for (const json::View input : At(table, "inputs")) {
    const auto* variable = to.scope.Find(At(input, "field").text());
    to.columns.push_back(static_cast<std::uint32_t>(variable - to.scope.variables().data()));
  }
  for (const json::View row : At(table, "rows")) {
    to.row_ids.emplace_back(At(row, "id").text());
    std::size_t column = 0;
    for (const json::View cell : At(row, "when")) {
      const feel::Type& type = to.scope.variables()[to.columns[column++]].type;
      if (cell.is_null()) {
        to.cells.emplace_back();
        continue;
      }
      const std::string source = Cell(cell);
      to.cells.emplace_back(
          MustCompile(feel::CompileUnaryTests(source, type, to.scope, {}), source));
    }
  }
}

}  // namespace

std::vector<std::string> ReadLines(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Workload ReadWorkload(const std::string& folder) {
  Workload workload;
  const std::string rules_text = ReadWhole(folder + "/spec/rules.json");
  const json::Document rules = Must(json::Document::Parse(rules_text, {}));
  for (const json::View field : At(rules.root(), "fields"))
    workload.scope.Add(std::string(At(field, "name").text()), TypeOf(field));
  for (const json::View rule : At(rules.root(), "rules")) {
    const std::string source = Expression(At(rule, "ast"));
    workload.rules.push_back({std::string(At(rule, "id").text()), source,
                              MustCompile(feel::Compile(source, workload.scope, {}), source)});
  }
  const std::string table_text = ReadWhole(folder + "/spec/table.json");
  const json::Document table = Must(json::Document::Parse(table_text, {}));
  ReadTable(table.root(), workload);
  std::vector<const feel::Program*> cells;
  for (const auto& cell : workload.cells) cells.push_back(cell ? &*cell : nullptr);
  workload.index = feel::TableIndex::Build(
      cells, {workload.row_ids.size(), workload.columns.size()}, feel::Limits{});
  std::vector<const feel::Program*> programs;
  for (const NamedProgram& rule : workload.rules) programs.push_back(&rule.program);
  workload.rule_index = feel::RuleIndex::Build(programs, workload.scope, feel::Limits{});
  return workload;
}

Expected ReadExpected(const std::string& line) {
  const json::Document document = Must(json::Document::Parse(line, {}));
  Expected expected;
  expected.first = std::string(At(document.root(), "first").text());
  for (const json::View id : At(document.root(), "collect")) expected.collect.emplace_back(id.text());
  for (const json::View id : At(document.root(), "rules")) expected.rules.emplace_back(id.text());
  return expected;
}

void ReadFacts(const std::string& line, const feel::Scope& scope, feel::Arena& arena,
               std::vector<feel::Value>& values) {
  const json::Document document = Must(json::Document::Parse(line, {}));
  values.assign(scope.variables().size(), feel::Value());
  // The documents name their fields in the order of the scope; anything else is searched for.
  std::size_t next = 0;
  for (const json::View member : document.root()) {
    std::size_t at = next < values.size() ? next : 0;
    for (std::size_t tried = 0; scope.variables()[at].name != member.key(); ++tried) {
      if (tried == values.size()) return;
      at = (at + 1) % values.size();
    }
    next = at + 1;
    if (member.kind() == json::Kind::kNumber)
      values[at] = feel::Value::Number(*Decimal::Parse(member.text()));
    else if (member.kind() == json::Kind::kString)
      values[at] = feel::Value::String(arena.Copy(member.text()));
    else if (member.is_boolean())
      values[at] = feel::Value::Boolean(member.kind() == json::Kind::kTrue);
  }
}

}  // namespace oxpecker::bench
