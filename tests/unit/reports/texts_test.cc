#include "reports/render/texts.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "audit/kinds.h"
#include "audit/verify.h"
#include "reports/vocabulary.h"

namespace oxpecker::reports {
namespace {

std::set<std::string> Names(std::string_view pattern) {
  std::set<std::string> names;
  for (std::size_t open = pattern.find('{'); open != std::string_view::npos;
       open = pattern.find('{', open + 1)) {
    names.emplace(pattern.substr(open, pattern.find('}', open) - open));
  }
  return names;
}

TEST(Texts, EveryLanguageNamesTheSameValues) {
  for (const TextLine& line : kTexts) {
    EXPECT_EQ(Names(line.en), Names(line.sv)) << line.key;
    EXPECT_EQ(Names(line.en), Names(line.zh)) << line.key;
  }
}

TEST(Texts, EveryCodeOfTheReportIsTold) {
  const Texts texts(Language::kEnglish);
  for (const ExceptionKind& kind : kExceptionKinds) {
    EXPECT_TRUE(texts.Find("exception", kind.code)) << kind.code;
  }
  for (const char* id : kCheckIds) {
    for (const char* group : {"check", "finding", "consequence"}) {
      EXPECT_TRUE(texts.Find(group, id)) << group << "." << id;
    }
  }
  for (const char* code : kLimitationCodes) EXPECT_TRUE(texts.Find("limitation", code)) << code;
  for (const CheckState state : {CheckState::kPass, CheckState::kFail, CheckState::kGap,
                                 CheckState::kNoOccurrence, CheckState::kAttestationNeeded}) {
    EXPECT_TRUE(texts.Find("check_state", Name(state)));
    EXPECT_TRUE(texts.Find("check_state_meaning", Name(state)));
  }
}

TEST(Texts, EveryCodeOfARecordIsTold) {
  const Texts texts(Language::kSwedish);
  for (const audit::KindDefinition& kind : audit::KindDefinitions()) {
    EXPECT_TRUE(texts.Find("kind", kind.name)) << kind.name;
  }
  for (const auto aspect : {audit::Aspect::kIntegrity, audit::Aspect::kCompleteness,
                            audit::Aspect::kAuthenticity}) {
    EXPECT_TRUE(texts.Find("aspect", audit::Name(aspect)));
    EXPECT_TRUE(texts.Find("aspect_meaning", audit::Name(aspect)));
  }
  for (const auto verdict :
       {audit::Verdict::kHolds, audit::Verdict::kBroken, audit::Verdict::kNotShown}) {
    EXPECT_TRUE(texts.Find("log_verdict", audit::Name(verdict)));
  }
  EXPECT_EQ(texts.OfCode("kind", "of_a_later_build"), "of_a_later_build");
}

// The house claims conformity with nothing.
TEST(Texts, ClaimNoConformity) {
  for (const TextLine& line : kTexts) {
    EXPECT_EQ(line.en.find("compliant"), std::string_view::npos) << line.key;
    EXPECT_EQ(line.en.find("certified"), std::string_view::npos) << line.key;
  }
}

TEST(Fill, PutsValuesIn) {
  EXPECT_EQ(Fill("{n} of {of}", {{"n", "3"}, {"of", "{n}"}}), "3 of {n}");
  EXPECT_EQ(Fill("{unknown} stays", {{"n", "3"}}), "{unknown} stays");
  EXPECT_EQ(Fill("open { brace", {{"n", "3"}}), "open { brace");
}

TEST(Number, GroupsByThree) {
  const Texts english(Language::kEnglish);
  EXPECT_EQ(english.Number(0), "0");
  EXPECT_EQ(english.Number(999), "999");
  EXPECT_EQ(english.Number(1'000), "1,000");
  EXPECT_EQ(english.Number(1'234'567), "1,234,567");
  EXPECT_EQ(Texts(Language::kSwedish).Number(1'000), "1\u202f000");
}

}  // namespace
}  // namespace oxpecker::reports
