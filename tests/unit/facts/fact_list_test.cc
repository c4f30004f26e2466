#include "engine/facts/fact_list.h"

#include <gtest/gtest.h>

namespace oxpecker::facts {
namespace {

// A line a fact: "path: type", with "?" where it may be missing and its description behind "//".
std::string Listed(std::string_view json) {
  const auto schema = Schema::Load(json, "s");
  EXPECT_TRUE(schema.has_value()) << (schema ? "" : ToString(schema.error()));
  std::string text;
  if (!schema) return text;
  for (const FactEntry& fact : ListFacts(*schema))
    text += fact.path + (fact.optional ? "?" : "") + ": " + fact.type +
            (fact.description.empty() ? "" : " // " + fact.description) + "\n";
  return text;
}

TEST(FactList, ListsPathsTypesAndWhatMayBeMissing) {
  EXPECT_EQ(Listed(R"({"type": "object", "additionalProperties": false, "required": ["who", "rows"], "properties": {
    "who": {"type": "object", "additionalProperties": false, "required": ["id"], "description": "the customer",
            "properties": {"id": {"type": "string"}, "born": {"type": "integer", "description": "year"}}},
    "rows": {"type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {
            "dir": {"enum": ["IN", "OUT"]}, "at": {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\d$"}}}},
    "words": {"type": "array", "items": {"type": "string"}},
    "rates": {"type": "object", "additionalProperties": {"type": "number"}},
    "maybe": {"type": ["boolean", "null"]}}})"),
            "who: context // the customer\n"
            "who.id: string\n"
            "who.born?: whole number // year\n"
            "rows: list of rows\n"
            "rows[].dir?: one of IN, OUT\n"
            "rows[].at?: date\n"
            "words?: list of string\n"
            "rates?: context of any keys, each number\n"
            "maybe?: boolean or null\n");
}

TEST(FactList, ADescriptionStandsBesideAnyOfToo) {
  EXPECT_EQ(Listed(R"({"type": "object", "additionalProperties": false, "properties": {
    "x": {"description": "d", "anyOf": [{"type": "null"}, {"type": "string"}]}}})"),
            "x?: string or null // d\n");
}

}  // namespace
}  // namespace oxpecker::facts
