// What a log gives to others: proofs of records, of its growth, its tiles, and a key that takes over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/e2e/database.h"
#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Proofs : public testing::Test {
 protected:
  Ended Verifier(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--vkey", "keys/log.vkey"});
    return RunProgram(Program::kVerify, arguments, {.folder = workspace_.path()});
  }
  const Workspace workspace_{Workspace::State::kDecided};
};

TEST_F(Proofs, ARecordIsProvenWithoutTheLog) {
  const Ended printed = workspace_.Run({"log", "prove", "7"});
  ASSERT_EQ(printed.code, kDone) << printed;
  EXPECT_THAT(printed.out, StartsWith("c2sp.org/tlog-proof@v1\nindex 7\n"));
  const Ended written = workspace_.Run({"log", "prove", workspace_.DecisionId(7), "--out", "7.proof", "--leaf", "7.leaf"});
  ASSERT_EQ(written.code, kDone) << written;
  EXPECT_EQ(ReadBytes(workspace_.path() / "7.proof"), printed.out);
  const Ended holds = Verifier({"proof", "7.proof", "--leaf", "7.leaf"});
  EXPECT_EQ(holds.code, kDone) << holds;
  EXPECT_THAT(holds.out, HasSubstr("is record 7"));
  const std::string hash = JsonText(workspace_.Run({"--json", "log", "prove", "7"}).out).At("/leaf_hash");
  EXPECT_EQ(Verifier({"proof", "7.proof", "--leaf-hash", hash}).code, kDone);
  const Ended nothing = Verifier({"proof", "7.proof"});
  EXPECT_EQ(nothing.code, kRefused) << nothing;
  EXPECT_THAT(nothing.out, HasSubstr("not shown"));
  std::string leaf = ReadBytes(workspace_.path() / "7.leaf");
  leaf[20] = static_cast<char>(leaf[20] ^ 1);
  WriteBytes(workspace_.path() / "7.leaf", leaf);
  EXPECT_EQ(Verifier({"proof", "7.proof", "--leaf", "7.leaf"}).code, kIntegrity);
  EXPECT_EQ(Verifier({"proof", "7.leaf", "--leaf", "7.leaf"}).code, kIntegrity);
  EXPECT_EQ(workspace_.Run({"log", "prove", "99"}).code, kInvalidInput);
  EXPECT_EQ(workspace_.Run({"log", "prove", "7", "--out", "log/log.db"}).code, kRefused);
  EXPECT_EQ(workspace_.Run({"log", "verify"}).code, kDone);
}

TEST_F(Proofs, AHeadThatSomebodyKeptIsTheBeginningOfTheLog) {
  std::filesystem::copy_file(workspace_.checkpoint(), workspace_.path() / "kept");
  ASSERT_EQ(workspace_.Decide(CustomerLine(1)).code, kDone);
  const Ended proven = workspace_.Run({"log", "consistency", "kept", "--out", "between.json"});
  ASSERT_EQ(proven.code, kDone) << proven;
  EXPECT_THAT(proven.out, HasSubstr("begin with the 13"));
  const std::string newest = "log/checkpoint";
  EXPECT_EQ(Verifier({"consistency", "kept", newest, "--proof", "between.json"}).code, kDone);
  EXPECT_EQ(Verifier({"consistency", "kept", "kept"}).code, kDone);
  const Ended unproven = Verifier({"consistency", "kept", newest});
  EXPECT_EQ(unproven.code, kRefused) << unproven;
  ReplaceIn(workspace_.path() / "between.json", "\"old_size\":13", "\"old_size\":12");
  EXPECT_EQ(Verifier({"consistency", "kept", newest, "--proof", "between.json"}).code, kInvalidInput);
  EXPECT_EQ(Verifier({"consistency", "kept", "between.json"}).code, kIntegrity);
}

// Two copies of a workspace that went different ways: each signs, both with the log's key.
TEST_F(Proofs, TwoHistoriesAreAFork) {
  const TemporaryFolder elsewhere;
  CopyFolder(workspace_.path(), elsewhere.path() / "copy");
  ASSERT_EQ(workspace_.Decide(CustomerLine(1)).code, kDone);
  ASSERT_EQ(RunProgram(Program::kOxpecker, {"decide", "-"}, {.folder = elsewhere.path() / "copy", .input = CustomerLine(2) + "\n"}).code, kDone);
  const std::string other = (elsewhere.path() / "copy/log/checkpoint").string();
  for (const Ended& said : {Verifier({"consistency", "log/checkpoint", other}), workspace_.Run({"log", "consistency", other})}) {
    EXPECT_EQ(said.code, kFork) << said;
    EXPECT_THAT(said.out, StartsWith("FORK"));
  }
  ASSERT_EQ(workspace_.Decide(CustomerLine(3)).code, kDone);
  const Ended later = workspace_.Run({"log", "consistency", other});
  EXPECT_EQ(later.code, kFork) << later;
  ASSERT_EQ(workspace_.Run({"log", "consistency", "keys/log.vkey"}).code, kIntegrity);
}

