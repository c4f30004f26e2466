// rules/rulebook/form.h - reading a YAML mapping field by field, collecting every problem.
//
// For rules/rulebook, and for the tests of packs, which are YAML too. A Form knows which keys were asked for; Finish() reports the others,
// with the nearest key that would have been known.
#pragma once

#include <functional>
#include <map>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rulebook/rulebook.h"
#include "rules/rulebook/yaml_reader.h"

namespace oxpecker::rules {

// The nearest of `known` to `word`, within a third of its length; empty where none is near.
std::string Nearest(std::string_view word, const std::vector<std::string>& known);

class Form {
 public:
  // `what` names the thing in messages: "rule", "guard". A node that is no mapping is reported.
  Form(const yaml::Node& node, std::string what, Issues& issues);

  bool Has(std::string_view key);
  const yaml::Node* Take(std::string_view key);           // nullptr where absent
  const yaml::Node* Require(std::string_view key);        // reports where absent

  std::string Text(std::string_view key, bool required);
  // One of the words; reports others with the list. Empty where absent and not required.
  std::string Word(std::string_view key, std::initializer_list<std::string_view> words, bool required);
  std::int64_t Integer(std::string_view key, std::int64_t low, std::int64_t high, std::int64_t fallback);
  std::string DecimalText(std::string_view key, bool required);  // 0 to 1
  bool Flag(std::string_view key, bool fallback);
  Expression Feel(std::string_view key, bool required);
  std::vector<std::string> Words(std::string_view key, bool required);  // a scalar counts as one
  std::map<std::string, std::string> ByLanguage(std::string_view key, bool required);
  // A list of mappings, or one mapping.
  void Each(std::string_view key, bool required, const std::function<void(const yaml::Node&)>& visit);

  void Report(const yaml::Node& at, std::string message, std::string hint = {});
  void Finish();

 private:
  const yaml::Node& node_;
  std::string what_;
  Issues& issues_;
  std::vector<std::string> known_;
};

Expression ToExpression(const yaml::Node& node);

}  // namespace oxpecker::rules
