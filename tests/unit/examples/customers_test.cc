// The example customers: readable, small, distinct. What the engine makes of them is tested where
// the engine is.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "base/json/document.h"

namespace oxpecker {
namespace {

std::vector<std::string> Lines(const std::string& path) {
  std::ifstream file(OXPECKER_SOURCE_DIR "/examples/customers/" + path, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST(Customers, TwelveSmallDocumentsWithEventAndFacts) {
  const std::vector<std::string> lines = Lines("customers.jsonl");
  EXPECT_EQ(lines.size(), 12U);
  std::set<std::string> ids;
  std::set<std::string> languages;
  for (const std::string& line : lines) {
    EXPECT_LE(line.size(), 6'000U);
    const Result<json::Document> document = json::Document::Parse(line, {});
    ASSERT_TRUE(document.has_value()) << document.error().ToString();
    ASSERT_EQ(document->root().size(), 2U);
    ASSERT_TRUE(document->root().Find("event").has_value());
    const auto facts = document->root().Find("facts");
    ASSERT_TRUE(facts.has_value());
    EXPECT_EQ(facts->Find("as_of")->text().substr(0, 8), "2026-10-");
    const auto customer = facts->Find("customer");
    ids.emplace(customer->Find("id")->text());
    languages.emplace(customer->Find("language")->text());
  }
  EXPECT_EQ(ids.size(), lines.size());
  EXPECT_EQ(languages, (std::set<std::string>{"en", "sv", "zh"}));
}

// The table of the README names the customers in the order of the file.
TEST(Customers, ReadmeListsThemInOrder) {
  const std::vector<std::string> lines = Lines("customers.jsonl");
  std::size_t row = 0;
  for (const std::string& text : Lines("README.md")) {
    const std::string start = "| " + std::to_string(row + 1) + " | ";
    if (row == lines.size() || !text.starts_with(start)) continue;
    const Result<json::Document> document = json::Document::Parse(lines[row], {});
    ASSERT_TRUE(document.has_value());
    const auto id = document->root().Find("facts")->Find("customer")->Find("id");
    EXPECT_TRUE(text.substr(start.size()).starts_with(std::string(id->text()) + " | ")) << text;
    ++row;
  }
  EXPECT_EQ(row, lines.size());
}

}  // namespace
}  // namespace oxpecker
