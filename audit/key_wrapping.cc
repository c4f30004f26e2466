#include "audit/key_wrapping.h"

#include <array>
#include <utility>

#include "audit/keys.h"
#include "audit/pkcs11.h"

namespace oxpecker::audit {
namespace {

class MemoryWrapping final : public KeyWrapping {
 public:
  explicit MemoryWrapping(const SecretKey& key) : key_(key) {}
  Result<std::string> Wrap(std::string_view nonce, std::string_view aad, const SecretKey& key) const override {
    return WrapKey(key_, nonce, aad, key);
  }
  Result<std::optional<SecretKey>> Unwrap(std::string_view aad, std::string_view wrapped) const override {
    return UnwrapKey(key_, aad, wrapped);
  }

 private:
  const SecretKey key_;
};

class TokenWrapping final : public KeyWrapping {
 public:
  explicit TokenWrapping(std::unique_ptr<TokenKey> key) : key_(std::move(key)) {}
  Result<std::string> Wrap(std::string_view nonce, std::string_view aad, const SecretKey& key) const override {
    OXP_TRY(const std::string ciphertext, key_->GcmEncrypt(nonce, aad, key.view()));
    return std::string(nonce) + ciphertext;
  }
  Result<std::optional<SecretKey>> Unwrap(std::string_view aad, std::string_view wrapped) const override {
    if (wrapped.size() != kWrappedKeyBytes) return std::optional<SecretKey>();
    OXP_TRY(auto bytes, key_->GcmDecrypt(wrapped.substr(0, kNonceBytes), aad, wrapped.substr(kNonceBytes)));
    if (!bytes || bytes->size() != 32) return std::optional<SecretKey>();
    std::optional<SecretKey> key{SecretKey(*bytes)};
    Wipe(*bytes);
    return key;
  }

 private:
  const std::unique_ptr<TokenKey> key_;
};

}  // namespace

Result<std::unique_ptr<KeyWrapping>> OpenKeyWrapping(const KeySource& source) {
  if (source.kind() == KeySource::Kind::kToken) {
    OXP_TRY(std::unique_ptr<TokenKey> key, TokenKey::Open(source, TokenKey::Kind::kAes256));
    return std::make_unique<TokenWrapping>(std::move(key));
  }
  const auto in_memory = [](const std::array<unsigned char, 32>& bytes) {
    return std::make_unique<MemoryWrapping>(SecretKey({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  };
  if (source.kind() == KeySource::Kind::kFile) {
    OXP_TRY(const auto bytes, LoadVaultKey(source.file()));
    return in_memory(bytes);
  }
  OXP_TRY(const std::string_view secret, source.Secret());
  OXP_TRY(const auto bytes, ParseVaultKey(secret, source.text()));
  return in_memory(bytes);
}

}  // namespace oxpecker::audit
