// The runner of the tests beside the rules: what it accepts, what it says of a failure, what no test
// covers.
#include "engine/pack_tests/pack_tests.h"

#include <gtest/gtest.h>

#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

std::string Sections() {
  return "actions:\n" + Action("a1") + Action("a2", {{"kind", "flag"}, {"class", "internal"}, {"channels", "[internal]"}}) + R"(features:
  - {id: many, title: m, window: {source: transactions, time: booked_at, days: 5, aggregate: count}}
  - {id: bill, title: b, expression: event.avg_bill_minor + 1}
rules:
  - {id: r1, title: r, rationale: r, on: [customer.review], when: many >= 2, then: {propose: a1, need: 0.5, reasons: [R1], evidence: {n: many}}}
  - {id: r2, title: r, rationale: r, on: [customer.review], when: event.avg_bill_minor > 5, then: {propose: a2, need: 0.5, reasons: [R2]}}
guards:
  - {id: g1, title: g, rationale: r, stage: G7_suitability, applies_to: 'action.id = "a1"', when: many >= 3, objection: block, reason: R3}
)";
}

// The base is the customer that small_pack.cc makes, as its JSON, which is YAML too.
std::vector<rules::PackFile> Files(const Release& release, std::string_view tests) {
  const std::string base = "base:\n  event: {type: customer.review}\n  facts: " + Documents(release, "").facts +
                           "\n  rows: {transactions: {id: \"t-{n}\", account: a, booked_at: \"@-1d\", amount_minor: 1, currency: SEK, "
                           "dir: DBIT, kind: card, counterparty: shop}}\n";
  return {{"b.test.yaml", std::string(tests)}, {"a.test.yaml", base}, {"rules.yaml", "not read: ["}};
}

Checked<PackTestReport> Run(std::string_view tests) {
  const auto release = GoodPack(Sections());
  return RunPackTests(release, Files(*release, tests));
}
std::string Problems(std::string_view tests) {
  const auto report = Run(tests);
  return report ? "" : ToString(report.error());
}
PackTestReport Good(std::string_view tests) {
  auto report = Run(tests);
  EXPECT_TRUE(report.has_value()) << ToString(report.error());
  return report ? *report : PackTestReport{};
}
// The mismatches of a single test: "outcomes: expected x, got y".
std::string Mismatches(const std::string& layer_and_expect) {
  const PackTestReport report = Good("tests:\n  - {name: t, " + layer_and_expect + "}\n");
  std::string text;
  for (const Mismatch& m : report.tests.at(0).mismatches)
    text += m.what + ": expected " + m.expected + ", got " + m.got + "\n";
  return text;
}
const std::string kTwo = "facts: {transactions: [{}, {}]}, ";
const std::string kThree = "facts: {transactions: [{repeat: 3}]}, ";

TEST(PackTests, WhatIsExpectedHolds) {
  EXPECT_EQ(Mismatches(kTwo + "expect: {outcomes: [{action: a1, kind: recommendation, delivery: push, human: none, detail: standard, "
                              "deferred: 'false', need: 0.5, rule: r1, evidence: {n: '2'}}], suppressed: [], candidates: [a1], flags: [], "
                              "reasons: [R1], reasons_not: [R2, R3], features: {many: 2, bill: unknown}, proposed: {a1: [R1]}, unknown: [r2], verdicts: {a1: {g1: pass}}}"), "");
  EXPECT_EQ(Mismatches(kThree + "expect: {outcomes: [], suppressed: [{action: a1, guard: g1, reason: R3}], reasons: [R3], reasons_not: [R1], "
                                "verdicts: {a1: {g1: block}}}"), "");
  EXPECT_EQ(Mismatches("event: {avg_bill_minor: 6}, expect: {flags: [a2], unknown: [], features: {bill: 7}, verdicts: {a2: {g1: skipped}}}"), "");
  EXPECT_EQ(Mismatches("facts: {customer: '@absent', as_of: never}, expect: {refused: true, issues: [/as_of, /customer]}"), "");
}

