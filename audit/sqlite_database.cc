#include "audit/sqlite_database.h"

#include <sqlite3.h>

#include <utility>

#include "base/check.h"

namespace oxpecker::audit {
namespace {

constexpr int kBusyTimeoutMs = 10'000;

// SQLite's messages may quote names that stand in the file.
std::string Printable(std::string text) {
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

std::unexpected<Error> SqliteError(int code, sqlite3* database, const std::string& place) {
  const int primary = code & 0xFF;
  ErrorCode kind = ErrorCode::kUnavailable;
  // All SQL here is fixed, so "wrong SQL" means that the file's tables are not what they should be.
  if (primary == SQLITE_CORRUPT || primary == SQLITE_CONSTRAINT || primary == SQLITE_MISMATCH ||
      primary == SQLITE_ERROR || primary == SQLITE_FORMAT)
    kind = ErrorCode::kIntegrity;
  if (primary == SQLITE_NOTADB) kind = ErrorCode::kInvalidInput;
  const std::string message =
      database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  return Fail(kind, place, "SQLite: " + Printable(message) + " (code " + std::to_string(code) + ")");
}

// Is there a WAL with something in it beside the file?
bool HasWal(const std::filesystem::path& file) {
  std::filesystem::path wal = file;
  wal += "-wal";
  std::error_code error;
  const auto size = std::filesystem::file_size(wal, error);
  return !error && size != 0;
}

// file: URI of a path: everything but unreserved characters and '/' as %XX.
std::string UriOf(const std::filesystem::path& file) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '-' || c == '_' || c == '.';
    if (plain) {
      uri += c;
    } else {
      uri += '%';
      uri += digits[byte >> 4U];
      uri += digits[byte & 15U];
    }
  }
  return uri;
}

// SQLite opens lazily: this finds out whether the file can be read at all.
int Probe(sqlite3* database) {
  return sqlite3_exec(database, "SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr);
}

}  // namespace

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)), place_(std::move(other.place_)) {}
SqliteStatement& SqliteStatement::operator=(SqliteStatement&& other) noexcept {
  std::swap(statement_, other.statement_);
  std::swap(place_, other.place_);
  return *this;
}
SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

SqliteStatement& SqliteStatement::Bind(int index, std::int64_t value) {
  OXP_CHECK(sqlite3_bind_int64(statement_, index, value) == SQLITE_OK);
  return *this;
}
// A bind fails for a value over SQLite's size limit (1 GB): records are bounded far below.
SqliteStatement& SqliteStatement::BindBlob(int index, std::string_view bytes) {
  const char* data = bytes.data() != nullptr ? bytes.data() : "";
  OXP_CHECK(sqlite3_bind_blob64(statement_, index, data, bytes.size(), SQLITE_STATIC) == SQLITE_OK);
  return *this;
}
SqliteStatement& SqliteStatement::BindText(int index, std::string_view text) {
  const char* data = text.data() != nullptr ? text.data() : "";
  OXP_CHECK(sqlite3_bind_text64(statement_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8) ==
            SQLITE_OK);
  return *this;
}

Result<bool> SqliteStatement::Step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto error = SqliteError(code, sqlite3_db_handle(statement_), place_);
  sqlite3_reset(statement_);
  return error;
}

Status SqliteStatement::Run() {
  bool more = true;
  while (more) {
    OXP_TRY(more, Step());
  }
  Reset();
  return {};
}

void SqliteStatement::Reset() { sqlite3_reset(statement_); }

std::int64_t SqliteStatement::Integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
std::string_view SqliteStatement::Bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return data != nullptr ? std::string_view(data, static_cast<std::size_t>(size))
                         : std::string_view();
}

SqliteDatabase::SqliteDatabase(sqlite3* database, std::string place)
    : database_(database), place_(std::move(place)), wal_pages_(std::make_unique<int>(0)) {}
SqliteDatabase::SqliteDatabase(SqliteDatabase&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)),
      place_(std::move(other.place_)),
      wal_pages_(std::move(other.wal_pages_)) {}
SqliteDatabase& SqliteDatabase::operator=(SqliteDatabase&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(place_, other.place_);
  std::swap(wal_pages_, other.wal_pages_);
  return *this;
}
SqliteDatabase::~SqliteDatabase() { sqlite3_close_v2(database_); }

