#include "rules/feel/parser.h"

#include <algorithm>
#include <array>
#include <utility>

namespace oxpecker::feel {
namespace {

// A chain of operators makes a tree as high as it is long, without nesting in the text.
constexpr std::uint32_t kTreeHeightPerNesting = 8;

struct BinaryOperator {
  std::string_view symbol;
  ArithmeticOperator op;
  std::uint8_t level;  // of Parser::Level
};

constexpr std::array<std::pair<std::string_view, TestOperator>, 6> kTestOperators = {
    {{"<", TestOperator::kLess},
     {"<=", TestOperator::kLessEqual},
     {">", TestOperator::kGreater},
     {">=", TestOperator::kGreaterEqual},
     {"=", TestOperator::kEqual},
     {"!=", TestOperator::kNotEqual}}};

std::string_view HintFor(std::string_view symbol) {
  if (symbol == "==") return "write = to compare";
  if (symbol == "&&") return "write and";
  if (symbol == "||") return "write or";
  return {};
}

}  // namespace

Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
  if (++parser_.depth_ <= parser_.options_.limits.nesting_depth_max) return;
  const std::uint32_t at = parser_.scanner_.position();
  parser_.Fail({at, at},
               "the expression is nested deeper than " +
                   std::to_string(parser_.options_.limits.nesting_depth_max) + " levels",
               "split it into several", ErrorCode::kLimit);
}

Ast Parse(std::string_view source, const Scope& scope, const ParseOptions& options,
          Diagnostics& diagnostics) {
  if (source.size() > options.limits.source_bytes_max) {
    diagnostics.Add(ErrorCode::kLimit, {},
                    "the expression has " + std::to_string(source.size()) + " bytes, at most " +
                        std::to_string(options.limits.source_bytes_max) + " are allowed");
    return {};
  }
  std::size_t bad = 0;
  if (!IsUtf8(source, bad)) {
    const auto at = static_cast<std::uint32_t>(bad);
    diagnostics.Add(ErrorCode::kInvalidInput, {at, at}, "the expression is not UTF-8");
    return {};
  }
  return Parser(source, scope, options, diagnostics).Run();
}

Parser::Parser(std::string_view source, const Scope& scope, const ParseOptions& options,
               Diagnostics& diagnostics)
    : source_(source),
      scope_(scope),
      options_(options),
      diagnostics_(diagnostics),
      scanner_(source, diagnostics),
      checker_(ast_, diagnostics, options.type_conflicts_are_errors,
               options.undeclared_fields_are_errors) {}

Ast Parser::Run() {
  const NodeIndex root = options_.input_value ? ParseCell() : ParseLevel(Level::kExpression);
  if (!failed_ && !scanner_.AtEnd()) FailExpected("an operator or the end");
  if (!diagnostics_.empty()) return {};
  InPreOrder(root);
  return std::move(ast_);
}

NodeIndex Parser::ParseLevel(Level level) {
  const Nesting nesting(*this);
  if (failed_) return AddLiteral({}, Value::Null());
  NodeIndex left = ParseOperand();
  while (!failed_ && ParseOperator(left, level)) {
  }
  return left;
}

