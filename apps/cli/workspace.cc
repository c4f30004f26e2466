#include "apps/cli/workspace.h"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

#include "apps/cli/command.h"
#include "apps/cli/system.h"
#include "base/embedded_file.h"
#include "base/encoding.h"
#include "base/json/document.h"
#include "base/printable.h"
#include "engine/pack_tests/pack_tests.h"
#include "engine/recording_decider.h"
#include "rules/rulebook/form.h"
#include "rules/rulebook/yaml_reader.h"

namespace oxpecker::cli {

extern const std::span<const EmbeddedFile> kPackFiles;      // rules/packs/retail
extern const std::span<const EmbeddedFile> kExampleFiles;   // examples/customers

namespace {

namespace fs = std::filesystem;

constexpr const char* kKeysFolder = "keys";
constexpr const char* kConfigFile = "oxpecker.yaml";

Status MakeFolder(const fs::path& path, mode_t mode) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return Fail(ErrorCode::kUnavailable, path.string(), "the folder cannot be made: " + error.message());
  ::chmod(path.c_str(), mode);
  return {};
}

// In double quotes, as YAML and JSON both read it.
std::string Quoted(const std::string& text) {
  std::string out;
  json::AppendString(out, text);
  return out;
}

// Into the folder `to`, which is there and keeps its mode.
Status CopyOut(std::span<const EmbeddedFile> files, const fs::path& to) {
  for (const EmbeddedFile& file : files) {
    const fs::path path = to / std::string(file.path);
    if (path.parent_path() != to) {
      OXP_TRY(MakeFolder(path.parent_path(), 0755));
    }
    OXP_TRY(WriteFile(path, file.bytes));
  }
  return {};
}

// What `init` made is not there any more, or is no such file. Keys are not among the parts that must
// be there: a copy for somebody who may not open sections comes without them.
Error Damage(Error error) {
  if (fs::path(error.place).parent_path().filename() == kKeysFolder) return error;
  if (error.place.starts_with("env:") || error.place.starts_with("pkcs11:")) return error;
  if (error.code != ErrorCode::kNotFound && error.code != ErrorCode::kInvalidInput) return error;
  error.code = ErrorCode::kIntegrity;
  error.hint = "a part of this workspace is lost or damaged: put it back from a copy, then run 'oxpecker log verify'";
  return error;
}

template <typename T>
Result<T> OrDamage(Result<T> result) {
  if (!result) return std::unexpected(Damage(std::move(result).error()));
  return result;
}

bool IsEmptyOrMissing(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return true;
  return fs::is_directory(folder, error) && fs::is_empty(folder, error);
}

constexpr std::int64_t kHeartbeatMinutesMax = 1'440;

// The part `log` of the settings; without it, what the log's own defaults are.
Result<audit::CheckpointCadence> CadenceOf(const yaml::Node& config) {
  audit::CheckpointCadence cadence;
  const yaml::Node* log = config.Find("log");
  if (log == nullptr) return cadence;
  if (log->kind != yaml::Kind::kMapping)
    return Fail(ErrorCode::kInvalidInput, log->Place(), "expected a line for each setting of the log", "as '  heartbeat_minutes: 10'");
  for (const yaml::Entry& entry : log->entries) {
    if (entry.key.text != "heartbeat_minutes")
      return Fail(ErrorCode::kInvalidInput, entry.key.Place(), "'" + Printable(entry.key.text.substr(0, 40)) + "' is no setting of the log",
                  "there is one: heartbeat_minutes");
    const std::string& text = entry.value.text;
    std::int64_t minutes = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, minutes);
    const bool number = entry.value.kind == yaml::Kind::kScalar && !entry.value.quoted && read.ec == std::errc() && read.ptr == end;
    if (!number || minutes < 0 || minutes > kHeartbeatMinutesMax)
      return Fail(ErrorCode::kInvalidInput, entry.value.Place(), "expected a whole number of minutes from 0 to 1440",
                  "0: silence is not recorded");
    cadence.heartbeat = std::chrono::minutes(minutes);
  }
  return cadence;
}

