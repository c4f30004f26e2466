#include "rules/feel/zone.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/instant.h"
#include "tests/unit/feel/values/workbench.h"

namespace oxpecker::feel {
namespace {

std::int64_t Seconds(std::string_view utc) { return Instant::Parse(utc)->unix_seconds(); }

TEST(Zone, KnowsRealZonesOnly) {
  EXPECT_NE(FindZone("Europe/Stockholm"), nullptr);
  EXPECT_NE(FindZone("Etc/UTC"), nullptr);
  EXPECT_NE(FindZone("America/Argentina/Buenos_Aires"), nullptr);
  EXPECT_EQ(FindZone("Europe/Stockholm"), FindZone("Europe/Stockholm"));
  for (const char* name : {"", "xyz/abc", "Europe", "../zoneinfo/Europe/Paris", "/etc/passwd",
                           "Europe/../Europe/Paris", "Europe//Paris", "tzdata.zi", "Europe/Paris/"})
    EXPECT_EQ(FindZone(name), nullptr) << name;
}

// A decision must replay the same elsewhere: these mean what the machine's owner chose.
TEST(Zone, RefusesNamesThatDependOnTheMachine) {
  for (const char* name : {"localtime", "posixrules", "Factory", "posix/Europe/Paris", "right/Europe/Paris"})
    EXPECT_EQ(FindZone(name), nullptr) << name;
}

TEST(Zone, ChangesToSummerTimeAndBack) {
  const ZoneRules& zone = *FindZone("Europe/Stockholm");
  EXPECT_EQ(OffsetAtUtc(zone, Seconds("2026-03-29T00:59:59Z")), 3600);
  EXPECT_EQ(OffsetAtUtc(zone, Seconds("2026-03-29T01:00:00Z")), 7200);
  EXPECT_EQ(OffsetAtUtc(zone, Seconds("2026-10-25T00:59:59Z")), 7200);
  EXPECT_EQ(OffsetAtUtc(zone, Seconds("2026-10-25T01:00:00Z")), 3600);
}

// Years after the last transition of the file: the rule of the footer.
TEST(Zone, FollowsTheFooterFarAhead) {
  EXPECT_EQ(OffsetAtUtc(*FindZone("Europe/Stockholm"), Seconds("2999-07-01T00:00:00Z")), 7200);
  EXPECT_EQ(OffsetAtUtc(*FindZone("Europe/Stockholm"), Seconds("2999-01-01T00:00:00Z")), 3600);
  EXPECT_EQ(OffsetAtUtc(*FindZone("Australia/Melbourne"), Seconds("2999-01-01T00:00:00Z")), 39600);
  EXPECT_EQ(OffsetAtUtc(*FindZone("Australia/Melbourne"), Seconds("2999-07-01T00:00:00Z")), 36000);
  EXPECT_EQ(OffsetAtUtc(*FindZone("Asia/Dhaka"), Seconds("2999-07-01T00:00:00Z")), 21600);
  EXPECT_EQ(OffsetAtUtc(*FindZone("Asia/Kolkata"), Seconds("2999-07-01T00:00:00Z")), 19800);
}

TEST(Zone, ReadsTheWallClock) {
  const ZoneRules& zone = *FindZone("Europe/Stockholm");
  EXPECT_EQ(OffsetAtLocal(zone, Seconds("2026-03-29T01:59:59Z")), 3600);
  EXPECT_EQ(OffsetAtLocal(zone, Seconds("2026-03-29T02:30:00Z")), 3600);  // skipped: as before
  EXPECT_EQ(OffsetAtLocal(zone, Seconds("2026-03-29T03:00:00Z")), 7200);
  EXPECT_EQ(OffsetAtLocal(zone, Seconds("2026-10-25T01:59:59Z")), 7200);
  EXPECT_EQ(OffsetAtLocal(zone, Seconds("2026-10-25T02:30:00Z")), 7200);  // repeated: the first
  EXPECT_EQ(OffsetAtLocal(zone, Seconds("2026-10-25T03:00:00Z")), 3600);
}

// Local and UTC agree wherever the wall clock is neither skipped nor repeated.
TEST(Zone, LocalAndUtcAgree) {
  for (const char* name : {"Europe/Stockholm", "America/New_York", "Australia/Lord_Howe",
                           "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca"}) {
    const ZoneRules& zone = *FindZone(name);
    for (std::int64_t utc = Seconds("1990-01-01T00:00:00Z"); utc < Seconds("2060-01-01T00:00:00Z");
         utc += 86'400 * 3 + 5'417) {
      const std::int32_t offset = OffsetAtUtc(zone, utc);
      bool changes = false;
      for (const std::int64_t near : {-90'000, 90'000})
        changes = changes || OffsetAtUtc(zone, utc + near) != offset;
      if (changes) continue;
      ASSERT_EQ(OffsetAtLocal(zone, utc + offset), offset) << name << ' ' << utc;
    }
  }
}

TEST(Zone, LoadsFromSeveralThreads) {
  std::vector<const ZoneRules*> found(8);
  {
    std::vector<std::jthread> threads;
    for (const ZoneRules*& zone : found)
      threads.emplace_back([&zone] { zone = FindZone("Asia/Ho_Chi_Minh"); });
  }
  for (const ZoneRules* zone : found) EXPECT_EQ(zone, found[0]);
  EXPECT_EQ(Name(*found[0]), "Asia/Ho_Chi_Minh");
}

TEST(Zone, DatabaseHasAVersion) {
  EXPECT_EQ(TzdataVersion().size(), 5U) << TzdataVersion();  // "2026a"
  EXPECT_EQ(TzdataVersion().substr(0, 2), "20");
}

TEST(Zone, DurationsAreExactTime) {
  const auto later = AddDuration(T("2026-03-28T12:00:00@Europe/Stockholm"), T("P1D"));
  EXPECT_EQ(ToText(*later), "2026-03-29T13:00:00@Europe/Stockholm");
  const auto month = AddDuration(T("2026-02-28T12:00:00@Europe/Stockholm"), T("P2M"));
  EXPECT_EQ(ToText(*month), "2026-04-28T12:00:00@Europe/Stockholm");
}

}  // namespace
}  // namespace oxpecker::feel
