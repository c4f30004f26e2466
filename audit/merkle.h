// audit/merkle.h - the Merkle tree of RFC 6962 (section 2.1) over SHA-256, kept as a compact range.
//
//   leaf = SHA-256(0x00 || bytes)     node = SHA-256(0x01 || left || right)
//   empty tree = SHA-256("")          split at the largest power of two below the size
// Pure; value types.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"

namespace oxpecker::audit {

Digest LeafHash(std::string_view bytes);
Digest NodeHash(const Digest& left, const Digest& right);

// The roots of the perfect subtrees that make up a tree of `size` leaves, largest first: all the
// state that appending needs. One subtree for each bit set in `size`.
class CompactRange {
 public:
  CompactRange() = default;
  void Append(const Digest& leaf_hash);  // amortised one node hash
  // The same; and the roots of the perfect subtrees of height 8, 16, ... that this leaf completes, which
  // are the hashes of tiles (tiles.h): how many there are.
  std::size_t Append(const Digest& leaf_hash, std::array<Digest, 8>& every_eighth);
  Digest Root() const;                   // O(log size) node hashes
  std::uint64_t size() const { return size_; }

  // The subtree roots, 32 bytes each; and back. Nothing where the length does not fit the size.
  std::string Frontier() const;
  static std::optional<CompactRange> FromFrontier(std::uint64_t size, std::string_view frontier);

 private:
  template <class Visit>
  void AppendVisiting(const Digest& leaf_hash, const Visit& visit);

  std::uint64_t size_ = 0;
  std::size_t count_ = 0;
  std::array<Digest, 64> subtrees_{};
};

}  // namespace oxpecker::audit
