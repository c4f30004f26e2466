// audit/cosignature.h - what a witness says of a log's head: C2SP tlog-cosignature, type Ed25519 (0x04).
//
//   signed:  "cosignature/v1\n" "time <decimal>\n" <the checkpoint's three lines>
//   line:    U+2014 <witness> <base64(key id[4] || time[8, big-endian] || signature[64])>
// It says: at that time this was the largest head of this log that I have seen, and it goes on from all
// that I saw before. The time is a POSIX timestamp by the witness's clock. Pure functions; any thread.
// Byte format with an example: docs/format/anchors_v1.md.
//
// Example:
//   const std::string line = CosignatureLine(head.ToBody(), witness_key, now.unix_seconds());
//   OXP_TRY(const auto seen, CosignaturesOf(note, {witness_key.verifier()}));
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/keys.h"
#include "base/result.h"

namespace oxpecker::audit {

// The line with its newline. `witness` CHECKs to be of type kCosignature, `unix_seconds` not to be negative.
std::string CosignatureLine(std::string_view body, const SigningKey& witness, std::int64_t unix_seconds);

// When `witness` signed this body; nothing where the signature does not hold.
std::optional<std::int64_t> CosignedAt(std::string_view body, std::string_view signature, const VerifierKey& witness);

struct Cosignature {
  VerifierKey witness;
  std::int64_t unix_seconds = 0;
  friend bool operator==(const Cosignature&, const Cosignature&) = default;
};

// The cosignatures by known witnesses, in the order of the note. One witness may stand there several
// times. Unknown keys are ignored; a line by a known key that does not hold spoils the note (kIntegrity).
Result<std::vector<Cosignature>> CosignaturesOf(const Note& note, std::span<const VerifierKey> witnesses);

}  // namespace oxpecker::audit
