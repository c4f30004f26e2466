// base/json/plain_text.h - bytes that stand in a JSON string as they are, tested eight at a time.
//
// Each test of a byte sets its top bit. A borrow can set the top bit of a later byte too, but only
// after a true hit: so "is there a hit" and "where is the first hit" are exact.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace oxpecker::json {

namespace plain_text_internal {

constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101U;
constexpr std::uint64_t kTops = 0x8080'8080'8080'8080U;

inline std::uint64_t Load(const char* bytes) {
  static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

}  // namespace plain_text_internal

// How many of the eight bytes come before the first quote, backslash or control character; 8 where
// there is none. Bytes above 0x7F count as plain.
inline std::size_t PlainBytes(const char* eight) {
  using namespace plain_text_internal;  // NOLINT(google-build-using-namespace): two constants
  const std::uint64_t word = Load(eight);
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  const std::uint64_t hits = (((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash) |
                              ((word - kOnes * 0x20U) & ~word)) &
                             kTops;
  return static_cast<std::size_t>(std::countr_zero(hits)) / 8;
}

// Are these eight bytes ASCII from 0x20 up, without '"' and '\\'?
inline bool EightPlainAscii(const char* eight) {
  using namespace plain_text_internal;  // NOLINT(google-build-using-namespace): two constants
  const std::uint64_t word = Load(eight);
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  const std::uint64_t wrong =
      word | (word - kOnes * 0x20U) | (quote - kOnes) | (backslash - kOnes);
  return (wrong & kTops) == 0;
}

// The same for a whole text: then it is its own JSON form, and UTF-8.
inline bool IsPlainAscii(std::string_view text) {
  std::size_t at = 0;
  for (; text.size() - at >= 8; at += 8)
    if (!EightPlainAscii(text.data() + at)) return false;
  for (; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') return false;
  }
  return true;
}

}  // namespace oxpecker::json
