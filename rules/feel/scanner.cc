#include "rules/feel/scanner.h"

#include <algorithm>
#include <array>

#include "rules/feel/text.h"

namespace oxpecker::feel {
namespace {

constexpr std::array<std::string_view, 26> kSymbols = {
    "**", "..", "<=", ">=", "!=", "->", "==", "&&", "||", "+", "-", "*", "/",
    "=",  "<",  ">",  "(",  ")",  "[",  "]",  "{",  "}",  ",", ":", ".", "?"};

struct CodePointRange {
  char32_t first;
  char32_t last;
};
// DMN 1.5 grammar rule 28 without ASCII.
constexpr std::array<CodePointRange, 13> kNameStarts = {{{0xC0, 0xD6},
                                                         {0xD8, 0xF6},
                                                         {0xF8, 0x2FF},
                                                         {0x370, 0x37D},
                                                         {0x37F, 0x1FFF},
                                                         {0x200C, 0x200D},
                                                         {0x2070, 0x218F},
                                                         {0x2C00, 0x2FEF},
                                                         {0x3001, 0xD7FF},
                                                         {0xF900, 0xFDCF},
                                                         {0xFDF0, 0xFEFE},
                                                         {0xFF00, 0xFFFD},
                                                         {0x10000, 0xEFFFF}}};
// Rule 29: what a name may hold besides.
constexpr std::array<CodePointRange, 3> kNameParts = {
    {{0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}}};
// Rules 61 and 62.
constexpr std::array<CodePointRange, 9> kSpaces = {{{0x85, 0x85},
                                                    {0xA0, 0xA0},
                                                    {0x1680, 0x1680},
                                                    {0x180E, 0x180E},
                                                    {0x2000, 0x200B},
                                                    {0x2028, 0x2029},
                                                    {0x202F, 0x202F},
                                                    {0x205F, 0x205F},
                                                    {0x3000, 0x3000}}};

template <std::size_t size>
bool Holds(const std::array<CodePointRange, size>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const CodePointRange& r) { return r.first <= c && c <= r.last; });
}

bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAscii(char c) { return (static_cast<unsigned char>(c) & 0x80U) == 0; }
// Rule 30: symbols that a name may hold between its words.
bool IsNameSymbol(char c) {
  return c == '.' || c == '/' || c == '-' || c == '\'' || c == '+' || c == '*';
}
// Bytes that belong to a word, as far as one byte can tell: anything that is not ASCII may.
bool IsWordByte(char c) { return IsAsciiLetter(c) || IsDigit(c) || !IsAscii(c); }

}  // namespace

std::size_t Scanner::SpaceAt(std::size_t at) const {
  const char c = At(at);
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  if (at >= source_.size() || IsAscii(c)) return 0;
  std::size_t after = at;
  const char32_t code_point = NextCodePoint(source_, after);
  return Holds(kSpaces, code_point) || code_point == 0xFEFF ? after - at : 0;
}

std::size_t Scanner::SkipSpacesOnly(std::size_t at) const {
  while (const std::size_t size = SpaceAt(at)) at += size;
  return at;
}

std::size_t Scanner::NameStartAt(std::size_t at) const {
  const char c = At(at);
  if (IsAsciiLetter(c)) return 1;
  if (at >= source_.size() || IsAscii(c)) return 0;
  std::size_t after = at;
  return Holds(kNameStarts, NextCodePoint(source_, after)) && SpaceAt(at) == 0 ? after - at : 0;
}

std::size_t Scanner::NamePartAt(std::size_t at) const {
  if (IsDigit(At(at))) return 1;
  if (const std::size_t size = NameStartAt(at)) return size;
  if (at >= source_.size() || IsAscii(At(at))) return 0;
  std::size_t after = at;
  return Holds(kNameParts, NextCodePoint(source_, after)) ? after - at : 0;
}