// Takes one operator of at least `level` and its right side, or leaves everything as it is.
bool Parser::ParseOperator(NodeIndex& left, Level level) {
  constexpr std::array<BinaryOperator, 5> kArithmetic = {
      {{"+", ArithmeticOperator::kAdd, static_cast<std::uint8_t>(Level::kSum)},
       {"-", ArithmeticOperator::kSubtract, static_cast<std::uint8_t>(Level::kSum)},
       {"*", ArithmeticOperator::kMultiply, static_cast<std::uint8_t>(Level::kProduct)},
       {"/", ArithmeticOperator::kDivide, static_cast<std::uint8_t>(Level::kProduct)},
       {"**", ArithmeticOperator::kPower, static_cast<std::uint8_t>(Level::kPower)}}};
  for (const BinaryOperator& binary : kArithmetic) {
    if (static_cast<std::uint8_t>(level) > binary.level || !scanner_.Accept(binary.symbol))
      continue;
    // One level tighter on the right: operators of one level group to the left.
    const NodeIndex right = binary.op == ArithmeticOperator::kPower
                                ? ParseOperand()
                                : ParseLevel(static_cast<Level>(binary.level + 1));
    left = Add(NodeKind::kArithmetic, {SpanOf(left).begin, SpanOf(right).end}, {left, right}, 0,
               static_cast<std::uint8_t>(binary.op));
    return true;
  }
  if (level <= Level::kComparison && ParseComparison(left)) return true;
  const bool is_and = level <= Level::kAnd && scanner_.AcceptWord("and");
  const bool is_or = !is_and && level <= Level::kOr && scanner_.AcceptWord("or");
  if (!is_and && !is_or) return false;
  const NodeIndex right = ParseLevel(is_and ? Level::kComparison : Level::kAnd);
  left = Add(is_and ? NodeKind::kAnd : NodeKind::kOr, {SpanOf(left).begin, SpanOf(right).end},
             {left, right});
  return true;
}

bool Parser::ParseComparison(NodeIndex& left) {
  const std::uint32_t begin = SpanOf(left).begin;
  if (const std::optional<TestOperator> op = AcceptTestOperator()) {
    const NodeIndex right = ParseLevel(Level::kSum);
    left = Add(NodeKind::kComparison, {begin, SpanOf(right).end}, {left, right}, 0,
               static_cast<std::uint8_t>(*op));
    return true;
  }
  if (scanner_.AcceptWord("between")) {
    const NodeIndex low = ParseLevel(Level::kSum);
    ExpectWord("and");
    const NodeIndex high = ParseLevel(Level::kSum);
    left = Add(NodeKind::kBetween, {begin, SpanOf(high).end}, {left, low, high});
    return true;
  }
  if (scanner_.AcceptWord("in")) {
    left = ParseIn(left);
    return true;
  }
  if (scanner_.AcceptWord("instance")) {
    left = ParseInstanceOf(left);
    return true;
  }
  return false;
}

std::optional<TestOperator> Parser::AcceptTestOperator() {
  for (const auto& [symbol, op] : kTestOperators) {
    if (scanner_.Accept(symbol)) return op;
  }
  return std::nullopt;
}

NodeIndex Parser::ParseOperand() {
  const std::uint32_t begin = scanner_.position();
  if (!scanner_.Accept("-")) return ParsePostfix(ParsePrimary());
  const Nesting nesting(*this);
  if (failed_) return AddLiteral({}, Value::Null());
  const NodeIndex operand = ParseOperand();
  return Add(NodeKind::kNegate, {begin, SpanOf(operand).end}, {operand});
}

NodeIndex Parser::ParsePostfix(NodeIndex operand) {
  while (!failed_) {
    const std::string_view symbol = scanner_.Symbol();
    if (symbol == ".") {
      operand = ParsePath(operand);
    } else if (symbol == "[" && (range_end_brackets_ != brackets_ + 1 || FilterFollows())) {
      operand = ParseFilter(operand);
    } else if (symbol == "(") {
      operand = ParseCall(operand);
    } else {
      break;
    }
  }
  return operand;
}

// At the end of a range, `[` may close it ("[1..3[") or begin a filter ("[1..limits[1]]").
bool Parser::FilterFollows() {
  const std::uint32_t end = scanner_.end();
  const std::uint32_t at = scanner_.position();
  scanner_.Accept("[");
  const std::string_view word = scanner_.Word();
  const std::string_view symbol = scanner_.Symbol();
  const bool operand = (!word.empty() && (!IsKeyword(word) || word == "true" || word == "false" ||
                                          word == "not" || word == "null")) ||
                       scanner_.AtNumber() || symbol == "(" || symbol == "[" || symbol == "{" ||
                       symbol == "-" || symbol == "?" || scanner_.Found() == "'\"'" ||
                       scanner_.Found() == "'@'";
  scanner_.Restore(at, end);
  return operand;
}

