// Relations of points and ranges (DMN 1.5, table 78).
#include <array>

#include "rules/feel/arguments.h"

namespace oxpecker::feel {
namespace {

using Arguments = std::span<const Value>;

// Compares ends; where two have no order, the whole relation has no answer.
class Relation {
 public:
  Relation(const CallSite& site, Arguments arguments)
      : site_(site), a_(Unwrapped(arguments[0])), b_(Unwrapped(arguments[1])) {}

  bool a_is_range() const { return a_.kind() == Kind::kRange; }
  bool b_is_range() const { return b_.kind() == Kind::kRange; }
  const Value& a() const { return a_; }
  const Value& b() const { return b_; }
  const RangeData& range_a() const { return a_.range(); }
  const RangeData& range_b() const { return b_.range(); }

  bool Less(const Value& x, const Value& y) { return Ordered(x, y) < 0; }
  bool Same(const Value& x, const Value& y) { return Ordered(x, y) == 0; }

  Value Answer(bool holds) const { return ok_ ? Value::Boolean(holds) : failure_; }
  Value WrongArguments(const char* expected) const {
    if (a_.is_null() || b_.is_null()) return NoAnswer(site_, "relate", "and", a_, b_);
    return site_.Fail(CauseKind::kType, std::string("arguments must be ") + expected);
  }

 private:
  int Ordered(const Value& x, const Value& y) {
    if (!ok_) return 1;
    if (const auto order = Order(x, y)) return *order;
    failure_ = NoAnswer(site_, "compare", "with", x, y);
    ok_ = false;
    return 1;
  }

