// audit/chain.h - what must be true of a log, as a state machine over its rows: the core of the
// verifier. No SQLite, no clock, no threads; copying a LogCheck copies its whole state.
//
// Feed it the heads; then for each record in order its row and key, its sections, and the end of
// it; each checkpoint when the log has its size; and Finish. Every function returns the break it
// found, if any; after a break the object is of no further use. A row's bytes must stay valid until
// EndRecord.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/log_keys.h"
#include "audit/leaf.h"
#include "audit/tables.h"
#include "audit/tiles.h"
#include "audit/verify.h"

namespace oxpecker::audit {

using MaybeBreak = std::optional<Break>;

class LogCheck {
 public:
  explicit LogCheck(std::optional<LogKeys> keys) : keys_(std::move(keys)) {}

  // There is one head; its origin is the key's name.
  MaybeBreak Begin(std::span<const HeadRow> heads);
  // The record has the next number, its leaf hashes to what is stored, continues the chain, is well
  // formed, and its wrapped key is the one that it names. `key` is null where no row bears its
  // number.
  MaybeBreak BeginRecord(const RecordRow& row, const KeyRow* key);
  // The section is the next one that the record names, with that name, size and digest.
  MaybeBreak AddSection(const SectionRow& row);
  // The same but for the digest, which the caller compares with the one that `named` gets.
  MaybeBreak AddSection(const SectionRow& row, SectionReference& named);
  // All sections were there.
  MaybeBreak EndRecord();
  // The decision index knows the record that was added last. An error is the index's own.
  Result<MaybeBreak> CheckIndex(DecisionIndex& index) const;
  // The tiles that became full with that record are stored as such.
  Result<MaybeBreak> CheckFullTiles(TileTable& tiles) const;
  // The checkpoint is one of this log at its present size, by its key (where one is given). The
  // first one is that of the empty log.
  MaybeBreak AddCheckpoint(const CheckpointRow& row);
  // The same for a checkpoint that is kept outside the log, once the log's own at this size was
  // added: the log must hold it too.
  MaybeBreak AddPublished(const std::string& note);
  // The head is the one of the records that were added, and counts their decision ids and the
  // checkpoints; the index has as many entries as there were decision ids.
  MaybeBreak Finish(const HeadRow& head, std::uint64_t index_count) const;

  // Those that are not full are stored too, above level 0, and there are no others.
  Result<MaybeBreak> FinishTiles(TileTable& tiles) const;

  std::uint64_t size() const { return tree_.size(); }
  std::uint64_t checkpoints() const { return checkpoints_; }
  std::uint64_t sealed_size() const { return sealed_size_; }
  std::uint64_t bytes() const { return bytes_; }
  Digest root() const { return tree_.range().Root(); }
  std::string_view kind() const { return leaf_.kind; }  // of the record that ended last
  const std::optional<LogKeys>& keys() const { return keys_; }

 private:
  MaybeBreak CheckKey(const KeyRow* key) const;
  MaybeBreak ReadAnnouncement();
  MaybeBreak CheckNote(const std::string& note, const std::string& place);

  std::optional<LogKeys> keys_;
  std::optional<VerifierKey> announced_;  // by a record of this log: signs the next head too, if it takes over
  std::string origin_;
  TileTree tree_;
  std::vector<Tile> grown_;  // with the record that ended last
  Digest last_leaf_hash_;
  LeafView leaf_;                   // of the record that began last; reused
  Digest hash_;                     // of the record between BeginRecord and EndRecord
  std::size_t sections_added_ = 0;  // to it
  std::uint64_t decisions_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t checkpoints_ = 0;
  std::uint64_t sealed_size_ = 0;
};

Break SectionDiffers(std::uint64_t seq, std::string_view name, const Digest& expected, const Digest& found);

// The 16 bytes of a well-formed decision id.
std::string DecisionIdBytes(std::string_view decision_id);

// Runs a LogCheck over whole tables. The error is one of reading, never a broken log.
Result<LogVerification> VerifyTables(LogTables& tables, const VerifyOptions& options);

}  // namespace oxpecker::audit
