#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

// Spaces and line ends as one space, so that the width of the page does not matter.
std::string Flat(const std::string& text) {
  std::string flat;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n';
    if (!space)
      flat += c;
    else if (!flat.empty() && flat.back() != ' ')
      flat += ' ';
  }
  return flat;
}

class Explain : public testing::Test {
 protected:
  Ended Run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "explain");
    return workspace_.Run(arguments);
  }
  const Workspace workspace_{Workspace::State::kDecided};
};

TEST_F(Explain, TellsTheOfficerWhyAndWhyNot) {
  const Ended ended = Run({workspace_.DecisionId(2)});
  ASSERT_EQ(ended.code, kDone) << ended;
  const std::string text = Flat(ended.out);
  EXPECT_THAT(text, HasSubstr("late_fee_count_180d >= policy.late_fee_n 4 >= 3 holds"));
  EXPECT_THAT(text, HasSubstr("autopay_affordable"));
  EXPECT_THAT(text, HasSubstr("LATE_FEES_REPEATED"));
  EXPECT_THAT(ended.err, testing::IsEmpty());
}

TEST_F(Explain, NamesTheCustomerToAnOfficer) {
  EXPECT_THAT(Flat(Run({"2"}).out), HasSubstr("Customer tomas"));
  EXPECT_THAT(Flat(Run({"2", "--detail", "brief"}).out), HasSubstr("Customer tomas"));
  EXPECT_THAT(Flat(Run({"12", "--lang", "sv"}).out), HasSubstr("Kund felix")) << "a refusal too";
  EXPECT_EQ(JsonText(Run({"2", "--format", "json"}).out).At("/customer"), "tomas");
}

// Oskar's balances are stale; that no autopay stands with the creditor is what spoke for the rule.
TEST_F(Explain, WhatStoppedARuleIsThePartThatDidNotHold) {
  struct Case {
    const char* language;
    const char* fails;
  };
  for (const Case& c : {Case{"en", "does not hold"}, Case{"sv", "ej uppfyllt"}, Case{"zh", "不成立"}}) {
    const Ended ended = Run({"11", "--lang", c.language, "--format", "json"});
    ASSERT_EQ(ended.code, kDone) << ended;
    const JsonText json(ended.out);
    std::vector<std::string> told;
    for (std::size_t s = 0; s < json.Size("/sections"); ++s) {
      const std::string section = "/sections/" + std::to_string(s);
      if (json.At(section + "/id") != "rules_not_met") continue;
      for (std::size_t r = 0; r < json.Size(section + "/rows"); ++r) {
        const std::string row = section + "/rows/" + std::to_string(r);
        if (json.At(row + "/source") == "rule:late_fees_hardship")
          told.push_back(json.At(row + "/cells/1") + "|" + json.At(row + "/cells/2") + "|" + json.At(row + "/cells/3"));
      }
    }
    EXPECT_EQ(told, std::vector<std::string>{std::string("not(balances_stale)|not(true)|") + c.fails});
  }
}

TEST_F(Explain, APartUnderANotThatHeldIsToldAsHolding) {
  const std::string text = Flat(Run({"2"}).out);
  EXPECT_THAT(text, HasSubstr("not(balances_stale) not(false) holds"));
}

TEST_F(Explain, BriefTextKeepsTheCustomersRights) {
  for (std::size_t seq = 1; seq <= kCustomers; ++seq) {
    if (seq == 12) continue;  // a refusal decided nothing
    const std::string text = Flat(Run({std::to_string(seq), "--for", "customer", "--detail", "brief"}).out);
    EXPECT_THAT(text, HasSubstr("decided automatically")) << seq;
    EXPECT_THAT(text, HasSubstr("ask a person to look at it again")) << seq;
  }
}

TEST_F(Explain, DetailTellsTheCustomerHowOldTheSourcesWere) {
  const auto told = [&](const char* detail) { return Flat(Run({"1", "--for", "customer", "--detail", detail}).out); };
  EXPECT_THAT(told("detailed"), HasSubstr("your accounts and their balances 12 October 2026, 05:00:00 UTC"));
  EXPECT_THAT(told("standard"), Not(HasSubstr("05:00:00")));
}

