#include "apps/cli/pack.h"

#include <filesystem>
#include <optional>

#include "apps/cli/system.h"
#include "base/json/document.h"
#include "base/printable.h"
#include "rules/rulebook/pack_warnings.h"

namespace oxpecker::cli {
namespace {

Issues Below(const std::string& folder, Issues issues) {
  for (Error& issue : issues)
    if (!issue.place.empty()) issue.place = (std::filesystem::path(folder) / issue.place).string();
  return issues;
}

// 'oxpecker dmn import' writes beside NAME.yaml what the model asks for, as NAME.facts.schema.json.
std::filesystem::path SchemaOfImport(const std::string& place) {
  std::string file = place.substr(0, place.find(".yaml"));
  return file + ".facts.schema.json";
}

bool HasProperty(const std::filesystem::path& schema, std::string_view name) {
  const auto text = ReadFile(schema);
  if (!text) return false;
  const auto document = json::Document::Parse(*text, {});
  if (!document || document->root().kind() != json::Kind::kObject) return false;
  const auto properties = document->root().Find("properties");
  return properties && properties->kind() == json::Kind::kObject && properties->Find(name).has_value();
}

// An input of a model that was imported, and that nobody has written yet.
Issues WithImportHints(Issues issues) {
  constexpr std::string_view kUnknown = "unknown name '";
  for (Error& issue : issues) {
    if (issue.code != ErrorCode::kNotFound || !issue.message.starts_with(kUnknown) || issue.place.find(".yaml") == std::string::npos) continue;
    const std::string name = issue.message.substr(kUnknown.size(), issue.message.rfind('\'') - kUnknown.size());
    const std::filesystem::path schema = SchemaOfImport(issue.place);
    std::error_code error;
    if (!std::filesystem::is_regular_file(schema, error) || !HasProperty(schema, name)) continue;
    issue.hint = "the imported model asks for it: write a feature '" + name + "' in a file of your own; " +
                 schema.filename().string() + " says what it must be";
  }
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
  if (!release) return std::unexpected(WithImportHints(Below(*folder, std::move(release).error())));
  return Pack{*std::move(folder), *std::move(files), *std::move(release)};
}

Issues FindWarningsOfBrokenPack(const Globals& globals, const std::string& named) {
  const auto folder = FolderOf(globals, named);
  if (!folder) return {};
  const auto files = engine::ReadPackFolder(*folder);
  std::optional<feel::Type> facts;
  std::optional<feel::Type> event;
  for (const rules::PackFile& file : engine::EmbeddedSchemas()) {
    const auto schema = facts::Schema::Load(file.bytes, file.path);
    if (!schema) return {};
    (file.path.find("event") != std::string::npos ? event : facts) = schema->type();
  }
  if (!files || !facts || !event) return {};
  return Below(*folder, rules::FindWarningsBesideProblems(*files, *facts, *event));
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
