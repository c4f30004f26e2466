#include "base/identifier.h"

#include <cstdint>

#include "base/check.h"
#include "base/encoding.h"

namespace oxpecker {
namespace {

Status CheckSnake(std::string_view text, const char* what, char first, char last) {
  const auto letter = [=](char c) { return c >= first && c <= last; };
  bool good = !text.empty() && text.size() <= 64 && letter(text.front());
  for (const char c : text) good = good && (letter(c) || (c >= '0' && c <= '9') || c == '_');
  if (good) return {};
  return Fail(ErrorCode::kInvalidInput, "", "'" + std::string(text.substr(0, 80)) + "' is no " + what,
              std::string("use 1 to 64 characters ") + first + "-" + last +
                  ", 0-9 and _, with a letter first");
}

}  // namespace

namespace internal {
Status CheckLowerSnake(std::string_view text, const char* what) {
  return CheckSnake(text, what, 'a', 'z');
}
Status CheckUpperSnake(std::string_view text, const char* what) {
  return CheckSnake(text, what, 'A', 'Z');
}
}  // namespace internal

Status DecisionIdTag::Check(std::string_view text) {
  bool good = text.size() == 36;
  for (std::size_t i = 0; good && i < text.size(); ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      good = c == '-';
    } else if (i == 14) {
      good = c == '7';
    } else if (i == 19) {
      good = c == '8' || c == '9' || c == 'a' || c == 'b';
    } else {
      good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
  }
  if (good) return {};
  return Fail(ErrorCode::kInvalidInput, "", "found a text of " + std::to_string(text.size()) + " bytes that is no decision id",
              "a decision id is a lower-case UUID of version 7, such as "
              "019a4c1e-7d2b-7c3a-9f00-0123456789ab");
}

DecisionId MakeDecisionId(std::uint64_t unix_ms, std::string_view random_10_bytes) {
  OXP_CHECK(random_10_bytes.size() == 10);
  std::string bytes;
  for (int shift = 40; shift >= 0; shift -= 8)
    bytes += static_cast<char>((unix_ms >> static_cast<unsigned>(shift)) & 0xFFU);
  bytes += random_10_bytes;
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x70U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
  const std::string hex = HexEncode(bytes);
  auto id = DecisionId::Parse(hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) +
                              "-" + hex.substr(16, 4) + "-" + hex.substr(20));
  OXP_CHECK(id.has_value());
  return *std::move(id);
}

}  // namespace oxpecker
