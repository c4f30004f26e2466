// oxpecker rules scenarios: whole customers with all that must come of each, and nothing else.
#include "apps/cli/command.h"
#include "apps/cli/pack.h"
#include "apps/cli/system.h"
#include "engine/pack_tests/scenarios.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string file;
  std::string folder;  // empty: the workspace's rules
};

json::Object ToJson(const engine::ScenarioResult& scenario) {
  json::Array mismatches;
  for (const engine::Mismatch& m : scenario.mismatches) {
    json::Object mismatch;
    mismatch.Set("expected", m.expected).Set("got", m.got).Set("place", m.place).Set("what", m.what);
    mismatches.emplace_back(std::move(mismatch));
  }
  json::Object out;
  out.Set("id", scenario.id).Set("mismatches", std::move(mismatches));
  out.Set("passed", scenario.passed()).Set("title", scenario.title);
  return out;
}

int RunAll(const Globals& globals, const Arguments& arguments) {
  const auto pack = LoadPack(globals, arguments.folder);
  if (!pack) return Complain(globals, pack.error());
  const auto text = ReadFile(arguments.file);
  if (!text) return Complain(globals, text.error());
  const auto report = engine::RunScenarios(pack->release, arguments.file, *text);
  if (!report) return Complain(globals, report.error());
  const std::size_t all = report->scenarios.size();
  const std::size_t passed = all - report->failed();
  if (globals.json) {
    json::Array scenarios;
    for (const engine::ScenarioResult& s : report->scenarios) scenarios.emplace_back(ToJson(s));
    json::Object out;
    out.Set("passed", static_cast<std::int64_t>(passed)).Set("scenarios", std::move(scenarios));
    PrintJson(std::move(out));
  } else {
    for (const engine::ScenarioResult& s : report->scenarios)
      if (!s.passed()) Print(engine::ToText(s));
    Print(std::to_string(passed) + " of " + std::to_string(all) + "\n");
  }
  return passed == all ? kDone : kRefused;
}

}  // namespace

void AddScenarios(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.get_subcommand("rules")->add_subcommand(
      "scenarios", "Run whole customers with all that must come of each (a file of YAML or JSON)");
  app->footer(
      "Prints each difference with the chain of reasons that led to it, then 'N of M'; exits 1 on any.\n\n"
      "Examples:\n  oxpecker rules scenarios scenarios.yaml\n"
      "  oxpecker rules scenarios scenarios.json --rules my-rules");
  app->add_option("FILE", arguments->file, "The scenarios")->required();
  app->add_option("--rules", arguments->folder, "A folder of rules (default: the workspace's rules/)");
  app->callback([=] { commands.chosen = [=] { return RunAll(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