TEST_F(Explain, SilenceTellsWhatCameClosest) {
  const std::string officer = Flat(Run({"5", "--detail", "brief"}).out);
  EXPECT_THAT(officer, HasSubstr("(activity_drop_care): not(absence_explained) does not hold; with values: not(true)"));
  EXPECT_THAT(officer, Not(HasSubstr("avg_bill_minor"))) << "an unknown that stopped nothing";
  const std::string jianguo = Flat(Run({"9", "--for", "customer"}).out);
  EXPECT_THAT(jianguo, HasSubstr("we hold back guidance made for you"));
  EXPECT_THAT(Flat(Run({"5", "--for", "customer"}).out), Not(HasSubstr("hold back")));
}

TEST_F(Explain, TakesTheFirstCharactersOfAnId) {
  const std::string id = workspace_.DecisionId(2);
  const Ended whole = Run({id});
  EXPECT_EQ(Run({id.substr(0, 24)}).out, whole.out);
  EXPECT_EQ(Run({id.substr(0, 35)}).out, whole.out);
}

TEST_F(Explain, AnAmbiguousBeginningNamesTwo) {
  const Ended ended = Run({workspace_.DecisionId(1).substr(0, 4)});
  EXPECT_EQ(ended.code, kInvalidInput) << ended;
  EXPECT_THAT(ended.err, HasSubstr("more than one"));
  EXPECT_THAT(ended.err, HasSubstr(workspace_.DecisionId(1)));
}

TEST_F(Explain, AnUnknownIdSaysWhereIdsComeFrom) {
  for (const char* command : {"explain", "replay"}) {
    const Ended ended = workspace_.Run({command, "ffffffff"});
    EXPECT_EQ(ended.code, kInvalidInput) << ended;
    EXPECT_THAT(ended.err, HasSubstr("no decision 'ffffffff'"));
    EXPECT_THAT(ended.err, HasSubstr("oxpecker decide"));
  }
  EXPECT_EQ(workspace_.Run({"log", "show", "ffffffff"}).code, kInvalidInput);
  EXPECT_EQ(workspace_.Run({"log", "show", "13"}).code, kInvalidInput) << "records end at 12";
  const Ended json = workspace_.Run({"--json", "explain", "ffffffff"});
  EXPECT_EQ(JsonText(json.out).At("/errors/0/code"), "not_found");
}

TEST_F(Explain, WhatIsNoIdIsRefused) {
  for (const char* id : {"", "01a", "zzzz", "0"})
    EXPECT_EQ(Run({id}).code, kInvalidInput) << "'" << id << "'";
}

TEST_F(Explain, SpeaksToTheCustomerInThreeLanguages) {
  const std::string id = workspace_.DecisionId(2);
  const std::string en = Flat(Run({id, "--for", "customer", "--lang", "en"}).out);
  const std::string sv = Flat(Run({id, "--for", "customer", "--lang", "sv"}).out);
  const std::string zh = Flat(Run({id, "--for", "customer", "--lang", "zh"}).out);
  EXPECT_THAT(en, HasSubstr("\xE2\x82\xAC"
                            "30.00"));  // as English writes euro
  EXPECT_THAT(sv, HasSubstr("30,00"));
  EXPECT_THAT(sv, HasSubstr("12 oktober 2026"));
  EXPECT_THAT(zh, HasSubstr("2026\xE5\xB9\xB4"
                            "10\xE6\x9C\x88"
                            "12\xE6\x97\xA5"));  // year, month, day
  for (const std::string& text : {en, sv, zh}) {
    EXPECT_THAT(text, Not(HasSubstr("late_fee_count"))) << "no name of the rulebook";
    EXPECT_THAT(text, Not(HasSubstr("LATE_FEES"))) << "no code";
    EXPECT_THAT(text, Not(HasSubstr("{"))) << "no open place in a text";
  }
}

