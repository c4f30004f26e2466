// audit/files.h - the few things the log asks of a file system (POSIX). Private to this module.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oxpecker::audit {

// The whole of a small file. kNotFound, kUnavailable, kLimit.
Result<std::string> ReadSmallFile(const std::filesystem::path& file, std::size_t bytes_max);

// Refuses (kRefused) a file that group or others may read or write.
Status CheckPrivate(const std::filesystem::path& file);

// Creates the file with `mode`, writes and syncs it. Refuses (kRefused) where it exists.
Status CreateFile(const std::filesystem::path& file, std::string_view bytes, unsigned mode);

// Replaces the file's content in one step: after a crash it holds the old bytes or the new ones.
// Temporary file, fsync, rename, fsync of the folder.
Status ReplaceFile(const std::filesystem::path& file, std::string_view bytes, unsigned mode);

// Within one file system, in place of what stands there; durable on return.
Status MoveFile(const std::filesystem::path& from, const std::filesystem::path& to);

// The folder and its parents, those made here with mode 0700.
Status MakePrivateFolder(const std::filesystem::path& folder);

Status SyncFolder(const std::filesystem::path& folder);

// Holds an exclusive lock on a file (made where missing) until destruction or process end.
class FileLock {
 public:
  static Result<FileLock> Acquire(
      const std::filesystem::path& file);  // kUnavailable: held elsewhere
  FileLock(FileLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace oxpecker::audit
