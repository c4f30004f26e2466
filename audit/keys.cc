#include "audit/keys.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <optional>

#include "audit/crypto.h"
#include "audit/files.h"
#include "audit/leaf.h"
#include "base/check.h"
#include "base/digest.h"
#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

constexpr std::string_view kPrivatePrefix = "PRIVATE+KEY+";
constexpr std::size_t kKeyFileBytesMax = 4'096;

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, KeyDeleter>;
struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using ContextPointer = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::uint32_t BigEndian(std::string_view four) {
  std::uint32_t value = 0;
  for (const char c : four) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

std::string Typed(KeyType type, std::string_view key) {
  return std::string(1, static_cast<char>(type)) + std::string(key);
}

std::string KeyIdBytes(std::string_view name, KeyType type, std::string_view public_key) {
  const Digest digest = Sha256(std::string(name) + "\n" + Typed(type, public_key));
  return std::string(digest.view().substr(0, 4));
}

const char* OwnerOf(char type) {
  if (type == static_cast<char>(KeyType::kLogHead)) return "the key of a log (type 0x01)";
  return type == static_cast<char>(KeyType::kCosignature) ? "the key of a witness (type 0x04)" : "a key of another type";
}

// name+hex8+base64(type || 32 bytes), as both text forms have it.
struct KeyText {
  std::string name;
  std::string key_id;
  std::string key;
};
Result<KeyText> ParseKeyText(std::string_view text, KeyType type, const char* what) {
  const auto refuse = [&](const char* message) {
    return Fail(ErrorCode::kInvalidInput, what, message,
                "a key reads name+hex8+base64, as in the file that `init` wrote");
  };
  const std::size_t first = text.find('+');
  if (first == std::string_view::npos || text.size() < first + 10 || text[first + 9] != '+')
    return refuse("no key in note form");
  KeyText parsed;
  parsed.name = text.substr(0, first);
  OXP_TRY(CheckKeyName(parsed.name));
  const auto id = HexDecode(text.substr(first + 1, 8));
  auto key = Base64Decode(text.substr(first + 10));
  if (!id || !key) return refuse("key id or key bytes are not hex and base64");
  if (key->size() != 33) return refuse("not an Ed25519 key of 32 bytes after its algorithm byte");
  if (key->front() != static_cast<char>(type))
    return Fail(ErrorCode::kInvalidInput, what,
                std::string("this is ") + OwnerOf(key->front()) + ", expected " + OwnerOf(static_cast<char>(type)));
  parsed.key_id = *id;
  parsed.key = key->substr(1);
  Wipe(*key);
  return parsed;
}

std::string_view WithoutNewline(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

std::optional<std::array<unsigned char, 32>> PublicKeyOf(EVP_PKEY* key) {
  std::array<unsigned char, 32> bytes{};
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(key, bytes.data(), &size) != 1 || size != 32) return std::nullopt;
  return bytes;
}

}  // namespace

Status CheckKeyName(std::string_view name) {
  if (IsOrigin(name)) return {};
  return Fail(ErrorCode::kInvalidInput, "key name", "this text cannot name a log",
              "use 1 to 200 printable ASCII characters without space, '+', '\"' and '\\', such as "
              "bank.example/prod/decisions/2026-1");
}

VerifierKey::VerifierKey(std::string name, KeyType type, std::array<unsigned char, 32> public_key)
    : name_(std::move(name)), type_(type), public_key_(public_key) {
  key_id_ = BigEndian(KeyIdBytes(name_, type_, this->public_key()));
}

Result<VerifierKey> VerifierKey::Parse(std::string_view vkey, KeyType type) {
  OXP_TRY(KeyText text, ParseKeyText(vkey, type, "verifier key"));
  std::array<unsigned char, 32> bytes{};
  std::copy(text.key.begin(), text.key.end(), bytes.begin());
  VerifierKey key(text.name, type, bytes);
  if (key.key_id_ != BigEndian(text.key_id))
    return Fail(ErrorCode::kInvalidInput, "verifier key",
                "key id " + HexEncode(text.key_id) + " does not belong to this name and key");
  return key;
}

Result<VerifierKey> VerifierKey::FromPublicKey(std::string name, std::array<unsigned char, 32> public_key) {
  OXP_TRY(CheckKeyName(name));
  return VerifierKey(std::move(name), KeyType::kLogHead, public_key);
}

Result<VerifierKey> VerifierKey::FromFileOrText(const std::string& file_or_vkey, KeyType type) {
  auto from_text = Parse(file_or_vkey, type);
  if (from_text) return from_text;
  std::error_code error;
  if (!std::filesystem::exists(file_or_vkey, error)) {
    if (file_or_vkey.find('+') != std::string::npos) return from_text;  // meant as a key
    return Fail(ErrorCode::kNotFound, file_or_vkey, "there is no such file, and this is no key",
                "name a file such as keys/log.vkey, or give the key itself: name+hex8+base64");
  }
  OXP_TRY(const std::string bytes, ReadSmallFile(file_or_vkey, kKeyFileBytesMax));
  auto key = Parse(WithoutNewline(bytes), type);
  if (!key) {
    Error wrong = key.error();
    wrong.place = file_or_vkey;
    return std::unexpected(std::move(wrong));
  }
  return key;
}

std::string VerifierKey::ToString() const {
  return name_ + "+" + HexEncode(KeyIdBytes(name_, type_, public_key())) + "+" + Base64Encode(Typed(type_, public_key()));
}

