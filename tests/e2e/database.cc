#include "tests/e2e/database.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <vector>

namespace oxpecker::e2e {
namespace {

struct Closer {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Closer>;
using Statement = std::unique_ptr<sqlite3_stmt, Closer>;

Database Open(const std::filesystem::path& file) {
  sqlite3* raw = nullptr;
  EXPECT_EQ(sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK) << file;
  return Database(raw);
}

Statement Prepare(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &raw, nullptr), SQLITE_OK)
      << sql << ": " << sqlite3_errmsg(database);
  return Statement(raw);
}

void Execute(sqlite3* database, const std::string& sql) {
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sql << ": " << sqlite3_errmsg(database);
}

// Takes the triggers that forbid changes away; the statements that make them again.
std::vector<std::string> DropTriggers(sqlite3* database) {
  std::vector<std::string> names;
  std::vector<std::string> definitions;
  {
    const Statement triggers =
        Prepare(database, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'");
    const auto text = [&](int column) {
      return std::string(
          reinterpret_cast<const char*>(sqlite3_column_text(triggers.get(), column)));
    };
    while (sqlite3_step(triggers.get()) == SQLITE_ROW) {
      names.push_back(text(0));
      definitions.push_back(text(1));
    }
  }
  for (const std::string& name : names) Execute(database, "DROP TRIGGER " + name);
  return definitions;
}

void Restore(sqlite3* database, const std::vector<std::string>& triggers) {
  for (const std::string& trigger : triggers) Execute(database, trigger);
}

}  // namespace

void Alter(const std::filesystem::path& database, const std::string& sql) {
  const Database open = Open(database);
  const std::vector<std::string> triggers = DropTriggers(open.get());
  Execute(open.get(), sql);
  EXPECT_GT(sqlite3_total_changes(open.get()), 0) << sql << " changed nothing";
  Restore(open.get(), triggers);
}

void FlipBitOfLeaf(const std::filesystem::path& database, std::uint64_t seq) {
  const Database open = Open(database);
  const std::vector<std::string> triggers = DropTriggers(open.get());
  const std::string where = " WHERE seq = " + std::to_string(seq);
  std::string leaf;
  {
    const Statement select = Prepare(open.get(), "SELECT leaf FROM rec" + where);
    ASSERT_EQ(sqlite3_step(select.get()), SQLITE_ROW) << "no record " << seq;
    leaf.assign(static_cast<const char*>(sqlite3_column_blob(select.get(), 0)),
                static_cast<std::size_t>(sqlite3_column_bytes(select.get(), 0)));
  }
  leaf[leaf.size() / 2] = static_cast<char>(leaf[leaf.size() / 2] ^ 1);
  const Statement update = Prepare(open.get(), "UPDATE rec SET leaf = ?" + where);
  sqlite3_bind_blob(update.get(), 1, leaf.data(), static_cast<int>(leaf.size()), SQLITE_TRANSIENT);
  ASSERT_EQ(sqlite3_step(update.get()), SQLITE_DONE) << sqlite3_errmsg(open.get());
  Restore(open.get(), triggers);
}

}  // namespace oxpecker::e2e
