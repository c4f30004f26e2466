// Rules and tables: hit policies, and rows and conditions without an answer.
#include <gtest/gtest.h>

#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

struct Row {
  std::string cell;
  std::string action;
};

// a1, a2: service; a3, a4: protective. The input is the event's bill.
std::string Table(const std::string& hit, const std::vector<Row>& rows) {
  std::string yaml = "actions:\n" + Action("a1") + Action("a2") +
                     Action("a3", {{"tier", "1"}, {"class", "protective"}}) + Action("a4", {{"tier", "1"}, {"class", "protective"}}) +
                     "tables:\n  - id: t\n    title: t\n    rationale: r\n    on: [customer.review]\n    hit: " + hit +
                     "\n    inputs: [event.avg_bill_minor]\n    rows:\n";
  for (const Row& row : rows)
    yaml += "      - {when: ['" + row.cell + "'], then: {propose: " + row.action + ", need: 0.5, reasons: [R1]}}\n";
  return yaml;
}

// "a1 a2" or "a1 | unknown"
std::string Proposed(const std::string& sections, std::string_view layer) {
  const Decision decision = DecideFor(GoodPack(sections), layer);
  std::string text;
  for (const char* action : {"a1", "a2", "a3", "a4"})
    if (FindCandidate(decision, action) != nullptr) text += (text.empty() ? "" : " ") + std::string(action);
  for (const auto& [rule, cause] : decision.unknowns) text += (text.empty() ? "| " : " | ") + cause.kind;
  return text;
}

constexpr std::string_view kBill5 = "event: {avg_bill_minor: 5}";

TEST(Table, FirstStopsAtTheFirstRowThatHolds) {
  const std::vector<Row> rows = {{"> 9", "a1"}, {"> 4", "a2"}, {"> 3", "a3"}};
  EXPECT_EQ(Proposed(Table("first", rows), kBill5), "a2");
  EXPECT_EQ(Proposed(Table("first", rows), "event: {avg_bill_minor: 10}"), "a1");
  EXPECT_EQ(Proposed(Table("first", rows), "event: {avg_bill_minor: 3}"), "");
}

TEST(Table, UniqueRefusesTwoRows) {
  EXPECT_EQ(Proposed(Table("unique", {{"> 9", "a1"}, {"> 4", "a2"}}), kBill5), "a2");
  EXPECT_EQ(Proposed(Table("unique", {{"> 3", "a1"}, {"> 4", "a2"}}), kBill5), "| conflict");
}

TEST(Table, AnyWantsRowsThatAgree) {
  EXPECT_EQ(Proposed(Table("any", {{"> 3", "a1"}, {"> 4", "a1"}}), kBill5), "a1");
  EXPECT_EQ(Proposed(Table("any", {{"> 3", "a1"}, {"> 4", "a2"}}), kBill5), "| conflict");
}

TEST(Table, CollectAndRuleOrderTakeEveryRow) {
  for (const char* hit : {"collect", "rule_order"})
    EXPECT_EQ(Proposed(Table(hit, {{"> 3", "a1"}, {"> 9", "a2"}, {"> 4", "a3"}}), kBill5), "a1 a3") << hit;
}

TEST(Table, ADashIsAlwaysTrueEvenWithoutAValue) {
  EXPECT_EQ(Proposed(Table("first", {{"-", "a1"}}), ""), "a1");
}

// A row that has no answer might have held. Whatever comes after it is proposed only where it protects.
TEST(Table, PastARowWithoutAnAnswerOnlyProtectionIsProposed) {
  for (const char* hit : {"first", "unique", "any"}) {
    EXPECT_EQ(Proposed(Table(hit, {{"> 9", "a2"}, {"-", "a1"}}), ""), "| missing") << hit;
    EXPECT_EQ(Proposed(Table(hit, {{"> 9", "a2"}, {"-", "a3"}}), ""), "a3 | missing") << hit;
  }
  for (const char* hit : {"collect", "rule_order"})
    EXPECT_EQ(Proposed(Table(hit, {{"> 9", "a2"}, {"-", "a1"}}), ""), "a1 | missing") << hit;
}

// The order of the rows must not decide whether a doubtful row is noticed.
TEST(Table, UniqueAndAnySeeARowWithoutAnAnswerThatComesLater) {
  for (const char* hit : {"unique", "any"})
    EXPECT_EQ(Proposed(Table(hit, {{"-", "a1"}, {"> 9", "a2"}}), ""), "| missing") << hit;
  EXPECT_EQ(Proposed(Table("first", {{"-", "a1"}, {"> 9", "a2"}}), ""), "a1");
}

