#include "rules/feel/evaluator.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "rules/feel/ast.h"
#include "rules/feel/instance_of.h"
#include "rules/feel/machine.h"
#include "rules/feel/nulls.h"

namespace oxpecker::feel {

Evaluator::Evaluator(const Limits& limits) : state_(std::make_unique<State>()) {
  state_->limits = limits;
  state_->total_steps_left = limits.total_steps_max;
}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;

Arena& Evaluator::arena() { return state_->arena; }

std::uint64_t Evaluator::patterns_compiled() const { return state_->regexes.compilations(); }

void Evaluator::Reset() {
  state_->arena.Reset();
  state_->body = nullptr;
  state_->total_steps_left = state_->limits.total_steps_max;
}

Value Evaluator::Evaluate(const Program& program, std::span<const Value> inputs,
                          const Environment& environment) {
  if (state_->is_joint) return EvaluatePart(program, inputs);
  return *Run(program, inputs, environment);
}

Truth Evaluator::Test(const Program& program, std::span<const Value> inputs,
                      const Environment& environment) {
  OXP_CHECK(!state_->is_joint);
  const Value* value = Run(program, inputs, environment);
  if (value->is_true()) return Truth::kTrue;
  return value->is_false() ? Truth::kFalse : Truth::kUnknown;
}

const Value* Evaluator::Run(const Program& program, std::span<const Value> inputs,
                            const Environment& environment) {
  const Program::Body& body = program.body();
  State& s = *state_;
  OXP_CHECK(inputs.size() >= body.input_count);
  if (s.registers.size() < body.trace.size()) s.registers.resize(body.trace.size());
  if (s.loops.size() < body.loop_count) s.loops.resize(body.loop_count);
  if (s.block_stamps.size() < body.block_count) s.block_stamps.resize(body.block_count, 0);
  if (++s.generation == 0) {  // after 2^32 evaluations: old stamps must not look new
    std::fill(s.block_stamps.begin(), s.block_stamps.end(), 0U);
    s.generation = 1;
  }
  s.block_stamps[0] = s.generation;
  s.body = &body;
  s.inputs = inputs.data();
  s.now = environment.now;
  s.TakeSteps();
  s.arena.SetLimit(s.arena.used_bytes() + s.limits.memory_bytes_max);
  s.call_depth = 0;
  s.stop = Value();
  Frame frame{&body,
              s.registers.data(),
              {s.registers.data(), inputs.data(), body.constants.data(), nullptr},
              s.loops.data(),
              body.first_node,
              s.block_stamps.data()};
  Machine machine(s);
  const bool has_steps = s.steps_left >= body.main_size;
  if (has_steps) s.steps_left -= body.main_size;
  s.was_stopped = !has_steps || !machine.Run(frame, body.code.data(), s.result);
  if (s.was_stopped && s.stop.cause() != nullptr) {
    s.stopped = s.stop;
    s.result = &s.stopped;
  } else if (s.was_stopped) {
    const Site site{s.arena, body.spans[0]};
    s.stopped = site.Fail(CauseKind::kLimit, s.arena.Fits(0)
                                                ? s.TooManySteps("the expression takes too many steps")
                                                : "the expression takes too much memory");
    s.result = &s.stopped;
  }
  s.SettleSteps();
  s.arena.SetLimit(std::numeric_limits<std::size_t>::max());
  return s.result;
}

const Value* Evaluator::ValueOf(NodeIndex node) const {
  const State& s = *state_;
  if (s.body == nullptr || node < s.body->first_node) return nullptr;
  const NodeIndex index = node - s.body->first_node;
  if (index == 0) return s.result;
  if (s.was_stopped || index >= s.body->trace.size()) return nullptr;
  const NodeTrace& trace = s.body->trace[index];
  if (trace.block == kNoBlock || s.block_stamps[trace.block] != s.generation) return nullptr;
  return ValueAt(trace.location);
}

const Value* Evaluator::ValueAt(std::uint32_t location) const {
  const State& s = *state_;
  const std::uint32_t at = location & kOperandIndexMask;
  switch (static_cast<Bank>(location >> kBankShift)) {
    case Bank::kRegister:
      return &s.registers[at];
    case Bank::kInput:
      return &s.inputs[at];
    case Bank::kConstant:
      return &s.body->constants[at];
    case Bank::kCapture:
      return nullptr;
  }
  return nullptr;
}

std::byte* FrameStack::Push(std::size_t size) {
  constexpr std::size_t kAlignment = alignof(std::max_align_t);
  size = (size + kAlignment - 1) / kAlignment * kAlignment;
  while (block_ < blocks_.size()) {
    if (offset_ + size <= blocks_[block_].size) {
      std::byte* memory = blocks_[block_].memory.get() + offset_;
      offset_ += size;
      return memory;
    }
    ++block_;
    offset_ = 0;
  }
  const std::size_t block_size = std::max(size, kBlockBytes);
  blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(block_size), block_size});
  offset_ = size;
  return blocks_.back().memory.get();
}

