// Every call that changes a file fails, is torn, or is the last one before a power cut: nothing that was
// acknowledged is lost, no two heads of one size are signed, and the log opens again.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "tests/fault/disk_model.h"
#include "tests/fault/faulty_disk.h"
#include "tests/fault/log_scenario.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

namespace fs = std::filesystem;

class DiskFaultTest : public ::testing::Test {
 protected:
  void SetUp() override {
    FaultyDisk::Get().Stop();
    ASSERT_HOLDS(CreateLog(LogPaths::Under(made_.path()), kOrigin, clock_));
  }
  void TearDown() override { FaultyDisk::Get().Stop(); }

  // The log as it was made, again.
  void Restore() {
    fs::remove_all(paths_.database.parent_path().parent_path());
    fs::copy(made_.path(), folder_.path() / "log-of-a-bank", fs::copy_options::recursive);
  }

  // One run of the scenario with a fault; says what is wrong afterwards.
  struct Run {
    bool fired = false;
    std::string wrong;
  };
  Run RunWith(DiskFault fault) {
    Restore();
    FaultyDisk& disk = FaultyDisk::Get();
    disk.Watch(folder_.path(), fault, Recording::kBytesToo);
    std::vector<Acknowledged> told;
    RunScenario(paths_, clock_, 0, [&](const Acknowledged& one) { told.push_back(one); });
    const bool fired = disk.fired();
    SeenHeads heads;
    for (const DiskEvent& event : disk.TakeTrace()) heads.AddFrom(event.bytes);
    disk.Stop();
    std::string wrong = Unsound(paths_, clock_, told, heads);
    if (wrong.empty() && !fired && told.size() != 10) wrong = "without a fault, " + std::to_string(told.size()) + " receipts";
    return {fired, std::move(wrong)};
  }

  // For every call of a run, or every write; gives the number of faults.
  std::size_t ForEveryCall(FaultKind kind, bool writes_only) {
    Restore();
    FaultyDisk::Get().Watch(folder_.path(), {}, Recording::kCalls);
    RunScenario(paths_, clock_, 0, [](const Acknowledged&) {});
    const std::vector<DiskEvent> calls = FaultyDisk::Get().TakeTrace();
    std::size_t faults = 0;
    // Keys are random, so a run may have a call more or less than another.
    for (std::size_t at = 1;; ++at) {
      if (at <= calls.size() && writes_only && calls[at - 1].call != DiskCall::kWrite) continue;
      const Run run = RunWith({kind, at});
      EXPECT_EQ(run.wrong, "") << "fault at call " << at;
      if (!run.fired || HasFailure()) return faults;
      ++faults;
    }
  }

  ManualClock clock_{kNow};
  TemporaryFolder made_;
  TemporaryFolder folder_;
  LogPaths paths_ = LogPaths::Under(folder_.path() / "log-of-a-bank");
};

TEST_F(DiskFaultTest, EveryCallFails) {
  const std::size_t faults = ForEveryCall(FaultKind::kFail, false);
  std::printf("%zu calls failed, one in each run\n", faults);
  EXPECT_GT(faults, 100U);
}

TEST_F(DiskFaultTest, EveryWriteIsTorn) {
  const std::size_t faults = ForEveryCall(FaultKind::kTear, true);
  std::printf("%zu writes failed with their first half done\n", faults);
  EXPECT_GT(faults, 50U);
}

TEST_F(DiskFaultTest, TheDiskIsFullFromEveryCallOn) {
  const std::size_t faults = ForEveryCall(FaultKind::kFull, true);
  std::printf("%zu moments at which the disk was full\n", faults);
  EXPECT_GT(faults, 50U);
}

