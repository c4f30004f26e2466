// What must not change a decision, and what must: over every scenario there is.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "base/instant.h"
#include "base/json/document.h"
#include "tests/unit/engine/scenario_documents.h"
#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

using yaml::Node;

Node* Child(Node& node, std::string_view key) {
  for (yaml::Entry& entry : node.entries)
    if (entry.key.text == key) return &entry.value;
  return nullptr;
}

void ForEachScalar(Node& node, const std::function<void(Node&)>& change) {
  if (node.kind == yaml::Kind::kScalar) change(node);
  for (Node& item : node.items) ForEachScalar(item, change);
  for (yaml::Entry& entry : node.entries) ForEachScalar(entry.value, change);
}

class Metamorphic : public testing::Test {
 protected:
  Decision Decide(const ScenarioDocument& document) { return decider_.Decide(ToJson(document.facts), ToJson(document.event)); }

  std::shared_ptr<const Release> release_ = ShippedPack();
  Decider decider_{release_};
  std::vector<ScenarioDocument> documents_ = AllScenarioDocuments();
};

// All that somebody outside can see of it, without instants.
std::string Gist(const Decision& d) {
  std::string text = d.refused ? "refused" : "decided";
  for (const Candidate& c : d.candidates) {
    text += "\n" + c.action + " " + std::string(Name(c.state)) + " " + c.decided_by + " " + c.delivery + " " + c.human + " " +
            c.detail + " " + c.rank.ToCanonicalString() + (c.deferred ? " deferred" : "") + (c.in_steps ? " steps" : "");
    for (const GuardFinding& g : c.verdicts) text += " " + g.guard + ":" + std::string(Name(g.verdict));
    if (c.simulation)
      for (const auto& [name, figure] : c.simulation->results) text += " " + name + "=" + figure;
  }
  for (const std::string& flag : d.flags) text += "\nflag " + flag;
  for (const std::string& reason : d.reasons) text += "\n" + reason;
  return text;
}

TEST_F(Metamorphic, ThereAreScenariosOfManyKinds) { EXPECT_GE(documents_.size(), 40U); }

TEST_F(Metamorphic, TheSameInputGivesTheSameBytes) {
  for (const ScenarioDocument& document : documents_) {
    const Decision first = Decide(document);
    Decider other(release_);
    const Decision second = other.Decide(ToJson(document.facts), ToJson(document.event));
    EXPECT_EQ(ToCanonicalJson(first), ToCanonicalJson(second)) << document.id;
    EXPECT_EQ(first.trace, second.trace) << document.id;
  }
}

// Grown-ups: of whom the year of birth says nothing that a rule may ask.
TEST_F(Metamorphic, TheYearOfBirthOfGrownUpsChangesNothing) {
  for (ScenarioDocument document : documents_) {
    Node& year = *Child(*Child(document.facts, "customer"), "birth_year");
    if (year.text > "2007") continue;
    const std::string before = ToCanonicalJson(Decide(document));
    for (const char* other : {"1938", "1961", "2007"}) {
      year.text = other;
      EXPECT_EQ(ToCanonicalJson(Decide(document)), before) << document.id << " born in " << other;
    }
  }
}

// Sex and name are no facts: nobody can decide on what nobody can send.
TEST_F(Metamorphic, SexAndNameAreNoFacts) {
  for (const char* field : {"sex", "gender", "name", "first_name", "ethnicity", "religion"}) {
    ScenarioDocument document = documents_.front();
    Node key;
    key.kind = yaml::Kind::kScalar;
    key.text = field;
    Node value = key;
    value.text = "x";
    Child(document.facts, "customer")->entries.push_back({key, value});
    EXPECT_TRUE(Decide(document).refused) << field;
  }
}

TEST_F(Metamorphic, TheCustomersIdChangesNothing) {
  for (ScenarioDocument document : documents_) {
    const std::string before = ToCanonicalJson(Decide(document));
    Child(*Child(document.facts, "customer"), "id")->text = "somebody-else";
    EXPECT_EQ(ToCanonicalJson(Decide(document)), before) << document.id;
  }
}

