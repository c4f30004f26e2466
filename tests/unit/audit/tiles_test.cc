#include "audit/tiles.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "audit/log_store.h"
#include "audit/proof.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

Digest NumberedLeaf(std::uint64_t n) { return LeafHash("leaf-" + std::to_string(n)); }

// The hash that stands at `at` of a tile, from the leaves.
Digest HashOf(unsigned level, std::uint64_t at) {
  CompactRange range;
  const std::uint64_t width = std::uint64_t{1} << (8 * level);
  for (std::uint64_t n = at * width; n < (at + 1) * width; ++n) range.Append(NumberedLeaf(n));
  return range.Root();
}

class BuiltTiles : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kSize = 70'000;
  void SetUp() override {
    for (std::uint64_t n = 0; n < kSize; ++n)
      for (Tile& tile : tree_.Append(NumberedLeaf(n))) stored_[tile.place] = tile.hashes;
  }
  TileTree tree_;
  std::map<TilePlace, std::string> stored_;
};

// 70,000 leaves: 273 full tiles and 112 hashes, of level 1 one full tile and 17 hashes, of level 2 one.
TEST_F(BuiltTiles, HaveTheShapeThatTheSizeSays) {
  EXPECT_EQ(stored_.size(), StoredTileCount(kSize));
  EXPECT_EQ(stored_.size(), 273U + 2U + 1U);
  for (const auto& [place, hashes] : stored_)
    EXPECT_EQ(hashes.size(), 32 * TileWidthAt(place, kSize)) << place.level << "/" << place.index;
  EXPECT_EQ(TileWidthAt({0, 272}, kSize), 256U);
  EXPECT_EQ(TileWidthAt({0, 273}, kSize), 112U);
  EXPECT_EQ(TileWidthAt({0, 274}, kSize), 0U);
  EXPECT_EQ(TileWidthAt({1, 1}, kSize), 17U);
  EXPECT_EQ(TileWidthAt({2, 0}, kSize), 1U);
  EXPECT_EQ(TileWidthAt({3, 0}, kSize), 0U);
  EXPECT_EQ(TileWidthAt({9, 0}, kSize), 0U);
  EXPECT_EQ(TileWidthAt({0, 1}, 256), 0U);
  ASSERT_TRUE(tree_.Open(0));
  EXPECT_EQ(tree_.Open(0)->width(), 112U);
  EXPECT_FALSE(tree_.Open(3));
}

TEST_F(BuiltTiles, HoldTheRootsOfPerfectSubtrees) {
  const auto at = [&](unsigned level, std::uint64_t n) {
    return stored_[{level, n / 256}].substr((n % 256) * 32, 32);
  };
  for (const std::uint64_t n : {0U, 1U, 255U, 256U, 50'000U, 69'887U}) EXPECT_EQ(at(0, n), HashOf(0, n).view()) << n;
  for (const std::uint64_t n : {0U, 1U, 255U, 256U, 272U}) EXPECT_EQ(at(1, n), HashOf(1, n).view()) << n;
  EXPECT_EQ(at(2, 0), HashOf(2, 0).view());
  EXPECT_EQ(PerfectRoot(stored_[{0, 7}]).view(), at(1, 7));
  EXPECT_EQ(PerfectRoot(stored_[{1, 0}]).view(), at(2, 0));
}

TEST(TilesTest, ATreeGoesOnFromItsOpenTiles) {
  TileTree tree;
  for (std::uint64_t n = 0; n <= 66'000; ++n) {
    const bool near = n % 256 < 2 || n % 256 == 255 || n % 7'919 == 0;
    if (near) {
      std::vector<std::string> open(kTileLevels);
      for (unsigned level = 0; level < kTileLevels; ++level)
        if (const auto tile = tree.Open(level)) open[level] = tile->hashes;
      const auto resumed = TileTree::FromOpenTiles(tree.range(), open);
      ASSERT_TRUE(resumed) << n;
      for (unsigned level = 0; level < kTileLevels; ++level) EXPECT_EQ(resumed->Open(level), tree.Open(level)) << n;
      for (std::string& hashes : open) {
        if (hashes.empty()) continue;
        hashes.back() = static_cast<char>(hashes.back() ^ 1);
        EXPECT_FALSE(TileTree::FromOpenTiles(tree.range(), open)) << n;
        hashes.back() = static_cast<char>(hashes.back() ^ 1);
        const std::string whole = hashes;
        hashes.resize(hashes.size() - 32);
        EXPECT_FALSE(TileTree::FromOpenTiles(tree.range(), open)) << n;
        hashes = whole;
      }
    }
    tree.Append(NumberedLeaf(n));
  }
}

class StoredTilesTest : public LogFixture {
 protected:
  // Every record against every checkpoint, every checkpoint against every later one.
  void ProvesEverything() {
    auto reader = LogReader::Open(paths_, WithVault::kNo);
    ASSERT_HOLDS(reader);
    const auto checkpoints = reader->Checkpoints();
    ASSERT_HOLDS(checkpoints);
    EXPECT_EQ(*reader->NewestCheckpoint(), checkpoints->back());
    std::vector<Digest> leaves;
    ASSERT_HOLDS(reader->ForEach([&](const Record& record) -> Status {
      leaves.push_back(record.leaf_hash);
      return {};
    }));
    for (const auto& [newer, note] : *checkpoints) {
      for (std::uint64_t seq = 0; seq < newer.size; ++seq) {
        const auto path = reader->ProveInclusion(seq, newer);
        ASSERT_HOLDS(path);
        ASSERT_HOLDS(VerifyInclusion(leaves[seq], seq, newer.size, *path, newer.root));
      }
      for (const auto& [older, older_note] : *checkpoints) {
        const auto path = reader->ProveConsistency(older, newer);
        if (older.size > newer.size) {
          EXPECT_EQ(path.error().code, ErrorCode::kInvalidInput);
          continue;
        }
        ASSERT_HOLDS(path);
        ASSERT_HOLDS(VerifyConsistency(older.size, older.root, newer.size, newer.root, *path));
      }
    }
  }
  std::string BreakOf() {
    const auto result = Verify();
    if (!result) return result.error().ToString();
    return result->first_break ? result->first_break->ToString() : "none";
  }
};

