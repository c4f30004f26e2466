#include "base/json/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/check.h"
#include "base/encoding.h"
#include "base/json/plain_text.h"

namespace oxpecker::json {
namespace {

constexpr std::int64_t kIntegerMax = (std::int64_t{1} << 53) - 1;

bool IsExact(std::int64_t value) { return value >= -kIntegerMax && value <= kIntegerMax; }

void AppendInteger(std::string& out, std::int64_t value) {
  std::array<char, 24> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

// Is the size of a JSON number's value below one? For numbers that from_chars finds out of range:
// tells those too near to zero (which are zero) from those too large (which are nothing).
bool IsBelowOne(std::string_view text) {
  std::int64_t exponent = 0;
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view digits = text.substr(e + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (read.ec != std::errc{}) return digits.starts_with('-');
  }
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return true;
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  return static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) + exponent <= 0;
}

std::optional<double> ToDouble(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc::result_out_of_range)
    return IsBelowOne(text) ? std::optional<double>(0.0) : std::nullopt;
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// AppendString for values that a program made: its mistakes end here, not in a record.
void AppendCheckedString(std::string& out, std::string_view text) {
  if (IsPlainAscii(text)) {
    out += '"';
    out += text;
    out += '"';
    return;
  }
  OXP_CHECK(IsUtf8(text));
  AppendString(out, text);
}

using Member = std::pair<std::string, Value>;

std::vector<const Member*> InCanonicalOrder(const Object& object) {
  std::vector<const Member*> members;
  members.reserve(object.members().size());
  for (const Member& member : object.members()) members.push_back(&member);
  std::ranges::sort(members, [](const Member* a, const Member* b) {
    return CompareUtf16(a->first, b->first) < 0;
  });
  return members;
}

// Writes values; with an indent for people, without one canonically.
class ValueWriter {
 public:
  ValueWriter(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

  void Write(const Value& value) {
    if (const auto* boolean = value.boolean()) {
      out_ += *boolean ? "true" : "false";
    } else if (const auto* integer = value.integer()) {
      AppendInteger(out_, *integer);
    } else if (const auto* number = value.number()) {
      const auto finite = ToDouble(number->text);
      OXP_CHECK(finite.has_value());  // FromDocument let no other in
      AppendNumber(out_, *finite);
    } else if (const auto* string = value.string()) {
      AppendCheckedString(out_, *string);
    } else if (const auto* array = value.array()) {
      WriteArray(*array);
    } else if (const auto* object = value.object()) {
      WriteObject(*object);
    } else {
      out_ += "null";
    }
  }

 private:
  void WriteArray(const Array& array) {
    out_ += '[';
    ++depth_;
    for (std::size_t i = 0; i < array.size(); ++i) {
      if (i != 0) out_ += ',';
      NewLine();
      Write(array[i]);
    }
    --depth_;
    if (!array.empty()) NewLine();
    out_ += ']';
  }

  void WriteObject(const Object& object) {
    out_ += '{';
    ++depth_;
    bool first = true;
    for (const Member* member : InCanonicalOrder(object)) {
      if (!first) out_ += ',';
      first = false;
      NewLine();
      AppendCheckedString(out_, member->first);
      out_ += pretty_ ? ": " : ":";
      Write(member->second);
    }
    --depth_;
    if (!object.empty()) NewLine();
    out_ += '}';
  }

  void NewLine() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  std::string& out_;
  const bool pretty_;
  std::size_t depth_ = 0;
};

Error NoFiniteDouble() {
  return {ErrorCode::kInvalidInput, "", "found a number beyond the range of a double",
          "write it as a string"};
}

// Where in a document an error is: its pointer grows from the inside out.
Error Inside(Error error, std::string_view token) {
  error.place = Append("", token) + error.place;
  return error;
}

Status WriteCanonical(std::string& out, View view) {
  switch (view.kind()) {
    case Kind::kNull: out += "null"; break;
    case Kind::kFalse: out += "false"; break;
    case Kind::kTrue: out += "true"; break;
    case Kind::kString: AppendString(out, view.text()); break;
    case Kind::kNumber: {
      const auto number = ToDouble(view.text());
      if (!number) return std::unexpected(NoFiniteDouble());
      AppendNumber(out, *number);
      break;
    }
    case Kind::kArray: {
      out += '[';
      std::size_t index = 0;
      for (const View item : view) {
        if (index != 0) out += ',';
        if (Status status = WriteCanonical(out, item); !status)
          return std::unexpected(Inside(std::move(status).error(), std::to_string(index)));
        ++index;
      }
      out += ']';
      break;
    }
    case Kind::kObject: {
      std::vector<View> members(view.begin(), view.end());
      std::ranges::sort(
          members, [](View a, View b) { return CompareUtf16(a.key(), b.key()) < 0; });
      out += '{';
      bool first = true;
      for (const View member : members) {
        if (!first) out += ',';
        first = false;
        AppendString(out, member.key());
        out += ':';
        if (Status status = WriteCanonical(out, member); !status)
          return std::unexpected(Inside(std::move(status).error(), member.key()));
      }
      out += '}';
      break;
    }
  }
  return {};
}

}  // namespace

Object& Object::Set(std::string key, Value value) {
  for (Member& member : members_) {
    if (member.first == key) {
      member.second = std::move(value);
      return *this;
    }
  }
  members_.emplace_back(std::move(key), std::move(value));
  return *this;
}

const Value* Object::Find(std::string_view key) const {
  for (const Member& member : members_)
    if (member.first == key) return &member.second;
  return nullptr;
}

Value::Value(std::int64_t value) : value_(value) { OXP_CHECK(IsExact(value)); }
Value::Value(std::uint64_t value) : value_(static_cast<std::int64_t>(value)) {
  OXP_CHECK(value <= static_cast<std::uint64_t>(kIntegerMax));
}
Value::Value(Array value) : value_(std::move(value)) {}
Value::Value(Object value) : value_(std::move(value)) {}

Result<Value> Value::FromDocument(View view) {
  switch (view.kind()) {
    case Kind::kNull: return Value();
    case Kind::kFalse: return Value(false);
    case Kind::kTrue: return Value(true);
    case Kind::kString: return Value(view.text());
    case Kind::kNumber: {
      if (!ToDouble(view.text())) return std::unexpected(NoFiniteDouble());
      Value number;
      number.value_ = Number{std::string(view.text())};
      return number;
    }
    case Kind::kArray: {
      Array array;
      array.reserve(view.size());
      for (const View item : view) {
        Result<Value> value = FromDocument(item);
        if (!value)
          return std::unexpected(Inside(std::move(value).error(), std::to_string(array.size())));
        array.push_back(*std::move(value));
      }
      return Value(std::move(array));
    }
    case Kind::kObject: {
      Object object;  // keys differ already: no need for Set's search
      object.members_.reserve(view.size());
      for (const View member : view) {
        Result<Value> value = FromDocument(member);
        if (!value) return std::unexpected(Inside(std::move(value).error(), member.key()));
        object.members_.emplace_back(std::string(member.key()), *std::move(value));
      }
      return Value(std::move(object));
    }
  }
  return Value();
}

std::string Canonical(const Value& value) {
  std::string out;
  ValueWriter(out, false).Write(value);
  return out;
}

Result<std::string> Canonical(View view) {
  std::string out;
  OXP_TRY(WriteCanonical(out, view));
  return out;
}

std::string Pretty(const Value& value) {
  std::string out;
  ValueWriter(out, true).Write(value);
  return out;
}

void CanonicalWriter::BeforeValue() {
  if (levels_.empty()) return;
  Level& level = levels_.back();
  OXP_CHECK(level.is_object == after_key_);
  after_key_ = false;
  if (!level.is_object && !level.empty) out_ += ',';
  level.empty = false;
}

void CanonicalWriter::BeginObject() {
  BeforeValue();
  levels_.push_back({true, true, last_keys_.size()});
  out_ += '{';
}

void CanonicalWriter::EndObject() {
  OXP_CHECK(!levels_.empty() && levels_.back().is_object && !after_key_);
  last_keys_.resize(levels_.back().last_key_offset);
  levels_.pop_back();
  out_ += '}';
}

void CanonicalWriter::BeginArray() {
  BeforeValue();
  levels_.push_back({false, true, last_keys_.size()});
  out_ += '[';
}

void CanonicalWriter::EndArray() {
  OXP_CHECK(!levels_.empty() && !levels_.back().is_object);
  levels_.pop_back();
  out_ += ']';
}

void CanonicalWriter::Key(std::string_view key) {
  OXP_CHECK(!levels_.empty() && levels_.back().is_object && !after_key_);
  Level& level = levels_.back();
  if (!level.empty) {
    const std::string_view last = std::string_view(last_keys_).substr(level.last_key_offset);
    OXP_CHECK(CompareUtf16(last, key) < 0);
    out_ += ',';
  }
  level.empty = false;
  last_keys_.resize(level.last_key_offset);
  last_keys_ += key;
  AppendCheckedString(out_, key);
  out_ += ':';
  after_key_ = true;
}

void CanonicalWriter::String(std::string_view value) {
  BeforeValue();
  AppendCheckedString(out_, value);
}

void CanonicalWriter::Integer(std::int64_t value) {
  OXP_CHECK(IsExact(value));
  BeforeValue();
  AppendInteger(out_, value);
}

void CanonicalWriter::Boolean(bool value) {
  BeforeValue();
  out_ += value ? "true" : "false";
}

void CanonicalWriter::Null() {
  BeforeValue();
  out_ += "null";
}

void CanonicalWriter::Raw(std::string_view canonical) {
  BeforeValue();
  out_ += canonical;
}

void AppendString(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  std::size_t run = 0;  // start of the bytes that need no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, run, i - run);
    run = i + 1;
    out += '\\';
    switch (byte) {
      case '"': case '\\': out += text[i]; break;
      case '\b': out += 'b'; break;
      case '\t': out += 't'; break;
      case '\n': out += 'n'; break;
      case '\f': out += 'f'; break;
      case '\r': out += 'r'; break;
      default:
        out += "u00";
        out += digits[byte >> 4U];
        out += digits[byte & 0x0FU];
    }
  }
  out.append(text, run);
  out += '"';
}

// ECMA-262 Number::toString: `n` is the place of the decimal point in the shortest digits that read
// back as the same double.
bool AppendNumber(std::string& out, double value) {
  if (!std::isfinite(value)) return false;
  if (value == 0) {
    out += '0';
    return true;
  }
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(value),
                                 std::chars_format::scientific)
                       .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t e = text.find('e');
  std::string digits(1, text[0]);
  if (e > 1) digits += text.substr(2, e - 2);
  int exponent = 0;
  const std::size_t exponent_start = text[e + 1] == '+' ? e + 2 : e + 1;
  std::from_chars(text.data() + exponent_start, text.data() + text.size(), exponent);
  const int n = exponent + 1;
  const int k = static_cast<int>(digits.size());

