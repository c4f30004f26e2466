// base/json/value.h - a JSON value to build and to write, in the canonical form of RFC 8785 (JCS).
//
// Canonical: members sorted by the UTF-16 code units of their keys, shortest escapes, no white
// space. Numbers in what this house writes are integers below 2^53 in size; 64-bit integers, money
// and decimals are strings (RFC 8785 appendix D). AppendNumber exists for the rest of the standard.
// Value type; not thread-safe while being changed.
//
// Example:
//   json::Object leaf;
//   leaf.Set("seq", "17");
//   leaf.Set("sections", json::Array{...});
//   std::string bytes = json::Canonical(leaf);
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json/document.h"

namespace oxpecker::json {

class Value;
using Array = std::vector<Value>;

// Members in insertion order; written in canonical order. Set replaces a member of the same key.
class Object {
 public:
  Object() = default;
  Object& Set(std::string key, Value value);
  const Value* Find(std::string_view key) const;  // nullptr where absent
  const std::vector<std::pair<std::string, Value>>& members() const { return members_; }
  bool empty() const;

 private:
  friend class Value;
  std::vector<std::pair<std::string, Value>> members_;
};

class Value {
 public:
  Value() = default;  // null
  // NOLINTBEGIN(google-explicit-constructor): JSON is written as {"key", value} by conversion
  Value(std::nullptr_t) {}
  Value(bool value) : value_(value) {}
  // An integer. CHECKs that it is within +-(2^53 - 1): larger ones belong in strings.
  Value(std::int64_t value);
  Value(int value) : Value(static_cast<std::int64_t>(value)) {}
  Value(std::uint32_t value) : Value(static_cast<std::int64_t>(value)) {}
  Value(std::uint64_t value);
  Value(std::string value) : value_(std::move(value)) {}
  Value(std::string_view value) : value_(std::string(value)) {}
  Value(const char* value) : value_(std::string(value)) {}
  Value(Array value);
  Value(Object value);
  // NOLINTEND(google-explicit-constructor)
  // A deep copy. A number that is no finite double is refused, with its JSON pointer as the place.
  static Result<Value> FromDocument(View view);

  // A number's exact text, as read from a document. Written as RFC 8785 writes its double.
  struct Number {
    std::string text;
  };
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  const Number* number() const { return std::get_if<Number>(&value_); }
  const Array* array() const { return std::get_if<Array>(&value_); }
  const Object* object() const { return std::get_if<Object>(&value_); }
  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }

 private:
  std::variant<std::monostate, bool, std::int64_t, Number, std::string, Array, Object> value_;
};

inline bool Object::empty() const { return members_.empty(); }

// The canonical bytes. CHECKs that strings are UTF-8: whoever builds a value checked its input.
std::string Canonical(const Value& value);

// The canonical form of a parsed document (numbers as RFC 8785 writes their doubles). A number that
// is no finite double is refused, with its JSON pointer as the place.
Result<std::string> Canonical(View view);

// For reading by people: two spaces of indent, keys in canonical order.
std::string Pretty(const Value& value);

// Streaming writer for hot paths: the caller emits members in canonical order; a member out of
// order or a string that is not UTF-8 fails a CHECK. Appends to `out`, which must outlive it.
class CanonicalWriter {
 public:
  explicit CanonicalWriter(std::string& out) : out_(out) {}
  void BeginObject();
  void EndObject();
  void BeginArray();
  void EndArray();
  void Key(std::string_view key);
  void String(std::string_view value);
  void Integer(std::int64_t value);  // CHECKs +-(2^53 - 1)
  void Boolean(bool value);
  void Null();
  // Bytes that are canonical JSON already.
  void Raw(std::string_view canonical);

 private:
  struct Level {
    bool is_object;
    bool empty;
    std::size_t last_key_offset;  // in last_keys_, up to its end
  };
  void BeforeValue();
  std::string& out_;
  std::vector<Level> levels_;
  std::string last_keys_;  // of the open objects, one after the other
  bool after_key_ = false;
};

void AppendString(std::string& out, std::string_view text);  // quoted and escaped, RFC 8785 3.2.2.2
// RFC 8785 3.2.2.3: the number as ECMAScript prints it. Nothing for NaN and infinities.
bool AppendNumber(std::string& out, double value);
// -1, 0, 1 by UTF-16 code units (U+10000 and above sort before U+E000..U+FFFF).
int CompareUtf16(std::string_view a, std::string_view b);

}  // namespace oxpecker::json
