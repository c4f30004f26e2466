#include "audit/witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "audit/anchors.h"
#include "audit/cosignature.h"
#include "audit/merkle.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

using testing::HasSubstr;

// Roots of a tree whose leaf i is "<seed>-<i>".
class Leaves final : public SubtreeRoots {
 public:
  explicit Leaves(std::string seed) : seed_(std::move(seed)) {}
  Result<Digest> Root(unsigned height, std::uint64_t index) override {
    if (height == 0) return LeafHash(seed_ + "-" + std::to_string(index));
    return RangeRoot(index << height, (index + 1) << height, *this, height);
  }

 private:
  static Result<Digest> RangeRoot(std::uint64_t begin, std::uint64_t end, Leaves& leaves, unsigned height) {
    OXP_TRY(const Digest left, leaves.Root(height - 1, begin >> (height - 1)));
    OXP_TRY(const Digest right, leaves.Root(height - 1, (end - 1) >> (height - 1)));
    return NodeHash(left, right);
  }
  std::string seed_;
};

class WitnessTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_HOLDS(Witness::Create(path(), "witness.example/w1"));
    auto witness = Witness::Open(path());
    ASSERT_HOLDS(witness);
    ASSERT_HOLDS(witness->AddLog(key_.verifier()));
    witness_.emplace(*std::move(witness));
  }
  std::filesystem::path path() const { return folder_.path() / "witness"; }
  SignedCheckpoint Head(std::uint64_t size, Leaves& leaves) const {
    return Sign({kOrigin, size, size == 0 ? Sha256("") : RangeRoot(0, size, leaves).value()}, key_);
  }
  std::string Request(std::uint64_t from, std::uint64_t to, Leaves& leaves) const {
    return AddCheckpointRequest{from, ProveConsistency(from, to, leaves).value(), Head(to, leaves).note}.ToString();
  }
  WitnessAnswer Send(const std::string& request) { return witness_->AddCheckpoint(request, now_); }

  TemporaryFolder folder_;
  const SigningKey key_ = *SigningKey::Generate(kOrigin);
  Leaves one_{"one"};
  Leaves other_{"other"};
  Instant now_ = kNow;
  std::optional<Witness> witness_;
};

TEST_F(WitnessTest, SignsWhatGoesOnFromWhatItKnows) {
  for (const auto& [from, to] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{{0, 0}, {0, 5}, {5, 5}, {5, 6}, {6, 64}, {64, 300}}) {
    now_ = now_.PlusSeconds(60);
    const WitnessAnswer answer = Send(Request(from, to, one_));
    ASSERT_EQ(answer.status, kWitnessSigned) << from << " to " << to << ": " << answer.body;
    const auto note = Note::Parse(Head(to, one_).note + answer.body);
    ASSERT_HOLDS(note);
    const VerifierKey known[] = {witness_->key()};
    const auto cosignatures = CosignaturesOf(*note, known);
    ASSERT_HOLDS(cosignatures);
    ASSERT_EQ(cosignatures->size(), 1U);
    EXPECT_EQ((*cosignatures)[0].unix_seconds, now_.unix_seconds());
    const auto logs = Witness::Logs(path());
    ASSERT_HOLDS(logs);
    EXPECT_EQ((*logs)[0].last->size, to);
  }
}

TEST_F(WitnessTest, RemembersAcrossRestarts) {
  ASSERT_EQ(Send(Request(0, 7, one_)).status, kWitnessSigned);
  EXPECT_EQ(Witness::Open(path()).error().code, ErrorCode::kUnavailable) << "one process at a time";
  witness_.reset();
  witness_.emplace(*Witness::Open(path()));
  const WitnessAnswer answer = Send(Request(0, 9, one_));
  EXPECT_EQ(answer.status, kWitnessConflict);
  EXPECT_EQ(answer.type, "text/x.tlog.size");
  EXPECT_EQ(answer.body, "7\n");
  EXPECT_EQ(Send(Request(7, 9, one_)).status, kWitnessSigned);
}

