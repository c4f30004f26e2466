// audit/signer.h - signs the log's heads: the seam between what is signed and where the key is. Ed25519, in
// memory or in a PKCS#11 token; another kind of signature would be one more Signer and one more KeyType.
//
// Sign may be called from any thread. Signing in a token can fail (kUnavailable); then no head is written.
//
// Example:
//   OXP_TRY(const std::unique_ptr<audit::Signer> signer, audit::OpenSigner(paths.signing_key, origin));
//   OXP_TRY(audit::SignedCheckpoint head, audit::SignBy(checkpoint, *signer));
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "audit/checkpoint.h"
#include "audit/key_source.h"
#include "audit/keys.h"
#include "base/result.h"

namespace oxpecker::audit {

class Signer {
 public:
  virtual ~Signer() = default;
  virtual const VerifierKey& verifier() const = 0;
  virtual Result<std::string> Sign(std::string_view message) const = 0;  // as the type of the key has it
};

// A key in memory, which does not fail.
std::unique_ptr<Signer> SignerOf(SigningKey key);

// From a file or the environment the key brings its name; one in a token is given `name`, unless that is
// empty (kInvalidInput). Errors: kRefused, others may read the file; kNotFound, there is no such file,
// variable, token or key, and what there is instead; kUnavailable, the token does not answer.
Result<std::unique_ptr<Signer>> OpenSigner(const KeySource& source, const std::string& name);

// `text`, which ends in a newline, as a note signed by it.
Result<std::string> SignNoteBy(std::string text, const Signer& signer);
Result<SignedCheckpoint> SignBy(const Checkpoint& checkpoint, const Signer& signer);
Result<SignedCheckpoint> AddSignatureBy(SignedCheckpoint head, const Signer& signer);

}  // namespace oxpecker::audit
