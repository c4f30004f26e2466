// The same release and the same bytes give the same bytes; the order of rows changes no outcome;
// missing data never makes a sale and never removes a protection.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json/document.h"
#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

constexpr std::string_view kBusy = R"(event: {avg_bill_minor: 9000}
facts:
  accounts: [{id: a, kind: current, currency: SEK, balance_minor: 50000, min_balance_90d_minor: 20000}]
  consents: [{purpose: personalisation, status: granted, at: "@-9d"}]
  contacts: [{at: "@-1d", action: x, group: x, class: service, channel: push, interrupting: true, response: rejected}]
  feedback: [{id: f1, at: "@-1d", source: survey, lang: sv, text: t, sentiment: -0.9, topics: [], model: m},
             {id: f2, at: "@-2d", source: survey, lang: sv, text: t, sentiment: -0.7, topics: [], model: m}]
  transactions:
    - {booked_at: "@-10d", kind: fee, fee_code: LATE, creditor: e, amount_minor: 500, counterparty: bank}
    - {booked_at: "@-70d", kind: fee, fee_code: LATE, creditor: e, amount_minor: 500, counterparty: bank}
    - {booked_at: "@-130d", kind: fee, fee_code: LATE, creditor: e, amount_minor: 500, counterparty: bank}
    - {booked_at: "@-60h", amount_minor: 900}
    - {booked_at: "@-50h", amount_minor: 900}
    - {booked_at: "@-40d", repeat: 60, every: -3d, counterparty: "shop-{n}"}
    - {booked_at: "@-20d", amount_minor: 60000, kind: direct_debit, counterparty: home, repeat: 3, every: -30d}
    - {booked_at: "@-5d", dir: CRDT, purpose: PENS, counterparty: fund})";

TEST(Determinism, SameBytesTwiceAndFromAReleaseThatIsLoadedAgain) {
  const auto release = ShippedPack();
  const TestDocuments documents = Documents(*release, kBusy);
  Decider decider(release);
  const Decision first = decider.Decide(documents.facts, documents.event);
  ASSERT_FALSE(first.refused) << ToString(first.issues);
  EXPECT_GE(first.candidates.size(), 5U);
  decider.Decide(R"({"wrong": 1})", "");  // whatever came between
  const Decision second = decider.Decide(documents.facts, documents.event);
  EXPECT_EQ(ToCanonicalJson(first), ToCanonicalJson(second));
  EXPECT_EQ(first.trace, second.trace);

  auto again = Release::Load(release->document());
  ASSERT_TRUE(again.has_value()) << ToString(again.error());
  EXPECT_EQ((*again)->digest(), release->digest());
  const Decision third = Decider(*again).Decide(documents.facts, documents.event);
  EXPECT_EQ(ToCanonicalJson(first), ToCanonicalJson(third));
  EXPECT_EQ(first.trace, third.trace);
}

TEST(Determinism, TheOrderOfThePacksFilesDoesNotMatter) {
  std::vector<rules::PackFile> files = ShippedFiles();
  const Digest digest = ShippedPack()->digest();
  std::reverse(files.begin(), files.end());
  EXPECT_EQ((*Release::Build(files))->digest(), digest);
}

// "autopay_setup feed" of each outcome; flags; reasons.
std::string Outcomes(const Decision& decision) {
  std::string text;
  for (const std::size_t i : decision.outcomes) {
    text += decision.candidates[i].action + " " + decision.candidates[i].delivery + "\n";
    for (const auto& [name, value] : decision.candidates[i].evidence) text += "  " + name + " " + value + "\n";
  }
  for (const std::string& flag : decision.flags) text += flag + "\n";
  for (const std::string& reason : decision.reasons) text += reason + " ";
  return text;
}

// The objects of the list `transactions`, in another order.
std::string Rearranged(const std::string& facts, std::size_t seed) {
  const auto document = json::Document::Parse(facts, {});
  OXP_CHECK(document.has_value());
  std::vector<std::string> rows;
  const json::View transactions = *document->root().Find("transactions");
  for (const json::View row : transactions) rows.push_back(*json::Canonical(row));
  for (std::size_t i = rows.size(); i > 1; --i) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    std::swap(rows[i - 1], rows[(seed >> 33U) % i]);
  }
  std::string list = "[";
  for (const std::string& row : rows) list += (list.size() > 1 ? "," : "") + row;
  const std::size_t from = facts.find("\"transactions\":[{") + sizeof("\"transactions\":") - 1;
  const std::size_t to = facts.find("}]", from) + 2;
  return facts.substr(0, from) + list + "]" + facts.substr(to);
}

TEST(Determinism, TheOrderOfTransactionsChangesNoOutcome) {
  const auto release = ShippedPack();
  const TestDocuments documents = Documents(*release, kBusy);
  Decider decider(release);
  const std::string expected = Outcomes(decider.Decide(documents.facts, documents.event));
  EXPECT_NE(expected.find("duplicate_payment_notice"), std::string::npos) << expected;
  for (std::size_t seed = 1; seed <= 20; ++seed) {
    const std::string shuffled = Rearranged(documents.facts, seed);
    ASSERT_NE(shuffled, documents.facts);
    EXPECT_EQ(Outcomes(decider.Decide(shuffled, documents.event)), expected) << seed;
  }
}

