#include "rules/dmn_import/rewriting.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "rules/dmn/name_scope.h"
#include "rules/feel/parser.h"

namespace oxpecker::dmn {
namespace {

using feel::Ast;
using feel::Node;
using feel::NodeIndex;
using feel::NodeKind;

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

feel::ParseOptions OptionsOf(bool is_tests) {
  feel::ParseOptions options;
  options.unknown_names_are_errors = false;
  options.type_conflicts_are_errors = false;
  if (is_tests) options.input_value = feel::Type::Any();
  return options;
}

// Whether two trees say the same; what the names of the first have become is asked of `same_input`.
class Comparison {
 public:
  // (node of the first tree that names a variable, node of the second) -> the same thing is meant
  using SameInput = std::function<bool(const Node&, const Node&)>;
  Comparison(const Ast& a, const Ast& b, SameInput same_input) : a_(a), b_(b), same_input_(std::move(same_input)) {}

  bool Same(NodeIndex x, NodeIndex y) {
    counterpart_[x] = y;
    const Node& m = a_.nodes[x];
    const Node& n = b_.nodes[y];
    if (m.kind == NodeKind::kInput) return same_input_(m, n);
    if (m.kind != n.kind || m.detail != n.detail || m.has_fallback != n.has_fallback ||
        m.child_count != n.child_count || !SamePayload(m, n))
      return false;
    for (std::size_t i = 0; i < m.child_count; ++i)
      if (!Same(a_.Child(x, i), b_.Child(y, i))) return false;
    return true;
  }

 private:
  bool SamePayload(const Node& m, const Node& n) const {
    switch (m.kind) {
      case NodeKind::kLiteral:
        return feel::ToFeelText(a_.constants[m.payload]) == feel::ToFeelText(b_.constants[n.payload]);
      case NodeKind::kLocal: {
        const auto at = counterpart_.find(m.payload);
        return at != counterpart_.end() && at->second == n.payload;
      }
      case NodeKind::kDynamicName:
      case NodeKind::kUnknownName:
      case NodeKind::kBuiltinName:
      case NodeKind::kBinding:
      case NodeKind::kPath:
        return a_.names[m.payload] == b_.names[n.payload];
      case NodeKind::kContext:
        return a_.name_lists[m.payload] == b_.name_lists[n.payload];
      case NodeKind::kInstanceOf:
        return a_.type_names[m.payload] == b_.type_names[n.payload];
      case NodeKind::kFunction:
        return a_.functions[m.payload].parameters == b_.functions[n.payload].parameters &&
               a_.functions[m.payload].parameter_types == b_.functions[n.payload].parameter_types;
      case NodeKind::kCallBuiltin: {
        const feel::BuiltinCall& call = a_.builtin_calls[m.payload];
        const feel::BuiltinCall& other = b_.builtin_calls[n.payload];
        return call.name == other.name && call.row == other.row && call.argument_of == other.argument_of;
      }
      case NodeKind::kCall: {
        const bool by_name = m.payload != feel::kNoNode;
        if (by_name != (n.payload != feel::kNoNode)) return false;
        return !by_name || a_.name_lists[m.payload] == b_.name_lists[n.payload];
      }
      case NodeKind::kInput:
      case NodeKind::kList:
      case NodeKind::kRange:
      case NodeKind::kTestRange:
      case NodeKind::kNegate:
      case NodeKind::kArithmetic:
      case NodeKind::kComparison:
      case NodeKind::kAnd:
      case NodeKind::kOr:
      case NodeKind::kNot:
      case NodeKind::kBetween:
      case NodeKind::kIn:
      case NodeKind::kTestOperator:
      case NodeKind::kTestValue:
      case NodeKind::kTestBoolean:
      case NodeKind::kTestAny:
      case NodeKind::kFilter:
      case NodeKind::kIf:
      case NodeKind::kFor:
      case NodeKind::kSome:
      case NodeKind::kEvery:
      case NodeKind::kIteration:
      case NodeKind::kSort:
        return true;
    }
    return false;
  }