TEST(PackTests, EveryKindOfExpectationCanFail) {
  EXPECT_EQ(Mismatches(kTwo + "expect: {outcomes: []}"), "outcomes: expected [], got [{action: a1, delivery: push}]\n");
  EXPECT_EQ(Mismatches(kTwo + "expect: {outcomes: [{action: a1, delivery: feed}]}"),
            "outcomes: expected [{action: a1, delivery: feed}], got [{action: a1, delivery: push}]\n");
  EXPECT_NE(Mismatches(kTwo + "expect: {outcomes: [{action: a1}, {action: a1}]}"), "");
  EXPECT_EQ(Mismatches(kTwo + "expect: {outcomes: [{action: a1, evidence: {n: '3'}}]}"),
            "outcomes: expected [{action: a1, evidence: {n: 3}}], got [{action: a1, delivery: push, evidence: {n: 2}}]\n");
  EXPECT_NE(Mismatches(kTwo + "expect: {outcomes: [{action: a1, evidence: {x: '2'}}]}"), "");
  EXPECT_EQ(Mismatches(kThree + "expect: {suppressed: []}"), "suppressed: expected [], got [{action: a1, guard: g1, reason: R3}]\n");
  EXPECT_NE(Mismatches(kThree + "expect: {suppressed: [{action: a1, reason: R1}]}"), "");
  EXPECT_NE(Mismatches(kTwo + "expect: {suppressed: [{action: a1}]}"), "");
  EXPECT_EQ(Mismatches(kTwo + "expect: {candidates: []}"), "candidates: expected [], got [a1]\n");
  EXPECT_EQ(Mismatches("event: {avg_bill_minor: 6}, expect: {flags: []}"), "flags: expected [], got [a2]\n");
  EXPECT_EQ(Mismatches("expect: {unknown: []}"), "unknown: expected [], got [r2]\n");
  EXPECT_EQ(Mismatches("expect: {reasons: [R1]}"), "reasons: expected R1, got [NO_ACTION]\n");
  EXPECT_EQ(Mismatches("expect: {reasons_not: [NO_ACTION]}"), "reasons_not: expected not NO_ACTION, got [NO_ACTION]\n");
  EXPECT_EQ(Mismatches("expect: {features: {many: 1}}"), "features.many: expected 1, got 0\n");
  EXPECT_TRUE(Mismatches("expect: {features: {bill: 1}}").starts_with("features.bill: expected 1, got unknown ("));
  EXPECT_EQ(Mismatches("expect: {features: {many: unknown}}"), "features.many: expected unknown, got 0\n");
  EXPECT_EQ(Mismatches(kTwo + "expect: {verdicts: {a1: {g1: block}}}"), "verdicts.a1.g1: expected block, got pass\n");
  EXPECT_EQ(Mismatches("expect: {verdicts: {a1: {g1: pass}}}"), "verdicts.a1.g1: expected pass, got no such candidate\n");
  EXPECT_EQ(Mismatches(kTwo + "expect: {proposed: {a1: [R1, R2]}}"), "proposed.a1: expected [R1, R2], got [R1]\n");
  EXPECT_EQ(Mismatches("expect: {proposed: {a1: []}}"), "proposed.a1: expected [], got no such candidate\n");
  EXPECT_EQ(Mismatches("expect: {refused: true}"), "refused: expected refused, got decided\n");
  EXPECT_TRUE(Mismatches("facts: {customer: '@absent'}, expect: {outcomes: []}").starts_with("refused: expected decided, got refused: /customer"));
  EXPECT_EQ(Mismatches("facts: {customer: '@absent'}, expect: {refused: true, issues: [/as_of]}"),
            "issues: expected [/as_of], got [/customer]\n");
}

TEST(PackTests, TellsAFailureWithItsPlaceAndHowItCameAbout) {
  const PackTestReport report = Good("tests:\n  - name: three are too many\n    facts: {transactions: [{repeat: 3}]}\n    expect: {outcomes: [{action: a1}]}\n");
  EXPECT_EQ(report.failed(), 1U);
  EXPECT_FALSE(report.ok());
  EXPECT_EQ(ToText(report.tests.at(0)),
            "FAILED: three are too many (b.test.yaml:2:5)\n"
            "  outcomes (b.test.yaml:4:24)\n"
            "    expected [{action: a1}]\n"
            "    got      []\n"
            "  rule r1: true\n"
            "    [t] many >= 2: 3 >= 2\n"
            "  rule r2: unknown\n"
            "    [u] event.avg_bill_minor > 5: null > 5\n"
            "  candidate a1 by r1: suppressed by g1 [R1]\n"
            "    g1: block R3\n");
}

