// base/source_span.h - a place in a text that a person wrote.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oxpecker {

// Bytes [begin, end) of a text. 16 KB expressions fit easily; 4 GB is the bound.
struct SourceSpan {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const SourceSpan&, const SourceSpan&) = default;
};

// Where a text starts inside a file. Lines and columns count from 1, columns in code points.
// An expression in a YAML file has the origin of its first character.
struct SourceOrigin {
  std::string file;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  friend bool operator==(const SourceOrigin&, const SourceOrigin&) = default;
};

// "rules/fees.yaml:14:9" for byte `offset` of `text`, which starts at `origin`. Lines after the first
// count columns from `indent` + 1 (block scalars in YAML are indented). Without a file: "14:9".
std::string PlaceOf(const SourceOrigin& origin, std::string_view text, std::uint32_t offset,
                    std::uint32_t indent = 0);

}  // namespace oxpecker
