// When heads are signed by themselves: on a clock on which time passes only when told to.
#include <gmock/gmock.h>

#include "audit/checkpoint.h"
#include "audit/log.h"
#include "tests/unit/audit/log_fixture.h"
#include "tests/unit/audit/manual_wait_clock.h"

namespace oxpecker::audit {
namespace {

using std::chrono::minutes;
using std::chrono::milliseconds;
using ::testing::ElementsAre;

class CadenceTest : public LogFixture {
 protected:
  void Open(CheckpointCadence cadence = {}) {
    auto log = Log::Open({.paths = paths_, .clock = &clock_, .cadence = cadence, .wait_clock = &waiting_});
    ASSERT_HOLDS(log);
    log_ = *std::move(log);
  }
  void Append(std::uint64_t n) { ASSERT_HOLDS(log_->Append(EntryNumber(n))); }

  std::vector<std::uint64_t> Heads() {
    auto reader = LogReader::Open(paths_, WithVault::kNo);
    EXPECT_TRUE(reader);
    std::vector<std::uint64_t> sizes;
    const auto heads = reader->Checkpoints();
    EXPECT_TRUE(heads);
    for (const SignedCheckpoint& head : *heads) sizes.push_back(head.checkpoint.size);
    const auto published = OpenCheckpoint(ReadText(paths_.published_checkpoint), Key());
    EXPECT_TRUE(published);
    EXPECT_EQ(published->size, sizes.back()) << "the last head is the one that others see";
    return sizes;
  }
  Record RecordAt(std::uint64_t seq) {
    auto reader = LogReader::Open(paths_, WithVault::kNo);
    EXPECT_TRUE(reader);
    return reader->Read(seq).value();
  }
  void ExpectWhole() {
    ASSERT_HOLDS(log_->Close());
    const auto verified = Verify();
    ASSERT_HOLDS(verified);
    EXPECT_TRUE(verified->ok()) << verified->first_break->ToString();
  }

