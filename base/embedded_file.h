// base/embedded_file.h - a data file (schema, pack, text) that was made part of the binary at build.
#pragma once

#include <span>
#include <string_view>

namespace oxpecker {

// `path` is relative to the root that the build named, with '/' between folders.
struct EmbeddedFile {
  std::string_view path;
  std::string_view bytes;
};

}  // namespace oxpecker
