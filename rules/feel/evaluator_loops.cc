// Iteration, collecting and filters.
#include <cstring>

#include "rules/feel/machine.h"
#include "rules/feel/nulls.h"

namespace oxpecker::feel {

bool Machine::StartLoop(Frame& frame, const Instruction& i) {
  LoopState& loop = frame.loops[i.b];
  const Value& source = At(frame, i.a);
  loop.is_trial = false;
  loop.counted = Kind::kNull;
  if (source.kind() == Kind::kList) {
    loop.items = source.list().data();
    loop.size = source.list().size();
    loop.next = 0;
    return true;
  }
  const Site site = SiteOf(frame, i);
  Value& failure = frame.registers[i.dst];
  if (source.kind() != Kind::kRange || source.range().form != RangeForm::kInterval) {
    failure = NoAnswer(site, "go over the items of", source);
    return false;
  }
  const RangeData& range = source.range();
  const std::optional<int> order = Order(range.low, range.high);
  if (order && *order > 0) {
    failure = site.Fail(CauseKind::kDomain, "the range ends before it begins");
    return false;
  }
  if (!StartRange(site, loop, range.low, range.high, failure)) return false;
  if (!range.low_included) ++loop.current;
  if (!range.high_included) --loop.last;
  loop.done = loop.current > loop.last;
  return true;
}

bool Machine::StartCount(Frame& frame, const Instruction& i) {
  LoopState& loop = frame.loops[i.b];
  loop.is_trial = false;
  return StartRange(SiteOf(frame, i), loop, At(frame, frame.body->pool[i.a]),
                    At(frame, frame.body->pool[i.a + 1]), frame.registers[i.dst]);
}

// Counts over whole numbers or days, up or down.
bool Machine::StartRange(const Site& site, LoopState& loop, const Value& low, const Value& high,
                         Value& failure) {
  if (low.kind() != high.kind() || (low.kind() != Kind::kNumber && low.kind() != Kind::kDate)) {
    failure = NoAnswer(site, "count from", "to", low, high);
    return false;
  }
  loop.counted = low.kind();
  if (low.kind() == Kind::kDate) {
    loop.current = low.epoch_days();
    loop.last = high.epoch_days();
  } else {
    constexpr std::int64_t kLargest = std::int64_t{1} << 62;
    const std::optional<std::int64_t> first = low.number().ToInt64();
    const std::optional<std::int64_t> last = high.number().ToInt64();
    const auto fits = [](const auto& n) { return n && *n<kLargest&& * n> - kLargest; };
    if (!fits(first) || !fits(last)) {
      failure = site.Fail(CauseKind::kDomain, "can only count between whole numbers");
      return false;
    }
    loop.current = *first;
    loop.last = *last;
  }
  loop.step = loop.current <= loop.last ? 1 : -1;
  loop.done = false;
  return true;
}

bool Machine::NextItem(LoopState& loop, Value& item) {
  if (loop.is_trial) {
    if (loop.next++ > 0) return false;
    item = Value::Null();
    return true;
  }
  if (loop.counted == Kind::kNull) {
    if (loop.next >= loop.size) return false;
    item = loop.items[loop.next++];
    return true;
  }
  if (loop.done) return false;
  item = loop.counted == Kind::kDate ? Value::Date(loop.current) : Value::Integer(loop.current);
  loop.done = loop.current == loop.last;
  loop.current += loop.step;
  return true;
}

// Grows by doubling; what `partial` has shown stays where it is.
bool Machine::Collect(LoopState& loop, const Value& value) {
  if (loop.count == loop.capacity) {
    constexpr std::size_t kFirstCapacity = 8;
    const std::size_t capacity = loop.capacity == 0 ? kFirstCapacity : loop.capacity * 2;
    if (!state_.arena.Fits(capacity * sizeof(Value))) return false;
    const std::span<Value> items = state_.arena.NewArray<Value>(capacity);
    if (loop.count > 0) std::memcpy(items.data(), loop.collected, loop.count * sizeof(Value));
    loop.collected = items.data();
    loop.capacity = capacity;
  }
  loop.collected[loop.count++] = value;
  return true;
}

bool Machine::StartFilter(Frame& frame, const Instruction& i) {
  LoopState& loop = frame.loops[i.b];
  const Value& list = At(frame, i.a);
  if (list.is_null()) {
    frame.registers[i.dst] = NoAnswer(SiteOf(frame, i), "filter", list);
    return false;
  }
  loop.collected = nullptr;
  loop.count = 0;
  loop.capacity = 0;
  loop.counted = Kind::kNull;
  loop.next = 0;
  if (list.kind() == Kind::kList) {
    loop.items = list.list().data();
    loop.size = list.list().size();
  } else {
    loop.single = list;
    loop.items = &loop.single;
    loop.size = 1;
  }
  loop.is_trial = loop.size == 0 && i.detail == 1;
  return true;
}

Machine::Kept Machine::TestFilter(Frame& frame, const Instruction& i) {
  LoopState& loop = frame.loops[i.b];
  const Value& test = At(frame, i.a);
  if (test.kind() == Kind::kNumber && loop.next == 1) {
    const ListView items(loop.items, loop.size);
    frame.registers[i.dst] = Index(SiteOf(frame, i), Value::List(items), test.number());
    return Kept::kAnswered;
  }
  if (loop.is_trial) return Kept::kGoOn;
  if (test.is_true()) {
    return Collect(loop, loop.items[loop.next - 1]) ? Kept::kGoOn : Kept::kLimit;
  }
  if (test.is_null() || test.is_false()) return Kept::kGoOn;
  frame.registers[i.dst] = NoAnswer(SiteOf(frame, i), "filter by", test);
  return Kept::kAnswered;
}

// A filter that is the same for every item: a position, all of them, or none.
Value Machine::IndexOrAll(const Site& site, const Value& list, const Value& position) {
  if (list.is_null()) return NoAnswer(site, "filter", list);
  if (position.kind() == Kind::kNumber) return Index(site, list, position.number());
  const bool is_empty = list.kind() == Kind::kList && list.list().empty();
  if (is_empty || position.is_null() || position.is_false()) return Value::List({});
  if (!position.is_true()) return NoAnswer(site, "filter by", position);
  if (list.kind() == Kind::kList) return list;
  const std::span<Value> items = site.arena.NewArray<Value>(1);
  items[0] = list;
  return Value::List(items);
}

}  // namespace oxpecker::feel
