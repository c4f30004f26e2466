#include "engine/facts/facts.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/instant.h"
#include "engine/facts/schema_node.h"
#include "rules/feel/diagnostics.h"
#include "rules/feel/text.h"

namespace oxpecker::facts {
namespace {

using feel::Value;
using json::Kind;
using json::View;
using Form = SchemaNode::Form;

// Where the walk is; lives on the stack, and becomes a pointer only when there is an issue.
struct Path {
  const Path* parent = nullptr;
  std::string_view key;
  std::size_t index = 0;
  bool is_index = false;

  std::string ToPointer() const {
    if (parent == nullptr) return {};
    return is_index ? json::Append(parent->ToPointer(), index)
                    : json::Append(parent->ToPointer(), key);
  }
};

std::string WithArticle(Kind kind) {
  std::string name = Name(kind);
  if (kind == Kind::kNull) return name;
  return (name[0] == 'a' || name[0] == 'o' ? "an " : "a ") + name;
}

// May a key from the input stand in a message and a pointer?
bool IsPresentable(std::string_view key) {
  constexpr std::size_t bytes_max = 64;
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return key.size() <= bytes_max && std::ranges::none_of(key, is_control);
}

std::string Listed(const std::vector<std::string>& allowed) {
  constexpr std::size_t listed_max = 16;
  std::string text;
  for (std::size_t i = 0; i < allowed.size() && i < listed_max; ++i)
    text += (i == 0 ? "'" : ", '") + allowed[i] + "'";
  return allowed.size() > listed_max ? text + " and others" : text;
}

std::string Expected(const SchemaNode& node) {
  const auto expected = [&]() -> std::string {
    switch (node.form) {
      case Form::kBoolean: return "a boolean";
      case Form::kInteger: return "a whole number";
      case Form::kNumber: return "a number";
      case Form::kString:
        if (node.allowed.empty()) return "a string";
        return (node.allowed.size() == 1 ? "" : "one of ") + Listed(node.allowed);
      case Form::kInstant: return "an instant as in 2026-03-16T10:00:00Z";
      case Form::kDate: return "a date as in 2026-03-16";
      case Form::kArray: return "an array";
      case Form::kObject:
      case Form::kMap: return "an object";
    }
    return "another value";
  };
  return node.allows_null ? expected() + " or null" : expected();
}

// At most 18 digits, no point, no exponent: needs no further checks.
bool IsShortInteger(std::string_view text) {
  if (text.size() > 18) return false;
  for (const char c : text)
    if ((c < '0' || c > '9') && c != '-') return false;  // the parser let no '-' in but in front
  return true;
}

// What a decimal of 34 digits could not hold of a number, or empty. The bound on exponents and on
// leading zeros keeps well inside decimal128, whose exponents go from -6176 to 6111.
std::string_view WhatIsLost(std::string_view text) {
  constexpr std::size_t digits_max = 34;
  constexpr std::size_t characters_max = 100;
  if (text.size() > characters_max) return "more than 100 characters";
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  std::size_t digits = 0;  // from the first that is not zero
  for (const char c : text.substr(0, e))
    if ((c >= '1' && c <= '9') || (c == '0' && digits > 0)) ++digits;
  if (digits > digits_max) return "more than 34 digits";
  std::size_t exponent = 0;
  for (const char c : text.substr(e)) {
    if (c < '0' || c > '9') continue;
    exponent = exponent * 10 + static_cast<std::size_t>(c - '0');
    if (exponent >= 6000) return "an extreme exponent";
  }
  return {};
}

// `count` digits at `at`, which the text is long enough for; -1 where one is missing.
int Digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

struct Day {
  bool is_date = false;  // written as one, whether or not the day exists
  bool exists = false;
  std::int64_t epoch_days = 0;
};

Day ReadDay(std::string_view text) {  // of 10 characters at least
  Day day;
  if (text[4] != '-' || text[7] != '-') return day;
  const int year = Digits(text, 0, 4);
  const int month = Digits(text, 5, 2);
  const int day_of_month = Digits(text, 8, 2);
  day.is_date = year >= 0 && month >= 0 && day_of_month >= 0;
  if (!day.is_date) return day;
  const CivilDate date{year, static_cast<unsigned>(month), static_cast<unsigned>(day_of_month)};
  day.exists = IsCivilDate(date.year, date.month, date.day);
  if (day.exists) day.epoch_days = DaysFromCivil(date);
  return day;
}

// The walk over document and schema. Recursion is bounded by the schema's own depth.
class Reader {
 public:
  Reader(const FactsLimits& limits, feel::Arena& arena) : limits_(limits), arena_(arena) {}

