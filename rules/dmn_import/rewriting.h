// rules/dmn_import/rewriting.h - an expression of a model, told in the names of a rulebook. Private to
// rules/dmn_import.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/result.h"
#include "rules/dmn/compiled.h"

namespace oxpecker::dmn {

// What the slots of an activation are called in a rulebook. Slots in none of these are variables of the
// expression itself (entries, parameters, iterators) and keep their names.
struct SlotNames {
  std::map<std::uint32_t, std::string> ids;           // facts and features
  std::map<std::uint32_t, std::uint32_t> knowledge;   // functions, by their index in the model
  std::map<std::uint32_t, std::string> out_of_reach;  // why what stands there cannot be used
};

struct RewrittenText {
  std::string text;
  std::set<std::uint32_t> knowledge;  // functions that it calls by their names in the model
};

// Replaces names of elements by ids and names of item definitions by what they mean. The result is
// parsed and must give the same tree; where an id would mean something else there, an expression gets
// its old names back: {Amount: amount, result: ...}.result. Fails where that is no way either.
Result<RewrittenText> Rewrite(const Leaf& leaf, bool is_tests, const SlotNames& names);

// The type as the language writes it; empty where it cannot, or not in a few lines.
std::string TypeText(const feel::Type& type);

// As a key of a context: in quotes where it is no plain word.
std::string KeyText(const std::string& name);
// A name like `wanted` that is no word of the text.
std::string WordNotIn(std::string_view text, const std::string& wanted);
// The expression where another may follow: a comment ends with its line.
std::string Closed(const std::string& text);
std::string InParentheses(const std::string& text);

}  // namespace oxpecker::dmn
