#include "rules/feel/compact_trace.h"

#include <algorithm>

#include "rules/feel/machine.h"

namespace oxpecker::feel {
namespace {

constexpr std::size_t kTextBytesMax = 96;

enum class Mark : char {
  kNotReached = '-',
  kNull = 'n',
  kCaused = 'c',       // a null with a cause; one byte follows, the cause's kind
  kFalse = 'f',
  kTrue = 't',
  kSmallNumber = 's',  // 10 bytes: the upper half's upper 16 bits, the lower half
  kNumber = 'd',       // 16 bytes: the decimal128 bits, lower half first
  kScaled = 'w',       // one byte: digits after the point; 8 bytes: the number without the point
  kLongScaled = 'v',   // the same with 16 bytes
  kText = 'x',         // one byte: its size; then the text
  kCutText = 'y',
  kShown = 'z',        // as kText: the FEEL text of a value of another kind
};

constexpr std::uint64_t kLow48 = 0x0000'FFFF'FFFF'FFFFU;

void AppendMark(Mark mark, TraceBuffer& to) { to.Append(static_cast<char>(mark)); }

void AppendText(Mark mark, std::string_view text, TraceBuffer& to) {
  std::size_t size = std::min(text.size(), kTextBytesMax);
  while (size < text.size() && size > 0 &&
         (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U)
    --size;
  AppendMark(size < text.size() ? Mark::kCutText : mark, to);
  to.Append(static_cast<char>(size));
  to.Append(text.data(), size);
}

void AppendNumber(Decimal number, TraceBuffer& to) {
  const std::uint64_t low = number.low_bits();
  const std::uint64_t high = number.high_bits();
  if ((high & kLow48) != 0) {
    AppendMark(Mark::kNumber, to);
    to.Append(&low, sizeof low);
    to.Append(&high, sizeof high);
    return;
  }
  char bytes[11];
  const auto top = static_cast<std::uint16_t>(high >> 48U);
  bytes[0] = static_cast<char>(Mark::kSmallNumber);
  std::memcpy(bytes + 1, &top, sizeof top);
  std::memcpy(bytes + 3, &low, sizeof low);
  to.Append(bytes, sizeof bytes);
}

char StateOf(const Value& value) {
  if (value.is_true()) return 't';
  return value.is_false() ? 'f' : 'u';
}

template <class T>
bool Take(std::string_view& bytes, T& value) {
  if (bytes.size() < sizeof value) return false;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return true;
}

std::optional<Value> TakeScaled(bool is_long, std::string_view& bytes) {
  constexpr std::int64_t kHalf = 1'000'000'000'000'000'000;  // cuts 33 digits into two of 64 bits
  std::uint8_t digits = 0;
  std::int64_t narrow = 0;
  Int128 whole = 0;
  if (!Take(bytes, digits) || !(is_long ? Take(bytes, whole) : Take(bytes, narrow))) return std::nullopt;
  if (!is_long) whole = narrow;
  const Int128 upper = whole / kHalf;
  if (digits > 2 * 18 || upper > kHalf || upper < -kHalf) return std::nullopt;
  Decimal number = Decimal::FromInt64(static_cast<std::int64_t>(upper)) * Decimal::FromInt64(kHalf) +
                   Decimal::FromInt64(static_cast<std::int64_t>(whole % kHalf));
  for (std::size_t left = digits; left > 0; left -= std::min<std::size_t>(left, 18))
    number = number / Decimal::FromInt64(static_cast<std::int64_t>(kPowersOfTen[std::min<std::size_t>(left, 18)]));
  return Value::Number(number);
}

std::optional<Value> TakeText(std::string_view& bytes, Arena& arena) {
  unsigned char size = 0;
  if (!Take(bytes, size) || bytes.size() < size) return std::nullopt;
  const Value value = Value::String(arena.Copy(bytes.substr(0, size)));
  bytes.remove_prefix(size);
  return value;
}

}  // namespace

void TraceBuffer::Grow(std::size_t size) {
  constexpr std::size_t kFirstBytes = 4096;
  const std::size_t capacity = std::max({kFirstBytes, 2 * capacity_, size_ + size});
  auto memory = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ > 0) std::memcpy(memory.get(), memory_.get(), size_);
  memory_ = std::move(memory);
  capacity_ = capacity;
}

void AppendValue(const Value& value, TraceBuffer& to) {
  switch (value.kind()) {
    case Kind::kNull:
      AppendMark(value.cause() == nullptr ? Mark::kNull : Mark::kCaused, to);
      if (value.cause() != nullptr) to.Append(static_cast<char>(value.cause()->kind));
      return;
    case Kind::kBoolean:
      AppendMark(value.is_true() ? Mark::kTrue : Mark::kFalse, to);
      return;
    case Kind::kNumber:
      AppendNumber(value.number(), to);
      return;
    case Kind::kString:
      AppendText(Mark::kText, value.string(), to);
      return;
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kDateTime:
    case Kind::kYearsMonths:
    case Kind::kDaysTime:
    case Kind::kList:
    case Kind::kContext:
    case Kind::kRange:
    case Kind::kFunction:
      AppendText(Mark::kShown, ToFeelText(value), to);
      return;
  }
}

void AppendScaled(Int128 whole, std::uint8_t digits, TraceBuffer& to) {
  const auto narrow = static_cast<std::int64_t>(whole);
  const bool is_long = narrow != whole;
  AppendMark(is_long ? Mark::kLongScaled : Mark::kScaled, to);
  to.Append(static_cast<char>(digits));
  if (is_long) to.Append(&whole, sizeof whole);
  else to.Append(&narrow, sizeof narrow);
}

std::optional<Value> TakeValue(std::string_view& bytes, Arena& arena) {
  char mark = 0;
  if (!Take(bytes, mark)) return std::nullopt;
  switch (static_cast<Mark>(mark)) {
    case Mark::kNotReached:
    case Mark::kNull:
      return Value::Null();
    case Mark::kCaused: {
      std::uint8_t kind = 0;
      if (!Take(bytes, kind) || kind > static_cast<std::uint8_t>(CauseKind::kLimit))
        return std::nullopt;
      return Value::Null(arena.New<Cause>(static_cast<CauseKind>(kind), SourceSpan{},
                                          std::string_view("recorded")));
    }
    case Mark::kFalse:
      return Value::Boolean(false);
    case Mark::kTrue:
      return Value::Boolean(true);
    case Mark::kSmallNumber: {
      std::uint16_t top = 0;
      std::uint64_t low = 0;
      if (!Take(bytes, top) || !Take(bytes, low)) return std::nullopt;
      return Value::Number(Decimal::FromBits(low, static_cast<std::uint64_t>(top) << 48U));
    }
    case Mark::kNumber: {
      std::uint64_t low = 0;
      std::uint64_t high = 0;
      if (!Take(bytes, low) || !Take(bytes, high)) return std::nullopt;
      return Value::Number(Decimal::FromBits(low, high));
    }
    case Mark::kScaled:
    case Mark::kLongScaled:
      return TakeScaled(static_cast<Mark>(mark) == Mark::kLongScaled, bytes);
    case Mark::kText:
    case Mark::kCutText:
    case Mark::kShown:
      return TakeText(bytes, arena);
  }
  return std::nullopt;
}

void Evaluator::RecordConditions(TraceBuffer& to) const {
  const State& s = *state_;
  if (s.body == nullptr) return;
  const Program::Body& body = *s.body;
  bool condition_reached = false;
  for (const TraceItem& item : body.trace_items) {
    const bool is_root = item.node == body.first_node;
    const bool reached =
        is_root || (!s.was_stopped && item.place.block != kNoBlock &&
                    s.block_stamps[item.place.block] == s.generation);
    if (item.is_condition) condition_reached = reached;
    if (!condition_reached && !item.is_condition) continue;
    if (!reached) {
      to.Append(static_cast<char>(Mark::kNotReached));
      continue;
    }
    const Value* value = is_root ? s.result : ValueAt(item.place.location);
    if (item.is_condition) to.Append(value == nullptr ? 'u' : StateOf(*value));
    else AppendValue(value == nullptr ? Value() : *value, to);
  }
}

std::optional<std::vector<RecordedCondition>> TakeConditions(const Program& program,
                                                             std::span<const Value> inputs,
                                                             std::string_view& bytes,
                                                             Arena& arena) {
  const Program::Body& body = program.body();
  std::vector<RecordedCondition> conditions;
  auto item = body.trace_items.begin();
  for (const Condition& condition : program.conditions()) {
    RecordedCondition& recorded = conditions.emplace_back();
    if (item == body.trace_items.end() || !Take(bytes, recorded.state)) return std::nullopt;
    ++item;
    for (const Condition::Operand& operand : condition.operands) {
      const NodeTrace& place = body.trace[operand.node - body.first_node];
      const std::uint32_t at = place.location & kOperandIndexMask;
      const auto bank = static_cast<Bank>(place.location >> kBankShift);
      const bool is_recorded = item != body.trace_items.end() && !item->is_condition &&
                               item->node == operand.node;
      if (is_recorded) ++item;
      if (recorded.state == '-') continue;
      if (!is_recorded) {
        recorded.operands.push_back(bank == Bank::kInput ? inputs[at] : body.constants[at]);
        continue;
      }
      const std::optional<Value> value = TakeValue(bytes, arena);
      if (!value) return std::nullopt;
      recorded.operands.push_back(*value);
    }
  }
  return conditions;
}

}  // namespace oxpecker::feel
