// audit/key_wrapping.h - wraps the keys of the vault under its own: AES-256-GCM, 60 bytes, the same bytes
// whether the key is in memory or in a token (docs/format/vault_v1.md). Private to this module; thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "audit/crypto.h"
#include "audit/key_source.h"
#include "base/result.h"

namespace oxpecker::audit {

class KeyWrapping {
 public:
  virtual ~KeyWrapping() = default;
  virtual Result<std::string> Wrap(std::string_view nonce, std::string_view aad, const SecretKey& key) const = 0;
  // Nothing where the bytes were altered, or wrapped under another key or for another place.
  virtual Result<std::optional<SecretKey>> Unwrap(std::string_view aad, std::string_view wrapped) const = 0;
};

Result<std::unique_ptr<KeyWrapping>> OpenKeyWrapping(const KeySource& source);

}  // namespace oxpecker::audit
