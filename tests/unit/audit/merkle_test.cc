#include "audit/merkle.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "base/json/document.h"

namespace oxpecker::audit {
namespace {

// RFC 6962 2.1 as it is written, for comparison.
Digest TreeHash(const std::vector<Digest>& leaves, std::size_t begin, std::size_t end) {
  if (begin == end) return Sha256("");
  if (end - begin == 1) return leaves[begin];
  std::size_t split = 1;
  while (split * 2 < end - begin) split *= 2;
  return NodeHash(TreeHash(leaves, begin, begin + split), TreeHash(leaves, begin + split, end));
}

TEST(MerkleTest, AgreesWithTheDefinition) {
  std::vector<Digest> leaves;
  CompactRange range;
  for (std::size_t n = 0; n <= 130; ++n) {
    EXPECT_EQ(range.size(), n);
    EXPECT_EQ(range.Root(), TreeHash(leaves, 0, n)) << n;
    leaves.push_back(LeafHash("leaf-" + std::to_string(n)));
    range.Append(leaves.back());
  }
}

TEST(MerkleTest, ResumesFromItsFrontierAtEverySize) {
  CompactRange range;
  for (int n = 0; n < 130; ++n) {
    auto resumed = CompactRange::FromFrontier(range.size(), range.Frontier());
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->Root(), range.Root());
    const Digest leaf = LeafHash(std::to_string(n));
    range.Append(leaf);
    resumed->Append(leaf);
    EXPECT_EQ(resumed->Root(), range.Root());
  }
  EXPECT_FALSE(CompactRange::FromFrontier(3, std::string(32, 'x')));
  EXPECT_FALSE(CompactRange::FromFrontier(3, std::string(65, 'x')));
  EXPECT_FALSE(CompactRange::FromFrontier(0, std::string(32, 'x')));
}

TEST(MerkleTest, HashesOfOneByteAndOfNothing) {
  EXPECT_EQ(CompactRange().Root().ToHex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // SHA-256 of the single byte 0x00: the leaf of no bytes, RFC 6962's own example.
  EXPECT_EQ(LeafHash("").ToHex(),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

// Roots that an independent implementation (Go's x/mod) computed, where they are at hand.
TEST(MerkleTest, ReproducesForeignRoots) {
  const auto source = std::filesystem::path(OXPECKER_SOURCE_DIR);
  auto file = source / ".." / "shared" / "data" / "tlog" / "vectors.json";
  if (!std::filesystem::exists(file)) file = source / ".." / file.lexically_relative(source);
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no foreign vectors at " << file;
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto document = json::Document::Parse(text, {});
  ASSERT_TRUE(document) << document.error().ToString();
  const auto roots = document->root().Find("roots");
  ASSERT_TRUE(roots);
  std::map<std::uint64_t, std::string> expected;
  for (const json::View root : *roots)
    expected[std::stoull(std::string(root.Find("size")->text()))] = root.Find("root_hex")->text();
  ASSERT_EQ(expected.size(), 36U);
  CompactRange range;
  for (const auto& [size, hex] : expected) {
    while (range.size() < size) range.Append(LeafHash("leaf-" + std::to_string(range.size())));
    EXPECT_EQ(range.Root().ToHex(), hex) << size;
  }
}

}  // namespace
}  // namespace oxpecker::audit
