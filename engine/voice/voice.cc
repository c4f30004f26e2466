#include "engine/voice/voice.h"

#include <unicode/brkiter.h>
#include <unicode/calendar.h>
#include <unicode/dtfmtsym.h>
#include <unicode/gregocal.h>
#include <unicode/listformatter.h>
#include <unicode/measfmt.h>
#include <unicode/measunit.h>
#include <unicode/measure.h>
#include <unicode/numberformatter.h>
#include <unicode/smpdtfmt.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/check.h"
#include "rules/feel/zone.h"

namespace oxpecker::voice {
namespace {

constexpr std::array kLanguages = {Language::kEnglish, Language::kSwedish, Language::kChinese};

const icu::Locale& LocaleOf(Language language) {
  static const icu::Locale english("en", "GB");
  static const icu::Locale swedish("sv", "SE");
  static const icu::Locale chinese("zh_Hans_CN");
  switch (language) {
    case Language::kEnglish:
      return english;
    case Language::kSwedish:
      return swedish;
    case Language::kChinese:
      return chinese;
  }
  return english;
}

std::string Utf8(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

// ICU fails here only where its data is not installed: a broken machine, not an input.
void Good(UErrorCode status) { OXP_CHECK(U_SUCCESS(status)); }

std::string Formatted(const icu::number::LocalizedNumberFormatter& formatter, Decimal number) {
  OXP_CHECK(number.is_finite());
  UErrorCode status = U_ZERO_ERROR;
  const icu::number::FormattedNumber formatted = formatter.formatDecimal(number.ToString(), status);
  const icu::UnicodeString text = formatted.toString(status);
  Good(status);
  return Utf8(text);
}

// Currencies whose minor unit has other than two digits (ISO 4217, list one, as of 2024).
struct Digits {
  std::string_view currency;
  int digits;
};
constexpr Digits kDigits[] = {
    {"BHD", 3}, {"BIF", 0}, {"CLF", 4}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"IQD", 3},
    {"ISK", 0}, {"JOD", 3}, {"JPY", 0}, {"KMF", 0}, {"KRW", 0}, {"KWD", 3}, {"LYD", 3},
    {"OMR", 3}, {"PYG", 0}, {"RWF", 0}, {"TND", 3}, {"UGX", 0}, {"UYI", 0}, {"UYW", 4},
    {"VND", 0}, {"VUV", 0}, {"XAF", 0}, {"XOF", 0}, {"XPF", 0}};

const char* DatePattern(Language language) {
  switch (language) {
    case Language::kEnglish:
      return "d MMMM u";
    case Language::kSwedish:
      return "d MMMM u";
    case Language::kChinese:
      return "u\\u5E74M\\u6708d\\u65E5";
  }
  return "";
}

const char* DateAndTimePattern(Language language) {
  switch (language) {
    case Language::kEnglish:
      return "d MMMM u, HH:mm:ss";
    case Language::kSwedish:
      return "d MMMM u HH:mm:ss";
    case Language::kChinese:
      return "u\\u5E74M\\u6708d\\u65E5 HH:mm:ss";
  }
  return "";
}

// `seconds` since 1970 by a wall clock. Gregorian throughout, as Instant is.
std::string WallClock(Language language, const char* pattern, std::int64_t seconds) {
  UErrorCode status = U_ZERO_ERROR;
  icu::SimpleDateFormat format(icu::UnicodeString(pattern, -1, US_INV).unescape(),
                               LocaleOf(language), status);
  Good(status);
  auto calendar = std::make_unique<icu::GregorianCalendar>(*icu::TimeZone::getGMT(),
                                                           LocaleOf(language), status);
  calendar->setGregorianChange(static_cast<UDate>(std::int64_t{-9'000'000'000'000'000}), status);
  Good(status);
  format.adoptCalendar(calendar.release());
  icu::UnicodeString text;
  format.format(static_cast<UDate>(seconds * 1000), text);
  return Utf8(text);
}

Result<std::int32_t> OffsetAt(Instant instant, std::string_view zone) {
  const feel::ZoneRules* rules = feel::FindZone(zone);
  if (rules == nullptr)
    return Fail(ErrorCode::kInvalidInput, "", "the time zone is not in the IANA database",
                "write a name such as Europe/Stockholm");
  return feel::OffsetAtUtc(*rules, instant.unix_seconds());
}

std::string OffsetText(std::int32_t seconds) {
  if (seconds == 0) return "UTC";
  const std::int32_t size = seconds < 0 ? -seconds : seconds;
  const auto two = [](std::int32_t n) {
    return std::string(n < 10 ? "0" : "") + std::to_string(n);
  };
  std::string text =
      std::string("UTC") + (seconds < 0 ? "-" : "+") + two(size / 3600) + ":" + two(size / 60 % 60);
  if (size % 60 != 0) text += ":" + two(size % 60);
  return text;
}

std::vector<std::string_view> Pieces(icu::BreakIterator& iterator, std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  UText* opened =
      utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status);
  iterator.setText(opened, status);
  Good(status);
  std::vector<std::string_view> pieces;
  std::size_t from = 0;
  iterator.first();
  for (int at = iterator.next(); at != icu::BreakIterator::DONE; at = iterator.next()) {
    const auto to = std::min(static_cast<std::size_t>(at), text.size());
    if (to > from) pieces.push_back(text.substr(from, to - from));
    from = to;
  }
  utext_close(opened);
  return pieces;
}

std::size_t ColumnsOf(UChar32 c) {
  const std::int8_t category = u_charType(c);
  if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR ||
      category == U_CONTROL_CHAR)
    return 0;
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

}  // namespace

std::string_view Code(Language language) {
  switch (language) {
    case Language::kEnglish:
      return "en";
    case Language::kSwedish:
      return "sv";
    case Language::kChinese:
      return "zh";
  }
  return "";
}

std::string_view HtmlCode(Language language) {
  switch (language) {
    case Language::kEnglish:
      return "en-GB";
    case Language::kSwedish:
      return "sv-SE";
    case Language::kChinese:
      return "zh-Hans-CN";
  }
  return "";
}

Result<Language> ParseLanguage(std::string_view code) {
  for (const Language language : kLanguages)
    if (Code(language) == code) return language;
  return Fail(ErrorCode::kInvalidInput, "", "unknown language", "write en, sv or zh");
}

std::optional<int> MinorUnitDigits(std::string_view currency) {
  if (currency.size() != 3 ||
      !std::all_of(currency.begin(), currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
    return std::nullopt;
  for (const Digits& entry : kDigits)
    if (entry.currency == currency) return entry.digits;
  return 2;
}

std::string Number(Language language, Decimal number) {
  return Formatted(icu::number::NumberFormatter::withLocale(LocaleOf(language))
                       .precision(icu::number::Precision::unlimited()),
                   number);
}

Result<std::string> Money(Language language, Decimal minor_units, std::string_view currency) {
  const std::optional<int> digits = MinorUnitDigits(currency);
  if (!digits)
    return Fail(ErrorCode::kInvalidInput, "", "the currency is no code of ISO 4217",
                "write it as EUR");
  if (!minor_units.is_finite())
    return Fail(ErrorCode::kInvalidInput, "", "the amount is no finite number");
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString code(currency.data(), static_cast<std::int32_t>(currency.size()), US_INV);
  const icu::CurrencyUnit unit(code.getTerminatedBuffer(), status);
  Good(status);
  return Formatted(icu::number::NumberFormatter::withLocale(LocaleOf(language))
                       .unit(unit)
                       .scale(icu::number::Scale::powerOfTen(-*digits))
                       .precision(icu::number::Precision::fixedFraction(*digits)),
                   minor_units);
}

std::string Percent(Language language, Decimal ratio) {
  return Formatted(icu::number::NumberFormatter::withLocale(LocaleOf(language))
                       .unit(icu::MeasureUnit::getPercent())
                       .scale(icu::number::Scale::powerOfTen(2))
                       .precision(icu::number::Precision::maxFraction(1)),
                   ratio);
}

std::string Date(Language language, CivilDate date) {
  OXP_CHECK(IsCivilDate(date.year, date.month, date.day));
  return WallClock(language, DatePattern(language), DaysFromCivil(date) * kSecondsPerDay);
}

Result<std::string> DateAndTime(Language language, Instant instant, std::string_view zone) {
  OXP_TRY(const std::int32_t offset, OffsetAt(instant, zone));
  return WallClock(language, DateAndTimePattern(language), instant.unix_seconds() + offset) + " " +
         OffsetText(offset);
}

Result<CivilDate> LocalDate(Instant instant, std::string_view zone) {
  OXP_TRY(const std::int32_t offset, OffsetAt(instant, zone));
  const Instant local = instant.PlusSeconds(offset);
  std::int64_t days = local.unix_seconds() / kSecondsPerDay;
  if (local.unix_seconds() % kSecondsPerDay < 0) --days;
  return CivilFromDays(days);
}

std::string Duration(Language language, std::int64_t seconds) {
  UErrorCode status = U_ZERO_ERROR;
  struct Part {
    std::int64_t count;
    icu::MeasureUnit* (*unit)(UErrorCode&);
  };
  const bool negative = seconds < 0;
  const std::uint64_t size =
      negative ? ~static_cast<std::uint64_t>(seconds) + 1U : static_cast<std::uint64_t>(seconds);
  const std::array<Part, 4> parts = {
      {{static_cast<std::int64_t>(size / 86'400), &icu::MeasureUnit::createDay},
       {static_cast<std::int64_t>(size / 3600 % 24), &icu::MeasureUnit::createHour},
       {static_cast<std::int64_t>(size / 60 % 60), &icu::MeasureUnit::createMinute},
       {static_cast<std::int64_t>(size % 60), &icu::MeasureUnit::createSecond}}};
  std::vector<icu::Measure> measures;
  for (std::size_t i = 0; i < parts.size() && measures.size() < 2; ++i) {
    const bool last_resort = i + 1 == parts.size() && measures.empty();
    if (parts[i].count == 0 && !last_resort) continue;
    const std::int64_t count = negative && measures.empty() ? -parts[i].count : parts[i].count;
    measures.emplace_back(icu::Formattable(count), parts[i].unit(status), status);
  }
  icu::MeasureFormat format(LocaleOf(language), UMEASFMT_WIDTH_WIDE, status);
  Good(status);
  icu::UnicodeString text;
  icu::FieldPosition position(icu::FieldPosition::DONT_CARE);
  format.formatMeasures(measures.data(), static_cast<std::int32_t>(measures.size()), text, position,
                        status);
  Good(status);
  return Utf8(text);
}

std::string Joined(Language language, const std::vector<std::string>& items) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::ListFormatter> formatter(
      icu::ListFormatter::createInstance(LocaleOf(language), status));
  Good(status);
  std::vector<icu::UnicodeString> texts;
  for (const std::string& item : items) texts.push_back(icu::UnicodeString::fromUTF8(item));
  icu::UnicodeString text;
  formatter->format(texts.data(), static_cast<std::int32_t>(texts.size()), text, status);
  Good(status);
  return Utf8(text);
}

std::vector<std::string_view> Graphemes(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> iterator(
      icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
  Good(status);
  return Pieces(*iterator, text);
}

std::vector<std::string_view> LineSegments(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> iterator(
      icu::BreakIterator::createLineInstance(icu::Locale::getRoot(), status));
  Good(status);
  return Pieces(*iterator, text);
}

std::size_t ColumnsOf(std::string_view text) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (std::all_of(text.begin(), text.end(), is_plain)) return text.size();
  std::size_t columns = 0;
  for (const std::string_view cluster : Graphemes(text)) {
    std::size_t widest = 0;
    const icu::UnicodeString characters = icu::UnicodeString::fromUTF8(
        icu::StringPiece(cluster.data(), static_cast<std::int32_t>(cluster.size())));
    for (std::int32_t at = 0; at < characters.length(); at = characters.moveIndex32(at, 1))
      widest = std::max(widest, ColumnsOf(characters.char32At(at)));
    columns += widest;
  }
  return columns;
}

}  // namespace oxpecker::voice
