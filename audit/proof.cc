#include "audit/proof.h"

#include <algorithm>
#include <bit>
#include <string>

#include "audit/merkle.h"
#include "base/check.h"

namespace oxpecker::audit {
namespace {

std::unexpected<Error> Wrong(const char* place, std::string message) {
  return Fail(ErrorCode::kIntegrity, place, std::move(message));
}

// The largest power of two below `size`, which is at least 2.
std::uint64_t SplitOf(std::uint64_t size) { return std::bit_floor(size - 1); }

std::string Hashes(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " hash" : " hashes");
}

// How many steps of a path lie below the point where leaf `index` and the last leaf part.
unsigned InnerSteps(std::uint64_t index, std::uint64_t size) {
  return static_cast<unsigned>(std::bit_width(index ^ (size - 1)));
}

std::size_t PathLength(std::uint64_t index, std::uint64_t size) {
  const unsigned inner = InnerSteps(index, size);
  return inner + static_cast<std::size_t>(std::popcount(inner < 64 ? index >> inner : 0));
}

// The last steps of a path, whose siblings all lie to the left.
Digest Chain(Digest hash, std::span<const Digest> left) {
  for (const Digest& sibling : left) hash = NodeHash(sibling, hash);
  return hash;
}

}  // namespace

Result<Digest> RangeRoot(std::uint64_t begin, std::uint64_t end, SubtreeRoots& roots) {
  OXP_CHECK(begin < end);
  // Perfect subtrees from left to right, each the largest that fits, folded from the right.
  HashPath parts;
  while (begin < end) {
    const std::uint64_t length = std::bit_floor(end - begin);
    const auto height = static_cast<unsigned>(std::countr_zero(length));
    OXP_TRY(const Digest root, roots.Root(height, begin >> height));
    parts.push_back(root);
    begin += length;
  }
  Digest root = parts.back();
  for (std::size_t i = parts.size() - 1; i > 0; --i) root = NodeHash(parts[i - 1], root);
  return root;
}

Result<HashPath> ProveInclusion(std::uint64_t index, std::uint64_t size, SubtreeRoots& roots) {
  if (index >= size)
    return Fail(ErrorCode::kInvalidInput, "inclusion proof",
                "record " + std::to_string(index) + " is not among the first " + std::to_string(size),
                "prove it against a later checkpoint");
  HashPath path;
  std::uint64_t begin = 0;
  for (std::uint64_t end = size; end - begin > 1;) {
    const std::uint64_t middle = begin + SplitOf(end - begin);
    const bool left = index < middle;
    OXP_TRY(const Digest sibling, left ? RangeRoot(middle, end, roots) : RangeRoot(begin, middle, roots));
    path.push_back(sibling);
    (left ? end : begin) = middle;
  }
  std::ranges::reverse(path);  // it was collected from the root down
  return path;
}

Result<HashPath> ProveConsistency(std::uint64_t old_size, std::uint64_t new_size, SubtreeRoots& roots) {
  if (old_size > new_size)
    return Fail(ErrorCode::kInvalidInput, "consistency proof",
                "the older tree has " + std::to_string(old_size) + " records, the newer only " +
                    std::to_string(new_size),
                "give the older checkpoint first");
  HashPath path;
  if (old_size == 0 || old_size == new_size) return path;
  std::uint64_t begin = 0;
  std::uint64_t end = new_size;
  // Down to the subtree that ends where the old tree does.
  while (end != old_size) {
    const std::uint64_t middle = begin + SplitOf(end - begin);
    const bool left = old_size <= middle;
    OXP_TRY(const Digest sibling, left ? RangeRoot(middle, end, roots) : RangeRoot(begin, middle, roots));
    path.push_back(sibling);
    (left ? end : begin) = middle;
  }
  // Where that subtree is the whole old tree, the verifier knows its root.
  if (begin != 0) {
    OXP_TRY(const Digest root, RangeRoot(begin, end, roots));
    path.push_back(root);
  }
  std::ranges::reverse(path);
  return path;
}

Status VerifyInclusion(const Digest& leaf_hash, std::uint64_t index, std::uint64_t size,
                       std::span<const Digest> path, const Digest& root) {
  constexpr const char* kPlace = "inclusion proof";
  if (index >= size)
    return Wrong(kPlace, "record " + std::to_string(index) + " is not among the first " + std::to_string(size));
  if (path.size() != PathLength(index, size))
    return Wrong(kPlace, "expected " + Hashes(PathLength(index, size)) + " for record " + std::to_string(index) +
                             " of " + std::to_string(size) + ", found " + std::to_string(path.size()));
  const unsigned inner = InnerSteps(index, size);
  Digest hash = leaf_hash;
  for (unsigned step = 0; step < inner; ++step)
    hash = (index >> step & 1U) == 0 ? NodeHash(hash, path[step]) : NodeHash(path[step], hash);
  hash = Chain(hash, path.subspan(inner));
  if (hash == root) return {};
  return Wrong(kPlace, "leads to root " + hash.ToHex() + ", expected " + root.ToHex());
}

Status VerifyConsistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t new_size,
                         const Digest& new_root, std::span<const Digest> path) {
  constexpr const char* kPlace = "consistency proof";
  if (old_size > new_size)
    return Wrong(kPlace, "the older tree has " + std::to_string(old_size) + " records, the newer only " +
                             std::to_string(new_size));
  const auto expect = [&](std::size_t count) {
    return Wrong(kPlace, "expected " + Hashes(count) + " from " + std::to_string(old_size) + " to " +
                             std::to_string(new_size) + " records, found " + std::to_string(path.size()));
  };
  const auto compare = [&](const Digest& found, const Digest& expected, const char* which) -> Status {
    if (found == expected) return {};
    return Wrong(kPlace, std::string("leads to ") + which + " root " + found.ToHex() + ", expected " + expected.ToHex());
  };
  if (old_size == 0 || old_size == new_size) {
    if (!path.empty()) return expect(0);
    if (old_size == new_size) return compare(new_root, old_root, "the same");
    return compare(Sha256(""), old_root, "the older");
  }
  // The last perfect subtree of the old tree: everything starts from its root. Where the old tree is
  // that subtree, its root is known and not in the proof.
  const auto shift = static_cast<unsigned>(std::countr_zero(old_size));
  const std::uint64_t index = (old_size - 1) >> shift;
  const unsigned inner = InnerSteps(old_size - 1, new_size) - shift;
  const bool seed_known = std::has_single_bit(old_size);
  const auto border = static_cast<std::size_t>(std::popcount(inner < 64 ? index >> inner : 0));
  const std::size_t length = (seed_known ? 0U : 1U) + inner + border;
  if (path.size() != length) return expect(length);
  const Digest seed = seed_known ? old_root : path[0];
  const auto steps = path.subspan(seed_known ? 0 : 1);
  Digest old_hash = seed;
  Digest new_hash = seed;
  for (unsigned step = 0; step < inner; ++step) {
    const bool right = (index >> step & 1U) != 0;  // the subtree is a right child: in both trees
    if (right) old_hash = NodeHash(steps[step], old_hash);
    new_hash = right ? NodeHash(steps[step], new_hash) : NodeHash(new_hash, steps[step]);
  }
  OXP_TRY(compare(Chain(old_hash, steps.subspan(inner)), old_root, "the older"));
  return compare(Chain(new_hash, steps.subspan(inner)), new_root, "the newer");
}

}  // namespace oxpecker::audit
