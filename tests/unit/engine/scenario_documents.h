// tests/unit/engine/scenario_documents.h - scenarios as trees that a test can change and write again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/rulebook/yaml_reader.h"

namespace oxpecker::engine {

struct ScenarioDocument {
  std::string id;
  yaml::Node facts;
  yaml::Node event;  // null: customer.review
};

// The scenarios that came with the policy. They are no part of the project and lie beside it where it
// is developed; nothing where they do not.
std::optional<std::string> GivenScenarioFile();

// Files of examples/scenarios, sorted by name.
std::vector<std::string> OwnScenarioFiles();

std::string ReadText(const std::string& path);

// Those of the files above, as far as they are there.
std::vector<ScenarioDocument> AllScenarioDocuments();

std::string ToJson(const yaml::Node& node);

}  // namespace oxpecker::engine
