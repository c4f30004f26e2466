#include "engine/facts/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oxpecker::facts {
namespace {

using feel::FindEntry;
using feel::Value;
using testing::ElementsAre;

Schema LoadX(std::string_view x, bool required = true) {
  auto schema =
      Schema::Load(R"({"type":"object","properties":{"x":)" + std::string(x) + R"(},"required":[)" +
                       (required ? R"("x")" : "") + R"(],"additionalProperties":false})",
                   "s");
  EXPECT_TRUE(schema) << x;
  return *std::move(schema);
}

// "accepted", or the issues with a value of x.
std::string Reading(std::string_view x_schema, std::string_view x, const FactsLimits& limits = {}) {
  const auto facts = ReadFacts(LoadX(x_schema), R"({"x":)" + std::string(x) + "}", limits);
  return facts ? "accepted" : ToString(facts.error());
}

constexpr std::string_view kCustomer = R"({"type":"object","properties":{
    "id":{"type":"string","minLength":1},
    "born":{"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\d$"},
    "score":{"type":"number","minimum":0,"maximum":1},
    "adviser":{"type":["string","null"]},
    "consents":{"type":"array","items":{"type":"object","properties":{
        "status":{"enum":["granted","withdrawn"]},
        "at":{"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$"}},
      "required":["status"],"additionalProperties":false}},
    "channels":{"type":"object","additionalProperties":{"enum":["opt_in","opt_out"]}}},
  "required":["id","consents"],"additionalProperties":false})";

Schema Customer() {
  auto schema = Schema::Load(kCustomer, "customer");
  EXPECT_TRUE(schema);
  return *std::move(schema);
}

TEST(FactsTest, ConvertsEveryKind) {
  const std::string text =
      R"({"channels":{"sms":"opt_in","app":"opt_out"},"id":"c\u00e5","born":"2000-02-29","score":0.50,"adviser":null,
          "consents":[{"status":"granted","at":"2026-03-16T10:00:01Z"},{"status":"withdrawn"}]})";
  auto read = ReadFacts(Customer(), text, {});
  ASSERT_TRUE(read) << ToString(read.error());
  const Facts facts = *std::move(read);  // moving keeps the values
  EXPECT_EQ(facts.source(), text);
  EXPECT_EQ(facts.root().context().shape, facts.schema().type().shape());
  EXPECT_EQ(FindEntry(facts.root(), "id")->string(), "c\xC3\xA5");
  EXPECT_EQ(FindEntry(facts.root(), "born")->epoch_days(), 11'016);
  EXPECT_EQ(FindEntry(facts.root(), "score")->number().ToString(), "0.50");
  const Value* adviser = FindEntry(facts.root(), "adviser");
  EXPECT_TRUE(adviser->is_null());
  EXPECT_FALSE(adviser->is_missing());
  const auto consents = FindEntry(facts.root(), "consents")->list();
  ASSERT_EQ(consents.size(), 2U);
  const Value* at = FindEntry(consents[0], "at");
  EXPECT_EQ(at->local_seconds(), 1'773'655'201);
  EXPECT_EQ(at->nanos(), 0U);
  EXPECT_EQ(at->zone(), feel::Zone::Offset(0));
  EXPECT_TRUE(FindEntry(consents[1], "at")->is_missing());
  EXPECT_EQ(FindEntry(consents[1], "at")->cause()->message, "the fact 'consents.at' is absent");
  const Value* channels = FindEntry(facts.root(), "channels");
  EXPECT_EQ(FindEntry(*channels, "sms")->string(), "opt_in");
  EXPECT_EQ(FindEntry(*channels, "app")->string(), "opt_out");
  EXPECT_EQ(FindEntry(*channels, "fax"), nullptr);
}

TEST(FactsTest, AbsentOptionalFieldsAreMissing) {
  const auto facts = ReadFacts(Customer(), R"({"id":"c","consents":[]})", {});
  ASSERT_TRUE(facts);
  for (const char* name : {"born", "score", "adviser", "channels"}) {
    const Value* value = FindEntry(facts->root(), name);
    ASSERT_NE(value, nullptr);
    EXPECT_TRUE(value->is_missing());
    EXPECT_EQ(value->cause()->message, "the fact '" + std::string(name) + "' is absent");
  }
  EXPECT_EQ(FindEntry(facts->root(), "consents")->list().size(), 0U);
}

TEST(FactsTest, OutlivesSchemaAndText) {
  std::optional<Facts> kept;
  {
    const Schema schema = Customer();
    const std::string text =
        R"({"id":"a name that is longer than any small string","consents":[{"status":"granted"}]})";
    auto facts = ReadFacts(schema, text, {});
    ASSERT_TRUE(facts);
    kept = *std::move(facts);
  }
  EXPECT_EQ(FindEntry(kept->root(), "id")->string(), "a name that is longer than any small string");
  EXPECT_EQ(FindEntry(kept->root(), "born")->cause()->message, "the fact 'born' is absent");
}

TEST(FactsTest, FindsFieldsInAnyOrder) {
  const auto schema =
      Schema::Load(R"({"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"},
      "c":{"type":"number"},"d":{"type":"number"}},"required":["a","b","c"],"additionalProperties":false})",
                   "s");
  ASSERT_TRUE(schema);
  std::string names = "abcd";
  do {
    std::string text = "{";
    for (const char c : names)
      text +=
          (text.size() > 1 ? ",\"" : "\"") + std::string(1, c) + "\":" + std::to_string(c - 'a');
    const auto facts = ReadFacts(*schema, text + "}", {});
    ASSERT_TRUE(facts) << text;
    for (const char c : names)
      EXPECT_EQ(FindEntry(facts->root(), std::string(1, c))->number(), Decimal::FromInt64(c - 'a'));
  } while (std::next_permutation(names.begin(), names.end()));
}

