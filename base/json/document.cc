#include "base/json/document.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "base/encoding.h"
#include "base/json/plain_text.h"

// The scanner is our own: it must keep the exact text of numbers, refuse duplicate keys and say
// where a text goes wrong, none of which simdjson's parsers do. simdjson validates the UTF-8, with
// its vector code, and is the oracle that the tests compare this scanner with.

namespace oxpecker::json {
namespace {

constexpr std::size_t kPadding = 8;  // zero bytes after the text: scanning needs no end checks

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The first byte of `text` that is not part of well-formed UTF-8.
std::size_t FirstBadByte(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t length = 1;
    while (length <= 4 && at + length <= text.size() && !IsUtf8(text.substr(at, length))) ++length;
    if (length > 4 || at + length > text.size()) break;
    at += length;
  }
  return at;
}

// "line:column" of a byte, both from 1.
std::string LineAndColumn(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_start = before.rfind('\n') + 1;  // 0 where there is none
  return std::to_string(line) + ":" + std::to_string(offset - line_start + 1);
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char* WriteUtf8(char* to, std::uint32_t point) {
  const auto put = [&](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0U | point >> 6U);
    put(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    put(0xE0U | point >> 12U);
    put(0x80U | (point >> 6U & 0x3FU));
    put(0x80U | (point & 0x3FU));
  } else {
    put(0xF0U | point >> 18U);
    put(0x80U | (point >> 12U & 0x3FU));
    put(0x80U | (point >> 6U & 0x3FU));
    put(0x80U | (point & 0x3FU));
  }
  return to;
}

}  // namespace

const char* Name(Kind kind) {
  switch (kind) {
    case Kind::kNull: return "null";
    case Kind::kFalse:
    case Kind::kTrue: return "boolean";
    case Kind::kNumber: return "number";
    case Kind::kString: return "string";
    case Kind::kArray: return "array";
    case Kind::kObject: return "object";
  }
  return "unknown";
}

// One pass over a copy of the text, in which escapes are resolved where they stand.
class Parser {
 public:
  Parser(std::string_view text, const Limits& limits) : original_(text), limits_(limits) {}

  Result<Document> Parse();

 private:
  using Node = Document::Node;

  // Each of these returns false after setting error_.
  bool Admit();
  bool ReadText();
  bool ReadValue(bool& opened);
  bool CloseAfterValue(bool& finished);
  bool ReadKey();
  bool ReadString(std::uint32_t& offset, std::uint32_t& size);
  bool ReadEscape(char*& to);
  bool ReadUnicodeEscape(char*& to);
  bool ReadFourHexDigits(std::uint32_t& value);
  bool ReadNumber();
  bool ReadWord(std::string_view word, Kind kind);
  bool Open(Kind kind);
  bool Close();
  bool CheckKeysDiffer(std::uint32_t parent);
  bool CheckManyKeysDiffer(std::uint32_t parent);

  bool AddNode(Kind kind, std::uint32_t text_offset, std::uint32_t text_size);
  void SkipSpace() {
    while (IsSpace(*at_)) ++at_;
  }
  std::string_view Key(const Node& node) const { return {begin_ + node.key_offset, node.key_size}; }
  std::uint32_t OffsetOf(const char* place) const {
    return static_cast<std::uint32_t>(place - begin_);
  }

  bool Refuse(const char* place, std::string message, std::string hint = {});
  bool RefuseFound(const char* expected);
  bool RefuseTwice(const Node& member);
  bool RefuseLimit(std::string message);

