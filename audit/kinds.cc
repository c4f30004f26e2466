#include <array>
#include <utility>

#include "audit/record.h"
#include "base/check.h"

namespace oxpecker::audit {
namespace {

constexpr std::array<std::pair<RecordKind, std::string_view>, 7> kKinds = {{
    {RecordKind::kDecision, "decision"},
    {RecordKind::kRefusal, "refusal"},
    {RecordKind::kFailure, "failure"},
    {RecordKind::kRelease, "release"},
    {RecordKind::kReport, "report"},
    {RecordKind::kLogOpened, "log_opened"},
    {RecordKind::kKeyRotation, "key_rotation"},
}};

}  // namespace

std::string_view Name(RecordKind kind) {
  for (const auto& [value, name] : kKinds)
    if (value == kind) return name;
  OXP_CHECK(false);
  return {};
}

std::optional<RecordKind> RecordKindFromName(std::string_view name) {
  for (const auto& [value, text] : kKinds)
    if (text == name) return value;
  return std::nullopt;
}

}  // namespace oxpecker::audit
