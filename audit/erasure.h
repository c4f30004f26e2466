// audit/erasure.h - destroys the key of a customer, so that nobody can ever read again what was
// recorded of them, while every proof goes on verifying.
//
// What is destroyed: the customer's key in the vault, with every copy in its file and WAL. What stays:
// the leaves (which hold no personal data) and the ciphertexts, since their digests stand in leaves and
// a missing one must stay a finding. The erasure is a record itself: it names the records, never the
// customer. Refused while a legal hold or an unexpired retention covers any of them.
//
// Steps: intent in the vault; record in the log; key destroyed; vault rewritten and its WAL emptied.
// After a crash at any of them the next writer completes what was recorded and takes back what was not
// (audit/intents.h). A decision for the same customer afterwards makes a new key.
//
// Not thread-safe against itself, nor against entries for that customer: nobody else submits meanwhile.
//
// Example:
//   OXP_TRY(ErasurePlan plan, PlanErasure(paths, "c-1001", policy, now));
//   OXP_TRY(Erased erased, Erase(*log, {.subject = "c-1001", .basis = "GDPR Art. 17(1)(b)", .by = "K. Lind", .now = now}, policy));
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/log.h"
#include "audit/log_reader.h"
#include "audit/retention.h"
#include "audit/seq_ranges.h"
#include "base/result.h"

namespace oxpecker::audit {

// PERSISTED in records by its word.
enum class ErasureCause : std::uint8_t {
  kRequest,        // "request": somebody asked for it
  kRetentionOver,  // "retention_over": every record's time was over
};
std::string_view Name(ErasureCause cause);

// A record that must be kept: of those, the one whose time ends last.
struct RetainedRecord {
  std::uint64_t seq = 0;
  RecordKind kind{};
  Instant until;
};
struct HoldInForce {
  std::string id;         // 32 hex digits
  std::string placed_at;  // UTC
};

// What an erasure would do, and what stands against it.
struct ErasurePlan {
  SeqRanges records;  // whose sections nobody could open any more
  std::map<std::string, std::uint64_t> by_kind;
  std::vector<HoldInForce> holds;
  std::optional<RetainedRecord> retained;
  bool allowed() const { return holds.empty() && !retained; }
};

// Reads only. kNotFound: the vault has no key of that subject, or nothing was recorded under it. Of records
// that an erasure on record names already, which are readable again since a backup of the vault was put
// back, no retention is asked.
Result<ErasurePlan> PlanErasure(const LogPaths& paths, const std::string& subject,
                                const RetentionPolicy& policy, Instant now);
// Of all whose every record's retention is over, and on whom there is no hold. In no order that means
// anything. kRefused where a hold is in force of which nobody can tell whom it is on.
Result<std::vector<ErasurePlan>> PlanExpired(const LogPaths& paths, const RetentionPolicy& policy, Instant now);

// What tests stop at: each was just done.
enum class ErasureStep : std::uint8_t { kIntended, kRecorded, kDestroyed, kScrubbed };

struct ErasureOrder {
  std::string subject;  // not of EraseExpired
  std::string basis;    // why it is lawful; see CheckErasureText
  std::string by;       // who answers for it; likewise
  Instant now;
  std::function<void(ErasureStep)> reached = {};
};

struct Erased {
  std::string id;  // 32 hex digits
  Receipt receipt;
  ErasurePlan plan;
};

// What stays for ever: one line of 1 to 500 bytes that does not name whom it erased. Letters of ASCII are
// compared without their case; an id of one or two bytes as a whole word. kInvalidInput, kLimit.
Status CheckErasureText(const char* place, const std::string& text, const std::string& subject);

// kRefused: a hold or a retention, in words. kNotFound: see PlanErasure. kUnavailable after the record:
// the key is destroyed, but somebody reads the vault, so its old pages go at the next opening.
Result<Erased> Erase(Log& log, const ErasureOrder& order, const RetentionPolicy& policy);
// One record for each subject. The first failure ends it; what was erased before stays so.
Result<std::vector<Erased>> EraseExpired(Log& log, const ErasureOrder& order, const RetentionPolicy& policy);

// An erasure as its record tells it.
struct ErasureRecord {
  std::string id;
  std::uint64_t seq = 0;
  Instant time;
  std::string cause;
  std::uint64_t records = 0;
  SeqRanges ranges;  // empty where the section that holds them cannot be opened
};
using OpenSection = std::function<Result<std::string>(std::string_view section)>;
// kInvalidInput where it is no record of an erasure.
Result<ErasureRecord> ReadErasure(const Record& record, const OpenSection& open);

}  // namespace oxpecker::audit
