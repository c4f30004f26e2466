#include "apps/cli/erased.h"

#include "audit/erasure_history.h"
#include "base/printable.h"

namespace oxpecker::cli {
namespace {

std::string AboutText(const audit::Record& record, std::string_view key) {
  const json::Value* value = record.about.Find(key);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

Result<bool> Opens(audit::LogReader& reader, const audit::Record& record) {
  for (const audit::StoredSection& section : record.sections) {
    const auto opened = reader.Decrypt(record, section.name);
    if (!opened && opened.error().code == ErrorCode::kNotFound) return false;
    if (!opened) return std::unexpected(opened.error());
  }
  return true;
}

std::string Escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

}  // namespace

Result<std::optional<audit::ErasureRecord>> FindErasure(audit::LogReader& reader, const audit::Record& record) {
  std::optional<audit::ErasureRecord> found;
  OXP_TRY(const bool opens, Opens(reader, record));
  if (opens) return found;
  const auto visit = [&](const audit::Record& later) -> Status {
    if (found || later.kind != audit::RecordKind::kErasure) return {};
    OXP_TRY(audit::ErasureRecord erasure,
            audit::ReadErasure(later, [&](std::string_view section) { return reader.Decrypt(later, section); }));
    if (erasure.ranges.Contains(record.seq)) found = std::move(erasure);
    return {};
  };
  OXP_TRY(reader.ForEachReadable(record.seq + 1, reader.size(), visit, [](const audit::LogReader::Damage&) {}));
  return found;
}

std::string ReadableAgain(const audit::ErasureRecord& erasure) {
  return "WARNING: ERASED, AND READABLE AGAIN. Record #" + std::to_string(erasure.seq) + " of " + erasure.time.ToString() +
         " destroyed the key of " + std::to_string(erasure.records) + (erasure.records == 1 ? " record" : " records") + " (" +
         erasure.ranges.ToString() + "), but the vault has it: a backup of vault/ was put back.";
}

void WarnReadableAgain(const audit::ErasureRecord& erasure) {
  PrintError(ReadableAgain(erasure) + "\nErase that customer again, before anything else is decided: 'oxpecker log erase --subject ID ...'.\n");
}

std::vector<audit::ErasureRecord> WarnOfUndoneErasures(audit::LogReader& reader) {
  std::vector<audit::ErasureRecord> undone;
  const auto history = audit::ReadErasureHistory(reader);
  if (!history) return undone;
  const auto found = audit::Undone(reader, *history);
  if (!found) return undone;
  for (const audit::ErasureRecord* erasure : *found) {
    WarnReadableAgain(*erasure);
    undone.push_back(*erasure);
  }
  return undone;
}

std::string ErasedText(const audit::Record& record, const audit::ErasureRecord& erasure) {
  std::string text = "ERASED: what this " + record.kind_name + " was made from and what it said cannot be read any more.\n";
  if (record.decision_id) text += "  id        " + record.decision_id->str() + "\n";
  text += "  record    #" + std::to_string(record.seq) + ", " + record.time.ToString() + "\n";
  if (const std::string outcome = AboutText(record, "outcome"); !outcome.empty()) text += "  outcome   " + Printable(outcome) + "\n";
  if (const std::string release = AboutText(record, "release"); !release.empty())
    text += "  release   " + Printable(release.substr(0, 12)) + "\n";
  text += "  erased    by record #" + std::to_string(erasure.seq) + ", " + erasure.time.ToString() + ", with " +
          std::to_string(erasure.records) + (erasure.records == 1 ? " record" : " records") + " of the same customer\n";
  return text + "What remains is its header, which every proof of the log still covers: 'oxpecker log show " +
         std::to_string(record.seq) + "'.\nWho erased it and on what ground: 'oxpecker log certificate " + std::to_string(erasure.seq) + "'.\n";
}

std::string ErasedPage(const audit::Record& record, const audit::ErasureRecord& erasure) {
  return "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Erased</title></head>\n<body>\n<pre>" +
         Escaped(PrintableLines(ErasedText(record, erasure))) + "</pre>\n</body>\n</html>\n";
}

json::Object ErasedJson(const audit::Record& record, const audit::ErasureRecord& erasure) {
  json::Object by;
  by.Set("cause", erasure.cause);
  by.Set("erasure", erasure.id);
  by.Set("records", std::to_string(erasure.records));
  by.Set("seq", std::to_string(erasure.seq));
  by.Set("time", erasure.time.ToString());
  json::Object out;
  if (record.decision_id) out.Set("decision_id", record.decision_id->str());
  out.Set("erased", true);
  out.Set("erased_by", std::move(by));
  out.Set("kind", record.kind_name);
  for (const char* key : {"outcome", "release"})
    if (const std::string text = AboutText(record, key); !text.empty()) out.Set(key, text);
  out.Set("seq", std::to_string(record.seq));
  out.Set("time", record.time.ToString());
  return out;
}

}  // namespace oxpecker::cli
