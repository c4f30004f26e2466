#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <set>

#include "base/json/document.h"
#include "base/json/value.h"

namespace oxpecker::json {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

Error ErrorOf(std::string_view text, const Limits& limits = {}) {
  auto document = Document::Parse(text, limits);
  if (document) return {ErrorCode::kInvalidInput, "", "accepted", ""};
  return document.error();
}

// What the grammar of RFC 8259 allows, one line a rule or a boundary of one.
const std::string kValid[] = {
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "123456789",
    "0.5",
    "-0.5",
    "1.0",
    "1.000",
    "1e0",
    "1E0",
    "1e+0",
    "1e-0",
    "0e1",
    "0e+1",
    "123.456e78",
    "1.5E-7",
    "-0e00",
    "-12.34e-56",
    "1e999999",
    "123456789012345678901234567890123456789012345678901234567890",
    "0.000000000000000000000000000000000000000000000000000000000000000000000001",
    "\"\"",
    "\"a\"",
    "\" \"",
    "\"\\\"\"",
    "\"\\\\\"",
    "\"\\/\"",
    "\"\\b\\f\\n\\r\\t\"",
    "\"/\"",
    "\"\\u0061\"",
    "\"\\u00e5\"",
    "\"\\u00E5\"",
    "\"\\u20ac\"",
    "\"\\uD83D\\uDE00\"",
    "\"\\ud800\\udc00\"",
    "\"\\udbff\\udfff\"",
    "\"\\uffff\"",
    "\"\\u0000\"",
    "\"\\u0012\"",
    "\"\\\\u0061\"",
    "\"\\\\\\\\\"",
    "\"\\\\\\\"\"",
    "\"\x7F\"",
    "\"\xC3\xA5\"",
    "\"\xE2\x82\xAC\"",
    "\"\xF0\x9F\x98\x80\"",
    "\"\xF4\x8F\xBF\xBF\"",
    "\"\xEF\xBF\xBF\"",
    "\"\xE2\x80\xA8\xE2\x80\xA9\"",
    "\"\xEF\xBB\xBF\"",
    "\"// no comment /* */\"",
    "\"1234567\"",
    "\"12345678\"",
    "\"123456789\"",
    "\"1234567\\n\"",
    "\"12345678\\n12345678\"",
    "[]",
    "[ ]",
    "[\t\n\r ]",
    "[1]",
    "[1,2]",
    "[ 1 , 2 ]",
    "[[]]",
    "[[],[]]",
    "[[[[]]]]",
    "[{}]",
    "[null,1,\"1\",{}]",
    "[true ,false\n]",
    "[-1]",
    "[1e1]",
    "[\"a\",\"b\"]",
    "[\"\\u0060\\u012a\"]",
    "{}",
    "{ }",
    "{\"\":0}",
    "{\"a\":1}",
    "{ \"a\" : 1 }",
    "{\"a\":1,\"b\":2}",
    "{\"a\":{\"a\":{}}}",
    "{\"a\":[]}",
    "{\"a\":\"b\",\"c\":\"d\"}",
    "{\"\\u0061\":1}",
    "{\"a\\u0000\":1,\"a\":2}",
    "{\"a\":\n1}",
    "{\"x\":[{\"id\":\"y\"}],\"id\":\"z\"}",
    " \t\r\n1 \t\r\n",
    " [1] ",
    "\n{}\n",
};

// What it does not allow, and duplicate keys, which it allows and we do not.
const std::string kInvalid[] = {
    "",
    " ",
    "\n",
    "\xEF\xBB\xBF{}",
    "\xEF\xBB\xBF",
    "\xEF\xBB",
    "\0"s,
    "1\0"s,
    "\0001"s,
    "[1]\0"s,
    "n",
    "nul",
    "nulll",
    "null1",
    "nUll",
    "NULL",
    "True",
    "tru",
    "truee",
    "fals",
    "falsey",
    "true false",
    "undefined",
    "NaN",
    "Infinity",
    "-Infinity",
    "-",
    "--1",
    "+1",
    "- 1",
    "01",
    "-01",
    "00",
    "1.",
    "-1.",
    ".5",
    "-.5",
    "1.e1",
    "1e",
    "1E",
    "1e+",
    "1e-",
    "1e1.5",
    "1e1e1",
    "1ee1",
    "0x1",
    "0b1",
    "1_000",
    "1a",
    "1 2",
    "1,2",
    "1,",
    ",1",
    "0.1.2",
    "1\"\"",
    "\xEF\xBC\x91",
    "\"",
    "\"a",
    "a\"",
    "'a'",
    "\"\\\"",
    "\"\\",
    "\"\\a\"",
    "\"\\v\"",
    "\"\\0\"",
    "\"\\x41\"",
    "\"\\'\"",
    "\"\\U0041\"",
    "\"\\u\"",
    "\"\\u1\"",
    "\"\\u12\"",
    "\"\\u123\"",
    "\"\\u123g\"",
    "\"\\u 123\"",
    "\"\\u+123\"",
    "\"\\u-123\"",
    "\"\\uD800\"",
    "\"\\uDC00\"",
    "\"\\uDFFF\"",
    "\"\\uD800x\"",
    "\"\\uD800\\n\"",
    "\"\\uD800\\uD800\"",
    "\"\\uD800\\u0061\"",
    "\"\\uD800\\u\"",
    "\"\\uDC00\\uD800\"",
    "\"\\uD834\\uD\"",
    "\"\n\"",
    "\"\t\"",
    "\"\r\"",
    "\"\0\""s,
    "\"\x01\"",
    "\"\x1F\"",
    "\"12345678\x1F\"",
    "\"a\" \"b\"",
    "\"a\"b",
    "\"\"\"\"",
    "\"\\\n\"",
    "\"\x80\"",
    "\"\xBF\"",
    "\"\xC0\x80\"",
    "\"\xC1\xBF\"",
    "\"\xC2\"",
    "\"\xC2 \"",
    "\"\xE0\x80\x80\"",
    "\"\xE0\x9F\xBF\"",
    "\"\xE2\x82\"",
    "\"\xED\xA0\x80\"",
    "\"\xED\xBF\xBF\"",
    "\"\xF0\x80\x80\x80\"",
    "\"\xF0\x8F\xBF\xBF\"",
    "\"\xF0\x9F\x98\"",
    "\"\xF4\x90\x80\x80\"",
    "\"\xF5\x80\x80\x80\"",
    "\"\xFE\"",
    "\"\xFF\"",
    "\xFF",
    "[\"\xC3\"]",
    "{\"\xC3\":1}",
    "[",
    "]",
    "[1",
    "[1,",
    "[,",
    "[,1]",
    "[1,]",
    "[1,,2]",
    "[1 2]",
    "[1;2]",
    "[1}",
    "[1]]",
    "[]]",
    "[][]",
    "[]1",
    "[1]x",
    "[a]",
    "['a']",
    "[\"a]",
    "[\"\"",
    "[\"a\",",
    "[\"a\"1]",
    "[1:2]",
    "[:1]",
    "[/**/]",
    "[1]//",
    "[1]#",
    "#",
    "/**/1",
    "//\n1",
    "[+1]",
    "[-]",
    "[01]",
    "[1.]",
    "[.5]",
    "[0.]",
    "[0e]",
    "[0e+]",
    "[1e]",
    "[-a]",
    "[1+2]",
    "[0x1]",
    "[nul]",
    "[True]",
    "[\x0B]",
    "[\x0C]",
    "\x0C[]",
    "[]\x0C",
    "[\xC2\xA0]",
    "\xC2\xA0[]",
    "[\xE2\x81\xA0]",
    "<null>",
    "[<null>]",
    "{",
    "}",
    "{a",
    "{\"a",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{,}",
    "{,\"a\":1}",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\" 1}",
    "{\"a\"::1}",
    "{:1}",
    "{1:1}",
    "{null:1}",
    "{a:1}",
    "{'a':1}",
    "{\"a\":1,,\"b\":2}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":1;\"b\":2}",
    "{\"a\":1]",
    "{\"a\":1}}",
    "{}{}",
    "{}1",
    "{[]:1}",
    "{\"a\",1}",
    "{\"a\":1:2}",
    "{\"a\":b}",
    "{\"a\":1}#",
    "{\"a\":1}/**/",
    "{\"a\":1,\"b\"}",
    "{\"a\\uD800\":1}",
    "{\"a\n\":1}",
    "{true}",
    "{{}}",
    "{[]}",
    "{\"a\":1,\"a\":1}",
    "{\"a\":1,\"b\":2,\"a\":3}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"\":1,\"\":2}",
    "[{\"a\":[],\"a\":{}}]",
    "{\"b\":{\"a\":1,\"a\":2}}",
};

TEST(DocumentTest, TakesEveryValidText) {
  for (const std::string& text : kValid) EXPECT_EQ(ErrorOf(text).message, "accepted") << text;
}

TEST(DocumentTest, RefusesEveryInvalidText) {
  for (const std::string& text : kInvalid) {
    const Error error = ErrorOf(text);
    EXPECT_NE(error.message, "accepted") << text;
    EXPECT_THAT(error.message, HasSubstr("found ")) << text;
    EXPECT_NE(error.place, "") << text;
    EXPECT_EQ(error.code, ErrorCode::kInvalidInput);
  }
}

TEST(DocumentTest, RefusesEveryBeginningOfAText) {
  const std::string text =
      R"({"a":[1.5e-7,true,null,"x\u00e5\n"],"b":{"c":{},"d":[[]]},"e":"\ud83d\ude00"})";
  ASSERT_EQ(ErrorOf(text).message, "accepted");
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_NE(ErrorOf(text.substr(0, size)).message, "accepted") << size;
}

// simdjson's own parser is the oracle. It refuses numbers beyond 64 bits or a double, which we
// take, and takes duplicate keys, which we refuse.
TEST(DocumentTest, AgreesWithSimdjsonOnTextsWithChangedBytes) {
  const std::string_view alphabet = "{}[]:,\"\\ \n019-+.eEtfnul/bx\x01\x7F\xC3\xA5";
  const std::string seeds[] = {
      R"({"a":[1.5e-7,true,null,"x\u0061\n"],"b":{"c":{},"d":[[]]},"e":"abcdefgh\\ijk"})",
      R"([-0.0,10,[],{"k":"v"},false," "])", R"("12345678\"")", "-12.5e+3"};
  std::uint64_t state = 1;
  const auto next = [&](std::size_t bound) {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    return static_cast<std::size_t>(state >> 33U) % bound;
  };
  simdjson::dom::parser oracle;
  int accepted = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text = seeds[next(std::size(seeds))];
    for (std::size_t change = next(3) + 1; change > 0 && !text.empty(); --change) {
      const std::size_t at = next(text.size());
      const char byte = alphabet[next(alphabet.size())];
      switch (next(3)) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.erase(at, 1);
          break;
        default:
          text.insert(at, 1, byte);
      }
    }
    const auto ours = Document::Parse(text, {});
    const auto theirs = oracle.parse(text).error();
    if (!ours && ours.error().message.ends_with("twice in one object")) continue;
    if (ours && theirs == simdjson::NUMBER_ERROR && !Canonical(ours->root())) continue;
    ASSERT_EQ(ours.has_value(), theirs == simdjson::SUCCESS) << text;
    accepted += ours ? 1 : 0;
  }
  EXPECT_GT(accepted, 10'000);
}

