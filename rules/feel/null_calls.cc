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
// The items of the first argument, and the third as one more.
constexpr std::array<std::string_view, 2> kWithOneMore = {"insert before", "list replace"};
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
  if (call.name == "get value" && children.size() == 2) return OfGetValue(node, known);
  State state;
  bool is_first = true;
  for (std::size_t i = 0; i < children.size(); ++i) {
    const State& argument = Visit(children[i], known);
    const std::size_t parameter = ParameterOf(call, i);
    const bool tolerates = ToleratesNull(call.name, parameter);
    if (!tolerates) MergeComputed(state.origins, argument.origins);
    const bool keeps_items = (parameter == 0 && IsOneOf(call.name, kSameItems)) || IsOneOf(call.name, kJoiners) ||
                             (parameter != 1 && IsOneOf(call.name, kWithOneMore));
    if (!keeps_items) continue;
    Items items = tolerates ? ItemsOf(argument, 1) : argument.items;
    if (!tolerates && ast_.types[children[i]].tag() != Tag::kList && ast_.types[children[i]].tag() != Tag::kAny)
      items = ItemsOf(argument, 1);  // one value for a list of it
    if (is_first) state.items = std::move(items);
    else MergeItems(state.items, items);
    is_first = false;
  }
  if (call.name == "flatten") state.items = Flattened(state.items);
  const bool may_drop = call.name == "sublist" || call.name == "remove" || call.name == "flatten";
  if (may_drop) state.items.count_min = 0;
  if (call.name == "distinct values" || call.name == "union") state.items.count_min = std::min<std::size_t>(state.items.count_min, 1);
  if (call.name == "list replace" && state.items.count_min > 0) --state.items.count_min;  // one takes the place of another
  if (call.name == "get entries") state.items = OfEntries(node);
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
  return name == "assert";
}

// A name that is written, of a context that is written too, or always has it.
NullAnalysis::State NullAnalysis::OfGetValue(NodeIndex node, const Known& known) {
  const auto children = ast_.Children(node);
  const State context = Visit(children[0], known);
  State state;
  MergeComputed(state.origins, context.origins);
  MergeComputed(state.origins, Visit(children[1], known).origins);
  const Node& key = ast_.nodes[children[1]];
  const bool is_written = key.kind == NodeKind::kLiteral && ast_.constants[key.payload].kind() == Kind::kString;
  if (!is_written) return Joined(std::move(state), MayBeNull(node));
  const std::string name(ast_.constants[key.payload].string());
  bool asks_type = true;
  if (context.fields != nullptr && context.fields->contains(name)) {
    State field = context.fields->at(name);
    asks_type = field.is_partial;
    field.is_partial = false;
    Merge(field.origins, state.origins);
    state = std::move(field);
  }
  const Type& type = ast_.types[children[0]];
  const Field* field = type.tag() == Tag::kContext ? type.FindField(name) : nullptr;
  const bool is_there = !asks_type || (field != nullptr && !field->optional && !field->type.allows_null());
  if (!is_there && !context.parts.contains("." + name)) Merge(state.origins, {OriginAt(node, true, false)});
  return state;
}

// Of a list that may hold lists.
NullAnalysis::Items NullAnalysis::Flattened(const Items& items) {
  Items flat = items;
  for (const State* inner = items.inner.get(); inner != nullptr; inner = inner->items.inner.get())
    MergeItems(flat, inner->items);
  return flat;
}

// The values of a context: any of them may be null.
NullAnalysis::Items NullAnalysis::OfEntries(NodeIndex node) const {
  auto fields = std::make_shared<Fields>();
  (*fields)["key"] = {};
  (*fields)["value"] = MayBeNull(node);
  State entry;
  entry.fields = std::move(fields);
  return ItemsOf(entry, 0);
}

}  // namespace oxpecker::feel
