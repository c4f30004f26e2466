// Names, what they refer to, and calls.
#include <algorithm>
#include <array>
#include <utility>

#include "rules/feel/parser.h"

namespace oxpecker::feel {
namespace {

constexpr std::array<std::string_view, 20> kKeywords = {
    "and",      "between", "else",      "every",    "external", "false", "for",
    "function", "if",      "in",        "instance", "not",      "null",  "of",
    "or",       "return",  "satisfies", "some",     "then",     "true"};

std::vector<std::string_view> ParameterNames(const Builtin& row, bool& takes_any_number) {
  std::vector<std::string_view> names;
  std::string_view rest = row.parameters;
  takes_any_number = rest.ends_with("...");
  if (takes_any_number) rest.remove_suffix(3);
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    names.push_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return names;
}

// Where each named argument goes; nothing where a name is unknown, given twice, or one is missing.
std::optional<std::vector<std::int32_t>> Arrange(const Builtin& row,
                                                 const std::vector<std::string_view>& parameters,
                                                 std::span<const std::string> names) {
  std::vector<std::int32_t> argument_of(parameters.size(), -1);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = std::find(parameters.begin(), parameters.end(), names[i]);
    if (found == parameters.end()) return std::nullopt;
    const auto p = static_cast<std::size_t>(found - parameters.begin());
    if (argument_of[p] >= 0) return std::nullopt;
    argument_of[p] = static_cast<std::int32_t>(i);
  }
  while (!argument_of.empty() && argument_of.back() < 0) argument_of.pop_back();
  if (argument_of.size() < row.required) return std::nullopt;
  for (std::size_t p = 0; p < row.required; ++p) {
    if (argument_of[p] < 0) return std::nullopt;
  }
  return argument_of;
}

std::string Signatures(std::string_view name) {
  std::string text;
  for (const Builtin& row : FindBuiltins(name)) {
    if (!text.empty()) text += " or ";
    text += std::string(name) + "(";
    for (const char c : row.parameters) text += c == ',' ? std::string(", ") : std::string(1, c);
    text += ")";
  }
  return text;
}

}  // namespace

bool IsKeyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

BuiltinCall ChooseBuiltin(std::string_view name, std::size_t count,
                          std::span<const std::string> names) {
  BuiltinCall call;
  call.name = name;
  for (const Builtin& row : FindBuiltins(name)) {
    bool takes_any_number = false;
    const std::vector<std::string_view> parameters = ParameterNames(row, takes_any_number);
    if (names.empty()) {
      if (count < row.required || (!takes_any_number && count > parameters.size())) continue;
      call.row = &row;
      return call;
    }
    if (auto argument_of = Arrange(row, parameters, names)) {
      call.row = &row;
      call.argument_of = *std::move(argument_of);
      return call;
    }
  }
  call.problem = (names.empty() ? std::to_string(count) + (count == 1 ? " argument does not fit " : " arguments do not fit ")
                                : "these named arguments do not fit ") +
                 Signatures(name);
  return call;
}

// At a word: a keyword's construct, a declared name, a call of a built-in, or an unknown name.
NodeIndex Parser::ParseName() {
  const std::uint32_t begin = scanner_.position();
  const std::string_view word = scanner_.Word();
  const auto word_end = begin + static_cast<std::uint32_t>(word.size());
  const NameMatch declared = LongestDeclared();
  const NameMatch builtin = LongestBuiltin();
  const std::uint32_t longest = std::max(declared.end, builtin.end);
  if (IsKeyword(word) && longest <= word_end) {
    if (const std::optional<NodeIndex> node = ParseKeyword(word)) return *node;
    return FailExpected("an operand");
  }
  if (builtin.end > declared.end ||
      (builtin.end > 0 && builtin.end == declared.end && !MayBeFunction(declared.name))) {
    scanner_.MoveTo(builtin.end);
    return ParseBuiltinCall(builtin.name, {begin, builtin.end});
  }
  if (declared.end > 0) {
    scanner_.MoveTo(declared.end);
    // The items of a list that is not known may have an entry with a longer name.
    const std::string_view next = InOpenFilter() ? scanner_.Word() : std::string_view();
    if (next.empty() || IsKeyword(next)) return Resolve(declared.name, {begin, declared.end});
    scanner_.Restore(begin, begin);
  }
  const std::string name = TakeWords(true);
  return Resolve(name, SpanFrom(begin));
}

