// kill -9 at random moments of appending: no acknowledged record is lost, the log always opens
// again and verifies.
#include <gtest/gtest.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <random>
#include <vector>

#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

constexpr int kKills = 200;
constexpr int kKillsPerLog = 20;  // then a new log, so that verifying stays quick
constexpr std::size_t kInFlight = 64;

// What the writing process tells for each receipt it was given.
struct Acknowledged {
  std::uint64_t entry;
  std::uint64_t seq;
  Digest leaf_hash;
};

// Runs in the child until it is killed: appends entries from `next` on, many in flight, and writes
// each receipt into the pipe. Ends by _exit where anything but the kill goes wrong.
[[noreturn]] void AppendForEver(const LogPaths& paths, std::uint64_t next, int pipe) {
  ManualClock clock(kNow);
  auto log = Log::Open({.paths = paths, .clock = &clock, .checkpoint_interval_records = 100});
  if (!log) {
    std::fprintf(stderr, "child: %s\n", log.error().ToString().c_str());
    ::_exit(3);
  }
  std::deque<std::pair<std::uint64_t, std::future<Result<Receipt>>>> waiting;
  while (true) {
    waiting.emplace_back(next, (*log)->Submit(EntryNumber(next)));
    ++next;
    if (waiting.size() < kInFlight) continue;
    const auto receipt = waiting.front().second.get();
    if (!receipt) ::_exit(4);
    const Acknowledged told{waiting.front().first, receipt->seq, receipt->leaf_hash};
    if (::write(pipe, &told, sizeof told) != static_cast<ssize_t>(sizeof told)) ::_exit(5);
    waiting.pop_front();
  }
}

constexpr std::size_t kNoLimit = SIZE_MAX;

// What comes out of the pipe until it is closed, at most `count` of it.
std::vector<Acknowledged> ReadUpTo(std::size_t count, int pipe) {
  std::vector<Acknowledged> all;
  Acknowledged told{};
  std::size_t have = 0;
  while (all.size() < count) {
    const ssize_t got = ::read(pipe, reinterpret_cast<char*>(&told) + have, sizeof told - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return all;
    have += static_cast<std::size_t>(got);
    if (have < sizeof told) continue;
    all.push_back(told);
    have = 0;
  }
  return all;
}

class CrashTest : public ::testing::Test {
 protected:
  // Lets a child append for `microseconds`, counted from its start or from its first receipt, kills it,
  // and returns what it had acknowledged.
  std::vector<Acknowledged> AppendAndKill(const LogPaths& paths, std::uint64_t next, bool from_start,
                                          long microseconds) {
    int ends[2] = {};
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      AppendForEver(paths, next, ends[1]);
    }
    ::close(ends[1]);
    std::vector<Acknowledged> acknowledged;
    if (!from_start) acknowledged = ReadUpTo(1, ends[0]);
    const timespec pause{0, microseconds * 1'000};
    ::nanosleep(&pause, nullptr);  // the moment of the kill, not a wait for anything
    EXPECT_EQ(::kill(child, SIGKILL), 0);
    const auto later = ReadUpTo(kNoLimit, ends[0]);
    acknowledged.insert(acknowledged.end(), later.begin(), later.end());
    ::close(ends[0]);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
    return acknowledged;
  }
};

TEST_F(CrashTest, NoAcknowledgedRecordIsLost) {
  const char* wish = std::getenv("OXPECKER_SEED");
  const unsigned long seed = wish != nullptr ? std::strtoul(wish, nullptr, 10) : 20'260'316;
  std::printf("seed %lu (set OXPECKER_SEED for another)\n", seed);
  std::mt19937_64 random(seed);
  ManualClock clock(kNow);
  std::size_t total = 0;
  for (int kills = 0; kills < kKills;) {
    TemporaryFolder folder;
    const LogPaths paths = LogPaths::Under(folder.path());
    ASSERT_HOLDS(CreateLog(paths, kOrigin, clock));
    const auto key = VerifierKey::FromFileOrText(paths.verifier_key.string());
    ASSERT_HOLDS(key);
    std::uint64_t next = 0;
    std::vector<Acknowledged> all;
    for (int i = 0; i < kKillsPerLog; ++i, ++kills) {
      const long moment = static_cast<long>(random() % 60'000);
      const auto acknowledged = AppendAndKill(paths, next, kills % 2 == 0, moment);
      // Entries that were in flight may or may not be durable: the next child asks for new ones,
      // and repeats the last one acknowledged now and then.
      if (!acknowledged.empty())
        next = acknowledged.back().entry + (random() % 4 == 0 ? 0 : kInFlight + 1);
      all.insert(all.end(), acknowledged.begin(), acknowledged.end());

      std::ifstream stream(paths.published_checkpoint, std::ios::binary);
      const std::string note{std::istreambuf_iterator<char>(stream), {}};
      const auto verified = VerifyLog(paths.database, {.key = *key, .published_note = note});
      ASSERT_HOLDS(verified);
      ASSERT_TRUE(verified->ok()) << "after kill " << kills << ": "
                                  << verified->first_break->ToString();
    }
    auto reader = LogReader::Open(paths, WithVault::kYes);
    ASSERT_HOLDS(reader);
    for (const Acknowledged& told : all) {
      const auto record = reader->Read(told.seq);
      ASSERT_HOLDS(record);
      ASSERT_EQ(record->leaf_hash, told.leaf_hash);
      ASSERT_EQ(record->decision_id, DecisionNumber(told.entry));
      const auto sections = reader->DecryptAll(*record);
      ASSERT_HOLDS(sections);  // its key was durable as well
    }
    total += all.size();
    auto log = Log::Open({.paths = paths, .clock = &clock});
    ASSERT_HOLDS(log);
    ASSERT_HOLDS((*log)->Close());
  }
  std::printf("%d kills, %zu records acknowledged\n", kKills, total);
  EXPECT_GE(total, static_cast<std::size_t>(kKills) / 2) << "every other kill follows a receipt";
}

}  // namespace
}  // namespace oxpecker::audit
