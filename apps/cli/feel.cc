// oxpecker feel: evaluate an expression; --jsonl is the conformance interface.
#include <algorithm>
#include <iostream>
#include <unistd.h>

#include "apps/cli/command.h"
#include "apps/cli/feel_names.h"
#include "apps/cli/feel_nearest.h"
#include "apps/cli/system.h"
#include "base/printable.h"
#include "rules/dmn/conformance.h"
#include "rules/feel/evaluator.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string expression;
  FeelSources sources;
  NearestQuestion nearest;
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
  int code = kDone;
  for (std::size_t number = 1; std::getline(std::cin, line); ++number) {
    if (line.empty()) continue;
    auto answer = conformance.Answer(line, environment);
    if (!answer) {
      Error error = std::move(answer).error();
      error.place = "standard input, line " + std::to_string(number) + (error.place.empty() ? "" : ", at " + error.place);
      code = Complain(globals, error);
      continue;
    }
    Print(*answer + "\n");
    std::fflush(stdout);
  }
  return code;
}

// Where no facts or rules are at hand, a name may be one of theirs. A word after which another follows is
// more likely half of something else, and a function is none of theirs.
Issues WithHint(Issues issues, const FeelNames& names) {
  constexpr std::string_view kUnknown = "unknown name '";
  const auto facts = FactNames();
  for (Error& issue : issues) {
    if (!issue.hint.empty() || issue.code != ErrorCode::kNotFound || !issue.message.starts_with(kUnknown)) continue;
    const std::string name = issue.message.substr(kUnknown.size(), issue.message.rfind('\'') - kUnknown.size());
    const bool is_fact = name == "event" || (facts && std::ranges::find(*facts, name) != facts->end());
    if (!names.facts && is_fact) issue.hint = "this is a fact: give --facts";
    else if (!names.pack && name == "policy") issue.hint = "thresholds are those of rules: give --rules, or run it in a workspace";
    else if (!names.pack && name.find('_') != std::string::npos)
      issue.hint = "if it is a feature of rules: give --facts and --rules, or run it in a workspace";
  }
  return issues;
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

// What would have to change, instead of the value.
int RunNearest(const Globals& globals, const Arguments& arguments, const feel::Program* program, const FeelNames& names,
               const feel::Environment& environment, feel::Evaluator& evaluator) {
  auto answer = AnswerNearest(arguments.nearest, program, names, environment, evaluator);
  if (!answer) return Complain(globals, answer.error());
  if (globals.json) PrintJson(std::move(answer->json));
  else Print(Printable(answer->text) + "\n");
  return kDone;
}

int RunFeel(const Globals& globals, const Arguments& arguments) {
  if (arguments.jsonl) return RunConformance(globals, arguments);
  const bool of_table = !arguments.nearest.table.empty();
  if (of_table && (!arguments.expression.empty() || arguments.nearest.fact.empty()))
    return Complain(globals, {ErrorCode::kInvalidInput, "", "--table stands for the expression, and goes with --nearest", "as in: oxpecker feel --table ID --nearest event.fraud_score --facts F"}), kUsage;
  if (arguments.expression.empty() && !of_table)
    return Complain(globals, {ErrorCode::kInvalidInput, "", "no expression was given", "as in: oxpecker feel '1 + 2'"}), kUsage;
  feel::Evaluator evaluator(feel::Limits{});
  const auto names = LoadFeelNames(globals, arguments.sources, evaluator);
  if (!names) return Complain(globals, names.error());
  if (!names->warning.empty()) PrintError("oxpecker: warning: " + names->warning + "\n");
  feel::Environment environment{names->as_of ? *names->as_of : SystemClock().Now()};
  if (!arguments.now.empty()) {
    auto now = Instant::Parse(arguments.now);
    if (!now) return Complain(globals, now.error());
    environment.now = *now;
  }
  if (of_table) return RunNearest(globals, arguments, nullptr, *names, environment, evaluator);
  auto program = feel::Compile(arguments.expression, names->scope, {});
  if (!program) return Complain(globals, WithHint(program.error(), *names));
  if (!arguments.nearest.fact.empty()) return RunNearest(globals, arguments, &*program, *names, environment, evaluator);
  const feel::Value value = evaluator.Evaluate(*program, names->inputs, environment);
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
  app->add_option("--facts", arguments->sources.facts_file,
                  "A facts document, or a request as 'decide' takes them, or a file of such lines: its names may be used");
  app->add_option("--line", arguments->sources.line, "Which line of the facts file (default: the first)")->check(CLI::PositiveNumber);
  app->add_option("--rules", arguments->sources.rules,
                  "A folder of rules, whose policy and features may be used (default: the workspace's, with --facts)");
  app->add_option("--now", arguments->now, "The instant of now() and today() (default: as_of of the facts, else the system's)");
  app->add_flag("--trace", arguments->trace, "Show the value of every part; with --json as \"trace\", in which null was not reached");
  app->add_option("--nearest", arguments->nearest.fact,
                  "Tell the nearest value of this number or date of the facts for which a condition has the other answer");
  app->add_option("--table", arguments->nearest.table,
                  "With --nearest, instead of EXPR: a decision table of the rules, and which of its rows hits then");
  app->add_flag("--jsonl", arguments->jsonl, "Answer conformance cases, a line each, from standard input");
  app->add_option("--root", arguments->root, "With --jsonl: the folder of the models that cases name");
  app->footer("Examples:\n  oxpecker feel '0.1 + 0.2 = 0.3'\n  oxpecker feel 'sum(transactions[kind = \"fee\"].amount_minor)' --facts facts.json\n"
              "  oxpecker feel 'late_fee_count_180d >= policy.late_fee_n' --facts customers.jsonl --line 3\n"
              "  oxpecker feel 'customer.birth_year < 1990' --facts facts.json --nearest customer.birth_year\n"
              "  oxpecker feel --table payment_friction --nearest event.fraud_score --facts requests.jsonl\n"
              "  oxpecker feel --trace 'if 3 > 2 then \"yes\" else \"no\"'");
  app->callback([=] { commands.chosen = [=] { return RunFeel(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
