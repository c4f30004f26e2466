// rules/feel/compact_trace.h - what an evaluation found, in few bytes: every condition of the program
// with its operands' values.
//
// Facts are written once a decision (AppendValue for each); a condition then needs one byte, and the
// operands that were computed from facts follow it. What is constant, or a fact as it is, is not
// repeated: reading needs the program and the facts, and gives all of them back. Not thread-safe; a
// buffer keeps its memory, so that recording allocates nothing once it is warm.
//
// Bytes: for every condition of Program::conditions(), in order: '-' not reached, 'f', 't', 'u' no
// answer; then, where it was reached, the computed operands as AppendValue writes them.
//
// Example:
//   buffer.Clear();
//   for (const Value& fact : facts) AppendValue(fact, buffer);
//   for (const Program& rule : rules) {
//     evaluator.Evaluate(rule, facts, environment);
//     evaluator.RecordConditions(buffer);
//   }
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/feel/evaluator.h"
#include "rules/feel/program.h"
#include "rules/feel/value.h"

namespace oxpecker::feel {

class TraceBuffer {
 public:
  void Clear() { size_ = 0; }
  std::string_view bytes() const { return {memory_.get(), size_}; }
  void Append(char byte) {
    if (size_ == capacity_) Grow(1);
    memory_[size_++] = byte;
  }
  void Append(const void* bytes, std::size_t size) {
    if (size == 0) return;  // memcpy takes no null, not even for nothing
    if (capacity_ - size_ < size) Grow(size);
    std::memcpy(memory_.get() + size_, bytes, size);
    size_ += size;
  }

 private:
  void Grow(std::size_t size);
  std::unique_ptr<char[]> memory_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

// Numbers, booleans, texts up to 96 bytes and nulls read back as they are. Longer texts are cut, and
// anything else becomes its FEEL text, cut likewise.
void AppendValue(const Value& value, TraceBuffer& to);
// A number as a whole one of 10^-digits: `whole` within 33 digits. It reads back as an equal number.
void AppendScaled(Int128 whole, std::uint8_t digits, TraceBuffer& to);
// Takes one value off the front; nothing where the bytes are no trace. Texts lie in `arena`.
std::optional<Value> TakeValue(std::string_view& bytes, Arena& arena);

struct RecordedCondition {
  char state = '-';             // '-', 'f', 't', 'u'
  std::vector<Value> operands;  // as Program::conditions() lists them; empty where not reached
};
// Takes the conditions of one program off the front. `inputs` as for the evaluation.
std::optional<std::vector<RecordedCondition>> TakeConditions(const Program& program,
                                                             std::span<const Value> inputs,
                                                             std::string_view& bytes, Arena& arena);

}  // namespace oxpecker::feel
