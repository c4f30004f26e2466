// Another key takes over a log: what each may sign, what verifiers demand, and what a crash leaves.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "audit/checkpoint.h"
#include "audit/log_keys.h"
#include "audit/merkle.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

class LogKeysTest : public ::testing::Test {
 protected:
  static LogKeys Rotated(const VerifierKey& first, const VerifierKey& second, std::uint64_t size) {
    LogKeys keys = first;
    keys.Rotate(second, size);
    return keys;
  }
  SigningKey old_ = *SigningKey::Generate(kOrigin);
  SigningKey new_ = *SigningKey::Generate(kOrigin);
  LogKeys keys_ = Rotated(old_.verifier(), new_.verifier(), 100);
  static Checkpoint At(std::uint64_t size) { return {kOrigin, size, LeafHash("root")}; }
};

TEST_F(LogKeysTest, OneKeyIsWrittenAsItAlwaysWas) {
  const LogKeys one = old_.verifier();
  EXPECT_EQ(one.ToString(), old_.verifier().ToString() + "\n");
  EXPECT_EQ(*LogKeys::Parse(one.ToString()), one);
}

TEST_F(LogKeysTest, TheLinesComeBack) {
  const std::string a = old_.verifier().ToString();
  const std::string b = new_.verifier().ToString();
  EXPECT_EQ(keys_.ToString(), a + " 0 100\n" + b + " 100\n");
  EXPECT_EQ(*LogKeys::Parse(keys_.ToString()), keys_);
  EXPECT_EQ(*LogKeys::FromFileOrText(keys_.ToString()), keys_);
  LogKeys again = keys_;
  again.Rotate(old_.verifier(), 200);
  EXPECT_EQ(again, keys_) << "a key that was retired does not come back";
  for (const std::string& wrong :
       {a + " 0 100\n" + b + " 101\n", a + " 0\n" + b + " 100\n", a + "\n" + b + "\n", a + " 1\n", a + " 0 100\n" + a + " 100\n",
        a + " 0 100 200\n", a + " 00 100\n" + b + " 100\n", a + " 0  100\n", a + " 0 100\n\n", std::string(),
        a + " 0 100\n" + SigningKey::Generate("bank.example/y")->verifier().ToString() + " 100\n",
        a + " 0 100\n" + b + " 100 99\n", a + " 0 18446744073709551616\n"})
    EXPECT_FALSE(LogKeys::Parse(wrong)) << wrong;
}

TEST_F(LogKeysTest, EachKeySignsTheHeadsOfItsTerm) {
  const auto opens = [&](const SignedCheckpoint& head) { return OpenCheckpoint(head.note, keys_); };
  EXPECT_TRUE(opens(Sign(At(99), old_)));
  EXPECT_TRUE(opens(Sign(At(100), old_)));
  EXPECT_TRUE(opens(Sign(At(100), new_)));
  EXPECT_TRUE(opens(AddSignature(Sign(At(100), old_), new_)));
  EXPECT_TRUE(opens(Sign(At(101), new_)));
  EXPECT_TRUE(opens(AddSignature(Sign(At(101), old_), new_))) << "one that counts is there";
  const auto late = opens(Sign(At(101), old_));
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().message.find("a key that was retired at 100 records"), std::string::npos) << late.error().message;
  const auto early = opens(Sign(At(99), new_));
  ASSERT_FALSE(early);
  EXPECT_NE(early.error().message.find("a key that signs from 100 records on"), std::string::npos) << early.error().message;
}

TEST_F(LogKeysTest, ManySignaturesAreReadAndOneFalseOneOfAKnownKeySpoilsTheNote) {
  SignedCheckpoint head = Sign(At(101), new_);
  for (int i = 0; i < 15; ++i) head = AddSignature(std::move(head), *SigningKey::Generate("witness.example/" + std::to_string(i)));
  EXPECT_TRUE(OpenCheckpoint(head.note, keys_)) << "sixteen signatures, fifteen of them by unknown keys";
  EXPECT_TRUE(IsSignedBy(head.note, new_.verifier()));
  EXPECT_FALSE(IsSignedBy(head.note, old_.verifier()));
  // A line of the retired key that holds for another head.
  const std::string other = Sign(At(7), old_).note;
  const std::string line = other.substr(other.find("\n\n") + 2);
  const auto spoilt = OpenCheckpoint(head.note + line, keys_);
  ASSERT_FALSE(spoilt);
  EXPECT_NE(spoilt.error().message.find("does not hold"), std::string::npos);
  EXPECT_FALSE(IsSignedBy(head.note + line, old_.verifier()));
}

