#include "audit/log_schema.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

// One row of sqlite_schema. SQLite keeps the text of a definition as it was given.
struct Definition {
  std::string_view type;
  std::string_view name;
  std::string_view table;
  const char* sql;
};

constexpr std::array kDefinitions = {
    Definition{"table", "rec", "rec",
               "CREATE TABLE rec(seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL, "
               "leaf_hash BLOB NOT NULL) STRICT"},
    Definition{"table", "dek", "dek",
               "CREATE TABLE dek(seq INTEGER PRIMARY KEY, kek_id BLOB NOT NULL, "
               "wrapped BLOB NOT NULL) STRICT"},
    Definition{"table", "section", "section",
               "CREATE TABLE section(id INTEGER PRIMARY KEY, name TEXT NOT NULL, "
               "ciphertext BLOB NOT NULL) STRICT"},
    Definition{"table", "head", "head",
               "CREATE TABLE head(origin TEXT PRIMARY KEY, size INTEGER NOT NULL, "
               "root BLOB NOT NULL, frontier BLOB NOT NULL, last_leaf_hash BLOB NOT NULL, "
               "decisions INTEGER NOT NULL, checkpoints INTEGER NOT NULL) STRICT, WITHOUT ROWID"},
    Definition{"table", "checkpoint", "checkpoint",
               "CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, note TEXT NOT NULL, "
               "frontier BLOB NOT NULL) STRICT"},
    Definition{"table", "by_decision", "by_decision",
               "CREATE TABLE by_decision(decision_id BLOB PRIMARY KEY, seq INTEGER NOT NULL) "
               "STRICT, WITHOUT ROWID"},
    Definition{"trigger", "rec_is_never_updated", "rec",
               "CREATE TRIGGER rec_is_never_updated BEFORE UPDATE ON rec "
               "BEGIN SELECT RAISE(ABORT, 'records are never changed'); END"},
    Definition{"trigger", "rec_is_never_deleted", "rec",
               "CREATE TRIGGER rec_is_never_deleted BEFORE DELETE ON rec "
               "BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END"},
};

constexpr const char* kMarks = "PRAGMA application_id = 0x4F58504C; PRAGMA user_version = 1";

// Names of somebody else's making, for a message.
std::string Shown(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (!name.empty() && name.size() <= 64 && std::ranges::all_of(name, plain))
    return std::string(name);
  return "hex:" + HexEncode(name.substr(0, 64));
}

std::string Place(std::string_view type, std::string_view name) {
  return "schema, " + Shown(type) + " " + Shown(name);
}

}  // namespace

Status CreateLogSchema(SqliteDatabase& database) {
  for (const Definition& definition : kDefinitions) {
    OXP_TRY(database.Execute(definition.sql));
  }
  return database.Execute(kMarks);
}

Result<std::optional<SchemaDifference>> CompareLogSchema(SqliteDatabase& database) {
  OXP_TRY(database.CheckKind(kLogApplicationId, kLogStoreVersion, "a decision log"));
  OXP_TRY(SqliteStatement rows,
          database.Prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema", false));
  std::array<bool, kDefinitions.size()> seen{};
  while (true) {
    OXP_TRY(const bool more, rows.Step());
    if (!more) break;
    const auto known = std::ranges::find_if(kDefinitions, [&](const Definition& definition) {
      return definition.type == rows.Bytes(0) && definition.name == rows.Bytes(1);
    });
    const auto at = static_cast<std::size_t>(known - kDefinitions.begin());
    if (known == kDefinitions.end() || seen.at(at))
      return SchemaDifference{Place(rows.Bytes(0), rows.Bytes(1)), "no such definition", "one"};
    if (known->table != rows.Bytes(2) || known->sql != rows.Bytes(3))
      return SchemaDifference{Place(known->type, known->name), "its definition in format 1",
                              "another"};
    seen.at(at) = true;
  }
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (!seen.at(i))
      return SchemaDifference{Place(kDefinitions.at(i).type, kDefinitions.at(i).name),
                              "its definition in format 1", "none"};
  return std::optional<SchemaDifference>();
}

Status CheckLogSchema(SqliteDatabase& database, const std::string& place) {
  OXP_TRY(const auto difference, CompareLogSchema(database));
  if (!difference) return {};
  return Fail(
      ErrorCode::kIntegrity, place,
      difference->place + ": expected " + difference->expected + ", found " + difference->found,
      "do not write to this log; run oxpecker-verify on it");
}

}  // namespace oxpecker::audit
