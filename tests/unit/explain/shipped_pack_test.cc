// The pack and the customers that ship: every decision can be told to everybody, in every language.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "engine/decide/decider.h"
#include "engine/explain/recorded.h"
#include "engine/explain/render.h"
#include "rules/rulebook/text_template.h"
#include "tests/unit/explain/small_pack.h"

namespace oxpecker::engine {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr voice::Language kAll[] = {voice::Language::kEnglish, voice::Language::kSwedish,
                                    voice::Language::kChinese};

std::shared_ptr<const Release> ShippedRelease() {
  static const std::shared_ptr<const Release> release = [] {
    const auto files = ReadPackFolder(OXPECKER_SOURCE_DIR "/rules/packs/retail");
    EXPECT_TRUE(files.has_value()) << files.error().ToString();
    auto built = files ? Release::Build(*files) : Release::Build({});
    EXPECT_TRUE(built.has_value()) << ToString(built.error());
    return built ? *built : nullptr;
  }();
  return release;
}

std::vector<Decision> DecideOnShippedCustomers() {
  std::vector<Decision> decisions;
  Decider decider(ShippedRelease());
  std::ifstream lines(OXPECKER_SOURCE_DIR "/examples/customers/customers.jsonl");
  std::string line;
  while (std::getline(lines, line)) {
    const auto document = json::Document::Parse(line, {});
    EXPECT_TRUE(document.has_value());
    const auto event = document->root().Find("event");
    decisions.push_back(decider.Decide(*json::Canonical(*document->root().Find("facts")),
                                       event ? *json::Canonical(*event) : std::string()));
  }
  return decisions;
}

std::vector<std::string> InternalNames(const rules::Rulebook& book) {
  std::vector<std::string> names;
  for (const rules::Text& text : book.reason_texts) names.push_back(text.id);
  for (const rules::Rule& rule : book.rules) names.push_back(rule.id);
  for (const rules::Table& table : book.tables) names.push_back(table.id);
  for (const rules::Guard& guard : book.guards) names.push_back(guard.id);
  for (const rules::Action& action : book.actions) names.push_back(action.id);
  for (const rules::Feature& feature : book.features) names.push_back(feature.id);
  for (const rules::Threshold& threshold : book.thresholds)
    if (threshold.id.find('_') != std::string::npos) names.push_back(threshold.id);
  return names;
}

TEST(ShippedPack, EveryCustomerCanBeToldInEveryLanguageAndDetail) {
  ASSERT_NE(ShippedRelease(), nullptr);
  const std::vector<Decision> decisions = DecideOnShippedCustomers();
  ASSERT_GE(decisions.size(), 12U);
  for (const Decision& decision : decisions) {
    const std::string bytes = ToCanonicalJson(decision);
    ASSERT_TRUE(ReadDecision(bytes).has_value());
    EXPECT_EQ(ToCanonicalJson(ReadDecision(bytes)->decision), bytes);
    for (const Audience audience : {Audience::kCustomer, Audience::kOfficer, Audience::kAuditor})
      for (const voice::Language language : kAll)
        for (const DetailLevel detail :
             {DetailLevel::kBrief, DetailLevel::kStandard, DetailLevel::kDetailed}) {
          const auto told = Explain(*ShippedRelease(), bytes, decision.trace,
                                    {.audience = audience, .language = language, .detail = detail});
          ASSERT_TRUE(told.has_value()) << told.error().ToString();
          for (const char* open : {"(not known)", "(okänt)", "（未知）"})
            EXPECT_THAT(AllText(*told), Not(HasSubstr(open)))
                << "a sentence quotes evidence that is not there";
          for (const std::size_t width : {40U, 80U})
            EXPECT_FALSE(ToText(*told, {.columns = width}).empty());
        }
  }
}

TEST(ShippedPack, NoCustomerReadsACodeOrAnId) {
  ASSERT_NE(ShippedRelease(), nullptr);
  const std::vector<std::string> names = InternalNames(ShippedRelease()->rulebook().authored());
  for (const Decision& decision : DecideOnShippedCustomers())
    for (const voice::Language language : kAll) {
      const auto told = Explain(*ShippedRelease(), ToCanonicalJson(decision), decision.trace,
                                {.audience = Audience::kCustomer, .language = language});
      ASSERT_TRUE(told.has_value());
      for (const std::string& name : names) EXPECT_THAT(AllText(*told), Not(HasSubstr(name)));
    }
}

// What the customer may ever read of the pack names no code, and every language quotes the same.
TEST(ShippedPack, CustomerSentencesNameNoCode) {
  ASSERT_NE(ShippedRelease(), nullptr);
  const rules::Rulebook& book = ShippedRelease()->rulebook().authored();
  const std::vector<std::string> names = InternalNames(book);
  for (const rules::Text& text : book.action_texts)
    for (const auto* by_language : {&text.title, &text.customer})
      for (const auto& [language, sentence] : *by_language) {
        const std::string plain =
            rules::FillIn(sentence, [](std::string_view) { return std::string(); });
        for (const std::string& name : names)
          EXPECT_THAT(plain, Not(HasSubstr(name))) << text.id << " " << language;
      }
}

// The reasons that an officer is told are those of the record.
TEST(ShippedPack, AnOfficerIsToldEveryReasonOfTheRecordAndNoOther) {
  for (const Decision& decision : DecideOnShippedCustomers()) {
    const auto told = Explain(*ShippedRelease(), ToCanonicalJson(decision), decision.trace, {});
    ASSERT_TRUE(told.has_value()) << told.error().ToString();
    std::set<std::string> sources;
    for (const Section& section : told->sections)
      for (const Paragraph& paragraph : section.paragraphs)
        if (paragraph.source.starts_with("reason:")) sources.insert(paragraph.source.substr(7));
    std::string text = AllText(*told);
    for (const std::string& code : decision.reasons) EXPECT_THAT(text, HasSubstr("[" + code + "]"));
    std::set<std::string> recorded(decision.reasons.begin(), decision.reasons.end());
    for (const Candidate& c : decision.candidates)
      recorded.insert(c.reasons.begin(), c.reasons.end());
    for (const std::string& code : sources) EXPECT_TRUE(recorded.contains(code)) << code;
  }
}

}  // namespace
}  // namespace oxpecker::engine
