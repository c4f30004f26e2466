#include "audit/log_store.h"

#include <limits>
#include <utility>

#include "audit/leaf.h"
#include "audit/log_schema.h"

namespace oxpecker::audit {
namespace {

constexpr int kWalPagesMax = 4'096;  // 128 MiB

std::int64_t Signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }

// id div 16, rounded down for negative ids too (an altered file may hold any).
SectionRow SectionAt(const SqliteStatement& row) {
  const std::int64_t id = row.Integer(0);
  return {id >> 4, id & 15, row.Bytes(1), row.Bytes(2)};
}

Result<std::vector<HeadRow>> ReadHeads(SqliteDatabase& database) {
  OXP_TRY(SqliteStatement rows,
          database.Prepare("SELECT origin, size, root, frontier, last_leaf_hash, decisions, "
                           "checkpoints FROM head LIMIT 2",
                           false));
  std::vector<HeadRow> heads;
  while (true) {
    OXP_TRY(const bool more, rows.Step());
    if (!more) return heads;
    heads.push_back({std::string(rows.Bytes(0)), rows.Integer(1), std::string(rows.Bytes(2)),
                     std::string(rows.Bytes(3)), std::string(rows.Bytes(4)), rows.Integer(5),
                     rows.Integer(6)});
  }
}

Result<std::optional<CheckpointRow>> FindCheckpointAtMost(SqliteDatabase& database, std::uint64_t size) {
  OXP_TRY(SqliteStatement last, database.Prepare("SELECT size, note, frontier FROM checkpoint "
                                                 "WHERE size<=? ORDER BY size DESC LIMIT 1",
                                                 false));
  last.Bind(1, Signed(size));
  OXP_TRY(const bool found, last.Step());
  std::optional<CheckpointRow> row;
  if (found)
    row = CheckpointRow{last.Integer(0), std::string(last.Bytes(1)), std::string(last.Bytes(2))};
  return row;
}

constexpr std::uint64_t kNewest = std::numeric_limits<std::int64_t>::max();

// Tiles of one level lie together, in their order.
std::int64_t IdOf(TilePlace place) { return Signed(std::uint64_t{place.level} << 56U | place.index); }

Result<std::optional<std::string>> FindTile(SqliteStatement& statement, TilePlace place) {
  statement.Bind(1, IdOf(place));
  OXP_TRY(const bool found, statement.Step());
  std::optional<std::string> hashes;
  if (found) hashes = std::string(statement.Bytes(0));
  statement.Reset();
  return hashes;
}

constexpr const char* kTileAt = "SELECT hashes FROM tile WHERE id=?";

Result<std::uint64_t> CountDecisions(SqliteDatabase& database) {
  OXP_TRY(const std::int64_t count, database.QueryInteger("SELECT count(*) FROM by_decision"));
  return static_cast<std::uint64_t>(count);
}

Result<std::optional<std::int64_t>> LookUp(SqliteStatement& statement,
                                           std::string_view decision_id) {
  statement.BindBlob(1, decision_id);
  OXP_TRY(const bool found, statement.Step());
  std::optional<std::int64_t> seq;
  if (found) seq = statement.Integer(0);
  statement.Reset();
  return seq;
}

// A log deletes nothing, so it hardly ever has a free page. One that has is looked through as a
// whole: a forged list of free pages makes SQLite write new records over old ones.
Result<std::optional<std::string>> DefectOfFreePages(SqliteDatabase& database) {
  OXP_TRY(const std::int64_t free_pages, database.QueryInteger("PRAGMA freelist_count"));
  OXP_TRY(const std::int64_t vacuum, database.QueryInteger("PRAGMA auto_vacuum"));
  if (vacuum != 0) return "the header says that pages may be moved (auto_vacuum)";
  if (free_pages == 0) return std::optional<std::string>();
  return database.FirstDefect();
}

// The verifier reads rows in the order of the tables, readers look them up by key: the trees must lead
// both to the same. That of the sections, which is nearly the whole file, is not walked here: a
// reader that misses a section there looks for the defect (LogSnapshot::FirstDefect).
Result<std::optional<std::string>> DefectOfTrees(SqliteDatabase& database) {
  OXP_TRY(auto defect, DefectOfFreePages(database));
  for (const char* table : {"rec", "dek", "by_decision", "checkpoint", "tile"}) {
    if (defect) break;
    OXP_TRY(defect, database.FirstDefect(table));
  }
  return defect;
}

Status CheckFreePages(SqliteDatabase& database, const std::string& place) {
  OXP_TRY(const auto defect, DefectOfFreePages(database));
  if (!defect) return {};
  return Fail(ErrorCode::kIntegrity, place, *defect,
              "do not write to this log; run oxpecker-verify on it");
}

// The snapshot as the verifier's port.
class SqliteLogTables final : public LogTables {
 public:
  explicit SqliteLogTables(LogSnapshot snapshot) : snapshot_(std::move(snapshot)) {}
  Result<std::vector<HeadRow>> Heads() override { return snapshot_.Heads(); }
  Result<bool> NextRecord(RecordRow& row) override { return snapshot_.NextRecord(row); }
  Result<bool> NextKey(KeyRow& row) override { return snapshot_.NextKey(row); }
  Result<bool> NextSection(SectionRow& row) override { return snapshot_.NextSection(row); }
  Result<bool> NextCheckpoint(CheckpointRow& row) override { return snapshot_.NextCheckpoint(row); }
  Result<std::optional<std::int64_t>> SeqOf(std::string_view decision_id) override {
    return snapshot_.SeqOf(decision_id);
  }
  Result<std::optional<std::string>> TileAt(TilePlace place) override { return snapshot_.TileAt(place); }
  Result<std::uint64_t> TileCount() override { return snapshot_.TileCount(); }
  Result<std::uint64_t> Count() override { return snapshot_.DecisionCount(); }

