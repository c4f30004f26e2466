// audit/sqlite_database.h - a thin, checked layer over SQLite: the only file that includes
// sqlite3.h is sqlite_database.cc. Private to this module. Not thread-safe: one connection a
// thread.
//
// SQLite 3.7.0 to 3.51.2 may lose pages when one connection commits while another one checkpoints
// the WAL ("WAL-reset bug"; Debian 12 ships 3.40.1 without the fix). Here only the single writer
// ever checkpoints, on its own thread between its own commits; readers are opened so that they
// never do, not even when they close.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace oxpecker::audit {

// A prepared statement. Binding and stepping follow SQLite; columns count from 0, parameters
// from 1.
class SqliteStatement {
 public:
  SqliteStatement() = default;
  SqliteStatement(SqliteStatement&& other) noexcept;
  SqliteStatement& operator=(SqliteStatement&& other) noexcept;
  ~SqliteStatement();

  // Bound bytes are not copied: they must stay until the statement is reset.
  SqliteStatement& Bind(int index, std::int64_t value);
  SqliteStatement& BindBlob(int index, std::string_view bytes);
  SqliteStatement& BindText(int index, std::string_view text);

  Result<bool> Step();  // true: a row; false: done
  Status Run();         // steps to the end, then resets
  void Reset();
  std::int64_t Integer(int column) const;
  // Blob or text as stored; valid until the next Step or Reset.
  std::string_view Bytes(int column) const;

 private:
  friend class SqliteDatabase;
  SqliteStatement(sqlite3_stmt* statement, std::string place)
      : statement_(statement), place_(std::move(place)) {}
  sqlite3_stmt* statement_ = nullptr;
  std::string place_;
};

enum class SqliteMode : std::uint8_t { kCreate, kWrite, kRead };

class SqliteDatabase {
 public:
  // kCreate makes a new file (kRefused where one exists); the others need one (kNotFound).
  // kRead works on read-only media too, if no WAL is left there.
  static Result<SqliteDatabase> Open(const std::filesystem::path& file, SqliteMode mode);
  SqliteDatabase(SqliteDatabase&& other) noexcept;
  SqliteDatabase& operator=(SqliteDatabase&& other) noexcept;
  ~SqliteDatabase();

  Status Execute(const char* sql);
  Result<SqliteStatement> Prepare(const char* sql, bool keep = true);
  Result<std::int64_t> QueryInteger(const char* sql);
  std::int64_t changes() const;  // rows of the last INSERT, UPDATE or DELETE

  // Is this a database with these marks? kInvalidInput where it is another kind of file,
  // kUnsupported where it is a later version.
  Status CheckKind(std::int64_t application_id, std::int64_t version, const char* what);

  // What SQLite finds wrong with a table's pages and tree (keys out of order, a page used twice, an
  // index that does not match), the first of it; nothing where all is well. Without a table: with the
  // whole file, also pages that nobody uses. Reads every page of what it looks at.
  Result<std::optional<std::string>> FirstDefect(const std::string& table = {});
  int wal_pages() const { return *wal_pages_; }  // after the last commit
  // Moves the WAL into the database. kCheckpointSome does what is possible without waiting;
  // kCheckpointAll empties the WAL (at close) if nobody reads. EmptyWal waits for readers, and fails
  // (kUnavailable) where one stays.
  Status CheckpointSome();
  Status CheckpointAll();
  Status EmptyWal();
  Status Close();

 private:
  SqliteDatabase(sqlite3* database, std::string place);
  Status Configure(SqliteMode mode);
  sqlite3* database_ = nullptr;
  std::string place_;
  std::unique_ptr<int> wal_pages_;  // written by SQLite's hook, so its address must not change
};

}  // namespace oxpecker::audit
