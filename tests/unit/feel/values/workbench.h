// What the tests of values share: an arena, a call site and short ways to write values.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/feel/builtins.h"
#include "rules/feel/temporal.h"
#include "rules/feel/value.h"

namespace oxpecker::feel {

inline Value N(std::string_view text) { return Value::Number(Decimal::Parse(text).value()); }
inline Value N(std::int64_t number) { return Value::Integer(number); }
inline Value S(std::string_view text) { return Value::String(text); }  // of a literal
inline Value B(bool value) { return Value::Boolean(value); }
inline Value T(std::string_view text) { return ParseTemporal(text).value(); }

class Workbench {
 public:
  Site site() { return {arena_, SourceSpan{3, 7}}; }
  CallSite call_site() {
    return CallSite{{arena_, SourceSpan{3, 7}, &steps_},
                    Instant::FromUnixMicros(1'773'655'200'123'456)};  // 2026-03-16T10:00:00.123456Z
  }

  Value L(std::initializer_list<Value> items) {
    const auto copies = arena_.NewArray<Value>(items.size());
    std::size_t i = 0;
    for (const Value& item : items) copies[i++] = item;
    return Value::List(copies);
  }
  Value C(std::initializer_list<std::pair<std::string_view, Value>> entries) {
    std::vector<std::string_view> names;
    const auto slots = arena_.NewArray<Value>(entries.size());
    for (const auto& [name, value] : entries) {
      slots[names.size()] = value;
      names.push_back(name);
    }
    return Value::Context(Shape::New(arena_, names), slots.data());
  }
  // "[", "]" included; "(" and ")" not.
  Value R(char open, const Value& low, const Value& high, char close,
          RangeForm form = RangeForm::kInterval) {
    return Value::Range(arena_.New<RangeData>(low, high, open == '[', close == ']', form));
  }
  Value Missing() { return site().Fail(CauseKind::kMissing, "absent"); }
  Value Broken() { return site().Fail(CauseKind::kDomain, "division by zero"); }

  // The first row of that name that takes so many positional arguments, as the evaluator picks it.
  Value Call(std::string_view name, const std::vector<Value>& arguments) {
    for (const Builtin& row : FindBuiltins(name)) {
      const bool variadic = row.parameters.ends_with("...");
      std::size_t most = row.parameters.empty() ? 0 : 1;
      for (const char c : row.parameters) most += c == ',' ? 1U : 0U;
      if (arguments.size() < row.required || (!variadic && arguments.size() > most)) continue;
      return row.call(call_site(), arguments);
    }
    return site().Fail(CauseKind::kArgument, "no row");
  }
  std::string Show(std::string_view name, const std::vector<Value>& arguments) {
    return Describe(Call(name, arguments));
  }
  // FEEL text, or the kind of a null's cause: "null: domain".
  static std::string Describe(const Value& value) {
    if (!value.is_null() || value.cause() == nullptr) return ToFeelText(value);
    return std::string("null: ") + Name(value.cause()->kind);
  }

  Arena& arena() { return arena_; }
  void set_steps(std::uint64_t steps) { steps_ = steps; }
  std::uint64_t steps() const { return steps_; }

 private:
  Arena arena_;
  std::uint64_t steps_ = 1'000'000;
};

}  // namespace oxpecker::feel
