#include "apps/cli/retention.h"

#include <algorithm>
#include <charconv>

#include "apps/cli/system.h"
#include "audit/kinds.h"
#include "base/printable.h"
#include "rules/rulebook/yaml_reader.h"

namespace oxpecker::cli {
namespace {

std::string ErasableKinds() {
  std::string names;
  for (const audit::KindDefinition& kind : audit::KindDefinitions())
    if (kind.key == audit::SectionKey::kCustomer) names += (names.empty() ? "" : ", ") + std::string(kind.name);
  return names;
}

std::optional<audit::RecordKind> KindOf(const yaml::Node& key, Issues& issues) {
  const auto kind = audit::RecordKindFromName(key.text);
  if (kind && audit::DefinitionOf(*kind).key == audit::SectionKey::kCustomer) return kind;
  const std::string name = "'" + Printable(key.text.substr(0, 40)) + "'";
  issues.push_back({ErrorCode::kInvalidInput, key.Place(),
                    kind ? "records of kind " + name + " hold nothing of a customer's and are never erased" : name + " is no kind of record",
                    "kinds that may be erased: " + ErasableKinds()});
  return std::nullopt;
}

std::optional<std::uint32_t> DaysOf(const yaml::Node& value, Issues& issues) {
  std::uint32_t days = 0;
  const char* end = value.text.data() + value.text.size();
  const auto read = std::from_chars(value.text.data(), end, days);
  const bool number = value.kind == yaml::Kind::kScalar && !value.quoted && read.ec == std::errc() && read.ptr == end;
  if (number && days <= audit::kRetentionDaysMax) return days;
  issues.push_back({ErrorCode::kInvalidInput, value.Place(), "expected a whole number of days from 0 to 36525", "five years are 1826"});
  return std::nullopt;
}

}  // namespace

Checked<audit::RetentionPolicy> ReadRetention(const Workspace& workspace) {
  const std::string file = workspace.settings().string();
  auto text = ReadFile(file);
  if (!text) return std::unexpected(Issues{text.error()});
  OXP_TRY(const yaml::Node config, yaml::Read(file, *text, {}));
  audit::RetentionPolicy policy;
  const yaml::Node* retention = config.Find("retention");
  if (retention == nullptr) return policy;
  Issues issues;
  if (retention->kind != yaml::Kind::kMapping)
    issues.push_back({ErrorCode::kInvalidInput, retention->Place(), "expected a line for each kind of record", "as '  decision: 1826'"});
  for (const yaml::Entry& entry : retention->entries) {
    const auto kind = KindOf(entry.key, issues);
    const auto days = DaysOf(entry.value, issues);
    if (kind && days) policy.days[*kind] = *days;
  }
  if (!issues.empty()) return std::unexpected(std::move(issues));
  return policy;
}

}  // namespace oxpecker::cli
