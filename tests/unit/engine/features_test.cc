// Windows and pairs: every aggregate, groups, bounds, and what has no answer.
#include <gtest/gtest.h>

#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

std::string Feature(std::string_view definition) {
  return "features:\n  - {id: f, title: f, " + std::string(definition) + "}\n";
}
std::string Window(std::string_view parts) {
  return Feature("window: {source: transactions, time: booked_at, " + std::string(parts) + "}");
}
// The value of feature f of a pack that has only this one.
std::string Value(const std::string& sections, std::string_view layer) {
  return FeatureOf(DecideFor(GoodPack(sections), layer), "f");
}

constexpr std::string_view kRows = R"(facts:
  transactions:
    - {booked_at: "@-3d", amount_minor: 7, counterparty: x, creditor: c2}
    - {booked_at: "@-1d", amount_minor: 1, counterparty: y, creditor: c1}
    - {booked_at: "@-2d", amount_minor: 4, counterparty: x, creditor: c1}
    - {booked_at: "@-9d", amount_minor: 100, counterparty: z})";

TEST(Window, EveryAggregate) {
  EXPECT_EQ(Value(Window("days: 5, aggregate: count"), kRows), "3");
  EXPECT_EQ(Value(Window("days: 'if count(transactions) > 100 then 1 else 5', aggregate: count"), kRows), "3")
      << "a length that differs between decisions is asked for in each";
  EXPECT_EQ(Value(Window("days: 'if count(transactions) > 1 then 1 else 5', aggregate: count"), kRows),
            Value(Window("days: 1, aggregate: count"), kRows));
  EXPECT_EQ(Value(Window("days: 5, aggregate: sum, of: amount_minor"), kRows), "12");
  EXPECT_EQ(Value(Window("days: 5, aggregate: min, of: amount_minor"), kRows), "1");
  EXPECT_EQ(Value(Window("days: 5, aggregate: max, of: amount_minor"), kRows), "7");
  EXPECT_EQ(Value(Window("days: 5, aggregate: mean, of: amount_minor"), kRows), "4");
  EXPECT_EQ(Value(Window("days: 5, aggregate: distinct, of: counterparty"), kRows), "2");
  EXPECT_EQ(Value(Window("days: 5, aggregate: latest, of: amount_minor"), kRows), "1");
  EXPECT_EQ(Value(Window("days: 5, aggregate: earliest, of: amount_minor"), kRows), "7");
  EXPECT_EQ(Value(Window("aggregate: count"), kRows), "4");
}

// Oldest first: -100, -7, +4, -1.
TEST(Window, RunningLowFollowsTheOrderOfTime) {
  const std::string low = "aggregate: running_low, of: 'if counterparty = \"x\" and creditor = \"c1\" then amount_minor else -amount_minor'";
  EXPECT_EQ(Value(Window(low), kRows), "-107");
  EXPECT_EQ(Value(Window("days: 5, " + low), kRows), "-7");
  EXPECT_EQ(Value(Window("aggregate: running_low, of: amount_minor"), kRows), "0");
  EXPECT_EQ(Value(Window("days: 1, until_days: 1, aggregate: running_low, of: amount_minor"), kRows), "0");
}

TEST(Window, OverNoRows) {
  constexpr std::string_view none = "facts: {transactions: []}";
  EXPECT_EQ(Value(Window("days: 5, aggregate: count"), none), "0");
  EXPECT_EQ(Value(Window("days: 5, aggregate: sum, of: amount_minor"), none), "0");
  EXPECT_EQ(Value(Window("days: 5, aggregate: distinct, of: counterparty"), none), "0");
  for (const char* aggregate : {"min", "max", "mean", "latest", "earliest"}) {
    const std::string window = std::string("days: 5, aggregate: ") + aggregate + ", of: amount_minor";
    EXPECT_EQ(Value(Window(window), none), "unknown: missing") << aggregate;
    EXPECT_EQ(Value(Window(window + ", when_empty: -1"), none), "-1") << aggregate;
  }
}

