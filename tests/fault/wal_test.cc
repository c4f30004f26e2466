// SQLite 3.7.0 to 3.51.2 can lose committed pages when one connection commits while another one moves the
// WAL into the database ("WAL-reset bug"). Here one connection does both, so the two never meet: shown by who
// writes to which file, whatever readers do meanwhile.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <set>
#include <thread>

#include "tests/fault/faulty_disk.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

constexpr int kWalCheckpointLock = 1;  // of the WAL's index, as SQLite numbers them; taken alone for moving

class WalTest : public LogFixture {
 protected:
  void SetUp() override {
    FaultyDisk::Get().Stop();
    LogFixture::SetUp();
    FaultyDisk::Get().Watch(folder_.path(), {}, Recording::kCalls);
  }
  void TearDown() override { FaultyDisk::Get().Stop(); }

  // Whoever reads looks at all of it, with its vault.
  void ReadAll() {
    auto reader = LogReader::Open(paths_, WithVault::kYes);
    ASSERT_HOLDS(reader);
    ASSERT_HOLDS(reader->ForEach(0, reader->size(), [](const Record&) -> Status { return {}; }));
  }

  // What each connection did to the files of one database since the last call.
  struct Doings {
    std::set<int> moved;     // wrote into the database: in WAL mode that is a checkpoint
    std::set<int> committed; // wrote into the WAL
    bool by_reader = false;  // any change at all, or the lock for moving, by one that only reads
  };
  Doings Done(const std::filesystem::path& database) {
    Doings done;
    for (const DiskEvent& event : FaultyDisk::Get().TakeTrace()) {
      const bool changes = event.call == DiskCall::kWrite || event.call == DiskCall::kTruncate || event.call == DiskCall::kSync;
      if (!changes || !event.sqlite) continue;
      done.by_reader = done.by_reader || event.read_only;
      if (event.path == database.string()) done.moved.insert(event.connection);
      if (event.path == database.string() + "-wal" && event.call == DiskCall::kWrite) done.committed.insert(event.connection);
    }
    for (const auto& lock : FaultyDisk::Get().TakeExclusiveLocks())
      locks_by_readers_ += lock.read_only && lock.count == 1 && lock.first == kWalCheckpointLock ? 1 : 0;
    return done;
  }

  int locks_by_readers_ = 0;  // for moving
};

TEST_F(WalTest, OneConnectionCommitsAndMovesAndReadersDoNeither) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  for (std::uint64_t n = 0; n < 8; ++n) {
    auto before = LogReader::Open(paths_, WithVault::kYes);  // stays while a record is written
    ASSERT_HOLDS(before);
    ASSERT_HOLDS((*log)->Append(EntryNumber(n)));
    ReadAll();
    if (n % 3 == 0) {
      ASSERT_HOLDS((*log)->WriteCheckpoint());
    }
    ASSERT_HOLDS(Verify());
  }
  ASSERT_HOLDS((*log)->Close());
  const Doings done = Done(paths_.database);
  EXPECT_EQ(done.committed.size(), 1U);
  EXPECT_EQ(done.moved, done.committed) << "the connection that commits";
  EXPECT_FALSE(done.by_reader);
  EXPECT_EQ(locks_by_readers_, 0);
}

// A reader that outlives the writer closes last, and is alone with a WAL that was not moved.
TEST_F(WalTest, TheLastReaderLeavesTheWalAsItIs) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  ASSERT_HOLDS((*log)->Append(EntryNumber(0)));
  {
    auto reader = LogReader::Open(paths_, WithVault::kNo);
    ASSERT_HOLDS(reader);
    ASSERT_HOLDS(reader->Read(0));
    ASSERT_HOLDS((*log)->Append(EntryNumber(1)));
    ASSERT_HOLDS((*log)->Close());
    Done(paths_.database);
    const std::string wal = ReadText(paths_.database.string() + "-wal");
    ASSERT_FALSE(wal.empty()) << "the reader needs it still";
  }
  ReadAll();
  ASSERT_HOLDS(Verify());
  const Doings done = Done(paths_.database);
  EXPECT_TRUE(done.moved.empty());
  EXPECT_FALSE(done.by_reader);
  EXPECT_FALSE(ReadText(paths_.database.string() + "-wal").empty());
  Fill(2, 3);
  ReadAll();
  EXPECT_EQ(Done(paths_.database).moved.size(), 1U) << "the next writer does";
}

// After a crash the first to come may be a reader: it makes the WAL's index anew and moves nothing.
TEST_F(WalTest, AReaderAfterACrashMovesNothing) {
  const pid_t child = ::fork();
  if (child == 0) {
    auto log = OpenLog();
    if (!log || !(*log)->Append(EntryNumber(0))) ::_exit(3);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_FALSE(ReadText(paths_.database.string() + "-wal").empty());
  for (const char* index : {"log/log.db-shm", "vault/vault.db-shm"}) std::filesystem::remove(folder_.path() / index);
  ReadAll();
  ASSERT_HOLDS(Verify());
  const Doings done = Done(paths_.database);
  EXPECT_TRUE(done.moved.empty());
  EXPECT_FALSE(done.by_reader);
  EXPECT_EQ(locks_by_readers_, 0);
  Fill(1, 2);
}

// The WAL grows until the writer moves it in the middle of its work, while readers on other threads come and go.
TEST_F(WalTest, MovingBetweenCommitsWhileReadersComeAndGo) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  std::atomic<bool> over{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i)
    readers.emplace_back([&] {
      while (!over) {
        auto reader = LogReader::Open(paths_, WithVault::kYes);
        EXPECT_TRUE(reader.has_value());
        if (reader && reader->size() > 0) {
          EXPECT_TRUE(reader->Read(reader->size() - 1).has_value());
        }
      }
    });
  bool moved = false;
  std::uint64_t n = 0;
  for (; n < 40 && !moved; ++n) {
    Entry entry = EntryNumber(n);
    entry.sections[0].bytes = std::string(15U << 20U, 'y');
    const auto receipt = (*log)->Append(std::move(entry));
    EXPECT_TRUE(receipt.has_value());
    const Doings done = Done(paths_.database);
    moved = !done.moved.empty();
    if (moved) {
      EXPECT_EQ(done.moved, done.committed);
    }
    EXPECT_FALSE(done.by_reader);
  }
  over = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_TRUE(moved) << "before the log was closed";
  ASSERT_HOLDS((*log)->Close());
  const Doings done = Done(paths_.database);
  EXPECT_LE(done.moved.size(), 1U);
  EXPECT_FALSE(done.by_reader);
  EXPECT_EQ(locks_by_readers_, 0);
  const auto verified = Verify();
  ASSERT_HOLDS(verified);
  EXPECT_TRUE(verified->ok()) << verified->first_break->ToString();
  EXPECT_EQ(verified->records, n);
}

// The test would notice: another program that moves the WAL while the log is open.
TEST_F(WalTest, AnotherConnectionThatMovesIsFoundOut) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  ASSERT_HOLDS((*log)->Append(EntryNumber(0)));
  auto other = SqliteDatabase::Open(paths_.database, SqliteMode::kWrite);
  ASSERT_HOLDS(other);
  ASSERT_HOLDS(other->CheckpointSome());
  const Doings done = Done(paths_.database);
  EXPECT_EQ(done.moved.size(), 1U);
  EXPECT_NE(done.moved, done.committed);
  ASSERT_HOLDS((*log)->Close());
}

}  // namespace
}  // namespace oxpecker::audit
