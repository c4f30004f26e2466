#include "engine/voice/voice.h"

#include <gtest/gtest.h>

#include <limits>

namespace oxpecker::voice {
namespace {

constexpr Language kAll[] = {Language::kEnglish, Language::kSwedish, Language::kChinese};
Decimal D(const char* text) { return *Decimal::Parse(text); }
Instant At(const char* text) { return *Instant::Parse(text); }

TEST(Voice, MoneyHasTheDigitsOfItsCurrency) {
  EXPECT_EQ(*Money(Language::kSwedish, D("150000"), "SEK"), "1\u00a0500,00\u00a0kr");
  EXPECT_EQ(*Money(Language::kSwedish, D("150000"), "CZK"), "1\u00a0500,00\u00a0CZK");
  EXPECT_EQ(*Money(Language::kEnglish, D("150000"), "SEK"), "SEK\u00a01,500.00");
  EXPECT_EQ(*Money(Language::kEnglish, D("150000"), "EUR"), "€1,500.00");
  EXPECT_EQ(*Money(Language::kEnglish, D("150000"), "CZK"), "CZK\u00a01,500.00");
  EXPECT_EQ(*Money(Language::kEnglish, D("150000"), "JPY"), "JP¥150,000");
  EXPECT_EQ(*Money(Language::kSwedish, D("150000"), "JPY"), "150\u00a0000\u00a0JPY");
  EXPECT_EQ(*Money(Language::kChinese, D("150000"), "JPY"), "JP¥150,000");
  EXPECT_EQ(*Money(Language::kChinese, D("150000"), "CNY"), "¥1,500.00");
  EXPECT_EQ(*Money(Language::kEnglish, D("150000"), "KWD"), "KWD\u00a0150.000");
  EXPECT_EQ(*Money(Language::kEnglish, D("150000"), "HUF"), "HUF\u00a01,500.00")
      << "ISO 4217, not CLDR";
  EXPECT_EQ(*Money(Language::kEnglish, D("-5"), "EUR"), "-€0.05");
  EXPECT_EQ(*Money(Language::kEnglish, D("0"), "EUR"), "€0.00");
}

TEST(Voice, MoneyWithoutACurrencyCodeIsRefused) {
  for (const char* code : {"", "EU", "EURO", "eur", "E1R", "\xff\xff\xff"}) {
    const auto money = Money(Language::kEnglish, D("1"), code);
    ASSERT_FALSE(money.has_value()) << code;
    EXPECT_EQ(money.error().code, ErrorCode::kInvalidInput);
  }
}

TEST(Voice, NumbersKeepTheirDigits) {
  EXPECT_EQ(Number(Language::kEnglish, D("1234567.125")), "1,234,567.125");
  EXPECT_EQ(Number(Language::kSwedish, D("1234567.125")), "1\u00a0234\u00a0567,125");
  EXPECT_EQ(Number(Language::kChinese, D("-0.5")), "-0.5");
  EXPECT_EQ(Number(Language::kSwedish, D("-0.5")), "\u22120,5");
  EXPECT_EQ(Number(Language::kEnglish, D("0.1234567890123456789")), "0.1234567890123456789");
}

TEST(Voice, PercentIsOfARatioRoundedHalfToEven) {
  EXPECT_EQ(Percent(Language::kEnglish, D("0.25")), "25%");
  EXPECT_EQ(Percent(Language::kEnglish, D("0.2565")), "25.6%");
  EXPECT_EQ(Percent(Language::kEnglish, D("0.2575")), "25.8%");
  EXPECT_EQ(Percent(Language::kSwedish, D("0.256")), "25,6\u00a0%");
}

TEST(Voice, DatesInEachLanguage) {
  EXPECT_EQ(Date(Language::kEnglish, {2026, 3, 16}), "16 March 2026");
  EXPECT_EQ(Date(Language::kSwedish, {2026, 3, 16}), "16 mars 2026");
  EXPECT_EQ(Date(Language::kChinese, {2026, 3, 16}), "2026年3月16日");
  EXPECT_EQ(Date(Language::kEnglish, {2024, 2, 29}), "29 February 2024");
  EXPECT_EQ(Date(Language::kEnglish, {1500, 3, 1}), "1 March 1500") << "Gregorian before 1582 too";
}

TEST(Voice, TheHourThatComesTwiceIsTold) {
  EXPECT_EQ(*DateAndTime(Language::kEnglish, At("2026-10-25T00:30:00Z"), "Europe/Stockholm"),
            "25 October 2026, 02:30:00 UTC+02:00");
  EXPECT_EQ(*DateAndTime(Language::kEnglish, At("2026-10-25T01:30:00Z"), "Europe/Stockholm"),
            "25 October 2026, 02:30:00 UTC+01:00");
  EXPECT_EQ(*DateAndTime(Language::kSwedish, At("2026-03-16T10:00:00Z"), "UTC"),
            "16 mars 2026 10:00:00 UTC");
  EXPECT_EQ(*DateAndTime(Language::kChinese, At("2026-03-16T20:00:00Z"), "Asia/Shanghai"),
            "2026年3月17日 04:00:00 UTC+08:00");
  EXPECT_EQ(*DateAndTime(Language::kEnglish, At("2026-03-16T02:00:00Z"), "America/St_Johns"),
            "15 March 2026, 23:30:00 UTC-02:30");
}

TEST(Voice, AnUnknownZoneIsRefused) {
  for (const char* zone : {"", "Europe/Nowhere", "../../etc/passwd"})
    EXPECT_FALSE(DateAndTime(Language::kEnglish, At("2026-03-16T10:00:00Z"), zone).has_value())
        << zone;
}

TEST(Voice, LocalDateTurnsAtMidnightOfTheZone) {
  EXPECT_EQ(*LocalDate(At("2026-03-16T22:59:59Z"), "Europe/Stockholm"), (CivilDate{2026, 3, 16}));
  EXPECT_EQ(*LocalDate(At("2026-03-16T23:00:00Z"), "Europe/Stockholm"), (CivilDate{2026, 3, 17}));
  EXPECT_EQ(*LocalDate(At("1969-12-31T23:59:59Z"), "UTC"), (CivilDate{1969, 12, 31}));
}

TEST(Voice, DurationsOfTwoUnitsAtMost) {
  EXPECT_EQ(Duration(Language::kEnglish, 259'200), "3 days");
  EXPECT_EQ(Duration(Language::kEnglish, 5'400), "1 hour, 30 minutes");
  EXPECT_EQ(Duration(Language::kEnglish, 90'061), "1 day, 1 hour");
  EXPECT_EQ(Duration(Language::kEnglish, 0), "0 seconds");
  EXPECT_EQ(Duration(Language::kSwedish, 86'400), "1 dygn");
  EXPECT_EQ(Duration(Language::kChinese, 5'400), "1小时30分钟");
  EXPECT_FALSE(Duration(Language::kEnglish, std::numeric_limits<std::int64_t>::min()).empty());
}

TEST(Voice, Lists) {
  EXPECT_EQ(Joined(Language::kEnglish, {}), "");
  EXPECT_EQ(Joined(Language::kEnglish, {"a"}), "a");
  EXPECT_EQ(Joined(Language::kEnglish, {"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(Joined(Language::kSwedish, {"a", "b", "c"}), "a, b och c");
  EXPECT_EQ(Joined(Language::kChinese, {"甲", "乙", "丙"}), "甲、乙和丙");
}

TEST(Voice, LanguagesAreReadByTheirCode) {
  for (const Language language : kAll) EXPECT_EQ(*ParseLanguage(Code(language)), language);
  EXPECT_FALSE(ParseLanguage("de").has_value());
  EXPECT_FALSE(ParseLanguage("EN").has_value());
}

TEST(Voice, ColumnsOfATerminal) {
  EXPECT_EQ(ColumnsOf(""), 0U);
  EXPECT_EQ(ColumnsOf("abc"), 3U);
  EXPECT_EQ(ColumnsOf("åäö"), 3U);
  EXPECT_EQ(ColumnsOf("a\u0301"), 1U) << "a combining mark takes none";
  EXPECT_EQ(ColumnsOf("滞纳金"), 6U);
  EXPECT_EQ(ColumnsOf("，"), 2U);
  EXPECT_EQ(ColumnsOf("👩‍👩‍👧"), 2U) << "one cluster";
}

TEST(Voice, SegmentsAndGraphemesLoseNothing) {
  for (const std::string_view text : {"Hello, world.  Two spaces", "客户亲密度，很好。abc", "",
                                      "a\u0301\u0301 b", "\xff\xfe bad"}) {
    std::string segments;
    std::string graphemes;
    for (const std::string_view piece : LineSegments(text)) segments += piece;
    for (const std::string_view piece : Graphemes(text)) graphemes += piece;
    EXPECT_EQ(segments, text);
    EXPECT_EQ(graphemes, text);
  }
}

TEST(Voice, ChinesePunctuationStaysWithItsCharacter) {
  for (const std::string_view segment : LineSegments("今天没有事，您不用做任何事。"))
    EXPECT_FALSE(segment.starts_with("，") || segment.starts_with("。")) << segment;
}

}  // namespace
}  // namespace oxpecker::voice
