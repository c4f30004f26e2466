// engine/facts/number_range.h - what a schema allows of a number, for those who propose one.
//
// Pure; thread-safe.
//
// Example:
//   const NumberRange range = NumberRangeAt(schema, {"digital", "confidence"});  // 1 to 5, whole
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/decimal.h"
#include "engine/facts/schema.h"

namespace oxpecker::facts {

struct NumberRange {
  std::optional<Decimal> low;  // both included
  std::optional<Decimal> high;
  bool is_whole = false;
};

// By names of fields from the top on; an empty one is an item of a list. No bounds where there is no
// number at that path.
NumberRange NumberRangeAt(const Schema& schema, std::span<const std::string> path);

}  // namespace oxpecker::facts
