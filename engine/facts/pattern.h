// engine/facts/pattern.h - a regular expression of a schema. RE2 does the work, inside pattern.cc.
//
// RE2 syntax, which for what schemas use is that of ECMA-262; matching takes linear time whatever
// the text. Searched anywhere in the text unless anchored. Immutable; safe to use from any thread.
#pragma once

#include <bitset>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oxpecker::facts {

class Pattern {
 public:
  static Result<Pattern> Compile(std::string_view expression);
  bool Matches(std::string_view text) const;
  const std::string& expression() const { return expression_; }

 private:
  struct Automaton;
  Pattern() = default;
  std::string expression_;
  // ^[A-Z]{3}$ and its like need no automaton: one set of bytes for each place of the text.
  bool is_row_of_sets_ = false;
  std::vector<std::bitset<256>> sets_;
  std::shared_ptr<const Automaton> automaton_;
};

}  // namespace oxpecker::facts
