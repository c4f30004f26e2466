// audit/stored_tree.h - the roots of a log's subtrees, out of its stored tiles: a handful of rows for a
// proof. Private to this module. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "audit/log_store.h"
#include "audit/proof.h"
#include "audit/tiles.h"
#include "base/result.h"

namespace oxpecker::audit {

// Keeps the tiles that it read: make one for each proof. What it answers is as good as the tiles are;
// the caller holds the finished proof against a root that he trusts.
class StoredTree final : public SubtreeRoots {
 public:
  StoredTree(LogSnapshot& snapshot, std::uint64_t size) : snapshot_(snapshot), size_(size) {}
  // kIntegrity: a tile that must be there is missing or too short.
  Result<Digest> Root(unsigned height, std::uint64_t index) override;

 private:
  Result<const std::string*> HashesOf(TilePlace place);
  LogSnapshot& snapshot_;  // not owned
  std::uint64_t size_;     // of the log: its last tile of level 0 is put together from the records
  std::map<TilePlace, std::string> read_;
};

}  // namespace oxpecker::audit
