#include "tests/fault/faulty_disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <utility>

#include "audit/file_calls.h"

namespace oxpecker::audit {
namespace {

using Fate = FaultyDisk::Fate;

[[noreturn]] void Die() {
  ::kill(::getpid(), SIGKILL);
  std::abort();  // not reached
}

sqlite3_vfs* real_vfs = nullptr;

// An open file: SQLite's own part, ours, and behind it the real file.
struct FaultyFile {
  sqlite3_file base;
  std::string* path;
  int connection;
  bool read_only;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
FaultyFile* Of(sqlite3_file* file) { return reinterpret_cast<FaultyFile*>(file); }

DiskEvent EventOf(FaultyFile* file, DiskCall call, std::int64_t offset = 0, std::string bytes = {}) {
  return {call, *file->path, {}, offset, std::move(bytes), true, file->connection, file->read_only};
}

int Close(sqlite3_file* file) {
  FaultyFile* own = Of(file);
  const int code = own->real()->pMethods->xClose(own->real());
  delete std::exchange(own->path, nullptr);
  return code;
}
int Read(sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
  return Of(file)->real()->pMethods->xRead(Of(file)->real(), to, count, offset);
}
int Write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
  FaultyFile* own = Of(file);
  const auto write = [&](int bytes) { return own->real()->pMethods->xWrite(own->real(), from, bytes, offset); };
  const std::string bytes(static_cast<const char*>(from), static_cast<std::size_t>(count));
  switch (FaultyDisk::Get().Next(EventOf(own, DiskCall::kWrite, offset, bytes))) {
    case Fate::kPass:
      return write(count);
    case Fate::kFail:
      return SQLITE_IOERR_WRITE;
    case Fate::kTear:
      write(count / 2);
      return SQLITE_IOERR_WRITE;
    case Fate::kFull:
      return SQLITE_FULL;
    case Fate::kTearAndDie:
      write(count / 2);
      Die();
  }
  return SQLITE_IOERR_WRITE;
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (FaultyDisk::Get().Next(EventOf(Of(file), DiskCall::kTruncate, size)) != Fate::kPass) return SQLITE_IOERR_TRUNCATE;
  return Of(file)->real()->pMethods->xTruncate(Of(file)->real(), size);
}
int Sync(sqlite3_file* file, int) {
  if (FaultyDisk::Get().Next(EventOf(Of(file), DiskCall::kSync)) != Fate::kPass) return SQLITE_IOERR_FSYNC;
  return SQLITE_OK;
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) { return Of(file)->real()->pMethods->xFileSize(Of(file)->real(), size); }
int LockFile(sqlite3_file* file, int level) { return Of(file)->real()->pMethods->xLock(Of(file)->real(), level); }
int UnlockFile(sqlite3_file* file, int level) { return Of(file)->real()->pMethods->xUnlock(Of(file)->real(), level); }
int CheckReserved(sqlite3_file* file, int* out) {
  return Of(file)->real()->pMethods->xCheckReservedLock(Of(file)->real(), out);
}
int Control(sqlite3_file* file, int what, void* argument) {
  return Of(file)->real()->pMethods->xFileControl(Of(file)->real(), what, argument);
}
int SectorSize(sqlite3_file* file) { return Of(file)->real()->pMethods->xSectorSize(Of(file)->real()); }
int Characteristics(sqlite3_file* file) { return Of(file)->real()->pMethods->xDeviceCharacteristics(Of(file)->real()); }
int ShmMap(sqlite3_file* file, int region, int bytes, int extend, void volatile** out) {
  return Of(file)->real()->pMethods->xShmMap(Of(file)->real(), region, bytes, extend, out);
}
int ShmLock(sqlite3_file* file, int first, int count, int flags) {
  const int code = Of(file)->real()->pMethods->xShmLock(Of(file)->real(), first, count, flags);
  if (code == SQLITE_OK && (flags & SQLITE_SHM_LOCK) != 0 && (flags & SQLITE_SHM_EXCLUSIVE) != 0)
    FaultyDisk::Get().Locked(*Of(file)->path, {first, count, Of(file)->connection, Of(file)->read_only});
  return code;
}
void ShmBarrier(sqlite3_file* file) { Of(file)->real()->pMethods->xShmBarrier(Of(file)->real()); }
int ShmUnmap(sqlite3_file* file, int remove) { return Of(file)->real()->pMethods->xShmUnmap(Of(file)->real(), remove); }

const sqlite3_io_methods kMethods = {2,          Close,        Read,          Write,      Truncate, Sync,
                                     FileSize,   LockFile,     UnlockFile,    CheckReserved, Control, SectorSize,
                                     Characteristics, ShmMap,  ShmLock,       ShmBarrier, ShmUnmap, nullptr, nullptr};

// A journal is opened by the connection that has opened its database just before, on the same thread: our
// own connections read at once. Its flags say nothing of the connection's.
struct Connection {
  int number = 0;
  bool read_only = false;
};
thread_local Connection opened_last;
std::atomic<int> connections{0};

int OpenFile(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  FaultyFile* own = Of(file);
  own->base.pMethods = nullptr;
  own->path = nullptr;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) opened_last = {++connections, (flags & SQLITE_OPEN_READONLY) != 0};
  own->connection = opened_last.number;
  own->read_only = opened_last.read_only;
  const std::string path = name != nullptr ? name : "";
  const bool creates = (flags & SQLITE_OPEN_CREATE) != 0 && !path.empty() && ::access(path.c_str(), F_OK) != 0;
  if (creates || (!path.empty() && !own->read_only)) {
    const DiskEvent event{creates ? DiskCall::kCreate : DiskCall::kOpen, path, {}, 0, {}, true, own->connection, own->read_only};
    if (FaultyDisk::Get().Next(event) != Fate::kPass) return SQLITE_CANTOPEN;
  }
  const int code = real_vfs->xOpen(real_vfs, name, own->real(), flags, out_flags);
  if (own->real()->pMethods == nullptr) return code;
  own->path = new std::string(path);
  own->base.pMethods = &kMethods;
  return code;
}
int Delete(sqlite3_vfs*, const char* name, int sync_folder) {
  const DiskEvent event{DiskCall::kDelete, name, {}, 0, {}, true};
  if (::access(name, F_OK) == 0 && FaultyDisk::Get().Next(event) != Fate::kPass) return SQLITE_IOERR_DELETE;
  return real_vfs->xDelete(real_vfs, name, sync_folder);
}

// The log's own files: which descriptor is which, and how much was written to it.
struct OwnFile {
  std::string path;
  std::int64_t written = 0;
  bool folder = false;
};
std::mutex own_files_mutex;
std::map<int, OwnFile>& OwnFiles() {
  static std::map<int, OwnFile> files;
  return files;
}
OwnFile OwnFileOf(int descriptor) {
  const std::lock_guard lock(own_files_mutex);
  return OwnFiles()[descriptor];
}

int Refuse(int error) {
  errno = error;
  return -1;
}

}  // namespace

