#include "engine/replay/replay.h"

#include <optional>

#include "base/digest.h"
#include "base/json/document.h"
#include "base/json/value.h"
#include "engine/version.h"

namespace oxpecker::engine {
namespace {

std::string Shown(json::View value) {
  auto text = json::Canonical(value);
  if (!text) return std::string(value.text());
  return text->size() > 120 ? text->substr(0, 120) + "..." : *text;
}

// The pointer of the first place where two values differ; empty where they are equal.
std::string Difference(json::View a, json::View b, const std::string& pointer) {
  if (a.kind() != b.kind() || a.text() != b.text())
    return (pointer.empty() ? "/" : pointer) + ": recorded " + Shown(a) + ", now " + Shown(b);
  if (a.kind() == json::Kind::kObject) {
    for (const json::View member : a) {
      const auto other = b.Find(member.key());
      const std::string at = json::Append(pointer, member.key());
      if (!other) return at + ": recorded " + Shown(member) + ", now absent";
      if (std::string found = Difference(member, *other, at); !found.empty()) return found;
    }
    for (const json::View member : b)
      if (!a.Find(member.key())) return json::Append(pointer, member.key()) + ": recorded nothing, now " + Shown(member);
  }
  if (a.kind() == json::Kind::kArray) {
    auto at_b = b.begin();
    std::size_t index = 0;
    for (const json::View item : a) {
      if (at_b == b.end()) break;
      if (std::string found = Difference(item, *at_b, json::Append(pointer, index)); !found.empty()) return found;
      ++at_b;
      ++index;
    }
    if (a.size() != b.size())
      return pointer + ": recorded " + std::to_string(a.size()) + " items, now " + std::to_string(b.size());
  }
  return {};
}

// A section, or nothing where it is absent or its key is gone; other errors are passed on.
Result<std::optional<std::string>> SectionOf(audit::LogReader& reader, const audit::Record& record,
                                             std::string_view name) {
  auto bytes = reader.Decrypt(record, name);
  if (bytes) return std::optional<std::string>(*std::move(bytes));
  if (bytes.error().code == ErrorCode::kNotFound) return std::optional<std::string>();
  return std::unexpected(std::move(bytes).error());
}

bool Names(const audit::Record& record, std::string_view section) {
  for (const audit::StoredSection& stored : record.sections)
    if (stored.name == section) return true;
  return false;
}

std::string TextOf(const json::Object& about, std::string_view key) {
  const json::Value* value = about.Find(key);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

}  // namespace

std::string_view Name(ReplayVerdict verdict) {
  switch (verdict) {
    case ReplayVerdict::kSame: return "same";
    case ReplayVerdict::kDiffers: return "differs";
    case ReplayVerdict::kReleaseMissing: return "release_missing";
    case ReplayVerdict::kInputsMissing: return "inputs_missing";
    case ReplayVerdict::kErased: return "erased";
  }
  return "";
}

std::string FirstDifference(std::string_view recorded, std::string_view now) {
  if (recorded == now) return {};
  auto a = json::Document::Parse(recorded, {});
  auto b = json::Document::Parse(now, {});
  if (!a || !b) return "the recorded bytes are no JSON";
  std::string found = Difference(a->root(), b->root(), "");
  return found.empty() ? "the bytes differ, the values do not" : found;
}

Status Replayer::NoteRelease(audit::LogReader& reader, const audit::Record& record) {
  OXP_TRY(std::optional<std::string> document, SectionOf(reader, record, "release"));
  if (!document) return {};
  const std::string digest = TextOf(record.about, "release");
  // The record's own word is not enough: the document must have that digest.
  if (Sha256(*document).ToHex() == digest) documents_[digest] = *std::move(document);
  return {};
}

Result<Replayer> Replayer::Open(audit::LogReader& reader) {
  Replayer replayer;
  const auto note = [&](const Error& damage) {
    if (!replayer.first_damage_) replayer.first_damage_ = damage;
  };
  const auto visit = [&](const audit::Record& record) -> Status {
    Status noted;
    if (record.kind == audit::RecordKind::kRelease) noted = replayer.NoteRelease(reader, record);
    if (record.kind == audit::RecordKind::kErasure) {
      auto erasure = audit::ReadErasure(record, [&](std::string_view section) { return reader.Decrypt(record, section); });
      if (erasure) replayer.erasures_.push_back(*std::move(erasure));
      else noted = std::unexpected(erasure.error());
    }
    if (!noted && noted.error().code == ErrorCode::kIntegrity) return note(noted.error()), Status();
    return noted;
  };
  OXP_TRY(reader.ForEachReadable(0, reader.size(), visit,
                                 [&](const audit::LogReader::Damage& damage) { note(damage.error); }));
  return replayer;
}

const audit::ErasureRecord* Replayer::ErasureOf(std::uint64_t seq) const {
  for (const audit::ErasureRecord& erasure : erasures_)
    if (erasure.ranges.Contains(seq)) return &erasure;
  return nullptr;
}

Replayed Replayer::Unreadable(const audit::Record& record, const char* what) const {
  if (const audit::ErasureRecord* erasure = ErasureOf(record.seq))
    return Replayed{ReplayVerdict::kErased, "by record " + std::to_string(erasure->seq)};
  return Replayed{ReplayVerdict::kInputsMissing, what};
}

Result<std::shared_ptr<const Release>> Replayer::FindRelease(const std::string& digest) {
  if (const auto at = releases_.find(digest); at != releases_.end()) return at->second;
  const auto document = documents_.find(digest);
  if (document == documents_.end()) return std::shared_ptr<const Release>();
  auto release = Release::Load(document->second);
  if (!release) {
    return Fail(ErrorCode::kUnsupported, "release " + digest.substr(0, 12),
                "this build cannot compile the recorded release: " + release.error().front().ToString(),
                "replay with the engine version that the record names");
  }
  releases_[digest] = *release;
  return *release;
}

Result<Replayed> Replayer::Replay(audit::LogReader& reader, const audit::Record& record) {
  const std::string digest = TextOf(record.about, "release");
  OXP_TRY(std::shared_ptr<const Release> release, FindRelease(digest));
  if (release == nullptr)
    return Replayed{ReplayVerdict::kReleaseMissing, "the log holds no release " + digest.substr(0, 12)};
  OXP_TRY(std::optional<std::string> facts, SectionOf(reader, record, "facts"));
  std::optional<std::string> event = "";  // a request without an event has no such section
  if (Names(record, "event")) {
    OXP_TRY(event, SectionOf(reader, record, "event"));
  }
  OXP_TRY(std::optional<std::string> decision, SectionOf(reader, record, "decision"));
  if (!facts || !event || !decision)
    return Unreadable(record, "a section of the record cannot be opened, and no erasure says why");
  auto& decider = deciders_[digest];
  if (decider == nullptr) decider = std::make_unique<Decider>(release);
  const Decision again = decider->Decide(*facts, *event);
  std::string difference = FirstDifference(*decision, ToCanonicalJson(again));
  if (difference.empty() && !again.refused) {
    OXP_TRY(std::optional<std::string> trace, SectionOf(reader, record, "trace"));
    if (!trace) return Unreadable(record, "the trace cannot be opened, and no erasure says why");
    difference = FirstDifference(*trace, again.trace);
    if (!difference.empty()) difference = "trace " + difference;
  }
  if (difference.empty()) return Replayed{};
  if (TextOf(record.about, "engine") != kEngineVersion)
    difference += " (decided by engine " + TextOf(record.about, "engine") + ", replayed by " + kEngineVersion + ")";
  if (!release->tzdata_matches())
    difference += " (the release was built with tzdata " + release->tzdata_version() + ", this machine has another)";
  return Replayed{ReplayVerdict::kDiffers, std::move(difference)};
}

}  // namespace oxpecker::engine
