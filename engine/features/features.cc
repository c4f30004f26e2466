#include "engine/features/features.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "engine/features/table_value.h"
#include "rules/feel/operations.h"

namespace oxpecker::engine {
namespace {

using Work = FeatureWork;
using feel::Value;
using rules::Aggregate;
using rules::CompiledLength;
using rules::CompiledPair;
using rules::CompiledWindow;
using rules::OverGroups;
using rules::PairFeature;
using rules::Program;
using rules::WindowFeature;

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max() / 4;

// A length of time as an expression gives it, in microseconds; nothing where it has no number.
std::optional<std::int64_t> Micros(const Value& length, std::int64_t seconds_per_unit) {
  if (length.kind() != feel::Kind::kNumber) return std::nullopt;
  const Decimal micros = length.number() * Decimal::FromInt64(seconds_per_unit * 1'000'000);
  const auto whole = micros.Rounded(0, Decimal::Rounding::kHalfEven).ToInt64();
  if (!whole || *whole > kForever || *whole < -kForever) return std::nullopt;
  return whole;
}

// What has been seen of one group of rows (or of all of them).
struct Tally {
  std::int64_t count = 0;
  Decimal sum;
  Decimal low;
  Decimal high;
  Instant edge;              // time of the latest or earliest row so far
  Value edge_value;
  std::set<std::string> distinct;
  std::vector<std::pair<Instant, Decimal>> steps;  // of a running sum
};

// The lowest point of the running sum, at most 0; at one instant what comes in counts first.
Decimal RunningLow(std::vector<std::pair<Instant, Decimal>> steps) {
  std::sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second > b.second;
  });
  Decimal sum;
  Decimal low;
  for (const auto& [time, step] : steps) {
    sum = sum + step;
    if (sum < low) low = sum;
  }
  return low;
}

// One window feature during the pass over its list.
class WindowPass {
 public:
  WindowPass(const Work& work, std::size_t feature)
      : work_(work),
        authored_(std::get<WindowFeature>(work.rulebook.authored().features[feature].definition)),
        compiled_(std::get<CompiledWindow>(work.rulebook.features()[feature].definition)),
        slot_(work.rulebook.layout().features_begin + feature) {
    FindBounds();
  }

  void Visit(const Value& row, Instant time) {
    if (failed_) return;
    const std::int64_t at = time.unix_micros();
    if (at < from_ || (authored_.includes_as_of ? at > to_ : at >= to_)) return;
    if (compiled_.where) {
      const Value holds = work_.Run(*compiled_.where);
      if (holds.is_null() && holds.cause() != nullptr && holds.cause()->is_error()) {
        Fail(holds);
        return;
      }
      if (!holds.is_true()) return;
    }
    Tally* tally = FindTally(row);
    if (tally != nullptr) AddTo(*tally, time);
  }

  void Finish() { work_.inputs[slot_] = failed_ ? failure_ : Answer(); }

 private:
  void FindBounds() {
    const std::int64_t now = work_.as_of.unix_micros();
    to_ = now;
    from_ = -kForever;
    const auto bound = [&](const std::optional<CompiledLength>& authored, std::int64_t unit, std::int64_t& at) {
      if (!authored) return;
      const Value length = authored->fixed ? Value::Number(*authored->fixed) : work_.Run(authored->program);
      const auto micros = Micros(length, unit);
      if (micros) at = now - *micros;
      else Fail(length.is_null() ? length : work_.Unknown(feel::CauseKind::kDomain, "the window has no length"));
    };
    bound(compiled_.from_days, kSecondsPerDay, from_);
    bound(compiled_.from_hours, 3600, from_);
    bound(compiled_.to_days, kSecondsPerDay, to_);
  }

  void Fail(const Value& value) {
    failed_ = true;
    failure_ = value.cause() != nullptr
                   ? value
                   : work_.Unknown(feel::CauseKind::kNull, "a value of the window is null");
  }

  Tally* FindTally(const Value& row) {
    if (compiled_.group_slot < 0) return &all_;
    const Value& key = row.context().slots[compiled_.group_slot];
    if (key.kind() != feel::Kind::kString) return nullptr;  // belongs to no group
    return &groups_[key.string()];
  }

  void AddTo(Tally& tally, Instant time) {
    if (authored_.aggregate == Aggregate::kCount) {
      ++tally.count;
      return;
    }
    const Value value = work_.Run(*compiled_.of);
    if (value.is_null()) return Fail(value);
    switch (authored_.aggregate) {
      case Aggregate::kLatest:
        if (tally.count == 0 || time > tally.edge) Keep(tally, time, value);
        break;
      case Aggregate::kEarliest:
        if (tally.count == 0 || time < tally.edge) Keep(tally, time, value);
        break;
      case Aggregate::kDistinct:
        tally.distinct.insert(feel::ToFeelText(value));
        break;
      case Aggregate::kCount:
        break;
      case Aggregate::kSum:
      case Aggregate::kMean:
      case Aggregate::kMin:
      case Aggregate::kMax:
      case Aggregate::kRunningLow:
        if (value.kind() != feel::Kind::kNumber)
          return Fail(work_.Unknown(feel::CauseKind::kType, "a value of the window is no number"));
        tally.low = tally.count == 0 || value.number() < tally.low ? value.number() : tally.low;
        tally.high = tally.count == 0 || value.number() > tally.high ? value.number() : tally.high;
        tally.sum = tally.sum + value.number();
        if (authored_.aggregate == Aggregate::kRunningLow) tally.steps.emplace_back(time, value.number());
        break;
    }
    ++tally.count;
  }

