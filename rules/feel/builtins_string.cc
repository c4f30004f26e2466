// String functions (DMN 1.5, table 74). Characters are Unicode code points.
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

// One step for every 64 bytes looked at.
bool TakeBytes(const CallSite& site, std::size_t bytes) { return site.Take(1 + bytes / 64); }

Value Substring(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "string");
  const std::int64_t start = read.Integer(1, "start position");
  const std::int64_t wanted = read.Given(2) ? read.Integer(2, "length") : 0;
  if (!read.ok()) return read.failure();
  if (!TakeBytes(site, text.size())) return LimitHit(site);
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
  if (!TakeBytes(site, text.size())) return LimitHit(site);
  return Value::Integer(static_cast<std::int64_t>(CountCodePoints(text)));
}

template <std::string (*convert)(std::string_view)>
Value Converted(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "string");
  if (!read.ok()) return read.failure();
  if (!TakeBytes(site, text.size())) return LimitHit(site);
  return Value::String(site.arena.Copy(convert(text)));
}

// What a function of (string, match) makes of its arguments.
template <Value (*answer)(std::string_view text, std::string_view match)>
Value Searched(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "string");
  const std::string_view match = read.String(1, "match");
  if (!read.ok()) return read.failure();
  if (!TakeBytes(site, text.size())) return LimitHit(site);
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
  std::string joined;
  bool first = true;
  for (const Value& item : items) {
    if (item.is_null()) continue;
    if (!first) joined += delimiter;
    first = false;
    joined += item.string();
    if (!TakeBytes(site, item.string().size() + delimiter.size())) return LimitHit(site);
  }
  return Value::String(site.arena.Copy(joined));
}

// --- Regular expressions -------------------------------------------------------------------------

Value RegexFailure(const Site& site, const RegexError& error) {
  return site.Fail(error.limit_hit ? CauseKind::kLimit : CauseKind::kDomain, error.message);
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
  if (!TakeBytes(site, text.size() + pattern.size())) return LimitHit(site);
  const auto found = RegexMatches(text, pattern, flags);
  return found ? Value::Boolean(*found) : RegexFailure(site, found.error());
}

Value Replace(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "input");
  const std::string_view pattern = read.String(1, "pattern");
  const std::string_view replacement = read.String(2, "replacement");
  const std::string_view flags = Flags(read, 3);
  if (!read.ok()) return read.failure();
  if (!TakeBytes(site, text.size() + pattern.size())) return LimitHit(site);
  const auto replaced = RegexReplace(text, pattern, replacement, flags);
  if (!replaced) return RegexFailure(site, replaced.error());
  if (!TakeBytes(site, replaced->size())) return LimitHit(site);
  return Value::String(site.arena.Copy(*replaced));
}

Value Split(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const std::string_view text = read.String(0, "string");
  const std::string_view delimiter = read.String(1, "delimiter");
  if (!read.ok()) return read.failure();
  if (!TakeBytes(site, text.size() + delimiter.size())) return LimitHit(site);
  const auto parts = RegexSplit(text, delimiter);
  if (!parts) return RegexFailure(site, parts.error());
  if (!site.Take(parts->size())) return LimitHit(site);
  const auto items = site.arena.NewArray<Value>(parts->size());
  for (std::size_t i = 0; i < items.size(); ++i)
    items[i] = Value::String(site.arena.Copy((*parts)[i]));
  return Value::List(items);
}

constexpr auto kString = result::Of<Type::String>;
constexpr auto kBoolean = result::Of<Type::Boolean>;

constexpr std::array kRows = {
    Builtin{"contains", "string,match", 2, Searched<Contains>, kBoolean},
    Builtin{"ends with", "string,match", 2, Searched<EndsWith>, kBoolean},
    Builtin{"lower case", "string", 1, Converted<LowerCase>, kString},
    Builtin{"matches", "input,pattern,flags", 2, MatchesPattern, kBoolean},
    Builtin{"replace", "input,pattern,replacement,flags", 3, Replace, kString},
    Builtin{"split", "string,delimiter", 2, Split, result::StringList},
    Builtin{"starts with", "string,match", 2, Searched<StartsWith>, kBoolean},
    Builtin{"string join", "list,delimiter", 1, StringJoin, kString},
    Builtin{"string length", "string", 1, StringLength, result::Of<Type::Number>},
    Builtin{"substring", "string,start position,length", 2, Substring, kString},
    Builtin{"substring after", "string,match", 2, Searched<SubstringAfter>, kString},
    Builtin{"substring before", "string,match", 2, Searched<SubstringBefore>, kString},
    Builtin{"upper case", "string", 1, Converted<UpperCase>, kString},
};

}  // namespace

std::span<const Builtin> StringBuiltins() { return kRows; }

}  // namespace oxpecker::feel