namespace {

bool BothNumbers(const Value& a, const Value& b) {
  return a.kind() == Kind::kNumber && b.kind() == Kind::kNumber;
}

constexpr std::size_t kFreeTextBytes = 256;  // longer texts take steps to compare

// 1: equal, 0: not, -1: ask the general operation.
int QuickEqual(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) {
    const bool is_plain_null = (a.is_null() && a.cause() == nullptr) ||
                               (b.is_null() && b.cause() == nullptr);
    return is_plain_null ? 0 : -1;
  }
  if (a.is_null()) return 1;
  if (a.kind() == Kind::kNumber) return a.number() == b.number() ? 1 : 0;
  if (a.kind() == Kind::kString) {
    if (a.string().size() > kFreeTextBytes) return -1;
    return a.string() == b.string() ? 1 : 0;
  }
  if (a.kind() == Kind::kBoolean) return a.is_true() == b.is_true() ? 1 : 0;
  return -1;
}

bool IsBoolean(const Value& value) { return value.kind() == Kind::kBoolean; }

}  // namespace

// One switch over all instructions: the fast paths stand here, everything else is a call. A false
// return means that a limit was hit.
bool Machine::Run(Frame& frame, const Instruction* code, const Value*& result) {
  const Instruction* at = code;
  Value* const r = frame.registers;
  const auto jump = [&at] { at += static_cast<std::int32_t>(at->c); };
  while (true) {
    const Instruction& i = *at;
    switch (i.op) {
      case Opcode::kMove:
        r[i.dst] = At(frame, i.a);
        break;
      case Opcode::kAdd: {
        const Value& a = At(frame, i.a);
        const Value& b = At(frame, i.b);
        const Decimal sum = BothNumbers(a, b) ? a.number() + b.number() : Decimal();
        if (!BothNumbers(a, b) || !sum.is_finite()) {
          if (!Slow(frame, i)) return false;
        } else {
          r[i.dst] = Value::Number(sum);
        }
        break;
      }
      case Opcode::kSubtract: {
        const Value& a = At(frame, i.a);
        const Value& b = At(frame, i.b);
        const Decimal difference = BothNumbers(a, b) ? a.number() - b.number() : Decimal();
        if (!BothNumbers(a, b) || !difference.is_finite()) {
          if (!Slow(frame, i)) return false;
        } else {
          r[i.dst] = Value::Number(difference);
        }
        break;
      }
      case Opcode::kMultiply: {
        const Value& a = At(frame, i.a);
        const Value& b = At(frame, i.b);
        const Decimal product = BothNumbers(a, b) ? a.number() * b.number() : Decimal();
        if (!BothNumbers(a, b) || !product.is_finite()) {
          if (!Slow(frame, i)) return false;
        } else {
          r[i.dst] = Value::Number(product);
        }
        break;
      }
      case Opcode::kLess:
      case Opcode::kLessEqual:
      case Opcode::kGreater:
      case Opcode::kGreaterEqual: {
        const Value& a = At(frame, i.a);
        const Value& b = At(frame, i.b);
        if (!BothNumbers(a, b)) {
          if (!Slow(frame, i)) return false;
          break;
        }
        const auto order = a.number() <=> b.number();
        const bool holds = i.op == Opcode::kLess        ? order < 0
                           : i.op == Opcode::kLessEqual ? order <= 0
                           : i.op == Opcode::kGreater   ? order > 0
                                                        : order >= 0;
        r[i.dst] = Value::Boolean(holds);
        break;
      }
      case Opcode::kEqual:
      case Opcode::kNotEqual: {
        const int equal = QuickEqual(At(frame, i.a), At(frame, i.b));
        if (equal >= 0) {
          r[i.dst] = Value::Boolean((equal == 1) == (i.op == Opcode::kEqual));
        } else if (!Slow(frame, i)) {
          return false;
        }
        break;
      }
      case Opcode::kAndLeft:
        if (At(frame, i.a).is_false()) {
          r[i.dst] = Value::Boolean(false);
          jump();
          continue;
        }
        Enter(frame, i.b);
        break;
      case Opcode::kOrLeft:
        if (At(frame, i.a).is_true()) {
          r[i.dst] = Value::Boolean(true);
          jump();
          continue;
        }
        Enter(frame, i.b);
        break;
      case Opcode::kAnd: {
        const Value& a = At(frame, i.a);
        const Value& b = At(frame, i.b);
        if (IsBoolean(a) && IsBoolean(b)) {
          r[i.dst] = Value::Boolean(a.is_true() && b.is_true());
        } else if (!Slow(frame, i)) {
          return false;
        }
        break;
      }
      case Opcode::kOr: {
        const Value& a = At(frame, i.a);
        const Value& b = At(frame, i.b);
        if (IsBoolean(a) && IsBoolean(b)) {
          r[i.dst] = Value::Boolean(a.is_true() || b.is_true());
        } else if (!Slow(frame, i)) {
          return false;
        }
        break;
      }
      case Opcode::kNot: {
        const Value& a = At(frame, i.a);
        if (IsBoolean(a)) {
          r[i.dst] = Value::Boolean(a.is_false());
        } else if (!Slow(frame, i)) {
          return false;
        }
        break;
      }
      case Opcode::kPathSlot: {
        const Value& a = At(frame, i.a);
        const PathEntry& path = frame.body->paths[i.b];
        if (a.kind() == Kind::kContext && a.context().shape == path.shape) {
          r[i.dst] = a.context().slots[path.slot];
        } else if (!Slow(frame, i)) {
          return false;
        }
        break;
      }
      case Opcode::kInTexts:
        r[i.dst] = InConstants(frame, i, Kind::kString);
        break;
      case Opcode::kInNumbers:
        r[i.dst] = InConstants(frame, i, Kind::kNumber);
        break;
      case Opcode::kJump:
        jump();
        continue;
      case Opcode::kJumpUnlessTrue:
        if (!At(frame, i.a).is_true()) {
          jump();
          continue;
        }
        Enter(frame, i.b);
        break;
      case Opcode::kEnter:
        Enter(frame, i.b);
        break;
      case Opcode::kListStart:
        frame.loops[i.b].collected = nullptr;
        frame.loops[i.b].count = 0;
        frame.loops[i.b].capacity = 0;
        break;
      case Opcode::kLoopStart:
        if (!StartLoop(frame, i)) {
          jump();
          continue;
        }
        break;
      case Opcode::kCountStart:
        if (!StartCount(frame, i)) {
          jump();
          continue;
        }
        break;
      case Opcode::kLoopNext: {
        const LoopEntry& loop = frame.body->loops[i.b];
        if (!NextItem(frame.loops[loop.slot], r[i.dst])) {
          jump();
          continue;
        }
        if (!Take(loop.steps) || !WithinMemory()) return false;
        Enter(frame, loop.block);
        break;
      }
      case Opcode::kPartial:
      case Opcode::kListFinish:
      case Opcode::kFilterFinish: {
        const LoopState& loop = frame.loops[i.b];
        r[i.dst] = Value::List(ListView(loop.collected, loop.count));
        break;
      }
      case Opcode::kListAppend:
        if (!Collect(frame.loops[i.b], At(frame, i.a))) return false;
        jump();
        continue;
      case Opcode::kSomeTest:
      case Opcode::kEveryTest: {
        const bool is_some = i.op == Opcode::kSomeTest;
        const Value& test = At(frame, i.a);
        r[i.dst] =
            is_some ? Or(SiteOf(frame, i), r[i.dst], test) : And(SiteOf(frame, i), r[i.dst], test);
        if (is_some ? r[i.dst].is_true() : r[i.dst].is_false()) break;
        jump();
        continue;
      }
      case Opcode::kFilterStart:
        if (!StartFilter(frame, i)) {
          jump();
          continue;
        }
        break;
      case Opcode::kFilterTest: {
        const Kept kept = TestFilter(frame, i);
        if (kept == Kept::kLimit) return false;
        if (kept == Kept::kGoOn) {
          jump();
          continue;
        }
        ++at;  // over the kFilterFinish
        break;
      }
      case Opcode::kMakeFunction:
        MakeFunction(frame, i);
        break;
      case Opcode::kCallBuiltin:
        if (!CallBuiltin(frame, i)) return false;
        break;
      case Opcode::kCall:
        if (!Call(frame, i)) return false;
        break;
      case Opcode::kSort:
        if (!Sort(frame, i)) return false;
        break;
      case Opcode::kReturn:
        result = &At(frame, i.a);
        return true;
      case Opcode::kDivide:
      case Opcode::kPower:
      case Opcode::kNegate:
      case Opcode::kBetween:
      case Opcode::kInTest:
      case Opcode::kCellValue:
      case Opcode::kCellBoolean:
      case Opcode::kMakeList:
      case Opcode::kMakeContext:
      case Opcode::kMakeRange:
      case Opcode::kMakeTestRange:
      case Opcode::kInstanceOf:
      case Opcode::kPath:
      case Opcode::kIndex:
      case Opcode::kDynamicName:
        if (!Slow(frame, i)) return false;
        break;
    }
    ++at;
  }
}