std::size_t Scanner::WordEnd(std::size_t at) const {
  if (NameStartAt(at) == 0) return at;
  while (const std::size_t size = NamePartAt(at)) at += size;
  return at;
}

void Scanner::SkipSpace() {
  while (true) {
    at_ = SkipSpacesOnly(at_);
    if (At(at_) != '/') return;
    if (At(at_ + 1) == '/') {
      at_ = std::min(source_.find_first_of("\n\r", at_), source_.size());
    } else if (At(at_ + 1) == '*') {
      const std::size_t close = source_.find("*/", at_ + 2);
      if (close == std::string_view::npos) {
        diagnostics_.Add(ErrorCode::kInvalidInput,
                         {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(at_ + 2)},
                         "this comment does not end; expected '*/'");
        at_ = source_.size();
        return;
      }
      at_ = close + 2;
    } else {
      return;
    }
  }
}

std::uint32_t Scanner::position() {
  SkipSpace();
  return static_cast<std::uint32_t>(at_);
}

void Scanner::MoveTo(std::uint32_t position) {
  at_ = position;
  end_ = position;
}

std::string_view Scanner::Symbol() {
  SkipSpace();
  const std::string_view rest = source_.substr(at_);
  for (const std::string_view symbol : kSymbols) {
    if (rest.starts_with(symbol)) return rest.substr(0, symbol.size());
  }
  return {};
}

bool Scanner::Accept(std::string_view symbol) {
  if (Symbol() != symbol) return false;
  MoveTo(static_cast<std::uint32_t>(at_ + symbol.size()));
  return true;
}

std::string_view Scanner::Word() {
  SkipSpace();
  return source_.substr(at_, WordEnd(at_) - at_);
}

bool Scanner::AcceptWord(std::string_view word) {
  if (Word() != word) return false;
  MoveTo(static_cast<std::uint32_t>(at_ + word.size()));
  return true;
}

bool Scanner::AtNumber() {
  SkipSpace();
  return IsDigit(At(at_)) || (At(at_) == '.' && IsDigit(At(at_ + 1)));
}

std::string_view Scanner::TakeNumber() {
  SkipSpace();
  std::size_t to = at_;
  while (IsDigit(At(to))) ++to;
  if (At(to) == '.' && IsDigit(At(to + 1))) {
    ++to;
    while (IsDigit(At(to))) ++to;
  }
  if (At(to) == 'e' || At(to) == 'E') {
    const std::size_t digits = At(to + 1) == '+' || At(to + 1) == '-' ? to + 2 : to + 1;
    if (IsDigit(At(digits))) {
      to = digits;
      while (IsDigit(At(to))) ++to;
    }
  }
  const std::string_view text = source_.substr(at_, to - at_);
  MoveTo(static_cast<std::uint32_t>(to));
  return text;
}

bool Scanner::ReadHex(std::size_t digits, std::uint32_t& value) {
  value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = At(at_ + i);
    std::uint32_t digit = 0;
    if (IsDigit(c)) {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<std::uint32_t>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<std::uint32_t>(c - 'A') + 10;
    } else {
      return false;
    }
    value = value * 16 + digit;
  }
  at_ += digits;
  return true;
}

// After the backslash. An escape that the language does not have stays as it is written, so that
// patterns such as "\d" work as their authors expect.
bool Scanner::AppendEscape(std::string& text) {
  const char c = At(at_);
  constexpr std::string_view kLetters = "nrt\"\\'";
  constexpr std::string_view kMeanings = "\n\r\t\"\\'";
  if (const std::size_t found = kLetters.find(c); c != '\0' && found != std::string_view::npos) {
    text += kMeanings[found];
    ++at_;
    return true;
  }
  if (c != 'u' && c != 'U') {
    text += '\\';
    return true;
  }
  ++at_;
  std::uint32_t code = 0;
  if (!ReadHex(c == 'u' ? 4 : 6, code)) return false;
  if (code >= 0xD800 && code <= 0xDBFF && At(at_) == '\\' && At(at_ + 1) == 'u') {
    at_ += 2;
    std::uint32_t low = 0;
    if (!ReadHex(4, low) || low < 0xDC00 || low > 0xDFFF) return false;
    code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
  }
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
  AppendCodePoint(code, text);
  return true;
}