// A file that the workspace keeps; a pipe in its place would wait for ever.
Result<std::string> ReadOwnFile(const fs::path& file) {
  std::error_code error;
  if (fs::exists(file, error) && !fs::is_regular_file(file, error))
    return Fail(ErrorCode::kInvalidInput, file.string(), "is a device, pipe or folder, expected a file");
  return ReadFile(file);
}

// A setting that is misspelt would be none, and 'retenton' keeps nothing.
Status CheckNames(const yaml::Node& config) {
  const std::vector<std::string> settings = {"entity", "keys", "log", "origin", "retention", "workspace"};
  for (const yaml::Entry& entry : config.entries) {
    if (std::ranges::find(settings, entry.key.text) != settings.end()) continue;
    const std::string nearest = rules::Nearest(entry.key.text, settings);
    return Fail(ErrorCode::kInvalidInput, entry.key.Place(), "'" + Printable(entry.key.text.substr(0, 40)) + "' is no setting of a workspace",
                nearest.empty() ? "settings are: entity, keys, log, origin, retention, workspace" : "did you mean '" + nearest + "'?");
  }
  return {};
}

// The settings are for this build, and for the log that stands there.
Status CheckSettings(const fs::path& file, const yaml::Node& config, const fs::path& verifier_key) {
  const yaml::Node* format = config.Find("workspace");
  if (format == nullptr || format->text != "1")
    return Fail(format == nullptr ? ErrorCode::kInvalidInput : ErrorCode::kUnsupported, file.string(),
                format == nullptr ? "the line 'workspace: 1' is missing" : "a workspace of another format; this build reads 1",
                "'oxpecker init' writes this file");
  const auto key = audit::LogKeys::FromFileOrText(verifier_key.string());
  const yaml::Node* origin = config.Find("origin");
  if (origin == nullptr || !key || origin->text == key->name()) return {};
  return Fail(ErrorCode::kIntegrity, file.string(), "names the log " + origin->text + ", the key is that of " + key->name(),
              "restore the file, or the key that belongs to it");
}

}  // namespace

Result<Workspace> Workspace::Find(const std::string& folder) {
  std::error_code error;
  fs::path at = fs::absolute(folder.empty() ? "." : folder, error);
  if (folder.empty()) {
    while (!fs::exists(at / kConfigFile, error) && at.has_parent_path() && at != at.parent_path()) at = at.parent_path();
  }
  if (!fs::exists(at / kConfigFile, error))
    return Fail(ErrorCode::kNotFound, folder.empty() ? fs::current_path(error).string() : folder,
                "this is no workspace: there is no oxpecker.yaml",
                "make one with 'oxpecker init DIR', or name one with --workspace DIR");
  OXP_TRY(std::string text, ReadOwnFile(at / kConfigFile));
  auto config = yaml::Read((at / kConfigFile).string(), text, {});
  if (!config) return std::unexpected(config.error().front());
  Workspace workspace;
  workspace.root_ = at.lexically_normal();
  OXP_TRY(CheckNames(*config));
  workspace.log_paths_ = audit::LogPaths::Under(workspace.root_);
  OXP_TRY(const KeySettings keys, KeySettings::Read(*config));
  OXP_TRY(ApplyKeys(keys, workspace.root_, workspace.log_paths_));
  OXP_TRY(CheckSettings(at / kConfigFile, *config, workspace.log_paths().verifier_key));
  OXP_TRY(workspace.cadence_, CadenceOf(*config));
  if (const yaml::Node* entity = config->Find("entity")) workspace.entity_ = entity->text;
  return workspace;
}

namespace {

Result<std::string> NewOrigin(const audit::LogPaths& paths) {
  const audit::KeySource signing = paths.SigningSource();
  if (signing.kind() == audit::KeySource::Kind::kEnvironment) {
    OXP_TRY(const std::unique_ptr<audit::Signer> signer, audit::OpenSigner(signing, {}));
    return signer->verifier().name();
  }
  OXP_TRY(std::string random, RandomBytes(8));
  return "oxpecker.local/" + HexEncode(random) + "/decisions";
}

}  // namespace

