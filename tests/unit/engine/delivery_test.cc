// Arbitration and delivery: who is heard first, on which channel, at what hour, with whom.
#include <gtest/gtest.h>

#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

using Parts = std::vector<std::pair<std::string, std::string>>;

// All of the actions are proposed, each with its need.
std::string Pack(const std::vector<std::pair<Parts, std::string>>& actions, std::string_view more = "") {
  std::string yaml = "actions:\n";
  std::string proposals;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const std::string id = "a" + std::to_string(i + 1);
    yaml += Action(id, actions[i].first);
    proposals += (i == 0 ? "" : ", ") + ("{propose: " + id + ", need: " + actions[i].second + ", reasons: [R1]}");
  }
  return yaml + "rules:\n  - {id: r, title: r, rationale: r, on: [customer.review], when: 'true', then: [" + proposals + "]}\n" +
         std::string(more);
}

// "a2 push, a1 feed"
std::string Told(const Decision& decision) {
  std::string text;
  for (const std::size_t index : decision.outcomes) {
    const Candidate& c = decision.candidates[index];
    text += (text.empty() ? "" : ", ") + c.action + " " + c.delivery + (c.deferred ? " later" : "");
  }
  return text;
}
std::string Told(const std::string& pack, std::string_view layer = "") { return Told(DecideFor(GoodPack(pack), layer)); }

bool Has(const Decision& decision, std::string_view reason) {
  return std::find(decision.reasons.begin(), decision.reasons.end(), reason) != decision.reasons.end();
}

TEST(Arbitration, TierThenNeedTimesValueThenName) {
  EXPECT_EQ(Told(Pack({{{{"tier", "3"}, {"channels", "[feed]"}}, "0.9"}, {{{"tier", "2"}, {"channels", "[feed]"}}, "0.1"}})), "a2 feed, a1 feed");
  EXPECT_EQ(Told(Pack({{{{"value", "0.5"}, {"channels", "[feed]"}}, "0.8"}, {{{"value", "0.9"}, {"channels", "[feed]"}}, "0.5"}})), "a2 feed, a1 feed");
  EXPECT_EQ(Told(Pack({{{{"value", "0.4"}, {"channels", "[feed]"}}, "0.5"}, {{{"value", "0.5"}, {"channels", "[feed]"}}, "0.4"}})), "a1 feed, a2 feed");
}

TEST(Arbitration, OneInterruptionAnEvaluation) {
  const Decision decision = DecideFor(GoodPack(Pack({{{}, "0.9"}, {{}, "0.8"}, {{{"channels", "[push]"}}, "0.7"}, {{{"kind", "route"}, {"channels", "[human_call]"}}, "0.6"}})), "");
  EXPECT_EQ(Told(decision), "a1 push, a2 feed, a4 human_call");  // a route is no interruption
  EXPECT_EQ(decision.candidates[0].state, EndState::kSelected);
  EXPECT_EQ(decision.candidates[1].state, EndState::kDowngraded);
  EXPECT_EQ(decision.candidates[1].decided_by, "arbitration");
  EXPECT_EQ(decision.candidates[2].state, EndState::kOutranked);
  EXPECT_EQ(decision.candidates[2].delivery, "");
  EXPECT_TRUE(Has(decision, "OUTRANKED"));
}

TEST(Delivery, ChannelsThatWantLeave) {
  const std::string pack = Pack({{{{"channels", "[sms, push, email, letter]"}}, "0.9"}});
  EXPECT_EQ(Told(pack), "a1 sms");
  EXPECT_EQ(Told(pack, "facts: {preferences: {channels: {sms: opt_out}}}"), "a1 push");
  EXPECT_EQ(Told(pack, "facts: {preferences: {channels: {sms: unset, push: unset}}}"), "a1 email");
  EXPECT_EQ(Told(pack, "facts: {preferences: {channels: {sms: opt_out, push: opt_out, email: '@absent'}}}"), "a1 letter");
}

