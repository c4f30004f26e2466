// String functions (DMN 1.5, table 74). Characters are Unicode code points.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "rules/feel/arguments.h"
#include "rules/feel/regex.h"
#include "rules/feel/text.h"

namespace oxpecker::feel {
namespace {

using Arguments = std::span<const Value>;

// Longer texts are not mapped or searched: their copies would not fit the limits.
constexpr std::size_t kMappedBytesMax = 4U << 20U;

Value Substring(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "string");
  const std::int64_t start = read.Integer(1, "start position");
  const std::int64_t wanted = read.Given(2) ? read.Integer(2, "length") : 0;
  if (!read.ok()) return read.failure();
  if (!site.TakeBytes(text.size())) return LimitHit(site);
  const auto size = static_cast<std::int64_t>(CountCodePoints(text));
  if (start == 0 || start > size || start < -size)
    return site.Fail(CauseKind::kDomain, "start position lies outside the string");
  const std::int64_t skipped = start > 0 ? start - 1 : size + start;
  if (read.Given(2) && (wanted < 1 || wanted > size - skipped))
    return site.Fail(CauseKind::kDomain, "length reaches outside the string");
  const std::size_t begin = OffsetOfCodePoint(text, static_cast<std::size_t>(skipped));
  const std::string_view rest = text.substr(begin);
  if (!read.Given(2)) return Value::String(rest);
  return Value::String(rest.substr(0, OffsetOfCodePoint(rest, static_cast<std::size_t>(wanted))));
}

Value StringLength(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "string");
  if (!read.ok()) return read.failure();
  if (!site.TakeBytes(text.size())) return LimitHit(site);
  return Value::Integer(static_cast<std::int64_t>(CountCodePoints(text)));
}

template <std::string (*convert)(std::string_view)>
Value Converted(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "string");
  if (!read.ok()) return read.failure();
  if (!site.TakeBytes(text.size())) return LimitHit(site);
  if (text.size() > kMappedBytesMax || !site.arena.Fits(3 * text.size())) return MemoryHit(site);
  return Value::String(site.arena.Copy(convert(text)));
}

// What a function of (string, match) makes of its arguments.
template <Value (*answer)(std::string_view text, std::string_view match)>
Value Searched(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "string");
  const std::string_view match = read.String(1, "match");
  if (!read.ok()) return read.failure();
  if (!site.TakeBytes(text.size())) return LimitHit(site);
  return answer(text, match);
}

Value Contains(std::string_view text, std::string_view match) {
  return Value::Boolean(text.find(match) != std::string_view::npos);
}
Value StartsWith(std::string_view text, std::string_view match) {
  return Value::Boolean(text.starts_with(match));
}
Value EndsWith(std::string_view text, std::string_view match) {
  return Value::Boolean(text.ends_with(match));
}
Value SubstringBefore(std::string_view text, std::string_view match) {
  const std::size_t at = text.find(match);
  return Value::String(at == std::string_view::npos ? std::string_view() : text.substr(0, at));
}
Value SubstringAfter(std::string_view text, std::string_view match) {
  const std::size_t at = text.find(match);
  return Value::String(at == std::string_view::npos ? std::string_view()
                                                    : text.substr(at + match.size()));
}

Value StringJoin(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView items = read.List(0, "list");
  const bool delimited = read.Given(1) && !read.Single(1).is_null();
  const std::string_view delimiter = delimited ? read.String(1, "delimiter") : std::string_view();
  for (const Value& item : items) {
    if (item.is_null() && item.cause() == nullptr) continue;
    if (item.kind() != Kind::kString) read.Refuse(item, "list", "a list of strings");
  }
  if (!read.ok()) return read.failure();
  std::size_t size = 0;
  for (const Value& item : items) {
    if (item.is_null()) continue;
    const std::size_t part = item.string().size() + delimiter.size();
    if (!site.TakeBytes(part)) return LimitHit(site);
    size += part;  // at most 64 bytes a step: cannot wrap around
  }
  if (!site.arena.Fits(size)) return MemoryHit(site);
  if (size == 0) return Value::String({});
  char* const text = site.arena.AllocateText(size);
  char* end = text;
  bool first = true;
  for (const Value& item : items) {
    if (item.is_null()) continue;
    if (!first) end = std::copy(delimiter.begin(), delimiter.end(), end);
    first = false;
    end = std::copy(item.string().begin(), item.string().end(), end);
  }
  return Value::String({text, static_cast<std::size_t>(end - text)});
}

// --- Regular expressions -------------------------------------------------------------------------

