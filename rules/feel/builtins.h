// rules/feel/builtins.h - the built-in functions (DMN 1.5, 10.3.4), as one table.
//
// Immutable; thread-safe. Each is total: outside its domain it answers a null with a cause.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/instant.h"
#include "rules/feel/operations.h"
#include "rules/feel/type.h"

namespace oxpecker::feel {

class RegexCache;       // regex.h
class PreparedPattern;  // regex.h

// What a built-in may use besides its arguments.
struct CallSite : Site {
  Instant now;                    // of now() and today()
  RegexCache* regexes = nullptr;  // nullptr: patterns are compiled for every call
  const PreparedPattern* pattern = nullptr;  // of this call, where the program's text fixes it
};

// What a parameter takes, besides nulls: a list of one such value serves too.
enum class Accepts : std::uint8_t {
  kAny,
  kNumber,
  kText,
  kBoolean,
  kContext,
  kTime,
  kDay,        // a date or a date and time
  kDuration,   // of either kind
  kTextOrDay,  // what date() and date and time() convert
  kTextOrTemporal,
  kNumberOrDuration,
  kNumbers,    // a number, or a list of them
  kTexts,
  kBooleans,
  kPosition,   // a number, or a function that says what matches
};
// Whether a value of that static type may be accepted.
bool MayAccept(Accepts accepts, const Type& type);
const char* Name(Accepts accepts);  // "a number"

struct Builtin {
  std::string_view name;  // with single spaces: "years and months duration"
  // Parameter names in order, "a,b,c"; the last one followed by "..." takes any number of values.
  // Several rows of one name are overloads, told apart by arity and parameter names.
  std::string_view parameters;
  std::uint8_t required;  // arguments that must be given
  // As many arguments as reach to the last one given, `required` at least; a null stands for one in
  // between that a named call left out. Single values and lists of one are converted here.
  Value (*call)(const CallSite& site, std::span<const Value> arguments);
  // Static result type from the argument types; for the checker.
  Type (*result_type)(std::span<const Type> arguments);
  std::array<Accepts, 4> accepts = {};  // by parameter; the last counts for all that follow
};

// All rows, sorted by name, overloads in order of preference.
std::span<const Builtin> Builtins();
// The rows of one name; empty where there is no such function.
std::span<const Builtin> FindBuiltins(std::string_view name);

}  // namespace oxpecker::feel
