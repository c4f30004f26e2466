#include "rules/dmn/json_input.h"

#include <gtest/gtest.h>

namespace oxpecker::dmn {
namespace {

std::string Seen(std::string_view text, const feel::Type& type) {
  const auto document = json::Document::Parse(text, {});
  EXPECT_TRUE(document.has_value()) << text;
  feel::Arena arena;
  return feel::ToFeelText(ReadJsonInput(document->root(), type, arena));
}

TEST(JsonInput, NumbersKeepEveryDigit) {
  EXPECT_EQ(Seen("0.1", feel::Type::Any()), "0.1");
  EXPECT_EQ(Seen("9007199254740993", feel::Type::Number()), "9007199254740993");
  EXPECT_EQ(Seen("1234567890.123456789012345678901234", feel::Type::Number()),
            "1234567890.123456789012345678901234");
}

TEST(JsonInput, ATextIsATimeOnlyWhereTheTypeAsksForOne) {
  EXPECT_EQ(Seen("\"2026-03-16\"", feel::Type::Date()), "date(\"2026-03-16\")");
  EXPECT_EQ(Seen("\"2026-03-16\"", feel::Type::String()), "\"2026-03-16\"");
  EXPECT_EQ(Seen("\"2026-03-16\"", feel::Type::Any()), "\"2026-03-16\"");
  EXPECT_EQ(Seen("\"no date\"", feel::Type::Date()), "\"no date\"");
  EXPECT_EQ(Seen("[\"P3D\"]", feel::Type::List(feel::Type::DaysTime())), "[duration(\"P3D\")]");
}

TEST(JsonInput, ObjectsAreContexts) {
  const feel::Type type = feel::Type::Context({{"born", feel::Type::Date(), false}});
  EXPECT_EQ(Seen("{\"born\": \"2000-02-29\", \"more\": [true, null]}", type),
            "{born: date(\"2000-02-29\"), more: [true, null]}");
}

}  // namespace
}  // namespace oxpecker::dmn