TEST(Delivery, NoChannelLeft) {
  const Decision decision = DecideFor(GoodPack(Pack({{{{"channels", "[push]"}}, "0.9"}})), "facts: {preferences: {channels: {push: opt_out}}}");
  EXPECT_EQ(Told(decision), "");
  EXPECT_EQ(decision.candidates[0].state, EndState::kSuppressed);
  EXPECT_EQ(decision.candidates[0].decided_by, "delivery");
  EXPECT_TRUE(Has(decision, "CHANNEL_OPT_OUT") && Has(decision, "NO_ACTION"));
}

TEST(Delivery, ACallThatIsOnlyOfferedIsForThoseWhoWantAPersonFirst) {
  const std::string offered = Pack({{{{"channels", "[human_call, feed]"}, {"human", "offered"}}, "0.9"}});
  EXPECT_EQ(Told(offered), "a1 feed");
  EXPECT_EQ(Told(offered, "facts: {preferences: {human_mode: self_service}}"), "a1 feed");
  EXPECT_EQ(Told(offered, "facts: {preferences: {human_mode: human_first}}"), "a1 human_call");
  EXPECT_EQ(Told(Pack({{{{"channels", "[human_call, feed]"}, {"human", "required"}}, "0.9"}})), "a1 human_call");
}

TEST(Delivery, ADowngradeNeedsAQuietChannel) {
  const std::string guard = "guards:\n  - {id: g, title: g, rationale: r, stage: G8_fatigue, when: 'true', objection: downgrade, reason: R2}\n";
  EXPECT_EQ(Told(Pack({{{}, "0.9"}}, guard)), "a1 feed");
  const Decision decision = DecideFor(GoodPack(Pack({{{{"channels", "[push, email]"}}, "0.9"}}, guard)), "");
  EXPECT_EQ(Told(decision), "");
  EXPECT_EQ(decision.candidates[0].state, EndState::kSuppressed);
  EXPECT_EQ(decision.candidates[0].decided_by, "g");
}

TEST(Delivery, ADeferralIsKept) {
  const std::string guard = "guards:\n  - {id: g, title: g, rationale: r, stage: G8_fatigue, when: 'true', objection: defer, reason: R2}\n";
  const Decision decision = DecideFor(GoodPack(Pack({{{}, "0.9"}}, guard)), "");
  EXPECT_EQ(Told(decision), "a1 push later");
  EXPECT_EQ(decision.candidates[0].state, EndState::kDeferred);
  EXPECT_EQ(decision.candidates[0].decided_by, "g");
}

// Of a deferral and a downgrade both must show: later, and quietly.
TEST(Delivery, ADeferralAndADowngradeBothHold) {
  const std::string guards = R"(guards:
  - {id: g1, title: g, rationale: r, stage: G1_freshness, when: 'true', objection: defer, reason: R2}
  - {id: g2, title: g, rationale: r, stage: G8_fatigue, when: 'true', objection: downgrade, reason: R3}
)";
  const Decision decision = DecideFor(GoodPack(Pack({{{}, "0.9"}}, guards)), "");
  EXPECT_EQ(Told(decision), "a1 feed later");
  EXPECT_EQ(decision.candidates[0].decided_by, "g1");
}

TEST(Delivery, QuietHoursOverMidnightInTheCustomersZone) {
  const std::string pack = Pack({{{}, "0.9"}});
  const auto at = [&](const char* as_of, const char* hours = R"({from: "21:00", to: "07:00"})") {
    return Told(pack, std::string("facts: {as_of: \"") + as_of + "\", preferences: {quiet_hours: " + hours + "}}");
  };
  EXPECT_EQ(at("2026-01-15T19:59:59Z"), "a1 push");
  EXPECT_EQ(at("2026-01-15T20:00:00Z"), "a1 push later");
  EXPECT_EQ(at("2026-01-16T05:59:59Z"), "a1 push later");
  EXPECT_EQ(at("2026-01-16T06:00:00Z"), "a1 push");
  // summer time: an hour earlier in UTC
  EXPECT_EQ(at("2026-07-15T18:59:59Z"), "a1 push");
  EXPECT_EQ(at("2026-07-15T19:00:00Z"), "a1 push later");
  EXPECT_EQ(at("2026-07-16T04:59:59Z"), "a1 push later");
  EXPECT_EQ(at("2026-07-16T05:00:00Z"), "a1 push");
  // the nights in which clocks change: 2026-03-29 and 2026-10-25, at 01:00 UTC
  EXPECT_EQ(at("2026-03-29T04:59:59Z"), "a1 push later");
  EXPECT_EQ(at("2026-03-29T05:00:00Z"), "a1 push");
  EXPECT_EQ(at("2026-10-25T05:59:59Z"), "a1 push later");
  EXPECT_EQ(at("2026-10-25T06:00:00Z"), "a1 push");
  // within a day, empty, and from midnight
  EXPECT_EQ(at("2026-01-15T11:30:00Z", R"({from: "12:00", to: "14:00"})"), "a1 push later");
  EXPECT_EQ(at("2026-01-15T13:00:00Z", R"({from: "12:00", to: "14:00"})"), "a1 push");
  EXPECT_EQ(at("2026-01-15T11:00:00Z", R"({from: "12:00", to: "12:00"})"), "a1 push");
  EXPECT_EQ(at("2026-01-15T23:00:00Z", R"({from: "00:00", to: "06:00"})"), "a1 push later");
  EXPECT_EQ(at("2026-01-15T22:59:59Z", R"({from: "00:00", to: "06:00"})"), "a1 push");
}