  ManualWaitClock waiting_;  // before the log, which uses it until it is closed
  std::unique_ptr<Log> log_;
};

TEST_F(CadenceTest, ARecordIsSealedWithinASecond) {
  Open();
  Append(0);
  waiting_.Advance(milliseconds(999));
  EXPECT_THAT(Heads(), ElementsAre(0));
  waiting_.Advance(milliseconds(1));
  EXPECT_THAT(Heads(), ElementsAre(0, 1));
  waiting_.Advance(milliseconds(10'000));
  EXPECT_THAT(Heads(), ElementsAre(0, 1)) << "nothing new, nothing to sign";
  ExpectWhole();
}

// The oldest record counts, not the newest: records that keep coming cannot put it off.
TEST_F(CadenceTest, WhileRecordsComeAHeadASecond) {
  Open();
  for (std::uint64_t n = 0; n < 10; ++n) {
    Append(n);
    waiting_.Advance(milliseconds(300));
  }
  // Records at 0, 300, 600, 900 ms; the first is a second old at 1,000, before the one at 1,200.
  EXPECT_THAT(Heads(), ElementsAre(0, 4, 8));
  ExpectWhole();
  EXPECT_THAT(Heads(), ElementsAre(0, 4, 8, 10));
}

TEST_F(CadenceTest, ARecordThatComesWhenOneIsDueIsUnderThatHead) {
  Open({.records_max = 3});
  Append(0);
  Append(1);
  waiting_.AwaitWaiter();
  EXPECT_THAT(Heads(), ElementsAre(0));
  Append(2);
  waiting_.AwaitWaiter();
  EXPECT_THAT(Heads(), ElementsAre(0, 3)) << "so many records do not wait for the second";
  waiting_.Advance(milliseconds(5'000));
  EXPECT_THAT(Heads(), ElementsAre(0, 3));
  ExpectWhole();
}

TEST_F(CadenceTest, AShortRunSignsOneHead) {
  Open();
  for (std::uint64_t n = 0; n < 3; ++n) Append(n);
  ExpectWhole();
  EXPECT_THAT(Heads(), ElementsAre(0, 3));
}

TEST_F(CadenceTest, AHeadThatWasAskedForStartsTheSecondAnew) {
  Open();
  Append(0);
  waiting_.Advance(milliseconds(900));
  ASSERT_HOLDS(log_->WriteCheckpoint());
  Append(1);
  waiting_.Advance(milliseconds(900));
  EXPECT_THAT(Heads(), ElementsAre(0, 1));
  waiting_.Advance(milliseconds(100));
  EXPECT_THAT(Heads(), ElementsAre(0, 1, 2));
  ExpectWhole();
}

TEST_F(CadenceTest, SilenceIsOnRecord) {
  Open();
  waiting_.Advance(minutes(10) - milliseconds(1));
  EXPECT_THAT(Heads(), ElementsAre(0));
  clock_.Set(kNow.PlusSeconds(600));  // the sequencer waits: nobody reads this clock meanwhile
  waiting_.Advance(milliseconds(1));
  EXPECT_THAT(Heads(), ElementsAre(0, 1));
  const Record silence = RecordAt(0);
  EXPECT_EQ(silence.kind, RecordKind::kHeartbeat);
  EXPECT_EQ(silence.time, kNow.PlusSeconds(600));
  EXPECT_EQ(json::Canonical(json::Value(silence.about)), R"({"component":"log_writer"})");
  EXPECT_TRUE(silence.sections.empty());
  waiting_.Advance(minutes(10));
  waiting_.Advance(minutes(10));
  EXPECT_THAT(Heads(), ElementsAre(0, 1, 2, 3));
  ExpectWhole();
}

TEST_F(CadenceTest, ARecordEndsTheSilence) {
  Open();
  waiting_.Advance(minutes(9));
  Append(0);
  waiting_.Advance(minutes(9));
  EXPECT_THAT(Heads(), ElementsAre(0, 1));
  EXPECT_EQ(RecordAt(0).kind, RecordKind::kDecision);
  waiting_.Advance(minutes(1));
  EXPECT_THAT(Heads(), ElementsAre(0, 1, 2));
  EXPECT_EQ(RecordAt(1).kind, RecordKind::kHeartbeat);
  ExpectWhole();
}

TEST_F(CadenceTest, ARepetitionIsNoRecordAndDoesNotEndIt) {
  Fill(0, 1);
  Open();
  waiting_.Advance(minutes(9));
  const auto again = log_->Append(EntryNumber(0));
  ASSERT_HOLDS(again);
  EXPECT_TRUE(again->repeated);
  waiting_.Advance(minutes(1));
  EXPECT_THAT(Heads(), ElementsAre(0, 1, 2));
  ExpectWhole();
}

TEST_F(CadenceTest, WithoutAHeartbeatNothingIsWritten) {
  Open({.heartbeat = milliseconds(0)});
  waiting_.Advance(minutes(1'000));
  EXPECT_THAT(Heads(), ElementsAre(0));
  ExpectWhole();
}

// The published file cannot be replaced: the log fails, tells so, and tries nothing more.
TEST_F(CadenceTest, AHeadThatCannotBePublishedFailsTheLog) {
  Open();
  Append(0);
  waiting_.AwaitWaiter();
  const std::filesystem::path in_the_way = paths_.published_checkpoint.string() + ".new";
  std::filesystem::create_directory(in_the_way);
  waiting_.Advance(milliseconds(1'000));
  const auto refused = log_->Append(EntryNumber(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable) << refused.error().ToString();
  waiting_.Advance(minutes(60));
  EXPECT_FALSE(log_->Close());
  std::filesystem::remove(in_the_way);
  Open();  // signed and stored, and published now
  EXPECT_THAT(Heads(), ElementsAre(0, 1));
  Append(1);
  ExpectWhole();
}

}  // namespace
}  // namespace oxpecker::audit
