// apps/cli/feel_nearest.h - oxpecker feel --nearest: what would have to change. Private to the program.
#pragma once

#include <string>

#include "apps/cli/command.h"
#include "apps/cli/feel_names.h"
#include "rules/feel/nearest_change.h"

namespace oxpecker::cli {

struct NearestQuestion {
  std::string fact;   // a path: customer.age
  std::string table;  // id of a table of the rules; empty: the expression
};

// What `program` (nullptr: the table) would need of the fact. As a line of text, or an object of JSON.
struct NearestAnswer {
  std::string text;
  json::Object json;
};
Checked<NearestAnswer> AnswerNearest(const NearestQuestion& question, const feel::Program* program,
                                     const FeelNames& names, const feel::Environment& environment,
                                     feel::Evaluator& evaluator);

}  // namespace oxpecker::cli
