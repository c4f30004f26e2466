#include "audit/entry_encoder.h"

#include <utility>

#include "audit/chain.h"
#include "audit/kinds.h"
#include "audit/section_cipher.h"
#include "base/encoding.h"
#include "base/json/value.h"

namespace oxpecker::audit {
namespace {

// Every string in it, keys too, is UTF-8: the canonical writer takes that for granted.
bool HoldsUtf8(const json::Value& value);
bool HoldsUtf8(const json::Object& object) {
  for (const auto& [key, member] : object.members())
    if (!IsUtf8(key) || !HoldsUtf8(member)) return false;
  return true;
}
bool HoldsUtf8(const json::Value& value) {
  if (const auto* text = value.string()) return IsUtf8(*text);
  if (const auto* object = value.object()) return HoldsUtf8(*object);
  if (const auto* array = value.array())
    for (const json::Value& item : *array)
      if (!HoldsUtf8(item)) return false;
  return true;
}

std::unexpected<Error> OverLimit(std::string place, std::string what, std::size_t found,
                                 std::size_t limit) {
  return Fail(ErrorCode::kLimit, std::move(place),
              std::move(what) + " has " + std::to_string(found) + " bytes; at most " +
                  std::to_string(limit) + " are allowed");
}

Status CheckEntry(const Entry& entry, const RecordLimits& limits) {
  const auto invalid = [](std::string place, std::string message) {
    return Fail(ErrorCode::kInvalidInput, std::move(place), std::move(message));
  };
  if (entry.subject.size() > limits.subject_bytes_max)
    return OverLimit("entry", "the subject", entry.subject.size(), limits.subject_bytes_max);
  if (entry.sections.size() > limits.sections_max || entry.sections.size() > kSectionsMax)
    return Fail(ErrorCode::kLimit, "entry",
                std::to_string(entry.sections.size()) + " sections; at most 16 are allowed");
  for (std::size_t i = 0; i < entry.sections.size(); ++i) {
    const Section& section = entry.sections[i];
    const std::string place = "section " + std::to_string(i);
    if (!IsSectionName(section.name))
      return invalid(place, "its name is not of the form [a-z][a-z0-9_]{0,31}");
    for (std::size_t other = 0; other < i; ++other)
      if (entry.sections[other].name == section.name)
        return invalid(place, "its name, " + section.name + ", was used before");
    if (section.bytes.size() > limits.section_bytes_max)
      return OverLimit(place, section.name, section.bytes.size(), limits.section_bytes_max);
  }
  const std::string time = entry.time.ToString();
  if (time.size() != 20 && time.size() != 27)
    return invalid("entry", "its time is outside of the years 0000 to 9999");
  if (!HoldsUtf8(entry.about)) return invalid("about", "holds text that is not UTF-8");
  return {};
}

Status CheckKind(RecordKind kind, std::string_view about, const std::vector<Section>& sections) {
  constexpr const char* kHint = "docs/format/record_v1.md lists what each kind of record holds";
  if (const auto problem = AboutProblem(kind, about))
    return Fail(ErrorCode::kInvalidInput, "about", *problem, kHint);
  for (const Section& section : sections)
    if (const auto problem = SectionProblem(kind, section.name))
      return Fail(ErrorCode::kInvalidInput, "sections", *problem, kHint);
  return {};
}

}  // namespace

Result<EncodedEntry> EncodeEntry(const std::string& origin, Entry entry, const RecordLimits& limits,
                                 Vault& vault) {
  OXP_TRY(CheckEntry(entry, limits));
  EncodedEntry encoded;
  encoded.kind = entry.kind;
  encoded.about = json::Canonical(json::Value(std::move(entry.about)));
  if (!IsCanonicalAbout(encoded.about))
    return Fail(ErrorCode::kInvalidInput, "about",
                "holds a number that is no integer, or is nested more than 8 deep",
                "write decimals and 64-bit integers as strings");
  OXP_TRY(CheckKind(encoded.kind, encoded.about, entry.sections));
  encoded.sections = std::move(entry.sections);
  encoded.request_sections = std::move(entry.request_sections);
  std::optional<Kek> kek;
  if (!encoded.sections.empty()) {
    OXP_TRY(kek, vault.KekFor(entry.subject));
    encoded.kek_id = kek->id;
  }
  OXP_TRY(EncryptedSections secret,
          EncryptSections(origin, kek ? &*kek : nullptr, encoded.sections));
  encoded.wrapped_dek = std::move(secret.wrapped_dek);
  encoded.ciphertexts = std::move(secret.ciphertexts);

  LeafView leaf;
  leaf.about = encoded.about;
  if (entry.decision_id) {
    leaf.decision_id = entry.decision_id->str();
    encoded.decision_id = DecisionIdBytes(leaf.decision_id);
  }
  if (kek) leaf.key = Sha256(encoded.kek_id, encoded.wrapped_dek);
  leaf.kind = Name(entry.kind);
  leaf.origin = origin;
  leaf.record_id = secret.record_id;
  leaf.sections = std::move(secret.references);
  leaf.time = entry.time;
  encoded.leaf = EncodeTemplate(leaf);
  encoded.bytes = encoded.leaf.bytes_max();
  if (encoded.bytes > limits.leaf_bytes_max || encoded.bytes > kLeafBytesMax)
    return OverLimit("about", "the record's leaf", encoded.bytes, limits.leaf_bytes_max);
  for (const std::string& ciphertext : encoded.ciphertexts) encoded.bytes += ciphertext.size();
  return encoded;
}

namespace {

// What of the leaf's own words differs from the entry; sections are compared elsewhere.
std::optional<std::string> OtherThanSections(const EncodedEntry& entry, const LeafView& leaf) {
  if (!entry.request_sections.empty()) return std::nullopt;
  if (leaf.kind != Name(entry.kind)) return "kind";
  if (leaf.about != entry.about) return "about";
  if (leaf.sections.size() != entry.sections.size()) return "number of sections";
  for (std::size_t i = 0; i < leaf.sections.size(); ++i)
    if (leaf.sections[i].name != entry.sections[i].name) return "names of sections";
  return std::nullopt;
}

// The entry's section and the record's commitment to the one of that name; null where there is
// none.
struct Pair {
  const Section* now = nullptr;
  const SectionReference* then = nullptr;
};
Pair PairOf(const EncodedEntry& entry, const LeafView& leaf, std::string_view name) {
  Pair pair;
  for (const Section& section : entry.sections)
    if (section.name == name) pair.now = &section;
  for (const SectionReference& section : leaf.sections)
    if (section.name == name) pair.then = &section;
  return pair;
}

}  // namespace

Status CheckSameContent(const EncodedEntry& entry, std::string_view leaf_bytes,
                        std::string_view kek_id, std::string_view wrapped_dek, Vault& vault) {
  LeafView leaf;
  OXP_TRY(DecodeLeaf(leaf_bytes, leaf));
  const auto differs = [&](const std::string& what) {
    return Fail(ErrorCode::kRefused, "record " + std::to_string(leaf.seq),
                "this decision id was recorded before with other content (" + what + ")",
                "use a new decision id for a new request");
  };
  if (const auto other = OtherThanSections(entry, leaf)) return differs(*other);
  std::vector<std::string> names = entry.request_sections;
  if (names.empty())
    for (const Section& section : entry.sections) names.push_back(section.name);
  if (names.empty()) return {};
  OXP_TRY(const auto kek, vault.Find(kek_id));
  const auto dek = kek ? UnwrapDek(leaf.origin, leaf.record_id, *kek, wrapped_dek) : std::nullopt;
  for (const std::string& name : names) {
    const Pair pair = PairOf(entry, leaf, name);
    if (pair.now == nullptr && pair.then == nullptr) continue;
    if (pair.now == nullptr || pair.then == nullptr) return differs("section " + name);
    if (!dek) return differs("its key is gone, so the sections cannot be compared");
    if (pair.then->commit != CommitTo(*dek, name, pair.now->bytes))
      return differs("section " + name);
  }
  return {};
}

}  // namespace oxpecker::audit
