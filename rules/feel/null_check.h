// rules/feel/null_check.h - uses of what may be null, found before anything runs.
//
// An optional fact that is absent, an item of a list that may be empty, a feature without a value: what
// is computed from them is null, and a condition on it has no answer. The check follows such values
// through the typed tree, with what conditions have made sure of on the way:
//   x != null and x > 3        x is there in the right side
//   x = null or x > 3          likewise
//   if x = null then 0 else x  x is there in the else branch
//   rows[x != null].x          each item has it
//   count(rows) > 0            rows[1], sum(rows) have a value
// A comparison that was true or false has made sure of both its sides. Nothing is said of types that
// are not known.
//
// It follows values through contexts, and through calls of functions that the expression writes itself.
// The result of any other call, and a field of what nobody knows, may be missing.
//
// A null that only flows on is no use: the value is null, and whoever rests something on it is told.
// Uses are where an answer is taken from it:
//   a whole condition          it has no answer
//   the condition of a filter  the row is left out
//   the condition of an if     the else branch is taken
// In the last two, `x = "a"` and `x in ("a", "b")` are no uses: what is missing is not "a", and that is
// what leaving it out means. Under a `not` they are.
//
// Pure. For tools, not for decisions: it parses the text once more.
//
// Example:
//   const NullFindings found = CheckNulls("event.score >= 3", scope, {.role = NullRole::kCondition});
//   // found.uses[0]: operand "event.score", effect kNoAnswer
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_span.h"
#include "rules/feel/limits.h"
#include "rules/feel/scope.h"
#include "rules/feel/type.h"

namespace oxpecker::feel {

// Expressions that have a value, written in a form of this check's own.
using Known = std::set<std::string>;

// What is known of a variable.
struct Nullness {
  bool may_be_null = false;     // an ordinary null, as a schema's ["string", "null"]
  bool may_be_missing = false;  // a null with a cause: absent, no such item
  std::string text;             // how messages name it; empty: as it is written
  std::string why;              // the expression inside it that makes it so; may be empty
  // Of its items, where it is a list.
  bool item_may_be_null = false;
  bool item_may_be_missing = false;
  std::size_t item_count_min = 0;
  Known item_parts;             // fields of each item that are there: ".amount_minor"
  // What is known of the fields of a context, where more is known than its type says, and of the items
  // of a list.
  std::shared_ptr<const std::map<std::string, Nullness>> fields;
  std::shared_ptr<const Nullness> item;
  // What is known beside where it is not null, where it is true, where it is false.
  Known if_present;
  Known if_true;
  Known if_false;
  Known present_if;  // where all of these have a value, so has it; empty: nothing makes sure of it

  static Nullness Of(const Type& type, bool is_optional);
};

enum class NullRole : std::uint8_t {
  kValue,      // a null is a value like any other
  kCondition,  // the answer is needed
  kRowFilter,  // rows without an answer are left out
};

enum class NullEffect : std::uint8_t { kNoAnswer, kLeftOut, kElseTaken };

struct NullUse {
  SourceSpan span;      // of the operand
  std::string operand;  // its text, white space as one space
  std::string why;
  std::string with_it;   // of items: the same of those that have it, rows[x != null].x; else empty
  bool is_fact = false;  // a field that may be absent; else something computed
  NullEffect effect = NullEffect::kNoAnswer;
};

struct NullOptions {
  NullRole role = NullRole::kValue;
  // By index of the scope's variables; those beyond its end always have a value.
  std::span<const Nullness> inputs = {};
  Known known = {};  // what holds where the expression is evaluated
  // Set: a cell of unary tests over this type, whose input is the variable after the scope's.
  std::optional<Type> cell_input = std::nullopt;
  Limits limits = {};
};

struct NullFindings {
  std::vector<NullUse> uses;  // by place; each operand once for each effect
  Nullness value;             // of the whole, as a variable of its value has it
};

// Nothing is found in a text that does not compile.
NullFindings CheckNulls(std::string_view source, const Scope& scope, const NullOptions& options);

}  // namespace oxpecker::feel
