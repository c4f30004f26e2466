// rules/feel/regex.h - regular expressions of XPath 2.0 (XQuery 1.0 and XPath 2.0 Functions and
// Operators, 7.6; flags s, m, i, x) and case mapping. The only user of ICU.
//
// Patterns are checked for XPath's syntax and rewritten for ICU where the two differ. Matching takes
// steps of the evaluation that it belongs to, and ends after a fixed number of them whatever the
// pattern: the same pattern and text always end the same way.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oxpecker::feel {

struct RegexError {
  bool limit_hit = false;  // else the pattern, the flags or the replacement are not valid
  std::string_view message;
};

class PreparedPattern;

struct RegexPattern {
  std::string_view pattern;
  std::string_view flags;
  const PreparedPattern* prepared = nullptr;  // used where it is of this text
};

// A pattern that is compiled once and shared: of a program whose text fixes it. Immutable; caches of
// any thread match by copies of their own, which are not compiled again.
class PreparedPattern {
 public:
  // nullptr where the pattern or its flags are not valid.
  static std::shared_ptr<const PreparedPattern> Of(RegexPattern pattern);
  ~PreparedPattern();
  PreparedPattern(const PreparedPattern&) = delete;
  PreparedPattern& operator=(const PreparedPattern&) = delete;

 private:
  friend class RegexCache;
  struct Compiled;
  explicit PreparedPattern(std::unique_ptr<const Compiled> compiled);
  std::unique_ptr<const Compiled> compiled_;
};

// Nothing where the pattern and its flags are valid.
std::optional<RegexError> CheckPattern(RegexPattern pattern);

// Compiled patterns, each compiled once while it is in use. Not thread-safe: one an evaluator.
// `steps_left` is what the evaluation may still use; nullptr: only the fixed bound counts.
//
// Example:
//   RegexCache cache;
//   cache.Matches("LATE-07", {"^LATE-[0-9]+$", ""}, &steps_left);  // true
class RegexCache {
 public:
  RegexCache();
  ~RegexCache();
  RegexCache(RegexCache&&) noexcept;
  RegexCache& operator=(RegexCache&&) noexcept;

  // How many patterns it had to compile: none that were prepared.
  std::uint64_t compilations() const;

  std::expected<bool, RegexError> Matches(std::string_view text, RegexPattern pattern,
                                          std::uint64_t* steps_left);
  // $1..$9 stand for groups, \$ and \\ for themselves. A pattern that matches the empty string is
  // refused, here and by Split.
  std::expected<std::string, RegexError> Replace(std::string_view text, RegexPattern pattern,
                                                 std::string_view replacement,
                                                 std::uint64_t* steps_left);
  std::expected<std::vector<std::string>, RegexError> Split(std::string_view text,
                                                            RegexPattern pattern,
                                                            std::uint64_t* steps_left);

 private:
  struct State;
  State& state();
  std::unique_ptr<State> state_;
};

// Unicode's full case mapping, of no language in particular: "stra\u00dfe" -> "STRASSE".
std::string UpperCase(std::string_view text);
std::string LowerCase(std::string_view text);

}  // namespace oxpecker::feel
