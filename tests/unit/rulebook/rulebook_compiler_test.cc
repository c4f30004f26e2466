// Names, types and sentences: what could fail open later is refused when the rulebook is compiled.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/rulebook/small_rulebook.h"

namespace oxpecker::rules {
namespace {

bool Says(const std::string& issues, std::string_view text) { return issues.find(text) != std::string::npos; }

TEST(RulebookCompiler, CompilesOneOfEverything) {
  const auto book = CompileText(SmallRulebook());
  ASSERT_TRUE(book.has_value()) << ToString(book.error());
  EXPECT_EQ(book->features().size(), 3U);
  EXPECT_EQ(book->features()[0].type.ToString(), "number");
  EXPECT_EQ(book->features()[2].type.ToString(), "boolean");
  EXPECT_EQ(book->rules()[0].on_event, (std::vector<bool>{true, false}));
  EXPECT_EQ(book->tables()[0].on_event, (std::vector<bool>{false, true}));
  EXPECT_EQ(book->FindAction("tell"), std::optional<std::size_t>(0));
  EXPECT_EQ(book->FindAction("tall"), std::nullopt);
  EXPECT_EQ(book->ActionText("tell")->customer.at("en"), "{count} fees");
  EXPECT_EQ(book->ReasonText("NONE"), nullptr);
  EXPECT_GT(book->memory_bytes(), 0U);
}

TEST(RulebookCompiler, UnknownNamesWithTheNearestOne) {
  const std::string issues = CompileIssues(SmallRulebookWith("expression: fees >= policy.fee_n", "expression: fee >= policy.fee_n"));
  EXPECT_TRUE(Says(issues, "small.yaml:24:")) << issues;
  EXPECT_TRUE(Says(issues, "'fee'") && Says(issues, "did you mean 'fees'?")) << issues;
  const std::string threshold = CompileIssues(SmallRulebookWith("policy.fee_n", "policy.fee_m"));
  EXPECT_TRUE(Says(threshold, "fee_m") && Says(threshold, "fee_n")) << threshold;
}

TEST(RulebookCompiler, PlacesInsideBlockScalarsAreThoseOfTheFile) {
  const std::string issues = CompileIssues(SmallRulebookWith("    when: many\n", "    when: |\n      many\n      and unknown_name\n"));
  EXPECT_TRUE(Says(issues, "small.yaml:32:11:")) << issues;
}

TEST(RulebookCompiler, RowNamesAreSeenInWindowsOnly) {
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("    when: many\n", "    when: code = \"FEE\"\n")), "'code'"));
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("where: 'code = \"FEE\"'", "where: 'cod = \"FEE\"'")),
                   "did you mean 'code'?"));
}

TEST(RulebookCompiler, GuardNamesAreSeenInGuardsOnly) {
  EXPECT_EQ(CompileIssues(SmallRulebookWith("count(twice) > 0", "action.tier >= 3 and candidate.need > 0 and list contains(candidates, \"tell\")")), "");
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("    when: many\n", "    when: action.tier = 3\n")), "'action'"));
}

TEST(RulebookCompiler, ConditionsMustBeAbleToBeBoolean) {
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("    when: many\n", "    when: fees\n")), "boolean"));
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("count(twice) > 0", "count(twice)")), "boolean"));
  EXPECT_NE(CompileIssues(SmallRulebookWith("fees >= policy.fee_n", "fees >= \"three\"")), "");
}

TEST(RulebookCompiler, UnknownActionsAndEvents) {
  const std::string action = CompileIssues(SmallRulebookWith("{propose: tell, need: 0.5", "{propose: tel, need: 0.5"));
  EXPECT_TRUE(Says(action, "small.yaml:31:11: unknown action 'tel'; did you mean 'tell'?")) << action;
  EXPECT_FALSE(Says(action, "has no text")) << action;
  const std::string event = CompileIssues(SmallRulebookWith("on: [customer.review]", "on: [customer.revue]"));
  EXPECT_TRUE(Says(event, "unknown event 'customer.revue'; did you mean 'customer.review'?")) << event;
}

TEST(RulebookCompiler, UnknownSourcesAndFields) {
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("window: {source: bookings", "window: {source: booking")),
                   "unknown source 'booking'; did you mean 'bookings'?"));
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("window: {source: bookings", "window: {source: customer")),
                   "'customer' is no list of rows"));
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("time: at, days", "time: att, days")), "no field 'att'; did you mean 'at'?"));
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("time: at, days", "time: amount, days")), "does not fit here"));
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("same: [code]", "same: [codes]")), "no field 'codes'; did you mean 'code'?"));
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("aggregate: count", "aggregate: count, by: amount, over_groups: max")),
                   "does not fit here"));
}

TEST(RulebookCompiler, FeaturesThatNeedEachOther) {
  const std::string one = CompileIssues(SmallRulebookWith("fees >= policy.fee_n", "not(many)"));
  EXPECT_TRUE(Says(one, "the feature 'many' needs itself, or one that needs it; break the circle")) << one;
  const std::string two = CompileIssues(SmallRulebookWith("code = \"FEE\"", "many"));
  EXPECT_TRUE(Says(two, "the feature 'many' needs itself") && Says(two, "the feature 'fees' needs itself")) << two;
}

