// audit/schema_definitions.h - whether a database has the tables, indexes and triggers that its format
// says, and no others. Private to this module.
//
// A trigger, a view or an index that somebody added runs inside the writer or changes what a reader
// sees, without any row being altered; so the definitions are evidence too.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "audit/sqlite_database.h"
#include "base/result.h"

namespace oxpecker::audit {

// One row of sqlite_schema. SQLite keeps the text of a definition as it was given; an index that it
// makes by itself has none.
struct SchemaDefinition {
  std::string_view type;
  std::string_view name;
  std::string_view table;
  std::string_view sql;
};

// The first definition that is missing, altered or foreign.
struct SchemaDifference {
  std::string place;  // "schema, trigger rec_is_never_deleted"
  std::string expected;
  std::string found;
};

// Nothing: as it was made.
Result<std::optional<SchemaDifference>> CompareSchema(
    SqliteDatabase& database, std::span<const SchemaDefinition> definitions);

// kIntegrity with both sides in words.
std::unexpected<Error> SchemaError(const std::string& place, const SchemaDifference& difference,
                                   std::string hint);

}  // namespace oxpecker::audit