TEST(FactsTest, ReportsEveryIssueAtOnce) {
  const auto facts =
      ReadFacts(Customer(), R"({"id":"","born":"2023-02-29","score":2,"adviser":7,"bornn":1,
      "consents":[{"status":"grantd"},5,{"at":"2026-03-16","a/b":0}],"channels":{"sms":"no","app":"opt_in"}})",
                {});
  ASSERT_FALSE(facts);
  std::vector<std::string> issues;
  for (const Error& error : facts.error()) issues.push_back(error.ToString());
  EXPECT_THAT(
      issues,
      ElementsAre(
          "/id: found a string of 0 characters, expected at least 1",
          "/born: found a day that is not in the calendar, expected a date as in 2026-03-16",
          "/score: found a larger number, expected at most 1",
          "/adviser: found a number, expected a string or null",
          "/bornn: found the unknown field 'bornn', expected one of the 6 fields of the schema; "
          "did you mean 'born'?",
          "/consents/0/status: found another string, expected one of 'granted', 'withdrawn'; did "
          "you mean 'granted'?",
          "/consents/1: found a number, expected an object",
          "/consents/2/at: found another string, expected an instant as in 2026-03-16T10:00:00Z",
          "/consents/2/a~1b: found the unknown field 'a/b', expected one of the 2 fields of the "
          "schema",
          "/consents/2/status: found nothing, expected one of 'granted', 'withdrawn'",
          "/channels/sms: found another string, expected one of 'opt_in', 'opt_out'"));
}

