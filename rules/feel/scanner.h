// rules/feel/scanner.h - the letters of an expression: spaces, comments, symbols, words, numbers, texts.
//
// Driven by the parser, because what a name is depends on the scope: where an operand may stand, the
// parser asks for the longest declared name (MatchName); where an operator may stand, names are not
// considered at all. Every question skips spaces and comments first. Not thread-safe; the source must
// outlive it and be UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/source_span.h"
#include "rules/feel/diagnostics.h"

namespace oxpecker::feel {

class Scanner {
 public:
  Scanner(std::string_view source, Diagnostics& diagnostics)
      : source_(source), diagnostics_(diagnostics) {}

  std::uint32_t position();            // of the next token
  std::uint32_t end() const { return end_; }  // after the last token taken
  void MoveTo(std::uint32_t position);        // as if everything before had been taken
  void Restore(std::uint32_t position, std::uint32_t end) {  // after looking ahead
    at_ = position;
    end_ = end;
  }
  bool AtEnd() { return position() == source_.size(); }
  std::string_view Text(SourceSpan span) const {
    return source_.substr(span.begin, span.end - span.begin);
  }

  // The longest symbol of the language here ("<=" and not "<"), or empty.
  std::string_view Symbol();
  bool Accept(std::string_view symbol);
  // Letters, digits and underscores from a letter on, or empty.
  std::string_view Word();
  bool AcceptWord(std::string_view word);
  bool AtNumber();
  std::string_view TakeNumber();  // REQUIRES AtNumber
  // A text in quotes, its escapes undone. Reports one that does not end. REQUIRES the quote is here.
  std::string TakeText();

  // Where `name` ends if it stands here as a whole, else 0. A space of the name stands for any white
  // space; next to a symbol it may be absent.
  std::uint32_t MatchName(std::string_view name);
  // A name before a colon, as the key of a context or a named argument: its text with single spaces,
  // and moves behind it (not behind the colon). Empty, and nothing moved, where there is none.
  std::string TakeNameBeforeColon();

  // What stands here, for messages: "'<='", "'loan'", "the end".
  std::string Found();

 private:
  void SkipSpace();
  std::size_t SpaceAt(std::size_t at) const;     // bytes of white space, 0 where there is none
  std::size_t SkipSpacesOnly(std::size_t at) const;
  std::size_t NameStartAt(std::size_t at) const;  // bytes of a name start character, or 0
  std::size_t NamePartAt(std::size_t at) const;
  std::size_t WordEnd(std::size_t at) const;
  char At(std::size_t at) const { return at < source_.size() ? source_[at] : '\0'; }
  bool AppendEscape(std::string& text);
  bool ReadHex(std::size_t digits, std::uint32_t& value);

  std::string_view source_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  std::uint32_t end_ = 0;
};

// UTF-8 as RFC 3629 has it; `bad` is the first byte that is not.
bool IsUtf8(std::string_view text, std::size_t& bad);
// Single spaces, none at the ends.
std::string WithSingleSpaces(std::string_view text);

}  // namespace oxpecker::feel