TEST(Window, Groups) {
  const std::string count = "days: 5, aggregate: count, by: creditor, over_groups: ";
  EXPECT_EQ(Value(Window(count + "max"), kRows), "2");
  EXPECT_EQ(Value(Window(count + "min"), kRows), "1");
  EXPECT_EQ(Value(Window(count + "key_of_max"), kRows), "\"c1\"");
  EXPECT_EQ(Value(Window(count + "key_of_min"), kRows), "\"c2\"");
  EXPECT_EQ(Value(Window(count + "count"), kRows), "2");
  const std::string sum = "days: 5, aggregate: sum, of: amount_minor, by: creditor, over_groups: ";
  EXPECT_EQ(Value(Window(sum + "max"), kRows), "7");
  EXPECT_EQ(Value(Window(sum + "key_of_max"), kRows), "\"c2\"");
}

TEST(Window, ATieGoesToTheFirstKey) {
  constexpr std::string_view tie = R"(facts: {transactions: [{creditor: b}, {creditor: a}, {creditor: c}]})";
  EXPECT_EQ(Value(Window("aggregate: count, by: creditor, over_groups: key_of_max"), tie), "\"a\"");
  EXPECT_EQ(Value(Window("aggregate: count, by: creditor, over_groups: key_of_min"), tie), "\"a\"");
}

TEST(Window, NoGroups) {
  constexpr std::string_view none = "facts: {transactions: [{}]}";  // a row without the field belongs to none
  EXPECT_EQ(Value(Window("aggregate: count, by: creditor, over_groups: max"), none), "0");
  EXPECT_EQ(Value(Window("aggregate: count, by: creditor, over_groups: count"), none), "0");
  EXPECT_EQ(Value(Window("aggregate: count, by: creditor, over_groups: key_of_max"), none), "unknown: missing");
}

std::string CountAt(std::string_view window, std::string_view time) {
  return Value(Window(std::string(window) + ", aggregate: count"),
               "facts: {transactions: [{booked_at: \"" + std::string(time) + "\"}]}");
}

TEST(Window, IsHalfOpen) {
  EXPECT_EQ(CountAt("days: 2", "@-2d"), "1");
  EXPECT_EQ(CountAt("days: 2", "@-2d-1s"), "0");
  EXPECT_EQ(CountAt("days: 2", "@-1s"), "1");
  EXPECT_EQ(CountAt("days: 2", "@"), "0");
  EXPECT_EQ(CountAt("days: 2", "@+1s"), "0");
  EXPECT_EQ(CountAt("hours: 3", "@-3h"), "1");
  EXPECT_EQ(CountAt("hours: 3", "@-3h-1s"), "0");
}

TEST(Window, MayIncludeTheInstantItself) {
  EXPECT_EQ(CountAt("days: 2, includes_as_of: true", "@"), "1");
  EXPECT_EQ(CountAt("days: 2, includes_as_of: true", "@+1s"), "0");
  EXPECT_EQ(CountAt("days: 2, includes_as_of: true", "@-2d"), "1");
}

TEST(Window, MayEndInThePast) {
  EXPECT_EQ(CountAt("days: 5, until_days: 2", "@-2d"), "0");
  EXPECT_EQ(CountAt("days: 5, until_days: 2", "@-2d-1s"), "1");
  EXPECT_EQ(CountAt("days: 5, until_days: 2", "@-5d"), "1");
  EXPECT_EQ(CountAt("days: 5, until_days: 2", "@-5d-1s"), "0");
  EXPECT_EQ(CountAt("until_days: 2", "@-5000d"), "1");
}

TEST(Window, LengthsAreExpressions) {
  const std::string sections = "thresholds: [{id: d, title: days, value: 4}]\n" +
                               Window("days: policy.d / 2 + 0.5, aggregate: count");
  EXPECT_EQ(Value(sections, "facts: {transactions: [{booked_at: \"@-60h\"}]}"), "1");
  EXPECT_EQ(Value(sections, "facts: {transactions: [{booked_at: \"@-60h-1s\"}]}"), "0");
  EXPECT_EQ(Value(Window("days: event.avg_bill_minor, aggregate: count"), ""), "unknown: missing");
}

TEST(Window, ARowWhoseConditionHasNoAnswerIsLeftOut) {
  EXPECT_EQ(Value(Window("where: fee_code = \"LATE\", aggregate: count"), "facts: {transactions: [{}, {fee_code: LATE}]}"), "1");
}

