// audit/checkpoint.h - a signed head of the log: C2SP tlog-checkpoint in a C2SP signed note.
//
//   <origin>\n<size>\n<base64 root>\n   \n   U+2014 <key name> <base64(key id || signature)>\n
//
// Pure functions over text; byte format with an example: docs/format/checkpoint_v1.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/keys.h"
#include "audit/log_keys.h"
#include "base/digest.h"
#include "base/result.h"

namespace oxpecker::audit {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Digest root;

  std::string ToBody() const;
  // Strict: exactly three lines, size without leading zeros, canonical base64, no extension lines.
  static Result<Checkpoint> FromBody(std::string_view body);
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// A checkpoint and the note that carries it, verbatim.
struct SignedCheckpoint {
  Checkpoint checkpoint;
  std::string note;
  friend bool operator==(const SignedCheckpoint&, const SignedCheckpoint&) = default;
};

// A signed note taken apart. `text` ends in a newline and is what the signatures cover.
struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  std::string signature;
};
struct Note {
  std::string text;
  std::vector<NoteSignature> signatures;
  static Result<Note> Parse(std::string_view bytes);  // at most 100 signatures, 1 MiB
};

// One line of a note: U+2014, the key's name, base64 of its id and the signature, a newline.
std::string SignatureLine(const VerifierKey& key, std::string_view signature);
// `text`, which ends in a newline, as a note signed by `key`.
std::string SignNote(std::string text, const SigningKey& key);

SignedCheckpoint Sign(const Checkpoint& checkpoint, const SigningKey& key);
// The same head with one more signature, after the others.
SignedCheckpoint AddSignature(SignedCheckpoint head, const SigningKey& key);

// Did `key` sign this note? False too where it is no note, or where its signature does not hold.
bool IsSignedBy(std::string_view note, const VerifierKey& key);

// The checkpoint inside `note`, without looking at its signatures.
Result<Checkpoint> ReadCheckpoint(std::string_view note);

// The checkpoint inside `note` if one of `keys` signed it whose term its size lies in, and their name is
// its origin. Signatures by unknown keys are ignored, as the note format demands; one by a known key
// that does not hold spoils the note. Errors are kIntegrity; a head that only a retired key signed, or
// one that is not in use yet at its size, has a message of its own.
Result<Checkpoint> OpenCheckpoint(std::string_view note, const LogKeys& keys);

}  // namespace oxpecker::audit
