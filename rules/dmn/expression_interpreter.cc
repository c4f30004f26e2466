// Boxed expressions.
#include <algorithm>
#include <array>
#include <utility>

#include "rules/dmn/interpreter.h"
#include "rules/feel/nulls.h"

namespace oxpecker::dmn {
namespace {

using feel::CauseKind;
using feel::Kind;
using feel::Value;

// A boxed function definition with what it saw where it was made.
class Closure final : public feel::HostFunction {
 public:
  Closure(Interpreter& interpreter, feel::Arena& arena, const FunctionBody& function,
          std::span<const Value> captured)
      : interpreter_(&interpreter), arena_(&arena), function_(&function),
        captured_(captured.data()) {}
  Value Call(SourceSpan /*span*/, std::span<const Value> arguments) const override {
    const std::span<Value> slots = arena_->NewArray<Value>(function_->slot_count);
    std::copy_n(captured_, function_->first_parameter, slots.begin());
    return interpreter_->CallFunction(*function_, slots, arguments);
  }
  std::span<const std::string> parameter_names() const override {
    return function_->parameter_names;
  }
  const feel::Type& type() const override { return function_->type; }

 private:
  Interpreter* interpreter_;
  feel::Arena* arena_;
  const FunctionBody* function_;
  const Value* captured_;
};

bool IsLimit(const Value& value) {
  return value.is_null() && value.cause() != nullptr && value.cause()->kind == CauseKind::kLimit;
}

}  // namespace

Value Interpreter::RunLeaf(const Leaf& leaf, std::span<const Value> inputs) {
  const Value value = evaluator_.Evaluate(*leaf.program, inputs, {});
  if (const feel::Cause* cause = value.cause()) {
    const std::string& source = leaf.program->source();
    const auto offset = static_cast<std::uint32_t>(
        std::min<std::size_t>(cause->span.begin, source.size()));
    // A cause that came in with an input has its place already.
    if (!places_.contains(cause)) {
      places_.emplace(cause, PlaceOf(leaf.program->origin(), source, offset));
    }
  }
  return value;
}

// `inputs`: what the program was given, which a function that it makes goes on reading.
Value Interpreter::EvaluateLeaf(const Leaf& leaf, std::span<const Value> slots,
                                std::span<Value>* inputs) {
  if (leaf.is_empty) return {};
  if (!leaf.program) {
    return Fail(CauseKind::kArgument, leaf.place, "the expression is broken: " + leaf.problem);
  }
  const std::span<Value> values = evaluator_.arena().NewArray<Value>(leaf.input_count);
  for (const Leaf::Read& read : leaf.reads) values[read.input] = slots[read.slot];
  if (inputs != nullptr) *inputs = values;
  return RunLeaf(leaf, values);
}

Value Interpreter::RunHousehold(const feel::Program& program, const Value& x) {
  return evaluator_.Evaluate(program, {&x, 1}, {});
}

Value Interpreter::Evaluate(const CompiledExpression& expression, std::span<Value> slots) {
  Value value;
  switch (expression.kind) {
    case ExpressionKind::kLiteral:
      value = EvaluateLeaf(expression.leaf, slots);
      break;
    case ExpressionKind::kContext:
      value = EvaluateContext(expression, slots);
      break;
    case ExpressionKind::kList:
      value = EvaluateList(expression, slots);
      break;
    case ExpressionKind::kRelation:
      value = EvaluateRelation(expression, slots);
      break;
    case ExpressionKind::kInvocation:
      value = EvaluateInvocation(expression, slots);
      break;
    case ExpressionKind::kFunction: {
      std::span<Value> captured;
      return MakeClosure(expression, slots, captured);
    }
    case ExpressionKind::kConditional: {
      const bool holds = EvaluatePart(expression.parts[0], slots, "if").is_true();
      value = holds ? EvaluatePart(expression.parts[1], slots, "then")
                    : EvaluatePart(expression.parts[2], slots, "else");
      break;
    }
    case ExpressionKind::kFor:
    case ExpressionKind::kSome:
    case ExpressionKind::kEvery:
      value = EvaluateIteration(expression, slots);
      break;
    case ExpressionKind::kFilter:
      value = EvaluateFilter(expression, slots);
      break;
    case ExpressionKind::kTable:
      value = EvaluateTable(expression, slots);
      break;
  }
  return ConvertedOrFail(value, expression.type, "the value", expression.place);
}

Value Interpreter::EvaluatePart(const CompiledPart& part, std::span<Value> slots,
                                const char* what) {
  Step step(*this, what, part.name, part.value.place);
  const Value value = ConvertedOrFail(Evaluate(part.value, slots), part.type,
                                      part.has_name ? "'" + part.name + "'" : "the value",
                                      part.value.place);
  step.End(value);
  return value;
}

Value Interpreter::MakeClosure(const CompiledExpression& expression, std::span<const Value> slots,
                               std::span<Value>& captured) {
  const FunctionBody& function = *expression.function;
  feel::Arena& arena = evaluator_.arena();
  captured = arena.NewArray<Value>(function.first_parameter);
  std::copy_n(slots.begin(), captured.size(), captured.begin());
  return feel::MakeFunction(arena.New<Closure>(*this, arena, function, captured), arena);
}

Value Interpreter::EvaluateContext(const CompiledExpression& expression, std::span<Value> slots) {
  const std::span<Value> entries = evaluator_.arena().NewArray<Value>(expression.parts.size());
  std::size_t count = 0;
  for (const CompiledPart& part : expression.parts) {
    if (!part.has_name) return EvaluatePart(part, slots, "result");
    Value value;
    if (!part.sees_itself) {
      value = EvaluatePart(part, slots, "entry");
    } else {
      slots[part.slot] = Value();
      std::span<Value> seen;
      if (part.value.kind == ExpressionKind::kFunction) {
        value = MakeClosure(part.value, slots, seen);
        seen[part.slot] = value;
      } else {
        value = EvaluateLeaf(part.value.leaf, slots, &seen);
        for (const Leaf::Read& read : part.value.leaf.reads) {
          if (read.slot == part.slot && !seen.empty()) seen[read.input] = value;
        }
      }
    }
    slots[part.slot] = value;
    entries[count++] = value;
    if (IsLimit(value)) return value;
  }
  if (expression.shape == nullptr) {
    return Fail(CauseKind::kArgument, expression.place, "the context has two entries of one name");
  }
  return Value::Context(expression.shape.get(), entries.data());
}

Value Interpreter::EvaluateList(const CompiledExpression& expression, std::span<Value> slots) {
  const std::span<Value> items = evaluator_.arena().NewArray<Value>(expression.parts.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i] = EvaluatePart(expression.parts[i], slots, "item");
  }
  return Value::List(items);
}

