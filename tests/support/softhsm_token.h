// tests/support/softhsm_token.h - a PKCS#11 token for tests: SoftHSM 2 over a folder, with an Ed25519 pair and
// an AES key in it. One a process, since a module reads its settings once. Where SoftHSM is not
// installed (Debian: softhsm2) there is none.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace oxpecker::test {

struct SoftHsmToken {
  std::string module_path;
  std::filesystem::path settings;  // what SOFTHSM2_CONF must name; set in this process
  std::string label;
  std::string pin;
  std::string signing_key;  // labels
  std::string vault_key;
};

std::optional<SoftHsmToken> MakeSoftHsmToken(const std::filesystem::path& folder);

}  // namespace oxpecker::test
