// audit/pkcs11.h - one key in a PKCS#11 token (a hardware security module, or SoftHSM): the token is found by its
// label, logged into with its PIN, and the key is found by its label. Private to this module; thread-safe.
//
// The module is a shared library that settings name. It is loaded into this process, so it must be
// trusted as this program is. Mechanisms: CKM_EDDSA over Ed25519, CKM_AES_GCM with a 256-bit key.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "audit/key_source.h"
#include "base/result.h"

namespace oxpecker::audit {

class TokenKey {
 public:
  enum class Kind : unsigned char { kEd25519, kAes256 };

  // kNotFound: no such module, token or key; tells the labels that there are. kRefused: the PIN is wrong, or
  // the file with it is readable to others. kUnavailable: the module or token fails.
  static Result<std::unique_ptr<TokenKey>> Open(const KeySource& source, Kind kind);
  ~TokenKey();
  TokenKey(const TokenKey&) = delete;
  TokenKey& operator=(const TokenKey&) = delete;

  const std::string& text() const;  // the source, for messages
  Result<std::array<unsigned char, 32>> PublicKey() const;           // of kEd25519
  Result<std::string> SignEd25519(std::string_view message) const;   // 64 bytes
  // As GcmEncrypt and GcmDecrypt of crypto.h; nothing where the tag does not fit.
  Result<std::string> GcmEncrypt(std::string_view nonce, std::string_view aad, std::string_view plaintext) const;
  Result<std::optional<std::string>> GcmDecrypt(std::string_view nonce, std::string_view aad, std::string_view ciphertext) const;

 private:
  class Session;
  explicit TokenKey(std::unique_ptr<Session> session);
  std::unique_ptr<Session> session_;
};

}  // namespace oxpecker::audit
