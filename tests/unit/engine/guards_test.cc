// A guard only tightens, whatever guards there are and in whatever order they stand.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

struct TestGuard {
  std::string stage;      // "G1_freshness"
  std::string when;       // true, false, or an expression that is unknown
  std::string objection;
};

constexpr const char* kUnknown = "event.avg_bill_minor > 0";

std::string Pack(const std::string& action_class, const std::vector<TestGuard>& guards, std::string_view applies_to = "") {
  const std::string tier = action_class == "protective" ? "1" : action_class == "sales" ? "5" : "3";
  std::string yaml = "actions:\n" + Action("a1", {{"class", action_class}, {"tier", tier}}) +
                     "rules:\n  - {id: r, title: r, rationale: r, on: [customer.review], when: 'true', then: {propose: a1, need: 0.5, reasons: [R9]}}\n";
  if (!guards.empty()) yaml += "guards:\n";
  for (std::size_t i = 0; i < guards.size(); ++i) {
    yaml += "  - {id: g" + std::to_string(i) + ", title: g, rationale: r, stage: " + guards[i].stage + ", when: '" +
            guards[i].when + "', objection: " + guards[i].objection + ", reason: R" + std::to_string(i + 1);
    if (!applies_to.empty()) yaml += ", applies_to: '" + std::string(applies_to) + "'";
    yaml += "}\n";
  }
  return yaml;
}

// How much reaches the customer: 3 told at once, 2 told more quietly or later, 0 not told.
int Reach(const Candidate& c) {
  if (c.state == EndState::kSuppressed || c.state == EndState::kOutranked) return 0;
  return c.state == EndState::kSelected ? 3 : 2;
}

Candidate CandidateOf(const std::string& pack) {
  const Decision decision = DecideFor(GoodPack(pack), "");
  EXPECT_EQ(decision.candidates.size(), 1U);
  return decision.candidates.at(0);
}

std::vector<TestGuard> Kinds() {
  std::vector<TestGuard> kinds;
  for (const char* stage : {"G1_freshness", "G4_consent", "G7_suitability", "G8_fatigue"})
    for (const char* when : {"true", "false", kUnknown})
      for (const char* objection : {"block", "defer", "downgrade"}) kinds.push_back({stage, when, objection});
  return kinds;
}

// Every pair of guards over every kind of verdict: two never let through more than one of them, nor
// one more than none; and the order in which they stand in the file changes nothing but who decided.
TEST(Guards, OnlyTightenAndTheirOrderDoesNotMatter) {
  for (const char* action_class : {"service", "protective"}) {
    std::map<std::size_t, int> alone;
    const std::vector<TestGuard> kinds = Kinds();
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      alone[i] = Reach(CandidateOf(Pack(action_class, {kinds[i]})));
      EXPECT_LE(alone[i], 3);
    }
    for (std::size_t i = 0; i < kinds.size(); ++i)
      for (std::size_t j = i; j < kinds.size(); ++j) {
        const Candidate one = CandidateOf(Pack(action_class, {kinds[i], kinds[j]}));
        const Candidate other = CandidateOf(Pack(action_class, {kinds[j], kinds[i]}));
        const std::string what = std::string(action_class) + " " + kinds[i].stage + " " + kinds[i].when + " " + kinds[i].objection +
                                 " / " + kinds[j].stage + " " + kinds[j].when + " " + kinds[j].objection;
        EXPECT_LE(Reach(one), std::min(alone[i], alone[j])) << what;
        EXPECT_EQ(one.verdicts.size(), 2U) << what;
        EXPECT_EQ(one.state, other.state) << what;
        EXPECT_EQ(one.delivery, other.delivery) << what;
        EXPECT_EQ(one.deferred, other.deferred) << what;
      }
  }
}

TEST(Guards, VerdictsByAnswerAndClass) {
  const auto verdict = [](const char* action_class, const TestGuard& guard) {
    return std::string(Name(CandidateOf(Pack(action_class, {guard})).verdicts.at(0).verdict));
  };
  EXPECT_EQ(verdict("service", {"G7_suitability", "false", "block"}), "pass");
  EXPECT_EQ(verdict("service", {"G7_suitability", "true", "block"}), "block");
  EXPECT_EQ(verdict("service", {"G7_suitability", "true", "defer"}), "defer");
  EXPECT_EQ(verdict("service", {"G7_suitability", "true", "downgrade"}), "downgrade");
  EXPECT_EQ(verdict("service", {"G7_suitability", kUnknown, "downgrade"}), "unknown_block");
  EXPECT_EQ(verdict("sales", {"G7_suitability", kUnknown, "block"}), "unknown_block");
  EXPECT_EQ(verdict("protective", {"G7_suitability", kUnknown, "block"}), "unknown_pass");
  // Consent and fatigue never stop a protection; suitability may.
  EXPECT_EQ(verdict("protective", {"G4_consent", "true", "block"}), "bypass");
  EXPECT_EQ(verdict("protective", {"G8_fatigue", "true", "block"}), "bypass");
  EXPECT_EQ(verdict("protective", {"G7_suitability", "true", "block"}), "block");
}

