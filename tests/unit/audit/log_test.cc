#include "audit/log.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <set>
#include <thread>

#include "audit/sqlite_database.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

using ::testing::HasSubstr;
using LogTest = LogFixture;

TEST_F(LogTest, CreatesPrivateKeysAndFolders) {
  const auto mode = [](const std::filesystem::path& path) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0);
    return info.st_mode & 0777U;
  };
  EXPECT_EQ(mode(paths_.signing_key), 0600U);
  EXPECT_EQ(mode(paths_.vault_key), 0600U);
  EXPECT_EQ(mode(paths_.signing_key.parent_path()), 0700U);
  EXPECT_EQ(mode(paths_.vault.parent_path()), 0700U);
  const auto again = CreateLog(paths_, kOrigin, clock_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kRefused);
}

TEST_F(LogTest, GivesNumbersFromZeroAndReceiptsOfWhatIsStored) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  std::vector<Receipt> receipts;
  for (std::uint64_t n = 0; n < 3; ++n) {
    const auto receipt = (*log)->Append(EntryNumber(n));
    ASSERT_HOLDS(receipt);
    EXPECT_EQ(receipt->seq, n);
    EXPECT_FALSE(receipt->repeated);
    receipts.push_back(*receipt);
  }
  // Another connection sees it while the writer is at work: the receipt came after the commit.
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  EXPECT_EQ(reader->size(), 3U);
  for (const Receipt& receipt : receipts) {
    const auto record = reader->Read(receipt.seq);
    ASSERT_HOLDS(record);
    EXPECT_EQ(record->leaf_hash, receipt.leaf_hash);
  }
  ASSERT_HOLDS((*log)->Close());
}

TEST_F(LogTest, RepeatingADecisionGivesItsFirstReceipt) {
  Fill(0, 5);
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  const auto again = (*log)->Append(EntryNumber(3));
  ASSERT_HOLDS(again);
  EXPECT_EQ(again->seq, 3U);
  EXPECT_TRUE(again->repeated);
  ASSERT_HOLDS((*log)->Close());
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  EXPECT_EQ(reader->size(), 5U);
}

TEST_F(LogTest, ADecisionIdWithOtherContentIsRefused) {
  Fill(0, 5);
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  std::vector<Entry> others(5, EntryNumber(3));
  others[0].kind = RecordKind::kRefusal;
  others[1].about.Set("outcome", "other");
  others[2].sections[0].bytes += " ";
  others[3].sections[0].name = "facts";
  others[4].sections.pop_back();
  for (Entry& other : others) {
    const auto refused = (*log)->Append(std::move(other));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  }
  ASSERT_HOLDS((*log)->Append(EntryNumber(5)));  // the log goes on
  ASSERT_HOLDS((*log)->Close());
  const auto verified = Verify();
  ASSERT_HOLDS(verified);
  EXPECT_TRUE(verified->ok());
  EXPECT_EQ(verified->records, 6U);
}

// What is made of a request may change with the release in force; the request may not.
TEST_F(LogTest, AnEntryThatNamesItsRequestIsRepeatedByTheRequestAlone) {
  const auto entry = [](std::uint64_t n) {
    Entry made = EntryNumber(n);
    made.sections.insert(made.sections.begin(), {"event", "{}"});
    made.request_sections = {"inputs", "event"};
    return made;
  };
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  const auto first = (*log)->Append(entry(3));
  ASSERT_HOLDS(first);
  std::vector<Entry> same(4, entry(3));
  same[0].kind = RecordKind::kRefusal;
  same[1].about.Set("release", "another");
  same[2].sections[2].bytes = "another trace";
  same[3].sections.pop_back();
  for (Entry& again : same) {
    const auto receipt = (*log)->Append(std::move(again));
    ASSERT_HOLDS(receipt);
    EXPECT_EQ(receipt->seq, first->seq);
    EXPECT_EQ(receipt->leaf_hash, first->leaf_hash);
    EXPECT_TRUE(receipt->repeated);
  }
  std::vector<Entry> others(4, entry(3));
  others[0].sections[0].bytes = "{ }";
  others[1].sections[1].bytes += " ";
  others[2].sections.erase(others[2].sections.begin());
  others[3].request_sections.emplace_back("more");
  others[3].sections.push_back({"more", ""});
  for (Entry& other : others) {
    const auto refused = (*log)->Append(std::move(other));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  }
  // A part of the request that neither has is no difference.
  Entry without = entry(4);
  without.sections.erase(without.sections.begin());
  ASSERT_HOLDS((*log)->Append(without));
  const auto again = (*log)->Append(without);
  ASSERT_HOLDS(again);
  EXPECT_TRUE(again->repeated);
  ASSERT_HOLDS((*log)->Close());
}

