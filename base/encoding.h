// base/encoding.h - bytes as text: lower-case hex and standard base64 with padding (RFC 4648).
// Pure functions. Decoding is strict: no white space, no missing padding, no stray bits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace oxpecker {

std::string HexEncode(std::string_view bytes);
std::optional<std::string> HexDecode(std::string_view text);  // lower or upper case

std::string Base64Encode(std::string_view bytes);
std::optional<std::string> Base64Decode(std::string_view text);

// Is `text` well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF)?
bool IsUtf8(std::string_view text);

}  // namespace oxpecker