Result<Workspace> Workspace::Create(const fs::path& folder, const std::string& entity, Clock& clock, const KeySettings& keys) {
  if (!IsEmptyOrMissing(folder))
    return Fail(ErrorCode::kRefused, folder.string(), "the folder is not empty",
                "name a new folder, or remove what is in it");
  Workspace workspace;
  std::error_code error;
  workspace.root_ = fs::absolute(folder, error).lexically_normal();
  workspace.log_paths_ = audit::LogPaths::Under(workspace.root_);
  OXP_TRY(ApplyKeys(keys, workspace.root_, workspace.log_paths_));
  OXP_TRY(const std::string origin, NewOrigin(workspace.log_paths_));
  workspace.entity_ = entity;
  OXP_TRY(MakeFolder(workspace.root_, 0700));
  OXP_TRY(MakeFolder(workspace.rules(), 0755));
  OXP_TRY(CopyOut(kPackFiles, workspace.rules()));
  OXP_TRY(CopyOut(kExampleFiles, workspace.root_));
  OXP_TRY(MakeFolder(workspace.root_ / "schemas", 0755));
  for (const rules::PackFile& schema : engine::EmbeddedSchemas()) {
    OXP_TRY(WriteFile(workspace.root_ / schema.path, schema.bytes));
  }
  OXP_TRY(MakeFolder(workspace.releases(), 0755));
  OXP_TRY(audit::CreateLog(workspace.log_paths(), origin, clock));

  OXP_TRY(std::vector<rules::PackFile> files, engine::ReadPackFolder(workspace.rules().string()));
  auto release = engine::Release::Build(files);
  if (!release) return std::unexpected(release.error().front());
  auto tests = engine::RunPackTests(*release, files);
  if (!tests) return std::unexpected(tests.error().front());
  if (!tests->ok()) return Fail(ErrorCode::kRefused, workspace.rules().string(), "the pack that ships fails its own tests");
  OXP_TRY(workspace.StoreRelease(**release));
  OXP_TRY(std::unique_ptr<audit::Log> log, workspace.OpenLog(clock));
  OXP_TRY(log->Append(engine::RecordOf(**release, engine::PackTestRun::kPassed, clock.Now())));
  OXP_TRY(log->Close());
  OXP_TRY(workspace.Activate(**release));
  // Last, so that a folder that has it is whole.
  OXP_TRY(WriteFile(workspace.root_ / kConfigFile,
                    "# A workspace of Oxpecker. Commands find it from here or from any folder below.\n"
                    "workspace: 1\n"
                    "entity: " + Quoted(entity) + "   # whose decisions these are; stands on reports\n"
                    "origin: " + Quoted(origin) + "   # name of the log and of its key\n" + keys.ToYaml() +
                    "# How long an open log may be silent before a record says that nothing was recorded (0: no such records).\n"
                    "#log:\n"
                    "#  heartbeat_minutes: 10\n"
                    "# How many days a record must be kept before its customer's data may be erased, by kind of record.\n"
                    "# What stands here is the bank's to say; without it nothing is kept from a request, and nothing expires.\n"
                    "#retention:\n"
                    "#  decision: 1826\n"
                    "#  refusal: 366\n"));
  return workspace;
}

Result<std::string> Workspace::ActiveDigest() const {
  OXP_TRY(std::string text, OrDamage(ReadOwnFile(releases() / "active")));
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  if (text.size() != 64 || !HexDecode(text))
    return Fail(ErrorCode::kIntegrity, (releases() / "active").string(), "the file names no release",
                "run 'oxpecker release activate DIGEST'");
  return text;
}

