#include "audit/bundle/viewer.h"

#include <algorithm>
#include <vector>

#include "audit/bundle/manifest.h"
#include "base/embedded_file.h"
#include "base/encoding.h"
#include "base/json/value.h"

namespace oxpecker::audit {

extern const std::span<const EmbeddedFile> kViewerFiles;  // made by the build from audit/viewer/

namespace {

constexpr std::string_view kBlockBegin = R"(<script type="application/json" id="bundle">)";
constexpr std::string_view kBlockEnd = "</script>";

// So that nothing in a file ends the block.
std::string WithoutTags(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char byte : json) {
    if (byte == '<') out += "\\u003c";
    else out += byte;
  }
  return out;
}

std::string Quoted(std::string_view text) {
  std::string json;
  json::AppendString(json, text);
  return WithoutTags(json);
}

}  // namespace

std::string_view DefaultViewer() { return kViewerFiles.front().bytes; }

std::optional<std::size_t> BlockOffset(std::string_view page_begin) {
  const std::size_t tag = page_begin.find(kBlockBegin);
  if (tag == std::string_view::npos) return std::nullopt;
  return tag + kBlockBegin.size();
}

std::optional<ViewerPage> SplitViewer(std::string_view page) {
  const auto block = BlockOffset(page);
  if (!block || !page.substr(*block).starts_with(kBlockEnd)) return std::nullopt;
  return ViewerPage{page.substr(0, *block), page.substr(*block)};
}

Status WriteData(std::span<const ZipEntry> entries, const ReadEntry& read, const Sink& sink) {
  std::vector<const ZipEntry*> files;
  for (const ZipEntry& entry : entries)
    if (entry.path != bundle_files::kReport) files.push_back(&entry);
  std::sort(files.begin(), files.end(), [](const ZipEntry* a, const ZipEntry* b) { return a->path < b->path; });
  std::string separator = "{";
  for (const ZipEntry* file : files) {
    OXP_TRY(const std::string bytes, read(*file));
    OXP_TRY(sink(separator + Quoted(file->path) + ":"));
    if (IsUtf8(bytes)) {
      OXP_TRY(sink(Quoted(bytes)));
    } else {
      OXP_TRY(sink("{\"base64\":\"" + Base64Encode(bytes) + "\"}"));
    }
    separator = ",";
  }
  return sink("}");
}

}  // namespace oxpecker::audit
