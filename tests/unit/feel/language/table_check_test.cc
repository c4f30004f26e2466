#include "rules/feel/table_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace oxpecker::feel {
namespace {

// Rows of cells, "|" between them; "?" is the scope's one input beside `limit`.
class SmallTable {
 public:
  SmallTable(std::vector<Type> types, const std::vector<std::vector<std::string>>& rows) : types_(std::move(types)) {
    scope_.Add("limit", Type::Number());
    for (const auto& row : rows)
      for (std::size_t column = 0; column < types_.size(); ++column) {
        if (row[column] == "-") {
          cells_.push_back(nullptr);
          continue;
        }
        auto cell = CompileUnaryTests(row[column], types_[column], scope_, {});
        EXPECT_TRUE(cell.has_value()) << row[column];
        programs_.push_back(std::make_unique<Program>(*std::move(cell)));
        cells_.push_back(programs_.back().get());
      }
  }
  std::vector<TableFinding> Find(const TableQuestions& questions) const {
    return CheckTable({cells_, types_, scope_.variables().size()}, questions);
  }
  // "1+2: 1970", "3 out of reach", "gap: 5, true"
  std::string Text(const TableQuestions& questions = {true, true, true}) const {
    std::string text;
    for (const TableFinding& found : Find(questions)) {
      std::string example;
      for (const std::string& value : found.example) example += (example.empty() ? "" : ", ") + value;
      text += text.empty() ? "" : "; ";
      if (found.kind == TableFinding::Kind::kOverlap)
        text += std::to_string(found.row + 1) + "+" + std::to_string(found.other + 1) + ": " + example;
      if (found.kind == TableFinding::Kind::kUnreachable) text += std::to_string(found.row + 1) + " out of reach";
      if (found.kind == TableFinding::Kind::kGap) text += "gap: " + example;
    }
    return text;
  }

