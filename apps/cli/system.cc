#include "apps/cli/system.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace oxpecker::cli {

Instant SystemClock::Now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return Instant::FromUnixMicros(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

Result<std::string> RandomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const ssize_t got = getrandom(bytes.data() + have, count - have, 0);
    if (got < 0 && errno != EINTR)
      return Fail(ErrorCode::kUnavailable, "", "the system gave no random bytes");
    if (got > 0) have += static_cast<std::size_t>(got);
  }
  return bytes;
}

Result<DecisionId> NewDecisionId(Instant now) {
  OXP_TRY(std::string random, RandomBytes(10));
  return MakeDecisionId(static_cast<std::uint64_t>(now.unix_micros() / 1000), random);
}

Result<std::string> ReadFile(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    return Fail(ErrorCode::kInvalidInput, path.string(), "this is a folder, expected a file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    return Fail(ErrorCode::kNotFound, path.string(), std::string("the file cannot be read: ") + std::strerror(errno),
                "check the name and its permissions");
  std::ostringstream bytes;
  if (stream.peek() != std::ifstream::traits_type::eof()) bytes << stream.rdbuf();
  if (stream.bad() || bytes.fail())
    return Fail(ErrorCode::kUnavailable, path.string(), "the file cannot be read to its end");
  return bytes.str();
}

namespace {

bool WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// A device or a pipe: it stays what it is, and there is nothing to make durable.
Status WriteInto(const std::filesystem::path& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const bool written = file >= 0 && WriteAll(file, bytes);
  const std::string why = written ? "" : std::strerror(errno);
  if (file >= 0) ::close(file);
  if (written) return {};
  return Fail(ErrorCode::kUnavailable, path.string(), "it cannot be written: " + why);
}

}  // namespace

Status WriteFile(const std::filesystem::path& named, std::string_view bytes) {
  std::error_code error;
  // A link stays a link.
  const std::filesystem::path path =
      std::filesystem::is_symlink(named, error) ? std::filesystem::weakly_canonical(named, error) : named;
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) return WriteInto(path, bytes);
  const std::string partial = path.string() + ".partial";
  const auto refuse = [&](const char* what) -> Status {
    const std::string why = std::strerror(errno);
    ::unlink(partial.c_str());
    return Fail(ErrorCode::kUnavailable, path.string(), std::string(what) + ": " + why, "check the folder and the disk");
  };
  const int file = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return refuse("the file cannot be written");
  if (!WriteAll(file, bytes)) {
    const int why = errno;
    ::close(file);
    errno = why;
    return refuse("the file cannot be written");
  }
  const bool synced = ::fsync(file) == 0;
  const bool closed = ::close(file) == 0;
  if (!synced || !closed) return refuse("the file cannot be made durable");
  if (std::rename(partial.c_str(), path.c_str()) != 0) return refuse("the file cannot be put in place");
  return {};
}

Status CheckWritable(const std::filesystem::path& named) {
  std::error_code error;
  const std::filesystem::path path =
      std::filesystem::is_symlink(named, error) ? std::filesystem::weakly_canonical(named, error) : named;
  if (std::filesystem::is_directory(path, error))
    return Fail(ErrorCode::kInvalidInput, path.string(), "this is a folder, expected a file", "name a file in it");
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) return {};
  const std::string partial = path.string() + ".partial";
  const int file = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0)
    return Fail(ErrorCode::kUnavailable, path.string(), std::string("the file cannot be written: ") + std::strerror(errno),
                "nothing was done; check the folder and the disk");
  ::close(file);
  ::unlink(partial.c_str());
  return {};
}

bool IsTerminal(int descriptor) { return ::isatty(descriptor) == 1; }

int TerminalColumns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const int count = columns == nullptr ? 0 : std::atoi(columns);
  return count >= 20 && count <= 1000 ? count : 80;
}

Progress::Progress(std::string what, bool quiet)
    : what_(std::move(what)), shown_(!quiet && IsTerminal(STDERR_FILENO)) {}

Progress::~Progress() { Clear(); }

void Progress::Report(std::uint64_t done, std::uint64_t of) {
  if (!shown_) return;
  const Instant now = clock_.Now();
  if (drawn_ && now < last_.PlusSeconds(1) && done != of) return;
  last_ = now;
  drawn_ = true;
  const std::string total = of == 0 ? "" : " of " + std::to_string(of);
  std::fprintf(stderr, "\r\033[K%s: %llu%s", what_.c_str(), static_cast<unsigned long long>(done), total.c_str());
  std::fflush(stderr);
}

void Progress::Clear() {
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

}  // namespace oxpecker::cli
