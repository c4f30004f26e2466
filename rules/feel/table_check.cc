#include "rules/feel/table_check.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "rules/feel/evaluator.h"
#include "rules/feel/operations.h"
#include "rules/feel/temporal.h"

namespace oxpecker::feel {
namespace {

constexpr std::size_t kFindingsMax = 10;
constexpr std::size_t kAnswersMax = 2'000'000;  // cells times values that are asked
constexpr std::size_t kBoxesMax = 200'000;      // parts that are looked at, of all rows together

using Tag = Type::Tag;

bool IsLess(const Value& a, const Value& b) {
  if (a.kind() == Kind::kBoolean) return !a.is_true() && b.is_true();
  return Order(a, b).value_or(0) < 0;
}

Kind KindOf(const Type& type) {
  switch (type.tag()) {
    case Tag::kBoolean: return Kind::kBoolean;
    case Tag::kNumber: return Kind::kNumber;
    case Tag::kString: return Kind::kString;
    case Tag::kDate: return Kind::kDate;
    case Tag::kYearsMonths: return Kind::kYearsMonths;
    case Tag::kDaysTime: return Kind::kDaysTime;
    case Tag::kAny: case Tag::kNull: case Tag::kTime: case Tag::kDateTime: case Tag::kList: case Tag::kContext:
    case Tag::kMap: case Tag::kRange: case Tag::kFunction: break;
  }
  return Kind::kNull;
}

Value Whole(std::int64_t number) { return Value::Integer(number); }

// Before all points, between two, behind all: in the units of the kind.
Value Moved(const Value& value, std::int64_t by, Arena& arena) {
  switch (value.kind()) {
    case Kind::kNumber: {
      // Beyond 34 digits one more is the same number.
      const Decimal moved = value.number() + Decimal::FromInt64(by);
      if (moved != value.number()) return Value::Number(moved);
      const Decimal part = value.number().Abs() / Decimal::FromInt64(10);
      return Value::Number(by < 0 ? value.number() - part : value.number() + part);
    }
    case Kind::kDate: return Value::Date(value.epoch_days() + by);
    case Kind::kYearsMonths: return Value::YearsMonths(value.months() + by);
    case Kind::kDaysTime: return Value::DaysTime(value.duration_nanos() + static_cast<Int128>(by) * kNanosPerDay);
    case Kind::kString: return by < 0 ? Value::String("") : Value::String(arena.Copy(std::string(value.string()) + " "));
    case Kind::kNull: case Kind::kBoolean: case Kind::kTime: case Kind::kDateTime: case Kind::kList:
    case Kind::kContext: case Kind::kRange: case Kind::kFunction: break;
  }
  return value;
}

// Between two points; a whole number where there is one.
Value Between(const Value& low, const Value& high, Arena& arena) {
  if (low.kind() == Kind::kDaysTime) return Value::DaysTime(low.duration_nanos() + (high.duration_nanos() - low.duration_nanos()) / 2);
  if (low.kind() != Kind::kNumber) return Moved(low, 1, arena);
  const Value next = Value::Number(low.number().Rounded(0, Decimal::Rounding::kFloor) + Decimal::FromInt64(1));
  if (IsLess(low, next) && IsLess(next, high)) return next;
  return Value::Number(low.number() + (high.number() - low.number()) / Decimal::FromInt64(2));
}

// One value for each stretch of a column, null last.
struct Axis {
  std::vector<Value> values;
  std::vector<bool> is_example;  // worth telling of a gap: no null, no part of a whole number
};

using Bits = std::vector<bool>;
using Box = std::vector<Bits>;  // by column: which of its values

bool IsEmpty(const Bits& bits) { return std::ranges::find(bits, true) == bits.end(); }

class TableCheck {
 public:
  TableCheck(const CheckedTable& table, const TableQuestions& questions, const Limits& limits)
      : table_(table), questions_(questions), evaluator_(limits), columns_(table.inputs.size()),
        rows_(columns_ == 0 ? 0 : table.cells.size() / columns_) {}

  std::vector<TableFinding> Run() {
    if (rows_ == 0 || !MakeAxes()) return {};
    AskCells();
    if (questions_.overlaps) FindOverlaps();
    if (questions_.unreachable) FindUnreachable();
    if (questions_.gaps) FindGap();
    return std::move(found_);
  }

