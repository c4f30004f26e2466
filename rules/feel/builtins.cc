#include "rules/feel/builtins.h"

#include <algorithm>
#include <array>
#include <vector>

#include "rules/feel/arguments.h"

namespace oxpecker::feel {

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