bool Machine::Slow(Frame& frame, const Instruction& i) {
  const Value result = SlowResult(frame, i);
  frame.registers[i.dst] = result;
  return Went(result);
}

Value Machine::SlowResult(Frame& frame, const Instruction& i) {
  const Site site = SiteOf(frame, i);
  const Value& a = At(frame, i.a);
  const auto b = [&]() -> const Value& { return At(frame, i.b); };
  switch (i.op) {
    case Opcode::kAdd:
      return Add(site, a, b());
    case Opcode::kSubtract:
      return Subtract(site, a, b());
    case Opcode::kMultiply:
      return Multiply(site, a, b());
    case Opcode::kDivide:
      return Divide(site, a, b());
    case Opcode::kPower:
      return Power(site, a, b());
    case Opcode::kNegate:
      return Negate(site, a);
    case Opcode::kLess:
      return Compare(site, Comparison::kLess, a, b());
    case Opcode::kLessEqual:
      return Compare(site, Comparison::kLessEqual, a, b());
    case Opcode::kGreater:
      return Compare(site, Comparison::kGreater, a, b());
    case Opcode::kGreaterEqual:
      return Compare(site, Comparison::kGreaterEqual, a, b());
    case Opcode::kEqual:
      return EqualValue(site, a, b());
    case Opcode::kNotEqual:
      return NotEqualValue(site, a, b());
    case Opcode::kAnd:
      return And(site, a, b());
    case Opcode::kOr:
      return Or(site, a, b());
    case Opcode::kNot:
      return Not(site, a);
    case Opcode::kBetween: {
      const Value& low = At(frame, frame.body->pool[i.b]);
      const Value& high = At(frame, frame.body->pool[i.b + 1]);
      return And(site, Compare(site, Comparison::kGreaterEqual, a, low),
                 Compare(site, Comparison::kLessEqual, a, high));
    }
    case Opcode::kInTest:
      return InTest(site, a, b());
    case Opcode::kCellValue:
      return CellValue(site, a, b());
    case Opcode::kCellBoolean:
      return CellBoolean(site, a);
    case Opcode::kMakeList:
      return MakeList(frame, i);
    case Opcode::kMakeContext:
      return MakeContext(frame, i);
    case Opcode::kMakeRange:
      return MakeRange(frame, i);
    case Opcode::kMakeTestRange:
      return MakeTestRange(frame, i);
    case Opcode::kInstanceOf:
      return Value::Boolean(IsInstanceOf(a, frame.body->types[i.b]));
    case Opcode::kPathSlot:
    case Opcode::kPath:
      return Path(site, a, frame.body->paths[i.b].name);
    case Opcode::kIndex:
      return IndexOrAll(site, a, b());
    case Opcode::kDynamicName:
      return DynamicName(frame, i);
    case Opcode::kMove:
    case Opcode::kAndLeft:
    case Opcode::kOrLeft:
    case Opcode::kInTexts:
    case Opcode::kInNumbers:
    case Opcode::kJump:
    case Opcode::kJumpUnlessTrue:
    case Opcode::kEnter:
    case Opcode::kListStart:
    case Opcode::kLoopStart:
    case Opcode::kCountStart:
    case Opcode::kLoopNext:
    case Opcode::kPartial:
    case Opcode::kListAppend:
    case Opcode::kListFinish:
    case Opcode::kSomeTest:
    case Opcode::kEveryTest:
    case Opcode::kFilterStart:
    case Opcode::kFilterTest:
    case Opcode::kFilterFinish:
    case Opcode::kMakeFunction:
    case Opcode::kCallBuiltin:
    case Opcode::kCall:
    case Opcode::kSort:
    case Opcode::kReturn:
      break;
  }
  OXP_CHECK(false);
}

