// engine/pack_tests/test_file.h - a pack's test files as values: overlays and expectations, checked
// against the names that the rulebook knows. Private to engine/pack_tests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/source_span.h"
#include "rules/rulebook/compiled_rulebook.h"
#include "rules/rulebook/rulebook.h"
#include "rules/rulebook/yaml_reader.h"

namespace oxpecker::engine {

// Facts and event, and templates of rows by list: mappings, laid one over the other.
struct Layer {
  yaml::Node facts;
  yaml::Node event;
  yaml::Node rows;
};

struct Listed {
  std::string text;
  std::string place;
};

struct ExpectedOutcome {
  std::string place;
  std::map<std::string, std::string> fields;    // action, delivery, human ...
  std::map<std::string, std::string> evidence;  // name -> text
};

struct ExpectedSuppression {
  std::string place;
  std::map<std::string, std::string> fields;  // action, guard, reason
};

struct ExpectedProposal {
  std::string place;
  std::string action;
  std::vector<std::string> reasons;  // all of them, sorted
};

struct ExpectedVerdict {
  std::string place;
  std::string action;
  std::string guard;
  std::string verdict;
};

// What is absent is not checked; what is there and empty must be empty.
struct Expectation {
  std::optional<std::vector<ExpectedOutcome>> outcomes;
  std::optional<std::vector<ExpectedSuppression>> suppressed;
  std::optional<std::vector<std::string>> candidates;
  std::optional<std::vector<std::string>> flags;
  std::optional<std::vector<std::string>> unknown;
  std::optional<std::vector<std::string>> issues;
  std::vector<Listed> reasons;
  std::vector<Listed> reasons_not;
  std::map<std::string, Listed> features;
  std::vector<ExpectedProposal> proposed;
  std::vector<ExpectedVerdict> verdicts;
  bool refused = false;
  std::map<std::string, std::string> places;  // of each key that is there
};

struct PackTest {
  std::string name;
  std::string place;
  std::size_t file = 0;  // index into TestFiles::layers
  Layer layer;           // the test's own; its rows are empty
  Expectation expect;
};

struct TestFiles {
  Layer base;
  std::vector<Layer> layers;  // one a file
  std::vector<PackTest> tests;
};

Checked<TestFiles> ReadTestFiles(const rules::CompiledRulebook& rulebook,
                                 const std::vector<rules::PackFile>& files);

}  // namespace oxpecker::engine
