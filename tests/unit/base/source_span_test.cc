#include "base/source_span.h"

#include <gtest/gtest.h>

namespace oxpecker {
namespace {

TEST(PlaceTest, CountsLinesAndCodePoints) {
  const std::string text = "a + b\n\xC3\xA5\xE4\xBD\xA0 c";
  EXPECT_EQ(PlaceOf({}, text, 0), "1:1");
  EXPECT_EQ(PlaceOf({}, text, 4), "1:5");
  EXPECT_EQ(PlaceOf({}, text, 5), "1:6");
  EXPECT_EQ(PlaceOf({}, text, 6), "2:1");
  EXPECT_EQ(PlaceOf({}, text, 8), "2:2");
  EXPECT_EQ(PlaceOf({}, text, 12), "2:4");
  EXPECT_EQ(PlaceOf({}, text, 999), "2:5");
}

TEST(PlaceTest, StartsAtTheOrigin) {
  const SourceOrigin origin{"fees.yaml", 14, 9};
  EXPECT_EQ(PlaceOf(origin, "a\nb", 0), "fees.yaml:14:9");
  EXPECT_EQ(PlaceOf(origin, "a\nb", 1), "fees.yaml:14:10");
  EXPECT_EQ(PlaceOf(origin, "a\nb", 2), "fees.yaml:15:1");
  EXPECT_EQ(PlaceOf(origin, "a\nb", 2, 6), "fees.yaml:15:7");
}

}  // namespace
}  // namespace oxpecker