// What is damaged, or older, is no fork: nobody is accused of two histories for a flipped bit.
TEST_F(Proofs, DamageAndAnOlderCopyAreNoFork) {
  std::filesystem::copy_file(workspace_.checkpoint(), workspace_.path() / "kept");
  const TemporaryFolder elsewhere;
  CopyFolder(workspace_.path(), elsewhere.path() / "older");
  ASSERT_EQ(workspace_.Decide(CustomerLine(1)).code, kDone);
  const Ended behind = RunProgram(Program::kOxpecker, {"log", "consistency", workspace_.checkpoint().string()}, {.folder = elsewhere.path() / "older"});
  EXPECT_EQ(behind.code, kIntegrity) << behind;
  EXPECT_THAT(behind.err, HasSubstr("behind that head"));
  FlipBitOfLeaf(workspace_.database(), 4);
  EXPECT_EQ(workspace_.Run({"log", "consistency", "kept"}).code, kDone) << "a proof is made of hashes, and these are whole";
  Alter(workspace_.database(), "UPDATE rec SET leaf_hash=zeroblob(32) WHERE seq=4");
  const Ended damaged = workspace_.Run({"log", "consistency", "kept"});
  EXPECT_EQ(damaged.code, kIntegrity) << damaged;
  EXPECT_THAT(damaged.err, HasSubstr("shows no fork"));
}

TEST_F(Proofs, AProofThatLeadsNowhereIsBrokenAndNoFork) {
  std::filesystem::copy_file(workspace_.checkpoint(), workspace_.path() / "kept");
  ASSERT_EQ(workspace_.Decide(CustomerLine(1)).code, kDone);
  ASSERT_EQ(workspace_.Run({"log", "consistency", "kept", "--out", "between.json"}).code, kDone);
  const std::string whole = ReadBytes(workspace_.path() / "between.json");
  const JsonText proof(whole);
  const std::string first = "\"" + proof.At("/hashes/0") + "\"";
  const auto verdict = [&](const std::string& from, const std::string& to) {
    std::string altered = whole;
    const std::size_t at = altered.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    altered.replace(at, from.size(), to);
    WriteBytes(workspace_.path() / "altered.json", altered);
    return Verifier({"consistency", "kept", "log/checkpoint", "--proof", "altered.json"});
  };
  EXPECT_EQ(verdict(first + ",", "").code, kIntegrity) << "one hash less";
  std::string other = first;
  other[1] = other[1] == 'A' ? 'B' : 'A';
  const Ended flipped = verdict(first, other);
  EXPECT_EQ(flipped.code, kIntegrity) << flipped;
  EXPECT_THAT(flipped.err, HasSubstr("proof is broken"));
  EXPECT_EQ(verdict("\"old_root\":\"" + proof.At("/old_root"), "\"old_root\":\"" + proof.At("/new_root")).code, kIntegrity) << "its own roots";
  EXPECT_EQ(verdict("\"origin\":\"", "\"origin\":\"x").code, kInvalidInput) << "of another log";
  EXPECT_EQ(verdict(first, first).code, kDone);
}

TEST_F(Proofs, FilesThatAreNoneOrOneAreRefused) {
  EXPECT_EQ(workspace_.Run({"log", "prove", "7", "--out", "same", "--leaf", "./same"}).code, kUsage);
  EXPECT_FALSE(std::filesystem::exists(workspace_.path() / "same"));
  EXPECT_EQ(workspace_.Run({"log", "prove", "7", "--leaf", ""}).code, kUsage);
  ASSERT_EQ(workspace_.Run({"log", "prove", "7", "--out", "7.proof"}).code, kDone);
  EXPECT_EQ(Verifier({"proof", "7.proof", "--leaf", ""}).code, kInvalidInput);
}