Value Interpreter::EvaluateRelation(const CompiledExpression& expression,
                                    std::span<Value> slots) {
  if (expression.shape == nullptr) {
    return Fail(CauseKind::kArgument, expression.place, "the relation has two columns of one name");
  }
  const std::size_t columns = expression.shape->size();
  if (columns == 0) return Value::List({});
  const std::size_t row_count = expression.parts.size() / columns - 1;
  const std::span<Value> rows = evaluator_.arena().NewArray<Value>(row_count);
  for (std::size_t r = 0; r < row_count; ++r) {
    const std::span<Value> cells = evaluator_.arena().NewArray<Value>(columns);
    for (std::size_t c = 0; c < columns; ++c) {
      const CompiledPart& cell = expression.parts[(r + 1) * columns + c];
      const CompiledPart& column = expression.parts[c];
      cells[c] = ConvertedOrFail(Evaluate(cell.value, slots), column.type,
                                 "'" + column.name + "'", cell.value.place);
    }
    rows[r] = Value::Context(expression.shape.get(), cells.data());
  }
  return Value::List(rows);
}

Value Interpreter::EvaluateInvocation(const CompiledExpression& expression,
                                      std::span<Value> slots) {
  const Value function = EvaluatePart(expression.parts.front(), slots, "function");
  const std::span<Value> arguments =
      evaluator_.arena().NewArray<Value>(expression.parts.size() - 1);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    arguments[i] = EvaluatePart(expression.parts[i + 1], slots, "binding");
  }
  const Value value = evaluator_.Call(function, arguments, expression.names, {});
  if (const feel::Cause* cause = value.cause()) places_.emplace(cause, expression.place);
  return value;
}

