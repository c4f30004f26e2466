// engine/facts/fact_list.h - every fact that a schema knows, for those who write rules. Pure.
//
// Example:
//   for (const FactEntry& fact : ListFacts(schema)) Print(fact.path + " " + fact.type);
#pragma once

#include <string>
#include <vector>

#include "engine/facts/schema.h"

namespace oxpecker::facts {

struct FactEntry {
  std::string path;         // "customer.birth_year", "transactions[].amount_minor", "balances.*"
  std::string type;         // "number", "list of rows", "one of push, email", "date and time or null"
  bool optional = false;    // a document may leave it out: it is then missing
  std::string description;  // the schema's; may be empty
};

// In the order of the schema, a list or context before what is in it.
std::vector<FactEntry> ListFacts(const Schema& schema);

}  // namespace oxpecker::facts
