#include "base/sha256_batch.h"

#include <gtest/gtest.h>

#include <string>

namespace oxpecker {
namespace {

// All sizes around the block of 64 bytes and its padding, in batches of every size up to 40.
TEST(Sha256Batch, GivesTheDigestsOfSha256) {
  std::string bytes;
  for (int i = 0; i < 70'000; ++i) bytes += static_cast<char>(i * 31 + i / 251);
  Sha256Batch batch;
  std::size_t size = 0;
  for (std::size_t count = 0; count <= 40; ++count) {
    std::vector<std::string_view> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(std::string_view(bytes).substr(i, size++ % 300));
    const std::vector<Digest>& digests = batch.Hash(texts);
    ASSERT_EQ(digests.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(digests[i], Sha256(texts[i])) << texts[i].size() << " bytes";
  }
}

TEST(Sha256Batch, TextsOfVeryDifferentSizes) {
  const std::string large(1'000'000, 'x');
  const std::vector<std::string_view> texts = {large, "", "a", std::string_view(large).substr(0, 65'536), "b",
                                               std::string_view(large).substr(0, 4'095)};
  Sha256Batch batch;
  for (int round = 0; round < 2; ++round) {
    const std::vector<Digest>& digests = batch.Hash(texts);
    for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(digests[i], Sha256(texts[i])) << i;
  }
}

TEST(Sha256Batch, MayBeMoved) {
  Sha256Batch first;
  Sha256Batch batch = std::move(first);
  const std::string_view text = "abc";
  EXPECT_EQ(batch.Hash({&text, 1})[0].ToHex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace oxpecker