std::optional<NodeIndex> Parser::ParseKeyword(std::string_view word) {
  const std::uint32_t begin = scanner_.position();
  const std::uint32_t end = begin + static_cast<std::uint32_t>(word.size());
  if (word == "if") return ParseIf();
  if (word == "for") return ParseLoop(NodeKind::kFor);
  if (word == "some") return ParseLoop(NodeKind::kSome);
  if (word == "every") return ParseLoop(NodeKind::kEvery);
  if (word == "function") return ParseFunction();
  if (word == "not") {
    scanner_.MoveTo(end);
    if (scanner_.Symbol() != "(") return FailExpected("'(' after 'not'");
    const Arguments arguments = ParseArguments();
    return MakeNot(arguments, SpanFrom(begin));
  }
  const bool is_literal = word == "true" || word == "false" || word == "null";
  if (!is_literal) return std::nullopt;
  scanner_.MoveTo(end);
  return AddLiteral(SpanFrom(begin),
                    word == "null" ? Value::Null() : Value::Boolean(word == "true"));
}

Parser::NameMatch Parser::LongestDeclared() {
  NameMatch best;
  const auto consider = [&](const std::string& name) {
    if (name.size() <= best.name.size() && best.end > 0) return;
    const std::uint32_t end = scanner_.MatchName(name);
    if (end > best.end) best = {name, end};
  };
  for (const Frame& frame : frames_) {
    for (const Declared& variable : frame.variables) consider(variable.name);
    if (frame.item == kNoNode) continue;
    consider("item");
    if (frame.item_type.tag() != Type::Tag::kContext) continue;
    for (const Field& field : frame.item_type.fields()) consider(field.name);
  }
  for (const Variable& variable : scope_.variables()) consider(variable.name);
  return best;
}

// Only where a call follows: "date" alone is a name like any other.
Parser::NameMatch Parser::LongestBuiltin() {
  NameMatch best;
  const std::uint32_t begin = scanner_.position();
  const std::uint32_t end_before = scanner_.end();
  const auto consider = [&](std::string_view name) {
    const std::uint32_t end = scanner_.MatchName(name);
    if (end <= best.end) return;
    scanner_.MoveTo(end);
    const bool called = scanner_.Symbol() == "(";
    scanner_.Restore(begin, end_before);
    if (called) best = {std::string(name), end};
  };
  for (const Builtin& builtin : Builtins()) consider(builtin.name);
  consider("sort");
  return best;
}

// Whether a call of that name can mean the variable: a fact called "date" does not hide date(...).
bool Parser::MayBeFunction(const std::string& name) const {
  for (std::size_t i = frames_.size(); i-- > 0;) {
    for (const Declared& variable : frames_[i].variables) {
      if (variable.name != name) continue;
      const Type::Tag tag = ast_.types[variable.node].tag();
      return tag == Type::Tag::kFunction || tag == Type::Tag::kAny;
    }
  }
  const Variable* variable = scope_.Find(name);
  return variable != nullptr && variable->type.tag() == Type::Tag::kFunction;
}

// Words with single spaces up to the next keyword or symbol, and moves behind them.
std::string Parser::TakeWords(bool first_may_be_keyword) {
  const std::uint32_t begin = scanner_.position();
  std::uint32_t end = begin;
  while (true) {
    const std::string_view word = scanner_.Word();
    const bool stop = IsKeyword(word) && !(first_may_be_keyword && end == begin);
    if (word.empty() || stop) break;
    end = scanner_.position() + static_cast<std::uint32_t>(word.size());
    scanner_.MoveTo(end);
  }
  if (end == begin) return {};
  scanner_.MoveTo(end);
  return WithSingleSpaces(source_.substr(begin, end - begin));
}

