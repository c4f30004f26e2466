// Functions that make one value of a list (DMN 1.5, table 75). Each takes a list, or the items as
// arguments of their own. An item without a value makes the whole unknown, with the item's cause.
#include <algorithm>
#include <array>
#include <vector>

#include "rules/feel/arguments.h"

namespace oxpecker::feel {
namespace {

using Arguments = std::span<const Value>;
using Aggregate = Value (*)(const CallSite& site, ListView items);

template <Aggregate aggregate>
Value OfList(const CallSite& site, Arguments arguments) {
  ArgumentReader read(site, arguments);
  const ListView items = read.List(0, "list");
  if (!read.ok()) return read.failure();
  return site.Take(items.size()) ? aggregate(site, items) : LimitHit(site);
}

template <Aggregate aggregate>
Value OfItems(const CallSite& site, Arguments arguments) {
  return site.Take(arguments.size()) ? aggregate(site, arguments) : LimitHit(site);
}

Value OfNothing(const Site& site) {
  return site.Defined(CauseKind::kNull, "an empty list has no such value");
}

// False where an item is no number; then `failure` says why.
bool ReadNumbers(const CallSite& site, ListView items, std::vector<Decimal>& numbers,
                 Value& failure) {
  ArgumentReader read(site, items);
  numbers.reserve(items.size());
  for (const Value& item : items) {
    if (item.kind() == Kind::kNumber) {
      numbers.push_back(item.number());
    } else {
      read.Refuse(item, "list", "a list of numbers");
    }
  }
  failure = read.failure();
  return read.ok();
}

Value Finite(const Site& site, Decimal number) {
  if (number.is_finite()) return Value::Number(number);
  return site.Fail(CauseKind::kDomain, "result is no number of 34 digits");
}

// Adds or multiplies without a copy of the list.
template <bool product>
Value Fold(const CallSite& site, ListView items) {
  Decimal total = Decimal::FromInt64(product ? 1 : 0);
  for (const Value& item : items) {
    if (item.kind() != Kind::kNumber) {
      std::vector<Decimal> numbers;
      Value failure;
      ReadNumbers(site, items, numbers, failure);
      return failure;
    }
    total = product ? total * item.number() : total + item.number();
  }
  return Finite(site, total);
}

Value Sum(const CallSite& site, ListView items) {
  return items.empty() ? OfNothing(site) : Fold<false>(site, items);
}

Value Product(const CallSite& site, ListView items) {
  if (items.empty()) return site.Fail(CauseKind::kDomain, "an empty list has no product");
  return Fold<true>(site, items);
}

Value Mean(const CallSite& site, ListView items) {
  if (items.empty()) return OfNothing(site);
  const Value sum = Fold<false>(site, items);
  if (sum.is_null()) return sum;
  return Finite(site, sum.number() / Decimal::FromInt64(static_cast<std::int64_t>(items.size())));
}

template <int wanted>  // -1 for the least, 1 for the greatest
Value Extreme(const CallSite& site, ListView items) {
  if (items.empty()) return OfNothing(site);
  Value best = items[0];
  Value failure;
  bool failed = false;
  for (const Value& item : items) {
    const std::optional<int> order = Order(item, best);
    if (order && *order == wanted) best = item;
    if (order) continue;
    const Value why = item.is_null() ? NoAnswer(site, "compare", item)
                                     : NoAnswer(site, "compare", "with", item, best);
    failure = failed ? PreferredNull(failure, why) : why;
    failed = true;
  }
  return failed ? failure : best;
}

// `decisive` decides at once: false for all, true for any.
template <bool decisive>
Value Truth(const CallSite& site, ListView items) {
  ArgumentReader read(site, items);
  bool any_null = false;
  for (const Value& item : items) {
    if (item.is_null() && item.cause() == nullptr) {
      any_null = true;
    } else if (item.kind() != Kind::kBoolean) {
      read.Refuse(item, "list", "a list of booleans");
    } else if (item.boolean() == decisive) {
      return item;
    }
  }
  if (!read.ok()) return read.failure();
  if (any_null) return site.Defined(CauseKind::kNull, "null is neither true nor false");
  return Value::Boolean(!decisive);
}

Value Median(const CallSite& site, ListView items) {
  std::vector<Decimal> numbers;
  Value failure;
  if (!ReadNumbers(site, items, numbers, failure)) return failure;
  if (numbers.empty()) return OfNothing(site);
  std::sort(numbers.begin(), numbers.end());
  const std::size_t middle = numbers.size() / 2;
  if (numbers.size() % 2 == 1) return Value::Number(numbers[middle]);
  return Finite(site, (numbers[middle - 1] + numbers[middle]) / Decimal::FromInt64(2));
}

// Of a sample: divided by one less than the number of items.
Value StandardDeviation(const CallSite& site, ListView items) {
  std::vector<Decimal> numbers;
  Value failure;
  if (!ReadNumbers(site, items, numbers, failure)) return failure;
  if (numbers.size() < 2)
    return site.Fail(CauseKind::kDomain, "a standard deviation needs two numbers at least");
  Decimal sum;
  for (const Decimal number : numbers) sum = sum + number;
  const auto count = static_cast<std::int64_t>(numbers.size());
  const Decimal mean = sum / Decimal::FromInt64(count);
  Decimal squares;
  for (const Decimal number : numbers) squares = squares + (number - mean) * (number - mean);
  return Finite(site, Decimal::SquareRoot(squares / Decimal::FromInt64(count - 1)));
}

Value Mode(const CallSite& site, ListView items) {
  std::vector<Decimal> numbers;
  Value failure;
  if (!ReadNumbers(site, items, numbers, failure)) return failure;
  std::sort(numbers.begin(), numbers.end());
  std::vector<Value> modes;
  std::size_t most = 0;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i;
    while (end < numbers.size() && numbers[end] == numbers[i]) ++end;
    if (end - i > most) modes.clear();
    most = std::max(most, end - i);
    if (end - i == most) modes.push_back(Value::Number(numbers[i]));
    i = end;
  }
  const auto copies = site.arena.NewArray<Value>(modes.size());
  std::copy(modes.begin(), modes.end(), copies.begin());
  return Value::List(copies);
}

Type NumberList(std::span<const Type> /*arguments*/) { return Type::List(Type::Number()); }
constexpr auto kNumber = result::Of<Type::Number>;
constexpr auto kBoolean = result::Of<Type::Boolean>;

constexpr std::array kRows = {
    Builtin{"all", "list", 1, OfList<Truth<false>>, kBoolean, {Accepts::kBooleans}},
    Builtin{"all", "b...", 1, OfItems<Truth<false>>, kBoolean, {Accepts::kBooleans}},
    Builtin{"any", "list", 1, OfList<Truth<true>>, kBoolean, {Accepts::kBooleans}},
    Builtin{"any", "b...", 1, OfItems<Truth<true>>, kBoolean, {Accepts::kBooleans}},
    Builtin{"max", "list", 1, OfList<Extreme<1>>, result::Item},
    Builtin{"max", "c...", 1, OfItems<Extreme<1>>, result::Item},
    Builtin{"mean", "list", 1, OfList<Mean>, kNumber, {Accepts::kNumbers}},
    Builtin{"mean", "n...", 1, OfItems<Mean>, kNumber, {Accepts::kNumbers}},
    Builtin{"median", "list", 1, OfList<Median>, kNumber, {Accepts::kNumbers}},
    Builtin{"median", "n...", 1, OfItems<Median>, kNumber, {Accepts::kNumbers}},
    Builtin{"min", "list", 1, OfList<Extreme<-1>>, result::Item},
    Builtin{"min", "c...", 1, OfItems<Extreme<-1>>, result::Item},
    Builtin{"mode", "list", 1, OfList<Mode>, NumberList, {Accepts::kNumbers}},
    Builtin{"mode", "n...", 1, OfItems<Mode>, NumberList, {Accepts::kNumbers}},
    Builtin{"product", "list", 1, OfList<Product>, kNumber, {Accepts::kNumbers}},
    Builtin{"product", "n...", 1, OfItems<Product>, kNumber, {Accepts::kNumbers}},
    Builtin{"stddev", "list", 1, OfList<StandardDeviation>, kNumber, {Accepts::kNumbers}},
    Builtin{"stddev", "n...", 1, OfItems<StandardDeviation>, kNumber, {Accepts::kNumbers}},
    Builtin{"sum", "list", 1, OfList<Sum>, kNumber, {Accepts::kNumbers}},
    Builtin{"sum", "n...", 1, OfItems<Sum>, kNumber, {Accepts::kNumbers}},
};

}  // namespace

std::span<const Builtin> StatisticBuiltins() { return kRows; }

}  // namespace oxpecker::feel
