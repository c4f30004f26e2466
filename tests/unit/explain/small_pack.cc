#include "tests/unit/explain/small_pack.h"

#include <gtest/gtest.h>

namespace oxpecker::engine {
namespace {

constexpr const char* kPack = R"yaml(
defaults: {owner: tests, version: 2}
pack: {id: small, version: 0.0.1, title: A small pack}
thresholds:
  - {id: fee_n, title: Fees that make a pattern, value: 3}
actions:
  - {id: autopay_setup, title: Autopay, customer_value: no late fees, tier: 3, class: service, kind: recommendation,
     legal_form: information, basis: contract, sensitivity: low, group: fees, human: offered, channels: [push, feed],
     value: 0.8}
  - {id: payment_prompt, title: Prompt, customer_value: safety, tier: 1, class: protective, kind: friction,
     legal_form: information, basis: legal_obligation, sensitivity: low, group: fraud, human: none,
     channels: [in_journey], value: 1}
  - {id: savings_guide, title: Savings, customer_value: a cushion, tier: 4, class: guidance, kind: recommendation,
     legal_form: guidance, basis: consent, purposes: [personalisation], sensitivity: low, group: savings, human: offered,
     channels: [feed], value: 0.4}
  - {id: fee_flag, title: Flag, customer_value: none, tier: 3, class: internal, kind: flag, legal_form: information,
     basis: contract, sensitivity: low, group: fees, human: none, channels: [internal], value: 0.1}
features:
  - {id: fee_count, title: Late fees, expression: count(transactions)}
  - {id: fee_sum, title: What they came to, expression: fee_count * 500}
  - {id: has_autopay, title: There is autopay, expression: count(autopay_creditors) > 0}
rules:
  - id: fees_rule
    title: Late fees repeat
    rationale: Fix the cause, not the fee.
    on: customer.review
    when: |
      fee_count >= policy.fee_n
      and not(has_autopay)
    then:
      - propose: autopay_setup
        need: 0.9
        reasons: [FEES_REPEATED]
        evidence:
          count: {value: fee_count, as: number}
          total: {value: fee_sum, as: money, currency: "\"SEK\""}
          since: {value: "date(\"2026-03-16\")", as: date}
          share: {value: "0.25", as: percent}
          creditor: "\"Acme <b>&\""
      - {propose: fee_flag, need: 0.1, reasons: [FEES_REPEATED]}
tables:
  - id: payment_table
    title: Friction of a payment
    rationale: A question in time.
    on: payment.initiated
    hit: first
    inputs: [event.payment.new_payee, event.fraud_score]
    rows:
      - when: [true, ">= 0.6"]
        then: {propose: payment_prompt, need: 1, reasons: [PAYEE_NEW]}
      - when: ["-", ">= 0.9"]
        then: {propose: payment_prompt, need: 1, reasons: [PAYEE_NEW]}
guards:
  - {id: data_fresh, title: The data are fresh, rationale: Old data mislead., stage: G1_freshness,
     when: "fee_count > 1000", objection: block, reason: DATA_OLD}
  - {id: no_complaint, title: No complaint is open, rationale: First things first., stage: G7_suitability,
     when: "count(complaints) > 0 or (fee_count - 1) * 2 > 100", objection: block, reason: COMPLAINT_OPEN}
  - {id: contact_cap, title: There is room for a contact, rationale: Silence is kind., stage: G8_fatigue,
     when: "count(contacts) >= 2", objection: downgrade, reason: TOO_MANY_CONTACTS}
texts:
  - action: autopay_setup
    title: {en: Stop the late fees, sv: Slipp förseningsavgifterna, zh: 免去滞纳金}
    customer:
      en: "{count} fees to {creditor}, {total} in all since {since}, {share} of the bill."
      sv: "{count} avgifter till {creditor}, {total} sedan {since}, {share} av räkningen."
      zh: "向{creditor}支付了{count}次滞纳金，共{total}，自{since}起，占账单的{share}。"
  - action: payment_prompt
    title: {en: Please look again, sv: Titta en gång till, zh: 请再看一次}
    customer: {en: "Is this payment right?", sv: "Stämmer betalningen?", zh: "这笔付款对吗？"}
  - action: savings_guide
    title: {en: Savings title, sv: Sparrubrik, zh: 储蓄标题}
    customer: {en: "A cushion helps.", sv: "En buffert hjälper.", zh: "储备金有帮助。"}
  - action: fee_flag
    title: {en: Internal flag, sv: Intern flagga, zh: 内部标记}
)yaml";

std::string PackText() {
  std::string text = kPack;
  std::vector<std::string> codes(std::begin(rules::kEngineReasons),
                                 std::end(rules::kEngineReasons));
  for (const char* code :
       {"FEES_REPEATED", "PAYEE_NEW", "DATA_OLD", "COMPLAINT_OPEN", "TOO_MANY_CONTACTS"})
    codes.emplace_back(code);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::string n = std::to_string(i);
    text += "  - {reason: " + codes[i] + ", officer: {en: Sentence " + n + ", sv: Mening " + n +
            ", zh: 句子 " + n + "}}\n";
  }
  return text;
}

