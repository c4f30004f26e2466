// oxpecker release diff: what two releases say differently, part by part.
#include "apps/cli/command.h"
#include "apps/cli/pack.h"
#include "apps/cli/release_diff.h"
#include "apps/cli/release_warnings.h"
#include "base/printable.h"
#include "rules/rulebook/rulebook_changes.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string before;
  std::string after;
};

using LoadedRelease = std::shared_ptr<const engine::Release>;

json::Object ToJson(const rules::PartChange& change) {
  json::Array fields;
  for (const rules::FieldChange& field : change.fields) {
    json::Object entry;
    entry.Set("after", field.after.empty() ? json::Value() : json::Value(field.after));
    entry.Set("before", field.before.empty() ? json::Value() : json::Value(field.before));
    entry.Set("field", field.field);
    fields.emplace_back(std::move(entry));
  }
  json::Object out;
  out.Set("change", rules::Name(change.kind));
  out.Set("fields", std::move(fields));
  out.Set("id", change.id);
  out.Set("part", change.part);
  return out;
}

void PrintChange(const rules::PartChange& change) {
  Print(std::string(rules::Name(change.kind)) + "  " + change.part + " " + Printable(change.id) + "\n");
  for (const rules::FieldChange& field : change.fields) {
    const std::string name = "    " + Printable(field.field) + ": ";
    const std::string before = Printable(field.before);
    const std::string after = Printable(field.after);
    if (change.kind != rules::ChangeKind::kChanged) Print(name + before + after + "\n");
    else if (before.empty()) Print(name + "now " + after + "\n");
    else if (after.empty()) Print(name + "no longer " + before + "\n");
    else if (before.size() + after.size() <= 60) Print(name + before + " -> " + after + "\n");
    else Print(name + "\n      was " + before + "\n      now " + after + "\n");
  }
}

// What a release holds beside its pack.
std::vector<rules::PartChange> CompareReleases(const engine::Release& before, const engine::Release& after) {
  auto changes = rules::CompareRulebooks(before.rulebook().authored(), after.rulebook().authored());
  const auto schema = [&](const char* name, const facts::Schema& old_schema, const facts::Schema& new_schema) {
    if (old_schema.type() == new_schema.type()) return;
    changes.push_back({rules::ChangeKind::kChanged, "schema", name,
                       {{"type", old_schema.type().ToString(), new_schema.type().ToString()}}});
  };
  schema("facts", before.facts_schema(), after.facts_schema());
  schema("event", before.event_schema(), after.event_schema());
  if (before.tzdata_version() != after.tzdata_version())
    changes.push_back({rules::ChangeKind::kChanged, "tzdata", "tzdata",
                       {{"version", before.tzdata_version(), after.tzdata_version()}}});
  return changes;
}

Checked<LoadedRelease> LoadBefore(const Workspace& workspace, const std::string& digest) {
  return digest.empty() ? workspace.ActiveRelease() : workspace.LoadRelease(digest);
}

// Without a digest: the rules as they stand in the folder.
Checked<LoadedRelease> LoadAfter(const Globals& globals, const Workspace& workspace, const std::string& digest) {
  if (!digest.empty()) return workspace.LoadRelease(digest);
  OXP_TRY(Pack pack, LoadPack(globals, workspace.rules().string()));
  return std::move(pack.release);
}

int RunDiff(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto before = LoadBefore(*workspace, arguments.before);
  if (!before) return Complain(globals, before.error());
  auto after = LoadAfter(globals, *workspace, arguments.after);
  if (!after) return Complain(globals, after.error());
  const std::vector<rules::PartChange> changes = CompareReleases(**before, **after);
  json::Array warnings = TellWarnings(FindVersionWarnings(**before, **after));
  if (globals.json) {
    json::Array list;
    for (const rules::PartChange& change : changes) list.emplace_back(ToJson(change));
    json::Object out;
    out.Set("after", (*after)->digest().ToHex());
    out.Set("before", (*before)->digest().ToHex());
    out.Set("changes", std::move(list));
    if (!warnings.empty()) out.Set("warnings", std::move(warnings));
    PrintJson(std::move(out));
    return kDone;
  }
  Print("from " + (*before)->digest().ToHex().substr(0, 12) + (arguments.before.empty() ? " (in force)" : "") + " to " +
        (*after)->digest().ToHex().substr(0, 12) + (arguments.after.empty() ? " (rules/ as it stands)" : "") + "\n");
  for (const rules::PartChange& change : changes) PrintChange(change);
  if (changes.empty())
    Print((*before)->digest() == (*after)->digest() ? "the same release\n"
                                                    : "nothing that decides or is told differs, only how the files are written\n");
  return kDone;
}

}  // namespace

void AddReleaseDiff(CLI::App& release, Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* diff = release.add_subcommand("diff", "What was added, removed and changed between two releases");
  diff->add_option("BEFORE", arguments->before, "Digest, or its first characters (default: the release in force)");
  diff->add_option("AFTER", arguments->after, "The same (default: the rules/ folder as it stands)");
  diff->callback([=] { commands.chosen = [=] { return RunDiff(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
