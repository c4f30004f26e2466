#include "tests/unit/rulebook/small_rulebook.h"

#include <gtest/gtest.h>

namespace oxpecker::rules {
namespace {

using feel::Type;

constexpr std::string_view kSmall = R"(defaults: {owner: somebody}
pack: {id: small, version: 1.0.0, title: A small pack}
thresholds:
  - {id: fee_n, title: Fees that are many, value: 3}
actions:
  - id: tell
    title: Tell the customer
    customer_value: knows it
    tier: 3
    class: service
    kind: recommendation
    legal_form: information
    basis: contract
    sensitivity: low
    group: fees
    human: none
    channels: [push, feed]
    value: 0.5
features:
  - {id: fees, title: Fees, window: {source: bookings, time: at, days: 30, where: 'code = "FEE"', aggregate: count}}
  - id: twice
    title: Paid twice
    pair: {source: bookings, time: at, same: [code], within_hours: 24, later_within_days: 7}
  - {id: many, title: Many fees, expression: fees >= policy.fee_n}
rules:
  - id: many_fees
    title: Many fees
    rationale: They add up.
    on: [customer.review]
    when: many
    then: {propose: tell, need: 0.5, reasons: [FEES], evidence: {count: fees}}
tables:
  - id: amounts
    title: By amount
    rationale: Large ones matter.
    on: [payment.initiated]
    hit: first
    inputs: [event.amount]
    rows:
      - when: ["> 10"]
        then: {propose: tell, need: 0.4, reasons: [FEES], evidence: {count: fees}}
guards:
  - id: not_twice
    title: Not twice
    rationale: Once is enough.
    stage: G8_fatigue
    when: count(twice) > 0
    objection: block
    reason: TWICE
texts:
  - action: tell
    title: {en: Fees, sv: Avgifter, zh: "费用"}
    customer: {en: "{count} fees", sv: "{count} avgifter", zh: "{count} 次"}
  - {reason: FEES, officer: {en: Fees., sv: Avgifter., zh: "费用"}}
  - {reason: TWICE, officer: {en: Twice., sv: Dubbelt., zh: "重复"}}
)";

constexpr std::string_view kConduct = R"(conduct:
  watching:
    en: [we noticed, we see that you, You Bought]
    sv: [vi har märkt, vi ser att du, du köpte]
    zh: [我们注意到, 您购买了]
  promoting: {en: [discount, exclusive], sv: [erbjudande, rabatt], zh: [限时, 优惠, 促销]}
  bank_gain: [sales_target, branch_target, quota, commission, profit, margin]
  personal: [customer.birth_year, customer.net_income_minor_month]
)";

std::string EngineTexts() {
  std::string yaml = "defaults: {owner: somebody}\ntexts:\n";
  for (const char* code : kEngineReasons)
    yaml += std::string("  - {reason: ") + code + ", officer: {en: a, sv: b, zh: c}}\n";
  return yaml;
}

}  // namespace

Type SmallFacts() {
  const Type booking = Type::Context({{"at", Type::DateTime(), false},
                                      {"code", Type::String(), true},
                                      {"amount", Type::Number(), false}});
  return Type::Context({{"as_of", Type::DateTime(), false},
                        {"customer", Type::Context({{"currency", Type::String(), false},
                                                    {"birth_year", Type::Number(), true},
                                                    {"net_income_minor_month", Type::Number(), true}}), false},
                        {"bookings", Type::List(booking), false}});
}

Type SmallEvent() {
  return Type::Context({{"type", Type::StringOf({"customer.review", "payment.initiated"}), false},
                        {"amount", Type::Number(), true}});
}

std::string SmallRulebook() { return std::string(kSmall); }

std::string SmallRulebookWith(std::string_view from, std::string_view to) {
  std::string yaml = SmallRulebook();
  const std::size_t at = yaml.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  EXPECT_EQ(yaml.find(from, at + 1), std::string::npos) << from;
  return yaml.replace(at, from.size(), to);
}

std::vector<PackFile> SmallPack(std::string_view yaml) {
  return {{"small.yaml", std::string(yaml)}, {"conduct.yaml", std::string(kConduct)}, {"z_engine.yaml", EngineTexts()}};
}

Checked<Rulebook> ReadText(std::string_view yaml) { return ReadRulebook(SmallPack(yaml)); }

Checked<CompiledRulebook> CompileFiles(const std::vector<PackFile>& files) {
  return CompilePack(files, SmallFacts(), SmallEvent(), {});
}

Checked<CompiledRulebook> CompileText(std::string_view yaml) { return CompileFiles(SmallPack(yaml)); }

std::string ReadIssues(std::string_view yaml) {
  const auto book = ReadText(yaml);
  return book ? "" : ToString(book.error());
}

std::string CompileIssues(std::string_view yaml) {
  const auto book = CompileText(yaml);
  return book ? "" : ToString(book.error());
}

}  // namespace oxpecker::rules
