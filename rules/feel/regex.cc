#include "rules/feel/regex.h"

// The only file that includes ICU.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#endif
#include <unicode/uregex.h>
#include <unicode/ustring.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include <cstdint>
#include <memory>
#include <optional>

namespace oxpecker::feel {
namespace {

// ICU counts steps of its matcher, not time: the same pattern and text always end the same way.
constexpr std::int32_t kMatchStepsMax = 2'000;
constexpr std::int32_t kStackBytesMax = 4'000'000;
constexpr std::size_t kTextBytesMax = 16U << 20U;

constexpr RegexError kBadPattern{false, "pattern is no regular expression of XPath"};
constexpr RegexError kBadFlags{false, "flags of a regular expression are s, m, i and x"};
constexpr RegexError kBadReplacement{false, "replacement has a $ or \\ without meaning"};
constexpr RegexError kMatchesEmpty{false, "pattern matches the empty string"};
constexpr RegexError kTooMuchWork{true, "matching takes too many steps"};
constexpr RegexError kTooLong{true, "text is too long"};

std::optional<std::u16string> ToUtf16(std::string_view text) {
  if (text.size() > kTextBytesMax) return std::nullopt;
  std::u16string wide(text.size(), u'\0');  // never more units than bytes
  std::int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8WithSub(wide.data(), static_cast<std::int32_t>(wide.size()), &size, text.data(),
                       static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &status);
  if (U_FAILURE(status)) return std::nullopt;
  wide.resize(static_cast<std::size_t>(size));
  return wide;
}

std::string ToUtf8(std::u16string_view wide) {
  std::string text(wide.size() * 3, '\0');
  std::int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strToUTF8WithSub(text.data(), static_cast<std::int32_t>(text.size()), &size, wide.data(),
                     static_cast<std::int32_t>(wide.size()), 0xFFFD, nullptr, &status);
  text.resize(U_FAILURE(status) ? 0 : static_cast<std::size_t>(size));
  return text;
}

// --- From XPath to ICU ---------------------------------------------------------------------------

class PatternTranslator {
 public:
  PatternTranslator(std::string_view pattern, bool multiline, bool ignore_space)
      : in_(pattern), multiline_(multiline), ignore_space_(ignore_space) {}

  std::optional<std::string> Translate() {
    while (at_ < in_.size()) {
      if (!Next()) return std::nullopt;
    }
    return out_;
  }

 private:
  bool Next() {
    const char c = in_[at_];
    if (c == '[') return Class(0);
    if (c == '\\') return Escape(false);
    ++at_;
    if (ignore_space_ && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) return true;
    if (c == '(') {
      // No look-around, no groups without a number.
      if (at_ < in_.size() && in_[at_] == '?') return false;
    } else if ((c == '*' || c == '+' || c == '}' || c == '?') && at_ < in_.size() &&
               in_[at_] == '+') {
      return false;  // possessive in ICU, no XPath
    } else if (c == ']') {
      return false;
    } else if (c == '$' && !multiline_) {
      out_ += "\\z";  // ICU's $ also stands before a last line break
      return true;
    }
    // What ICU alone would take for a comment or a literal is not special without its flag x.
    out_ += c;
    return true;
  }

  bool Escape(bool in_class) {
    if (at_ + 1 >= in_.size()) return false;
    const char c = in_[at_ + 1];
    at_ += 2;
    constexpr std::string_view kSingle = "nrt\\|.?*+(){}-[]^$";
    constexpr std::string_view kClasses = "sSdDwW";
    if (kSingle.find(c) != std::string_view::npos || kClasses.find(c) != std::string_view::npos) {
      out_ += '\\';
      out_ += c;
      return true;
    }
    if (c >= '1' && c <= '9' && !in_class) {  // a group
      out_ += '\\';
      out_ += c;
      return true;
    }
    // XML's name characters.
    constexpr std::string_view kInitial = ":_\\p{L}\\p{Nl}";
    constexpr std::string_view kName = ":_\\-.\\p{L}\\p{Nl}\\p{Nd}\\p{Mn}\\p{Mc}\\u00B7";
    if (c == 'i' || c == 'I' || c == 'c' || c == 'C') {
      out_ += (c == 'I' || c == 'C') ? "[^" : "[";
      out_ += (c == 'i' || c == 'I') ? kInitial : kName;
      out_ += ']';
      return true;
    }
    if (c == 'p' || c == 'P') return Property(c);
    return false;
  }