// --- missing data ---

// Fields that a document may leave out, taken away one by one and two by two.
const std::vector<std::string>& Optional() {
  static const std::vector<std::string> layers = {
      "event: {fraud_score: '@absent'}",
      "event: {p95_out_180d_minor: '@absent'}",
      "event: {payment: '@absent'}",
      "event: {avg_bill_minor: '@absent'}",
      "facts: {accounts: [{id: a, kind: current, currency: SEK, balance_minor: 50000}]}",
      "facts: {accounts: []}",
      "facts: {risk_profile: '@absent'}",
      "facts: {digital: {confidence: 3, source: '@absent'}}",
      "facts: {preferences: {channels: {push: '@absent', email: '@absent', sms: '@absent'}}}",
  };
  return layers;
}

std::set<std::string> ActionsOf(const Decision& decision, const std::set<std::string>& classes) {
  std::set<std::string> actions;
  for (const Candidate& c : decision.candidates)
    if (classes.contains(c.action_class) && c.state != EndState::kSuppressed && c.state != EndState::kOutranked)
      actions.insert(c.action);
  return actions;
}

bool Within(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::includes(b.begin(), b.end(), a.begin(), a.end());
}

// What a `some` or an `every` shows of the item that settled it: none where no item did.
TEST(Trace, AQuantifierShowsTheItemThatSettledIt) {
  const std::pair<const char*, const char*> cases[] = {  // ONE is a fact, so that nothing is constant
      {"some x in [1, 5, 9] satisfies x * 2 > 7 + ONE", R"(["t","true","5","10","8"])"},
      {"some x in [1, 2] satisfies x * 2 > 7 + ONE", R"(["f","false","-","-","-"])"},
      {"some x in [ONE][item > 1] satisfies x * 2 > 8", R"(["f","false","-","-"])"},
      {"every x in [9, 4, 3] satisfies x * 2 > 7 + ONE", R"(["f","false","4","8","8"])"},
      {"every x in [9, 8] satisfies x * 2 > 7 + ONE", R"(["t","true","-","-","-"])"},
      {"some x in [ONE, 2], y in [3, 4] satisfies x + y > 5 and y < 5", R"(["t","true","2","4","6","4"])"},
      {"some x in [null, 2] satisfies x > 4 + ONE", R"(["u","null","-","-","-"])"},
      {"some x in [ONE, 2] satisfies some y in [7, 8] satisfies y > x + 6", R"(["t","true","1","true"])"},
  };
  for (const auto& [condition, traced] : cases) {
    std::string when = condition;
    when.replace(when.find("ONE"), 3, "customer.essential_spend_minor_month");
    const std::string pack = "actions:\n" + Action("a1", {{"tier", "1"}, {"class", "service"}, {"channels", "[feed]"}}) + R"(rules:
  - {id: r, title: r, rationale: r, on: [customer.review], when: ')" + when + "', then: [{propose: a1, need: 0.5, reasons: [R1]}]}\n";
    const Decision decision = DecideFor(GoodPack(pack), "");
    EXPECT_NE(decision.trace.find(traced), std::string::npos) << condition << "\n" << decision.trace;
  }
}

// A guard and a rule that rest on a field, for sales and for protection, with and without the field.
TEST(Unknown, MissingDataNeverMakesASaleAndNeverRemovesAProtection) {
  for (const char* condition : {"event.avg_bill_minor > 5", "not(event.avg_bill_minor > 5)", "event.avg_bill_minor <= 5",
                                "event.avg_bill_minor = 5 or event.fraud_score > 0.5", "event.avg_bill_minor in [1..9]",
                                "if event.avg_bill_minor > 5 then true else false", "count([1][event.avg_bill_minor > 5]) = 0",
                                "some x in [1, 2] satisfies x > event.avg_bill_minor"}) {
    const std::string actions = "actions:\n" + Action("a1", {{"tier", "5"}, {"class", "sales"}, {"channels", "[feed]"}}) +
                                Action("a2", {{"tier", "1"}, {"class", "protective"}, {"channels", "[in_journey]"}});
    const std::string guard = actions + R"(rules:
  - {id: r, title: r, rationale: r, on: [customer.review], when: 'true', then: [{propose: a1, need: 0.5, reasons: [R1]}, {propose: a2, need: 0.5, reasons: [R1]}]}
guards:
  - {id: g, title: g, rationale: r, stage: G7_suitability, when: ')" + std::string(condition) + "', objection: block, reason: R2}\n";
    const auto release = GoodPack(guard);
    const Decision decision = DecideFor(release, "");
    const Verdict sale = FindCandidate(decision, "a1")->verdicts[0].verdict;
    const Verdict protection = FindCandidate(decision, "a2")->verdicts[0].verdict;
    // Where the guard has an answer all the same (if, count), it is the same for both; else in doubt
    // the sale is stopped and the protection goes ahead.
    if (sale == Verdict::kUnknownBlock) EXPECT_EQ(protection, Verdict::kUnknownPass) << condition;
    else EXPECT_EQ(sale, protection) << condition;
  }
}

