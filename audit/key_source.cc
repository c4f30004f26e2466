#include "audit/key_source.h"

#include <algorithm>
#include <utility>

#include "audit/crypto.h"
#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

constexpr std::string_view kEnvironmentPrefix = "env:";
constexpr std::string_view kTokenPrefix = "pkcs11:";

std::unexpected<Error> Wrong(std::string_view text, std::string message, std::string hint) {
  return Fail(ErrorCode::kInvalidInput, "key source " + std::string(text.substr(0, text.find('?'))), std::move(message), std::move(hint));
}

// Empty where the variable is not set.
std::shared_ptr<const std::string> Variable(std::string_view name, const KeySource::Environment& environment) {
  auto value = environment ? environment(std::string(name)) : std::nullopt;
  if (!value || value->empty()) return nullptr;
  return {new std::string(*std::move(value)), [](std::string* secret) {
            Wipe(*secret);
            delete secret;
          }};
}

// Nothing where a percent sign is not followed by two hex digits.
std::optional<std::string> PercentDecode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto byte = HexDecode(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) return std::nullopt;
    decoded += *byte;
    i += 2;
  }
  return decoded;
}

constexpr const char* kTokenHint =
    "write pkcs11:token=LABEL;object=LABEL?module-path=FILE.so&pin-source=FILE, with %20 for a space";

// "token=a;object=b" and "module-path=c&pin-source=d".
Status ReadAttributes(std::string_view whole, std::string_view part, char separator, KeySource::Token& token) {
  while (!part.empty()) {
    const std::string_view attribute = part.substr(0, part.find(separator));
    part.remove_prefix(std::min(part.size(), attribute.size() + 1));
    const std::size_t equals = attribute.find('=');
    const auto value = equals == std::string_view::npos ? std::nullopt : PercentDecode(attribute.substr(equals + 1));
    const std::string name(attribute.substr(0, equals));
    if (!value || value->empty()) return Wrong(whole, "the attribute '" + name + "' has no value that can be read", kTokenHint);
    if (name == "pin-value") return Wrong(whole, "a PIN does not belong into settings", "put it into a file of mode 0600 and name that: pin-source=FILE");
    std::string* target = name == "token"         ? &token.token
                          : name == "object"      ? &token.object
                          : name == "module-path" ? &token.module_path
                          : name == "pin-source"  ? &token.pin_source
                                                  : nullptr;
    if (target == nullptr) return Wrong(whole, "the attribute '" + name + "' is not one of token, object, module-path and pin-source", kTokenHint);
    if (!target->empty()) return Wrong(whole, "the attribute '" + name + "' stands there twice", kTokenHint);
    *target = *value;
  }
  return {};
}

Result<KeySource::Token> ReadToken(std::string_view text) {
  KeySource::Token token;
  const std::string_view inside = text.substr(kTokenPrefix.size());
  const std::size_t query = inside.find('?');
  OXP_TRY(ReadAttributes(text, inside.substr(0, query), ';', token));
  if (query != std::string_view::npos) {
    OXP_TRY(ReadAttributes(text, inside.substr(query + 1), '&', token));
  }
  for (const auto& [name, value] : {std::pair{"token", &token.token}, std::pair{"object", &token.object},
                                    std::pair{"module-path", &token.module_path}, std::pair{"pin-source", &token.pin_source}})
    if (value->empty()) return Wrong(text, std::string("the attribute '") + name + "' is missing", kTokenHint);
  return token;
}

}  // namespace

Result<KeySource> KeySource::Parse(std::string_view text, const std::filesystem::path& base, const Environment& environment) {
  KeySource source;
  if (text.starts_with(kEnvironmentPrefix)) {
    source.kind_ = Kind::kEnvironment;
    source.secret_ = Variable(text.substr(kEnvironmentPrefix.size()), environment);
  } else if (text.starts_with(kTokenPrefix)) {
    OXP_TRY(source.token_, ReadToken(text));
    source.kind_ = Kind::kToken;
    const std::string& pin = source.token_.pin_source;
    if (pin.starts_with(kEnvironmentPrefix))
      source.secret_ = Variable(std::string_view(pin).substr(kEnvironmentPrefix.size()), environment);
  } else {
    if (text.empty()) return Wrong(text, "names nothing", "a file, env:NAME, or pkcs11:...");
    source.file_ = base / std::filesystem::path(text);
    source.text_ = source.file_.string();
    return source;
  }
  source.text_ = text;
  return source;
}

Result<std::string_view> KeySource::Secret() const {
  if (secret_ != nullptr) return std::string_view(*secret_);
  const std::string& variable = kind_ == Kind::kToken ? token_.pin_source : text_;
  return Fail(ErrorCode::kNotFound, text_, "the variable of " + variable + " is not set, and a secret should be in it",
              "the service that starts this program gives it, out of a store of secrets");
}

}  // namespace oxpecker::audit
