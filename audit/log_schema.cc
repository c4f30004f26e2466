#include "audit/log_schema.h"

#include <array>

namespace oxpecker::audit {
namespace {

constexpr std::array kDefinitions = {
    SchemaDefinition{"table", "rec", "rec",
               "CREATE TABLE rec(seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL, "
               "leaf_hash BLOB NOT NULL) STRICT"},
    SchemaDefinition{"table", "dek", "dek",
               "CREATE TABLE dek(seq INTEGER PRIMARY KEY, kek_id BLOB NOT NULL, "
               "wrapped BLOB NOT NULL) STRICT"},
    SchemaDefinition{"table", "section", "section",
               "CREATE TABLE section(id INTEGER PRIMARY KEY, name TEXT NOT NULL, "
               "ciphertext BLOB NOT NULL) STRICT"},
    SchemaDefinition{"table", "head", "head",
               "CREATE TABLE head(origin TEXT PRIMARY KEY, size INTEGER NOT NULL, "
               "root BLOB NOT NULL, frontier BLOB NOT NULL, last_leaf_hash BLOB NOT NULL, "
               "decisions INTEGER NOT NULL, checkpoints INTEGER NOT NULL) STRICT, WITHOUT ROWID"},
    SchemaDefinition{"table", "checkpoint", "checkpoint",
               "CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, note TEXT NOT NULL, "
               "frontier BLOB NOT NULL) STRICT"},
    SchemaDefinition{"table", "by_decision", "by_decision",
               "CREATE TABLE by_decision(decision_id BLOB PRIMARY KEY, seq INTEGER NOT NULL) "
               "STRICT, WITHOUT ROWID"},
    SchemaDefinition{"table", "tile", "tile",
               "CREATE TABLE tile(id INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT"},
    SchemaDefinition{"trigger", "rec_is_never_updated", "rec",
               "CREATE TRIGGER rec_is_never_updated BEFORE UPDATE ON rec "
               "BEGIN SELECT RAISE(ABORT, 'records are never changed'); END"},
    SchemaDefinition{"trigger", "rec_is_never_deleted", "rec",
               "CREATE TRIGGER rec_is_never_deleted BEFORE DELETE ON rec "
               "BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END"},
};

constexpr const char* kMarks = "PRAGMA application_id = 0x4F58504C; PRAGMA user_version = 1";

}  // namespace

Status CreateLogSchema(SqliteDatabase& database) {
  for (const SchemaDefinition& definition : kDefinitions) {
    OXP_TRY(database.Execute(std::string(definition.sql).c_str()));
  }
  return database.Execute(kMarks);
}

Result<std::optional<SchemaDifference>> CompareLogSchema(SqliteDatabase& database) {
  OXP_TRY(database.CheckKind(kLogApplicationId, kLogStoreVersion, "a decision log"));
  return CompareSchema(database, kDefinitions);
}

Status CheckLogSchema(SqliteDatabase& database, const std::string& place) {
  OXP_TRY(const auto difference, CompareLogSchema(database));
  if (!difference) return {};
  return SchemaError(place, *difference, "do not write to this log; run oxpecker-verify on it");
}

}  // namespace oxpecker::audit
