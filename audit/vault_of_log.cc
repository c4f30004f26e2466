#include "audit/vault_of_log.h"

#include <optional>
#include <string>

#include "audit/kinds.h"
#include "audit/leaf.h"

namespace oxpecker::audit {
namespace {

constexpr std::uint64_t kRecordsLookedAt = 64;

struct OwnKey {
  std::int64_t seq = 0;
  std::string kek_id;
};

// Of the first record that is about nobody. Damage on the way is the verifier's to tell.
Result<std::optional<OwnKey>> OwnKeyOf(LogSnapshot& snapshot) {
  OXP_TRY(snapshot.Seek(0));
  RecordRow row;
  KeyRow key;
  LeafView leaf;
  OXP_TRY(bool has_key, snapshot.NextKey(key));
  for (std::uint64_t looked = 0; looked < kRecordsLookedAt; ++looked) {
    OXP_TRY(const bool more, snapshot.NextRecord(row));
    if (!more) break;
    while (has_key && key.seq < row.seq) {
      OXP_TRY(has_key, snapshot.NextKey(key));
    }
    if (!has_key || key.seq != row.seq || !DecodeLeaf(row.leaf, leaf)) continue;
    const auto kind = RecordKindFromName(leaf.kind);
    if (kind && DefinitionOf(*kind).key == SectionKey::kLog && leaf.key == Sha256(key.kek_id, key.wrapped_dek))
      return std::optional<OwnKey>(OwnKey{key.seq, std::string(key.kek_id)});
  }
  return std::optional<OwnKey>();
}

}  // namespace

Status CheckVaultOfLog(LogSnapshot& snapshot, Vault& vault, const std::filesystem::path& vault_file) {
  const auto found = OwnKeyOf(snapshot);
  if (!found || !*found) return {};
  const OwnKey& own = **found;
  OXP_TRY(const auto in_vault, vault.KeyOf(""));
  if (in_vault && in_vault->kek_id == own.kek_id) return {};
  return Fail(ErrorCode::kIntegrity, vault_file.string(),
              "is not the vault of this log, or a copy from before its first records: it has not the log's own key, that of record " +
                  std::to_string(own.seq),
              "put back the vault that belongs to this log, with its key file (keys/vault.key). Nothing was written");
}

}  // namespace oxpecker::audit
