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

// ICU reports every 10,000 states that its matcher saves. It is steps that count, never time: the
// same pattern and text always end the same way.
constexpr std::int32_t kReportsMax = 2'000;
constexpr std::uint64_t kStepsPerReport = 5'000;
constexpr std::size_t kPatternBytesMax = 64U << 10U;
constexpr std::size_t kKeptMax = 64;  // compiled patterns of one cache
constexpr std::int32_t kStackBytesMax = 4'000'000;
constexpr std::size_t kTextBytesMax = 4U << 20U;

constexpr RegexError kBadPattern{false, "pattern is no regular expression of XPath"};
constexpr RegexError kBadFlags{false, "flags of a regular expression are s, m, i and x"};
constexpr RegexError kBadReplacement{false, "replacement has a $ or \\ without meaning"};
constexpr RegexError kMatchesEmpty{false, "pattern matches the empty string"};
constexpr RegexError kTooMuchWork{true, "matching takes too many steps"};
constexpr RegexError kTooLong{true, "text is too long"};

// Into `wide`, which keeps its memory; false where the text is too long.
bool ToUtf16(std::string_view text, std::u16string& wide) {
  if (text.size() > kTextBytesMax) return false;
  wide.resize(text.size());  // never more units than bytes
  std::int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8WithSub(wide.data(), static_cast<std::int32_t>(wide.size()), &size, text.data(),
                       static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &status);
  if (U_FAILURE(status)) return false;
  wide.resize(static_cast<std::size_t>(size));
  return true;
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

// What a match may still use. ICU reports after every so many saved states of its matcher.
struct Budget {
  std::uint64_t* steps_left = nullptr;
  std::int32_t reports = 0;
};

UBool TakeReport(const void* context, std::int32_t /*steps*/) {
  // ICU hands back the pointer as const; it is our own Budget.
  auto* budget = static_cast<Budget*>(const_cast<void*>(context));
  if (++budget->reports > kReportsMax) return 0;
  if (budget->steps_left == nullptr) return 1;
  if (*budget->steps_left < kStepsPerReport) {
    *budget->steps_left = 0;
    return 0;
  }
  *budget->steps_left -= kStepsPerReport;
  return 1;
}

class Regex {
 public:
  static std::expected<Regex, RegexError> Compile(RegexPattern wanted) {
    std::uint32_t bits = UREGEX_UNIX_LINES;
    bool multiline = false;
    bool ignore_space = false;
    for (const char flag : wanted.flags) {
      switch (flag) {
        case 's': bits |= UREGEX_DOTALL; break;
        case 'm': multiline = true; break;
        case 'i': bits |= UREGEX_CASE_INSENSITIVE; break;
        case 'x': ignore_space = true; break;
        default: return std::unexpected(kBadFlags);
      }
    }
    if (multiline) bits |= UREGEX_MULTILINE;
    if (wanted.pattern.size() > kPatternBytesMax) return std::unexpected(kTooLong);
    const auto translated = PatternTranslator(wanted.pattern, multiline, ignore_space).Translate();
    if (!translated) return std::unexpected(kBadPattern);
    std::u16string wide;
    if (!ToUtf16(*translated, wide)) return std::unexpected(kTooLong);
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<URegularExpression, CloseRegex> regex;
    if (wide.empty()) {  // ICU refuses an empty pattern; () is the same
      regex.reset(uregex_open(u"()", 2, bits, nullptr, &status));
    } else {
      regex.reset(uregex_open(wide.data(), static_cast<std::int32_t>(wide.size()), bits, nullptr,
                              &status));
    }
    if (U_FAILURE(status)) return std::unexpected(kBadPattern);
    uregex_setStackLimit(regex.get(), kStackBytesMax, &status);
    return Regex(std::move(regex));
  }

  // Another matcher of the same compiled pattern; nothing where memory ends.
  std::optional<Regex> Copy() const {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<URegularExpression, CloseRegex> copy(uregex_clone(regex_.get(), &status));
    if (U_FAILURE(status)) return std::nullopt;
    uregex_setStackLimit(copy.get(), kStackBytesMax, &status);  // is not copied
    return Regex(std::move(copy));
  }

  // The text and the budget must outlive the matching.
  void Search(const std::u16string& text, Budget& budget) {
    UErrorCode status = U_ZERO_ERROR;
    uregex_setMatchCallback(regex_.get(), TakeReport, &budget, &status);
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
    Budget budget;
    Search(empty, budget);
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
  std::u16string wide;
  if (!ToUtf16(text, wide)) return std::string(text);
  std::u16string mapped(wide.size() * 3, u'\0');  // the longest full mapping
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t size = map(mapped.data(), static_cast<std::int32_t>(mapped.size()),
                                wide.data(), static_cast<std::int32_t>(wide.size()), "", &status);
  if (U_FAILURE(status)) return std::string(text);
  return ToUtf8(std::u16string_view(mapped.data(), static_cast<std::size_t>(size)));
}

}  // namespace

struct PreparedPattern::Compiled {
  std::string pattern;
  std::string flags;
  Regex regex;
};

PreparedPattern::PreparedPattern(std::unique_ptr<const Compiled> compiled)
    : compiled_(std::move(compiled)) {}
PreparedPattern::~PreparedPattern() = default;

std::shared_ptr<const PreparedPattern> PreparedPattern::Of(RegexPattern pattern) {
  auto regex = Regex::Compile(pattern);
  if (!regex) return nullptr;
  auto compiled = std::make_unique<Compiled>(std::string(pattern.pattern), std::string(pattern.flags), *std::move(regex));
  return std::shared_ptr<const PreparedPattern>(new PreparedPattern(std::move(compiled)));
}

struct RegexCache::State {
  struct Kept {
    std::string pattern;
    std::string flags;
    Regex regex;
  };
  std::uint64_t compilations = 0;
  std::vector<Kept> kept;  // in order of first use
  std::size_t next = 0;    // the one to give up when all places are taken
  std::u16string text;

  std::expected<Regex, RegexError> Make(RegexPattern wanted) {
    const PreparedPattern::Compiled* prepared =
        wanted.prepared == nullptr ? nullptr : wanted.prepared->compiled_.get();
    if (prepared != nullptr && prepared->pattern == wanted.pattern && prepared->flags == wanted.flags)
      if (auto copy = prepared->regex.Copy()) return *std::move(copy);
    ++compilations;
    return Regex::Compile(wanted);
  }

  // The pointer is good until the next call.
  std::expected<Regex*, RegexError> Find(RegexPattern wanted) {
    for (Kept& k : kept) {
      if (k.pattern == wanted.pattern && k.flags == wanted.flags) return &k.regex;
    }
    auto regex = Make(wanted);
    if (!regex) return std::unexpected(regex.error());
    Kept fresh{std::string(wanted.pattern), std::string(wanted.flags), *std::move(regex)};
    if (kept.size() < kKeptMax) {
      kept.push_back(std::move(fresh));
      return &kept.back().regex;
    }
    Kept& place = kept[next];
    next = (next + 1) % kKeptMax;
    place = std::move(fresh);
    return &place.regex;
  }
};

RegexCache::RegexCache() = default;
RegexCache::~RegexCache() = default;
RegexCache::RegexCache(RegexCache&&) noexcept = default;
RegexCache& RegexCache::operator=(RegexCache&&) noexcept = default;

RegexCache::State& RegexCache::state() {
  if (state_ == nullptr) state_ = std::make_unique<State>();
  return *state_;
}

std::uint64_t RegexCache::compilations() const { return state_ == nullptr ? 0 : state_->compilations; }

std::expected<bool, RegexError> RegexCache::Matches(std::string_view text, RegexPattern pattern,
                                                    std::uint64_t* steps_left) {
  State& s = state();
  const auto regex = s.Find(pattern);
  if (!regex) return std::unexpected(regex.error());
  if (!ToUtf16(text, s.text)) return std::unexpected(kTooLong);
  Budget budget{steps_left};
  (*regex)->Search(s.text, budget);
  return (*regex)->FindNext();
}

std::expected<std::string, RegexError> RegexCache::Replace(std::string_view text,
                                                           RegexPattern pattern,
                                                           std::string_view replacement,
                                                           std::uint64_t* steps_left) {
  State& s = state();
  const auto regex = s.Find(pattern);
  if (!regex) return std::unexpected(regex.error());
  if (const auto status = (*regex)->RefuseEmptyMatch(); !status)
    return std::unexpected(status.error());
  std::u16string wide_replacement;
  if (!ToUtf16(text, s.text) || !ToUtf16(replacement, wide_replacement))
    return std::unexpected(kTooLong);
  Budget budget{steps_left};
  (*regex)->Search(s.text, budget);
  std::u16string out;
  std::size_t copied = 0;
  while (true) {
    const auto found = (*regex)->FindNext();
    if (!found) return std::unexpected(found.error());
    if (!*found) break;
    const auto match = *(*regex)->Group(0);
    out.append(s.text, copied, match.first - copied);
    copied = match.second;
    if (!AppendReplacement(**regex, s.text, wide_replacement, out))
      return std::unexpected(kBadReplacement);
    if (out.size() > kTextBytesMax) return std::unexpected(kTooLong);
  }
  out.append(s.text, copied);
  return ToUtf8(out);
}

std::expected<std::vector<std::string>, RegexError> RegexCache::Split(std::string_view text,
                                                                      RegexPattern pattern,
                                                                      std::uint64_t* steps_left) {
  State& s = state();
  const auto regex = s.Find(pattern);
  if (!regex) return std::unexpected(regex.error());
  if (const auto status = (*regex)->RefuseEmptyMatch(); !status)
    return std::unexpected(status.error());
  if (!ToUtf16(text, s.text)) return std::unexpected(kTooLong);
  Budget budget{steps_left};
  (*regex)->Search(s.text, budget);
  std::vector<std::string> parts;
  std::size_t copied = 0;
  const std::u16string_view whole = s.text;
  while (true) {
    const auto found = (*regex)->FindNext();
    if (!found) return std::unexpected(found.error());
    if (!*found) break;
    const auto match = *(*regex)->Group(0);
    parts.push_back(ToUtf8(whole.substr(copied, match.first - copied)));
    copied = match.second;
  }
  parts.push_back(ToUtf8(whole.substr(copied)));
  return parts;
}

std::optional<RegexError> CheckPattern(RegexPattern pattern) {
  const auto regex = Regex::Compile(pattern);
  if (regex) return std::nullopt;
  return regex.error();
}

std::string UpperCase(std::string_view text) { return MapCase(text, u_strToUpper); }
std::string LowerCase(std::string_view text) { return MapCase(text, u_strToLower); }

}  // namespace oxpecker::feel