 private:
  Scope scope_;
  std::vector<Type> types_;
  std::vector<std::unique_ptr<Program>> programs_;
  std::vector<const Program*> cells_;
};

constexpr bool kNo = false;

TEST(TableCheck, RowsThatHoldForTheSameValues) {
  const TableQuestions overlaps{true, kNo, kNo};
  EXPECT_EQ(SmallTable({Type::Number()}, {{"< 1980"}, {"[1970..2000]"}}).Text(overlaps), "1+2: 1970");
  EXPECT_EQ(SmallTable({Type::Number()}, {{"< 1970"}, {"[1970..2000]"}, {"> 2000"}}).Text(overlaps), "");
  EXPECT_EQ(SmallTable({Type::Number()}, {{"<= 1970"}, {"[1970..2000]"}}).Text(overlaps), "1+2: 1970");
  EXPECT_EQ(SmallTable({Type::Number()}, {{"< 1970"}, {"> 1969"}}).Text(overlaps), "1+2: 1969.5");
  EXPECT_EQ(SmallTable({Type::String(), Type::Boolean()}, {{"\"a\", \"b\"", "true"}, {"\"b\"", "-"}, {"\"c\"", "-"}}).Text(overlaps), "1+2: \"b\", true");
  EXPECT_EQ(SmallTable({Type::String(), Type::Boolean()}, {{"\"a\", \"b\"", "true"}, {"\"b\"", "false"}}).Text(overlaps), "");
  EXPECT_EQ(SmallTable({Type::Number()}, {{"> limit"}, {"-"}}).Text(overlaps), "") << "nobody knows the limit";
  EXPECT_EQ(SmallTable({Type::Date()}, {{"< date(\"2026-03-16\")"}, {"> date(\"2026-03-14\")"}}).Text(overlaps), "1+2: date(\"2026-03-15\")");
  TableQuestions differing = overlaps;
  differing.differ = [](std::size_t, std::size_t) { return false; };
  EXPECT_EQ(SmallTable({Type::Number()}, {{"< 5"}, {"< 6"}}).Text(differing), "");
}

TEST(TableCheck, RowsThatNoneCanReach) {
  const TableQuestions unreachable{kNo, true, kNo};
  EXPECT_EQ(SmallTable({Type::Number()}, {{"-"}, {"< 5"}, {"limit"}}).Text(unreachable), "2 out of reach; 3 out of reach");
  EXPECT_EQ(SmallTable({Type::Number()}, {{"< 5"}, {">= 5"}, {"7"}}).Text(unreachable), "3 out of reach");
  EXPECT_EQ(SmallTable({Type::Number()}, {{"< 5"}, {">= 5"}, {"-"}}).Text(unreachable), "") << "the last holds for null";
  EXPECT_EQ(SmallTable({Type::Number()}, {{"<= 1"}, {">= 2"}, {"(1..2)"}}).Text(unreachable), "") << "1.5";
  EXPECT_EQ(SmallTable({Type::Boolean(), Type::Boolean()}, {{"true", "-"}, {"-", "true"}, {"true", "true"}, {"false", "false"}}).Text(unreachable), "3 out of reach");
  EXPECT_EQ(SmallTable({Type::Number(), Type::Number()}, {{"< 5", "-"}, {"-", "< 5"}, {"< 3", "< 9"}, {"[3..9]", "3"}}).Text(unreachable),
            "3 out of reach; 4 out of reach");
  EXPECT_EQ(SmallTable({Type::Number()}, {{"> limit"}, {"> 5"}}).Text(unreachable), "");
}

TEST(TableCheck, ValuesForWhichNoRowHolds) {
  const TableQuestions gaps{kNo, kNo, true};
  EXPECT_EQ(SmallTable({Type::Number()}, {{"< 5"}, {"> 5"}}).Text(gaps), "gap: 5");
  EXPECT_EQ(SmallTable({Type::Number()}, {{"< 5"}, {">= 5"}}).Text(gaps), "");
  EXPECT_EQ(SmallTable({Type::Number()}, {{"<= 5"}, {">= 6"}}).Text(gaps), "") << "5.5 is no number of things";
  EXPECT_EQ(SmallTable({Type::Number()}, {{"<= 5"}, {">= 7"}}).Text(gaps), "gap: 6");
  EXPECT_EQ(SmallTable({Type::StringOf({"a", "b", "c"})}, {{"\"a\""}, {"\"c\""}}).Text(gaps), "gap: \"b\"");
  EXPECT_EQ(SmallTable({Type::StringOf({"a", "b"})}, {{"\"a\""}, {"\"b\""}}).Text(gaps), "");
  EXPECT_EQ(SmallTable({Type::String()}, {{"\"a\""}, {"\"b\""}}).Text(gaps), "gap: \"another text\"");
  EXPECT_EQ(SmallTable({Type::Boolean(), Type::Number()}, {{"true", "-"}, {"false", "< 3"}}).Text(gaps), "gap: false, 3");
  EXPECT_EQ(SmallTable({Type::NumberWithin(Decimal::FromInt64(1), Decimal::FromInt64(5))}, {{"< 3"}, {"[3..5]"}}).Text(gaps), "");
  EXPECT_EQ(SmallTable({Type::Number()}, {{"> limit"}, {"< 5"}}).Text(gaps), "") << "the first may hold";
}

// Over all tables of three rows of a few cells in two columns: what is told is what the cells say.
TEST(TableCheck, SaysWhatTheCellsSay) {
  const std::vector<std::string> cells = {"-", "< 2", "2", "> 2"};
  const Type number = Type::Number();
  std::size_t unreachable = 0;
  for (std::size_t choice = 0; choice < 4096; ++choice) {
    std::vector<std::vector<std::string>> rows;
    for (std::size_t row = 0; row < 3; ++row) rows.push_back({cells[choice >> (row * 4) & 3U], cells[choice >> (row * 4 + 2) & 3U]});
    const auto holds = [&](std::size_t row, int a, int b) {  // 9: null
      const auto one = [](const std::string& cell, int v) {
        return cell == "-" || (v != 9 && (cell == "2" ? v == 2 : cell == "< 2" ? v < 2 : v > 2));
      };
      return one(rows[row][0], a) && one(rows[row][1], b);
    };
    bool overlap = false;
    bool gap = false;
    std::vector<bool> reached(3);
    for (const int a : {1, 2, 3, 9})
      for (const int b : {1, 2, 3, 9}) {
        std::size_t count = 0;
        for (std::size_t row = 0; row < 3; ++row)
          if (holds(row, a, b) && count++ == 0) reached[row] = true;
        overlap = overlap || count > 1;
        gap = gap || (count == 0 && a != 9 && b != 9);
      }
    bool told_overlap = false;
    bool told_gap = false;
    std::vector<bool> told_reached(3, true);
    for (const TableFinding& found : SmallTable({number, number}, rows).Find({true, true, true})) {
      told_overlap = told_overlap || found.kind == TableFinding::Kind::kOverlap;
      told_gap = told_gap || found.kind == TableFinding::Kind::kGap;
      if (found.kind == TableFinding::Kind::kUnreachable) told_reached[found.row] = false;
    }
    unreachable += static_cast<std::size_t>(std::count(reached.begin(), reached.end(), false));
    ASSERT_EQ(told_overlap, overlap) << choice;
    ASSERT_EQ(told_gap, gap) << choice;
    ASSERT_EQ(told_reached, reached) << choice;
  }
  EXPECT_GT(unreachable, 100U);
}

// Many rows take their time and no more.
TEST(TableCheck, ManyRowsEnd) {
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < 300; ++i) rows.push_back({std::to_string(i), i % 2 == 0 ? "-" : "> " + std::to_string(i)});
  EXPECT_EQ(SmallTable({Type::Number(), Type::Number()}, rows).Text({true, true, kNo}), "");
}

}  // namespace
}  // namespace oxpecker::feel
