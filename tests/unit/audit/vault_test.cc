#include "audit/vault.h"

#include <gtest/gtest.h>

#include "audit/keys.h"
#include "audit/sqlite_database.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

class VaultTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_HOLDS(GenerateVaultKey(key_));
    ASSERT_HOLDS(Vault::Create(file_, key_));
  }
  std::unique_ptr<Vault> Open(VaultMode mode = VaultMode::kWrite, std::size_t cache = 100) {
    auto vault = Vault::Open(file_, key_, mode, cache);
    EXPECT_TRUE(vault) << vault.error().ToString();
    return *std::move(vault);
  }
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "vault.db";
  std::filesystem::path key_ = folder_.path() / "vault.key";
};

TEST_F(VaultTest, EachSubjectHasItsKeyAndKeepsIt) {
  auto vault = Open();
  const auto a = vault->KekFor("a");
  const auto b = vault->KekFor("b");
  ASSERT_TRUE(a && b);
  EXPECT_NE(a->id, b->id);
  EXPECT_NE(a->key.view(), b->key.view());
  EXPECT_EQ(vault->KekFor("a")->id, a->id);  // before it is durable
  ASSERT_HOLDS(vault->Flush(kNow));
  EXPECT_EQ(vault->KekFor("a")->id, a->id);
  ASSERT_HOLDS(vault->Close());
  auto reopened = Open();
  EXPECT_EQ(reopened->KekFor("a")->id, a->id);
  EXPECT_EQ(reopened->KekFor("a")->key.view(), a->key.view());
  const auto found = reopened->Find(b->id);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->key.view(), b->key.view());
  EXPECT_FALSE(*reopened->Find(std::string(16, '?')));
}

TEST_F(VaultTest, AKeyThatWasNotFlushedIsNotThere) {
  std::string id;
  {
    auto vault = Open();
    id = vault->KekFor("a")->id;
    EXPECT_TRUE(*vault->Find(id));  // while this vault lives
  }
  EXPECT_FALSE(*Open()->Find(id));
}

// A record that was encrypted under a key which then goes would be lost, though it was acknowledged.
TEST_F(VaultTest, NothingIsEncryptedUnderAKeyThatIsToBeDestroyed) {
  auto vault = Open();
  const auto key = vault->KekFor("a");
  ASSERT_HOLDS(key);
  ASSERT_HOLDS(vault->KekFor("b"));
  ASSERT_HOLDS(vault->Flush(kNow));
  const std::string erasure(16, 'e');
  ASSERT_HOLDS(vault->BeginErasure(erasure, key->id, 7));
  EXPECT_EQ(vault->KekFor("a").error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(vault->KekFor("b"));
  EXPECT_TRUE(*vault->Find(key->id)) << "it can still be read with";
  ASSERT_HOLDS(vault->Settle({erasure, VaultAction::kErasure, 7}, true));
  const auto next = vault->KekFor("a");
  ASSERT_HOLDS(next);
  EXPECT_NE(next->id, key->id);
}

TEST_F(VaultTest, ASmallCacheChangesNothing) {
  auto vault = Open(VaultMode::kWrite, 3);
  std::vector<std::string> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(vault->KekFor(std::to_string(i))->id);
  ASSERT_HOLDS(vault->Flush(kNow));
  for (int round = 0; round < 2; ++round)
    for (std::size_t i = 0; i < 20; ++i) {
      EXPECT_EQ(vault->KekFor(std::to_string(i))->id, ids[i]);
      EXPECT_TRUE(*vault->Find(ids[i]));
    }
}

TEST_F(VaultTest, RowsThatWereExchangedDoNotOpen) {
  auto vault = Open();
  const auto a = vault->KekFor("a");
  const auto b = vault->KekFor("b");
  ASSERT_HOLDS(vault->Flush(kNow));
  ASSERT_HOLDS(vault->Close());
  {
    auto raw = SqliteDatabase::Open(file_, SqliteMode::kWrite);
    ASSERT_HOLDS(raw);
    auto swap =
        raw->Prepare("UPDATE kek SET wrapped=(SELECT wrapped FROM kek WHERE id=?1) WHERE id=?2");
    ASSERT_HOLDS(swap);
    ASSERT_HOLDS(swap->BindBlob(1, b->id).BindBlob(2, a->id).Run());
  }
  auto reopened = Open();
  EXPECT_EQ(reopened->KekFor("a").error().code, ErrorCode::kIntegrity);
  EXPECT_TRUE(reopened->KekFor("b"));
}

TEST_F(VaultTest, TheWrongKeyAndASecondWriterAreRefused) {
  const auto other = folder_.path() / "other.key";
  ASSERT_HOLDS(GenerateVaultKey(other));
  EXPECT_EQ(Vault::Open(file_, other, VaultMode::kRead).error().code, ErrorCode::kIntegrity);
  auto vault = Open();
  EXPECT_EQ(Vault::Open(file_, key_, VaultMode::kWrite).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(Vault::Open(file_, key_, VaultMode::kRead));
}

}  // namespace
}  // namespace oxpecker::audit
