#include "rules/rulebook/yaml_reader.h"

#include <chrono>
#include <gtest/gtest.h>

namespace oxpecker::yaml {
namespace {

std::string Problems(std::string_view text, const Limits& limits = {}) {
  const auto node = Read("f.yaml", text, limits);
  return node ? "" : ToString(node.error());
}

Node Good(std::string_view text) {
  auto node = Read("f.yaml", text, {});
  EXPECT_TRUE(node.has_value()) << (node ? "" : ToString(node.error()));
  return node ? *std::move(node) : Node{};
}

TEST(YamlReader, ReadsMappingsSequencesAndScalarsWithTheirPlaces) {
  const Node root = Good("a: 1\nb:\n  - x\n  - {c: 'y z', d: \"w\"}\ne:\n");
  ASSERT_EQ(root.kind, Kind::kMapping);
  ASSERT_EQ(root.entries.size(), 3U);
  EXPECT_EQ(root.Find("a")->text, "1");
  EXPECT_EQ(root.Find("a")->Place(), "f.yaml:1:4");
  EXPECT_FALSE(root.Find("a")->quoted);
  const Node* list = root.Find("b");
  ASSERT_EQ(list->items.size(), 2U);
  EXPECT_EQ(list->items[0].Place(), "f.yaml:3:5");
  EXPECT_EQ(list->items[1].Find("c")->text, "y z");
  EXPECT_TRUE(list->items[1].Find("c")->quoted);
  EXPECT_EQ(list->items[1].Find("c")->Place(), "f.yaml:4:10");  // of the first letter, after the quote
  EXPECT_EQ(list->items[1].Find("d")->Place(), "f.yaml:4:20");
  EXPECT_EQ(root.Find("e")->kind, Kind::kNull);
  EXPECT_EQ(root.Find("f"), nullptr);
}

TEST(YamlReader, KeepsTheOrderOfEntries) {
  const Node root = Good("b: 1\na: 2\nc: 3\n");
  EXPECT_EQ(root.entries[0].key.text, "b");
  EXPECT_EQ(root.entries[1].key.text, "a");
  EXPECT_EQ(root.entries[2].key.text, "c");
}

TEST(YamlReader, BlockScalarsKnowTheirFirstLineAndTheirIndent) {
  const Node root = Good("when: |\n    a\n    and b\nnext: >-\n\n  c\n  d\n");
  const Node* when = root.Find("when");
  EXPECT_EQ(when->text, "a\nand b\n");
  EXPECT_TRUE(when->quoted);
  EXPECT_EQ(when->Place(), "f.yaml:2:5");
  EXPECT_EQ(when->indent, 4U);
}

TEST(YamlReader, AnEmptyFileIsNothing) {
  EXPECT_EQ(Good("").kind, Kind::kNull);
  EXPECT_EQ(Good("# a comment\n").kind, Kind::kNull);
}

TEST(YamlReader, RefusesWhatSurprises) {
  EXPECT_EQ(Problems("a: &x 1\n"),
            "f.yaml:1:4: an anchor (&name) stands here; leave it out and write values where they are used");
  EXPECT_NE(Problems("a: &x 1\nb: *x\n").find("f.yaml:2:4: an alias (*name) stands here; write the value out"),
            std::string::npos);
  EXPECT_NE(Problems("a: !!int 1\n").find("a tag (tag:yaml.org,2002:int) stands here"), std::string::npos);
  EXPECT_NE(Problems("a: !mine {b: 1}\n").find("a tag (!mine) stands here"), std::string::npos);
  EXPECT_EQ(Problems("a: 1\nb: 2\na: 3\n"), "f.yaml:3:1: the key 'a' stands twice in one mapping; keep one of them");
  EXPECT_NE(Problems("a: 1\n---\nb: 2\n").find("a second document starts here"), std::string::npos);
  EXPECT_NE(Problems("? [1, 2]\n: 3\n").find("a key is no plain text"), std::string::npos);
}

TEST(YamlReader, SameKeyInTwoMappingsIsFine) {
  EXPECT_EQ(Problems("a: {x: 1}\nb: {x: 2}\n"), "");
}

TEST(YamlReader, ListsEveryForbiddenConstruct) {
  const auto node = Read("f.yaml", "a: &x 1\nb: !!str 2\na: 3\n", {});
  ASSERT_FALSE(node.has_value());
  EXPECT_EQ(node.error().size(), 3U);
}

TEST(YamlReader, SyntaxErrorsHaveAPlace) {
  EXPECT_TRUE(Problems("a: [1, 2\nb: 3\n").starts_with("f.yaml:")) << Problems("a: [1, 2\nb: 3\n");
  EXPECT_NE(Problems("a: [1, 2\nb: 3\n").find("this is no valid YAML"), std::string::npos);
}

TEST(YamlReader, ATextInQuotesMustEnd) {
  EXPECT_EQ(Problems("a: \"open\n"), "f.yaml:1:4: a text in quotes does not end; close the quote; is the file cut short?");
  EXPECT_NE(Problems("a: 'open\n"), "");
  EXPECT_NE(Problems("a: 'it''s open''\n"), "");
  EXPECT_NE(Problems("a: \"open \\\"\n"), "");
  EXPECT_EQ(Problems("a: 'it''s'\nb: \"a \\\" b\"\nc: 'two\n  lines'\n"), "");
}

TEST(YamlReader, ColumnsCountCodePoints) {
  const Node root = Good("{zh: \"费用\", b: x}");
  EXPECT_EQ(root.Find("b")->Place(), "f.yaml:1:15");
}

TEST(YamlReader, RefusesWhatIsNoText) {
  EXPECT_EQ(Problems("a: \xFF\n"), "f.yaml: the file is no UTF-8 text; save it as UTF-8");
  EXPECT_EQ(Problems(std::string_view("a: \0\n", 5)), "f.yaml: the file is no UTF-8 text; save it as UTF-8");
}

TEST(YamlReader, LimitsOnBytesDepthAndNodes) {
  EXPECT_EQ(Problems("a: b", {.bytes_max = 4}), "");
  EXPECT_NE(Problems("a: bc", {.bytes_max = 4}).find("more than the limit of 4"), std::string::npos);
  EXPECT_EQ(Problems("[[[1]]]", {.depth_max = 3}), "");
  EXPECT_NE(Problems("[[[[1]]]]", {.depth_max = 3}).find("nested deeper than 3"), std::string::npos);
  EXPECT_EQ(Problems("[1, 2, 3]", {.nodes_max = 4}), "");
  EXPECT_NE(Problems("[1, 2, 3, 4]", {.nodes_max = 4}).find("more than 4 values"), std::string::npos);
}

TEST(YamlReader, DeepNestingIsRefusedAndNoCrash) {
  EXPECT_NE(Problems(std::string(20'000, '[')), "");
  EXPECT_NE(Problems(std::string(20'000, '{')), "");
}

TEST(YamlReader, OneLongLineCostsNoMoreThanManyShortOnes) {
  std::string text = "a: [";
  for (int i = 0; i < 100'000; ++i) text += "we noticed " + std::to_string(i) + ", ";
  const auto begin = std::chrono::steady_clock::now();
  const auto root = Read("a.yaml", text + "x]", {});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{15});
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(root->Find("a")->items.back().origin.column, text.size() + 1);
}

}  // namespace
}  // namespace oxpecker::yaml
