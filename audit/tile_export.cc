#include "audit/tile_export.h"

#include <string_view>
#include <system_error>
#include <utility>

#include "audit/files.h"

namespace oxpecker::audit {
namespace {

namespace fs = std::filesystem;

// The files of one export, in a folder that has not its name yet.
class TileFolder {
 public:
  explicit TileFolder(fs::path folder) : folder_(std::move(folder)) {}
  Status AddTile(const Tile& tile) {
    return AddFile(TilePath(std::to_string(tile.place.level), tile.place.index, tile.width()), tile.hashes);
  }
  Status AddBundle(std::uint64_t index, std::size_t width, std::string_view bytes) {
    return AddFile(TilePath("entries", index, width), bytes);
  }
  Status AddFile(const std::string& name, std::string_view bytes) {
    const fs::path file = folder_ / name;
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    if (error) return Fail(ErrorCode::kUnavailable, file.parent_path().string(), "cannot make the folder: " + error.message());
    OXP_TRY(CreateFile(file, bytes, 0644));
    ++files_;
    bytes_ += bytes.size();
    return {};
  }
  std::uint64_t files() const { return files_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  fs::path folder_;
  std::uint64_t files_ = 0;
  std::uint64_t bytes_ = 0;
};

void AppendEntry(std::string& bundle, std::string_view leaf) {
  bundle += static_cast<char>(leaf.size() >> 8U);
  bundle += static_cast<char>(leaf.size() & 0xFFU);
  bundle += leaf;
}

// Leaf by leaf into files.
class Exporter {
 public:
  explicit Exporter(fs::path folder) : out_(std::move(folder)) {}

  Status AddLeaf(std::string_view leaf) {
    AppendEntry(bundle_, leaf);
    for (const Tile& tile : tree_.Append(LeafHash(leaf))) {
      if (!tile.full()) continue;
      OXP_TRY(out_.AddTile(tile));
    }
    if (tree_.size() % kTileWidth != 0) return {};
    OXP_TRY(out_.AddBundle(tree_.size() / kTileWidth - 1, kTileWidth, bundle_));
    bundle_.clear();
    return {};
  }

  // What is not full at the end, and the head last.
  Result<ExportedTiles> Finish(const SignedCheckpoint& head) {
    const std::uint64_t size = head.checkpoint.size;
    if (tree_.size() != size || tree_.range().Root() != head.checkpoint.root)
      return Fail(ErrorCode::kIntegrity, head.checkpoint.origin,
                  "the stored leaves have not the root of the checkpoint at " + std::to_string(size),
                  "run oxpecker-verify on this log");
    for (unsigned level = 0; level < kTileLevels; ++level) {
      if (const auto open = tree_.Open(level)) {
        OXP_TRY(out_.AddTile(*open));
      }
    }
    if (!bundle_.empty()) {
      OXP_TRY(out_.AddBundle(size / kTileWidth, static_cast<std::size_t>(size % kTileWidth), bundle_));
    }
    OXP_TRY(out_.AddFile("checkpoint", head.note));
    return ExportedTiles{head, out_.files(), out_.bytes()};
  }

  std::uint64_t size() const { return tree_.size(); }

 private:
  TileFolder out_;
  TileTree tree_;
  std::string bundle_;  // the leaves of the last, unfinished one
};

Result<ExportedTiles> WriteAll(LogReader& reader, const fs::path& folder,
                               const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  OXP_TRY(const SignedCheckpoint head, reader.NewestCheckpoint());
  Exporter exporter(folder);
  const Status read = reader.ForEachLeaf(head.checkpoint.size, [&](std::string_view leaf) -> Status {
    if (progress && exporter.size() % kTileWidth == 0) progress(exporter.size(), head.checkpoint.size);
    return exporter.AddLeaf(leaf);
  });
  if (!read) return std::unexpected(read.error());
  return exporter.Finish(head);
}

}  // namespace

std::string TilePath(const std::string& level, std::uint64_t index, std::size_t width) {
  std::string number;
  for (bool last = true; last || index > 0; last = false) {
    const std::string digits = std::to_string(index % 1'000);
    number = (last ? "" : "x") + std::string(3 - digits.size(), '0') + digits + (last ? "" : "/") + number;
    index /= 1'000;
  }
  std::string path = "tile/" + level + "/" + number;
  if (width < kTileWidth) path += ".p/" + std::to_string(width);
  return path;
}

Result<ExportedTiles> ExportTiles(LogReader& reader, const fs::path& folder,
                                  const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  std::error_code error;
  fs::path target = fs::absolute(folder, error).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();  // of "out/"
  if (fs::exists(target, error) && !(fs::is_directory(target, error) && fs::is_empty(target, error)))
    return Fail(ErrorCode::kRefused, folder.string(), "there is something in it already", "name a new folder");
  fs::path unfinished = target;
  unfinished += ".unfinished";
  if (!fs::create_directory(unfinished, error))
    return Fail(error ? ErrorCode::kUnavailable : ErrorCode::kRefused, unfinished.string(),
                error ? "cannot make the folder: " + error.message() : "another export was not finished there",
                error ? "" : "remove it, if no other export is running");
  auto exported = WriteAll(reader, unfinished, progress);
  if (exported) {
    fs::rename(unfinished, target, error);
    if (!error) return exported;
    exported = Fail(ErrorCode::kUnavailable, folder.string(), "cannot be put into its place: " + error.message());
  }
  fs::remove_all(unfinished, error);  // made here; what is left of it is refused next time
  return exported;
}

}  // namespace oxpecker::audit
