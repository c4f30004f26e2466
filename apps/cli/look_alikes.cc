#include "apps/cli/look_alikes.h"

#include <map>

#include "apps/cli/system.h"
#include "base/encoding.h"
#include "engine/look_alike.h"

namespace oxpecker::cli {
namespace {

constexpr std::size_t kShownMax = 10;

// Quoted, everything that is not plain ASCII as its code points: "A\u{30a}sa".
std::string CodePoints(const std::string& text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    std::uint32_t point = first < 0x80 ? first : first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i) point = point << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    at += length;
    if (point >= ' ' && point < 0x7F && point != '"' && point != '\\') {
      out += static_cast<char>(point);
      continue;
    }
    std::string hex = HexEncode(std::string{static_cast<char>(point >> 16U), static_cast<char>(point >> 8U), static_cast<char>(point)});
    hex.erase(0, std::min(hex.find_first_not_of('0'), hex.size() - 1));
    out += "\\u{" + hex + "}";
  }
  return out + "\"";
}

// How many decisions each of them has. What cannot be opened or read is passed over.
std::map<std::string, std::uint64_t> OthersLike(audit::LogReader& reader, const std::string& customer, Progress& progress) {
  std::map<std::string, std::uint64_t> others;
  const std::string form = engine::LookAlikeForm(customer);
  const auto visit = [&](const audit::Record& record) -> Status {
    progress.Report(record.seq + 1, reader.size());
    if (record.kind != audit::RecordKind::kDecision && record.kind != audit::RecordKind::kRefusal) return {};
    const auto id = CustomerOf(reader, record);
    if (id && *id != customer && !id->empty() && engine::LookAlikeForm(*id) == form) ++others[*id];
    return {};
  };
  const Status walked = reader.ForEachReadable(0, reader.size(), visit, [](const audit::LogReader::Damage&) {});
  if (!walked) others.clear();
  return others;
}

}  // namespace

void WarnOfLookAlikes(const Globals& globals, const Workspace& workspace, const std::string& customer) {
  auto reader = workspace.OpenReader();
  if (!reader) return;
  Progress progress("looked for ids alike", globals.quiet);
  const auto others = OthersLike(*reader, customer, progress);
  progress.Clear();
  if (others.empty()) return;
  PrintError("WARNING: other customers of this log have ids that look like " + CodePoints(customer) + ", which is taken byte for byte:\n");
  std::size_t shown = 0;
  for (const auto& [id, count] : others)
    if (++shown <= kShownMax) PrintError("  " + CodePoints(id) + ", decided about " + std::to_string(count) + (count == 1 ? " time\n" : " times\n"));
  if (others.size() > kShownMax) PrintError("  and " + std::to_string(others.size() - kShownMax) + " more\n");
}

}  // namespace oxpecker::cli
