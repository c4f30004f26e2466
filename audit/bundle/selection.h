// audit/bundle/selection.h - which records an evidence bundle is about, and which others prove something of
// them: found by walks over the leaves, without a key. Private to this module.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/bundle/export.h"
#include "audit/bundle/manifest.h"
#include "audit/erasure.h"
#include "audit/log_reader.h"
#include "base/result.h"

namespace oxpecker::audit {

struct Selection {
  ScopeOfBundle scope;
  std::map<std::string, std::uint64_t> kinds;
  std::map<std::string, std::optional<std::uint64_t>> releases;  // digest, and the record that put it in force
  std::uint64_t holds = 0;  // that the log tells of, and not of their release
  std::vector<ErasureRecord> erasures;                           // of the whole log
};

// Among the first `size` records. `reader` opens erasures' sections where it has a vault. kNotFound: no
// such decision.
Result<Selection> Select(LogReader& reader, std::uint64_t size, const BundleQuery& query, bool may_open);

// Puts into `scope.context` what stands beside a range, and these records.
void AddContext(ScopeOfBundle& scope, std::uint64_t size, const std::vector<std::uint64_t>& records);

}  // namespace oxpecker::audit
