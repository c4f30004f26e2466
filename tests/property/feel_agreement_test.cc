// Every expression of up to four nodes over a small set of values, and a list of texts: the shipped
// evaluator and the reference evaluator must agree on each. Once with the values as inputs, so that
// code runs, and once as literals, so that the compiler folds them.
#include "tests/support/feel_agreement.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace oxpecker::feel {
namespace {

constexpr std::array<std::string_view, 8> kNames = {"vn", "vt", "vf", "v0", "v1", "vh", "vs", "vl"};
constexpr std::array<std::string_view, 8> kLiterals = {"null", "true", "false", "0",
                                                       "1",    "-0.5", "\"a\"", "[]"};
constexpr std::array<std::string_view, 17> kBinary = {"+",    "-",    "*",  "/",      "**", "=",
                                                      "!=",   "<",    "<=", ">",      ">=", " and ",
                                                      " or ", " in ", "[",  "[item=", ".."};
// %: where the operand goes.
constexpr std::array<std::string_view, 9> kUnary = {
    "-(%)",          "not(%)", "[%]",   "{a: %}", "(%).a", "(%) instance of number",
    "% in (<1, >0)", "(>%)",   "[%, 1]"};
constexpr std::array<std::string_view, 10> kBinaryForms = {
    "for i in %1 return %2",
    "for i in %1 return [i, %2]",
    "some i in %1 satisfies i = %2",
    "every i in %1 satisfies %2",
    "%1 in (%2, 1)",
    "(function(p) [p, %2])(%1)",
    "{a: %1, b: [a, %2]}.b",
    "[{a: %1}, {a: 1}][a = %2]",
    "for i in %1..%2 return i",
    "sort([%1, %2, 0], function(x, y) x < y)"};
constexpr std::array<std::string_view, 5> kTernaryForms = {
    "if %1 then %2 else %3", "%1 between %2 and %3", "%1 in [%2..%3)", "%1 and %2 or %3",
    "for i in [%1, %2], j in [i, %3] return [i, j, partial]"};

std::string Filled(std::string_view form, std::string_view mark, std::string_view text) {
  std::string filled(form);
  for (std::size_t at = filled.find(mark); at != std::string::npos;
       at = filled.find(mark, at + text.size())) {
    filled.replace(at, mark.size(), text);
  }
  return filled;
}

std::string Binary(std::string_view op, const std::string& a, const std::string& b) {
  if (op == "[") return "(" + a + ")[" + b + "]";
  if (op == "[item=") return "(" + a + ")[item=" + b + "]";
  if (op == "..") return "[(" + a + ")..(" + b + ")]";
  return "(" + a + ")" + std::string(op) + "(" + b + ")";
}

class FeelAgreement : public testing::Test {
 protected:
  FeelAgreement() : evaluator_(Limits{}) {
    const std::array<Value, 8> values = {
        Value::Null(),      Value::Boolean(true), Value::Boolean(false),
        Value::Integer(0),  Value::Integer(1),    Value::Number(*Decimal::Parse("-0.5")),
        Value::String("a"), Value::List({})};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      scope_.Add(std::string(kNames[i]), Type::Any());
      inputs_.push_back(values[i]);
    }
  }

  void Check(const std::string& text) {
    if (failures_ >= kFailuresMax) return;
    const std::optional<std::string> difference =
        Disagreement(text, scope_, inputs_, std::nullopt, evaluator_);
    if (difference == "") {
      ++compared_;
      return;
    }
    ++failures_;
    ADD_FAILURE() << text << " is " << difference.value_or("not to be compared");
  }

  void CheckAll(const std::array<std::string_view, 8>& leaves) {
    std::vector<std::string> one(leaves.begin(), leaves.end());
    std::vector<std::string> two;
    for (const std::string& leaf : one) {
      for (const std::string_view form : kUnary) two.push_back(Filled(form, "%", leaf));
    }
    std::vector<std::string> three;
    for (const std::string& a : one) {
      for (const std::string& b : one) {
        for (const std::string_view op : kBinary) three.push_back(Binary(op, a, b));
        for (const std::string_view form : kBinaryForms) {
          three.push_back(Filled(Filled(form, "%1", a), "%2", b));
        }
      }
    }
    for (const std::string& text : one) Check(text);
    for (const std::string& text : two) Check(text);
    for (const std::string& text : three) Check(text);
    for (const std::string& inner : three) {
      for (const std::string_view form : kUnary) Check(Filled(form, "%", "(" + inner + ")"));
    }
    for (const std::string& inner : two) {
      for (const std::string& leaf : one) {
        for (const std::string_view op : kBinary) {
          Check(Binary(op, inner, leaf));
          Check(Binary(op, leaf, inner));
        }
      }
    }
    for (const std::string& a : one) {
      for (const std::string& b : one) {
        for (const std::string& c : one) {
          for (const std::string_view form : kTernaryForms) {
            Check(Filled(Filled(Filled(form, "%1", a), "%2", b), "%3", c));
          }
        }
      }
    }
  }

  static constexpr int kFailuresMax = 20;
  Scope scope_;
  std::vector<Value> inputs_;
  Evaluator evaluator_;
  int failures_ = 0;
  std::size_t compared_ = 0;
};