class KeyRotationTest : public LogFixture {
 protected:
  void SetUp() override {
    LogFixture::SetUp();
    first_ = ReadText(paths_.verifier_key);
    Fill(0, 10);
  }
  void Rotate() {
    auto log = OpenLog();
    ASSERT_HOLDS(log);
    const auto head = (*log)->RotateKey();
    ASSERT_HOLDS(head);
    EXPECT_EQ(Note::Parse(head->note)->signatures.size(), 2U);
    ASSERT_HOLDS((*log)->Append(EntryNumber(1'000 + head->checkpoint.size)));
    ASSERT_HOLDS((*log)->Close());
  }
  std::string BreakWith(const LogKeys& keys) {
    const auto result = VerifyLog(paths_.database, {.key = keys, .published_note = ReadText(paths_.published_checkpoint)});
    if (!result) return result.error().ToString();
    EXPECT_EQ(result->ok(), result->authenticity == Verdict::kHolds);
    return result->first_break ? result->first_break->ToString() : "none";
  }
  LogKeys Stored() { return *LogKeys::FromFileOrText(paths_.verifier_key.string()); }
  std::filesystem::path next_key() const { return paths_.signing_key.string() + ".next"; }
  std::string first_;  // the key file as it was at the beginning
};

TEST_F(KeyRotationTest, TheNewKeySignsAndBothListsVerify) {
  Rotate();
  const LogKeys keys = Stored();
  ASSERT_EQ(keys.terms().size(), 2U);
  EXPECT_EQ(keys.terms()[0].last_size, 11U);
  EXPECT_EQ(SigningKey::Load(paths_.signing_key)->verifier(), keys.current());
  EXPECT_FALSE(std::filesystem::exists(next_key()));
  EXPECT_EQ(BreakWith(keys), "none");
  EXPECT_EQ(BreakWith(*LogKeys::Parse(first_)), "none") << "who knows the first key alone follows the log";
  EXPECT_NE(BreakWith(LogKeys(keys.current())), "none") << "the last one alone did not sign the beginning";
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  const auto record = reader->Read(10);
  ASSERT_HOLDS(record);
  EXPECT_EQ(record->kind, RecordKind::kKeyRotation);
  EXPECT_EQ(*record->about.Find("new_key")->string(), keys.current().ToString());
  Rotate();
  Fill(20, 30);
  EXPECT_EQ(Stored().terms().size(), 3U);
  EXPECT_EQ(BreakWith(Stored()), "none");
  EXPECT_EQ(BreakWith(*LogKeys::Parse(first_)), "none");
}

// The thief of a retired key signs a head of more records than it may.
TEST_F(KeyRotationTest, ARetiredKeyIsRefusedByAVerifierWithTheFirstKeyOnly) {
  const auto stolen = SigningKey::Load(paths_.signing_key);
  ASSERT_HOLDS(stolen);
  Rotate();
  const auto newest = LogReader::Open(paths_, WithVault::kNo)->NewestCheckpoint();
  ASSERT_HOLDS(newest);
  const std::string forged = Sign(newest->checkpoint, *stolen).note;
  for (const LogKeys& keys : {Stored(), *LogKeys::Parse(first_)}) {
    const auto result = VerifyLog(paths_.database, {.key = keys, .published_note = forged});
    ASSERT_HOLDS(result);
    ASSERT_FALSE(result->ok());
    EXPECT_EQ(result->authenticity, Verdict::kBroken);
    EXPECT_NE(result->first_break->ToString().find("a key that was retired at 11 records"), std::string::npos)
        << result->first_break->ToString();
  }
}

TEST_F(KeyRotationTest, AKeyThatWasMadeAndNotUsedYetChangesNothing) {
  std::ofstream(next_key()) << SigningKey::Generate(kOrigin)->ToString() << "\n";
  std::filesystem::permissions(next_key(), std::filesystem::perms(0600));
  const std::string waiting = ReadText(next_key());
  Fill(10, 12);
  EXPECT_EQ(ReadText(paths_.verifier_key), first_);
  Rotate();
  EXPECT_EQ(ReadText(paths_.signing_key), waiting) << "the one that was made is taken";
  EXPECT_EQ(BreakWith(Stored()), "none");
}

// Stopped after the head was signed by both keys: before the list of keys was written, and after it.
TEST_F(KeyRotationTest, OpeningEndsWhatWasBegun) {
  const std::string old_key = ReadText(paths_.signing_key);
  {
    auto log = OpenLog();
    ASSERT_HOLDS(log);
    ASSERT_HOLDS((*log)->RotateKey());
    ASSERT_HOLDS((*log)->Close());
  }
  const std::string new_key = ReadText(paths_.signing_key);
  const std::string list = ReadText(paths_.verifier_key);
  for (const std::string& listed : {first_, list}) {
    std::ofstream(next_key()) << new_key;
    std::filesystem::permissions(next_key(), std::filesystem::perms(0600));
    std::ofstream(paths_.signing_key) << old_key;
    std::ofstream(paths_.verifier_key) << listed;
    auto log = OpenLog();
    ASSERT_HOLDS(log);
    ASSERT_HOLDS((*log)->Close());
    EXPECT_EQ(ReadText(paths_.signing_key), new_key);
    EXPECT_EQ(ReadText(paths_.verifier_key), list);
    EXPECT_FALSE(std::filesystem::exists(next_key()));
  }
  // With the retired key and nothing else, nothing is signed.
  std::ofstream(paths_.signing_key) << old_key;
  EXPECT_EQ(OpenLog().error().code, ErrorCode::kIntegrity);
  std::ofstream(paths_.verifier_key) << SigningKey::Generate(kOrigin)->verifier().ToString();
  EXPECT_EQ(OpenLog().error().code, ErrorCode::kIntegrity) << "a list of another key";
}

// Somebody puts a copy of keys/ back that was made before the rotation: the list says nothing of it, the
// log does.
TEST_F(KeyRotationTest, AnOlderCopyOfTheKeysSignsNothing) {
  const std::string old_key = ReadText(paths_.signing_key);
  const auto put = [&](const std::string& key, const std::string& list) {
    std::ofstream(paths_.signing_key) << key;
    std::ofstream(paths_.verifier_key) << list;
  };
  const auto size = [&] { return LogReader::Open(paths_, WithVault::kNo)->size(); };
  {
    auto log = OpenLog();
    ASSERT_HOLDS(log);
    ASSERT_HOLDS((*log)->RotateKey());  // and nothing after it: the last head is signed by both
    ASSERT_HOLDS((*log)->Close());
  }
  const std::string new_key = ReadText(paths_.signing_key);
  const std::string list = ReadText(paths_.verifier_key);
  for (const bool later : {false, true}) {
    if (later) Fill(20, 25);
    const std::uint64_t before = size();
    put(old_key, first_);
    const auto refused = OpenLog();
    ASSERT_FALSE(refused) << later;
    EXPECT_EQ(refused.error().code, ErrorCode::kIntegrity);
    EXPECT_NE(refused.error().ToString().find("put back the newer log.key and log.vkey"), std::string::npos) << refused.error().ToString();
    EXPECT_EQ(size(), before);
    put(new_key, list);
    ASSERT_HOLDS(OpenLog());
    EXPECT_EQ(BreakWith(Stored()), "none");
  }
}

TEST_F(KeyRotationTest, NewerKeysDoNotSignAnOlderLog) {
  const TemporaryFolder kept;
  std::filesystem::copy(paths_.database.parent_path(), kept.path() / "log", std::filesystem::copy_options::recursive);
  Rotate();
  std::filesystem::remove_all(paths_.database.parent_path());
  std::filesystem::copy(kept.path() / "log", paths_.database.parent_path(), std::filesystem::copy_options::recursive);
  const auto refused = OpenLog();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIntegrity);
  EXPECT_NE(refused.error().message.find("an older copy of the log"), std::string::npos) << refused.error().ToString();
}

// What a full disk leaves of the next key.
TEST_F(KeyRotationTest, AKeyThatWasHalfWrittenStopsNobodyAndIsReplaced) {
  const std::string whole = SigningKey::Generate(kOrigin)->ToString() + "\n";
  for (const std::string& left : {std::string(), whole.substr(0, 40)}) {
    std::ofstream(next_key()) << left;
    std::filesystem::permissions(next_key(), std::filesystem::perms(0600));
    const std::uint64_t size = LogReader::Open(paths_, WithVault::kNo)->size();
    Fill(100 + size, 102 + size);
    Rotate();
    EXPECT_FALSE(std::filesystem::exists(next_key()));
    EXPECT_EQ(BreakWith(Stored()), "none");
  }
}

TEST_F(KeyRotationTest, AKeyOfAnotherLogOrAnOldOneDoesNotTakeOver) {
  Rotate();
  const std::string used = ReadText(paths_.signing_key);
  const std::string list = ReadText(paths_.verifier_key);
  for (const std::string& left : {SigningKey::Generate("bank.example/other")->ToString() + "\n", used}) {
    std::ofstream(next_key()) << left;
    std::filesystem::permissions(next_key(), std::filesystem::perms(0600));
    auto log = OpenLog();
    ASSERT_HOLDS(log);
    const auto refused = (*log)->RotateKey();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kRefused) << refused.error().ToString();
    ASSERT_HOLDS((*log)->Append(EntryNumber(2'000 + left.size())));
    ASSERT_HOLDS((*log)->Close());
    EXPECT_EQ(ReadText(next_key()), left) << "it is not ours to remove";
    EXPECT_EQ(ReadText(paths_.signing_key), used);
    EXPECT_EQ(ReadText(paths_.verifier_key), list);
    EXPECT_EQ(BreakWith(Stored()), "none");
  }
}

}  // namespace
}  // namespace oxpecker::audit