TEST(FactsTest, RefusesOtherKinds) {
  const std::pair<const char*, const char*> expected[] = {
      {R"({"type":"boolean"})", "a boolean"},
      {R"({"type":"integer"})", "a whole number"},
      {R"({"type":"number"})", "a number"},
      {R"({"type":"string"})", "a string"},
      {R"({"const":"k"})", "'k'"},
      {R"({"type":"array","items":{"type":"string"}})", "an array"},
      {R"({"type":"object","additionalProperties":{"type":"string"}})", "an object"}};
  const std::pair<const char*, const char*> values[] = {{"null", "null"},   {"true", "a boolean"},
                                                        {"1", "a number"},  {"\"k\"", "a string"},
                                                        {"[]", "an array"}, {"{}", "an object"}};
  for (const auto& [schema, what] : expected) {
    int accepted = 0;
    for (const auto& [value, found] : values) {
      const std::string reading = Reading(schema, value);
      if (reading == "accepted") {
        ++accepted;
      } else {
        EXPECT_EQ(reading, std::string("/x: found ") + found + ", expected " + what);
      }
    }
    EXPECT_EQ(accepted, 1) << schema;
  }
}

TEST(FactsTest, HoldsBoundsOfNumbers) {
  const char* schema = R"({"type":"number","minimum":-1,"maximum":0.5})";
  for (const char* good : {"-1", "-1.0", "0", "0.5", "0.50", "5e-1"})
    EXPECT_EQ(Reading(schema, good), "accepted");
  EXPECT_EQ(Reading(schema, "-1.0000001"), "/x: found a smaller number, expected at least -1");
  EXPECT_EQ(Reading(schema, "0.500000000000000000001"),
            "/x: found a larger number, expected at most 0.5");
}

TEST(FactsTest, WholeNumbersMayBeSpelledInAnyWay) {
  const char* schema = R"({"type":"integer"})";
  for (const char* good :
       {"0", "-0", "1", "1.0", "1e3", "12.50e1", "123456789012345678901234567890"})
    EXPECT_EQ(Reading(schema, good), "accepted") << good;
  for (const char* bad : {"0.5", "1.000001", "1e-1", "12345678901234567890.5"})
    EXPECT_EQ(Reading(schema, bad), "/x: found a number with a fraction, expected a whole number")
        << bad;
}

TEST(FactsTest, KeepsNumbersExactlyOrRefusesThem) {
  const auto number = [](const std::string& text) -> std::string {
    const auto facts = ReadFacts(LoadX(R"({"type":"number"})"), "{\"x\":" + text + "}", {});
    return facts ? FindEntry(facts->root(), "x")->number().ToString()
                 : facts.error().front().message;
  };
  for (const char* text :
       {"1.50", "0.00", "-0.1", "123456789012345678", "1234567890123456789",
        "1234567890123456789012345678901234", "0.1234567890123456789012345678901234"})
    EXPECT_EQ(number(text), text);
  EXPECT_EQ(number("1e5999"), "1E+5999");
  EXPECT_EQ(number("1e-5999"), "1E-5999");
  const std::string expected = ", expected at most 34 digits and an exponent below 6000";
  EXPECT_EQ(number("12345678901234567890123456789012345"),
            "found a number with more than 34 digits" + expected);
  EXPECT_EQ(number("1.0000000000000000000000000000000000"),
            "found a number with more than 34 digits" + expected);
  EXPECT_EQ(number("1e6000"), "found a number with an extreme exponent" + expected);
  EXPECT_EQ(number("1e-6000"), "found a number with an extreme exponent" + expected);
  EXPECT_EQ(number("1e99999999999999999999999"),
            "found a number with an extreme exponent" + expected);
  EXPECT_EQ(number("0." + std::string(98, '0')), "0E-98");
  EXPECT_EQ(number("0." + std::string(99, '0')),
            "found a number with more than 100 characters" + expected);
}

