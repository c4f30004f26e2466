#include "tests/fault/disk_model.h"

#include <fstream>
#include <iterator>
#include <utility>

namespace oxpecker::audit {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kSectorBytes = 512;

std::string FolderOf(const std::string& name) { return fs::path(name).parent_path().string(); }

// The first `count` bytes of a write; all of a truncation.
void ApplyTo(std::string& content, const DiskEvent& event, std::size_t count) {
  const auto offset = static_cast<std::size_t>(event.offset);
  if (event.call == DiskCall::kTruncate) return content.resize(offset);
  if (content.size() < offset + count) content.resize(offset + count);
  content.replace(offset, count, event.bytes, 0, count);
}

}  // namespace

DiskModel DiskModel::Of(const fs::path& folder) {
  DiskModel model;
  model.folder_ = folder;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    if (!entry.is_regular_file() || name.ends_with("-shm")) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    auto file = std::make_shared<File>();
    file->durable.assign(std::istreambuf_iterator<char>(stream), {});
    model.names_[name] = std::move(file);
  }
  model.durable_ = model.names_;
  return model;
}

std::string DiskModel::NameOf(const std::string& path) const { return fs::path(path).lexically_relative(folder_).string(); }

void DiskModel::NameChange::ApplyTo(Names& names) const {
  if (!from.empty()) names.erase(from);
  if (file == nullptr)
    names.erase(name);
  else
    names[name] = file;
}

void DiskModel::Change(NameChange change) {
  change.ApplyTo(names_);
  pending_.push_back(std::move(change));
}

void DiskModel::MakeNamesDurable(const std::string& folder) {
  std::erase_if(pending_, [&](const NameChange& change) {
    if (FolderOf(change.name) != folder) return false;
    change.ApplyTo(durable_);
    return true;
  });
}

void DiskModel::Apply(const DiskEvent& event) {
  const std::string name = NameOf(event.path);
  switch (event.call) {
    case DiskCall::kOpen:
      return;
    case DiskCall::kCreate:
      Change({name, std::make_shared<File>()});
      names_.at(name)->made_by_sqlite = event.sqlite;
      return;
    case DiskCall::kWrite:
    case DiskCall::kTruncate:
      names_.at(name)->since.push_back(event);
      return;
    case DiskCall::kSync: {
      File& file = *names_.at(name);
      for (const DiskEvent& change : file.since) ApplyTo(file.durable, change, change.bytes.size());
      file.since.clear();
      if (file.made_by_sqlite) MakeNamesDurable(FolderOf(name));
      file.made_by_sqlite = false;
      return;
    }
    case DiskCall::kDelete:
      return Change({name, nullptr});
    case DiskCall::kRename:
      return Change({NameOf(event.to), names_.at(name), name});
    case DiskCall::kSyncFolder:
      return MakeNamesDurable(name == "." ? "" : name);
  }
}

std::string DiskModel::Left(const File& file, Survives survives, std::mt19937_64& chance) {
  std::string content = file.durable;
  if (survives == Survives::kSyncedOnly) return content;
  const std::size_t torn = file.since.empty() ? 0 : chance() % file.since.size();
  for (std::size_t i = 0; i < file.since.size(); ++i) {
    const DiskEvent& change = file.since[i];
    std::size_t count = change.bytes.size();
    if (survives == Survives::kAnyPart) {
      if (chance() % 2 == 0) continue;
      if (i == torn && count > 0) count = chance() % (count / kSectorBytes + 1) * kSectorBytes;
    }
    ApplyTo(content, change, count);
  }
  return content;
}

void DiskModel::WriteTo(const fs::path& folder, Survives survives, std::mt19937_64& chance) const {
  Names left = durable_;
  std::size_t changes = survives == Survives::kSyncedOnly ? 0 : pending_.size();
  if (survives == Survives::kAnyPart) changes = chance() % (pending_.size() + 1);
  for (std::size_t i = 0; i < changes; ++i) pending_[i].ApplyTo(left);
  fs::remove_all(folder);
  for (const auto& [name, file] : left) {
    const fs::path path = folder / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << Left(*file, survives, chance);
    const bool secret = path.extension() != ".vkey" && path.parent_path().filename() == "keys";
    fs::permissions(path, static_cast<fs::perms>(secret ? 0600 : 0644));
  }
}

}  // namespace oxpecker::audit
