#include "engine/release/release.h"

#include <algorithm>

#include "apps/cli/command.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "engine/recording_decider.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  bool activate = false;
  std::string digest;
};

// Records the release in the log, then makes it the one in force.
Status RecordAndActivate(const Workspace& workspace, const engine::Release& release) {
  SystemClock clock;
  OXP_TRY(std::unique_ptr<audit::Log> log, workspace.OpenLog(clock));
  OXP_TRY(log->Append(engine::RecordOf(release, clock.Now())));
  OXP_TRY(log->Close());
  return workspace.Activate(release);
}

void Tell(const Globals& globals, const engine::Release& release, bool active) {
  const rules::Rulebook& book = release.rulebook().authored();
  if (globals.json) {
    json::Object out = release.Manifest();
    out.Set("active", active);
    PrintJson(std::move(out));
    return;
  }
  Print("release " + release.digest().ToHex() + (active ? "  in force" : "") + "\n  pack " + book.pack_id + " " +
        book.pack_version + ": " + std::to_string(book.rules.size()) + " rules, " + std::to_string(book.tables.size()) +
        " tables, " + std::to_string(book.guards.size()) + " guards, " + std::to_string(book.features.size()) +
        " features, " + std::to_string(book.actions.size()) + " actions\n  tzdata " + release.tzdata_version() +
        (release.tzdata_matches() ? "" : " (this machine has another: times of day may differ on replay)") +
        "\n  approvals: none recorded\n");
}

int RunBuild(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto files = engine::ReadPackFolder(workspace->rules().string());
  if (!files) return Complain(globals, files.error());
  auto release = engine::Release::Build(*files);
  if (!release) return Complain(globals, release.error());
  if (auto stored = workspace->StoreRelease(**release); !stored) return Complain(globals, stored.error());
  if (arguments.activate)
    if (auto done = RecordAndActivate(*workspace, **release); !done) return Complain(globals, done.error());
  Tell(globals, **release, arguments.activate);
  if (!arguments.activate && !globals.json && !globals.quiet)
    Print("Not in force yet: oxpecker release activate " + (*release)->digest().ToHex().substr(0, 12) + "\n");
  return kDone;
}

int RunActivate(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto release = workspace->LoadRelease(arguments.digest);
  if (!release) return Complain(globals, release.error());
  if (auto done = RecordAndActivate(*workspace, **release); !done) return Complain(globals, done.error());
  Tell(globals, **release, true);
  return kDone;
}

int RunShow(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto active = workspace->ActiveDigest();
  if (!active) return Complain(globals, active.error());
  auto release = workspace->LoadRelease(arguments.digest.empty() ? *active : arguments.digest);
  if (!release) return Complain(globals, release.error());
  Tell(globals, **release, (*release)->digest().ToHex() == *active);
  return kDone;
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
  json::Array list;
  for (const std::string& digest : digests) {
    json::Object item;
    item.Set("active", digest == *active);
    item.Set("release", digest);
    if (!globals.json) Print(digest + (digest == *active ? "  in force\n" : "\n"));
    list.emplace_back(std::move(item));
  }
  if (globals.json) {
    json::Object out;
    out.Set("releases", std::move(list));
    PrintJson(std::move(out));
  }
  return kDone;
}

}  // namespace

void AddRelease(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("release", "Build the rules into a release, put one in force, show them");
  app->footer("Approval by a second person is not part of this version; records and reports say that none is on record.\n\n"
              "Examples:\n  oxpecker release build --activate\n  oxpecker release show --json");
  CLI::App* build = app->add_subcommand("build", "Compile rules/ into an immutable, digested release");
  build->add_flag("--activate", arguments->activate, "Record it in the log and put it in force at once");
  build->callback([=] { commands.chosen = [=] { return RunBuild(commands.globals, *arguments); }; });
  CLI::App* activate = app->add_subcommand("activate", "Record a release in the log and put it in force");
  activate->add_option("DIGEST", arguments->digest, "The release's digest, or the first characters of it")->required();
  activate->callback([=] { commands.chosen = [=] { return RunActivate(commands.globals, *arguments); }; });
  CLI::App* list = app->add_subcommand("list", "The releases of this workspace");
  list->callback([=] { commands.chosen = [=] { return RunList(commands.globals); }; });
  CLI::App* show = app->add_subcommand("show", "What a release holds (default: the one in force)");
  show->add_option("DIGEST", arguments->digest, "The release's digest, or the first characters of it");
  show->callback([=] { commands.chosen = [=] { return RunShow(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
