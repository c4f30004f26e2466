// rules/dmn/reader.h - a DMN file (1.1 to 1.5, any prefix) -> Definitions, or all its problems.
//
// Reads the structure only; names, types and requirements are resolved by Model::Build (model.h).
// Elements of other namespaces (diagrams, vendors' extensions) are passed over. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "rules/dmn/definitions.h"

namespace oxpecker::dmn {

struct ReadLimits {
  XmlLimits xml;
  std::size_t rules_max = 20'000;  // of one table
  std::size_t columns_max = 256;   // of one table or relation
};

Checked<Definitions> ReadDefinitions(const std::string& file, std::string_view text,
                                     const ReadLimits& limits);

}  // namespace oxpecker::dmn
