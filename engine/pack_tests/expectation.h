// engine/pack_tests/expectation.h - compares a decision with what a test expects, and tells how the
// decision came about. Private to engine/pack_tests.
#pragma once

#include <string>
#include <vector>

#include "engine/decide/decision.h"
#include "engine/pack_tests/pack_tests.h"
#include "engine/pack_tests/test_file.h"

namespace oxpecker::engine {

std::vector<Mismatch> Compare(const Expectation& expect, const std::string& test_place, const Decision& decision);

// A line for each rule or row asked, with its conditions and their values, and for each candidate.
std::vector<std::string> ReasonChain(const rules::CompiledRulebook& rulebook, const Decision& decision);

// At most 4 lines of the test's reason chain: candidates that its mismatches name, then rules that
// propose what was expected and is none, then other candidates.
std::vector<std::string> NearestOf(const rules::Rulebook& book, const PackTestResult& test);

}  // namespace oxpecker::engine
