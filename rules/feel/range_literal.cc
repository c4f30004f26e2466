#include "rules/feel/range_literal.h"

#include <array>
#include <string>

#include "rules/feel/operations.h"
#include "rules/feel/temporal.h"
#include "rules/feel/text.h"

namespace oxpecker::feel {
namespace {

class RangeReader {
 public:
  RangeReader(std::string_view text, Arena& arena) : text_(text), arena_(arena) {}

  std::optional<RangeData> Read() {
    RangeData range{};
    SkipSpace();
    if (TakeAny("[")) {
      range.low_included = true;
    } else if (!TakeAny("(]")) {
      return std::nullopt;
    }
    SkipSpace();
    const bool has_low = !Starts("..");
    if (has_low && !ReadEnd(range.low)) return std::nullopt;
    SkipSpace();
    if (!Take("..")) return std::nullopt;
    SkipSpace();
    const bool has_high = at_ < text_.size() && !AtClosing();
    if (has_high && !ReadEnd(range.high)) return std::nullopt;
    SkipSpace();
    if (TakeAny("]")) {
      range.high_included = true;
    } else if (!TakeAny(")[")) {
      return std::nullopt;
    }
    SkipSpace();
    if (at_ != text_.size()) return std::nullopt;
    return Checked(range, has_low, has_high);
  }

 private:
  static std::optional<RangeData> Checked(RangeData range, bool has_low, bool has_high) {
    if (has_low && has_high) {
      const auto order = Order(range.low, range.high);
      if (!order || *order > 0) return std::nullopt;
      return range;
    }
    if (has_low == has_high) return std::nullopt;
    if (has_low ? range.high_included : range.low_included) return std::nullopt;
    range.form = has_low ? RangeForm::kGreater : RangeForm::kLess;
    return range;
  }

  void SkipSpace() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' ||
                                  text_[at_] == '\r'))
      ++at_;
  }
  bool Starts(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  bool Take(std::string_view word) {
    if (!Starts(word)) return false;
    at_ += word.size();
    return true;
  }
  bool TakeAny(std::string_view characters) {
    if (at_ >= text_.size() || characters.find(text_[at_]) == std::string_view::npos) return false;
    ++at_;
    return true;
  }
  bool AtClosing() const { return std::string_view(")][").find(text_[at_]) != std::string_view::npos; }

  bool ReadEnd(Value& end) {
    if (Starts("\"")) {
      std::string text;
      if (!ReadString(text)) return false;
      end = Value::String(arena_.Copy(text));
      return true;
    }
    if (Take("@")) return ReadTemporal(ParseTemporal, end);
    if (const auto parse = TakeFunction()) {
      SkipSpace();
      if (!Take("(")) return false;
      SkipSpace();
      if (!ReadTemporal(parse, end)) return false;
      SkipSpace();
      return Take(")");
    }
    return ReadNumber(end);
  }

  using Parse = std::optional<Value> (*)(std::string_view);
  Parse TakeFunction() {
    struct Function {
      std::string_view name;
      Parse parse;
    };
    constexpr std::array<Function, 4> kFunctions = {{{"date and time", ParseDateTime},
                                                     {"date", ParseDate},
                                                     {"time", ParseTime},
                                                     {"duration", ParseDuration}}};
    for (const Function& function : kFunctions) {
      if (Take(function.name)) return function.parse;
    }
    return nullptr;
  }
  bool ReadTemporal(Parse parse, Value& end) {
    std::string text;
    if (!ReadString(text)) return false;
    const auto value = parse(text);
    if (value) end = *value;
    return value.has_value();
  }
  bool ReadNumber(Value& end) {
    const std::size_t start = at_;
    Take("-");
    const auto digits = [&] {
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    };
    digits();
    if (Starts(".") && !Starts("..")) {
      ++at_;
      digits();
    }
    const auto number = Decimal::Parse(text_.substr(start, at_ - start));
    if (number) end = Value::Number(*number);
    return number.has_value();
  }
  bool ReadString(std::string& to) {
    if (!Take("\"")) return false;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] != '\\') {
        to += text_[at_++];
      } else if (!ReadEscape(to)) {
        return false;
      }
    }
    return Take("\"");
  }
  bool ReadEscape(std::string& to) {
    ++at_;
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    switch (c) {
      case 'n': to += '\n'; return true;
      case 'r': to += '\r'; return true;
      case 't': to += '\t'; return true;
      case '"':
      case '\\':
      case '\'': to += c; return true;
      case 'u': return ReadCodePoint(4, to);
      case 'U': return ReadCodePoint(6, to);
      default: return false;
    }
  }
  bool ReadCodePoint(std::size_t count, std::string& to) {
    if (text_.size() - at_ < count) return false;
    char32_t code_point = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = text_[at_++];
      char32_t digit = 0;
      if (c >= '0' && c <= '9') {
        digit = static_cast<char32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        digit = static_cast<char32_t>(c - 'a') + 10;
      } else if (c >= 'A' && c <= 'F') {
        digit = static_cast<char32_t>(c - 'A') + 10;
      } else {
        return false;
      }
      code_point = code_point * 16 + digit;
    }
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) return false;
    AppendCodePoint(code_point, to);
    return true;
  }

  std::string_view text_;
  Arena& arena_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<RangeData> ParseRange(std::string_view text, Arena& arena) {
  return RangeReader(text, arena).Read();
}

}  // namespace oxpecker::feel
