#include "audit/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <climits>

#include "base/check.h"

namespace oxpecker::audit {
namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Fetching an algorithm costs more than using it, so each thread fetches once. Only a broken OpenSSL
// installation or exhausted memory fails a check here.
struct ThreadContexts {
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  EVP_MAC_CTX* hmac = EVP_MAC_CTX_new(mac);
  EVP_CIPHER* gcm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  EVP_CIPHER_CTX* cipher = EVP_CIPHER_CTX_new();

  ThreadContexts() {
    OXP_CHECK(hmac != nullptr && gcm != nullptr && cipher != nullptr);
    std::array<char, 7> digest = {'S', 'H', 'A', '2', '5', '6', '\0'};
    const std::array<OSSL_PARAM, 2> parameters = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    OXP_CHECK(EVP_MAC_CTX_set_params(hmac, parameters.data()) == 1);
  }
  ~ThreadContexts() {
    EVP_CIPHER_CTX_free(cipher);
    EVP_CIPHER_free(gcm);
    EVP_MAC_CTX_free(hmac);
    EVP_MAC_free(mac);
  }
  ThreadContexts(const ThreadContexts&) = delete;
  ThreadContexts& operator=(const ThreadContexts&) = delete;
};

ThreadContexts& Contexts() {
  thread_local ThreadContexts contexts;
  return contexts;
}

int Size(std::string_view text) {
  OXP_CHECK(text.size() < INT_MAX);  // sections are bounded far below
  return static_cast<int>(text.size());
}

}  // namespace

SecretKey::SecretKey(std::string_view bytes) {
  OXP_CHECK(bytes.size() == bytes_.size());
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}
SecretKey::~SecretKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

std::optional<std::string> RandomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(Bytes(bytes), Size(bytes)) != 1) return std::nullopt;
  return bytes;
}

Digest HmacSha256(std::string_view key, std::string_view a, std::string_view b,
                  std::string_view c) {
  EVP_MAC_CTX* hmac = Contexts().hmac;
  Digest digest;
  std::size_t size = 0;
  OXP_CHECK(EVP_MAC_init(hmac, Bytes(key), key.size(), nullptr) == 1);
  for (const std::string_view part : {a, b, c})
    if (!part.empty()) OXP_CHECK(EVP_MAC_update(hmac, Bytes(part), part.size()) == 1);
  OXP_CHECK(EVP_MAC_final(hmac, digest.bytes.data(), &size, digest.bytes.size()) == 1);
  OXP_CHECK(size == digest.bytes.size());
  return digest;
}

SecretKey HkdfExpand(const SecretKey& key, std::string_view info, std::string_view name) {
  Digest block = HmacSha256(key.view(), info, name, std::string_view("\x01", 1));
  SecretKey derived(block.view());
  OPENSSL_cleanse(block.bytes.data(), block.bytes.size());
  return derived;
}

std::string GcmEncrypt(const SecretKey& key, std::string_view nonce, std::string_view aad,
                       std::string_view plaintext) {
  OXP_CHECK(nonce.size() == kNonceBytes);
  ThreadContexts& contexts = Contexts();
  EVP_CIPHER_CTX* cipher = contexts.cipher;
  std::string out(plaintext.size() + kTagBytes, '\0');
  int written = 0;
  OXP_CHECK(EVP_EncryptInit_ex2(cipher, contexts.gcm, Bytes(key.view()), Bytes(nonce), nullptr) == 1);
  OXP_CHECK(EVP_EncryptUpdate(cipher, nullptr, &written, Bytes(aad), Size(aad)) == 1);
  if (!plaintext.empty())
    OXP_CHECK(EVP_EncryptUpdate(cipher, Bytes(out), &written, Bytes(plaintext), Size(plaintext)) == 1);
  OXP_CHECK(EVP_EncryptFinal_ex(cipher, Bytes(out) + plaintext.size(), &written) == 1);
  OXP_CHECK(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTagBytes),
                                Bytes(out) + plaintext.size()) == 1);
  return out;
}

std::optional<std::string> GcmDecrypt(const SecretKey& key, std::string_view nonce,
                                      std::string_view aad, std::string_view ciphertext) {
  OXP_CHECK(nonce.size() == kNonceBytes);
  if (ciphertext.size() < kTagBytes || ciphertext.size() >= INT_MAX) return std::nullopt;
  ThreadContexts& contexts = Contexts();
  EVP_CIPHER_CTX* cipher = contexts.cipher;
  const std::string_view text = ciphertext.substr(0, ciphertext.size() - kTagBytes);
  std::string tag(ciphertext.substr(text.size()));
  std::string out(text.size(), '\0');
  int written = 0;
  OXP_CHECK(EVP_DecryptInit_ex2(cipher, contexts.gcm, Bytes(key.view()), Bytes(nonce), nullptr) == 1);
  OXP_CHECK(EVP_DecryptUpdate(cipher, nullptr, &written, Bytes(aad), Size(aad)) == 1);
  if (!text.empty())
    OXP_CHECK(EVP_DecryptUpdate(cipher, Bytes(out), &written, Bytes(text), Size(text)) == 1);
  OXP_CHECK(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTagBytes),
                                Bytes(tag)) == 1);
  std::array<unsigned char, 16> rest{};
  if (EVP_DecryptFinal_ex(cipher, rest.data(), &written) != 1) {
    Wipe(out);
    return std::nullopt;
  }
  return out;
}

std::string WrapKey(const SecretKey& wrapping, std::string_view nonce, std::string_view aad,
                    const SecretKey& key) {
  return std::string(nonce) + GcmEncrypt(wrapping, nonce, aad, key.view());
}

std::optional<SecretKey> UnwrapKey(const SecretKey& wrapping, std::string_view aad,
                                   std::string_view wrapped) {
  if (wrapped.size() != kWrappedKeyBytes) return std::nullopt;
  auto bytes = GcmDecrypt(wrapping, wrapped.substr(0, kNonceBytes), aad, wrapped.substr(kNonceBytes));
  if (!bytes) return std::nullopt;
  SecretKey key(*bytes);
  Wipe(*bytes);
  return key;
}

void Wipe(std::string& secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

}  // namespace oxpecker::audit