Checked<std::shared_ptr<const engine::Release>> Workspace::LoadRelease(const std::string& digest_or_prefix) const {
  std::vector<fs::path> found;
  std::error_code error;
  if (!fs::is_directory(releases(), error))
    return std::unexpected(Issues{Damage({ErrorCode::kNotFound, releases().string(), "the folder of releases is missing", {}})});
  for (const fs::directory_entry& entry : fs::directory_iterator(releases(), error)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".json") && name.starts_with(digest_or_prefix)) found.push_back(entry.path());
  }
  const auto refuse = [&](ErrorCode code, std::string message, std::string hint) {
    return std::unexpected(Issues{{code, "release " + digest_or_prefix, std::move(message), std::move(hint)}});
  };
  if (digest_or_prefix.size() < 4 || found.empty())
    return refuse(ErrorCode::kNotFound, "there is no such release", "'oxpecker release list' names them");
  if (found.size() > 1) return refuse(ErrorCode::kInvalidInput, "several releases begin so", "give more of the digest");
  auto text = ReadOwnFile(found.front());
  if (!text) return std::unexpected(Issues{text.error()});
  if (Sha256(*text).ToHex() + ".json" != found.front().filename().string())
    return refuse(ErrorCode::kIntegrity, "the file does not have the digest in its name: it was changed",
                  "restore it; 'oxpecker replay' reads the release from the log instead");
  return engine::Release::Load(*text);
}

Checked<std::shared_ptr<const engine::Release>> Workspace::ActiveRelease() const {
  auto digest = ActiveDigest();
  if (!digest) return std::unexpected(Issues{digest.error()});
  auto release = LoadRelease(*digest);
  if (!release)
    for (Error& issue : release.error()) issue = Damage(std::move(issue));
  return release;
}

Status Workspace::CheckInForce(const engine::Release& release) const {
  OXP_TRY(audit::LogReader reader, OrDamage(audit::LogReader::Open(log_paths(), audit::WithVault::kNo)));
  const std::string active = release.digest().ToHex();
  for (std::uint64_t seq = reader.size(); seq-- > 0;) {
    OXP_TRY(const audit::Record record, OrDamage(reader.Read(seq)));
    const json::Value* named = record.about.Find("release");
    if (named == nullptr || named->string() == nullptr) continue;
    if (*named->string() == active) return {};
    return Fail(ErrorCode::kIntegrity, (releases() / "active").string(),
                "the file names release " + active.substr(0, 12) + ", but the log's last word (record " + std::to_string(seq) +
                    ") is release " + named->string()->substr(0, 12),
                "'oxpecker release activate " + active.substr(0, 12) + "' puts it in force, with its tests and on record");
  }
  return {};
}

Status Workspace::CheckOutput(const fs::path& file) const {
  std::error_code error;
  const fs::path inside = fs::weakly_canonical(fs::absolute(file, error), error).lexically_relative(fs::weakly_canonical(root_, error));
  const std::string first = inside.empty() ? "" : inside.begin()->string();
  for (const char* own : {"log", "vault", "keys", "releases", kConfigFile})
    if (first == own)
      return Fail(ErrorCode::kRefused, file.string(), "the workspace keeps its own there: evidence, keys, settings",
                  "name a file somewhere else");
  return {};
}

Status Workspace::StoreRelease(const engine::Release& release) const {
  return WriteFile(releases() / (release.digest().ToHex() + ".json"), release.document());
}

Status Workspace::Activate(const engine::Release& release) const {
  return WriteFile(releases() / "active", release.digest().ToHex() + "\n");
}

Result<std::unique_ptr<audit::Log>> Workspace::OpenLog(Clock& clock) const {
  audit::LogOptions options;
  options.paths = log_paths();
  options.clock = &clock;
  options.cadence = cadence_;
  return OrDamage(audit::Log::Open(std::move(options)));
}

Result<std::unique_ptr<audit::Log>> Workspace::OpenProvenLog(Clock& clock, Counting progress) const {
  audit::LogOptions options;
  options.paths = log_paths();
  options.clock = &clock;
  options.cadence = cadence_;
  options.prove = audit::ProveAtOpening::kWhole;
  options.progress = std::move(progress);
  return OrDamage(audit::Log::Open(std::move(options)));
}

Result<audit::LogReader> Workspace::OpenReader(audit::WithVault with_vault) const {
  return OrDamage(audit::LogReader::Open(log_paths(), with_vault));
}

