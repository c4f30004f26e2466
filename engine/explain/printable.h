// engine/explain/printable.h - text from elsewhere, made safe to show. Private to engine/explain.
#pragma once

#include <string>
#include <string_view>

namespace oxpecker::engine {

// `text` with U+FFFD for every control character, line break and mark that turns the direction of
// writing (U+061C, U+200E, U+200F, U+202A..U+202E, U+2066..U+2069): a text cannot steer a terminal,
// or show in another order than it is stored. UTF-8 in, UTF-8 out.
std::string Printable(std::string_view text);

}  // namespace oxpecker::engine
