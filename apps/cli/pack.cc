#include "apps/cli/pack.h"

#include <filesystem>

#include "base/printable.h"

namespace oxpecker::cli {
namespace {

Issues Below(const std::string& folder, Issues issues) {
  for (Error& issue : issues)
    if (!issue.place.empty()) issue.place = (std::filesystem::path(folder) / issue.place).string();
  return issues;
}

Result<std::string> FolderOf(const Globals& globals, const std::string& folder) {
  if (!folder.empty()) return folder;
  OXP_TRY(Workspace workspace, Workspace::Find(globals.workspace));
  return workspace.rules().string();
}

}  // namespace

Checked<Pack> LoadPack(const Globals& globals, const std::string& named) {
  auto folder = FolderOf(globals, named);
  if (!folder) return std::unexpected(Issues{folder.error()});
  auto files = engine::ReadPackFolder(*folder);
  if (!files) return std::unexpected(Issues{files.error()});
  auto release = engine::Release::Build(*files);
  if (!release) return std::unexpected(Below(*folder, std::move(release).error()));
  return Pack{*std::move(folder), *std::move(files), *std::move(release)};
}

Checked<engine::PackTestReport> RunTests(const Pack& pack) {
  auto report = engine::RunPackTests(pack.release, pack.files);
  if (!report) return std::unexpected(Below(pack.folder, std::move(report).error()));
  return report;
}

json::Array TellWarnings(const Issues& warnings) {
  json::Array list;
  for (const Error& warning : warnings) {
    PrintError("oxpecker: warning: " + Printable(warning.ToString()) + "\n");
    json::Object entry;
    entry.Set("hint", warning.hint);
    entry.Set("message", warning.message);
    entry.Set("place", warning.place);
    list.emplace_back(std::move(entry));
  }
  return list;
}

}  // namespace oxpecker::cli