Result<audit::LogVerification> Workspace::Verify(std::function<void(std::uint64_t, std::uint64_t)> progress) const {
  audit::VerifyOptions options;
  OXP_TRY(options.key, audit::LogKeys::FromFileOrText(log_paths().verifier_key.string()));
  auto note = ReadOwnFile(log_paths().published_checkpoint);
  // Without it a log that lost its tail would look whole: its absence is a finding.
  options.must_be_published = true;
  if (note) options.published_note = *std::move(note);
  else if (note.error().code != ErrorCode::kNotFound) return std::unexpected(Damage(std::move(note).error()));
  options.progress = std::move(progress);
  return OrDamage(audit::VerifyLog(log_paths().database, options));
}

namespace {

// "17" or "#17"; a decision's id begins with 0, so no prefix of one is taken for a number.
std::optional<std::uint64_t> RecordNumber(std::string_view text) {
  if (text.starts_with('#')) text.remove_prefix(1);
  const bool digits = !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (!digits || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return number;
}

}  // namespace

void WarnOfDamage(const Error& first_damage) {
  PrintError("WARNING: THE LOG IS BROKEN at " + Printable(first_damage.place) + ": " + Printable(first_damage.message) +
             ".\nThe record asked for is intact by itself: its leaf has its hash, and its sections open. That nothing was\n"
             "removed or exchanged around it is not proven. Keep the log as it is; 'oxpecker log verify' says what to do.\n\n");
}

// The customer's id, from the section of the facts; empty where it was erased or never readable.
Result<std::string> CustomerOf(audit::LogReader& reader, const audit::Record& record) {
  auto facts = reader.Decrypt(record, "facts");
  if (!facts && facts.error().code == ErrorCode::kNotFound) return std::string();
  if (!facts) return std::unexpected(facts.error());
  const auto document = json::Document::Parse(*facts, {});
  if (!document || document->root().kind() != json::Kind::kObject) return std::string();
  const auto customer = document->root().Find("customer");
  const auto id = customer && customer->kind() == json::Kind::kObject ? customer->Find("id") : std::nullopt;
  return id && id->kind() == json::Kind::kString ? std::string(id->text()) : std::string();
}

namespace {

// Somebody wrote a customer's id, most likely.
std::string HintAtList(const std::string& text) {
  const bool plain = !text.empty() && text.size() <= 64 &&
                     text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == std::string::npos &&
                     text.front() != '-';
  return "a customer's decisions are listed by 'oxpecker log list --customer " + (plain ? text : "ID") + "'";
}

}  // namespace

Result<std::uint64_t> FindDecision(audit::LogReader& reader, const std::string& id_or_prefix) {
  if (const auto number = RecordNumber(id_or_prefix)) {
    if (*number < reader.size()) return *number;
    return Fail(ErrorCode::kNotFound, "record " + std::to_string(*number),
                "the log has no record of that number, but " + std::to_string(reader.size()) + " from 0 on",
                "'oxpecker log stats' counts them");
  }
  std::string id = id_or_prefix;
  std::ranges::transform(id, id.begin(), [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  auto seq = reader.Find(id);
  if (!seq && seq.error().code == ErrorCode::kNotFound) {
    Error error = seq.error();
    error.hint = "'oxpecker decide' and 'oxpecker log list' print the ids; " + HintAtList(id_or_prefix);
    return std::unexpected(std::move(error));
  }
  const bool no_id = id.find_first_not_of("0123456789abcdef-") != std::string::npos;
  if (!seq && seq.error().code == ErrorCode::kInvalidInput && no_id) {
    Error error = seq.error();
    error.hint = "give the id, at least its first 4 characters, or the number of its record (17); " + HintAtList(id_or_prefix);
    return std::unexpected(std::move(error));
  }
  if (!seq) return seq;
  // The index beside the records is a convenience, not evidence: the leaf has the last word.
  OXP_TRY(audit::Record record, reader.Read(*seq));
  if (!record.decision_id || !record.decision_id->str().starts_with(id))
    return Fail(ErrorCode::kIntegrity, "record " + std::to_string(*seq),
                "the index of decisions leads to a record of another decision: it was altered",
                "run 'oxpecker log verify', and keep the log as it is");
  return seq;
}

}  // namespace oxpecker::cli
