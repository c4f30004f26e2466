// audit/bundle/viewer.h - report.html of a bundle: a page of fixed text, and in it one block with the files.
// docs/format/bundle_v1.md, "report.html". Pure, but for what it is given to read and to write.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "audit/bundle/zip.h"
#include "base/result.h"

namespace oxpecker::audit {

// Above this the page has no data and asks for the zip.
inline constexpr std::uint64_t kViewerDataBytesMax = 32U << 20U;
inline constexpr std::size_t kViewerBytesMax = 4U << 20U;  // of the page without data

// The page of this build.
std::string_view DefaultViewer();

// The page around its data block, which begins at `block`. Nothing where there is none.
struct ViewerPage {
  std::string_view before;  // up to and with the tag that opens the block
  std::string_view after;   // from the tag that ends it
};
std::optional<ViewerPage> SplitViewer(std::string_view page);  // of an empty block
// How many bytes stand before the block; nothing where there is none.
std::optional<std::size_t> BlockOffset(std::string_view page_begin);


// The block's bytes, piece by piece. `entries`: all files but report.html, in any order.
using ReadEntry = std::function<Result<std::string>(const ZipEntry&)>;
using Sink = std::function<Status(std::string_view)>;
Status WriteData(std::span<const ZipEntry> entries, const ReadEntry& read, const Sink& sink);

}  // namespace oxpecker::audit
