// base/printable.h - text from elsewhere (a file, a document, an argument), made safe to show.
//
// Control characters can steer a terminal; marks that turn the direction of writing can make a text
// read otherwise than it is stored. Both are shown as "\u001b", "\u202e": what JSON too would write,
// so PrintableLines may be laid over JSON text and leaves its meaning as it was. A byte that is no
// UTF-8 is shown as "\xff". For showing only: a backslash is left alone, so there is no way back.
// Replaced are U+0000..U+001F, U+007F..U+009F, U+061C, U+200E, U+200F, U+2028..U+202E and
// U+2066..U+2069. Pure functions.
//
// Example:
//   std::fputs(Printable(argument).c_str(), stderr);
#pragma once

#include <string>
#include <string_view>

namespace oxpecker {

std::string Printable(std::string_view text);       // one line: line breaks and tabs are shown too
std::string PrintableLines(std::string_view text);  // line breaks and tabs stay

}  // namespace oxpecker
