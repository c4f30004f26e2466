// tests/e2e/program.h - runs one of the programs and keeps what it said.
//
// Example:
//   const Ended ended = RunProgram(Program::kOxpecker, {"log", "verify"}, {.folder = workspace});
//   EXPECT_EQ(ended.code, 0) << ended.err;
#pragma once

#include <filesystem>
#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace oxpecker::e2e {

// PERSISTED in scripts of others.
inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;
inline constexpr int kUsage = 2;
inline constexpr int kInvalidInput = 3;
inline constexpr int kIntegrity = 4;
inline constexpr int kFork = 5;

enum class Program { kOxpecker, kVerify, kBerka };

struct Ended {
  int code = -1;  // exit code; 1000 + the signal that ended it
  std::string out;
  std::string err;
  friend std::ostream& operator<<(std::ostream& stream, const Ended& ended);  // for test messages
};

struct Surroundings {
  std::filesystem::path folder = {};                    // working folder; empty: this one
  std::string input = {};                               // standard input
  std::map<std::string, std::string> environment = {};  // over this program's own
  std::filesystem::path output = {};  // where standard output goes, if not to Ended
};

std::string PathOf(Program program);
Ended RunProgram(Program program, const std::vector<std::string>& arguments,
                 const Surroundings& around = {});
// words[0] is the path of a program.
Ended RunCommand(const std::vector<std::string>& words, const Surroundings& around);

// One that goes on while the test does something else. Its input stays open until Finish.
class RunningProgram {
 public:
  RunningProgram(Program program, const std::vector<std::string>& arguments,
                 const Surroundings& around);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  void Write(const std::string& input);
  std::string ReadLine();  // blocks up to a minute for a line of its output, without its end
  void Signal(int number);
  Ended Finish();          // ends its input and waits; `out` is what ReadLine did not take

 private:
  std::filesystem::path err_file_;
  int input_ = -1;
  int output_ = -1;
  int process_ = -1;
};

std::string ReadBytes(const std::filesystem::path& file);  // fails the test where there is none
void WriteBytes(const std::filesystem::path& file, const std::string& bytes);
std::vector<std::string> Lines(const std::string& text);  // without empty ones

// Replaces the one place where `from` stands; fails the test where it stands elsewhere or not at
// all.
void ReplaceIn(const std::filesystem::path& file, const std::string& from, const std::string& to);

// Gone, with what is in it, at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace oxpecker::e2e
