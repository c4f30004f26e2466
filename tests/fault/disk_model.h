// What a disk holds after a power cut: made from the calls that a program did before it.
//
// A write is durable once its file was synced. A name (a file that was made, renamed or deleted) is durable
// once its folder was; SQLite does that with the first sync of a journal that it made. What is not durable may
// be there or not: a write each by itself, or in part; changes of names up to some point in their order, as file
// systems with a journal keep them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/fault/faulty_disk.h"

namespace oxpecker::audit {

enum class Survives : std::uint8_t {
  kSyncedOnly,  // nothing that was not synced
  kEverything,  // as when only the process dies
  kAnyPart,     // by chance: any of the writes, one of them torn, and the first so many changes of names
};

class DiskModel {
 public:
  // As the files under `folder` are now, all of it durable.
  static DiskModel Of(const std::filesystem::path& folder);
  void Apply(const DiskEvent& event);
  // Lays down under `folder`, which is emptied first, what is left after a power cut now.
  void WriteTo(const std::filesystem::path& folder, Survives survives, std::mt19937_64& chance) const;

 private:
  struct File {
    std::string durable;
    std::vector<DiskEvent> since;  // writes and truncations
    bool made_by_sqlite = false;   // and not synced yet
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;  // by path under the folder

  struct NameChange {
    std::string name;
    std::shared_ptr<File> file;  // none: it was deleted
    std::string from = {};       // of a rename
    void ApplyTo(Names& names) const;
  };

  std::string NameOf(const std::string& path) const;
  void Change(NameChange change);
  void MakeNamesDurable(const std::string& folder);
  static std::string Left(const File& file, Survives survives, std::mt19937_64& chance);

  std::filesystem::path folder_;
  Names names_;    // as the program sees them
  Names durable_;  // as a power cut leaves them, and then some of these:
  std::vector<NameChange> pending_;
};

}  // namespace oxpecker::audit