TEST(Unknown, LeavingFactsOutOfTheShippedPackAddsNoMessageOfServiceGuidanceOrSales) {
  const auto release = ShippedPack();
  const std::string base(kBusy);
  Decider decider(release);
  const auto decide = [&](const std::vector<std::string>& layers) {
    // Layers over the busy customer: each document is built on its own and merged by the YAML above.
    yaml::Node merged = *yaml::Read("busy", base, {});
    for (const std::string& layer : layers) merged = Overlay(std::move(merged), *yaml::Read("layer", layer, {}));
    TestFiles files;
    files.base.facts = *yaml::Read("base", Documents(*release, "").facts, {});
    files.base.event = *yaml::Read("base", R"({"type": "customer.review"})", {});
    files.base.rows = *yaml::Read("rows", R"(transactions: {id: "t-{n}", account: a, amount_minor: 1, currency: SEK, dir: DBIT, kind: card, counterparty: shop})", {});
    files.layers.emplace_back();
    PackTest test;
    test.layer.facts = *merged.Find("facts");
    test.layer.event = *merged.Find("event");
    const auto documents = BuildDocuments(files, test);
    OXP_CHECK(documents.has_value());
    return decider.Decide(documents->facts, documents->event);
  };
  const Decision whole = decide({});
  ASSERT_FALSE(whole.refused) << ToString(whole.issues);
  const std::set<std::string> told = ActionsOf(whole, {"service", "guidance", "sales"});
  EXPECT_GE(told.size(), 3U);
  for (const std::string& one : Optional())
    for (const std::string& other : Optional()) {
      const Decision less = decide({one, other});
      ASSERT_FALSE(less.refused) << one << ToString(less.issues);
      EXPECT_TRUE(Within(ActionsOf(less, {"service", "guidance", "sales"}), told)) << one << " / " << other;
    }
}

TEST(Unknown, LeavingFactsOutOfARiskyPaymentKeepsAProtection) {
  const auto release = ShippedPack();
  constexpr std::string_view risky = R"(event: {type: payment.initiated, fraud_score: 0.9, p95_out_180d_minor: 100,
  payment: {amount_minor: 900000, currency: SEK, new_payee: true, payee_check: no_match}%})";
  for (const char* absent : {"", ", fraud_score: '@absent'", ", p95_out_180d_minor: '@absent'"}) {
    std::string layer(risky);
    layer.replace(layer.find('%'), 1, "");
    if (*absent != '\0') {
      const std::string key = std::string(absent).substr(2, std::string(absent).find(':') - 2);
      const std::size_t at = layer.find(key + ": ") + key.size() + 2;
      layer.replace(at, layer.find(',', at) - at, "'@absent'");
    }
    const Decision decision = DecideFor(release, layer);
    ASSERT_FALSE(decision.refused) << ToString(decision.issues);
    EXPECT_FALSE(ActionsOf(decision, {"protective"}).empty()) << absent;
  }
}

// The release with the bound of a decision's steps replaced; `field` empty: as builds before it wrote it.
std::shared_ptr<const Release> WithDecisionSteps(const Release& release, const std::string& field) {
  std::string document = release.document();
  const std::string now = R"("feel_decision_steps_max":"50000000",)";
  const std::size_t at = document.find(now);
  EXPECT_NE(at, std::string::npos);
  auto loaded = Release::Load(document.replace(at, now.size(), field));
  EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : ToString(loaded.error()));
  return *loaded;
}

TEST(DecisionBudget, ManyRulesTogetherMeetABoundThatOneDoesNot) {
  std::string yaml = "actions:\n" + Action("a1") + "rules:\n";
  for (int i = 0; i < 20; ++i)
    yaml += "  - {id: r" + std::to_string(100 + i) + ", title: r, rationale: r, on: [customer.review], when: 'some a in 1..customer.birth_year satisfies a = -1',"
            " then: {propose: a1, need: 0.5, reasons: [R1]}}\n";
  const auto release = GoodPack(yaml);
  EXPECT_TRUE(DecideFor(release, "").unknowns.empty());
  const auto old = WithDecisionSteps(*release, "");
  EXPECT_TRUE(DecideFor(old, "").unknowns.empty()) << "no such bound";
  const auto bounded = WithDecisionSteps(*release, R"("feel_decision_steps_max":"20000",)");
  const Decision decision = DecideFor(bounded, "");
  ASSERT_FALSE(decision.unknowns.empty());
  ASSERT_LT(decision.unknowns.size(), 20U) << "the first were found";
  for (const auto& [rule, cause] : decision.unknowns) EXPECT_EQ(cause.kind, "limit") << rule;
  EXPECT_EQ(decision.unknowns.back().first, "r119") << "once it is met, nothing more is evaluated";
  EXPECT_EQ(DecideFor(bounded, "").trace, decision.trace) << "every decision has the same budget";
}

}  // namespace
}  // namespace oxpecker::engine
