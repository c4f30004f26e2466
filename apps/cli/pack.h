// apps/cli/pack.h - a folder of rules, compiled, and its tests, for the commands that look at one.
// Private to the program.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/cli/command.h"
#include "apps/cli/workspace.h"
#include "engine/pack_tests/pack_tests.h"
#include "engine/release/release.h"

namespace oxpecker::cli {

struct Pack {
  std::string folder;
  std::vector<rules::PackFile> files;  // with the tests
  std::shared_ptr<const engine::Release> release;
};

// `folder` empty: the workspace's rules. Places of issues begin with the folder.
Checked<Pack> LoadPack(const Globals& globals, const std::string& folder);

// What is most likely a slip in what is left of a pack with problems, where those are set aside.
Issues FindWarningsOfBrokenPack(const Globals& globals, const std::string& folder);

// The tests of the pack; places of issues in them begin with the folder.
Checked<engine::PackTestReport> RunTests(const Pack& pack);

// What is not refused but is most likely a slip: on stderr, and as JSON for `"warnings"`.
json::Array TellWarnings(const Issues& warnings);

}  // namespace oxpecker::cli
