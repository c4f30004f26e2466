#include "rules/feel/table_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "rules/feel/operations.h"

namespace oxpecker::feel {
namespace {

// A column's bits may take this much; beyond it, its cells stay open.
constexpr std::size_t kColumnBytesMax = 16U << 20U;

constexpr std::uint64_t BitOf(std::size_t row) { return std::uint64_t{1} << (row % 64); }

// Kinds whose values this index knows how to put in order, with a value between any two.
bool IsIndexed(Kind kind) {
  return kind == Kind::kNumber || kind == Kind::kString || kind == Kind::kBoolean ||
         kind == Kind::kDate || kind == Kind::kYearsMonths || kind == Kind::kDaysTime;
}

// -1, 0, 1 for two values of one indexed kind.
int OrderOf(const Value& a, const Value& b) {
  if (a.kind() == Kind::kBoolean) return static_cast<int>(a.is_true()) - static_cast<int>(b.is_true());
  return Order(a, b).value_or(0);
}

// A value that lies directly behind `value`, or between it and whatever is greater.
std::optional<Value> Behind(const Value& value, Arena& arena) {
  switch (value.kind()) {
    case Kind::kNumber:
      return std::nullopt;  // depends on the next one
    case Kind::kString: {
      char* text = arena.AllocateText(value.string().size() + 1);
      std::copy(value.string().begin(), value.string().end(), text);
      text[value.string().size()] = '\0';
      return Value::String({text, value.string().size() + 1});
    }
    case Kind::kDate:
      return Value::Date(value.epoch_days() + 1);
    case Kind::kYearsMonths:
      return Value::YearsMonths(value.months() + 1);
    case Kind::kDaysTime:
      return Value::DaysTime(value.duration_nanos() + 1);
    case Kind::kBoolean:
      return Value::Boolean(true);
    case Kind::kNull:
    case Kind::kTime:
    case Kind::kDateTime:
    case Kind::kList:
    case Kind::kContext:
    case Kind::kRange:
    case Kind::kFunction:
      break;
  }
  return std::nullopt;
}

std::optional<Value> Before(const Value& value) {
  switch (value.kind()) {
    case Kind::kNumber: {
      const Value one_less = Value::Number(value.number() - Decimal::FromInt64(1));
      // Beyond 34 digits one less is the same number: less by a tenth of it is not.
      if (OrderOf(one_less, value) < 0) return one_less;
      const Decimal size = value.number().Abs() / Decimal::FromInt64(10);
      return Value::Number(value.number() - size);
    }
    case Kind::kString:
      return Value::String({});
    case Kind::kDate:
      return Value::Date(value.epoch_days() - 1);
    case Kind::kYearsMonths:
      return Value::YearsMonths(value.months() - 1);
    case Kind::kDaysTime:
      return Value::DaysTime(value.duration_nanos() - 1);
    case Kind::kBoolean:
      return Value::Boolean(false);
    case Kind::kNull:
    case Kind::kTime:
    case Kind::kDateTime:
    case Kind::kList:
    case Kind::kContext:
    case Kind::kRange:
    case Kind::kFunction:
      break;
  }
  return std::nullopt;
}

// A value strictly between a and b; nothing where there is none.
std::optional<Value> Between(const Value& a, const Value& b, Arena& arena) {
  Value middle;
  if (a.kind() == Kind::kNumber) {
    const Decimal half = (b.number() - a.number()) / Decimal::FromInt64(2);
    middle = Value::Number(a.number() + half);
  } else {
    middle = *Behind(a, arena);
  }
  if (OrderOf(a, middle) < 0 && OrderOf(middle, b) < 0) return middle;
  return std::nullopt;
}

std::optional<Value> Above(const Value& value, Arena& arena) {
  if (value.kind() != Kind::kNumber) return Behind(value, arena);
  const Value below = *Before(Value::Number(-value.number()));
  return Value::Number(-below.number());
}

void SortUnique(std::vector<Value>& values) {
  std::sort(values.begin(), values.end(),
            [](const Value& a, const Value& b) { return OrderOf(a, b) < 0; });
  values.erase(std::unique(values.begin(), values.end(),
                           [](const Value& a, const Value& b) { return OrderOf(a, b) == 0; }),
               values.end());
}

}  // namespace

// Stretch 2i lies before point i, stretch 2i + 1 is point i; the last one lies behind all points.
struct TableIndex::Column {
  Kind kind = Kind::kNull;        // of the points; kNull: no cell has one, and asks for null at most
  std::vector<Value> points;
  std::vector<std::uint64_t> bits;  // by stretch: holds, then unknown; behind them the two nulls
  std::vector<std::uint32_t> open_rows;
  std::vector<std::uint64_t> open_bits;  // the same rows
  std::size_t words = 0;
  std::unique_ptr<Arena> texts = std::make_unique<Arena>();  // that the points refer to