 private:
  LogSnapshot snapshot_;
};

}  // namespace

HeadRow MakeHead(const std::string& origin, const CompactRange& range, const Digest& last_leaf_hash,
                 std::uint64_t decisions, std::uint64_t checkpoints) {
  return {origin,
          Signed(range.size()),
          std::string(range.Root().view()),
          range.Frontier(),
          std::string(last_leaf_hash.view()),
          Signed(decisions),
          Signed(checkpoints)};
}

Result<OpenedTables> OpenLogTables(const std::filesystem::path& file, bool all_pages) {
  OXP_TRY(LogSnapshot snapshot, LogSnapshot::Begin(file));
  OXP_TRY(auto difference, CompareLogSchema(snapshot.database_));
  if (difference) return OpenedTables{nullptr, std::move(difference), {}};
  OXP_TRY(auto defect, all_pages ? snapshot.database_.FirstDefect()
                                 : DefectOfTrees(snapshot.database_));
  if (defect) return OpenedTables{nullptr, {}, std::move(defect)};
  OXP_TRY(snapshot.PrepareAll());
  // Below every key that a damaged file may hold, so that no row goes unseen.
  OXP_TRY(snapshot.Seek(std::uint64_t{1} << 63U));
  return OpenedTables{std::make_unique<SqliteLogTables>(std::move(snapshot)), {}, {}};
}

Status LogStore::Create(const std::filesystem::path& file, const std::string& origin) {
  OXP_TRY(SqliteDatabase database, SqliteDatabase::Open(file, SqliteMode::kCreate));
  OXP_TRY(database.Execute("BEGIN IMMEDIATE"));
  OXP_TRY(CreateLogSchema(database));
  const HeadRow head = MakeHead(origin, CompactRange(), Digest(), 0, 0);
  {
    OXP_TRY(SqliteStatement insert,
            database.Prepare("INSERT INTO head VALUES(?,?,?,?,?,?,?)", false));
    insert.BindText(1, head.origin).Bind(2, head.size).BindBlob(3, head.root);
    insert.BindBlob(4, head.frontier).BindBlob(5, head.last_leaf_hash);
    insert.Bind(6, head.decisions).Bind(7, head.checkpoints);
    OXP_TRY(insert.Run());
  }
  OXP_TRY(database.Execute("COMMIT"));
  OXP_TRY(database.CheckpointAll());
  return database.Close();
}

Result<LogStore> LogStore::Open(const std::filesystem::path& file) {
  OXP_TRY(SqliteDatabase database, SqliteDatabase::Open(file, SqliteMode::kWrite));
  OXP_TRY(CheckLogSchema(database, file.string()));
  OXP_TRY(CheckFreePages(database, file.string()));
  LogStore store(std::move(database));
  OXP_TRY(store.PrepareAll());
  return store;
}

