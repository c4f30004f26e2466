// audit/keys.h - the log's Ed25519 key pair and the vault's key, and the files they live in.
//
// Text forms are those of signed notes (C2SP signed-note, golang.org/x/mod/sumdb/note):
//   public   "name+hex8(key id)+base64(type || public key)"
//   private  "PRIVATE+KEY+name+hex8(key id)+base64(type || seed)"
// The type says what the key signs: 0x01 heads of a log, 0x04 cosignatures of a witness; it is part of
// the key id, so that neither passes for the other. The name is the origin of the log, or that of the
// witness. Private files have mode 0600 in a directory
// of mode 0700; a private file that others can read is refused, with the command that mends it.
// Immutable after construction; Sign and Verify may be called from any thread.
//
// Example:
//   OXP_TRY(audit::GenerateLogKey("keys", "bank.example/prod/decisions/2026-1"));
//   OXP_TRY(audit::SigningKey key, audit::SigningKey::Load("keys/log.key"));
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oxpecker::audit {

// The algorithm byte of a key (C2SP signed-note, tlog-cosignature). Both are Ed25519.
enum class KeyType : unsigned char { kLogHead = 0x01, kCosignature = 0x04 };

// The public half: checks signatures. Regular value type.
class VerifierKey {
 public:
  // kInvalidInput for a key of another type too, with a message of its own.
  static Result<VerifierKey> Parse(std::string_view vkey, KeyType type = KeyType::kLogHead);
  // Of a log, from its 32 bytes.
  static Result<VerifierKey> FromPublicKey(std::string name, std::array<unsigned char, 32> public_key);
  // A file that holds one vkey and at most a final newline, or the vkey itself.
  static Result<VerifierKey> FromFileOrText(const std::string& file_or_vkey, KeyType type = KeyType::kLogHead);

  const std::string& name() const { return name_; }
  KeyType type() const { return type_; }
  std::string_view public_key() const {  // 32 bytes
    return {reinterpret_cast<const char*>(public_key_.data()), public_key_.size()};
  }
  std::uint32_t key_id() const { return key_id_; }
  std::string ToString() const;
  // Is `signature` (64 bytes) this key's Ed25519 signature over `message`?
  bool Verify(std::string_view message, std::string_view signature) const;
  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;

 private:
  friend class SigningKey;
  VerifierKey(std::string name, KeyType type, std::array<unsigned char, 32> public_key);
  std::string name_;
  KeyType type_ = KeyType::kLogHead;
  std::uint32_t key_id_ = 0;
  std::array<unsigned char, 32> public_key_{};
};

// The private half. The seed is wiped on destruction.
class SigningKey {
 public:
  static Result<SigningKey> Generate(std::string name, KeyType type = KeyType::kLogHead);
  static Result<SigningKey> Parse(std::string_view text, KeyType type = KeyType::kLogHead);
  // Refuses a file that group or others may read (kRefused).
  static Result<SigningKey> Load(const std::filesystem::path& file, KeyType type = KeyType::kLogHead);

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  const VerifierKey& verifier() const;
  std::string ToString() const;                      // the private text form: secret
  std::string Sign(std::string_view message) const;  // 64 bytes

 private:
  struct State;
  explicit SigningKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The name of a log and of its key: 1 to 200 printable ASCII characters without space, '+', '"' and
// '\' (narrower than C2SP allows, so that it never needs an escape).
Status CheckKeyName(std::string_view name);

// Writes DIR/log.key (0600) and DIR/log.vkey (0644), making DIR with mode 0700 where it is missing.
// Refuses to overwrite either file (kRefused). Returns the public half.
Result<VerifierKey> GenerateLogKey(const std::filesystem::path& directory, const std::string& name);

// Writes 32 random bytes as 64 hex characters and a newline, mode 0600; never overwrites.
Status GenerateVaultKey(const std::filesystem::path& file);

// The 32 bytes that 64 hex digits stand for, with a newline or without; `place` names where they came from.
Result<std::array<unsigned char, 32>> ParseVaultKey(std::string_view text, const std::string& place);

// The 32 bytes of a vault key file. Refuses a file that group or others may read.
Result<std::array<unsigned char, 32>> LoadVaultKey(const std::filesystem::path& file);

}  // namespace oxpecker::audit
