// rules/feel/ast.h - the tree of a parsed expression: what the parser makes, the checker types, the
// compiler turns into instructions and the tests' reference evaluator walks.
//
// Nodes lie in one vector in pre-order: node 0 is the root, a node's subtree is the index range
// [node, node.subtree_end). Names are resolved: a name is an input, or refers to the node that binds
// it. Value type after parsing; not thread-safe while being built.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_span.h"
#include "rules/feel/arena.h"
#include "rules/feel/builtins.h"
#include "rules/feel/type.h"
#include "rules/feel/value.h"

namespace oxpecker::feel {

using NodeIndex = std::uint32_t;
inline constexpr NodeIndex kNoNode = 0xFFFF'FFFFU;

// In brackets: the children. `payload` and `detail` where a kind uses them.
enum class NodeKind : std::uint8_t {
  kLiteral,       // payload: index in Ast::constants
  kInput,         // payload: index of the scope's variable
  kLocal,         // payload: the node that binds the name (kBinding, or a context entry's value)
  kDynamicName,   // [item bindings from the innermost, then the fallback if has_fallback]: a name in
                  // the filter of a list whose items are not known; payload: index in Ast::names
  kUnknownName,   // a null with a cause; payload: index in Ast::names
  kBuiltinName,   // a built-in function as a value; payload: index in Ast::names
  kBinding,       // a variable of for, some, every, a filter's item, or a parameter; its value is
                  // put there by the construct it belongs to; payload: index in Ast::names
  kList,          // [items]
  kContext,       // [values]; payload: index in Ast::name_lists
  kRange,         // [low, high]; detail: RangeEnds
  kTestRange,     // [end]: (< end) as a value; detail: TestOperator
  kNegate,        // [operand]
  kArithmetic,    // [left, right]; detail: ArithmeticOperator
  kComparison,    // [left, right]; detail: TestOperator
  kAnd,           // [left, right]
  kOr,            // [left, right]
  kNot,           // [operand]
  kBetween,       // [value, low, high]
  kIn,            // [value, tests]: true where any test is
  kTestOperator,  // [end]: `< end` as a test inside kIn; detail: TestOperator
  kTestValue,     // [test]: a range, list or value as a test inside kIn; detail: 1 in a cell
  kTestBoolean,   // [expression]: an expression that uses ? as a test inside kIn
  kTestAny,       // []: "-", always true
  kInstanceOf,    // [value]; payload: index in Ast::type_names
  kPath,          // [value]; payload: index in Ast::names
  kFilter,        // [list, item binding, predicate]
  kIf,            // [condition, then, else]
  kFor,           // [source, binding, ..., partial binding, body]
  kSome,          // [source, binding, ..., condition]
  kEvery,         // [source, binding, ..., condition]
  kIteration,     // [low, high]: low..high as a source of kFor, counting up or down
  kFunction,      // [parameter bindings, body]; payload: index in Ast::functions; detail 1: a binding
                  // of its own name comes first, which the body may call
  kCallBuiltin,   // [arguments]; payload: index in Ast::builtin_calls
  kCall,          // [function, arguments]; payload: index in Ast::name_lists of argument names, or
                  // kNoNode where they are positional
  kSort,          // [list, function]: the one built-in that calls back
};

enum class ArithmeticOperator : std::uint8_t { kAdd, kSubtract, kMultiply, kDivide, kPower };
enum class TestOperator : std::uint8_t {
  kLess, kLessEqual, kGreater, kGreaterEqual, kEqual, kNotEqual,
};
struct RangeEnds {
  static constexpr std::uint8_t kLowIncluded = 1;
  static constexpr std::uint8_t kHighIncluded = 2;
};
const char* Text(ArithmeticOperator op);  // "+"
const char* Text(TestOperator op);        // ">="
TestOperator Mirrored(TestOperator op);   // of `a op b`, so that `b op a` says the same

struct Node {
  NodeKind kind = NodeKind::kLiteral;
  std::uint8_t detail = 0;
  bool has_fallback = false;  // kDynamicName
  SourceSpan span;
  std::uint32_t payload = 0;
  std::uint32_t first_child = 0;  // in Ast::children
  std::uint32_t child_count = 0;
  NodeIndex parent = kNoNode;
  NodeIndex subtree_end = 0;
  std::uint32_t height = 0;  // of the tree below
};

struct BuiltinCall {
  std::string name;
  // The row to call; nullptr where the arguments fit none: a null with a cause.
  const Builtin* row = nullptr;
  // argument_of[p]: the child for parameter p, or -1 where it is not given. Positional calls of a
  // function with any number of arguments pass the children as they are.
  std::vector<std::int32_t> argument_of;
  std::string problem;  // why there is no row
};

struct FunctionLiteral {
  std::vector<std::string> parameters;
  std::vector<Type> parameter_types;
};

struct Ast {
  std::vector<Node> nodes;
  std::vector<NodeIndex> children;
  std::vector<Type> types;  // of each node
  std::vector<Value> constants;
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> name_lists;
  std::vector<Type> type_names;
  std::vector<BuiltinCall> builtin_calls;
  std::vector<FunctionLiteral> functions;
  Arena arena;  // text of the constants

  std::span<const NodeIndex> Children(NodeIndex node) const {
    return std::span(children).subspan(nodes[node].first_child, nodes[node].child_count);
  }
  NodeIndex Child(NodeIndex node, std::size_t i) const {
    return children[nodes[node].first_child + i];
  }
};

}  // namespace oxpecker::feel