// What a call's failure is told as: here the first write of the second record.
TEST_F(DiskFaultTest, TheErrorSaysWhatTheDiskRefused) {
  const auto error_of = [&](FaultKind kind) {
    Restore();
    auto log = Log::Open({.paths = paths_, .clock = &clock_, .cadence = {.interval = std::chrono::hours(1), .heartbeat = {}}});
    EXPECT_TRUE(log && (*log)->Append(EntryNumber(0)));
    FaultyDisk& disk = FaultyDisk::Get();
    disk.Watch(folder_.path(), {}, Recording::kCalls);
    EXPECT_TRUE((*log)->Append(EntryNumber(1)));
    const auto calls = disk.TakeTrace();
    const auto write = std::ranges::find(calls, DiskCall::kWrite, &DiskEvent::call);
    disk.Watch(folder_.path(), {kind, static_cast<std::size_t>(write - calls.begin()) + 1});
    const auto receipt = (*log)->Append(EntryNumber(2));
    disk.Stop();
    const auto later = (*log)->Append(EntryNumber(3));
    EXPECT_FALSE(later) << "the disk works again, but nobody knows what it holds";
    EXPECT_FALSE((*log)->Close());
    return receipt ? Error() : receipt.error();
  };
  const Error io = error_of(FaultKind::kFail);
  EXPECT_EQ(io.code, ErrorCode::kUnavailable);
  EXPECT_NE(io.message.find("disk I/O error"), std::string::npos) << io.ToString();
  EXPECT_NE(io.hint.find("opened again"), std::string::npos) << io.ToString();
  const Error full = error_of(FaultKind::kFull);
  EXPECT_EQ(full.code, ErrorCode::kUnavailable);
  EXPECT_NE(full.message.find("full"), std::string::npos) << full.ToString();
}

class PowerCutTest : public DiskFaultTest {
 protected:
  void SetUp() override {
    DiskFaultTest::SetUp();
    Restore();
    start_ = DiskModel::Of(folder_.path());
    FaultyDisk::Get().Watch(folder_.path(), {}, Recording::kBytesToo);
    RunScenario(paths_, clock_, 0, [&](const Acknowledged& one) { told_.emplace_back(FaultyDisk::Get().calls(), one); });
    trace_ = FaultyDisk::Get().TakeTrace();
    FaultyDisk::Get().Stop();
    ASSERT_EQ(told_.size(), 10U);
    ASSERT_GT(trace_.size(), 100U);
  }

  // What is wrong with the log after a power cut behind so many calls.
  std::string After(const DiskModel& model, std::size_t calls, Survives survives, const SeenHeads& heads) {
    model.WriteTo(cut_.path(), survives, chance_);
    std::vector<Acknowledged> told;
    for (const auto& [at, one] : told_)
      if (at <= calls) told.push_back(one);
    return Unsound(LogPaths::Under(cut_.path() / "log-of-a-bank"), clock_, told, heads);
  }

  DiskModel start_ = DiskModel::Of(folder_.path());
  std::vector<std::pair<std::size_t, Acknowledged>> told_;  // with the calls that were done by then
  std::vector<DiskEvent> trace_;
  TemporaryFolder cut_;
  std::mt19937_64 chance_{20'261'122};
};

TEST_F(PowerCutTest, BehindEveryCall) {
  DiskModel model = start_;
  SeenHeads heads;
  for (std::size_t calls = 0; calls <= trace_.size(); ++calls) {
    if (calls > 0) {
      model.Apply(trace_[calls - 1]);
      heads.AddFrom(trace_[calls - 1].bytes);
    }
    for (const Survives survives : {Survives::kSyncedOnly, Survives::kEverything, Survives::kAnyPart, Survives::kAnyPart})
      ASSERT_EQ(After(model, calls, survives, heads), "") << "behind call " << calls << ", what survives: " << static_cast<int>(survives);
  }
  std::printf("%zu calls, power cut behind each of them, 4 ways\n", trace_.size());
  EXPECT_EQ(heads.fork(), "");
  EXPECT_GE(heads.roots().size(), 3U);
}

// The test would notice: on a disk that only says that it has synced, records are lost.
TEST_F(PowerCutTest, ADiskThatLiesAboutSyncingIsFoundOut) {
  DiskModel model = start_;
  for (const DiskEvent& event : trace_)
    if (event.call != DiskCall::kSync && event.call != DiskCall::kSyncFolder) model.Apply(event);
  EXPECT_NE(After(model, trace_.size(), Survives::kSyncedOnly, {}), "");
}

// And it would notice a fork.
TEST_F(PowerCutTest, TwoHeadsOfOneSizeAreFoundOut) {
  SeenHeads heads;
  const auto note = [](char root) {
    return std::string(kOrigin) + "\n7\n" + std::string(43, root) + "=\n\n\xE2\x80\x94 " + kOrigin + " AAAA\n";
  };
  heads.AddFrom("in the middle of a page " + note('A') + std::string(9, '\0') + note('A'));
  EXPECT_EQ(heads.fork(), "");
  EXPECT_EQ(heads.roots().size(), 1U);
  heads.AddFrom(note('B'));
  EXPECT_NE(heads.fork(), "");
}

}  // namespace
}  // namespace oxpecker::audit