TEST_F(WitnessTest, RefusesEachWithItsStatus) {
  ASSERT_EQ(Send(Request(0, 7, one_)).status, kWitnessSigned);
  const std::string good = Request(7, 9, one_);
  EXPECT_EQ(Send("").status, kWitnessBadRequest);
  EXPECT_EQ(Send("new 7\n" + good.substr(6)).status, kWitnessBadRequest);
  EXPECT_EQ(Send("old 07\n" + good.substr(6)).status, kWitnessBadRequest);
  EXPECT_EQ(Send("old 10\n" + good.substr(6)).status, kWitnessBadRequest) << "older than the head";
  EXPECT_EQ(Send(good.substr(0, good.size() - 5)).status, kWitnessBadRequest);
  EXPECT_EQ(Send("old 6\n" + good.substr(6)).body, "7\n");
  std::string of_another = good;
  of_another[12] = of_another[12] == 'A' ? 'B' : 'A';
  EXPECT_EQ(Send(of_another).status, kWitnessNotProven);
  EXPECT_EQ(Send("old 7\n\n" + Head(9, one_).note).status, kWitnessNotProven) << "without a proof";
  EXPECT_EQ(Send(Request(7, 9, other_)).status, kWitnessNotProven) << "another history";
  const SigningKey stranger = *SigningKey::Generate(kOrigin);
  EXPECT_EQ(Send("old 7\n\n" + Sign({kOrigin, 9, Sha256("x")}, stranger).note).status, kWitnessNotSigned);
  const SigningKey other_log = *SigningKey::Generate("bank.example/other");
  EXPECT_EQ(Send("old 0\n\n" + Sign({"bank.example/other", 9, Sha256("x")}, other_log).note).status, kWitnessUnknownLog);
  std::string many = "old 7\n";
  for (int i = 0; i < 64; ++i) many += good.substr(6, 45);
  EXPECT_EQ(Send(many + "\n" + Head(9, one_).note).status, kWitnessBadRequest);
  EXPECT_EQ(Send(good).status, kWitnessSigned) << "and nothing of this moved it";
}

TEST_F(WitnessTest, TwoHeadsOverOneSizeAreAForkAndKept) {
  ASSERT_EQ(Send(Request(0, 7, one_)).status, kWitnessSigned);
  for (const std::uint64_t old_size : {std::uint64_t{7}, std::uint64_t{0}, std::uint64_t{3}}) {
    const WitnessAnswer answer = Send(AddCheckpointRequest{old_size, {}, Head(7, other_).note}.ToString());
    EXPECT_EQ(answer.status, kWitnessConflict) << old_size;
    EXPECT_THAT(answer.fork, testing::StartsWith("FORK"));
  }
  const auto logs = Witness::Logs(path());
  ASSERT_HOLDS(logs);
  ASSERT_EQ((*logs)[0].forks.size(), 1U);
  EXPECT_EQ(ReadCheckpoint(ReadText((*logs)[0].forks[0]))->root, Head(7, other_).checkpoint.root);
  EXPECT_EQ((*logs)[0].last->root, Head(7, one_).checkpoint.root);
  EXPECT_EQ(Send(Request(7, 8, one_)).status, kWitnessSigned);
}

// The race of the specification: both are checked, then both stored, the smaller one last.
TEST_F(WitnessTest, ManyAtOnceNeverRollBack) {
  std::vector<std::string> requests;
  for (std::uint64_t size = 1; size <= 40; ++size) requests.push_back(Request(0, size, one_));
  std::vector<std::thread> threads;
  std::atomic<int> signed_count = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (std::size_t i = static_cast<std::size_t>(t); i < requests.size(); i += 4)
        if (Send(requests[i]).status == kWitnessSigned) ++signed_count;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(signed_count, 1) << "all of them went on from nothing";
}

