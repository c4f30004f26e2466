// audit/section_parts.h - a section's text in parts, each of which can be shown without the others.
//
// A JSON object is cut into its members: part 0 is the skeleton, the text with every value that was cut
// out replaced by one byte 0x00; each other part is a value, byte for byte, with its JSON pointer. Of
// facts the members of /customer are cut out too. Everything else is one part. The rule is part of the
// record's format (docs/format/record_v1.md): a text must be cut for ever as it was when it was recorded.
// Pure; a value type that keeps its memory from one text to the next.
//
// Example:
//   SectionParts parts;
//   parts.Cut("statement", R"({"by":"K. Lind"})");   // "" {"by":\0}   "/by" "K. Lind"
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"

namespace oxpecker::audit {

// More than these, and the text is one part: a bound on what hostile facts cost.
inline constexpr std::size_t kPartsMax = 256;
inline constexpr std::size_t kSaltBytes = 32;

// SHA-256(salt || pointer || 0 || bytes).
Digest CommitToPart(std::string_view salt, std::string_view pointer, std::string_view bytes);

// SHA-256("oxpecker/commit/v2" || 0 || section || 0 || commitments): what stands in the leaf.
Digest CommitToParts(std::string_view section, std::span<const Digest> parts);

class SectionParts {
 public:
  // `text` must outlive what bytes() gives. What was cut before is forgotten.
  void Cut(std::string_view section, std::string_view text);

  void Forget();  // overwrites what it holds of a text, and keeps the memory

  std::size_t size() const { return parts_.size(); }  // at least 1, once something was cut
  bool is_cut() const { return parts_.size() > 1; }
  std::string_view pointer(std::size_t part) const;  // "" for part 0
  std::string_view bytes(std::size_t part) const;

 private:
  class Scan;
  struct Part {
    std::size_t pointer_offset = 0;  // in pointers_
    std::size_t pointer_size = 0;
    std::string_view bytes;
  };
  std::vector<Part> parts_;
  std::string pointers_;
  std::string skeleton_;
};

// The pointers to the places where a skeleton has 0x00, in order. Nothing where it is no skeleton.
std::optional<std::vector<std::string>> HolesOf(std::string_view skeleton);

}  // namespace oxpecker::audit