TEST(DocumentTest, KeepsTheExactTextOfNumbers) {
  for (const char* text : {"1.50", "-3e7", "0.10", "1E+2", "-0", "12345678901234567890.5"}) {
    const auto document = Document::Parse(text, {});
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root().kind(), Kind::kNumber);
    EXPECT_EQ(document->root().text(), text);
  }
}

TEST(DocumentTest, ResolvesEscapesWhereverTheyStand) {
  // Escapes before, in and after words of eight bytes.
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string prefix(before, 'x');
    const std::string suffix(19 - before, 'y');
    const std::string text =
        "\"" + prefix + R"(\"\\\/\b\f\n\r\t\u0041\u00e5\u20AC\ud83d\uDE00\u0000)" + suffix + "\"";
    const auto document = Document::Parse(text, {});
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root().text(),
              prefix + "\"\\/\b\f\n\r\tA\xC3\xA5\xE2\x82\xAC\xF0\x9F\x98\x80\0"s + suffix);
  }
}

TEST(DocumentTest, WalksInDocumentOrder) {
  const auto document = Document::Parse(R"({"z":[1,[2,{}],{"q":3}],"a":{},"m":null,"":true})", {});
  ASSERT_TRUE(document);
  const View root = document->root();
  EXPECT_EQ(root.size(), 4U);
  std::vector<std::string> keys;
  for (const View member : root) keys.emplace_back(member.key());
  EXPECT_EQ(keys, (std::vector<std::string>{"z", "a", "m", ""}));
  const View z = root.Find("z").value();
  EXPECT_EQ(z.size(), 3U);
  std::vector<std::size_t> sizes;
  for (const View item : z) sizes.push_back(item.size());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{0, 2, 1}));
  EXPECT_TRUE(root.Find("m")->is_null());
  EXPECT_EQ(root.Find("")->kind(), Kind::kTrue);
  EXPECT_FALSE(root.Find("q"));
  EXPECT_FALSE(z.Find("q"));
  EXPECT_EQ(root.Find("a")->begin(), root.Find("a")->end());
  EXPECT_EQ(root.Find("m")->begin(), root.Find("m")->end());
}

