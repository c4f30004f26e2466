#include "audit/tiles.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace oxpecker::audit {
namespace {

// Leaves under one hash of a tile of this level. From level 8 on there are none: 256^8 = 2^64.
std::uint64_t HashesOfLevel(unsigned level, std::uint64_t size) {
  return level < kTileLevels ? size >> (8 * level) : 0;
}

Digest HashAt(std::string_view hashes, std::size_t index) {
  Digest digest;
  std::copy_n(hashes.begin() + static_cast<std::ptrdiff_t>(index * 32), 32, digest.bytes.begin());
  return digest;
}

}  // namespace

std::size_t TileWidthAt(TilePlace place, std::uint64_t size) {
  const std::uint64_t hashes = HashesOfLevel(place.level, size);
  if (place.index >= hashes / kTileWidth + 1) return 0;
  return static_cast<std::size_t>(std::min<std::uint64_t>(hashes - place.index * kTileWidth, kTileWidth));
}

Digest PerfectRoot(std::string_view hashes) {
  if (hashes.size() == 32) return HashAt(hashes, 0);
  std::vector<Digest> row;
  for (std::size_t i = 0; i + 1 < hashes.size() / 32; i += 2)
    row.push_back(NodeHash(HashAt(hashes, i), HashAt(hashes, i + 1)));
  OXP_CHECK(!row.empty());
  while (row.size() > 1) {
    for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = NodeHash(row[2 * i], row[2 * i + 1]);
    row.resize(row.size() / 2);
  }
  return row[0];
}

std::vector<Tile> TileTree::Append(const Digest& leaf_hash) {
  std::vector<Tile> grown;
  std::array<Digest, 8> roots;
  const std::size_t completed = range_.Append(leaf_hash, roots);
  open_[0] += leaf_hash.view();
  // A tile that became full has its root in the level above: as many of them as there are roots.
  for (unsigned level = 0; level <= completed && level < kTileLevels; ++level) {
    if (level > 0) open_[level] += roots[level - 1].view();
    const bool full = open_[level].size() == kTileBytes;
    if (level == 0 && !full) break;
    const std::uint64_t index = (HashesOfLevel(level, range_.size()) - 1) / kTileWidth;
    grown.push_back({{level, index}, full ? std::exchange(open_[level], {}) : open_[level]});
  }
  return grown;
}

std::optional<Tile> TileTree::Open(unsigned level) const {
  if (level >= kTileLevels || open_[level].empty()) return std::nullopt;
  return Tile{{level, HashesOfLevel(level, range_.size()) / kTileWidth}, open_[level]};
}

std::optional<TileTree> TileTree::FromOpenTiles(const CompactRange& range, std::vector<std::string> open) {
  TileTree tree;
  open.resize(kTileLevels);
  std::string frontier;
  for (unsigned level = kTileLevels; level-- > 0;) {
    const std::size_t width = HashesOfLevel(level, range.size()) % kTileWidth;
    if (open[level].size() != width * 32) return std::nullopt;
    // The perfect subtrees within the tile, largest first: one for each bit of its width.
    std::string_view rest = open[level];
    for (std::size_t part = kTileWidth / 2; part > 0; part /= 2) {
      if ((width & part) == 0) continue;
      frontier += PerfectRoot(rest.substr(0, part * 32)).view();
      rest.remove_prefix(part * 32);
    }
    tree.open_[level] = std::move(open[level]);
  }
  if (frontier != range.Frontier()) return std::nullopt;
  tree.range_ = range;
  return tree;
}

std::uint64_t StoredTileCount(std::uint64_t size) {
  std::uint64_t count = size / kTileWidth;
  for (unsigned level = 1; level < kTileLevels; ++level) {
    const std::uint64_t hashes = HashesOfLevel(level, size);
    count += hashes / kTileWidth + (hashes % kTileWidth == 0 ? 0U : 1U);
  }
  return count;
}

}  // namespace oxpecker::audit
