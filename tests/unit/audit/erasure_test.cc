#include "audit/erasure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "audit/erasure_certificate.h"
#include "audit/erasure_history.h"
#include "audit/keys.h"
#include "audit/legal_hold.h"
#include "audit/merkle.h"
#include "audit/vault.h"
#include "base/encoding.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kDay = kSecondsPerDay;

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

bool Holds(const std::string& bytes, const std::string& part) { return bytes.find(part) != std::string::npos; }

TEST_F(ErasureTest, DestroysOneKeyAndLeavesTheProofs) {
  Fill(0, 30);
  const std::string before = ReadText(paths_.published_checkpoint);
  const auto erased = EraseOnce("customer-3");
  ASSERT_HOLDS(erased);
  EXPECT_EQ(erased->plan.records.ToString(), "3,10,17,24");
  EXPECT_EQ(erased->plan.by_kind, (std::map<std::string, std::uint64_t>{{"decision", 4}}));
  EXPECT_EQ(erased->receipt.seq, 30U);
  ExpectWhole();
  const auto old = VerifyLog(paths_.database, {.key = Key(), .published_note = before});
  ASSERT_HOLDS(old);
  EXPECT_TRUE(old->ok()) << "the checkpoint from before the erasure";
  LogReader reader = Reader();
  for (std::uint64_t seq = 0; seq < 30; ++seq) {
    const auto record = reader.Read(seq);
    ASSERT_HOLDS(record);
    const auto opened = reader.Decrypt(*record, "inputs");
    EXPECT_EQ(opened.has_value(), seq % 7 != 3) << seq;
    if (!opened) {
      EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
    }
  }
}

TEST_F(ErasureTest, ItsRecordNamesRecordsAndNotTheCustomer) {
  Fill(0, 30);
  ASSERT_HOLDS(EraseOnce("customer-3"));
  LogReader reader = Reader();
  const auto record = reader.Read(30);
  ASSERT_HOLDS(record);
  EXPECT_EQ(record->kind, RecordKind::kErasure);
  EXPECT_THAT(record->leaf, Not(HasSubstr("customer")));
  EXPECT_THAT(record->leaf, Not(HasSubstr("Lind"))) << "nor who did it, in the open";
  const auto open = [&](std::string_view section) { return reader.Decrypt(*record, section); };
  const auto told = ReadErasure(*record, open);
  ASSERT_HOLDS(told);
  EXPECT_EQ(told->ranges.ToString(), "3,10,17,24");
  EXPECT_EQ(told->records, 4U);
  EXPECT_EQ(told->cause, "request");
  const auto statement = open("statement");
  ASSERT_HOLDS(statement);
  EXPECT_EQ(*statement, R"j({"basis":"GDPR Art. 17(1)(b)","by":"K. Lind","kinds":{"decision":"4"}})j");
  EXPECT_THAT(*statement, Not(HasSubstr("customer-3")));
}