Status LogStore::PrepareAll() {
  OXP_TRY(begin_, database_.Prepare("BEGIN IMMEDIATE"));
  OXP_TRY(commit_, database_.Prepare("COMMIT"));
  OXP_TRY(insert_record_, database_.Prepare("INSERT INTO rec VALUES(?,?,?)"));
  OXP_TRY(insert_key_, database_.Prepare("INSERT INTO dek VALUES(?,?,?)"));
  OXP_TRY(insert_section_, database_.Prepare("INSERT INTO section VALUES(?,?,?)"));
  OXP_TRY(insert_decision_,
          database_.Prepare("INSERT INTO by_decision VALUES(?,?) ON CONFLICT DO NOTHING"));
  OXP_TRY(update_head_,
          database_.Prepare("UPDATE head SET size=?, root=?, frontier=?, last_leaf_hash=?, "
                            "decisions=?, checkpoints=? WHERE origin=? AND size=?"));
  OXP_TRY(insert_checkpoint_, database_.Prepare("INSERT INTO checkpoint VALUES(?,?,?)"));
  OXP_TRY(seq_of_, database_.Prepare("SELECT seq FROM by_decision WHERE decision_id=?"));
  OXP_TRY(records_from_,
          database_.Prepare("SELECT seq, leaf, leaf_hash FROM rec WHERE seq>=? ORDER BY seq"));
  OXP_TRY(record_at_, database_.Prepare("SELECT leaf, leaf_hash FROM rec WHERE seq=?"));
  OXP_TRY(key_at_, database_.Prepare("SELECT kek_id, wrapped FROM dek WHERE seq=?"));
  OXP_TRY(put_tile_, database_.Prepare("INSERT INTO tile VALUES(?,?) "
                                       "ON CONFLICT DO UPDATE SET hashes=excluded.hashes"));
  OXP_TRY(tile_at_, database_.Prepare(kTileAt));
  return {};
}

Status LogStore::Begin() { return begin_.Run(); }
Status LogStore::Commit() { return commit_.Run(); }
void LogStore::Rollback() {
  // Where SQLite has rolled back by itself there is no transaction any more, which is as good.
  [[maybe_unused]] const Status ignored = database_.Execute("ROLLBACK");
}

Status LogStore::InsertRecord(std::uint64_t seq, std::string_view leaf,
                              std::string_view leaf_hash) {
  insert_record_.Bind(1, Signed(seq)).BindBlob(2, leaf).BindBlob(3, leaf_hash);
  return insert_record_.Run();
}

Status LogStore::InsertKey(std::uint64_t seq, std::string_view kek_id,
                           std::string_view wrapped_dek) {
  insert_key_.Bind(1, Signed(seq)).BindBlob(2, kek_id).BindBlob(3, wrapped_dek);
  return insert_key_.Run();
}

Status LogStore::InsertSection(std::uint64_t seq, std::size_t ordinal, std::string_view name,
                               std::string_view ciphertext) {
  insert_section_.Bind(1, Signed(seq * kSectionsMax + ordinal));
  insert_section_.BindText(2, name).BindBlob(3, ciphertext);
  return insert_section_.Run();
}

Result<bool> LogStore::InsertDecision(std::string_view decision_id, std::uint64_t seq) {
  insert_decision_.BindBlob(1, decision_id).Bind(2, Signed(seq));
  OXP_TRY(insert_decision_.Run());
  return database_.changes() == 1;
}

Status LogStore::UpdateHead(const HeadRow& head, std::uint64_t old_size) {
  update_head_.Bind(1, head.size).BindBlob(2, head.root).BindBlob(3, head.frontier);
  update_head_.BindBlob(4, head.last_leaf_hash).Bind(5, head.decisions).Bind(6, head.checkpoints);
  update_head_.BindText(7, head.origin).Bind(8, Signed(old_size));
  OXP_TRY(update_head_.Run());
  if (database_.changes() == 1) return {};
  return Fail(
      ErrorCode::kIntegrity, "head",
      "the stored head is not at size " + std::to_string(old_size) + ", where this writer left it",
      "make sure that one writer uses this log, then open it again");
}

Status LogStore::InsertCheckpoint(std::uint64_t size, std::string_view note,
                                  std::string_view frontier) {
  insert_checkpoint_.Bind(1, Signed(size)).BindText(2, note).BindBlob(3, frontier);
  return insert_checkpoint_.Run();
}

Status LogStore::PutTile(const Tile& tile) {
  put_tile_.Bind(1, IdOf(tile.place)).BindBlob(2, tile.hashes);
  return put_tile_.Run();
}

Result<std::optional<std::string>> LogStore::TileAt(TilePlace place) { return FindTile(tile_at_, place); }

Result<std::vector<HeadRow>> LogStore::Heads() { return ReadHeads(database_); }

