// Equality, order and membership.
#include <algorithm>

#include "rules/feel/nulls.h"
#include "rules/feel/operations.h"
#include "rules/feel/temporal.h"

namespace oxpecker::feel {
namespace {

int Sign(std::int64_t a, std::int64_t b) { return a < b ? -1 : (a > b ? 1 : 0); }

// Values may share parts, so that a comparison can take exponentially many steps: it is given up
// after this many, and as deep as this. Texts longer than this take steps too.
constexpr std::uint64_t kEqualStepsMax = 2'000'000;
constexpr std::size_t kFreeTextBytes = 256;
constexpr int kEqualDepthMax = 1000;

int OrderTimes(const Value& a, const Value& b) {
  std::int64_t x = a.nanos_of_day();
  std::int64_t y = b.nanos_of_day();
  if (!a.zone().is_none() && !b.zone().is_none()) {
    x -= *OffsetSeconds(a) * kNanosPerSecond;
    y -= *OffsetSeconds(b) * kNanosPerSecond;
  }
  return Sign(x, y);
}

bool EqualTimes(const Value& a, const Value& b) {
  std::int64_t x = a.nanos_of_day() / kNanosPerSecond;
  std::int64_t y = b.nanos_of_day() / kNanosPerSecond;
  if (!a.zone().is_none() && !b.zone().is_none()) {
    x -= *OffsetSeconds(a);
    y -= *OffsetSeconds(b);
  }
  return x == y;
}

int OrderDateTimeSeconds(const Value& a, const Value& b) {
  if (a.zone() == b.zone() && !a.zone().is_named())
    return Sign(a.local_seconds(), b.local_seconds());
  if (a.zone().is_none() || b.zone().is_none()) return Sign(a.local_seconds(), b.local_seconds());
  return Sign(UtcSeconds(a), UtcSeconds(b));
}

int OrderDateTimes(const Value& a, const Value& b) {
  const int seconds = OrderDateTimeSeconds(a, b);
  return seconds != 0 ? seconds : Sign(a.nanos(), b.nanos());
}

class Equality {
 public:
  explicit Equality(const Site* site) : site_(site) {}
  std::optional<bool> Compare(const Value& a, const Value& b, int depth) {
    if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
    if (a.kind() != b.kind()) return std::nullopt;
    switch (a.kind()) {
      case Kind::kNull: return true;
      case Kind::kBoolean: return a.is_true() == b.is_true();
      case Kind::kNumber: return a.number() == b.number();
      case Kind::kString: return SameText(a.string(), b.string());
      case Kind::kDate: return a.epoch_days() == b.epoch_days();
      case Kind::kTime: return EqualTimes(a, b);
      case Kind::kDateTime: return OrderDateTimeSeconds(a, b) == 0;
      case Kind::kYearsMonths: return a.months() == b.months();
      case Kind::kDaysTime: return a.duration_nanos() == b.duration_nanos();
      case Kind::kList: return CompareItems(a.list(), b.list(), depth);
      case Kind::kContext: return CompareContexts(a, b, depth);
      case Kind::kRange: return CompareRanges(a.range(), b.range(), depth);
      case Kind::kFunction: return &a.function() == &b.function();
    }
    return std::nullopt;
  }
  bool gave_up() const { return gave_up_; }

