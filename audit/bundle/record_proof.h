// audit/bundle/record_proof.h - that some records of a log, in one piece or in many, are under one root:
// the hashes of the largest subtrees that hold none of them, from left to right. With the leaves in
// hand the root follows in one walk. docs/format/bundle_v1.md, "Leaves and the tree". Pure.
//
// Example:
//   OXP_TRY(HashPath hashes, ProveRecords(records, head.size, roots));
//   OXP_TRY(Digest root, RootOfRecords(records, head.size, hashes, next_leaf_hash));
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "audit/proof.h"
#include "audit/seq_ranges.h"
#include "base/digest.h"
#include "base/result.h"

namespace oxpecker::audit {

// CHECKs that all records are below `size`.
Result<HashPath> ProveRecords(const SeqRanges& records, std::uint64_t size, SubtreeRoots& roots);

// Asks for the leaf hash of each record, ascending. kIntegrity: more hashes than are used, or fewer.
using LeafHashOf = std::function<Result<Digest>(std::uint64_t seq)>;
Result<Digest> RootOfRecords(const SeqRanges& records, std::uint64_t size, std::span<const Digest> hashes,
                             const LeafHashOf& leaf_hash);

// proofs/ranges.json.
struct RecordProof {
  HashPath hashes;
  SeqRanges records;
  Digest root;
  std::uint64_t size = 0;
  std::string ToString() const;
  static Result<RecordProof> Parse(std::string_view text);  // strict; kIntegrity
};

}  // namespace oxpecker::audit
