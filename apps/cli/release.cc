#include "engine/release/release.h"

#include <algorithm>
#include <map>
#include <optional>

#include "apps/cli/command.h"
#include "apps/cli/pack.h"
#include "apps/cli/release_diff.h"
#include "apps/cli/release_warnings.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "base/printable.h"
#include "engine/recording_decider.h"
#include "rules/rulebook/text_warnings.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  bool activate = false;
  bool skip_tests = false;
  std::string digest;
};

// Records the release in the log, then makes it the one in force.
Status RecordAndActivate(const Workspace& workspace, const engine::Release& release, engine::PackTestRun tests) {
  SystemClock clock;
  OXP_TRY(std::unique_ptr<audit::Log> log, workspace.OpenLog(clock));
  OXP_TRY(log->Append(engine::RecordOf(release, tests, clock.Now())));
  OXP_TRY(log->Close());
  return workspace.Activate(release);
}

// The tests before a release comes into force; nothing where one fails.
Checked<engine::PackTestRun> TestBefore(const Pack& pack, bool skip) {
  if (skip) return engine::PackTestRun::kSkipped;
  OXP_TRY(const engine::PackTestReport report, RunTests(pack));
  if (report.ok()) return engine::PackTestRun::kPassed;
  for (const engine::PackTestResult& test : report.tests)
    if (!test.passed()) PrintError("FAILED: " + Printable(test.name) + " (" + Printable(test.place) + ")\n");
  return std::unexpected(Issues{{ErrorCode::kRefused, pack.folder,
                                 std::to_string(report.failed()) + " of " + std::to_string(report.tests.size()) +
                                     " tests fail, so the release was not put in force",
                                 "'oxpecker rules test' says why; --skip-tests does without, and the log says so"}});
}

Issues WarningsAgainstActive(const Workspace& workspace, const engine::Release& release) {
  const auto active = workspace.ActiveRelease();
  return active ? FindVersionWarnings(**active, release) : Issues();
}

// How a release came into force the last time, as the log's headers tell.
struct Activation {
  std::uint64_t seq = 0;
  Instant at;
  std::string tests;  // passed, skipped, not_run
};
struct Activations {
  std::map<std::string, Activation> last;  // by digest
  std::optional<Error> damage;             // records that could not be read
};

