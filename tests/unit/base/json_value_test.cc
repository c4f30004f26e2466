#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/json/value.h"

namespace oxpecker::json {
namespace {

using namespace std::string_literals;

std::string Number(double value) {
  std::string out;
  return AppendNumber(out, value) ? out : "nothing";
}

std::string CanonicalText(std::string_view text) {
  const auto document = Document::Parse(text, {});
  if (!document) return "refused: " + document.error().ToString();
  const auto canonical = Canonical(document->root());
  return canonical ? *canonical : "refused: " + canonical.error().ToString();
}

// RFC 8785, appendix B.
TEST(CanonicalNumberTest, GivesTheSamplesOfTheStandard) {
  const std::pair<std::uint64_t, const char*> samples[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"}};
  for (const auto& [bits, text] : samples) EXPECT_EQ(Number(std::bit_cast<double>(bits)), text);
}

TEST(CanonicalNumberTest, LaysOutAsEcmaScript) {
  EXPECT_EQ(Number(1e20), "100000000000000000000");
  EXPECT_EQ(Number(1e21), "1e+21");
  EXPECT_EQ(Number(1e-6), "0.000001");
  EXPECT_EQ(Number(1e-7), "1e-7");
  EXPECT_EQ(Number(1.5e-7), "1.5e-7");
  EXPECT_EQ(Number(0.1), "0.1");
  EXPECT_EQ(Number(-12.5), "-12.5");
  EXPECT_EQ(Number(123), "123");
  EXPECT_EQ(Number(1e100), "1e+100");
  EXPECT_EQ(Number(std::nan("")), "nothing");
  EXPECT_EQ(Number(std::numeric_limits<double>::infinity()), "nothing");
  EXPECT_EQ(Number(-std::numeric_limits<double>::infinity()), "nothing");
}

TEST(CanonicalNumberTest, ReadsBackAsTheSameDouble) {
  std::uint64_t bits = 42;
  for (int i = 0; i < 200'000; ++i) {
    bits = bits * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    const auto value = std::bit_cast<double>(bits);
    if (!std::isfinite(value)) continue;
    const std::string text = Number(value);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(back), bits) << text;
    ASSERT_EQ(CanonicalText(text), text);
  }
}

TEST(CanonicalTextTest, GivesTheExampleOfTheStandard) {  // RFC 8785, section 3.2
  EXPECT_EQ(CanonicalText(R"({
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false] })"),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
            "\"string\":\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

TEST(CanonicalTextTest, SortsKeysByUtf16) {  // RFC 8785, section 3.2.3
  EXPECT_EQ(CanonicalText(R"({"\u20ac":"Euro Sign","\r":"Carriage Return",
      "\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face",
      "\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"})"),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\","
            "\"\xC3\xB6\":\"Latin Small Letter O With Diaeresis\",\"\xE2\x82\xAC\":\"Euro Sign\","
            "\"\xF0\x9F\x98\x80\":\"Emoji: Grinning Face\","
            "\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST(CanonicalTextTest, RefusesNumbersBeyondADouble) {
  EXPECT_EQ(
      CanonicalText(R"({"a":[0,{"b/c":1e309}]})"),
      "refused: /a/1/b~1c: found a number beyond the range of a double; write it as a string");
  EXPECT_EQ(CanonicalText("-1e400").substr(0, 7), "refused");
  EXPECT_EQ(CanonicalText("1e99999999999999999999").substr(0, 7), "refused");
  EXPECT_EQ(CanonicalText("1" + std::string(400, '0')).substr(0, 7), "refused");
  EXPECT_EQ(CanonicalText("1e-400"), "0");
  EXPECT_EQ(CanonicalText("-1e-99999999999999999999"), "0");
  EXPECT_EQ(CanonicalText("0." + std::string(400, '0') + "1"), "0");
  EXPECT_EQ(CanonicalText("0." + std::string(400, '0') + "1e400"), "0.1");
  EXPECT_EQ(CanonicalText("0e99999999999999999999"), "0");
}

TEST(Utf16OrderTest, AgreesWithTheUnitsOfEveryPair) {
  const std::pair<std::string, std::u16string> texts[] = {{"", u""},
                                                          {"a", u"a"},
                                                          {"ab", u"ab"},
                                                          {"b", u"b"},
                                                          {"\xC3\xA5", u"\u00e5"},
                                                          {"\xE2\x82\xAC", u"\u20ac"},
                                                          {"\xED\x9F\xBF", u"\ud7ff"},
                                                          {"\xEE\x80\x80", u"\ue000"},
                                                          {"\xEF\xBF\xBF", u"\uffff"},
                                                          {"\xF0\x90\x80\x80", u"\U00010000"},
                                                          {"\xF0\x9F\x98\x80", u"\U0001f600"},
                                                          {"\xF4\x8F\xBF\xBF", u"\U0010ffff"},
                                                          {"a\xEE\x80\x80", u"a\ue000"},
                                                          {"a\xF0\x90\x80\x80", u"a\U00010000"},
                                                          {"a\xEF\xBF\xBFz", u"a\uffffz"},
                                                          {"a\0"s, u"a\0"s}};
  for (const auto& [a, a16] : texts) {
    for (const auto& [b, b16] : texts) {
      const int expected = a16 < b16 ? -1 : (a16 > b16 ? 1 : 0);
      EXPECT_EQ(CompareUtf16(a, b), expected) << a << " and " << b;
    }
  }
}

TEST(AppendStringTest, EscapesWhatMustBeAndNothingElse) {
  std::string all;
  for (char c = 0; c < 0x20; ++c) all += c;
  std::string out = "x";
  AppendString(out, all + "\"\\/\x7F\xE2\x80\xA8");
  EXPECT_EQ(out,
            "x\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r"
            "\\u000e\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019"
            "\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f\\\"\\\\/\x7F\xE2\x80\xA8\"");
  const auto back = Document::Parse(std::string_view(out).substr(1), {});
  ASSERT_TRUE(back);
  EXPECT_EQ(back->root().text(), all + "\"\\/\x7F\xE2\x80\xA8");
}

TEST(ValueTest, WritesCanonically) {
  Object object;
  object.Set("b", Array{1, -2, true, nullptr, "x\n"}).Set("a", Object()).Set("c", Array());
  object.Set("d", std::int64_t{9'007'199'254'740'991}).Set("b2", std::string_view("y"));
  EXPECT_EQ(Canonical(object),
            R"({"a":{},"b":[1,-2,true,null,"x\n"],"b2":"y","c":[],"d":9007199254740991})");
  object.Set("b", 0);
  EXPECT_EQ(object.members().size(), 5U);
  EXPECT_EQ(*object.Find("b")->integer(), 0);
  EXPECT_EQ(object.Find("e"), nullptr);
}

TEST(ValueTest, PrettyIsForPeopleAndReadsBackTheSame) {
  Object inner;
  inner.Set("y", Array{1, Object()}).Set("x", Array());
  Object object;
  object.Set("b", inner).Set("a", "text");
  const std::string pretty = Pretty(object);
  EXPECT_EQ(pretty, R"({
  "a": "text",
  "b": {
    "x": [],
    "y": [
      1,
      {}
    ]
  }
})");
  EXPECT_EQ(CanonicalText(pretty), Canonical(object));
}

TEST(ValueTest, CopiesADocument) {
  const std::string text = R"({"z":[1.50,"s",null,true,{"k":-0}],"a":1e2})";
  const auto document = Document::Parse(text, {});
  ASSERT_TRUE(document);
  const auto value = Value::FromDocument(document->root());
  ASSERT_TRUE(value);
  EXPECT_EQ(value->object()->Find("z")->array()->front().number()->text, "1.50");
  EXPECT_EQ(Canonical(*value), R"({"a":100,"z":[1.5,"s",null,true,{"k":0}]})");
  EXPECT_EQ(Canonical(*value), *Canonical(document->root()));
  const auto beyond = Document::Parse(R"({"a":[0,1e999]})", {});
  EXPECT_EQ(Value::FromDocument(beyond->root()).error().place, "/a/1");
}

TEST(CanonicalWriterTest, WritesTheSameAsCanonical) {
  std::string out = "before ";
  CanonicalWriter writer(out);
  writer.BeginObject();
  writer.Key("a");
  writer.BeginArray();
  writer.Integer(-7);
  writer.BeginObject();
  writer.Key("inner");
  writer.Null();
  writer.Key("later");
  writer.Raw("[1,2]");
  writer.EndObject();
  writer.BeginArray();
  writer.EndArray();
  writer.EndArray();
  writer.Key("ab");
  writer.Boolean(true);
  writer.Key("b");
  writer.BeginObject();
  writer.EndObject();
  writer.Key("\xF0\x90\x80\x80");
  writer.String("\xC3\xA5\"");
  writer.Key("\xEE\x80\x80");
  writer.Boolean(false);
  writer.EndObject();
  const std::string written = out.substr(7);
  EXPECT_EQ(written,
            "{\"a\":[-7,{\"inner\":null,\"later\":[1,2]},[]],\"ab\":true,\"b\":{},"
            "\"\xF0\x90\x80\x80\":\"\xC3\xA5\\\"\",\"\xEE\x80\x80\":false}");
  EXPECT_EQ(CanonicalText(written), written);
}

TEST(CanonicalWriterDeathTest, EndsAtAProgrammersMistake) {
  std::string out;
  const auto open = [&] {
    CanonicalWriter writer(out);
    writer.BeginObject();
    writer.Key("b");
    writer.Null();
    return writer;
  };
  EXPECT_DEATH(open().Key("a"), "check failed");
  EXPECT_DEATH(open().Key("b"), "check failed");
  EXPECT_DEATH(open().Null(), "check failed");
  EXPECT_DEATH(open().EndArray(), "check failed");
  EXPECT_DEATH(open().Key("c\xC3"), "check failed");
  EXPECT_DEATH(CanonicalWriter(out).Integer(std::int64_t{1} << 53), "check failed");
  EXPECT_DEATH(Value(std::int64_t{1} << 53), "check failed");
  EXPECT_DEATH(Canonical(Value("\xFF")), "check failed");
}

}  // namespace
}  // namespace oxpecker::json