TEST_F(LogTest, ADecisionRepeatedWithinOneGroupIsOneRecord) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  std::vector<std::future<Result<Receipt>>> receipts;
  for (int i = 0; i < 100; ++i) receipts.push_back((*log)->Submit(EntryNumber(1)));
  int first = 0;
  for (auto& future : receipts) {
    const auto receipt = future.get();
    ASSERT_HOLDS(receipt);
    EXPECT_EQ(receipt->seq, 0U);
    first += receipt->repeated ? 0 : 1;
  }
  EXPECT_EQ(first, 1);
  ASSERT_HOLDS((*log)->Close());
}

TEST_F(LogTest, ManyThreadsGetDenseNumbersAndACleanLog) {
  constexpr std::uint64_t kThreads = 4;
  constexpr std::uint64_t kEach = 250;
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  std::vector<std::vector<std::uint64_t>> numbers(kThreads);
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      std::vector<std::future<Result<Receipt>>> receipts;
      for (std::uint64_t n = 0; n < kEach; ++n)
        receipts.push_back((*log)->Submit(EntryNumber(t * kEach + n)));
      for (auto& future : receipts) {
        const auto receipt = future.get();
        if (receipt) numbers[t].push_back(receipt->seq);
      }
    });
  for (std::thread& thread : threads) thread.join();
  ASSERT_HOLDS((*log)->Close());
  std::set<std::uint64_t> all;
  for (const auto& own : numbers) {
    EXPECT_TRUE(std::is_sorted(own.begin(), own.end()));  // each thread in its order of submission
    all.insert(own.begin(), own.end());
  }
  EXPECT_EQ(all.size(), kThreads * kEach);
  EXPECT_EQ(*all.rbegin(), kThreads * kEach - 1);
  const auto verified = Verify();
  ASSERT_HOLDS(verified);
  EXPECT_TRUE(verified->ok()) << verified->first_break->ToString();
  EXPECT_EQ(verified->sealed_size, kThreads * kEach);
}

TEST_F(LogTest, ASmallQueuePushesBackAndLosesNothing) {
  auto log = Log::Open({.paths = paths_, .clock = &clock_, .queue_records_max = 2});
  ASSERT_HOLDS(log);
  std::vector<std::future<Result<Receipt>>> receipts;
  for (std::uint64_t n = 0; n < 200; ++n) receipts.push_back((*log)->Submit(EntryNumber(n)));
  for (std::uint64_t n = 0; n < 200; ++n) {
    const auto receipt = receipts[n].get();
    ASSERT_HOLDS(receipt);
    EXPECT_EQ(receipt->seq, n);
  }
  ASSERT_HOLDS((*log)->Close());
}

TEST_F(LogTest, CheckpointsComeAtTheirIntervalAndOnClose) {
  auto log = Log::Open({.paths = paths_,
                        .clock = &clock_,
                        .group = {.records_max = 1},
                        .cadence = {.records_max = 4, .interval = std::chrono::hours(1)}});
  ASSERT_HOLDS(log);
  for (std::uint64_t n = 0; n < 10; ++n) ASSERT_HOLDS((*log)->Append(EntryNumber(n)));
  ASSERT_HOLDS((*log)->Close());
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  const auto checkpoints = reader->Checkpoints();
  ASSERT_HOLDS(checkpoints);
  std::vector<std::uint64_t> sizes;
  for (const auto& checkpoint : *checkpoints) sizes.push_back(checkpoint.checkpoint.size);
  EXPECT_THAT(sizes, ::testing::ElementsAre(0, 4, 8, 10));
}

TEST_F(LogTest, ACheckpointOnDemandCoversWhatWasSubmitted) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  std::vector<std::future<Result<Receipt>>> receipts;
  for (std::uint64_t n = 0; n < 20; ++n) receipts.push_back((*log)->Submit(EntryNumber(n)));
  const auto first = (*log)->WriteCheckpoint();
  ASSERT_HOLDS(first);
  EXPECT_EQ(first->checkpoint.size, 20U);
  const auto opened = OpenCheckpoint(first->note, Key());
  ASSERT_HOLDS(opened);
  EXPECT_EQ(*opened, first->checkpoint);
  const auto second = (*log)->WriteCheckpoint();  // nothing new: the same one
  ASSERT_HOLDS(second);
  EXPECT_EQ(*second, *first);
  ASSERT_HOLDS((*log)->Close());
}

