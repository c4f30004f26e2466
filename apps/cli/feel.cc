// oxpecker feel: evaluate an expression; --jsonl is the conformance interface.
#include <iostream>
#include <unistd.h>

#include "apps/cli/command.h"
#include "apps/cli/system.h"
#include "base/printable.h"
#include "engine/facts/facts.h"
#include "engine/release/release.h"
#include "rules/dmn/conformance.h"
#include "rules/feel/evaluator.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string expression;
  std::string facts_file;
  std::string now;
  std::string root;
  bool jsonl = false;
  bool trace = false;
};

int RunConformance(const Globals& globals, const Arguments& arguments) {
  dmn::ModelConformance conformance([](const std::string& path) { return ReadFile(path); },
                                    arguments.root);
  const feel::Environment environment{SystemClock().Now()};
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.empty()) continue;
    auto answer = conformance.Answer(line, environment);
    if (!answer) return Complain(globals, answer.error());
    Print(*answer + "\n");
    std::fflush(stdout);
  }
  return kDone;
}

// Facts are typed by the schema that this build embeds.
Checked<facts::Facts> LoadFacts(const std::string& file) {
  auto text = ReadFile(file);
  if (!text) return std::unexpected(Issues{text.error()});
  for (const rules::PackFile& schema_file : engine::EmbeddedSchemas()) {
    if (!schema_file.path.ends_with("facts.v1.schema.json")) continue;
    OXP_TRY(facts::Schema schema, facts::Schema::Load(schema_file.bytes, schema_file.path));
    return facts::ReadFacts(schema, *text, {});
  }
  return std::unexpected(Issues{{ErrorCode::kNotFound, "", "this build embeds no facts schema", ""}});
}

// For a terminal; never cut inside a character.
std::string Shortened(std::string text) {
  constexpr std::size_t kBytesMax = 200;
  if (text.size() <= kBytesMax) return text;
  std::size_t end = kBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

// The value of every part, by the nodes' numbers; those that were not reached have none.
json::Array TraceJson(const feel::Program& program, const feel::Evaluator& evaluator) {
  json::Array parts;
  const auto nodes = program.nodes();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    json::Object part;
    part.Set("parent", static_cast<std::int64_t>(nodes[i].parent));
    part.Set("repeats", nodes[i].repeats);
    part.Set("text", program.Text(nodes[i].span));
    const feel::Value* value = evaluator.ValueOf(static_cast<feel::NodeIndex>(i));
    part.Set("value", value == nullptr ? json::Value() : json::Value(feel::ToFeelText(*value)));
    parts.emplace_back(std::move(part));
  }
  return parts;
}

void PrintTree(const feel::Program& program, const feel::Evaluator& evaluator) {
  const auto nodes = program.nodes();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].span.begin == nodes[i].span.end) continue;  // not written: the item of a filter
    int depth = 0;
    for (std::int32_t parent = nodes[i].parent; parent >= 0; parent = nodes[static_cast<std::size_t>(parent)].parent) ++depth;
    const feel::Value* value = evaluator.ValueOf(static_cast<feel::NodeIndex>(i));
    const std::string shown = value == nullptr ? "(not reached)" : Shortened(feel::ToFeelText(*value));
    Print(std::string(static_cast<std::size_t>(depth) * 2, ' ') + Printable(program.Text(nodes[i].span)) + "  ->  " +
          Printable(shown) + (nodes[i].repeats ? "  (last round)" : "") + "\n");
  }
}

int RunFeel(const Globals& globals, const Arguments& arguments) {
  if (arguments.jsonl) return RunConformance(globals, arguments);
  if (arguments.expression.empty())
    return Complain(globals, {ErrorCode::kInvalidInput, "", "no expression was given", "as in: oxpecker feel '1 + 2'"}), kUsage;
  feel::Scope scope;
  std::optional<facts::Facts> facts;
  std::vector<feel::Value> inputs;
  feel::Environment environment{SystemClock().Now()};
  if (!arguments.facts_file.empty()) {
    auto loaded = LoadFacts(arguments.facts_file);
    if (!loaded) return Complain(globals, loaded.error());
    facts.emplace(*std::move(loaded));
    for (const feel::Field& field : facts->schema().type().fields()) scope.Add(field.name, field.type);
    const feel::ContextView root = facts->root().context();
    inputs.assign(root.slots, root.slots + root.shape->size());
  }
  if (!arguments.now.empty()) {
    auto now = Instant::Parse(arguments.now);
    if (!now) return Complain(globals, now.error());
    environment.now = *now;
  }
  auto program = feel::Compile(arguments.expression, scope, {});
  if (!program) return Complain(globals, program.error());
  feel::Evaluator evaluator(feel::Limits{});
  const feel::Value value = evaluator.Evaluate(*program, inputs, environment);
  const feel::Cause* cause = value.cause();
  if (globals.json) {
    json::Object out;
    if (cause != nullptr) {
      json::Object why;
      why.Set("kind", feel::Name(cause->kind));
      why.Set("message", std::string(cause->message));
      out.Set("cause", std::move(why));
    }
    out.Set("kind", feel::Name(value.kind()));
    if (arguments.trace) out.Set("trace", TraceJson(*program, evaluator));
    out.Set("type", program->type().ToString());
    out.Set("value", feel::ToFeelText(value));
    PrintJson(std::move(out));
    return kDone;
  }
  if (arguments.trace) PrintTree(*program, evaluator);
  else Print(feel::ToFeelText(value) + "\n");
  if (!globals.quiet && IsTerminal(STDOUT_FILENO)) Print("type " + program->type().ToString() + "\n");
  if (cause != nullptr)
    PrintError("null because: " + Printable(cause->message) + " (" + feel::Name(cause->kind) + ")\n");
  return kDone;
}

}  // namespace

void AddFeel(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("feel", "Evaluate an expression of the rule language (FEEL)");
  app->add_option("EXPR", arguments->expression, "The expression");
  app->add_option("--facts", arguments->facts_file, "A facts document whose names the expression may use");
  app->add_option("--now", arguments->now, "The instant of now() and today() (default: the system's)");
  app->add_flag("--trace", arguments->trace, "Show the value of every part; with --json as \"trace\", in which null was not reached");
  app->add_flag("--jsonl", arguments->jsonl, "Answer conformance cases, a line each, from standard input");
  app->add_option("--root", arguments->root, "With --jsonl: the folder of the models that cases name");
  app->footer("Examples:\n  oxpecker feel '0.1 + 0.2 = 0.3'\n  oxpecker feel 'sum(transactions[kind = \"fee\"].amount_minor)' --facts facts.json\n"
              "  oxpecker feel --trace 'if 3 > 2 then \"yes\" else \"no\"'");
  app->callback([=] { commands.chosen = [=] { return RunFeel(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
