// audit/tiles.h - the tree as tiles of C2SP tlog-tiles: hash i of tile (level, n) is the root of the
// perfect subtree of height 8 * level over leaves [(256 n + i) << 8 level, (256 n + i + 1) << 8 level).
//
// A proof reads a few tiles, whatever the size of the tree. Pure; value types. Byte formats:
// docs/format/log_store_v1.md (as they are stored), docs/format/tiles_v1.md (as they are exported).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/merkle.h"
#include "base/digest.h"

namespace oxpecker::audit {

inline constexpr std::size_t kTileWidth = 256;
inline constexpr std::size_t kTileBytes = kTileWidth * 32;
inline constexpr unsigned kTileLevels = 8;  // of 256^8 leaves; a log has at most 2^59

struct TilePlace {
  unsigned level = 0;
  std::uint64_t index = 0;
  friend auto operator<=>(const TilePlace&, const TilePlace&) = default;
};

struct Tile {
  TilePlace place;
  std::string hashes;  // 1 to 256 of them, 32 bytes each
  std::size_t width() const { return hashes.size() / 32; }
  bool full() const { return hashes.size() == kTileBytes; }
  friend bool operator==(const Tile&, const Tile&) = default;
};

// How many hashes tile `place` has in a tree of `size` leaves: 0 to 256.
std::size_t TileWidthAt(TilePlace place, std::uint64_t size);

// The root of `hashes` (32 bytes each, as many as a power of two).
Digest PerfectRoot(std::string_view hashes);

// A tree that is built leaf by leaf, with the tiles of each level that are not full yet.
class TileTree {
 public:
  TileTree() = default;

  // The tiles that this leaf ends or prolongs, and that are stored therefore: of level 0 when it is
  // full, of higher ones whenever a hash comes to them. Mostly none.
  std::vector<Tile> Append(const Digest& leaf_hash);

  const CompactRange& range() const { return range_; }
  std::uint64_t size() const { return range_.size(); }
  // The tile of a level that is not full; nothing where that has no hashes.
  std::optional<Tile> Open(unsigned level) const;

  // Goes on from a tree of which `open` are the tiles that are not full, by level from 0 (an empty text
  // for none). Nothing where they are not those of `range`: each subtree root of the range is found
  // again from them, so they are as good as it is.
  static std::optional<TileTree> FromOpenTiles(const CompactRange& range, std::vector<std::string> open);

 private:
  CompactRange range_;
  std::array<std::string, kTileLevels> open_;
};

// How many tiles are stored for a tree of this size: full ones, and those above level 0 that are not.
std::uint64_t StoredTileCount(std::uint64_t size);

}  // namespace oxpecker::audit
