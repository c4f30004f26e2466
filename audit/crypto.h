// audit/crypto.h - the symmetric primitives of the vault and of encrypted sections, by OpenSSL 3.
// Private to this module. Thread-safe: each thread keeps prefetched contexts.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"

namespace oxpecker::audit {

inline constexpr std::size_t kNonceBytes = 12;
inline constexpr std::size_t kTagBytes = 16;

// 32 secret bytes, wiped on destruction.
class SecretKey {
 public:
  SecretKey() = default;
  explicit SecretKey(std::string_view bytes);  // CHECKs that there are 32
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }

 private:
  std::array<unsigned char, 32> bytes_{};
};

// Bytes from the system's cryptographic generator. Nothing where it fails.
std::optional<std::string> RandomBytes(std::size_t count);

Digest HmacSha256(std::string_view key, std::string_view a, std::string_view b = {},
                  std::string_view c = {});  // over a || b || c; RFC 2104

// HKDF-Expand (RFC 5869 2.3) to 32 bytes: HMAC(key, info || 0x01). `key` is uniformly random, so
// the extraction step is not needed (RFC 5869 3.3).
SecretKey HkdfExpand(const SecretKey& key, std::string_view info, std::string_view name = {});

// AES-256-GCM: ciphertext || 16-byte tag; and back (nothing where the tag does not fit).
std::string GcmEncrypt(const SecretKey& key, std::string_view nonce, std::string_view aad,
                       std::string_view plaintext);
std::optional<std::string> GcmDecrypt(const SecretKey& key, std::string_view nonce,
                                      std::string_view aad, std::string_view ciphertext);

// The first `count` bytes of the AES-256-CTR keystream of `key` from an all-zero counter block: as many
// independent secrets as one likes for one key, each of which may be shown without the others.
std::string Keystream(const SecretKey& key, std::size_t count);

// A 32-byte key under another: nonce[12] || ciphertext[32] || tag[16].
inline constexpr std::size_t kWrappedKeyBytes = kNonceBytes + 32 + kTagBytes;
std::string WrapKey(const SecretKey& wrapping, std::string_view nonce, std::string_view aad,
                    const SecretKey& key);
std::optional<SecretKey> UnwrapKey(const SecretKey& wrapping, std::string_view aad,
                                   std::string_view wrapped);

void Wipe(std::string& secret);

}  // namespace oxpecker::audit
