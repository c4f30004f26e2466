#include "audit/verify.h"

#include <gmock/gmock.h>

#include "audit/sqlite_database.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

class VerifyTest : public LogFixture {
 protected:
  std::string Published() const {
    std::ifstream stream(paths_.published_checkpoint, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
};

TEST_F(VerifyTest, AnEmptyLogHolds) {
  const auto result = Verify();
  ASSERT_HOLDS(result);
  EXPECT_TRUE(result->ok()) << result->first_break->ToString();
  EXPECT_EQ(result->records, 0U);
  EXPECT_EQ(result->checkpoints, 1U);
  EXPECT_EQ(result->authenticity, Verdict::kHolds);
}

TEST_F(VerifyTest, AWholeLogHoldsAndSaysWhatItIs) {
  Fill(0, 30);
  std::uint64_t bytes = 0;
  auto reader = LogReader::Open(paths_, WithVault::kNo);
  ASSERT_HOLDS(reader);
  ASSERT_HOLDS(reader->ForEach([&](const Record& record) -> Status {
    bytes += record.leaf.size();
    for (const auto& section : record.sections) bytes += section.ciphertext.size();
    return {};
  }));
  const auto result = VerifyLog(paths_.database, {.key = Key(), .published_note = Published()});
  ASSERT_HOLDS(result);
  EXPECT_TRUE(result->ok());
  EXPECT_EQ(result->origin, kOrigin);
  EXPECT_EQ(result->records, 30U);
  EXPECT_EQ(result->sealed_size, 30U);
  EXPECT_EQ(result->bytes, bytes);
  EXPECT_EQ(result->records_by_kind.at("decision"), 30U);
  EXPECT_EQ(result->integrity, Verdict::kHolds);
  EXPECT_EQ(result->completeness, Verdict::kHolds);
  EXPECT_EQ(result->authenticity, Verdict::kHolds);
  const std::string json = json::Canonical(result->ToJson());
  EXPECT_THAT(json, ::testing::HasSubstr("\"ok\":true"));
}

TEST_F(VerifyTest, WithoutAKeyAuthenticityIsNotShown) {
  Fill(0, 3);
  const auto result = VerifyLog(paths_.database, {});
  ASSERT_HOLDS(result);
  EXPECT_TRUE(result->ok());
  EXPECT_EQ(result->authenticity, Verdict::kNotShown);
  EXPECT_EQ(result->sealed_size, 0U);
}

TEST_F(VerifyTest, AnotherLogsKeyBreaksAuthenticity) {
  Fill(0, 3);
  const auto same_name = SigningKey::Generate(kOrigin);
  const auto other_name = SigningKey::Generate("bank.example/other");
  ASSERT_TRUE(same_name && other_name);
  for (const SigningKey* key : {&*same_name, &*other_name}) {
    const auto result = VerifyLog(paths_.database, {.key = key->verifier()});
    ASSERT_HOLDS(result);
    ASSERT_FALSE(result->ok());
    EXPECT_EQ(result->authenticity, Verdict::kBroken);
    EXPECT_EQ(result->integrity, Verdict::kNotShown);
  }
}

TEST_F(VerifyTest, APublishedCheckpointOfALongerLogShowsTheCutTail) {
  Fill(0, 10);
  const auto shorter = folder_.path() / "shorter.db";
  std::filesystem::copy_file(paths_.database, shorter);
  Fill(10, 12);
  const std::string note = Published();
  const auto whole = VerifyLog(paths_.database, {.key = Key(), .published_note = note});
  ASSERT_HOLDS(whole);
  EXPECT_TRUE(whole->ok());
  const auto cut = VerifyLog(shorter, {.key = Key(), .published_note = note});
  ASSERT_HOLDS(cut);
  ASSERT_FALSE(cut->ok());
  EXPECT_EQ(cut->first_break->code, "tail");
  EXPECT_EQ(cut->completeness, Verdict::kBroken);
}

TEST_F(VerifyTest, WithoutACheckpointFromOutsideCompletenessIsNotShown) {
  VerifyOptions options{.key = Key(), .must_be_published = true};
  const auto empty = VerifyLog(paths_.database, options);
  ASSERT_HOLDS(empty);
  EXPECT_TRUE(empty->ok()) << "its creation may have been cut short";
  Fill(0, 3);
  const auto missing = VerifyLog(paths_.database, options);
  ASSERT_HOLDS(missing);
  ASSERT_FALSE(missing->ok());
  EXPECT_EQ(missing->first_break->code, "unpublished");
  EXPECT_EQ(missing->completeness, Verdict::kBroken);
  options.must_be_published = false;
  const auto without = VerifyLog(paths_.database, options);
  ASSERT_HOLDS(without);
  EXPECT_TRUE(without->ok());
  EXPECT_EQ(without->integrity, Verdict::kHolds);
  EXPECT_EQ(without->completeness, Verdict::kNotShown);
}

// Where a checkpoint says that there is a log, an emptied or overwritten file is that log, broken.
TEST_F(VerifyTest, AFileThatShouldBeThePublishedLogIsABrokenOne) {
  Fill(0, 3);
  const VerifyOptions options{.key = Key(), .published_note = Published()};
  const auto file = folder_.path() / "other.db";
  for (const std::string& bytes : {std::string(), std::string(5'000, 'x')}) {
    std::ofstream(file, std::ios::trunc) << bytes;
    const auto result = VerifyLog(file, options);
    ASSERT_HOLDS(result);
    ASSERT_FALSE(result->ok());
    EXPECT_EQ(result->first_break->code, "no_log");
    EXPECT_EQ(result->integrity, Verdict::kBroken);
  }
}

TEST_F(VerifyTest, ADamagedPageIsAVerdict) {
  Fill(0, 30);
  std::fstream file(paths_.database, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(32'768);  // the type of the second page's b-tree
  file.put('\xFF');
  file.close();
  const auto result = VerifyLog(paths_.database, {.key = Key()});
  ASSERT_HOLDS(result);
  ASSERT_FALSE(result->ok());
  EXPECT_EQ(result->first_break->code, "storage");
  EXPECT_EQ(result->integrity, Verdict::kBroken);
  EXPECT_EQ(OpenLog().error().code, ErrorCode::kIntegrity);
}

TEST_F(VerifyTest, FilesThatAreNoLogAreErrorsNotVerdicts) {
  EXPECT_EQ(VerifyLog(folder_.path() / "none.db", {}).error().code, ErrorCode::kNotFound);
  const auto text = folder_.path() / "text.db";
  std::ofstream(text) << std::string(5'000, 'x');
  EXPECT_EQ(VerifyLog(text, {}).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(VerifyLog(paths_.vault, {}).error().code, ErrorCode::kInvalidInput);
}

TEST_F(VerifyTest, ALogOnReadOnlyMediaIsReadable) {
  Fill(0, 3);
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const auto folder = paths_.database.parent_path();
  std::filesystem::permissions(
      folder, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const auto result = Verify();
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  ASSERT_HOLDS(result);
  EXPECT_TRUE(result->ok());
}

TEST_F(VerifyTest, RecordsCannotBeChangedBySqlWithoutIntent) {
  Fill(0, 3);
  auto database = SqliteDatabase::Open(paths_.database, SqliteMode::kWrite);
  ASSERT_HOLDS(database);
  EXPECT_FALSE(database->Execute("UPDATE rec SET leaf=x'00' WHERE seq=1"));
  EXPECT_FALSE(database->Execute("DELETE FROM rec WHERE seq=1"));
}

}  // namespace
}  // namespace oxpecker::audit
