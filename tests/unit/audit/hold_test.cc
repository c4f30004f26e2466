#include "tests/unit/audit/erasure_fixture.h"

namespace oxpecker::audit {
namespace {

using testing::HasSubstr;
using testing::Not;

class HoldTest : public ErasureTest {
 protected:
  Result<PlacedHold> Place(Log& log, const std::string& subject) {
    return PlaceHold(log, {.subject = subject, .customer = subject, .reason = "case 7", .by = "K. Lind", .now = kNow});
  }
};

TEST_F(HoldTest, StandsAgainstErasingUntilItIsReleased) {
  Fill(0, 7);
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  const auto first = Place(**log, "customer-3");
  const auto second = Place(**log, "customer-3");
  ASSERT_HOLDS(first);
  ASSERT_HOLDS(second);
  EXPECT_EQ(Erase(**log, Order("customer-3"), {}).error().code, ErrorCode::kRefused);
  EXPECT_EQ(PlanErasure(paths_, "customer-3", {}, kNow)->holds.size(), 2U);
  EXPECT_TRUE(PlanErasure(paths_, "customer-4", {}, kNow)->allowed()) << "another customer";
  const auto none_expired = EraseExpired(**log, Order("", kNow.PlusSeconds(9)), {.days = {{RecordKind::kDecision, 0}, {RecordKind::kHold, 0}}});
  ASSERT_HOLDS(none_expired);
  EXPECT_EQ(none_expired->size(), 6U) << "all but the one on hold";
  ASSERT_HOLDS(ReleaseHold(**log, {.id = first->id.substr(0, 8), .reason = "closed", .by = "K. Lind", .now = kNow}));
  EXPECT_EQ(Erase(**log, Order("customer-3"), {}).error().code, ErrorCode::kRefused) << "the second one is in force";
  ASSERT_HOLDS(ReleaseHold(**log, {.id = second->id, .reason = "closed", .by = "K. Lind", .now = kNow}));
  EXPECT_EQ(ReleaseHold(**log, {.id = second->id, .reason = "closed", .by = "K. Lind", .now = kNow}).error().code, ErrorCode::kNotFound);
  const auto erased = Erase(**log, Order("customer-3"), {});
  ASSERT_HOLDS(erased);
  EXPECT_EQ(erased->plan.by_kind, (std::map<std::string, std::uint64_t>{{"decision", 1}, {"hold", 2}, {"hold_release", 2}}));
  ASSERT_HOLDS((*log)->Close());
  EXPECT_TRUE(ListHolds(paths_)->empty());
  ExpectWhole();
}

TEST_F(HoldTest, ItsRecordSaysInTheOpenNeitherWhomNorWhy) {
  Fill(0, 7);
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  ASSERT_HOLDS(Place(**log, "customer-3"));
  ASSERT_HOLDS(Place(**log, "customer-3"));
  ASSERT_HOLDS((*log)->Close());
  LogReader reader = Reader();
  const auto record = reader.Read(7);
  ASSERT_HOLDS(record);
  for (const char* word : {"customer-3", "case 7", "Lind"}) EXPECT_THAT(record->leaf, Not(HasSubstr(word)));
  EXPECT_NE(*record->about.Find("subject_ref")->string(), *reader.Read(8)->about.Find("subject_ref")->string())
      << "two holds on one customer cannot be told to be so";
  const auto holds = ListHolds(paths_);
  ASSERT_HOLDS(holds);
  ASSERT_EQ(holds->size(), 2U);
  for (const HoldTold& hold : *holds) {
    EXPECT_EQ(hold.customer, "customer-3");
    EXPECT_EQ(hold.reason, "case 7");
    EXPECT_EQ(hold.by, "K. Lind");
    EXPECT_TRUE(hold.seq == 7U || hold.seq == 8U);
  }
}

// A restored backup of the vault, or somebody with the file, cannot make a hold forgotten.
TEST_F(HoldTest, IsInForceAlsoWhereTheVaultForgotIt) {
  Fill(0, 7);
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  const auto placed = Place(**log, "customer-3");
  ASSERT_HOLDS(placed);
  ASSERT_HOLDS((*log)->Close());
  {
    auto raw = SqliteDatabase::Open(paths_.vault, SqliteMode::kWrite);
    ASSERT_HOLDS(raw);
    ASSERT_HOLDS(raw->Execute("DELETE FROM hold"));
  }
  EXPECT_EQ(EraseOnce("customer-3").error().code, ErrorCode::kRefused);
  const RetentionPolicy over{.days = {{RecordKind::kDecision, 0}, {RecordKind::kHold, 0}}};
  EXPECT_EQ(PlanExpired(paths_, over, kNow.PlusSeconds(9))->size(), 6U);
  const auto holds = ListHolds(paths_);
  ASSERT_HOLDS(holds);
  ASSERT_EQ(holds->size(), 1U);
  EXPECT_FALSE(holds->front().in_vault);
  log = OpenLog();
  ASSERT_HOLDS(log);
  ASSERT_HOLDS(ReleaseHold(**log, {.id = placed->id, .reason = "closed", .by = "K. Lind", .now = kNow}));
  ASSERT_HOLDS((*log)->Close());
  EXPECT_TRUE(ListHolds(paths_)->empty());
  ASSERT_HOLDS(EraseOnce("customer-3"));
  EXPECT_TRUE(ListHolds(paths_)->empty());
}

// A record under the log's own key, as `oxpecker init` begins with.
void AppendRelease(Log& log) {
  Entry release{.kind = RecordKind::kRelease, .time = kNow};
  release.sections.push_back({"manifest", "{}"});
  ASSERT_HOLDS(log.Append(std::move(release)));
}

// A copy of the vault, to be put back.
class VaultCopy {
 public:
  explicit VaultCopy(const LogPaths& paths) : from_(paths.vault.parent_path()) {
    std::filesystem::copy(from_, to_.path() / "vault", std::filesystem::copy_options::recursive);
  }
  void PutBack() const {
    std::filesystem::remove_all(from_);
    std::filesystem::copy(to_.path() / "vault", from_, std::filesystem::copy_options::recursive);
  }