TEST(Window, ARowWithoutTheValueLeavesTheWholeUnknown) {
  EXPECT_EQ(Value(Window("aggregate: latest, of: mcc"), "facts: {transactions: [{}, {mcc: \"4111\"}]}"), "unknown: missing");
  EXPECT_EQ(Value(Window("where: mcc != null, aggregate: latest, of: mcc"), "facts: {transactions: [{}, {mcc: \"4111\"}]}"), "\"4111\"");
}

TEST(Window, AnErrorInTheConditionLeavesTheWholeUnknown) {
  EXPECT_EQ(Value(Window("where: 1 / amount_minor > 0, aggregate: count"), "facts: {transactions: [{amount_minor: 0}]}"), "unknown: domain");
}

TEST(Window, OtherFeaturesAndFactsAreSeenFromTheRows) {
  const std::string sections = R"(features:
  - {id: top, title: top, window: {source: transactions, time: booked_at, aggregate: max, of: amount_minor}}
  - {id: f, title: f, window: {source: transactions, time: booked_at, where: amount_minor = top and currency = customer.currency, aggregate: count}}
)";
  EXPECT_EQ(Value(sections, "facts: {transactions: [{amount_minor: 5}, {amount_minor: 5}, {amount_minor: 4}]}"), "2");
}

// --- pairs ---

std::string Pair(std::string_view more = "") {
  return Feature("pair: {source: transactions, time: booked_at, same: [counterparty, amount_minor], within_hours: 24, "
                 "later_within_days: 7" + std::string(more) + "}") +
         "  - {id: ids, title: ids, expression: f.id}\n";
}
std::string PairIds(const std::string& sections, std::string_view layer) {
  return FeatureOf(DecideFor(GoodPack(sections), layer), "ids");
}

TEST(Pair, AgreesOnItsFieldsAndLiesClose) {
  EXPECT_EQ(PairIds(Pair(), R"(facts: {transactions: [{booked_at: "@-48h"}, {booked_at: "@-24h"}]})"), R"(["t-1", "t-2"])");
  EXPECT_EQ(FeatureOf(DecideFor(GoodPack(Pair()), R"(facts: {transactions: [{booked_at: "@-48h-1s"}, {booked_at: "@-24h"}]})"), "f"), "null");
  EXPECT_EQ(FeatureOf(DecideFor(GoodPack(Pair()), R"(facts: {transactions: [{counterparty: x}, {counterparty: y}]})"), "f"), "null");
  EXPECT_EQ(FeatureOf(DecideFor(GoodPack(Pair()), "facts: {transactions: []}"), "f"), "null");
}

TEST(Pair, TheLaterRowIsRecent) {
  EXPECT_EQ(PairIds(Pair(), R"(facts: {transactions: [{booked_at: "@-7d-1h"}, {booked_at: "@-7d"}]})"), R"(["t-1", "t-2"])");
  EXPECT_EQ(FeatureOf(DecideFor(GoodPack(Pair()), R"(facts: {transactions: [{booked_at: "@-7d-1h"}, {booked_at: "@-7d-1s"}]})"), "f"), "null");
  EXPECT_EQ(FeatureOf(DecideFor(GoodPack(Pair()), R"(facts: {transactions: [{booked_at: "@-1h"}, {booked_at: "@+1s"}]})"), "f"), "null");
}

TEST(Pair, TheLatestOfSeveral) {
  EXPECT_EQ(PairIds(Pair(), R"(facts: {transactions: [{booked_at: "@-50h", counterparty: b}, {booked_at: "@-49h", counterparty: b},
    {booked_at: "@-5h", counterparty: a}, {booked_at: "@-4h", counterparty: a}]})"), R"(["t-3", "t-4"])");
}

TEST(Pair, AnEarlierOneCountsWhereTheLatestIsExplained) {
  const std::string pair = Pair(", where: dir = \"DBIT\", unless_later: {where: dir = \"CRDT\", same: [counterparty]}");
  EXPECT_EQ(PairIds(pair, R"(facts: {transactions: [{booked_at: "@-50h", counterparty: b}, {booked_at: "@-49h", counterparty: b},
    {booked_at: "@-5h", counterparty: a}, {booked_at: "@-4h", counterparty: a}, {booked_at: "@-4h", counterparty: a, dir: CRDT}]})"),
            R"(["t-1", "t-2"])");
}

}  // namespace
}  // namespace oxpecker::engine
