// rules/rulebook/table_feature.h - features that are decision tables of values, and what a feature
// declares of its value: read from YAML and compiled. Private to rules/rulebook.
#pragma once

#include "base/result.h"
#include "rules/rulebook/compiled_rulebook.h"
#include "rules/rulebook/yaml_reader.h"

namespace oxpecker::rules {

TableFeature ReadTableFeature(const yaml::Node& node, Issues& issues);

struct FeatureSurroundings {
  const feel::Scope& scope;
  const feel::Limits& limits;
};
// What is wrong goes to `issues`; the feature is then not to be used.
CompiledFeature CompileTableFeature(const TableFeature& table, const FeatureSurroundings& around, Issues& issues);
// `type` and `allowed` of the authored feature.
void DeclareFeature(const Feature& feature, const FeatureSurroundings& around, CompiledFeature& compiled,
                    Issues& issues);

}  // namespace oxpecker::rules
