// audit/erasure_history.h - what a log tells of erasures and legal holds, whatever its vault holds today: a
// vault can be put back from a backup, and then has keys again that were destroyed and has forgotten
// holds that were placed.
//
// One walk over all leaves; only those concerned are decoded. It rests on the stored records: who acts on
// it has proven the log before.
//
// Example:
//   OXP_TRY(ErasureHistory history, ReadErasureHistory(reader));
//   if (const ErasureRecord* erasure = history.ErasureOf(record.seq)) ...  // and does the record open?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/erasure.h"
#include "audit/log_reader.h"
#include "base/result.h"

namespace oxpecker::audit {

struct HoldRecord {
  std::uint64_t seq = 0;
  std::string id;           // 32 hex digits
  std::string subject_ref;  // 64 hex digits: Vault::Reference("hold", id, subject)
  std::string placed_at;    // UTC
  std::string kek_id;       // under whose key its statement is
  std::optional<std::uint64_t> ended_by;  // its release, or the erasure that it went with; none: in force
};

struct ErasureHistory {
  std::vector<ErasureRecord> erasures;  // by number
  std::vector<HoldRecord> holds;        // by number

  // The first one that names this record; nullptr where none does.
  const ErasureRecord* ErasureOf(std::uint64_t seq) const;
};

// `reader` with its vault: numbers of very many records stand in a section. kIntegrity where a record is
// missing or altered on the way.
Result<ErasureHistory> ReadErasureHistory(LogReader& reader);

// Erasures of `history` whose key is in the vault of `reader` again, so that what they erased can be read.
Result<std::vector<const ErasureRecord*>> Undone(LogReader& reader, const ErasureHistory& history);

// Does a section of this record open?
Result<bool> IsReadable(LogReader& reader, const Record& record);

}  // namespace oxpecker::audit