  bool Property(char letter) {  // \p{Lu}, \p{IsGreek}: a category or a block
    if (at_ >= in_.size() || in_[at_] != '{') return false;
    const std::size_t end = in_.find('}', at_);
    if (end == std::string_view::npos) return false;
    std::string_view name = in_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    for (const char c : name) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '-';
      if (!plain) return false;
    }
    out_ += '\\';
    out_ += letter;
    if (name.starts_with("Is")) {
      out_ += "{blk=" + std::string(name.substr(2)) + "}";
      return name.size() > 2;
    }
    out_ += "{gc=" + std::string(name) + "}";
    return name.size() == 1 || name.size() == 2;
  }

  bool Class(int depth) {  // [abc], [^a-z], [a-z-[aeiou]]
    constexpr int kClassDepthMax = 32;
    if (depth > kClassDepthMax) return false;
    out_ += '[';
    ++at_;
    if (at_ < in_.size() && in_[at_] == '^') {
      out_ += '^';
      ++at_;
    }
    bool empty = true;
    while (at_ < in_.size()) {
      const char c = in_[at_];
      if (c == ']') {
        ++at_;
        out_ += ']';
        return !empty;
      }
      if (c == '-' && at_ + 1 < in_.size() && in_[at_ + 1] == '[') {
        if (empty) return false;
        out_ += "--";
        ++at_;
        if (!Class(depth + 1) || at_ >= in_.size() || in_[at_] != ']') return false;
        continue;
      }
      if (c == '[') return false;
      if (c == '\\') {
        if (!Escape(true)) return false;
      } else {
        ++at_;
        const bool first_or_last_hyphen =
            c == '-' && (empty || (at_ < in_.size() && in_[at_] == ']'));
        // Characters that mean something in ICU's sets, but nothing in XPath's.
        if (c == '&' || c == '{' || c == '}' || c == '$' || c == ':' || c == '^' || c == ' ' ||
            first_or_last_hyphen)
          out_ += '\\';
        out_ += c;
      }
      empty = false;
    }
    return false;
  }

  std::string_view in_;
  bool multiline_;
  bool ignore_space_;
  std::size_t at_ = 0;
  std::string out_;
};

// --- Matching ------------------------------------------------------------------------------------

struct CloseRegex {
  void operator()(URegularExpression* regex) const { uregex_close(regex); }
};

class Regex {
 public:
  static std::expected<Regex, RegexError> Compile(std::string_view pattern, std::string_view flags) {
    std::uint32_t bits = UREGEX_UNIX_LINES;
    bool multiline = false;
    bool ignore_space = false;
    for (const char flag : flags) {
      switch (flag) {
        case 's': bits |= UREGEX_DOTALL; break;
        case 'm': multiline = true; break;
        case 'i': bits |= UREGEX_CASE_INSENSITIVE; break;
        case 'x': ignore_space = true; break;
        default: return std::unexpected(kBadFlags);
      }
    }
    if (multiline) bits |= UREGEX_MULTILINE;
    const auto translated = PatternTranslator(pattern, multiline, ignore_space).Translate();
    if (!translated) return std::unexpected(kBadPattern);
    const auto wide = ToUtf16(*translated);
    if (!wide) return std::unexpected(kTooLong);
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<URegularExpression, CloseRegex> regex(uregex_open(
        wide->data(), static_cast<std::int32_t>(wide->size()), bits, nullptr, &status));
    if (wide->empty()) {  // ICU refuses an empty pattern; () is the same
      status = U_ZERO_ERROR;
      regex.reset(uregex_open(u"()", 2, bits, nullptr, &status));
    }
    if (U_FAILURE(status)) return std::unexpected(kBadPattern);
    uregex_setTimeLimit(regex.get(), kMatchStepsMax, &status);
    uregex_setStackLimit(regex.get(), kStackBytesMax, &status);
    return Regex(std::move(regex));
  }

  // The text must outlive the matching.
  void Search(const std::u16string& text) {
    UErrorCode status = U_ZERO_ERROR;
    uregex_setText(regex_.get(), text.data(), static_cast<std::int32_t>(text.size()), &status);
  }
  std::expected<bool, RegexError> FindNext() {
    UErrorCode status = U_ZERO_ERROR;
    const bool found = uregex_findNext(regex_.get(), &status) != 0;
    if (U_FAILURE(status)) return std::unexpected(kTooMuchWork);
    return found;
  }
  // [start, end) of a group of the match; nothing where the group took no part.
  std::optional<std::pair<std::size_t, std::size_t>> Group(std::int32_t group) const {
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t start = uregex_start(regex_.get(), group, &status);
    const std::int32_t end = uregex_end(regex_.get(), group, &status);
    if (U_FAILURE(status) || start < 0) return std::nullopt;
    return std::pair(static_cast<std::size_t>(start), static_cast<std::size_t>(end));
  }
  std::int32_t group_count() const {
    UErrorCode status = U_ZERO_ERROR;
    return uregex_groupCount(regex_.get(), &status);
  }
  std::expected<void, RegexError> RefuseEmptyMatch() {
    const std::u16string empty;
    Search(empty);
    const auto found = FindNext();
    if (!found) return std::unexpected(found.error());
    if (*found) return std::unexpected(kMatchesEmpty);
    return {};
  }

