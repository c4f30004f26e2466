// audit/log.h - the only way to add to the log.
//
// One process at a time holds a log open for writing (a lock file beside the database); any number
// may read it (log_reader.h). Entries are encoded and encrypted on the caller's thread; one
// sequencer thread gives numbers, hashes, commits in groups and only then answers, in the order of
// submission. A Receipt means: durable (fsync'd), numbered, part of the chain and of the tree.
//
// Promises:
// - Retrying is safe: the same decision id with the same content gives the first receipt again; with
//   other content it is refused (kRefused). Never two records for one id. The same content: kind,
//   about and sections, or the sections that the entry names as its request.
// - A failed commit fails its whole group (kUnavailable) and the log stays failed until it is opened
//   again: what is durable is then read from the disk, not guessed. Retry with the SAME id.
// - A head is signed only after it is durable, and only over records that were read back from the
//   disk since the last one and still are what was written. A database older than the last published
//   checkpoint (restored backup, lost tail) is refused by Open with kIntegrity: signing on would be a
//   fork. Records signed longer ago are proven at opening only as far as LogOptions say.
//
// - While it is open, no record lies above the last published checkpoint for longer than
//   LogOptions::cadence says, and a log that nothing is recorded in says so by a record (heartbeat).
//
// Thread-safe, except that Close and the destructor come last. LogOptions::clock is asked by the
// sequencer's thread and by the thread inside Open.
//
// Example:
//   OXP_TRY(std::unique_ptr<audit::Log> log, audit::Log::Open({.paths = paths, .clock = &clock}));
//   OXP_TRY(audit::Receipt receipt, log->Append(std::move(entry)));   // no receipt, no answer
//   OXP_TRY(log->Close());
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "audit/checkpoint.h"
#include "audit/key_source.h"
#include "audit/record.h"
#include "audit/signer.h"
#include "audit/wait_clock.h"
#include "base/clock.h"
#include "base/result.h"

namespace oxpecker::audit {

// Where the parts of a log lie. The vault wants a volume of its own in production, with a short
// backup retention: a restored vault brings erased keys back.
struct LogPaths {
  std::filesystem::path database;              // log/log.db
  std::filesystem::path published_checkpoint;  // log/checkpoint
  std::filesystem::path vault;                 // vault/vault.db
  std::filesystem::path signing_key;           // keys/log.key
  std::filesystem::path verifier_key;          // keys/log.vkey
  std::filesystem::path vault_key;             // keys/vault.key

  // Keys that are not in these files but in the environment or in a token (key_source.h).
  std::optional<KeySource> signing_source = {};
  std::optional<KeySource> vault_source = {};
  KeySource SigningSource() const { return signing_source ? *signing_source : KeySource(signing_key); }
  KeySource VaultSource() const { return vault_source ? *vault_source : KeySource(vault_key); }

  // The layout that `oxpecker init` makes under a workspace.
  static LogPaths Under(const std::filesystem::path& workspace);
};

// A commit costs the disk's answer and one page of each table, whatever it holds, so records share it.
// One for which somebody blocks (Append, WriteCheckpoint, Close) is committed at once, with all that
// was submitted before it. Records that nobody blocks on (Submit) wait for company: until
// gather_records of them do, or the sequencer has waited gather_max. While one commit runs the next
// group gathers by itself. The other two bound memory and the length of one transaction.
struct GroupCommitBounds {
  std::size_t gather_records = 256;
  std::chrono::milliseconds gather_max{5};
  std::size_t records_max = 1'024;
  std::size_t bytes_max = 4U << 20U;  // of leaves and ciphertext
};

// When a head is signed, stored and published, beside when asked, at opening and at closing. Whichever
// comes first: so many records that no head covers, or the first of them being so old. A program that
// records a few decisions and closes within the interval signs one head. After `heartbeat` without a
// record, a record of kind heartbeat and its head show that the log was open and nothing was recorded.
struct CheckpointCadence {
  std::uint64_t records_max = 4'096;
  std::chrono::milliseconds interval{1'000};
  std::chrono::milliseconds heartbeat{600'000};  // 0: never
};

// How much of what was signed before is proven again before anything is written or signed.
enum class ProveAtOpening : std::uint8_t {
  kRecent,  // the records since the newest checkpoint that has at least kRecentRecords above it
  kWhole,   // everything that oxpecker-verify proves: time grows with the log
};
inline constexpr std::uint64_t kRecentRecords = 4'096;

struct LogOptions {
  LogPaths paths;
  Clock* clock = nullptr;  // not owned; must outlive the Log. REQUIRED
  RecordLimits limits;
  GroupCommitBounds group;
  CheckpointCadence cadence;
  WaitClock* wait_clock = nullptr;  // not owned; must outlive the Log. The machine's where null
  std::size_t queue_records_max = 4'096;  // above either, Submit blocks
  std::size_t queue_bytes_max = 32U << 20U;
  ProveAtOpening prove = ProveAtOpening::kRecent;
  std::function<void(std::uint64_t done, std::uint64_t of)> progress = {};  // of kWhole; may be empty
};

// What signs this log's heads. A key in a token has no name there: it is that of the list of keys
// (LogPaths::verifier_key), which must be there then.
Result<std::unique_ptr<Signer>> OpenLogSigner(const LogPaths& paths);

// Makes the keys that are in files, folders, an empty database and vault, and the first checkpoint (size
// 0). Refuses where any of the files exists. A signing key that comes with a name must have `origin`.
Status CreateLog(const LogPaths& paths, const std::string& origin, Clock& clock);

class Vault;

class Log {
 public:
  // Locks, and checks: the definitions of the tables; the leaves of the last records under the last
  // checkpoint against its signed root (LogOptions::prove); the head against the records since that
  // checkpoint; that checkpoint against the published one; the number of entries in the index of
  // decisions against the head's count (this reads the whole index, some 25 bytes a decision). Signs
  // a checkpoint if records lie above the last one.
  // kNotFound: no such database (see CreateLog). kUnavailable: another writer holds it, or the disk
  // refused. kIntegrity: the stored evidence contradicts itself (run oxpecker-verify), the signing key is
  // not the one that took over last, or the vault is that of another log.
  static Result<std::unique_ptr<Log>> Open(LogOptions options);
  ~Log();  // closes; an error there is lost: call Close
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Blocks until the record is durable.
  Result<Receipt> Append(Entry entry);

  // Encodes and encrypts on this thread, queues, and returns; blocks only while the queue is full.
  // For callers that have more to submit before they look at the receipt: it may take gather_max
  // longer than Append's.
  std::future<Result<Receipt>> Submit(Entry entry);

  // Signs, stores and publishes the head that covers everything submitted before this call.
  Result<SignedCheckpoint> WriteCheckpoint();

  // A new signing key takes over: records that (kind key_rotation), signs that head with both keys,
  // writes the list of keys (LogPaths::verifier_key) and puts the new key into the place of the former,
  // which is gone then. After a crash in between, Open or a second call ends it. Returns that head.
  // kUnsupported where the key is not in a file.
  Result<SignedCheckpoint> RotateKey();

  // Waits for what was submitted, writes a checkpoint and releases the lock. Afterwards Submit and
  // Append answer kRefused. Calling it again does nothing.
  Status Close();

  const std::string& origin() const;
  const LogPaths& paths() const;  // for a reader of what was recorded (log_reader.h)
  Vault& vault();                 // of this module only (vault.h); not after Close

 private:
  class Impl;
  explicit Log(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace oxpecker::audit
