// base/json/document.h - reads JSON (RFC 8259) strictly, keeping the exact text of numbers.
//
// A Document owns one flat array of nodes and one buffer of unescaped text, where texts stay put when
// it is moved; a View is a cheap cursor into it, invalid once it is moved or gone. Parsing is strict:
// UTF-8 only, duplicate keys, lone surrogates, trailing text and anything over a limit are refused.
// simdjson validates the UTF-8, inside document.cc. Documents may be parsed on any thread; a parsed
// Document is immutable.
//
// Example:
//   OXP_TRY(json::Document document, json::Document::Parse(text, {}));
//   for (json::View member : document.root()) Use(member.key(), member);
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oxpecker::json {

enum class Kind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };
const char* Name(Kind kind);  // "null", "boolean", "number", "string", "array", "object"

// What one text may hold. Over a limit: ErrorCode::kLimit, naming it.
struct Limits {
  std::size_t bytes_max = 16U << 20U;
  std::size_t depth_max = 64;
  std::size_t nodes_max = 2'000'000;
};

class View;

class Document {
 public:
  // The error's place is "line:column" of the text (from 1, columns in bytes), or "" for limits.
  // Its message may name a key or one character, never a value.
  static Result<Document> Parse(std::string_view text, const Limits& limits);

  Document(Document&&) noexcept = default;
  Document& operator=(Document&&) noexcept = default;

  View root() const;

 private:
  friend class View;
  friend class Parser;
  struct Node {
    Kind kind = Kind::kNull;
    std::uint32_t key_offset = 0;   // of the member's key, in text_
    std::uint32_t key_size = 0;
    std::uint32_t text_offset = 0;  // number or string: in text_
    std::uint32_t text_size = 0;    // array or object: number of children
    std::uint32_t end = 0;          // index after the last descendant
  };
  Document() = default;
  std::vector<Node> nodes_;          // depth first, parents before children
  std::unique_ptr<char[]> text_;
};

// One value inside a Document.
class View {
 public:
  Kind kind() const { return node().kind; }
  bool is_null() const { return kind() == Kind::kNull; }
  bool is_boolean() const { return kind() == Kind::kTrue || kind() == Kind::kFalse; }
  // Number: its exact text, as "1.50" or "-3e7". String: its unescaped text. Else empty.
  std::string_view text() const;
  std::size_t size() const;  // array or object: number of children; else 0

  // The member's key where this value is inside an object, else empty.
  std::string_view key() const;
  // Object: the member of that key, if there. Linear in the number of members.
  std::optional<View> Find(std::string_view key) const;

  // Children of an array or object, in document order. Empty for anything else.
  class Iterator {
   public:
    using value_type = View;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(const Document* document, std::uint32_t index) : document_(document), index_(index) {}
    View operator*() const { return View(document_, index_); }
    Iterator& operator++();
    Iterator operator++(int) { Iterator old = *this; ++*this; return old; }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

   private:
    const Document* document_ = nullptr;
    std::uint32_t index_ = 0;
  };
  Iterator begin() const;
  Iterator end() const;

 private:
  friend class Document;
  View(const Document* document, std::uint32_t index) : document_(document), index_(index) {}
  const Document::Node& node() const { return document_->nodes_[index_]; }
  const Document* document_;
  std::uint32_t index_;
};

// A JSON pointer (RFC 6901) token appended to `pointer`: '~' and '/' escaped.
std::string Append(std::string_view pointer, std::string_view token);
std::string Append(std::string_view pointer, std::size_t index);

}  // namespace oxpecker::json