  // Faster ways to the same stretch. Numbers: the points scaled to whole ones; texts: by their hash,
  // where all stretches between points give the same answers; false and true.
  enum class Search : std::uint8_t { kPoints, kKeys, kTexts, kBoolean };
  Search search = Search::kPoints;
  unsigned digits = 0;
  std::vector<std::int64_t> keys;
  std::uint64_t multiplier = 0;
  std::vector<std::uint32_t> slots;  // of a hash table: point + 1, 0 where free
  std::array<std::size_t, 2> of_boolean{};

  std::size_t stretch_count() const { return 2 * points.size() + 1; }
  std::size_t plain_null() const { return stretch_count(); }
  std::size_t caused_null() const { return stretch_count() + 1; }
  const std::uint64_t* At(std::size_t stretch) const { return bits.data() + stretch * 2 * words; }
  // REQUIRES value.kind() == kind.
  std::size_t StretchOf(const Value& value) const;
  // The two sets for any value; nullptr where nothing is known for its kind.
  const std::uint64_t* Find(const Value& value) const;
  std::size_t SearchPoints(const Value& value) const;
  std::size_t SearchFineNumber(const Value& value) const;  // with more digits than the keys
  std::size_t SearchKeys(Decimal::Scaled value) const;
  std::size_t KeysBelow(std::int64_t value) const;
  std::size_t SearchTexts(std::string_view text) const;
  void AddShortcuts();
};

namespace {

std::uint64_t LoadEight(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// The first eight bytes, or all of a shorter text: its halves and its middle.
inline std::uint64_t HeadOf(std::string_view text) {
  const std::size_t size = text.size();
  if (size >= 8) return LoadEight(text.data());
  if (size >= 4) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, text.data(), sizeof first);
    std::memcpy(&last, text.data() + size - sizeof last, sizeof last);
    return static_cast<std::uint64_t>(last) << 32U | first;
  }
  if (size == 0) return 0;
  const auto at = [&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])); };
  return at(0) | at(size / 2) << 8U | at(size - 1) << 16U;
}

// From few bytes and without a branch on the size, which nobody can guess. `multiplier` is chosen so
// that the texts of a table differ.
inline std::size_t HashOf(std::string_view text, std::uint64_t multiplier) {
  const std::size_t size = text.size();
  if (size == 0) return 0;
  const auto at = [&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(text.data()[i])); };
  const std::uint64_t few = at(0) | at(size / 2) << 8U | at(size - 1) << 16U | size << 24U;
  return static_cast<std::size_t>(few * multiplier >> 40U);
}

// Of texts of one size. Up to 16 bytes without a call.
inline bool SameBytes(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size < 8) return HeadOf(a) == HeadOf(b);
  if (size <= 16) {
    return LoadEight(a.data()) == LoadEight(b.data()) &&
           LoadEight(a.data() + size - 8) == LoadEight(b.data() + size - 8);
  }
  return a == b;
}

}  // namespace

std::size_t TableIndex::Column::SearchPoints(const Value& value) const {
  const auto at = std::lower_bound(points.begin(), points.end(), value,
                                   [](const Value& a, const Value& b) { return OrderOf(a, b) < 0; });
  const bool is_point = at != points.end() && OrderOf(*at, value) == 0;
  return 2 * static_cast<std::size_t>(at - points.begin()) + (is_point ? 1U : 0U);
}