  void Keep(Tally& tally, Instant time, const Value& value) {
    tally.edge = time;
    tally.edge_value = feel::CopyInto(value, work_.evaluator.arena());
  }

  Value Answer() {
    if (!authored_.over_groups) return ValueOf(all_);
    if (*authored_.over_groups == OverGroups::kCount)
      return Value::Integer(static_cast<std::int64_t>(groups_.size()));
    const bool highest = *authored_.over_groups == OverGroups::kMax || *authored_.over_groups == OverGroups::kKeyOfMax;
    const bool key = *authored_.over_groups == OverGroups::kKeyOfMax || *authored_.over_groups == OverGroups::kKeyOfMin;
    std::optional<Value> best;
    std::string_view best_key;
    for (const auto& [name, tally] : groups_) {  // by key, so that a tie goes to the first one
      const Value value = ValueOf(tally);
      const auto order = best ? feel::Order(value, *best) : std::optional<int>(0);
      if (!best || (order && (highest ? *order > 0 : *order < 0))) {
        best = value;
        best_key = name;
      }
    }
    if (!best) return key ? WhenEmpty("no row of the window belongs to a group") : ValueOf(Tally{});
    return key ? Value::String(best_key) : *best;
  }

  Value ValueOf(const Tally& tally) {
    switch (authored_.aggregate) {
      case Aggregate::kCount: return Value::Integer(tally.count);
      case Aggregate::kSum: return Number(tally.sum);
      case Aggregate::kRunningLow: return Number(tally.sum.is_finite() ? RunningLow(tally.steps) : tally.sum);
      case Aggregate::kDistinct: return Value::Integer(static_cast<std::int64_t>(tally.distinct.size()));
      case Aggregate::kMin: return tally.count == 0 ? WhenEmpty(kNoRow) : Number(tally.low);
      case Aggregate::kMax: return tally.count == 0 ? WhenEmpty(kNoRow) : Number(tally.high);
      case Aggregate::kMean:
        return tally.count == 0 ? WhenEmpty(kNoRow) : Number(tally.sum / Decimal::FromInt64(tally.count));
      case Aggregate::kLatest:
      case Aggregate::kEarliest: return tally.count == 0 ? WhenEmpty(kNoRow) : tally.edge_value;
    }
    return {};
  }

  Value Number(Decimal number) const {
    return number.is_finite() ? Value::Number(number)
                              : work_.Unknown(feel::CauseKind::kDomain, "the window's sum is too large");
  }
  Value WhenEmpty(std::string_view why) const {
    return compiled_.when_empty ? work_.Run(*compiled_.when_empty)
                                : work_.Unknown(feel::CauseKind::kMissing, why);
  }

  static constexpr std::string_view kNoRow = "no row lies in the window";
  const Work& work_;
  const WindowFeature& authored_;
  const CompiledWindow& compiled_;
  std::size_t slot_;
  std::int64_t from_ = 0;
  std::int64_t to_ = 0;
  bool failed_ = false;
  Value failure_;
  Tally all_;
  std::map<std::string_view, Tally> groups_;
};

void RunPass(const Work& work, const rules::FeatureStep& step) {
  std::vector<WindowPass> passes;
  passes.reserve(step.features.size());
  std::int32_t time_slot = -1;
  bool one_time = true;
  for (const std::size_t feature : step.features) {
    passes.emplace_back(work, feature);
    const auto slot = std::get<CompiledWindow>(work.rulebook.features()[feature].definition).time_slot;
    one_time = one_time && (time_slot < 0 || slot == time_slot);
    time_slot = slot;
  }
  const Value& source = work.inputs[step.source];
  const feel::ListView rows = source.kind() == feel::Kind::kList ? source.list() : feel::ListView{};
  for (const Value& row : rows) {
    work.ShowRow(row);
    for (std::size_t i = 0; i < passes.size(); ++i) {
      const std::int32_t slot =
          one_time ? time_slot
                   : std::get<CompiledWindow>(work.rulebook.features()[step.features[i]].definition).time_slot;
      const auto time = ToInstant(row.context().slots[slot]);
      if (time) passes[i].Visit(row, *time);
    }
  }
  for (WindowPass& pass : passes) pass.Finish();
}

// --- pairs ------------------------------------------------------------------------------------

struct TimedRow {
  Instant time;
  const Value* row;
  std::string key;  // FEEL text of the fields that must agree
};

std::string KeyOf(const Value& row, const std::vector<std::int32_t>& slots) {
  std::string key;
  for (const std::int32_t slot : slots) key += feel::ToFeelText(row.context().slots[slot]) + '\n';
  return key;
}

