// rules/rulebook/yaml_reader.h - YAML text as a tree of plain values that know where they stand.
//
// The subset that people can review: mappings with text keys, sequences, scalars. Anchors, aliases,
// tags, duplicate keys and several documents in one file are refused: none of them is needed for
// rules, and each has hidden a surprise in somebody's audit. yaml-cpp does the parsing, inside
// yaml_reader.cc. Pure; thread-safe.
//
// Example:
//   OXP_TRY(yaml::Node root, yaml::Read("rules/fees.yaml", text, {}));
//   const yaml::Node* rules = root.Find("rules");
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/source_span.h"

namespace oxpecker::yaml {

struct Limits {
  std::size_t bytes_max = 4U << 20U;
  std::size_t depth_max = 32;
  std::size_t nodes_max = 500'000;
};

enum class Kind : std::uint8_t { kNull, kScalar, kSequence, kMapping };

struct Entry;

struct Node {
  Kind kind = Kind::kNull;
  std::string text;                                 // scalar: its value
  bool quoted = false;                              // scalar: was it in quotes or a block?
  std::vector<Node> items;                          // sequence
  std::vector<Entry> entries;                       // mapping, in file order
  SourceOrigin origin;                              // of the value's first character
  std::uint32_t indent = 0;                         // block scalar: columns before its lines

  const Node* Find(std::string_view key) const;     // mapping: nullptr where absent
  std::string Place() const;                        // "file:line:column"
};

struct Entry {
  Node key;  // a scalar
  Node value;
};

// Every problem found: syntax stops at the first, forbidden constructs are all listed.
Checked<Node> Read(std::string file, std::string_view text, const Limits& limits);

}  // namespace oxpecker::yaml