Value Machine::InConstants(Frame& frame, const Instruction& i, Kind kind) {
  const Value& value = At(frame, i.a);
  const Value* constants = frame.body->constants.data() + i.b;
  if (value.kind() == kind && (kind != Kind::kString || value.string().size() <= kFreeTextBytes)) {
    for (std::uint32_t c = 0; c < i.c; ++c) {
      if (QuickEqual(value, constants[c]) == 1) return Value::Boolean(true);
    }
    return Value::Boolean(false);
  }
  const Site site = SiteOf(frame, i);
  if (i.detail == 1) return InTest(site, value, constants[-1]);
  Value any = InTest(site, value, constants[0]);
  for (std::uint32_t c = 1; c < i.c && !any.is_true(); ++c) {
    any = Or(site, any, InTest(site, value, constants[c]));
  }
  return any;
}

// A boolean in a cell over an input that is none is a condition of its own. An input without a
// value is compared: a cell "true" must not hold because the fact is missing.
Value Machine::CellValue(const Site& site, const Value& input, const Value& test) {
  if (test.kind() == Kind::kBoolean && input.kind() != Kind::kBoolean && !input.is_null())
    return test;
  return InTest(site, input, test);
}

Value Machine::CellBoolean(const Site& site, const Value& value) {
  if (value.kind() == Kind::kBoolean) return value;
  return NoAnswer(site, "test with", value);
}