// keys are filled up to a multiple of four with values that nothing is above.
inline std::size_t TableIndex::Column::KeysBelow(std::int64_t value) const {
  constexpr std::size_t kFew = 16;  // counted without a branch that could be guessed wrong
  const std::int64_t* first = keys.data();
  std::size_t left = keys.size();
  while (left > kFew) {
    const std::size_t half = left / 8 * 4;
    first = first[half] < value ? first + half : first;
    left -= half;
  }
  std::size_t below = static_cast<std::size_t>(first - keys.data());
  for (const std::int64_t* end = first + left; first != end; first += 4) {
    below += (first[0] < value ? 1U : 0U) + (first[1] < value ? 1U : 0U) + (first[2] < value ? 1U : 0U) +
             (first[3] < value ? 1U : 0U);
  }
  return below;
}

inline std::size_t TableIndex::Column::SearchKeys(Decimal::Scaled value) const {
  const std::size_t at = KeysBelow(value.floor);
  const bool meets = at < points.size() && keys.data()[at] == value.floor;
  if (!meets) return 2 * at;
  return value.is_exact ? 2 * at + 1 : 2 * at + 2;
}

inline std::size_t TableIndex::Column::SearchTexts(std::string_view text) const {
  const std::size_t mask = slots.size() - 1;
  for (std::size_t at = HashOf(text, multiplier) & mask; slots.data()[at] != 0; at = (at + 1) & mask) {
    const std::uint32_t point = slots.data()[at] - 1;
    const std::string_view known = points.data()[point].string();
    if (known.size() == text.size() && SameBytes(known, text)) return 2 * std::size_t{point} + 1;
  }
  return 0;
}

std::size_t TableIndex::Column::SearchFineNumber(const Value& value) const {
  const auto scaled = value.number().ScaledBy(digits);
  return scaled ? SearchKeys(*scaled) : SearchPoints(value);
}

inline std::size_t TableIndex::Column::StretchOf(const Value& value) const {
  switch (search) {
    case Search::kKeys: {
      const Decimal::Scaled scaled = value.number().ScaledUpBy(digits);
      return scaled.is_exact ? SearchKeys(scaled) : SearchFineNumber(value);
    }
    case Search::kTexts: return SearchTexts(value.string());
    case Search::kBoolean: return of_boolean[value.is_true() ? 1 : 0];
    case Search::kPoints: break;
  }
  return SearchPoints(value);
}

// When the bits are complete.
void TableIndex::Column::AddShortcuts() {
  if (kind == Kind::kBoolean) {
    search = Search::kBoolean;
    of_boolean = {SearchPoints(Value::Boolean(false)), SearchPoints(Value::Boolean(true))};
  }
  if (kind == Kind::kNumber) {
    constexpr unsigned kDigitsLeast = 4;  // so that most amounts need no division
    constexpr unsigned kDigitsMost = 12;
    for (digits = kDigitsLeast; digits <= kDigitsMost && keys.size() < points.size(); ++digits) {
      keys.clear();
      for (const Value& point : points) {
        const auto scaled = point.number().ScaledBy(digits);
        if (!scaled || !scaled->is_exact) break;
        keys.push_back(scaled->floor);
      }
      if (keys.size() != points.size()) continue;
      while (keys.size() % 4 != 0) keys.push_back(std::numeric_limits<std::int64_t>::max());
      search = Search::kKeys;
      return;
    }
    keys.clear();
  }
  if (kind == Kind::kString) {
    for (std::size_t stretch = 2; stretch < stretch_count(); stretch += 2) {
      if (!std::equal(At(0), At(0) + 2 * words, At(stretch))) return;
    }
    search = Search::kTexts;
    // The first few odd multipliers that meet the fewest slots taken; mostly none is.
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (std::uint64_t tried = 0x9E37'79B9'7F4A'7C15U; tried != 0x9E37'79B9'7F4A'7C15U + 64; tried += 2) {
      std::vector<std::uint32_t> table(std::bit_ceil(4 * points.size()), 0);
      const std::size_t mask = table.size() - 1;
      std::size_t taken = 0;
      for (std::size_t point = 0; point < points.size(); ++point) {
        std::size_t at = HashOf(points[point].string(), tried) & mask;
        for (; table[at] != 0; at = (at + 1) & mask) ++taken;
        table[at] = static_cast<std::uint32_t>(point + 1);
      }
      if (taken >= fewest) continue;
      fewest = taken;
      multiplier = tried;
      slots = std::move(table);
      if (taken == 0) break;
    }
  }
}

