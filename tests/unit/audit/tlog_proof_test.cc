#include "audit/tlog_proof.h"

#include <gtest/gtest.h>

#include "audit/merkle.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

class TlogProofTest : public LogFixture {
 protected:
  void SetUp() override {
    LogFixture::SetUp();
    Fill(0, 300);
    auto reader = LogReader::Open(paths_, WithVault::kNo);
    ASSERT_HOLDS(reader);
    const auto head = reader->NewestCheckpoint();
    ASSERT_HOLDS(head);
    const auto path = reader->ProveInclusion(17, head->checkpoint);
    ASSERT_HOLDS(path);
    leaf_hash_ = reader->Read(17)->leaf_hash;
    proof_ = {.index = 17, .hashes = *path, .checkpoint = head->note};
  }
  Digest leaf_hash_;
  TlogProof proof_;
};

TEST_F(TlogProofTest, ComesBackAndVerifies) {
  for (const auto& extra : {std::optional<std::string>(), std::optional<std::string>("salt \xff"), std::optional<std::string>("")}) {
    proof_.extra = extra;
    const auto parsed = TlogProof::Parse(proof_.ToString());
    ASSERT_HOLDS(parsed);
    EXPECT_EQ(*parsed, proof_);
    const auto head = VerifyProof(*parsed, leaf_hash_, Key());
    ASSERT_HOLDS(head);
    EXPECT_EQ(head->size, 300U);
  }
  EXPECT_TRUE(proof_.ToString().starts_with("c2sp.org/tlog-proof@v1\nextra \nindex 17\n"));
}

TEST_F(TlogProofTest, EveryFlippedBitIsRefused) {
  const std::string file = proof_.ToString();
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    std::string flipped = file;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto parsed = TlogProof::Parse(flipped);
    EXPECT_FALSE(parsed && VerifyProof(*parsed, leaf_hash_, Key())) << "bit " << bit;
  }
  EXPECT_FALSE(VerifyProof(proof_, LeafHash("another"), Key()));
}

TEST_F(TlogProofTest, HasOneForm) {
  const std::string note = proof_.checkpoint;
  const std::string hash = "YKU+7Q3oepDI5ZQnxZxGJTwzp2oJUCpRgBMAknt+a9w=\n";
  const std::string first = "c2sp.org/tlog-proof@v1\n";
  EXPECT_TRUE(TlogProof::Parse(first + "index 0\n\n" + note));
  EXPECT_TRUE(TlogProof::Parse(first + "index 0\n" + hash + "\n" + note));
  for (const std::string& wrong :
       {"c2sp.org/tlog-proof@v2\nindex 0\n\n" + note, first + "index 00\n\n" + note, first + "index -1\n\n" + note,
        first + "index 0 \n\n" + note, first + "index 18446744073709551616\n\n" + note, first + "\n" + note,
        first + "extra a\nindex 0\n\n" + note, first + "index 0\nextra YQ==\n\n" + note,
        first + "extra YQ==\nextra YQ==\nindex 0\n\n" + note, first + "index 0\n" + hash + note.substr(0, 3),
        first + "index 0\n" + hash.substr(0, 43) + "\n\n" + note, first + "index 0\n" + hash.substr(4) + "\n" + note,
        "\n" + first + "index 0\n\n" + note, first + "index 0\r\n\n" + note, std::string(), first,
        std::string(2U << 20U, 'x')})
    EXPECT_FALSE(TlogProof::Parse(wrong)) << wrong.substr(0, 200);
  std::string many = first + "index 0\n";
  for (int i = 0; i < 63; ++i) many += hash;
  EXPECT_TRUE(TlogProof::Parse(many + "\n" + note));
  EXPECT_FALSE(TlogProof::Parse(many + hash + "\n" + note));
}

TEST_F(TlogProofTest, AConsistencyProofComesBack) {
  Fill(300, 520);
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  const Checkpoint older = ReadCheckpoint(proof_.checkpoint).value();
  const Checkpoint newer = reader->NewestCheckpoint()->checkpoint;
  const auto path = reader->ProveConsistency(older, newer);
  ASSERT_HOLDS(path);
  const ConsistencyProof proof{older, newer, *path};
  const auto parsed = ConsistencyProof::Parse(proof.ToString());
  ASSERT_HOLDS(parsed);
  EXPECT_EQ(parsed->older, older);
  EXPECT_EQ(parsed->newer, newer);
  EXPECT_EQ(parsed->hashes, *path);
  for (const char* wrong :
       {"", "[]", "{}", R"({"hashes":[],"new_root":"x","new_size":1,"old_root":"x","old_size":0})",
        R"({"hashes":{},"new_root":"YKU+7Q3oepDI5ZQnxZxGJTwzp2oJUCpRgBMAknt+a9w=","new_size":1,"old_root":"YKU+7Q3oepDI5ZQnxZxGJTwzp2oJUCpRgBMAknt+a9w=","old_size":0})",
        R"({"hashes":[1],"new_root":"YKU+7Q3oepDI5ZQnxZxGJTwzp2oJUCpRgBMAknt+a9w=","new_size":1,"old_root":"YKU+7Q3oepDI5ZQnxZxGJTwzp2oJUCpRgBMAknt+a9w=","old_size":0})",
        R"({"hashes":[],"new_root":"YKU+7Q3oepDI5ZQnxZxGJTwzp2oJUCpRgBMAknt+a9w=","new_size":1e3,"old_root":"YKU+7Q3oepDI5ZQnxZxGJTwzp2oJUCpRgBMAknt+a9w=","old_size":0})"})
    EXPECT_FALSE(ConsistencyProof::Parse(wrong)) << wrong;
}

}  // namespace
}  // namespace oxpecker::audit
