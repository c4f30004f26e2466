#include "audit/proof.h"

#include <gtest/gtest.h>

#include <bit>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "audit/merkle.h"
#include "base/encoding.h"
#include "base/json/document.h"

namespace oxpecker::audit {
namespace {

constexpr std::uint64_t kLeaves = 130;

// RFC 6962 2.1 as it is written.
Digest TreeHash(const std::vector<Digest>& leaves, std::size_t begin, std::size_t end) {
  if (begin == end) return Sha256("");
  if (end - begin == 1) return leaves[begin];
  const std::size_t split = std::bit_floor(end - begin - 1);
  return NodeHash(TreeHash(leaves, begin, begin + split), TreeHash(leaves, begin + split, end));
}

// Counts what it is asked for, and that it is asked for perfect subtrees within the tree only.
class LeafRoots final : public SubtreeRoots {
 public:
  explicit LeafRoots(std::uint64_t size) {
    for (std::uint64_t n = 0; n < size; ++n) leaves_.push_back(LeafHash("leaf-" + std::to_string(n)));
  }
  Result<Digest> Root(unsigned height, std::uint64_t index) override {
    ++asked_;
    const std::uint64_t begin = index << height;
    const std::uint64_t end = (index + 1) << height;
    EXPECT_LE(end, tree_size_);
    return TreeHash(leaves_, begin, end);
  }
  Digest RootOf(std::uint64_t size) const { return TreeHash(leaves_, 0, size); }
  const Digest& leaf(std::uint64_t n) const { return leaves_[n]; }
  void Expect(std::uint64_t tree_size) {
    tree_size_ = tree_size;
    asked_ = 0;
  }
  std::size_t asked() const { return asked_; }