  std::string_view original_;
  const Limits& limits_;
  Document document_;
  Error error_;
  char* begin_ = nullptr;
  char* at_ = nullptr;
  std::uint32_t key_offset_ = 0;  // of the member whose value comes next
  std::uint32_t key_size_ = 0;
  std::vector<std::uint32_t> open_;  // the arrays and objects around at_
};

bool Parser::Refuse(const char* place, std::string message, std::string hint) {
  error_ = {ErrorCode::kInvalidInput, LineAndColumn(original_, OffsetOf(place)), std::move(message),
            std::move(hint)};
  return false;
}

bool Parser::RefuseFound(const char* expected) {
  std::string found;
  if (OffsetOf(at_) >= original_.size()) {
    found = "the end of the text";
  } else if (*at_ > 0x20 && *at_ < 0x7F) {
    found = std::string("'") + *at_ + "'";
  } else {
    found = "byte 0x" + HexEncode(std::string_view(at_, 1));
  }
  return Refuse(at_, "found " + found + ", expected " + expected);
}

bool Parser::RefuseTwice(const Node& member) {
  constexpr std::size_t shown_max = 64;
  const std::string_view key = Key(member);
  const bool shown = key.size() <= shown_max && std::ranges::none_of(key, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  return Refuse(begin_ + member.key_offset,
                "found the key '" + std::string(shown ? key : "...") + "' twice in one object");
}

bool Parser::RefuseLimit(std::string message) {
  error_ = {ErrorCode::kLimit, "", std::move(message), ""};
  return false;
}

bool Parser::Admit() {
  constexpr std::size_t offsets_max = std::numeric_limits<std::uint32_t>::max() - kPadding;
  const std::size_t bytes_max = std::min(limits_.bytes_max, offsets_max);
  if (original_.size() > bytes_max)
    return RefuseLimit("the text has " + std::to_string(original_.size()) + " bytes, at most " +
                       std::to_string(bytes_max) + " are taken");
  document_.text_ = std::make_unique_for_overwrite<char[]>(original_.size() + kPadding);
  begin_ = at_ = document_.text_.get();
  if (!original_.empty()) std::memcpy(begin_, original_.data(), original_.size());
  std::memset(begin_ + original_.size(), 0, kPadding);
  if (original_.starts_with("\xEF\xBB\xBF"))
    return Refuse(at_, "found a byte order mark, expected a value",
                  "save the text as UTF-8 without one");
  if (!simdjson::validate_utf8(original_.data(), original_.size()))
    return Refuse(begin_ + FirstBadByte(original_), "found bytes that are not UTF-8");
  return true;
}

bool Parser::AddNode(Kind kind, std::uint32_t text_offset, std::uint32_t text_size) {
  if (document_.nodes_.size() >= limits_.nodes_max)
    return RefuseLimit("the text holds more than " + std::to_string(limits_.nodes_max) + " values");
  const auto index = static_cast<std::uint32_t>(document_.nodes_.size());
  if (!open_.empty()) ++document_.nodes_[open_.back()].text_size;
  document_.nodes_.push_back({kind, key_offset_, key_size_, text_offset, text_size, index + 1});
  key_offset_ = key_size_ = 0;
  return true;
}

bool Parser::Open(Kind kind) {
  if (open_.size() >= limits_.depth_max)
    return RefuseLimit("the text is nested more than " + std::to_string(limits_.depth_max) +
                       " levels deep");
  const auto index = static_cast<std::uint32_t>(document_.nodes_.size());
  if (!AddNode(kind, OffsetOf(at_), 0)) return false;
  open_.push_back(index);
  ++at_;
  SkipSpace();
  return true;
}

bool Parser::Close() {
  const std::uint32_t index = open_.back();
  open_.pop_back();
  ++at_;
  Node& node = document_.nodes_[index];
  node.end = static_cast<std::uint32_t>(document_.nodes_.size());
  return node.kind == Kind::kArray || node.text_size < 2 || CheckKeysDiffer(index);
}

bool Parser::CheckKeysDiffer(std::uint32_t parent) {
  const std::vector<Node>& nodes = document_.nodes_;
  constexpr std::size_t slots = 256;
  if (nodes[parent].text_size > slots / 2) return CheckManyKeysDiffer(parent);
  // A small open-addressed table; at most half full, so a free slot always ends a search.
  std::array<std::uint32_t, slots> table;
  std::array<std::uint64_t, slots / 64> taken{};
  for (std::uint32_t i = parent + 1; i != nodes[parent].end; i = nodes[i].end) {
    const std::string_view key = Key(nodes[i]);
    std::uint32_t hash = 2'166'136'261U ^ static_cast<std::uint32_t>(key.size());  // FNV-1a
    for (const char c : key.substr(0, 16))
      hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
    std::size_t slot = (hash ^ hash >> 8U ^ hash >> 16U) % slots;
    while ((taken[slot / 64] >> slot % 64 & 1U) != 0) {
      if (Key(nodes[table[slot]]) == key)
        return RefuseTwice(nodes[i]);
      slot = (slot + 1) % slots;
    }
    taken[slot / 64] |= std::uint64_t{1} << slot % 64;
    table[slot] = i;
  }
  return true;
}

bool Parser::CheckManyKeysDiffer(std::uint32_t parent) {
  const std::vector<Node>& nodes = document_.nodes_;
  std::vector<std::uint32_t> members;
  members.reserve(nodes[parent].text_size);
  for (std::uint32_t i = parent + 1; i != nodes[parent].end; i = nodes[i].end) members.push_back(i);
  std::ranges::sort(members, [&](std::uint32_t a, std::uint32_t b) {
    const int order = Key(nodes[a]).compare(Key(nodes[b]));
    return order != 0 ? order < 0 : a < b;
  });
  for (std::size_t i = 1; i < members.size(); ++i) {
    if (Key(nodes[members[i - 1]]) == Key(nodes[members[i]])) return RefuseTwice(nodes[members[i]]);
  }
  return true;
}

bool Parser::ReadFourHexDigits(std::uint32_t& value) {
  value = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const int digit = HexDigit(*at_);
    if (digit < 0) return RefuseFound("four hexadecimal digits after \\u");
    value = value << 4U | static_cast<std::uint32_t>(digit);
  }
  return true;
}

bool Parser::ReadUnicodeEscape(char*& to) {
  const char* start = at_ - 2;
  std::uint32_t point = 0;
  if (!ReadFourHexDigits(point)) return false;
  const auto refuse = [&] {
    return Refuse(start, "found half of a surrogate pair, expected both halves");
  };
  if (point >= 0xDC00 && point <= 0xDFFF) return refuse();
  if (point >= 0xD800 && point <= 0xDBFF) {
    if (at_[0] != '\\' || at_[1] != 'u') return refuse();
    at_ += 2;
    std::uint32_t low = 0;
    if (!ReadFourHexDigits(low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return refuse();
    point = 0x10000U + ((point - 0xD800U) << 10U) + (low - 0xDC00U);
  }
  to = WriteUtf8(to, point);
  return true;
}

// After the backslash.
bool Parser::ReadEscape(char*& to) {
  const char c = *at_;
  char plain = 0;
  switch (c) {
    case '"': case '\\': case '/': plain = c; break;
    case 'b': plain = '\b'; break;
    case 'f': plain = '\f'; break;
    case 'n': plain = '\n'; break;
    case 'r': plain = '\r'; break;
    case 't': plain = '\t'; break;
    case 'u': ++at_; return ReadUnicodeEscape(to);
    default: return RefuseFound("one of \" \\ / b f n r t u after a backslash");
  }
  ++at_;
  *to++ = plain;
  return true;
}

// At the opening quote. The text's escapes shrink it, so it is written over itself.
bool Parser::ReadString(std::uint32_t& offset, std::uint32_t& size) {
  char* const start = ++at_;
  char* to = start;
  for (;;) {
    std::size_t plain = 0;
    do {
      plain = PlainBytes(at_);
      if (to != at_) std::memmove(to, at_, plain);
      at_ += plain;
      to += plain;
    } while (plain == 8);
    const auto byte = static_cast<unsigned char>(*at_);
    if (byte == '"') break;
    if (byte == '\\') {
      ++at_;
      if (!ReadEscape(to)) return false;
    } else {
      return RefuseFound("a character or a closing quote (control characters are escaped)");
    }
  }
  ++at_;
  offset = OffsetOf(start);
  size = static_cast<std::uint32_t>(to - start);
  return true;
}

bool Parser::ReadKey() {
  if (*at_ != '"') return RefuseFound("a key in double quotes");
  // An empty key still has its place in the text.
  if (!ReadString(key_offset_, key_size_)) return false;
  SkipSpace();
  if (*at_ != ':') return RefuseFound("':' after a key");
  ++at_;
  return true;
}

bool Parser::ReadNumber() {
  const char* const start = at_;
  if (*at_ == '-') ++at_;
  if (!IsDigit(*at_)) return RefuseFound("a value");
  if (*at_ == '0') {
    ++at_;
    if (IsDigit(*at_)) return RefuseFound("no digit after a leading zero");
  } else {
    while (IsDigit(*at_)) ++at_;
  }
  if (*at_ == '.') {
    ++at_;
    if (!IsDigit(*at_)) return RefuseFound("a digit after the decimal point");
    while (IsDigit(*at_)) ++at_;
  }
  if (*at_ == 'e' || *at_ == 'E') {
    ++at_;
    if (*at_ == '+' || *at_ == '-') ++at_;
    if (!IsDigit(*at_)) return RefuseFound("a digit of the exponent");
    while (IsDigit(*at_)) ++at_;
  }
  return AddNode(Kind::kNumber, OffsetOf(start), static_cast<std::uint32_t>(at_ - start));
}

bool Parser::ReadWord(std::string_view word, Kind kind) {
  for (const char c : word) {
    if (*at_ != c) return RefuseFound("a value");
    ++at_;
  }
  return AddNode(kind, 0, 0);
}

bool Parser::ReadValue(bool& opened) {
  opened = false;
  SkipSpace();
  switch (*at_) {
    case '{':
      if (!Open(Kind::kObject)) return false;
      if (*at_ == '}') return Close();
      opened = true;
      return ReadKey();
    case '[':
      if (!Open(Kind::kArray)) return false;
      if (*at_ == ']') return Close();
      opened = true;
      return true;
    case '"': {
      std::uint32_t offset = 0;
      std::uint32_t size = 0;
      return ReadString(offset, size) && AddNode(Kind::kString, offset, size);
    }
    case 'n': return ReadWord("null", Kind::kNull);
    case 't': return ReadWord("true", Kind::kTrue);
    case 'f': return ReadWord("false", Kind::kFalse);
    default: return ReadNumber();
  }
}

// Closes every array and object that ends here, then stands before the next value.
bool Parser::CloseAfterValue(bool& finished) {
  for (;;) {
    SkipSpace();
    if (open_.empty()) {
      finished = true;
      return OffsetOf(at_) == original_.size() || RefuseFound("the end of the text");
    }
    const bool in_object = document_.nodes_[open_.back()].kind == Kind::kObject;
    if (*at_ == ',') {
      ++at_;
      if (!in_object) return true;
      SkipSpace();
      return ReadKey();
    }
    if (*at_ != (in_object ? '}' : ']'))
      return RefuseFound(in_object ? "',' or '}'" : "',' or ']'");
    if (!Close()) return false;
  }
}

bool Parser::ReadText() {
  bool finished = false;
  while (!finished) {
    bool opened = false;
    if (!ReadValue(opened)) return false;
    if (!opened && !CloseAfterValue(finished)) return false;
  }
  return true;
}

Result<Document> Parser::Parse() {
  if (!Admit()) return std::unexpected(std::move(error_));
  document_.nodes_.reserve(std::min(original_.size() / 12 + 8, limits_.nodes_max));
  if (!ReadText()) return std::unexpected(std::move(error_));
  return std::move(document_);
}

Result<Document> Document::Parse(std::string_view text, const Limits& limits) {
  return Parser(text, limits).Parse();
}

View Document::root() const { return View(this, 0); }

std::string_view View::text() const {
  const Document::Node& n = node();
  if (n.kind != Kind::kNumber && n.kind != Kind::kString) return {};
  return {document_->text_.get() + n.text_offset, n.text_size};
}

std::size_t View::size() const {
  const Document::Node& n = node();
  return n.kind == Kind::kArray || n.kind == Kind::kObject ? n.text_size : 0;
}

std::string_view View::key() const {
  const Document::Node& n = node();
  return {document_->text_.get() + n.key_offset, n.key_size};
}

std::optional<View> View::Find(std::string_view key) const {
  if (kind() != Kind::kObject) return std::nullopt;
  for (const View member : *this)
    if (member.key() == key) return member;
  return std::nullopt;
}

View::Iterator View::begin() const { return Iterator(document_, index_ + 1); }
View::Iterator View::end() const { return Iterator(document_, node().end); }

View::Iterator& View::Iterator::operator++() {
  index_ = document_->nodes_[index_].end;
  return *this;
}

std::string Append(std::string_view pointer, std::string_view token) {
  std::string result(pointer);
  result += '/';
  for (const char c : token) {
    if (c == '~') {
      result += "~0";
    } else if (c == '/') {
      result += "~1";
    } else {
      result += c;
    }
  }
  return result;
}

std::string Append(std::string_view pointer, std::size_t index) {
  return std::string(pointer) + '/' + std::to_string(index);
}

}  // namespace oxpecker::json
