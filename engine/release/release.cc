#include "engine/release/release.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>

#include "base/decimal.h"
#include "base/embedded_file.h"
#include "base/encoding.h"
#include "engine/version.h"
#include "rules/feel/zone.h"

namespace oxpecker::engine {

extern const std::span<const EmbeddedFile> kSchemaFiles;

namespace {

using rules::PackFile;

constexpr const char* kFactsSchema = "schemas/facts.v1.schema.json";
constexpr const char* kEventSchema = "schemas/event.v1.schema.json";

std::unexpected<Issues> Refuse(std::string place, std::string message, std::string hint = {}) {
  return std::unexpected<Issues>(
      Issues{{ErrorCode::kInvalidInput, std::move(place), std::move(message), std::move(hint)}});
}

// Of all expressions of one decision together. The retail pack takes less than a tenth of it for a
// customer with as many transactions as a document may hold.
constexpr std::uint64_t kDecisionStepsMax = 50'000'000;

json::Value Limit(std::uint64_t value) { return std::to_string(value); }

json::Object LimitsObject(const feel::Limits& feel, const facts::FactsLimits& facts) {
  json::Object limits;
  limits.Set("facts_bytes_max", Limit(facts.bytes_max));
  limits.Set("facts_depth_max", Limit(facts.depth_max));
  limits.Set("facts_values_max", Limit(facts.values_max));
  limits.Set("facts_list_length_max", Limit(facts.list_length_max));
  limits.Set("facts_string_bytes_max", Limit(facts.string_bytes_max));
  limits.Set("feel_source_bytes_max", Limit(feel.source_bytes_max));
  limits.Set("feel_nesting_depth_max", Limit(feel.nesting_depth_max));
  limits.Set("feel_nodes_max", Limit(feel.nodes_max));
  limits.Set("feel_decision_steps_max", Limit(feel.total_steps_max));
  limits.Set("feel_steps_max", Limit(feel.steps_max));
  limits.Set("feel_memory_bytes_max", Limit(feel.memory_bytes_max));
  limits.Set("feel_call_depth_max", Limit(feel.call_depth_max));
  return limits;
}

// Takes each limit from the document, so that a later default does not change an old release.
struct LimitsReader {
  json::View limits;
  Issues issues;

