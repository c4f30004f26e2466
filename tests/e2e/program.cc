#include "tests/e2e/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

namespace oxpecker::e2e {
namespace {

namespace fs = std::filesystem;

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> EnvironmentOf(const Surroundings& around) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('='));
    if (!around.environment.contains(name)) all.push_back(text);
  }
  for (const auto& [name, value] : around.environment) all.push_back(name + "=" + value);
  return all;
}

// `descriptors` become 0, 1 and 2 of the new process. -1 where it could not be started.
int Spawn(std::vector<std::string> words, const Surroundings& around,
          const std::array<int, 3>& descriptors) {
  std::vector<std::string> variables = EnvironmentOf(around);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (!around.folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, around.folder.c_str());
  for (int i = 0; i < 3; ++i)
    posix_spawn_file_actions_adddup2(&actions, descriptors[static_cast<std::size_t>(i)], i);
  pid_t process = -1;
  const int error = posix_spawn(&process, words[0].c_str(), &actions, nullptr,
                                Pointers(words).data(), Pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  EXPECT_EQ(error, 0) << words[0] << ": " << std::generic_category().message(error);
  return error == 0 ? process : -1;
}

int WaitFor(int process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

int OpenFile(const fs::path& file, int flags) {
  const int descriptor = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
  EXPECT_GE(descriptor, 0) << file;
  return descriptor;
}

std::vector<std::string> Words(Program program, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {PathOf(program)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

}  // namespace

std::string PathOf(Program program) {
  switch (program) {
    case Program::kOxpecker:
      return OXPECKER_PROGRAM;
    case Program::kVerify:
      return OXPECKER_VERIFY_PROGRAM;
    case Program::kBerka:
      return OXPECKER_BERKA_PROGRAM;
  }
  return "";
}

std::ostream& operator<<(std::ostream& stream, const Ended& ended) {
  return stream << "exit code " << ended.code << "\n--- standard output\n"
                << ended.out.substr(0, 4'000) << "\n--- standard error\n"
                << ended.err.substr(0, 4'000);
}

Ended RunProgram(Program program, const std::vector<std::string>& arguments,
                 const Surroundings& around) {
  return RunCommand(Words(program, arguments), around);
}

Ended RunCommand(const std::vector<std::string>& words, const Surroundings& around) {
  const TemporaryFolder folder;
  const fs::path kept = folder.path() / "out";
  WriteBytes(folder.path() / "in", around.input);
  const int in = OpenFile(folder.path() / "in", O_RDONLY);
  const int out = OpenFile(around.output.empty() ? kept : around.output, O_WRONLY | O_CREAT);
  const int err = OpenFile(folder.path() / "err", O_WRONLY | O_CREAT);
  const int process = Spawn(words, around, {in, out, err});
  for (const int descriptor : {in, out, err}) ::close(descriptor);
  Ended ended;
  if (process >= 0) ended.code = WaitFor(process);
  if (around.output.empty()) ended.out = ReadBytes(kept);
  ended.err = ReadBytes(folder.path() / "err");
  return ended;
}

RunningProgram::RunningProgram(Program program, const std::vector<std::string>& arguments,
                               const Surroundings& around) {
  std::string name = (fs::temp_directory_path() / "oxpecker-e2e-err-XXXXXX").string();
  const int err = ::mkostemp(name.data(), O_CLOEXEC);
  err_file_ = name;
  std::array<int, 2> input{-1, -1};
  std::array<int, 2> output{-1, -1};
  EXPECT_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::pipe2(output.data(), O_CLOEXEC), 0);
  process_ = Spawn(Words(program, arguments), around, {input[0], output[1], err});
  for (const int descriptor : {input[0], output[1], err}) ::close(descriptor);
  input_ = input[1];
  output_ = output[0];
}

RunningProgram::~RunningProgram() {
  if (process_ >= 0) {
    ::kill(process_, SIGKILL);
    WaitFor(process_);
  }
  if (input_ >= 0) ::close(input_);
  if (output_ >= 0) ::close(output_);
  std::error_code ignored;
  fs::remove(err_file_, ignored);
}

void RunningProgram::Write(const std::string& input) {
  EXPECT_EQ(::write(input_, input.data(), input.size()), static_cast<ssize_t>(input.size()));
}

std::string RunningProgram::ReadLine() {
  constexpr int patience_ms = 60'000;  // a program that says nothing for so long is a failed test
  std::string line;
  char c = 0;
  pollfd ready{output_, POLLIN, 0};
  while (::poll(&ready, 1, patience_ms) == 1 && ::read(output_, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

void RunningProgram::Signal(int number) { EXPECT_EQ(::kill(process_, number), 0); }

Ended RunningProgram::Finish() {
  ::close(input_);
  input_ = -1;
  Ended ended;
  char c = 0;
  while (::read(output_, &c, 1) == 1) ended.out += c;
  if (process_ >= 0) ended.code = WaitFor(process_);
  process_ = -1;
  ended.err = ReadBytes(err_file_);
  return ended;
}

std::string ReadBytes(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  EXPECT_TRUE(stream.is_open()) << "cannot read " << file;
  return {std::istreambuf_iterator<char>(stream), {}};
}

void WriteBytes(const fs::path& file, const std::string& bytes) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << bytes;
  stream.flush();
  EXPECT_TRUE(stream.good()) << "cannot write " << file;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

void ReplaceIn(const fs::path& file, const std::string& from, const std::string& to) {
  std::string text = ReadBytes(file);
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << file << " does not hold '" << from << "'";
  ASSERT_EQ(text.find(from, at + 1), std::string::npos) << file << " holds it twice: " << from;
  WriteBytes(file, text.replace(at, from.size(), to));
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "oxpecker-e2e-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace oxpecker::e2e
