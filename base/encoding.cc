#include "base/encoding.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace oxpecker {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::array<std::int8_t, 256> MakeReverse() {
  std::array<std::int8_t, 256> reverse{};
  for (auto& value : reverse) value = -1;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    reverse[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return reverse;
}
constexpr auto kReverse = MakeReverse();

}  // namespace

std::string HexEncode(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(bytes.size() * 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text[2 * i] = digits[byte >> 4U];
    text[2 * i + 1] = digits[byte & 0x0FU];
  }
  return text;
}

std::optional<std::string> HexDecode(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes(text.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = HexDigit(text[2 * i]);
    const int low = HexDigit(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<char>(high * 16 + low);
  }
  return bytes;
}

std::string Base64Encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t have = bytes.size() - i < 3 ? bytes.size() - i : 3;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8U | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += k <= have ? kAlphabet[group >> (18U - 6U * static_cast<unsigned>(k)) & 63U] : '=';
  }
  return text;
}

std::optional<std::string> Base64Decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    std::size_t padding = 0;
    if (last && text[i + 3] == '=') padding = text[i + 2] == '=' ? 2 : 1;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4 - padding; ++k) {
      const auto value = kReverse[static_cast<unsigned char>(text[i + k])];
      if (value < 0) return std::nullopt;
      group = group << 6U | static_cast<std::uint32_t>(value);
    }
    group <<= 6U * static_cast<unsigned>(padding);
    if (padding != 0 && (group & ((1U << (8U * static_cast<unsigned>(padding))) - 1U)) != 0)
      return std::nullopt;
    for (std::size_t k = 0; k < 3 - padding; ++k)
      bytes += static_cast<char>(group >> (16U - 8U * static_cast<unsigned>(k)) & 0xFFU);
  }
  return bytes;
}

bool IsUtf8(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080U;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t length = 0;
    std::uint32_t point = 0;
    if (lead < 0x80) {
      // Eight bytes at a time while they are ASCII: most text is.
      std::uint64_t word = 0;
      while (text.size() - i >= sizeof(word) &&
             (std::memcpy(&word, text.data() + i, sizeof(word)), (word & kHighBits) == 0))
        i += sizeof(word);
      if (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
      continue;
    }
    if (lead >= 0xC2 && lead <= 0xDF) { length = 2; point = lead & 0x1FU; }
    else if (lead >= 0xE0 && lead <= 0xEF) { length = 3; point = lead & 0x0FU; }
    else if (lead >= 0xF0 && lead <= 0xF4) { length = 4; point = lead & 0x07U; }
    else return false;
    if (text.size() - i < length) return false;
    for (std::size_t k = 1; k < length; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xC0U) != 0x80U) return false;
      point = point << 6U | (byte & 0x3FU);
    }
    if ((length == 3 && point < 0x800) || (length == 4 && point < 0x10000) || point > 0x10FFFF ||
        (point >= 0xD800 && point <= 0xDFFF))
      return false;
    i += length;
  }
  return true;
}

}  // namespace oxpecker
