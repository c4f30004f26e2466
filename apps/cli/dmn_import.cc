#include "apps/cli/dmn_import.h"

#include <filesystem>
#include <memory>

#include "apps/cli/dmn_files.h"
#include "apps/cli/feel_names.h"
#include "apps/cli/system.h"
#include "base/identifier.h"
#include "base/printable.h"
#include "rules/dmn_import/import.h"

namespace oxpecker::cli {
namespace {

namespace fs = std::filesystem;

struct ImportArguments {
  std::string model;
  std::string folder;
  dmn::ImportOptions options;
  bool replaces = false;
};

// What is there already is somebody's work.
Status CheckFree(const fs::path& folder, const dmn::ModelImport& import) {
  std::error_code error;
  for (const dmn::ImportedFile& file : import.files)
    if (fs::exists(folder / file.name, error))
      return Fail(ErrorCode::kRefused, (folder / file.name).string(), "the file is there already",
                  "name another folder, or say --force to replace it");
  return {};
}

Status WriteFiles(const fs::path& folder, const dmn::ModelImport& import) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Fail(ErrorCode::kUnavailable, folder.string(), "the folder cannot be made: " + error.message());
  for (const dmn::ImportedFile& file : import.files) OXP_TRY(WriteFile(folder / file.name, file.bytes));
  return {};
}

json::Array RemarksJson(const dmn::ModelImport& import, bool left_out) {
  json::Array list;
  for (const dmn::ImportRemark& remark : import.remarks) {
    if (remark.is_left_out != left_out) continue;
    json::Object object;
    object.Set("hint", remark.error.hint);
    object.Set("message", remark.error.message);
    object.Set("place", remark.error.place);
    list.emplace_back(std::move(object));
  }
  return list;
}

void TellJson(const fs::path& folder, const dmn::ModelImport& import) {
  json::Array files;
  for (const dmn::ImportedFile& file : import.files) files.emplace_back((folder / file.name).string());
  json::Array names;
  for (const dmn::ImportedName& name : import.names) {
    json::Object object;
    object.Set("element", name.element);
    object.Set("id", name.id);
    object.Set("is", name.is_fact ? "fact" : "feature");
    object.Set("type", name.type.ToString());
    object.Set("what", name.what);
    names.emplace_back(std::move(object));
  }
  json::Object out;
  out.Set("carried_over", static_cast<std::int64_t>(import.carried_count));
  out.Set("decisions", static_cast<std::int64_t>(import.decision_count));
  out.Set("differs", RemarksJson(import, false));
  out.Set("files", std::move(files));
  out.Set("left_out", RemarksJson(import, true));
  out.Set("names", std::move(names));
  PrintJson(std::move(out));
}

// The facts of a customer have a form of their own, so what a model asks for is made of them.
std::string WhatIsNext(const dmn::ModelImport& import) {
  std::string ids;
  for (const dmn::ImportedName& name : import.names)
    if (name.is_fact) ids += (ids.empty() ? "" : ", ") + name.id;
  if (ids.empty()) return {};
  return "next: write a feature for each of " + ids + " in a file of your own beside it, and run 'oxpecker rules check'";
}

void Tell(const Globals& globals, const fs::path& folder, const dmn::ModelImport& import) {
  for (const dmn::ImportRemark& remark : import.remarks)
    PrintError(std::string(remark.is_left_out ? "left out: " : "differs: ") + Printable(remark.error.ToString()) + "\n");
  if (!globals.quiet)
    for (const dmn::ImportedName& name : import.names)
      if (name.id != name.element && name.what != "reading")
        Print(Printable(name.id + (name.is_fact ? " (for you to write)" : "") + " is " + name.what + " '" + name.element + "'") + "\n");
  for (const dmn::ImportedFile& file : import.files) Print("wrote " + Printable((folder / file.name).string()) + "\n");
  const std::string next = WhatIsNext(import);
  if (!globals.quiet && !next.empty()) Print(Printable(next) + "\n");
  Print(std::to_string(import.carried_count) + " of " + std::to_string(import.decision_count) + " decisions carried over\n");
}

int RunImport(const Globals& globals, const ImportArguments& arguments) {
  const std::string& prefix = arguments.options.prefix;
  if (!prefix.empty()) {
    if (const auto good = FeatureIdTag::Check(prefix + "x"); !good)
      return Complain(globals, Error{ErrorCode::kInvalidInput, "--prefix", "'" + prefix + "' cannot begin an id", "use small letters, digits and _"});
  }
  auto reserved = FactNames();
  if (!reserved) return Complain(globals, reserved.error());
  auto model = ReadModel(arguments.model, {.keeps_names = true});
  if (!model) return Complain(globals, model.error());
  dmn::ImportOptions options = arguments.options;
  options.reserved = *std::move(reserved);
  const dmn::ModelImport import = dmn::ImportModel(*model, options);
  const fs::path folder = arguments.folder;
  if (!arguments.replaces) {
    if (const Status free = CheckFree(folder, import); !free) return Complain(globals, free.error());
  }
  if (const Status written = WriteFiles(folder, import); !written) return Complain(globals, written.error());
  if (globals.json) TellJson(folder, import);
  else Tell(globals, folder, import);
  return import.is_whole() ? kDone : kRefused;
}

}  // namespace

void AddDmnImport(Commands commands, CLI::App& dmn) {
  auto arguments = std::make_shared<ImportArguments>();
  CLI::App* app = dmn.add_subcommand("import", "Write a model's decisions as features of a rulebook; exit code 1 where something is left out");
  app->add_option("MODEL", arguments->model, "The model's file")->required();
  app->add_option("--out", arguments->folder, "The folder to write into: below the rules")->required();
  app->add_option("--prefix", arguments->options.prefix, "Before every id, such as loan_");
  app->add_option("--owner", arguments->options.owner, "Who answers for the features")->capture_default_str();
  app->add_flag("--force", arguments->replaces, "Replace files that are there");
  app->callback([=] { commands.chosen = [=] { return RunImport(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