 private:
  // An item without an answer makes the whole unequal, unless the walk was given up.
  bool Same(const Value& a, const Value& b, int depth) {
    if (++steps_ > kEqualStepsMax || depth > kEqualDepthMax) gave_up_ = true;
    if (site_ != nullptr && !site_->Take(1)) gave_up_ = true;
    return !gave_up_ && Compare(a, b, depth + 1).value_or(false);
  }
  bool SameText(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    if (site_ != nullptr && a.size() > kFreeTextBytes && !site_->TakeBytes(a.size())) {
      gave_up_ = true;
      return false;
    }
    return a == b;
  }
  bool CompareItems(ListView a, ListView b, int depth) {
    if (a.size() != b.size()) return false;
    if (a.data() == b.data()) return true;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!Same(a[i], b[i], depth)) return false;
    }
    return true;
  }
  // A missing entry is no entry.
  bool CompareContexts(const Value& a, const Value& b, int depth) {
    const ContextView x = a.context();
    const ContextView y = b.context();
    if (x.shape == y.shape && x.slots == y.slots) return true;
    std::size_t entries = 0;
    for (std::size_t i = 0; i < x.shape->size(); ++i) {
      if (x.slots[i].is_missing()) continue;
      ++entries;
      const Value* other = x.shape == y.shape ? y.slots + i : FindEntry(b, x.shape->name(i));
      if (other == nullptr || other->is_missing() || !Same(x.slots[i], *other, depth)) return false;
    }
    for (std::size_t i = 0; i < y.shape->size(); ++i) {
      if (!y.slots[i].is_missing()) --entries;  // wraps around only where they differ
    }
    return entries == 0;
  }
  bool CompareRanges(const RangeData& a, const RangeData& b, int depth) {
    return a.form == b.form && a.low_included == b.low_included &&
           a.high_included == b.high_included && Same(a.low, b.low, depth) &&
           Same(a.high, b.high, depth);
  }

  const Site* site_;
  std::uint64_t steps_ = 0;
  bool gave_up_ = false;
};

// Equality of two values that are no nulls with causes; not kinds that = knows at once.
Value SlowEqual(const Site& site, const Value& a, const Value& b) {
  if (a.is_null() != b.is_null()) {
    const Value& null = a.is_null() ? a : b;
    return null.cause() != nullptr ? null : Value::Boolean(false);
  }
  Equality equality(&site);
  const std::optional<bool> equal = equality.Compare(a, b, 0);
  if (equality.gave_up())
    return site.Fail(CauseKind::kLimit, "values are too large to be compared");
  if (!equal) return NoAnswer(site, "compare", "with", a, b);
  return Value::Boolean(*equal);
}

bool Holds(Comparison comparison, int order) {
  switch (comparison) {
    case Comparison::kLess: return order < 0;
    case Comparison::kLessEqual: return order <= 0;
    case Comparison::kGreater: return order > 0;
    case Comparison::kGreaterEqual: return order >= 0;
  }
  return false;
}

Value AnyOf(const Site& site, const Value& value, ListView tests, int depth) {
  Value unknown;
  bool any_unknown = false;
  for (const Value& test : tests) {
    if (!site.Take(1)) return site.Fail(CauseKind::kLimit, "a list has too many tests");
    Value verdict;
    if (test.kind() == Kind::kRange && value.kind() != Kind::kRange) {
      verdict = InRange(site, value, test.range());
    } else if (test.kind() == Kind::kList && value.kind() != Kind::kList && depth < kEqualDepthMax) {
      verdict = AnyOf(site, value, test.list(), depth + 1);
    } else {
      verdict = EqualValue(site, value, test);
    }
    if (verdict.is_true()) return verdict;
    if (!verdict.is_null()) continue;
    unknown = any_unknown ? PreferredNull(unknown, verdict) : verdict;
    any_unknown = true;
  }
  return any_unknown ? unknown : Value::Boolean(false);
}

}  // namespace

std::optional<bool> Equal(const Value& a, const Value& b) {
  Equality equality(nullptr);
  const std::optional<bool> equal = equality.Compare(a, b, 0);
  return equality.gave_up() ? std::nullopt : equal;
}

std::optional<bool> Equal(const Site& site, const Value& a, const Value& b) {
  Equality equality(&site);
  const std::optional<bool> equal = equality.Compare(a, b, 0);
  return equality.gave_up() ? std::nullopt : equal;
}