TEST(Delivery, WhoIsWokenAtNight) {
  const auto at_night = [](const Parts& parts) {
    return Told(Pack({{parts, "0.9"}}), R"(facts: {as_of: "2026-01-15T23:00:00Z"})");
  };
  EXPECT_EQ(at_night({{"channels", "[push]"}}), "a1 push later");
  EXPECT_EQ(at_night({{"channels", "[sms]"}}), "a1 sms later");
  EXPECT_EQ(at_night({{"channels", "[human_call]"}, {"human", "required"}}), "a1 human_call later");
  EXPECT_EQ(at_night({{"channels", "[email]"}}), "a1 email");
  EXPECT_EQ(at_night({{"channels", "[feed]"}}), "a1 feed");
  EXPECT_EQ(at_night({{"channels", "[push]"}, {"tier", "1"}, {"class", "protective"}}), "a1 push");
}

TEST(Delivery, ReasonsOfProtectionAndSilence) {
  const std::string protective = Pack({{{{"channels", "[in_journey]"}, {"tier", "1"}, {"class", "protective"}}, "0.9"}});
  const std::string service = Pack({{{}, "0.9"}});
  constexpr std::string_view night = R"(facts: {as_of: "2026-01-15T23:00:00Z"})";
  constexpr std::string_view minimal = "facts: {preferences: {friction: minimal}}";
  EXPECT_TRUE(Has(DecideFor(GoodPack(protective), night), "PROTECTIVE_BYPASS"));
  EXPECT_FALSE(Has(DecideFor(GoodPack(protective), ""), "PROTECTIVE_BYPASS"));
  EXPECT_FALSE(Has(DecideFor(GoodPack(service), night), "PROTECTIVE_BYPASS"));
  EXPECT_TRUE(Has(DecideFor(GoodPack(protective), minimal), "PROTECTIVE_OVERRIDES_PREFERENCE"));
  EXPECT_FALSE(Has(DecideFor(GoodPack(service), minimal), "PROTECTIVE_OVERRIDES_PREFERENCE"));
  EXPECT_TRUE(Has(DecideFor(GoodPack(Pack({{{{"channels", "[feed]"}}, "0.9"}})), ""), "SILENT_BY_DESIGN"));
  EXPECT_FALSE(Has(DecideFor(GoodPack(service), ""), "SILENT_BY_DESIGN"));
}

TEST(Delivery, FlagsReachNobodyAndAreNoOutcome) {
  const Decision decision = DecideFor(GoodPack(Pack({{{{"kind", "flag"}, {"class", "internal"}, {"channels", "[internal]"}}, "0.9"}})),
                                      R"(facts: {as_of: "2026-01-15T23:00:00Z"})");
  EXPECT_EQ(decision.flags, (std::vector<std::string>{"a1"}));
  EXPECT_TRUE(decision.outcomes.empty());
  EXPECT_FALSE(Has(decision, "NO_ACTION"));
  EXPECT_EQ(decision.outcome(), Outcome::kAction);
}

}  // namespace
}  // namespace oxpecker::engine
