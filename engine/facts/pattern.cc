#include "engine/facts/pattern.h"

#include <re2/re2.h>

#include <optional>
#include <utility>

namespace oxpecker::facts {
namespace {

using ByteSet = std::bitset<256>;

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == ':' || c == ' ' || c == '/';
}

void AddRange(ByteSet& set, char first, char last) {
  for (auto c = static_cast<unsigned char>(first); c <= static_cast<unsigned char>(last); ++c)
    set.set(c);
}

// Reads rows of single-byte sets between ^ and $: [A-Z], [a-z0-9_], \d and letters, each perhaps
// with {n}. Nothing for any other expression.
class RowReader {
 public:
  explicit RowReader(std::string_view expression) : rest_(expression) {}

  std::optional<std::vector<ByteSet>> Read() {
    constexpr std::size_t places_max = 64;
    std::vector<ByteSet> row;
    if (!Take('^')) return std::nullopt;
    while (!rest_.empty() && rest_ != "$") {
      ByteSet set;
      std::size_t count = 1;
      if (!ReadSet(set) || !ReadCount(count) || row.size() + count > places_max)
        return std::nullopt;
      row.insert(row.end(), count, set);
    }
    return Take('$') ? std::optional(std::move(row)) : std::nullopt;
  }

 private:
  bool Take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool ReadSet(ByteSet& set) {
    if (rest_.starts_with("\\d")) {
      rest_.remove_prefix(2);
      AddRange(set, '0', '9');
      return true;
    }
    if (Take('[')) {
      while (!rest_.empty() && IsPlain(rest_[0]) && rest_[0] != '-') {
        const bool is_range =
            rest_.size() > 2 && rest_[1] == '-' && IsPlain(rest_[2]) && rest_[2] >= rest_[0];
        AddRange(set, rest_[0], is_range ? rest_[2] : rest_[0]);
        rest_.remove_prefix(is_range ? 3 : 1);
      }
      return Take(']') && set.any();
    }
    if (rest_.empty() || !IsPlain(rest_[0])) return false;
    AddRange(set, rest_[0], rest_[0]);
    rest_.remove_prefix(1);
    return true;
  }

  bool ReadCount(std::size_t& count) {
    if (!Take('{')) return true;
    count = 0;
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9' && count < 100) {
      count = count * 10 + static_cast<std::size_t>(rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return count > 0 && Take('}');
  }

  std::string_view rest_;
};

}  // namespace

struct Pattern::Automaton {
  re2::RE2 expression;
};

Result<Pattern> Pattern::Compile(std::string_view expression) {
  Pattern pattern;
  pattern.expression_ = expression;
  if (auto row = RowReader(expression).Read()) {
    pattern.is_row_of_sets_ = true;
    pattern.sets_ = *std::move(row);
    return pattern;
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto automaton = std::shared_ptr<const Automaton>(
      new Automaton{re2::RE2(re2::StringPiece(expression.data(), expression.size()), options)});
  if (!automaton->expression.ok())
    return Fail(ErrorCode::kInvalidInput, "",
                "found a pattern that cannot be used (" + automaton->expression.error() +
                    "), expected a regular expression of RE2");
  pattern.automaton_ = std::move(automaton);
  return pattern;
}

bool Pattern::Matches(std::string_view text) const {
  if (!is_row_of_sets_)
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()),
                                  automaton_->expression);
  if (text.size() != sets_.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!sets_[i][static_cast<unsigned char>(text[i])]) return false;
  return true;
}

}  // namespace oxpecker::facts
