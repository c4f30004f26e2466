// audit/log_schema.h - the tables and triggers of a log's database, format "log store 1"
// (docs/format/log_store_v1.md): how they are made, and whether a file has these and no others.
// Private to this module.
//
// A trigger, a view or an index that somebody added runs inside the writer or changes what a reader
// sees, without any row being altered; so the definitions are evidence too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "audit/sqlite_database.h"
#include "base/result.h"

namespace oxpecker::audit {

inline constexpr std::int64_t kLogApplicationId = 0x4F58504C;  // "OXPL"
inline constexpr std::int64_t kLogStoreVersion = 1;

// The first definition that is missing, altered or foreign.
struct SchemaDifference {
  std::string place;  // "schema, trigger rec_is_never_deleted"
  std::string expected;
  std::string found;
};

// Into an empty database, within the caller's transaction.
Status CreateLogSchema(SqliteDatabase& database);

// kInvalidInput, kUnsupported: no log database of this version at all. Nothing: as it was made.
Result<std::optional<SchemaDifference>> CompareLogSchema(SqliteDatabase& database);

// The same for those who only want a whole one: kIntegrity.
Status CheckLogSchema(SqliteDatabase& database, const std::string& place);

}  // namespace oxpecker::audit
