#include "audit/pkcs11.h"

#include <dlfcn.h>
#include <p11-kit/pkcs11.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "audit/crypto.h"
#include "audit/files.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kPinBytesMax = 256;
constexpr std::size_t kPublicKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;

// PKCS#11 takes what it only reads as non-const.
unsigned char* Bytes(std::string_view text) { return reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())); }

std::string Said(CK_RV code) {
  switch (code) {
    case CKR_PIN_INCORRECT: return "the PIN is wrong";
    case CKR_PIN_LOCKED: return "the PIN is locked after too many wrong ones";
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_DEVICE_REMOVED: return "the token is not there any more";
    case CKR_DEVICE_ERROR: return "the device reports an error";
    case CKR_MECHANISM_INVALID: return "the token does not know this mechanism";
    case CKR_KEY_FUNCTION_NOT_PERMITTED: return "the key may not be used for this";
    case CKR_USER_NOT_LOGGED_IN: return "nobody is logged in";
    default: break;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (unsigned shift = 32; shift > 0; shift -= 4) hex += digits[code >> (shift - 4) & 0xfU];
  return "error 0x" + hex;
}

std::string Label(const unsigned char* padded, std::size_t size) {
  std::string label(reinterpret_cast<const char*>(padded), size);
  label.resize(label.find_last_not_of(' ') + 1);
  return label;
}

std::string Listed(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels) text += (text.empty() ? "'" : ", '") + label + "'";
  return text.empty() ? "none" : text;
}

Result<std::string> PinOf(const KeySource& source) {
  const std::string& file = source.token().pin_source;
  if (file.starts_with("env:")) {
    OXP_TRY(const std::string_view pin, source.Secret());
    return std::string(pin);
  }
  const Status usable = CheckPrivate(file);
  auto pin = usable ? ReadSmallFile(file, kPinBytesMax) : Result<std::string>(std::unexpected(usable.error()));
  if (!pin) return Fail(pin.error().code, source.text(), "its PIN cannot be had from " + file + ": " + pin.error().message, pin.error().hint);
  while (pin->ends_with('\n') || pin->ends_with('\r')) pin->pop_back();
  return pin;
}

// The functions of a module, loaded for the life of this process: modules keep threads and state, and few
// of them survive being unloaded.
Result<CK_FUNCTION_LIST*> LoadModule(const KeySource& source) {
  const std::string& path = source.token().module_path;
  const std::string& place = source.text();
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr)
    return Fail(ErrorCode::kNotFound, place, "the PKCS#11 module " + path + " cannot be loaded", "name the .so of the token's maker: module-path=FILE");
  const auto get_list = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* functions = nullptr;
  if (get_list == nullptr || get_list(&functions) != CKR_OK || functions == nullptr)
    return Fail(ErrorCode::kInvalidInput, place, path + " is no PKCS#11 module", "name the .so of the token's maker: module-path=FILE");
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  const CK_RV code = functions->C_Initialize(&arguments);
  if (code == CKR_OK || code == CKR_CRYPTOKI_ALREADY_INITIALIZED) return functions;
  return Fail(ErrorCode::kUnavailable, place, "the PKCS#11 module does not start: " + Said(code));
}

Result<CK_SLOT_ID> FindToken(CK_FUNCTION_LIST* functions, const KeySource& source) {
  const auto& [token, object, module_path, pin_source] = source.token();
  unsigned long count = 0;
  CK_RV code = functions->C_GetSlotList(CK_TRUE, nullptr, &count);
  std::vector<CK_SLOT_ID> slots(count);
  if (code == CKR_OK) code = functions->C_GetSlotList(CK_TRUE, slots.data(), &count);
  if (code != CKR_OK) return Fail(ErrorCode::kUnavailable, source.text(), "the module lists no tokens: " + Said(code));
  slots.resize(std::min<std::size_t>(slots.size(), count));
  std::vector<std::string> labels;
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO info{};
    if (functions->C_GetTokenInfo(slot, &info) != CKR_OK || (info.flags & CKF_TOKEN_INITIALIZED) == 0) continue;
    labels.push_back(Label(info.label, sizeof info.label));
    if (labels.back() == token) return slot;
  }
  return Fail(ErrorCode::kNotFound, source.text(), "no token labelled '" + token + "' is there; tokens found: " + Listed(labels),
              "is it plugged in, and does this user see it? for SoftHSM: SOFTHSM2_CONF");
}

}  // namespace

