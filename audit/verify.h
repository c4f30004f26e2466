// audit/verify.h - proves a log from its stored bytes: every leaf, the chain, the count, the tree,
// the signed heads, the ciphertexts. Trusts nothing that the log says of itself.
//
// Three verdicts, never mixed:
//   integrity     nothing that is stored was altered
//   completeness  nothing that was there is missing, nothing was put between
//   authenticity  the holder of the log's key signed heads that cover it
// The first break is named with its record, what was expected and what was found; later parts are
// then "not shown". Memory does not grow with the log; the log may be in use meanwhile (one
// snapshot is read). What a log by itself cannot show: its last records may have been cut off
// together with the heads that cover them. So completeness is shown only against a checkpoint that
// is kept outside of the database (`published_note`), and up to that one.
//
// Example:
//   OXP_TRY(audit::VerifierKey key, audit::VerifierKey::Parse(vkey));
//   OXP_TRY(audit::LogVerification v,
//           audit::VerifyLog("log/log.db", {.key = key, .published_note = note}));
//   if (!v.ok()) Report(v.first_break->ToString());
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "audit/log_keys.h"
#include "base/digest.h"
#include "base/json/value.h"
#include "base/result.h"

namespace oxpecker::audit {

enum class Aspect : std::uint8_t { kIntegrity, kCompleteness, kAuthenticity };
std::string_view Name(Aspect aspect);  // "integrity", ...

enum class Verdict : std::uint8_t {
  kHolds,
  kBroken,
  kNotShown,  // not reached because of an earlier break; or no key, or no checkpoint, was given
};
std::string_view Name(Verdict verdict);  // "holds", "broken", "not_shown"

// Where the stored evidence stops being consistent.
struct Break {
  Aspect aspect = Aspect::kIntegrity;
  std::string code;                  // stable word: "leaf_hash", "sequence", "root", ...
  std::optional<std::uint64_t> seq;  // the record, where it is one record
  std::string place;                 // "record 17, leaf_hash", "checkpoint at 4096"
  std::string expected;
  std::string found;
  std::string ToString() const;
  friend bool operator==(const Break&, const Break&) = default;
};

struct LogVerification {
  std::string origin;
  std::uint64_t records = 0;      // proven, counted from 0
  std::uint64_t bytes = 0;        // of leaves and ciphertext hashed
  Digest root;                    // recomputed over `records`
  std::uint64_t checkpoints = 0;  // signatures checked
  std::uint64_t sealed_size = 0;  // records under the last checkpoint whose signature holds
  std::map<std::string, std::uint64_t> records_by_kind;
  Verdict integrity = Verdict::kNotShown;
  Verdict completeness = Verdict::kNotShown;
  Verdict authenticity = Verdict::kNotShown;
  std::optional<Break> first_break;
  std::optional<LogKeys> keys;  // those that were given, and those that took over since as the log tells

  bool ok() const { return !first_break; }  // nothing broken; a verdict may still be kNotShown
  json::Object ToJson() const;
};

struct VerifyOptions {
  // Absent: authenticity is not shown. Where the log says that another key took over, and the head at
  // that point is signed by both, the key that took over is known from there on.
  std::optional<LogKeys> key;
  std::optional<std::string> published_note;  // a checkpoint held outside; absent: see above
  // A log that has signed records has published a checkpoint: without a note, that is a break.
  bool must_be_published = false;
  // Walks every page of the file as well, those of the sections too: twice the reading. Finds what has
  // no effect on any row (a page that belongs to two tables, or to nobody).
  bool all_pages = false;
  std::function<void(std::uint64_t done, std::uint64_t of)> progress;  // now and then; may be empty
};

// kNotFound, kUnavailable, kUnsupported, kInvalidInput (no log database): nothing can be said. A
// broken log is a LogVerification with a first_break, not an error: also where SQLite finds the file's
// pages or trees damaged ("storage"), where tables, triggers or views are not those of the format ("schema"), and
// where there is a note, but the file beside it is empty or no log at all ("no_log").
Result<LogVerification> VerifyLog(const std::filesystem::path& database,
                                  const VerifyOptions& options);

}  // namespace oxpecker::audit