TEST_F(Proofs, TilesAreTheSameEveryTimeAndNothingIsOverwritten) {
  ASSERT_EQ(workspace_.Run({"log", "export-tiles", "a"}).code, kDone);
  ASSERT_EQ(workspace_.Run({"log", "export-tiles", "b/"}).code, kDone);
  for (const char* file : {"checkpoint", "tile/0/000.p/13", "tile/entries/000.p/13"})
    EXPECT_EQ(ReadBytes(workspace_.path() / "a" / file), ReadBytes(workspace_.path() / "b" / file)) << file;
  EXPECT_EQ(ReadBytes(workspace_.path() / "a/checkpoint"), ReadBytes(workspace_.checkpoint()));
  EXPECT_EQ(ReadBytes(workspace_.path() / "a/tile/0/000.p/13").size(), 13U * 32U);
  EXPECT_EQ(workspace_.Run({"log", "export-tiles", "a"}).code, kRefused);
  EXPECT_EQ(workspace_.Run({"log", "export-tiles", "log"}).code, kRefused);
  EXPECT_FALSE(std::filesystem::exists(workspace_.path() / "a.unfinished"));
}

// A copy of keys/ from before, put back: it has no say any more, and loses none when it goes.
TEST_F(Proofs, OldKeysThatArePutBackSignNothing) {
  CopyFolder(workspace_.path() / "keys", workspace_.path() / "old");
  ASSERT_EQ(workspace_.Run({"log", "rotate-key"}).code, kDone);
  const auto swap = [&](const char* out, const char* in) {
    std::filesystem::rename(workspace_.path() / "keys", workspace_.path() / out);
    std::filesystem::rename(workspace_.path() / in, workspace_.path() / "keys");
  };
  const std::string head = ReadBytes(workspace_.checkpoint());
  swap("new", "old");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"decide", "customers.jsonl"}, {"log", "checkpoint"}, {"log", "rotate-key"}}) {
    const Ended refused = workspace_.Run(words);
    EXPECT_EQ(refused.code, kIntegrity) << refused;
    EXPECT_THAT(refused.err, HasSubstr("put back the newer log.key and log.vkey"));
  }
  EXPECT_EQ(ReadBytes(workspace_.checkpoint()), head);
  const Ended verified = workspace_.Run({"log", "verify"});
  EXPECT_EQ(verified.code, kDone) << "the log is whole: " << verified;
  EXPECT_THAT(verified.err, HasSubstr("keys/ is an older copy"));
  swap("old", "new");
  EXPECT_EQ(workspace_.Decide(CustomerLine(1)).code, kDone);
  EXPECT_EQ(workspace_.Run({"log", "verify"}).code, kDone);
}

// What a full disk leaves.
TEST_F(Proofs, AHalfWrittenNextKeyStopsNothing) {
  const auto next = workspace_.path() / "keys/log.key.next";
  WriteBytes(next, "");
  std::filesystem::permissions(next, std::filesystem::perms(0600));
  EXPECT_EQ(workspace_.Decide(CustomerLine(1)).code, kDone);
  const Ended rotated = workspace_.Run({"log", "rotate-key"});
  EXPECT_EQ(rotated.code, kDone) << rotated;
  EXPECT_THAT(rotated.err, HasSubstr("signed nothing"));
  EXPECT_EQ(workspace_.Run({"log", "verify"}).code, kDone);
}

TEST_F(Proofs, AnotherKeyTakesOver) {
  const std::string first = ReadBytes(workspace_.verifier_key());
  std::filesystem::copy_file(workspace_.checkpoint(), workspace_.path() / "kept");
  const Ended rotated = workspace_.Run({"log", "rotate-key"});
  ASSERT_EQ(rotated.code, kDone) << rotated;
  EXPECT_THAT(rotated.out, HasSubstr("from the head over 14 records on"));
  ASSERT_EQ(workspace_.Decide(CustomerLine(1)).code, kDone);
  EXPECT_EQ(workspace_.Run({"log", "verify"}).code, kDone);
  EXPECT_EQ(workspace_.RunVerifier().code, kDone);
  EXPECT_EQ(workspace_.Run({"log", "consistency", "kept"}).code, kDone);
  EXPECT_EQ(workspace_.Run({"replay", "--all"}).code, kDone);
  WriteBytes(workspace_.path() / "first.vkey", first);
  const Ended followed = RunProgram(Program::kVerify, {"log/log.db", "--key", "first.vkey"}, {.folder = workspace_.path()});
  EXPECT_EQ(followed.code, kDone) << followed;
  const Ended unknown = RunProgram(Program::kVerify, {"consistency", "kept", "log/checkpoint", "--vkey", "first.vkey"}, {.folder = workspace_.path()});
  EXPECT_EQ(unknown.code, kIntegrity) << "of a head alone nothing can be followed" << unknown;
}

}  // namespace
}  // namespace oxpecker::e2e