  const Ast& a_;
  const Ast& b_;
  SameInput same_input_;
  std::map<NodeIndex, NodeIndex> counterpart_;
};

class Rewriter {
 public:
  Rewriter(const Leaf& leaf, bool is_tests, const SlotNames& names)
      : leaf_(leaf), source_(leaf.program->source()), is_tests_(is_tests), names_(names) {}

  Result<RewrittenText> Run() {
    feel::Diagnostics diagnostics(source_, {}, 0);
    ast_ = feel::Parse(source_, leaf_.names->scope, OptionsOf(is_tests_), diagnostics);
    if (!diagnostics.empty()) return Refused("it cannot be read: " + diagnostics.Take().front().message);
    for (NodeIndex i = 0; i < ast_.nodes.size(); ++i) {
      const Node& node = ast_.nodes[i];
      if (node.kind == NodeKind::kInput) OXP_TRY(UseName(node));
      if (node.kind == NodeKind::kInstanceOf) UseType(i);
    }
    std::string text = Edited(true);
    if (MeansTheSame(text)) return RewrittenText{std::move(text), std::move(knowledge_)};
    if (is_tests_)
      return Refused("its names would mean something else in a rulebook", "rename what it refers to in the model");
    text = WithOldNames();
    if (StillMeansTheSame(text)) return RewrittenText{std::move(text), std::move(knowledge_)};
    return Refused("its names would mean something else in a rulebook", "rename what it refers to in the model");
  }

 private:
  struct Edit {
    std::uint32_t begin;
    std::uint32_t end;
    std::string text;
    bool is_name;
  };

  std::unexpected<Error> Refused(std::string why, std::string hint = {}) const {
    return Fail(ErrorCode::kUnsupported, leaf_.place, std::move(why), std::move(hint));
  }

  bool IsOwn(const Node& node) const { return node.payload < leaf_.names->slots.size(); }  // else `?`
  const std::string* IdOf(const Node& node) const {
    const auto id = names_.ids.find(leaf_.names->slots[node.payload]);
    return id == names_.ids.end() ? nullptr : &id->second;
  }

  Status UseName(const Node& node) {
    if (!IsOwn(node)) return {};
    const std::uint32_t slot = leaf_.names->slots[node.payload];
    if (const auto why = names_.out_of_reach.find(slot); why != names_.out_of_reach.end()) return Refused(why->second);
    if (const auto at = names_.knowledge.find(slot); at != names_.knowledge.end()) knowledge_.insert(at->second);
    const std::string* id = IdOf(node);
    if (id == nullptr) return {};
    const std::string& name = leaf_.names->scope.variables()[node.payload].name;
    old_names_.emplace(name, *id);
    if (*id == name) return {};
    SourceSpan span = node.span;  // parentheses around a name belong to it
    while (span.begin < span.end && (source_[span.begin] == '(' || source_[span.begin] == ' ')) ++span.begin;
    while (span.end > span.begin && (source_[span.end - 1] == ')' || source_[span.end - 1] == ' ')) --span.end;
    edits_.push_back({span.begin, span.end, *id, true});
    return {};
  }