TEST(FactsTest, ReadsInstantsAndDays) {
  const char* instant =
      R"({"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$"})";
  for (const char* good : {"2026-03-16T00:00:00Z", "2024-02-29T23:59:59Z", "0000-01-01T00:00:00Z",
                           "9999-12-31T23:59:59Z"})
    EXPECT_EQ(Reading(instant, '"' + std::string(good) + '"'), "accepted");
  const std::string expected = ", expected an instant as in 2026-03-16T10:00:00Z";
  for (const char* bad : {"", "2026-03-16", "2026-03-16T10:00:00", "2026-03-16T10:00:00.0Z",
                          "2026-03-16 10:00:00Z", "2026-03-16T10:00:00+", "2026-3-16T10:00:000Z",
                          "2026-03-16T10:00:0aZ", "2026/03/16T10:00:00Z", "2026-03-16T10.00.00Z"})
    EXPECT_EQ(Reading(instant, '"' + std::string(bad) + '"'), "/x: found another string" + expected)
        << bad;
  for (const char* bad : {"2023-02-29T10:00:00Z", "2026-13-01T10:00:00Z", "2026-04-31T10:00:00Z",
                          "2026-00-01T10:00:00Z", "2026-01-00T10:00:00Z"})
    EXPECT_EQ(Reading(instant, '"' + std::string(bad) + '"'),
              "/x: found a day that is not in the calendar" + expected);
  for (const char* bad : {"2026-03-16T24:00:00Z", "2026-03-16T10:60:00Z", "2026-03-16T10:00:60Z"})
    EXPECT_EQ(Reading(instant, '"' + std::string(bad) + '"'),
              "/x: found a time that no clock shows" + expected);
}

TEST(FactsTest, CountsCodePointsOfStrings) {
  const char* schema = R"({"type":"string","minLength":2,"maxLength":3})";
  EXPECT_EQ(Reading(schema, "\"a\""), "/x: found a string of 1 character, expected at least 2");
  EXPECT_EQ(Reading(schema, "\"\xF0\x9F\x98\x80\""),
            "/x: found a string of 1 character, expected at least 2");
  EXPECT_EQ(Reading(schema, "\"ab\""), "accepted");
  EXPECT_EQ(Reading(schema, "\"\xC3\xA5\xC3\xA5\xC3\xA5\""), "accepted");
  EXPECT_EQ(Reading(schema, "\"\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\""), "accepted");
  EXPECT_EQ(Reading(schema, "\"abcd\""), "/x: found a string of 4 characters, expected at most 3");
}

TEST(FactsTest, ChecksPatternsAndTheNullCharacter) {
  const char* schema = R"({"type":"string","pattern":"^[A-Z]{3}$"})";
  EXPECT_EQ(Reading(schema, "\"EUR\""), "accepted");
  EXPECT_EQ(Reading(schema, "\"EURO\""),
            "/x: found a string of 4 characters that does not match, expected one that matches "
            "^[A-Z]{3}$");
  EXPECT_EQ(Reading(R"({"type":"string"})", R"("a\u0000b")"),
            "/x: found a string with the character U+0000, expected one without");
}

TEST(FactsTest, ChecksSizesOfArrays) {
  const char* schema = R"({"type":"array","items":{"type":"number"},"minItems":1,"maxItems":2})";
  EXPECT_EQ(Reading(schema, "[]"), "/x: found an array of 0 items, expected at least 1");
  EXPECT_EQ(Reading(schema, "[1]"), "accepted");
  EXPECT_EQ(Reading(schema, "[1,2]"), "accepted");
  EXPECT_EQ(Reading(schema, "[1,2,3]"), "/x: found an array of 3 items, expected at most 2");
}

TEST(FactsTest, RefusesWhatIsNoJson) {
  const auto facts = ReadFacts(Customer(), "{\"id\":\"c\",\n\"id\":\"c\"}", {});
  ASSERT_FALSE(facts);
  EXPECT_EQ(ToString(facts.error()), "2:2: found the key 'id' twice in one object");
  EXPECT_EQ(Reading(R"({"type":"string"})", "'a'"), "1:6: found ''', expected a value");
}

TEST(FactsTest, AnOpenObjectLeavesUnknownFieldsUnread) {
  const char* open = R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":true})";
  EXPECT_EQ(Reading(open, R"({"a":"","b":{"c":[1]}})"), "accepted");
  EXPECT_EQ(Reading(open, R"({"a":1,"b":1})"), "/x/a: found a number, expected a string");
  EXPECT_EQ(Reading(open, R"({"b":1})"), "/x/a: found nothing, expected a string");
}