class TableIndexBuilder {
 public:
  TableIndexBuilder(std::span<const Program* const> cells, TableIndex::Shape shape,
                    const Limits& limits)
      : cells_(cells), shape_(shape), evaluator_(limits) {}

  TableIndex::Column Build(std::size_t column);

 private:
  using Column = TableIndex::Column;
  const Program* Cell(std::size_t row) const {
    return cells_[row * shape_.column_count + column_];
  }
  void CollectPoints(Column& to);
  void FillRow(Column& to, std::size_t row);
  void FillStretches(Column& to, std::size_t row, std::size_t begin, std::size_t end,
                     const Value& sample);
  static void KeepTexts(Column& to);

  std::span<const Program* const> cells_;
  TableIndex::Shape shape_;
  Evaluator evaluator_;
  std::size_t column_ = 0;
  Arena samples_;
  std::vector<Value> inputs_;
};

// The constants of all cells, if they are of one indexed kind; a cell with others is open.
void TableIndexBuilder::CollectPoints(Column& to) {
  for (std::size_t row = 0; row < shape_.row_count; ++row) {
    const Program* cell = Cell(row);
    if (cell == nullptr) continue;
    const auto turns = cell->turning_points();
    bool fits = turns.has_value();
    if (fits) {
      for (const Value& point : *turns) {
        if (to.kind == Kind::kNull && IsIndexed(point.kind())) to.kind = point.kind();
        fits = fits && point.kind() == to.kind;
      }
    }
    if (!fits) {
      to.open_rows.push_back(static_cast<std::uint32_t>(row));
      continue;
    }
    to.points.insert(to.points.end(), turns->begin(), turns->end());
  }
  SortUnique(to.points);
}

void TableIndexBuilder::KeepTexts(Column& to) {
  if (to.kind != Kind::kString) return;
  for (Value& point : to.points) point = Value::String(to.texts->Copy(point.string()));
}

TableIndex::Column TableIndexBuilder::Build(std::size_t column) {
  column_ = column;
  Column column_found;
  Column* const to = &column_found;
  to->words = (shape_.row_count + 63) / 64;
  CollectPoints(*to);
  const auto bytes = [&] { return (to->stretch_count() + 2) * 2 * to->words * sizeof(std::uint64_t); };
  if (bytes() > kColumnBytesMax) {
    *to = Column{};
    to->words = (shape_.row_count + 63) / 64;
    for (std::size_t row = 0; row < shape_.row_count; ++row) {
      if (Cell(row) != nullptr) to->open_rows.push_back(static_cast<std::uint32_t>(row));
    }
  }
  KeepTexts(*to);
  to->bits.assign(bytes() / sizeof(std::uint64_t), 0);
  to->open_bits.assign(to->words, 0);
  std::size_t open = 0;
  for (std::size_t row = 0; row < shape_.row_count; ++row) {
    const bool is_open = open < to->open_rows.size() && to->open_rows[open] == row;
    if (is_open) {
      to->open_bits[row / 64] |= BitOf(row);
      ++open;
      continue;
    }
    FillRow(*to, row);
    samples_.Reset();
  }
  if (!to->points.empty()) to->AddShortcuts();
  return column_found;
}

