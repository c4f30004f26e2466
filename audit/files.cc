#include "audit/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "audit/file_calls.h"

namespace oxpecker::audit {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> SystemError(const fs::path& file, const char* what, int error) {
  const ErrorCode code = error == ENOENT   ? ErrorCode::kNotFound
                         : error == EEXIST ? ErrorCode::kRefused
                                           : ErrorCode::kUnavailable;
  return Fail(code, file.string(), std::string("cannot ") + what + ": " + std::strerror(error));
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

fs::path TemporaryOf(const fs::path& file) {
  fs::path temporary = file;
  temporary += ".new";
  return temporary;
}

Status WriteAndSync(int descriptor, const fs::path& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = file_calls::Write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return SystemError(file, "write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (file_calls::Sync(descriptor) != 0) return SystemError(file, "sync", errno);
  return {};
}

}  // namespace

Result<std::string> ReadSmallFile(const fs::path& file, std::size_t bytes_max) {
  // Without waiting: a pipe would wait for somebody to write into it.
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (descriptor.get() < 0) return SystemError(file, "open", errno);
  struct stat info {};
  if (::fstat(descriptor.get(), &info) != 0) return SystemError(file, "look at", errno);
  if (!S_ISREG(info.st_mode))
    return Fail(ErrorCode::kInvalidInput, file.string(), "is a device, pipe or folder, expected a file");
  std::string bytes(bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(descriptor.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError(file, "read", errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > bytes_max)
    return Fail(ErrorCode::kLimit, file.string(),
                "holds more than " + std::to_string(bytes_max) + " bytes");
  bytes.resize(size);
  return bytes;
}

Status CheckPrivate(const fs::path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return SystemError(file, "look at", errno);
  if ((info.st_mode & 077U) == 0) return {};
  return Fail(ErrorCode::kRefused, file.string(), "others than its owner may use this private key",
              "run: chmod 600 " + file.string());
}

Status CreateFile(const fs::path& file, std::string_view bytes, unsigned mode) {
  const Descriptor descriptor(
      file_calls::Open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (descriptor.get() < 0) return SystemError(file, "create", errno);
  // The process's umask may have taken bits away, never added any.
  if (::fchmod(descriptor.get(), static_cast<mode_t>(mode)) != 0)
    return SystemError(file, "set the mode of", errno);
  OXP_TRY(WriteAndSync(descriptor.get(), file, bytes));
  return SyncFolder(file.parent_path());
}

Status ReplaceFile(const fs::path& file, std::string_view bytes, unsigned mode) {
  const fs::path temporary = TemporaryOf(file);
  {
    const Descriptor descriptor(file_calls::Open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (descriptor.get() < 0) return SystemError(temporary, "create", errno);
    OXP_TRY(WriteAndSync(descriptor.get(), temporary, bytes));
  }
  return MoveFile(temporary, file);
}

Status MoveFile(const fs::path& from, const fs::path& to) {
  if (file_calls::Rename(from.c_str(), to.c_str()) != 0) return SystemError(to, "replace", errno);
  return SyncFolder(to.parent_path());
}

Status MakePrivateFolder(const fs::path& folder) {
  if (folder.empty()) return {};
  std::error_code error;
  if (fs::is_directory(folder, error)) return {};
  OXP_TRY(MakePrivateFolder(folder.parent_path()));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return SystemError(folder, "create", errno);
  return {};
}

Status SyncFolder(const fs::path& folder) {
  const fs::path named = folder.empty() ? fs::path(".") : folder;
  const Descriptor descriptor(file_calls::Open(named.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
  if (descriptor.get() < 0) return SystemError(named, "open", errno);
  if (file_calls::Sync(descriptor.get()) != 0) return SystemError(named, "sync", errno);
  return {};
}

Result<FileLock> FileLock::Acquire(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return SystemError(file, "open", errno);
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return SystemError(file, "lock", errno);
  return Fail(ErrorCode::kUnavailable, file.string(), "another writer holds this lock",
              "wait until it has closed; a log and a vault have one writer at a time");
}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}
FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace oxpecker::audit
