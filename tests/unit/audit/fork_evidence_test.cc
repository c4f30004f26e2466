// Two signed heads that no stored tree leads between: which of them is a fork, and which is damage.
#include "audit/fork_evidence.h"

#include <gtest/gtest.h>

#include "audit/checkpoint.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

// Both logs begin with records 0 to 9; then each goes its own way.
class ForkTest : public LogFixture {
 protected:
  void SetUp() override {
    LogFixture::SetUp();
    Fill(0, 10);
    common_ = Newest(paths_);
    std::filesystem::copy(folder_.path(), elsewhere_.path() / "copy", std::filesystem::copy_options::recursive);
    Fill(10, 14);
    here_ = Newest(paths_);
    std::swap(paths_, others_);
    Fill(100, 102);
    there_ = Newest(paths_);
    std::swap(paths_, others_);
  }
  static Checkpoint Newest(const LogPaths& paths) { return LogReader::Open(paths, WithVault::kNo)->NewestCheckpoint()->checkpoint; }
  std::optional<Fork> Find(std::vector<Checkpoint> heads) {
    auto reader = LogReader::Open(paths_, WithVault::kNo);
    auto fork = FindFork(*reader, std::move(heads));
    EXPECT_TRUE(fork) << fork.error().ToString();
    return fork ? *fork : std::nullopt;
  }
  TemporaryFolder elsewhere_;
  LogPaths others_ = LogPaths::Under(elsewhere_.path() / "copy");
  Checkpoint common_, here_, there_;
};

TEST_F(ForkTest, IsShownByTheRecordsUnderTheLargerHead) {
  ASSERT_EQ(there_.size, 12U);
  const auto fork = Find({there_, here_});
  ASSERT_TRUE(fork);
  EXPECT_EQ(fork->older, there_);
  EXPECT_EQ(fork->newer, here_);
  EXPECT_TRUE(Find({here_, there_}));
  EXPECT_FALSE(Find({common_, here_}));
  EXPECT_FALSE(Find({common_, there_})) << "these records know nothing of that head: nothing above it is proven";
  EXPECT_TRUE(Find({common_, there_, here_}));
  EXPECT_FALSE(Find({}));
}

TEST_F(ForkTest, TwoHeadsOfOneSizeNeedNoRecords) {
  Checkpoint other = here_;
  other.root.bytes[0] ^= 1U;
  EXPECT_TRUE(Find({here_, other}));
}

// Every record altered or gone in turn: no honest head becomes a fork.
TEST_F(ForkTest, IsNotShownByDamage) {
  for (std::uint64_t seq = 0; seq < 14; ++seq)
    for (const bool gone : {false, true}) {
      const std::string where = " WHERE seq=" + std::to_string(seq);
      const TemporaryFolder kept;
      std::filesystem::copy_file(paths_.database, kept.path() / "log.db");
      AlterRecords(paths_, gone ? "DELETE FROM rec" + where : "UPDATE rec SET leaf=CAST(replace(CAST(leaf AS TEXT), '\"seq\":\"', '\"seq\":\"9') AS BLOB)" + where);
      EXPECT_FALSE(Find({common_, here_})) << seq;
      for (const char* beside : {"-wal", "-shm"}) std::filesystem::remove(paths_.database.string() + beside);
      std::filesystem::copy_file(kept.path() / "log.db", paths_.database, std::filesystem::copy_options::overwrite_existing);
    }
  ASSERT_TRUE(Find({there_, here_})) << "whole again";
}

}  // namespace
}  // namespace oxpecker::audit