 private:
  std::vector<Digest> leaves_;
  std::uint64_t tree_size_ = 0;
  std::size_t asked_ = 0;
};

std::size_t LogarithmOf(std::uint64_t size) { return static_cast<std::size_t>(std::bit_width(size)); }

// Every single alteration of a proof, of either root and of the numbers is refused.
template <class Verify>
void RefusesAlterations(const HashPath& path, const Verify& verify) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    HashPath altered = path;
    altered[i].bytes[i % 32] ^= 0x10;
    EXPECT_FALSE(verify(altered)) << "hash " << i;
    altered = path;
    altered.erase(altered.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(verify(altered)) << "without hash " << i;
    if (i > 0) {
      altered = path;
      std::swap(altered[i - 1], altered[i]);
      EXPECT_FALSE(verify(altered)) << "swapped " << i;
    }
  }
  HashPath longer = path;
  longer.push_back(Digest());
  EXPECT_FALSE(verify(longer));
}

TEST(ProofTest, EveryInclusionHoldsAndNothingElseDoes) {
  LeafRoots roots(kLeaves);
  std::vector<Digest> root_at;
  for (std::uint64_t size = 0; size <= kLeaves; ++size) root_at.push_back(roots.RootOf(size));
  for (std::uint64_t size = 1; size <= kLeaves; ++size)
    for (std::uint64_t index = 0; index < size; ++index) {
      SCOPED_TRACE(std::to_string(index) + " of " + std::to_string(size));
      roots.Expect(size);
      const auto path = ProveInclusion(index, size, roots);
      ASSERT_TRUE(path);
      EXPECT_LE(roots.asked(), 2 * LogarithmOf(size));
      const auto holds = [&](const HashPath& with) {
        return VerifyInclusion(roots.leaf(index), index, size, with, root_at[size]).has_value();
      };
      ASSERT_TRUE(holds(*path));
      RefusesAlterations(*path, holds);
      EXPECT_FALSE(VerifyInclusion(roots.leaf((index + 1) % kLeaves), index, size, *path, root_at[size]));
      EXPECT_FALSE(VerifyInclusion(roots.leaf(index), index, size, *path, root_at[size - 1]));
      for (std::uint64_t other = 0; other <= size; ++other)
        if (other != index) {
          EXPECT_FALSE(VerifyInclusion(roots.leaf(index), other, size, *path, root_at[size])) << other;
        }
    }
}

// The size is part of the statement: with another one the same path may end at the same root only
// where the shape of the path is the same, which the signed checkpoint rules out. What must not be is
// that it proves another tree.
TEST(ProofTest, AnInclusionIsOfOneRoot) {
  LeafRoots roots(64);
  for (std::uint64_t size = 1; size <= 64; ++size)
    for (std::uint64_t index = 0; index < size; ++index) {
      roots.Expect(size);
      const auto path = ProveInclusion(index, size, roots);
      for (std::uint64_t other = 1; other <= 64; ++other)
        if (other != size) {
          EXPECT_FALSE(VerifyInclusion(roots.leaf(index), index, other, *path, roots.RootOf(other)))
              << index << " of " << size << " as of " << other;
        }
    }
}

TEST(ProofTest, EveryConsistencyHoldsAndNothingElseDoes) {
  LeafRoots roots(kLeaves);
  std::vector<Digest> root_at;
  for (std::uint64_t size = 0; size <= kLeaves; ++size) root_at.push_back(roots.RootOf(size));
  for (std::uint64_t newer = 0; newer <= kLeaves; ++newer)
    for (std::uint64_t older = 0; older <= newer; ++older) {
      SCOPED_TRACE(std::to_string(older) + " to " + std::to_string(newer));
      roots.Expect(newer);
      const auto path = ProveConsistency(older, newer, roots);
      ASSERT_TRUE(path);
      EXPECT_LE(roots.asked(), 3 * LogarithmOf(newer));
      const auto holds = [&](const HashPath& with) {
        return VerifyConsistency(older, root_at[older], newer, root_at[newer], with).has_value();
      };
      ASSERT_TRUE(holds(*path));
      RefusesAlterations(*path, holds);
      Digest forged = root_at[older];
      forged.bytes[31] ^= 1;
      EXPECT_FALSE(VerifyConsistency(older, forged, newer, root_at[newer], *path));
      forged = root_at[newer];
      forged.bytes[0] ^= 0x80;
      // Of nothing, every tree is a continuation.
      EXPECT_EQ(VerifyConsistency(older, root_at[older], newer, forged, *path).has_value(), older == 0 && newer != 0);
      for (std::uint64_t other = 0; other <= newer; ++other)
        if (other != older && other != newer) {
          EXPECT_FALSE(VerifyConsistency(other, root_at[older], newer, root_at[newer], *path)) << other;
        }
    }
}

TEST(ProofTest, WhatCannotBeIsRefused) {
  LeafRoots roots(8);
  roots.Expect(8);
  EXPECT_EQ(ProveInclusion(8, 8, roots).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(ProveInclusion(0, 0, roots).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(ProveConsistency(8, 7, roots).error().code, ErrorCode::kInvalidInput);
  EXPECT_FALSE(VerifyInclusion(Digest(), 8, 8, {}, Digest()));
  EXPECT_FALSE(VerifyConsistency(8, Digest(), 7, Digest(), {}));
  // Numbers that no log reaches must not upset the arithmetic.
  constexpr std::uint64_t most = ~std::uint64_t{0};
  const HashPath path(63);
  for (const std::uint64_t index : {std::uint64_t{0}, most / 2, most - 1}) {
    EXPECT_FALSE(VerifyInclusion(Digest(), index, most, path, Digest()));
    EXPECT_FALSE(VerifyConsistency(index + 1, Digest(), most, Digest(), path));
  }
}

// All proofs that an independent implementation (Go's x/mod) made, where they are at hand.
TEST(ProofTest, ReproducesForeignProofs) {
  const auto source = std::filesystem::path(OXPECKER_SOURCE_DIR);
  auto file = source / ".." / "shared" / "data" / "tlog" / "vectors.json";
  if (!std::filesystem::exists(file)) file = source / ".." / file.lexically_relative(source);
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no foreign vectors at " << file;
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto document = json::Document::Parse(text, {});
  ASSERT_TRUE(document) << document.error().ToString();
  LeafRoots roots(20);
  const auto hashes_of = [](const json::View& proof) {
    std::vector<std::string> hashes;
    const json::View listed = *proof.Find("Hashes");
    for (const json::View hash : listed) hashes.emplace_back(hash.text());
    return hashes;
  };
  const auto texts_of = [](const HashPath& path) {
    std::vector<std::string> texts;
    for (const Digest& hash : path) texts.push_back(Base64Encode(hash.view()));
    return texts;
  };
  const auto number = [](const json::View& proof, const char* name) {
    return std::stoull(std::string(proof.Find(name)->text()));
  };
  std::set<std::pair<std::uint64_t, std::uint64_t>> inclusions, consistencies;
  const auto inclusion = document->root().Find("inclusion");
  const auto consistency = document->root().Find("consistency");
  ASSERT_TRUE(inclusion && consistency);
  for (const json::View proof : *inclusion) {
    const std::uint64_t index = number(proof, "Index");
    const std::uint64_t size = number(proof, "Size");
    roots.Expect(size);
    EXPECT_EQ(texts_of(ProveInclusion(index, size, roots).value()), hashes_of(proof)) << index << " of " << size;
    inclusions.emplace(index, size);
  }
  for (const json::View proof : *consistency) {
    const std::uint64_t older = number(proof, "Old");
    const std::uint64_t newer = number(proof, "New");
    roots.Expect(newer);
    EXPECT_EQ(texts_of(ProveConsistency(older, newer, roots).value()), hashes_of(proof)) << older << " to " << newer;
    consistencies.emplace(older, newer);
  }
  EXPECT_EQ(inclusions.size(), 210U);
  EXPECT_EQ(consistencies.size(), 210U);
}

}  // namespace
}  // namespace oxpecker::audit
