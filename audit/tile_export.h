// audit/tile_export.h - a log as the static files of C2SP tlog-tiles, as anybody's tools read them:
//
//   checkpoint                  the newest signed head
//   tile/<L>/<N>[.p/<W>]        the hashes of each tile, 32 bytes each
//   tile/entries/<N>[.p/<W>]    the leaves, 256 in a file, each after its length in two bytes, big-endian
//
// Leaves only: no section and no key of a section. The same log at the same head gives the same bytes.
// Layout with an example: docs/format/tiles_v1.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "audit/log_reader.h"
#include "audit/tiles.h"
#include "base/result.h"

namespace oxpecker::audit {

// "tile/1/x001/234" of (level 1, number 1234), "tile/0/273.p/112" of one that is not full.
std::string TilePath(const std::string& level, std::uint64_t index, std::size_t width);

struct ExportedTiles {
  SignedCheckpoint head;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  // of all of them
};

// Writes `folder`, which must be missing or empty (kRefused); it is put into its place when all of it is
// there. Every tile is made from the leaves anew, and the root must be the signed one: kIntegrity, and no
// folder, where it is not. Memory does not grow with the log.
Result<ExportedTiles> ExportTiles(LogReader& reader, const std::filesystem::path& folder,
                                  const std::function<void(std::uint64_t done, std::uint64_t of)>& progress);

}  // namespace oxpecker::audit
