// What a customer is told: what concerns them, in plain words. No rule, code, score, threshold of
// fraud or sensitive circumstance, and nothing of what was held back.
#include <algorithm>
#include <set>

#include "engine/explain/telling.h"

namespace oxpecker::engine {
namespace {

using rules::CompiledRulebook;

// The facts that a program reads, directly or through features. A release's features form no
// circle.
class FactsRead {
 public:
  explicit FactsRead(const Telling& telling)
      : book_(telling.book()), facts_(telling.release().facts_schema().type()) {}

  void Add(const feel::Program& program) {
    const rules::InputLayout& layout = book_.layout();
    for (const std::uint32_t slot : program.reads()) AddSlot(slot, layout);
  }

  const std::set<std::string>& names() const { return names_; }

 private:
  void AddSlot(std::size_t slot, const rules::InputLayout& layout) {
    if (slot == layout.event) {
      names_.insert("event");
    } else if (slot >= layout.features_begin &&
               slot < layout.features_begin + layout.features_count) {
      if (features_.insert(slot).second) AddFeature(book_.features()[slot - layout.features_begin]);
    } else if (slot < facts_.fields().size()) {
      names_.insert(facts_.fields()[slot].name);
    }
  }

  void AddFeature(const rules::CompiledFeature& feature) {
    if (const auto* w = std::get_if<rules::CompiledWindow>(&feature.definition)) AddSlot(w->source, book_.layout());
    if (const auto* pair = std::get_if<rules::CompiledPair>(&feature.definition)) AddSlot(pair->source, book_.layout());
    for (const feel::Program* program : feature.Programs()) Add(*program);
  }