// Many subjects, so that the vault has pages with neighbours, splits and moves; while the vault is open
// (its WAL is there) and after.
TEST_F(ErasureTest, NoByteOfTheKeyOrOfThePlaintextStaysOnTheDisk) {
  constexpr std::uint64_t kSubjects = 1'500;
  const auto entry = [](std::uint64_t n) {
    Entry made = EntryNumber(n);
    made.subject = "subject-" + std::to_string(n % kSubjects);
    made.sections[0].bytes = "{\"plain text of\":\"" + made.subject + "\"}";
    return made;
  };
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  std::vector<std::future<Result<Receipt>>> receipts;
  for (std::uint64_t n = 0; n < 2 * kSubjects; ++n) receipts.push_back((*log)->Submit(entry(n)));
  for (auto& receipt : receipts) ASSERT_HOLDS(receipt.get());
  std::vector<Secret> gone;
  const std::vector<int> whom = {0, 1, 2, 77, 500, 501, 749, 1'498, 1'499};
  for (const int n : whom) gone.push_back(SecretOf("subject-" + std::to_string(n)));
  const Secret kept = SecretOf("subject-3");
  for (const Secret& secret : gone) ASSERT_TRUE(Holds(RawBytes(paths_.vault), secret.wrapped)) << "the search finds what is there";
  for (const int n : whom) ASSERT_HOLDS(Erase(**log, Order("subject-" + std::to_string(n)), {}));
  for (const bool closed : {false, true}) {
    if (closed) ASSERT_HOLDS((*log)->Close());
    const std::string vault = RawBytes(paths_.vault);
    const std::string database = RawBytes(paths_.database);
    for (const Secret& secret : gone) {
      EXPECT_FALSE(Holds(vault, secret.wrapped));
      EXPECT_FALSE(Holds(vault, secret.wrapped.substr(12, 16))) << "not even a part of it";
      EXPECT_FALSE(Holds(vault, secret.kek_id));
      for (const std::string* bytes : {&vault, &database}) EXPECT_FALSE(Holds(*bytes, secret.key));
    }
    EXPECT_TRUE(Holds(vault, kept.wrapped));
    EXPECT_FALSE(Holds(database, "plain text of"));
    EXPECT_FALSE(Holds(vault, "plain text of"));
    EXPECT_FALSE(Holds(vault, "subject-77"));
  }
  ExpectWhole();
}

TEST_F(ErasureTest, ANewDecisionMakesANewKey) {
  Fill(0, 14);
  const Secret before = SecretOf("customer-3");
  ASSERT_HOLDS(EraseOnce("customer-3"));
  EXPECT_EQ(EraseOnce("customer-3").error().code, ErrorCode::kNotFound) << "erased already";
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  ASSERT_HOLDS((*log)->Append(EntryNumber(17)));  // customer-3 again
  ASSERT_HOLDS((*log)->Close());
  EXPECT_NE(SecretOf("customer-3").kek_id, before.kek_id);
  LogReader reader = Reader();
  EXPECT_FALSE(reader.Decrypt(*reader.Read(3), "inputs"));
  EXPECT_TRUE(reader.Decrypt(*reader.Read(15), "inputs"));
  const auto again = EraseOnce("customer-3");
  ASSERT_HOLDS(again);
  EXPECT_EQ(again->plan.records.ToString(), "15") << "what was erased before is not counted again";
}

// Also within one opening, where the vault has keys in memory.
TEST_F(ErasureTest, AKeyInMemoryIsNotUsedAgain) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  ASSERT_HOLDS((*log)->Append(EntryNumber(3)));
  const Secret before = SecretOf("customer-3");
  ASSERT_HOLDS(Erase(**log, Order("customer-3"), {}));
  ASSERT_HOLDS((*log)->Append(EntryNumber(10)));
  EXPECT_NE(SecretOf("customer-3").kek_id, before.kek_id);
  ASSERT_HOLDS((*log)->Close());
}

