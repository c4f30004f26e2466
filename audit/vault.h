// audit/vault.h - the keys that encrypt people's data: one key-encryption key (KEK) for each
// subject, in a database of its own, wrapped by the vault's key. docs/format/vault_v1.md.
//
// Destroying a subject's row makes everything encrypted for that subject unreadable for ever, while
// the log's proofs go on verifying. The vault holds no names: a subject is found by a keyed hash.
// It also holds the legal holds, since a key and what forbids destroying it must change together.
// Thread-safe: KEKs in use are kept in memory, at most `cache_max` of them. From BeginErasure on nobody
// gets that key any more, and none for that subject before it is destroyed; whoever got it before sees to it that
// its record comes first.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/crypto.h"
#include "audit/key_source.h"
#include "base/instant.h"
#include "base/result.h"

namespace oxpecker::audit {

struct Kek {
  std::string id;  // 16 random bytes
  SecretKey key;
};

enum class VaultMode : bool { kRead, kWrite };

struct VaultHold {
  std::string id;           // 16 random bytes
  std::string subject_tag;  // 32 bytes
  std::string placed_at;    // UTC
};

// What changes the vault and is told by a record of the log: it is written down here first, then the
// record is appended, then it is carried out. Where a crash came between, Settle finds out from the
// log whether it was recorded (audit/intents.h). PERSISTED by its words.
enum class VaultAction : std::uint8_t {
  kHold,         // "hold": the hold stands already; taken back where it was not recorded
  kHoldRelease,  // "hold_release"
  kErasure,      // "erasure": the key is there still
  kScrub,        // "scrub": it is destroyed; old copies of its page may be in the WAL
};
std::string_view Name(VaultAction action);

struct VaultIntent {
  std::string id;  // 16 bytes: of the hold or of the erasure, as in the record
  VaultAction action = VaultAction::kHold;
  std::uint64_t log_size = 0;  // records that the log had: the one that tells of it is not below
};

struct SubjectKey {
  std::string kek_id;
  std::string subject_tag;
};

class Vault {
 public:
  static constexpr std::size_t kCacheMax = 65'536;

  // Makes an empty vault, to be used with this key.
  static Status Create(const std::filesystem::path& database, const KeySource& key);
  // kIntegrity where the key is not the one that the vault was made with.
  static Result<std::unique_ptr<Vault>> Open(const std::filesystem::path& database,
                                             const KeySource& key, VaultMode mode,
                                             std::size_t cache_max = kCacheMax);
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  // The subject's KEK, made now where there is none. A new one is not durable before Flush. kUnavailable
  // while that subject is being erased.
  Result<Kek> KekFor(std::string_view subject);
  // Makes new KEKs durable, in one transaction; nothing to do costs nothing.
  Status Flush(Instant now);
  // The KEK of that id; nothing where it was destroyed or never was.
  Result<std::optional<Kek>> Find(std::string_view kek_id);

  // Of a subject that has a key; none is made.
  Result<std::optional<SubjectKey>> KeyOf(std::string_view subject);
  Result<std::vector<SubjectKey>> Keys();  // of all subjects but the log itself
  Result<std::vector<VaultHold>> Holds();  // by time
  // HMAC-SHA256 under the vault's index key: refers to a person and leads nowhere without the vault.
  Digest Reference(std::string_view purpose, std::string_view id, std::string_view person) const;

  // Each in one durable transaction. A hold on a subject without a key: kNotFound.
  Status BeginHold(std::string_view hold_id, std::string_view subject, std::uint64_t log_size, Instant now);
  // The hold need not be there: a vault that was restored may have forgotten it.
  Status BeginHoldRelease(std::string_view hold_id, std::uint64_t log_size);
  // kRefused where a hold covers the subject of that key; kNotFound where there is no such key.
  Status BeginErasure(std::string_view erasure_id, std::string_view kek_id, std::uint64_t log_size);
  Result<std::vector<VaultIntent>> Intents();
  // Carries out what was recorded, takes back what was not. Of an erasure: destroys the key, and leaves
  // an intent to scrub.
  Status Settle(const VaultIntent& intent, bool recorded);
  // Rewrites the file without what was deleted, empties the WAL, and forgets the intents to scrub.
  // Nothing to scrub costs nothing. kUnavailable: somebody reads the vault just now.
  Status Scrub();
  Status Close();

 private:
  class Impl;
  explicit Vault(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace oxpecker::audit
