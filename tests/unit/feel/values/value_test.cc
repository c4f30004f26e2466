#include "rules/feel/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/feel/values/workbench.h"

namespace oxpecker::feel {
namespace {

TEST(Shape, FindsEveryNameAndNoOther) {
  for (const std::size_t count : {0U, 1U, 6U, 7U, 40U}) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) names.push_back("n" + std::to_string((i * 7) % 41));
    const Shape owned(names);
    Arena arena;
    const std::vector<std::string_view> views(names.begin(), names.end());
    const Shape* in_arena = Shape::New(arena, views);
    for (const Shape* shape : {&owned, in_arena}) {
      ASSERT_EQ(shape->size(), count);
      for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(shape->Find(names[i]), static_cast<std::int32_t>(i));
        EXPECT_EQ(shape->name(i), names[i]);
      }
      EXPECT_EQ(shape->Find("n"), -1);
      EXPECT_EQ(shape->Find(""), -1);
      EXPECT_EQ(shape->Find("n99"), -1);
    }
  }
}

TEST(Shape, CopyOutlivesItsOriginal) {
  auto original = std::make_unique<Shape>(std::vector<std::string>{"a long name of its own", "b"});
  const Shape copy = *original;
  original.reset();
  EXPECT_EQ(copy.Find("b"), 1);
  EXPECT_EQ(copy.name(0), "a long name of its own");
}

TEST(ToFeelText, SpellsEveryKind) {
  Workbench bench;
  EXPECT_EQ(ToFeelText(Value::Null()), "null");
  EXPECT_EQ(ToFeelText(bench.Missing()), "null");
  EXPECT_EQ(ToFeelText(B(true)), "true");
  EXPECT_EQ(ToFeelText(N("1.50")), "1.50");
  EXPECT_EQ(ToFeelText(S("a\"b\\c\nd\x01")), R"("a\"b\\c\nd\u0001")");
  EXPECT_EQ(ToFeelText(T("2026-03-16")), R"(date("2026-03-16"))");
  EXPECT_EQ(ToFeelText(T("10:00:00Z")), R"(time("10:00:00Z"))");
  EXPECT_EQ(ToFeelText(T("2026-03-16T10:00:00")), R"(date and time("2026-03-16T10:00:00"))");
  EXPECT_EQ(ToFeelText(T("P26M")), R"(duration("P2Y2M"))");
  EXPECT_EQ(ToFeelText(bench.L({N(1), S("x"), Value::Null()})), R"([1, "x", null])");
  EXPECT_EQ(ToFeelText(bench.C({{"a", N(1)}, {"b c", N(2)}, {"if", N(3)}, {"1x", N(4)}, {"", N(5)}})),
            R"({a: 1, b c: 2, "if": 3, "1x": 4, "": 5})");
  EXPECT_EQ(ToFeelText(bench.C({{"gone", bench.Missing()}, {"a", Value::Null()}})), "{a: null}");
  EXPECT_EQ(ToFeelText(bench.R('[', N(1), N(2), ')')), "[1..2)");
  EXPECT_EQ(ToFeelText(bench.R('(', Value::Null(), N(2), ']', RangeForm::kLess)), "(<= 2)");
  EXPECT_EQ(ToFeelText(bench.R('(', N(2), Value::Null(), ')', RangeForm::kGreater)), "(> 2)");
}

TEST(ToDisplayText, QuotesStringsOnlyInsideOthers) {
  Workbench bench;
  EXPECT_EQ(ToDisplayText(S("a\"b")), "a\"b");
  EXPECT_EQ(ToDisplayText(bench.L({S("a"), T("P3D")})), R"(["a", P3D])");
  EXPECT_EQ(ToDisplayText(T("2026-03-16T10:00:00Z")), "2026-03-16T10:00:00Z");
  EXPECT_EQ(ToDisplayText(N("1.50")), "1.50");
}

// A value that holds itself twice at each level: 2^60 items in 60 small lists.
Value Doubling(Workbench& bench, int levels) {
  Value value = N(1);
  for (int i = 0; i < levels; ++i) value = bench.L({value, value});
  return value;
}

TEST(ToFeelText, CutsTextThatWouldBeEndless) {
  Workbench bench;
  const std::string text = ToFeelText(Doubling(bench, 60));
  EXPECT_LE(text.size(), (1U << 20U) + 3);
  EXPECT_TRUE(text.ends_with("..."));
}

TEST(CopyInto, OutlivesTheOriginal) {
  Arena target;
  Value copy;
  {
    Workbench bench;
    const std::string name = "a name that is copied";
    const Value value = bench.C({{name, bench.L({S("text"), bench.Broken(), bench.Missing()})},
                                 {"r", bench.R('[', N(1), N(2), ')')},
                                 {"t", T("10:00:00@Europe/Stockholm")}});
    copy = CopyInto(value, target);
    EXPECT_EQ(Equal(value, copy), true);
  }
  EXPECT_EQ(ToFeelText(copy),
            R"({a name that is copied: ["text", null, null], r: [1..2), )"
            R"(t: time("10:00:00@Europe/Stockholm")})");
  const ListView items = FindEntry(copy, "a name that is copied")->list();
  EXPECT_EQ(items[1].cause()->message, "division by zero");
  EXPECT_TRUE(items[2].is_missing());
}

TEST(CopyInto, SharesWhatIsShared) {
  Workbench bench;
  Arena target;
  const Value copy = CopyInto(Doubling(bench, 60), target);
  EXPECT_LT(target.used_bytes(), 60U * 3U * sizeof(Value));
  EXPECT_EQ(copy.list()[0].list().data(), copy.list()[1].list().data());
}

TEST(CopyInto, EndsInDepth) {
  Workbench bench;
  Value value = N(1);
  for (int i = 0; i < 100'000; ++i) value = bench.L({value});
  Arena target;
  Value copy = CopyInto(value, target);
  while (copy.kind() == Kind::kList) copy = copy.list()[0];
  EXPECT_EQ(Workbench::Describe(copy), "null: limit");
}

}  // namespace
}  // namespace oxpecker::feel
