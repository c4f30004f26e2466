#include "base/source_span.h"

#include <algorithm>

namespace oxpecker {

std::string PlaceOf(const SourceOrigin& origin, std::string_view text, std::uint32_t offset,
                    std::uint32_t indent) {
  std::uint32_t line = origin.line;
  std::uint32_t column = origin.column;
  const std::size_t stop = std::min<std::size_t>(offset, text.size());
  for (std::size_t i = 0; i < stop; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n') {
      ++line;
      column = indent + 1;
    } else if ((byte & 0xC0U) != 0x80U) {  // count code points, not continuation bytes
      ++column;
    }
  }
  std::string place = origin.file;
  if (!place.empty()) place += ':';
  return place + std::to_string(line) + ':' + std::to_string(column);
}

}  // namespace oxpecker
