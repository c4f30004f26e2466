// apps/cli/system.h - the world outside: clock, randomness, files, terminal. Nothing below apps/ has
// any of these.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/identifier.h"
#include "base/result.h"

namespace oxpecker::cli {

class SystemClock final : public Clock {  // thread-safe
 public:
  Instant Now() override;
};

Result<std::string> RandomBytes(std::size_t count);
Result<DecisionId> NewDecisionId(Instant now);

Result<std::string> ReadFile(const std::filesystem::path& path);
// Writes beside and renames, so that a reader sees the old file or the new one. Durable on return.
// A link is followed; a device or a pipe is written to.
Status WriteFile(const std::filesystem::path& path, std::string_view bytes);
// Could it, by now? Tried with an empty file beside; nothing of it stays.
Status CheckWritable(const std::filesystem::path& path);

bool IsTerminal(int descriptor);
int TerminalColumns();  // of stdout, from the terminal or $COLUMNS; 80 where there is none

// A line on stderr that counts; silent where stderr is no terminal.
class Progress {
 public:
  Progress(std::string what, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void Report(std::uint64_t done, std::uint64_t of);  // of: 0 where not known
  void Clear();

 private:
  std::string what_;
  bool shown_;
  bool drawn_ = false;
  Instant last_;
  SystemClock clock_;
};

}  // namespace oxpecker::cli