class TokenKey::Session {
 public:
  Session(std::string text, CK_FUNCTION_LIST* functions, CK_SESSION_HANDLE handle)
      : text_(std::move(text)), functions_(functions), handle_(handle) {}
  ~Session() { functions_->C_CloseSession(handle_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Status LogIn(const KeySource& source);
  Status FindKeys(const KeySource& source, Kind kind);
  Result<std::array<unsigned char, 32>> PublicKey();
  Result<std::string> SignEd25519(std::string_view message);
  Result<std::string> Gcm(bool encrypt, std::string_view nonce, std::string_view aad, std::string_view text, bool& wrong_tag);
  const std::string& text() const { return text_; }

 private:
  std::unexpected<Error> Failed(const char* what, CK_RV code) const {
    return Fail(ErrorCode::kUnavailable, text_, std::string("the token did not ") + what + ": " + Said(code));
  }
  Result<CK_OBJECT_HANDLE> Find(CK_OBJECT_CLASS object_class, CK_KEY_TYPE type, const std::string& label);
  std::vector<std::string> Labels(CK_OBJECT_CLASS object_class);

  const std::string text_;
  CK_FUNCTION_LIST* const functions_;
  const CK_SESSION_HANDLE handle_;
  CK_OBJECT_HANDLE key_ = 0;
  CK_OBJECT_HANDLE public_key_ = 0;
  std::mutex mutex_;  // a session does one thing at a time
};

Status TokenKey::Session::LogIn(const KeySource& source) {
  OXP_TRY(std::string pin, PinOf(source));
  const CK_RV code = functions_->C_Login(handle_, CKU_USER, Bytes(pin), pin.size());
  Wipe(pin);
  // Another session of this process did it already: a login is that of the whole process.
  if (code == CKR_OK || code == CKR_USER_ALREADY_LOGGED_IN) return {};
  const bool wrong_pin = code == CKR_PIN_INCORRECT || code == CKR_PIN_LOCKED || code == CKR_PIN_LEN_RANGE;
  return Fail(wrong_pin ? ErrorCode::kRefused : ErrorCode::kUnavailable, text_, "the token does not let in: " + Said(code),
              wrong_pin ? "the PIN stands in " + source.token().pin_source : std::string());
}

std::vector<std::string> TokenKey::Session::Labels(CK_OBJECT_CLASS object_class) {
  std::vector<std::string> labels;
  CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &object_class, sizeof object_class}};
  if (functions_->C_FindObjectsInit(handle_, wanted, 1) != CKR_OK) return labels;
  CK_OBJECT_HANDLE object = 0;
  unsigned long count = 0;
  while (functions_->C_FindObjects(handle_, &object, 1, &count) == CKR_OK && count == 1 && labels.size() < 20) {
    std::array<unsigned char, 64> label{};
    CK_ATTRIBUTE attribute{CKA_LABEL, label.data(), label.size()};
    if (functions_->C_GetAttributeValue(handle_, object, &attribute, 1) == CKR_OK)
      labels.push_back(Label(label.data(), std::min<std::size_t>(attribute.ulValueLen, label.size())));
  }
  functions_->C_FindObjectsFinal(handle_);
  return labels;
}

// Exactly one: two of one label could be mistaken for each other.
Result<CK_OBJECT_HANDLE> TokenKey::Session::Find(CK_OBJECT_CLASS object_class, CK_KEY_TYPE type, const std::string& label) {
  CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &object_class, sizeof object_class},
                           {CKA_KEY_TYPE, &type, sizeof type},
                           {CKA_LABEL, Bytes(label), label.size()}};
  CK_RV code = functions_->C_FindObjectsInit(handle_, wanted, 3);
  if (code != CKR_OK) return Failed("look for the key", code);
  std::array<CK_OBJECT_HANDLE, 2> found{};
  unsigned long count = 0;
  code = functions_->C_FindObjects(handle_, found.data(), found.size(), &count);
  functions_->C_FindObjectsFinal(handle_);
  if (code != CKR_OK) return Failed("look for the key", code);
  if (count == 1) return found[0];
  const std::string what = type == CKK_AES ? "AES key" : object_class == CKO_PRIVATE_KEY ? "Ed25519 private key" : "Ed25519 public key";
  if (count > 1) return Fail(ErrorCode::kInvalidInput, text_, "the token has several " + what + "s labelled '" + label + "'", "give each its own label");
  return Fail(ErrorCode::kNotFound, text_, "the token has no " + what + " labelled '" + label + "'; of that class it has: " + Listed(Labels(object_class)),
              "make it there, or name the one that was meant: object=LABEL");
}

Status TokenKey::Session::FindKeys(const KeySource& source, Kind kind) {
  const std::string& label = source.token().object;
  if (kind == Kind::kAes256) {
    OXP_TRY(key_, Find(CKO_SECRET_KEY, CKK_AES, label));
    return {};
  }
  OXP_TRY(key_, Find(CKO_PRIVATE_KEY, CKK_EC_EDWARDS, label));
  OXP_TRY(public_key_, Find(CKO_PUBLIC_KEY, CKK_EC_EDWARDS, label));
  return {};
}

