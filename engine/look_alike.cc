#include "engine/look_alike.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <cstdint>

#include "base/encoding.h"

namespace oxpecker::engine {

std::string LookAlikeForm(std::string_view text) {
  if (!IsUtf8(text) || text.size() > INT32_MAX) return std::string(text);
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFKCCasefoldInstance(error);
  if (U_FAILURE(error)) return std::string(text);
  const auto whole = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
  icu::UnicodeString normal = form->normalize(whole, error);
  if (U_FAILURE(error)) return std::string(text);
  std::string out;
  return normal.trim().toUTF8String(out);
}

}  // namespace oxpecker::engine