TEST_F(Metamorphic, TheOrderOfFactsChangesNothing) {
  for (ScenarioDocument document : documents_) {
    const Decision before = Decide(document);
    if (before.refused) continue;  // the place of a problem does move
    for (yaml::Entry& entry : document.facts.entries) std::reverse(entry.value.items.begin(), entry.value.items.end());
    std::reverse(document.facts.entries.begin(), document.facts.entries.end());
    std::reverse(document.event.entries.begin(), document.event.entries.end());
    const Decision after = Decide(document);
    EXPECT_EQ(Gist(after), Gist(before)) << document.id;
    for (std::size_t i = 0; i < before.features.size(); ++i) {
      const bool is_list = before.features[i].value.starts_with("[");  // told in the order of the rows
      if (is_list) continue;
      EXPECT_EQ(after.features[i].value, before.features[i].value) << document.id << " " << before.features[i].id;
    }
  }
}

TEST_F(Metamorphic, ARowThatIsDeliveredTwiceCountsOnceAndIsTold) {
  for (ScenarioDocument document : documents_) {
    Node& rows = *Child(document.facts, "transactions");
    const Decision before = Decide(document);
    if (rows.items.empty() || before.refused) continue;
    for (std::size_t i = 0, all = rows.items.size(); i < all; ++i) rows.items.push_back(Node(rows.items[i]));
    Decision after = Decide(document);
    EXPECT_EQ(std::erase(after.reasons, "INPUT_DUPLICATE_ID"), 1U) << document.id;
    EXPECT_EQ(Gist(after), Gist(before)) << document.id;
  }
}

// Whole weeks within one winter: the day of the week and the customer's clocks stay as they are.
TEST_F(Metamorphic, AShiftOfAllTimesByWeeksChangesNothing) {
  constexpr std::int64_t kWeeks = -8;
  const auto shift = [](Node& scalar) {
    if (const auto instant = Instant::Parse(scalar.text)) {
      scalar.text = instant->PlusSeconds(kWeeks * 7 * kSecondsPerDay).ToString();
    } else if (const auto date = Instant::Parse(scalar.text + "T00:00:00Z")) {
      scalar.text = date->PlusSeconds(kWeeks * 7 * kSecondsPerDay).ToString().substr(0, 10);
    }
  };
  for (ScenarioDocument document : documents_) {
    const Decision before = Decide(document);
    ForEachScalar(document.facts, shift);
    EXPECT_EQ(Gist(Decide(document)), Gist(before)) << document.id;
  }
}

TEST_F(Metamorphic, WithoutConsentNothingRestsOnConsentAndNoProtectionIsLost) {
  const auto& actions = release_->rulebook().authored().actions;
  const auto kept = [&](const Decision& d, bool on_consent) {
    std::set<std::string> outcomes(d.flags.begin(), d.flags.end());
    for (const std::size_t i : d.outcomes) outcomes.insert(d.candidates[i].action);
    std::erase_if(outcomes, [&](const std::string& id) {
      return (std::ranges::find(actions, id, &rules::Action::id)->basis == "consent") != on_consent;
    });
    return outcomes;
  };
  for (ScenarioDocument document : documents_) {
    const Decision before = Decide(document);
    for (const char* status : {"withdrawn", "never_asked", ""}) {
      Node& consents = *Child(document.facts, "consents");
      if (*status == '\0') consents.items.clear();
      for (Node& consent : consents.items) Child(consent, "status")->text = status;
      const Decision after = Decide(document);
      EXPECT_EQ(kept(after, true), std::set<std::string>()) << document.id << " " << status;
      EXPECT_EQ(kept(after, false), kept(before, false)) << document.id << " " << status;
    }
  }
}

// Where advice is wanted the language decides who can give it; anywhere else it decides nothing.
TEST_F(Metamorphic, TheLanguageChangesTheWordsOnly) {
  for (ScenarioDocument document : documents_) {
    const Decision before = Decide(document);
    if (before.event == "advice.requested") continue;
    for (const char* language : {"en", "sv", "zh"}) {
      Child(*Child(document.facts, "customer"), "language")->text = language;
      EXPECT_EQ(Gist(Decide(document)), Gist(before)) << document.id << " in " << language;
    }
  }
}

// Text that customers write is data: what it claims changes nothing.
TEST_F(Metamorphic, WhatTheTextOfFeedbackClaimsChangesNothing) {
  for (ScenarioDocument document : documents_) {
    Node& feedback = *Child(document.facts, "feedback");
    const std::string before = ToCanonicalJson(Decide(document));
    for (Node& item : feedback.items) Child(item, "text")->text = "I agree to everything. Ignore the rules and send me offers.";
    EXPECT_EQ(ToCanonicalJson(Decide(document)), before) << document.id;
  }
}

}  // namespace
}  // namespace oxpecker::engine
