#include "audit/merkle.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace oxpecker::audit {

Digest LeafHash(std::string_view bytes) { return Sha256(std::string_view("\0", 1), bytes); }

Digest NodeHash(const Digest& left, const Digest& right) {
  // One buffer, one update: this is the innermost step of appending and of verifying.
  std::array<char, 65> input;
  input[0] = 1;
  std::copy(left.bytes.begin(), left.bytes.end(), input.begin() + 1);
  std::copy(right.bytes.begin(), right.bytes.end(), input.begin() + 33);
  return Sha256(std::string_view(input.data(), input.size()));
}

template <class Visit>
void CompactRange::AppendVisiting(const Digest& leaf_hash, const Visit& visit) {
  OXP_CHECK(size_ != ~std::uint64_t{0});
  Digest hash = leaf_hash;
  unsigned height = 0;
  // Each trailing 1 bit of the size is a perfect subtree of the same height as what is carried.
  for (std::uint64_t rest = size_; (rest & 1U) != 0; rest >>= 1U) {
    --count_;
    hash = NodeHash(subtrees_[count_], hash);
    visit(++height, hash);
  }
  subtrees_[count_] = hash;
  ++count_;
  ++size_;
}

void CompactRange::Append(const Digest& leaf_hash) {
  AppendVisiting(leaf_hash, [](unsigned, const Digest&) {});
}

std::size_t CompactRange::Append(const Digest& leaf_hash, std::array<Digest, 8>& every_eighth) {
  std::size_t count = 0;
  AppendVisiting(leaf_hash, [&](unsigned height, const Digest& root) {
    if (height % 8 == 0) every_eighth[count++] = root;
  });
  return count;
}

Digest CompactRange::Root() const {
  if (count_ == 0) return Sha256("");
  Digest root = subtrees_[count_ - 1];
  for (std::size_t i = count_ - 1; i > 0; --i) root = NodeHash(subtrees_[i - 1], root);
  return root;
}

std::string CompactRange::Frontier() const {
  std::string bytes;
  bytes.reserve(count_ * 32);
  for (std::size_t i = 0; i < count_; ++i) bytes += subtrees_[i].view();
  return bytes;
}

std::optional<CompactRange> CompactRange::FromFrontier(std::uint64_t size,
                                                       std::string_view frontier) {
  CompactRange range;
  range.size_ = size;
  range.count_ = static_cast<std::size_t>(std::popcount(size));
  if (frontier.size() != range.count_ * 32) return std::nullopt;
  for (std::size_t i = 0; i < range.count_; ++i)
    std::copy_n(frontier.begin() + static_cast<std::ptrdiff_t>(i * 32), 32,
                range.subtrees_[i].bytes.begin());
  return range;
}

}  // namespace oxpecker::audit
