// A disk that fails when told to: SQLite's default file system of this program (a VFS over the real one),
// and the system calls of the log's own small files (audit/file_calls.h, defined here for this program).
//
// Counted are the calls that change something: creating, writing, truncating, syncing, deleting, renaming,
// and opening a database or journal for writing. Syncs do not reach the real disk: what would survive a power
// cut is a matter of the model (disk_model.h), and a killed process loses nothing that it wrote.
//
// Thread-safe. One program, one disk.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace oxpecker::audit {

enum class DiskCall : std::uint8_t { kOpen, kCreate, kWrite, kTruncate, kSync, kDelete, kRename, kSyncFolder };

struct DiskEvent {
  DiskCall call = DiskCall::kOpen;
  std::string path;
  std::string to = {};      // of a rename
  std::int64_t offset = 0;  // of a write; of a truncation, the new size
  std::string bytes = {};   // of a write
  bool sqlite = false;
  int connection = 0;       // SQLite's: numbered as they open a database, from 1
  bool read_only = false;   // by a connection that was opened for reading only
};

enum class Recording : std::uint8_t { kNone, kCalls, kBytesToo };

enum class FaultKind : std::uint8_t {
  kFail,      // the call does nothing and says so; later ones work again
  kTear,      // the same, but a write has written its first half
  kFull,      // from here on every write says that the disk is full
  kKill,      // the process dies before the call
  kKillTorn,  // a write writes its first half, then the process dies
};
struct DiskFault {
  FaultKind kind = FaultKind::kFail;
  std::size_t at = 0;  // the number of the call, from 1; 0: none
};

class FaultyDisk {
 public:
  static FaultyDisk& Get();  // the VFS is in place from the first call on

  // Counts calls on files below `folder` from now on, and forgets what was before.
  void Watch(const std::filesystem::path& folder, DiskFault fault = {}, Recording recording = Recording::kNone);
  void Stop();  // nothing is counted and nothing fails
  std::size_t calls() const;
  bool fired() const;
  std::vector<DiskEvent> TakeTrace();
  // Locks of the WAL's index that this connection's file took exclusively: SQLite's numbers.
  struct Lock {
    int first = 0;
    int count = 0;
    int connection = 0;
    bool read_only = false;
  };
  std::vector<Lock> TakeExclusiveLocks();

  // For the wrappers. What is to become of this call?
  enum class Fate : std::uint8_t { kPass, kFail, kTear, kFull, kTearAndDie };
  Fate Next(DiskEvent event);
  void Locked(const std::string& path, Lock lock);

 private:
  FaultyDisk();
  mutable std::mutex mutex_;
  std::string folder_;
  DiskFault fault_;
  Recording recording_ = Recording::kNone;
  std::size_t calls_ = 0;
  bool fired_ = false;
  std::vector<DiskEvent> trace_;
  std::vector<Lock> locks_;
};

}  // namespace oxpecker::audit
