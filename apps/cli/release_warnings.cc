#include "apps/cli/release_warnings.h"

namespace oxpecker::cli {
namespace {

void AddThresholdWarnings(const rules::Rulebook& before, const rules::Rulebook& after, Issues& warnings) {
  for (const rules::Threshold& now : after.thresholds)
    for (const rules::Threshold& was : before.thresholds) {
      const bool same_name = now.id == was.id && now.authorship.version == was.authorship.version;
      const bool same_value = now.value.text == was.value.text && now.unit == was.unit;
      if (!same_name || same_value) continue;
      warnings.push_back({ErrorCode::kInvalidInput, "threshold " + now.id,
                          "the value is " + now.value.text + " and was " + was.value.text + ", and the version is " +
                              std::to_string(now.authorship.version) + " in both",
                          "raise the threshold's version: reports list a threshold with two values under one version"});
    }
}

}  // namespace

Issues FindVersionWarnings(const engine::Release& before, const engine::Release& after) {
  if (before.pack_files() == after.pack_files()) return {};
  const rules::Rulebook& old_book = before.rulebook().authored();
  const rules::Rulebook& new_book = after.rulebook().authored();
  if (old_book.pack_id != new_book.pack_id) return {};
  Issues warnings;
  if (old_book.pack_version == new_book.pack_version)
    warnings.push_back({ErrorCode::kInvalidInput, "pack " + new_book.pack_id,
                        "the rules differ, and the version is " + new_book.pack_version + " in both",
                        "raise 'version' in the pack section; 'oxpecker release diff' shows what changed"});
  AddThresholdWarnings(old_book, new_book, warnings);
  return warnings;
}

}  // namespace oxpecker::cli
