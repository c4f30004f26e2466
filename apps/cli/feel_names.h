// apps/cli/feel_names.h - the names that an expression given to `oxpecker feel` may use, and their
// values: the facts and the event of a file, and with rules at hand their thresholds and features.
// Private to the program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/cli/command.h"
#include "apps/cli/pack.h"
#include "base/instant.h"
#include "engine/facts/facts.h"
#include "rules/feel/evaluator.h"

namespace oxpecker::cli {

struct FeelSources {
  std::string facts_file;   // a facts document, a request as `decide` takes them, or one a line
  std::size_t line = 0;     // of the file, from 1; 0: the whole file, or its first line
  std::string rules;        // a folder; empty: the workspace's, where there is one and facts are given
};

// Values point into it and into the evaluator's arena.
struct FeelNames {
  feel::Scope scope;
  std::vector<feel::Value> inputs;
  std::optional<Instant> as_of;  // of the facts
  std::string warning;           // why the workspace's rules are not known, where they are broken
  std::optional<facts::Facts> facts;
  std::optional<facts::Facts> event;
  std::optional<Pack> pack;
};

// Places of issues begin with the file's name.
Checked<FeelNames> LoadFeelNames(const Globals& globals, const FeelSources& sources, feel::Evaluator& evaluator);

// The names at the top of every facts document.
Checked<std::vector<std::string>> FactNames();

}  // namespace oxpecker::cli
