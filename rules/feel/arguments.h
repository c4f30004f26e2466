// rules/feel/arguments.h - reads the arguments of a built-in. Private to the built-ins.
//
// Converts as an invocation does (DMN 1.5, 10.3.2.9.4): a list of one item where a single value is
// asked for gives that item; a single value where a list is asked for gives a list of one. The first
// argument that does not fit is kept as the failure, an error before a missing fact, and later reads
// give empty values.
//
// Example:
//   ArgumentReader read(site, arguments);
//   const std::string_view text = read.String(0, "string");
//   if (!read.ok()) return read.failure();
#pragma once

#include <string>

#include "rules/feel/builtins.h"
#include "rules/feel/nulls.h"

namespace oxpecker::feel {

// The item of a list of one, else the value itself.
inline const Value& Unwrapped(const Value& value) {
  if (value.kind() == Kind::kList && value.list().size() == 1) return value.list().front();
  return value;
}

inline Value LimitHit(const Site& site) {
  return site.Fail(CauseKind::kLimit, "the expression takes too many steps");
}
inline Value MemoryHit(const Site& site) {
  return site.Fail(CauseKind::kLimit, "the expression takes too much memory");
}

class ArgumentReader {
 public:
  ArgumentReader(const CallSite& site, std::span<const Value> arguments)
      : site_(site), arguments_(arguments) {}

  bool ok() const { return ok_; }
  const Value& failure() const { return failure_; }
  bool Given(std::size_t i) const { return i < arguments_.size(); }

  // Any value, converted from a list of one where it is not of that kind.
  const Value& Raw(std::size_t i) const { return i < arguments_.size() ? arguments_[i] : absent_; }
  const Value& Single(std::size_t i) const { return Unwrapped(Raw(i)); }

  std::string_view String(std::size_t i, const char* name) {
    const Value& value = Single(i);
    if (value.kind() == Kind::kString) return value.string();
    Refuse(value, name, "a string");
    return {};
  }
  Decimal Number(std::size_t i, const char* name) {
    const Value& value = Single(i);
    if (value.kind() == Kind::kNumber) return value.number();
    Refuse(value, name, "a number");
    return {};
  }
  // Digits after the point are cut off; nothing beyond 64 bits.
  std::int64_t Integer(std::size_t i, const char* name) {
    const Decimal number = Number(i, name);
    const auto whole = number.Rounded(0, Decimal::Rounding::kDown).ToInt64();
    if (whole) return *whole;
    if (ok_) Fail(CauseKind::kDomain, std::string(name) + " is too large");
    return 0;
  }
  ListView List(std::size_t i, const char* name) {
    const Value& value = Raw(i);
    if (value.kind() == Kind::kList) return value.list();
    if (!value.is_null()) return {&value, 1};
    Refuse(value, name, "a list");
    return {};
  }
  const Value& Context(std::size_t i, const char* name) { return OfKind(i, Kind::kContext, name); }
  const Value& OfKind(std::size_t i, Kind kind, const char* name) {
    const Value& value = Single(i);
    if (value.kind() != kind) Refuse(value, name, Name(kind));
    return value;
  }
  // A date or a date and time.
  const Value& Day(std::size_t i, const char* name) {
    const Value& value = Single(i);
    if (value.kind() != Kind::kDate && value.kind() != Kind::kDateTime)
      Refuse(value, name, "a date or a date and time");
    return value;
  }

  void Refuse(const Value& value, const char* name, const char* expected) {
    if (value.is_null() && value.cause() != nullptr) {
      failure_ = ok_ ? value : PreferredNull(failure_, value);
      ok_ = false;
      return;
    }
    Fail(value.is_null() ? CauseKind::kNull : CauseKind::kType,
         std::string("argument '") + name + "' must be " + expected + ", not " +
             Name(value.kind()));
  }
  void Fail(CauseKind kind, std::string_view message) {
    const Value failure = site_.Fail(kind, message);
    failure_ = ok_ ? failure : PreferredNull(failure_, failure);
    ok_ = false;
  }

 private:
  const CallSite& site_;
  std::span<const Value> arguments_;
  Value absent_;
  Value failure_;
  bool ok_ = true;
};

// Static result types.
namespace result {
template <Type (*make)()>
Type Of(std::span<const Type> /*arguments*/) {
  return make();
}
inline Type OfAny(std::span<const Type> /*arguments*/) { return Type::Any(); }
inline Type StringList(std::span<const Type> /*arguments*/) { return Type::List(Type::String()); }
// The type of the first argument, where it is a list, else a list of it.
inline Type SameList(std::span<const Type> arguments) {
  if (arguments.empty()) return Type::List(Type::Any());
  if (arguments[0].tag() == Type::Tag::kList) return arguments[0];
  return Type::List(arguments[0]);
}
// The type of the items of the first argument, where it is a list, else of the argument.
inline Type Item(std::span<const Type> arguments) {
  if (arguments.empty()) return Type::Any();
  const Type& item = arguments[0].tag() == Type::Tag::kList ? arguments[0].element() : arguments[0];
  // Not the words or bounds of the first alone.
  if (item.tag() == Type::Tag::kNumber) return Type::Number();
  return item.tag() == Type::Tag::kString ? Type::String() : item;
}
}  // namespace result

// The rows of each group; builtins.cc puts them in order.
std::span<const Builtin> ConversionBuiltins();
std::span<const Builtin> StringBuiltins();
std::span<const Builtin> NumberBuiltins();
std::span<const Builtin> ListBuiltins();
std::span<const Builtin> StatisticBuiltins();
std::span<const Builtin> ContextBuiltins();
std::span<const Builtin> TemporalBuiltins();
std::span<const Builtin> RangeBuiltins();

}  // namespace oxpecker::feel
