// audit/leaf.h - the bytes of a record that are hashed: format "oxpecker.record/1".
//
// Canonical JSON (RFC 8785), at most 65,535 bytes, no personal data. Byte format with an example:
// docs/format/record_v1.md. Decoding accepts exactly the bytes that encoding writes: whatever is
// accepted encodes to the same bytes again. Pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/instant.h"
#include "base/result.h"

namespace oxpecker::audit {

inline constexpr std::string_view kRecordFormat = "oxpecker.record/1";
inline constexpr std::size_t kLeafBytesMax = 65'535;
inline constexpr std::size_t kSectionsMax = 16;
inline constexpr std::size_t kGcmTagBytes = 16;
// A section's row is numbered seq * 16 + ordinal in 63 bits.
inline constexpr std::uint64_t kSeqMax = (std::uint64_t{1} << 59U) - 1;

using RecordId = std::array<unsigned char, 16>;

// What a leaf says about one section.
struct SectionReference {
  std::string_view name;
  std::uint64_t bytes = 0;  // of plaintext; the ciphertext has 16 more
  Digest commit;
  Digest ct_sha256;
  friend bool operator==(const SectionReference&, const SectionReference&) = default;
};

// A leaf taken apart. The views point into the decoded bytes (or, for encoding, wherever the caller
// keeps them).
struct LeafView {
  std::string_view about;        // canonical JSON object, as it stands in the leaf
  std::string_view decision_id;  // empty: the record has none
  std::optional<Digest> key;     // SHA-256(kek_id || wrapped DEK); there exactly with sections
  std::string_view kind;
  std::string_view origin;
  Digest prev;
  RecordId record_id{};
  std::vector<SectionReference> sections;
  std::uint64_t seq = 0;
  Instant time;
};

// Errors: kInvalidInput, place "byte N" of the leaf. `leaf` is reused: its vector keeps its memory.
Status DecodeLeaf(std::string_view bytes, LeafView& leaf);

// CHECKs nothing: the caller has seen to valid parts (see CheckKindName, CheckSectionName and the
// scan of `about` in DecodeLeaf).
std::string EncodeLeaf(const LeafView& leaf);

// The leaf without the two parts that only the sequencer knows.
struct LeafTemplate {
  std::string before_prev;
  std::string between;  // from prev to seq
  std::string after_seq;
  std::size_t bytes_max() const {
    return before_prev.size() + between.size() + after_seq.size() + 84;
  }
};
LeafTemplate EncodeTemplate(const LeafView& leaf);
std::string Complete(const LeafTemplate& leaf, std::uint64_t seq, const Digest& prev);

bool IsSectionName(std::string_view name);  // [a-z][a-z0-9_]{0,31}
bool IsKindName(std::string_view name);     // [a-z][a-z0-9_.]{0,63}
bool IsOrigin(
    std::string_view origin);  // 1 to 200 printable ASCII without space, + " and backslash
// One JSON object in canonical form, nested at most 8 deep, integers only.
bool IsCanonicalAbout(std::string_view about);

}  // namespace oxpecker::audit
