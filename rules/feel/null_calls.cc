// Calls of built-ins: which arguments may be null, and which results may be.
#include <algorithm>
#include <array>

#include "rules/feel/null_analysis.h"

namespace oxpecker::feel {
namespace {

using Tag = Type::Tag;

template <std::size_t N>
bool IsOneOf(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::ranges::find(names, name) != names.end();
}

constexpr std::array<std::string_view, 8> kAggregates = {"max",     "mean",   "median", "min",
                                                         "product", "stddev", "sum",    "mode"};
constexpr std::array<std::string_view, 2> kTruths = {"all", "any"};
// The same items, in another order or some of them.
constexpr std::array<std::string_view, 5> kSameItems = {"distinct values", "reverse", "sublist",
                                                        "remove", "flatten"};
constexpr std::array<std::string_view, 3> kJoiners = {"append", "concatenate", "union"};
// Of a text that may not be one: "2026-02-30".
constexpr std::array<std::string_view, 6> kConversions = {
    "date", "date and time", "duration", "number", "range", "time"};

}  // namespace

bool ToleratesNull(std::string_view builtin, std::size_t parameter) {
  if (builtin == "is") return true;
  if (builtin == "append") return parameter >= 1;
  if (builtin == "list contains" || builtin == "index of") return parameter == 1;
  if (builtin == "insert before" || builtin == "list replace" || builtin == "context put") return parameter == 2;
  return false;
}

std::size_t ParameterOf(const BuiltinCall& call, std::size_t argument) {
  const auto at = std::ranges::find(call.argument_of, static_cast<std::int32_t>(argument));
  return at == call.argument_of.end() ? argument : static_cast<std::size_t>(at - call.argument_of.begin());
}

NullAnalysis::State NullAnalysis::OfBuiltinCall(NodeIndex node, const Known& known) {
  const BuiltinCall& call = ast_.builtin_calls[ast_.nodes[node].payload];
  const auto children = ast_.Children(node);
  if (IsOneOf(call.name, kAggregates) || IsOneOf(call.name, kTruths)) return OfAggregate(node, known, call.name);
  State state;
  for (std::size_t i = 0; i < children.size(); ++i) {
    const State& argument = Visit(children[i], known);
    const std::size_t parameter = ParameterOf(call, i);
    const bool tolerates = ToleratesNull(call.name, parameter);
    if (!tolerates) MergeComputed(state.origins, argument.origins);
    if ((parameter == 0 && IsOneOf(call.name, kSameItems)) || IsOneOf(call.name, kJoiners)) {
      Merge(state.items.origins, tolerates ? argument.origins : argument.items.origins);
      if (children.size() == 1) state.items.parts = argument.items.parts;
      const bool may_drop = call.name == "sublist" || call.name == "remove" || call.name == "flatten";
      if (!may_drop) state.items.count_min = std::max(state.items.count_min, tolerates ? 1 : argument.items.count_min);
    }
  }
  if (MayHaveNoResult(node, call.name)) state.origins.push_back(OriginAt(node, true, false));
  return state;
}

// One list, or the values themselves.
NullAnalysis::State NullAnalysis::OfAggregate(NodeIndex node, const Known& known, std::string_view name) {
  const auto children = ast_.Children(node);
  State state;
  for (const NodeIndex child : children) {
    const State& argument = Visit(child, known);
    MergeComputed(state.origins, argument.origins);
    MergeComputed(state.origins, argument.items.origins);
  }
  if (children.size() != 1 || name == "mode" || IsOneOf(name, kTruths)) return state;
  const Tag tag = ast_.types[children[0]].tag();
  const bool is_list = tag == Tag::kList || tag == Tag::kRange || tag == Tag::kAny;
  if (is_list && !HasItems(children[0], known)) state.origins.push_back(OriginAt(node, true, false));
  return state;
}

bool NullAnalysis::MayHaveNoResult(NodeIndex node, std::string_view name) const {
  const auto children = ast_.Children(node);
  if (IsOneOf(name, kConversions)) {
    const bool is_text = children.size() >= 1 && ast_.types[children[0]].tag() == Tag::kString;
    return is_text && ast_.nodes[children[0]].kind != NodeKind::kLiteral;
  }
  if (name != "get value" || children.size() != 2) return false;
  // A name that is written, of a context that always has it.
  const Node& key = ast_.nodes[children[1]];
  const Type& type = ast_.types[children[0]];
  if (key.kind != NodeKind::kLiteral || type.tag() != Tag::kContext) return true;
  const Value& text = ast_.constants[key.payload];
  const Field* field = text.kind() == Kind::kString ? type.FindField(text.string()) : nullptr;
  return field == nullptr || field->optional || field->type.allows_null();
}

}  // namespace oxpecker::feel
