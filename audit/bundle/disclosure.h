// audit/bundle/disclosure.h - the lines of disclosures.jsonl and redactions.jsonl: what a bundle shows of
// the sections, and what it withholds and why. docs/format/bundle_v1.md. Value types; pure.
//
// Example:
//   OXP_TRY(Disclosure shown, Disclosure::Parse(line));
//   if (shown.Commitment() != section.commit) ...
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "audit/seq_ranges.h"
#include "base/digest.h"
#include "base/result.h"

namespace oxpecker::audit {

class SectionParts;

// One part: shown where it has a salt, else its commitment alone.
struct DisclosedPart {
  std::string salt;  // 32 bytes, or empty
  std::string pointer;
  std::string bytes;
  Digest commit;
  bool shown() const { return !salt.empty(); }
};

struct Disclosure {
  std::uint64_t seq = 0;
  std::string section;
  std::vector<DisclosedPart> parts;

  // Of the parts with their salts (32 bytes each, one after the other).
  static Disclosure Of(std::uint64_t seq, std::string section, const SectionParts& parts, std::string_view salts,
                       const std::vector<bool>& shown);

  std::string ToLine() const;  // without the newline
  static Result<Disclosure> Parse(std::string_view line);  // strict; kIntegrity

  Digest Commitment() const;  // what the leaf must have
  // Why skeleton and pointers do not fit each other; nothing where they do, or where there is no
  // skeleton to see.
  std::optional<std::string> ShapeProblem() const;
  SeqRanges Withheld() const;  // numbers of parts
};

// PERSISTED by its word.
enum class RedactionReason : std::uint8_t {
  kProfile,    // "profile"
  kArtefact,   // "artefact": it is a file of the bundle
  kErased,     // "erased"
  kKeyAbsent,  // "key_absent"
};
std::string_view Name(RedactionReason reason);

// In `records` these parts of this section are withheld; all of them where `parts` is empty.
struct Redaction {
  std::string section;
  std::string parts;  // "1-4,6"
  RedactionReason reason{};
  std::string erasure;  // 32 hex digits where it was erased
  SeqRanges records;

  std::string ToLine() const;
  static Result<Redaction> Parse(std::string_view line);
};

// Gathers what is withheld, record by record.
class Redactions {
 public:
  void Add(std::uint64_t seq, const std::string& section, const std::string& parts, RedactionReason reason, const std::string& erasure = "");
  std::string ToFile() const;  // the lines, in their order

 private:
  std::map<std::tuple<std::string, std::string, RedactionReason, std::string>, SeqRanges> groups_;
};

}  // namespace oxpecker::audit
