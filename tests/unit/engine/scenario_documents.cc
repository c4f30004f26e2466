#include "tests/unit/engine/scenario_documents.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/check.h"
#include "base/decimal.h"
#include "base/json/value.h"

namespace oxpecker::engine {
namespace {

void Write(std::string& out, const yaml::Node& node) {
  bool first = true;
  const auto separate = [&] {
    if (!first) out += ',';
    first = false;
  };
  switch (node.kind) {
    case yaml::Kind::kNull: out += "null"; break;
    case yaml::Kind::kScalar: {
      const bool plain = !node.quoted && (node.text == "true" || node.text == "false" || Decimal::Parse(node.text).has_value());
      if (plain) out += node.text;
      else json::AppendString(out, node.text);
      break;
    }
    case yaml::Kind::kSequence:
      out += '[';
      for (const yaml::Node& item : node.items) {
        separate();
        Write(out, item);
      }
      out += ']';
      break;
    case yaml::Kind::kMapping:
      out += '{';
      for (const yaml::Entry& entry : node.entries) {
        separate();
        json::AppendString(out, entry.key.text);
        out += ':';
        Write(out, entry.value);
      }
      out += '}';
      break;
  }
}

}  // namespace

std::optional<std::string> GivenScenarioFile() {
  const std::filesystem::path root = OXPECKER_SOURCE_DIR;
  for (const auto& above : {root.parent_path(), root.parent_path().parent_path()}) {
    const auto file = above / "shared/data/engagement/scenarios.open.yaml";
    if (std::filesystem::exists(file)) return file.string();
  }
  return std::nullopt;
}

std::vector<std::string> OwnScenarioFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(OXPECKER_SOURCE_DIR "/examples/scenarios"))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<ScenarioDocument> AllScenarioDocuments() {
  std::vector<std::string> files = OwnScenarioFiles();
  if (auto given = GivenScenarioFile()) files.push_back(*std::move(given));
  std::vector<ScenarioDocument> documents;
  for (const std::string& file : files) {
    const auto root = yaml::Read(file, ReadText(file), {});
    EXPECT_TRUE(root.has_value()) << file;
    OXP_CHECK(root.has_value() && root->Find("scenarios") != nullptr);
    for (const yaml::Node& scenario : root->Find("scenarios")->items) {
      ScenarioDocument document{scenario.Find("id")->text, *scenario.Find("facts"), {}};
      if (const yaml::Node* event = scenario.Find("event")) document.event = *event;
      documents.push_back(std::move(document));
    }
  }
  return documents;
}

std::string ToJson(const yaml::Node& node) {
  std::string out;
  if (node.kind != yaml::Kind::kNull) Write(out, node);
  return out;
}

}  // namespace oxpecker::engine