  // The name of an item definition means nothing in a rulebook.
  void UseType(NodeIndex index) {
    const Node& node = ast_.nodes[index];
    const Node& value = ast_.nodes[ast_.Child(index, 0)];
    const std::size_t of = source_.find("of", source_.find("instance", value.span.end));
    if (of == std::string::npos || of >= node.span.end) return;
    std::uint32_t begin = static_cast<std::uint32_t>(of) + 2;
    while (begin < node.span.end && !IsWordByte(source_[begin])) ++begin;
    std::uint32_t end = node.span.end;
    for (std::uint32_t i = node.span.begin; i < value.span.begin; ++i)
      if (source_[i] == '(' && end > begin && source_[end - 1] == ')') --end;
    const std::string written = source_.substr(begin, end - begin);
    feel::Diagnostics diagnostics("", {}, 0);
    feel::Scope scope;
    scope.Add("x", feel::Type::Any());
    const Ast alone = feel::Parse("x instance of " + written, scope, OptionsOf(false), diagnostics);
    const bool is_plain = diagnostics.empty() && alone.type_names.size() == 1 &&
                          alone.type_names.front() == ast_.type_names[node.payload];
    if (!is_plain) edits_.push_back({begin, end, TypeText(ast_.type_names[node.payload]), false});
  }

  std::string Edited(bool with_names) {
    std::sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
    std::string text;
    std::uint32_t at = 0;
    for (const Edit& edit : edits_) {
      if (edit.begin < at || (edit.is_name && !with_names)) continue;  // two nodes may share one name
      text += source_.substr(at, edit.begin - at) + edit.text;
      at = edit.end;
    }
    return text + source_.substr(at);
  }

  // The scope of the rulebook: the same variables, of the same types, by their new names.
  bool MakeScope(bool with_new_names, feel::Scope& scope) const {
    const auto& variables = leaf_.names->scope.variables();
    for (std::size_t i = 0; i < variables.size(); ++i) {
      const auto id = names_.ids.find(leaf_.names->slots[i]);
      const std::string& name = with_new_names && id != names_.ids.end() ? id->second : variables[i].name;
      if (scope.Find(name) != nullptr) return false;
      scope.Add(name, variables[i].type);
    }
    return true;
  }

  bool MeansTheSame(const std::string& text) const {
    feel::Scope scope;
    if (!MakeScope(true, scope)) return false;
    feel::Diagnostics diagnostics(text, {}, 0);
    const Ast made = feel::Parse(text, scope, OptionsOf(is_tests_), diagnostics);
    if (!diagnostics.empty()) return false;
    return Comparison(ast_, made, [](const Node& m, const Node& n) {
             return n.kind == NodeKind::kInput && m.payload == n.payload;
           }).Same(0, 0);
  }

  std::string WithOldNames() {
    const std::string inner = Edited(false);
    std::string text = "{";
    for (const auto& [name, id] : old_names_) text += KeyText(name) + ": " + id + ", ";
    result_ = WordNotIn(inner, "result");
    return text + result_ + ": " + Closed(inner) + "}." + result_;
  }

  // The last entry is the expression, with entries where there were variables.
  bool StillMeansTheSame(const std::string& text) const {
    feel::Scope scope;
    for (const auto& [name, id] : old_names_)
      if (scope.Find(id) == nullptr) scope.Add(id, leaf_.names->scope.Find(name)->type);
    const auto& variables = leaf_.names->scope.variables();
    for (std::size_t i = 0; i < variables.size(); ++i) {
      if (names_.ids.contains(leaf_.names->slots[i]) || scope.Find(variables[i].name) != nullptr) continue;
      scope.Add(variables[i].name, variables[i].type);
    }
    feel::Diagnostics diagnostics(text, {}, 0);
    const Ast made = feel::Parse(text, scope, OptionsOf(false), diagnostics);
    if (!diagnostics.empty() || made.nodes[0].kind != NodeKind::kPath) return false;
    const NodeIndex context = made.Child(0, 0);
    if (made.nodes[context].kind != NodeKind::kContext) return false;
    const auto entries = made.Children(context);
    if (entries.size() != old_names_.size() + 1) return false;
    const auto& keys = made.name_lists[made.nodes[context].payload];
    return Comparison(ast_, made, [&](const Node& m, const Node& n) {
             const std::string& name = variables[m.payload].name;
             if (n.kind == NodeKind::kInput) return scope.variables()[n.payload].name == name;
             if (n.kind != NodeKind::kLocal) return false;
             const auto entry = std::ranges::find(entries, n.payload);
             return entry != entries.end() && keys[static_cast<std::size_t>(entry - entries.begin())] == name;
           }).Same(0, entries.back());
  }

