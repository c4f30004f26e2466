// The schemas that ship, and the scenarios they were made for.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/json/value.h"
#include "engine/facts/facts.h"

namespace oxpecker::facts {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Schema LoadShipped(const std::string& name) {
  const std::string text = ReadFile(std::filesystem::path(OXPECKER_SOURCE_DIR) / "schemas" / name);
  auto schema = Schema::Load(text, name);
  EXPECT_TRUE(schema) << ToString(schema.error());
  return *std::move(schema);
}

TEST(ShippedSchemasTest, Load) {
  const Schema facts = LoadShipped("facts.v1.schema.json");
  EXPECT_EQ(facts.id(), "oxpecker.facts/1");
  EXPECT_EQ(facts.type().FindField("as_of")->type, feel::Type::DateTime());
  EXPECT_TRUE(facts.type().FindField("risk_profile")->type.allows_null());
  EXPECT_TRUE(facts.type().FindField("risk_profile")->optional);
  EXPECT_FALSE(facts.type().FindField("transactions")->optional);
  const feel::Type transaction = facts.type().FindField("transactions")->type.element();
  EXPECT_EQ(transaction.FindField("dir")->type, feel::Type::StringOf({"CRDT", "DBIT"}));
  EXPECT_TRUE(transaction.FindField("mcc")->optional);
  const Schema event = LoadShipped("event.v1.schema.json");
  EXPECT_EQ(event.type().FindField("type")->type.allowed().size(), 14U);
  EXPECT_FALSE(event.type().FindField("type")->optional);
}

TEST(ShippedSchemasTest, TakeAndRefuseEvents) {
  const Schema event = LoadShipped("event.v1.schema.json");
  EXPECT_TRUE(ReadFacts(event, R"({"type":"customer.review"})", {}));
  EXPECT_TRUE(ReadFacts(
      event, R"({"type":"payment.initiated","payment":{"amount_minor":250000,"currency":"EUR",
      "new_payee":true,"payee_check":"no_match"},"p95_out_180d_minor":80000,"fraud_score":0.72,
      "fraud_model":"apf/3.1"})",
      {}));
  EXPECT_FALSE(ReadFacts(event, "{}", {}));
  EXPECT_FALSE(ReadFacts(event, R"({"type":"customer.reviewed"})", {}));
  EXPECT_FALSE(ReadFacts(event, R"({"type":"customer.review","fraud_score":1.1})", {}));
  EXPECT_TRUE(ReadFacts(event, R"({"type":"customer.review","surprise":1})", {})) << "a feed may carry more than the rules know";
}

// The open scenarios are no part of the project; they lie beside it where it is developed.
TEST(ShippedSchemasTest, TakeEveryOpenScenario) {
  const std::filesystem::path root = OXPECKER_SOURCE_DIR;
  auto path = root.parent_path() / "shared/data/engagement/scenarios.open.json";
  if (!std::filesystem::exists(path))
    path = root.parent_path().parent_path() / "shared/data/engagement/scenarios.open.json";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "the open scenarios are not beside the source";
  const std::string text = ReadFile(path);
  const auto document = json::Document::Parse(text, {});
  ASSERT_TRUE(document) << document.error().ToString();
  const Schema facts_schema = LoadShipped("facts.v1.schema.json");
  const Schema event_schema = LoadShipped("event.v1.schema.json");
  std::size_t count = 0;
  const json::View scenarios = document->root().Find("scenarios").value();
  for (const json::View scenario : scenarios) {
    const std::string id(scenario.Find("id")->text());
    const std::string facts = *json::Canonical(*scenario.Find("facts"));
    const auto read = ReadFacts(facts_schema, facts, {});
    EXPECT_TRUE(read) << id << "\n" << ToString(read.error());
    const std::string event = *json::Canonical(*scenario.Find("event"));
    const auto read_event = ReadFacts(event_schema, event, {});
    EXPECT_TRUE(read_event) << id << "\n" << ToString(read_event.error());
    ++count;
  }
  EXPECT_EQ(count, 18U);
}

}  // namespace
}  // namespace oxpecker::facts