TEST_F(StoredTilesTest, EveryProofOfALogThatWasClosedInBetween) {
  std::uint64_t at = 0;
  for (const std::uint64_t to : {1U, 2U, 255U, 256U, 257U, 511U, 513U, 770U}) {
    Fill(at, to);
    at = to;
    EXPECT_EQ(BreakOf(), "none") << to;
  }
  ProvesEverything();
}

// Records that a crash left without a checkpoint are in the tiles too.
TEST_F(StoredTilesTest, RecordsAboveTheLastCheckpointAreInTheTiles) {
  Fill(0, 100);
  const TemporaryFolder elsewhere;
  {
    auto log = OpenLog();
    ASSERT_HOLDS(log);
    for (std::uint64_t n = 100; n < 600; ++n) {
      const auto receipt = (*log)->Append(EntryNumber(n));
      ASSERT_HOLDS(receipt);
    }
    std::filesystem::copy(folder_.path(), elsewhere.path(), std::filesystem::copy_options::recursive);
  }
  paths_ = LogPaths::Under(elsewhere.path());
  std::filesystem::remove(elsewhere.path() / "log" / "log.db-shm");
  Fill(600, 700);
  EXPECT_EQ(BreakOf(), "none");
  ProvesEverything();
}

TEST_F(StoredTilesTest, HeadsOfOtherLogsAreRefused) {
  Fill(0, 300);
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  const Checkpoint newest = reader->NewestCheckpoint()->checkpoint;
  EXPECT_EQ(reader->ProveInclusion(300, newest).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(reader->ProveInclusion(3, {"bank.example/other", 300, newest.root}).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(reader->ProveInclusion(3, {kOrigin, 301, newest.root}).error().code, ErrorCode::kIntegrity);
  EXPECT_EQ(reader->ProveInclusion(3, {kOrigin, 299, newest.root}).error().code, ErrorCode::kIntegrity);
  EXPECT_EQ(reader->ProveConsistency({kOrigin, 200, newest.root}, newest).error().code, ErrorCode::kIntegrity);
}

TEST_F(StoredTilesTest, AlteredTilesAreFoundByVerifierReaderAndWriter) {
  Fill(0, 600);
  const auto run = [&](const std::string& sql) {
    auto database = SqliteDatabase::Open(paths_.database, SqliteMode::kWrite);
    ASSERT_HOLDS(database);
    ASSERT_HOLDS(database->Execute(sql.c_str()));
    ASSERT_HOLDS(database->Close());
  };
  const std::string zeros = "(SELECT zeroblob(32) || substr(hashes, 33) FROM tile WHERE id=";
  // id of tile 1/0: 2^56
  const auto exchange = [&](const std::string& id, const std::string& hashes, const std::string& seen) {
    run("UPDATE tile SET hashes=" + hashes + " WHERE id=" + id);
    EXPECT_NE(BreakOf().find(seen), std::string::npos) << BreakOf();
  };
  std::filesystem::copy_file(paths_.database, folder_.path() / "good.db");
  const auto restore = [&] {
    std::filesystem::copy_file(folder_.path() / "good.db", paths_.database, std::filesystem::copy_options::overwrite_existing);
  };
  exchange("0", "CAST(" + zeros + "0) AS BLOB)", "integrity broken at tile 0/0, hash 0 (tile)");
  {
    auto reader = LogReader::Open(paths_, WithVault::kNo);
    ASSERT_HOLDS(reader);
    const Checkpoint newest = reader->NewestCheckpoint()->checkpoint;
    EXPECT_EQ(reader->ProveInclusion(1, newest).error().code, ErrorCode::kIntegrity);
    EXPECT_TRUE(reader->ProveInclusion(300, newest)) << "its path goes by the tile above";
  }
  restore();
  exchange("72057594037927936", "CAST(" + zeros + "72057594037927936) AS BLOB)", "integrity broken at tile 1/0, hash 0 (tile)");
  EXPECT_EQ(OpenLog().error().code, ErrorCode::kIntegrity) << "the writer would go on from it";
  restore();
  exchange("72057594037927936", "zeroblob(32)", "integrity broken at tile 1/0 (tile)");
  EXPECT_EQ(OpenLog().error().code, ErrorCode::kIntegrity);
  restore();
  run("DELETE FROM tile WHERE id=1");
  EXPECT_NE(BreakOf().find("completeness broken at tile 0/1 (tile)"), std::string::npos) << BreakOf();
  restore();
  run("INSERT INTO tile VALUES(2, zeroblob(32))");
  EXPECT_NE(BreakOf().find("expected 3 tiles, found 4"), std::string::npos) << BreakOf();
  restore();
  EXPECT_EQ(BreakOf(), "none");
}

}  // namespace
}  // namespace oxpecker::audit
