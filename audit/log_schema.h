// audit/log_schema.h - the tables and triggers of a log's database, format "log store 1"
// (docs/format/log_store_v1.md): how they are made, and whether a file has these and no others.
// Private to this module.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "audit/schema_definitions.h"
#include "audit/sqlite_database.h"
#include "base/result.h"

namespace oxpecker::audit {

inline constexpr std::int64_t kLogApplicationId = 0x4F58504C;  // "OXPL"
inline constexpr std::int64_t kLogStoreVersion = 1;

// Into an empty database, within the caller's transaction.
Status CreateLogSchema(SqliteDatabase& database);

// kInvalidInput, kUnsupported: no log database of this version at all. Nothing: as it was made.
Result<std::optional<SchemaDifference>> CompareLogSchema(SqliteDatabase& database);

// The same for those who only want a whole one: kIntegrity.
Status CheckLogSchema(SqliteDatabase& database, const std::string& place);

}  // namespace oxpecker::audit