TEST_F(WitnessTest, ADamagedStateIsNoNewBeginning) {
  ASSERT_EQ(Send(Request(0, 7, one_)).status, kWitnessSigned);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path()))
    if (entry.path().filename() == "checkpoint") std::ofstream(entry.path()) << Head(3, one_).note;
  EXPECT_EQ(Send(Request(0, 8, one_)).status, kWitnessUnavailable);
  EXPECT_FALSE(Witness::Logs(path()));
}

TEST_F(WitnessTest, AClockThatWentBackSignsNothing) {
  ASSERT_EQ(Send(Request(0, 7, one_)).status, kWitnessSigned);
  now_ = now_.PlusSeconds(-1);
  EXPECT_EQ(Send(Request(7, 8, one_)).status, kWitnessUnavailable);
  now_ = kNow;
  EXPECT_EQ(Send(Request(7, 8, one_)).status, kWitnessSigned);
}

// Others' lines in a request neither fill its state nor spoil it.
TEST_F(WitnessTest, KeepsOnlyWhatTheLogSigned) {
  std::string note = Head(7, one_).note;
  const std::string own_line = note.substr(note.rfind("\xE2\x80\x94"));
  for (int i = 0; i < 99; ++i) note += own_line;
  ASSERT_EQ(Send("old 0\n\n" + note).status, kWitnessSigned);
  EXPECT_EQ(Send(Request(7, 8, one_)).status, kWitnessSigned);
}

TEST_F(WitnessTest, FollowsARotationAndNoOtherKeys) {
  ASSERT_EQ(Send(Request(0, 7, one_)).status, kWitnessSigned);
  const SigningKey next = *SigningKey::Generate(kOrigin);
  LogKeys keys(key_.verifier());
  keys.Rotate(next.verifier(), 8);
  const Checkpoint later{kOrigin, 9, RangeRoot(0, 9, one_).value()};
  const std::string request = AddCheckpointRequest{7, ProveConsistency(7, 9, one_).value(), Sign(later, next).note}.ToString();
  EXPECT_EQ(Send(request).status, kWitnessNotSigned);
  EXPECT_EQ(witness_->AddLog(next.verifier()).error().code, ErrorCode::kRefused);
  ASSERT_HOLDS(witness_->AddLog(keys));
  EXPECT_EQ(Send(request).status, kWitnessSigned);
  EXPECT_EQ(witness_->AddLog(key_.verifier()).error().code, ErrorCode::kRefused) << "the list does not shrink";
}

TEST(AddCheckpointRequestTest, ComesBack) {
  const AddCheckpointRequest request{20'852'014, {Sha256("a"), Sha256("b")}, "note\n"};
  EXPECT_EQ(*AddCheckpointRequest::Parse(request.ToString()), request);
  EXPECT_TRUE(request.ToString().starts_with("old 20852014\n"));
}

// A log, its cosigned heads, and what the verifier makes of them.
class AnchorsTest : public LogFixture {
 protected:
  std::filesystem::path folder() const { return AnchorFolder(paths_.database); }
  SignedCheckpoint Newest() {
    auto reader = LogReader::Open(paths_, WithVault::kNo);
    return reader->NewestCheckpoint().value();
  }
  void Cosign(const SigningKey& witness, std::int64_t time) {
    const SignedCheckpoint head = Newest();
    ASSERT_HOLDS(KeepCosignature(folder(), head, CosignatureLine(head.checkpoint.ToBody(), witness, time)));
  }
  Result<WitnessReport> Check() {
    OXP_TRY(LogReader reader, LogReader::Open(paths_, WithVault::kNo));
    return CheckWitnesses(reader, folder(), Key(), policy_);
  }
  const SigningKey a_ = *SigningKey::Generate("witness.example/a", KeyType::kCosignature);
  const SigningKey b_ = *SigningKey::Generate("witness.example/b", KeyType::kCosignature);
  const Policy policy_ = *Policy::Parse("witness a " + a_.verifier().ToString() + "\nwitness b " + b_.verifier().ToString() +
                                        "\ngroup both all a b\nquorum both\n");
};

