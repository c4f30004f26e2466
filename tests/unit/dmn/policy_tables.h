// tests/unit/dmn/policy_tables.h - hit_policies.txt, the tables that a banker can read, as data and as DMN.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace oxpecker::dmn {

struct PolicyTable {
  std::string title;
  std::size_t line = 0;
  std::string policy;
  std::string aggregation;
  std::vector<std::pair<std::string, std::string>> values;
  std::vector<std::pair<std::string, std::string>> defaults;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  bool has_head = false;
  std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> rules;
  struct Question {
    std::size_t line;
    std::string inputs;
    std::string answer;
  };
  std::vector<Question> questions;
};

std::vector<PolicyTable> ReadPolicyTables();
// The table as an element of a DMN file.
std::string TableText(const PolicyTable& table);
// The entries of a context, as a list of names and FEEL texts.
std::vector<std::pair<std::string, std::string>> Entries(const std::string& context);

}  // namespace oxpecker::dmn
