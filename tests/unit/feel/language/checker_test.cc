#include "rules/feel/checker.h"

#include "tests/unit/feel/language/expressions.h"

namespace oxpecker::feel {
namespace {

Scope Facts() {
  const Type fee = Type::Context(
      {{"amount_minor", Type::Number(), false}, {"code", Type::StringOf({"late", "other"}), true}});
  Scope scope;
  scope.Add("late_fee_count", Type::Number());
  scope.Add("segment", Type::StringOf({"retail", "private"}));
  scope.Add("fee", fee);
  scope.Add("fees", Type::List(fee));
  scope.Add("anything", Type::Any());
  scope.Add("opened", Type::Date());
  return scope;
}

std::string Errors(std::string_view text) { return ErrorsOf(text, Facts()); }

TEST(Checker, SuggestsTheNearestName) {
  EXPECT_EQ(Errors("late_fee_cnt > 3"),
            "1:1: unknown name 'late_fee_cnt'; did you mean 'late_fee_count'?");
  EXPECT_EQ(Errors("fee.amout_minor > 3").find("1:1: unknown field 'amout_minor' of context"), 0U);
  EXPECT_NE(Errors("fee.amout_minor > 3").find("did you mean 'amount_minor'?"), std::string::npos);
  EXPECT_EQ(Errors("cuont(fees)"), "1:1: unknown function 'cuont'; did you mean 'count'?");
  EXPECT_EQ(Errors("fees[amount_mino > 1]"),
            "1:6: unknown name 'amount_mino'; did you mean 'amount_minor'?");
}

TEST(Checker, ReportsSeveralProblemsInOrder) {
  EXPECT_EQ(Errors("x > 1 and late_fee_count < \"a\""),
            "1:1: unknown name 'x'\n1:11: cannot compare number with string");
}

TEST(Checker, ComparisonsThatNeverHold) {
  EXPECT_EQ(Errors("late_fee_count = \"3\""), "1:1: cannot compare number with string");
  EXPECT_EQ(Errors("opened > \"2026-01-01\""), "1:1: cannot compare date with string");
  EXPECT_NE(Errors("segment = \"retial\"").find("did you mean 'retail'?"), std::string::npos);
  EXPECT_NE(Errors("segment in (\"private\", \"retial\")").find("did you mean"), std::string::npos);
  EXPECT_NE(Errors("fees[code = \"lat\"]").find("did you mean 'late'?"), std::string::npos);
  EXPECT_EQ(Errors("fee > fee").find("1:1: context<"), 0U);
}

TEST(Checker, ADateIsNoDateAndTime) {
  EXPECT_EQ(Errors("opened = date and time(\"2026-01-01T00:00:00\")"), "1:1: cannot compare date with date and time");
  EXPECT_EQ(Errors("opened < @\"2026-01-01T00:00:00Z\""), "1:1: cannot compare date with date and time");
  EXPECT_EQ(Errors("opened in [@\"2026-01-01T00:00:00Z\"..@\"2026-02-01T00:00:00Z\"]"), "1:11: cannot compare date with date and time");
  EXPECT_EQ(Errors("opened - @\"2026-01-01T00:00:00Z\" < @\"P1D\""), "compiles");
}

TEST(Checker, SaysWhatCouldStandThere) {
  EXPECT_NE(Errors("segment = \"x\"").find("this can never be \"x\"; expected \"retail\" or \"private\""), std::string::npos)
      << Errors("segment = \"x\"");
  EXPECT_EQ(Errors("number(\"1\")"),
            "1:1: 1 argument does not fit number(from, grouping separator, decimal separator); write number(text, null, null), "
            "or the separators in place of null");
  EXPECT_EQ(Errors("@\"2026-02-30\""), "1:1: the calendar has no such day");
  EXPECT_EQ(Errors("1e-99999999999"), "1:1: this number is too close to zero");
  EXPECT_EQ(Errors("1e99999999999"), "1:1: this number is too large");
  EXPECT_NE(Errors("day of wek(opened)").find("did you mean 'day of week'?"), std::string::npos);
  EXPECT_NE(Errors("years and months duraton(opened, opened)").find("did you mean 'years and months duration'?"), std::string::npos);
  EXPECT_NE(Errors("length(segment)").find("did you mean 'string length'?"), std::string::npos);
}

struct BoundCase {
  const char* expression;
  const char* problem;  // "compiles" where there is none
};

TEST(Checker, WhatASchemaAllows) {
  Scope scope;
  const auto number = [](int n) { return Decimal::FromInt64(n); };
  const Type grade = Type::NumberWithin(number(1), number(5));
  scope.Add("grade", grade);
  scope.Add("amount", Type::NumberWithin(number(0), std::nullopt));
  scope.Add("free", Type::Number());
  scope.Add("rows", Type::List(Type::Context({{"grade", grade, true}, {"kind", Type::StringOf({"a", "b"}), false}})));
  scope.Add("kind", Type::StringOf({"b", "c"}));
  scope.Add("other", Type::StringOf({"x", "y"}));
  scope.Add("segments", Type::List(Type::StringOf({"retail", "private"})));
  constexpr const char* kGrade = "this can never hold: a schema allows 1 to 5";
  constexpr const char* kAmount = "this can never hold: a schema allows 0 or more";
  constexpr const char* kFine = "compiles";
  constexpr BoundCase kCases[] = {
      {"grade > 5", kGrade}, {"grade >= 5", kFine}, {"grade >= 6", kGrade}, {"grade > 4.9", kFine},
      {"grade < 1", kGrade}, {"grade <= 1", kFine}, {"grade <= 0.5", kGrade}, {"grade < 1.1", kFine},
      {"5 < grade", kGrade}, {"1 > grade", kGrade}, {"4 < grade", kFine},
      {"grade = 6", kGrade}, {"grade = 5", kFine}, {"6 = grade", kGrade}, {"grade != 6", kFine},
      {"amount < 0", kAmount}, {"amount <= 0", kFine}, {"amount > 1000000", kFine}, {"amount < -1", kAmount},
      {"amount = -1", kAmount}, {"-amount < 0", kFine}, {"free < -1", kFine}, {"free > grade", kFine},
      {"grade between 6 and 9", kGrade}, {"grade between 5 and 9", kFine}, {"grade between -3 and 0", kGrade},
      {"grade in [6..9]", kGrade}, {"grade in [5..9]", kFine}, {"grade in (5..9]", kGrade}, {"grade in [0..1)", kGrade},
      {"grade in (> 5)", kGrade}, {"grade in (1, 6)", kGrade}, {"grade in [1, 2, 6]", kGrade}, {"grade in (1, 2)", kFine},
      {"rows[1].grade > 5", kGrade}, {"count(rows[grade > 5]) > 0", kGrade}, {"grade + 1 > 5", kFine},
      {"max(grade, 9) > 5", kFine}, {"abs(grade) > 5", kFine}, {"(if free > 1 then grade else 9) > 5", kFine},
      {"grade * 2 > 9", kFine}, {"1 > 2", kFine}, {"sum(rows.grade) > 9", kFine},
      {"kind = other", "this can never hold: the two have no word in common"}, {"rows[1].kind = kind", kFine},
      {"list contains(rows.kind, \"c\")", "this can never be \"c\""}, {"list contains(rows.kind, \"a\")", kFine},
      {"list contains(rows.kind, other)", "this can never hold: the two have no word in common"},
      {"list contains(rows.kind, 3)", "no item can be that: the list holds string"}, {"list contains(rows.kind, null)", kFine},
      {"list contains([\"b\", \"d\"], kind)", "this can never be \"d\""}, {"list contains([\"b\", \"c\"], kind)", kFine},
      {"index of(rows.kind, \"c\")", "this can never be \"c\""}, {"list contains([free, 1], \"1\")", "no item can be that"},
  };
  for (const BoundCase& c : kCases) EXPECT_NE(ErrorsOf(c.expression, scope).find(c.problem), std::string::npos)
      << c.expression << ": " << ErrorsOf(c.expression, scope);
  EXPECT_NE(ErrorsOf("list contains(segments, \"retial\")", scope).find("did you mean 'retail'?"), std::string::npos);
  EXPECT_EQ(ErrorsOf("grade > 5", scope, {.type_conflicts_are_errors = false}), "compiles");
  EXPECT_EQ(grade.ToString(), "number");
  EXPECT_FALSE(grade == Type::Number());
  EXPECT_TRUE(Type::NumberWithin(std::nullopt, std::nullopt) == Type::Number());
}

TEST(Checker, OperatorsAndConditions) {
  EXPECT_EQ(Errors("late_fee_count + segment").find("1:1: cannot compute number + string"), 0U);
  EXPECT_EQ(Errors("late_fee_count and true"), "1:1: 'and' needs a boolean, found number");
  EXPECT_EQ(Errors("if late_fee_count then 1 else 2"), "1:4: 'if' needs a boolean, found number");
  EXPECT_EQ(Errors("-segment").find("1:1: cannot negate string"), 0U);
  EXPECT_EQ(Errors("opened.yaer"), "1:1: date has no property 'yaer'; did you mean 'year'?");
  EXPECT_EQ(Errors("{a: 1, a: 2}"), "1:11: the context has two entries 'a'");
}

TEST(Checker, ArgumentsMustFit) {
  EXPECT_EQ(Errors("(function(a) a)(1, 2)"), "1:1: the function takes 1 arguments, found 2");
  EXPECT_NE(Errors("string length(\"a\", 2)").find("2 arguments do not fit string length(string)"),
            std::string::npos);
  EXPECT_NE(Errors("substring(text: \"a\", start: 1)").find("named arguments do not fit"),
            std::string::npos);
}

TEST(Checker, ArgumentsOfBuiltinsHaveTypes) {
  EXPECT_EQ(Errors("contains(late_fee_count, \"a\")"),
            "1:10: argument 'string' of contains must be a string, not number");
  EXPECT_EQ(Errors("floor(n: opened)"), "1:10: argument 'n' of floor must be a number, not date");
  EXPECT_EQ(Errors("sum(fees.code)").find("1:5: argument 'list' of sum must be a list of numbers"),
            0U);
  EXPECT_EQ(Errors("max(fees.code)"), "compiles");
  EXPECT_EQ(Errors("abs(duration(\"P1D\"))"), "compiles");
  EXPECT_EQ(Errors("floor(fees.amount_minor)"), "compiles") << "a list of one serves for the item";
  EXPECT_EQ(Errors("string length(anything)"), "compiles");
  EXPECT_EQ(Errors("list replace([1], function(item, newItem) true, 2)"), "compiles");
}

TEST(Checker, PatternsAreCompiledBeforeAnythingRuns) {
  EXPECT_EQ(Errors("matches(segment, \"[\")"),
            "1:18: pattern is no regular expression of XPath");
  EXPECT_EQ(Errors("replace(input: segment, pattern: \"a\", replacement: \"b\", flags: \"q\")"),
            "1:34: flags of a regular expression are s, m, i and x");
  EXPECT_EQ(Errors("matches(segment, \"[\" + segment)"), "compiles") << "not known yet";
}

TEST(Checker, RangesTheWrongWayRoundNeverHold) {
  EXPECT_NE(Errors("late_fee_count between 5 and 3").find("this can never hold"), std::string::npos);
  EXPECT_NE(Errors("late_fee_count in [5..3]").find("swap its ends"), std::string::npos);
  EXPECT_EQ(Errors("late_fee_count in [3..3]"), "compiles");
}

TEST(Checker, WhatIsNotKnownNeverConflicts) {
  EXPECT_EQ(Errors("anything = 1 and anything > \"a\" and anything.x.y"), "compiles");
  EXPECT_EQ(Errors("anything + 1 < fees[1].amount_minor"), "compiles");
  EXPECT_EQ(Errors("fee.code = null or segment != null"), "compiles");
  EXPECT_EQ(Errors("anything[x > 3 and item.y = 2]"), "compiles");
}

TEST(Checker, ConflictsCanBeLeftToTheEvaluation) {
  CompileOptions options;
  options.type_conflicts_are_errors = false;
  options.unknown_names_are_errors = false;
  EXPECT_EQ(ErrorsOf("1 + \"a\" + unknown thing", {}, options), "compiles");
}

TEST(Checker, RefusesAnUnexpectedResult) {
  CompileOptions options;
  options.expected = Type::Boolean();
  EXPECT_EQ(ErrorsOf("late_fee_count", Facts(), options), "1:1: this is number, expected boolean");
  EXPECT_EQ(ErrorsOf("late_fee_count > 1", Facts(), options), "compiles");
  EXPECT_EQ(ErrorsOf("anything", Facts(), options), "compiles");
}

TEST(Checker, InfersTypes) {
  const auto type_of = [](std::string_view text) {
    const Checked<Program> program = Compile(text, Facts(), {});
    return program ? program->type().ToString() : ToString(program.error());
  };
  EXPECT_EQ(type_of("fees.amount_minor"), "list<number>");
  EXPECT_EQ(type_of("fees[1].amount_minor"), "number");
  EXPECT_EQ(type_of("for f in fees return f.amount_minor > 1"), "list<boolean>");
  EXPECT_EQ(type_of("{a: opened.year, b: [\"x\"]}"), "context<a: number, b: list<string>>");
  EXPECT_EQ(type_of("opened - opened"), "days and time duration");
  EXPECT_EQ(type_of("if anything then 1 else 2"), "number");
  EXPECT_EQ(type_of("if anything then 1 else \"a\""), "Any");
}

TEST(Checker, JoinsTypes) {
  const Type a = Type::Context({{"x", Type::Number(), false}});
  const Type b = Type::Context({{"x", Type::Number(), false}, {"y", Type::String(), false}});
  const Type joined = Join(a, b);
  ASSERT_NE(joined.FindField("y"), nullptr);
  EXPECT_TRUE(joined.FindField("y")->optional);
  EXPECT_FALSE(joined.FindField("x")->optional);
  EXPECT_TRUE(Join(Type::Null(), Type::Number()).allows_null());
  EXPECT_EQ(Join(Type::Number(), Type::String()).tag(), Type::Tag::kAny);
}

}  // namespace
}  // namespace oxpecker::feel
