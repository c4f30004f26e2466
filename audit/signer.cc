#include "audit/signer.h"

#include <utility>

#include "audit/pkcs11.h"

namespace oxpecker::audit {
namespace {

class MemorySigner final : public Signer {
 public:
  explicit MemorySigner(SigningKey key) : key_(std::move(key)) {}
  const VerifierKey& verifier() const override { return key_.verifier(); }
  Result<std::string> Sign(std::string_view message) const override { return key_.Sign(message); }

 private:
  SigningKey key_;
};

class TokenSigner final : public Signer {
 public:
  TokenSigner(std::unique_ptr<TokenKey> key, VerifierKey verifier) : key_(std::move(key)), verifier_(std::move(verifier)) {}
  const VerifierKey& verifier() const override { return verifier_; }
  Result<std::string> Sign(std::string_view message) const override {
    OXP_TRY(std::string signature, key_->SignEd25519(message));
    // A head that nobody can verify must not be stored.
    if (verifier_.Verify(message, signature)) return signature;
    return Fail(ErrorCode::kUnavailable, key_->text(), "the token gave a signature that does not hold", "is it an Ed25519 key?");
  }

 private:
  const std::unique_ptr<TokenKey> key_;
  const VerifierKey verifier_;
};

}  // namespace

std::unique_ptr<Signer> SignerOf(SigningKey key) { return std::make_unique<MemorySigner>(std::move(key)); }

Result<std::unique_ptr<Signer>> OpenSigner(const KeySource& source, const std::string& name) {
  switch (source.kind()) {
    case KeySource::Kind::kFile: {
      OXP_TRY(SigningKey key, SigningKey::Load(source.file()));
      return SignerOf(std::move(key));
    }
    case KeySource::Kind::kEnvironment: {
      OXP_TRY(std::string_view secret, source.Secret());
      if (secret.ends_with('\n')) secret.remove_suffix(1);  // as the file has it
      auto key = SigningKey::Parse(secret);
      if (key) return SignerOf(*std::move(key));
      Error wrong = key.error();
      wrong.place = source.text();
      return std::unexpected(std::move(wrong));
    }
    case KeySource::Kind::kToken: break;
  }
  OXP_TRY(std::unique_ptr<TokenKey> key, TokenKey::Open(source, TokenKey::Kind::kEd25519));
  OXP_TRY(const auto public_key, key->PublicKey());
  OXP_TRY(VerifierKey verifier, VerifierKey::FromPublicKey(name, public_key));
  return std::make_unique<TokenSigner>(std::move(key), std::move(verifier));
}

Result<std::string> SignNoteBy(std::string text, const Signer& signer) {
  OXP_TRY(const std::string signature, signer.Sign(text));
  return std::move(text) + "\n" + SignatureLine(signer.verifier(), signature);
}

Result<SignedCheckpoint> SignBy(const Checkpoint& checkpoint, const Signer& signer) {
  return AddSignatureBy({checkpoint, checkpoint.ToBody() + "\n"}, signer);
}

Result<SignedCheckpoint> AddSignatureBy(SignedCheckpoint head, const Signer& signer) {
  OXP_TRY(const std::string signature, signer.Sign(head.checkpoint.ToBody()));
  head.note += SignatureLine(signer.verifier(), signature);
  return head;
}

}  // namespace oxpecker::audit
