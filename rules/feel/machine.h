// rules/feel/machine.h - the state of an evaluator and the machine that runs instructions. Private to
// evaluator*.cc.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/feel/evaluator.h"
#include "rules/feel/operations.h"
#include "rules/feel/program_body.h"
#include "rules/feel/regex.h"

namespace oxpecker::feel {

// What a loop slot holds: where an iteration is, and what it has collected.
struct LoopState {
  const Value* items = nullptr;
  std::size_t size = 0;
  std::size_t next = 0;
  // Counting instead: numbers or days from `current` to `last`.
  Kind counted = Kind::kNull;
  std::int64_t current = 0;
  std::int64_t last = 0;
  std::int64_t step = 0;
  bool done = false;
  bool is_trial = false;  // a filter's predicate, tried on null because the list is empty
  Value single;           // the one item, where a value that is no list is filtered
  Value* collected = nullptr;
  std::size_t count = 0;
  std::size_t capacity = 0;
};

// Frames of function calls: last in, first out; keeps its memory.
class FrameStack {
 public:
  struct Mark {
    std::size_t block;
    std::size_t offset;
  };
  Mark mark() const { return {block_, offset_}; }
  void Release(Mark mark) {
    block_ = mark.block;
    offset_ = mark.offset;
  }
  std::byte* Push(std::size_t size);

 private:
  static constexpr std::size_t kBlockBytes = 64 * 1024;
  struct Block {
    std::unique_ptr<std::byte[]> memory;
    std::size_t size;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;
  std::size_t offset_ = 0;
};

// One activation: of the expression, or of a function.
struct Frame {
  const Program::Body* body;
  Value* registers;
  std::array<const Value*, 4> banks;  // by Bank
  LoopState* loops;
  NodeIndex first_node;
  std::uint32_t* block_stamps;  // of the trace; written and not read where there is none
};

struct MachineState {
  Limits limits;
  Arena arena;
  std::vector<Value> registers;
  std::vector<LoopState> loops;
  std::vector<std::uint32_t> block_stamps;
  std::uint32_t generation = 0;
  FrameStack frames;

  // Of the last evaluation, for ValueOf.
  const Program::Body* body = nullptr;
  const Value* inputs = nullptr;
  const Value* result = nullptr;
  Value stopped;  // the result, where a limit was met
  bool was_stopped = false;

  std::uint64_t steps_left = 0;        // of this evaluation
  std::uint64_t steps_given = 0;       // what it began with
  std::uint64_t total_steps_left = 0;  // of all until Reset, those of this one included
  std::uint32_t call_depth = 0;
  bool is_joint = false;
  std::string_view limit_hit;  // the first of a joint evaluation; empty while there is none
  Instant now;
  Value stop;  // the limit that an operation met, where one did
  RegexCache regexes;

  void TakeSteps() { steps_left = steps_given = std::min(limits.steps_max, total_steps_left); }
  void SettleSteps() { total_steps_left -= steps_given - steps_left; }
  // Why steps ran out.
  std::string_view TooManySteps(std::string_view of_one) const {
    const bool is_total = steps_given < limits.steps_max;
    return is_total ? "the decision as a whole takes too many steps" : of_one;
  }
};

struct Evaluator::State : MachineState {};

// Runs instructions. Every member that can hit a limit says false then; the evaluation ends.
class Machine {
 public:
  explicit Machine(MachineState& state) : state_(state) {}
  // A whole program inside another's evaluation.
  bool RunPart(const Program::Body& body, const Value* inputs, Value& result);
  // By position, or by name where `names` is not empty.
  bool CallFunction(const Site& site, const Value& function, std::span<const Value> arguments,
                    std::span<const std::string> names, Value& result);
  // `result` stays where it is: good until the frame is used again.
  bool Run(Frame& frame, const Instruction* code, const Value*& result);

 private:
  static const Value& At(const Frame& frame, Operand operand) {
    return frame.banks[operand >> kBankShift][operand & kOperandIndexMask];
  }
  Site SiteOf(const Frame& frame, const Instruction& i) {
    return {state_.arena, frame.body->spans[frame.first_node - frame.body->first_node + i.dst],
            &state_.steps_left};
  }
  void Enter(const Frame& frame, std::uint32_t block) {
    frame.block_stamps[block] = state_.generation;
  }
  bool Take(std::uint64_t steps) {
    if (state_.steps_left < steps) return false;
    state_.steps_left -= steps;
    return true;
  }
  bool WithinMemory() const { return state_.arena.Fits(0); }
  // Whether to go on after an operation; one that met a limit says why the evaluation was stopped.
  bool Went(const Value& result) {
    const bool limit = result.is_null() && result.cause() != nullptr &&
                       result.cause()->kind == CauseKind::kLimit;
    if (limit) state_.stop = result;
    return !limit && WithinMemory();
  }

  // evaluator.cc: operations off the fast paths
  bool Slow(Frame& frame, const Instruction& i);
  Value SlowResult(Frame& frame, const Instruction& i);
  Value InConstants(Frame& frame, const Instruction& i, Kind kind);
  Value CellValue(const Site& site, const Value& input, const Value& test);
  Value CellBoolean(const Site& site, const Value& value);
  Value DynamicName(Frame& frame, const Instruction& i);
  Value MakeList(Frame& frame, const Instruction& i);
  Value MakeContext(Frame& frame, const Instruction& i);
  Value MakeRange(Frame& frame, const Instruction& i);
  Value MakeTestRange(Frame& frame, const Instruction& i);

  // evaluator_loops.cc
  bool StartLoop(Frame& frame, const Instruction& i);    // false: r is the answer
  bool StartCount(Frame& frame, const Instruction& i);
  bool StartRange(const Site& site, LoopState& loop, const Value& low, const Value& high,
                  Value& failure);
  static bool NextItem(LoopState& loop, Value& item);
  bool Collect(LoopState& loop, const Value& value);
  bool StartFilter(Frame& frame, const Instruction& i);
  enum class Kept : std::uint8_t { kGoOn, kAnswered, kLimit };
  Kept TestFilter(Frame& frame, const Instruction& i);
  Value IndexOrAll(const Site& site, const Value& list, const Value& position);

  // evaluator_calls.cc
  bool CallBuiltin(Frame& frame, const Instruction& i);
  bool ReplaceMatching(const Site& site, std::span<const Value> arguments, Value& result);
  bool Call(Frame& frame, const Instruction& i);
  bool CallFunction(const Site& site, const Value& function, std::span<const Value> arguments,
                    Value& result);
  bool CallCompiled(const Site& site, const FunctionData& data, std::span<const Value> arguments,
                    Value& result);
  bool CallHost(const Site& site, const HostFunction& function, std::span<const Value> arguments,
                Value& result);
  std::optional<std::span<const Value>> Arranged(const Site& site, const FunctionData& data,
                                                 std::span<const Value> arguments,
                                                 std::span<const std::string> names,
                                                 Value& failure);
  bool CallBuiltinValue(const Site& site, std::string_view name, std::span<const Value> arguments,
                        Value& result);
  void MakeFunction(Frame& frame, const Instruction& i);
  bool Sort(Frame& frame, const Instruction& i);
  bool MergeRuns(const Site& site, const Value& precedes, std::span<Value> from,
                 std::span<Value> to, std::size_t width, Value& failure);

  MachineState& state_;
};

}  // namespace oxpecker::feel
