#include "audit/bundle/export_record.h"

#include <utility>

#include "audit/statement.h"
#include "audit/vault.h"
#include "base/json/value.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kRangesInLeafMax = 32U << 10U;

std::string ProfileId(const Manifest& manifest) {
  const json::Object* profile = manifest.profile.object();
  const json::Value* id = profile == nullptr ? nullptr : profile->Find("id");
  return id != nullptr && id->string() != nullptr ? *id->string() : "";
}

}  // namespace

Result<Receipt> RecordExport(Log& log, const ExportedBundle& bundle, const ExportStatement& statement, Instant now) {
  Entry entry{.kind = RecordKind::kExport, .time = now};
  const SeqRanges& records = bundle.manifest.scope.records;
  json::Object words;
  if (!statement.by.empty()) {
    OXP_TRY(CheckStatementText("by", statement.by));
    entry.about.Set("actor_ref", log.vault().Reference("actor", "", statement.by).ToHex());
    words.Set("by", statement.by);
  }
  if (!statement.purpose.empty()) {
    OXP_TRY(CheckStatementText("purpose", statement.purpose));
    words.Set("purpose", statement.purpose);
  }
  entry.about.Set("bundle", bundle.sha256.ToHex());
  entry.about.Set("profile", ProfileId(bundle.manifest));
  const std::string ranges = records.ToString();
  if (!ranges.empty() && ranges.size() <= kRangesInLeafMax) entry.about.Set("ranges", ranges);
  entry.about.Set("records", static_cast<std::int64_t>(records.count()));
  if (!words.empty()) entry.sections.push_back({"statement", json::Canonical(json::Value(std::move(words)))});
  return log.Append(std::move(entry));
}

}  // namespace oxpecker::audit
