#include "rules/feel/operations.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/unit/feel/values/workbench.h"

namespace oxpecker::feel {
namespace {

class Operations : public testing::Test {
 protected:
  using Binary = Value (*)(const Site&, const Value&, const Value&);
  std::string Do(Binary operation, const Value& a, const Value& b) {
    return Workbench::Describe(operation(bench.site(), a, b));
  }
  Workbench bench;
  const Value null;
};

TEST_F(Operations, NumbersAreExactDecimals) {
  EXPECT_EQ(Do(Add, N("0.1"), N("0.2")), "0.3");
  EXPECT_EQ(Do(Subtract, N(1), N("0.9")), "0.1");
  EXPECT_EQ(Do(Multiply, N("1.10"), N(3)), "3.30");
  EXPECT_EQ(Do(Divide, N(1), N(3)), "0.3333333333333333333333333333333333");
  EXPECT_EQ(Do(Divide, N(1), N(0)), "null: domain");
  EXPECT_EQ(Do(Divide, N(0), N("0.0")), "null: domain");
  EXPECT_EQ(Do(Power, N(10), N(-5)), "0.00001");
  EXPECT_EQ(Do(Power, N(-8), N("0.5")), "null: domain");
  EXPECT_EQ(Do(Power, N(2), N("1000000000")), "null: domain");
  EXPECT_EQ(Do(Multiply, N("9e6144"), N(10)), "null: domain");
  EXPECT_EQ(Do(Multiply, N(0), N(-1)), "0");
  EXPECT_EQ(Workbench::Describe(Negate(bench.site(), N(0))), "0");
  EXPECT_EQ(Workbench::Describe(Negate(bench.site(), N("1.5"))), "-1.5");
}

TEST_F(Operations, Strings) {
  EXPECT_EQ(Do(Add, S("foo"), S("bar")), R"("foobar")");
  EXPECT_EQ(Do(Add, S(""), S("")), R"("")");
  EXPECT_EQ(Do(Add, S("a"), N(1)), "null: type");
  EXPECT_EQ(Add(bench.site(), N(1), S("a")).cause()->message, "cannot add number and string");
  EXPECT_EQ(Do(Subtract, S("a"), S("a")), "null: type");
}

TEST_F(Operations, PointsAndDurations) {
  EXPECT_EQ(Do(Add, T("P1M"), T("2021-01-31")), R"(date("2021-02-28"))");
  EXPECT_EQ(Do(Subtract, T("2021-01-02"), T("2021-01-01")), R"(duration("P1D"))");
  EXPECT_EQ(Do(Subtract, T("2021-01-02"), T("PT1S")), R"(date("2021-01-01"))");
  EXPECT_EQ(Do(Subtract, T("2021-01-02T10:10:10@Europe/Paris"), T("2021-01-01T10:10:10@Asia/Dhaka")),
            R"(duration("P1DT5H"))");
  EXPECT_EQ(Do(Subtract, T("2021-01-02T10:10:10+01:00"), T("2021-01-01")),
            R"(duration("P1DT9H10M10S"))");
  EXPECT_EQ(Do(Subtract, T("2021-01-02T10:10:10"), T("2021-01-01T10:10:10Z")), "null: domain");
  EXPECT_EQ(Do(Subtract, T("2021-01-02T10:10:10"), T("2021-01-01")), "null: domain");
  EXPECT_EQ(Do(Subtract, T("10:10:10"), T("11:10:10")), R"(duration("-PT1H"))");
  EXPECT_EQ(Do(Subtract, T("10:10:10Z"), T("11:10:10")), "null: domain");
  EXPECT_EQ(Do(Subtract, T("P1D"), T("2021-01-01")), "null: type");
  EXPECT_EQ(Do(Add, T("2021-01-01"), T("2021-01-01")), "null: type");
  EXPECT_EQ(Do(Add, T("10:00:00"), T("P1Y")), "null: type");
  EXPECT_EQ(Do(Add, T("P1Y"), T("P1D")), "null: type");
  EXPECT_EQ(Do(Add, T("P1Y"), T("-P2M")), R"(duration("P10M"))");
  EXPECT_EQ(Do(Multiply, N("1.5"), T("P4DT1H")), R"(duration("P6DT1H30M"))");
  EXPECT_EQ(Do(Divide, T("P10Y"), T("P5Y")), "2");
  EXPECT_EQ(Do(Divide, T("P10Y"), T("P0Y")), "null: domain");
  EXPECT_EQ(Do(Divide, T("P10D"), N(0)), "null: domain");
  EXPECT_EQ(Do(Divide, N(10), T("P1D")), "null: type");
  EXPECT_EQ(Do(Multiply, T("P1D"), T("P1D")), "null: type");
  EXPECT_EQ(Workbench::Describe(Negate(bench.site(), T("-P1D"))), R"(duration("P1D"))");
  EXPECT_EQ(Workbench::Describe(Negate(bench.site(), T("10:10:10"))), "null: type");
}

TEST_F(Operations, CausesComeFromOperands) {
  EXPECT_EQ(Do(Add, N(1), null), "null: null");
  EXPECT_EQ(Do(Add, null, bench.Missing()), "null: missing");
  EXPECT_EQ(Do(Add, bench.Missing(), bench.Broken()), "null: domain");
  EXPECT_EQ(Do(Multiply, bench.Missing(), S("a")), "null: missing");
  const Value missing = bench.Missing();
  const Value chained = Multiply(bench.site(), Add(bench.site(), missing, N(1)), N(2));
  EXPECT_EQ(Compare(bench.site(), Comparison::kLess, chained, N(3)).cause(), missing.cause());
}

// Table 50, with a number and a null as "otherwise".
TEST_F(Operations, TernaryLogicIsTotal) {
  const std::array<Value, 4> values = {B(true), B(false), null, N(123)};
  const auto truth = [](const Value& v) { return v.is_true() ? 2 : (v.is_false() ? 0 : 1); };
  for (const Value& a : values) {
    for (const Value& b : values) {
      const Value both = And(bench.site(), a, b);
      const Value either = Or(bench.site(), a, b);
      EXPECT_EQ(truth(both), std::min(truth(a), truth(b)));
      EXPECT_EQ(truth(either), std::max(truth(a), truth(b)));
      if (both.is_null()) {
        EXPECT_NE(both.cause(), nullptr);
      }
      if (either.is_null()) {
        EXPECT_NE(either.cause(), nullptr);
      }
    }
  }
  EXPECT_EQ(Do(And, B(true), bench.Missing()), "null: missing");
  EXPECT_EQ(Do(Or, bench.Missing(), S("x")), "null: type");
  EXPECT_EQ(Workbench::Describe(Not(bench.site(), null)), "null: null");
  EXPECT_EQ(Workbench::Describe(Not(bench.site(), N(0))), "null: type");
  EXPECT_EQ(Workbench::Describe(Not(bench.site(), B(false))), "true");
}

TEST_F(Operations, Paths) {
  const auto path = [&](const Value& value, const char* name) {
    return Workbench::Describe(Path(bench.site(), value, name));
  };
  const Value rows = bench.L({bench.C({{"x", N(1)}}), bench.C({{"y", N(2)}})});
  EXPECT_EQ(path(bench.C({{"a b", N(1)}}), "a b"), "1");
  EXPECT_EQ(path(bench.C({{"a", N(1)}}), "b"), "null: missing");
  EXPECT_EQ(path(rows, "y"), "[null, 2]");
  EXPECT_EQ(path(bench.L({rows}), "x"), "[[1, null]]");
  EXPECT_EQ(path(bench.L({}), "x"), "[]");
  EXPECT_EQ(path(T("2026-03-16"), "year"), "2026");
  EXPECT_EQ(path(T("P1Y"), "days"), "null: type");
  EXPECT_EQ(path(T("10:00:00"), "timezone"), "null");
  EXPECT_EQ(path(N(1), "x"), "null: type");
  EXPECT_EQ(path(null, "x"), "null: null");
  EXPECT_EQ(path(bench.Missing(), "x"), "null: missing");
  const Value range = bench.R('[', N(1), N(10), ')');
  EXPECT_EQ(path(range, "start"), "1");
  EXPECT_EQ(path(range, "end included"), "false");
  EXPECT_EQ(path(range, "size"), "null: type");
}

TEST_F(Operations, Indices) {
  const Value list = bench.L({N(1), N(2), N(3)});
  const auto at = [&](const Value& value, const char* index) {
    return Workbench::Describe(Index(bench.site(), value, Decimal::Parse(index).value()));
  };
  EXPECT_EQ(at(list, "1"), "1");
  EXPECT_EQ(at(list, "3"), "3");
  EXPECT_EQ(at(list, "-1"), "3");
  EXPECT_EQ(at(list, "-3"), "1");
  EXPECT_EQ(at(list, "4"), "null: missing");
  EXPECT_EQ(at(list, "-4"), "null: missing");
  EXPECT_EQ(at(list, "0"), "null: domain");
  EXPECT_EQ(at(list, "1.0"), "1");
  EXPECT_EQ(at(list, "1.5"), "null: domain");
  EXPECT_EQ(at(list, "1e30"), "null: domain");
  EXPECT_EQ(at(N(100), "1"), "100");
  EXPECT_EQ(at(N(100), "2"), "null: missing");
  EXPECT_EQ(at(null, "1"), "null: null");
}

// --- Properties over all pairs of a set of values of every kind ------------------------------------

class AllPairs : public testing::Test {
 protected:
  AllPairs() {
    for (const char* number : {"0", "1", "-1", "1.0", "0.5", "9999999999999999999999999999999999",
                               "1e6144", "-1e6144", "1e-6176", "123456789012345678"})
      values.push_back(N(number));
    for (const char* text :
         {"2026-03-16", "0001-01-01", "999999999-12-31", "-999999999-01-01", "10:00:00",
          "10:00:00.5", "10:00:00Z", "08:00:00-02:00", "10:00:00@Europe/Paris",
          "2026-03-16T10:00:00", "2026-03-16T10:00:00.5", "2026-03-16T10:00:00Z",
          "2026-03-16T11:00:00@Europe/Paris", "999999999-12-31T23:59:59Z", "P1Y", "P0M", "-P13M",
          "P1000000000000000Y", "PT0S", "P1D", "-PT0.5S", "P1000000000000D"})
      values.push_back(T(text));
    for (const Value& value :
         {Value::Null(), bench.Missing(), bench.Broken(), B(true), B(false), S(""), S("a"), S("ab"),
          S("\xC3\xA5"), bench.L({}), bench.L({N(1)}), bench.L({N(1), S("a"), Value::Null()}),
          bench.C({}), bench.C({{"a", N(1)}}), bench.C({{"a", bench.Missing()}}),
          bench.R('[', N(0), N(1), ']'), bench.R('(', S("a"), S("b"), ')'),
          bench.R('(', Value::Null(), N(1), ')', RangeForm::kLess)})
      values.push_back(value);
  }
  Workbench bench;
  std::vector<Value> values;
};

TEST_F(AllPairs, EveryNullHasACause) {
  for (const Value& a : values) {
    for (const Value& b : values) {
      const Site site = bench.site();
      for (const Value& result :
           {Add(site, a, b), Subtract(site, a, b), Multiply(site, a, b), Divide(site, a, b),
            Power(site, a, b), And(site, a, b), Or(site, a, b), Not(site, a), Negate(site, a),
            EqualValue(site, a, b), NotEqualValue(site, a, b), InTest(site, a, b),
            Compare(site, Comparison::kLess, a, b), Compare(site, Comparison::kGreaterEqual, a, b),
            Path(site, a, "no such name")}) {
        if (result.is_null()) {
          ASSERT_NE(result.cause(), nullptr) << ToFeelText(a) << " with " << ToFeelText(b);
          ASSERT_FALSE(result.cause()->message.empty());
        } else if (result.kind() == Kind::kNumber) {
          ASSERT_TRUE(result.number().is_finite());
        }
      }
    }
  }
}

TEST_F(AllPairs, EqualityIsSymmetricAndReflexive) {
  for (const Value& a : values) {
    EXPECT_EQ(Equal(a, a), true) << ToFeelText(a);
    for (const Value& b : values) EXPECT_EQ(Equal(a, b), Equal(b, a));
  }
}

TEST_F(AllPairs, OrderIsAntisymmetricAndAgreesWithEquality) {
  for (const Value& a : values) {
    for (const Value& b : values) {
      const auto forth = Order(a, b);
      const auto back = Order(b, a);
      ASSERT_EQ(forth.has_value(), back.has_value());
      if (!forth) continue;
      EXPECT_EQ(*forth, -*back) << ToFeelText(a) << " with " << ToFeelText(b);
      if (*forth == 0) {
        EXPECT_EQ(Equal(a, b), true);
      }
      const Site site = bench.site();
      EXPECT_EQ(Compare(site, Comparison::kLess, a, b).is_true(),
                Compare(site, Comparison::kGreater, b, a).is_true());
      EXPECT_NE(Compare(site, Comparison::kLessEqual, a, b).is_true(),
                Compare(site, Comparison::kGreater, a, b).is_true());
    }
  }
}

// a + b - b = a for numbers that fit and for dates and durations of days.
TEST_F(AllPairs, SubtractionUndoesAddition) {
  const Site site = bench.site();
  int checked = 0;
  for (const Value& a : values) {
    for (const Value& b : values) {
      if (b.kind() != Kind::kDaysTime || a.kind() == Kind::kDate) continue;
      const Value sum = Add(site, a, b);
      if (sum.is_null()) continue;
      const Value back = Subtract(site, sum, b);
      if (back.is_null()) continue;
      ++checked;
      EXPECT_EQ(ToFeelText(back), ToFeelText(a));
    }
  }
  EXPECT_GT(checked, 40);
}

}  // namespace
}  // namespace oxpecker::feel
