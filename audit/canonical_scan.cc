#include "audit/canonical_scan.h"

#include <cstdint>
#include <string>

#include "base/encoding.h"
#include "base/json/plain_text.h"
#include "base/json/value.h"

namespace oxpecker::audit {
namespace {

constexpr std::uint64_t kIntegerMax = (std::uint64_t{1} << 53U) - 1;

// The text of a canonical string's inside; only called where it holds a backslash.
std::string Unescape(std::string_view inside) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] != '\\') {
      text += inside[i];
      continue;
    }
    switch (inside[++i]) {
      case 'b':
        text += '\b';
        break;
      case 't':
        text += '\t';
        break;
      case 'n':
        text += '\n';
        break;
      case 'f':
        text += '\f';
        break;
      case 'r':
        text += '\r';
        break;
      case 'u':
        text += static_cast<char>(digits.find(inside[i + 3]) * 16 + digits.find(inside[i + 4]));
        i += 4;
        break;
      default:
        text += inside[i];
    }
  }
  return text;
}

// Are the keys strictly ascending by UTF-16 code units? Bytes order them the same way unless one
// holds U+E000 or above (lead byte 0xEE and up) or an escape.
bool Ascending(std::string_view a, std::string_view b) {
  bool plain = true;
  for (const std::string_view key : {a, b})
    for (const char c : key) plain = plain && c != '\\' && static_cast<unsigned char>(c) < 0xEE;
  if (plain) return a < b;
  return json::CompareUtf16(Unescape(a), Unescape(b)) < 0;
}

}  // namespace

bool CanonicalScan::Escape() {
  // at_ is behind the backslash.
  const char c = Peek();
  if (c == '"' || c == '\\' || c == 'b' || c == 't' || c == 'n' || c == 'f' || c == 'r') {
    ++at_;
    return true;
  }
  // Only control characters without a short form: \u00xx in lower case.
  if (c != 'u' || text_.size() - at_ < 5 || text_[at_ + 1] != '0' || text_[at_ + 2] != '0')
    return false;
  const char high = text_[at_ + 3];
  const char low = text_[at_ + 4];
  if (high != '0' && high != '1') return false;
  if (!((low >= '0' && low <= '9') || (low >= 'a' && low <= 'f'))) return false;
  if (high == '0' && (low == '8' || low == '9' || low == 'a' || low == 'c' || low == 'd'))
    return false;
  at_ += 5;
  return true;
}

bool CanonicalScan::String(std::string_view& inside) {
  if (Peek() != '"') return false;
  const std::size_t begin = ++at_;
  bool ascii = true;
  while (at_ < text_.size()) {
    if (text_.size() - at_ >= 8 && json::EightPlainAscii(text_.data() + at_)) {
      at_ += 8;
      continue;
    }
    const auto c = static_cast<unsigned char>(text_[at_]);
    if (c == '"') {
      inside = Since(begin);
      ++at_;
      return ascii || IsUtf8(inside);
    }
    if (c < 0x20) return false;
    ++at_;
    if (c == '\\' && !Escape()) return false;
    ascii = ascii && c < 0x80;
  }
  return false;
}

bool CanonicalScan::Unsigned(std::uint64_t& value) {
  const std::size_t begin = at_;
  value = 0;
  while (Peek() >= '0' && Peek() <= '9' && at_ - begin < 17) {
    value = value * 10 + static_cast<std::uint64_t>(text_[at_] - '0');
    ++at_;
  }
  const std::size_t digits = at_ - begin;
  return digits != 0 && value <= kIntegerMax && (digits == 1 || text_[begin] != '0');
}

bool CanonicalScan::Integer() {
  const bool negative = Peek() == '-';
  if (negative) ++at_;
  std::uint64_t value = 0;
  if (!Unsigned(value) || (negative && value == 0)) return false;
  const char next = Peek();  // a fraction or an exponent would make it another kind of number
  return next != '.' && next != 'e' && next != 'E' && !(next >= '0' && next <= '9');
}

bool CanonicalScan::Array(std::size_t depth_max) {
  if (depth_max == 0 || !Literal("[")) return false;
  if (Literal("]")) return true;
  do {
    if (!Value(depth_max - 1)) return false;
  } while (Literal(","));
  return Literal("]");
}

bool CanonicalScan::Object(std::size_t depth_max) {
  if (depth_max == 0 || !Literal("{")) return false;
  if (Literal("}")) return true;
  std::string_view last;
  bool first = true;
  do {
    std::string_view key;
    if (!String(key) || (!first && !Ascending(last, key))) return false;
    if (!Literal(":") || !Value(depth_max - 1)) return false;
    last = key;
    first = false;
  } while (Literal(","));
  return Literal("}");
}

bool CanonicalScan::Value(std::size_t depth_max) {
  switch (Peek()) {
    case '{':
      return Object(depth_max);
    case '[':
      return Array(depth_max);
    case '"': {
      std::string_view inside;
      return String(inside);
    }
    case 't':
      return Literal("true");
    case 'f':
      return Literal("false");
    case 'n':
      return Literal("null");
    default:
      return Integer();
  }
}

}  // namespace oxpecker::audit