TEST_F(ErasureTest, WhatIsNotThereCannotBeErased) {
  Fill(0, 7);
  EXPECT_EQ(EraseOnce("nobody").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(EraseOnce("").error().code, ErrorCode::kInvalidInput) << "the log's own key";
  EXPECT_EQ(PlanErasure(paths_, "customer-33", {}, kNow).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Reader().size(), 7U) << "and nothing is recorded of it";
}

TEST_F(ErasureTest, WordsThatStayMustNotNameTheCustomer) {
  Fill(0, 7);
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  const auto code_of = [&](const std::string& basis, const std::string& by) {
    ErasureOrder order = Order("customer-3");
    order.basis = basis;
    order.by = by;
    const auto erased = Erase(**log, order, {});
    return erased ? std::string("erased") : std::string(Name(erased.error().code));
  };
  EXPECT_EQ(code_of("asked for by customer-3", "K. Lind"), "invalid_input");
  EXPECT_EQ(code_of("GDPR Art. 17", "customer-3"), "invalid_input");
  EXPECT_EQ(code_of("asked for by CUSTOMER-3", "K. Lind"), "invalid_input");
  EXPECT_EQ(code_of("", "K. Lind"), "invalid_input");
  EXPECT_EQ(code_of("GDPR Art. 17", "  "), "invalid_input");
  EXPECT_EQ(code_of("two\nlines", "K. Lind"), "invalid_input");
  EXPECT_EQ(code_of("\xff", "K. Lind"), "invalid_input");
  EXPECT_EQ(code_of(std::string(501, 'x'), "K. Lind"), "limit");
  EXPECT_EQ(code_of(std::string(500, 'x'), "K. Lind"), "erased");
  ASSERT_HOLDS((*log)->Close());
}

TEST(ErasureText, ShortIdsAreLookedForAsWords) {
  const auto accepted = [](const char* text, const char* subject) { return CheckErasureText("basis", text, subject).has_value(); };
  EXPECT_FALSE(accepted("Art. 17, asked by Bo", "bo"));
  EXPECT_FALSE(accepted("bo", "BO"));
  EXPECT_FALSE(accepted("(bo)", "bo"));
  EXPECT_TRUE(accepted("Art. 17, book 3", "bo"));
  EXPECT_TRUE(accepted("Art. 17, b\xC3\xB6""bo", "bo")) << "part of another word";
  EXPECT_FALSE(accepted("Art. 17, case 7", "7"));
  EXPECT_TRUE(accepted("Art. 17", "7"));
  EXPECT_TRUE(accepted("Art. 17", ""));
}

TEST_F(ErasureTest, ADryRunChangesNothing) {
  Fill(0, 30);
  const std::string vault = RawBytes(paths_.vault);
  const std::string database = RawBytes(paths_.database);
  const auto plan = PlanErasure(paths_, "customer-3", {}, kNow);
  ASSERT_HOLDS(plan);
  EXPECT_EQ(plan->records.ToString(), "3,10,17,24");
  EXPECT_TRUE(plan->allowed());
  EXPECT_EQ(ReadText(paths_.vault), vault.substr(0, ReadText(paths_.vault).size()));
  EXPECT_EQ(ReadText(paths_.database), database.substr(0, ReadText(paths_.database).size()));
  EXPECT_EQ(Reader().size(), 30U);
}

// Records 3, 10, 17 of the customer are dated kNow + 3 s, + 10 s, + 17 s; the last one decides.
TEST_F(ErasureTest, RetentionEndsAtAnInstant) {
  Fill(0, 21);
  const RetentionPolicy policy{.days = {{RecordKind::kDecision, 30}}};
  const Instant end = kNow.PlusSeconds(17 + 30 * kDay);
  const auto under = PlanErasure(paths_, "customer-3", policy, Instant::FromUnixMicros(end.unix_micros() - 1));
  ASSERT_HOLDS(under);
  ASSERT_TRUE(under->retained);
  EXPECT_EQ(under->retained->seq, 17U);
  EXPECT_EQ(under->retained->until, end);
  const auto refused = EraseOnce("customer-3", policy, Instant::FromUnixMicros(end.unix_micros() - 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  EXPECT_THAT(refused.error().ToString(), HasSubstr(end.ToString()));
  EXPECT_TRUE(PlanErasure(paths_, "customer-3", policy, end)->allowed()) << "at it";
  EXPECT_TRUE(PlanErasure(paths_, "customer-3", policy, Instant::FromUnixMicros(end.unix_micros() + 1))->allowed()) << "over it";
  ASSERT_HOLDS(EraseOnce("customer-3", policy, end));
}

TEST_F(ErasureTest, AKindWithoutRetentionStandsAgainstNoRequest) {
  Fill(0, 7);
  EXPECT_TRUE(PlanErasure(paths_, "customer-3", {.days = {{RecordKind::kRefusal, 3'650}}}, kNow)->allowed());
  EXPECT_FALSE(PlanErasure(paths_, "customer-3", {.days = {{RecordKind::kDecision, 1}}}, kNow)->allowed());
  EXPECT_TRUE(PlanErasure(paths_, "customer-3", {.days = {{RecordKind::kDecision, 0}}}, kNow.PlusSeconds(3))->allowed());
}

TEST_F(ErasureTest, ExpiredAreThoseWhoseEveryRecordIsOver) {
  Fill(0, 10);  // customer-0, -1 and -2 twice: the second time 7 s later
  const RetentionPolicy policy{.days = {{RecordKind::kDecision, 30}}};
  const auto expired = [&](std::int64_t seconds) {
    std::set<std::string> all;
    const auto plans = PlanExpired(paths_, policy, kNow.PlusSeconds(seconds + 30 * kDay));
    for (const ErasurePlan& plan : *plans) all.insert(plan.records.ToString());
    return all;
  };
  EXPECT_EQ(expired(2), (std::set<std::string>{}));
  EXPECT_EQ(expired(3), (std::set<std::string>{"3"}));
  EXPECT_EQ(expired(6), (std::set<std::string>{"3", "4", "5", "6"}));
  EXPECT_EQ(expired(8), (std::set<std::string>{"3", "4", "5", "6", "0,7", "1,8"}));
  EXPECT_EQ(PlanExpired(paths_, {}, kNow).error().code, ErrorCode::kRefused) << "where nothing is said, nothing is over";
  EXPECT_TRUE(PlanExpired(paths_, {.days = {{RecordKind::kRefusal, 0}}}, kNow.PlusSeconds(kDay))->empty());
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  const auto erased = EraseExpired(**log, Order("", kNow.PlusSeconds(4 + 30 * kDay)), policy);
  ASSERT_HOLDS(erased);
  EXPECT_EQ(erased->size(), 2U);
  const auto none = EraseExpired(**log, Order("", kNow.PlusSeconds(4 + 30 * kDay)), policy);
  ASSERT_HOLDS(none);
  EXPECT_TRUE(none->empty());
  ASSERT_HOLDS((*log)->Close());
  LogReader reader = Reader();
  EXPECT_EQ(reader.size(), 12U);
  EXPECT_EQ(*reader.Read(10)->about.Find("cause")->string(), "retention_over");
  EXPECT_TRUE(reader.Decrypt(*reader.Read(10), "statement")) << "the log's own key is no subject's";
  ExpectWhole();
}

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

// A customer with so many records apart that their numbers have no room in a leaf.
TEST_F(ErasureTest, NumbersOfVeryManyRecordsStandInASection) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  std::vector<std::future<Result<Receipt>>> receipts;
  constexpr std::uint64_t kMany = 14'000;
  for (std::uint64_t n = 0; n < kMany; ++n) {
    Entry entry{.kind = RecordKind::kRefusal, .time = kNow, .decision_id = {}, .subject = n % 2 == 0 ? "even" : "odd"};
    entry.sections.push_back({"facts", "x"});
    receipts.push_back((*log)->Submit(std::move(entry)));
  }
  for (auto& receipt : receipts) ASSERT_HOLDS(receipt.get());
  const auto erased = Erase(**log, Order("even"), {});
  ASSERT_HOLDS(erased);
  ASSERT_HOLDS((*log)->Close());
  LogReader reader = Reader();
  const auto record = reader.Read(kMany);
  ASSERT_HOLDS(record);
  EXPECT_EQ(record->about.Find("ranges"), nullptr);
  const auto told = ReadErasure(*record, [&](std::string_view section) { return reader.Decrypt(*record, section); });
  ASSERT_HOLDS(told);
  EXPECT_EQ(told->records, kMany / 2);
  EXPECT_EQ(told->ranges.count(), kMany / 2);
  EXPECT_TRUE(told->ranges.Contains(4'000));
  EXPECT_FALSE(told->ranges.Contains(4'001));
  ExpectWhole();
}

}  // namespace
}  // namespace oxpecker::audit
