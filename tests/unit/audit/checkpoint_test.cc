#include "audit/checkpoint.h"

#include <gtest/gtest.h>

#include "audit/merkle.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

class CheckpointTest : public ::testing::Test {
 protected:
  SigningKey key_ = *SigningKey::Generate("bank.example/x");
  Checkpoint checkpoint_{"bank.example/x", 4'096, LeafHash("root")};
  SignedCheckpoint signed_ = Sign(checkpoint_, key_);
};

TEST_F(CheckpointTest, OpensWhatWasSigned) {
  const auto opened = OpenCheckpoint(signed_.note, key_.verifier());
  ASSERT_HOLDS(opened);
  EXPECT_EQ(*opened, checkpoint_);
  EXPECT_EQ(*ReadCheckpoint(signed_.note), checkpoint_);
  EXPECT_TRUE(signed_.note.starts_with("bank.example/x\n4096\n"));
}

TEST_F(CheckpointTest, RefusesEveryFlippedBit) {
  for (std::size_t bit = 0; bit < signed_.note.size() * 8; ++bit) {
    std::string flipped = signed_.note;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(OpenCheckpoint(flipped, key_.verifier())) << bit;
  }
}

TEST_F(CheckpointTest, RefusesAnotherKeyAndAnotherOrigin) {
  const SigningKey other = *SigningKey::Generate("bank.example/x");
  EXPECT_FALSE(OpenCheckpoint(signed_.note, other.verifier()));
  const SignedCheckpoint foreign = Sign({"bank.example/y", 1, Digest()}, key_);
  EXPECT_FALSE(OpenCheckpoint(foreign.note, key_.verifier()));
}

TEST_F(CheckpointTest, IgnoresUnknownSignaturesAndHoldsTheKnownToTheirs) {
  const SigningKey witness = *SigningKey::Generate("witness.example");
  const std::string line = Sign(checkpoint_, witness).note.substr(checkpoint_.ToBody().size() + 1);
  EXPECT_TRUE(OpenCheckpoint(signed_.note + line, key_.verifier()));
  EXPECT_TRUE(OpenCheckpoint(signed_.note + line, witness.verifier()).has_value() == false)
      << "a witness is not the log";
  // A second signature in the key's name that does not hold spoils the note.
  const SignedCheckpoint others = Sign({"bank.example/x", 5, Digest()}, key_);
  const std::string wrong = others.note.substr(others.checkpoint.ToBody().size() + 1);
  EXPECT_FALSE(OpenCheckpoint(signed_.note + wrong, key_.verifier()));
}

TEST_F(CheckpointTest, TheBodyHasOneForm) {
  const std::string root = checkpoint_.ToBody().substr(20);
  EXPECT_TRUE(Checkpoint::FromBody("bank.example/x\n4096\n" + root));
  for (const std::string& body :
       {"bank.example/x\n04096\n" + root, "bank.example/x\n+4096\n" + root,
        "bank.example/x\n\n" + root, "bank.example/x\n4096 \n" + root,
        "bank.example/x\n18446744073709551616\n" + root, "\n4096\n" + root,
        "bank.example/x\n4096\n" + root + "extension\n", "bank.example/x\n4096\n" + root.substr(4),
        "bank.example/x\n4096\n" + root.substr(0, root.size() - 1), std::string()})
    EXPECT_FALSE(Checkpoint::FromBody(body)) << body;
}

TEST_F(CheckpointTest, NotesWithoutSignaturesOrWithControlCharactersAreNone) {
  const std::string body = checkpoint_.ToBody();
  EXPECT_FALSE(Note::Parse(body));
  EXPECT_FALSE(Note::Parse(body + "\n"));
  EXPECT_FALSE(Note::Parse(signed_.note.substr(0, signed_.note.size() - 1)));
  EXPECT_FALSE(Note::Parse("a\tb\n" + signed_.note));
  EXPECT_FALSE(Note::Parse("\xff\n" + signed_.note));
}

}  // namespace
}  // namespace oxpecker::audit
