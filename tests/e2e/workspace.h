// tests/e2e/workspace.h - a workspace of its own for a test, and the commands run in it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/e2e/program.h"

namespace oxpecker::e2e {

// The lines of the shipped example customers, from 1 as in examples/customers/README.md.
inline constexpr std::size_t kCustomers = 12;
std::string CustomerLine(std::size_t number);
// The "facts" of that line, byte for byte.
std::string CustomerFacts(std::size_t number);

class Workspace {
 public:
  enum class State {
    kFresh,    // as init leaves it
    kDecided,  // and the example customers decided once: records 1 to 12
  };
  explicit Workspace(State state);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path database() const { return path_ / "log" / "log.db"; }
  std::filesystem::path checkpoint() const { return path_ / "log" / "checkpoint"; }
  std::filesystem::path verifier_key() const { return path_ / "keys" / "log.vkey"; }

  // oxpecker ARGUMENTS, in the workspace's folder.
  Ended Run(const std::vector<std::string>& arguments, const std::string& input = {}) const;
  Ended DecideExamples() const;                  // --json, one thread
  Ended Decide(const std::string& lines) const;  // the same, from standard input
  // oxpecker-verify on this log, with its key.
  Ended RunVerifier() const;

  // Ids of the recorded decisions and refusals, by number in the log, from 1. One run a record.
  std::string DecisionId(std::size_t seq) const;

 private:
  TemporaryFolder folder_;
  std::filesystem::path path_;
};

// Copies a folder with all that is in it; modes too.
void CopyFolder(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace oxpecker::e2e
