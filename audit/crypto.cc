#include "audit/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
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

// Fetching an algorithm costs more than using it, and so does setting up a context for it anew:
// each thread does both once. Only a broken OpenSSL installation or exhausted memory fails a check
// here.
struct ThreadContexts {
  EVP_CIPHER* gcm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  EVP_CIPHER* ctr = EVP_CIPHER_fetch(nullptr, "AES-256-CTR", nullptr);
  EVP_CIPHER_CTX* encrypt = EVP_CIPHER_CTX_new();
  EVP_CIPHER_CTX* decrypt = EVP_CIPHER_CTX_new();
  EVP_CIPHER_CTX* keystream = EVP_CIPHER_CTX_new();
  Sha256Stream sha256;

  ThreadContexts() {
    OXP_CHECK(gcm != nullptr && ctr != nullptr && encrypt != nullptr && decrypt != nullptr && keystream != nullptr);
    OXP_CHECK(EVP_EncryptInit_ex2(encrypt, gcm, nullptr, nullptr, nullptr) == 1);
    OXP_CHECK(EVP_DecryptInit_ex2(decrypt, gcm, nullptr, nullptr, nullptr) == 1);
    OXP_CHECK(EVP_EncryptInit_ex2(keystream, ctr, nullptr, nullptr, nullptr) == 1);
  }
  ~ThreadContexts() {
    EVP_CIPHER_CTX_free(keystream);
    EVP_CIPHER_CTX_free(decrypt);
    EVP_CIPHER_CTX_free(encrypt);
    EVP_CIPHER_free(ctr);
    EVP_CIPHER_free(gcm);
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

// By its definition (RFC 2104) over the stream of base/digest.h: for texts as short as these,
// OpenSSL's own EVP_MAC takes about twice as long. Checked against RFC 4231.
Digest HmacSha256(std::string_view key, std::string_view a, std::string_view b,
                  std::string_view c) {
  constexpr std::size_t block = 64;
  Sha256Stream& stream = Contexts().sha256;
  std::array<char, block> pad{};
  Digest short_key;
  if (key.size() > block) {
    short_key = Sha256(key);
    key = short_key.view();
  }
  std::copy(key.begin(), key.end(), pad.begin());
  for (char& byte : pad) byte = static_cast<char>(byte ^ 0x36);
  stream.Update({pad.data(), block});
  for (const std::string_view part : {a, b, c})
    if (!part.empty()) stream.Update(part);
  const Digest inner = stream.Finish();
  for (char& byte : pad) byte = static_cast<char>(byte ^ 0x36 ^ 0x5c);
  stream.Update({pad.data(), block});
  stream.Update(inner.view());
  OPENSSL_cleanse(pad.data(), pad.size());
  OPENSSL_cleanse(short_key.bytes.data(), short_key.bytes.size());
  return stream.Finish();
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
  EVP_CIPHER_CTX* cipher = Contexts().encrypt;
  std::string out(plaintext.size() + kTagBytes, '\0');
  int written = 0;
  OXP_CHECK(EVP_EncryptInit_ex2(cipher, nullptr, Bytes(key.view()), Bytes(nonce), nullptr) == 1);
  OXP_CHECK(EVP_EncryptUpdate(cipher, nullptr, &written, Bytes(aad), Size(aad)) == 1);
  if (!plaintext.empty())
    OXP_CHECK(EVP_EncryptUpdate(cipher, Bytes(out), &written, Bytes(plaintext), Size(plaintext)) ==
              1);
  OXP_CHECK(EVP_EncryptFinal_ex(cipher, Bytes(out) + plaintext.size(), &written) == 1);
  OXP_CHECK(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTagBytes),
                                Bytes(out) + plaintext.size()) == 1);
  return out;
}

std::optional<std::string> GcmDecrypt(const SecretKey& key, std::string_view nonce,
                                      std::string_view aad, std::string_view ciphertext) {
  OXP_CHECK(nonce.size() == kNonceBytes);
  if (ciphertext.size() < kTagBytes || ciphertext.size() >= INT_MAX) return std::nullopt;
  EVP_CIPHER_CTX* cipher = Contexts().decrypt;
  const std::string_view text = ciphertext.substr(0, ciphertext.size() - kTagBytes);
  std::string tag(ciphertext.substr(text.size()));
  std::string out(text.size(), '\0');
  int written = 0;
  OXP_CHECK(EVP_DecryptInit_ex2(cipher, nullptr, Bytes(key.view()), Bytes(nonce), nullptr) == 1);
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

std::string Keystream(const SecretKey& key, std::size_t count) {
  constexpr std::string_view kCounter("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
  EVP_CIPHER_CTX* cipher = Contexts().keystream;
  std::string out(count, '\0');
  int written = 0;
  OXP_CHECK(EVP_EncryptInit_ex2(cipher, nullptr, Bytes(key.view()), Bytes(kCounter), nullptr) == 1);
  OXP_CHECK(EVP_EncryptUpdate(cipher, Bytes(out), &written, Bytes(out), Size(out)) == 1);
  return out;
}

std::string WrapKey(const SecretKey& wrapping, std::string_view nonce, std::string_view aad,
                    const SecretKey& key) {
  return std::string(nonce) + GcmEncrypt(wrapping, nonce, aad, key.view());
}

std::optional<SecretKey> UnwrapKey(const SecretKey& wrapping, std::string_view aad,
                                   std::string_view wrapped) {
  if (wrapped.size() != kWrappedKeyBytes) return std::nullopt;
  auto bytes =
      GcmDecrypt(wrapping, wrapped.substr(0, kNonceBytes), aad, wrapped.substr(kNonceBytes));
  if (!bytes) return std::nullopt;
  SecretKey key(*bytes);
  Wipe(*bytes);
  return key;
}

void Wipe(std::string& secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

}  // namespace oxpecker::audit
