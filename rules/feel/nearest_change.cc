#include "rules/feel/nearest_change.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "rules/feel/operations.h"
#include "rules/feel/turning_values.h"

namespace oxpecker::feel {
namespace {

// Tries values of one fact.
class Trial {
 public:
  Trial(const Situation& situation, const FactPath& fact, TurningValues& turning, Evaluator& evaluator)
      : situation_(situation),
        fact_(fact),
        evaluator_(evaluator),
        inputs_(situation.inputs.begin(), situation.inputs.end()) {
    for (const DerivedInput& derived : situation.derived)
      if (derived.program != nullptr && turning.Depends(derived.input)) changing_.push_back(&derived);
  }

  // The inputs, with what is computed from the fact computed again.
  std::span<const Value> With(const Value& fact) {
    inputs_[fact_.input] = Replaced(situation_.inputs[fact_.input], 0, fact);
    for (const DerivedInput* derived : changing_)
      inputs_[derived->input] = evaluator_.Evaluate(*derived->program, inputs_, situation_.environment);
    return inputs_;
  }

 private:
  Value Replaced(const Value& at, std::size_t step, const Value& fact) {
    if (step == fact_.steps.size()) return fact;
    const FactPath::Step& s = fact_.steps[step];
    if (!s.field.empty()) {
      const ContextView view = at.context();
      const std::span<Value> slots = arena_.NewArray<Value>(view.shape->size());
      std::copy(view.slots, view.slots + view.shape->size(), slots.begin());
      Value& slot = slots[static_cast<std::size_t>(view.shape->Find(s.field))];
      slot = Replaced(slot, step + 1, fact);
      return Value::Context(view.shape, slots.data());
    }
    const ListView items = at.list();
    const std::span<Value> copies = arena_.NewArray<Value>(items.size());
    std::copy(items.begin(), items.end(), copies.begin());
    Value& item = copies[static_cast<std::size_t>(s.index - 1)];
    item = Replaced(item, step + 1, fact);
    return Value::List(copies);
  }

