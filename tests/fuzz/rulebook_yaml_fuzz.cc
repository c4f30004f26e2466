// Any bytes as the file of a pack: read as YAML, as a rulebook, and compiled against a small
// schema. Nothing may crash; every refusal says where; reading twice says the same.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "engine/facts/schema.h"
#include "rules/feel/limits.h"
#include "rules/rulebook/compiled_rulebook.h"
#include "rules/rulebook/rulebook.h"
#include "rules/rulebook/yaml_reader.h"

namespace oxpecker {
namespace {

constexpr std::string_view kFactsSchema = R"({"type":"object","properties":{
  "as_of":{"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$"},
  "customer":{"type":"object","properties":{
    "id":{"type":"string"},"currency":{"type":"string"},
    "channels":{"type":"object","additionalProperties":{"type":"string"}}},
    "required":["id","currency"],"additionalProperties":false},
  "transactions":{"type":"array","items":{"type":"object","properties":{
    "id":{"type":"string"},
    "booked_at":{"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$"},
    "amount_minor":{"type":"integer"},"creditor":{"type":"string"},"fee_code":{"type":"string"}},
    "required":["id","booked_at","amount_minor"],"additionalProperties":false}}},
  "required":["as_of","customer","transactions"],"additionalProperties":false})";

constexpr std::string_view kEventSchema = R"({"type":"object","properties":{
  "type":{"enum":["customer.review","payment.initiated"]},"bill_minor":{"type":"integer"}},
  "required":["type"],"additionalProperties":false})";

constexpr const char* kFile = "fuzz.yaml";

// The sentences that every pack must have, whatever its rules are.
std::string HouseTexts() {
  std::string yaml = "defaults: {owner: house}\ntexts:\n";
  for (const char* reason : {"CHANNEL_OPT_OUT", "GUARD_UNKNOWN", "INPUT_INVALID", "NO_ACTION",
                             "OUTRANKED", "PREFERENCE_HUMAN", "PREFERENCE_SELF_SERVICE",
                             "PROTECTIVE_BYPASS", "PROTECTIVE_OVERRIDES_PREFERENCE",
                             "QUIET_HOURS_DEFER", "SILENT_BY_DESIGN", "VULNERABLE_HUMAN_FIRST"})
    yaml += std::string("  - {reason: ") + reason + ", officer: {en: a, sv: b, zh: c}}\n";
  return yaml;
}

void CheckIssues(const Issues& issues) {
  OXP_CHECK(!issues.empty());
  for (const Error& issue : issues) OXP_CHECK(!issue.place.empty() && !issue.message.empty());
}

void Run(std::string_view text) {
  static const facts::Schema facts = facts::Schema::Load(kFactsSchema, "facts").value();
  static const facts::Schema event = facts::Schema::Load(kEventSchema, "event").value();
  if (const auto tree = yaml::Read(kFile, text, {}); !tree) CheckIssues(tree.error());

  const std::vector<rules::PackFile> files = {{kFile, std::string(text)},
                                              {"house_texts.yaml", HouseTexts()}};
  auto rulebook = rules::ReadRulebook(files);
  const auto again = rules::ReadRulebook(files);
  OXP_CHECK(rulebook.has_value() == again.has_value());
  if (!rulebook) {
    OXP_CHECK(rulebook.error() == again.error());
    CheckIssues(rulebook.error());
    return;
  }
  const auto compiled =
      rules::CompileRulebook(*std::move(rulebook), facts.type(), event.type(), feel::Limits{});
  if (!compiled) CheckIssues(compiled.error());
}

}  // namespace
}  // namespace oxpecker

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  oxpecker::Run(std::string_view(reinterpret_cast<const char*>(bytes), size));
  return 0;
}
