// audit/log_reader.h - reads the log back: records in order, one by number or by decision id, and
// their sections where the vault is at hand.
//
// A reader sees one snapshot, that of the moment it was opened; writers go on undisturbed. Each
// record read is checked by itself (leaf hash, form, number; sections against digest, tag and
// commitment). That the whole is complete and signed is the verifier's to say (verify.h).
// Not thread-safe: one reader a thread.
//
// Example:
//   OXP_TRY(audit::LogReader reader, audit::LogReader::Open(paths, audit::WithVault::kYes));
//   OXP_TRY(std::uint64_t seq, reader.Find("019a4c1e"));
//   OXP_TRY(audit::Record record, reader.Read(seq));
//   OXP_TRY(std::string inputs, reader.Decrypt(record, "inputs"));
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/log.h"
#include "audit/proof.h"
#include "audit/record.h"
#include "audit/seq_ranges.h"
#include "base/digest.h"
#include "base/result.h"

namespace oxpecker::audit {

// A section as it is stored. `ciphertext` is empty where it was removed from the store.
struct StoredSection {
  std::string name;
  std::uint64_t bytes = 0;  // of plaintext
  Digest commit;
  Digest ct_sha256;
  std::string ciphertext;  // with its 16-byte tag
};

// One entry of the log, as read back. Owns its bytes.
struct Record {
  std::uint64_t seq = 0;
  Digest leaf_hash;
  std::string leaf;  // canonical bytes, as stored and hashed
  std::string origin;
  Digest prev;
  Instant time;
  std::string kind_name;
  std::optional<RecordKind> kind;  // nothing: a kind that this build does not know
  std::optional<DecisionId> decision_id;
  json::Object about;
  std::vector<StoredSection> sections;
  std::string record_id;  // 16 random bytes
  std::string kek_id;     // 16 bytes; empty where there are no sections
  std::string wrapped_dek;
};

enum class WithVault : bool { kNo, kYes };

class LogReader {
 public:
  // kYes needs the vault and its key (kNotFound, kRefused; kIntegrity: the vault of another log); kNo needs
  // the database only.
  static Result<LogReader> Open(const LogPaths& paths, WithVault with_vault);
  LogReader(LogReader&&) noexcept;
  LogReader& operator=(LogReader&&) noexcept;
  ~LogReader();

  const std::string& origin() const;
  std::uint64_t size() const;  // records in this snapshot: numbers 0 to size - 1

  Result<Record> Read(std::uint64_t seq);

  // Calls `visit` for records [from, to) in order, `to` cut to size(). An error that `visit`
  // returns ends the walk and is returned. Memory does not grow with the log. `visit` may call
  // Decrypt, but none of the other functions of this reader.
  Status ForEach(std::uint64_t from, std::uint64_t to,
                 const std::function<Status(const Record&)>& visit);
  Status ForEach(const std::function<Status(const Record&)>& visit);  // all of them

  // The same walk over a log that may be broken: what cannot be read is handed to `damaged` instead,
  // and the walk goes on behind it. A record that is intact by itself but does not continue the chain
  // of an intact one before it is visited, and handed to `damaged` too. An error is one of reading
  // (pages that SQLite cannot read), or the one that `visit` returned.
  struct Damage {
    std::uint64_t first = 0;  // records first to last
    std::uint64_t last = 0;
    Error error;
  };
  Status ForEachReadable(std::uint64_t from, std::uint64_t to,
                         const std::function<Status(const Record&)>& visit,
                         const std::function<void(const Damage&)>& damaged);

  // The leaves of records [0, to) in order, as they are stored: neither decoded nor hashed, and without a
  // look at sections and keys.
  Status ForEachLeaf(std::uint64_t to, const std::function<Status(std::string_view leaf)>& visit);

  // The number of the record of a decision: its full id, or at least 4 characters that begin
  // exactly one id. kNotFound; kInvalidInput where several begin so (the message names two).
  Result<std::uint64_t> Find(std::string_view decision_id_or_prefix);

  // Plaintext. kNotFound: no such section, or its key was destroyed. kRefused: opened without the
  // vault. kIntegrity: the stored bytes are not what was recorded.
  Result<std::string> Decrypt(const Record& record, std::string_view section);
  // The same with the salts of its parts (section_parts.h), 32 bytes each: whoever has a part's salt can
  // be shown that part. Nothing where the key is gone.
  struct Opened {
    std::string bytes;
    std::string salts;
  };
  Result<std::optional<Opened>> Open(const Record& record, std::string_view section);
  Result<bool> HasKey(const Record& record);  // does the vault hold the key of its subject?
  Result<std::vector<Section>> DecryptAll(const Record& record);

  // Of a log that may be broken too.
  struct KindCounts {
    std::map<std::string, std::uint64_t> readable;  // by name
    std::uint64_t damaged = 0;
  };
  Result<KindCounts> CountsByKind();
  Result<std::vector<SignedCheckpoint>> Checkpoints();  // by size, signatures not checked
  Result<SignedCheckpoint> NewestCheckpoint();          // signature not checked

  // Proofs against signed heads, out of the stored tiles: O(log size) hashes are read, and the finished
  // proof is verified against the heads' roots. kIntegrity: this log is not the one of these heads, or
  // its tiles were altered. kInvalidInput: the record is not under the checkpoint, or the heads come
  // in the wrong order.
  Result<HashPath> ProveInclusion(std::uint64_t seq, const Checkpoint& checkpoint);
  // Of many records at once, in the form of an evidence bundle (bundle/record_proof.h).
  Result<HashPath> ProveRecords(const SeqRanges& records, const Checkpoint& checkpoint);
  Result<HashPath> ProveConsistency(const Checkpoint& older, const Checkpoint& newer);
  // The head over the first `size` stored records, signed by nobody. kInvalidInput where there are fewer.
  Result<Checkpoint> HeadAt(std::uint64_t size);

 private:
  Status CheckOwn(const Checkpoint& checkpoint) const;
  struct Unlocked;
  Result<std::optional<Unlocked>> Unlock(const Record& record, std::string_view section);
  struct State;
  explicit LogReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace oxpecker::audit