Result<std::optional<CheckpointRow>> LogStore::LastCheckpoint() {
  return FindCheckpointAtMost(database_, kNewest);
}

Result<std::optional<CheckpointRow>> LogStore::CheckpointAtMost(std::uint64_t size) {
  return FindCheckpointAtMost(database_, size);
}

Result<bool> LogStore::HasStrayRows(std::uint64_t size) {
  OXP_TRY(SqliteStatement above,
          database_.Prepare("SELECT EXISTS(SELECT 1 FROM dek WHERE seq>=?1) OR "
                            "EXISTS(SELECT 1 FROM section WHERE id>=?1*16)",
                            false));
  above.Bind(1, Signed(size));
  OXP_TRY([[maybe_unused]] const bool row, above.Step());
  return above.Integer(0) != 0;
}

Result<std::uint64_t> LogStore::DecisionCount() { return CountDecisions(database_); }
Result<std::uint64_t> LogStore::CheckpointCount() {
  OXP_TRY(const std::int64_t count, database_.QueryInteger("SELECT count(*) FROM checkpoint"));
  return static_cast<std::uint64_t>(count);
}

Result<std::optional<std::string>> LogStore::CheckpointAt(std::uint64_t size) {
  OXP_TRY(SqliteStatement at, database_.Prepare("SELECT note FROM checkpoint WHERE size=?", false));
  at.Bind(1, Signed(size));
  OXP_TRY(const bool found, at.Step());
  std::optional<std::string> note;
  if (found) note = std::string(at.Bytes(0));
  return note;
}

Result<std::optional<std::int64_t>> LogStore::SeqOf(std::string_view decision_id) {
  return LookUp(seq_of_, decision_id);
}

Status LogStore::SeekRecords(std::uint64_t seq) {
  records_from_.Reset();
  records_from_.Bind(1, Signed(seq));
  return {};
}

Result<bool> LogStore::NextRecord(RecordRow& row) {
  OXP_TRY(const bool more, records_from_.Step());
  if (more)
    row = {records_from_.Integer(0), records_from_.Bytes(1), records_from_.Bytes(2)};
  else
    records_from_.Reset();
  return more;
}

void LogStore::EndRecords() { records_from_.Reset(); }

Result<bool> LogStore::ReadRecord(std::uint64_t seq, std::string& leaf, std::string& leaf_hash,
                                  std::string& kek_id, std::string& wrapped_dek) {
  record_at_.Bind(1, Signed(seq));
  OXP_TRY(const bool found, record_at_.Step());
  if (found) {
    leaf = record_at_.Bytes(0);
    leaf_hash = record_at_.Bytes(1);
  }
  record_at_.Reset();
  key_at_.Bind(1, Signed(seq));
  OXP_TRY(const bool has_key, key_at_.Step());
  kek_id = has_key ? key_at_.Bytes(0) : std::string_view();
  wrapped_dek = has_key ? key_at_.Bytes(1) : std::string_view();
  key_at_.Reset();
  return found;
}

Status LogStore::TidyWal() {
  if (database_.wal_pages() < kWalPagesMax) return {};
  return database_.CheckpointSome();
}

Status LogStore::Close() {
  const Status emptied = database_.CheckpointAll();
  for (SqliteStatement* statement :
       {&begin_, &commit_, &insert_record_, &insert_key_, &insert_section_, &insert_decision_,
        &update_head_, &insert_checkpoint_, &seq_of_, &records_from_, &record_at_, &key_at_,
        &put_tile_, &tile_at_})
    *statement = SqliteStatement();
  OXP_TRY(database_.Close());
  return emptied;
}

Result<LogSnapshot> LogSnapshot::Begin(const std::filesystem::path& file) {
  OXP_TRY(SqliteDatabase database, SqliteDatabase::Open(file, SqliteMode::kRead));
  LogSnapshot snapshot(std::move(database));
  OXP_TRY(snapshot.database_.Execute("BEGIN"));  // from the first read on, one state of the file
  return snapshot;
}

Result<LogSnapshot> LogSnapshot::Open(const std::filesystem::path& file) {
  OXP_TRY(LogSnapshot snapshot, Begin(file));
  OXP_TRY(CheckLogSchema(snapshot.database_, file.string()));
  OXP_TRY(snapshot.PrepareAll());
  return snapshot;
}