TEST_F(LogTest, ASecondWriterIsRefused) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  const auto second = OpenLog();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("another writer"));
  ASSERT_HOLDS((*log)->Close());
  ASSERT_HOLDS(OpenLog());
}

TEST_F(LogTest, AClosedLogRefuses) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  ASSERT_HOLDS((*log)->Close());
  ASSERT_HOLDS((*log)->Close());
  const auto refused = (*log)->Append(EntryNumber(0));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
}

TEST_F(LogTest, RefusesEntriesThatAreNotAcceptable) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  const auto code_of = [&](const auto& change) {
    Entry entry = EntryNumber(0);
    change(entry);
    const auto receipt = (*log)->Append(std::move(entry));
    return receipt ? std::string("accepted") : std::string(Name(receipt.error().code));
  };
  EXPECT_EQ(code_of([](Entry& e) { e.sections[0].name = "Inputs"; }), "invalid_input");
  EXPECT_EQ(code_of([](Entry& e) { e.sections[1].name = "inputs"; }), "invalid_input");
  EXPECT_EQ(code_of([](Entry& e) { e.about.Set("event", std::string("\xff")); }), "invalid_input");
  EXPECT_EQ(code_of([](Entry& e) { e.time = Instant::FromUnixSeconds(253'402'300'800); }),
            "invalid_input");  // year 10000
  EXPECT_EQ(code_of([](Entry& e) {
              json::Value deep = json::Array{};
              for (int i = 0; i < 7; ++i) deep = json::Array{deep};
              e.about.Set("event", deep);
            }),
            "invalid_input");
  EXPECT_EQ(code_of([](Entry& e) { e.about.Set("event", std::string(65'535, 'x')); }), "limit");
  EXPECT_EQ(code_of([](Entry& e) { e.subject = std::string(1'025, 's'); }), "limit");
  EXPECT_EQ(code_of([](Entry& e) {
              e.sections.assign(17, {});
              for (std::size_t i = 0; i < 17; ++i) e.sections[i].name = "s" + std::to_string(i);
            }),
            "limit");
  EXPECT_EQ(code_of([](Entry& e) {
              e.sections.assign(16, {});
              for (std::size_t i = 0; i < 16; ++i) e.sections[i].name = "s" + std::to_string(i);
            }),
            "accepted");
  ASSERT_HOLDS((*log)->Close());
}

TEST_F(LogTest, ADatabaseOlderThanThePublishedCheckpointIsRefused) {
  Fill(0, 10);
  const auto copy = folder_.path() / "older.db";
  std::filesystem::copy_file(paths_.database, copy);
  Fill(10, 20);
  std::filesystem::copy_file(copy, paths_.database,
                             std::filesystem::copy_options::overwrite_existing);
  const auto refused = OpenLog();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIntegrity);
  EXPECT_THAT(refused.error().message, HasSubstr("20 records was published"));
}

TEST_F(LogTest, ADatabaseWithAnotherHistoryThanPublishedIsRefused) {
  Fill(0, 10);
  const auto copy = folder_.path() / "older.db";
  std::filesystem::copy_file(paths_.database, copy);
  Fill(10, 20);
  const auto published = folder_.path() / "published";
  std::filesystem::copy_file(paths_.published_checkpoint, published);
  // The restored copy goes on with other records and signs them: a fork.
  std::filesystem::copy_file(copy, paths_.database,
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::remove(paths_.published_checkpoint);
  EXPECT_FALSE(OpenLog());  // without the published file it does not go on either
  auto older = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(older);
  const auto notes = older->Checkpoints();
  ASSERT_HOLDS(notes);
  std::ofstream(paths_.published_checkpoint) << notes->back().note;
  Fill(30, 45);
  std::filesystem::copy_file(published, paths_.published_checkpoint,
                             std::filesystem::copy_options::overwrite_existing);
  const auto refused = OpenLog();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIntegrity);
  EXPECT_THAT(refused.error().message, HasSubstr("two histories"));
}

// What somebody with the file may do so that an id is recorded twice, or that writing goes wrong.
TEST_F(LogTest, WhatIsDamagedAtSightIsNotWrittenTo) {
  Fill(0, 10);
  const auto whole = folder_.path() / "whole.db";
  std::filesystem::copy_file(paths_.database, whole);
  const auto refusal = [&](const char* sql) {
    std::filesystem::copy_file(whole, paths_.database,
                               std::filesystem::copy_options::overwrite_existing);
    {
      auto database = SqliteDatabase::Open(paths_.database, SqliteMode::kWrite);
      EXPECT_TRUE(database);
      const Status altered = database->Execute(sql);
      EXPECT_TRUE(altered) << altered.error().ToString();
    }
    const auto refused = OpenLog();
    if (refused) return std::string("opened after ") + sql;
    EXPECT_EQ(refused.error().code, ErrorCode::kIntegrity) << sql;
    return refused.error().message;
  };
  EXPECT_THAT(refusal("DELETE FROM by_decision WHERE seq=3"),
              HasSubstr("the index of decisions 9"));
  EXPECT_THAT(refusal("INSERT INTO by_decision VALUES(zeroblob(16),3)"),
              HasSubstr("the index of decisions 11"));
  EXPECT_THAT(refusal("UPDATE head SET checkpoints=9223372036854775807"),
              ::testing::HasSubstr("9223372036854775807 checkpoints, found "));
  EXPECT_THAT(refusal("CREATE TRIGGER forget AFTER INSERT ON by_decision BEGIN "
                      "DELETE FROM by_decision WHERE seq=new.seq; END"),
              HasSubstr("trigger forget"));
  EXPECT_THAT(refusal("DROP TRIGGER rec_is_never_deleted"), HasSubstr("rec_is_never_deleted"));
  EXPECT_THAT(refusal("DROP TABLE dek"), HasSubstr("table dek"));
  EXPECT_THAT(refusal("DELETE FROM checkpoint WHERE size=0"), HasSubstr("of the empty log"));
  EXPECT_THAT(refusal("INSERT INTO section VALUES(160,'x',x'00')"),
              HasSubstr("sections of records"));
  EXPECT_THAT(refusal("INSERT INTO dek VALUES(10,zeroblob(16),zeroblob(60))"),
              HasSubstr("sections of records"));
  std::filesystem::copy_file(whole, paths_.database,
                             std::filesystem::copy_options::overwrite_existing);
  ASSERT_HOLDS(OpenLog());
}

// Above the last checkpoint each record is read at opening, so an exchanged entry shows as well.
void FlipLeaf(const LogPaths& paths, std::uint64_t seq) {
  const std::string number = std::to_string(seq);
  AlterRecords(paths, "UPDATE rec SET leaf=CAST(replace(CAST(leaf AS TEXT),'\"seq\":\"" + number +
                          "\"','\"seq\":\"x\"') AS BLOB) WHERE seq=" + number);
}

TEST_F(LogTest, ARecordThatWasSignedLongAgoIsReadAgainBeforeAnythingIsSigned) {
  Fill(0, 20);
  const std::string published = ReadText(paths_.published_checkpoint);
  FlipLeaf(paths_, 2);
  const auto log = OpenLog();
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::kIntegrity);
  EXPECT_THAT(log.error().message, HasSubstr("record 2 is missing or altered"));
  EXPECT_EQ(ReadText(paths_.published_checkpoint), published);
}

TEST_F(LogTest, ASealIsNotPutOverRecordsThatTheDiskDoesNotHold) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  for (std::uint64_t n = 0; n < 5; ++n) ASSERT_HOLDS((*log)->Append(EntryNumber(n)));
  const std::string published = ReadText(paths_.published_checkpoint);
  FlipLeaf(paths_, 3);
  const Status closed = (*log)->Close();
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code, ErrorCode::kIntegrity);
  EXPECT_THAT(closed.error().message, HasSubstr("record 3"));
  EXPECT_EQ(ReadText(paths_.published_checkpoint), published);
}

// What lies below the recent records is proven only where that is asked for.
TEST_F(LogTest, TheWholeLogIsProvenAtOpeningWhereAskedFor) {
  Fill(0, 10);  // and a checkpoint
  Fill(10, 10 + kRecentRecords);
  FlipLeaf(paths_, 9);
  {
    auto recent = OpenLog();
    ASSERT_HOLDS(recent);
    ASSERT_HOLDS((*recent)->Close());
  }
  std::uint64_t last_progress = 0;
  const auto whole = Log::Open({.paths = paths_,
                                .clock = &clock_,
                                .prove = ProveAtOpening::kWhole,
                                .progress = [&](std::uint64_t done, std::uint64_t) { last_progress = done; }});
  ASSERT_FALSE(whole);
  EXPECT_EQ(whole.error().code, ErrorCode::kIntegrity);
  EXPECT_THAT(whole.error().message, HasSubstr("broken at record 9"));
  EXPECT_EQ(last_progress, 0U) << "it stopped at the break";
  FlipLeaf(paths_, 10);
  const auto recent = OpenLog();
  ASSERT_FALSE(recent);
  EXPECT_THAT(recent.error().message, HasSubstr("record 10 is"));
}

TEST_F(LogTest, AnExchangedEntryOfTheIndexAboveTheLastCheckpointIsRefused) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  for (std::uint64_t n = 0; n < 5; ++n) ASSERT_HOLDS((*log)->Append(EntryNumber(n)));
  LogPaths crashed = paths_;  // as after a crash: no checkpoint yet
  crashed.database = folder_.path() / "crashed" / "log.db";
  crashed.published_checkpoint = folder_.path() / "crashed" / "checkpoint";
  std::filesystem::copy(paths_.database.parent_path(), folder_.path() / "crashed");
  ASSERT_HOLDS((*log)->Close());
  {
    auto database = SqliteDatabase::Open(crashed.database, SqliteMode::kWrite);
    ASSERT_HOLDS(database);
    ASSERT_HOLDS(
        database->Execute("DELETE FROM by_decision WHERE seq=3;"
                          "INSERT INTO by_decision VALUES(zeroblob(16),3)"));
  }
  const auto refused = Log::Open({.paths = crashed, .clock = &clock_});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIntegrity);
  EXPECT_THAT(refused.error().message, HasSubstr("record 3"));
}

TEST_F(LogTest, AKeyFileThatOthersMayReadIsRefused) {
  std::filesystem::permissions(paths_.signing_key, std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  const auto refused = OpenLog();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  EXPECT_THAT(refused.error().hint, HasSubstr("chmod 600"));
}

TEST_F(LogTest, AnotherKeyOrVaultKeyIsRefused) {
  TemporaryFolder other;
  const LogPaths others = LogPaths::Under(other.path());
  ASSERT_HOLDS(CreateLog(others, kOrigin, clock_));
  LogPaths mixed = paths_;
  mixed.signing_key = others.signing_key;
  auto refused = Log::Open({.paths = mixed, .clock = &clock_});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIntegrity);
  mixed = paths_;
  mixed.vault_key = others.vault_key;
  refused = Log::Open({.paths = mixed, .clock = &clock_});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIntegrity);
}

// The disk is full in the middle of appending: here by a limit on the size of files.
TEST_F(LogTest, AFullDiskFailsTheLogAndLosesNoReceipt) {
  ASSERT_NE(std::signal(SIGXFSZ, SIG_IGN), SIG_ERR);
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 1U << 20U;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  std::uint64_t receipts = 0;
  Error failure;
  for (std::uint64_t n = 0; n < 2'000; ++n) {
    Entry entry = EntryNumber(n);
    entry.sections[0].bytes = std::string(10'000, 'y');
    const auto receipt = (*log)->Append(std::move(entry));
    if (!receipt) {
      failure = receipt.error();
      break;
    }
    ++receipts;
  }
  EXPECT_EQ(failure.code, ErrorCode::kUnavailable) << failure.ToString();
  EXPECT_GT(receipts, 0U);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  const auto still_failed = (*log)->Append(EntryNumber(5'000));
  ASSERT_FALSE(still_failed);  // there is room again, but nobody knows what the disk holds
  EXPECT_EQ(still_failed.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE((*log)->Close());
  log->reset();

  log = OpenLog();
  ASSERT_HOLDS(log);
  ASSERT_HOLDS((*log)->Append(EntryNumber(5'000)));
  ASSERT_HOLDS((*log)->Close());
  const auto verified = Verify();
  ASSERT_HOLDS(verified);
  EXPECT_TRUE(verified->ok()) << verified->first_break->ToString();
  EXPECT_GE(verified->records, receipts + 1);
}

}  // namespace
}  // namespace oxpecker::audit
