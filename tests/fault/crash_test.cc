// kill -9 of the writing process, 1,000 times: before every single call that changes a file and in the middle
// of every write, and at random moments of appending. No acknowledged record is lost, heads never fork, and
// the log opens again and verifies.
//
// OXPECKER_KILLS sets how many in all, OXPECKER_SEED the random moments.
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
#include <functional>
#include <optional>
#include <random>
#include <vector>

#include "tests/fault/faulty_disk.h"
#include "tests/fault/log_scenario.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

constexpr int kKillsDefault = 1'000;
constexpr int kKillsPerLog = 25;  // then a new log, so that verifying stays quick
constexpr std::size_t kInFlight = 64;

unsigned long FromEnvironment(const char* name, unsigned long otherwise) {
  const char* wish = std::getenv(name);
  return wish != nullptr ? std::strtoul(wish, nullptr, 10) : otherwise;
}

using Tell = std::function<void(const Acknowledged&)>;

// In the child, until it is killed: appends entries from `next` on, many in flight, with heads between.
[[noreturn]] void AppendForEver(const LogPaths& paths, std::uint64_t next, const Tell& tell) {
  ManualClock clock(kNow);
  auto log = Log::Open({.paths = paths, .clock = &clock, .cadence = {.records_max = 100}});
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
    tell({waiting.front().first, receipt->seq, receipt->leaf_hash});
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
  struct Ended {
    std::vector<Acknowledged> told;
    bool killed = false;
    int code = 0;
  };

  // Runs `work` in a child. With a moment, in microseconds from its start or its first receipt, it is killed
  // then.
  struct Moment {
    long microseconds = 0;
    bool from_start = false;
  };
  static Ended InAChild(const std::function<void(const Tell&)>& work, std::optional<Moment> kill_at) {
    int ends[2] = {};
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      work([&](const Acknowledged& told) {
        if (::write(ends[1], &told, sizeof told) != static_cast<ssize_t>(sizeof told)) ::_exit(5);
      });
      ::_exit(0);
    }
    ::close(ends[1]);
    Ended ended;
    if (kill_at) {
      if (!kill_at->from_start) ended.told = ReadUpTo(1, ends[0]);
      const timespec pause{0, kill_at->microseconds * 1'000};
      ::nanosleep(&pause, nullptr);  // the moment of the kill, not a wait for anything
      EXPECT_EQ(::kill(child, SIGKILL), 0);
    }
    const auto later = ReadUpTo(kNoLimit, ends[0]);
    ended.told.insert(ended.told.end(), later.begin(), later.end());
    ::close(ends[0]);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    ended.killed = WIFSIGNALED(status);
    ended.code = ended.killed ? 0 : WEXITSTATUS(status);
    return ended;
  }

  // The log of one row of kills.
  struct Killed {
    TemporaryFolder folder;
    LogPaths paths = LogPaths::Under(folder.path());
    std::vector<Acknowledged> told;
    SeenHeads heads;

    explicit Killed(Clock& clock) { EXPECT_TRUE(CreateLog(paths, kOrigin, clock).has_value()); }
    std::string WrongAfter(const Ended& ended, Clock& clock) {
      told.insert(told.end(), ended.told.begin(), ended.told.end());
      for (const auto& file : {paths.database, std::filesystem::path(paths.database.string() + "-wal"), paths.published_checkpoint})
        heads.AddFrom(ReadText(file));
      return Unsound(paths, clock, told, heads);
    }
  };

  ManualClock clock_{kNow};
  int kills_ = 0;
  int kills_max_ = static_cast<int>(FromEnvironment("OXPECKER_KILLS", kKillsDefault));
  std::size_t receipts_ = 0;
};

TEST_F(CrashTest, BeforeEveryCallInEveryWriteAndAtRandomMoments) {
  FaultyDisk::Get().Stop();
  // One call after the other, as long as there is one: the kills of one log follow each other, so what one
  // crash left is where the next one happens.
  std::optional<Killed> log;
  for (std::size_t at = 1, calls = 1; at <= calls; ++at)
    for (const FaultKind kind : {FaultKind::kKill, FaultKind::kKillTorn}) {
      if (kills_ % kKillsPerLog == 0) log.emplace(clock_);
      const auto ended = InAChild(
          [&](const Tell& tell) {
            FaultyDisk::Get().Watch(log->folder.path(), {kind, at});
            RunScenario(log->paths, clock_, at * 100 + (kind == FaultKind::kKill ? 0 : 50), tell);
          },
          {});
      ASSERT_TRUE(ended.killed || ended.code == 0) << "the child ended by itself: " << ended.code;
      if (ended.killed) calls = at + 1;
      kills_ += ended.killed ? 1 : 0;
      receipts_ += ended.told.size();
      ASSERT_EQ(log->WrongAfter(ended, clock_), "") << "killed at call " << at << (kind == FaultKind::kKill ? "" : ", torn");
      if (kills_ >= kills_max_ / 2) calls = at;
    }
  std::printf("%d kills at calls, %zu receipts\n", kills_, receipts_);
  EXPECT_GE(kills_, std::min(kills_max_ / 2, 100));

  const unsigned long seed = FromEnvironment("OXPECKER_SEED", 20'260'316);
  std::printf("seed %lu (set OXPECKER_SEED for another)\n", seed);
  std::mt19937_64 random(seed);
  const int at_calls = kills_;
  receipts_ = 0;
  std::uint64_t next = 0;
  for (int i = 0; kills_ < kills_max_; ++i, ++kills_) {
    if (i % kKillsPerLog == 0) {
      log.emplace(clock_);
      next = 0;
    }
    const Moment moment{static_cast<long>(random() % 12'000), i % 2 == 0};
    const auto ended = InAChild([&](const Tell& tell) { AppendForEver(log->paths, next, tell); }, moment);
    ASSERT_TRUE(ended.killed) << "the child ended by itself: " << ended.code;
    // Entries that were in flight may or may not be durable: the next child asks for new ones, and repeats
    // the last one acknowledged now and then.
    if (!ended.told.empty()) next = ended.told.back().entry + (random() % 4 == 0 ? 0 : kInFlight + 1);
    receipts_ += ended.told.size();
    ASSERT_EQ(log->WrongAfter(ended, clock_), "") << "after random kill " << i;
  }
  std::printf("%d kills at random moments, %zu receipts\n", kills_ - at_calls, receipts_);
  EXPECT_EQ(kills_, kills_max_);
  EXPECT_GE(receipts_, static_cast<std::size_t>(kills_ - at_calls) / 2) << "every other kill follows a receipt";
}

}  // namespace
}  // namespace oxpecker::audit
