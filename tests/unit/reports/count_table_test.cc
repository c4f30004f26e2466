#include "reports/count_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace oxpecker::reports {
namespace {

TEST(CountTable, CountsAndOrdersByCountThenName) {
  CountTable<1> table;
  table.Add({"b"});
  table.Add({"a"});
  table.Add({"c"}, 3);
  const auto rows = table.RowsByCount();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].key[0], "c");
  EXPECT_EQ(rows[0].n, 3U);
  EXPECT_EQ(rows[1].key[0], "a");
  EXPECT_EQ(rows[2].key[0], "b");
  EXPECT_EQ(table.total(), 5U);
}

TEST(CountTable, SumsOverOnePart) {
  CountTable<2> table;
  table.Add({"review", "silent"}, 2);
  table.Add({"review", "action"});
  table.Add({"payment", "action"}, 4);
  EXPECT_EQ(table.Sum(0, "review"), 3U);
  EXPECT_EQ(table.Sum(1, "action"), 5U);
  EXPECT_EQ(table.Of({"review", "action"}), 1U);
  EXPECT_EQ(table.Of({"payment", "silent"}), 0U);
  EXPECT_EQ(table.Names(0), (std::vector<std::string>{"payment", "review"}));
}

TEST(CountTable, FoldsNamesBeyondTheLimitAndKeepsTheTotal) {
  CountTable<1> table;
  const std::size_t limit = CountTable<1>::kRowsMax;
  for (std::size_t i = 0; i < limit; ++i) table.Add({"name" + std::to_string(i)});
  EXPECT_EQ(table.folded(), 0U);
  table.Add({"one too many"}, 2);
  table.Add({"name0"});  // a name that has its row keeps counting
  EXPECT_EQ(table.folded(), 2U);
  EXPECT_EQ(table.Of({CountTable<1>::kOther}), 2U);
  EXPECT_EQ(table.Of({"name0"}), 2U);
  EXPECT_EQ(table.total(), limit + 3);
  EXPECT_EQ(table.RowsByKey().size(), limit + 1);
}

}  // namespace
}  // namespace oxpecker::reports
