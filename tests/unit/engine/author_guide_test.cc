// docs/rulebook.md: its examples make one pack that compiles and passes its tests, and what it says
// is refused is refused with the words that it quotes.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "engine/pack_tests/pack_tests.h"
#include "rules/rulebook/null_warnings.h"
#include "rules/rulebook/table_warnings.h"
#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

struct Block {
  std::string kind;  // what stands after the three ticks
  std::string text;
};

std::vector<Block> Blocks() {
  std::ifstream file(OXPECKER_SOURCE_DIR "/docs/rulebook.md", std::ios::binary);
  std::vector<Block> blocks;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      if (!inside) blocks.push_back({line.substr(3), {}});
      inside = !inside;
    } else if (inside) {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

// The good examples, each a file; the engine's own sentences from the pack that ships.
std::vector<rules::PackFile> GuidePack() {
  std::vector<rules::PackFile> files;
  for (const Block& block : Blocks()) {
    if (block.kind != "yaml") continue;
    const bool test = block.text.find("\ntests:") != std::string::npos || block.text.starts_with("base:");
    files.push_back({"guide" + std::to_string(files.size() + 10) + (test ? ".test.yaml" : ".yaml"), block.text});
  }
  std::string texts = "defaults: {owner: engine}\ntexts:\n";
  for (const char* code : rules::kEngineReasons) texts += std::string("  - {reason: ") + code + ", officer: {en: a, sv: b, zh: c}}\n";
  files.push_back({"z_engine.yaml", texts});
  return files;
}

TEST(AuthorGuide, ItsExamplesCompileAndPassTheirTests) {
  const std::vector<rules::PackFile> files = GuidePack();
  EXPECT_GE(files.size(), 10U);
  const auto release = Release::Build(files);
  ASSERT_TRUE(release.has_value()) << ToString(release.error());
  const auto report = RunPackTests(*release, files);
  ASSERT_TRUE(report.has_value()) << ToString(report.error());
  EXPECT_GE(report->tests.size(), 10U);
  for (const PackTestResult& test : report->tests) EXPECT_TRUE(test.passed()) << ToText(test);
  EXPECT_EQ(report->gaps(), std::vector<std::string>{});
}

TEST(AuthorGuide, WhatItSaysIsRefusedIsRefusedInTheseWords) {
  const std::vector<Block> blocks = Blocks();
  std::size_t refused = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].kind != "yaml refused") continue;
    ++refused;
    std::vector<rules::PackFile> files = GuidePack();
    files.push_back({"example.yaml", blocks[i].text});
    const auto release = Release::Build(files);
    ASSERT_FALSE(release.has_value()) << blocks[i].text;
    if (i + 1 < blocks.size() && blocks[i + 1].kind == "text") {
      EXPECT_EQ(ToString(release.error()) + "\n", blocks[i + 1].text);
    }
  }
  EXPECT_GE(refused, 5U);
}

// Of tables, and of what may be missing.
std::string Warnings(const rules::CompiledRulebook& rulebook) {
  Issues found = rules::FindTableWarnings(rulebook);
  std::ranges::move(rules::FindNullWarnings(rulebook), std::back_inserter(found));
  return ToString(found);
}

// Beside the pack of the guide, which has no warning itself.
TEST(AuthorGuide, WhatItSaysIsWarnedOfIsWarnedOfInTheseWords) {
  const std::vector<Block> blocks = Blocks();
  const auto guide = Release::Build(GuidePack());
  ASSERT_TRUE(guide.has_value());
  EXPECT_EQ(Warnings((*guide)->rulebook()), "");
  std::size_t warned = 0;
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
    if (blocks[i].kind != "yaml warned") continue;
    ++warned;
    std::vector<rules::PackFile> files = GuidePack();
    files.push_back({"example.yaml", blocks[i].text});
    const auto release = Release::Build(files);
    ASSERT_TRUE(release.has_value()) << ToString(release.error());
    EXPECT_EQ(Warnings((*release)->rulebook()) + "\n", blocks[i + 1].text);
  }
  EXPECT_GE(warned, 1U);
}

}  // namespace
}  // namespace oxpecker::engine
