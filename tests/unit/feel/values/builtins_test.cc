#include "rules/feel/builtins.h"

#include <gtest/gtest.h>

#include "tests/unit/feel/values/workbench.h"

namespace oxpecker::feel {
namespace {

class BuiltinsTest : public testing::Test {
 protected:
  Workbench bench;
  const Value null;
};

TEST_F(BuiltinsTest, TableIsSortedAndFound) {
  const auto rows = Builtins();
  for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_LE(rows[i - 1].name, rows[i].name);
  for (const Builtin& row : rows) {
    const auto found = FindBuiltins(row.name);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found.front().name, row.name);
    EXPECT_EQ(found.back().name, row.name);
    EXPECT_NE(row.result_type({}).ToString(), "");
  }
  EXPECT_TRUE(FindBuiltins("").empty());
  EXPECT_TRUE(FindBuiltins("subs").empty());
  EXPECT_EQ(FindBuiltins("context put").size(), 2U);
  EXPECT_EQ(FindBuiltins("context put")[0].parameters, "context,keys,value");
}

// Each with every argument missing, null, broken or of any kind: an answer, and nulls with causes.
TEST_F(BuiltinsTest, AreTotal) {
  const std::vector<Value> values = {null,
                                     bench.Missing(),
                                     bench.Broken(),
                                     B(true),
                                     N(0),
                                     N("-1.5"),
                                     N("1e6000"),
                                     N(2),
                                     S(""),
                                     S("a"),
                                     T("2026-03-16"),
                                     T("10:00:00"),
                                     T("2026-03-16T10:00:00Z"),
                                     T("P1Y"),
                                     T("P1D"),
                                     bench.L({}),
                                     bench.L({N(1), null, S("a")}),
                                     bench.C({{"key", S("a")}, {"value", N(1)}}),
                                     bench.R('[', N(0), N(1), ']')};
  for (const Builtin& row : Builtins()) {
    for (const std::size_t count : {row.required + 0U, row.required + 1U}) {
      if (count > 3) continue;
      std::size_t most = row.parameters.empty() ? 0 : 1;
      for (const char c : row.parameters) most += c == ',' ? 1U : 0U;
      if (count > most && !row.parameters.ends_with("...")) continue;
      std::size_t combinations = 1;
      for (std::size_t i = 0; i < count; ++i) combinations *= values.size();
      for (std::size_t c = 0; c < combinations; ++c) {
        std::vector<Value> arguments;
        for (std::size_t rest = c, i = 0; i < count; ++i, rest /= values.size())
          arguments.push_back(values[rest % values.size()]);
        const Value result = row.call(bench.call_site(), arguments);
        bench.set_steps(1'000'000);
        if (!result.is_null()) continue;
        bool plain_null_given = false;
        for (const Value& argument : arguments)
          plain_null_given = plain_null_given || argument.is_null() ||
                             argument.kind() == Kind::kList || argument.kind() == Kind::kContext;
        ASSERT_TRUE(result.cause() != nullptr || plain_null_given) << row.name;
      }
    }
  }
}

TEST_F(BuiltinsTest, ListFunctionsKeepToTheStepLimit) {
  std::vector<Value> numbers(1000, N(1));
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = N(static_cast<std::int64_t>(i));
  const Value list = Value::List(numbers);
  for (const char* name : {"sum", "mean", "min", "max", "median", "stddev", "mode", "product",
                           "distinct values", "reverse", "flatten", "union"}) {
    bench.set_steps(999);
    EXPECT_EQ(bench.Show(name, {list}), "null: limit") << name;
  }
  bench.set_steps(1000 * 12);  // not the square of it
  EXPECT_NE(bench.Show("distinct values", {list}), "null: limit");
  bench.set_steps(1000);
  EXPECT_EQ(bench.Show("sum", {list}), "499500");
  EXPECT_EQ(bench.steps(), 0U);
}

TEST_F(BuiltinsTest, Strings) {
  EXPECT_EQ(bench.Show("substring", {S("foobar"), N(3)}), R"("obar")");
  EXPECT_EQ(bench.Show("substring", {S("foobar"), N(3), N("3.8")}), R"("oba")");
  EXPECT_EQ(bench.Show("substring", {S("foobar"), N(-2), N(1)}), R"("a")");
  EXPECT_EQ(bench.Show("substring", {S("foobar"), N(0)}), "null: domain");
  EXPECT_EQ(bench.Show("substring", {S("foobar"), N(7)}), "null: domain");
  EXPECT_EQ(bench.Show("substring", {S("foobar"), N(6)}), R"("r")");
  EXPECT_EQ(bench.Show("substring", {S("foobar"), N(-7)}), "null: domain");
  EXPECT_EQ(bench.Show("substring", {S("foobar"), N(3), N(5)}), "null: domain");
  EXPECT_EQ(bench.Show("substring", {S("\xF0\x9F\x90\x8E" "ab"), N(2)}), R"("ab")");
  EXPECT_EQ(bench.Show("string length", {S("\xF0\x9F\x90\x8E" "ab")}), "3");
  EXPECT_EQ(bench.Show("upper case", {bench.L({S("aBc4")})}), R"("ABC4")");
  EXPECT_EQ(bench.Show("substring before", {S("foobar"), S("xyz")}), R"("")");
  EXPECT_EQ(bench.Show("substring after", {S("foobar"), S("ob")}), R"("ar")");
  EXPECT_EQ(bench.Show("substring after", {S("foobar"), S("")}), R"("foobar")");
  EXPECT_EQ(bench.Show("contains", {bench.L({S("foobar")}), S("of")}), "false");
  EXPECT_EQ(bench.Show("starts with", {S("foobar"), S("fo")}), "true");
  EXPECT_EQ(bench.Show("string join", {bench.L({S("a"), null, S("c")}), S("X")}), R"("aXc")");
  EXPECT_EQ(bench.Show("string join", {bench.L({S("a"), S("c")}), null}), R"("ac")");
  EXPECT_EQ(bench.Show("string join", {S("a"), S("X")}), R"("a")");
  EXPECT_EQ(bench.Show("string join", {bench.L({N(1)}), S("X")}), "null: type");
  EXPECT_EQ(bench.Show("string join", {null}), "null: null");
  EXPECT_EQ(bench.Show("split", {S("a;b"), S(";")}), R"(["a", "b"])");
  EXPECT_EQ(bench.Show("matches", {S("foobar"), S("^fo*b"), null}), "true");
  EXPECT_EQ(bench.Show("matches", {S("foobar"), S("(")}), "null: domain");
  EXPECT_EQ(bench.Show("replace", {S("banana"), S("a"), S("o")}), R"("bonono")");
}

TEST_F(BuiltinsTest, Numbers) {
  EXPECT_EQ(bench.Show("decimal", {N("2.5"), N(0)}), "2");
  EXPECT_EQ(bench.Show("decimal", {N("0.515"), N("2.9")}), "0.52");
  EXPECT_EQ(bench.Show("floor", {N("-1.5")}), "-2");
  EXPECT_EQ(bench.Show("floor", {N("-1.56"), N(1)}), "-1.6");
  EXPECT_EQ(bench.Show("ceiling", {N("-1.56"), N(1)}), "-1.5");
  EXPECT_EQ(bench.Show("floor", {N("1.56"), null}), "null: null");
  EXPECT_EQ(bench.Show("round up", {N("5.5"), N(6176)}), "5.5");
  EXPECT_EQ(bench.Show("round up", {N("5.5"), N(6177)}), "null: domain");
  EXPECT_EQ(bench.Show("round up", {N("5.5"), N(-6112)}), "null: domain");
  EXPECT_EQ(bench.Show("round up", {N("-1.121"), N(2)}), "-1.13");
  EXPECT_EQ(bench.Show("round half down", {N("5.5"), N(0)}), "5");
  EXPECT_EQ(bench.Show("round half down", {N("5.5"), N(6176)}), "5.5");
  EXPECT_EQ(bench.Show("round half up", {N("-5.5"), N(0)}), "-6");
  EXPECT_EQ(bench.Show("round down", {N("-1.126"), N(2)}), "-1.12");
  EXPECT_EQ(bench.Show("modulo", {N("-10.1"), N("4.5")}), "3.4");
  EXPECT_EQ(bench.Show("modulo", {N("10.1"), N("-4.5")}), "-3.4");
  EXPECT_EQ(bench.Show("modulo", {N(10), N(0)}), "null: domain");
  EXPECT_EQ(bench.Show("sqrt", {N(-1)}), "null: domain");
  EXPECT_EQ(bench.Show("sqrt", {N(16)}), "4");
  EXPECT_EQ(bench.Show("log", {N(0)}), "null: domain");
  EXPECT_EQ(bench.Show("abs", {T("-PT5H")}), R"(duration("PT5H"))");
  EXPECT_EQ(bench.Show("abs", {N("-10")}), "10");
  EXPECT_EQ(bench.Show("abs", {S("a")}), "null: type");
  EXPECT_EQ(bench.Show("even", {N(-2)}), "true");
  EXPECT_EQ(bench.Show("odd", {N(-1)}), "true");
  EXPECT_EQ(bench.Show("odd", {N("1.5")}), "null: domain");
}

TEST_F(BuiltinsTest, Lists) {
  const Value list = bench.L({N(4), N(5), N(6)});
  EXPECT_EQ(bench.Show("list contains", {list, N("5.0")}), "true");
  EXPECT_EQ(bench.Show("list contains", {bench.L({null}), null}), "true");
  EXPECT_EQ(bench.Show("list contains", {null, N(1)}), "null: null");
  EXPECT_EQ(bench.Show("count", {bench.L({N(1), bench.L({N(2), N(3)})})}), "2");
  EXPECT_EQ(bench.Show("count", {N(1)}), "1");
  EXPECT_EQ(bench.Show("sublist", {list, N(1), N(2)}), "[4, 5]");
  EXPECT_EQ(bench.Show("sublist", {list, N(-2)}), "[5, 6]");
  EXPECT_EQ(bench.Show("sublist", {list, N(3), N(2)}), "null: domain");
  EXPECT_EQ(bench.Show("sublist", {list, N(0)}), "null: domain");
  EXPECT_EQ(bench.Show("append", {bench.L({N(1)}), N(2), bench.L({N(3)})}), "[1, 2, [3]]");
  EXPECT_EQ(bench.Show("concatenate", {bench.L({N(1), N(2)}), bench.L({N(3)})}), "[1, 2, 3]");
  EXPECT_EQ(bench.Show("concatenate", {bench.L({N(1)}), null}), "null: null");
  EXPECT_EQ(bench.Show("insert before", {bench.L({N(1), N(3)}), N(1), N(2)}), "[2, 1, 3]");
  EXPECT_EQ(bench.Show("insert before", {list, N(-1), null}), "[4, 5, null, 6]");
  EXPECT_EQ(bench.Show("insert before", {list, N(4), N(1)}), "null: domain");
  EXPECT_EQ(bench.Show("remove", {list, N(2)}), "[4, 6]");
  EXPECT_EQ(bench.Show("remove", {list, N(-3)}), "[5, 6]");
  EXPECT_EQ(bench.Show("list replace", {list, N(3), N(8)}), "[4, 5, 8]");
  EXPECT_EQ(bench.Show("reverse", {list}), "[6, 5, 4]");
  EXPECT_EQ(bench.Show("index of", {bench.L({N(1), N(2), N(3), N(2)}), N(2)}), "[2, 4]");
  EXPECT_EQ(bench.Show("union", {bench.L({N(1), N(2)}), bench.L({N(2), N(3)})}), "[1, 2, 3]");
  EXPECT_EQ(bench.Show("distinct values", {bench.L({N(1), null, N("1.0"), null, S("1")})}),
            R"([1, null, "1"])");
  const Value times = bench.L({T("10:00:00Z"), T("10:00:00.5"), T("11:00:00+01:00"), T("2026-03-16"), T("2026-03-16"),
                               T("P1D"), T("PT24H"), bench.L({N(1)}), N(1), bench.L({N("1.0")}), Value::Boolean(true)});
  EXPECT_EQ(bench.Show("distinct values", {times}),
            R"([time("10:00:00Z"), date("2026-03-16"), duration("P1D"), [1], 1, true])");
  EXPECT_EQ(bench.Show("flatten", {bench.L({bench.L({N(1), N(2)}), bench.L({bench.L({N(3)})}), N(4)})}),
            "[1, 2, 3, 4]");
}

TEST_F(BuiltinsTest, Statistics) {
  EXPECT_EQ(bench.Show("sum", {N(1), N(2), N(3)}), "6");
  EXPECT_EQ(bench.Show("sum", {N(1)}), "1");
  EXPECT_EQ(bench.Show("sum", {bench.L({})}), "null: null");
  EXPECT_EQ(bench.Show("sum", {bench.L({N(1), bench.Missing()})}), "null: missing");
  EXPECT_EQ(bench.Show("sum", {bench.L({N(1), bench.Missing(), S("a")})}), "null: type");
  EXPECT_EQ(bench.Show("mean", {bench.L({N(1), N(2)})}), "1.5");
  EXPECT_EQ(bench.Show("min", {bench.L({S("b"), S("a")})}), R"("a")");
  EXPECT_EQ(bench.Show("max", {T("2026-01-01"), T("2026-01-02")}), R"(date("2026-01-02"))");
  EXPECT_EQ(bench.Show("max", {N(1), S("a")}), "null: type");
  EXPECT_EQ(bench.Show("min", {bench.L({null, N(1)})}), "null: null");
  EXPECT_EQ(bench.Show("all", {bench.L({})}), "true");
  EXPECT_EQ(bench.Show("any", {bench.L({})}), "false");
  EXPECT_EQ(bench.Show("all", {bench.L({B(true), null, B(false)})}), "false");
  EXPECT_EQ(bench.Show("all", {bench.L({B(true), null})}), "null: null");
  EXPECT_EQ(bench.Show("all", {bench.L({B(true), bench.Missing()})}), "null: missing");
  EXPECT_EQ(bench.Show("any", {B(false), null, B(true)}), "true");
  EXPECT_EQ(bench.Show("all", {N(0)}), "null: type");
  EXPECT_EQ(bench.Show("product", {bench.L({})}), "null: domain");
  EXPECT_EQ(bench.Show("product", {N("2.5"), N(2)}), "5.0");
  EXPECT_EQ(bench.Show("median", {bench.L({N(6), N(1), N(2), N(3)})}), "2.5");
  EXPECT_EQ(bench.Show("median", {N(8), N(2), N(5), N(3), N(4)}), "4");
  EXPECT_EQ(bench.Show("stddev", {N(2), N(4), N(7), N(5)}), "2.081665999466132735282297706979931");
  EXPECT_EQ(bench.Show("stddev", {N(47)}), "null: domain");
  EXPECT_EQ(bench.Show("mode", {bench.L({N(6), N(1), N(9), N(6), N("1.0")})}), "[1, 6]");
  EXPECT_EQ(bench.Show("mode", {bench.L({})}), "[]");
}

TEST_F(BuiltinsTest, Conversions) {
  EXPECT_EQ(bench.Show("date", {T("2012-12-25T11:00:00Z")}), R"(date("2012-12-25"))");
  EXPECT_EQ(bench.Show("date", {N(2024), N(2), N(29)}), R"(date("2024-02-29"))");
  EXPECT_EQ(bench.Show("date", {N(2026), N(2), N(29)}), "null: domain");
  EXPECT_EQ(bench.Show("date", {N(2026), N("4294967298"), N(1)}), "null: domain");
  EXPECT_EQ(bench.Show("date", {N("1e30"), N(1), N(1)}), "null: domain");
  EXPECT_EQ(bench.Show("date and time", {S("2012-12-24")}), R"(date and time("2012-12-24T00:00:00"))");
  EXPECT_EQ(bench.Show("date and time", {T("2017-08-10T10:20:00@Europe/Paris"), T("23:59:01.5")}),
            R"(date and time("2017-08-10T23:59:01.5"))");
  EXPECT_EQ(bench.Show("time", {T("2017-08-10T10:20:00@Europe/Paris")}),
            R"(time("10:20:00@Europe/Paris"))");
  EXPECT_EQ(bench.Show("time", {T("2017-08-10")}), R"(time("00:00:00Z"))");
  EXPECT_EQ(bench.Show("time", {N(11), N(59), N("45.25"), null}), R"(time("11:59:45.25"))");
  EXPECT_EQ(bench.Show("time", {N(11), N(59), N(45), T("-PT2H45M55S")}),
            R"(time("11:59:45-02:45:55"))");
  EXPECT_EQ(bench.Show("time", {N(24), N(0), N(0)}), "null: domain");
  EXPECT_EQ(bench.Show("time", {N(0), N(0), N(60)}), "null: domain");
  EXPECT_EQ(bench.Show("time", {N(0), N(0), N(0), T("PT18H1S")}), "null: domain");
  EXPECT_EQ(bench.Show("time", {N(0), null, N(0), T("PT18H")}), "null: null");
  EXPECT_EQ(bench.Show("duration", {S("P1Y1D")}), "null: domain");
  EXPECT_EQ(bench.Show("years and months duration", {T("2011-12-22"), T("2013-08-24")}),
            R"(duration("P1Y8M"))");
  EXPECT_EQ(bench.Show("number", {S("1.000.000,01"), S("."), S(",")}), "1000000.01");
  EXPECT_EQ(bench.Show("number", {S("1,000,000"), S(","), null}), "1000000");
  EXPECT_EQ(bench.Show("number", {S("-1 000,0"), S(" "), S(",")}), "-1000.0");
  EXPECT_EQ(bench.Show("number", {S("1,00,000.5"), S(","), S(".")}), "100000.5") << "groups as written in India";
  for (const char* text : {"1,,0", ",10", "10,", "1,.0", "1.0,0", "-,1", "1e,1", ",", "1, 0"})
    EXPECT_EQ(bench.Show("number", {S(text), S(","), S(".")}), "null: domain") << text;
  EXPECT_EQ(bench.Show("number", {S("1.5"), null, S(",")}), "null: domain");
  EXPECT_EQ(bench.Show("number", {S("1"), S(":"), S(".")}), "null: domain");
  EXPECT_EQ(bench.Show("number", {S("1"), S("."), S(".")}), "null: domain");
  EXPECT_EQ(bench.Show("number", {N(1), S("."), S(",")}), "null: type");
  EXPECT_EQ(bench.Show("string", {N("1.10")}), R"("1.10")");
  EXPECT_EQ(bench.Show("string", {bench.L({N(1), S("foo")})}), R"("[1, \"foo\"]")");
  EXPECT_EQ(bench.Show("string", {null}), "null: null");
  EXPECT_EQ(bench.Show("not", {B(true)}), "false");
}

TEST_F(BuiltinsTest, RangesFromText) {
  const auto range = [&](const char* text) { return bench.Show("range", {S(text)}); };
  EXPECT_EQ(range("[18..21)"), "[18..21)");
  EXPECT_EQ(range(" ] 1 .. 3 [ "), "(1..3)");
  EXPECT_EQ(range("[1.5..2]"), "[1.5..2]");
  EXPECT_EQ(range("[-1...5]"), "[-1..0.5]");
  EXPECT_EQ(range(R"(["a..".."c\u0041"])"), R"(["a..".."cA"])");
  EXPECT_EQ(range(R"([@"1970-01-01"..date("1970-01-02")])"),
            R"([date("1970-01-01")..date("1970-01-02")])");
  EXPECT_EQ(range(R"([date and time("1970-01-01T00:00:00")..@"1970-01-02T00:00:00"])"),
            R"([date and time("1970-01-01T00:00:00")..date and time("1970-01-02T00:00:00")])");
  EXPECT_EQ(range("[2..)"), "(>= 2)");
  EXPECT_EQ(range("(..2)"), "(< 2)");
  for (const char* bad : {"", " ", "[..]", "[..2]", "[1..]", ">=10", "[1..\"b\"]", "[3..1]", "[null..null]",
                          "[1..2", "1..2]", "[date(string(\"1970-01-01\"))..date(\"1970-01-02\")]",
                          "[@\"1970-01-01\"..@\"1970-01-02T00:00:00\"]", "[x..2]", "[1..2]x"})
    EXPECT_EQ(range(bad), "null: domain") << bad;
}

TEST_F(BuiltinsTest, Contexts) {
  const Value ab = bench.C({{"a", N(1)}, {"b", bench.C({{"c", N(2)}})}});
  EXPECT_EQ(bench.Show("get value", {ab, S("a")}), "1");
  EXPECT_EQ(bench.Show("get value", {ab, S("x")}), "null: missing");
  EXPECT_EQ(bench.Show("get value", {S("a"), S("a")}), "null: type");
  EXPECT_EQ(bench.Show("get entries", {bench.C({{"a", N(1)}, {"gone", bench.Missing()}})}),
            R"([{key: "a", value: 1}])");
  const auto entry = [&](const Value& key, const Value& value) {
    return bench.C({{"key", key}, {"value", value}});
  };
  EXPECT_EQ(bench.Show("context", {bench.L({entry(S("a"), N(1)), entry(S("b"), null)})}),
            "{a: 1, b: null}");
  EXPECT_EQ(bench.Show("context", {entry(S("a"), N(1))}), "{a: 1}");
  EXPECT_EQ(bench.Show("context", {bench.L({entry(S("a"), N(1)), entry(S("a"), N(1))})}),
            "null: domain");
  EXPECT_EQ(bench.Show("context", {bench.C({{"key", S("a")}})}), "null: domain");
  EXPECT_EQ(bench.Show("context", {bench.L({})}), "{}");
  EXPECT_EQ(bench.Show("context put", {ab, S("a"), N(9)}), "{a: 9, b: {c: 2}}");
  EXPECT_EQ(bench.Show("context put", {ab, bench.L({S("b"), S("d")}), N(9)}),
            "{a: 1, b: {c: 2, d: 9}}");
  EXPECT_EQ(bench.Show("context put", {ab, bench.L({S("a"), S("d")}), N(9)}), "null: domain");
  EXPECT_EQ(bench.Show("context put", {ab, bench.L({}), N(9)}), "null: domain");
  EXPECT_EQ(bench.Show("context put", {ab, bench.L({S("b"), null}), N(9)}), "null: null");
  const std::vector<Value> keys = {ab, bench.L({S("b"), S("d")}), N(9)};
  EXPECT_EQ(Workbench::Describe(FindBuiltins("context put")[1].call(bench.call_site(), keys)),
            "null: type");
  EXPECT_EQ(bench.Show("context merge", {bench.L({bench.C({{"x", N(1)}, {"y", N(0)}}),
                                                  bench.C({{"y", N(2)}, {"z", N(3)}})})}),
            "{x: 1, y: 2, z: 3}");
}

TEST_F(BuiltinsTest, DaysAndIdentity) {
  EXPECT_EQ(bench.Show("day of week", {T("2019-09-17T10:10:10")}), R"("Tuesday")");
  EXPECT_EQ(bench.Show("day of year", {T("2019-09-17")}), "260");
  EXPECT_EQ(bench.Show("month of year", {T("2019-09-17")}), R"("September")");
  EXPECT_EQ(bench.Show("day of week", {S("2019-09-17")}), "null: type");
  const std::vector<std::pair<const char*, const char*>> weeks = {
      {"2019-09-17", "38"}, {"2003-12-29", "1"}, {"2004-01-04", "1"}, {"2005-01-01", "53"},
      {"2005-01-03", "1"},  {"2005-01-09", "1"}, {"2021-01-03", "53"}, {"2020-12-31", "53"}};
  for (const auto& [day, week] : weeks)
    EXPECT_EQ(bench.Show("week of year", {T(day)}), week) << day;
  EXPECT_EQ(bench.Show("now", {}), R"(date and time("2026-03-16T10:00:00.123456Z"))");
  EXPECT_EQ(bench.Show("today", {}), R"(date("2026-03-16"))");
  EXPECT_EQ(bench.Show("is", {T("2012-12-25"), T("23:00:50")}), "false");
  EXPECT_EQ(bench.Show("is", {T("23:00:50Z"), T("23:00:50")}), "false");
  EXPECT_EQ(bench.Show("is", {T("23:00:50Z"), T("23:00:50+00:00")}), "true");
  EXPECT_EQ(bench.Show("is", {T("23:00:50.1"), T("23:00:50.2")}), "false");
  EXPECT_EQ(bench.Show("is", {N(1), N("1.0")}), "true");
  EXPECT_EQ(bench.Show("is", {null, null}), "true");
  EXPECT_EQ(bench.Show("is", {null, N(1)}), "false");
  EXPECT_EQ(bench.Show("is", {bench.L({N(1), S("a")}), bench.L({N(1), S("a")})}), "true");
  EXPECT_EQ(bench.Show("is", {bench.L({N(1)}), bench.L({S("1")})}), "false");
}

// The examples of table 78.
TEST_F(BuiltinsTest, RelationsOfRanges) {
  const auto r = [&](std::string_view text) {  // "5" or "[1..10)"
    return text.find("..") == std::string_view::npos ? N(text) : bench.Call("range", {S(text)});
  };
  const auto holds = [&](const char* name, const Value& a, const Value& b) {
    return bench.Show(name, {a, b});
  };
  struct Row {
    const char* name;
    const char* a;
    const char* b;
    const char* answer;
  };
  const std::vector<Row> rows = {
      {"before", "1", "10", "true"},           {"before", "1", "[1..10]", "false"},
      {"before", "1", "(1..10]", "true"},      {"before", "[1..10)", "10", "true"},
      {"before", "[1..10]", "10", "false"},    {"before", "[1..10]", "(10..20]", "true"},
      {"before", "[1..10]", "[10..20]", "false"}, {"after", "10", "5", "true"},
      {"after", "10", "[1..10)", "true"},      {"after", "(11..20]", "11", "true"},
      {"after", "[11..20]", "[1..11)", "true"}, {"after", "[11..20]", "12", "false"},
      {"meets", "[1..5]", "[5..10]", "true"},  {"meets", "[1..5)", "[5..10]", "false"},
      {"met by", "[5..10]", "[1..5]", "true"}, {"met by", "(5..10]", "[1..5]", "false"},
      {"overlaps", "[3..5]", "[1..8]", "true"}, {"overlaps", "[1..5]", "(5..8]", "false"},
      {"overlaps", "[5..8]", "[1..5)", "false"}, {"overlaps before", "[1..5]", "[3..8]", "true"},
      {"overlaps before", "[1..5]", "(1..5]", "true"},
      {"overlaps before", "[1..5]", "[1..5]", "false"},
      {"overlaps before", "[1..5)", "(1..5]", "true"},
      {"overlaps after", "(1..5]", "[1..5)", "true"},
      {"overlaps after", "[3..8]", "[1..5]", "true"},
      {"overlaps after", "[1..5]", "[1..5)", "false"},
      {"finishes", "10", "[1..10]", "true"},   {"finishes", "10", "[1..10)", "false"},
      {"finishes", "(1..10]", "[1..10]", "true"}, {"finishes", "[5..10)", "[1..10]", "false"},
      {"finished by", "[1..10]", "10", "true"}, {"finished by", "[1..10]", "(1..10]", "true"},
      {"includes", "[1..10]", "1", "true"},    {"includes", "(1..10]", "1", "false"},
      {"includes", "[1..10]", "(1..10)", "true"}, {"includes", "(1..10)", "[1..10]", "false"},
      {"during", "5", "[1..10]", "true"},      {"during", "10", "[1..10)", "false"},
      {"during", "[5..10)", "[1..10)", "true"}, {"starts", "1", "[1..10]", "true"},
      {"starts", "(1..5]", "[1..10]", "false"}, {"starts", "[1..10)", "[1..10]", "true"},
      {"started by", "[1..10]", "1", "true"},  {"started by", "(1..10)", "(1..10)", "true"},
      {"started by", "[1..5]", "[1..10]", "false"}, {"coincides", "5", "5", "true"},
      {"coincides", "[1..5]", "[1..5]", "true"}, {"coincides", "(1..5)", "[1..5]", "false"},
      {"meets", "1", "[1..5]", "null: type"},  {"during", "[1..5]", "3", "null: type"},
      {"coincides", "1", "[1..5]", "null: type"}};
  for (const Row& row : rows)
    EXPECT_EQ(holds(row.name, r(row.a), r(row.b)), row.answer)
        << row.name << ' ' << row.a << ' ' << row.b;
  EXPECT_EQ(holds("before", S("a"), N(1)), "null: type");
  EXPECT_EQ(holds("before", null, N(1)), "null: null");
}

}  // namespace
}  // namespace oxpecker::feel
