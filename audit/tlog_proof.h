// audit/tlog_proof.h - one file that proves one record: C2SP tlog-proof (https://c2sp.org/tlog-proof).
//
//   c2sp.org/tlog-proof@v1\n  [extra <base64>\n]  index <decimal>\n  {<base64 of a hash>\n}  \n  <checkpoint>
//
// The hashes are the inclusion path, the leaf's sibling first; the checkpoint is the signed note,
// verbatim. `extra` is authenticated by nothing. Pure. Byte format with an example:
// docs/format/tiles_v1.md.
//
// Example:
//   OXP_TRY(audit::TlogProof proof, audit::TlogProof::Parse(file));
//   OXP_TRY(audit::Checkpoint head, audit::VerifyProof(proof, audit::LeafHash(leaf), keys));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/checkpoint.h"
#include "audit/proof.h"
#include "base/digest.h"
#include "base/result.h"

namespace oxpecker::audit {

struct TlogProof {
  std::optional<std::string> extra;
  std::uint64_t index = 0;
  HashPath hashes;
  std::string checkpoint;  // a signed note

  std::string ToString() const;
  // Strict: the lines above and no others, numbers without leading zeros, canonical base64, at most 63
  // hashes, at most 1 MiB. The note is taken as it is (see VerifyProof). Errors are kIntegrity.
  static Result<TlogProof> Parse(std::string_view text);
  friend bool operator==(const TlogProof&, const TlogProof&) = default;
};

// The head that a known key signed and under which the leaf lies. kIntegrity.
Result<Checkpoint> VerifyProof(const TlogProof& proof, const Digest& leaf_hash, const LogKeys& keys);

// That a log went on from one head to a later one: the numbers, the roots and the path between, as
// JSON that other tools read too. Roots and hashes in base64; numbers are integers, as in their files.
struct ConsistencyProof {
  Checkpoint older;
  Checkpoint newer;
  HashPath hashes;

  // {"hashes":[...],"new_root":...,"new_size":N,"old_root":...,"old_size":N,"origin":...}
  std::string ToString() const;
  static Result<ConsistencyProof> Parse(std::string_view text);
};

}  // namespace oxpecker::audit