Value Interpreter::EvaluateIteration(const CompiledExpression& expression,
                                     std::span<Value> slots) {
  Value source = EvaluatePart(expression.parts[0], slots, "in");
  if (source.kind() != Kind::kList) source = RunHousehold(programs_.items, source);
  if (const feel::Cause* cause = source.cause()) places_.emplace(cause, expression.place);
  if (source.kind() != Kind::kList) return source;
  const feel::ListView items = source.list();
  const bool is_for = expression.kind == ExpressionKind::kFor;
  const bool is_some = expression.kind == ExpressionKind::kSome;
  const std::span<Value> results =
      evaluator_.arena().NewArray<Value>(is_for ? items.size() : std::size_t{0});
  const feel::Site site{evaluator_.arena(), {}};
  Value all = Value::Boolean(!is_some);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!evaluator_.Spend(1)) {
      return Fail(CauseKind::kLimit, expression.place, "the evaluation takes too many steps");
    }
    slots[expression.iterator_slot] = items[i];
    if (is_for) slots[expression.partial_slot] = Value::List(results.first(i));
    const Value value = Evaluate(expression.parts[1].value, slots);
    if (IsLimit(value)) return value;
    if (is_for) {
      results[i] = value;
      continue;
    }
    if (value.kind() != Kind::kBoolean && !value.is_null()) {
      return Fail(CauseKind::kType, expression.parts[1].value.place,
                  std::string("'satisfies' gives a ") + feel::Name(value.kind()) +
                      ", expected a boolean");
    }
    all = is_some ? feel::Or(site, all, value) : feel::And(site, all, value);
    if (is_some ? all.is_true() : all.is_false()) break;
  }
  return is_for ? Value::List(results) : all;
}

Value Interpreter::EvaluateFilter(const CompiledExpression& expression, std::span<Value> slots) {
  const Value source = EvaluatePart(expression.parts[0], slots, "in");
  if (expression.parts.size() == 1) {
    slots[expression.iterator_slot] = source;
    return EvaluateLeaf(expression.leaf, slots);
  }
  if (source.is_null()) {
    const Value failure = feel::NoAnswer({evaluator_.arena(), {}}, "filter", source);
    places_.emplace(failure.cause(), expression.place);
    return failure;
  }
  const feel::ListView items =
      source.kind() == Kind::kList ? source.list() : feel::ListView(&source, 1);
  const std::span<Value> kept = evaluator_.arena().NewArray<Value>(items.size());
  std::size_t count = 0;
  for (const Value& item : items) {
    if (!evaluator_.Spend(1)) {
      return Fail(CauseKind::kLimit, expression.place, "the evaluation takes too many steps");
    }
    slots[expression.iterator_slot] = item;
    for (const auto& [name, slot] : expression.item_slots) {
      const Value* entry = item.kind() == Kind::kContext ? feel::FindEntry(item, name) : nullptr;
      slots[slot] = entry == nullptr ? Value() : *entry;
    }
    const Value value = Evaluate(expression.parts[1].value, slots);
    if (IsLimit(value)) return value;
    if (value.kind() != Kind::kBoolean && !value.is_null()) {
      return Fail(CauseKind::kType, expression.parts[1].value.place,
                  std::string("'match' gives a ") + feel::Name(value.kind()) +
                      ", expected a boolean");
    }
    if (value.is_true()) kept[count++] = item;
  }
  return Value::List(kept.first(count));
}

}  // namespace oxpecker::dmn
