// Calls of built-ins and functions; sort.
#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "rules/feel/instance_of.h"
#include "rules/feel/machine.h"
#include "rules/feel/nulls.h"
#include "rules/feel/parser.h"

namespace oxpecker::feel {
namespace {

constexpr std::size_t kArgumentsOnStack = 8;
// Above this, deeper calls would need more of the thread's stack than it may have.
constexpr std::uint32_t kCallDepthLargest = 512;

bool TakesAnyNumber(const Builtin& row) { return row.parameters.ends_with("..."); }

std::size_t ParameterCount(const Builtin& row) {
  if (row.parameters.empty()) return 0;
  return static_cast<std::size_t>(std::count(row.parameters.begin(), row.parameters.end(), ',')) +
         1;
}

// The first limit that a joint evaluation hit is the one that is told.
Value LimitOfJoint(MachineState& state, SourceSpan span) {
  if (state.limit_hit.empty()) {
    const bool too_deep =
        state.call_depth >= std::min(state.limits.call_depth_max, kCallDepthLargest);
    state.limit_hit = too_deep ? "functions call each other too deeply"
                               : "the evaluation takes too many steps or too much memory";
  }
  return Site{state.arena, span}.Fail(CauseKind::kLimit, state.limit_hit);
}

// list replace(list, function(item, newItem) ..., newItem)
bool CallsBack(const Builtin& row, std::span<const Value> arguments) {
  return arguments.size() == 3 && arguments[1].kind() == Kind::kFunction &&
         row.name == "list replace";
}

// An argument as its parameter takes it: a list of one item serves for the item, and the other way
// round (DMN 1.5, 10.3.2.9.4). Nothing where it does not fit.
std::optional<Value> Converted(const Site& site, const Value& argument, const Type& type) {
  if (argument.is_null() || IsInstanceOf(argument, type)) return argument;
  if (argument.kind() == Kind::kList && argument.list().size() == 1 &&
      IsInstanceOf(argument.list()[0], type)) {
    return argument.list()[0];
  }
  if (type.tag() == Type::Tag::kList && IsInstanceOf(argument, type.element())) {
    const std::span<Value> items = site.arena.NewArray<Value>(1);
    items[0] = argument;
    return Value::List(items);
  }
  return std::nullopt;
}

}  // namespace

bool Machine::CallBuiltin(Frame& frame, const Instruction& i) {
  const Builtin& row = *frame.body->builtins[i.c];
  std::array<Value, kArgumentsOnStack> few;
  // Where any number of values may come, the result may be a view of them.
  const bool on_stack = i.b <= few.size() && !TakesAnyNumber(row);
  const std::span<Value> arguments =
      on_stack ? std::span(few).first(i.b) : state_.arena.NewArray<Value>(i.b);
  for (std::uint32_t k = 0; k < i.b; ++k) arguments[k] = At(frame, frame.body->pool[i.a + k]);
  const auto& patterns = frame.body->patterns;
  const PreparedPattern* pattern = i.c < patterns.size() ? patterns[i.c].get() : nullptr;
  const CallSite site{{SiteOf(frame, i)}, state_.now, &state_.regexes, pattern};
  Value result;
  if (CallsBack(row, arguments)) {
    if (!ReplaceMatching(site, arguments, result)) return false;
  } else {
    result = row.call(site, arguments);
  }
  frame.registers[i.dst] = result;
  return Went(result);
}

bool Machine::ReplaceMatching(const Site& site, std::span<const Value> arguments, Value& result) {
  const Value& list = arguments[0];
  if (list.is_null()) {
    result = NoAnswer(site, "replace items of", list);
    return true;
  }
  const ListView items = list.kind() == Kind::kList ? list.list() : ListView(&list, 1);
  if (!Take(items.size()) || !state_.arena.Fits(items.size_bytes())) return false;
  const std::span<Value> replaced = state_.arena.NewArray<Value>(items.size());
  for (std::size_t k = 0; k < items.size(); ++k) {
    const std::array<Value, 2> pair = {items[k], arguments[2]};
    Value match;
    if (!CallFunction(site, arguments[1], pair, {}, match)) return false;
    if (match.kind() != Kind::kBoolean) {
      result = match.is_null() && match.cause() != nullptr
                   ? match
                   : site.Fail(CauseKind::kType, "the match of list replace must be a boolean");
      return true;
    }
    replaced[k] = match.is_true() ? arguments[2] : items[k];
  }
  result = Value::List(replaced);
  return true;
}

bool Machine::Call(Frame& frame, const Instruction& i) {
  const Site site = SiteOf(frame, i);
  const Program::Body& body = *frame.body;
  const Value function = At(frame, body.pool[i.a]);
  const std::uint32_t count = i.b - 1;
  const std::span<Value> arguments = state_.arena.NewArray<Value>(count);
  for (std::uint32_t k = 0; k < count; ++k) arguments[k] = At(frame, body.pool[i.a + 1 + k]);
  Value result;
  const std::span<const std::string> names =
      i.c == kNoNames ? std::span<const std::string>() : body.name_lists[i.c];
  if (!CallFunction(site, function, arguments, names, result)) return false;
  frame.registers[i.dst] = result;
  return true;
}

bool Machine::CallFunction(const Site& site, const Value& function,
                           std::span<const Value> arguments, std::span<const std::string> names,
                           Value& result) {
  if (function.kind() != Kind::kFunction) {
    result = NoAnswer(site, "call", function);
    return true;
  }
  const FunctionData& data = function.function();
  if (!names.empty()) {
    const auto arranged = Arranged(site, data, arguments, names, result);
    if (!arranged) return true;
    arguments = *arranged;
  }
  if (data.host != nullptr) return CallHost(site, *data.host, arguments, result);
  if (data.body == nullptr) return CallBuiltinValue(site, data.builtin, arguments, result);
  return CallCompiled(site, data, arguments, result);
}

// Named arguments in the order of the parameters; a parameter that is not named is null.
std::optional<std::span<const Value>> Machine::Arranged(const Site& site, const FunctionData& data,
                                                        std::span<const Value> arguments,
                                                        std::span<const std::string> names,
                                                        Value& failure) {
  if (data.body == nullptr && data.host == nullptr) {
    const BuiltinCall call = ChooseBuiltin(data.builtin, arguments.size(), names);
    if (call.row == nullptr) {
      failure = site.Fail(CauseKind::kArgument, call.problem);
      return std::nullopt;
    }
    const std::span<Value> in_order = state_.arena.NewArray<Value>(call.argument_of.size());
    for (std::size_t p = 0; p < in_order.size(); ++p) {
      const std::int32_t argument = call.argument_of[p];
      if (argument >= 0) in_order[p] = arguments[static_cast<std::size_t>(argument)];
    }
    return in_order;
  }
  const std::span<const std::string> parameters =
      data.host != nullptr ? data.host->parameter_names() : data.function->parameter_names;
  const std::span<Value> arranged = state_.arena.NewArray<Value>(parameters.size());
  for (std::size_t k = 0; k < names.size(); ++k) {
    const auto found = std::find(parameters.begin(), parameters.end(), names[k]);
    if (found == parameters.end()) {
      failure =
          site.Fail(CauseKind::kArgument, "the function has no parameter '" + names[k] + "'");
      return std::nullopt;
    }
    arranged[static_cast<std::size_t>(found - parameters.begin())] = arguments[k];
  }
  return arranged;
}

bool Machine::CallHost(const Site& site, const HostFunction& function,
                       std::span<const Value> arguments, Value& result) {
  if (arguments.size() != function.parameter_names().size()) {
    result = site.Fail(CauseKind::kArgument, "the function takes another number of arguments");
    return true;
  }
  const std::uint32_t depth_max = std::min(state_.limits.call_depth_max, kCallDepthLargest);
  if (state_.call_depth >= depth_max || !Take(1) || !WithinMemory()) return false;
  ++state_.call_depth;
  result = function.Call(site.span, arguments);
  --state_.call_depth;
  return Went(result);
}

bool Machine::RunPart(const Program::Body& body, const Value* inputs, Value& result) {
  if (!Take(body.main_size) || !WithinMemory()) return false;
  const FrameStack::Mark mark = state_.frames.mark();
  const std::size_t register_count = body.trace.size();
  const std::size_t registers_size = register_count * sizeof(Value);
  const std::size_t loops_size = body.loop_count * sizeof(LoopState);
  std::byte* memory = state_.frames.Push(registers_size + loops_size +
                                         body.block_count * sizeof(std::uint32_t));
  auto* registers = reinterpret_cast<Value*>(memory);
  auto* loops = reinterpret_cast<LoopState*>(memory + registers_size);
  auto* stamps = reinterpret_cast<std::uint32_t*>(memory + registers_size + loops_size);
  std::uninitialized_value_construct_n(registers, register_count);
  std::uninitialized_value_construct_n(loops, body.loop_count);
  std::uninitialized_value_construct_n(stamps, body.block_count);
  Frame frame{&body,  registers, {registers, inputs, body.constants.data(), nullptr},
              loops,  body.first_node, stamps};
  const Value* at = nullptr;
  const bool completed = Run(frame, body.code.data(), at);
  if (completed) result = *at;
  state_.frames.Release(mark);
  return completed;
}

bool Machine::CallCompiled(const Site& site, const FunctionData& data,
                           std::span<const Value> arguments, Value& result) {
  const CompiledFunction& function = *data.function;
  if (arguments.size() != function.parameters.size()) {
    result = site.Fail(CauseKind::kArgument, "the function takes another number of arguments");
    return true;
  }
  const std::uint32_t depth_max = std::min(state_.limits.call_depth_max, kCallDepthLargest);
  if (state_.call_depth >= depth_max || !Take(function.code_size) || !WithinMemory()) return false;
  const FrameStack::Mark mark = state_.frames.mark();
  const std::size_t registers_size = function.register_count * sizeof(Value);
  const std::size_t loops_size = function.loop_count * sizeof(LoopState);
  // Blocks of another program than the one that is traced are stamped where nobody looks.
  const bool is_traced = data.body == state_.body;
  const std::uint32_t stamp_count = is_traced ? 0 : data.body->block_count;
  std::byte* memory = state_.frames.Push(registers_size + loops_size +
                                         stamp_count * sizeof(std::uint32_t));
  auto* registers = reinterpret_cast<Value*>(memory);
  auto* loops = reinterpret_cast<LoopState*>(memory + registers_size);
  std::uninitialized_value_construct_n(registers, function.register_count);
  auto* stamps = reinterpret_cast<std::uint32_t*>(memory + registers_size + loops_size);
  std::uninitialized_value_construct_n(loops, function.loop_count);
  std::uninitialized_value_construct_n(stamps, stamp_count);
  for (std::size_t k = 0; k < arguments.size(); ++k) {
    const std::optional<Value> argument =
        Converted(site, arguments[k], function.type.parameters()[k]);
    if (!argument) {
      state_.frames.Release(mark);
      result = site.Fail(CauseKind::kType, "argument '" + function.parameter_names[k] + "' is " +
                                               Name(arguments[k].kind()) + ", expected " +
                                               function.type.parameters()[k].ToString());
      return true;
    }
    registers[function.parameters[k]] = *argument;
  }
  if (function.self) registers[*function.self] = Value::Function(&data);
  Frame frame{data.body,
              registers,
              {registers, data.inputs, data.body->constants.data(), data.captures},
              loops,
              function.first_node,
              is_traced ? state_.block_stamps.data() : stamps};
  ++state_.call_depth;
  const Value* at = nullptr;
  const bool completed = Run(frame, data.body->code.data() + function.code_begin, at);
  if (completed) result = *at;
  --state_.call_depth;
  state_.frames.Release(mark);
  return completed;
}

bool Machine::CallBuiltinValue(const Site& site, std::string_view name,
                               std::span<const Value> arguments, Value& result) {
  const CallSite call_site{{site}, state_.now, &state_.regexes};
  for (const Builtin& row : FindBuiltins(name)) {
    const bool fits = arguments.size() >= row.required &&
                      (TakesAnyNumber(row) || arguments.size() <= ParameterCount(row));
    if (!fits) continue;
    if (CallsBack(row, arguments)) return ReplaceMatching(site, arguments, result);
    result = row.call(call_site, arguments);
    return Went(result);
  }
  result = site.Fail(CauseKind::kArgument, "the arguments do not fit the built-in function");
  return true;
}

void Machine::MakeFunction(Frame& frame, const Instruction& i) {
  const CompiledFunction& function = frame.body->functions[i.b];
  const std::span<Value> captures = state_.arena.NewArray<Value>(function.captures.size());
  for (std::size_t k = 0; k < captures.size(); ++k) {
    captures[k] = At(frame, function.captures[k]);
  }
  FunctionData* data = state_.arena.New<FunctionData>();
  data->body = frame.body;
  data->function = &function;
  data->inputs = frame.banks[static_cast<std::size_t>(Bank::kInput)];
  data->captures = captures.data();
  frame.registers[i.dst] = Value::Function(data);
}

// Merge sort from the bottom up: stable, and asks the function n log n times.
bool Machine::Sort(Frame& frame, const Instruction& i) {
  const Site site = SiteOf(frame, i);
  const Value list = At(frame, i.a);
  const Value precedes = At(frame, i.b);
  Value& result = frame.registers[i.dst];
  if (list.is_null() || precedes.kind() != Kind::kFunction) {
    result = NoAnswer(site, list.is_null() ? "sort" : "sort by", list.is_null() ? list : precedes);
    return true;
  }
  const ListView items = list.kind() == Kind::kList ? list.list() : ListView(&list, 1);
  if (!Take(items.size()) || !state_.arena.Fits(2 * items.size_bytes())) return false;
  std::span<Value> from = state_.arena.NewArray<Value>(items.size());
  std::span<Value> to = state_.arena.NewArray<Value>(items.size());
  std::copy(items.begin(), items.end(), from.begin());
  for (std::size_t width = 1; width < items.size(); width *= 2) {
    Value failure;
    if (!MergeRuns(site, precedes, from, to, width, failure)) return false;
    if (failure.is_null() && failure.cause() != nullptr) {
      result = failure;
      return true;
    }
    std::swap(from, to);
  }
  result = Value::List(from);
  return WithinMemory();
}

bool Machine::MergeRuns(const Site& site, const Value& precedes, std::span<Value> from,
                        std::span<Value> to, std::size_t width, Value& failure) {
  for (std::size_t begin = 0; begin < from.size(); begin += 2 * width) {
    const std::size_t middle = std::min(begin + width, from.size());
    const std::size_t end = std::min(begin + 2 * width, from.size());
    std::size_t left = begin;
    std::size_t right = middle;
    for (std::size_t k = begin; k < end; ++k) {
      bool take_right = left == middle;
      if (!take_right && right < end) {
        const std::array<Value, 2> pair = {from[right], from[left]};
        Value verdict;
        if (!CallFunction(site, precedes, pair, {}, verdict)) return false;
        if (verdict.kind() != Kind::kBoolean) {
          failure = verdict.is_null() && verdict.cause() != nullptr
                        ? verdict
                        : site.Fail(CauseKind::kType, "the order of sort must be a boolean");
          return true;
        }
        take_right = verdict.is_true();
      }
      to[k] = take_right ? from[right++] : from[left++];
    }
  }
  return true;
}

Value MakeFunction(const HostFunction* function, Arena& arena) {
  FunctionData* data = arena.New<FunctionData>();
  data->host = function;
  return Value::Function(data);
}

void Evaluator::BeginJoint(const Environment& environment) {
  State& s = *state_;
  OXP_CHECK(!s.is_joint);
  s.is_joint = true;
  s.body = nullptr;
  s.now = environment.now;
  s.TakeSteps();
  s.arena.SetLimit(s.arena.used_bytes() + s.limits.memory_bytes_max);
  s.call_depth = 0;
  s.limit_hit = {};
}

void Evaluator::EndJoint() {
  state_->SettleSteps();
  state_->is_joint = false;
  state_->arena.SetLimit(std::numeric_limits<std::size_t>::max());
}

bool Evaluator::Spend(std::uint64_t steps) {
  State& s = *state_;
  if (s.steps_left < steps || !s.arena.Fits(0)) {
    s.steps_left = 0;  // what is under way ends too
    return false;
  }
  s.steps_left -= steps;
  return true;
}

Value Evaluator::EvaluatePart(const Program& program, std::span<const Value> inputs) {
  const Program::Body& body = program.body();
  State& s = *state_;
  OXP_CHECK(inputs.size() >= body.input_count);
  Value result;
  if (Machine(s).RunPart(body, inputs.data(), result)) return result;
  return LimitOfJoint(s, body.spans[0]);
}

Value Evaluator::Call(const Value& function, std::span<const Value> arguments,
                      std::span<const std::string> names, SourceSpan span) {
  State& s = *state_;
  OXP_CHECK(s.is_joint);
  const Site site{s.arena, span};
  Value result;
  if (Machine(s).CallFunction(site, function, arguments, names, result)) return result;
  return LimitOfJoint(s, span);
}

}  // namespace oxpecker::feel