 private:
  const Program* Cell(std::size_t row, std::size_t column) const { return table_.cells[row * columns_ + column]; }

  // Of constants alone: asks for nothing but its input.
  bool IsOpen(const Program& cell) const {
    const auto reads = cell.reads();
    return !cell.turning_points() || reads.size() > 1 || (reads.size() == 1 && reads[0] != table_.cell_input);
  }

  bool MakeAxes() {
    std::size_t answers = 0;
    for (std::size_t column = 0; column < columns_; ++column) {
      axes_.push_back(AxisOf(column));
      answers += axes_.back().values.size() * rows_;
    }
    return answers <= kAnswersMax;
  }

  Axis AxisOf(std::size_t column) {
    const Type& type = table_.inputs[column];
    std::vector<Value> points;
    Kind kind = KindOf(type);
    for (std::size_t row = 0; row < rows_; ++row) {
      const Program* cell = Cell(row, column);
      if (cell == nullptr || IsOpen(*cell)) continue;
      const auto cell_points = cell->turning_points();
      for (const Value& point : *cell_points) {
        if (kind == Kind::kNull && type.tag() == Tag::kAny) kind = point.kind();
        if (point.kind() == kind) points.push_back(CopyInto(point, arena_));
      }
    }
    Axis axis;
    const auto add = [&](const Value& value, bool is_example) {
      if (!IsWithin(value, type)) return;
      axis.values.push_back(value);
      axis.is_example.push_back(is_example);
    };
    if (kind == Kind::kBoolean) {
      add(Value::Boolean(true), true);
      add(Value::Boolean(false), true);
    } else if (!type.allowed().empty()) {
      for (const std::string& word : type.allowed()) add(Value::String(arena_.Copy(word)), true);
    } else {
      AddStretches(type, std::move(points), add);
    }
    add(Value::Null(), false);
    return axis;
  }

  static bool IsWithin(const Value& value, const Type& type) {
    if (value.kind() != Kind::kNumber || type.tag() != Tag::kNumber) return true;
    return (!type.low() || value.number() >= *type.low()) && (!type.high() || value.number() <= *type.high());
  }

  template <class Add>
  void AddStretches(const Type& type, std::vector<Value> points, const Add& add) {
    if (type.tag() == Tag::kNumber && type.low() && !points.empty()) points.push_back(Value::Number(*type.low()));
    if (type.tag() == Tag::kNumber && type.high() && !points.empty()) points.push_back(Value::Number(*type.high()));
    std::ranges::sort(points, IsLess);
    const auto same = [](const Value& a, const Value& b) { return !IsLess(a, b); };
    points.erase(std::unique(points.begin(), points.end(), same), points.end());
    if (points.empty()) {
      if (KindOf(type) == Kind::kNumber) add(Whole(0), true);
      else if (KindOf(type) == Kind::kString) add(Value::String("another text"), true);
      else add(Value::String("any value"), false);
      return;
    }
    const bool are_whole = std::ranges::all_of(points, IsWhole);
    for (const Value& point : points) add(point, true);
    if (points.front().kind() == Kind::kString) add(Value::String("another text"), true);
    add(Moved(points.front(), -1, arena_), true);
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
      const Value between = Between(points[i], points[i + 1], arena_);
      if (IsLess(points[i], between) && IsLess(between, points[i + 1])) add(between, !are_whole || IsWhole(between));
    }
    add(Moved(points.back(), 1, arena_), true);
  }
  static bool IsWhole(const Value& value) { return value.kind() != Kind::kNumber || value.number().is_integer(); }

  void AskCells() {
    std::vector<Value> inputs(table_.cell_input + 1);
    for (std::size_t row = 0; row < rows_; ++row) {
      Box box;
      bool is_open = false;
      for (std::size_t column = 0; column < columns_; ++column) {
        const Program* cell = Cell(row, column);
        const std::vector<Value>& values = axes_[column].values;
        Bits bits(values.size(), true);
        const bool asks = cell != nullptr && !IsOpen(*cell);
        for (std::size_t i = 0; asks && i < values.size(); ++i) {
          inputs[table_.cell_input] = values[i];
          bits[i] = evaluator_.Test(*cell, inputs, {}) == Truth::kTrue;
        }
        is_open = is_open || (cell != nullptr && !asks);
        box.push_back(std::move(bits));
      }
      evaluator_.Reset();
      boxes_.push_back(std::move(box));
      is_open_.push_back(is_open);
    }
  }

