// tests/unit/engine/small_pack.h - small packs, and customers for them, made from a few lines of YAML.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/decide/decider.h"
#include "engine/pack_tests/pack_tests.h"
#include "engine/pack_tests/test_document.h"
#include "engine/release/release.h"

namespace oxpecker::engine {

// `sections` is the text of one file of the pack: actions, features, rules ... A header, the sentences
// of the engine's own reasons and of R1 to R9 and of the actions a1 to a9 are added.
Checked<std::shared_ptr<const Release>> BuildPack(std::string_view sections);
std::shared_ptr<const Release> GoodPack(std::string_view sections);  // fails the test where it is not

// An action for `actions:`, with parts replaced: Action("a1", {{"tier", "5"}}).
std::string Action(std::string_view id, const std::vector<std::pair<std::string, std::string>>& parts = {});

// `layer` is the YAML of facts and event, laid over a complete customer (small_pack.cc).
TestDocuments Documents(const Release& release, std::string_view layer);
Decision DecideFor(const std::shared_ptr<const Release>& release, std::string_view layer);
// A feature's value as FEEL text, or "unknown: cause kind".
std::string FeatureOf(const Decision& decision, std::string_view id);
const Candidate* FindCandidate(const Decision& decision, std::string_view action);

// The pack that ships.
std::vector<rules::PackFile> ShippedFiles();
std::shared_ptr<const Release> ShippedPack();

}  // namespace oxpecker::engine