TEST(PackTests, AShortTextHasAtMostTwelveLines) {
  const PackTestReport report = Good("tests:\n  - name: three are too many\n    facts: {transactions: [{repeat: 3}]}\n"
                                     "    expect: {outcomes: [{action: a1}], reasons: [R2], candidates: [a2], features: {many: 1}}\n");
  const std::string text = ToShortText(report.tests.at(0));
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 12) << text;
  EXPECT_NE(text.find("expected [{action: a1}]"), std::string::npos) << text;
  EXPECT_NE(text.find("and 2 more that did not come as expected"), std::string::npos) << text;
  EXPECT_NE(text.find("  candidate a1 by r1: suppressed by g1 [R1]\n    g1: block R3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  rule r2: unknown\n"), std::string::npos) << "it proposes what was expected: " << text;
}

TEST(PackTests, CountsWhatTheTestsCover) {
  const PackTestReport two = Good("tests:\n  - {name: t, " + kTwo + "expect: {candidates: [a1]}}\n");
  EXPECT_TRUE(two.ok());
  ASSERT_EQ(two.coverage.size(), 3U);
  EXPECT_EQ(two.coverage[0].id, "r1");
  EXPECT_EQ(two.coverage[0].held, 1U);
  EXPECT_EQ(two.coverage[1].unknown, 1U);
  EXPECT_EQ(two.gaps(), (std::vector<std::string>{"in no test is rule r1 asked and not met", "in no test does rule r2 hold",
                                                  "in no test is rule r2 asked and not met", "in no test does guard g1 object"}));
  const PackTestReport all = Good("tests:\n  - {name: t, " + kTwo + "event: {avg_bill_minor: 6}, expect: {candidates: [a1, a2]}}\n"
                                  "  - {name: u, " + kThree + "event: {avg_bill_minor: 5}, expect: {candidates: [a1]}}\n"
                                  "  - {name: v, expect: {candidates: []}}\n");
  EXPECT_TRUE(all.ok());
  EXPECT_TRUE(all.gaps().empty());
}

// --- documents ---

std::string Many(const std::string& rows) {
  const PackTestReport report = Good("tests:\n  - {name: t, facts: {transactions: " + rows + "}, expect: {features: {many: -1}}}\n");
  return report.tests.at(0).mismatches.at(0).got;
}

TEST(PackTests, TimesAreReckonedFromAsOf) {
  EXPECT_EQ(Many(R"([{booked_at: "@-5d"}])"), "1");
  EXPECT_EQ(Many(R"([{booked_at: "@-5d-1s"}])"), "0");
  EXPECT_EQ(Many(R"([{booked_at: "@-120h"}, {booked_at: "@-7200m"}, {booked_at: "@-432000s"}, {booked_at: "@-6d+1d"}])"), "4");
  EXPECT_EQ(Many(R"([{booked_at: "@"}, {booked_at: "@+1s"}])"), "0");
}

TEST(PackTests, RowsRepeatAndAreNumbered) {
  EXPECT_EQ(Many(R"([{repeat: 7, every: -1d}])"), "5");  // one to seven days old
  EXPECT_EQ(Many(R"([{repeat: 3, every: +1h}])"), "3");
  EXPECT_EQ(Many("[]"), "0");
}

TEST(PackTests, LayersMergeMappingsAndReplaceTheRest) {
  const PackTestReport report = Good(R"(event: {avg_bill_minor: 6}
facts: {transactions: [{}, {}, {}], preferences: {channels: {push: opt_out}}}
tests:
  - {name: of the file, expect: {flags: [a2], features: {many: 3}}}
  - {name: of the test, event: {avg_bill_minor: 5}, facts: {transactions: [{}, {}]}, expect: {flags: [], outcomes: [{action: a1, delivery: feed}]}}
  - {name: deep, facts: {transactions: [{}, {}], preferences: {channels: {push: opt_in}}}, expect: {outcomes: [{action: a1, delivery: push}]}}
  - {name: taken away, event: {avg_bill_minor: '@absent'}, expect: {unknown: [r2]}}
)");
  for (const PackTestResult& test : report.tests) EXPECT_TRUE(test.passed()) << ToText(test);
}

// --- refusals ---