// The innermost meaning of a name. Items whose entries are not known are asked first, when the
// expression is evaluated.
NodeIndex Parser::Resolve(const std::string& name, SourceSpan span) {
  std::vector<NodeIndex> items;
  NodeIndex found = kNoNode;
  for (std::size_t i = frames_.size(); i-- > 0 && found == kNoNode;) {
    const NodeIndex item = frames_[i].item;
    if (item != kNoNode) {
      const Type item_type = frames_[i].item_type;
      const bool open = item_type.tag() == Type::Tag::kAny || item_type.tag() == Type::Tag::kMap;
      if (open) items.push_back(item);
      if (item_type.tag() == Type::Tag::kContext && item_type.FindField(name) != nullptr) {
        found = PathOn(item, name, span);
      } else if (name == "item") {
        found = AddLocal(span, item);
      }
      continue;
    }
    const std::vector<Declared>& variables = frames_[i].variables;
    for (std::size_t v = variables.size(); v-- > 0 && found == kNoNode;) {
      if (variables[v].name == name) found = AddLocal(span, variables[v].node);
    }
  }
  if (found == kNoNode) {
    if (const Variable* variable = scope_.Find(name)) {
      const auto index = variable - scope_.variables().data();
      found = AddInput(span, static_cast<std::uint32_t>(index), variable->type);
    }
  }
  if (items.empty()) return found != kNoNode ? found : UnknownName(name, span);
  std::vector<NodeIndex> children;
  for (const NodeIndex item : items) children.push_back(AddLocal(span, item));
  if (found != kNoNode) children.push_back(found);
  const NodeIndex node = Add(NodeKind::kDynamicName, span, children, AddName(name));
  ast_.nodes[node].has_fallback = found != kNoNode;
  return node;
}

NodeIndex Parser::PathOn(NodeIndex item, const std::string& name, SourceSpan span) {
  const NodeIndex value = AddLocal(span, item);
  return Add(NodeKind::kPath, span, {value}, AddName(name));
}

NodeIndex Parser::UnknownName(const std::string& name, SourceSpan span) {
  if (!FindBuiltins(name).empty()) return Add(NodeKind::kBuiltinName, span, {}, AddName(name));
  if (options_.unknown_names_are_errors) {
    const bool called = scanner_.Symbol() == "(";
    const Scope::Unavailable* unavailable = scope_.FindUnavailable(name);
    diagnostics_.Add(ErrorCode::kNotFound, span,
                     (called ? "unknown function '" : "unknown name '") + name + "'",
                     unavailable != nullptr ? unavailable->hint : SuggestionFor(name, span, called));
  }
  return Add(NodeKind::kUnknownName, span, {}, AddName(name));
}

// A near name; or a built-in of several words, of which a keyword may be one (day of week), or whose name
// begins or ends so (length: string length).
std::string Parser::SuggestionFor(const std::string& name, SourceSpan span, bool called) const {
  std::string near = Suggestion(name, KnownNames());
  if (!near.empty()) return near;
  const std::string_view rest = source_.substr(span.begin);
  const std::string_view words = rest.substr(0, rest.find('('));
  const auto is_word_or_space = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ' '; };
  if (words.size() == rest.size() || !std::ranges::all_of(words, is_word_or_space)) return {};
  std::vector<std::string_view> builtins;
  for (const Builtin& builtin : Builtins()) builtins.push_back(builtin.name);
  near = Suggestion(WithSingleSpaces(words), builtins);
  if (!near.empty() || !called) return near;
  for (const std::string_view builtin : builtins)
    if (builtin.starts_with(name) || builtin.ends_with(" " + name)) return "did you mean '" + std::string(builtin) + "'?";
  return {};
}

bool Parser::InOpenFilter() const {
  return std::any_of(frames_.begin(), frames_.end(), [](const Frame& frame) {
    return frame.item != kNoNode &&
           (frame.item_type.tag() == Type::Tag::kAny || frame.item_type.tag() == Type::Tag::kMap);
  });
}

