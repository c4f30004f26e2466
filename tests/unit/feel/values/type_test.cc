#include "rules/feel/type.h"

#include <gtest/gtest.h>

#include "rules/feel/scope.h"

namespace oxpecker::feel {
namespace {

TEST(Type, ComparesByStructure) {
  const Type fee = Type::Context({{"amount", Type::Number(), false}, {"code", Type::String(), true}});
  const Type same = Type::Context({{"amount", Type::Number(), false}, {"code", Type::String(), true}});
  EXPECT_EQ(fee, same);
  EXPECT_EQ(Type::List(fee), Type::List(same));
  EXPECT_FALSE(fee == Type::Context({{"amount", Type::Number(), false}, {"code", Type::String()}}));
  EXPECT_FALSE(Type::List(fee) == Type::Map(fee));
  EXPECT_FALSE(Type::String() == Type::StringOf({"a"}));
  EXPECT_EQ(Type::StringOf({"a"}), Type::StringOf({"a"}));
  EXPECT_FALSE(Type::Number() == Type::Number().OrNull());
  EXPECT_EQ(Type::Number().OrNull(), Type::Number().OrNull().OrNull());
  EXPECT_EQ(Type(), Type::Any());
  EXPECT_FALSE(Type::Function({Type::Number()}, Type::String()) ==
               Type::Function({Type::String()}, Type::String()));
}

TEST(Type, FindsFieldsByName) {
  const Type fee = Type::Context({{"amount", Type::Number(), false}, {"code", Type::String(), true}});
  ASSERT_NE(fee.FindField("code"), nullptr);
  EXPECT_TRUE(fee.FindField("code")->optional);
  EXPECT_EQ(fee.FindField("cod"), nullptr);
  EXPECT_EQ(fee.shape()->Find("code"), 1);
  const Type copy = fee.OrNull();
  EXPECT_EQ(copy.shape(), fee.shape());  // paths compare shapes by address
}

TEST(Type, NamesItself) {
  EXPECT_EQ(Type::List(Type::Context({{"id", Type::String()}, {"n", Type::Number().OrNull()}})).ToString(),
            "list<context<id: string, n: number or null>>");
  EXPECT_EQ(Type::Function({Type::Number(), Type::Date()}, Type::DaysTime()).ToString(),
            "function<number, date> -> days and time duration");
  std::vector<Field> fields;
  for (int i = 0; i < 100; ++i) fields.push_back({"fält_" + std::to_string(i), Type::String()});
  const std::string text = Type::Context(fields).ToString();
  EXPECT_LE(text.size(), 163U);
  EXPECT_TRUE(text.ends_with("..."));
}

TEST(Scope, FindsVariables) {
  Scope scope;
  EXPECT_EQ(scope.Add("loan amount", Type::Number()), 0U);
  EXPECT_EQ(scope.Add("a-b", Type::String()), 1U);
  ASSERT_NE(scope.Find("a-b"), nullptr);
  EXPECT_EQ(scope.Find("a-b")->type, Type::String());
  EXPECT_EQ(scope.Find("a"), nullptr);
}

}  // namespace
}  // namespace oxpecker::feel