// Between two of the cell's own constants it gives one answer: asked once for each such stretch.
void TableIndexBuilder::FillRow(Column& to, std::size_t row) {
  const Program* cell = Cell(row);
  static const Cause kCause{CauseKind::kMissing, {}, "absent", false};
  FillStretches(to, row, to.plain_null(), to.plain_null() + 1, Value::Null());
  FillStretches(to, row, to.caused_null(), to.caused_null() + 1, Value::Null(&kCause));
  if (to.points.empty()) {
    // No cell has a constant: they are "-", or tests for null. Any value will do.
    FillStretches(to, row, 0, 1, Value::Boolean(false));
    return;
  }
  std::vector<Value> own;
  if (cell != nullptr) own.assign(cell->turning_points()->begin(), cell->turning_points()->end());
  SortUnique(own);
  if (own.empty()) own.push_back(to.points[0]);
  std::size_t next = 0;
  for (std::size_t i = 0; i < own.size(); ++i) {
    const std::size_t at = to.SearchPoints(own[i]);
    const auto before = i == 0 ? Before(own[0]) : Between(own[i - 1], own[i], samples_);
    if (before && OrderOf(*before, own[i]) < 0) FillStretches(to, row, next, at, *before);
    FillStretches(to, row, at, at + 1, own[i]);
    next = at + 1;
  }
  const auto above = Above(own.back(), samples_);
  if (above && OrderOf(*above, own.back()) > 0)
    FillStretches(to, row, next, to.stretch_count(), *above);
}

void TableIndexBuilder::FillStretches(Column& to, std::size_t row, std::size_t begin,
                                      std::size_t end, const Value& sample) {
  if (begin >= end) return;
  const Program* cell = Cell(row);
  Value verdict = Value::Boolean(true);
  if (cell != nullptr) {
    const auto reads = cell->reads();
    inputs_.assign(reads.empty() ? 1 : reads.back() + 1U, Value());
    inputs_.back() = sample;
    verdict = evaluator_.Evaluate(*cell, inputs_, {});
  }
  if (!verdict.is_false()) {
    const std::size_t set = verdict.is_true() ? 0 : 1;
    for (std::size_t stretch = begin; stretch < end; ++stretch)
      to.bits[(stretch * 2 + set) * to.words + row / 64] |= BitOf(row);
  }
  evaluator_.Reset();
}

TableIndex::TableIndex() = default;
TableIndex::~TableIndex() = default;
TableIndex::TableIndex(TableIndex&&) noexcept = default;
TableIndex& TableIndex::operator=(TableIndex&&) noexcept = default;

TableIndex TableIndex::Build(std::span<const Program* const> cells, Shape shape,
                             const Limits& limits) {
  OXP_CHECK(cells.size() == shape.row_count * shape.column_count);
  TableIndex index;
  index.shape_ = shape;
  TableIndexBuilder builder(cells, shape, limits);
  for (std::size_t column = 0; column < shape.column_count; ++column)
    index.columns_.push_back(builder.Build(column));
  return index;
}

inline const std::uint64_t* TableIndex::Column::Find(const Value& value) const {
  if (value.kind() == kind && !value.is_null()) return At(StretchOf(value));
  if (value.is_null()) return At(value.cause() == nullptr ? plain_null() : caused_null());
  return points.empty() ? At(0) : nullptr;
}

TableIndex::Answer TableIndex::Find(std::size_t column, const Value& value) const {
  const std::uint64_t* bits = columns_[column].Find(value);
  if (bits == nullptr) return {};
  return {bits, bits + columns_[column].words};
}

void TableIndex::FindAll(std::span<const Value> inputs, std::span<const std::uint32_t> input_of,
                         std::uint64_t* answers) const {
  OXP_CHECK(input_of.size() == columns_.size());
  const std::size_t words = this->words();
  const std::uint32_t* input = input_of.data();
  for (const Column& column : columns_) {
    const std::uint64_t* bits = column.Find(inputs[*input++]);
    const std::uint64_t* open = column.open_bits.data();
    std::uint64_t* const unknown = answers + words;
    if (bits == nullptr) [[unlikely]] {
      std::fill_n(answers, words, 0);
      std::fill_n(unknown, words, ~std::uint64_t{0});
    } else if (words == 1) {  // mostly; and then loops are not worth their preparation
      answers[0] = bits[0];
      unknown[0] = bits[1] | open[0];
    } else {
      std::copy_n(bits, words, answers);
      for (std::size_t w = 0; w < words; ++w) unknown[w] = bits[words + w] | open[w];
    }
    answers = unknown + words;
  }
}