// A constant in a cell is compared with the input; a missing input is no match.
TEST(Table, ACellTrueDoesNotHoldForAMissingFact) {
  const std::string yaml = "actions:\n" + Action("a1", {{"tier", "1"}, {"class", "protective"}}) +
                           R"(tables:
  - {id: t, title: t, rationale: r, on: [customer.review], hit: first, inputs: [event.payment.new_payee],
     rows: [{when: ["true"], then: {propose: a1, need: 0.5, reasons: [R1]}}]}
)";
  EXPECT_EQ(Proposed(yaml, ""), "| missing");
  EXPECT_EQ(Proposed(yaml, "event: {payment: {amount_minor: 1, currency: SEK, new_payee: true, payee_check: match}}"), "a1");
  EXPECT_EQ(Proposed(yaml, "event: {payment: {amount_minor: 1, currency: SEK, new_payee: false, payee_check: match}}"), "");
}

std::string Rule(const std::string& when) {
  return "actions:\n" + Action("a1") + "rules:\n  - {id: r, title: r, rationale: r, on: [customer.review], when: '" + when +
         "', then: {propose: a1, need: 0.5, reasons: [R1]}}\n";
}

TEST(Rule, TrueFalseAndUnknownAreThreeThings) {
  EXPECT_EQ(Proposed(Rule("event.avg_bill_minor > 4"), kBill5), "a1");
  EXPECT_EQ(Proposed(Rule("event.avg_bill_minor > 5"), kBill5), "");
  EXPECT_EQ(Proposed(Rule("event.avg_bill_minor > 4"), ""), "| missing");
  EXPECT_EQ(Proposed(Rule("1 / event.avg_bill_minor > 4"), "event: {avg_bill_minor: 0}"), "| domain");
}

TEST(Rule, WhatDecidesAnywayIsNotUnknown) {
  EXPECT_EQ(Proposed(Rule("event.avg_bill_minor > 4 and tax_season"), ""), "");
  EXPECT_EQ(Proposed(Rule("event.avg_bill_minor > 4 or not(tax_season)"), ""), "a1");
}

TEST(Rule, OtherEventsAreNotLookedAt) {
  EXPECT_EQ(Proposed(Rule("true"), "event: {type: payment.failed}"), "");
}

TEST(Rule, TwoProposalsOfAnActionAreOneCandidate) {
  const std::string yaml = "actions:\n" + Action("a1") + R"(rules:
  - {id: r1, title: r, rationale: r, on: [customer.review], when: 'true', then: {propose: a1, need: 0.4, reasons: [R1, R2], evidence: {x: '"first"', y: '"y"'}}}
  - {id: r2, title: r, rationale: r, on: [customer.review], when: 'true', then: {propose: a1, need: 0.6, reasons: [R2, {code: R3, when: tax_season}], evidence: {x: '"second"'}}}
  - {id: r3, title: r, rationale: r, on: [customer.review], when: 'true', then: {propose: a1, need: 0.6, reasons: [R4]}}
)";
  const Decision decision = DecideFor(GoodPack(yaml), "");
  ASSERT_EQ(decision.candidates.size(), 1U);
  const Candidate& c = decision.candidates[0];
  EXPECT_EQ(c.rule, "r2");  // the first with the highest need
  EXPECT_EQ(c.need.ToCanonicalString(), "0.6");
  EXPECT_EQ(c.rank.ToCanonicalString(), "0.3");
  EXPECT_EQ(c.reasons, (std::vector<std::string>{"R1", "R2", "R4"}));
  EXPECT_EQ(c.evidence, (std::vector<std::pair<std::string, std::string>>{{"x", "first"}, {"y", "y"}}));
}

TEST(Rule, MayOnlyNoteReasons) {
  const Decision decision = DecideFor(
      GoodPack("rules:\n  - {id: r, title: r, rationale: r, on: [customer.review], when: 'true', then: {reasons: [R1, {code: R2, when: tax_season}]}}\n"), "");
  EXPECT_TRUE(decision.candidates.empty());
  EXPECT_EQ(decision.reasons, (std::vector<std::string>{"NO_ACTION", "R1"}));
}

}  // namespace
}  // namespace oxpecker::engine