TEST_F(FeelAgreement, OnAllSmallExpressionsOverInputs) {
  CheckAll(kNames);
  EXPECT_GT(compared_, 35'000U);
}

TEST_F(FeelAgreement, OnAllSmallExpressionsOverLiterals) {
  CheckAll(kLiterals);
  EXPECT_GT(compared_, 35'000U);
}

TEST_F(FeelAgreement, OnChainsOfLogicAndComparison) {
  constexpr std::array<std::string_view, 6> kOperators = {" and ", " or ", "=", "<", " in ", "["};
  for (const std::string_view a : kNames) {
    for (const std::string_view b : kNames) {
      for (const std::string_view c : kNames) {
        for (const std::string_view first : kOperators) {
          for (const std::string_view second : kOperators) {
            Check(Binary(second, Binary(first, std::string(a), std::string(b)), std::string(c)));
          }
        }
      }
    }
  }
}

TEST_F(FeelAgreement, OnTexts) {
  const std::vector<std::string> texts = {
      "{a: 1, b: a + v1, c: {d: a + b}}.c.d",
      "{f: function(n) n + v1, r: f(41)}.r",
      "{f: function(n: number) n * 2, r: [f(\"x\"), f([3]), f(n: 4), f(m: 4), f(1, 2)]}.r",
      "{k: v1, f: function(x) function(y) x + y + k, r: f(10)(100)}.r",
      "for x in [1, 2, 3] return (function(y) x * y)(x)",
      "for x in for y in [1, 2] return y + v1 return x * 2",
      "for x in [[1, 2], [3]], y in x return y",
      "for i in 0..5 return if i = 0 then 1 else i * partial[-1]",
      "for d in @\"2026-02-27\"..@\"2026-03-02\" return d.day",
      "for i in [1..4) return i",
      "for i in (1..1) return i",
      "for i in [3..1] return i",
      "some x in [1, 2], y in [3, vn] satisfies x + y = 5",
      "every x in [1, vn, 3] satisfies x > 0",
      "every x in [] satisfies false",
      "some x in vn satisfies true",
      "[1, 2, 3, 4][item > 2][1]",
      "[1, 2, 3][-1]",
      "[1, 2, 3][v1]",
      "[1, 2, 3][0]",
      "[1, 2, 3][vn]",
      "[1, 2, 3][vs]",
      "[1, 2, 3][vt]",
      "[{a: 1, item: 5}, {a: 2}][item = 5]",
      "[{a: 1, b: {c: 2}}, {a: 2, b: {c: 3}}][b.c > 2].a",
      "vl[a = 1]",
      "vs[item = \"a\"]",
      "{x: 5, l: [{x: 1}, {y: 2}], r: l[x = 5]}.r",
      "sort([3, 1, 2], function(a, b) a > b)",
      "sort([{k: 2, v: \"a\"}, {k: 1, v: \"b\"}, {k: 2, v: \"c\"}], function(a, b) a.k < b.k).v",
      "sort([1, \"a\"], function(a, b) a < b)",
      "sort([2, 1], function(a, b) vn)",
      "if vn then 1 else 2",
      "v1 between vn and 3",
      "[vn..3]",
      "5 in (vn..10]",
      "\"a\" in (\"b\", \"a\")",
      "vs in [\"b\", \"a\"]",
      "vn in (\"b\", \"a\")",
      "v1 in (2, 1)",
      "v1 in ([0..1), [1..2])",
      "[1, 2] in ([1, 2], 3)",
      "v1 in (< v0, > v0)",
      "(< 10) = (< 10)",
      "5 in (= 5)",
      "sum([1, v1, 3])",
      "count(vl) + min(3, v1, 2)",
      "substring(string: \"foobar\", start position: 3)",
      "substring(\"foobar\")",
      "string length(vs)",
      "now() = now()",
      "today() instance of date",
      "unknown name + 1",
      "unknown thing(1)",
      "{a: 1, a: 2}",
      "date(\"2026-01-31\") + duration(\"P1M\")",
      "{sum of: min, r: sum of(3, 2)}.r",
      "(min)(3, 2)",
      "[1, null, \"a\"] instance of list<number>",
      "(function(a: number) a) instance of function<number> -> number",
      "null and (1 / 0 > 1)",
      "1 / 0 > 1 and null",
      "not(vn) or vt",
  };
  for (const std::string& text : texts) Check(text);
}

TEST_F(FeelAgreement, OnCells) {
  const std::vector<std::string> cells = {
      "-",          "1",      "< 1",         "<= 1, > 10",   "[0..1]",
      "(0..1)",     "not(1)", "not(< 1, 5)", "? > 0",        "? > 0 and ? < 2",
      "v1",         "vt",     "vn",          "\"a\", \"b\"", "[1, 2]",
      "not(? = 1)", "null",   "?",           "count(?) = 0", "not(vt) and vf",
      "true",       "-1",     "- 1"};
  const std::array<Type, 3> types = {Type::Any(), Type::Number(), Type::Boolean()};
  for (const std::string& cell : cells) {
    for (const Type& type : types) {
      for (const Value& value : std::vector<Value>(inputs_)) {
        inputs_.push_back(value);
        const auto difference = Disagreement(cell, scope_, inputs_, type, evaluator_);
        EXPECT_EQ(difference, "") << cell << " of " << ToFeelText(value);
        inputs_.pop_back();
      }
    }
  }
}

}  // namespace
}  // namespace oxpecker::feel