TEST(DocumentTest, OutlivesItsTextAndMoves) {
  std::optional<Document> kept;
  {
    const std::string text = R"({"a":"only here"})";
    auto document = Document::Parse(text, {});
    ASSERT_TRUE(document);
    kept = *std::move(document);
  }
  EXPECT_EQ(kept->root().Find("a")->text(), "only here");
}

std::string ObjectOf(std::size_t members, std::size_t repeated) {
  std::string text = "{";
  for (std::size_t i = 0; i < members; ++i)
    text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i + 1 == members ? repeated : i) + "\":0";
  return text + "}";
}

TEST(DocumentTest, FindsADuplicateKeyAmongAnyNumber) {
  for (const std::size_t members : {2U, 3U, 8U, 9U, 127U, 128U, 129U, 130U, 1'000U, 100'000U}) {
    EXPECT_EQ(ErrorOf(ObjectOf(members, members - 1)).message, "accepted") << members;
    for (const std::size_t repeated : std::set<std::size_t>{0, members / 2, members - 2}) {
      if (repeated + 1 == members) continue;
      EXPECT_EQ(ErrorOf(ObjectOf(members, repeated)).message,
                "found the key 'k" + std::to_string(repeated) + "' twice in one object");
    }
  }
}

TEST(DocumentTest, NamesThePlace) {
  EXPECT_EQ(ErrorOf("").ToString(), "1:1: found the end of the text, expected a value");
  EXPECT_EQ(ErrorOf("{\n  \"a\": 01\n}").ToString(),
            "2:9: found '1', expected no digit after a leading zero");
  EXPECT_EQ(ErrorOf("[1,\n2,\n 3 4]").ToString(), "3:4: found '4', expected ',' or ']'");
  EXPECT_EQ(ErrorOf("{} x").ToString(), "1:4: found 'x', expected the end of the text");
  EXPECT_EQ(ErrorOf("[\"a\x02\"]").ToString(),
            "1:4: found byte 0x02, expected a character or a closing quote (control characters are "
            "escaped)");
  EXPECT_EQ(ErrorOf("[\"\xC3\xA5\xC3\"]").place, "1:5");
  EXPECT_EQ(ErrorOf("{\"a\":1,\n\"a\":2}").place, "2:2");
  EXPECT_EQ(ErrorOf("[\"xy\\ud800\"]").place, "1:5");
}