Result<SqliteDatabase> SqliteDatabase::Open(const std::filesystem::path& file, SqliteMode mode) {
  std::error_code ignored;
  const bool exists = std::filesystem::exists(file, ignored);
  if (mode == SqliteMode::kCreate && exists)
    return Fail(ErrorCode::kRefused, file.string(), "there is a file of this name already");
  if (mode != SqliteMode::kCreate && !exists)
    return Fail(ErrorCode::kNotFound, file.string(), "no such database");
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == SqliteMode::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == SqliteMode::kCreate) flags |= SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  SqliteDatabase database(raw, file.string());
  if (code == SQLITE_OK) code = Probe(raw);
  const int kind = code & 0xFF;
  if (mode == SqliteMode::kRead && (kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY) &&
      !HasWal(file)) {
    // A folder that may not be written has no room for the WAL's index. Nothing is in a WAL, so the
    // file is all there is and nobody can be writing it.
    const std::string uri = UriOf(file) + "?immutable=1";
    sqlite3* immutable = nullptr;
    code = sqlite3_open_v2(uri.c_str(), &immutable, flags | SQLITE_OPEN_URI, nullptr);
    database = SqliteDatabase(immutable, file.string());
    if (code == SQLITE_OK) code = Probe(immutable);
  }
  if (code != SQLITE_OK) return SqliteError(code, database.database_, file.string());
  OXP_TRY(database.Configure(mode));
  return database;
}

Status SqliteDatabase::Configure(SqliteMode mode) {
  sqlite3_busy_timeout(database_, kBusyTimeoutMs);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  OXP_TRY(Execute("PRAGMA cell_size_check=ON"));
  if (mode == SqliteMode::kRead) {
    sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    // A walk over all records reads each page once: a cache that stays in the processor's own is faster than a larger one.
    return Execute("PRAGMA query_only=ON; PRAGMA cache_size=-1024");
  }
  // Pages of 32 KiB: records are kilobytes, and every commit writes at least one page of each table.
  OXP_TRY(
      Execute("PRAGMA page_size=32768; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
              "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-16384"));
  sqlite3_wal_hook(
      database_,
      [](void* pages, sqlite3*, const char*, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
      },
      wal_pages_.get());
  return {};
}

Status SqliteDatabase::Execute(const char* sql) {
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return SqliteError(code, database_, place_);
  return {};
}

Result<SqliteStatement> SqliteDatabase::Prepare(const char* sql, bool keep) {
  sqlite3_stmt* statement = nullptr;
  const unsigned flags = keep ? SQLITE_PREPARE_PERSISTENT : 0;
  const int code = sqlite3_prepare_v3(database_, sql, -1, flags, &statement, nullptr);
  if (code != SQLITE_OK) return SqliteError(code, database_, place_);
  return SqliteStatement(statement, place_);
}

Result<std::int64_t> SqliteDatabase::QueryInteger(const char* sql) {
  OXP_TRY(SqliteStatement statement, Prepare(sql, false));
  OXP_TRY(const bool row, statement.Step());
  if (!row) return Fail(ErrorCode::kIntegrity, place_, std::string("no row for ") + sql);
  return statement.Integer(0);
}

std::int64_t SqliteDatabase::changes() const { return sqlite3_changes64(database_); }

Status SqliteDatabase::CheckKind(std::int64_t application_id, std::int64_t version,
                                 const char* what) {
  OXP_TRY(const std::int64_t id, QueryInteger("PRAGMA application_id"));
  if (id != application_id)
    return Fail(ErrorCode::kInvalidInput, place_, std::string("a database, but not ") + what);
  OXP_TRY(const std::int64_t found, QueryInteger("PRAGMA user_version"));
  if (found == version) return {};
  return Fail(ErrorCode::kUnsupported, place_,
              std::string(what) + " of format " + std::to_string(found) + "; this build reads " +
                  std::to_string(version));
}

Result<std::optional<std::string>> SqliteDatabase::FirstDefect(const std::string& table) {
  constexpr std::size_t kShownMax = 200;
  const std::string of = table.empty() ? "1" : table;
  OXP_TRY(SqliteStatement check, Prepare(("PRAGMA integrity_check(" + of + ")").c_str(), false));
  OXP_TRY(const bool row, check.Step());
  const std::string found(row ? check.Bytes(0) : "no answer");
  if (found == "ok") return std::optional<std::string>();
  return Printable(found.substr(0, kShownMax));
}

Status SqliteDatabase::CheckpointSome() {
  const int code =
      sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  // Busy: a reader still needs the WAL. It grows on, and the next call tries again.
  if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY)
    return SqliteError(code, database_, place_);
  return {};
}

Status SqliteDatabase::CheckpointAll() {
  sqlite3_busy_timeout(database_, 0);
  const int code =
      sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(database_, kBusyTimeoutMs);
  if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY)
    return SqliteError(code, database_, place_);
  return {};
}

Status SqliteDatabase::EmptyWal() {
  const int code =
      sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK) return SqliteError(code, database_, place_);
  return {};
}

Status SqliteDatabase::Close() {
  const int code = sqlite3_close(std::exchange(database_, nullptr));
  if (code != SQLITE_OK) return SqliteError(code, nullptr, place_);
  return {};
}

}  // namespace oxpecker::audit
