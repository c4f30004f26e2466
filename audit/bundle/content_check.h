// audit/bundle/content_check.h - one walk over the leaves of a bundle and what it shows of their sections: the
// tree, the chain, the commitments; and what was seen on the way, for the checks of the other files.
// Private to this module.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "audit/bundle/manifest.h"
#include "audit/bundle/record_proof.h"
#include "audit/bundle/zip.h"
#include "audit/verify.h"
#include "base/instant.h"
#include "base/result.h"

namespace oxpecker::audit {

struct BundleContent {
  std::map<std::string, std::uint64_t> kinds;      // in scope
  std::set<std::string> named_releases;            // in scope
  std::map<std::uint64_t, std::string> releases;   // records of kind release, and their digest
  std::map<std::uint64_t, std::string> erasures;   // records of kind erasure, and their `about`
  std::map<std::uint64_t, Instant> context_times;
  std::map<std::uint64_t, Digest> leaf_hashes;     // of a decision's records
  // By section and numbers of parts (empty: all of it) the records in scope in which these are withheld.
  std::map<std::pair<std::string, std::string>, SeqRanges> withheld;
  std::uint64_t sections_disclosed = 0;
  std::uint64_t sections_partly = 0;
  std::uint64_t sections_withheld = 0;
  std::optional<Digest> held_root;  // of the first `held_size` records, where it follows from the leaves
};

struct ContentQuestion {
  const Manifest* manifest = nullptr;
  const RecordProof* proof = nullptr;
  std::optional<std::uint64_t> held_size;
  std::function<void(std::uint64_t done, std::uint64_t of)> progress;
};

// A Break where the content does not hold; an error of reading otherwise.
using ContentResult = std::expected<BundleContent, Break>;
Result<ContentResult> CheckContent(const ZipReader& zip, const ContentQuestion& question);

}  // namespace oxpecker::audit