Value Machine::DynamicName(Frame& frame, const Instruction& i) {
  const std::string& name = frame.body->names[i.c];
  const std::uint32_t items = i.b - (i.detail == 1 ? 1 : 0);
  for (std::uint32_t k = 0; k < items; ++k) {
    const Value& item = At(frame, frame.body->pool[i.a + k]);
    if (item.kind() != Kind::kContext) continue;
    if (const Value* entry = FindEntry(item, name)) return *entry;
  }
  if (i.detail == 1) return At(frame, frame.body->pool[i.a + items]);
  return SiteOf(frame, i).Fail(CauseKind::kMissing, "no entry '" + name + "'");
}

Value Machine::MakeList(Frame& frame, const Instruction& i) {
  const std::span<Value> items = state_.arena.NewArray<Value>(i.b);
  for (std::uint32_t k = 0; k < i.b; ++k) items[k] = At(frame, frame.body->pool[i.a + k]);
  return Value::List(items);
}

Value Machine::MakeContext(Frame& frame, const Instruction& i) {
  const std::span<Value> slots = state_.arena.NewArray<Value>(i.b);
  for (std::uint32_t k = 0; k < i.b; ++k) slots[k] = At(frame, frame.body->pool[i.a + k]);
  return Value::Context(frame.body->shapes[i.c], slots.data());
}

Value Machine::MakeRange(Frame& frame, const Instruction& i) {
  const RangeData data{At(frame, i.a), At(frame, i.b), (i.detail & RangeEnds::kLowIncluded) != 0,
                       (i.detail & RangeEnds::kHighIncluded) != 0, RangeForm::kInterval};
  const bool mixed = !data.low.is_null() && !data.high.is_null() && !Order(data.low, data.high);
  if (mixed) return NoAnswer(SiteOf(frame, i), "make a range of", "and", data.low, data.high);
  return Value::Range(state_.arena.New<RangeData>(data));
}

// (< 10) as a value: a range without a lower bound.
Value Machine::MakeTestRange(Frame& frame, const Instruction& i) {
  const auto op = static_cast<TestOperator>(i.detail);
  const Value& end = At(frame, i.a);
  const bool is_less = op == TestOperator::kLess || op == TestOperator::kLessEqual;
  const bool is_greater = op == TestOperator::kGreater || op == TestOperator::kGreaterEqual;
  RangeData data{end, end, op == TestOperator::kEqual || op == TestOperator::kGreaterEqual,
                 op == TestOperator::kEqual || op == TestOperator::kLessEqual,
                 op == TestOperator::kEqual ? RangeForm::kEqual : RangeForm::kNotEqual};
  if (is_less) {
    data.low = Value::Null();
    data.form = RangeForm::kLess;
  } else if (is_greater) {
    data.high = Value::Null();
    data.form = RangeForm::kGreater;
  }
  if ((is_less || is_greater) && !end.is_null() && !Order(end, end)) {
    return SiteOf(frame, i).Fail(CauseKind::kType,
                                 std::string("a ") + Name(end.kind()) + " has no order");
  }
  return Value::Range(state_.arena.New<RangeData>(data));
}

}  // namespace oxpecker::feel