 private:
  std::filesystem::path from_;
  TemporaryFolder to_;
};

// The copy is of before the customer's first record: the vault makes another key, under which there is no
// hold. Before the customer was erased: the key that the hold lies under is gone.
TEST_F(HoldTest, IsInForceUnderAnotherKeyToo) {
  for (const bool erased : {false, true}) {
    SCOPED_TRACE(erased);
    TemporaryFolder folder;
    paths_ = LogPaths::Under(folder.path());
    ASSERT_HOLDS(CreateLog(paths_, kOrigin, clock_));
    {
      auto first = OpenLog();
      ASSERT_HOLDS(first);
      AppendRelease(**first);
      ASSERT_HOLDS((*first)->Close());
    }
    std::uint64_t n = 0;
    const auto decide = [&] {
      Fill(3 + 7 * n, 4 + 7 * n);
      ++n;
    };
    if (erased) decide();
    const VaultCopy copy(paths_);
    if (erased) ASSERT_HOLDS(EraseOnce("customer-3"));
    decide();
    auto log = OpenLog();
    ASSERT_HOLDS(log);
    const auto placed = Place(**log, "customer-3");
    ASSERT_HOLDS(placed);
    ASSERT_HOLDS((*log)->Close());
    copy.PutBack();
    decide();
    const auto refused = EraseOnce("customer-3");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
    EXPECT_THAT(refused.error().ToString(), HasSubstr("hold " + placed->id));
    const RetentionPolicy over{.days = {{RecordKind::kDecision, 0}, {RecordKind::kHold, 0}, {RecordKind::kHoldRelease, 0}}};
    EXPECT_EQ(PlanExpired(paths_, over, kNow.PlusSeconds(9'000)).error().code, ErrorCode::kRefused) << "nobody knows on whom it is";
    const auto holds = ListHolds(paths_);
    ASSERT_HOLDS(holds);
    ASSERT_EQ(holds->size(), 1U);
    EXPECT_EQ(holds->front().customer, "");
    EXPECT_FALSE(holds->front().in_vault);
    log = OpenLog();
    ASSERT_HOLDS(log);
    const auto release = [&](const std::string& subject) {
      return ReleaseHold(**log, {.id = placed->id, .reason = "closed", .by = "K. Lind", .now = kNow, .subject = subject});
    };
    EXPECT_EQ(release("").error().code, ErrorCode::kIntegrity);
    EXPECT_EQ(release("customer-4").error().code, ErrorCode::kInvalidInput);
    ASSERT_HOLDS(release("customer-3"));
    ASSERT_HOLDS((*log)->Close());
    EXPECT_TRUE(ListHolds(paths_)->empty());
    ASSERT_HOLDS(EraseOnce("customer-3"));
    ExpectWhole();
  }
}

TEST_F(HoldTest, OfAnErasedCustomerIsOver) {
  Fill(0, 7);
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  const auto placed = Place(**log, "customer-3");
  ASSERT_HOLDS(placed);
  ASSERT_HOLDS(ReleaseHold(**log, {.id = placed->id, .reason = "closed", .by = "K. Lind", .now = kNow}));
  ASSERT_HOLDS(Erase(**log, Order("customer-3"), {}));
  ASSERT_HOLDS((*log)->Close());
  Fill(17, 18);
  EXPECT_TRUE(ListHolds(paths_)->empty());
  ASSERT_HOLDS(EraseOnce("customer-3"));
}

// As somebody copies it from a mail.
TEST_F(HoldTest, IsReleasedByItsIdInCapitalsToo) {
  Fill(0, 7);
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  std::string id = Place(**log, "customer-3")->id;
  std::ranges::transform(id, id.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  ASSERT_HOLDS(ReleaseHold(**log, {.id = id, .reason = "closed", .by = "K. Lind", .now = kNow}));
  ASSERT_HOLDS((*log)->Close());
}

TEST_F(HoldTest, WhatAnOldVaultMakesReadableAgainIsToldAndErasedAgain) {
  Fill(0, 30);
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  AppendRelease(**log);
  ASSERT_HOLDS((*log)->Close());
  const VaultCopy copy(paths_);
  ASSERT_HOLDS(EraseOnce("customer-3"));
  const auto undone = [&] {
    LogReader reader = Reader();
    const auto history = ReadErasureHistory(reader);
    EXPECT_TRUE(history);
    EXPECT_NE(history->ErasureOf(10), nullptr);
    EXPECT_EQ(history->ErasureOf(11), nullptr);
    return Undone(reader, *history)->size();
  };
  EXPECT_EQ(undone(), 0U);
  copy.PutBack();
  EXPECT_EQ(undone(), 1U);
  // What was allowed once is: a retention that was set since does not stand against it, but against what
  // was recorded under the same key since.
  log = OpenLog();
  ASSERT_HOLDS(log);
  Entry refusal{.kind = RecordKind::kRefusal, .time = kNow, .decision_id = {}, .subject = "customer-3"};
  refusal.sections.push_back({"facts", "x"});
  ASSERT_HOLDS((*log)->Append(std::move(refusal)));
  ASSERT_HOLDS((*log)->Close());
  EXPECT_EQ(EraseOnce("customer-3", {.days = {{RecordKind::kRefusal, 3'650}}}).error().code, ErrorCode::kRefused);
  ASSERT_HOLDS(EraseOnce("customer-3", {.days = {{RecordKind::kDecision, 3'650}}}));
  EXPECT_EQ(undone(), 0U);
  ExpectWhole();
}

// With its own key, and of the same shape; all but the log's own key fits.
TEST_F(HoldTest, TheVaultOfAnotherLogIsRefused) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  AppendRelease(**log);
  ASSERT_HOLDS((*log)->Close());
  Fill(0, 7);
  ASSERT_HOLDS(LogReader::Open(paths_, WithVault::kYes));
  const TemporaryFolder other;
  const LogPaths others = LogPaths::Under(other.path());
  ASSERT_HOLDS(CreateLog(others, kOrigin, clock_));
  for (const auto& [from, to] : {std::pair(others.vault, paths_.vault), std::pair(others.vault_key, paths_.vault_key)})
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(OpenLog().error().code, ErrorCode::kIntegrity);
  EXPECT_EQ(LogReader::Open(paths_, WithVault::kYes).error().code, ErrorCode::kIntegrity);
  EXPECT_EQ(ListHolds(paths_).error().code, ErrorCode::kIntegrity);
  ASSERT_HOLDS(LogReader::Open(paths_, WithVault::kNo));
}

TEST_F(HoldTest, OnAnUnknownNameIsRefused) {
  Fill(0, 7);
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  EXPECT_EQ(Place(**log, "customer-33").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Place(**log, "").error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(ReleaseHold(**log, {.id = "0000", .reason = "x", .by = "y", .now = kNow}).error().code, ErrorCode::kNotFound);
  ASSERT_HOLDS((*log)->Close());
  EXPECT_EQ(Reader().size(), 7U);
}

TEST_F(HoldTest, AVaultOfFormatOneIsBroughtToFormatTwo) {
  Fill(0, 7);
  {
    auto raw = SqliteDatabase::Open(paths_.vault, SqliteMode::kWrite);
    ASSERT_HOLDS(raw);
    ASSERT_HOLDS(raw->Execute("DROP TABLE hold; DROP TABLE intent; PRAGMA user_version = 1"));
  }
  EXPECT_TRUE(ListHolds(paths_)->empty()) << "read as it is";
  EXPECT_TRUE(Reader().Decrypt(*Reader().Read(3), "inputs"));
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  ASSERT_HOLDS(Place(**log, "customer-3"));
  ASSERT_HOLDS((*log)->Close());
  EXPECT_EQ(ListHolds(paths_)->size(), 1U);
}

}  // namespace
}  // namespace oxpecker::audit