TEST(PackTests, RefusesWhatItDoesNotKnowWithTheNearest) {
  EXPECT_EQ(Problems("tests:\n  - {name: t, expects: {outcomes: []}}\n"),
            "b.test.yaml:2:5: this test has no 'expect'; add it\n"
            "b.test.yaml:2:15: unknown key 'expects' in a test; did you mean 'expect'?");
  EXPECT_NE(Problems("tests: [{name: t, expect: {outcome: []}}]").find("unknown key 'outcome' in an expectation; did you mean 'outcomes'?"), std::string::npos);
  EXPECT_NE(Problems("tests: [{name: t, expect: {features: {manny: 1}}}]").find("unknown feature 'manny'; did you mean 'many'?"), std::string::npos);
  EXPECT_NE(Problems("tests: [{name: t, expect: {reasons: [NO_ACTIONS]}}]").find("unknown reason 'NO_ACTIONS'; did you mean 'NO_ACTION'?"), std::string::npos);
  EXPECT_NE(Problems("tests: [{name: t, expect: {outcomes: [{action: a8}]}}]").find("unknown action 'a8'"), std::string::npos);
  EXPECT_NE(Problems("tests: [{name: t, expect: {suppressed: [{action: a1, guard: g2}]}}]").find("unknown guard 'g2'"), std::string::npos);
  EXPECT_NE(Problems("tests: [{name: t, expect: {unknown: [r9]}}]").find("unknown rule or table 'r9'"), std::string::npos);
  EXPECT_NE(Problems("tests: [{name: t, expect: {verdicts: {a1: {g1: blocks}}}}]").find("unknown verdict 'blocks'; did you mean 'block'?"), std::string::npos);
}

TEST(PackTests, ATestMustExpectSomethingAndHaveANameOfItsOwn) {
  EXPECT_NE(Problems("tests: [{name: t, expect: {}}]").find("this test expects nothing"), std::string::npos);
  EXPECT_NE(Problems("tests: [{expect: {outcomes: []}}]").find("this test has no 'name'"), std::string::npos);
  EXPECT_NE(Problems("tests: [{name: t, expect: {flags: []}}, {name: t, expect: {flags: []}}]").find("a second test with the name 't'"), std::string::npos);
  EXPECT_NE(Problems("tests: [{name: t, expect: {issues: []}}]").find("'issues' without 'refused: true'"), std::string::npos);
  EXPECT_NE(Problems("base: {facts: {a: 1}}\ntests: []").find("a second 'base' section"), std::string::npos);
}

TEST(PackTests, TimesAndRepeatsMustMakeSense) {
  EXPECT_NE(Problems(R"(tests: [{name: t, facts: {transactions: [{booked_at: "@-10x"}]}, expect: {flags: []}}])").find("'@-10x' is no time"), std::string::npos);
  EXPECT_NE(Problems(R"(tests: [{name: t, facts: {transactions: [{booked_at: "@10d"}]}, expect: {flags: []}}])").find("'@10d' is no time"), std::string::npos);
  EXPECT_NE(Problems("tests: [{name: t, facts: {transactions: [{repeat: 0}]}, expect: {flags: []}}]").find("'repeat' is no whole number"), std::string::npos);
  EXPECT_NE(Problems("tests: [{name: t, facts: {transactions: [{repeat: 10001}]}, expect: {flags: []}}]").find("'repeat' is no whole number"), std::string::npos);
  EXPECT_NE(Problems("tests: [{name: t, facts: {transactions: [{repeat: 2, every: often}]}, expect: {flags: []}}]").find("'every' is no length of time"), std::string::npos);
}

TEST(PackTests, WithoutABaseNothingRuns) {
  const auto report = RunPackTests(GoodPack(Sections()), {{"b.test.yaml", "tests: [{name: t, expect: {flags: []}}]"}});
  ASSERT_FALSE(report.has_value());
  EXPECT_NE(ToString(report.error()).find("no test file has a 'base' section"), std::string::npos);
}

TEST(PackTests, EachTestNamesWhatHeldOrHadNoAnswer) {
  const auto held = [](const std::string& layer) { return Good("tests:\n  - {name: t, " + layer + "}\n").tests.at(0).held; };
  EXPECT_EQ(held("expect: {outcomes: []}"), (std::vector<std::string>{"r2"})) << "r2 has no answer";
  EXPECT_EQ(held(kTwo + "expect: {reasons: [R1]}"), (std::vector<std::string>{"r1", "r2"}));
  EXPECT_EQ(held(kThree + "expect: {reasons: [R3]}"), (std::vector<std::string>{"g1", "r1", "r2"}));
  EXPECT_EQ(held("event: {avg_bill_minor: 6}, expect: {flags: [a2]}"), (std::vector<std::string>{"r2"})) << "g1 does not apply";
}

TEST(PackTests, NoTestsIsNoFailureButCoversNothing) {
  const auto report = RunPackTests(GoodPack(Sections()), {});
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->tests.empty());
  EXPECT_EQ(report->gaps().size(), 6U);
}

}  // namespace
}  // namespace oxpecker::engine