std::string Scanner::TakeText() {
  SkipSpace();
  const std::size_t begin = at_++;
  std::string text;
  while (true) {
    const char c = At(at_);
    if (at_ >= source_.size() || c == '\n' || c == '\r') {
      diagnostics_.Add(ErrorCode::kInvalidInput,
                       {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)},
                       "this text does not end on its line; expected '\"'");
      break;
    }
    ++at_;
    if (c == '"') break;
    if (c != '\\') {
      text += c;
      continue;
    }
    const std::size_t escape = at_ - 1;
    if (!AppendEscape(text)) {
      diagnostics_.Add(ErrorCode::kInvalidInput,
                       {static_cast<std::uint32_t>(escape), static_cast<std::uint32_t>(at_)},
                       "this escape names no character",
                       "write \\u and 4 hexadecimal digits, or \\U and 6");
    }
  }
  end_ = static_cast<std::uint32_t>(at_);
  return text;
}

std::uint32_t Scanner::MatchName(std::string_view name) {
  SkipSpace();
  std::size_t at = at_;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != ' ') {
      if (At(at) != name[i] || at >= source_.size()) return 0;
      ++at;
      continue;
    }
    const bool between_words =
        i > 0 && i + 1 < name.size() && IsWordByte(name[i - 1]) && IsWordByte(name[i + 1]);
    const std::size_t after = SkipSpacesOnly(at);
    if (between_words && after == at) return 0;
    at = after;
  }
  if (!name.empty() && IsWordByte(name.back()) && NamePartAt(at) != 0) return 0;
  return static_cast<std::uint32_t>(at);
}

std::string Scanner::TakeNameBeforeColon() {
  SkipSpace();
  if (NameStartAt(at_) == 0) return {};
  std::size_t at = at_;
  std::size_t name_end = at;
  while (true) {
    if (const std::size_t size = NamePartAt(at); size != 0 || IsNameSymbol(At(at))) {
      at += size != 0 ? size : 1;
      name_end = at;
    } else if (const std::size_t space = SpaceAt(at)) {
      at += space;
    } else {
      break;
    }
  }
  if (At(at) != ':') return {};
  const std::string name = WithSingleSpaces(source_.substr(at_, name_end - at_));
  MoveTo(static_cast<std::uint32_t>(name_end));
  return name;
}

std::string Scanner::Found() {
  SkipSpace();
  if (at_ >= source_.size()) return "the end";
  std::string_view token = Word();
  if (token.empty()) token = Symbol();
  if (token.empty() && AtNumber()) token = source_.substr(at_, 1);
  if (token.empty()) {
    std::size_t after = at_;
    NextCodePoint(source_, after);
    token = source_.substr(at_, after - at_);
  }
  constexpr std::size_t kShownBytesMax = 40;
  if (token.size() > kShownBytesMax) return "a long word";
  return "'" + std::string(token) + "'";
}

bool IsUtf8(std::string_view text, std::size_t& bad) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t size = first < 0x80U            ? 1
                             : (first >> 5U) == 0x6U  ? 2
                             : (first >> 4U) == 0xEU  ? 3
                             : (first >> 3U) == 0x1EU ? 4
                                                      : 0;
    bad = at;
    if (size == 0 || at + size > text.size()) return false;
    std::uint32_t code = size == 1 ? first : first & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
      const auto next = static_cast<unsigned char>(text[at + i]);
      if ((next & 0xC0U) != 0x80U) return false;
      code = (code << 6U) | (next & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kSmallest[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
      return false;
    }
    at += size;
  }
  return true;
}

std::string WithSingleSpaces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || (c >= '\t' && c <= '\r');
    if (!space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace oxpecker::feel