Status LogSnapshot::PrepareAll() {
  OXP_TRY(records_,
          database_.Prepare("SELECT seq, leaf, leaf_hash FROM rec WHERE seq>=? ORDER BY seq"));
  OXP_TRY(keys_,
          database_.Prepare("SELECT seq, kek_id, wrapped FROM dek WHERE seq>=? ORDER BY seq"));
  OXP_TRY(sections_,
          database_.Prepare("SELECT id, name, ciphertext FROM section WHERE id>=? ORDER BY id"));
  OXP_TRY(checkpoints_,
          database_.Prepare("SELECT size, note, frontier FROM checkpoint ORDER BY size"));
  OXP_TRY(seq_of_, database_.Prepare("SELECT seq FROM by_decision WHERE decision_id=?"));
  OXP_TRY(between_, database_.Prepare("SELECT decision_id, seq FROM by_decision "
                                      "WHERE decision_id>=? AND decision_id<=? LIMIT 2"));
  OXP_TRY(tile_at_, database_.Prepare(kTileAt));
  return {};
}

Result<std::vector<HeadRow>> LogSnapshot::Heads() { return ReadHeads(database_); }

Status LogSnapshot::Seek(std::uint64_t from) {
  for (SqliteStatement* statement : {&records_, &keys_, &sections_}) statement->Reset();
  // 2^63 stands for the smallest key there is; its product by 16 must not wrap to 0.
  const std::int64_t first = Signed(from);
  const std::int64_t first_section = first < 0 ? first : first * std::int64_t{kSectionsMax};
  records_.Bind(1, first);
  keys_.Bind(1, first);
  sections_.Bind(1, first_section);
  return {};
}

Result<bool> LogSnapshot::NextRecord(RecordRow& row) {
  OXP_TRY(const bool more, records_.Step());
  if (more) row = {records_.Integer(0), records_.Bytes(1), records_.Bytes(2)};
  return more;
}

Result<bool> LogSnapshot::NextKey(KeyRow& row) {
  OXP_TRY(const bool more, keys_.Step());
  if (more) row = {keys_.Integer(0), keys_.Bytes(1), keys_.Bytes(2)};
  return more;
}

Result<bool> LogSnapshot::NextSection(SectionRow& row) {
  OXP_TRY(const bool more, sections_.Step());
  if (more) row = SectionAt(sections_);
  return more;
}

Result<bool> LogSnapshot::NextCheckpoint(CheckpointRow& row) {
  OXP_TRY(const bool more, checkpoints_.Step());
  if (more)
    row = {checkpoints_.Integer(0), std::string(checkpoints_.Bytes(1)),
           std::string(checkpoints_.Bytes(2))};
  return more;
}

void LogSnapshot::RewindCheckpoints() { checkpoints_.Reset(); }

Result<std::optional<std::int64_t>> LogSnapshot::SeqOf(std::string_view decision_id) {
  return LookUp(seq_of_, decision_id);
}

Result<std::uint64_t> LogSnapshot::DecisionCount() { return CountDecisions(database_); }

Result<std::optional<std::string>> LogSnapshot::TileAt(TilePlace place) { return FindTile(tile_at_, place); }

Result<std::uint64_t> LogSnapshot::TileCount() {
  OXP_TRY(const std::int64_t count, database_.QueryInteger("SELECT count(*) FROM tile"));
  return static_cast<std::uint64_t>(count);
}

Result<std::string> LogSnapshot::LeafHashes(std::uint64_t from, std::uint64_t to) {
  OXP_TRY(SqliteStatement rows,
          database_.Prepare("SELECT leaf_hash FROM rec WHERE seq>=? AND seq<? ORDER BY seq", false));
  rows.Bind(1, Signed(from)).Bind(2, Signed(to));
  std::string hashes;
  while (true) {
    OXP_TRY(const bool more, rows.Step());
    if (!more) return hashes;
    hashes += rows.Bytes(0);
  }
}

Result<std::optional<CheckpointRow>> LogSnapshot::LastCheckpoint() {
  return FindCheckpointAtMost(database_, kNewest);
}

Result<std::vector<LogSnapshot::DecisionEntry>> LogSnapshot::DecisionsBetween(
    std::string_view low, std::string_view high) {
  between_.BindBlob(1, low).BindBlob(2, high);
  std::vector<DecisionEntry> entries;
  while (true) {
    OXP_TRY(const bool more, between_.Step());
    if (!more) break;
    entries.push_back({std::string(between_.Bytes(0)), between_.Integer(1)});
  }
  between_.Reset();
  return entries;
}

}  // namespace oxpecker::audit