  Value Read(const SchemaNode& node, View view, const Path& path) {
    switch (view.kind()) {
      case Kind::kNull:
        if (node.allows_null) return Value::Null();
        break;
      case Kind::kFalse:
      case Kind::kTrue:
        if (node.form == Form::kBoolean) return Value::Boolean(view.kind() == Kind::kTrue);
        break;
      case Kind::kNumber:
        if (node.form == Form::kInteger || node.form == Form::kNumber)
          return ReadNumber(node, view.text(), path);
        break;
      case Kind::kString:
        if (node.form == Form::kString) return ReadString(node, view.text(), path);
        if (node.form == Form::kInstant) return ReadInstant(node, view.text(), path);
        if (node.form == Form::kDate) return ReadDate(node, view.text(), path);
        break;
      case Kind::kArray:
        if (node.form == Form::kArray) return ReadArray(node, view, path);
        break;
      case Kind::kObject:
        if (node.form == Form::kObject) return ReadObject(node, view, path);
        if (node.form == Form::kMap) return ReadMap(node, view, path);
        break;
    }
    return Refuse(path, WithArticle(view.kind()), Expected(node));
  }

  Issues& issues() { return issues_; }

 private:
  bool full() const { return issues_.size() >= limits_.issues_max; }

  Value Add(Error error) {
    if (full()) return Stop();
    issues_.push_back(std::move(error));
    return Value::Null();
  }
  Value Stop() {
    if (issues_.size() == limits_.issues_max)
      issues_.push_back({ErrorCode::kLimit, "",
                         "found " + std::to_string(limits_.issues_max) +
                             " issues and stopped, so that more may follow",
                         "mend these and read again"});
    return Value::Null();
  }
  Value Refuse(const Path& path, const std::string& found, const std::string& expected,
               std::string hint = {}) {
    return Add({ErrorCode::kInvalidInput, path.ToPointer(),
                "found " + found + ", expected " + expected, std::move(hint)});
  }
  Value RefuseSize(const Path& path, const std::string& found, std::size_t most) {
    return Add({ErrorCode::kLimit, path.ToPointer(),
                "found " + found + ", at most " + std::to_string(most) + " are taken", ""});
  }

  Value ReadNumber(const SchemaNode& node, std::string_view text, const Path& path);
  Value ReadString(const SchemaNode& node, std::string_view text, const Path& path);
  Value RefuseText(const SchemaNode& node, std::string_view text, const Path& path);
  Value ReadInstant(const SchemaNode& node, std::string_view text, const Path& path);
  Value ReadDate(const SchemaNode& node, std::string_view text, const Path& path);
  Value ReadArray(const SchemaNode& node, View view, const Path& path);
  Value ReadMap(const SchemaNode& node, View view, const Path& path);
  Value ReadObject(const SchemaNode& node, View view, const Path& path);
  void RefuseUnknown(const SchemaNode& node, std::string_view key, const Path& path);
  void RefuseAbsent(const SchemaNode& node, std::span<const Value> slots, const Path& path);