  const Situation& situation_;
  const FactPath& fact_;
  Evaluator& evaluator_;
  std::vector<const DerivedInput*> changing_;
  std::vector<Value> inputs_;
  Arena arena_;
};

const Value& Now(const Situation& situation, const FactPath& fact) { return ValueAt(situation.inputs, fact); }

bool IsLess(const Value& a, const Value& b) { return Order(a, b).value_or(0) < 0; }

Value Shifted(const Value& value, std::int64_t by) {
  if (value.kind() == Kind::kDate) return Value::Date(value.epoch_days() + by);
  return Value::Number(value.number() + Decimal::FromInt64(by));
}

// Some value strictly between; nothing where there is none.
std::optional<Value> Between(const Value& low, const Value& high) {
  const Value middle =
      low.kind() == Kind::kDate
          ? Value::Date(low.epoch_days() + (high.epoch_days() - low.epoch_days()) / 2)
          : Value::Number(low.number() +
                          (high.number() - low.number()) / Decimal::FromInt64(2));
  if (IsLess(low, middle) && IsLess(middle, high)) return middle;
  return std::nullopt;
}

// As values of the fact, in order, with the ends of its domain. A point between two days is both of them;
// of whole numbers, those on either side of each point are told.
std::vector<Value> Sorted(std::vector<Decimal> points, bool is_date, const NumberDomain& domain) {
  std::vector<Value> values;
  const auto add = [&](const Decimal& number) {
    if ((domain.low && number < *domain.low) || (domain.high && number > *domain.high)) return;
    values.push_back(Value::Number(number));
  };
  if (!is_date && domain.low) points.push_back(*domain.low);
  if (!is_date && domain.high) points.push_back(*domain.high);
  for (const Decimal& point : points) {
    if (!is_date && !domain.is_whole) {
      add(point);
      continue;
    }
    for (const auto mode : {Decimal::Rounding::kFloor, Decimal::Rounding::kCeiling}) {
      const Decimal whole = point.Rounded(0, mode);
      if (is_date) {
        if (const auto day = whole.ToInt64()) values.push_back(Value::Date(*day));
      } else if (whole.is_finite()) {
        for (const std::int64_t by : {-1, 0, 1}) add(whole + Decimal::FromInt64(by));
      }
    }
  }
  std::ranges::sort(values, IsLess);
  const auto same = [](const Value& a, const Value& b) { return !IsLess(a, b); };
  values.erase(std::unique(values.begin(), values.end(), same), values.end());
  return values;
}

struct Found {
  Change change;
  Value tried;  // on the program: the bound, or a value of the stretch beyond it
};

// Upwards and downwards from here: a point, then the stretch behind it, until one is as wanted.
std::optional<Found> Search(const std::vector<Value>& points, const Value& now, const NumberDomain& domain,
                            const std::function<bool(const Value&)>& is_wanted) {
  const bool is_whole = domain.is_whole && now.kind() == Kind::kNumber;
  const auto stretch = [&](std::size_t from, std::size_t to, bool is_end, std::int64_t by) -> std::optional<Value> {
    if (is_whole) return std::nullopt;  // its first number is a point
    if (to < points.size()) return Between(points[std::min(from, to)], points[std::max(from, to)]);
    return is_end ? std::nullopt : std::optional<Value>(Shifted(points[from], by));
  };
  std::optional<Found> above;
  for (std::size_t i = 0; i < points.size() && !above; ++i) {
    if (IsLess(points[i], now)) continue;
    const auto beyond = stretch(i, i + 1, domain.high.has_value(), 1);
    if (is_wanted(points[i])) above = Found{{points[i], true, true}, points[i]};
    else if (beyond && is_wanted(*beyond)) above = Found{{points[i], false, true}, *beyond};
  }
  std::optional<Found> below;
  for (std::size_t i = points.size(); i-- > 0 && !below;) {
    if (IsLess(now, points[i])) continue;
    const auto beyond = stretch(i, i > 0 ? i - 1 : points.size(), domain.low.has_value(), -1);
    if (is_wanted(points[i])) below = Found{{points[i], true, false}, points[i]};
    else if (beyond && is_wanted(*beyond)) below = Found{{points[i], false, false}, *beyond};
  }
  if (!above || !below) return above ? above : below;
  const auto distance = [&](const Found& found) {
    const Value& bound = found.change.bound;
    if (now.kind() == Kind::kDate)
      return Decimal::FromInt64(bound.epoch_days() - now.epoch_days()).Abs();
    return (bound.number() - now.number()).Abs();
  };
  const auto order = distance(*below) <=> distance(*above);
  if (order == 0) return below->change.is_reached && !above->change.is_reached ? below : above;
  return order < 0 ? below : above;
}

bool CanChange(const Value& value) { return value.kind() == Kind::kNumber || value.kind() == Kind::kDate; }

// Of a condition over one input alone, which its constants cut into stretches of one answer.
std::vector<Value> OwnTurningPoints(const Program& program, const FactPath& fact, const Value& now) {
  std::vector<Value> points;
  const auto reads = program.reads();
  const auto turning_points = program.turning_points();
  if (!turning_points || reads.size() != 1 || reads[0] != fact.input || !fact.steps.empty()) return points;
  for (const Value& point : *turning_points)
    if (point.kind() == now.kind()) points.push_back(point);
  std::ranges::sort(points, IsLess);
  return points;
}

// All programs of the table in one row of inputs, and "?" of each column behind them.
class TableTrial {
 public:
  TableTrial(const TableCells& table, const Situation& situation, Evaluator& evaluator)
      : table_(table), situation_(situation), evaluator_(evaluator) {}

  std::vector<std::size_t> Rows(std::span<const Value> inputs) {
    const std::size_t columns = table_.inputs.size();
    const std::size_t cell_input = situation_.scope.variables().size();
    std::vector<Value> values;
    for (const Program* input : table_.inputs) values.push_back(evaluator_.Evaluate(*input, inputs, situation_.environment));
    std::vector<Value> with_input(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(cell_input));
    with_input.emplace_back();
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row * columns < table_.cells.size(); ++row) {
      bool hits = true;
      for (std::size_t column = 0; column < columns && hits; ++column) {
        const Program* cell = table_.cells[row * columns + column];
        if (cell == nullptr) continue;
        with_input[cell_input] = values[column];
        hits = evaluator_.Test(*cell, with_input, situation_.environment) == Truth::kTrue;
      }
      if (hits) rows.push_back(row);
      if (hits && table_.first_only) break;
    }
    return rows;
  }

