#include "base/printable.h"

#include <cstdint>

#include "base/encoding.h"

namespace oxpecker {
namespace {

// Of a code point by its first byte; 1 for a byte that begins none.
std::size_t BytesByFirst(unsigned char first) {
  if (first >= 0xF0U) return 4;
  if (first >= 0xE0U) return 3;
  return first >= 0xC0U ? 2 : 1;
}

// Of well-formed UTF-8 of at most three bytes; the longer ones are never replaced.
std::uint32_t CodePoint(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])); };
  if (bytes.size() == 2) return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
  if (bytes.size() == 3) return (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
  return byte(0);
}

bool IsReplaced(std::uint32_t c) {
  return c < 0x20U || (c >= 0x7FU && c <= 0x9FU) || c == 0x061CU || c == 0x200EU || c == 0x200FU ||
         (c >= 0x2028U && c <= 0x202EU) || (c >= 0x2066U && c <= 0x2069U);
}

void AppendEscape(std::string& out, std::uint32_t code_point) {
  const char bytes[] = {static_cast<char>(code_point >> 8U), static_cast<char>(code_point & 0xFFU)};
  out += "\\u" + HexEncode({bytes, sizeof(bytes)});
}

std::string Shown(std::string_view text, std::string_view kept) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    if ((first >= 0x20U && first < 0x7FU) || kept.find(text.front()) != std::string_view::npos) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const std::string_view character = text.substr(0, BytesByFirst(first));
    if (!IsUtf8(character)) {
      out += "\\x" + HexEncode(text.substr(0, 1));
      text.remove_prefix(1);
      continue;
    }
    if (character.size() < 4 && IsReplaced(CodePoint(character))) AppendEscape(out, CodePoint(character));
    else out += character;
    text.remove_prefix(character.size());
  }
  return out;
}

}  // namespace

std::string Printable(std::string_view text) { return Shown(text, {}); }

std::string PrintableLines(std::string_view text) { return Shown(text, "\n\t"); }

}  // namespace oxpecker