std::string AboutText(const audit::Record& record, std::string_view key) {
  const json::Value* value = record.about.Find(key);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

Result<Activations> ReadActivations(const Globals& globals, const Workspace& workspace) {
  OXP_TRY(audit::LogReader reader, workspace.OpenReader(audit::WithVault::kNo));
  Activations activations;
  Progress progress("read", globals.quiet);
  const auto visit = [&](const audit::Record& record) -> Status {
    progress.Report(record.seq + 1, reader.size());
    if (record.kind == audit::RecordKind::kRelease)
      activations.last[AboutText(record, "release")] = {record.seq, record.time, AboutText(record, "tests")};
    return {};
  };
  OXP_TRY(reader.ForEachReadable(0, reader.size(), visit, [&](const audit::LogReader::Damage& damage) {
    if (!activations.damage) activations.damage = damage.error;
  }));
  return activations;
}

// What the tests said when it came into force, for people.
std::string TestsLine(const std::map<std::string, Activation>& last, const std::string& digest) {
  const auto found = last.find(digest);
  if (found == last.end()) return "never in force";
  const Activation& activation = found->second;
  const std::string state = activation.tests == "skipped"   ? "SKIPPED"
                            : activation.tests == "not_run" ? "NOT RUN"
                            : activation.tests.empty()      ? "not stated"
                                                            : activation.tests;
  return "tests " + state + " when put in force (record " + std::to_string(activation.seq) + ", " + activation.at.ToString() + ")";
}

int TellDamage(const std::optional<Error>& damage) {
  if (!damage) return kDone;
  PrintError("oxpecker: the log is broken at " + Printable(damage->place) +
             ", so activations may be missing here; 'oxpecker log verify' says what to do\n");
  return kIntegrity;
}

// `tests`: the state for --json, `tests_line` the same for people.
void Tell(const Globals& globals, const engine::Release& release, bool active, const std::string& tests,
          const std::string& tests_line, json::Array warnings = {}) {
  const rules::Rulebook& book = release.rulebook().authored();
  if (globals.json) {
    json::Object out = release.Manifest();
    out.Set("active", active);
    out.Set("tests", tests.empty() ? json::Value() : json::Value(tests));
    if (!warnings.empty()) out.Set("warnings", std::move(warnings));
    PrintJson(std::move(out));
    return;
  }
  Print("release " + release.digest().ToHex() + (active ? "  in force" : "") + "\n  pack " + book.pack_id + " " +
        book.pack_version + ": " + std::to_string(book.rules.size()) + " rules, " + std::to_string(book.tables.size()) +
        " tables, " + std::to_string(book.guards.size()) + " guards, " + std::to_string(book.features.size()) +
        " features, " + std::to_string(book.actions.size()) + " actions\n  tzdata " + release.tzdata_version() +
        (release.tzdata_matches() ? "" : " (this machine has another: times of day may differ on replay)") +
        "\n  " + tests_line + "\n  approvals: none recorded\n");
}

// After it was put in force.
std::string TestsNow(engine::PackTestRun tests) {
  switch (tests) {
    case engine::PackTestRun::kPassed: return "tests passed";
    case engine::PackTestRun::kSkipped: return "tests SKIPPED: the log says so, and reports list it as an exception";
    case engine::PackTestRun::kNotRun:
      return "tests NOT RUN: rules/ holds other rules by now; the log says so, and reports list it as an exception";
  }
  return "";
}

int RunBuild(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto pack = LoadPack(globals, workspace->rules().string());
  if (!pack) return Complain(globals, pack.error());
  const engine::Release& release = *pack->release;
  Issues warnings = rules::FindTextWarnings(release.rulebook().authored());
  for (Error& warning : WarningsAgainstActive(*workspace, release)) warnings.push_back(std::move(warning));
  std::string tests_state;
  std::string tests_line = "tests run when it is put in force";
  if (arguments.activate) {
    auto tests = TestBefore(*pack, arguments.skip_tests);
    if (!tests) return Complain(globals, tests.error());
    tests_state = engine::Name(*tests);
    tests_line = TestsNow(*tests);
    if (auto stored = workspace->StoreRelease(release); !stored) return Complain(globals, stored.error());
    if (auto done = RecordAndActivate(*workspace, release, *tests); !done) return Complain(globals, done.error());
  } else if (auto stored = workspace->StoreRelease(release); !stored) {
    return Complain(globals, stored.error());
  }
  Tell(globals, release, arguments.activate, tests_state, tests_line, TellWarnings(warnings));
  if (!arguments.activate && !globals.json && !globals.quiet)
    Print("Not in force yet: oxpecker release activate " + release.digest().ToHex().substr(0, 12) + "\n");
  return kDone;
}

// Tests are no part of a release: they are at hand where the rules still are those it was built from.
Checked<engine::PackTestRun> TestStored(const Globals& globals, const Workspace& workspace,
                                        const engine::Release& release, bool skip) {
  if (skip) return engine::PackTestRun::kSkipped;
  const auto pack = LoadPack(globals, workspace.rules().string());
  if (!pack || pack->release->digest() != release.digest()) return engine::PackTestRun::kNotRun;
  return TestBefore(*pack, skip);
}

int RunActivate(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto release = workspace->LoadRelease(arguments.digest);
  if (!release) return Complain(globals, release.error());
  auto tests = TestStored(globals, *workspace, **release, arguments.skip_tests);
  if (!tests) return Complain(globals, tests.error());
  const Issues warnings = WarningsAgainstActive(*workspace, **release);
  if (auto done = RecordAndActivate(*workspace, **release, *tests); !done) return Complain(globals, done.error());
  Tell(globals, **release, true, std::string(engine::Name(*tests)), TestsNow(*tests), TellWarnings(warnings));
  return kDone;
}

int RunShow(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto active = workspace->ActiveDigest();
  if (!active) return Complain(globals, active.error());
  auto release = workspace->LoadRelease(arguments.digest.empty() ? *active : arguments.digest);
  if (!release) return Complain(globals, release.error());
  auto activations = ReadActivations(globals, *workspace);
  if (!activations) return Complain(globals, activations.error());
  const std::string digest = (*release)->digest().ToHex();
  const auto found = activations->last.find(digest);
  Tell(globals, **release, digest == *active, found == activations->last.end() ? "" : found->second.tests,
       TestsLine(activations->last, digest));
  return TellDamage(activations->damage);
}

int RunList(const Globals& globals) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto active = workspace->ActiveDigest();
  if (!active) return Complain(globals, active.error());
  std::vector<std::string> digests;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(workspace->releases(), error))
    if (entry.path().extension() == ".json") digests.push_back(entry.path().stem().string());
  std::sort(digests.begin(), digests.end());
  auto activations = ReadActivations(globals, *workspace);
  if (!activations) return Complain(globals, activations.error());
  json::Array list;
  for (const std::string& digest : digests) {
    json::Object item;
    item.Set("active", digest == *active);
    item.Set("release", digest);
    const auto found = activations->last.find(digest);
    const bool stated = found != activations->last.end() && !found->second.tests.empty();
    item.Set("tests", stated ? json::Value(found->second.tests) : json::Value());
    if (!globals.json)
      Print(digest + (digest == *active ? "  in force  " : "            ") + TestsLine(activations->last, digest) + "\n");
    list.emplace_back(std::move(item));
  }
  if (globals.json) {
    json::Object out;
    out.Set("releases", std::move(list));
    PrintJson(std::move(out));
  }
  return TellDamage(activations->damage);
}

}  // namespace

void AddRelease(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("release", "Build the rules into a release, put one in force, show them");
  app->footer("Approval by a second person is not part of this version; records and reports say that none is on record.\n\n"
              "Examples:\n  oxpecker release build --activate\n  oxpecker release diff 4c1e 9d02\n"
              "  oxpecker release show --json");
  CLI::App* build = app->add_subcommand("build", "Compile rules/ into an immutable, digested release");
  build->add_flag("--activate", arguments->activate, "Run the rules' tests, record it in the log and put it in force");
  build->add_flag("--skip-tests", arguments->skip_tests, "Put it in force without running the tests; the log says so");
  build->callback([=] { commands.chosen = [=] { return RunBuild(commands.globals, *arguments); }; });
  CLI::App* activate = app->add_subcommand("activate", "Record a release in the log and put it in force; runs the tests where rules/ still is it");
  activate->add_option("DIGEST", arguments->digest, "The release's digest, or the first characters of it")->required();
  activate->add_flag("--skip-tests", arguments->skip_tests, "Without running the tests; the log says so");
  activate->callback([=] { commands.chosen = [=] { return RunActivate(commands.globals, *arguments); }; });
  CLI::App* list = app->add_subcommand("list", "The releases of this workspace");
  list->callback([=] { commands.chosen = [=] { return RunList(commands.globals); }; });
  CLI::App* show = app->add_subcommand("show", "What a release holds (default: the one in force)");
  show->add_option("DIGEST", arguments->digest, "The release's digest, or the first characters of it");
  show->callback([=] { commands.chosen = [=] { return RunShow(commands.globals, *arguments); }; });
  AddReleaseDiff(*app, commands);
}

}  // namespace oxpecker::cli
