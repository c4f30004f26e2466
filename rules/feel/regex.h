// rules/feel/regex.h - regular expressions of XPath 2.0 (XQuery 1.0 and XPath 2.0 Functions and
// Operators, 7.6; flags s, m, i, x) and case mapping. Thread-safe; the only user of ICU.
//
// Patterns are checked for XPath's syntax and rewritten for ICU where the two differ. Matching ends
// after a fixed number of steps, whatever the pattern.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace oxpecker::feel {

struct RegexError {
  bool limit_hit = false;  // else the pattern, the flags or the replacement are not valid
  std::string_view message;
};

std::expected<bool, RegexError> RegexMatches(std::string_view text, std::string_view pattern,
                                             std::string_view flags);
// $1..$9 stand for groups, \$ and \\ for themselves. A pattern that matches the empty string is
// refused, here and by RegexSplit.
std::expected<std::string, RegexError> RegexReplace(std::string_view text, std::string_view pattern,
                                                    std::string_view replacement,
                                                    std::string_view flags);
std::expected<std::vector<std::string>, RegexError> RegexSplit(std::string_view text,
                                                               std::string_view pattern);

// Unicode's full case mapping, of no language in particular: "stra\u00dfe" -> "STRASSE".
std::string UpperCase(std::string_view text);
std::string LowerCase(std::string_view text);

}  // namespace oxpecker::feel
