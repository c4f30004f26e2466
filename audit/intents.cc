#include "audit/intents.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "audit/leaf.h"
#include "audit/record.h"
#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

struct Open {
  VaultIntent intent;
  std::string_view kind;   // of the record that tells of it
  std::string member;      // as it stands in that record's `about`
  bool recorded = false;
};

Open OpenOf(VaultIntent intent) {
  const bool erases = intent.action == VaultAction::kErasure || intent.action == VaultAction::kScrub;
  const RecordKind kind = erases                                       ? RecordKind::kErasure
                          : intent.action == VaultAction::kHoldRelease ? RecordKind::kHoldRelease
                                                                       : RecordKind::kHold;
  std::string member = std::string(erases ? "\"erasure\":\"" : "\"hold\":\"") + HexEncode(intent.id) + "\"";
  return {std::move(intent), Name(kind), std::move(member)};
}

// What the records from `first` on tell of the open ones.
Status LookUp(LogStore& store, std::uint64_t first, std::vector<Open>& all) {
  OXP_TRY(store.SeekRecords(first));
  LeafView leaf;
  while (true) {
    RecordRow row;
    OXP_TRY(const bool more, store.NextRecord(row));
    if (!more) return {};
    const Status decoded = DecodeLeaf(row.leaf, leaf);
    if (!decoded) {
      store.EndRecords();
      return Fail(ErrorCode::kIntegrity, "record " + std::to_string(row.seq), "its leaf is malformed",
                  "run oxpecker-verify on this log");
    }
    for (Open& open : all)
      if (leaf.seq >= open.intent.log_size && leaf.kind == open.kind && leaf.about.find(open.member) != leaf.about.npos)
        open.recorded = true;
  }
}

}  // namespace

Status SettleIntents(LogStore& store, Vault& vault) {
  OXP_TRY(std::vector<VaultIntent> intents, vault.Intents());
  if (intents.empty()) return {};
  std::vector<Open> all;
  std::uint64_t first = kSeqMax;
  for (VaultIntent& intent : intents) {
    first = std::min(first, intent.log_size);
    all.push_back(OpenOf(std::move(intent)));
  }
  OXP_TRY(LookUp(store, first, all));
  for (const Open& open : all) {
    OXP_TRY(vault.Settle(open.intent, open.recorded));
  }
  const Status scrubbed = vault.Scrub();
  if (!scrubbed && scrubbed.error().code != ErrorCode::kUnavailable) return scrubbed;
  return {};
}

}  // namespace oxpecker::audit
