#include "engine/facts/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oxpecker::facts {
namespace {

using feel::Type;

// The schema of an object with the one property "x".
std::string WithX(std::string_view x) {
  return R"({"type":"object","properties":{"x":)" + std::string(x) +
         R"(},"additionalProperties":false})";
}
Type TypeOfX(std::string_view x) {
  const auto schema = Schema::Load(WithX(x), "s");
  EXPECT_TRUE(schema) << x << "\n" << (schema ? "" : ToString(schema.error()));
  return schema ? schema->type().fields().at(0).type : Type::Any();
}
std::string Refusal(std::string_view json) {
  const auto schema = Schema::Load(json, "s");
  return schema ? "accepted" : ToString(schema.error());
}

TEST(SchemaTest, GivesTypes) {
  EXPECT_EQ(TypeOfX(R"({"type":"boolean"})"), Type::Boolean());
  EXPECT_EQ(TypeOfX(R"({"type":"integer","minimum":0})"), Type::NumberWithin(Decimal::FromInt64(0), std::nullopt));
  EXPECT_EQ(TypeOfX(R"({"type":"number","minimum":-1,"maximum":1})"),
            Type::NumberWithin(Decimal::FromInt64(-1), Decimal::FromInt64(1)));
  EXPECT_EQ(TypeOfX(R"({"type":"string","minLength":1,"maxLength":9})"), Type::String());
  EXPECT_EQ(TypeOfX(R"({"type":"string","pattern":"^[A-Z]{3}$"})"), Type::String());
  EXPECT_EQ(TypeOfX(R"({"type":["string","null"]})"), Type::String().OrNull());
  EXPECT_EQ(TypeOfX(R"({"type":["string"]})"), Type::String());
  EXPECT_EQ(TypeOfX(R"({"enum":["a","b"]})"), Type::StringOf({"a", "b"}));
  EXPECT_EQ(TypeOfX(R"({"enum":["a",null]})"), Type::StringOf({"a"}).OrNull());
  EXPECT_EQ(TypeOfX(R"({"type":["string","null"],"enum":["a"]})"), Type::StringOf({"a"}));
  EXPECT_EQ(TypeOfX(R"({"const":"a"})"), Type::StringOf({"a"}));
  EXPECT_EQ(
      TypeOfX(R"({"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$"})"),
      Type::DateTime());
  EXPECT_EQ(TypeOfX(R"({"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\d$"})"), Type::Date());
  EXPECT_EQ(TypeOfX(R"({"type":"array","items":{"type":"string"},"minItems":1,"maxItems":2})"),
            Type::List(Type::String()));
  EXPECT_EQ(TypeOfX(R"({"type":"object","additionalProperties":{"enum":["a"]}})"),
            Type::Map(Type::StringOf({"a"})));
  EXPECT_EQ(TypeOfX(R"({"anyOf":[{"type":"null"},{"type":"array","items":{"type":"number"}}]})"),
            Type::List(Type::Number()).OrNull());
  EXPECT_EQ(TypeOfX(R"({"title":"t","anyOf":[{"type":"boolean"},{"type":"null"}]})"),
            Type::Boolean().OrNull());
}

TEST(SchemaTest, FieldsKeepTheOrderOfTheSchema) {
  const auto schema = Schema::Load(R"({"$id":"the id","type":"object","properties":{
      "z":{"type":"string"},"a":{"type":"number"},"m":{"type":"boolean"}},
      "required":["m","z"],"additionalProperties":false})",
                                   "s");
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->id(), "the id");
  EXPECT_EQ(schema->name(), "s");
  const auto& fields = schema->type().fields();
  ASSERT_EQ(fields.size(), 3U);
  EXPECT_EQ(fields[0].name, "z");
  EXPECT_EQ(fields[1].name, "a");
  EXPECT_EQ(fields[2].name, "m");
  EXPECT_FALSE(fields[0].optional);
  EXPECT_TRUE(fields[1].optional);
  EXPECT_FALSE(fields[2].optional);
}

