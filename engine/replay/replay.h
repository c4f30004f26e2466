// engine/replay/replay.h - decides again what was decided, from the record and its release alone, and
// compares bytes.
//
// Releases are taken from the log itself (section `release` of release records), so a log and its
// vault are enough. Not thread-safe: one Replayer a thread.
//
// Example:
//   OXP_TRY(Replayer replayer, Replayer::Open(reader));
//   OXP_TRY(Replayed replayed, replayer.Replay(reader, record));
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/erasure.h"
#include "audit/log_reader.h"
#include "engine/decide/decider.h"

namespace oxpecker::engine {

// PERSISTED in JSON output by name.
enum class ReplayVerdict : std::uint8_t {
  kSame,             // decision and trace agree byte for byte
  kDiffers,          // the same release gave other bytes: the engine changed, or the record did
  kReleaseMissing,   // the log does not hold the release that decided
  kInputsMissing,    // the inputs cannot be opened, and no erasure says why
  kErased,           // the customer's key was destroyed, and the log tells of it
};
std::string_view Name(ReplayVerdict verdict);  // "same", "differs", "release_missing", "inputs_missing", "erased"

struct Replayed {
  ReplayVerdict verdict = ReplayVerdict::kSame;
  std::string detail;  // for kDiffers: the first members that differ, with both values; else why
};

class Replayer {
 public:
  // Reads the releases and the erasures that the log holds. Of a broken log: those in intact records.
  static Result<Replayer> Open(audit::LogReader& reader);

  // Where that walk over all leaves first found a record that is missing, altered or out of the chain.
  // Nothing: no such place, which is less than a proof of the whole log (audit/verify.h).
  const std::optional<Error>& first_damage() const { return first_damage_; }

  // `record` is of kind decision or refusal. An error is an operating error (the log cannot be read).
  Result<Replayed> Replay(audit::LogReader& reader, const audit::Record& record);

  // The erasure that names this record; nullptr where none does. Where the record opens all the same, a
  // backup of the vault was put back.
  const audit::ErasureRecord* ErasureOf(std::uint64_t seq) const;

  // The release of that digest, compiled; nullptr where the log does not hold it.
  Result<std::shared_ptr<const Release>> FindRelease(const std::string& digest);

 private:
  Status NoteRelease(audit::LogReader& reader, const audit::Record& record);
  Replayed Unreadable(const audit::Record& record, const char* what) const;

  std::optional<Error> first_damage_;
  std::vector<audit::ErasureRecord> erasures_;
  std::map<std::string, std::string> documents_;  // digest -> release document
  std::map<std::string, std::shared_ptr<const Release>> releases_;
  std::map<std::string, std::unique_ptr<Decider>> deciders_;
};

// Where two canonical JSON texts first differ, as "/candidates/0/state: recorded "selected", now "suppressed"".
std::string FirstDifference(std::string_view recorded, std::string_view now);

}  // namespace oxpecker::engine