NodeIndex Parser::ParsePath(NodeIndex value) {
  scanner_.Accept(".");
  Type type = ast_.types[value];
  while (type.tag() == Type::Tag::kList) type = Type(type.element());
  NameMatch best;
  if (type.tag() == Type::Tag::kContext) {
    for (const Field& field : type.fields()) {
      const std::uint32_t end = scanner_.MatchName(field.name);
      if (end > best.end) best = {field.name, end};
    }
  }
  if (best.end > 0) {
    scanner_.MoveTo(best.end);
  } else {
    best.name = TakeWords(true);
    if (best.name.empty()) return FailExpected("a name after '.'");
  }
  return Add(NodeKind::kPath, SpanFrom(SpanOf(value).begin), {value}, AddName(best.name));
}

NodeIndex Parser::ParseFilter(NodeIndex list) {
  const std::uint32_t at = scanner_.position();
  scanner_.Accept("[");
  ++brackets_;
  Frame frame;
  const Type& type = ast_.types[list];
  frame.item_type = type.tag() == Type::Tag::kList ? type.element() : type;
  frame.item = AddBinding({at, at}, "item", frame.item_type);
  const NodeIndex item = frame.item;
  frames_.push_back(std::move(frame));
  const NodeIndex predicate = ParseLevel(Level::kExpression);
  frames_.pop_back();
  --brackets_;
  Expect("]");
  return Add(NodeKind::kFilter, SpanFrom(SpanOf(list).begin), {list, item, predicate});
}

NodeIndex Parser::ParseIn(NodeIndex value) {
  std::vector<NodeIndex> children = {value};
  const std::uint32_t begin = scanner_.position();
  if (!scanner_.Accept("(")) {
    children.push_back(ParseTest(false));
    return Add(NodeKind::kIn, SpanFrom(SpanOf(value).begin), children);
  }
  ++brackets_;
  do {
    NodeIndex test = kNoNode;
    if (const std::optional<TestOperator> op = AcceptTestOperator()) {
      const NodeIndex end = ParseLevel(Level::kSum);
      test = Add(NodeKind::kTestOperator, SpanOf(end), {end}, 0, static_cast<std::uint8_t>(*op));
    } else {
      const NodeIndex operand = ParseLevel(Level::kExpression);
      if (children.size() == 1 && scanner_.Symbol() == "..") {
        --brackets_;
        const NodeIndex range = ParseRangeEnd(operand, false, begin);
        children.push_back(Add(NodeKind::kTestValue, SpanOf(range), {range}));
        return Add(NodeKind::kIn, SpanFrom(SpanOf(value).begin), children);
      }
      test = Add(NodeKind::kTestValue, SpanOf(operand), {operand});
    }
    children.push_back(test);
  } while (!failed_ && scanner_.Accept(","));
  --brackets_;
  Expect(")");
  return Add(NodeKind::kIn, SpanFrom(SpanOf(value).begin), children);
}

// One unary test, alone after `in` or one of a cell's.
NodeIndex Parser::ParseTest(bool is_cell) {
  const std::uint32_t begin = scanner_.position();
  if (const std::optional<TestOperator> op = AcceptTestOperator()) {
    const NodeIndex end = ParseLevel(Level::kSum);
    return Add(NodeKind::kTestOperator, {begin, SpanOf(end).end}, {end}, 0,
               static_cast<std::uint8_t>(*op));
  }
  uses_input_value_ = false;
  const NodeIndex operand = ParseLevel(is_cell ? Level::kExpression : Level::kSum);
  const NodeKind kind =
      is_cell && uses_input_value_ ? NodeKind::kTestBoolean : NodeKind::kTestValue;
  return Add(kind, SpanOf(operand), {operand}, 0, is_cell ? 1 : 0);
}

