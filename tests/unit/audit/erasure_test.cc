#include "tests/unit/audit/erasure_fixture.h"

namespace oxpecker::audit {
namespace {

using testing::HasSubstr;
using testing::Not;

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
