// audit/proof.h - inclusion and consistency proofs of RFC 6962 (sections 2.1.1 and 2.1.2): made from
// the roots of perfect subtrees, wherever these come from, and verified as RFC 9162 does (2.1.3.2 and
// 2.1.4.2, for the same tree). Pure; no state.
//
// A proof is a list of hashes, that of the leaf's sibling first. Making one asks for O(log size) roots.
//
// Example:
//   OXP_TRY(audit::HashPath path, audit::ProveInclusion(17, checkpoint.size, roots));
//   OXP_TRY(audit::VerifyInclusion(audit::LeafHash(leaf), 17, checkpoint.size, path, checkpoint.root));
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace oxpecker::audit {

using HashPath = std::vector<Digest>;

// The roots of perfect subtrees: leaves [index << height, (index + 1) << height). Height 0 is a leaf
// hash. Asked only for subtrees that lie wholly within the tree; an error of the source is returned.
class SubtreeRoots {
 public:
  virtual ~SubtreeRoots() = default;
  virtual Result<Digest> Root(unsigned height, std::uint64_t index) = 0;
};

// The hash over leaves [begin, end), as RFC 6962 has it; `begin` is where a subtree of a larger tree
// begins (any begin = 0 is). CHECKs begin < end.
Result<Digest> RangeRoot(std::uint64_t begin, std::uint64_t end, SubtreeRoots& roots);

// That leaf `index` lies in the tree of the first `size` leaves. kInvalidInput where it cannot.
Result<HashPath> ProveInclusion(std::uint64_t index, std::uint64_t size, SubtreeRoots& roots);

// That the tree of `new_size` leaves begins with that of `old_size`. Empty where `old_size` is 0 or
// `new_size`. kInvalidInput where it is larger.
Result<HashPath> ProveConsistency(std::uint64_t old_size, std::uint64_t new_size, SubtreeRoots& roots);

// kIntegrity, with what was expected: a proof of another length, or one that leads to another root.
Status VerifyInclusion(const Digest& leaf_hash, std::uint64_t index, std::uint64_t size,
                       std::span<const Digest> path, const Digest& root);
Status VerifyConsistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t new_size,
                         const Digest& new_root, std::span<const Digest> path);

}  // namespace oxpecker::audit
