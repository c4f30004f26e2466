// What stands in the database file beside the rows: trees that lead readers astray, free pages that
// are none, definitions that do more than hold rows.
#include <gmock/gmock.h>

#include "audit/sqlite_database.h"
#include "audit/vault.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kPageBytes = 32'768;

// A database file as bytes; numbers are big-endian (sqlite.org/fileformat2.html).
class RawFile {
 public:
  explicit RawFile(const std::filesystem::path& file) : file_(file) {
    std::ifstream stream(file, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(stream), {});
  }
  void Save() const { std::ofstream(file_, std::ios::binary | std::ios::trunc) << bytes_; }
  std::size_t page_count() const { return bytes_.size() / kPageBytes; }
  std::uint32_t Get(std::size_t at) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes_[at + i]);
    return value;
  }
  void Put(std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) bytes_[at + i] = static_cast<char>(value >> (24 - 8 * i));
  }
  std::size_t AppendPage() {
    bytes_.append(kPageBytes, '\0');
    return page_count();
  }
  char& operator[](std::size_t at) { return bytes_[at]; }
  static std::size_t At(std::size_t page) { return (page - 1) * kPageBytes; }

 private:
  std::filesystem::path file_;
  std::string bytes_;
};

class StorageTest : public LogFixture {
 protected:
  std::size_t RootOf(const std::string& table) {
    auto database = SqliteDatabase::Open(paths_.database, SqliteMode::kRead);
    if (!database) return 0;
    const std::string sql = "SELECT rootpage FROM sqlite_schema WHERE name='" + table + "'";
    return static_cast<std::size_t>(database->QueryInteger(sql.c_str()).value_or(0));
  }
  std::string BreakOf(bool all_pages = false) {
    const auto result = VerifyLog(paths_.database, {.key = Key(), .all_pages = all_pages});
    if (!result) return result.error().ToString();
    return result->first_break ? result->first_break->code : "none";
  }
  // Where the key of the first cell of an inner page ends: two bytes, 7 bits each.
  std::size_t FirstDivider(RawFile& file, std::size_t root) {
    const std::size_t page = RawFile::At(root);
    EXPECT_EQ(file[page], 5) << "an inner page of a table";
    const std::size_t cell = file.Get(page + 10) & 0xFFFFU;
    return page + cell + 4 + 1;
  }
};

TEST_F(StorageTest, FreePagesThatAreNoneAreFoundBeforeTheyAreWrittenTo) {
  Fill(0, 400);
  const std::size_t root = RootOf("rec");
  RawFile file(paths_.database);
  const std::size_t first_leaf = file.Get(RawFile::At(root) + (file.Get(RawFile::At(root) + 10) & 0xFFFFU));
  const std::size_t trunk = file.AppendPage();
  file.Put(RawFile::At(trunk) + 4, 1);
  file.Put(RawFile::At(trunk) + 8, static_cast<std::uint32_t>(first_leaf));
  file.Put(28, static_cast<std::uint32_t>(file.page_count()));
  file.Put(32, static_cast<std::uint32_t>(trunk));
  file.Put(36, 2);
  file.Save();
  EXPECT_EQ(BreakOf(), "storage");
  const auto log = OpenLog();
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::kIntegrity);
}

TEST_F(StorageTest, PagesMayNotBeMoved) {
  Fill(0, 3);
  RawFile file(paths_.database);
  file.Put(52, 3);  // the largest root page: a database with auto_vacuum
  file.Save();
  EXPECT_EQ(BreakOf(), "storage");
  EXPECT_EQ(OpenLog().error().code, ErrorCode::kIntegrity);
}

// A lookup by key would go to the wrong page, though a walk from the first row to the last sees all.
TEST_F(StorageTest, KeysThatLeadAstrayAreFound) {
  Fill(0, 900);
  for (const char* table : {"rec", "dek"}) {
    const std::size_t root = RootOf(table);
    RawFile file(paths_.database);
    const std::size_t divider = FirstDivider(file, root);
    const char whole = file[divider];
    file[divider] = static_cast<char>(whole ^ 1);
    file.Save();
    EXPECT_EQ(BreakOf(), "storage") << table;
    file[divider] = whole;
    file.Save();
    EXPECT_EQ(BreakOf(), "none") << table;
  }
}

TEST_F(StorageTest, AReaderThatMissesASectionSaysThatTheTreeHidesIt) {
  Fill(0, 900);
  const std::size_t root = RootOf("section");
  RawFile file(paths_.database);
  const std::size_t divider = FirstDivider(file, root);
  const auto low_bits = [&](std::size_t at) { return static_cast<std::uint32_t>(file[at]) & 0x7FU; };
  const std::uint32_t last_id = (low_bits(divider - 1) << 7U) | low_bits(divider);
  const std::uint32_t lower = last_id - 16;  // below all sections of the page's last record
  file[divider - 1] = static_cast<char>(0x80U | (lower >> 7U));
  file[divider] = static_cast<char>(lower & 0x7FU);
  file.Save();
  auto reader = LogReader::Open(paths_, WithVault::kYes);
  ASSERT_HOLDS(reader);
  const auto record = reader->Read(last_id >> 4U);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, ErrorCode::kIntegrity);
  EXPECT_THAT(record.error().message, ::testing::HasSubstr("a part of it is not found"));
  EXPECT_EQ(BreakOf(true), "storage");
}

TEST_F(StorageTest, AWholeLogIsWholePageByPage) {
  Fill(0, 400);
  EXPECT_EQ(BreakOf(true), "none");
}

TEST_F(StorageTest, AVaultWithForeignDefinitionsIsNotUsed) {
  {
    auto database = SqliteDatabase::Open(paths_.vault, SqliteMode::kWrite);
    ASSERT_HOLDS(database);
    ASSERT_HOLDS(database->Execute(
        "CREATE TRIGGER x AFTER INSERT ON kek BEGIN DELETE FROM kek WHERE id=new.id; END"));
    ASSERT_HOLDS(database->CheckpointAll());
    ASSERT_HOLDS(database->Close());
  }
  const auto log = OpenLog();
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::kIntegrity);
  EXPECT_THAT(log.error().message, ::testing::HasSubstr("trigger x"));
}

}  // namespace
}  // namespace oxpecker::audit
