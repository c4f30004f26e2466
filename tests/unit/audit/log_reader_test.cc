#include "audit/log_reader.h"

#include <gmock/gmock.h>

#include "audit/sqlite_database.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

using LogReaderTest = LogFixture;

TEST_F(LogReaderTest, ReadsBackWhatWasAppended) {
  Fill(0, 50);
  auto reader = LogReader::Open(paths_, WithVault::kYes);
  ASSERT_HOLDS(reader);
  EXPECT_EQ(reader->origin(), kOrigin);
  EXPECT_EQ(reader->size(), 50U);
  std::uint64_t n = 0;
  Digest prev;
  const Status walked = reader->ForEach([&](const Record& record) -> Status {
    const Entry entry = EntryNumber(n);
    EXPECT_EQ(record.seq, n);
    EXPECT_EQ(record.prev, prev);
    EXPECT_EQ(record.kind, RecordKind::kDecision);
    EXPECT_EQ(record.time, entry.time);
    EXPECT_EQ(record.decision_id, entry.decision_id);
    EXPECT_EQ(json::Canonical(record.about), json::Canonical(entry.about));
    OXP_TRY(const auto sections, reader->DecryptAll(record));
    EXPECT_EQ(sections, entry.sections);
    prev = record.leaf_hash;
    ++n;
    return {};
  });
  ASSERT_HOLDS(walked);
  EXPECT_EQ(n, 50U);
}

TEST_F(LogReaderTest, WalksARangeAndStopsWhereTheVisitorSays) {
  Fill(0, 10);
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  std::vector<std::uint64_t> seen;
  ASSERT_HOLDS(reader->ForEach(7, 100, [&](const Record& record) -> Status {
    seen.push_back(record.seq);
    return {};
  }));
  EXPECT_THAT(seen, ::testing::ElementsAre(7, 8, 9));
  const auto stopped = reader->ForEach([&](const Record& record) -> Status {
    if (record.seq == 2) return Fail(ErrorCode::kRefused, "", "enough");
    return {};
  });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().message, "enough");
}