// CKA_EC_POINT: 32 bytes, or those as a DER octet string (04 20).
Result<std::array<unsigned char, 32>> TokenKey::Session::PublicKey() {
  const std::lock_guard lock(mutex_);
  std::array<unsigned char, 64> point{};
  CK_ATTRIBUTE attribute{CKA_EC_POINT, point.data(), point.size()};
  const CK_RV code = functions_->C_GetAttributeValue(handle_, public_key_, &attribute, 1);
  if (code != CKR_OK) return Failed("show the public key", code);
  std::size_t begin = 0;
  if (attribute.ulValueLen == kPublicKeyBytes + 2 && point[0] == 0x04 && point[1] == kPublicKeyBytes) begin = 2;
  if (attribute.ulValueLen != begin + kPublicKeyBytes)
    return Fail(ErrorCode::kInvalidInput, text_, "the key is not one of Ed25519", "make it with the curve edwards25519");
  std::array<unsigned char, 32> key{};
  std::copy_n(point.begin() + static_cast<std::ptrdiff_t>(begin), key.size(), key.begin());
  return key;
}

Result<std::string> TokenKey::Session::SignEd25519(std::string_view message) {
  const std::lock_guard lock(mutex_);
  CK_MECHANISM mechanism{CKM_EDDSA, nullptr, 0};
  CK_RV code = functions_->C_SignInit(handle_, &mechanism, key_);
  std::string signature(kSignatureBytes, '\0');
  unsigned long size = signature.size();
  if (code == CKR_OK) code = functions_->C_Sign(handle_, Bytes(message), message.size(), Bytes(signature), &size);
  if (code != CKR_OK) return Failed("sign", code);
  signature.resize(std::min<std::size_t>(size, signature.size()));
  return signature;
}

Result<std::string> TokenKey::Session::Gcm(bool encrypt, std::string_view nonce, std::string_view aad, std::string_view text, bool& wrong_tag) {
  const std::lock_guard lock(mutex_);
  CK_GCM_PARAMS parameters{Bytes(nonce), nonce.size(), nonce.size() * 8, Bytes(aad), aad.size(), kTagBytes * 8};
  CK_MECHANISM mechanism{CKM_AES_GCM, &parameters, sizeof parameters};
  std::string out(text.size() + kTagBytes, '\0');
  unsigned long size = out.size();
  CK_RV code = encrypt ? functions_->C_EncryptInit(handle_, &mechanism, key_) : functions_->C_DecryptInit(handle_, &mechanism, key_);
  if (code != CKR_OK) return Failed(encrypt ? "encrypt" : "decrypt", code);
  code = encrypt ? functions_->C_Encrypt(handle_, Bytes(text), text.size(), Bytes(out), &size)
                 : functions_->C_Decrypt(handle_, Bytes(text), text.size(), Bytes(out), &size);
  // Tokens differ in what they call a tag that does not fit.
  wrong_tag = !encrypt && (code == CKR_ENCRYPTED_DATA_INVALID || code == CKR_GENERAL_ERROR || code == CKR_FUNCTION_FAILED ||
                           code == CKR_DATA_INVALID);
  if (wrong_tag) return std::string();
  if (code != CKR_OK) return Failed(encrypt ? "encrypt" : "decrypt", code);
  out.resize(std::min<std::size_t>(size, out.size()));
  return out;
}

TokenKey::TokenKey(std::unique_ptr<Session> session) : session_(std::move(session)) {}
TokenKey::~TokenKey() = default;

Result<std::unique_ptr<TokenKey>> TokenKey::Open(const KeySource& source, Kind kind) {
  OXP_TRY(CK_FUNCTION_LIST* const functions, LoadModule(source));
  OXP_TRY(const CK_SLOT_ID slot, FindToken(functions, source));
  CK_SESSION_HANDLE handle = 0;
  const CK_RV code = functions->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &handle);
  if (code != CKR_OK) return Fail(ErrorCode::kUnavailable, source.text(), "the token opens no session: " + Said(code));
  auto session = std::make_unique<Session>(source.text(), functions, handle);
  OXP_TRY(session->LogIn(source));
  OXP_TRY(session->FindKeys(source, kind));
  return std::unique_ptr<TokenKey>(new TokenKey(std::move(session)));
}

const std::string& TokenKey::text() const { return session_->text(); }
Result<std::array<unsigned char, 32>> TokenKey::PublicKey() const { return session_->PublicKey(); }
Result<std::string> TokenKey::SignEd25519(std::string_view message) const { return session_->SignEd25519(message); }

Result<std::string> TokenKey::GcmEncrypt(std::string_view nonce, std::string_view aad, std::string_view plaintext) const {
  bool wrong_tag = false;
  return session_->Gcm(true, nonce, aad, plaintext, wrong_tag);
}

Result<std::optional<std::string>> TokenKey::GcmDecrypt(std::string_view nonce, std::string_view aad, std::string_view ciphertext) const {
  bool wrong_tag = false;
  OXP_TRY(std::string plaintext, session_->Gcm(false, nonce, aad, ciphertext, wrong_tag));
  if (wrong_tag) return std::optional<std::string>();
  return std::optional(std::move(plaintext));
}

}  // namespace oxpecker::audit
