#include "audit/keys.h"

#include <gtest/gtest.h>

#include "audit/checkpoint.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

// The key pair and the signed note in the documentation of golang.org/x/mod/sumdb/note.
constexpr const char* kPrivate =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr const char* kPublic =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr const char* kNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "\xE2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

TEST(KeysTest, ReadsAndWritesTheFormsOfSignedNotes) {
  const auto key = SigningKey::Parse(kPrivate);
  ASSERT_HOLDS(key);
  EXPECT_EQ(key->verifier().ToString(), kPublic);
  EXPECT_EQ(key->ToString(), kPrivate);
  EXPECT_EQ(key->verifier().key_id(), 0xc74f20a3U);
  const auto verifier = VerifierKey::Parse(kPublic);
  ASSERT_HOLDS(verifier);
  EXPECT_EQ(*verifier, key->verifier());
}

TEST(KeysTest, VerifiesAForeignNoteAndMakesTheSameSignature) {
  const auto note = Note::Parse(kNote);
  ASSERT_HOLDS(note);
  const auto key = SigningKey::Parse(kPrivate);
  ASSERT_HOLDS(key);
  ASSERT_EQ(note->signatures.size(), 1U);
  EXPECT_EQ(note->signatures[0].name, "PeterNeumann");
  EXPECT_EQ(note->signatures[0].key_id, 0xc74f20a3U);
  EXPECT_TRUE(key->verifier().Verify(note->text, note->signatures[0].signature));
  EXPECT_EQ(key->Sign(note->text), note->signatures[0].signature);
  EXPECT_FALSE(key->verifier().Verify(note->text + "\n", note->signatures[0].signature));
}

TEST(KeysTest, RefusesKeysThatAreNotWhole) {
  const std::string vkey = kPublic;
  EXPECT_FALSE(VerifierKey::Parse(""));
  EXPECT_FALSE(VerifierKey::Parse("PeterNeumann"));
  EXPECT_FALSE(VerifierKey::Parse("PeterNeumann+c74f20a4" + vkey.substr(21)));  // another key id
  EXPECT_FALSE(VerifierKey::Parse("Peter Neumann" + vkey.substr(12)));
  EXPECT_FALSE(VerifierKey::Parse(vkey.substr(0, vkey.size() - 4)));
  EXPECT_FALSE(VerifierKey::Parse(vkey + "\n"));
  EXPECT_FALSE(VerifierKey::Parse(kPrivate));
  EXPECT_FALSE(SigningKey::Parse(kPublic));
  std::string other = vkey;
  other[23] = 'g';  // another algorithm byte
  EXPECT_FALSE(VerifierKey::Parse(other));
}

TEST(KeysTest, GeneratesWritesAndReadsBack) {
  TemporaryFolder folder;
  const auto keys = folder.path() / "keys";
  const auto made = GenerateLogKey(keys, "bank.example/x");
  ASSERT_HOLDS(made);
  const auto loaded = SigningKey::Load(keys / "log.key");
  ASSERT_HOLDS(loaded);
  EXPECT_EQ(loaded->verifier(), *made);
  EXPECT_EQ(*VerifierKey::FromFileOrText((keys / "log.vkey").string()), *made);
  EXPECT_EQ(*VerifierKey::FromFileOrText(made->ToString()), *made);
  const auto absent = VerifierKey::FromFileOrText("nosuch");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(absent.error().place, "nosuch");
  EXPECT_EQ(VerifierKey::FromFileOrText(made->ToString() + "x").error().code,
            ErrorCode::kInvalidInput);
  EXPECT_EQ(GenerateLogKey(keys, "bank.example/x").error().code, ErrorCode::kRefused);
  EXPECT_EQ(GenerateLogKey(folder.path() / "b", "two words").error().code,
            ErrorCode::kInvalidInput);
  EXPECT_NE(*GenerateLogKey(folder.path() / "c", "bank.example/x"), *made);
}

TEST(KeysTest, AVaultKeyIsReadBackAndChecked) {
  TemporaryFolder folder;
  const auto file = folder.path() / "vault.key";
  ASSERT_HOLDS(GenerateVaultKey(file));
  ASSERT_HOLDS(LoadVaultKey(file));
  EXPECT_EQ(GenerateVaultKey(file).error().code, ErrorCode::kRefused);
  std::filesystem::permissions(file, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(LoadVaultKey(file).error().code, ErrorCode::kRefused);
  EXPECT_EQ(LoadVaultKey(folder.path() / "none").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace oxpecker::audit