TEST(SchemaTest, RefusesWhatItDoesNotCheck) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"type":"string","format":"date"})",
       "s#/properties/x/format: found the keyword 'format', which this build does not check"},
      {R"({"type":"string","minLenght":1})",
       "s#/properties/x/minLenght: found the keyword 'minLenght', which this build does not check; "
       "did you mean "
       "'minLength'?"},
      {R"({"$ref":"#/x"})",
       "s#/properties/x: found a schema without a type, expected 'type', 'enum', 'const' or "
       "'anyOf'"},
      {"true", "s#/properties/x: found boolean, expected a schema (an object)"},
      {R"({"type":"number","pattern":"a"})",
       "s#/properties/x/pattern: found the keyword 'pattern' where it has no effect"},
      {R"({"type":"string","minimum":1})",
       "s#/properties/x/minimum: found the keyword 'minimum' where it has no effect"},
      {R"({"type":"integer","enum":[1]})",
       "s#/properties/x/enum: found the keyword 'enum' where it has no effect"},
      {R"({"enum":[1]})", "s#/properties/x/enum/0: found number, expected a string"},
      {R"({"enum":["a","a"]})", "s#/properties/x/enum/1: found the same value twice"},
      {R"({"enum":[]})",
       "s#/properties/x/enum: found no list of values, expected at least one string"},
      {R"({"enum":[null]})", "s#/properties/x/enum: found no string, expected at least one"},
      {R"({"type":"string","enum":["a",null]})",
       "s#/properties/x/enum: found null, which the type does not allow"},
      {R"({"const":1})", "s#/properties/x/const: found number, expected a string"},
      {R"({"type":"text"})",
       "s#/properties/x/type: found no type of JSON Schema, expected boolean, integer, number, "
       "string, array, object "
       "or null"},
      {R"({"type":"null"})", "s#/properties/x/type: found no type but null, expected another one"},
      {R"({"type":["string","number"]})",
       "s#/properties/x/type/1: found a second type, expected one type, or one and null"},
      {R"({"type":"string","pattern":"("})",
       "s#/properties/x/pattern: found a pattern that cannot be used (missing ): (), expected a "
       "regular expression of "
       "RE2"},
      {R"({"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\d$","minLength":1})",
       "s#/properties/x/minLength: found a second constraint beside the pattern of a date"},
      {R"({"type":"string","minLength":-1})",
       "s#/properties/x/minLength: found no whole number from 0"},
      {R"({"type":"string","maxLength":1.5})",
       "s#/properties/x/maxLength: found no whole number from 0"},
      {R"({"type":"string","minLength":2,"maxLength":1})",
       "s#/properties/x: found a smallest size above the largest one"},
      {R"({"type":"number","minimum":2,"maximum":1})",
       "s#/properties/x: found a minimum above the maximum"},
      {R"({"type":"number","minimum":"0"})",
       "s#/properties/x/minimum: found no number of at most 34 digits"},
      {R"({"type":"array"})",
       "s#/properties/x: found an array without 'items', expected their schema"},
      {R"({"type":"array","items":{"type":"string","format":"x"}})",
       "s#/properties/x/items/format: found the keyword 'format', which this build does not check"},
      {R"({"type":"object","properties":{}})",
       "s#/properties/x: found an object that does not say what comes of unknown fields; say "
       "\"additionalProperties\": false to refuse them, true to leave them unread, or give "
       "their schema"},
      {R"({"type":"object","additionalProperties":false})",
       "s#/properties/x: found an object without 'properties', expected their schemas"},
      {R"({"type":"object","properties":{},"additionalProperties":{"type":"string"}})",
       "s#/properties/x/additionalProperties: found a schema beside 'properties', expected false"},
      {R"({"type":"object","properties":{"a":{"type":"string"}},"required":["b"],"additionalProperties":false})",
       "s#/properties/x/required/0: found a name that is none of the properties"},
      {R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a","a"],"additionalProperties":false})",
       "s#/properties/x/required/1: found the same name twice"},
      {R"({"anyOf":[{"type":"string"},{"type":"number"}]})",
       "s#/properties/x/anyOf: found other alternatives, expected {\"type\": \"null\"} and one "
       "other schema"},
      {R"({"anyOf":[{"type":"null"},{"type":"string"}],"minLength":1})",
       "s#/properties/x/minLength: found 'minLength' beside anyOf, expected nothing"},
      {R"({"type":"string","$id":"a"})",
       "s#/properties/x/$id: found the keyword '$id' where it has no effect"},
      {R"({"type":"string","title":1})", "s#/properties/x/title: found number, expected a string"}};
  for (const auto& [x, refusal] : cases) EXPECT_EQ(Refusal(WithX(x)), refusal) << x;
}

TEST(SchemaTest, RefusesRootsThatAreNoObject) {
  EXPECT_EQ(Refusal("{"), "s:1:2: found the end of the text, expected a key in double quotes");
  const char* expected =
      "s#: found a schema of something else, expected one of an object with properties";
  EXPECT_EQ(Refusal(R"({"type":"string"})"), expected);
  EXPECT_EQ(Refusal(R"({"type":"object","additionalProperties":{"type":"string"}})"), expected);
  EXPECT_EQ(Refusal(R"({"type":["object","null"],"properties":{},"additionalProperties":false})"),
            expected);
  EXPECT_THAT(
      Refusal(
          R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{},
      "additionalProperties":false})"),
      testing::StartsWith("s#/$schema: found another dialect"));
}

TEST(SchemaTest, ReportsEveryIssue) {
  const auto schema =
      Schema::Load(R"({"type":"object","properties":{"a":{"type":"x"},"b/c":{"format":"y","type":
      "string"}},"required":["z"],"additionalProperties":false})",
                   "s");
  ASSERT_FALSE(schema);
  ASSERT_EQ(schema.error().size(), 3U);
  EXPECT_EQ(schema.error()[0].place, "s#/properties/a/type");
  EXPECT_EQ(schema.error()[1].place, "s#/properties/b~1c/format");
  EXPECT_EQ(schema.error()[2].place, "s#/required/0");
}

}  // namespace
}  // namespace oxpecker::facts
