// Features that are decision tables of values, and what a feature declares of its value.
#include <gtest/gtest.h>

#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

// Over the event's bill, and a second feature `low` that is the bill where it is below 100.
std::string Table(const std::string& parts, const std::string& more = "") {
  return "features:\n  - {id: low, title: l, expression: 'if event.avg_bill_minor < 100 then event.avg_bill_minor else null'}\n"
         "  - id: f\n    title: f\n" + more + "    table:\n" + parts;
}
std::string Hit(const std::string& hit, const std::vector<std::pair<std::string, std::string>>& rows,
                const std::string& more = "") {
  std::string parts = "      hit: " + hit + "\n" + more + "      inputs: [event.avg_bill_minor]\n      rows:\n";
  for (const auto& [cell, result] : rows)
    parts += "        - {when: '" + cell + "', then: '" + result + "'}\n";
  return Table(parts);
}
std::string Value(const std::string& sections, const std::string& bill) {
  return FeatureOf(DecideFor(GoodPack(sections), bill.empty() ? "" : "event: {avg_bill_minor: " + bill + "}"), "f");
}

TEST(TableFeature, EveryHitPolicy) {
  const std::vector<std::pair<std::string, std::string>> rows = {{"> 1", "3"}, {"> 2", "1"}, {"> 3", "2"}};
  const std::string order = "      outputs: {allowed: '1, 2, 3'}\n";
  EXPECT_EQ(Value(Hit("first", rows), "4"), "3");
  EXPECT_EQ(Value(Hit("unique", rows), "2"), "3");
  EXPECT_EQ(Value(Hit("unique", rows), "4"), "unknown: domain");
  EXPECT_EQ(Value(Hit("any", rows), "4"), "unknown: domain");
  EXPECT_EQ(Value(Hit("any", {{"> 1", "3"}, {"> 2", "3"}}), "4"), "3");
  EXPECT_EQ(Value(Hit("rule_order", rows), "4"), "[3, 1, 2]");
  EXPECT_EQ(Value(Hit("collect", rows), "4"), "[3, 1, 2]");
  EXPECT_EQ(Value(Hit("priority", rows, order), "4"), "1");
  EXPECT_EQ(Value(Hit("output_order", rows, order), "4"), "[1, 2, 3]");
  EXPECT_EQ(Value(Hit("collect", rows, "      aggregate: sum\n"), "4"), "6");
  EXPECT_EQ(Value(Hit("collect", rows, "      aggregate: count\n"), "4"), "3");
  EXPECT_EQ(Value(Hit("collect", rows, "      aggregate: min\n"), "4"), "1");
  EXPECT_EQ(Value(Hit("collect", rows, "      aggregate: max\n"), "3"), "3");
}

TEST(TableFeature, WhereNoRowHolds) {
  EXPECT_EQ(Value(Hit("first", {{"> 1", "3"}}), "1"), "null");
  EXPECT_EQ(Value(Hit("rule_order", {{"> 1", "3"}}), "1"), "[]");
  EXPECT_EQ(Value(Hit("collect", {{"> 1", "3"}}, "      aggregate: count\n"), "1"), "0");
  EXPECT_EQ(Value(Hit("unique", {{"> 1", "3"}}, "      outputs: {default: '7'}\n"), "1"), "7");
}

// A row that has no answer may be the one that holds.
TEST(TableFeature, ARowWithoutAnAnswerMakesItUnknown) {
  for (const char* hit : {"first", "unique", "any", "rule_order", "collect"}) {
    EXPECT_EQ(Value(Hit(hit, {{"> 1", "3"}, {"-", "4"}}), ""), "unknown: missing") << hit;
    EXPECT_EQ(Value(Hit(hit, {{"> 1", "3"}}, "      outputs: {default: '7'}\n"), ""), "unknown: missing") << hit;
  }
  EXPECT_EQ(Value(Hit("first", {{"-", "4"}, {"> 1", "3"}}), ""), "4") << "what stands below cannot matter";
  EXPECT_EQ(Value(Hit("unique", {{"-", "4"}, {"> 1", "3"}}), ""), "unknown: missing");
}

TEST(TableFeature, ACellThatIsFalseSettlesARowWhateverTheOthersAre) {
  const std::string table = Table(
      "      hit: unique\n      inputs: [event.avg_bill_minor, low]\n      rows:\n"
      "        - {when: ['< 100', '> 1'], then: [1]}\n        - {when: ['>= 100', '-'], then: [2]}\n");
  EXPECT_EQ(Value(table, "200"), "2") << "low is null there, and row 1 is out by its first cell";
  EXPECT_EQ(Value(table, "50"), "1");
}

