#include "audit/kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/leaf.h"
#include "audit/seq_ranges.h"
#include "base/json/value.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

using testing::HasSubstr;

// A value of each type, as canonical JSON.
std::string ValueOf(AboutType type) {
  switch (type) {
    case AboutType::kText: return R"("1.4.0")";
    case AboutType::kWord: return R"("by_post")";
    case AboutType::kCount: return "17";
    case AboutType::kNumber: return R"("9223372036854775807")";
    case AboutType::kDigest: return "\"" + std::string(64, 'a') + "\"";
    case AboutType::kId: return "\"" + std::string(32, '0') + "\"";
    case AboutType::kKeyId: return R"("0123abcd")";
    case AboutType::kUuid: return R"("019a4c1e-7d2b-7c3a-9f00-0123456789ab")";
    case AboutType::kInstant: return R"("2026-05-28T20:26:40Z")";
    case AboutType::kRanges: return R"("3-5,9")";
  }
  return {};
}

using Members = std::vector<std::pair<std::string, std::string>>;  // name, value

std::string Object(const Members& members) {
  std::string text = "{";
  for (const auto& [name, value] : members) {
    text += text.size() > 1 ? "," : "";
    text += "\"" + name + "\":" + value;
  }
  return text + "}";
}

Members All(const KindDefinition& kind) {
  Members members;
  for (const AboutMember& member : kind.about) members.emplace_back(member.name, ValueOf(member.type));
  return members;
}

class KindTest : public ::testing::TestWithParam<KindDefinition> {};

