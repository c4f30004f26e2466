#include "audit/section_parts.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace oxpecker::audit {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs PartsOf(std::string_view section, std::string_view text) {
  SectionParts parts;
  parts.Cut(section, text);
  Pairs pairs;
  for (std::size_t i = 0; i < parts.size(); ++i) pairs.emplace_back(parts.pointer(i), parts.bytes(i));
  return pairs;
}

std::string WithHoles(std::string text) {
  for (char& byte : text)
    if (byte == '@') byte = '\0';
  return text;
}

// The text again, out of the skeleton and the values.
std::string Assembled(const Pairs& parts) {
  if (parts.size() == 1) return parts.front().second;
  std::string text;
  std::size_t next = 1;
  for (const char byte : parts.front().second) {
    if (byte == '\0') text += parts[next++].second;
    else text += byte;
  }
  EXPECT_EQ(next, parts.size());
  return text;
}

TEST(SectionPartsTest, AnObjectIsCutIntoItsMembers) {
  EXPECT_EQ(PartsOf("event", R"( { "a" : 1 ,"b":"x, y}" , "c":{"d":[1,"]"],"e":{}} ,"f":[ ] } )"),
            (Pairs{{"", WithHoles(R"( { "a" : @ ,"b":@ , "c":@ ,"f":@ } )")},
                   {"/a", "1"},
                   {"/b", R"("x, y}")"},
                   {"/c", R"({"d":[1,"]"],"e":{}})"},
                   {"/f", "[ ]"}}));
}

TEST(SectionPartsTest, OfFactsTheMembersOfTheCustomerToo) {
  EXPECT_EQ(PartsOf("facts", R"({"customer":{"id":"c-1","birth_year":1980},"x":{"y":1}})"),
            (Pairs{{"", WithHoles(R"({"customer":{"id":@,"birth_year":@},"x":@})")},
                   {"/customer/id", R"("c-1")"},
                   {"/customer/birth_year", "1980"},
                   {"/x", R"({"y":1})"}}));
  EXPECT_EQ(PartsOf("facts", R"({"customer":{ }})").back(), (std::pair<std::string, std::string>("/customer", "{ }")));
  EXPECT_EQ(PartsOf("facts", R"({"customer":"c-1"})").back().first, "/customer");
  EXPECT_EQ(PartsOf("event", R"({"customer":{"id":"c-1"}})").back().first, "/customer");
}

TEST(SectionPartsTest, PointersAreEscapedOnce) {
  const Pairs parts = PartsOf("event", R"({"a/b~c":1,"":2,"å":3})");
  ASSERT_EQ(parts.size(), 4U);
  EXPECT_EQ(parts[1].first, "/a~1b~0c");
  EXPECT_EQ(parts[2].first, "/");
  EXPECT_EQ(parts[3].first, "/å");
}

TEST(SectionPartsTest, OtherTextsAreOnePart) {
  const std::string texts[] = {"", " ", "{}", "[1]", "17", "text", "{", R"({"a"})", R"({"a":})", R"({"a":1)", R"({"a":1,})",
                               R"({"a":1}})", R"({"a":1} x)", R"({"a":1 "b":2})", R"({"a":1,"a":2})", R"({"\u0061":1})",
                               R"({"a":"x)", R"({"a":"x\)", R"({"a":[1})", R"({"a":!})", "{\"\xff\":1}", std::string("{\"a\":1}\0", 8),
                               std::string("{\"a\":\0}", 7), R"({a:1})", R"({"a":{"b":1})"};
  for (const std::string& text : texts) EXPECT_EQ(PartsOf("event", text), (Pairs{{"", text}})) << text;
  for (const char* section : {"trace", "manifest", "release", "ranges"})
    EXPECT_EQ(PartsOf(section, R"({"a":1})").size(), 1U) << section;
  // Half of it cannot be cut: all of it is one part.
  EXPECT_EQ(PartsOf("facts", R"({"a":1,"customer":{"id":1,"id":2}})").size(), 1U);
  EXPECT_EQ(PartsOf("facts", R"({"a":1,"customer":{"id":}})").size(), 1U);
}

TEST(SectionPartsTest, AsManyAsThereMayBe) {
  const auto object = [](int members) {
    std::string text = "{";
    for (int i = 0; i < members; ++i) text += (i == 0 ? "" : ",") + ("\"k" + std::to_string(i)) + "\":" + std::to_string(i);
    return text + "}";
  };
  EXPECT_EQ(PartsOf("event", object(255)).size(), kPartsMax);
  EXPECT_EQ(PartsOf("event", object(256)).size(), 1U);
}

// Containers are skipped in blocks: bytes that matter at every place of one, and what looks like them.
TEST(SectionPartsTest, ValuesEndWhereTheyEndWhateverTheBlock) {
  for (std::size_t pad = 0; pad < 200; ++pad)
    for (const std::string tail : {R"("]}\"[{")", R"("\\")", R"("\\\"]")", R"([[]],{"x":[{}]})", R"("")"}) {
      const std::string value = "[\"" + std::string(pad, 'x') + "\"," + tail + "]";
      const std::string text = "{\"a\":" + value + ",\"b\":true}";
      ASSERT_EQ(PartsOf("event", text),
                (Pairs{{"", WithHoles(R"({"a":@,"b":@})")}, {"/a", value}, {"/b", "true"}}))
          << pad << tail;
    }
}

// What is cut can be put together again, and the skeleton tells the pointers: for any bytes.
TEST(SectionPartsTest, AnyTextComesBack) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same texts in each run
  const std::string alphabet = "{}[]\",:\\ab01 \n";
  std::size_t cut = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text = "{\"k\":";
    for (std::size_t i = random() % 24; i > 0; --i) text += alphabet[random() % alphabet.size()];
    if (random() % 2 == 0) text += "}";
    const Pairs parts = PartsOf("facts", text);
    ASSERT_EQ(Assembled(parts), text);
    if (parts.size() == 1) continue;
    ++cut;
    const auto holes = HolesOf(parts.front().second);
    ASSERT_TRUE(holes) << text;
    ASSERT_EQ(holes->size(), parts.size() - 1);
    for (std::size_t i = 0; i < holes->size(); ++i) ASSERT_EQ((*holes)[i], parts[i + 1].first) << text;
  }
  EXPECT_GT(cut, 1'000U);
}

TEST(SectionPartsTest, HolesOfOtherTexts) {
  for (const char* text : {"", "{}", "@", "{\"a\":1}", "{\"a\":@", "{\"a\":@}}", "{\"a\":{\"b\":{\"c\":@}}}", "[@]"})
    EXPECT_FALSE(HolesOf(WithHoles(text))) << text;
  EXPECT_EQ(HolesOf(WithHoles(R"({"customer":{"id":@},"x":@})")), (std::vector<std::string>{"/customer/id", "/x"}));
}

TEST(SectionPartsTest, CommitmentsOfShortAndLongParts) {
  const std::string salt(32, 's');
  for (const std::size_t size : {0U, 1U, 220U, 221U, 222U, 223U, 224U, 5'000U}) {
    const std::string bytes(size, 'b');
    EXPECT_EQ(CommitToPart(salt, "/p", bytes), Sha256(salt, std::string("/p") + '\0', bytes)) << size;
  }
  EXPECT_NE(CommitToPart(salt, "/p", "x"), CommitToPart(salt, "/px", ""));
}

}  // namespace
}  // namespace oxpecker::audit
