// rules/feel/parser.h - expression text -> tree, names resolved and nodes typed (DMN 1.5, 10.3.1.2).
//
// Precedence climbing; recursion is bounded by Limits::nesting_depth_max. The first syntax error ends
// the parse; problems of names and types before it are all reported. Names are resolved while parsing,
// because what a name is ("loan amount", "a-b") depends on what is declared around it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/feel/ast.h"
#include "rules/feel/checker.h"
#include "rules/feel/diagnostics.h"
#include "rules/feel/limits.h"
#include "rules/feel/scanner.h"
#include "rules/feel/scope.h"

namespace oxpecker::feel {

struct ParseOptions {
  Limits limits;
  bool unknown_names_are_errors = true;
  bool type_conflicts_are_errors = true;
  bool undeclared_fields_are_errors = false;
  // Set: the source is a cell of unary tests over this type; `?` is the input after the scope's.
  std::optional<Type> input_value;
};

// Meaningless where `diagnostics` is not empty afterwards.
Ast Parse(std::string_view source, const Scope& scope, const ParseOptions& options,
          Diagnostics& diagnostics);

// One parse; private to parser*.cc.
class Parser {
 public:
  Parser(std::string_view source, const Scope& scope, const ParseOptions& options,
         Diagnostics& diagnostics);
  Ast Run();

 private:
  enum class Level : std::uint8_t {
    kExpression, kOr, kAnd, kComparison, kSum, kProduct, kPower,
  };
  struct Declared {
    std::string name;
    NodeIndex node;
  };
  // What one construct adds to the names: its variables, or the item of a filter.
  struct Frame {
    std::vector<Declared> variables;
    NodeIndex item = kNoNode;
    Type item_type = Type::Any();
  };
  struct NameMatch {
    std::string name;
    std::uint32_t end = 0;
  };
  struct Arguments {
    std::vector<NodeIndex> nodes;
    std::vector<std::string> names;  // empty where positional
    std::uint32_t end = 0;
  };
  // One level of recursion; fails the parse where there are too many.
  class Nesting {
   public:
    explicit Nesting(Parser& parser);
    ~Nesting() { --parser_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Parser& parser_;
  };

  // parser.cc: operators
  NodeIndex ParseLevel(Level level);
  bool ParseOperator(NodeIndex& left, Level level);
  bool ParseComparison(NodeIndex& left);
  NodeIndex ParseOperand();
  NodeIndex ParsePostfix(NodeIndex operand);
  NodeIndex ParsePath(NodeIndex value);
  NodeIndex ParseFilter(NodeIndex list);
  bool FilterFollows();
  std::optional<TestOperator> AcceptTestOperator();
  NodeIndex ParseIn(NodeIndex value);
  NodeIndex ParseTest(bool is_cell);
  NodeIndex ParseInstanceOf(NodeIndex value);
  NodeIndex ParseCell();
  bool NegatesWholeCell();

  // parser_primary.cc: literals, brackets, constructs, types
  NodeIndex ParsePrimary();
  NodeIndex ParseNumber();
  NodeIndex ParseTemporal();
  NodeIndex ParseParenthesis();
  NodeIndex ParseBracket();
  NodeIndex ParseRangeEnd(NodeIndex low, bool low_included, std::uint32_t begin);
  NodeIndex ParseContext();
  NodeIndex ParseIf();
  NodeIndex ParseLoop(NodeKind kind);
  NodeIndex ParseLoopSource();
  NodeIndex ParseFunction();
  NodeIndex ParseExternalBody(std::span<const NodeIndex> parameters);
  std::map<std::string, std::string> ParseTexts();
  bool ParseParameter(FunctionLiteral& function, std::vector<NodeIndex>& children);
  Type ParseType();
  Type ParseTypeArguments(std::string_view name);

  // parser_names.cc: names and calls
  NodeIndex ParseName();
  std::optional<NodeIndex> ParseKeyword(std::string_view word);
  NameMatch LongestDeclared();
  NameMatch LongestBuiltin();
  bool MayBeFunction(const std::string& name) const;
  std::string TakeWords(bool first_may_be_keyword);
  NodeIndex Resolve(const std::string& name, SourceSpan span);
  NodeIndex UnknownName(const std::string& name, SourceSpan span);
  NodeIndex PathOn(NodeIndex item, const std::string& name, SourceSpan span);
  bool InOpenFilter() const;
  std::vector<std::string_view> KnownNames() const;
  std::string SuggestionFor(const std::string& name, SourceSpan span, bool called) const;
  Arguments ParseArguments();
  NodeIndex ParseBuiltinCall(const std::string& name, SourceSpan span);
  NodeIndex ParseCall(NodeIndex function);
  NodeIndex MakeSort(const Arguments& arguments, SourceSpan span);
  NodeIndex MakeNot(const Arguments& arguments, SourceSpan span);

  // The tree
  NodeIndex Add(NodeKind kind, SourceSpan span, std::span<const NodeIndex> children,
                std::uint32_t payload = 0, std::uint8_t detail = 0);
  NodeIndex Add(NodeKind kind, SourceSpan span, std::initializer_list<NodeIndex> children,
                std::uint32_t payload = 0, std::uint8_t detail = 0) {
    return Add(kind, span, std::span(children.begin(), children.size()), payload, detail);
  }
  NodeIndex AddLiteral(SourceSpan span, const Value& value);
  NodeIndex AddBinding(SourceSpan span, const std::string& name, Type type);
  NodeIndex AddLocal(SourceSpan span, NodeIndex binding);
  NodeIndex AddInput(SourceSpan span, std::uint32_t index, Type type);
  std::uint32_t AddName(const std::string& name);
  SourceSpan SpanOf(NodeIndex node) const { return ast_.nodes[node].span; }
  SourceSpan SpanFrom(std::uint32_t begin) const { return {begin, scanner_.end()}; }
  void InPreOrder(NodeIndex root);

  // The first syntax error; everything after it is silent and ends soon.
  NodeIndex Fail(SourceSpan span, std::string message, std::string hint = {},
                 ErrorCode code = ErrorCode::kInvalidInput);
  NodeIndex FailExpected(std::string_view expected);
  bool Expect(std::string_view symbol);
  bool ExpectWord(std::string_view word);

  std::string_view source_;
  const Scope& scope_;
  const ParseOptions& options_;
  Diagnostics& diagnostics_;
  Scanner scanner_;
  Ast ast_;
  Checker checker_;
  std::vector<Frame> frames_;
  std::uint32_t depth_ = 0;
  std::uint32_t brackets_ = 0;             // open ones around this place
  std::string entry_name_;                 // of the context's entry whose value is read last, and
  std::uint32_t entry_begin_ = 0xFFFF'FFFFU;  // where that value begins
  std::uint32_t range_end_brackets_ = 0;   // > 0: parsing the end of a range at that bracket depth
  bool uses_input_value_ = false;
  bool failed_ = false;
};

bool IsKeyword(std::string_view word);  // of the grammar: if, then, and, true, ...

// The overload that takes these arguments, and which argument goes to which parameter.
BuiltinCall ChooseBuiltin(std::string_view name, std::size_t count,
                          std::span<const std::string> names);

}  // namespace oxpecker::feel
