// Calls: do the arguments fit? And parts that are known before anything runs: patterns, ranges.
#include <algorithm>

#include "rules/feel/checker.h"
#include "rules/feel/operations.h"
#include "rules/feel/regex.h"

namespace oxpecker::feel {
namespace {

bool IsOpen(const Type& type) {
  return type.tag() == Type::Tag::kAny || type.tag() == Type::Tag::kNull;
}

// The name of parameter `index` in "a,b,c" or "a,b...".
std::string_view ParameterName(std::string_view parameters, std::size_t index) {
  for (; index > 0; --index) {
    const std::size_t comma = parameters.find(',');
    if (comma == std::string_view::npos) break;  // any number of values: the last name is theirs
    parameters.remove_prefix(comma + 1);
  }
  const std::string_view name = parameters.substr(0, parameters.find(','));
  return name.ends_with("...") ? name.substr(0, name.size() - 3) : name;
}

}  // namespace

Type Checker::OfCall(NodeIndex node) const {
  const Type& function = Child(node, 0);
  if (IsOpen(function)) return Type::Any();
  if (function.tag() != Tag::kFunction) {
    Conflict(node, function.ToString() + " is not a function");
    return Type::Any();
  }
  const std::size_t given = ast_.nodes[node].child_count - 1;
  const std::size_t expected = function.parameters().size();
  const bool by_name = ast_.nodes[node].payload != kNoNode;
  if (by_name ? given > expected : given != expected) {
    Conflict(node, "the function takes " + std::to_string(expected) + " arguments, found " +
                       std::to_string(given));
  }
  for (std::size_t i = 0; !by_name && i < std::min(given, expected); ++i) {
    if (Overlap(Child(node, i + 1), function.parameters()[i])) continue;
    Conflict(ast_.Child(node, i + 1), "found " + Child(node, i + 1).ToString() + ", expected " +
                                          function.parameters()[i].ToString());
  }
  return function.result();
}

Type Checker::OfBuiltinCall(NodeIndex node) const {
  const BuiltinCall& call = ast_.builtin_calls[ast_.nodes[node].payload];
  if (call.row == nullptr) {
    const bool is_one_number = call.name == "number" && ast_.nodes[node].child_count == 1;
    Conflict(node, call.problem, is_one_number ? "write number(text, null, null), or the separators in place of null" : "");
    return Type::Any();
  }
  CheckArguments(node, call);
  CheckPatterns(node, call);
  CheckSought(node, call);
  if (call.row->result_type == nullptr) return Type::Any();
  std::vector<Type> arguments;
  if (call.argument_of.empty()) {
    for (const NodeIndex child : ast_.Children(node)) arguments.push_back(ast_.types[child]);
  }
  for (const std::int32_t argument : call.argument_of) {
    arguments.push_back(argument < 0 ? Type::Null()
                                     : Child(node, static_cast<std::size_t>(argument)));
  }
  return call.row->result_type(arguments);
}

Type Checker::OfSort(NodeIndex node) const {
  const Type& list = Child(node, 0);
  const Type& function = Child(node, 1);
  if (!IsOpen(list) && list.tag() != Tag::kList) {
    Conflict(ast_.Child(node, 0), "cannot sort " + list.ToString());
  }
  const bool fits =
      IsOpen(function) || (function.tag() == Tag::kFunction && function.parameters().size() == 2 &&
                           Overlap(function.result(), Type::Boolean()));
  if (!fits) {
    Conflict(ast_.Child(node, 1), "sort needs a function of two items that says which goes first",
             "write sort(list, function(x, y) x < y)");
  }
  return list.tag() == Tag::kList ? list : Type::Any();
}

void Checker::CheckArguments(NodeIndex node, const BuiltinCall& call) const {
  const Builtin& row = *call.row;
  const auto children = ast_.Children(node);
  for (std::size_t p = 0; p < std::max(children.size(), call.argument_of.size()); ++p) {
    std::size_t child = p;
    if (!call.argument_of.empty()) {
      if (p >= call.argument_of.size() || call.argument_of[p] < 0) continue;
      child = static_cast<std::size_t>(call.argument_of[p]);
    }
    if (child >= children.size()) continue;
    // Overloads of one name differ in arity: a later row cannot fit better.
    const bool variadic = row.parameters.ends_with("...");
    const Accepts accepts = row.accepts[variadic ? 0 : std::min(p, row.accepts.size() - 1)];
    const Type& type = ast_.types[children[child]];
    if (MayAccept(accepts, type)) continue;
    Conflict(children[child], "argument '" + std::string(ParameterName(row.parameters, p)) +
                                  "' of " + call.name + " must be " + Name(accepts) + ", not " +
                                  type.ToString());
  }
}

// A text that is written in the expression; nullptr for anything else.
const Value* Checker::ConstantOf(NodeIndex node) const {
  const Node& n = ast_.nodes[node];
  return n.kind == NodeKind::kLiteral ? &ast_.constants[n.payload] : nullptr;
}

void Checker::CheckPatterns(NodeIndex node, const BuiltinCall& call) const {
  const bool is_split = call.name == "split";
  if (!is_split && call.name != "matches" && call.name != "replace") return;
  const auto argument = [&](std::size_t p) -> NodeIndex {
    if (call.argument_of.empty()) return p < ast_.Children(node).size() ? ast_.Child(node, p) : kNoNode;
    if (p >= call.argument_of.size() || call.argument_of[p] < 0) return kNoNode;
    return ast_.Child(node, static_cast<std::size_t>(call.argument_of[p]));
  };
  const NodeIndex pattern = argument(1);
  const NodeIndex flags = is_split ? kNoNode : argument(call.name == "replace" ? 3 : 2);
  if (pattern == kNoNode) return;
  const Value* text = ConstantOf(pattern);
  const Value* given = flags == kNoNode ? nullptr : ConstantOf(flags);
  if (text == nullptr || text->kind() != Kind::kString) return;
  if (flags != kNoNode && given == nullptr) return;
  const std::string_view letters =
      given != nullptr && given->kind() == Kind::kString ? given->string() : std::string_view();
  const auto problem = CheckPattern({text->string(), letters});
  if (problem) Conflict(pattern, std::string(problem->message));
}

// Ends that are written in the expression, the wrong way round: nothing lies between them.
void Checker::CheckNotEmpty(NodeIndex at, NodeIndex low, NodeIndex high) const {
  const Value* from = ConstantOf(low);
  const Value* to = ConstantOf(high);
  if (from == nullptr || to == nullptr) return;
  if (Order(*from, *to).value_or(0) > 0)
    Conflict(at, "this can never hold: the range ends before it begins", "swap its ends");
}

}  // namespace oxpecker::feel