// Rows from `earliest` on: what came before can be in no pair.
std::vector<TimedRow> RowsWhere(const Work& work, const CompiledPair& pair, Instant earliest,
                                const std::optional<Program>& where,
                                const std::vector<std::int32_t>& key_slots) {
  std::vector<TimedRow> found;
  const Value& source = work.inputs[pair.source];
  if (source.kind() != feel::Kind::kList) return found;
  for (const Value& row : source.list()) {
    const auto time = ToInstant(row.context().slots[pair.time_slot]);
    if (!time || *time < earliest) continue;
    if (where) {
      work.ShowRow(row);
      if (!work.Run(*where).is_true()) continue;
    }
    found.push_back({*time, &row, KeyOf(row, key_slots)});
  }
  std::stable_sort(found.begin(), found.end(), [](const TimedRow& a, const TimedRow& b) {
    return a.key != b.key ? a.key < b.key : a.time < b.time;
  });
  return found;
}

// Is there a row that explains the pair away: same key, at or after the later row?
bool Explained(const std::vector<TimedRow>& refunds, const std::string& key, Instant later) {
  for (const TimedRow& refund : refunds)
    if (refund.key == key && refund.time >= later) return true;
  return false;
}

Value FindPair(const Work& work, std::size_t feature) {
  const auto& compiled = std::get<CompiledPair>(work.rulebook.features()[feature].definition);
  const Value within = work.Run(*compiled.within_hours);
  const Value recent = work.Run(*compiled.later_within_days);
  const auto within_micros = Micros(within, 3600);
  const auto recent_micros = Micros(recent, kSecondsPerDay);
  if (!within_micros || !recent_micros)
    return work.Unknown(feel::CauseKind::kDomain, "the pair's bounds are no numbers");
  const auto later_from = Instant::FromUnixMicros(work.as_of.unix_micros() - *recent_micros);
  const auto earlier_from = Instant::FromUnixMicros(later_from.unix_micros() - std::max<std::int64_t>(*within_micros, 0));
  const std::vector<TimedRow> rows = RowsWhere(work, compiled, earlier_from, compiled.where, compiled.same_slots);
  std::vector<TimedRow> refunds;
  if (compiled.unless_where && rows.size() > 1)
    refunds = RowsWhere(work, compiled, later_from, compiled.unless_where, compiled.unless_same_slots);
  const TimedRow* best_later = nullptr;
  const TimedRow* best_earlier = nullptr;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const TimedRow& earlier = rows[i - 1];
    const TimedRow& later = rows[i];
    if (earlier.key != later.key) continue;
    if (later.time.unix_micros() - earlier.time.unix_micros() > *within_micros) continue;
    if (later.time > work.as_of || work.as_of.unix_micros() - later.time.unix_micros() > *recent_micros) continue;
    if (best_later != nullptr && later.time <= best_later->time) continue;
    if (Explained(refunds, KeyOf(*later.row, compiled.unless_same_slots), later.time)) continue;
    best_later = &later;
    best_earlier = &earlier;
  }
  if (best_later == nullptr) return Value::Null();
  std::span<Value> pair = work.evaluator.arena().NewArray<Value>(2);
  pair[0] = *best_earlier->row;
  pair[1] = *best_later->row;
  return Value::List(pair);
}

}  // namespace

std::optional<Instant> ToInstant(const Value& value) {
  if (value.kind() != feel::Kind::kDateTime || !value.zone().is_offset()) return std::nullopt;
  const std::int64_t seconds = value.local_seconds() - value.zone().offset_seconds();
  return Instant::FromUnixMicros(seconds * 1'000'000 + value.nanos() / 1000);
}

std::size_t InputCount(const rules::CompiledRulebook& rulebook, std::span<const Value> facts) {
  std::size_t row_fields = 0;
  for (const Value& fact : facts) {
    if (fact.kind() != feel::Kind::kList) continue;
    for (const Value& item : fact.list())
      if (item.kind() == feel::Kind::kContext) row_fields = std::max(row_fields, item.context().shape->size());
  }
  return std::max(rulebook.layout().base_count + row_fields, rulebook.layout().largest_count);
}

void FindFeatures(const rules::CompiledRulebook& rulebook, Instant as_of, feel::Evaluator& evaluator,
                  std::vector<Value>& inputs) {
  const Work work{rulebook, as_of, evaluator, inputs};
  for (const rules::FeatureStep& step : rulebook.feature_steps()) {
    if (step.is_pass) {
      RunPass(work, step);
      continue;
    }
    const std::size_t feature = step.features.front();
    const auto& definition = rulebook.features()[feature].definition;
    Value value;
    if (const auto* program = std::get_if<Program>(&definition)) value = work.Run(*program);
    else if (std::holds_alternative<CompiledPair>(definition)) value = FindPair(work, feature);
    else value = FindTableValue(work, feature);
    inputs[rulebook.layout().features_begin + feature] = AsDeclared(work, rulebook.features()[feature], value);
  }
}

}  // namespace oxpecker::engine
