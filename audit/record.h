// audit/record.h - what goes into the log and what comes back for it.
//
// An Entry is what a caller hands over: `about` is public to everyone who may see the log and must
// hold no personal data; `sections` are encrypted under the subject's key. A Receipt says that the
// record is durable. Byte formats: docs/format/record_v1.md. Value types.
//
// Example:
//   Entry entry{.kind = RecordKind::kDecision, .time = now, .decision_id = id, .subject =
//   "c-1001"}; entry.about.Set("outcome", "recommend"); entry.sections.push_back({"inputs",
//   facts_json});
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/identifier.h"
#include "base/instant.h"
#include "base/json/value.h"
#include "base/result.h"

namespace oxpecker::audit {

// What a record tells. PERSISTED by its name in leaves: append only, never renumber, never rename.
// What each holds and who writes it: audit/kinds.h and docs/format/record_v1.md. Older verifiers
// accept names that they do not know, so the vocabulary may grow within format 1.
enum class RecordKind : std::uint8_t {
  kDecision = 1,      // "decision": a request was decided
  kRefusal = 2,       // "refusal": a request was not acceptable (bad facts, unknown release, limit)
  kFailure = 3,       // "failure": a request was acceptable and could not be decided
  kRelease = 4,       // "release": a release was proposed, approved, activated or withdrawn
  kReport = 5,        // "report": a report was produced from this log
  kLogOpened = 6,     // "log_opened": a writer opened the log
  kApproval = 7,      // "approval": somebody approved or rejected a release
  kOverride = 8,      // "override": a person decided otherwise
  kReview = 9,        // "review": a person's look at a decision was asked for, or done
  kContact = 10,      // "contact": a message to the customer was handed over, or was not
  kComplaint = 11,    // "complaint": a customer complained
  kObservation = 12,  // "observation": what came of a decision
  kStop = 13,         // "stop": somebody stopped the engine, or a part of it
  kResume = 14,       // "resume": what was stopped goes on
  kReplay = 15,       // "replay": decisions were decided again and compared
  kErasure = 16,      // "erasure": a subject's key was destroyed
  kHold = 17,         // "hold": a subject's records must not be erased
  kHoldRelease = 18,  // "hold_release": they may again
  kKeyRotation = 19,  // "key_rotation": a key was exchanged for another
  kCheckpoint = 20,   // "checkpoint": a head was signed
  kAnchor = 21,       // "anchor": a signed head was put where the bank cannot change it
  kAccess = 22,       // "access": somebody read personal data
  kExport = 23,       // "export": evidence was handed out
  kHeartbeat = 24,    // "heartbeat": a writer was alive and had nothing to record
  kIncident = 25,     // "incident": something went wrong that somebody must answer for
};
std::string_view Name(RecordKind kind);
std::optional<RecordKind> RecordKindFromName(std::string_view name);

// One encrypted part of a record. Names: [a-z][a-z0-9_]{0,31}, unique within the record.
struct Section {
  std::string name;
  std::string bytes;  // plaintext
  friend bool operator==(const Section&, const Section&) = default;
};

struct Entry {
  RecordKind kind = RecordKind::kDecision;
  Instant time;
  std::optional<DecisionId> decision_id;  // at most one record in a log bears a given id
  std::string subject;                    // whose key encrypts the sections; "" = the log's own key
  json::Object about;                     // UTF-8; numbers are integers within +-(2^53 - 1)
  std::vector<Section> sections;          // kept in this order
  // Names of the sections that hold the request itself, where others hold what was made of it. A
  // later entry of the same decision id repeats this one where these sections are the same, whatever
  // kind, about and the others say. None: everything must be the same.
  std::vector<std::string> request_sections = {};
};

// The record `seq` is durable and its leaf has this hash. `repeated`: the same decision id with the
// same content (see Entry::request_sections) was recorded before; this is the receipt of that first
// record, and what it tells is to be read there.
struct Receipt {
  std::uint64_t seq = 0;
  Digest leaf_hash;
  bool repeated = false;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// What one record may hold. Over a limit: ErrorCode::kLimit.
struct RecordLimits {
  std::size_t leaf_bytes_max = 65'535;  // C2SP tlog-tiles: a bundle entry's length is 16 bits
  std::size_t sections_max = 16;        // fixed by the store: section id = seq * 16 + ordinal
  std::size_t section_bytes_max = 16U << 20U;  // plaintext, each
  std::size_t subject_bytes_max = 1'024;
};

}  // namespace oxpecker::audit
