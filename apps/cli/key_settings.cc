#include "apps/cli/key_settings.h"

#include <cstdlib>
#include <optional>
#include <utility>

#include "base/json/value.h"
#include "base/printable.h"

namespace oxpecker::cli {
namespace {

std::optional<std::string> Environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

// In double quotes, as YAML and JSON both read it.
std::string Line(const char* name, const std::string& source) {
  std::string line = std::string("  ") + name + ": ";
  json::AppendString(line, source);
  return line + "\n";
}

}  // namespace

Result<KeySettings> KeySettings::Read(const yaml::Node& config) {
  KeySettings settings;
  const yaml::Node* keys = config.Find("keys");
  if (keys == nullptr) return settings;
  if (keys->kind != yaml::Kind::kMapping)
    return Fail(ErrorCode::kInvalidInput, keys->Place(), "expected 'signing' and 'vault', each with a key source",
                "a file, env:NAME, or pkcs11:...");
  for (const yaml::Entry& entry : keys->entries) {
    std::string* target = entry.key.text == "signing" ? &settings.signing : entry.key.text == "vault" ? &settings.vault : nullptr;
    if (target == nullptr)
      return Fail(ErrorCode::kInvalidInput, entry.key.Place(), "'" + Printable(entry.key.text.substr(0, 40)) + "' is no key of a workspace",
                  "there are two: signing and vault");
    if (entry.value.kind != yaml::Kind::kScalar || entry.value.text.empty())
      return Fail(ErrorCode::kInvalidInput, entry.value.Place(), "expected a key source", "a file, env:NAME, or pkcs11:...");
    *target = entry.value.text;
  }
  return settings;
}

std::string KeySettings::ToYaml() const {
  const std::string about =
      "# Where the private keys are: a file, env:NAME, or pkcs11:token=...;object=...?module-path=...&pin-source=...\n"
      "# Without it they are keys/log.key and keys/vault.key.\n";
  if (signing.empty() && vault.empty()) return about + "#keys:\n#  signing: env:OXPECKER_LOG_KEY\n#  vault: env:OXPECKER_VAULT_KEY\n";
  return about + "keys:\n" + (signing.empty() ? "" : Line("signing", signing)) + (vault.empty() ? "" : Line("vault", vault));
}

Status ApplyKeys(const KeySettings& keys, const std::filesystem::path& root, audit::LogPaths& paths) {
  // Another file takes the place of the usual one in everything, rotation included.
  const auto apply = [&](const std::string& text, std::filesystem::path& file, std::optional<audit::KeySource>& elsewhere) -> Status {
    if (text.empty()) return {};
    OXP_TRY(audit::KeySource source, audit::KeySource::Parse(text, root, Environment));
    if (source.kind() == audit::KeySource::Kind::kFile) file = source.file();
    else elsewhere = std::move(source);
    return {};
  };
  OXP_TRY(apply(keys.signing, paths.signing_key, paths.signing_source));
  return apply(keys.vault, paths.vault_key, paths.vault_source);
}

}  // namespace oxpecker::cli