Value RegexFailure(const Site& site, const RegexError& error) {
  return site.Fail(error.limit_hit ? CauseKind::kLimit : CauseKind::kDomain, error.message);
}

// The evaluation's own cache, or one for this call.
RegexCache& Cache(const CallSite& site, RegexCache& own) {
  return site.regexes != nullptr ? *site.regexes : own;
}

// Null stands for no flags.
std::string_view Flags(ArgumentReader& read, std::size_t i) {
  return read.Given(i) && !read.Single(i).is_null() ? read.String(i, "flags") : std::string_view();
}

Value MatchesPattern(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "input");
  const std::string_view pattern = read.String(1, "pattern");
  const std::string_view flags = Flags(read, 2);
  if (!read.ok()) return read.failure();
  if (!site.TakeBytes(text.size() + pattern.size())) return LimitHit(site);
  RegexCache own;
  const auto found = Cache(site, own).Matches(text, {pattern, flags, site.pattern}, site.steps_left);
  return found ? Value::Boolean(*found) : RegexFailure(site, found.error());
}

Value Replace(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "input");
  const std::string_view pattern = read.String(1, "pattern");
  const std::string_view replacement = read.String(2, "replacement");
  const std::string_view flags = Flags(read, 3);
  if (!read.ok()) return read.failure();
  if (!site.TakeBytes(text.size() + pattern.size())) return LimitHit(site);
  RegexCache own;
  const auto replaced =
      Cache(site, own).Replace(text, {pattern, flags, site.pattern}, replacement, site.steps_left);
  if (!replaced) return RegexFailure(site, replaced.error());
  if (!site.TakeBytes(replaced->size())) return LimitHit(site);
  if (!site.arena.Fits(replaced->size())) return MemoryHit(site);
  return Value::String(site.arena.Copy(*replaced));
}

Value Split(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "string");
  const std::string_view delimiter = read.String(1, "delimiter");
  if (!read.ok()) return read.failure();
  if (!site.TakeBytes(text.size() + delimiter.size())) return LimitHit(site);
  RegexCache own;
  const auto parts = Cache(site, own).Split(text, {delimiter, {}, site.pattern}, site.steps_left);
  if (!parts) return RegexFailure(site, parts.error());
  if (!site.Take(parts->size())) return LimitHit(site);
  if (!site.arena.Fits(text.size() + parts->size() * sizeof(Value))) return MemoryHit(site);
  const auto items = site.arena.NewArray<Value>(parts->size());
  for (std::size_t i = 0; i < items.size(); ++i)
    items[i] = Value::String(site.arena.Copy((*parts)[i]));
  return Value::List(items);
}

constexpr auto kString = result::Of<Type::String>;
constexpr auto kBoolean = result::Of<Type::Boolean>;

constexpr std::array kRows = {
    Builtin{"contains", "string,match", 2, Searched<Contains>, kBoolean, {Accepts::kText, Accepts::kText}},
    Builtin{"ends with", "string,match", 2, Searched<EndsWith>, kBoolean, {Accepts::kText, Accepts::kText}},
    Builtin{"lower case", "string", 1, Converted<LowerCase>, kString, {Accepts::kText}},
    Builtin{"matches", "input,pattern,flags", 2, MatchesPattern, kBoolean, {Accepts::kText, Accepts::kText, Accepts::kText}},
    Builtin{"replace", "input,pattern,replacement,flags", 3, Replace, kString, {Accepts::kText, Accepts::kText, Accepts::kText, Accepts::kText}},
    Builtin{"split", "string,delimiter", 2, Split, result::StringList, {Accepts::kText, Accepts::kText}},
    Builtin{"starts with", "string,match", 2, Searched<StartsWith>, kBoolean, {Accepts::kText, Accepts::kText}},
    Builtin{"string join", "list,delimiter", 1, StringJoin, kString, {Accepts::kTexts, Accepts::kText}},
    Builtin{"string length", "string", 1, StringLength, result::Of<Type::Number>, {Accepts::kText}},
    Builtin{"substring", "string,start position,length", 2, Substring, kString, {Accepts::kText, Accepts::kNumber, Accepts::kNumber}},
    Builtin{"substring after", "string,match", 2, Searched<SubstringAfter>, kString, {Accepts::kText, Accepts::kText}},
    Builtin{"substring before", "string,match", 2, Searched<SubstringBefore>, kString, {Accepts::kText, Accepts::kText}},
    Builtin{"upper case", "string", 1, Converted<UpperCase>, kString, {Accepts::kText}},
};

}  // namespace

std::span<const Builtin> StringBuiltins() { return kRows; }

}  // namespace oxpecker::feel
