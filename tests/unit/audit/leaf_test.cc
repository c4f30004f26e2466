#include "audit/leaf.h"

#include <gtest/gtest.h>

#include "audit/canonical_scan.h"
#include "audit/record.h"
#include "base/json/value.h"

namespace oxpecker::audit {
namespace {

constexpr const char* kId = "019a4c1e-7d2b-7c3a-9f00-0123456789ab";

LeafView Example() {
  LeafView leaf;
  leaf.about = R"({"outcome":"recommend"})";
  leaf.decision_id = kId;
  leaf.key = Sha256("key");
  leaf.kind = "decision";
  leaf.origin = "bank.example/x";
  leaf.prev = Sha256("prev");
  leaf.record_id.fill(7);
  leaf.sections = {{"inputs", 12, Sha256("commit"), Sha256("text")}};
  leaf.seq = 17;
  leaf.time = Instant::FromUnixSeconds(1'780'000'000);
  return leaf;
}

bool Accepted(std::string_view bytes) {
  LeafView leaf;
  return DecodeLeaf(bytes, leaf).has_value();
}

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(LeafTest, DecodesWhatItEncodes) {
  const LeafView leaf = Example();
  const std::string bytes = EncodeLeaf(leaf);
  LeafView read;
  const Status decoded = DecodeLeaf(bytes, read);
  ASSERT_TRUE(decoded) << decoded.error().ToString();
  EXPECT_EQ(read.about, leaf.about);
  EXPECT_EQ(read.decision_id, leaf.decision_id);
  EXPECT_EQ(read.key, leaf.key);
  EXPECT_EQ(read.kind, leaf.kind);
  EXPECT_EQ(read.origin, leaf.origin);
  EXPECT_EQ(read.prev, leaf.prev);
  EXPECT_EQ(read.record_id, leaf.record_id);
  EXPECT_EQ(read.sections, leaf.sections);
  EXPECT_EQ(read.seq, leaf.seq);
  EXPECT_EQ(read.time, leaf.time);
  EXPECT_EQ(EncodeLeaf(read), bytes);
}

// Every byte value at every digit of a digest: lower-case hex is read as it is, all else refused.
TEST(LeafTest, ReadsLowerCaseHexAndNothingElse) {
  LeafView leaf = Example();
  const std::string bytes = EncodeLeaf(leaf);
  const std::string hex = leaf.prev.ToHex();
  const std::size_t begin = bytes.find(hex);
  ASSERT_NE(begin, std::string::npos);
  for (std::size_t digit = 0; digit < hex.size(); ++digit) {
    for (int value = 0; value < 256; ++value) {
      std::string altered = bytes;
      altered[begin + digit] = static_cast<char>(value);
      const bool is_hex = (value >= '0' && value <= '9') || (value >= 'a' && value <= 'f');
      const bool accepted = DecodeLeaf(altered, leaf).has_value();
      ASSERT_EQ(accepted, is_hex) << "byte " << value << " at digit " << digit;
      if (accepted) {
        ASSERT_EQ(leaf.prev.ToHex(), altered.substr(begin, hex.size()));
      }
    }
  }
}

// The general writer agrees with the special one: the leaf is canonical JSON.
TEST(LeafTest, IsCanonicalJson) {
  const std::string bytes = EncodeLeaf(Example());
  const auto document = json::Document::Parse(bytes, {});
  ASSERT_TRUE(document) << document.error().ToString();
  const auto canonical = json::Canonical(document->root());
  ASSERT_TRUE(canonical);
  EXPECT_EQ(*canonical, bytes);
}

TEST(LeafTest, PartsThatMayBeAbsent) {
  LeafView leaf = Example();
  leaf.decision_id = {};
  EXPECT_TRUE(Accepted(EncodeLeaf(leaf)));
  leaf.sections.clear();
  EXPECT_FALSE(Accepted(EncodeLeaf(leaf))) << "a key without sections";
  leaf.key.reset();
  EXPECT_TRUE(Accepted(EncodeLeaf(leaf)));
  leaf.about = "{}";
  EXPECT_TRUE(Accepted(EncodeLeaf(leaf)));
  LeafView keyless = Example();
  keyless.key.reset();
  EXPECT_FALSE(Accepted(EncodeLeaf(keyless))) << "sections without a key";
}

// Whatever one byte is changed to: refused, or the leaf of another record in canonical form.
TEST(LeafTest, NothingButCanonicalFormsIsAccepted) {
  const std::string bytes = EncodeLeaf(Example());
  LeafView leaf;
  int accepted = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (int value = 0; value < 256; ++value) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(value);
      if (!DecodeLeaf(changed, leaf)) continue;
      ++accepted;
      ASSERT_EQ(EncodeLeaf(leaf), changed);
    }
  EXPECT_GT(accepted, 256);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(Accepted(bytes.substr(0, size))) << size;
  EXPECT_FALSE(Accepted(bytes + "\n"));
  EXPECT_FALSE(Accepted(bytes + "}"));
}

TEST(LeafTest, RefusesOtherSpellingsOfTheSame) {
  const std::string bytes = EncodeLeaf(Example());
  EXPECT_TRUE(Accepted(bytes));
  EXPECT_FALSE(Accepted(Replaced(bytes, R"("seq":"17")", R"("seq":"017")")));
  EXPECT_FALSE(Accepted(Replaced(bytes, R"("seq":"17")", R"("seq":17)")));
  EXPECT_FALSE(Accepted(Replaced(bytes, R"("seq":"17")", R"("seq":"-1")")));
  EXPECT_FALSE(Accepted(Replaced(bytes, R"("seq":"17")", R"("seq":"576460752303423488")")));
  EXPECT_TRUE(Accepted(Replaced(bytes, R"("seq":"17")", R"("seq":"576460752303423487")")));
  EXPECT_FALSE(Accepted(Replaced(bytes, R"("bytes":12)", R"("bytes":012)")));
  EXPECT_FALSE(Accepted(Replaced(bytes, R"("bytes":12)", R"("bytes":1.2e1)")));
  EXPECT_FALSE(Accepted(Replaced(bytes, R"("bytes":12)", R"("bytes":9007199254740992)")));
  EXPECT_TRUE(Accepted(Replaced(bytes, R"("bytes":12)", R"("bytes":9007199254740991)")));
  EXPECT_FALSE(Accepted(Replaced(bytes, "Z\"", ".000000Z\"")));
  EXPECT_FALSE(Accepted(Replaced(bytes, "Z\"", ".5Z\"")));
  EXPECT_TRUE(Accepted(Replaced(bytes, "Z\"", ".500000Z\"")));
  EXPECT_FALSE(Accepted(Replaced(bytes, "2026-", "2026-13")));
  EXPECT_FALSE(Accepted(Replaced(bytes, ",\"kind\"", ", \"kind\"")));
  EXPECT_FALSE(Accepted(Replaced(bytes, "record/1", "record/2")));
  EXPECT_FALSE(Accepted(Replaced(bytes, "\"decision\"", "\"Decision\"")));
  EXPECT_TRUE(Accepted(Replaced(bytes, "\"decision\"", "\"not.known_yet\"")));
  EXPECT_FALSE(Accepted(Replaced(bytes, "bank.example/x", "bank example/x")));
  EXPECT_FALSE(Accepted(Replaced(bytes, "019a4c1e-7d2b-7", "019a4c1e-7d2b-4")));
}

// A key that is none must not be passed over, even where what follows would be in order without it.
TEST(LeafTest, AMalformedKeyIsNotSkipped) {
  LeafView leaf = Example();
  leaf.sections.clear();
  leaf.key.reset();
  const std::string bytes = EncodeLeaf(leaf);
  for (const std::string& key : {std::string(64, 'g'), std::string(64, 'A'), std::string(63, 'a')})
    for (const char* end : {"\"", ""})
      EXPECT_FALSE(Accepted(Replaced(bytes, ",\"kind\"", ",\"key\":\"" + key + end + ",\"kind\"")));
}

TEST(LeafTest, SizeAndNumberOfSectionsAreBounded) {
  LeafView leaf = Example();
  const std::size_t base = EncodeLeaf(leaf).size() - leaf.about.size();
  for (const std::size_t size : {kLeafBytesMax - 1, kLeafBytesMax, kLeafBytesMax + 1}) {
    const std::string about = R"({"a":")" + std::string(size - base - 8, 'x') + R"("})";
    leaf.about = about;
    const std::string bytes = EncodeLeaf(leaf);
    ASSERT_EQ(bytes.size(), size);
    EXPECT_EQ(Accepted(bytes), size <= kLeafBytesMax);
  }
  leaf = Example();
  std::vector<std::string> names;
  for (int i = 0; i < 17; ++i) names.push_back("s" + std::to_string(i));
  for (const std::size_t count : {std::size_t{15}, std::size_t{16}, std::size_t{17}}) {
    leaf.sections.clear();
    for (std::size_t i = 0; i < count; ++i) leaf.sections.push_back({names[i], 0, {}, {}});
    EXPECT_EQ(Accepted(EncodeLeaf(leaf)), count <= 16) << count;
  }
  leaf.sections = {{"same", 0, {}, {}}, {"same", 0, {}, {}}};
  EXPECT_FALSE(Accepted(EncodeLeaf(leaf)));
}

TEST(CanonicalAboutTest, AcceptsWhatTheCanonicalWriterWrites) {
  json::Object object;
  object.Set("text", std::string("a\"b\\c/\b\t\n\f\r\x01\x1f\x7f\xC3\xA5\xF0\x9F\x98\x80"));
  object.Set("", json::Array{1, -1, 0, true, false, nullptr, "x", json::Array{}, json::Object()});
  object.Set("big", std::int64_t{9'007'199'254'740'991});
  object.Set("small", std::int64_t{-9'007'199'254'740'991});
  object.Set("\xEE\x80\x80", 1);      // U+E000: after U+1F600 in UTF-16 order
  object.Set("\xF0\x9F\x98\x80", 2);  // U+1F600
  object.Set("tab\t", 3);
  object.Set("tab", 4);
  EXPECT_TRUE(IsCanonicalAbout(json::Canonical(object))) << json::Canonical(object);
}

TEST(CanonicalAboutTest, RefusesEverythingElse) {
  for (const char* text : {"",
                           "[]",
                           "1",
                           "{",
                           "{}x",
                           " {}",
                           "{ }",
                           "{\"a\":1,}",
                           "{\"a\" :1}",
                           "{\"a\": 1}",
                           "{\"b\":1,\"a\":1}",
                           "{\"a\":1,\"a\":1}",
                           "{\"a\":01}",
                           "{\"a\":-0}",
                           "{\"a\":1.0}",
                           "{\"a\":1e3}",
                           "{\"a\":9007199254740992}",
                           "{\"a\":-9007199254740992}",
                           "{\"a\":+1}",
                           "{\"a\":12345678901234567890}",
                           "{\"a\":\"\\/\"}",
                           "{\"a\":\"\\u0041\"}",
                           "{\"a\":\"\\u000A\"}",
                           "{\"a\":\"\\u000a\"}",
                           "{\"a\":\"\\u001F\"}",
                           "{\"a\":\"\\u00e5\"}",
                           "{\"a\":\"\t\"}",
                           "{\"a\":\"\xff\"}",
                           "{\"a\":\"\xED\xA0\x80\"}",
                           "{\"a\":nul}",
                           "{\"a\":\"x}",
                           "{\"a\":[1,]}",
                           "{\"a\":[[[[[[[[1]]]]]]]]}",
                           "{\"\xEE\x80\x80\":1,\"\xF0\x9F\x98\x80\":2}",
                           "{\"a\":tru}",
                           "{a:1}",
                           "{\"a\":-}"})
    EXPECT_FALSE(IsCanonicalAbout(text)) << text;
  EXPECT_TRUE(IsCanonicalAbout("{\"a\":[[[[[[[1]]]]]]]}"));
  EXPECT_TRUE(IsCanonicalAbout("{\"a\":\"\\u001f\"}"));
  EXPECT_FALSE(IsCanonicalAbout(std::string_view("{\"a\":\"\0\"}", 9)));
}

TEST(RecordKindTest, AnUnknownNameIsNone) { EXPECT_FALSE(RecordKindFromName("unknown")); }

}  // namespace
}  // namespace oxpecker::audit
