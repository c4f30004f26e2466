// audit/canonical_scan.h - a cursor over JSON that must be in canonical form (RFC 8785) already.
//
// Stricter than a parser: white space, members out of order, an escape that is not the shortest, a
// number that is no integer within +-(2^53 - 1) are all refused. So whoever accepts a text with it
// knows that the text is the only way to write its value. Does not copy, does not allocate.
// Every function returns false at the first deviation; `at()` then says where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace oxpecker::audit {

class CanonicalScan {
 public:
  explicit CanonicalScan(std::string_view text) : text_(text) {}

  bool Literal(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }
  // The next `count` bytes, whatever they are.
  bool Take(std::size_t count, std::string_view& bytes) {
    if (text_.size() - at_ < count) return false;
    bytes = text_.substr(at_, count);
    at_ += count;
    return true;
  }
  // A string; `inside` is its text between the quotes, still escaped.
  bool String(std::string_view& inside);
  // An unsigned integer up to 2^53 - 1 without leading zeros.
  bool Unsigned(std::uint64_t& value);
  // Any value / an object; containers nested at most `depth_max` deep.
  bool Value(std::size_t depth_max);
  bool Object(std::size_t depth_max);

  bool AtEnd() const { return at_ == text_.size(); }
  std::size_t at() const { return at_; }
  std::string_view Since(std::size_t begin) const { return text_.substr(begin, at_ - begin); }

 private:
  bool Array(std::size_t depth_max);
  bool Escape();
  bool Integer();
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace oxpecker::audit
