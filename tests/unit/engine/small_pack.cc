#include "tests/unit/engine/small_pack.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/check.h"
#include "engine/pack_tests/test_file.h"

namespace oxpecker::engine {
namespace {

constexpr std::string_view kBase = R"(base:
  event: {type: customer.review}
  facts:
    schema: oxpecker.facts/1
    as_of: "2026-03-16T10:00:00Z"
    sources: {transactions: "@-2h", balances: "@-2h", consents: "@-2h", products: "@-2h", feedback: "@-2h", crm: "@-2h"}
    customer: {id: c-1, birth_year: 1985, residence: SE, timezone: Europe/Stockholm, language: sv, employment_status: employed,
               net_income_minor_month: 1, essential_spend_minor_month: 1, currency: SEK}
    consents: []
    preferences: {channels: {push: opt_in, email: opt_in, sms: opt_in}, human_mode: assisted, detail: unset, friction: standard,
                  quiet_hours: {from: "21:00", to: "07:00"}}
    digital: {confidence: 3}
    advisers: {primary: null, history: [], pool: []}
    vulnerability: []
    accounts: []
    autopay_creditors: []
    insurance: []
    transactions: []
    feedback: []
    contacts: []
    goals: []
    life_events: []
    complaints: []
    signals: []
    model_scores: []
    tax_season: false
    documents_due: []
  rows:
    transactions: {id: "t-{n}", account: a, booked_at: "@-1d", amount_minor: 1, currency: SEK, dir: DBIT, kind: card, counterparty: shop}
)";

std::string Header() {
  std::string yaml = "defaults: {owner: tests}\npack: {id: small, version: 1.0.0, title: Small}\ntexts:\n";
  std::vector<std::string> codes(std::begin(rules::kEngineReasons), std::end(rules::kEngineReasons));
  for (int i = 1; i <= 9; ++i) codes.push_back("R" + std::to_string(i));
  for (const std::string& code : codes) yaml += "  - {reason: " + code + ", officer: {en: a, sv: b, zh: c}}\n";
  for (int i = 1; i <= 9; ++i)
    yaml += "  - {action: a" + std::to_string(i) + ", title: {en: a, sv: b, zh: c}}\n";
  return yaml;
}

}  // namespace

Checked<std::shared_ptr<const Release>> BuildPack(std::string_view sections) {
  return Release::Build({{"header.yaml", Header()}, {"small.yaml", "defaults: {owner: tests}\n" + std::string(sections)}});
}

std::shared_ptr<const Release> GoodPack(std::string_view sections) {
  auto release = BuildPack(sections);
  EXPECT_TRUE(release.has_value()) << ToString(release.error());
  OXP_CHECK(release.has_value());
  return *release;
}

std::string Action(std::string_view id, const std::vector<std::pair<std::string, std::string>>& parts) {
  std::vector<std::pair<std::string, std::string>> all = {
      {"id", std::string(id)}, {"title", "t"}, {"customer_value", "v"}, {"tier", "3"}, {"class", "service"},
      {"kind", "recommendation"}, {"legal_form", "information"}, {"basis", "contract"}, {"sensitivity", "low"},
      {"group", "g"}, {"human", "none"}, {"channels", "[push, feed]"}, {"value", "0.5"}};
  for (const auto& [key, value] : parts) {
    const auto at = std::find_if(all.begin(), all.end(), [&](const auto& part) { return part.first == key; });
    if (at == all.end()) all.emplace_back(key, value);
    else at->second = value;
  }
  std::string yaml;
  for (const auto& [key, value] : all) yaml += (yaml.empty() ? "  - {" : ", ") + key + ": " + value;
  return yaml + "}\n";
}

TestDocuments Documents(const Release& release, std::string_view layer) {
  // The layer is a test of its own, indented below `tests:`.
  std::string test = "tests:\n  - name: t\n    expect: {reasons: []}\n";
  while (!layer.empty()) {
    const std::size_t end = layer.find('\n');
    test += "    " + std::string(layer.substr(0, end)) + "\n";
    layer.remove_prefix(end == std::string_view::npos ? layer.size() : end + 1);
  }
  const auto files = ReadTestFiles(release.rulebook(), {{"base.test.yaml", std::string(kBase)}, {"t.test.yaml", test}});
  EXPECT_TRUE(files.has_value()) << ToString(files.error());
  OXP_CHECK(files.has_value());
  const auto documents = BuildDocuments(*files, files->tests.front());
  EXPECT_TRUE(documents.has_value()) << ToString(documents.error());
  OXP_CHECK(documents.has_value());
  return *documents;
}

Decision DecideFor(const std::shared_ptr<const Release>& release, std::string_view layer) {
  const TestDocuments documents = Documents(*release, layer);
  return Decider(release).Decide(documents.facts, documents.event);
}

std::string FeatureOf(const Decision& decision, std::string_view id) {
  for (const FeatureFinding& feature : decision.features)
    if (feature.id == id) return feature.unknown ? "unknown: " + feature.unknown->kind : feature.value;
  return "absent";
}

const Candidate* FindCandidate(const Decision& decision, std::string_view action) {
  for (const Candidate& candidate : decision.candidates)
    if (candidate.action == action) return &candidate;
  return nullptr;
}

std::vector<rules::PackFile> ShippedFiles() {
  auto files = ReadPackFolder(OXPECKER_SOURCE_DIR "/rules/packs/retail");
  OXP_CHECK(files.has_value());
  return *files;
}

std::shared_ptr<const Release> ShippedPack() {
  auto release = Release::Build(ShippedFiles());
  EXPECT_TRUE(release.has_value()) << ToString(release.error());
  OXP_CHECK(release.has_value());
  return *release;
}

}  // namespace oxpecker::engine