INSTANTIATE_TEST_SUITE_P(Each, KindTest, ::testing::ValuesIn(KindDefinitions().begin(), KindDefinitions().end()),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST_P(KindTest, NamesAreReadBackAndFitALeaf) {
  const KindDefinition& kind = GetParam();
  EXPECT_EQ(RecordKindFromName(kind.name), kind.kind);
  EXPECT_EQ(Name(kind.kind), kind.name);
  EXPECT_TRUE(IsKindName(kind.name));
  for (const std::string_view section : kind.sections) EXPECT_TRUE(IsSectionName(section)) << section;
  EXPECT_EQ(kind.key == SectionKey::kNone, kind.sections.empty());
}

TEST_P(KindTest, AllItsMembersTogetherAreAccepted) {
  const std::string about = Object(All(GetParam()));
  EXPECT_EQ(AboutProblem(GetParam().kind, about), std::nullopt) << about;
  EXPECT_TRUE(IsCanonicalAbout(about)) << about;
}

TEST_P(KindTest, AMemberMayBeLeftOutUnlessItIsRequired) {
  const Members all = All(GetParam());
  for (std::size_t i = 0; i < all.size(); ++i) {
    Members without = all;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    const auto problem = AboutProblem(GetParam().kind, Object(without));
    EXPECT_EQ(problem.has_value(), GetParam().about[i].required) << all[i].first;
    if (problem) {
      EXPECT_THAT(*problem, HasSubstr("'" + all[i].first + "'"));
    }
  }
}

// Before, between and behind its own: whatever place the canonical order gives a name.
TEST_P(KindTest, AnUnknownMemberIsRefusedAtEveryPlace) {
  const Members all = All(GetParam());
  for (std::size_t i = 0; i <= all.size(); ++i) {
    Members more = all;
    const std::string name = i == 0 ? "aa" : all[i - 1].first + "0";
    more.insert(more.begin() + static_cast<std::ptrdiff_t>(i), {name, "1"});
    ASSERT_TRUE(IsCanonicalAbout(Object(more))) << Object(more);
    EXPECT_TRUE(AboutProblem(GetParam().kind, Object(more))) << Object(more);
  }
  EXPECT_TRUE(AboutProblem(GetParam().kind, R"({"zzz":1})"));
}

TEST_P(KindTest, AMemberOfAnotherTypeIsRefused) {
  const Members all = All(GetParam());
  for (std::size_t i = 0; i < all.size(); ++i)
    for (const char* other : {"null", "true", "-1", "{}", "[]", "[1]"}) {
      Members wrong = all;
      wrong[i].second = other;
      EXPECT_TRUE(AboutProblem(GetParam().kind, Object(wrong))) << Object(wrong);
    }
}

TEST(KindsTest, ValuesAtTheEdgesOfTheirTypes) {
  const auto accepts = [](RecordKind kind, const char* member, const std::string& value) {
    Members members = All(DefinitionOf(kind));
    for (auto& [name, text] : members)
      if (name == member) text = value;
    return !AboutProblem(kind, Object(members));
  };
  using enum RecordKind;
  for (const char* good : {"0", "9007199254740991"}) EXPECT_TRUE(accepts(kErasure, "records", good)) << good;
  for (const char* bad : {"9007199254740992", "-0", "01", "1.0", "\"1\""})
    EXPECT_FALSE(accepts(kErasure, "records", bad)) << bad;
  for (const char* good : {"\"0\"", "\"1\"", "\"9223372036854775807\""})
    EXPECT_TRUE(accepts(kCheckpoint, "size", good)) << good;
  for (const char* bad : {"\"\"", "\"01\"", "\"-1\"", "\"9223372036854775808\"", "\"1 \"", "7"})
    EXPECT_FALSE(accepts(kCheckpoint, "size", bad)) << bad;
  EXPECT_TRUE(accepts(kErasure, "cause", "\"" + std::string(64, 'a') + "\""));
  EXPECT_FALSE(accepts(kErasure, "cause", "\"" + std::string(65, 'a') + "\""));
  for (const char* bad : {"\"\"", "\"Anna Svensson\"", "\"A\"", "\"1a\"", "\"a b\"", "\"\\u0001\""})
    EXPECT_FALSE(accepts(kErasure, "cause", bad)) << bad;
  for (const std::string& bad : {std::string(63, 'a'), std::string(65, 'a'), std::string(63, 'a') + "A", std::string(63, 'a') + "g"})
    EXPECT_FALSE(accepts(kHold, "actor_ref", "\"" + bad + "\"")) << bad;
  for (const char* bad : {"\"\"", "\"5-3\"", "\"3-3\"", "\"3,4\"", "\"3,3\"", "\"3-\"", "\"03\"", "\"1,\"", "\"4-5,5\""})
    EXPECT_FALSE(accepts(kErasure, "ranges", bad)) << bad;
}

// What a message says must not repeat what somebody put where a name belongs.
TEST(KindsTest, AMessageNamesAMemberOnlyWhereThatIsPlain) {
  EXPECT_THAT(*AboutProblem(RecordKind::kHold, R"({"nickname":"a"})"), HasSubstr("'actor_ref'"));
  EXPECT_THAT(*AboutProblem(RecordKind::kLogOpened, R"({"nickname":"a"})"), HasSubstr("'nickname'"));
  EXPECT_THAT(*AboutProblem(RecordKind::kLogOpened, R"({"Anna S":"a"})"), Not(HasSubstr("Anna")));
}

TEST(KindsTest, SectionsOfLaterKindsAreKnown) {
  EXPECT_EQ(SectionProblem(RecordKind::kErasure, "statement"), std::nullopt);
  EXPECT_TRUE(SectionProblem(RecordKind::kErasure, "facts"));
  EXPECT_TRUE(SectionProblem(RecordKind::kHeartbeat, "statement"));
  EXPECT_EQ(SectionProblem(RecordKind::kDecision, "inputs"), std::nullopt) << "as older logs have them";
}

// The row of the format document that says the same.
std::string RowOf(const KindDefinition& kind) {
  std::string about;
  for (const AboutMember& member : kind.about)
    about += (about.empty() ? "`" : ", `") + std::string(member.name) + "` " + std::string(Name(member.type)) +
             (member.required ? "!" : "");
  std::string sections;
  for (const std::string_view section : kind.sections)
    sections += (sections.empty() ? "`" : ", `") + std::string(section) + "`";
  if (sections.empty()) sections = "-";
  return "| `" + std::string(kind.name) + "` | " + std::string(kind.tells) + " | " + about + " | " + sections + " | " +
         std::string(Name(kind.key)) + " | " + std::string(kind.writer) + " |";
}

TEST_P(KindTest, TheFormatDocumentHasItsRow) {
  EXPECT_THAT(ReadText(std::filesystem::path(OXPECKER_SOURCE_DIR) / "docs/format/record_v1.md"), HasSubstr(RowOf(GetParam()) + "\n"));
}

using KindsInALog = LogFixture;

TEST_F(KindsInALog, TheWriterRefusesWhatIsNotOfTheKind) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  const auto answer = [&](RecordKind kind, const char* member, const char* section) {
    Entry entry{.kind = kind, .time = kNow};
    if (member != nullptr) entry.about.Set(member, "x");
    if (section != nullptr) entry.sections.push_back({section, "text"});
    const auto receipt = (*log)->Append(std::move(entry));
    return receipt ? std::string() : receipt.error().message;
  };
  EXPECT_THAT(answer(RecordKind::kRefusal, "customer", nullptr), HasSubstr("'customer' is not one of kind refusal"));
  EXPECT_THAT(answer(RecordKind::kHold, nullptr, nullptr), HasSubstr("'actor_ref' of kind hold is missing"));
  EXPECT_THAT(answer(RecordKind::kHeartbeat, "component", "note"), HasSubstr("section 'note' is not one of kind heartbeat"));
  EXPECT_EQ(answer(RecordKind::kHeartbeat, "component", nullptr), "");
  ASSERT_HOLDS((*log)->Close());
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  EXPECT_EQ(reader->size(), 1U);
}

TEST(SeqRangesTest, WhatIsReadIsWhatIsWritten) {
  for (const char* text : {"0", "0-1", "3-5,9,12-14", "576460752303423487"}) {
    const auto ranges = SeqRanges::Parse(text);
    ASSERT_TRUE(ranges) << text;
    EXPECT_EQ(ranges->ToString(), text);
  }
  for (const char* text : {"", "576460752303423488", "1,2", "2,1", "1-1", "2-1", "1--2", "a", "1 ", " 1", "00", "1,,3", "-1"})
    EXPECT_FALSE(SeqRanges::Parse(text)) << text;
}

// Every subset of the first ten numbers.
TEST(SeqRangesTest, HoldsTheNumbersThatWereAppended) {
  for (unsigned set = 1; set < 1U << 10U; ++set) {
    SeqRanges ranges;
    std::uint64_t size = 0;
    for (unsigned n = 0; n < 10; ++n)
      if ((set >> n & 1U) != 0) ranges.Append(n), ++size;
    for (unsigned n = 0; n < 11; ++n) ASSERT_EQ(ranges.Contains(n), (set >> n & 1U) != 0) << ranges.ToString() << " " << n;
    ASSERT_EQ(ranges.count(), size);
    ASSERT_EQ(SeqRanges::Parse(ranges.ToString()), ranges);
  }
}

}  // namespace
}  // namespace oxpecker::audit
