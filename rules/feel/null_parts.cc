// What values are made of, where an expression writes them: contexts, and functions that it calls.
#include <algorithm>
#include <iterator>
#include <utility>

#include "rules/feel/null_analysis.h"

namespace oxpecker::feel {
namespace {

// Functions that call functions that call functions: as many nodes as this are looked at in all.
constexpr std::size_t kVisitsMax = 100'000;
constexpr std::size_t kOpenCallsMax = 32;

Known Both(const Known& a, const Known& b) {
  Known both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(both, both.end()));
  return both;
}

}  // namespace

// An entry that an entry refers to has been visited before it.
NullAnalysis::State NullAnalysis::OfContext(NodeIndex node, const Known& known) {
  const auto children = ast_.Children(node);
  const std::vector<std::string>& names = ast_.name_lists[ast_.nodes[node].payload];
  auto fields = std::make_shared<Fields>();
  for (std::size_t i = 0; i < children.size(); ++i) (*fields)[names[i]] = Visit(children[i], known);
  State state;
  state.fields = std::move(fields);
  return state;
}

// As it is written: what its parameters are, calls say.
NullAnalysis::State NullAnalysis::OfFunction(NodeIndex node, const Known& known) {
  const auto children = ast_.Children(node);
  for (const NodeIndex child : children.first(children.size() - 1)) states_[child] = {};
  if (ast_.nodes[node].detail == 1) states_[children[0]].function = node;
  open_calls_.push_back({node});
  Visit(children.back(), known);
  open_calls_.pop_back();
  State state;
  state.function = node;
  return state;
}

NullAnalysis::State NullAnalysis::OfCall(NodeIndex node, const Known& known) {
  const auto children = ast_.Children(node);
  const NodeIndex function = Visit(children[0], known).function;
  std::vector<State> given;
  for (const NodeIndex argument : children.subspan(1)) given.push_back(Visit(argument, known));
  if (function == kNoNode) return MayBeNull(node);
  const auto open = std::ranges::find(open_calls_, function, &OpenCall::function);
  if (open != open_calls_.end()) {
    open->calls_itself = true;
    const bool is_given = std::ranges::all_of(given, [](const State& state) { return state.origins.empty(); });
    return is_given && !open->may_be_null ? State{} : MayBeNull(node);
  }
  if (visits_ > kVisitsMax || open_calls_.size() >= kOpenCallsMax) return MayBeNull(node);
  const std::vector<std::string>& parameters = ast_.functions[ast_.nodes[function].payload].parameters;
  std::vector<State> arguments(parameters.size(), MayBeNull(node));
  for (std::size_t i = 0; i < given.size(); ++i) {
    std::size_t at = i;
    if (ast_.nodes[node].payload != kNoNode) {
      const std::string& name = ast_.name_lists[ast_.nodes[node].payload][i];
      at = static_cast<std::size_t>(std::ranges::find(parameters, name) - parameters.begin());
    }
    if (at >= parameters.size()) return MayBeNull(node);
    arguments[at] = std::move(given[i]);
    arguments[at].type = &ast_.types[children[i + 1]];
  }
  return Follow(function, std::move(arguments), known);
}

// What a call of itself gives is what the rest of the body gives.
NullAnalysis::State NullAnalysis::Follow(NodeIndex function, std::vector<State> arguments, const Known& known) {
  const auto children = ast_.Children(function);
  const std::size_t first = ast_.nodes[function].detail == 1 ? 1 : 0;
  if (children.size() != first + arguments.size() + 1) return MayBeNull(function);
  if (first == 1) {
    states_[children[0]] = {};
    states_[children[0]].function = function;
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    arguments[i].is_argument = true;
    arguments[i].is_partial = false;
    states_[children[first + i]] = std::move(arguments[i]);
  }
  open_calls_.push_back({function});
  State result = Visit(children.back(), known);
  const OpenCall& call = open_calls_.back();
  if (call.calls_itself && !result.origins.empty()) {
    open_calls_.back().may_be_null = true;
    result = Visit(children.back(), known);
  }
  open_calls_.pop_back();
  result.is_argument = false;
  return result;
}

NullAnalysis::State NullAnalysis::FromNullness(const Nullness& nullness, NodeIndex node, const std::string& text) const {
  State state;
  const auto add = [&](NullOrigins& origins, bool may, bool has_cause) {
    if (!may) return;
    origins.push_back(OriginAt(node, has_cause, nullness.why.empty() && text.empty()));
    origins.back().text = text;
    origins.back().why = nullness.why;
  };
  add(state.origins, nullness.may_be_missing, true);
  if (!nullness.may_be_missing) add(state.origins, nullness.may_be_null, false);
  add(state.items.origins, nullness.item_may_be_missing, true);
  if (!nullness.item_may_be_missing) add(state.items.origins, nullness.item_may_be_null, false);
  state.items.parts = nullness.item_parts;
  state.items.count_min = nullness.item_count_min;
  const std::string name = text.empty() ? OperandText(ast_.nodes[node].span) : text;
  if (nullness.item != nullptr)
    state.items.inner = std::make_shared<State>(FromNullness(*nullness.item, node, name));
  if (nullness.fields == nullptr) return state;
  auto fields = std::make_shared<Fields>();
  for (const auto& [field, of_field] : *nullness.fields) (*fields)[field] = FromNullness(of_field, node, name + "." + field);
  state.fields = std::move(fields);
  return state;
}

