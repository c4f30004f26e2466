#include "tests/unit/audit/erasure_fixture.h"

namespace oxpecker::audit {
namespace {

using testing::HasSubstr;
using testing::Not;

class CertificateTest : public ErasureTest {
 protected:
  void SetUp() override {
    ErasureTest::SetUp();
    Fill(0, 30);
    ASSERT_HOLDS(EraseOnce("customer-3"));
    LogReader reader = Reader();
    auto note = CertifyErasure(reader, *reader.Read(30), *SignerOf(*SigningKey::Load(paths_.signing_key)), Key());
    ASSERT_HOLDS(note);
    note_ = *note;
  }
  std::string note_;
};

TEST_F(CertificateTest, SaysWhatWhenByWhomWhatRemainsAndWhy) {
  const auto opened = OpenCertificate(note_, Key());
  ASSERT_HOLDS(opened);
  EXPECT_EQ(*opened->Find("ranges")->string(), "3,10,17,24");
  EXPECT_EQ(*opened->Find("by")->string(), "K. Lind");
  EXPECT_EQ(*opened->Find("basis")->string(), "GDPR Art. 17(1)(b)");
  EXPECT_EQ(*opened->Find("record")->string(), "30");
  EXPECT_EQ(*opened->Find("leaf_hash")->string(), Reader().Read(30)->leaf_hash.ToHex());
  EXPECT_EQ(opened->Find("remains")->array()->size(), 4U);
  for (const char* said : {"records 3,10,17,24\n", "By:           K. Lind\n", "What remains, and why:\n", kOrigin})
    EXPECT_THAT(note_, HasSubstr(said));
  EXPECT_THAT(note_, Not(HasSubstr("customer-3")));
}

TEST_F(CertificateTest, MadeAgainItIsTheSame) {
  LogReader reader = Reader();
  EXPECT_EQ(*CertifyErasure(reader, *reader.Read(30), *SignerOf(*SigningKey::Load(paths_.signing_key)), Key()), note_);
  EXPECT_FALSE(CertifyErasure(reader, *reader.Read(3), *SignerOf(*SigningKey::Load(paths_.signing_key)), Key()));
}

TEST_F(CertificateTest, EveryFlippedBitIsFound) {
  ASSERT_TRUE(OpenCertificate(note_, Key()));
  for (std::size_t at = 0; at < note_.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string altered = note_;
      altered[at] = static_cast<char>(altered[at] ^ (1 << bit));
      ASSERT_FALSE(OpenCertificate(altered, Key())) << at << "." << bit;
    }
}

TEST_F(CertificateTest, IsSignedWithTheKeyInUseOnly) {
  LogReader reader = Reader();
  const Record record = *reader.Read(30);
  const auto used = SignerOf(*SigningKey::Load(paths_.signing_key));
  const auto other = SignerOf(*SigningKey::Generate(kOrigin));
  const auto elsewhere = SignerOf(*SigningKey::Generate("bank.example/other"));
  LogKeys rotated = used->verifier();
  rotated.Rotate(other->verifier(), 31);
  EXPECT_EQ(CertifyErasure(reader, record, *used, rotated).error().code, ErrorCode::kIntegrity) << "retired";
  EXPECT_EQ(CertifyErasure(reader, record, *other, used->verifier()).error().code, ErrorCode::kIntegrity) << "unknown";
  EXPECT_EQ(CertifyErasure(reader, record, *elsewhere, elsewhere->verifier()).error().code, ErrorCode::kIntegrity) << "of another log";
  ASSERT_HOLDS(CertifyErasure(reader, record, *used, used->verifier()));
}

// One digit of the record's ranges, and its leaf hash made anew.
TEST_F(CertificateTest, IsNotSignedForARecordThatIsNotTheSignedOne) {
  Record record = *Reader().Read(30);
  const std::size_t at = record.leaf.find("\"ranges\":\"3,10,");
  ASSERT_NE(at, std::string::npos);
  record.leaf[at + 10] = '2';
  const auto hex = [](std::string_view bytes) { return "x'" + HexEncode(bytes) + "'"; };
  AlterRecords(paths_, "UPDATE rec SET leaf=" + hex(record.leaf) + ", leaf_hash=" + hex(LeafHash(record.leaf).view()) + " WHERE seq=30");
  LogReader reader = Reader();
  const auto read = reader.Read(30);
  ASSERT_HOLDS(read);
  EXPECT_EQ(*read->about.Find("ranges")->string(), "2,10,17,24") << "by itself it looks well";
  const auto note = CertifyErasure(reader, *read, *SignerOf(*SigningKey::Load(paths_.signing_key)), Key());
  ASSERT_FALSE(note);
  EXPECT_EQ(note.error().code, ErrorCode::kIntegrity);
}

TEST_F(CertificateTest, ItIsNoCheckpoint) { EXPECT_FALSE(OpenCheckpoint(note_, Key())); }

}  // namespace
}  // namespace oxpecker::audit
