// apps/cli/key_settings.h - where a workspace's private keys are, as oxpecker.yaml says. Private to the program.
//
//   keys:
//     signing: env:OXPECKER_LOG_KEY
//     vault: pkcs11:token=bank;object=vault?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/etc/oxpecker/pin
#pragma once

#include <filesystem>
#include <string>

#include "audit/log.h"
#include "base/result.h"
#include "rules/rulebook/yaml_reader.h"

namespace oxpecker::cli {

// Sources as audit/key_source.h has them; empty: the file in keys/.
struct KeySettings {
  std::string signing;
  std::string vault;

  static Result<KeySettings> Read(const yaml::Node& config);
  std::string ToYaml() const;  // the lines above, or the same as comments where nothing is set
};

// Variables are looked up now; one that is missing is told by whoever needs the key.
Status ApplyKeys(const KeySettings& keys, const std::filesystem::path& root, audit::LogPaths& paths);

}  // namespace oxpecker::cli