FaultyDisk::FaultyDisk() {
  real_vfs = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs faulty = *real_vfs;
  faulty.zName = "faulty";
  faulty.szOsFile = static_cast<int>(sizeof(FaultyFile)) + real_vfs->szOsFile;
  faulty.pNext = nullptr;
  faulty.xOpen = OpenFile;
  faulty.xDelete = Delete;
  sqlite3_vfs_register(&faulty, 1);
}

FaultyDisk& FaultyDisk::Get() {
  static FaultyDisk disk;
  return disk;
}

void FaultyDisk::Watch(const std::filesystem::path& folder, DiskFault fault, Recording recording) {
  const std::lock_guard lock(mutex_);
  folder_ = folder.string() + "/";
  fault_ = fault;
  recording_ = recording;
  calls_ = 0;
  fired_ = false;
  trace_.clear();
  locks_.clear();
}
void FaultyDisk::Stop() {
  const std::lock_guard lock(mutex_);
  folder_.clear();
}
std::size_t FaultyDisk::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}
bool FaultyDisk::fired() const {
  const std::lock_guard lock(mutex_);
  return fired_;
}
std::vector<DiskEvent> FaultyDisk::TakeTrace() {
  const std::lock_guard lock(mutex_);
  return std::exchange(trace_, {});
}
std::vector<FaultyDisk::Lock> FaultyDisk::TakeExclusiveLocks() {
  const std::lock_guard lock(mutex_);
  return std::exchange(locks_, {});
}
void FaultyDisk::Locked(const std::string& path, Lock lock) {
  const std::lock_guard guard(mutex_);
  if (!folder_.empty() && path.starts_with(folder_)) locks_.push_back(lock);
}