  const CompiledRulebook& book_;
  const feel::Type& facts_;
  std::set<std::size_t> features_;
  std::set<std::string> names_;
};

// Kinds of facts that the rules asked for, in the customer's words and in a fixed order.
std::vector<std::string> LookedAt(const Telling& t) {
  FactsRead read(t);
  const rules::Rulebook& book = t.book().authored();
  std::set<std::string_view> asked;
  for (const TracedRule& traced : t.trace().rules) asked.insert(traced.id);
  for (std::size_t i = 0; i < book.rules.size(); ++i)
    if (asked.contains(book.rules[i].id)) read.Add(t.book().rules()[i].when);
  for (std::size_t i = 0; i < book.tables.size(); ++i) {
    if (!asked.contains(book.tables[i].id)) continue;
    for (const feel::Program& input : t.book().tables()[i].inputs) read.Add(input);
  }
  std::set<Phrase> phrases;  // in the order of the enumeration
  for (const std::string& name : read.names()) {
    if (name == "event" && t.decision().event == kDefaultEvent)
      continue;  // nothing was being done
    if (name == "event" && t.decision().event.starts_with("payment."))
      phrases.insert(Phrase::kFactPayment);
    else if (const auto phrase = PhraseOf(WordList::kFactToCustomer, name))
      phrases.insert(*phrase);
  }
  std::vector<std::string> words;
  for (const Phrase phrase : phrases) words.push_back(t.Say(phrase));
  return words;
}

DetailLevel LevelFor(const Telling& t, const Candidate& candidate) {
  if (t.query().detail) return *t.query().detail;
  const auto level = ParseDetailLevel(candidate.detail);
  return level ? *level : DetailLevel::kStandard;
}

void TellTimes(Telling& t, const Candidate& c, Section& s) {
  const auto say = [&](Phrase phrase, const std::string& instant) {
    if (!instant.empty())
      s.paragraphs.push_back({t.Say(phrase, {{"time", t.TimeText(instant)}}), Mark::kNone, {}});
  };
  say(Phrase::kCustomerDeferredUntil, c.deferred_until);
  if (c.kind != "friction") say(Phrase::kCustomerExpires, c.expires_at);  // that stands here and now
  if (c.in_steps) s.paragraphs.push_back({t.Say(Phrase::kCustomerInSteps), Mark::kNone, {}});
}

Section OutcomeSection(Telling& t, const Candidate& c, std::size_t number) {
  Section s;
  s.id = "outcome." + std::to_string(number);
  s.heading = t.ActionTitle(c);
  const auto say = [&](std::string text) {
    s.paragraphs.push_back({std::move(text), Mark::kNone, {}});
  };
  say(t.CustomerText(c));
  const DetailLevel level = LevelFor(t, c);
  if (level != DetailLevel::kBrief) {
    if (const auto channel = PhraseOf(WordList::kChannelToCustomer, c.delivery))
      say(t.Say(*channel));
    if (c.deferred) say(t.Say(Phrase::kCustomerDeferred));
    if (level == DetailLevel::kDetailed) TellTimes(t, c, s);
    if (c.human == "offered") say(t.Say(Phrase::kCustomerHumanOffered));
    if (c.human == "required") say(t.Say(Phrase::kCustomerHumanRequired));
  }
  // Shortening never takes away a right.
  say(t.Say(c.kind == "friction" ? Phrase::kCustomerProtection : Phrase::kCustomerChoices));
  return s;
}

Section LookedAtSection(Telling& t) {
  Section s;
  s.id = "looked_at";
  s.heading = t.Say(Phrase::kCustomerLookedAt);
  const std::vector<std::string> kinds = LookedAt(t);
  const std::string day = t.AsOfDay();
  s.paragraphs.push_back(
      {kinds.empty() ? t.Say(Phrase::kCustomerLookedAtOn, {{"date", day}})
                     : t.Say(Phrase::kCustomerLookedAtList,
                             {{"date", day}, {"list", voice::Joined(t.language(), kinds)}}),
       Mark::kNone,
       {}});
  return s;
}

// How old each source of the facts was, as the document of the facts says.
Section SourcesSection(Telling& t) {
  Section s;
  s.id = "sources";
  s.heading = t.Say(Phrase::kCustomerSources);
  for (const auto& [source, instant] : t.query().sources)
    if (const auto words = PhraseOf(WordList::kSourceToCustomer, source))
      s.rows.push_back({{t.Say(*words), t.TimeText(instant)}, Mark::kNone, {}});
  return s;
}

// No level of detail takes this away.
Section AutomaticSection(Telling& t) {
  Section s;
  s.id = "automatic";
  s.paragraphs.push_back({t.Say(Phrase::kCustomerAutomatic), Mark::kNone, {}});
  return s;
}

// Packs say by this reason that a consent was taken back (docs/rulebook.md).
constexpr std::string_view kConsentWithdrawn = "CONSENT_WITHDRAWN";

bool IsHeldBackByWithdrawal(const Candidate& candidate) {
  return candidate.state == EndState::kSuppressed &&
         std::ranges::any_of(candidate.verdicts, [&](const GuardFinding& finding) {
           return finding.guard == candidate.decided_by && finding.reason == kConsentWithdrawn;
         });
}

// What the customer's own choice holds back: its kind, never the thing itself.
void TellWithdrawnConsent(Telling& t, Section& s) {
  std::set<Phrase> kinds;
  std::set<Phrase> purposes;
  for (const Candidate& candidate : t.decision().candidates) {
    if (!IsHeldBackByWithdrawal(candidate)) continue;
    if (const auto kind = PhraseOf(WordList::kHeldBackToCustomer, candidate.action_class)) kinds.insert(*kind);
    for (const rules::Action& action : t.book().authored().actions) {
      if (action.id != candidate.action) continue;
      for (const std::string& purpose : action.purposes)
        if (const auto words = PhraseOf(WordList::kPurposeToCustomer, purpose)) purposes.insert(*words);
    }
  }
  if (kinds.empty() || purposes.empty()) return;
  const auto joined = [&](const std::set<Phrase>& phrases) {
    std::vector<std::string> words;
    for (const Phrase phrase : phrases) words.push_back(t.Say(phrase));
    return voice::Joined(t.language(), words);
  };
  s.paragraphs.push_back({t.Say(Phrase::kCustomerConsentWithdrawn,
                                {{"purposes", joined(purposes)}, {"kinds", joined(kinds)}}),
                          Mark::kNone,
                          {}});
}

std::vector<Section> TellRefusal(Telling& t) {
  std::vector<Section> sections;
  // Where silence would do harm there is an answer all the same, and it comes first.
  for (const std::size_t index : t.decision().outcomes)
    sections.push_back(OutcomeSection(t, t.decision().candidates[index], sections.size() + 1));
  const bool is_safe_answer = !sections.empty();
  Section s;
  s.id = "refused";
  s.paragraphs.push_back(
      {t.Say(is_safe_answer ? Phrase::kCustomerRefusedSafe : Phrase::kCustomerRefused), Mark::kNone, {}});
  sections.push_back(std::move(s));
  if (is_safe_answer) sections.push_back(AutomaticSection(t));
  return sections;
}

}  // namespace

std::vector<Section> TellCustomer(Telling& t) {
  std::vector<Section> sections;
  if (t.decision().refused) return TellRefusal(t);
  DetailLevel level = DetailLevel::kBrief;  // the fullest that any part is told in
  std::size_t number = 0;
  for (const std::size_t index : t.decision().outcomes) {
    const Candidate& candidate = t.decision().candidates[index];
    if (candidate.delivery == "internal") continue;
    sections.push_back(OutcomeSection(t, candidate, ++number));
    level = std::max(level, LevelFor(t, candidate));
    if (LevelFor(t, candidate) != DetailLevel::kBrief) {
      const std::string id = "outcome." + std::to_string(number) + ".simulation";
      if (auto simulation = t.SimulationSection(candidate, id, 2)) sections.push_back(*std::move(simulation));
    }
  }
  if (sections.empty()) {
    Section s;
    s.id = "silent";
    s.paragraphs.push_back({t.Say(Phrase::kCustomerSilent), Mark::kNone, {}});
    TellWithdrawnConsent(t, s);
    sections.push_back(std::move(s));
    level = t.query().detail.value_or(DetailLevel::kStandard);
  }
  if (level != DetailLevel::kBrief) sections.push_back(LookedAtSection(t));
  if (level == DetailLevel::kDetailed && !t.query().sources.empty()) sections.push_back(SourcesSection(t));
  sections.push_back(AutomaticSection(t));
  return sections;
}

}  // namespace oxpecker::engine
