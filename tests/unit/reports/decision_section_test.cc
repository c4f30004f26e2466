#include "reports/decision_section.h"

#include <gtest/gtest.h>

#include <string>

namespace oxpecker::reports {
namespace {

constexpr const char* kDecided = R"({
  "schema": "oxpecker.decision/1", "status": "decided", "release": "r1",
  "features": [{"id": "cover", "version": 1, "value": "1.2"},
               {"id": "fees", "version": 1, "unknown": {"kind": "missing", "message": "m"}}],
  "candidates": [{"action": "autopay_setup", "class": "service", "rule": "late_fees",
                  "rule_version": 2, "state": "suppressed", "decided_by": "consent",
                  "verdicts": [{"guard": "fresh", "stage": "data", "verdict": "pass"},
                               {"guard": "consent", "stage": "consent", "verdict": "block",
                                "reason": "NO_CONSENT"}]}],
  "outcomes": [], "flags": ["churn_risk_flag"], "reasons": ["LATE_FEES"],
  "unknowns": [{"rule": "activity_drop", "cause": {"kind": "null", "message": "m"}}]})";

TEST(DecisionSection, ReadsWhatAReportCounts) {
  const Result<DecisionSection> section = ReadDecisionSection(kDecided);
  ASSERT_TRUE(section.has_value()) << section.error().ToString();
  EXPECT_EQ(section->release, "r1");
  ASSERT_EQ(section->candidates.size(), 1U);
  const CandidateLine& candidate = section->candidates[0];
  EXPECT_EQ(candidate.rule_version, "2");
  EXPECT_TRUE(candidate.held_back());
  EXPECT_EQ(candidate.DecidingReason(), "NO_CONSENT");
  ASSERT_EQ(section->unknown_features.size(), 1U);
  EXPECT_EQ(section->unknown_features[0].id, "fees");
  EXPECT_EQ(section->unknown_features[0].cause_kind, "missing");
  ASSERT_EQ(section->unknown_rules.size(), 1U);
  EXPECT_EQ(section->unknown_rules[0].cause_kind, "null");
  EXPECT_EQ(section->flags.size(), 1U);
}

TEST(DecisionSection, RefusesEveryOtherForm) {
  const std::string decided = kDecided;
  for (const char* member : {"schema", "status", "release", "candidates", "outcomes", "flags",
                             "reasons", "unknowns", "action", "state", "verdicts"}) {
    std::string broken = decided;
    const std::string key = "\"" + std::string(member) + "\"";
    const std::size_t at = broken.find(key);
    ASSERT_NE(at, std::string::npos) << member;
    broken.replace(at, key.size(), "\"other_" + std::string(member) + "\"");
    EXPECT_FALSE(ReadDecisionSection(broken).has_value()) << member;
  }
  EXPECT_FALSE(ReadDecisionSection("").has_value());
  EXPECT_FALSE(ReadDecisionSection("[]").has_value());
  EXPECT_FALSE(ReadDecisionSection(decided.substr(0, decided.size() - 1)).has_value());
}

TEST(MaskPointer, KeepsFieldNamesAndNothingElse) {
  EXPECT_EQ(MaskPointer(""), "");
  EXPECT_EQ(MaskPointer("/transactions/17/amount"), "/transactions/*/amount");
  EXPECT_EQ(MaskPointer("/late_fee_count_90"), "/late_fee_count_90");
  EXPECT_EQ(MaskPointer("/customer_19640101"), "/(masked)");
  EXPECT_EQ(MaskPointer("/Anna Svensson/amount"), "/(masked)/amount");
  EXPECT_EQ(MaskPointer("/a~1b"), "/(masked)");
  EXPECT_EQ(MaskPointer("no pointer"), "(masked)");
  EXPECT_EQ(MaskPointer("/"), "/(masked)");
  EXPECT_EQ(MaskPointer("/a//b"), "/a/(masked)/b");
}

TEST(Manifest, ReadsNamesAndLists) {
  const Result<Manifest> manifest = ReadManifest(R"({"release": "r1", "pack": "retail",
    "pack_version": "1.0.0",
    "rules": [{"id": "late_fees", "version": 3, "title": "Late fees", "owner": "risk",
               "proposes": ["autopay_setup", "hardship_support", "autopay_setup"]}],
    "thresholds": [{"id": "late_fee_n", "version": 2, "title": "Late fees", "owner": "risk",
                    "value": "3", "unit": "count"}],
    "guards": [{"id": "fresh", "version": 1, "title": "Fresh", "owner": "c", "stage": "data"}],
    "reasons": [{"code": "LATE_FEES", "en": "Late fees."}]})");
  ASSERT_TRUE(manifest.has_value()) << manifest.error().ToString();
  ASSERT_EQ(manifest->rules.size(), 1U);
  EXPECT_EQ(manifest->rules[0].version, "3");
  EXPECT_EQ(manifest->rules[0].detail, "autopay_setup, hardship_support");
  ASSERT_EQ(manifest->thresholds.size(), 1U);
  EXPECT_EQ(manifest->thresholds[0].detail, "3");
  EXPECT_EQ(manifest->thresholds[0].unit, "count");
  EXPECT_EQ(manifest->guards[0].detail, "data");
  EXPECT_EQ(manifest->reasons[0].title, "Late fees.");
  EXPECT_FALSE(ReadManifest(R"({"pack": "retail"})").has_value());
}

}  // namespace
}  // namespace oxpecker::reports