// From the innermost out, so that the nearest of equally similar names is suggested.
std::vector<std::string_view> Parser::KnownNames() const {
  std::vector<std::string_view> names;
  for (std::size_t i = frames_.size(); i-- > 0;) {
    for (const Declared& variable : frames_[i].variables) names.emplace_back(variable.name);
    if (frames_[i].item == kNoNode || frames_[i].item_type.tag() != Type::Tag::kContext) continue;
    for (const Field& field : frames_[i].item_type.fields()) names.emplace_back(field.name);
  }
  for (const Variable& variable : scope_.variables()) names.emplace_back(variable.name);
  for (const Builtin& builtin : Builtins()) names.push_back(builtin.name);
  return names;
}

// At the parenthesis.
Parser::Arguments Parser::ParseArguments() {
  Arguments arguments;
  Expect("(");
  ++brackets_;
  if (scanner_.Symbol() != ")") {
    do {
      std::string name = scanner_.TakeNameBeforeColon();
      const bool named = !name.empty();
      if (named) Expect(":");
      if (named != !arguments.names.empty() && !arguments.nodes.empty()) {
        FailExpected("either all arguments by name, or none");
      }
      arguments.nodes.push_back(ParseLevel(Level::kExpression));
      if (named) arguments.names.push_back(std::move(name));
    } while (!failed_ && scanner_.Accept(","));
  }
  --brackets_;
  Expect(")");
  arguments.end = scanner_.end();
  return arguments;
}

NodeIndex Parser::ParseBuiltinCall(const std::string& name, SourceSpan span) {
  const Arguments arguments = ParseArguments();
  const SourceSpan whole = {span.begin, arguments.end};
  if (name == "sort") return MakeSort(arguments, whole);
  ast_.builtin_calls.push_back(ChooseBuiltin(name, arguments.nodes.size(), arguments.names));
  return Add(NodeKind::kCallBuiltin, whole, arguments.nodes,
             static_cast<std::uint32_t>(ast_.builtin_calls.size() - 1));
}

NodeIndex Parser::ParseCall(NodeIndex function) {
  const Arguments arguments = ParseArguments();
  std::vector<NodeIndex> children = {function};
  children.insert(children.end(), arguments.nodes.begin(), arguments.nodes.end());
  std::uint32_t names = kNoNode;
  if (!arguments.names.empty()) {
    ast_.name_lists.push_back(arguments.names);
    names = static_cast<std::uint32_t>(ast_.name_lists.size() - 1);
  }
  return Add(NodeKind::kCall, {SpanOf(function).begin, arguments.end}, children, names);
}

NodeIndex Parser::MakeSort(const Arguments& arguments, SourceSpan span) {
  std::vector<NodeIndex> children = arguments.nodes;
  bool fits = children.size() == 2;
  if (fits && !arguments.names.empty()) {
    if (arguments.names[0] == "precedes") std::swap(children[0], children[1]);
    fits = (arguments.names[0] == "list" && arguments.names[1] == "precedes") ||
           (arguments.names[0] == "precedes" && arguments.names[1] == "list");
  }
  if (fits) return Add(NodeKind::kSort, span, children);
  BuiltinCall call;
  call.name = "sort";
  call.problem = "these arguments do not fit sort(list, precedes)";
  ast_.builtin_calls.push_back(std::move(call));
  return Add(NodeKind::kCallBuiltin, span, children,
             static_cast<std::uint32_t>(ast_.builtin_calls.size() - 1));
}

NodeIndex Parser::MakeNot(const Arguments& arguments, SourceSpan span) {
  const bool named = !arguments.names.empty();
  if (arguments.nodes.size() == 1 && (!named || arguments.names[0] == "negand")) {
    return Add(NodeKind::kNot, span, {arguments.nodes[0]});
  }
  BuiltinCall call;
  call.name = "not";
  call.problem = "these arguments do not fit not(negand)";
  ast_.builtin_calls.push_back(std::move(call));
  return Add(NodeKind::kCallBuiltin, span, arguments.nodes,
             static_cast<std::uint32_t>(ast_.builtin_calls.size() - 1));
}

}  // namespace oxpecker::feel