 private:
  explicit Regex(std::unique_ptr<URegularExpression, CloseRegex> regex)
      : regex_(std::move(regex)) {}
  std::unique_ptr<URegularExpression, CloseRegex> regex_;
};

// Appends the replacement with the groups of the current match put in; false where it is not valid.
bool AppendReplacement(const Regex& regex, std::u16string_view text,
                       std::u16string_view replacement, std::u16string& out) {
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    const char16_t c = replacement[i];
    if (c != u'$' && c != u'\\') {
      out += c;
      continue;
    }
    if (++i >= replacement.size()) return false;
    const char16_t next = replacement[i];
    if (c == u'\\') {
      if (next != u'$' && next != u'\\') return false;
      out += next;
      continue;
    }
    if (next < u'0' || next > u'9') return false;
    std::int32_t group = next - u'0';
    // As many digits as there are groups for.
    while (i + 1 < replacement.size() && replacement[i + 1] >= u'0' && replacement[i + 1] <= u'9' &&
           group * 10 + (replacement[i + 1] - u'0') <= regex.group_count())
      group = group * 10 + (replacement[++i] - u'0');
    if (const auto span = regex.Group(group))
      out += text.substr(span->first, span->second - span->first);
  }
  return true;
}

template <class Map>
std::string MapCase(std::string_view text, Map map) {
  const auto wide = ToUtf16(text);
  if (!wide) return std::string(text);
  std::u16string mapped(wide->size() * 3, u'\0');  // the longest full mapping
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t size =
      map(mapped.data(), static_cast<std::int32_t>(mapped.size()), wide->data(),
          static_cast<std::int32_t>(wide->size()), "", &status);
  if (U_FAILURE(status)) return std::string(text);
  return ToUtf8(std::u16string_view(mapped.data(), static_cast<std::size_t>(size)));
}

}  // namespace

std::expected<bool, RegexError> RegexMatches(std::string_view text, std::string_view pattern,
                                             std::string_view flags) {
  auto regex = Regex::Compile(pattern, flags);
  if (!regex) return std::unexpected(regex.error());
  const auto wide = ToUtf16(text);
  if (!wide) return std::unexpected(kTooLong);
  regex->Search(*wide);
  return regex->FindNext();
}

std::expected<std::string, RegexError> RegexReplace(std::string_view text, std::string_view pattern,
                                                    std::string_view replacement,
                                                    std::string_view flags) {
  auto regex = Regex::Compile(pattern, flags);
  if (!regex) return std::unexpected(regex.error());
  if (const auto status = regex->RefuseEmptyMatch(); !status)
    return std::unexpected(status.error());
  const auto wide = ToUtf16(text);
  const auto wide_replacement = ToUtf16(replacement);
  if (!wide || !wide_replacement) return std::unexpected(kTooLong);
  regex->Search(*wide);
  std::u16string out;
  std::size_t copied = 0;
  while (true) {
    const auto found = regex->FindNext();
    if (!found) return std::unexpected(found.error());
    if (!*found) break;
    const auto match = *regex->Group(0);
    out.append(*wide, copied, match.first - copied);
    copied = match.second;
    if (!AppendReplacement(*regex, *wide, *wide_replacement, out))
      return std::unexpected(kBadReplacement);
    if (out.size() > kTextBytesMax) return std::unexpected(kTooLong);
  }
  out.append(*wide, copied);
  return ToUtf8(out);
}

std::expected<std::vector<std::string>, RegexError> RegexSplit(std::string_view text,
                                                               std::string_view pattern) {
  auto regex = Regex::Compile(pattern, "");
  if (!regex) return std::unexpected(regex.error());
  if (const auto status = regex->RefuseEmptyMatch(); !status)
    return std::unexpected(status.error());
  const auto wide = ToUtf16(text);
  if (!wide) return std::unexpected(kTooLong);
  regex->Search(*wide);
  std::vector<std::string> parts;
  std::size_t copied = 0;
  while (true) {
    const auto found = regex->FindNext();
    if (!found) return std::unexpected(found.error());
    if (!*found) break;
    const auto match = *regex->Group(0);
    parts.push_back(ToUtf8(std::u16string_view(*wide).substr(copied, match.first - copied)));
    copied = match.second;
  }
  parts.push_back(ToUtf8(std::u16string_view(*wide).substr(copied)));
  return parts;
}

std::string UpperCase(std::string_view text) { return MapCase(text, u_strToUpper); }
std::string LowerCase(std::string_view text) { return MapCase(text, u_strToLower); }

}  // namespace oxpecker::feel
