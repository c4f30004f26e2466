#include "audit/crypto.h"

#include <gtest/gtest.h>

#include "audit/section_cipher.h"
#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

std::string Hex(std::string_view text) { return *HexDecode(text); }

TEST(CryptoTest, HmacVectorsOfRfc4231) {
  EXPECT_EQ(HmacSha256(std::string(20, '\x0b'), "Hi There").ToHex(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(HmacSha256("Jefe", "what do ya ", "want for ", "nothing?").ToHex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      HmacSha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")
          .ToHex(),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(CryptoTest, HkdfExpandVectorOfRfc5869) {
  const SecretKey key(Hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
  const SecretKey derived = HkdfExpand(key, Hex("f0f1f2f3f4"), Hex("f5f6f7f8f9"));
  EXPECT_EQ(HexEncode(derived.view()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
}

TEST(CryptoTest, GcmVectorOfNist) {
  const SecretKey key(std::string(32, '\0'));
  EXPECT_EQ(HexEncode(GcmEncrypt(key, std::string(12, '\0'), "", std::string(16, '\0'))),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
  EXPECT_EQ(HexEncode(GcmEncrypt(key, std::string(12, '\0'), "", "")),
            "530f8afbc74536b9a963b4f1c4cb738b");
}

TEST(CryptoTest, GcmRefusesEveryFlippedBit) {
  const SecretKey key(std::string(32, 'k'));
  const std::string nonce(12, 'n');
  const std::string sealed = GcmEncrypt(key, nonce, "aad", "some text");
  EXPECT_EQ(GcmDecrypt(key, nonce, "aad", sealed), "some text");
  EXPECT_FALSE(GcmDecrypt(key, nonce, "aae", sealed));
  EXPECT_FALSE(GcmDecrypt(key, std::string(12, 'm'), "aad", sealed));
  EXPECT_FALSE(GcmDecrypt(key, nonce, "aad", std::string(15, 'x')));
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string flipped = sealed;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(GcmDecrypt(key, nonce, "aad", flipped)) << bit;
  }
}

TEST(SectionCipherTest, ASectionOpensOnlyInItsPlace) {
  const Kek kek{std::string(16, 'i'), SecretKey(std::string(32, 'k'))};
  const std::vector<Section> sections = {{"inputs", "secret"}, {"trace", ""}};
  const auto sealed = EncryptSections("origin", &kek, sections);
  ASSERT_TRUE(sealed);
  const auto dek = UnwrapDek("origin", sealed->record_id, kek, sealed->wrapped_dek);
  ASSERT_TRUE(dek);
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_EQ(DecryptSection("origin", sealed->record_id, *dek, sections[i].name,
                             sealed->references[i].commit, sealed->ciphertexts[i]),
              sections[i].bytes);
  RecordId other = sealed->record_id;
  other[0] ^= 1;
  EXPECT_FALSE(UnwrapDek("other", sealed->record_id, kek, sealed->wrapped_dek));
  EXPECT_FALSE(UnwrapDek("origin", other, kek, sealed->wrapped_dek));
  const auto open = [&](std::string_view origin, const RecordId& id, std::string_view name,
                        const Digest& commit) {
    return DecryptSection(origin, id, *dek, name, commit, sealed->ciphertexts[0]).has_value();
  };
  const Digest commit = sealed->references[0].commit;
  EXPECT_TRUE(open("origin", sealed->record_id, "inputs", commit));
  EXPECT_FALSE(open("other", sealed->record_id, "inputs", commit));
  EXPECT_FALSE(open("origin", other, "inputs", commit));
  EXPECT_FALSE(open("origin", sealed->record_id, "trace", commit));
  EXPECT_FALSE(open("origin", sealed->record_id, "inputs", sealed->references[1].commit));
}

TEST(SectionCipherTest, EqualTextsGiveNothingEqual) {
  const Kek kek{std::string(16, 'i'), SecretKey(std::string(32, 'k'))};
  const std::vector<Section> sections = {{"inputs", "secret"}};
  const auto a = EncryptSections("origin", &kek, sections);
  const auto b = EncryptSections("origin", &kek, sections);
  ASSERT_TRUE(a && b);
  EXPECT_NE(a->record_id, b->record_id);
  EXPECT_NE(a->ciphertexts, b->ciphertexts);
  EXPECT_NE(a->references[0].commit, b->references[0].commit);
}

}  // namespace
}  // namespace oxpecker::audit