TEST(DocumentTest, LimitsBytes) {
  EXPECT_EQ(ErrorOf("[1,2]", {.bytes_max = 5}).message, "accepted");
  const Error error = ErrorOf("[1,2]", {.bytes_max = 4});
  EXPECT_EQ(error.code, ErrorCode::kLimit);
  EXPECT_EQ(error.message, "the text has 5 bytes, at most 4 are taken");
}

TEST(DocumentTest, LimitsDepth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(ErrorOf(nested(64)).message, "accepted");
  EXPECT_EQ(ErrorOf(nested(65)).code, ErrorCode::kLimit);
  EXPECT_EQ(ErrorOf("1", {.depth_max = 0}).message, "accepted");
  EXPECT_EQ(ErrorOf("{}", {.depth_max = 0}).code, ErrorCode::kLimit);
  // No recursion: depth costs no stack.
  EXPECT_EQ(ErrorOf(nested(1'000'000), {.depth_max = 1'000'000}).message, "accepted");
}

TEST(DocumentTest, LimitsNodes) {
  EXPECT_EQ(ErrorOf("[1,2]", {.nodes_max = 3}).message, "accepted");
  EXPECT_EQ(ErrorOf("[1,2]", {.nodes_max = 2}).code, ErrorCode::kLimit);
}

TEST(PointerTest, EscapesTokens) {
  EXPECT_EQ(Append("", "a"), "/a");
  EXPECT_EQ(Append("/a", "b~c/d"), "/a/b~0c~1d");
  EXPECT_EQ(Append("/a", std::size_t{12}), "/a/12");
  EXPECT_EQ(Append("/a", ""), "/a/");
}

}  // namespace
}  // namespace oxpecker::json