std::span<const std::uint32_t> TableIndex::OpenRows(std::size_t column) const {
  return columns_[column].open_rows;
}

const std::uint64_t* TableIndex::OpenBits(std::size_t column) const {
  return columns_[column].open_bits.data();
}

bool TableIndex::is_complete() const {
  return std::all_of(columns_.begin(), columns_.end(),
                     [](const Column& column) { return column.open_rows.empty(); });
}

std::size_t TableIndex::memory_bytes() const {
  std::size_t total = sizeof(*this);
  for (const Column& column : columns_) {
    total += sizeof(Column) + column.bits.capacity() * sizeof(std::uint64_t) +
             column.points.capacity() * sizeof(Value) +
             column.open_rows.capacity() * sizeof(std::uint32_t) +
             column.texts->used_bytes();
  }
  return total;
}

void TableMatch::Run(const TableIndex& index, std::span<const Value> inputs, Ask ask,
                     void* context) {
  row_count_ = index.shape().row_count;
  words_ = index.words();
  const std::size_t columns = index.shape().column_count;
  holds_.assign(words_, ~std::uint64_t{0});
  unknown_.assign(words_, ~std::uint64_t{0});
  answers_.resize(2 * columns * words_);
  if (row_count_ % 64 != 0) holds_.back() = unknown_.back() = BitOf(row_count_) - 1;
  for (std::size_t column = 0; column < columns; ++column) {
    const TableIndex::Answer answer = index.Find(column, inputs[column]);
    std::uint64_t* const holds = answers_.data() + 2 * column * words_;
    std::uint64_t* const unknown = holds + words_;
    if (answer.is_known()) {
      std::copy_n(answer.holds, 2 * words_, holds);  // the unknown ones lie behind
    } else {
      std::fill_n(holds, 2 * words_, 0);
    }
    if (!answer.is_known() || !index.OpenRows(column).empty())
      AskCells(index, column, !answer.is_known(), ask, context);
    for (std::size_t w = 0; w < words_; ++w) {
      holds_[w] &= holds[w];
      unknown_[w] &= holds[w] | unknown[w];
    }
  }
  for (std::size_t w = 0; w < words_; ++w) unknown_[w] &= ~holds_[w];
}

// Rows that another column has ruled out are not asked.
void TableMatch::AskCells(const TableIndex& index, std::size_t column, bool all, Ask ask,
                          void* context) {
  std::uint64_t* const holds = answers_.data() + 2 * column * words_;
  std::uint64_t* const unknown = holds + words_;
  const auto ask_row = [&](std::size_t row) {
    if (!Bit(unknown_.data(), row)) return;
    const Value verdict = ask(context, row, column);
    if (verdict.is_true()) holds[row / 64] |= BitOf(row);
    else if (!verdict.is_false()) unknown[row / 64] |= BitOf(row);
  };
  if (all) {
    for (std::size_t row = 0; row < row_count_; ++row) ask_row(row);
  } else {
    for (const std::uint32_t row : index.OpenRows(column)) ask_row(row);
  }
}

std::size_t TableMatch::First() const {
  for (std::size_t w = 0; w < holds_.size(); ++w) {
    if (holds_[w] != 0) return w * 64 + static_cast<std::size_t>(std::countr_zero(holds_[w]));
  }
  return row_count_;
}

void TableMatch::AppendAll(std::vector<std::uint32_t>& rows) const {
  for (std::size_t w = 0; w < holds_.size(); ++w) {
    for (std::uint64_t bits = holds_[w]; bits != 0; bits &= bits - 1)
      rows.push_back(static_cast<std::uint32_t>(w * 64) +
                     static_cast<std::uint32_t>(std::countr_zero(bits)));
  }
}

}  // namespace oxpecker::feel
