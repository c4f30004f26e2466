// audit/log_store.h - the log's tables in SQLite: format "log store 1",
// docs/format/log_store_v1.md. Private to this module. Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/log_schema.h"
#include "audit/merkle.h"
#include "audit/sqlite_database.h"
#include "audit/tables.h"
#include "audit/tiles.h"
#include "base/result.h"

namespace oxpecker::audit {

// One snapshot of all tables, opened for reading only. No tables where the definitions are not
// those of the format, or where the file's trees are not whole: what stands in such tables is not
// what it seems.
struct OpenedTables {
  std::unique_ptr<LogTables> tables;
  std::optional<SchemaDifference> schema;
  std::optional<std::string> defect;  // SqliteDatabase::FirstDefect
};
Result<OpenedTables> OpenLogTables(const std::filesystem::path& file, bool all_pages);

// The head that belongs to a range of leaves, so many of them with a decision id, and to the
// checkpoints stored so far.
HeadRow MakeHead(const std::string& origin, const CompactRange& range, const Digest& last_leaf_hash,
                 std::uint64_t decisions, std::uint64_t checkpoints);

// The writer's side.
class LogStore {
 public:
  static Status Create(const std::filesystem::path& database, const std::string& origin);
  static Result<LogStore> Open(const std::filesystem::path& database);

  Status Begin();
  Status Commit();
  void Rollback();  // after a failed statement or commit; errors change nothing any more

  Status InsertRecord(std::uint64_t seq, std::string_view leaf, std::string_view leaf_hash);
  Status InsertKey(std::uint64_t seq, std::string_view kek_id, std::string_view wrapped_dek);
  Status InsertSection(std::uint64_t seq, std::size_t ordinal, std::string_view name,
                       std::string_view ciphertext);
  // False: the id is there already (see SeqOf).
  Result<bool> InsertDecision(std::string_view decision_id, std::uint64_t seq);
  // kIntegrity where the stored head is not at `old_size`: somebody else wrote.
  Status UpdateHead(const HeadRow& head, std::uint64_t old_size);
  Status InsertCheckpoint(std::uint64_t size, std::string_view note, std::string_view frontier);
  Status PutTile(const Tile& tile);  // or its longer form in place of the shorter one

  Result<std::vector<HeadRow>> Heads();
  Result<std::optional<CheckpointRow>> LastCheckpoint();
  // The newest one over at most `size` records.
  Result<std::optional<CheckpointRow>> CheckpointAtMost(std::uint64_t size);
  Result<std::optional<std::string>> CheckpointAt(std::uint64_t size);  // its note
  Result<std::optional<std::int64_t>> SeqOf(std::string_view decision_id);
  // Rows of `dek` or `section` for records from `size` on.
  Result<bool> HasStrayRows(std::uint64_t size);
  Result<std::uint64_t> DecisionCount();  // rows of the index; reads all of its pages
  Result<std::uint64_t> CheckpointCount();
  // Records from `seq` on; views valid until the next call.
  Status SeekRecords(std::uint64_t seq);
  Result<bool> NextRecord(RecordRow& row);
  void EndRecords();  // before the last one was reached
  // One record and its key. False where there is none.
  Result<bool> ReadRecord(std::uint64_t seq, std::string& leaf, std::string& leaf_hash,
                          std::string& kek_id, std::string& wrapped_dek);

  Result<std::optional<std::string>> TileAt(TilePlace place);

  // Moves the WAL into the database when it has grown; at the end, all of it.
  Status TidyWal();
  Status Close();

 private:
  explicit LogStore(SqliteDatabase database) : database_(std::move(database)) {}
  Status PrepareAll();
  SqliteDatabase database_;
  SqliteStatement begin_, commit_, insert_record_, insert_key_, insert_section_, insert_decision_,
      update_head_, insert_checkpoint_, seq_of_, records_from_, record_at_, key_at_, put_tile_,
      tile_at_;
};

// The reader's side: one snapshot, rows by number.
class LogSnapshot {
 public:
  static Result<LogSnapshot> Open(const std::filesystem::path& file);

  Result<std::vector<HeadRow>> Heads();
  Status Seek(std::uint64_t from);  // the three Next functions then begin at this record
  Result<bool> NextRecord(RecordRow& row);
  Result<bool> NextKey(KeyRow& row);
  Result<bool> NextSection(SectionRow& row);
  Result<bool> NextCheckpoint(CheckpointRow& row);
  void RewindCheckpoints();
  Result<std::optional<std::int64_t>> SeqOf(std::string_view decision_id);
  Result<std::uint64_t> DecisionCount();
  Result<std::optional<std::string>> TileAt(TilePlace place);
  Result<std::uint64_t> TileCount();
  // Those of records [from, to), 32 bytes each; as many as there are.
  Result<std::string> LeafHashes(std::uint64_t from, std::uint64_t to);
  Result<std::optional<CheckpointRow>> LastCheckpoint();
  // Up to two entries with `low` <= id <= `high` (16 bytes each).
  struct DecisionEntry {
    std::string id;
    std::int64_t seq;
  };
  // What is wrong with the file's trees, where something that should be there was not found.
  Result<std::optional<std::string>> FirstDefect() { return database_.FirstDefect(); }
  Result<std::vector<DecisionEntry>> DecisionsBetween(std::string_view low, std::string_view high);

 private:
  friend Result<OpenedTables> OpenLogTables(const std::filesystem::path& file, bool all_pages);
  explicit LogSnapshot(SqliteDatabase database) : database_(std::move(database)) {}
  static Result<LogSnapshot> Begin(const std::filesystem::path& file);  // nothing prepared yet
  Status PrepareAll();
  SqliteDatabase database_;
  SqliteStatement records_, keys_, sections_, checkpoints_, seq_of_, between_, tile_at_;
};

}  // namespace oxpecker::audit