TEST_F(Explain, EveryRecordIsExplainedToEverybodyInEveryForm) {
  for (std::size_t seq = 1; seq <= kCustomers; ++seq) {
    const std::string id = workspace_.DecisionId(seq);
    for (const char* audience : {"customer", "officer", "auditor"})
      for (const char* language : {"en", "sv", "zh"}) {
        const Ended ended = Run({id, "--for", audience, "--lang", language});
        EXPECT_EQ(ended.code, kDone) << seq << audience << language << ended;
        EXPECT_THAT(ended.out, Not(testing::IsEmpty())) << seq << audience << language;
      }
  }
}

TEST_F(Explain, ARefusalListsItsPointersToTheOfficerOnly) {
  const std::string id = workspace_.DecisionId(12);
  const Ended officer = Run({id});
  for (const char* place : {"/customer/birth_year", "/customer/nickname", "/accounts/0/currency"})
    EXPECT_THAT(officer.out, HasSubstr(place));
  EXPECT_THAT(Run({id, "--for", "customer"}).out, Not(HasSubstr("/customer/")));
}

TEST_F(Explain, TheHtmlPageStandsAlone) {
  const Ended ended = Run({workspace_.DecisionId(2), "--format", "html", "--lang", "zh"});
  ASSERT_EQ(ended.code, kDone) << ended;
  EXPECT_TRUE(ended.out.starts_with("<!doctype html>"));
  EXPECT_TRUE(ended.out.ends_with("</html>\n"));
  EXPECT_THAT(ended.out, HasSubstr("lang=\"zh"));
  for (const char* outside :
       {"<script", " src=", "<link", "url(", "http://", "https://", "@import"})
    EXPECT_THAT(ended.out, Not(HasSubstr(outside)));
}

TEST_F(Explain, JsonIsOneDocument) {
  const std::string id = workspace_.DecisionId(2);
  const Ended ended = Run({id, "--format", "json"});
  ASSERT_EQ(ended.code, kDone) << ended;
  EXPECT_EQ(JsonText(ended.out).At("/schema"), "oxpecker.explanation/1");
  EXPECT_GE(JsonText(ended.out).Size("/sections"), 5U);
  EXPECT_EQ(workspace_.Run({"--json", "explain", id}).out, ended.out);
}

TEST_F(Explain, TheZoneIsTheReadersChoiceNotTheMachines) {
  const std::string id = workspace_.DecisionId(1);  // as of 2026-10-12T08:30:00Z
  const Ended utc = Run({id});
  EXPECT_THAT(Flat(utc.out), HasSubstr("12 October 2026, 08:30:00 UTC"));
  EXPECT_THAT(Flat(Run({id, "--timezone", "Europe/Stockholm"}).out),
              HasSubstr("12 October 2026, 10:30:00"));
  EXPECT_EQ(Run({id, "--timezone", "Europe/Atlantis"}).code, kInvalidInput);
  const Ended elsewhere =
      RunProgram(Program::kOxpecker, {"explain", id},
                 {.folder = workspace_.path(),
                  .environment = {{"TZ", "Pacific/Kiritimati"}, {"LC_ALL", "sv_SE.UTF-8"}}});
  EXPECT_EQ(elsewhere.out, utc.out);
}

TEST_F(Explain, FitsTheWidthOfThePage) {
  const std::string id = workspace_.DecisionId(1);
  for (const char* columns : {"60", "80", "120"}) {
    const Ended ended =
        RunProgram(Program::kOxpecker, {"explain", id},
                   {.folder = workspace_.path(), .environment = {{"COLUMNS", columns}}});
    for (const std::string& line : Lines(ended.out))
      EXPECT_LE(line.size(), std::stoul(columns)) << line;
  }
}

TEST_F(Explain, AReleaseRecordIsNoDecision) {
  const Ended json = workspace_.Run({"--json", "log", "show", "0"});
  ASSERT_EQ(json.code, kDone) << json;
  EXPECT_EQ(JsonText(json.out).At("/kind"), "release");
  EXPECT_FALSE(JsonText(json.out).Has("/decision_id"));
}

}  // namespace
}  // namespace oxpecker::e2e
