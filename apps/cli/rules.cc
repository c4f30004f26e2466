// oxpecker rules: for risk analysts - check, test, show.
#include "apps/cli/command.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "engine/pack_tests/pack_tests.h"
#include "engine/release/release.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string folder;  // empty: the workspace's rules
  std::string id;
};

Result<std::string> FolderOf(const Globals& globals, const Arguments& arguments) {
  if (!arguments.folder.empty()) return arguments.folder;
  OXP_TRY(Workspace workspace, Workspace::Find(globals.workspace));
  return workspace.rules().string();
}

struct Pack {
  std::string folder;
  std::vector<rules::PackFile> files;
  std::shared_ptr<const engine::Release> release;
};

Checked<Pack> LoadPack(const Globals& globals, const Arguments& arguments) {
  auto folder = FolderOf(globals, arguments);
  if (!folder) return std::unexpected(Issues{folder.error()});
  auto files = engine::ReadPackFolder(*folder);
  if (!files) return std::unexpected(Issues{files.error()});
  auto release = engine::Release::Build(*files);
  if (!release) {
    // Places name files of the pack; say where the pack is.
    for (Error& issue : release.error()) issue.place = (std::filesystem::path(*folder) / issue.place).string();
    return std::unexpected(std::move(release).error());
  }
  return Pack{*std::move(folder), *std::move(files), *std::move(release)};
}

int RunCheck(const Globals& globals, const Arguments& arguments) {
  auto pack = LoadPack(globals, arguments);
  if (!pack) return Complain(globals, pack.error());
  const rules::Rulebook& book = pack->release->rulebook().authored();
  if (globals.json) {
    json::Object out;
    out.Set("issues", json::Array{});
    out.Set("release", pack->release->digest().ToHex());
    PrintJson(std::move(out));
    return kDone;
  }
  Print(pack->folder + ": no problem found in " + std::to_string(book.rules.size()) + " rules, " +
        std::to_string(book.tables.size()) + " tables, " + std::to_string(book.guards.size()) + " guards, " +
        std::to_string(book.features.size()) + " features, " + std::to_string(book.actions.size()) + " actions\n");
  return kDone;
}

json::Object ToJson(const engine::PackTestResult& result) {
  json::Array mismatches;
  for (const engine::Mismatch& m : result.mismatches) {
    json::Object mismatch;
    mismatch.Set("expected", m.expected);
    mismatch.Set("got", m.got);
    mismatch.Set("place", m.place);
    mismatch.Set("what", m.what);
    mismatches.emplace_back(std::move(mismatch));
  }
  json::Object out;
  out.Set("mismatches", std::move(mismatches));
  out.Set("name", result.name);
  out.Set("passed", result.passed());
  out.Set("place", result.place);
  return out;
}

int RunTest(const Globals& globals, const Arguments& arguments) {
  auto pack = LoadPack(globals, arguments);
  if (!pack) return Complain(globals, pack.error());
  auto report = engine::RunPackTests(pack->release, pack->files);
  if (!report) return Complain(globals, report.error());
  const std::size_t failed = report->failed();
  const std::size_t passed = report->tests.size() - failed;
  const std::vector<std::string> gaps = report->gaps();
  if (globals.json) {
    json::Array tests;
    for (const engine::PackTestResult& result : report->tests) tests.emplace_back(ToJson(result));
    json::Array not_covered;
    for (const std::string& gap : gaps) not_covered.emplace_back(gap);
    json::Object out;
    out.Set("failed", static_cast<std::int64_t>(failed));
    out.Set("not_covered", std::move(not_covered));
    out.Set("passed", static_cast<std::int64_t>(passed));
    out.Set("tests", std::move(tests));
    PrintJson(std::move(out));
  } else {
    for (const engine::PackTestResult& result : report->tests)
      if (!result.passed()) Print(engine::ToText(result));
    for (const std::string& gap : gaps) Print("not covered: " + gap + "\n");
    Print(std::to_string(passed) + " passed, " + std::to_string(failed) + " failed\n");
  }
  return failed == 0 ? kDone : kRefused;
}

void ShowExpression(const std::string& label, const rules::Expression& e) {
  if (!e.empty()) Print("  " + label + ": " + e.text + "\n");
}

void ShowHead(const char* what, const std::string& id, const rules::Authorship& a) {
  Print(std::string(what) + " " + id + " v" + std::to_string(a.version) + ": " + a.title + "\n  owner: " + a.owner + "\n");
  if (!a.rationale.empty()) Print("  why: " + a.rationale + "\n");
  Print("  at: " + PlaceOf(a.origin, "", 0) + "\n");
}

int RunShow(const Globals& globals, const Arguments& arguments) {
  auto pack = LoadPack(globals, arguments);
  if (!pack) return Complain(globals, pack.error());
  if (globals.json) return PrintJson(pack->release->Manifest()), kDone;
  const rules::Rulebook& book = pack->release->rulebook().authored();
  const bool all = arguments.id.empty();
  bool found = false;
  const auto wanted = [&](const std::string& id) {
    found = found || id == arguments.id;
    return all || id == arguments.id;
  };
  for (const rules::Rule& r : book.rules)
    if (wanted(r.id)) ShowHead("rule", r.id, r.authorship), ShowExpression("when", r.when);
  for (const rules::Table& t : book.tables)
    if (wanted(t.id)) ShowHead("table", t.id, t.authorship);
  for (const rules::Guard& g : book.guards)
    if (wanted(g.id)) {
      ShowHead("guard", g.id, g.authorship);
      ShowExpression("applies to", g.applies_to);
      ShowExpression("objects when", g.when);
    }
  for (const rules::Feature& f : book.features)
    if (wanted(f.id)) {
      ShowHead("feature", f.id, f.authorship);
      if (const auto* e = std::get_if<rules::Expression>(&f.definition)) ShowExpression("is", *e);
    }
  for (const rules::Threshold& t : book.thresholds)
    if (wanted(t.id)) ShowHead("threshold", t.id, t.authorship), ShowExpression("value", t.value);
  if (all || found) return kDone;
  return Complain(globals, {ErrorCode::kNotFound, arguments.id, "the pack has no rule, table, guard, feature or threshold of that id",
                            "'oxpecker rules show' lists them"});
}

}  // namespace

void AddRules(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("rules", "For risk analysts: check, test and show the rules");
  app->footer("Examples:\n  oxpecker rules check\n  oxpecker rules test --rules my-rules\n  oxpecker rules show late_fees_autopay");
  const auto folder = [&](CLI::App* sub) {
    sub->add_option("--rules", arguments->folder, "A folder of rules (default: the workspace's rules/)");
  };
  CLI::App* check = app->add_subcommand("check", "Find every problem: names, types, texts, circles");
  folder(check);
  check->callback([=] { commands.chosen = [=] { return RunCheck(commands.globals, *arguments); }; });
  CLI::App* test = app->add_subcommand("test", "Run the tests that stand beside the rules (*.test.yaml)");
  folder(test);
  test->callback([=] { commands.chosen = [=] { return RunTest(commands.globals, *arguments); }; });
  CLI::App* show = app->add_subcommand("show", "What there is, who owns it and why; or one part by its id");
  folder(show);
  show->add_option("ID", arguments->id, "Id of a rule, table, guard, feature or threshold");
  show->callback([=] { commands.chosen = [=] { return RunShow(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