TEST(Guards, AScopeWithoutAnAnswerIsInDoubtAskedAbout) {
  const auto verdict = [](std::string_view applies_to) {
    return std::string(Name(CandidateOf(Pack("service", {{"G7_suitability", "true", "block"}}, applies_to)).verdicts.at(0).verdict));
  };
  EXPECT_EQ(verdict("action.tier = 3"), "block");
  EXPECT_EQ(verdict("action.tier = 4"), "skipped");
  EXPECT_EQ(verdict(kUnknown), "block");
}

TEST(Guards, TheFirstThatBlocksDecidesAndEveryObjectionIsAReason) {
  const Decision decision = DecideFor(
      GoodPack(Pack("service", {{"G8_fatigue", "true", "block"}, {"G1_freshness", "true", "defer"}, {"G4_consent", "true", "block"}})), "");
  const Candidate& c = decision.candidates.at(0);
  EXPECT_EQ(c.state, EndState::kSuppressed);
  EXPECT_EQ(c.decided_by, "g2");  // consent blocks before fatigue does; freshness only defers
  EXPECT_EQ(decision.reasons, (std::vector<std::string>{"NO_ACTION", "R1", "R2", "R3"}));  // and not R9, which was not told
  ASSERT_EQ(c.verdicts.size(), 3U);
  EXPECT_EQ(c.verdicts[0].guard, "g1");
  EXPECT_EQ(c.verdicts[1].guard, "g2");
  EXPECT_EQ(c.verdicts[2].guard, "g0");
}

TEST(Guards, AnUnknownCarriesItsCause) {
  const Candidate c = CandidateOf(Pack("service", {{"G7_suitability", kUnknown, "block"}}));
  ASSERT_TRUE(c.verdicts.at(0).unknown.has_value());
  EXPECT_EQ(c.verdicts[0].unknown->kind, "missing");
  EXPECT_EQ(c.verdicts[0].reason, "GUARD_UNKNOWN");
}

TEST(Guards, ABypassIsToldAsOne) {
  const Decision decision = DecideFor(GoodPack(Pack("protective", {{"G8_fatigue", "true", "block"}})), "");
  EXPECT_EQ(decision.reasons, (std::vector<std::string>{"PROTECTIVE_BYPASS", "R9"}));
  EXPECT_EQ(decision.candidates.at(0).state, EndState::kSelected);
}

TEST(Guards, SeeTheCandidateAndTheOthers) {
  const std::string yaml = "actions:\n" + Action("a1") + Action("a2", {{"channels", "[sms, push, feed]"}}) + R"(rules:
  - {id: r, title: r, rationale: r, on: [customer.review], when: 'true', then: [{propose: a1, need: 0.5, reasons: [R1]}, {propose: a2, need: 0.7, reasons: [R2]}]}
guards:
  - {id: g1, title: g, rationale: r, stage: G7_suitability, when: 'candidate.need = 0.7 and candidate.rule = "r" and candidate.reasons = ["R2"]', objection: defer, reason: R3}
  - {id: g2, title: g, rationale: r, stage: G7_suitability, when: 'candidate.channel = "push" and candidate.channels = ["push", "feed"]', objection: defer, reason: R4}
  - {id: g3, title: g, rationale: r, stage: G7_suitability, applies_to: 'action.id = "a1"', when: 'list contains(candidates, "a2") and action.value = 0.5', objection: defer, reason: R5}
)";
  const Decision decision = DecideFor(GoodPack(yaml), "facts: {preferences: {channels: {sms: opt_out}}}");
  const auto verdicts = [&](const char* action) {
    std::string text;
    for (const GuardFinding& finding : FindCandidate(decision, action)->verdicts) text += std::string(Name(finding.verdict)) + " ";
    return text;
  };
  EXPECT_EQ(verdicts("a1"), "pass defer defer ");
  EXPECT_EQ(verdicts("a2"), "defer defer skipped ");
}

}  // namespace
}  // namespace oxpecker::engine
