// audit/bundle/manifest.h - manifest.json and coverage.json of an evidence bundle, the note that signs the
// former, and the names of the files. docs/format/bundle_v1.md. Value types; pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/log_keys.h"
#include "audit/seq_ranges.h"
#include "audit/signer.h"
#include "base/digest.h"
#include "base/instant.h"
#include "base/json/value.h"
#include "base/result.h"

namespace oxpecker::audit {

inline constexpr std::string_view kBundleFormat = "oxpecker.bundle/1";
inline constexpr std::string_view kManifestNoteTitle = "oxpecker evidence bundle v1";

namespace bundle_files {
inline constexpr std::string_view kReadme = "README.txt";
inline constexpr std::string_view kArtefacts = "artefacts/";
inline constexpr std::string_view kDisclosures = "disclosures.jsonl";
inline constexpr std::string_view kKeys = "keys/log.vkey";
inline constexpr std::string_view kCheckpoint = "log/checkpoint";
inline constexpr std::string_view kOldCheckpoint = "log/checkpoint.old";
inline constexpr std::string_view kConsistency = "log/consistency.json";
inline constexpr std::string_view kLeaves = "log/leaves.jsonl";
inline constexpr std::string_view kPolicy = "policy.txt";
inline constexpr std::string_view kProofs = "proofs/";
inline constexpr std::string_view kProofEnding = ".tlog-proof";
inline constexpr std::string_view kRanges = "proofs/ranges.json";
inline constexpr std::string_view kRedactions = "redactions.jsonl";
inline constexpr std::string_view kCoverage = "coverage.json";
inline constexpr std::string_view kManifest = "manifest.json";
inline constexpr std::string_view kManifestNote = "manifest.note";
inline constexpr std::string_view kReport = "report.html";
}  // namespace bundle_files

// May a bundle have a file of this path?
bool IsBundlePath(std::string_view path);
// Does `a` stand before `b` in the zip?
bool ComesBefore(std::string_view a, std::string_view b);

// Which records. `decision` empty: a range, with the bounds that were asked for.
struct ScopeOfBundle {
  std::string decision;
  std::optional<Instant> from;
  std::optional<Instant> to;
  SeqRanges records;
  SeqRanges context;
  SeqRanges all() const;  // both; empty where they share a record
};

struct BundleFile {
  std::string path;
  Digest sha256;
  std::uint64_t size = 0;
};

struct Manifest {
  Digest root;             // of the checkpoint
  std::uint64_t size = 0;  // likewise
  std::vector<BundleFile> files;
  std::string origin;
  json::Value profile;
  ScopeOfBundle scope;
  std::string tool;
  bool viewer_has_data = false;
  Digest viewer_sha256;

  std::string ToString() const;
  static Result<Manifest> Parse(std::string_view text);  // strict; kIntegrity
};

// The text that manifest.note signs.
std::string ManifestNoteText(std::string_view origin, std::string_view manifest);
Result<std::string> SignManifest(std::string_view origin, std::string_view manifest, const Signer& key);
// Is it signed by a key in use at that size? kIntegrity, saying what is wrong.
Status CheckManifestNote(std::string_view note, std::string_view origin, std::string_view manifest, const LogKeys& keys,
                         std::uint64_t size);

struct Coverage {
  struct Erasure {
    std::string id;  // 32 hex digits
    std::uint64_t record = 0;
    SeqRanges records;
    friend bool operator==(const Erasure&, const Erasure&) = default;
  };
  struct Release {
    std::string digest;  // 64 hex digits
    bool included = false;
    std::optional<std::uint64_t> record;
    friend bool operator==(const Release&, const Release&) = default;
  };
  std::vector<Erasure> erasures;  // ascending by record
  std::uint64_t holds = 0;
  SeqRanges key_absent;
  std::map<std::string, std::uint64_t> kinds;
  SeqRanges records;
  std::vector<Release> releases;  // ascending by digest
  std::map<std::string, std::uint64_t> retention_days;
  std::uint64_t disclosed = 0;  // sections
  std::uint64_t partly = 0;
  std::uint64_t withheld = 0;

  std::string ToString() const;
  static Result<Coverage> Parse(std::string_view text);  // strict; kIntegrity
};

}  // namespace oxpecker::audit