bool VerifierKey::Verify(std::string_view message, std::string_view signature) const {
  if (signature.size() != 64) return false;
  const KeyPointer key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key_.data(), 32));
  const ContextPointer context(EVP_MD_CTX_new());
  if (key == nullptr || context == nullptr) return false;
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1) return false;
  return EVP_DigestVerify(context.get(), Bytes(signature), 64, Bytes(message), message.size()) == 1;
}

struct SigningKey::State {
  VerifierKey verifier;
  SecretKey seed;
  KeyPointer key;
};

SigningKey::SigningKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

Result<SigningKey> SigningKey::Generate(std::string name, KeyType type) {
  OXP_TRY(CheckKeyName(name));
  auto seed = RandomBytes(32);
  if (!seed) return Fail(ErrorCode::kUnavailable, "signing key", "no random bytes to be had");
  KeyPointer key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(*seed), 32));
  const auto public_key = key ? PublicKeyOf(key.get()) : std::nullopt;
  if (!public_key) return Fail(ErrorCode::kUnavailable, "signing key", "OpenSSL made no key");
  auto state = std::make_unique<State>(
      State{VerifierKey(std::move(name), type, *public_key), SecretKey(*seed), std::move(key)});
  Wipe(*seed);
  return SigningKey(std::move(state));
}

Result<SigningKey> SigningKey::Parse(std::string_view text, KeyType type) {
  if (!text.starts_with(kPrivatePrefix))
    return Fail(ErrorCode::kInvalidInput, "signing key", "does not begin with PRIVATE+KEY+",
                "give the private key file (log.key), not the public one (log.vkey)");
  OXP_TRY(KeyText parsed, ParseKeyText(text.substr(kPrivatePrefix.size()), type, "signing key"));
  KeyPointer key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(parsed.key), 32));
  const auto public_key = key ? PublicKeyOf(key.get()) : std::nullopt;
  if (!public_key) return Fail(ErrorCode::kInvalidInput, "signing key", "OpenSSL refuses the seed");
  VerifierKey verifier(parsed.name, type, *public_key);
  if (verifier.key_id() != BigEndian(parsed.key_id))
    return Fail(ErrorCode::kInvalidInput, "signing key",
                "key id " + HexEncode(parsed.key_id) + " does not belong to this name and key");
  auto state =
      std::make_unique<State>(State{std::move(verifier), SecretKey(parsed.key), std::move(key)});
  Wipe(parsed.key);
  return SigningKey(std::move(state));
}

Result<SigningKey> SigningKey::Load(const std::filesystem::path& file, KeyType type) {
  OXP_TRY(CheckPrivate(file));
  OXP_TRY(std::string bytes, ReadSmallFile(file, kKeyFileBytesMax));
  auto key = Parse(WithoutNewline(bytes), type);
  Wipe(bytes);
  if (!key) {
    Error wrong = key.error();
    wrong.place = file.string();
    return std::unexpected(std::move(wrong));
  }
  return key;
}

const VerifierKey& SigningKey::verifier() const { return state_->verifier; }

std::string SigningKey::ToString() const {
  std::string typed = Typed(state_->verifier.type(), state_->seed.view());
  const std::string& vkey = state_->verifier.ToString();
  const std::size_t id = state_->verifier.name().size() + 1;
  std::string text = std::string(kPrivatePrefix) + vkey.substr(0, id + 9) + Base64Encode(typed);
  Wipe(typed);
  return text;
}

std::string SigningKey::Sign(std::string_view message) const {
  const ContextPointer context(EVP_MD_CTX_new());
  std::string signature(64, '\0');
  std::size_t size = signature.size();
  // Ed25519 with a valid key cannot fail for any message; only exhausted memory ends here.
  OXP_CHECK(context != nullptr);
  OXP_CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) == 1);
  OXP_CHECK(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                           Bytes(message), message.size()) == 1);
  OXP_CHECK(size == 64);
  return signature;
}

Result<VerifierKey> GenerateLogKey(const std::filesystem::path& directory,
                                   const std::string& name) {
  OXP_TRY(SigningKey key, SigningKey::Generate(name));
  OXP_TRY(MakePrivateFolder(directory));
  std::string secret = key.ToString() + "\n";
  const Status written = CreateFile(directory / "log.key", secret, 0600);
  Wipe(secret);
  OXP_TRY(written);
  OXP_TRY(CreateFile(directory / "log.vkey", key.verifier().ToString() + "\n", 0644));
  return key.verifier();
}

Status GenerateVaultKey(const std::filesystem::path& file) {
  auto key = RandomBytes(32);
  if (!key) return Fail(ErrorCode::kUnavailable, file.string(), "no random bytes to be had");
  OXP_TRY(MakePrivateFolder(file.parent_path()));
  std::string text = HexEncode(*key) + "\n";
  Wipe(*key);
  Status written = CreateFile(file, text, 0600);
  Wipe(text);
  return written;
}

Result<std::array<unsigned char, 32>> LoadVaultKey(const std::filesystem::path& file) {
  OXP_TRY(CheckPrivate(file));
  OXP_TRY(std::string text, ReadSmallFile(file, kKeyFileBytesMax));
  auto key = ParseVaultKey(text, file.string());
  Wipe(text);
  return key;
}

Result<std::array<unsigned char, 32>> ParseVaultKey(std::string_view text, const std::string& place) {
  auto bytes = HexDecode(WithoutNewline(text));
  if (!bytes || bytes->size() != 32) return Fail(ErrorCode::kInvalidInput, place, "expected 64 hex digits");
  std::array<unsigned char, 32> key{};
  std::copy(bytes->begin(), bytes->end(), key.begin());
  Wipe(*bytes);
  return key;
}

}  // namespace oxpecker::audit