  template <class T>
  void Read(const char* name, T& into) {
    const auto found = limits.Find(name);
    const auto number = found && found->kind() == json::Kind::kString ? Decimal::Parse(found->text()) : std::nullopt;
    const auto whole = number ? number->ToInt64() : std::nullopt;
    if (!whole || *whole < 0) {
      issues.push_back({ErrorCode::kInvalidInput, std::string("/limits/") + name, "the limit is missing or no whole number", ""});
      return;
    }
    into = static_cast<T>(*whole);
  }
  // A limit that documents of earlier builds do not have: they decided without it, and go on so.
  template <class T>
  void ReadIfThere(const char* name, T& into) {
    if (limits.Find(name)) Read(name, into);
  }
};

Result<std::string> ReadWhole(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  if (!stream) return Fail(ErrorCode::kUnavailable, path.string(), "the file cannot be read", "check its permissions");
  return bytes.str();
}

const PackFile* FindFile(const std::vector<PackFile>& files, std::string_view path) {
  for (const PackFile& file : files)
    if (file.path == path) return &file;
  return nullptr;
}

std::string DocumentOf(const std::vector<PackFile>& files) {
  json::Array list;
  for (const PackFile& file : files) {
    json::Object entry;
    entry.Set("path", file.path);
    entry.Set("text", file.bytes);
    list.emplace_back(std::move(entry));
  }
  json::Object document;
  document.Set("files", std::move(list));
  feel::Limits limits;
  limits.total_steps_max = kDecisionStepsMax;
  document.Set("limits", LimitsObject(limits, {}));
  document.Set("schema", "oxpecker.release/1");
  document.Set("tzdata", feel::TzdataVersion());
  return json::Canonical(document);
}

}  // namespace

std::vector<PackFile> EmbeddedSchemas() {
  std::vector<PackFile> files;
  for (const EmbeddedFile& file : kSchemaFiles)
    if (file.path == kFactsSchema || file.path == kEventSchema)
      files.push_back({std::string(file.path), std::string(file.bytes)});
  return files;
}

Checked<std::shared_ptr<const Release>> Release::Build(const std::vector<PackFile>& pack_files) {
  std::vector<PackFile> files = EmbeddedSchemas();
  for (const PackFile& file : pack_files)  // tests have no effect, so they are no part of it
    if (!file.path.ends_with(".test.yaml")) files.push_back({"pack/" + file.path, file.bytes});
  std::sort(files.begin(), files.end(), [](const PackFile& a, const PackFile& b) { return a.path < b.path; });
  if (std::all_of(files.begin(), files.end(), [](const PackFile& file) { return IsUtf8(file.path) && IsUtf8(file.bytes); }))
    return Load(DocumentOf(files));
  // No document can hold such bytes; the reader says which files have them, and what else is wrong.
  OXP_TRY(facts::Schema facts_schema, facts::Schema::Load(FindFile(files, kFactsSchema)->bytes, kFactsSchema));
  OXP_TRY(facts::Schema event_schema, facts::Schema::Load(FindFile(files, kEventSchema)->bytes, kEventSchema));
  OXP_TRY(rules::CompilePack(pack_files, facts_schema.type(), event_schema.type(), {}));
  return Refuse("", "the name of a file is no UTF-8 text", "rename it");
}

Checked<std::shared_ptr<const Release>> Release::Load(std::string_view text) {
  auto document = json::Document::Parse(text, {});
  if (!document) return std::unexpected(Issues{document.error()});
  const json::View root = document->root();
  const auto schema = root.Find("schema");
  if (!schema || schema->text() != "oxpecker.release/1")
    return Refuse("/schema", "this is no release document of version 1");
  std::vector<PackFile> files;
  const auto listed = root.Find("files");
  if (!listed || listed->kind() != json::Kind::kArray) return Refuse("/files", "the release lists no files");
  for (const json::View entry : *listed) {
    const auto path = entry.Find("path");
    const auto bytes = entry.Find("text");
    if (!path || !bytes) return Refuse("/files", "a file of the release has no path or no text");
    files.push_back({std::string(path->text()), std::string(bytes->text())});
  }
  const PackFile* facts_file = FindFile(files, kFactsSchema);
  const PackFile* event_file = FindFile(files, kEventSchema);
  if (facts_file == nullptr || event_file == nullptr) return Refuse("/files", "the release lacks a schema");
  OXP_TRY(facts::Schema facts_schema, facts::Schema::Load(facts_file->bytes, kFactsSchema));
  OXP_TRY(facts::Schema event_schema, facts::Schema::Load(event_file->bytes, kEventSchema));

  feel::Limits feel_limits;
  facts::FactsLimits facts_limits;
  const auto limits = root.Find("limits");
  if (!limits) return Refuse("/limits", "the release states no limits");
  LimitsReader reader{*limits, {}};
  reader.Read("facts_bytes_max", facts_limits.bytes_max);
  reader.Read("facts_depth_max", facts_limits.depth_max);
  reader.Read("facts_values_max", facts_limits.values_max);
  reader.Read("facts_list_length_max", facts_limits.list_length_max);
  reader.Read("facts_string_bytes_max", facts_limits.string_bytes_max);
  reader.Read("feel_source_bytes_max", feel_limits.source_bytes_max);
  reader.Read("feel_nesting_depth_max", feel_limits.nesting_depth_max);
  reader.Read("feel_nodes_max", feel_limits.nodes_max);
  reader.ReadIfThere("feel_decision_steps_max", feel_limits.total_steps_max);
  reader.Read("feel_steps_max", feel_limits.steps_max);
  reader.Read("feel_memory_bytes_max", feel_limits.memory_bytes_max);
  reader.Read("feel_call_depth_max", feel_limits.call_depth_max);
  if (!reader.issues.empty()) return std::unexpected(std::move(reader.issues));

  std::vector<PackFile> pack_files;
  for (PackFile& file : files)
    if (file.path.starts_with("pack/")) pack_files.push_back({file.path.substr(5), std::move(file.bytes)});
  OXP_TRY(rules::CompiledRulebook rulebook,
          rules::CompilePack(pack_files, facts_schema.type(), event_schema.type(), feel_limits));

  std::shared_ptr<Release> release(
      new Release(std::move(rulebook), std::move(facts_schema), std::move(event_schema)));
  release->digest_ = Sha256(text);
  release->document_ = std::string(text);
  const auto tzdata = root.Find("tzdata");
  release->tzdata_ = tzdata ? std::string(tzdata->text()) : "";
  release->pack_files_ = std::move(pack_files);
  release->feel_limits_ = feel_limits;
  release->facts_limits_ = facts_limits;
  return std::shared_ptr<const Release>(std::move(release));
}

bool Release::tzdata_matches() const { return tzdata_ == feel::TzdataVersion(); }

namespace {

json::Object Described(const std::string& id, const rules::Authorship& a) {
  json::Object object;
  object.Set("id", id);
  object.Set("version", a.version);
  object.Set("title", a.title);
  object.Set("owner", a.owner);
  return object;
}

// Adds the actions, each once: rows of a table often propose the same.
void AddProposed(const std::vector<rules::Proposal>& proposals, std::vector<std::string>& actions) {
  for (const rules::Proposal& p : proposals)
    if (!p.action.empty() && std::find(actions.begin(), actions.end(), p.action) == actions.end())
      actions.push_back(p.action);
}

json::Array Texts(const std::vector<std::string>& texts) {
  json::Array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

json::Array ManifestRules(const rules::Rulebook& book) {
  json::Array rules;
  const auto add = [&](const std::string& id, const rules::Authorship& a, const std::vector<std::string>& events,
                       const std::vector<std::string>& proposes) {
    json::Object rule = Described(id, a);
    rule.Set("rationale", a.rationale);
    rule.Set("on", Texts(events));
    rule.Set("proposes", Texts(proposes));
    rules.emplace_back(std::move(rule));
  };
  for (const rules::Rule& r : book.rules) {
    std::vector<std::string> proposes;
    AddProposed(r.proposals, proposes);
    add(r.id, r.authorship, r.events, proposes);
  }
  for (const rules::Table& t : book.tables) {
    std::vector<std::string> proposes;
    for (const rules::TableRow& row : t.rows) AddProposed(row.proposals, proposes);
    add(t.id, t.authorship, t.events, proposes);
  }
  return rules;
}

}  // namespace

json::Object Release::Manifest() const {
  const rules::Rulebook& book = rulebook_.authored();
  json::Object manifest;
  manifest.Set("release", digest_.ToHex());
  manifest.Set("pack", book.pack_id);
  manifest.Set("pack_version", book.pack_version);
  manifest.Set("engine", kEngineVersion);
  manifest.Set("tzdata", tzdata_);
  json::Array files;
  for (const PackFile& file : pack_files_) {
    json::Object entry;
    entry.Set("path", file.path);
    entry.Set("sha256", Sha256(file.bytes).ToHex());
    files.emplace_back(std::move(entry));
  }
  manifest.Set("files", std::move(files));
  manifest.Set("rules", ManifestRules(book));
  json::Array guards;
  for (const rules::Guard& g : book.guards) {
    json::Object guard = Described(g.id, g.authorship);
    guard.Set("rationale", g.authorship.rationale);
    guard.Set("stage", rules::Name(g.stage));
    guards.emplace_back(std::move(guard));
  }
  manifest.Set("guards", std::move(guards));
  json::Array features;
  for (const rules::Feature& f : book.features) features.emplace_back(Described(f.id, f.authorship));
  manifest.Set("features", std::move(features));
  json::Array thresholds;
  for (const rules::Threshold& t : book.thresholds) {
    json::Object threshold = Described(t.id, t.authorship);
    threshold.Set("unit", t.unit);
    threshold.Set("value", t.value.text);
    thresholds.emplace_back(std::move(threshold));
  }
  manifest.Set("thresholds", std::move(thresholds));
  json::Array actions;
  for (const rules::Action& a : book.actions) {
    json::Object action;
    action.Set("id", a.id);
    action.Set("class", a.action_class);
    action.Set("tier", a.tier);
    action.Set("kind", a.kind);
    action.Set("title", a.authorship.title);
    actions.emplace_back(std::move(action));
  }
  manifest.Set("actions", std::move(actions));
  json::Array reasons;
  for (const rules::Text& text : book.reason_texts) {
    json::Object reason;
    reason.Set("code", text.id);
    for (const auto& [language, sentence] : text.officer) reason.Set(language, sentence);
    reasons.emplace_back(std::move(reason));
  }
  manifest.Set("reasons", std::move(reasons));
  return manifest;
}

Result<std::vector<PackFile>> ReadPackFolder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<PackFile> files;
  std::error_code error;
  const fs::path root = fs::weakly_canonical(folder, error);
  if (error || !fs::is_directory(root, error))
    return Fail(ErrorCode::kNotFound, folder, "there is no such folder of rules", "name the folder that holds pack.yaml");
  fs::recursive_directory_iterator walk(root, error);
  for (const fs::recursive_directory_iterator end; !error && walk != end; walk.increment(error)) {
    if (walk->path().extension() != ".yaml") continue;
    if (!fs::is_regular_file(walk->path(), error))
      return Fail(ErrorCode::kRefused, walk->path().lexically_relative(root).generic_string(),
                  "this is no ordinary file", "remove it, or give it another ending");
    const fs::path real = fs::weakly_canonical(walk->path(), error);
    const std::string relative = walk->path().lexically_relative(root).generic_string();
    if (error || real.lexically_relative(root).generic_string().starts_with(".."))
      return Fail(ErrorCode::kRefused, relative, "the file is a link that leads outside the folder", "put the file itself there");
    OXP_TRY(std::string bytes, ReadWhole(real));
    files.push_back({relative, std::move(bytes)});
  }
  if (error) return Fail(ErrorCode::kUnavailable, folder, "the folder cannot be read: " + error.message(), "check its permissions");
  std::sort(files.begin(), files.end(), [](const PackFile& a, const PackFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace oxpecker::engine
