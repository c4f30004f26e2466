// engine/look_alike.h - when two ids of customers look the same to people. The log and the vault take an id
// byte for byte, and so do rules; this is for telling somebody who types one.
//
// Pure; thread-safe.
//
// Example:
//   if (a != b && LookAlikeForm(a) == LookAlikeForm(b)) Warn();  // composed and decomposed A with a ring
#pragma once

#include <string>
#include <string_view>

namespace oxpecker::engine {

// What is left of a text when differences that hardly anybody sees are taken away: NFKC_Casefold of Unicode
// (letters composed in another way, wide and narrow forms, case, what is invisible), and white space at both
// ends. Text that is not UTF-8 comes back as it is.
std::string LookAlikeForm(std::string_view text);

}  // namespace oxpecker::engine