 private:
  const TableCells& table_;
  const Situation& situation_;
  Evaluator& evaluator_;
};

// The points of all cells; nothing where one of them is no line in the fact.
std::optional<std::vector<Decimal>> TablePoints(const TableCells& table, const Situation& situation, const FactPath& fact,
                                                bool is_date, Evaluator& evaluator, std::string& why) {
  const std::size_t columns = table.inputs.size();
  const std::size_t cell_input = situation.scope.variables().size();
  std::vector<Decimal> points;
  for (std::size_t column = 0; column < columns; ++column) {
    std::vector<DerivedInput> derived(situation.derived.begin(), situation.derived.end());
    derived.push_back({static_cast<std::uint32_t>(cell_input), table.inputs[column], {}});
    std::vector<Value> inputs(situation.inputs.begin(), situation.inputs.begin() + static_cast<std::ptrdiff_t>(cell_input));
    inputs.push_back(evaluator.Evaluate(*table.inputs[column], situation.inputs, situation.environment));
    const Situation of_column{situation.scope, inputs, derived, &table.inputs[column]->type(), situation.environment, situation.domain};
    TurningValues turning(of_column, fact, is_date, evaluator);
    for (std::size_t at = column; at < table.cells.size(); at += columns)
      if (table.cells[at] != nullptr && !turning.Add(*table.cells[at], of_column.cell_input)) {
        why = turning.why();
        return std::nullopt;
      }
    points.insert(points.end(), turning.points().begin(), turning.points().end());
  }
  return points;
}

constexpr const char* kNoSuchPlace = "the facts have nothing there";
constexpr const char* kNoNumber = "it is no number and no date";

}  // namespace

std::optional<Change> NearestChange(const Program& program, const Situation& situation, const FactPath& fact,
                                    Truth wanted, Evaluator& evaluator, std::string* why) {
  std::string reason;
  std::string& told = why == nullptr ? reason : *why;
  const auto unknown = [&](std::string text) {
    told = std::move(text);
    return std::nullopt;
  };
  const auto path = Resolved(fact, situation.inputs);
  if (!path) return unknown(kNoSuchPlace);
  const Value now = Now(situation, *path);
  if (!CanChange(now)) return unknown(kNoNumber);
  const bool is_date = now.kind() == Kind::kDate;
  TurningValues turning(situation, *path, is_date, evaluator);
  std::vector<Value> points = OwnTurningPoints(program, *path, now);
  const bool is_free = !situation.domain.low && !situation.domain.high && !situation.domain.is_whole;
  if (points.empty() || !is_free) {
    if (!turning.Add(program, situation.cell_input)) return unknown(turning.why());
    points = Sorted(turning.points(), is_date, situation.domain);
  }
  Trial trial(situation, *path, turning, evaluator);
  const auto found = Search(points, now, situation.domain, [&](const Value& value) {
    return evaluator.Test(program, trial.With(value), situation.environment) == wanted;
  });
  return found ? std::optional(found->change) : std::nullopt;
}

std::optional<Change> NearestChange(const Program& program, const Scope& scope,
                                    std::span<const Value> inputs, std::uint32_t input,
                                    Truth wanted, Evaluator& evaluator) {
  return NearestChange(program, Situation{scope, inputs}, FactPath{input, {}}, wanted, evaluator);
}

std::vector<std::size_t> RowsThatHit(const TableCells& table, const Situation& situation,
                                     Evaluator& evaluator) {
  return TableTrial(table, situation, evaluator).Rows(situation.inputs);
}

std::optional<RowChange> NearestRowChange(const TableCells& table, const Situation& situation,
                                          const FactPath& fact, Evaluator& evaluator, std::string* why) {
  std::string reason;
  std::string& told = why == nullptr ? reason : *why;
  const auto path = Resolved(fact, situation.inputs);
  if (!path) {
    told = kNoSuchPlace;
    return std::nullopt;
  }
  const Value now = Now(situation, *path);
  if (!CanChange(now)) {
    told = kNoNumber;
    return std::nullopt;
  }
  const bool is_date = now.kind() == Kind::kDate;
  const auto points = TablePoints(table, situation, *path, is_date, evaluator, told);
  if (!points) return std::nullopt;
  TurningValues turning(situation, *path, is_date, evaluator);
  Trial trial(situation, *path, turning, evaluator);
  TableTrial rows(table, situation, evaluator);
  const std::vector<std::size_t> hit_now = rows.Rows(situation.inputs);
  const auto found = Search(Sorted(*points, is_date, situation.domain), now, situation.domain, [&](const Value& value) {
    return rows.Rows(trial.With(value)) != hit_now;
  });
  if (!found) return std::nullopt;
  return RowChange{found->change, rows.Rows(trial.With(found->tried))};
}

}  // namespace oxpecker::feel
