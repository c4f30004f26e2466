// rules/feel/nulls.h - which cause a null result gets. Private to the operations and built-ins.
#pragma once

#include <string>

#include "rules/feel/operations.h"

namespace oxpecker::feel {

// The better known of two causes: an error before a missing fact, either before none; the left one
// of equals.
inline Value PreferredNull(const Value& a, const Value& b) {
  if (!a.is_null()) return b;
  if (!b.is_null()) return a;
  const Cause* left = a.cause();
  const Cause* right = b.cause();
  if (right == nullptr) return a;
  if (left == nullptr || (right->is_error() && !left->is_error())) return b;
  return a;
}

// For a binary operation that has no answer: the operands' own cause, or "cannot add number and
// string" with the cause kind kNull where an operand is a plain null, else kType.
inline Value NoAnswer(const Site& site, const char* verb, const char* link, const Value& a,
                      const Value& b) {
  const bool null = a.is_null() || b.is_null();
  if (null) {
    const Value known = PreferredNull(a, b);
    if (known.cause() != nullptr) return known;
  }
  std::string message = std::string("cannot ") + verb + " " + Name(a.kind()) + " " + link + " ";
  message += Name(b.kind());
  return site.Fail(null ? CauseKind::kNull : CauseKind::kType, message);
}

inline Value NoAnswer(const Site& site, const char* verb, const Value& a) {
  if (a.is_null() && a.cause() != nullptr) return a;
  return site.Fail(a.is_null() ? CauseKind::kNull : CauseKind::kType,
                   std::string("cannot ") + verb + " " + Name(a.kind()));
}

}  // namespace oxpecker::feel