TEST_F(LogReaderTest, FindsByIdAndByUniquePrefix) {
  Fill(0, 20);
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  for (std::uint64_t n = 0; n < 20; ++n) {
    const std::string id = DecisionNumber(n).str();
    EXPECT_EQ(*reader->Find(id), n);
    EXPECT_EQ(*reader->Find(id.substr(0, 23)), n);  // all 20 differ by then
  }
  const auto ambiguous = reader->Find(DecisionNumber(0).str().substr(0, 8));
  ASSERT_FALSE(ambiguous);
  EXPECT_EQ(ambiguous.error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(reader->Find("ffffffff").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(reader->Find("fff").error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(reader->Find("nonsense").error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(reader->Find(DecisionNumber(0).str() + "0").error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(reader->Read(20).error().code, ErrorCode::kNotFound);
}

TEST_F(LogReaderTest, WithoutTheVaultSectionsStayClosed) {
  Fill(0, 1);
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  const auto record = reader->Read(0);
  ASSERT_HOLDS(record);
  EXPECT_EQ(reader->Decrypt(*record, "inputs").error().code, ErrorCode::kRefused);
  EXPECT_EQ(reader->Decrypt(*record, "absent").error().code, ErrorCode::kNotFound);
}

TEST_F(LogReaderTest, AReaderKeepsItsSnapshotWhileTheLogGrows) {
  Fill(0, 5);
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  Fill(5, 9);
  EXPECT_EQ(reader->size(), 5U);
  std::uint64_t seen = 0;
  ASSERT_HOLDS(reader->ForEach(0, 100, [&](const Record&) -> Status {
    ++seen;
    return {};
  }));
  EXPECT_EQ(seen, 5U);
  auto later = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(later);
  EXPECT_EQ(later->size(), 9U);
}

TEST_F(LogReaderTest, DestroyingASubjectsKeyClosesItsSectionsAndNoProof) {
  Fill(0, 14);  // subjects repeat every 7 records
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  const auto record = reader->Read(3);
  ASSERT_HOLDS(record);
  {
    auto vault = SqliteDatabase::Open(paths_.vault, SqliteMode::kWrite);
    ASSERT_HOLDS(vault);
    auto erase = vault->Prepare("DELETE FROM kek WHERE id=?");
    ASSERT_HOLDS(erase);
    ASSERT_HOLDS(erase->BindBlob(1, record->kek_id).Run());
    EXPECT_EQ(vault->changes(), 1);
  }
  auto with_vault = LogReader::Open(paths_, WithVault::kYes);
  ASSERT_HOLDS(with_vault);
  for (std::uint64_t n = 0; n < 14; ++n) {
    const auto read = with_vault->Read(n);
    ASSERT_HOLDS(read);
    const auto inputs = with_vault->Decrypt(*read, "inputs");
    EXPECT_EQ(inputs.has_value(), n % 7 != 3);
    if (!inputs) {
      EXPECT_EQ(inputs.error().code, ErrorCode::kNotFound);
    }
  }
  const auto verified = Verify();
  ASSERT_HOLDS(verified);
  EXPECT_TRUE(verified->ok());
}

TEST_F(LogReaderTest, CountsByKind) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  for (int i = 0; i < 3; ++i)
    ASSERT_HOLDS((*log)->Append({.kind = RecordKind::kRefusal, .time = kNow}));
  ASSERT_HOLDS((*log)->Append({.kind = RecordKind::kRelease, .time = kNow}));
  ASSERT_HOLDS((*log)->Close());
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  const auto counts = reader->CountsByKind();
  ASSERT_HOLDS(counts);
  EXPECT_THAT(counts->readable,
              ::testing::ElementsAre(::testing::Pair("refusal", 3), ::testing::Pair("release", 1)));
  EXPECT_EQ(counts->damaged, 0U);
}

TEST_F(LogReaderTest, NoPlaintextLiesInTheLogOrTheVault) {
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  Entry entry = EntryNumber(0);
  entry.subject = "subject-canary-19470101";
  entry.sections[0].bytes = "section-canary-Astrid";
  ASSERT_HOLDS((*log)->Append(std::move(entry)));
  ASSERT_HOLDS((*log)->Close());
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder_.path())) {
    if (!file.is_regular_file()) continue;
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_EQ(bytes.find("canary"), std::string::npos) << file.path();
  }
}

struct Walked {
  std::vector<std::uint64_t> seen;
  std::vector<std::uint64_t> damaged;  // first and last of each
};
Walked WalkReadable(const LogPaths& paths) {
  Walked walked;
  auto reader = LogReader::Open(paths, WithVault::kYes);
  EXPECT_TRUE(reader.has_value());
  const Status status = reader->ForEachReadable(
      0, reader->size(),
      [&](const Record& record) -> Status {
        OXP_TRY(const auto sections, reader->DecryptAll(record));
        EXPECT_EQ(sections, EntryNumber(record.seq).sections) << record.seq;
        walked.seen.push_back(record.seq);
        return {};
      },
      [&](const LogReader::Damage& damage) {
        EXPECT_EQ(damage.error.code, ErrorCode::kIntegrity);
        walked.damaged.insert(walked.damaged.end(), {damage.first, damage.last});
      });
  EXPECT_TRUE(status.has_value()) << (status ? "" : status.error().ToString());
  return walked;
}

TEST_F(LogReaderTest, WalksOnBehindWhatIsDamagedOrMissing) {
  Fill(0, 10);
  EXPECT_THAT(WalkReadable(paths_).damaged, ::testing::IsEmpty());
  AlterRecords(paths_, "UPDATE rec SET leaf_hash=zeroblob(32) WHERE seq=2;"
                       "DELETE FROM rec WHERE seq IN (5,6,9)");
  const Walked walked = WalkReadable(paths_);
  EXPECT_THAT(walked.seen, ::testing::ElementsAre(0, 1, 3, 4, 7, 8));
  EXPECT_THAT(walked.damaged, ::testing::ElementsAre(2, 2, 5, 6, 9, 9));
}

}  // namespace
}  // namespace oxpecker::audit