  const FactsLimits& limits_;
  feel::Arena& arena_;
  Issues issues_;
};

Value Reader::ReadNumber(const SchemaNode& node, std::string_view text, const Path& path) {
  bool is_whole = true;  // as it is written
  if (!IsShortInteger(text)) {
    if (const std::string_view lost = WhatIsLost(text); !lost.empty())
      return Refuse(path, "a number with " + std::string(lost),
                    "at most 34 digits and an exponent below 6000",
                    "leave out digits that mean nothing");
    is_whole = false;
  }
  const auto number = Decimal::Parse(text);
  OXP_CHECK(number.has_value());  // the grammar is the parser's, the range was checked
  if (node.form == Form::kInteger && !is_whole && !number->is_integer())
    return Refuse(path, "a number with a fraction", Expected(node));
  if (node.minimum && *number < *node.minimum)
    return Refuse(path, "a smaller number", "at least " + node.minimum->ToString());
  if (node.maximum && *number > *node.maximum)
    return Refuse(path, "a larger number", "at most " + node.maximum->ToString());
  return Value::Number(*number);
}

Value Reader::ReadString(const SchemaNode& node, std::string_view text, const Path& path) {
  if (!node.allowed.empty() &&
      std::ranges::find(node.allowed, text) == node.allowed.end())
    return RefuseText(node, text, path);
  if (text.size() > limits_.string_bytes_max)
    return RefuseSize(path, "a string of " + std::to_string(text.size()) + " bytes",
                      limits_.string_bytes_max);
  // Every code point has a byte at least and four at most.
  if (text.size() / 4 < node.size_min || text.size() > node.size_max) {
    const std::size_t size = feel::CountCodePoints(text);
    if (size < node.size_min || size > node.size_max) return RefuseText(node, text, path);
  }
  if (node.pattern && !node.pattern->Matches(text)) return RefuseText(node, text, path);
  if (std::memchr(text.data(), 0, text.size()) != nullptr)
    return Refuse(path, "a string with the character U+0000", "one without");
  return Value::String(text);
}

Value Reader::RefuseText(const SchemaNode& node, std::string_view text, const Path& path) {
  const std::size_t size = feel::CountCodePoints(text);
  const std::string found =
      "a string of " + std::to_string(size) + (size == 1 ? " character" : " characters");
  if (!node.allowed.empty()) {
    if (std::ranges::find(node.allowed, text) == node.allowed.end()) {
      const std::vector<std::string_view> known(node.allowed.begin(), node.allowed.end());
      return Refuse(path, "another string", Expected(node), feel::Suggestion(text, known));
    }
  }
  if (size < node.size_min) return Refuse(path, found, "at least " + std::to_string(node.size_min));
  if (size > node.size_max) return Refuse(path, found, "at most " + std::to_string(node.size_max));
  return Refuse(path, found + " that does not match",
                "one that matches " + node.pattern->expression());
}

Value Reader::ReadInstant(const SchemaNode& node, std::string_view text, const Path& path) {
  if (text.size() != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text[19] != 'Z')
    return Refuse(path, "another string", Expected(node));
  const Day day = ReadDay(text);
  const int hour = Digits(text, 11, 2);
  const int minute = Digits(text, 14, 2);
  const int second = Digits(text, 17, 2);
  if (!day.is_date || hour < 0 || minute < 0 || second < 0)
    return Refuse(path, "another string", Expected(node));
  if (!day.exists) return Refuse(path, "a day that is not in the calendar", Expected(node));
  if (hour > 23 || minute > 59 || second > 59)
    return Refuse(path, "a time that no clock shows", Expected(node));
  const std::int64_t second_of_day = (hour * 60 + minute) * 60 + second;
  return Value::DateTime(day.epoch_days * kSecondsPerDay + second_of_day, 0,
                         feel::Zone::Offset(0));
}

Value Reader::ReadDate(const SchemaNode& node, std::string_view text, const Path& path) {
  const Day day = text.size() == 10 ? ReadDay(text) : Day{};
  if (!day.is_date) return Refuse(path, "another string", Expected(node));
  if (!day.exists) return Refuse(path, "a day that is not in the calendar", Expected(node));
  return Value::Date(day.epoch_days);
}

Value Reader::ReadArray(const SchemaNode& node, View view, const Path& path) {
  const std::size_t size = view.size();
  if (size > limits_.list_length_max)
    return RefuseSize(path, "an array of " + std::to_string(size) + " items",
                      limits_.list_length_max);
  const auto found = [&] { return "an array of " + std::to_string(size) + " items"; };
  if (size < node.size_min) Refuse(path, found(), "at least " + std::to_string(node.size_min));
  if (size > node.size_max) Refuse(path, found(), "at most " + std::to_string(node.size_max));
  const std::span<Value> items = arena_.NewArray<Value>(size);
  std::size_t index = 0;
  for (const View item : view) {
    if (full()) return Stop();
    items[index] = Read(*node.element, item, {&path, {}, index, true});
    ++index;
  }
  return Value::List(items);
}

Value Reader::ReadMap(const SchemaNode& node, View view, const Path& path) {
  const std::size_t size = view.size();
  if (size > limits_.list_length_max)
    return RefuseSize(path, "an object of " + std::to_string(size) + " entries",
                      limits_.list_length_max);
  const std::span<Value> slots = arena_.NewArray<Value>(size);
  std::vector<std::string_view> names;
  names.reserve(size);
  for (const View entry : view) {
    if (full()) return Stop();
    if (!IsPresentable(entry.key()))
      return Refuse(path, "a key that is long or holds control characters",
                    "keys of at most 64 bytes");
    slots[names.size()] = Read(*node.element, entry, {&path, entry.key(), 0, false});
    names.push_back(entry.key());
  }
  return Value::Context(feel::Shape::New(arena_, names), slots.data());
}

Value Reader::ReadObject(const SchemaNode& node, View view, const Path& path) {
  const std::size_t count = node.members.size();
  const std::span<Value> slots = arena_.NewArray<Value>(count);
  std::ranges::copy(node.absent, slots.begin());
  std::size_t found = 0;
  std::size_t next = 0;  // documents mostly follow the order of their schema
  for (const View entry : view) {
    if (full()) return Stop();
    const std::string_view key = entry.key();
    std::size_t slot = next;
    while (slot < count && node.members[slot].name != key) ++slot;
    if (slot == count) {
      slot = 0;
      while (slot < next && node.members[slot].name != key) ++slot;
      if (slot == next) {
        if (!node.open) RefuseUnknown(node, key, path);
        continue;
      }
    }
    slots[slot] = Read(*node.members[slot].node, entry, {&path, key, 0, false});
    next = slot + 1;
    ++found;
  }
  if (found < count) RefuseAbsent(node, slots, path);
  return Value::Context(node.type.shape(), slots.data());
}

void Reader::RefuseUnknown(const SchemaNode& node, std::string_view key, const Path& path) {
  std::vector<std::string_view> names;
  names.reserve(node.members.size());
  for (const SchemaNode::Member& member : node.members) names.push_back(member.name);
  const bool shown = IsPresentable(key);
  Add({ErrorCode::kInvalidInput, (shown ? Path{&path, key, 0, false} : path).ToPointer(),
       "found the unknown field '" + std::string(shown ? key : "...") + "', expected one of the " +
           std::to_string(names.size()) + " fields of the schema",
       feel::Suggestion(key, names)});
}

void Reader::RefuseAbsent(const SchemaNode& node, std::span<const Value> slots, const Path& path) {
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const SchemaNode::Member& member = node.members[i];
    if (member.required && slots[i].is_missing())
      Refuse({&path, member.name, 0, false}, "nothing", Expected(*member.node));
  }
}

}  // namespace

Checked<Facts> ReadFacts(const Schema& schema, std::string_view json, const FactsLimits& limits) {
  auto document = json::Document::Parse(
      json, {.bytes_max = limits.bytes_max, .depth_max = limits.depth_max,
             .nodes_max = limits.values_max});
  if (!document) return std::unexpected(Issues{std::move(document).error()});
  Facts facts(schema, std::string(json), *std::move(document));
  Reader reader(limits, facts.arena_);
  facts.root_ = reader.Read(schema.root(), facts.document_.root(), {});
  if (!reader.issues().empty()) return std::unexpected(std::move(reader.issues()));
  return facts;
}

}  // namespace oxpecker::facts
