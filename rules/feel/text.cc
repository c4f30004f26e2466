#include "rules/feel/text.h"

#include <algorithm>
#include <array>

namespace oxpecker::feel {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Bytes of the code point that starts at `at`; 1 where the bytes are not UTF-8.
std::size_t CodePointBytes(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  std::size_t size = 1;
  if (lead >= 0xF0U && lead < 0xF8U) {
    size = 4;
  } else if (lead >= 0xE0U) {
    size = 3;
  } else if (lead >= 0xC2U) {
    size = 2;
  }
  if (lead >= 0xF8U || at + size > text.size()) return 1;
  for (std::size_t i = 1; i < size; ++i) {
    if (!IsContinuation(text[at + i])) return 1;
  }
  return size;
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

bool IsKeyword(std::string_view word) {
  constexpr std::array<std::string_view, 19> kWords = {
      "and",  "between", "else", "every",     "external", "false", "for", "function", "if",   "in",
      "null", "of",      "or",   "instance", "return",   "satisfies", "some", "then", "true"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

// Words of name characters, one space between them, no word a keyword, the first no number.
bool ReadsBackAsName(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  std::size_t start = 0;
  while (start <= name.size()) {
    const std::size_t end = std::min(name.find(' ', start), name.size());
    const std::string_view word = name.substr(start, end - start);
    if (word.empty() || IsKeyword(word) || !std::all_of(word.begin(), word.end(), IsNameByte))
      return false;
    start = end + 1;
  }
  return true;
}

}  // namespace

std::size_t CountCodePoints(std::string_view text) {
  // A byte that is no continuation starts a code point: right for UTF-8, which all strings are.
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuation(c); }));
}

std::size_t OffsetOfCodePoint(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  while (index > 0 && at < text.size()) {
    ++at;
    while (at < text.size() && IsContinuation(text[at])) ++at;
    --index;
  }
  return at;
}

char32_t NextCodePoint(std::string_view text, std::size_t& at) {
  const std::size_t size = CodePointBytes(text, at);
  const auto lead = static_cast<unsigned char>(text[at]);
  if (size == 1) {
    ++at;
    return lead < 0x80U ? lead : kReplacement;
  }
  char32_t code_point = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i)
    code_point = (code_point << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  at += size;
  return code_point;
}

void AppendCodePoint(char32_t code_point, std::string& text) {
  const auto byte = [&](char32_t bits) { text += static_cast<char>(bits); };
  if (code_point < 0x80) {
    byte(code_point);
  } else if (code_point < 0x800) {
    byte(0xC0U | (code_point >> 6U));
    byte(0x80U | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    byte(0xE0U | (code_point >> 12U));
    byte(0x80U | ((code_point >> 6U) & 0x3FU));
    byte(0x80U | (code_point & 0x3FU));
  } else {
    byte(0xF0U | (code_point >> 18U));
    byte(0x80U | ((code_point >> 12U) & 0x3FU));
    byte(0x80U | ((code_point >> 6U) & 0x3FU));
    byte(0x80U | (code_point & 0x3FU));
  }
}

void AppendQuoted(std::string_view text, std::string& to) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  to += '"';
  for (const char c : text) {
    switch (c) {
      case '"': to += "\\\""; break;
      case '\\': to += "\\\\"; break;
      case '\n': to += "\\n"; break;
      case '\r': to += "\\r"; break;
      case '\t': to += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20U) {
          to += "\\u00";
          to += kHex[static_cast<unsigned char>(c) >> 4U];
          to += kHex[static_cast<unsigned char>(c) & 0xFU];
        } else {
          to += c;
        }
    }
  }
  to += '"';
}

void AppendKey(std::string_view name, std::string& to) {
  if (ReadsBackAsName(name)) {
    to += name;
  } else {
    AppendQuoted(name, to);
  }
}

}  // namespace oxpecker::feel
