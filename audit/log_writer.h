// audit/log_writer.h - the sequencer's work, without its thread: gives numbers, builds leaves,
// chain and tree, commits groups, signs heads. Private to this module. Not thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/entry_encoder.h"
#include "audit/files.h"
#include "audit/keys.h"
#include "audit/log_keys.h"
#include "audit/log.h"
#include "audit/log_store.h"
#include "audit/signer.h"
#include "audit/tiles.h"
#include "audit/vault.h"
#include "base/result.h"

namespace oxpecker::audit {

class LogWriter {
 public:
  // See Log::Open.
  static Result<std::unique_ptr<LogWriter>> Open(const LogOptions& options);

  // Commits the entries as one group. The error is the group's: nothing is known of any of them,
  // and the writer must not be used further. Otherwise one result for each entry, in order.
  Result<std::vector<Result<Receipt>>> WriteGroup(std::span<const EncodedEntry* const> entries);

  // Reads the records since the last checkpoint back; signs the head, stores the note, then publishes
  // it. At an unchanged size: the last one again. kIntegrity: the disk holds other records.
  Result<SignedCheckpoint> WriteCheckpoint();

  // Commits the record that announces `next`, signs a head with both keys, and from then on with `next`
  // alone; then puts `next` into the place of the signing key, which is gone. An error is as one of
  // WriteGroup; Open ends what was begun once that head is stored.
  Result<SignedCheckpoint> RotateKey(const EncodedEntry& announcement, SigningKey next);

  std::uint64_t size() const { return tree_.size(); }
  std::uint64_t records_since_checkpoint() const {
    return tree_.size() - last_checkpoint_.checkpoint.size;
  }
  Status Close();
  const std::string& origin() const { return key_->verifier().name(); }
  Vault& vault() { return *vault_; }

 private:
  LogWriter(const LogOptions& options, FileLock lock, LogStore store, std::unique_ptr<Vault> vault,
            std::unique_ptr<Signer> key, LogKeys keys);
  Status Recover();
  Status StartFromLastCheckpoint();
  Status SettleKeys();
  Status StoreKeys(SigningKey next);
  Result<SignedCheckpoint> SignHead(const SigningKey* next_key);
  Status ProveRecent();
  Result<CompactRange> ReadBack(CompactRange range, std::uint64_t size);
  Result<TileTree> TreeOf(const CompactRange& range);
  Status ReplayRecords();
  Status CompareTiles();
  Status CompareHead();
  Status CompareIndex();
  Status ComparePublished();
  Status Publish(const SignedCheckpoint& checkpoint);
  Status WriteEntries(std::span<const EncodedEntry* const> entries,
                      std::vector<Result<Receipt>>& receipts);
  Result<Result<Receipt>> WriteEntry(const EncodedEntry& entry);
  Result<Result<Receipt>> Repeated(const EncodedEntry& entry);

  LogPaths paths_;
  Clock* clock_;
  FileLock lock_;
  LogStore store_;
  std::unique_ptr<Vault> vault_;
  std::unique_ptr<Signer> key_;
  LogKeys keys_;  // its public half and those before
  TileTree tree_;
  CompactRange sealed_range_;  // that of the last checkpoint
  Digest last_leaf_hash_;
  std::uint64_t decisions_ = 0;    // as the head counts them
  std::uint64_t checkpoints_ = 0;  // likewise
  SignedCheckpoint last_checkpoint_;
};

}  // namespace oxpecker::audit
