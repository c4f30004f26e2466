// What tests of erasing, holding and certifying share: a log, its reader, and what lies on the disk.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "audit/erasure.h"
#include "audit/erasure_certificate.h"
#include "audit/erasure_history.h"
#include "audit/keys.h"
#include "audit/legal_hold.h"
#include "audit/merkle.h"
#include "audit/vault.h"
#include "base/encoding.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {

inline constexpr std::int64_t kDay = kSecondsPerDay;

class ErasureTest : public LogFixture {
 protected:
  static ErasureOrder Order(const std::string& subject, Instant now = kNow.PlusSeconds(100)) {
    return {.subject = subject, .basis = "GDPR Art. 17(1)(b)", .by = "K. Lind", .now = now};
  }

  // Opens, erases, closes.
  Result<Erased> EraseOnce(const std::string& subject, const RetentionPolicy& policy = {}, Instant now = kNow.PlusSeconds(100)) {
    OXP_TRY(const auto log, OpenLog());
    OXP_TRY(Erased erased, Erase(*log, Order(subject, now), policy));
    OXP_TRY(log->Close());
    return erased;
  }

  LogReader Reader(WithVault with_vault = WithVault::kYes) {
    auto reader = LogReader::Open(paths_, with_vault);
    EXPECT_TRUE(reader) << reader.error().ToString();
    return *std::move(reader);
  }

  // Proven against the checkpoint that is published.
  void ExpectWhole() {
    const auto verified = VerifyLog(paths_.database, {.key = Key(), .published_note = ReadText(paths_.published_checkpoint), .must_be_published = true});
    ASSERT_HOLDS(verified);
    EXPECT_TRUE(verified->ok()) << verified->first_break->ToString();
  }

  // What the vault keeps of a subject, as it lies on the disk, and the key itself.
  struct Secret {
    std::string kek_id;
    std::string wrapped;
    std::string key;
  };
  Secret SecretOf(const std::string& subject) {
    auto vault = Vault::Open(paths_.vault, paths_.vault_key, VaultMode::kRead);
    EXPECT_TRUE(vault);
    const auto found = (*vault)->KeyOf(subject);
    EXPECT_TRUE(found && *found) << subject;
    Secret secret{(*found)->kek_id, {}, {}};
    secret.key = (*(*vault)->Find(secret.kek_id))->key.view();
    auto raw = SqliteDatabase::Open(paths_.vault, SqliteMode::kRead);
    EXPECT_TRUE(raw);
    auto row = raw->Prepare("SELECT wrapped FROM kek WHERE id=?");
    EXPECT_TRUE(row);
    row->BindBlob(1, secret.kek_id);
    EXPECT_TRUE(*row->Step());
    secret.wrapped = row->Bytes(0);
    return secret;
  }

  // The raw bytes of all that the log and the vault keep on the disk.
  std::string RawBytes(const std::filesystem::path& database) const {
    std::string bytes = ReadText(database);
    for (const char* beside : {"-wal", "-shm", "-journal"}) {
      const std::filesystem::path file = database.string() + beside;
      if (std::filesystem::exists(file)) bytes += ReadText(file);
    }
    return bytes;
  }
};

inline bool Holds(const std::string& bytes, const std::string& part) { return bytes.find(part) != std::string::npos; }

}  // namespace oxpecker::audit
