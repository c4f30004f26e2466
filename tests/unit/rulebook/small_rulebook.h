// tests/unit/rulebook/small_rulebook.h - a rulebook of one of everything, to change a line of and see
// what is said.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rules/rulebook/compiled_rulebook.h"

namespace oxpecker::rules {

// Compiles: threshold, action, features of three forms, rule, table, guard, texts. File small.yaml.
std::string SmallRulebook();
// The same with `from`, which must stand there once, replaced.
std::string SmallRulebookWith(std::string_view from, std::string_view to);

// Files of a pack: small.yaml with that text, a section `conduct`, and the sentences of the engine's own reasons.
std::vector<PackFile> SmallPack(std::string_view yaml);

// Types of the facts and of the event that it is compiled over.
feel::Type SmallFacts();
feel::Type SmallEvent();
Checked<CompiledRulebook> CompileFiles(const std::vector<PackFile>& files);
Checked<Rulebook> ReadText(std::string_view yaml);
Checked<CompiledRulebook> CompileText(std::string_view yaml);

// Every problem, a line each; empty where there is none.
std::string ReadIssues(std::string_view yaml);
std::string CompileIssues(std::string_view yaml);

}  // namespace oxpecker::rules