Nullness NullAnalysis::ToNullness(const State& state) const {
  Nullness value;
  for (const NullOrigin& origin : state.origins) {
    (origin.has_cause ? value.may_be_missing : value.may_be_null) = true;
    if (value.why.empty()) value.why = origin.text.empty() ? OperandText(ast_.nodes[origin.node].span) : origin.text;
  }
  for (const NullOrigin& origin : state.items.origins)
    (origin.has_cause ? value.item_may_be_missing : value.item_may_be_null) = true;
  value.item_count_min = state.items.count_min;
  value.item_parts = state.items.parts;
  if (state.items.inner != nullptr) value.item = std::make_shared<Nullness>(ToNullness(*state.items.inner));
  if (state.fields == nullptr) return value;
  auto fields = std::make_shared<std::map<std::string, Nullness>>();
  for (const auto& [name, field] : *state.fields)
    if (!field.is_partial) (*fields)[name] = ToNullness(field);
  value.fields = std::move(fields);
  return value;
}

// --- what values are made of ------------------------------------------------------------------

// A field that only one of them has written out is known for that one alone.
std::shared_ptr<const NullAnalysis::Fields> NullAnalysis::JoinedFields(const std::shared_ptr<const Fields>& a,
                                                                       const std::shared_ptr<const Fields>& b) {
  if (a == b) return a;
  auto joined = std::make_shared<Fields>();
  const auto add = [&](const std::shared_ptr<const Fields>& from, const std::shared_ptr<const Fields>& other) {
    if (from == nullptr) return;
    for (const auto& [name, state] : *from) {
      if (joined->contains(name)) continue;
      const auto at = other == nullptr ? Fields::const_iterator() : other->find(name);
      const bool has_both = other != nullptr && at != other->end();
      State& made = (*joined)[name] = has_both ? Joined(state, at->second) : state;
      made.is_partial = !has_both || state.is_partial || at->second.is_partial;
    }
  };
  add(a, b);
  add(b, a);
  return joined;
}

NullAnalysis::State NullAnalysis::Joined(State a, const State& b) {
  Merge(a.origins, b.origins);
  a.parts = Both(a.parts, b.parts);
  const std::size_t count_min = std::min(a.items.count_min, b.items.count_min);
  MergeItems(a.items, b.items);
  a.items.count_min = count_min;
  a.fields = JoinedFields(a.fields, b.fields);
  if (a.function != b.function) a.function = kNoNode;
  a.type = nullptr;
  return a;
}

NullAnalysis::Items NullAnalysis::ItemsOf(const State& item, std::size_t count_min) {
  Items items;
  items.origins = item.origins;
  items.parts = item.parts;
  items.count_min = count_min;
  const bool is_plain = item.fields == nullptr && item.function == kNoNode && item.items.inner == nullptr &&
                        item.items.origins.empty() && item.items.parts.empty() && item.items.count_min == 0;
  if (is_plain) return items;
  State inner = item;
  inner.origins.clear();
  inner.parts.clear();
  items.inner = std::make_shared<State>(std::move(inner));
  return items;
}

NullAnalysis::State NullAnalysis::ItemOf(const Items& items) {
  State state;
  if (items.inner != nullptr) state = *items.inner;
  state.origins = items.origins;
  state.parts = items.parts;
  state.is_argument = false;
  return state;
}

// A field that is there in what is kept.
void NullAnalysis::AddPart(Items& items, const std::string& part) {
  items.parts.insert(part);
  if (items.inner == nullptr || items.inner->fields == nullptr) return;
  const std::string name = part.substr(1, part.find('.', 1) - 1);
  const auto at = items.inner->fields->find(name);
  if (at == items.inner->fields->end() || name.size() + 1 != part.size()) return;
  auto fields = std::make_shared<Fields>(*items.inner->fields);
  (*fields)[name].origins.clear();
  State inner = *items.inner;
  inner.fields = std::move(fields);
  items.inner = std::make_shared<State>(std::move(inner));
}

void NullAnalysis::MergeItems(Items& into, const Items& from) {
  Merge(into.origins, from.origins);
  into.parts = Both(into.parts, from.parts);
  into.count_min += from.count_min;
  if (into.inner == nullptr && from.inner == nullptr) return;
  into.inner = std::make_shared<State>(Joined(into.inner == nullptr ? State{} : *into.inner,
                                              from.inner == nullptr ? State{} : *from.inner));
}

}  // namespace oxpecker::feel
