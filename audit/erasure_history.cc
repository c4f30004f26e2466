#include "audit/erasure_history.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace oxpecker::audit {
namespace {

// A leaf is canonical, so its kind stands there in one form only. Text within strings has its quotes
// escaped; a member of `about` of that name would lead to a needless look.
bool MayBeConcerned(std::string_view leaf) {
  constexpr std::string_view kMember = "\"kind\":\"";
  constexpr auto kKinds = std::to_array<std::string_view>({"erasure\"", "hold\"", "hold_release\""});
  for (std::size_t at = leaf.find(kMember); at != leaf.npos; at = leaf.find(kMember, at + 1)) {
    const std::string_view name = leaf.substr(at + kMember.size());
    if (std::ranges::any_of(kKinds, [&](std::string_view kind) { return name.starts_with(kind); })) return true;
  }
  return false;
}

std::string TextIn(const Record& record, std::string_view member) {
  const json::Value* value = record.about.Find(member);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

Status Add(LogReader& reader, const Record& record, ErasureHistory& history) {
  if (record.kind == RecordKind::kHold)
    history.holds.push_back({record.seq, TextIn(record, "hold"), TextIn(record, "subject_ref"), record.time.ToString(), record.kek_id, {}});
  if (record.kind == RecordKind::kHoldRelease)
    for (HoldRecord& hold : history.holds)
      if (!hold.ended_by && hold.id == TextIn(record, "hold")) hold.ended_by = record.seq;
  if (record.kind != RecordKind::kErasure) return {};
  OXP_TRY(ErasureRecord erasure, ReadErasure(record, [&](std::string_view section) { return reader.Decrypt(record, section); }));
  for (HoldRecord& hold : history.holds)
    if (!hold.ended_by && erasure.ranges.Contains(hold.seq)) hold.ended_by = record.seq;
  history.erasures.push_back(std::move(erasure));
  return {};
}

}  // namespace

const ErasureRecord* ErasureHistory::ErasureOf(std::uint64_t seq) const {
  const auto found = std::ranges::find_if(erasures, [&](const ErasureRecord& erasure) { return erasure.ranges.Contains(seq); });
  return found == erasures.end() ? nullptr : &*found;
}

Result<ErasureHistory> ReadErasureHistory(LogReader& reader) {
  std::vector<std::uint64_t> concerned;
  std::uint64_t seq = 0;
  OXP_TRY(reader.ForEachLeaf(reader.size(), [&](std::string_view leaf) -> Status {
    if (MayBeConcerned(leaf)) concerned.push_back(seq);
    ++seq;
    return {};
  }));
  ErasureHistory history;
  for (const std::uint64_t number : concerned) {
    OXP_TRY(const Record record, reader.Read(number));
    OXP_TRY(Add(reader, record, history));
  }
  return history;
}

Result<bool> IsReadable(LogReader& reader, const Record& record) {
  for (const StoredSection& section : record.sections) {
    const auto opened = reader.Decrypt(record, section.name);
    if (!opened && opened.error().code != ErrorCode::kNotFound) return std::unexpected(opened.error());
    if (opened) return true;
  }
  return false;
}

// All records of an erasure had one key.
Result<std::vector<const ErasureRecord*>> Undone(LogReader& reader, const ErasureHistory& history) {
  std::vector<const ErasureRecord*> undone;
  for (const ErasureRecord& erasure : history.erasures) {
    if (erasure.ranges.empty()) continue;
    OXP_TRY(const Record record, reader.Read(erasure.ranges.ranges().front().first));
    OXP_TRY(const bool readable, IsReadable(reader, record));
    if (readable) undone.push_back(&erasure);
  }
  return undone;
}

}  // namespace oxpecker::audit
