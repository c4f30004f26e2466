// rules/feel/range_literal.h - the text that range() reads. Private to the built-ins.
#pragma once

#include <optional>
#include <string_view>

#include "rules/feel/value.h"

namespace oxpecker::feel {

// DMN 1.5 grammar rule 66: "[18..21)", "]1..3[", "(..2)", "[@\"2026-01-01\"..@\"2026-02-01\"]". Ends
// are literals of one ordered kind: numbers, strings, @"..." and date, time, date and time, duration
// of one string. An end may be left out beside a round bracket. Nothing for anything else, and
// where the ends are not in order. Text that lies in the result is made in the arena.
std::optional<RangeData> ParseRange(std::string_view text, Arena& arena);

}  // namespace oxpecker::feel
