#include "audit/cosignature.h"

#include <gtest/gtest.h>

#include "audit/policy.h"
#include "base/encoding.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

SigningKey Witness(const std::string& name) { return *SigningKey::Generate(name, KeyType::kCosignature); }

class CosignatureTest : public testing::Test {
 protected:
  const SigningKey log_ = *SigningKey::Generate(kOrigin);
  const SigningKey witness_ = Witness("witness.example/w1");
  const Checkpoint head_{kOrigin, 17, Sha256("root")};
  const std::string note_ = Sign(head_, log_).note;
};

TEST_F(CosignatureTest, IsTheMessageOfTheFormat) {
  const std::string line = CosignatureLine(head_.ToBody(), witness_, 1'679'315'147);
  ASSERT_TRUE(line.starts_with("\xE2\x80\x94 witness.example/w1 ") && line.ends_with('\n'));
  const auto payload = Base64Decode(line.substr(0, line.size() - 1).substr(line.rfind(' ') + 1));
  ASSERT_TRUE(payload);
  ASSERT_EQ(payload->size(), 76U);
  EXPECT_EQ(HexEncode(payload->substr(4, 8)), "00000000641850cb");
  EXPECT_TRUE(witness_.verifier().Verify("cosignature/v1\ntime 1679315147\n" + head_.ToBody(), payload->substr(12)));
}

TEST_F(CosignatureTest, KeysOfLogsAndWitnessesAreNotTakenForEachOther) {
  const std::string text = witness_.verifier().ToString();
  const auto as_log = VerifierKey::Parse(text);
  ASSERT_FALSE(as_log);
  EXPECT_NE(as_log.error().message.find("key of a witness"), std::string::npos) << as_log.error().ToString();
  EXPECT_EQ(*VerifierKey::Parse(text, KeyType::kCosignature), witness_.verifier());
  EXPECT_FALSE(VerifierKey::Parse(log_.verifier().ToString(), KeyType::kCosignature));
  EXPECT_EQ(SigningKey::Parse(witness_.ToString(), KeyType::kCosignature)->verifier(), witness_.verifier());
  EXPECT_FALSE(SigningKey::Parse(witness_.ToString()));
  // The same name and bytes under the other type have another id.
  const std::string seed = witness_.ToString();
  EXPECT_NE(witness_.verifier().key_id(), log_.verifier().key_id());
}

TEST_F(CosignatureTest, EveryFlippedBitSpoilsIt) {
  const std::string line = CosignatureLine(head_.ToBody(), witness_, 1'780'000'000);
  const auto payload = *Base64Decode(line.substr(0, line.size() - 1).substr(line.rfind(' ') + 1));
  const std::string signature = payload.substr(4);
  EXPECT_EQ(CosignedAt(head_.ToBody(), signature, witness_.verifier()), 1'780'000'000);
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    std::string flipped = signature;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(CosignedAt(head_.ToBody(), flipped, witness_.verifier())) << bit;
  }
  EXPECT_FALSE(CosignedAt(Checkpoint{kOrigin, 18, head_.root}.ToBody(), signature, witness_.verifier()));
  EXPECT_FALSE(CosignedAt(head_.ToBody(), signature.substr(1), witness_.verifier()));
  EXPECT_FALSE(CosignedAt(head_.ToBody(), "", witness_.verifier()));
}

TEST_F(CosignatureTest, UnknownWitnessesAreIgnoredAndKnownOnesMustHold) {
  const std::string cosigned = note_ + CosignatureLine(head_.ToBody(), witness_, 5) + CosignatureLine(head_.ToBody(), Witness("other"), 6);
  const VerifierKey known[] = {witness_.verifier()};
  const auto found = CosignaturesOf(*Note::Parse(cosigned), known);
  ASSERT_HOLDS(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ((*found)[0], (Cosignature{witness_.verifier(), 5}));
  EXPECT_TRUE(OpenCheckpoint(cosigned, log_.verifier())) << "the log's own signature counts as before";
  const std::string of_another = note_ + CosignatureLine(Checkpoint{kOrigin, 16, head_.root}.ToBody(), witness_, 5);
  EXPECT_EQ(CosignaturesOf(*Note::Parse(of_another), known).error().code, ErrorCode::kIntegrity);
}

class PolicyTest : public CosignatureTest {
 protected:
  PolicyTest() {
    for (const char* name : {"x1", "x2", "x3", "y1"}) {
      keys_.push_back(Witness("witness.example/" + std::string(name)));
      lines_ += std::string("witness ") + name + "  " + keys_.back().verifier().ToString() + "\thttps://witness.example/\n";
    }
  }
  // Cosigned by these of the four, as bits.
  std::string CosignedBy(unsigned bits) const {
    std::string note = note_;
    for (std::size_t i = 0; i < keys_.size(); ++i)
      if ((bits >> i & 1U) != 0) note += CosignatureLine(head_.ToBody(), keys_[i], static_cast<std::int64_t>(100 + i));
    return note;
  }
  bool Quorum(const std::string& rest, unsigned bits) const {
    const auto policy = Policy::Parse(lines_ + rest);
    EXPECT_TRUE(policy) << rest;
    const auto verdict = policy->Judge(CosignedBy(bits));
    EXPECT_TRUE(verdict);
    return verdict->quorum;
  }
  std::vector<SigningKey> keys_;
  std::string lines_;
};

TEST_F(PolicyTest, QuorumsOverAllSetsOfWitnesses) {
  for (unsigned bits = 0; bits < 16; ++bits) {
    const bool x1 = (bits & 1) != 0, x2 = (bits & 2) != 0, x3 = (bits & 4) != 0, y1 = (bits & 8) != 0;
    const int x = x1 + x2 + x3;
    EXPECT_TRUE(Quorum("quorum none\n", bits));
    EXPECT_EQ(Quorum("quorum y1\n", bits), y1) << bits;
    EXPECT_EQ(Quorum("group x any x1 x2 x3\nquorum x\n", bits), x >= 1) << bits;
    EXPECT_EQ(Quorum("group x 2 x1 x2 x3\nquorum x\n", bits), x >= 2) << bits;
    EXPECT_EQ(Quorum("group x all x1 x2 x3\nquorum x\n", bits), x == 3) << bits;
    EXPECT_EQ(Quorum("group x 2 x1 x2 x3\n# both\n  \ngroup both all x y1\nquorum both\n", bits), x >= 2 && y1) << bits;
  }
}

TEST_F(PolicyTest, SaysWhoSignedAndWhatIsNeeded) {
  const auto policy = Policy::Parse("log " + log_.verifier().ToString() + "\n" + lines_ + "group x 2 x1 x2 x3\ngroup g all x y1\nquorum g");
  ASSERT_HOLDS(policy);
  EXPECT_EQ(policy->Needed(), "2 of (2 of (x1, x2, x3), y1)");
  EXPECT_EQ(policy->logs().size(), 1U);
  EXPECT_EQ(policy->witnesses()[3].url, "https://witness.example/");
  const auto verdict = policy->Judge(CosignedBy(0b1010) + CosignatureLine(head_.ToBody(), keys_[1], 7));
  ASSERT_HOLDS(verdict);
  EXPECT_FALSE(verdict->quorum) << "one witness counts once";
  ASSERT_EQ(verdict->seen.size(), 2U);
  EXPECT_EQ(verdict->seen[0], (WitnessSeen{"x2", "witness.example/x2", 7})) << "the first time counts";
}

TEST_F(PolicyTest, WrongLinesAreNamed) {
  const std::string x1 = keys_[0].verifier().ToString();
  const std::string log = log_.verifier().ToString();
  for (const auto& [text, line] : std::vector<std::pair<std::string, std::string>>{
           {"witness a " + x1 + "\n", "policy"},                                       // no quorum
           {"quorum none\nquorum none\n", "line 2"},
           {"quorum a\n", "line 1"},
           {"witness a " + log + "\nquorum a\n", "line 1"},                            // a log's key
           {"log " + x1 + "\nquorum none\n", "line 1"},
           {"witness a " + x1 + "\nwitness b " + x1 + "\nquorum a\n", "line 2"},        // one key, two names
           {"witness none " + x1 + "\nquorum none\n", "line 1"},
           {"witness a " + x1 + "\ngroup a any a\nquorum a\n", "line 2"},
           {"witness a " + x1 + "\ngroup g 2 a\nquorum g\n", "line 2"},
           {"witness a " + x1 + "\ngroup g 0 a\nquorum g\n", "line 2"},
           {"witness a " + x1 + "\ngroup g any a a\nquorum g\n", "line 2"},
           {"witness a " + x1 + "\ngroup g any a\ngroup h any a\nquorum h\n", "line 3"},  // in two groups
           {"group g any a\nwitness a " + x1 + "\nquorum g\n", "line 1"},
           {"witness a " + x1 + " u v\nquorum a\n", "line 1"},
           {"trust a\nquorum none\n", "line 1"},
           {"quorum none\r\n", "policy"}}) {
    const auto policy = Policy::Parse(text);
    ASSERT_FALSE(policy) << text;
    EXPECT_NE(policy.error().place.find(line), std::string::npos) << text << policy.error().ToString();
  }
}

}  // namespace
}  // namespace oxpecker::audit
