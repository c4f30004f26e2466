// A log in a temporary folder, and entries that are the same in every run.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "audit/log.h"
#include "audit/log_reader.h"
#include "audit/sqlite_database.h"
#include "audit/verify.h"
#include "base/clock.h"
#include "base/digest.h"

namespace oxpecker::audit {

inline constexpr const char* kOrigin = "bank.example/test/decisions/2026-1";
inline constexpr Instant kNow = Instant::FromUnixSeconds(1'780'000'000);

// ASSERT that a Result or Status holds, and say why where it does not.
#define ASSERT_HOLDS(expression)                                              \
  do {                                                                        \
    const auto& holds_result = (expression);                                  \
    ASSERT_TRUE(holds_result.has_value()) << holds_result.error().ToString(); \
  } while (false)

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "oxpecker-audit-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline DecisionId DecisionNumber(std::uint64_t n) {
  const Digest digest = Sha256("decision " + std::to_string(n));
  return MakeDecisionId(1'780'000'000'000 + n, digest.view().substr(0, 10));
}

inline Entry EntryNumber(std::uint64_t n) {
  Entry entry{.kind = RecordKind::kDecision,
              .time = kNow.PlusSeconds(static_cast<std::int64_t>(n)),
              .decision_id = DecisionNumber(n),
              .subject = "customer-" + std::to_string(n % 7)};
  entry.about.Set("outcome", n % 3 == 0 ? "recommend" : "silent");
  entry.about.Set("candidates", static_cast<std::int64_t>(n % 5));
  entry.sections.push_back({"inputs", "{\"customer\":\"" + std::to_string(n) + "\"}"});
  entry.sections.push_back({"trace", std::string(n % 40, 'x')});
  return entry;
}

inline std::string ReadText(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Runs SQL on the records as somebody with the file can: the triggers that forbid it are away
// meanwhile and stand there again afterwards.
inline void AlterRecords(const LogPaths& paths, const std::string& sql) {
  auto database = SqliteDatabase::Open(paths.database, SqliteMode::kWrite);
  ASSERT_HOLDS(database);
  std::vector<std::pair<std::string, std::string>> triggers;
  {
    auto stored = database->Prepare("SELECT name, sql FROM sqlite_master WHERE type='trigger'", false);
    ASSERT_HOLDS(stored);
    for (auto more = stored->Step(); more && *more; more = stored->Step())
      triggers.emplace_back(stored->Bytes(0), stored->Bytes(1));
  }
  for (const auto& [name, definition] : triggers) ASSERT_HOLDS(database->Execute(("DROP TRIGGER " + name).c_str()));
  ASSERT_HOLDS(database->Execute(sql.c_str()));
  for (const auto& [name, definition] : triggers) ASSERT_HOLDS(database->Execute(definition.c_str()));
  ASSERT_HOLDS(database->Close());
}

class LogFixture : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_HOLDS(CreateLog(paths_, kOrigin, clock_)); }

  // Heads come when asked and at closing, however slow the machine is.
  Result<std::unique_ptr<Log>> OpenLog() {
    return Log::Open({.paths = paths_, .clock = &clock_, .cadence = {.interval = std::chrono::hours(1), .heartbeat = {}}});
  }

  // Appends entries [from, to) and closes.
  void Fill(std::uint64_t from, std::uint64_t to) {
    auto log = OpenLog();
    ASSERT_HOLDS(log);
    std::vector<std::future<Result<Receipt>>> receipts;
    for (std::uint64_t n = from; n < to; ++n) receipts.push_back((*log)->Submit(EntryNumber(n)));
    for (auto& receipt : receipts) {
      const auto got = receipt.get();
      ASSERT_HOLDS(got);
    }
    ASSERT_HOLDS((*log)->Close());
  }

  VerifierKey Key() const { return *VerifierKey::FromFileOrText(paths_.verifier_key.string()); }
  Result<LogVerification> Verify() const { return VerifyLog(paths_.database, {.key = Key()}); }

  TemporaryFolder folder_;
  LogPaths paths_ = LogPaths::Under(folder_.path());
  ManualClock clock_{kNow};
};

}  // namespace oxpecker::audit
