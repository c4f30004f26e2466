// rules/rulebook/text_template.h - sentences with {names} in them.
//
// The names are evidence of the candidate that the sentence is told about. "{{" stands for a brace.
// Pure functions.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace oxpecker::rules {

// The names that a sentence quotes, in order, without repeats.
std::vector<std::string> QuotedNames(std::string_view sentence);

// The sentence with each {name} replaced by what `lookup` says of it.
std::string FillIn(std::string_view sentence,
                   const std::function<std::string(std::string_view name)>& lookup);

}  // namespace oxpecker::rules
