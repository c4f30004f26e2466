// kill -9 between the steps of an erasure, and of placing and releasing a hold: the next writer finishes
// what was recorded and takes back what was not, and the log verifies.
#include <gtest/gtest.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "audit/erasure.h"
#include "audit/legal_hold.h"
#include "audit/vault.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

class ErasureCrashTest : public LogFixture {
 protected:
  void SetUp() override {
    LogFixture::SetUp();
    Fill(0, 21);
    auto vault = Vault::Open(paths_.vault, paths_.vault_key, VaultMode::kRead);
    ASSERT_HOLDS(vault);
    const auto key = (*vault)->KeyOf("customer-3");
    ASSERT_TRUE(key && *key);
    kek_id_ = (*key)->kek_id;
    const auto raw = ReadText(paths_.vault);
    const std::size_t at = raw.find(kek_id_);
    ASSERT_NE(at, std::string::npos);
    row_ = raw.substr(at, 16 + 32 + 60);  // id, tag and wrapped key lie in one cell
  }

  // Runs in a process of its own, which is killed by itself or ends.
  static void InAnotherProcess(const std::function<void()>& work, bool killed) {
    const pid_t child = ::fork();
    if (child == 0) {
      work();
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(WIFSIGNALED(status) != 0, killed) << status;
  }

  void EraseAndDieAt(std::optional<ErasureStep> step) {
    InAnotherProcess(
        [&] {
          auto log = OpenLog();
          if (!log) ::_exit(3);
          const auto reached = [&](ErasureStep now) {
            if (now == step) ::kill(::getpid(), SIGKILL);
          };
          [[maybe_unused]] const auto erased = Erase(**log, {"customer-3", "GDPR Art. 17", "K. Lind", kNow, reached}, {});
        },
        step.has_value());
  }

  std::string VaultBytes() const {
    std::string bytes = ReadText(paths_.vault);
    const std::filesystem::path wal = paths_.vault.string() + "-wal";
    if (std::filesystem::exists(wal)) bytes += ReadText(wal);
    return bytes;
  }

  void Reopen() {
    auto log = OpenLog();
    ASSERT_HOLDS(log);
    EXPECT_TRUE((*log)->vault().Intents()->empty());
    ASSERT_HOLDS((*log)->Close());
    const auto verified = VerifyLog(paths_.database, {.key = Key(), .published_note = ReadText(paths_.published_checkpoint), .must_be_published = true});
    ASSERT_HOLDS(verified);
    EXPECT_TRUE(verified->ok());
  }

  bool Readable() {
    auto reader = LogReader::Open(paths_, WithVault::kYes);
    EXPECT_TRUE(reader);
    return reader->Decrypt(*reader->Read(3), "inputs").has_value();
  }
  std::uint64_t Size() { return LogReader::Open(paths_, WithVault::kNo)->size(); }

  std::string kek_id_;
  std::string row_;
};

TEST_F(ErasureCrashTest, WhatWasOnlyIntendedIsTakenBack) {
  EraseAndDieAt(ErasureStep::kIntended);
  Reopen();
  EXPECT_TRUE(Readable());
  EXPECT_EQ(Size(), 21U) << "and no record says otherwise";
}

class RecordedTest : public ErasureCrashTest, public ::testing::WithParamInterface<ErasureStep> {};
INSTANTIATE_TEST_SUITE_P(Steps, RecordedTest, ::testing::Values(ErasureStep::kRecorded, ErasureStep::kDestroyed, ErasureStep::kScrubbed));

TEST_P(RecordedTest, WhatWasRecordedIsCompleted) {
  ASSERT_NE(VaultBytes().find(row_), std::string::npos) << "the search finds what is there";
  EraseAndDieAt(GetParam());
  EXPECT_EQ(Readable(), GetParam() == ErasureStep::kRecorded) << "until the next writer";
  Reopen();
  EXPECT_FALSE(Readable());
  EXPECT_EQ(Size(), 22U);
  EXPECT_EQ(VaultBytes().find(kek_id_), std::string::npos);
  EXPECT_EQ(VaultBytes().find(row_.substr(48)), std::string::npos);
  Reopen();
  EXPECT_EQ(Size(), 22U) << "once only";
}

// A second process cannot be there: what the first left is settled before anything else is written.
TEST_F(ErasureCrashTest, ADecisionAfterACrashDoesNotUseTheKey) {
  EraseAndDieAt(ErasureStep::kRecorded);
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  ASSERT_HOLDS((*log)->Append(EntryNumber(24)));  // customer-3
  ASSERT_HOLDS((*log)->Close());
  auto reader = LogReader::Open(paths_, WithVault::kYes);
  ASSERT_HOLDS(reader);
  const auto record = reader->Read(22);
  ASSERT_HOLDS(record);
  EXPECT_NE(record->kek_id, kek_id_);
  EXPECT_TRUE(reader->Decrypt(*record, "inputs"));
}

// The steps of a hold by hand, as legal_hold.cc takes them.
TEST_F(ErasureCrashTest, AHoldThatWasNotRecordedIsTakenBack) {
  InAnotherProcess(
      [&] {
        auto log = OpenLog();
        if (!log || !(*log)->vault().BeginHold(std::string(16, 'h'), "customer-3", 21, kNow)) ::_exit(3);
        ::kill(::getpid(), SIGKILL);
      },
      true);
  EXPECT_FALSE(PlanErasure(paths_, "customer-3", {}, kNow)->allowed()) << "until the next writer it counts";
  Reopen();
  EXPECT_TRUE(PlanErasure(paths_, "customer-3", {}, kNow)->allowed());
}

TEST_F(ErasureCrashTest, AReleaseThatWasNotRecordedLeavesTheHold) {
  InAnotherProcess(
      [&] {
        auto log = OpenLog();
        if (!log) ::_exit(3);
        const auto hold = PlaceHold(**log, {"customer-3", "customer-3", "case 7", "K. Lind", kNow});
        if (!hold) ::_exit(4);
        const auto holds = (*log)->vault().Holds();
        if (!(*log)->vault().BeginHoldRelease(holds->front().id, 22)) ::_exit(5);
        ::kill(::getpid(), SIGKILL);
      },
      true);
  Reopen();
  EXPECT_FALSE(PlanErasure(paths_, "customer-3", {}, kNow)->allowed());
  EXPECT_EQ(ListHolds(paths_)->size(), 1U);
}

TEST_F(ErasureCrashTest, WhatWasRecordedOfHoldsIsCarriedOut) {
  InAnotherProcess(
      [&] {
        auto log = OpenLog();
        if (!log) ::_exit(3);
        Vault& vault = (*log)->vault();
        const std::string id(16, 'h');
        Entry placed{.kind = RecordKind::kHold, .time = kNow};
        placed.about.Set("actor_ref", std::string(64, 'a')).Set("hold", "68686868686868686868686868686868");
        Entry released = placed;
        placed.about.Set("subject_ref", std::string(64, 'b'));
        released.kind = RecordKind::kHoldRelease;
        if (!vault.BeginHold(id, "customer-3", 21, kNow) || !(*log)->Append(placed)) ::_exit(4);
        if (!vault.Settle({id, VaultAction::kHold, 21}, true)) ::_exit(5);
        if (!vault.BeginHoldRelease(id, 22) || !(*log)->Append(released)) ::_exit(6);
        ::kill(::getpid(), SIGKILL);
      },
      true);
  EXPECT_FALSE(PlanErasure(paths_, "customer-3", {}, kNow)->allowed());
  Reopen();
  EXPECT_TRUE(PlanErasure(paths_, "customer-3", {}, kNow)->allowed());
}

}  // namespace
}  // namespace oxpecker::audit