FaultyDisk::Fate FaultyDisk::Next(DiskEvent event) {
  const std::lock_guard lock(mutex_);
  if (folder_.empty() || !(event.path + "/").starts_with(folder_)) return Fate::kPass;
  const bool is_write = event.call == DiskCall::kWrite;
  ++calls_;
  if (recording_ != Recording::kNone) {
    trace_.push_back(std::move(event));
    if (recording_ == Recording::kCalls) trace_.back().bytes.clear();
  }
  if (fault_.kind == FaultKind::kFull && fault_.at != 0 && calls_ >= fault_.at && is_write) {
    fired_ = true;
    return Fate::kFull;
  }
  if (calls_ == fault_.at && fault_.kind != FaultKind::kFull) {
    fired_ = true;
    if (fault_.kind == FaultKind::kKill || (fault_.kind == FaultKind::kKillTorn && !is_write)) Die();
    if (fault_.kind == FaultKind::kKillTorn) return Fate::kTearAndDie;
    return fault_.kind == FaultKind::kTear && is_write ? Fate::kTear : Fate::kFail;
  }
  return Fate::kPass;
}

namespace file_calls {

int Open(const char* path, int flags, unsigned mode) {
  const bool folder = (flags & O_DIRECTORY) != 0;
  if (!folder) {
    const bool exists = ::access(path, F_OK) == 0;
    DiskEvent event{exists ? DiskCall::kTruncate : DiskCall::kCreate, path};
    if (exists && (flags & O_TRUNC) == 0) event.call = DiskCall::kOpen;
    if (FaultyDisk::Get().Next(std::move(event)) != Fate::kPass) return Refuse(EIO);
  }
  const int descriptor = ::open(path, flags, static_cast<mode_t>(mode));
  const std::lock_guard lock(own_files_mutex);
  if (descriptor >= 0) OwnFiles()[descriptor] = {path, 0, folder};
  return descriptor;
}

ssize_t Write(int descriptor, const char* bytes, std::size_t count) {
  const OwnFile file = OwnFileOf(descriptor);
  switch (FaultyDisk::Get().Next({DiskCall::kWrite, file.path, {}, file.written, std::string(bytes, count)})) {
    case Fate::kPass:
      break;
    case Fate::kFail:
      return Refuse(EIO);
    case Fate::kTear: {
      [[maybe_unused]] const ssize_t half = ::write(descriptor, bytes, count / 2);
      return Refuse(EIO);
    }
    case Fate::kFull:
      return Refuse(ENOSPC);
    case Fate::kTearAndDie: {
      [[maybe_unused]] const ssize_t half = ::write(descriptor, bytes, count / 2);
      Die();
    }
  }
  const ssize_t written = ::write(descriptor, bytes, count);
  const std::lock_guard lock(own_files_mutex);
  OwnFiles()[descriptor].written += written > 0 ? written : 0;
  return written;
}

int Sync(int descriptor) {
  const OwnFile file = OwnFileOf(descriptor);
  const DiskCall call = file.folder ? DiskCall::kSyncFolder : DiskCall::kSync;
  return FaultyDisk::Get().Next({call, file.path}) == Fate::kPass ? 0 : Refuse(EIO);
}

int Rename(const char* from, const char* to) {
  if (FaultyDisk::Get().Next({DiskCall::kRename, from, to}) != Fate::kPass) return Refuse(EIO);
  return std::rename(from, to);
}

}  // namespace file_calls
}  // namespace oxpecker::audit