GuardFinding Passes(const char* guard, rules::Stage stage) {
  return {guard, rules::Name(stage), Verdict::kPass, {}, std::nullopt};
}

}  // namespace

std::shared_ptr<const Release> SmallRelease() {
  static const std::shared_ptr<const Release> release = [] {
    auto built = Release::Build({{"pack.yaml", PackText()}});
    EXPECT_TRUE(built.has_value()) << ToString(built.error());
    return built ? *built : nullptr;
  }();
  return release;
}

Candidate AutopayCandidate() {
  Candidate c;
  c.action = "autopay_setup";
  c.action_class = "service";
  c.kind = "recommendation";
  c.tier = 3;
  c.rule = "fees_rule";
  c.rule_version = 2;
  c.need = *Decimal::Parse("0.9");
  c.rank = *Decimal::Parse("0.72");
  c.reasons = {"FEES_REPEATED"};
  c.evidence = {{"count", "1234.5678"},
                {"creditor", "Acme <b>&"},
                {"share", "0.25"},
                {"since", "2026-03-16"},
                {"total", "150000 SEK"}};
  c.verdicts = {Passes("data_fresh", rules::Stage::kFreshness),
                Passes("no_complaint", rules::Stage::kSuitability),
                Passes("contact_cap", rules::Stage::kFatigue)};
  c.delivery = "push";
  c.human = "offered";
  c.detail = "standard";
  return c;
}

Candidate PromptCandidate() {
  Candidate c = AutopayCandidate();
  c.action = "payment_prompt";
  c.action_class = "protective";
  c.kind = "friction";
  c.tier = 1;
  c.rule = "payment_table";
  c.reasons = {"PAYEE_NEW"};
  c.evidence = {};
  c.delivery = "in_journey";
  c.human = "none";
  return c;
}

Decision DecisionWith(std::vector<Candidate> candidates) {
  Decision d;
  d.as_of = "2026-03-16T10:00:00Z";
  d.event = "customer.review";
  d.release = SmallRelease()->digest().ToHex();
  d.candidates = std::move(candidates);
  for (std::size_t i = 0; i < d.candidates.size(); ++i)
    if (!d.candidates[i].delivery.empty()) d.outcomes.push_back(i);
  if (d.outcomes.empty()) d.reasons = {"NO_ACTION"};
  d.features = {{"fee_count", 2, "3", std::nullopt}, {"has_autopay", 2, "false", std::nullopt}};
  return d;
}

Decision Refusal() {
  Decision d = DecisionWith({});
  d.refused = true;
  d.features.clear();
  d.reasons = {"INPUT_INVALID"};
  d.issues = {{ErrorCode::kInvalidInput, "/customer/birth_year",
               "found a string, expected a whole number", ""},
              {ErrorCode::kLimit, "/transactions", "too many rows", ""}};
  return d;
}

std::string SmallTrace() {
  std::string guards;
  for (const char* action : {"autopay_setup", "payment_prompt"}) {
    if (!guards.empty()) guards += ",";
    const std::string start = std::string(R"({"action":")") + action + R"(","conditions":)";
    guards += start + R"([["f","3"]],"guard":"data_fresh","result":"false"},)" + start +
              R"([["t","1"],["-","-"]],"guard":"no_complaint","result":"true"},)" + start +
              R"([["t","2"]],"guard":"contact_cap","result":"true"})";
  }
  return R"({"guards":[)" + guards +
         R"(],"rules":[{"conditions":[["t","3","3"],["f","false"]],"id":"fees_rule","result":"true","version":2},)"
         R"({"conditions":[["f","false"],["-"]],"id":"payment_table","result":"false","row":1,"version":2},)"
         R"({"conditions":[["t","true"],["t","0.95"]],"id":"payment_table","result":"true","row":2,"version":2}]})";
}

Explanation MustExplain(const Decision& decision, const ExplainQuery& query) {
  auto told = Explain(*SmallRelease(), ToCanonicalJson(decision),
                      decision.refused ? "" : SmallTrace(), query);
  EXPECT_TRUE(told.has_value()) << told.error().ToString();
  return told ? *std::move(told) : Explanation{};
}

std::string AllText(const Explanation& explanation) {
  std::string text = explanation.title + "\n";
  for (const Section& section : explanation.sections) {
    text += section.heading + "\n";
    for (const Paragraph& paragraph : section.paragraphs) text += paragraph.text + "\n";
    for (const std::string& column : section.columns) text += column + "\n";
    for (const Row& row : section.rows)
      for (const std::string& cell : row.cells) text += cell + "\n";
  }
  return text;
}

const Section* FindSection(const Explanation& explanation, std::string_view id) {
  for (const Section& section : explanation.sections)
    if (section.id == id) return &section;
  return nullptr;
}

}  // namespace oxpecker::engine