  if (value < 0) out += '-';
  if (k <= n && n <= 21) {
    out += digits;
    out.append(static_cast<std::size_t>(n - k), '0');
  } else if (0 < n && n <= 21) {
    out.append(digits, 0, static_cast<std::size_t>(n));
    out += '.';
    out.append(digits, static_cast<std::size_t>(n));
  } else if (-6 < n && n <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-n), '0');
    out += digits;
  } else {
    out += digits[0];
    if (k > 1) out += '.';
    out.append(digits, 1);
    out += exponent < 0 ? "e-" : "e+";
    AppendInteger(out, std::abs(exponent));
  }
  return true;
}

int CompareUtf16(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  std::size_t i = 0;
  while (i < common && a[i] == b[i]) ++i;
  if (i == common) return a.size() < b.size() ? -1 : (a.size() > b.size() ? 1 : 0);
  const auto x = static_cast<unsigned char>(a[i]);
  const auto y = static_cast<unsigned char>(b[i]);
  // UTF-8 sorts as code points do. UTF-16 differs in one thing: surrogates (from U+10000, lead
  // bytes F0 to F4) sort before U+E000 to U+FFFF (lead bytes EE and EF).
  if (x >= 0xF0 && (y == 0xEE || y == 0xEF)) return -1;
  if (y >= 0xF0 && (x == 0xEE || x == 0xEF)) return 1;
  return x < y ? -1 : 1;
}

}  // namespace oxpecker::json