TEST(RulebookCompiler, FeaturesMayStandInAnyOrder) {
  const std::string before = SmallRulebookWith("features:\n", "features:\n  - {id: very_many, title: Very many, expression: many and fees > 9}\n");
  const auto book = CompileText(before);
  ASSERT_TRUE(book.has_value()) << ToString(book.error());
  std::vector<std::size_t> order;
  for (const FeatureStep& step : book->feature_steps()) order.insert(order.end(), step.features.begin(), step.features.end());
  const auto at = [&](std::size_t i) { return std::find(order.begin(), order.end(), i) - order.begin(); };
  EXPECT_EQ(order.size(), 4U);
  EXPECT_LT(at(1), at(3));  // fees before many
  EXPECT_LT(at(3), at(0));  // many before very_many
}

TEST(RulebookCompiler, WindowsOverOneListShareAPass) {
  const std::string two = SmallRulebookWith(
      "features:\n", "features:\n  - {id: others, title: Others, window: {source: bookings, time: at, days: 9, aggregate: count}}\n");
  const auto book = CompileText(two);
  ASSERT_TRUE(book.has_value()) << ToString(book.error());
  const auto passes = std::count_if(book->feature_steps().begin(), book->feature_steps().end(),
                                    [](const FeatureStep& step) { return step.is_pass; });
  EXPECT_EQ(passes, 1);
}

TEST(RulebookCompiler, AFeatureMayNotHideAFact) {
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("{id: many, ", "{id: customer, ")),
                   "the feature 'customer' has the name of a fact; rename it"));
}

TEST(RulebookCompiler, AFeatureMayNotTakeAGuardsName) {
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("features:\n", "features:\n  - {id: candidate, title: t, expression: '1'}\n")),
                   "small.yaml:20:5: the feature 'candidate' has a reserved name"));
}

TEST(RulebookCompiler, SchemasMayNotTakeReservedNamesAndEventsHaveTypes) {
  auto first = ReadText(SmallRulebook());
  auto second = ReadText(SmallRulebook());
  ASSERT_TRUE(first.has_value() && second.has_value());
  const feel::Type event = feel::Type::Context({{"type", feel::Type::StringOf({"customer.review"}), false}});
  const auto taken = CompileRulebook(*std::move(first), feel::Type::Context({{"candidate", feel::Type::Number(), false}}), event, {});
  ASSERT_FALSE(taken.has_value());
  EXPECT_TRUE(Says(ToString(taken.error()), "the fact 'candidate' has a reserved name"));
  const auto untyped = CompileRulebook(*std::move(second), feel::Type::Context({}), feel::Type::Context({}), {});
  ASSERT_FALSE(untyped.has_value());
  EXPECT_TRUE(Says(ToString(untyped.error()), "events have no field 'type'"));
}

TEST(RulebookCompiler, ThresholdsMustHaveAValue) {
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("value: 3}", "value: 1 / 0}")), "the threshold 'fee_n' has no value"));
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("value: 3}", "value: fee}")), "'fee'"));
}

TEST(RulebookCompiler, EveryReasonAndActionHasItsSentence) {
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("need: 0.5, reasons: [FEES]", "need: 0.5, reasons: [FEES, ALONE]")),
                   "small.yaml:31:54: the reason ALONE has no text"));
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("    reason: TWICE\n", "    reason: THRICE\n")), "small.yaml:49:13: the reason THRICE has no text"));
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("  - action: tell\n", "  - action: told\n")), "the action 'tell' has no text"));
  auto rulebook = ReadRulebook({{"small.yaml", SmallRulebook()}});
  ASSERT_TRUE(rulebook.has_value());
  // Without the second file the engine's own reasons have no sentence.
  const auto book = CompileRulebook(*std::move(rulebook), feel::Type::Context({}),
                                    feel::Type::Context({{"type", feel::Type::StringOf({"customer.review"}), false}}), {});
  ASSERT_FALSE(book.has_value());
  EXPECT_TRUE(Says(ToString(book.error()), "the reason GUARD_UNKNOWN has no text"));
}

TEST(RulebookCompiler, SentencesQuoteOnlyWhatEveryProposalGives) {
  const std::string issues = CompileIssues(SmallRulebookWith("sv: \"{count} avgifter\"", "sv: \"{cuont} avgifter\""));
  EXPECT_TRUE(Says(issues, "the sv text of 'tell' quotes {cuont}, which this proposal does not give as evidence; did you mean 'count'?"))
      << issues;
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("need: 0.4, reasons: [FEES], evidence: {count: fees}", "need: 0.4, reasons: [FEES]")),
                   "quotes {count}"));
}

TEST(RulebookCompiler, CellsFitTheirInput) {
  EXPECT_NE(CompileIssues(SmallRulebookWith("[\"> 10\"]", "['> \"ten\"']")), "");
  EXPECT_TRUE(Says(CompileIssues(SmallRulebookWith("[\"> 10\"]", "[\"> fee\"]")), "'fee'"));
  EXPECT_EQ(CompileIssues(SmallRulebookWith("[\"> 10\"]", "[\"-\"]")), "");
}

TEST(RulebookCompiler, TellsEveryProblemAtOnce) {
  std::string yaml = SmallRulebookWith("    when: many\n", "    when: mani\n");
  const std::string from = "count(twice) > 0";
  yaml.replace(yaml.find(from), from.size(), "count(twise) > 0");
  const auto book = CompileText(yaml);
  ASSERT_FALSE(book.has_value());
  EXPECT_EQ(book.error().size(), 2U) << ToString(book.error());
}

}  // namespace
}  // namespace oxpecker::rules
