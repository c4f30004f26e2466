// engine/explain/conditions.h - the parts of a condition, told with what they were asked of and with
// the verdict of each part as it stands: `not(balances_stale)` holds where balances_stale is false.
// Private to the module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/explain/explanation.h"
#include "engine/explain/recorded.h"
#include "rules/feel/program.h"

namespace oxpecker::engine {

struct ToldCondition {
  std::string text;         // as its author wrote it, with its own not, on one line
  std::string with_values;  // the same, with what it was asked of; empty where it was not reached
  Mark mark = Mark::kNone;  // of the part
  // Of a comparison that was asked: "late_fee_count", "4", ">= 5". Otherwise empty.
  std::string subject;
  std::string found;
  std::string needed;
  // It was asked of something other than thresholds, nothing, zero and false.
  bool has_evidence = false;
};

enum class Parts : std::uint8_t {
  kJoinedByAnd,     // where one of them does not hold, neither does the whole
  kJoinedByEither,  // the same, or the alternatives of a whole that is joined by or
};

// `exact`: values with all their digits. A trace that does not fit the program is told by results alone.
std::vector<ToldCondition> TellConditions(const feel::Program& program,
                                          const std::vector<TracedCondition>& traced, Parts parts,
                                          bool exact);

// A cell of a decision table: `input` is what the column asks of.
ToldCondition TellCell(std::string_view input, std::string_view test, const TracedCondition& cell,
                       bool exact);

// Keeps those with that mark; all where there are none, because the whole is no list of parts then.
void KeepMarked(std::vector<ToldCondition>& conditions, Mark mark);

// A number with more than six digits after the point, cut there and marked as cut: 0.427083...
std::string Shortened(const std::string& value);

// White space as single spaces, for text that was written over several lines.
std::string OnOneLine(std::string_view text);

}  // namespace oxpecker::engine
