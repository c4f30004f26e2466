#include "rules/feel/builtins.h"

#include <algorithm>
#include <array>
#include <vector>

#include "rules/feel/arguments.h"

namespace oxpecker::feel {
namespace {

using Tag = Type::Tag;

// Whether one value of that type may be accepted, lists of them apart.
bool FitsOne(Accepts accepts, const Type& type) {
  const Tag tag = type.tag();
  if (tag == Tag::kAny || tag == Tag::kNull) return true;
  const bool day = tag == Tag::kDate || tag == Tag::kDateTime;
  const bool duration = tag == Tag::kYearsMonths || tag == Tag::kDaysTime;
  switch (accepts) {
    case Accepts::kAny:
      return true;
    case Accepts::kNumber:
    case Accepts::kNumbers:
      return tag == Tag::kNumber;
    case Accepts::kText:
    case Accepts::kTexts:
      return tag == Tag::kString;
    case Accepts::kBoolean:
    case Accepts::kBooleans:
      return tag == Tag::kBoolean;
    case Accepts::kContext:
      return tag == Tag::kContext || tag == Tag::kMap;
    case Accepts::kTime:
      return tag == Tag::kTime;
    case Accepts::kDay:
      return day;
    case Accepts::kDuration:
      return duration;
    case Accepts::kTextOrDay:
      return tag == Tag::kString || day;
    case Accepts::kTextOrTemporal:
      return tag == Tag::kString || day || tag == Tag::kTime;
    case Accepts::kNumberOrDuration:
      return tag == Tag::kNumber || duration;
    case Accepts::kPosition:
      return tag == Tag::kNumber || tag == Tag::kFunction;
  }
  return true;
}

}  // namespace

// A list of one value serves for the value (DMN 1.5, 10.3.2.9.4); how long it is, nobody knows yet.
bool MayAccept(Accepts accepts, const Type& type) {
  return FitsOne(accepts, type) || (type.tag() == Tag::kList && FitsOne(accepts, type.element()));
}

const char* Name(Accepts accepts) {
  switch (accepts) {
    case Accepts::kAny:
      return "a value";
    case Accepts::kNumber:
      return "a number";
    case Accepts::kText:
      return "a string";
    case Accepts::kBoolean:
      return "a boolean";
    case Accepts::kContext:
      return "a context";
    case Accepts::kTime:
      return "a time";
    case Accepts::kDay:
      return "a date or a date and time";
    case Accepts::kDuration:
      return "a duration";
    case Accepts::kTextOrDay:
      return "a string, a date or a date and time";
    case Accepts::kTextOrTemporal:
      return "a string, a time, a date or a date and time";
    case Accepts::kNumberOrDuration:
      return "a number or a duration";
    case Accepts::kNumbers:
      return "a list of numbers";
    case Accepts::kTexts:
      return "a list of strings";
    case Accepts::kBooleans:
      return "a list of booleans";
    case Accepts::kPosition:
      return "a position or a function";
  }
  return "a value";
}

std::span<const Builtin> Builtins() {
  static const std::vector<Builtin> rows = [] {
    std::vector<Builtin> all;
    for (const auto group : {ConversionBuiltins(), StringBuiltins(), NumberBuiltins(),
                             ListBuiltins(), StatisticBuiltins(), ContextBuiltins(),
                             TemporalBuiltins(), RangeBuiltins()})
      all.insert(all.end(), group.begin(), group.end());
    std::stable_sort(all.begin(), all.end(),
                     [](const Builtin& a, const Builtin& b) { return a.name < b.name; });
    return all;
  }();
  return rows;
}

std::span<const Builtin> FindBuiltins(std::string_view name) {
  const std::span<const Builtin> rows = Builtins();
  const auto first =
      std::lower_bound(rows.begin(), rows.end(), name,
                       [](const Builtin& row, std::string_view wanted) { return row.name < wanted; });
  auto last = first;
  while (last != rows.end() && last->name == name) ++last;
  return {first, last};
}

}  // namespace oxpecker::feel
