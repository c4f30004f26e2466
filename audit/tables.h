// audit/tables.h - the stored tables of a log as rows of bytes, unchecked: the port between the
// verifier and whatever holds the rows (SQLite; memory in tests). docs/format/log_store_v1.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/tiles.h"
#include "base/result.h"

namespace oxpecker::audit {

// Views are valid until the next call of the function that filled the row.
struct RecordRow {
  std::int64_t seq = 0;
  std::string_view leaf;
  std::string_view leaf_hash;
};
struct KeyRow {
  std::int64_t seq = 0;
  std::string_view kek_id;
  std::string_view wrapped_dek;
};
struct SectionRow {
  std::int64_t seq = 0;  // id div 16, rounded down
  std::int64_t ordinal = 0;
  std::string_view name;
  std::string_view ciphertext;
};
struct HeadRow {
  std::string origin;
  std::int64_t size = 0;
  std::string root;
  std::string frontier;
  std::string last_leaf_hash;
  std::int64_t decisions = 0;    // records with a decision id
  std::int64_t checkpoints = 0;  // rows of `checkpoint`
};
struct CheckpointRow {
  std::int64_t size = 0;
  std::string note;
  std::string frontier;
};

// The index from decision ids (16 bytes) to records.
class DecisionIndex {
 public:
  virtual ~DecisionIndex() = default;
  virtual Result<std::optional<std::int64_t>> SeqOf(std::string_view decision_id) = 0;
  virtual Result<std::uint64_t> Count() = 0;
};

// The stored tiles of the tree.
class TileTable {
 public:
  virtual ~TileTable() = default;
  virtual Result<std::optional<std::string>> TileAt(TilePlace place) = 0;  // its hashes
  virtual Result<std::uint64_t> TileCount() = 0;
};

// Each Next gives its table's rows in ascending order of their key, false at the end.
class LogTables : public DecisionIndex, public TileTable {
 public:
  virtual Result<std::vector<HeadRow>> Heads() = 0;  // at most 2: more than one is wrong anyway
  virtual Result<bool> NextRecord(RecordRow& row) = 0;
  virtual Result<bool> NextKey(KeyRow& row) = 0;
  virtual Result<bool> NextSection(SectionRow& row) = 0;
  virtual Result<bool> NextCheckpoint(CheckpointRow& row) = 0;
};

}  // namespace oxpecker::audit
