// rules/feel/text.h - UTF-8 by code point, as the language counts characters. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace oxpecker::feel {

std::size_t CountCodePoints(std::string_view text);
// Byte offset of code point `index`; the text's size where there are fewer.
std::size_t OffsetOfCodePoint(std::string_view text, std::size_t index);
// The code point that starts at byte `at`, and moves `at` behind it. Bytes that are not UTF-8 count
// one each and give U+FFFD.
char32_t NextCodePoint(std::string_view text, std::size_t& at);
void AppendCodePoint(char32_t code_point, std::string& text);

// "text" in quotes, with the escapes of a string literal.
void AppendQuoted(std::string_view text, std::string& to);
// A context key: as it is where that reads back as a name, else quoted.
void AppendKey(std::string_view name, std::string& to);

}  // namespace oxpecker::feel
