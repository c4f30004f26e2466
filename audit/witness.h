// audit/witness.h - a witness of logs (C2SP tlog-witness): remembers the largest head of each log that it
// knows, and signs a later one only with a proof that it goes on from there.
//
// In a folder of its own:
//   witness.key, witness.vkey     its key (type 0x04), mode 0600; the public half
//   logs/<id>/keys                verifier keys of a log; <id> = first 16 hex digits of SHA-256(origin)
//   logs/<id>/checkpoint          the last head that it signed, with its cosignature
//   logs/<id>/fork-<root>.note    a head that the log signed and that contradicts that one: evidence
// A head is stored (written, synced, renamed) before its cosignature is given out; check and store are
// one step. One process at a time holds the folder; thread-safe within it.
//
// Example:
//   OXP_TRY(audit::Witness witness, audit::Witness::Open("witness"));
//   const audit::WitnessAnswer answer = witness.AddCheckpoint(request, now);
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/keys.h"
#include "audit/log_keys.h"
#include "audit/proof.h"
#include "base/instant.h"
#include "base/result.h"

namespace oxpecker::audit {

// What is sent to a witness: "old <size>\n" {<base64 of a hash>\n} "\n" <checkpoint>.
struct AddCheckpointRequest {
  std::uint64_t old_size = 0;
  HashPath proof;
  std::string note;

  std::string ToString() const;
  // At most 63 hashes and 1 MiB. Errors are kInvalidInput.
  static Result<AddCheckpointRequest> Parse(std::string_view text);
  friend bool operator==(const AddCheckpointRequest&, const AddCheckpointRequest&) = default;
};

// Status codes of HTTP, as tlog-witness gives them a meaning.
inline constexpr int kWitnessSigned = 200;       // body: the cosignature's line
inline constexpr int kWitnessBadRequest = 400;
inline constexpr int kWitnessNotSigned = 403;    // no signature by a key of that log
inline constexpr int kWitnessUnknownLog = 404;
inline constexpr int kWitnessConflict = 409;     // it knows another size (body, as text/x.tlog.size), or another root
inline constexpr int kWitnessNotProven = 422;    // the proof does not lead from the head that it knows to this one
inline constexpr int kWitnessUnavailable = 503;  // its own state or clock is not as it should be
inline constexpr const char* kLogSizeType = "text/x.tlog.size";

struct WitnessAnswer {
  int status = kWitnessBadRequest;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  std::optional<std::uint64_t> known_size = {};  // of the log's last head, where it knows the log
  std::string fork = {};                         // two signed heads over one size: what to say, and where they lie
};

// A log that the witness knows, and what it signed last.
struct WitnessedLog {
  LogKeys keys;
  std::optional<Checkpoint> last;
  std::int64_t unix_seconds = 0;  // when
  std::vector<std::string> forks;  // files
};

class Witness {
 public:
  // A new key in `folder`, which is made. kRefused where there is one already.
  static Result<VerifierKey> Create(const std::filesystem::path& folder, const std::string& name);
  // kUnavailable: another process holds it. kRefused: others may read its key.
  static Result<Witness> Open(const std::filesystem::path& folder);
  Witness(Witness&&) noexcept;
  Witness& operator=(Witness&&) noexcept;
  ~Witness();

  const VerifierKey& key() const;
  // From now on heads of this log are signed. A log that is known already: the keys must begin with
  // those that are known, so that a rotation can be followed (kRefused).
  Status AddLog(const LogKeys& keys);

  WitnessAnswer AddCheckpoint(std::string_view request, Instant now);

  // Needs no lock.
  static Result<std::vector<WitnessedLog>> Logs(const std::filesystem::path& folder);

 private:
  class Impl;
  explicit Witness(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace oxpecker::audit
