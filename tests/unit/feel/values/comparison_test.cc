#include <gtest/gtest.h>

#include "tests/unit/feel/values/workbench.h"

namespace oxpecker::feel {
namespace {

// "true", "false", "null", "null: type": what the operation answered.
std::string Says(const Value& value) { return Workbench::Describe(value); }

class Comparisons : public testing::Test {
 protected:
  std::string Eq(const Value& a, const Value& b) { return Says(EqualValue(bench.site(), a, b)); }
  std::string Ne(const Value& a, const Value& b) { return Says(NotEqualValue(bench.site(), a, b)); }
  std::string Lt(const Value& a, const Value& b) {
    return Says(Compare(bench.site(), Comparison::kLess, a, b));
  }
  std::string In(const Value& a, const Value& b) { return Says(InTest(bench.site(), a, b)); }
  Workbench bench;
  const Value null;
};

TEST_F(Comparisons, DifferentKindsHaveNoAnswer) {
  EXPECT_EQ(Eq(N(1), S("1")), "null: type");
  EXPECT_EQ(Eq(B(true), N(1)), "null: type");
  EXPECT_EQ(Eq(bench.L({}), N(0)), "null: type");
  EXPECT_EQ(Eq(bench.C({}), bench.L({})), "null: type");
  EXPECT_EQ(Eq(T("P0M"), T("PT0S")), "null: type");
  EXPECT_EQ(Ne(N(1), S("1")), "null: type");
  EXPECT_EQ(EqualValue(bench.site(), N(1), S("1")).cause()->message,
            "cannot compare number with string");
  EXPECT_EQ(EqualValue(bench.site(), N(1), S("1")).cause()->span, (SourceSpan{3, 7}));
}

TEST_F(Comparisons, NullEqualsNullOnly) {
  EXPECT_EQ(Eq(null, null), "true");
  EXPECT_EQ(Eq(N(1), null), "false");
  EXPECT_EQ(Eq(null, bench.L({})), "false");
  EXPECT_EQ(Ne(null, N(1)), "true");
  EXPECT_EQ(Ne(null, null), "false");
}

TEST_F(Comparisons, NothingIsBuiltOnAnUnknownValue) {
  EXPECT_EQ(Eq(bench.Missing(), null), "true");
  EXPECT_EQ(Ne(bench.Missing(), null), "false");
  EXPECT_EQ(Eq(bench.Missing(), S("closed")), "null: missing");
  EXPECT_EQ(Ne(bench.Missing(), S("closed")), "null: missing");
  EXPECT_EQ(Ne(N(5), bench.Broken()), "null: domain");
  EXPECT_EQ(Lt(bench.Missing(), N(1)), "null: missing");
  EXPECT_EQ(Lt(bench.Missing(), bench.Broken()), "null: domain");
  EXPECT_EQ(Lt(null, bench.Missing()), "null: missing");
  EXPECT_EQ(Lt(null, N(1)), "null: null");
  EXPECT_EQ(In(bench.Missing(), bench.L({S("a"), S("b")})), "null: missing");
}

TEST_F(Comparisons, NumbersCompareByValue) {
  EXPECT_EQ(Eq(N("1.0"), N("1.00")), "true");
  EXPECT_EQ(Eq(N("12300"), N("1.23e4")), "true");
  EXPECT_EQ(Lt(N("9007199254740992"), N("9007199254740993")), "true");
  EXPECT_EQ(Lt(N("-1"), N("-1.0")), "false");
}

TEST_F(Comparisons, ListsAndContextsByContent) {
  EXPECT_EQ(Eq(bench.L({N(1), S("a")}), bench.L({N("1.0"), S("a")})), "true");
  EXPECT_EQ(Eq(bench.L({N(1)}), bench.L({S("1")})), "false");
  EXPECT_EQ(Eq(bench.L({N(1)}), bench.L({N(1), N(2)})), "false");
  EXPECT_EQ(Eq(bench.L({null}), bench.L({null})), "true");
  EXPECT_EQ(Eq(bench.C({{"a", N(1)}, {"b", N(2)}}), bench.C({{"b", N(2)}, {"a", N(1)}})), "true");
  EXPECT_EQ(Eq(bench.C({{"a", N(1)}}), bench.C({{"a", N(1)}, {"b", null}})), "false");
  EXPECT_EQ(Eq(bench.C({{"a", N(1)}, {"b", bench.Missing()}}), bench.C({{"a", N(1)}})), "true");
  EXPECT_EQ(Eq(bench.C({{"a", N(1)}}), bench.C({{"a", N(1)}, {"b", bench.Missing()}})), "true");
  EXPECT_EQ(Eq(bench.C({{"a", N(1)}}), bench.C({{"b", N(1)}})), "false");
}

TEST_F(Comparisons, RangesByEndsAndForm) {
  const Value below = bench.R('(', null, N(10), ')', RangeForm::kLess);
  EXPECT_EQ(Eq(bench.R('[', N(1), N(2), ')'), bench.R('[', N(1), N(2), ')')), "true");
  EXPECT_EQ(Eq(bench.R('[', N(1), N(2), ')'), bench.R('[', N(1), N(2), ']')), "false");
  EXPECT_EQ(Eq(below, bench.R('(', null, N(10), ')')), "false");
  EXPECT_EQ(Eq(below, bench.R('(', null, N(10), ')', RangeForm::kLess)), "true");
}

TEST_F(Comparisons, TimesAreEqualWithinOneSecond) {
  EXPECT_EQ(Eq(T("10:30:00.0001"), T("10:30:00.0002")), "true");
  EXPECT_EQ(Lt(T("10:30:00.0001"), T("10:30:00.0002")), "true");
  EXPECT_EQ(Eq(T("10:30:00"), T("10:30:01")), "false");
  EXPECT_EQ(Eq(T("10:00:00Z"), T("12:00:00+02:00")), "true");
  EXPECT_EQ(Eq(T("10:00:00"), T("10:00:00+02:00")), "true");
  EXPECT_EQ(Eq(T("2018-12-08T00:00:00.0001"), T("2018-12-08T00:00:00.0002")), "true");
  EXPECT_EQ(Eq(T("2018-07-08T12:00:00+02:00"), T("2018-07-08T12:00:00@Europe/Paris")), "true");
  EXPECT_EQ(Eq(T("2018-12-08T12:00:00+02:00"), T("2018-12-08T12:00:00@Europe/Paris")), "false");
  EXPECT_EQ(Lt(T("2018-12-08T12:00:00+02:00"), T("2018-12-08T12:00:00@Europe/Paris")), "true");
  EXPECT_EQ(Lt(T("2018-12-08T12:00:00"), T("2018-12-08T12:00:01@Europe/Paris")), "true");
  EXPECT_EQ(Eq(T("2018-12-08"), T("2018-12-08T00:00:00Z")), "null: type");
}

TEST_F(Comparisons, RangesWithNullEndsNeverHold) {
  EXPECT_EQ(In(N(5), bench.R('(', null, N(10), ']')), "null");
  EXPECT_EQ(In(N(5), bench.R('[', N(1), null, ']')), "null: null");
  EXPECT_EQ(In(N(11), bench.R('(', null, N(10), ']')), "false");
  EXPECT_EQ(In(null, bench.R('[', N(1), N(10), ']')), "null: null");
  EXPECT_EQ(In(S("a"), bench.R('[', N(1), N(10), ']')), "null: type");
  EXPECT_EQ(In(N(5), bench.R('(', null, N(10), ')', RangeForm::kLess)), "true");
  EXPECT_EQ(In(N(10), bench.R('(', null, N(10), ')', RangeForm::kLess)), "false");
  EXPECT_EQ(In(N(10), bench.R('[', N(10), null, ')', RangeForm::kGreater)), "true");
  EXPECT_EQ(In(N(10), bench.R('[', N(10), N(10), ']', RangeForm::kNotEqual)), "false");
}

TEST_F(Comparisons, RangeEdges) {
  for (const auto& [open, close, at_low, at_high] :
       {std::tuple('[', ']', "true", "true"), std::tuple('(', ')', "false", "false"),
        std::tuple('[', ')', "true", "false"), std::tuple('(', ']', "false", "true")}) {
    const Value range = bench.R(open, N(1), N(10), close);
    EXPECT_EQ(In(N("0.999"), range), "false");
    EXPECT_EQ(In(N(1), range), at_low);
    EXPECT_EQ(In(N("1.001"), range), "true");
    EXPECT_EQ(In(N("9.999"), range), "true");
    EXPECT_EQ(In(N(10), range), at_high);
    EXPECT_EQ(In(N("10.001"), range), "false");
  }
}

TEST_F(Comparisons, ListsHoldAnyOfTheirItems) {
  const Value ranges = bench.L({bench.R('[', N(2), N(4), ']'), bench.R('[', N(1), N(3), ']')});
  EXPECT_EQ(In(N(1), ranges), "true");
  EXPECT_EQ(In(N(5), ranges), "false");
  EXPECT_EQ(In(N(1), bench.L({S("a"), N(1)})), "true");
  EXPECT_EQ(In(N(1), bench.L({S("a"), N(2)})), "null: type");
  EXPECT_EQ(In(null, bench.L({N(1), null})), "true");
  EXPECT_EQ(In(bench.L({N(1)}), bench.L({bench.L({N(1)}), N(2)})), "true");
  EXPECT_EQ(In(bench.L({N(1)}), bench.L({N(1)})), "true");
  EXPECT_EQ(In(N(1), bench.L({bench.L({N(1), N(2)}), bench.L({N(3)})})), "true");
  EXPECT_EQ(In(N(1), bench.L({})), "false");
}

TEST_F(Comparisons, GivesUpOnEndlessValues) {
  Value a = N(1);
  Value b = N(1);
  for (int i = 0; i < 60; ++i) {
    a = bench.L({a, a});
    b = bench.L({b, b});
  }
  EXPECT_EQ(Eq(a, b), "null: limit");
  EXPECT_EQ(Eq(a, a), "true");
  Value deep = N(1);
  Value other = N(1);
  for (int i = 0; i < 100'000; ++i) {
    deep = bench.L({deep});
    other = bench.L({other});
  }
  EXPECT_EQ(Eq(deep, other), "null: limit");
}

}  // namespace
}  // namespace oxpecker::feel
