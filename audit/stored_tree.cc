#include "audit/stored_tree.h"

#include <algorithm>
#include <utility>

namespace oxpecker::audit {

Result<const std::string*> StoredTree::HashesOf(TilePlace place) {
  if (const auto known = read_.find(place); known != read_.end()) return &known->second;
  std::string hashes;
  const bool from_records = place.level == 0 && TileWidthAt(place, size_) < kTileWidth;
  if (from_records) {
    OXP_TRY(hashes, snapshot_.LeafHashes(place.index * kTileWidth, size_));
  } else {
    OXP_TRY(auto stored, snapshot_.TileAt(place));
    if (stored) hashes = *std::move(stored);
  }
  return &read_.emplace(place, std::move(hashes)).first->second;
}

Result<Digest> StoredTree::Root(unsigned height, std::uint64_t index) {
  const unsigned within = height % 8;
  const std::uint64_t first = index << within;  // of the hashes of its level
  const TilePlace place{height / 8, first / kTileWidth};
  OXP_TRY(const std::string* hashes, HashesOf(place));
  const auto begin = static_cast<std::size_t>(first % kTileWidth) * 32;
  const std::size_t bytes = std::size_t{32} << within;
  if (hashes->size() >= begin + bytes) return PerfectRoot(std::string_view(*hashes).substr(begin, bytes));
  return Fail(ErrorCode::kIntegrity, "tile " + std::to_string(place.level) + "/" + std::to_string(place.index),
              "expected at least " + std::to_string((begin + bytes) / 32) + " hashes, found " +
                  std::to_string(hashes->size() / 32),
              "run oxpecker-verify on this log");
}

}  // namespace oxpecker::audit