  const Leaf& leaf_;
  const std::string& source_;
  bool is_tests_;
  const SlotNames& names_;
  Ast ast_;
  std::vector<Edit> edits_;
  std::map<std::string, std::string> old_names_;  // used, with their ids
  std::set<std::uint32_t> knowledge_;
  std::string result_;
};

}  // namespace

Result<RewrittenText> Rewrite(const Leaf& leaf, bool is_tests, const SlotNames& names) {
  if (!leaf.program) return Fail(ErrorCode::kInvalidInput, leaf.place, leaf.problem, "mend it in the model");
  OXP_CHECK(leaf.names != nullptr);
  return Rewriter(leaf, is_tests, names).Run();
}

namespace {

// False where the language has no word for it, or the text grows beyond a few lines.
bool AppendTypeText(const feel::Type& type, std::string& text) {
  using Tag = feel::Type::Tag;
  constexpr std::size_t kBytesMax = 2'000;
  if (text.size() > kBytesMax) return false;
  switch (type.tag()) {
    case Tag::kList:
    case Tag::kRange: {
      text += type.tag() == Tag::kList ? "list<" : "range<";
      const bool is_known = AppendTypeText(type.element(), text);
      text += ">";
      return is_known;
    }
    case Tag::kMap:
      text += "context";
      return type.element().tag() == Tag::kAny;
    case Tag::kContext: {
      text += "context";
      for (std::size_t i = 0; i < type.fields().size(); ++i) {
        text += (i == 0 ? "<" : ", ") + type.fields()[i].name + ": ";
        if (!AppendTypeText(type.fields()[i].type, text)) return false;
      }
      if (!type.fields().empty()) text += ">";
      return true;
    }
    case Tag::kFunction: {
      text += "function<";
      for (std::size_t i = 0; i < type.parameters().size(); ++i) {
        text += i == 0 ? "" : ", ";
        if (!AppendTypeText(type.parameters()[i], text)) return false;
      }
      text += "> -> ";
      return AppendTypeText(type.result(), text);
    }
    case Tag::kAny:
    case Tag::kNull:
    case Tag::kBoolean:
    case Tag::kNumber:
    case Tag::kString:
    case Tag::kDate:
    case Tag::kTime:
    case Tag::kDateTime:
    case Tag::kYearsMonths:
    case Tag::kDaysTime:
      break;
  }
  const auto known = std::ranges::find(feel::TypeNames(), type.tag(), &feel::TypeName::tag);
  text += known->name;
  return true;
}

}  // namespace

std::string TypeText(const feel::Type& type) {
  std::string text;
  return AppendTypeText(type, text) ? text : std::string();
}

std::string KeyText(const std::string& name) {
  const bool is_word = !name.empty() && !feel::IsKeyword(name) && !(name[0] >= '0' && name[0] <= '9') &&
                       std::ranges::all_of(name, [](char c) { return IsWordByte(c) && static_cast<unsigned char>(c) < 0x80U; });
  return is_word ? name : feel::ToFeelText(feel::Value::String(name));
}

std::string WordNotIn(std::string_view text, const std::string& wanted) {
  std::string word = wanted;
  for (std::size_t number = 2; text.find(word) != std::string_view::npos; ++number)
    word = wanted + "_" + std::to_string(number);
  return word;
}

std::string Closed(const std::string& text) {
  return text.find("//") == std::string::npos ? text : text + "\n";
}

std::string InParentheses(const std::string& text) {
  const bool is_word = !text.empty() && std::ranges::all_of(text, IsWordByte) && !feel::IsKeyword(text);
  return is_word ? text : "(" + Closed(text) + ")";
}

}  // namespace oxpecker::dmn
