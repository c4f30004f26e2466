// audit/vault.h - the keys that encrypt people's data: one key-encryption key (KEK) for each
// subject, in a database of its own, wrapped by the vault's key. docs/format/vault_v1.md.
//
// Destroying a subject's row makes everything encrypted for that subject unreadable for ever, while
// the log's proofs go on verifying. The vault holds no names: a subject is found by a keyed hash.
// Thread-safe: one mutex; KEKs in use are kept in memory, at most `cache_max` of them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "audit/crypto.h"
#include "base/instant.h"
#include "base/result.h"

namespace oxpecker::audit {

struct Kek {
  std::string id;  // 16 random bytes
  SecretKey key;
};

enum class VaultMode : bool { kRead, kWrite };

class Vault {
 public:
  static constexpr std::size_t kCacheMax = 65'536;

  // Makes an empty vault, to be used with the key in `key_file`.
  static Status Create(const std::filesystem::path& database,
                       const std::filesystem::path& key_file);
  // kIntegrity where the key is not the one that the vault was made with.
  static Result<std::unique_ptr<Vault>> Open(const std::filesystem::path& database,
                                             const std::filesystem::path& key_file, VaultMode mode,
                                             std::size_t cache_max = kCacheMax);
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  // The subject's KEK, made now where there is none. A new one is not durable before Flush.
  Result<Kek> KekFor(std::string_view subject);
  // Makes new KEKs durable, in one transaction; nothing to do costs nothing.
  Status Flush(Instant now);
  // The KEK of that id; nothing where it was destroyed or never was.
  Result<std::optional<Kek>> Find(std::string_view kek_id);
  Status Close();

 private:
  class Impl;
  explicit Vault(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace oxpecker::audit