Value EqualValue(const Site& site, const Value& a, const Value& b) {
  if (a.kind() == b.kind()) {
    if (a.kind() == Kind::kNumber) return Value::Boolean(a.number() == b.number());
    if (a.kind() == Kind::kString && a.string().size() <= kFreeTextBytes)
      return Value::Boolean(a.string() == b.string());
    if (a.kind() == Kind::kNull) return Value::Boolean(true);
  }
  return SlowEqual(site, a, b);
}

Value NotEqualValue(const Site& site, const Value& a, const Value& b) {
  const Value equal = EqualValue(site, a, b);
  return equal.is_null() ? equal : Value::Boolean(!equal.is_true());
}

std::optional<int> Order(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::kNumber: {
      const auto order = a.number() <=> b.number();
      return order < 0 ? -1 : (order > 0 ? 1 : 0);
    }
    case Kind::kString: {  // bytes of UTF-8 order as code points do
      const int order = a.string().compare(b.string());
      return order < 0 ? -1 : (order > 0 ? 1 : 0);
    }
    case Kind::kDate: return Sign(a.epoch_days(), b.epoch_days());
    case Kind::kTime: return OrderTimes(a, b);
    case Kind::kDateTime: return OrderDateTimes(a, b);
    case Kind::kYearsMonths: return Sign(a.months(), b.months());
    case Kind::kDaysTime: {
      const Int128 x = a.duration_nanos();
      const Int128 y = b.duration_nanos();
      return x < y ? -1 : (x > y ? 1 : 0);
    }
    case Kind::kNull:
    case Kind::kBoolean:
    case Kind::kList:
    case Kind::kContext:
    case Kind::kRange:
    case Kind::kFunction:
      break;
  }
  return std::nullopt;
}

Value Compare(const Site& site, Comparison comparison, const Value& a, const Value& b) {
  if (a.kind() == Kind::kNumber && b.kind() == Kind::kNumber) {
    const auto order = a.number() <=> b.number();
    return Value::Boolean(Holds(comparison, order < 0 ? -1 : (order > 0 ? 1 : 0)));
  }
  if (a.kind() == Kind::kString && a.string().size() > kFreeTextBytes &&
      !site.TakeBytes(a.string().size()))
    return site.Fail(CauseKind::kLimit, "texts are too long to be compared");
  const std::optional<int> order = Order(a, b);
  if (!order) return NoAnswer(site, "compare", "with", a, b);
  return Value::Boolean(Holds(comparison, *order));
}

Value InRange(const Site& site, const Value& value, const RangeData& range) {
  const auto above = [&] {
    return Compare(site, range.low_included ? Comparison::kGreaterEqual : Comparison::kGreater,
                   value, range.low);
  };
  const auto below = [&] {
    return Compare(site, range.high_included ? Comparison::kLessEqual : Comparison::kLess, value,
                   range.high);
  };
  switch (range.form) {
    case RangeForm::kLess: return below();
    case RangeForm::kGreater: return above();
    case RangeForm::kEqual: return EqualValue(site, value, range.low);
    case RangeForm::kNotEqual: return NotEqualValue(site, value, range.low);
    case RangeForm::kInterval: break;
  }
  const Value low = above();
  if (low.is_false()) return low;
  const Value high = below();
  if (high.is_false() || !low.is_null()) return high;
  // A lower end that is a plain null has no answer and is no error; the TCK tells it from an upper.
  if (!value.is_null() && range.low.is_null() && range.low.cause() == nullptr && !high.is_null())
    return Value::Null();
  return PreferredNull(low, high);
}

Value InTest(const Site& site, const Value& value, const Value& test) {
  if (test.kind() == Kind::kRange && value.kind() != Kind::kRange)
    return InRange(site, value, test.range());
  if (test.kind() != Kind::kList) return EqualValue(site, value, test);
  if (value.kind() == Kind::kList && Equal(site, value, test) == true) return Value::Boolean(true);
  return AnyOf(site, value, test.list(), 0);
}

}  // namespace oxpecker::feel