TEST(FactsTest, HoldsItsLimits) {
  const char* list = R"({"type":"array","items":{"type":"string"}})";
  const char* map = R"({"type":"object","additionalProperties":{"type":"string"}})";
  EXPECT_EQ(Reading(list, R"(["a","b"])", {.list_length_max = 2}), "accepted");
  EXPECT_EQ(Reading(list, R"(["a","b"])", {.list_length_max = 1}),
            "/x: found an array of 2 items, at most 1 are taken");
  EXPECT_EQ(Reading(map, R"({"a":"","b":""})", {.list_length_max = 2}), "accepted");
  EXPECT_EQ(Reading(map, R"({"a":"","b":""})", {.list_length_max = 1}),
            "/x: found an object of 2 entries, at most 1 are taken");
  EXPECT_EQ(Reading(list, R"(["abc"])", {.string_bytes_max = 3}), "accepted");
  EXPECT_EQ(Reading(list, R"(["abc"])", {.string_bytes_max = 2}),
            "/x/0: found a string of 3 bytes, at most 2 are taken");
  EXPECT_EQ(Reading(list, "[]", {.bytes_max = 8}), "accepted");
  EXPECT_EQ(Reading(list, "[]", {.bytes_max = 7}), "the text has 8 bytes, at most 7 are taken");
  EXPECT_EQ(Reading(list, "[]", {.depth_max = 1}), "the text is nested more than 1 levels deep");
  EXPECT_EQ(Reading(list, "[\"a\"]", {.values_max = 2}), "the text holds more than 2 values");
}

TEST(FactsTest, StopsAtSoManyIssues) {
  const char* list = R"({"type":"array","items":{"type":"string"}})";
  const auto read = [&](std::size_t count) {
    std::string text = "{\"x\":[0";
    for (std::size_t i = 1; i < count; ++i) text += ",0";
    return ReadFacts(LoadX(list), text + "]}", {}).error();
  };
  EXPECT_EQ(read(999).size(), 999U);
  EXPECT_EQ(read(1'000).size(), 1'000U);
  const Issues issues = read(5'000);
  ASSERT_EQ(issues.size(), 1'001U);
  EXPECT_EQ(issues[999].place, "/x/999");
  EXPECT_EQ(issues[1'000].code, ErrorCode::kLimit);
  EXPECT_EQ(issues[1'000].message, "found 1000 issues and stopped, so that more may follow");
}

TEST(FactsTest, MessagesNeverHoldWhatTheDocumentSays) {
  const std::string secret = "Agneta";
  for (const char* schema :
       {R"({"type":"number"})", R"({"enum":["a","b"]})", R"({"type":"string","maxLength":2})",
        R"({"type":"string","pattern":"^[a-z]$"})",
        R"({"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\d$"})",
        R"({"type":"array","items":{"type":"string"}})", R"({"type":"boolean"})"})
    EXPECT_EQ(Reading(schema, '"' + secret + '"').find(secret), std::string::npos) << schema;
  EXPECT_EQ(Reading(R"({"type":"string"})", "19580412").find("1958"), std::string::npos);
}

TEST(FactsTest, KeysThatWouldHurtATerminalAreNotShown) {
  EXPECT_EQ(
      ToString(ReadFacts(Customer(), R"({"id":"c","consents":[],"\u001b[2J":1})", {}).error()),
      "found the unknown field '...', expected one of the 6 fields of the schema");
  EXPECT_EQ(
      Reading(R"({"type":"object","additionalProperties":{"type":"string"}})", R"({"\u001b":""})"),
      "/x: found a key that is long or holds control characters, expected keys of at most 64 "
      "bytes");
}

}  // namespace
}  // namespace oxpecker::facts
