#include "audit/schema_definitions.h"

#include <algorithm>
#include <vector>

#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

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

Result<std::optional<SchemaDifference>> CompareSchema(
    SqliteDatabase& database, std::span<const SchemaDefinition> definitions) {
  OXP_TRY(SqliteStatement rows,
          database.Prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema", false));
  std::vector<bool> seen(definitions.size());
  while (true) {
    OXP_TRY(const bool more, rows.Step());
    if (!more) break;
    const auto known = std::ranges::find_if(definitions, [&](const SchemaDefinition& definition) {
      return definition.type == rows.Bytes(0) && definition.name == rows.Bytes(1);
    });
    const auto at = static_cast<std::size_t>(known - definitions.begin());
    if (known == definitions.end() || seen[at])
      return SchemaDifference{Place(rows.Bytes(0), rows.Bytes(1)), "no such definition", "one"};
    if (known->table != rows.Bytes(2) || known->sql != rows.Bytes(3))
      return SchemaDifference{Place(known->type, known->name), "its definition in format 1",
                              "another"};
    seen[at] = true;
  }
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (!seen[i])
      return SchemaDifference{Place(definitions[i].type, definitions[i].name),
                              "its definition in format 1", "none"};
  return std::optional<SchemaDifference>();
}

std::unexpected<Error> SchemaError(const std::string& place, const SchemaDifference& difference,
                                   std::string hint) {
  return Fail(
      ErrorCode::kIntegrity, place,
      difference.place + ": expected " + difference.expected + ", found " + difference.found,
      std::move(hint));
}

}  // namespace oxpecker::audit
