// bench/feel/workload.h - the bank workload (a decision table of 200 rows, 50 rules, 10,000 documents)
// as expressions of ours: translation only, nothing is tuned to the rules at hand.
#pragma once

#include <string>
#include <vector>

#include "rules/feel/arena.h"
#include "rules/feel/program.h"
#include "rules/feel/rule_index.h"
#include "rules/feel/table_index.h"

namespace oxpecker::bench {

struct NamedProgram {
  std::string id;
  std::string source;
  feel::Program program;
};

struct Workload {
  feel::Scope scope;  // the documents' fields
  std::vector<NamedProgram> rules;
  std::vector<std::uint32_t> columns;          // of the table: index of the field
  std::vector<std::string> row_ids;
  std::vector<std::optional<feel::Program>> cells;  // row by row; nothing: "-"
  feel::TableIndex index;
  feel::RuleIndex rule_index;
};

struct Expected {
  std::string first;  // empty: no row
  std::vector<std::string> collect;
  std::vector<std::string> rules;
};

Workload ReadWorkload(const std::string& folder);
std::vector<std::string> ReadLines(const std::string& file);
Expected ReadExpected(const std::string& line);
// The document's values in the order of the scope. Texts lie in the arena.
void ReadFacts(const std::string& line, const feel::Scope& scope, feel::Arena& arena,
               std::vector<feel::Value>& values);

}  // namespace oxpecker::bench