TEST(TableFeature, SeveralOutputsMakeAContext) {
  const std::string table = Table(
      "      hit: first\n      inputs: [event.avg_bill_minor]\n"
      "      outputs: [{name: rate, default: 0}, {name: level, default: '\"none\"'}]\n      rows:\n"
      "        - {when: ['> 9'], then: [event.avg_bill_minor / 10, '\"high\"'], note: Large bills}\n");
  // A context is recorded by its kind alone, so another feature tells what is in it.
  const auto told = [&](const std::string& bill) {
    return FeatureOf(DecideFor(GoodPack(table + "  - {id: g, title: g, expression: 'string(f.rate) + f.level'}\n"),
                               "event: {avg_bill_minor: " + bill + "}"), "g");
  };
  EXPECT_EQ(told("10"), "\"1high\"");
  EXPECT_EQ(told("9"), "\"0none\"");
}

TEST(TableFeature, ValuesThatAreNotAllowedAreUnknown) {
  const std::string inputs =
      Table("      hit: first\n      inputs: [{expression: event.avg_bill_minor, allowed: '[0..9]'}]\n      rows:\n"
            "        - {when: '-', then: 1}\n");
  EXPECT_EQ(Value(inputs, "9"), "1");
  EXPECT_EQ(Value(inputs, "10"), "unknown: domain");
  EXPECT_EQ(Value(Hit("first", {{"-", "event.avg_bill_minor"}}, "      outputs: {allowed: '1, 2'}\n"), "2"), "2");
  EXPECT_EQ(Value(Hit("first", {{"-", "event.avg_bill_minor"}}, "      outputs: {allowed: '1, 2'}\n"), "3"), "unknown: domain");
}

TEST(DeclaredFeature, AValueOfAnotherTypeIsUnknown) {
  const std::string declared =
      "features:\n  - {id: g, title: g, expression: 'get value({a: 1, b: \"x\"}, if event.avg_bill_minor > 1 then \"b\" else \"a\")'}\n"
      "  - {id: f, title: f, expression: g, type: number, allowed: '< 9'}\n";
  EXPECT_EQ(Value(declared, "1"), "1");
  EXPECT_EQ(Value(declared, "2"), "unknown: type");
  EXPECT_EQ(Value("features: {id: f, title: f, expression: event.avg_bill_minor, type: number, allowed: '< 9'}\n", "9"),
            "unknown: domain");
  EXPECT_EQ(Value("features: {id: f, title: f, expression: event.avg_bill_minor, allowed: '< 9'}\n", "8"), "8");
}

std::string Problems(const std::string& sections) {
  const auto release = BuildPack(sections);
  return release ? "" : ToString(release.error());
}

TEST(TableFeature, WhatIsWrongIsTold) {
  const auto expect = [](const std::string& sections, std::string_view text) {
    EXPECT_NE(Problems(sections).find(text), std::string::npos) << Problems(sections);
  };
  expect(Hit("best", {{"-", "1"}}), "'best' is no hit; expected one of unique, any, first");
  expect(Hit("priority", {{"-", "1"}}), "in the order of their priority");
  expect(Hit("first", {{"-", "1"}}, "      aggregate: sum\n"), "'aggregate' without 'hit: collect'");
  expect(Table("      hit: first\n      inputs: [low]\n      rows: {when: ['-', '-'], then: 1}\n"), "found 2 cells, expected 1");
  expect(Table("      hit: first\n      inputs: [low]\n      rows: {when: '-', then: [1, 2]}\n"), "found 2 cells, expected 1");
  expect(Table("      hit: first\n      inputs: [lwo]\n      rows: {when: '-', then: 1}\n"), "unknown name 'lwo'; did you mean 'low'?");
  expect(Table("      hit: first\n      inputs: [low]\n      rows: {when: '> \"a\"', then: 1}\n"), "compare");
  expect(Table("      hit: first\n      inputs: [low]\n      rows: {when: '-', then: 1}\n", "    expression: 1\n"), "this one has 2");
  expect(Table("      hit: first\n      inputs: [low]\n      rows: {when: '-', then: 1}\n", "    type: nmber\n"), "unknown type 'nmber'");
  expect(Table("      hit: first\n      inputs: [low]\n      rows: {when: '-', then: 1}\n", "    type: string\n"), "declared as string");
  expect(Table("      hit: first\n      inputs: [f]\n      rows: {when: '-', then: 1}\n"), "needs itself");
}

}  // namespace
}  // namespace oxpecker::engine
