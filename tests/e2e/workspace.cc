#include "tests/e2e/workspace.h"

#include <gtest/gtest.h>

#include "tests/e2e/json_text.h"

namespace oxpecker::e2e {
namespace {

namespace fs = std::filesystem;

std::string ExampleCustomers() {
  return ReadBytes(OXPECKER_SOURCE_DIR "/examples/customers/customers.jsonl");
}

// Made once and copied for each test: a workspace is a folder that may be copied.
const fs::path& Prepared(Workspace::State state) {
  static const TemporaryFolder folder;
  static const fs::path fresh = [] {
    const fs::path path = folder.path() / "fresh";
    const Ended made = RunProgram(Program::kOxpecker, {"init", path.string()});
    EXPECT_EQ(made.code, kDone) << made;
    return path;
  }();
  if (state == Workspace::State::kFresh) return fresh;
  static const fs::path decided = [] {
    const fs::path path = folder.path() / "decided";
    CopyFolder(fresh, path);
    const Ended ended = RunProgram(
        Program::kOxpecker, {"decide", "customers.jsonl", "--threads", "1"}, {.folder = path});
    EXPECT_EQ(ended.code, kInvalidInput) << ended;  // the twelfth is refused
    return path;
  }();
  return decided;
}

}  // namespace

std::string CustomerLine(std::size_t number) {
  const std::vector<std::string> lines = Lines(ExampleCustomers());
  EXPECT_EQ(lines.size(), kCustomers);
  return lines.at(number - 1);
}

std::string CustomerFacts(std::size_t number) {
  const std::string line = CustomerLine(number);
  const std::string member = ",\"facts\":";
  const std::size_t at = line.find(member);
  EXPECT_NE(at, std::string::npos);
  EXPECT_EQ(line.back(), '}');
  const std::size_t begin = at + member.size();
  return line.substr(begin, line.size() - 1 - begin);
}

Workspace::Workspace(State state) : path_(folder_.path() / "workspace") {
  CopyFolder(Prepared(state), path_);
}

Ended Workspace::Run(const std::vector<std::string>& arguments, const std::string& input) const {
  return RunProgram(Program::kOxpecker, arguments, {.folder = path_, .input = input});
}

Ended Workspace::DecideExamples() const {
  return Run({"--json", "decide", "customers.jsonl", "--threads", "1"});
}

Ended Workspace::Decide(const std::string& lines) const {
  return Run({"--json", "decide", "-", "--threads", "1"}, lines);
}

Ended Workspace::RunVerifier() const {
  return RunProgram(Program::kVerify, {database().string(), "--key", verifier_key().string()});
}

std::string Workspace::DecisionId(std::size_t seq) const {
  const Ended shown = Run({"--json", "log", "show", std::to_string(seq)});
  EXPECT_EQ(shown.code, kDone) << shown;
  return JsonText(shown.out).At("/decision_id");
}

void CopyFolder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy(from, to, fs::copy_options::recursive, error);
  EXPECT_FALSE(error) << from << ": " << error.message();
}

}  // namespace oxpecker::e2e
