// engine/voice/voice.h - numbers, money, dates, instants, percentages and durations as the readers
// of a language write them (Unicode CLDR, by ICU inside voice.cc).
//
// Pure functions of their arguments: no locale, clock or time zone of the machine is read. Text is
// UTF-8 and may hold no-break spaces. Thread-safe. English is that of Great Britain, because dates
// are read by Europeans; Chinese is the simplified script of the mainland (zh-Hans-CN).
//
// Example:
//   voice::Money(Language::kSwedish, Decimal::FromInt64(150000), "SEK").value()  // "1 500,00 kr"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/instant.h"
#include "base/result.h"

namespace oxpecker::voice {

enum class Language : std::uint8_t { kEnglish, kSwedish, kChinese };
inline constexpr std::size_t kLanguageCount = 3;

std::string_view Code(Language language);      // "en", "sv", "zh": the key of a pack's texts
std::string_view HtmlCode(Language language);  // "en-GB", "sv-SE", "zh-Hans-CN" (BCP 47)
Result<Language> ParseLanguage(std::string_view code);

// Digits after the point of a currency's minor unit by ISO 4217 (not CLDR's, which drops those that
// are out of use): 2 for EUR, 0 for JPY, 3 for KWD. Nothing for a text that is no three letters
// A-Z.
std::optional<int> MinorUnitDigits(std::string_view currency);

// All digits that the number has, with the language's separators. The number must be finite.
std::string Number(Language language, Decimal number);

// `minor_units` of a currency by its ISO 4217 code. Refused where the code is no code or the number
// is not finite.
Result<std::string> Money(Language language, Decimal minor_units, std::string_view currency);

// A ratio: 0.25 is 25 %. At most one digit after the point, rounded half to even.
std::string Percent(Language language, Decimal ratio);

// "16 March 2026". The day must exist (IsCivilDate).
std::string Date(Language language, CivilDate date);

// "16 March 2026, 11:00:00 UTC+01:00": the wall clock of an IANA zone, with its offset, since an
// hour in autumn comes twice. Refused where the zone is not in the database.
Result<std::string> DateAndTime(Language language, Instant instant, std::string_view zone);

// The day of an instant by the wall clock of an IANA zone.
Result<CivilDate> LocalDate(Instant instant, std::string_view zone);

// "3 days", "1 hour, 30 minutes": at most the two largest of days, hours, minutes and seconds.
std::string Duration(Language language, std::int64_t seconds);

// "a, b and c".
std::string Joined(Language language, const std::vector<std::string>& items);

// Columns that a terminal gives to a text: two for a wide East Asian character and for an emoji,
// none for a combining mark or a control character. Text that is no UTF-8 counts one a byte.
std::size_t ColumnsOf(std::string_view text);

// A text's grapheme clusters, in order: what a reader takes for one character and no line may
// split.
std::vector<std::string_view> Graphemes(std::string_view text);

// The text in pieces after each of which a line may end (UAX 14): words with the spaces that follow
// them, single East Asian characters with the punctuation that belongs to them.
std::vector<std::string_view> LineSegments(std::string_view text);

}  // namespace oxpecker::voice