NodeIndex Parser::ParseInstanceOf(NodeIndex value) {
  ExpectWord("of");
  ast_.type_names.push_back(ParseType());
  return Add(NodeKind::kInstanceOf, SpanFrom(SpanOf(value).begin), {value},
             static_cast<std::uint32_t>(ast_.type_names.size() - 1));
}

// A cell of a decision table: `? in (tests)`, or not of that.
NodeIndex Parser::ParseCell() {
  const std::uint32_t begin = scanner_.position();
  const auto index = static_cast<std::uint32_t>(scope_.variables().size());
  const NodeIndex value = AddInput({begin, begin}, index, *options_.input_value);
  const bool negated = NegatesWholeCell();
  if (negated) {
    scanner_.AcceptWord("not");
    scanner_.Accept("(");
  }
  std::vector<NodeIndex> children = {value};
  const std::string_view rest = source_.substr(scanner_.position());
  if (!negated && rest.starts_with('-') && WithSingleSpaces(rest) == "-") {
    scanner_.Accept("-");
    children.push_back(Add(NodeKind::kTestAny, SpanFrom(begin), {}));
  } else {
    do {
      children.push_back(ParseTest(true));
    } while (!failed_ && scanner_.Accept(","));
  }
  if (negated) Expect(")");
  const NodeIndex tests = Add(NodeKind::kIn, SpanFrom(begin), children);
  return negated ? Add(NodeKind::kNot, SpanFrom(begin), {tests}) : tests;
}

// Whether the text is not(...) as a whole; `not(a) and b` is an expression.
bool Parser::NegatesWholeCell() {
  const std::uint32_t begin = scanner_.position();
  if (!scanner_.AcceptWord("not") || scanner_.Symbol() != "(") {
    scanner_.Restore(begin, begin);
    return false;
  }
  std::uint32_t open = 0;
  bool in_text = false;
  std::size_t at = scanner_.position();
  for (; at < source_.size(); ++at) {
    const char c = source_[at];
    if (in_text && c == '\\') ++at;
    if (c == '"') in_text = !in_text;
    if (in_text) continue;
    if (c == '(') ++open;
    if (c == ')' && --open == 0) break;
  }
  scanner_.MoveTo(static_cast<std::uint32_t>(std::min(at + 1, source_.size())));
  const bool whole = scanner_.AtEnd();
  scanner_.Restore(begin, begin);
  return whole;
}

NodeIndex Parser::Add(NodeKind kind, SourceSpan span, std::span<const NodeIndex> children,
                      std::uint32_t payload, std::uint8_t detail) {
  Node node{.kind = kind, .detail = detail, .span = span, .payload = payload};
  node.first_child = static_cast<std::uint32_t>(ast_.children.size());
  node.child_count = static_cast<std::uint32_t>(children.size());
  for (const NodeIndex child : children) {
    node.height = std::max(node.height, ast_.nodes[child].height + 1);
    ast_.children.push_back(child);
  }
  const auto index = static_cast<NodeIndex>(ast_.nodes.size());
  ast_.nodes.push_back(node);
  ast_.types.push_back(Type::Any());
  if (index >= options_.limits.nodes_max) {
    Fail(span,
         "the expression has more than " + std::to_string(options_.limits.nodes_max) + " parts",
         "split it into several", ErrorCode::kLimit);
  }
  if (node.height > kTreeHeightPerNesting * options_.limits.nesting_depth_max) {
    Fail(span, "the expression chains too many operators", "split it into several",
         ErrorCode::kLimit);
  }
  if (!failed_) ast_.types[index] = checker_.TypeOf(index);
  return index;
}

NodeIndex Parser::AddLiteral(SourceSpan span, const Value& value) {
  ast_.constants.push_back(value);
  return Add(NodeKind::kLiteral, span, {}, static_cast<std::uint32_t>(ast_.constants.size() - 1));
}

