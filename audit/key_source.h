// audit/key_source.h - where a private key is: in a file, in a secret that the environment brought, or in a
// PKCS#11 token, which never gives it out. Regular value type; copies share the secret, which is wiped with
// the last of them. Texts of errors name the source, never what it holds.
//
//   keys/log.key                                       a file of mode 0600
//   env:OXPECKER_LOG_KEY                               the text that would stand in the file
//   pkcs11:token=bank;object=log?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/etc/oxpecker/pin
//                                                      RFC 7512; pin-source: a file of mode 0600, or env:NAME
//
// Example:
//   OXP_TRY(const KeySource source, KeySource::Parse(text, workspace, environment));
//   OXP_TRY(const std::unique_ptr<Signer> signer, OpenSigner(source, origin));
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oxpecker::audit {

class KeySource {
 public:
  enum class Kind : unsigned char { kFile, kEnvironment, kToken };
  // A variable's value; nothing where it is not set. Asked by Parse only; that it is missing is told when
  // the key is needed, so that who needs none can go without.
  using Environment = std::function<std::optional<std::string>(const std::string& name)>;

  // The parts of a PKCS#11 URI that are known here. Any other is refused, and so is pin-value: settings are
  // no place for a secret.
  struct Token {
    std::string token;   // its label
    std::string object;  // the key's label
    std::string module_path;
    std::string pin_source;
    friend bool operator==(const Token&, const Token&) = default;
  };

  KeySource() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): most keys are files
  KeySource(std::filesystem::path file) : text_(file.string()), file_(std::move(file)) {}
  // Relative files are below `base`. kInvalidInput.
  static Result<KeySource> Parse(std::string_view text, const std::filesystem::path& base, const Environment& environment);

  Kind kind() const { return kind_; }
  const std::string& text() const { return text_; }  // as it was written: no secret
  const std::filesystem::path& file() const { return file_; }  // of kFile; empty otherwise
  // What a variable held: the key of kEnvironment, the PIN of a kToken whose pin-source is one. kNotFound.
  Result<std::string_view> Secret() const;
  const Token& token() const { return token_; }

 private:
  Kind kind_ = Kind::kFile;
  std::string text_;
  std::filesystem::path file_;
  std::shared_ptr<const std::string> secret_;
  Token token_;
};

}  // namespace oxpecker::audit