  const CallSite& site_;
  const Value& a_;
  const Value& b_;
  bool ok_ = true;
  Value failure_;
};

// x ends before y starts.
bool EndsBefore(Relation& r, const RangeData& x, const RangeData& y) {
  return r.Less(x.high, y.low) ||
         ((!x.high_included || !y.low_included) && r.Same(x.high, y.low));
}

bool IsBefore(Relation& r, const Value& x, const Value& y) {
  if (x.kind() == Kind::kRange && y.kind() == Kind::kRange)
    return EndsBefore(r, x.range(), y.range());
  if (y.kind() == Kind::kRange) {
    const RangeData& range = y.range();
    return r.Less(x, range.low) || (!range.low_included && r.Same(x, range.low));
  }
  if (x.kind() == Kind::kRange) {
    const RangeData& range = x.range();
    return r.Less(range.high, y) || (!range.high_included && r.Same(range.high, y));
  }
  return r.Less(x, y);
}

Value Before(const CallSite& site, Arguments arguments) {
  Relation r(site, arguments);
  return r.Answer(IsBefore(r, r.a(), r.b()));
}

Value After(const CallSite& site, Arguments arguments) {
  Relation r(site, arguments);
  return r.Answer(IsBefore(r, r.b(), r.a()));
}

using RangesHold = bool (*)(Relation& r, const RangeData& x, const RangeData& y);
using PointHolds = bool (*)(Relation& r, const Value& point, const RangeData& range);

template <RangesHold holds>
Value OfRanges(const CallSite& site, Arguments arguments) {
  Relation r(site, arguments);
  if (!r.a_is_range() || !r.b_is_range()) return r.WrongArguments("two ranges");
  return r.Answer(holds(r, r.range_a(), r.range_b()));
}
template <RangesHold holds>
Value OfRangesSwapped(const CallSite& site, Arguments arguments) {
  Relation r(site, arguments);
  if (!r.a_is_range() || !r.b_is_range()) return r.WrongArguments("two ranges");
  return r.Answer(holds(r, r.range_b(), r.range_a()));
}
// (point, range) or (range1, range2)
template <PointHolds point_holds, RangesHold ranges_hold>
Value OfFirst(const CallSite& site, Arguments arguments) {
  Relation r(site, arguments);
  if (!r.b_is_range()) return r.WrongArguments("a point or a range, and a range");
  if (r.a_is_range()) return r.Answer(ranges_hold(r, r.range_a(), r.range_b()));
  return r.Answer(point_holds(r, r.a(), r.range_b()));
}
// (range, point) or (range1, range2), the converse
template <PointHolds point_holds, RangesHold ranges_hold>
Value OfSecond(const CallSite& site, Arguments arguments) {
  Relation r(site, arguments);
  if (!r.a_is_range()) return r.WrongArguments("a range, and a point or a range");
  if (r.b_is_range()) return r.Answer(ranges_hold(r, r.range_b(), r.range_a()));
  return r.Answer(point_holds(r, r.b(), r.range_a()));
}

bool Meet(Relation& r, const RangeData& x, const RangeData& y) {
  return x.high_included && y.low_included && r.Same(x.high, y.low);
}

bool Overlap(Relation& r, const RangeData& x, const RangeData& y) {
  return (r.Less(y.low, x.high) ||
          (x.high_included && y.low_included && r.Same(x.high, y.low))) &&
         (r.Less(x.low, y.high) || (x.low_included && y.high_included && r.Same(x.low, y.high)));
}

bool OverlapBefore(Relation& r, const RangeData& x, const RangeData& y) {
  return (r.Less(x.low, y.low) ||
          (x.low_included && !y.low_included && r.Same(x.low, y.low))) &&
         (r.Less(y.low, x.high) ||
          (x.high_included && y.low_included && r.Same(x.high, y.low))) &&
         (r.Less(x.high, y.high) ||
          ((!x.high_included || y.high_included) && r.Same(x.high, y.high)));
}

bool OverlapAfter(Relation& r, const RangeData& x, const RangeData& y) {
  return (r.Less(y.low, x.low) || (y.low_included && !x.low_included && r.Same(x.low, y.low))) &&
         (r.Less(x.low, y.high) ||
          (y.high_included && x.low_included && r.Same(y.high, x.low))) &&
         (r.Less(y.high, x.high) ||
          ((!y.high_included || x.high_included) && r.Same(x.high, y.high)));
}

bool PointFinishes(Relation& r, const Value& point, const RangeData& range) {
  return range.high_included && r.Same(range.high, point);
}
bool Finishes(Relation& r, const RangeData& x, const RangeData& y) {
  return x.high_included == y.high_included && r.Same(x.high, y.high) &&
         (r.Less(y.low, x.low) || ((!x.low_included || y.low_included) && r.Same(x.low, y.low)));
}

bool PointStarts(Relation& r, const Value& point, const RangeData& range) {
  return range.low_included && r.Same(range.low, point);
}
bool Starts(Relation& r, const RangeData& x, const RangeData& y) {
  return x.low_included == y.low_included && r.Same(x.low, y.low) &&
         (r.Less(x.high, y.high) ||
          ((!x.high_included || y.high_included) && r.Same(x.high, y.high)));
}

bool PointDuring(Relation& r, const Value& point, const RangeData& range) {
  return (r.Less(range.low, point) && r.Less(point, range.high)) ||
         (range.low_included && r.Same(range.low, point)) ||
         (range.high_included && r.Same(range.high, point));
}
bool During(Relation& r, const RangeData& x, const RangeData& y) {
  return (r.Less(y.low, x.low) || ((y.low_included || !x.low_included) && r.Same(x.low, y.low))) &&
         (r.Less(x.high, y.high) ||
          ((y.high_included || !x.high_included) && r.Same(x.high, y.high)));
}

Value Coincides(const CallSite& site, Arguments arguments) {
  Relation r(site, arguments);
  if (r.a_is_range() != r.b_is_range()) return r.WrongArguments("two points or two ranges");
  if (!r.a_is_range()) return r.Answer(r.Same(r.a(), r.b()));
  const RangeData& x = r.range_a();
  const RangeData& y = r.range_b();
  return r.Answer(x.low_included == y.low_included && x.high_included == y.high_included &&
                  r.Same(x.low, y.low) && r.Same(x.high, y.high));
}

constexpr auto kBoolean = result::Of<Type::Boolean>;
constexpr auto kFinishes = OfFirst<PointFinishes, Finishes>;
constexpr auto kFinishedBy = OfSecond<PointFinishes, Finishes>;
constexpr auto kDuring = OfFirst<PointDuring, During>;
constexpr auto kIncludes = OfSecond<PointDuring, During>;
constexpr auto kStarts = OfFirst<PointStarts, Starts>;
constexpr auto kStartedBy = OfSecond<PointStarts, Starts>;

// The rows of one name differ in their parameters' names only.
constexpr std::array kRows = {
    Builtin{"after", "point1,point2", 2, After, kBoolean},
    Builtin{"after", "point,range", 2, After, kBoolean},
    Builtin{"after", "range,point", 2, After, kBoolean},
    Builtin{"after", "range1,range2", 2, After, kBoolean},
    Builtin{"before", "point1,point2", 2, Before, kBoolean},
    Builtin{"before", "point,range", 2, Before, kBoolean},
    Builtin{"before", "range,point", 2, Before, kBoolean},
    Builtin{"before", "range1,range2", 2, Before, kBoolean},
    Builtin{"coincides", "point1,point2", 2, Coincides, kBoolean},
    Builtin{"coincides", "range1,range2", 2, Coincides, kBoolean},
    Builtin{"during", "point,range", 2, kDuring, kBoolean},
    Builtin{"during", "range1,range2", 2, kDuring, kBoolean},
    Builtin{"finished by", "range,point", 2, kFinishedBy, kBoolean},
    Builtin{"finished by", "range1,range2", 2, kFinishedBy, kBoolean},
    Builtin{"finishes", "point,range", 2, kFinishes, kBoolean},
    Builtin{"finishes", "range1,range2", 2, kFinishes, kBoolean},
    Builtin{"includes", "range,point", 2, kIncludes, kBoolean},
    Builtin{"includes", "range1,range2", 2, kIncludes, kBoolean},
    Builtin{"meets", "range1,range2", 2, OfRanges<Meet>, kBoolean},
    Builtin{"met by", "range1,range2", 2, OfRangesSwapped<Meet>, kBoolean},
    Builtin{"overlaps", "range1,range2", 2, OfRanges<Overlap>, kBoolean},
    Builtin{"overlaps after", "range1,range2", 2, OfRanges<OverlapAfter>, kBoolean},
    Builtin{"overlaps before", "range1,range2", 2, OfRanges<OverlapBefore>, kBoolean},
    Builtin{"started by", "range,point", 2, kStartedBy, kBoolean},
    Builtin{"started by", "range1,range2", 2, kStartedBy, kBoolean},
    Builtin{"starts", "point,range", 2, kStarts, kBoolean},
    Builtin{"starts", "range1,range2", 2, kStarts, kBoolean},
};

}  // namespace

std::span<const Builtin> RangeBuiltins() { return kRows; }

}  // namespace oxpecker::feel
