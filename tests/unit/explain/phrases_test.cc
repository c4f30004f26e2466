#include "engine/explain/phrases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/encoding.h"
#include "engine/decide/decision.h"
#include "rules/feel/value.h"
#include "rules/rulebook/rulebook.h"
#include "rules/rulebook/text_template.h"

namespace oxpecker::engine {
namespace {

using voice::Language;

std::vector<Phrase> AllPhrases() {
  std::vector<Phrase> phrases;
  for (std::size_t i = 0; i < kPhraseCount; ++i) phrases.push_back(static_cast<Phrase>(i));
  return phrases;
}

std::set<std::string> Names(Phrase phrase, Language language) {
  const auto names = rules::QuotedNames(Sentence(phrase, language));
  return {names.begin(), names.end()};
}

TEST(Phrases, EveryLanguageQuotesTheSameNames) {
  for (const Phrase phrase : AllPhrases()) {
    const auto english = Names(phrase, Language::kEnglish);
    EXPECT_EQ(Names(phrase, Language::kSwedish), english) << Sentence(phrase, Language::kEnglish);
    EXPECT_EQ(Names(phrase, Language::kChinese), english) << Sentence(phrase, Language::kEnglish);
  }
}

TEST(Phrases, EnglishIsAsciiAndTheOthersAreUtf8) {
  for (const Phrase phrase : AllPhrases()) {
    const std::string_view english = Sentence(phrase, Language::kEnglish);
    EXPECT_TRUE(std::all_of(english.begin(), english.end(), [](char c) {
      return c >= ' ' && c <= '~';
    })) << english;
    EXPECT_TRUE(IsUtf8(Sentence(phrase, Language::kSwedish))) << english;
    EXPECT_TRUE(IsUtf8(Sentence(phrase, Language::kChinese))) << english;
  }
}

TEST(Phrases, ChineseHasChineseCharactersAndPunctuation) {
  for (const Phrase phrase : AllPhrases()) {
    const std::string chinese(Sentence(phrase, Language::kChinese));
    EXPECT_TRUE(std::any_of(chinese.begin(), chinese.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0xE4;
    })) << chinese;
    EXPECT_EQ(chinese.find_first_of(",;:?()"), std::string::npos) << chinese;
  }
}

TEST(Phrases, EveryWordOfARecordHasAPhrase) {
  for (int i = 0; i <= static_cast<int>(EndState::kOutranked); ++i)
    EXPECT_TRUE(PhraseOf(WordList::kState, Name(static_cast<EndState>(i)))) << i;
  for (int i = 0; i <= static_cast<int>(Verdict::kBlock); ++i)
    EXPECT_TRUE(PhraseOf(WordList::kVerdict, Name(static_cast<Verdict>(i)))) << i;
  for (int i = 1; i <= 8; ++i)
    EXPECT_TRUE(PhraseOf(WordList::kStage, rules::Name(static_cast<rules::Stage>(i)))) << i;
  for (int i = 0; i <= static_cast<int>(feel::CauseKind::kLimit); ++i)
    EXPECT_TRUE(PhraseOf(WordList::kCause, feel::Name(static_cast<feel::CauseKind>(i)))) << i;
  for (const char* channel :
       {"push", "email", "sms", "letter", "feed", "in_journey", "human_call"}) {
    EXPECT_TRUE(PhraseOf(WordList::kChannel, channel)) << channel;
    EXPECT_TRUE(PhraseOf(WordList::kChannelToCustomer, channel)) << channel;
  }
  EXPECT_TRUE(PhraseOf(WordList::kChannel, "internal"));
  EXPECT_FALSE(PhraseOf(WordList::kChannelToCustomer, "internal")) << "no customer hears of it";
}

TEST(Phrases, CustomersAreNotToldOfSensitiveFacts) {
  for (const char* fact : {"vulnerability", "model_scores"})
    EXPECT_FALSE(PhraseOf(WordList::kFactToCustomer, fact)) << fact;
}

// The bank stands behind its customers; it does not watch them.
TEST(Phrases, NothingIsNoticedOrWatched) {
  for (const Phrase phrase : AllPhrases()) {
    if (phrase < Phrase::kCustomerTitle) continue;
    for (const char* word : {"noticed", "watch", "monitor", "detect"})
      EXPECT_EQ(Sentence(phrase, Language::kEnglish).find(word), std::string_view::npos) << word;
    for (const char* word : {"märkt", "övervak", "upptäckt"})
      EXPECT_EQ(Sentence(phrase, Language::kSwedish).find(word), std::string_view::npos) << word;
    for (const char* word : {"注意到", "监控", "发现"})
      EXPECT_EQ(Sentence(phrase, Language::kChinese).find(word), std::string_view::npos) << word;
  }
}

}  // namespace
}  // namespace oxpecker::engine
