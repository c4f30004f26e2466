// rules/feel/program_body.h - the compiled form of an expression: what the compiler writes and the
// evaluator runs. Private to those two, and to the tests' reference evaluator for FunctionData.
//
// A register machine. Every node of the tree has its own register (its index), so that after an
// evaluation the register file is the trace. Nodes that compute nothing - constants, inputs, names
// of variables - have no instruction: operands name them where they are. Nodes that may be passed
// over (the right side of `and`, a branch, a loop's body) lie in blocks; entering a block stamps it
// with the number of the evaluation, which tells reached nodes without clearing anything.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/feel/arena.h"
#include "rules/feel/builtins.h"
#include "rules/feel/program.h"
#include "rules/feel/quick_test.h"
#include "rules/feel/type.h"
#include "rules/feel/value.h"

namespace oxpecker::feel {

// Where a value is: a bank of values and an index.
enum class Bank : std::uint8_t { kRegister, kInput, kConstant, kCapture };
using Operand = std::uint32_t;
inline constexpr std::uint32_t kBankShift = 30;
inline constexpr std::uint32_t kOperandIndexMask = (1U << kBankShift) - 1;
constexpr Operand MakeOperand(Bank bank, std::uint32_t index) {
  return (static_cast<std::uint32_t>(bank) << kBankShift) | index;
}

// r: register `dst`; a, b, c as the comment says. "pool": operands pool[a], pool[a + 1], ... `b` of
// them. Jumps are relative to the instruction itself.
enum class Opcode : std::uint8_t {
  kMove,             // r = a
  kAdd,              // r = a + b, and so on
  kSubtract,
  kMultiply,
  kDivide,
  kPower,
  kNegate,           // r = -a
  kLess,             // r = a < b, and so on
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,
  kAndLeft,          // a is false: r = false, jump c. Else enter block b
  kOrLeft,           // a is true: r = true, jump c. Else enter block b
  kAnd,              // r = a and b
  kOr,               // r = a or b
  kNot,              // r = not(a)
  kBetween,          // r = a between pool[b] and pool[b + 1]
  kInTest,           // r = a in b (a range, a list, a value)
  kInTexts,          // r = a in constants b .. b + c, all of them texts; detail 1: they are the
                     // items of a list, which is constant b - 1
  kInNumbers,        // the same for numbers
  kCellValue,        // r = the cell test `b` of the input a
  kCellBoolean,      // r = a where it is a boolean, else null
  kMakeList,         // r = list of the pool
  kMakeContext,      // r = context of the pool, by shape c
  kMakeRange,        // r = range a..b; detail: RangeEnds
  kMakeTestRange,    // r = (op a); detail: TestOperator
  kInstanceOf,       // r = a instance of type b
  kPathSlot,         // r = a.name by path table entry b: shape known
  kPath,             // r = a.name by path table entry b
  kIndex,            // r = a[b]
  kDynamicName,      // r = entry of the first of the pool's items that has it; c: name; detail: the
                     // last of the pool is what the name means otherwise
  kJump,             // jump c
  kJumpUnlessTrue,   // a is not true: jump c. Else enter block b
  kEnter,            // enter block b
  kListStart,        // loop slot b collects
  kLoopStart,        // loop slot b goes over a; not a list or range: r = null, jump c
  kCountStart,       // loop slot b counts from pool[a] to pool[a + 1]; cannot: r = null, jump c
  kLoopNext,         // r = next item of loop table entry b; none left: jump c
  kPartial,          // r = what loop slot b has collected so far
  kListAppend,       // loop slot b collects a; jump c
  kListFinish,       // r = what loop slot b has collected
  kSomeTest,         // r = r or a; true: go on behind, else jump c
  kEveryTest,        // r = r and a; false: go on behind, else jump c
  kFilterStart,      // loop slot b goes over a (one value: over it alone); detail 1: an empty list
                     // is tried once, because the predicate may be a position
  kFilterTest,       // loop slot b keeps its item where a is true; jump c. A position: r = item,
                     // go on behind the kFilterFinish that follows
  kFilterFinish,     // r = what loop slot b has kept
  kMakeFunction,     // r = function b with its captures
  kCallBuiltin,      // r = row c of the call table on the pool
  kCall,             // r = pool[0](pool[1], ...); c: names, or kNoNames
  kSort,             // r = a sorted by function b
  kReturn,           // the result is a
};
inline constexpr std::uint32_t kNoNames = 0xFFFF'FFFFU;

struct Instruction {
  Opcode op = Opcode::kReturn;
  std::uint8_t detail = 0;
  std::uint32_t dst = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;
};

struct PathEntry {
  const Shape* shape = nullptr;  // of the context, where it is known
  std::uint32_t slot = 0;
  std::string_view name;
};

struct LoopEntry {
  std::uint32_t slot = 0;
  std::uint32_t block = 0;
  std::uint32_t steps = 0;  // of one iteration
};

struct CompiledFunction {
  std::uint32_t code_begin = 0;
  std::uint32_t code_size = 0;
  NodeIndex first_node = 0;      // its register 0 is this node's
  std::uint32_t register_count = 0;
  std::uint32_t loop_count = 0;
  std::vector<std::uint32_t> parameters;  // their registers
  std::vector<std::string> parameter_names;
  std::optional<std::uint32_t> self;  // register of its own name, of an entry of a context
  Type type;
  std::vector<Operand> captures;  // where the function is made
};

// Where the trace finds a node's value.
struct NodeTrace {
  Operand location = 0;
  std::uint32_t block = 0;
};
// In no block: never evaluated on its own, or only inside a function's own frames.
inline constexpr std::uint32_t kNoBlock = 0xFFFF'FFFFU;

// What a compact trace records: a condition, or an operand of it that was computed.
struct TraceItem {
  NodeIndex node = 0;
  bool is_condition = false;
  NodeTrace place;
};

struct Program::Body {
  std::string source;
  SourceOrigin origin;
  Type type;
  std::vector<NodeInfo> nodes;
  std::vector<Condition> conditions;
  std::vector<LogicNode> logic;
  std::vector<std::uint32_t> reads;
  bool is_constant = false;
  std::optional<std::vector<Value>> turning_points;
  std::vector<SourceSpan> conjuncts;
  bool is_straight = false;
  std::optional<QuickTest> quick_test;