NodeIndex Parser::AddBinding(SourceSpan span, const std::string& name, Type type) {
  const NodeIndex node = Add(NodeKind::kBinding, span, {}, AddName(name));
  ast_.types[node] = std::move(type);
  return node;
}

NodeIndex Parser::AddLocal(SourceSpan span, NodeIndex binding) {
  return Add(NodeKind::kLocal, span, {}, binding);
}

NodeIndex Parser::AddInput(SourceSpan span, std::uint32_t index, Type type) {
  const NodeIndex node = Add(NodeKind::kInput, span, {}, index);
  ast_.types[node] = std::move(type);
  return node;
}

std::uint32_t Parser::AddName(const std::string& name) {
  ast_.names.push_back(name);
  return static_cast<std::uint32_t>(ast_.names.size() - 1);
}

// Renumbers the nodes so that every subtree is one range and the root is node 0.
void Parser::InPreOrder(NodeIndex root) {
  std::vector<NodeIndex> new_index(ast_.nodes.size(), kNoNode);
  std::vector<NodeIndex> order;
  std::vector<NodeIndex> pending = {root};
  while (!pending.empty()) {
    const NodeIndex node = pending.back();
    pending.pop_back();
    new_index[node] = static_cast<NodeIndex>(order.size());
    order.push_back(node);
    const auto children = ast_.Children(node);
    pending.insert(pending.end(), children.rbegin(), children.rend());
  }
  std::vector<Node> nodes;
  std::vector<NodeIndex> children;
  std::vector<Type> types;
  for (const NodeIndex old : order) {
    Node node = ast_.nodes[old];
    const auto first = static_cast<std::uint32_t>(children.size());
    for (const NodeIndex child : ast_.Children(old)) children.push_back(new_index[child]);
    node.first_child = first;
    if (node.kind == NodeKind::kLocal) node.payload = new_index[node.payload];
    node.subtree_end = static_cast<NodeIndex>(nodes.size() + 1);
    nodes.push_back(node);
    types.push_back(ast_.types[old]);
  }
  ast_.nodes = std::move(nodes);
  ast_.children = std::move(children);
  ast_.types = std::move(types);
  for (NodeIndex node = 0; node < ast_.nodes.size(); ++node) {
    for (const NodeIndex child : ast_.Children(node)) ast_.nodes[child].parent = node;
  }
  for (NodeIndex node = static_cast<NodeIndex>(ast_.nodes.size()); node-- > 1;) {
    Node& parent = ast_.nodes[ast_.nodes[node].parent];
    parent.subtree_end = std::max(parent.subtree_end, ast_.nodes[node].subtree_end);
  }
}

NodeIndex Parser::Fail(SourceSpan span, std::string message, std::string hint, ErrorCode code) {
  if (!failed_) diagnostics_.Add(code, span, std::move(message), std::move(hint));
  failed_ = true;
  scanner_.MoveTo(static_cast<std::uint32_t>(source_.size()));
  const auto index = static_cast<NodeIndex>(ast_.nodes.size());
  ast_.constants.push_back(Value::Null());
  ast_.nodes.push_back({.kind = NodeKind::kLiteral,
                        .span = span,
                        .payload = static_cast<std::uint32_t>(ast_.constants.size() - 1)});
  ast_.types.push_back(Type::Any());
  return index;
}

NodeIndex Parser::FailExpected(std::string_view expected) {
  const std::uint32_t at = scanner_.position();
  return Fail({at, at}, "found " + scanner_.Found() + ", expected " + std::string(expected),
              std::string(HintFor(scanner_.Symbol())));
}

bool Parser::Expect(std::string_view symbol) {
  if (scanner_.Accept(symbol)) return true;
  if (!failed_) FailExpected("'" + std::string(symbol) + "'");
  return false;
}

bool Parser::ExpectWord(std::string_view word) {
  if (scanner_.AcceptWord(word)) return true;
  if (!failed_) FailExpected("'" + std::string(word) + "'");
  return false;
}

}  // namespace oxpecker::feel
