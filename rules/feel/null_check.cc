#include "rules/feel/null_check.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "rules/feel/null_analysis.h"
#include "rules/feel/parser.h"

namespace oxpecker::feel {
namespace {

using Tag = Type::Tag;

// A field of every item of a list, or of a context.
const Field* FieldOf(const Type& type, std::string_view name) {
  return type.tag() == Tag::kContext ? type.FindField(name) : nullptr;
}

// Those that begin with ".name", without it.
Known PartsOf(const Known& parts, const std::string& field) {
  Known inner;
  for (const std::string& part : parts)
    if (part.size() > field.size() && part.starts_with(field) && part[field.size()] == '.')
      inner.insert(part.substr(field.size()));
  return inner;
}

// Whether a value of the type may be without the field, or the field is null at times.
bool HasNoField(const Type& type, std::string_view name) {
  if (type.tag() == Tag::kMap || type.tag() == Tag::kAny) return true;
  const bool has_zone = type.tag() == Tag::kTime || type.tag() == Tag::kDateTime;
  if (has_zone && (name == "timezone" || name == "time offset")) return true;  // a local time
  const Field* field = FieldOf(type, name);
  return field != nullptr && field->optional;
}
bool MayLack(const Type& type, std::string_view name) {
  const Field* field = FieldOf(type, name);
  return HasNoField(type, name) || (field != nullptr && field->type.allows_null());
}

bool IsOrder(TestOperator op) {
  return op != TestOperator::kEqual && op != TestOperator::kNotEqual;
}

}  // namespace

Nullness Nullness::Of(const Type& type, bool is_optional) {
  Nullness nullness;
  nullness.may_be_missing = is_optional;
  nullness.may_be_null = type.allows_null();
  if (type.tag() == Tag::kList) nullness.item_may_be_null = type.element().allows_null();
  return nullness;
}

NullFindings NullAnalysis::Run() {
  const State& root = Visit(0, options_.known);
  if (options_.role == NullRole::kCondition) Use(root.origins, NullEffect::kNoAnswer);
  if (options_.role == NullRole::kRowFilter) Use(root.origins, NullEffect::kLeftOut);
  NullFindings found;
  Nullness& value = found.value;
  value = ToNullness(root);
  if (std::ranges::all_of(root.origins, [&](const NullOrigin& origin) { return IsFree(origin.node) && !IsNull(origin.node); }))
    for (const NullOrigin& origin : root.origins) value.present_if.insert(Key(origin.node));
  AssumePresent(0, value.if_present);
  Assume(0, true, value.if_true);
  Assume(0, false, value.if_false);
  const auto order = [](const NullUse& use) {
    return std::tie(use.span.begin, use.span.end, use.operand, use.effect);
  };
  std::ranges::sort(uses_, {}, order);
  std::set<std::pair<std::string, NullEffect>> told;
  for (NullUse& use : uses_)
    if (told.insert({use.operand, use.effect}).second) found.uses.push_back(std::move(use));
  return found;
}

const NullAnalysis::State& NullAnalysis::Visit(NodeIndex node, const Known& known) {
  if (!open_calls_.empty()) ++visits_;
  State state = Find(node, known);
  if (!state.origins.empty() && IsKnown(Key(node), known, 0)) state.origins.clear();
  return states_[node] = std::move(state);
}

NullAnalysis::State NullAnalysis::Find(NodeIndex node, const Known& known) {
  const Node& n = ast_.nodes[node];
  switch (n.kind) {
    case NodeKind::kLiteral:
      if (!IsNull(node)) return {};
      return {{OriginAt(node, false, false)}, {}, {}, nullptr};
    case NodeKind::kInput:
      return OfInput(node);
    case NodeKind::kLocal:
      return OfLocal(node);
    case NodeKind::kPath:
      return OfPath(node, known);
    case NodeKind::kFilter:
      return OfFilter(node, known);
    case NodeKind::kAnd:
    case NodeKind::kOr:
      return OfLogic(node, known);
    case NodeKind::kIf:
      return OfIf(node, known);
    case NodeKind::kComparison:
      if (!IsOrder(static_cast<TestOperator>(n.detail))) return OfEquality(node, known);
      return Computed(node, known);
    case NodeKind::kIn:
      return OfIn(node, known);
    case NodeKind::kList:
      return OfList(node, known);
    case NodeKind::kFor:
    case NodeKind::kSome:
    case NodeKind::kEvery:
      return OfLoop(node, known);
    case NodeKind::kSort:
      return OfSort(node, known);
    case NodeKind::kCallBuiltin:
      return OfBuiltinCall(node, known);
    case NodeKind::kContext:
      return OfContext(node, known);
    case NodeKind::kFunction:
      return OfFunction(node, known);
    case NodeKind::kCall:
      return OfCall(node, known);
    case NodeKind::kDynamicName:
      for (const NodeIndex child : ast_.Children(node)) Visit(child, known);
      return MayBeNull(node);
    case NodeKind::kInstanceOf:
      for (const NodeIndex child : ast_.Children(node)) Visit(child, known);
      return {};
    case NodeKind::kUnknownName:
    case NodeKind::kBuiltinName:
    case NodeKind::kBinding:
    case NodeKind::kTestAny:
      return {};
    case NodeKind::kRange:
    case NodeKind::kTestRange:
    case NodeKind::kNegate:
    case NodeKind::kArithmetic:
    case NodeKind::kNot:
    case NodeKind::kBetween:
    case NodeKind::kTestOperator:
    case NodeKind::kTestValue:
    case NodeKind::kTestBoolean:
    case NodeKind::kIteration:
      return Computed(node, known);
  }
  return {};
}

// Null where any part is.
NullAnalysis::State NullAnalysis::Computed(NodeIndex node, const Known& known) {
  State state;
  for (const NodeIndex child : ast_.Children(node))
    MergeComputed(state.origins, Visit(child, known).origins);
  if (ast_.nodes[node].kind == NodeKind::kIteration) state.items.count_min = 1;  // up or down
  return state;
}

NullAnalysis::State NullAnalysis::OfInput(NodeIndex node) const {
  const std::uint32_t index = ast_.nodes[node].payload;
  if (index >= options_.inputs.size()) return {};
  return FromNullness(options_.inputs[index], node, options_.inputs[index].text);
}

// An item that may be null is told by the name it has.
NullAnalysis::State NullAnalysis::OfLocal(NodeIndex node) const {
  const NodeIndex binding = ast_.nodes[node].payload;
  State state = states_[binding];
  if (ast_.nodes[binding].kind != NodeKind::kBinding || state.is_argument || state.origins.empty()) return state;
  const bool has_cause = std::ranges::any_of(state.origins, &NullOrigin::has_cause);
  state.origins = {OriginAt(node, has_cause, false)};
  return state;
}

NullAnalysis::State NullAnalysis::OfPath(NodeIndex node, const Known& known) {
  const NodeIndex child = ast_.Child(node, 0);
  const State value = Visit(child, known);
  const bool is_typed = value.type == nullptr || ast_.types[child].tag() != Tag::kAny;
  const Type& type = is_typed ? ast_.types[child] : *value.type;
  const bool of_list = type.tag() == Tag::kList;
  const std::string& name = ast_.names[ast_.nodes[node].payload];
  const std::string part = "." + name;
  const State whole = of_list ? ItemOf(value.items) : value;
  const State* written = nullptr;
  if (whole.fields != nullptr) {
    const auto at = whole.fields->find(name);
    if (at != whole.fields->end()) written = &at->second;
  }
  State found;
  const Field* field = FieldOf(of_list ? type.element() : type, name);
  if (written != nullptr) found = *written;
  else if (field != nullptr) found.type = &field->type;
  found.is_partial = false;
  if (written == nullptr || written->is_partial) {
    if (MayLack(of_list ? type.element() : type, name) && !whole.parts.contains(part))
      found.origins.push_back(OriginAt(node, HasNoField(of_list ? type.element() : type, name), true));
    found.parts = PartsOf(whole.parts, part);
  }
  if (!of_list) {
    NullOrigins origins = value.origins;
    Merge(origins, found.origins);
    found.origins = std::move(origins);
    return found;
  }
  State state;
  state.origins = value.origins;
  state.items = ItemsOf(found, value.items.count_min);
  NullOrigins origins = value.items.origins;
  Merge(origins, state.items.origins);
  state.items.origins = std::move(origins);
  return state;
}

NullAnalysis::State NullAnalysis::OfFilter(NodeIndex node, const Known& known) {
  const NodeIndex list = ast_.Child(node, 0);
  const NodeIndex item = ast_.Child(node, 1);
  const NodeIndex predicate = ast_.Child(node, 2);
  const State source = Visit(list, known);
  Bind(item, source.items);
  const State tested = Visit(predicate, known);
  if (ast_.types[predicate].tag() == Tag::kNumber) {
    State state = ItemOf(source.items);
    NullOrigins origins = source.origins;
    MergeComputed(origins, tested.origins);
    Merge(origins, state.origins);
    state.origins = std::move(origins);
    const std::size_t needed = PositionOf(predicate);
    const bool is_list = ast_.types[list].tag() == Tag::kList || ast_.types[list].tag() == Tag::kAny;
    const bool is_there = needed > 0 && HasItems(list, known, needed);
    if (is_list && !is_there) state.origins.push_back(OriginAt(node, true, false));
    return state;
  }
  Use(tested.origins, NullEffect::kLeftOut);
  State state;
  state.origins = source.origins;
  state.items = source.items;
  state.items.count_min = 0;
  // [a, b][item != null] keeps those that have a value.
  const NodeIndex kept_item = NullTested(predicate, false);
  if (ast_.nodes[list].kind == NodeKind::kList && kept_item != kNoNode && ast_.nodes[kept_item].kind == NodeKind::kLocal &&
      ast_.nodes[kept_item].payload == item)
    state.items.count_min = static_cast<std::size_t>(std::ranges::count_if(ast_.Children(list), [&](NodeIndex n) { return IsNeverNull(n); }));
  Known kept;
  Assume(predicate, true, kept);
  const std::string item_key = "b" + std::to_string(item);
  for (const std::string& key : kept) {
    if (!key.starts_with(item_key)) continue;
    if (key.size() == item_key.size()) state.items.origins.clear();
    else if (key[item_key.size()] == '.') AddPart(state.items, key.substr(item_key.size()));
  }
  return state;
}

// The right side is asked where the left one has not settled the matter.
NullAnalysis::State NullAnalysis::OfLogic(NodeIndex node, const Known& known) {
  const NodeIndex left = ast_.Child(node, 0);
  State state;
  state.origins = Visit(left, known).origins;
  Known beyond = known;
  Assume(left, ast_.nodes[node].kind == NodeKind::kAnd, beyond);
  Merge(state.origins, Visit(ast_.Child(node, 1), beyond).origins);
  return state;
}

NullAnalysis::State NullAnalysis::OfIf(NodeIndex node, const Known& known) {
  const NodeIndex condition = ast_.Child(node, 0);
  NullOrigins asked = Visit(condition, known).origins;
  Known held = known;
  Assume(condition, true, held);
  Known failed = known;
  Assume(condition, false, failed);
  // if x = null then null else ..: it is x that makes it null.
  const auto branch = [&](std::size_t child, bool answer, const Known& branch_known) {
    State state = Visit(ast_.Child(node, child), branch_known);
    const NodeIndex tested = IsNull(ast_.Child(node, child)) ? NullTested(condition, answer) : kNoNode;
    if (tested != kNoNode) state.origins = {OriginAt(tested, false, false)};
    return state;
  };
  State state = branch(1, true, held);
  const State other = branch(2, false, failed);
  // Where the else branch is null for want of the same, nothing is taken for an answer.
  Known needed;
  AssumePresent(ast_.Child(node, 2), needed);
  std::erase_if(asked, [&](const NullOrigin& origin) { return needed.contains(Key(origin.node)); });
  Use(asked, NullEffect::kElseTaken);
  return Joined(std::move(state), other);
}

// `= null` always has an answer; so has a comparison with an ordinary null, which no value equals.
NullAnalysis::State NullAnalysis::OfEquality(NodeIndex node, const Known& known) {
  const bool is_equal = static_cast<TestOperator>(ast_.nodes[node].detail) == TestOperator::kEqual;
  State state;
  for (const NodeIndex child : ast_.Children(node)) Visit(child, known);
  if (IsNull(ast_.Child(node, 0)) || IsNull(ast_.Child(node, 1))) return state;
  for (const NodeIndex child : ast_.Children(node)) {
    for (NullOrigin origin : states_[child].origins) {
      if (!origin.has_cause) continue;
      origin.is_plain = is_equal;
      Merge(state.origins, {std::move(origin)});
    }
  }
  return state;
}

NullAnalysis::State NullAnalysis::OfIn(NodeIndex node, const Known& known) {
  const auto children = ast_.Children(node);
  State state;
  bool is_equality = true;
  bool is_any = false;
  for (const NodeIndex test : children.subspan(1)) {
    const Node& n = ast_.nodes[test];
    const NullOrigins& compared = Visit(test, known).origins;
    const bool with_null = n.kind == NodeKind::kTestValue && IsNull(ast_.Child(test, 0));
    if (!with_null) MergeComputed(state.origins, compared);
    if (n.kind == NodeKind::kTestAny || with_null) is_any = true;
    if (n.kind == NodeKind::kTestOperator) is_equality &= !IsOrder(static_cast<TestOperator>(n.detail));
    if (n.kind == NodeKind::kTestValue) {
      const NodeIndex operand = ast_.Child(test, 0);
      is_equality &= ast_.types[operand].tag() != Tag::kRange;
    }
    if (n.kind == NodeKind::kTestBoolean) is_any = true;  // says itself what it uses
  }
  const State& value = Visit(children[0], known);
  if (is_any) return state;
  if (is_equality) {
    for (const NullOrigin& origin : value.origins)
      if (origin.has_cause) Merge(state.origins, {origin});
  } else {
    MergeComputed(state.origins, value.origins);
  }
  return state;
}

NullAnalysis::State NullAnalysis::OfList(NodeIndex node, const Known& known) {
  State state;
  bool is_first = true;
  for (const NodeIndex child : ast_.Children(node)) {
    const Items one = ItemsOf(Visit(child, known), 1);
    if (is_first) state.items = one;
    else MergeItems(state.items, one);
    is_first = false;
  }
  state.items.count_min = ast_.nodes[node].child_count;
  return state;
}

NullAnalysis::State NullAnalysis::OfLoop(NodeIndex node, const Known& known) {
  const auto children = ast_.Children(node);
  const bool is_for = ast_.nodes[node].kind == NodeKind::kFor;
  const std::size_t sources = children.size() - (is_for ? 2 : 1);
  State state;
  bool has_items = true;
  for (std::size_t i = 0; i < sources; i += 2) {
    const State source = Visit(children[i], known);
    MergeComputed(state.origins, source.origins);
    has_items = has_items && HasItems(children[i], known);
    Bind(children[i + 1], source.items);
  }
  const State& body = Visit(children.back(), known);
  if (!is_for) {
    Merge(state.origins, body.origins);
    return state;
  }
  state.items = ItemsOf(body, has_items ? 1 : 0);
  return state;
}

NullAnalysis::State NullAnalysis::OfSort(NodeIndex node, const Known& known) {
  const NodeIndex function = ast_.Child(node, 1);
  State state = Visit(ast_.Child(node, 0), known);
  if (ast_.nodes[function].kind != NodeKind::kFunction) return state;
  const auto children = ast_.Children(function);
  const Type& list = ast_.types[ast_.Child(node, 0)];
  for (const NodeIndex child : children.first(children.size() - 1)) {
    Bind(child, state.items);
    if (list.tag() == Tag::kList) states_[child].type = &list.element();
  }
  MergeComputed(state.origins, Visit(children.back(), known).origins);
  return state;
}

void NullAnalysis::Bind(NodeIndex binding, const Items& items) {
  states_[binding] = ItemOf(items);
}

void NullAnalysis::Use(const NullOrigins& origins, NullEffect effect) {
  for (const NullOrigin& origin : origins) {
    if (origin.is_plain && effect != NullEffect::kNoAnswer) continue;
    const SourceSpan span = ast_.nodes[origin.node].span;
    uses_.push_back({span, origin.text.empty() ? OperandText(span) : origin.text, origin.why,
                     origin.text.empty() ? OfThoseThatHaveIt(origin.node) : "", origin.is_fact, effect});
  }
}

NullOrigin NullAnalysis::OriginAt(NodeIndex node, bool has_cause, bool is_fact) const {
  return {node, has_cause, is_fact, true, {}, {}};
}

void NullAnalysis::Merge(NullOrigins& into, const NullOrigins& from) {
  for (const NullOrigin& origin : from) {
    const auto at = std::ranges::find(into, origin.node, &NullOrigin::node);
    if (at == into.end()) {
      into.push_back(origin);
    } else {
      at->is_plain &= origin.is_plain;
      at->has_cause |= origin.has_cause;
    }
  }
}

void NullAnalysis::MergeComputed(NullOrigins& into, const NullOrigins& from) {
  for (NullOrigin origin : from) {
    origin.is_plain = false;
    origin.has_cause = true;  // an operation on null says so
    Merge(into, {std::move(origin)});
  }
}

// rows.x, where some rows have no x: rows[x != null].x
std::string NullAnalysis::OfThoseThatHaveIt(NodeIndex node) const {
  const Node& n = ast_.nodes[node];
  if (n.kind != NodeKind::kPath || ast_.types[ast_.Child(node, 0)].tag() != Tag::kList) return {};
  const std::string& name = ast_.names[n.payload];
  return OperandText(ast_.nodes[ast_.Child(node, 0)].span) + "[" + name + " != null]." + name;
}

std::string NullAnalysis::OperandText(SourceSpan span) const {
  std::string text;
  for (const char c : source_.substr(span.begin, span.end - span.begin)) {
    const bool is_space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!is_space) text += c;
    else if (!text.empty() && text.back() != ' ') text += ' ';
  }
  return text;
}

NullFindings CheckNulls(std::string_view source, const Scope& scope, const NullOptions& options) {
  Diagnostics diagnostics(source, {}, 0);
  const Ast ast = Parse(source, scope, {options.limits, true, true, false, options.cell_input}, diagnostics);
  if (!diagnostics.empty()) return {};
  return NullAnalysis(ast, source, options).Run();
}

}  // namespace oxpecker::feel