  std::vector<Instruction> code;  // the expression, then its functions
  std::uint32_t main_size = 0;    // instructions of the expression itself
  NodeIndex first_node = 0;       // register 0 is this node's
  std::uint32_t input_count = 0;  // inputs that an evaluation must give
  std::uint32_t block_count = 1;  // block 0 is always entered
  std::uint32_t loop_count = 0;   // loop slots of the expression itself
  std::vector<NodeTrace> trace;   // of node first_node + i, and
  std::vector<SourceSpan> spans;  // where it stands
  std::vector<TraceItem> trace_items;
  std::vector<Operand> pool;
  std::vector<Value> constants;
  std::vector<PathEntry> paths;
  std::vector<LoopEntry> loops;
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> name_lists;
  std::vector<const Shape*> shapes;
  std::vector<Type> types;        // of instance of; and keeps the shapes alive
  std::vector<const Builtin*> builtins;  // the call table
  // By index of the call table, as far as it reaches: patterns that the text fixes, compiled.
  std::vector<std::shared_ptr<const PreparedPattern>> patterns;
  std::vector<CompiledFunction> functions;
  Arena arena;                    // of the constants
};

class HostFunction;

// A function as a value: compiled, of the host program, or a built-in.
struct FunctionData {
  const Program::Body* body = nullptr;
  const CompiledFunction* function = nullptr;
  const Value* inputs = nullptr;
  const Value* captures = nullptr;
  const HostFunction* host = nullptr;
  std::string_view builtin;  // its name, where body and host are nullptr
};

}  // namespace oxpecker::feel