TEST_F(AnchorsTest, TheNewestHeadWithAQuorumCounts) {
  Fill(0, 5);
  EXPECT_FALSE(Check()->newest);
  Cosign(a_, 100);
  EXPECT_FALSE(Check()->newest);
  Cosign(b_, 101);
  Cosign(b_, 101);
  ASSERT_TRUE(Check()->newest);
  EXPECT_EQ(Check()->open_records(), 0U);
  Fill(5, 12);
  Cosign(a_, 200);
  const auto report = Check();
  ASSERT_HOLDS(report);
  EXPECT_EQ(report->heads.size(), 2U);
  EXPECT_EQ(report->newest->head.size, 5U);
  EXPECT_EQ(report->open_records(), 7U);
  EXPECT_FALSE(report->broken);
  EXPECT_EQ((*LastCosigned(folder(), a_.verifier()))->size, 12U);
  EXPECT_EQ((*LastCosigned(folder(), b_.verifier()))->size, 5U);
}

TEST_F(AnchorsTest, AnOlderCopyAndAForkAreTold) {
  Fill(0, 5);
  const TemporaryFolder copy;
  std::filesystem::copy(folder_.path(), copy.path() / "copy", std::filesystem::copy_options::recursive);
  Fill(5, 12);
  Cosign(a_, 100);
  Cosign(b_, 100);
  std::filesystem::copy(folder(), copy.path() / "copy/log/anchors");
  paths_ = LogPaths::Under(copy.path() / "copy");
  const auto shorter = Check();
  ASSERT_HOLDS(shorter);
  ASSERT_TRUE(shorter->broken);
  EXPECT_FALSE(shorter->fork);
  EXPECT_THAT(shorter->broken->message, HasSubstr("tail was cut off"));
  Fill(20, 30);
  const auto fork = Check();
  ASSERT_HOLDS(fork);
  ASSERT_TRUE(fork->broken);
  EXPECT_TRUE(fork->fork);
  EXPECT_THAT(fork->broken->message, testing::StartsWith("FORK"));
}

TEST_F(AnchorsTest, AlteredFilesAndPoliciesOfOthersAreTold) {
  Fill(0, 5);
  Cosign(a_, 100);
  const auto file = folder() / "000000000005.note";
  const std::string note = ReadText(file);
  const SignedCheckpoint other{{kOrigin, 5, Sha256("x")}, note};
  EXPECT_EQ(KeepCosignature(folder(), other, "x").error().code, ErrorCode::kIntegrity);
  for (std::size_t at = 0; at < note.size(); ++at) {
    std::string altered = note;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    std::ofstream(file, std::ios::binary) << altered;
    const auto report = Check();
    EXPECT_TRUE(!report || report->broken || report->heads[0].verdict.seen.empty()) << at;
  }
  std::ofstream(file, std::ios::binary) << note;
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  const auto elsewhere = Policy::Parse("log " + SigningKey::Generate("x")->verifier().ToString() + "\nquorum none\n");
  EXPECT_EQ(CheckWitnesses(*reader, folder(), Key(), *elsewhere).error().code, ErrorCode::kInvalidInput);
}

TEST_F(AnchorsTest, TheRecordOfAnAnchorIsOfItsKind) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  ASSERT_HOLDS((*log)->Append(AnchorEntry("witness", {kOrigin, 0, Sha256("")}, Sha256("line"), "witness.example/a", kNow)));
  ASSERT_HOLDS((*log)->Append(AnchorEntry("timestamp", {kOrigin, 0, Sha256("")}, Sha256("token"), {}, kNow)));
  ASSERT_HOLDS((*log)->Close());
  EXPECT_TRUE(Verify()->ok());
}

}  // namespace
}  // namespace oxpecker::audit