  void FindOverlaps() {
    std::size_t told = 0;
    for (std::size_t a = 0; a < rows_; ++a)
      for (std::size_t b = a + 1; b < rows_ && told < kFindingsMax; ++b) {
        if (is_open_[a] || is_open_[b] || ++looked_ > kBoxesMax) continue;
        const auto common = Common(boxes_[a], boxes_[b]);
        if (!common || (questions_.differ && !questions_.differ(a, b))) continue;
        found_.push_back({TableFinding::Kind::kOverlap, a, b, ExampleOf(*common)});
        ++told;
      }
  }

  static std::optional<Box> Common(const Box& a, const Box& b) {
    Box common = a;
    for (std::size_t column = 0; column < a.size(); ++column) {
      for (std::size_t i = 0; i < a[column].size(); ++i) common[column][i] = a[column][i] && b[column][i];
      if (IsEmpty(common[column])) return std::nullopt;
    }
    return common;
  }

  void FindUnreachable() {
    std::size_t told = 0;
    std::vector<std::size_t> above;
    for (std::size_t row = 0; row < rows_ && told < kFindingsMax; ++row) {
      const bool can_hold = std::ranges::none_of(boxes_[row], IsEmpty);
      bool is_sure = true;
      if (can_hold && !above.empty() && !Uncovered(boxes_[row], above, 0, is_sure) && is_sure) {
        found_.push_back({TableFinding::Kind::kUnreachable, row, 0, {}});
        ++told;
      }
      if (!is_open_[row]) above.push_back(row);
    }
  }

  // Rows that are open may hold where they are, so nothing there is called a gap.
  void FindGap() {
    Box all;
    for (const Axis& axis : axes_) {
      all.push_back(axis.is_example);
      if (IsEmpty(axis.is_example)) return;
    }
    std::vector<std::size_t> rows(rows_);
    for (std::size_t row = 0; row < rows_; ++row) rows[row] = row;
    bool is_sure = true;
    const auto gap = Uncovered(all, rows, 0, is_sure);
    if (gap) found_.push_back({TableFinding::Kind::kGap, 0, 0, ExampleOf(*gap)});
  }

  // A part of the box that none of the rows from `from` on holds for. Nothing where there is none, or where
  // that took too long (then it is not sure).
  std::optional<Box> Uncovered(Box box, const std::vector<std::size_t>& rows, std::size_t from, bool& is_sure) {
    for (; from < rows.size(); ++from) {
      if (++looked_ > kBoxesMax) {
        is_sure = false;
        return std::nullopt;
      }
      const Box& row = boxes_[rows[from]];
      if (!Common(box, row)) continue;
      for (std::size_t column = 0; column < columns_; ++column) {
        Box outside = box;
        for (std::size_t i = 0; i < box[column].size(); ++i) {
          outside[column][i] = box[column][i] && !row[column][i];
          box[column][i] = box[column][i] && row[column][i];
        }
        if (IsEmpty(outside[column])) continue;
        if (auto part = Uncovered(std::move(outside), rows, from + 1, is_sure)) return part;
        if (!is_sure) return std::nullopt;
      }
      return std::nullopt;  // what is left of the box lies in the row
    }
    return box;
  }

  std::vector<std::string> ExampleOf(const Box& box) const {
    std::vector<std::string> texts;
    for (std::size_t column = 0; column < columns_; ++column) {
      const Axis& axis = axes_[column];
      std::size_t at = axis.values.size();
      for (std::size_t i = axis.values.size(); i-- > 0;)
        if (box[column][i] && (at == axis.values.size() || axis.is_example[i] || !axis.is_example[at])) at = i;
      texts.push_back(ToFeelText(axis.values[at]));
    }
    return texts;
  }

  const CheckedTable& table_;
  const TableQuestions& questions_;
  Evaluator evaluator_;
  std::size_t columns_;
  std::size_t rows_;
  Arena arena_;
  std::vector<Axis> axes_;
  std::vector<Box> boxes_;
  std::vector<bool> is_open_;
  std::vector<TableFinding> found_;
  std::size_t looked_ = 0;
};

}  // namespace

std::vector<TableFinding> CheckTable(const CheckedTable& table, const TableQuestions& questions, const Limits& limits) {
  return TableCheck(table, questions, limits).Run();
}

}  // namespace oxpecker::feel
