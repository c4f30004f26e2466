// audit/anchors.h - what others signed of a log's heads, kept in the folder `anchors` beside its database,
// and what it proves about the log.
//
//   anchors/<size>.note     a head over <size> records (12 digits), with the log's signatures and the
//                           cosignatures of witnesses
// Files: docs/format/anchors_v1.md. They are evidence in copies: whoever holds one elsewhere needs no
// other. A record of kind `anchor` tells of each cosignature that was fetched.
//
// Example:
//   OXP_TRY(auto cosigned, audit::AddCosignatures(head.note, answer.body, policy));
//   OXP_TRY(audit::KeepCosigned(audit::AnchorFolder(paths.database), cosigned));
//   OXP_TRY(const audit::WitnessReport report, audit::CheckWitnesses(reader, folder, keys, policy));
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/log_keys.h"
#include "audit/log_reader.h"
#include "audit/policy.h"
#include "audit/record.h"
#include "base/instant.h"
#include "base/result.h"

namespace oxpecker::audit {

std::filesystem::path AnchorFolder(const std::filesystem::path& database);

// The lines of `answer` by witnesses of the policy, which were checked. Lines by others are left out.
// kIntegrity: a line of a known witness does not hold, or none of the lines is of a known one.
struct CosignatureLineSeen {
  PolicyWitness witness;
  std::int64_t unix_seconds = 0;
  std::string line;  // with its newline
};
Result<std::vector<CosignatureLineSeen>> ReadAnswer(std::string_view head_note, std::string_view answer, const Policy& policy);

// Adds the line to the head's file, durably; nothing happens where it stands there. A file that is there
// must hold the same head (kIntegrity: FORK).
Status KeepCosignature(const std::filesystem::path& folder, const SignedCheckpoint& head, std::string_view line);

// The heads in the folder, by size; none where there is no folder. kIntegrity: a file is no note of the
// size in its name. Signatures are not checked.
Result<std::vector<SignedCheckpoint>> ReadCosigned(const std::filesystem::path& folder);

// The newest head that this witness signed; nothing where it signed none.
Result<std::optional<Checkpoint>> LastCosigned(const std::filesystem::path& folder, const VerifierKey& witness);

// The record of a cosignature, and of a timestamp token.
Entry AnchorEntry(std::string_view anchor, const Checkpoint& head, const Digest& token, std::string_view witness, Instant now);

// What the witnesses say of a log.
struct WitnessReport {
  struct Head {
    Checkpoint head;
    PolicyVerdict verdict;
  };
  std::vector<Head> heads;      // by size; each one was proven to be of this log
  std::optional<Head> newest;   // the newest one with a quorum
  std::uint64_t records = 0;    // of the log
  std::string needed;           // the quorum, in words
  std::optional<Error> broken;  // the first head that contradicts the log: kIntegrity, with its file
  bool fork = false;            // so that both are signed and cannot be of one log
  // Records that the newest head with a quorum does not cover.
  std::uint64_t open_records() const { return records - (newest ? newest->head.size : 0); }
};

// Every head in the folder: signed by the log, cosigned, and one that this log goes on from. What
// contradicts the log is told in the report: a signature that does not hold, a log that is shorter than a
// head, or a fork, where the log has other records than those under a head. kInvalidInput: the policy
// names other logs.
Result<WitnessReport> CheckWitnesses(LogReader& reader, const std::filesystem::path& folder, const LogKeys& keys,
                                     const Policy& policy);

}  // namespace oxpecker::audit
