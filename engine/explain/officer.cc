// What an officer is told: everything that the record holds, in the order of the questions asked.
#include <algorithm>
#include <set>
#include <utility>

#include "engine/explain/near_misses.h"
#include "engine/explain/telling.h"

namespace oxpecker::engine {
namespace {

std::string WithId(const std::string& title, const std::string& id) {
  return title + " (" + id + ")";
}

Section Headed(std::string id, std::string heading, int level = 1) {
  Section section;
  section.id = std::move(id);
  section.heading = std::move(heading);
  section.level = level;
  return section;
}

// Such conditions mean little one by one.
bool IsJoinedByMoreThanAnd(const std::string& condition) {
  return condition.find(" or ") != std::string::npos || condition.find("if ") != std::string::npos;
}

class Officer {
 public:
  Officer(Telling& telling, DetailLevel detail) : t_(telling), detail_(detail) {}

  std::vector<Section> Tell() {
    InShort();
    if (t_.decision().refused) {
      RefusedInput();
      if (!t_.decision().outcomes.empty()) Outcomes();
      Flags();
    } else {
      Outcomes();
      NearMisses();
      Flags();
      Why();
      HeldBack();
      AlsoNoted();
      WhatWasUnknown();
      if (detail_ != DetailLevel::kBrief) {
        RulesNotMet();
        Features();
      }
    }
    Record();
    return std::move(sections_);
  }

 private:
  bool detailed() const { return detail_ == DetailLevel::kDetailed; }
  bool brief() const { return detail_ == DetailLevel::kBrief; }

  void Label(Section& section, Phrase label, std::string value, std::string source = {}) {
    section.rows.push_back({{t_.Say(label), std::move(value)}, Mark::kNone, std::move(source)});
  }

  void Say(Section& section, std::string text, std::string source = {}, Mark mark = Mark::kNone) {
    section.paragraphs.push_back({std::move(text), mark, std::move(source)});
  }

  // --- the whole ---

  void InShort() {
    const Decision& d = t_.decision();
    Section s = Headed("summary", t_.Say(Phrase::kInShort));
    const Phrase result = d.refused                               ? Phrase::kResultRefused
                          : d.outcomes.empty() && d.flags.empty() ? Phrase::kResultSilent
                                                                  : Phrase::kResultAction;
    if (!t_.query().customer_id.empty()) Label(s, Phrase::kCustomerId, t_.query().customer_id);
    Label(s, Phrase::kResult, t_.Say(result));
    Label(s, Phrase::kEvent, d.event);
    if (!d.as_of.empty()) Label(s, Phrase::kAsOf, t_.AsOf());
    if (d.refused) {
      Label(s, Phrase::kProblem, std::to_string(d.issues.size()));
    } else {
      const auto held =
          std::count_if(d.candidates.begin(), d.candidates.end(),
                        [](const Candidate& c) { return c.state != EndState::kSelected; });
      Label(s, Phrase::kCandidates, std::to_string(d.candidates.size()));
      Label(s, Phrase::kOutcomes, std::to_string(d.outcomes.size()));
      Label(s, Phrase::kFlags, std::to_string(d.flags.size()));
      Label(s, Phrase::kHeldBackCount, std::to_string(held));
      Label(s, Phrase::kWithoutAnswer, std::to_string(d.unknowns.size()));
    }
    sections_.push_back(std::move(s));
  }

  void Outcomes() {
    Section s = Headed("outcomes", t_.Say(Phrase::kWhatWasDecided));
    for (const std::size_t index : t_.decision().outcomes) {
      const Candidate& c = t_.decision().candidates[index];
      const std::string channel = t_.Word(WordList::kChannel, c.delivery);
      s.rows.push_back(
          {{WithId(t_.ActionTitle(c), c.action),
            c.deferred ? t_.Say(Phrase::kDeferredNote, {{"channel", channel}}) : channel,
            t_.Word(WordList::kHuman, c.human), t_.Word(WordList::kDetail, c.detail)},
           Mark::kNone,
           "action:" + c.action});
    }
    if (s.rows.empty()) {
      Say(s, t_.Say(Phrase::kNothingDecided));
      if (t_.decision().candidates.empty()) Say(s, t_.Say(Phrase::kNothingProposed));
    } else {
      s.columns = {t_.Say(Phrase::kAction), t_.Say(Phrase::kChannel), t_.Say(Phrase::kPerson),
                   t_.Say(Phrase::kDetail)};
    }
    sections_.push_back(std::move(s));
  }

  // Why nothing was proposed.
  void NearMisses() {
    if (!t_.decision().candidates.empty()) return;
    Section s = Headed("nearest", t_.Say(Phrase::kNearestMisses));
    for (const NearMiss& miss : NearestMisses(t_)) {
      for (const ToldCondition& condition : miss.stopped_by)
        Say(s, NearMissText(*miss.rule, condition), "rule:" + miss.rule->id, condition.mark);
      if (miss.not_asked > 0)
        s.paragraphs.back().text += t_.Say(Phrase::kNearMissNotAsked, {{"count", std::to_string(miss.not_asked)}});
    }
    if (s.paragraphs.empty()) Say(s, t_.Say(Phrase::kNothingNear));
    sections_.push_back(std::move(s));
  }

  std::string NearMissText(const TracedRule& rule, const ToldCondition& condition) {
    const std::string name = RuleAndRow(rule);
    if (condition.mark == Mark::kUnknown)
      return t_.Say(Phrase::kNearMissUnknown,
                    {{"rule", name}, {"condition", condition.text}, {"cause", CauseOfRule(rule.id)}});
    if (!condition.subject.empty())
      return t_.Say(Phrase::kNearMissNeeded, {{"rule", name},
                                              {"what", condition.subject},
                                              {"found", condition.found},
                                              {"needed", condition.needed}});
    return t_.Say(Phrase::kNearMissFails,
                  {{"rule", name}, {"condition", condition.text}, {"values", condition.with_values}});
  }

  std::string CauseOfRule(const std::string& id) {
    for (const auto& [rule, cause] : t_.decision().unknowns)
      if (rule == id) return t_.Cause(cause);
    return t_.MarkWord(Mark::kUnknown);
  }

  void Flags() {
    if (t_.decision().flags.empty()) return;
    Section s = Headed("flags", t_.Say(Phrase::kFlags));
    for (const std::string& flag : t_.decision().flags)
      Say(s, WithId(t_.ActionTitle(flag), flag), "action:" + flag);
    sections_.push_back(std::move(s));
  }

  void Why() {
    bool first = true;
    for (const Candidate& c : t_.decision().candidates) {
      if (c.state != EndState::kSelected) continue;
      if (first) sections_.push_back(Headed("why", t_.Say(Phrase::kWhyProposed)));
      first = false;
      TellCandidate(c);
    }
  }

  void HeldBack() {
    sections_.push_back(Headed("held_back", t_.Say(Phrase::kHeldBack)));
    const std::size_t heading = sections_.size() - 1;
    for (const Candidate& c : t_.decision().candidates)
      if (c.state != EndState::kSelected) TellCandidate(c);
    if (sections_.size() == heading + 1) Say(sections_[heading], t_.Say(Phrase::kNothingHeldBack));
  }

  // Reasons of the decision that no candidate's section has told.
  void AlsoNoted() {
    Section s = Headed("also_noted", t_.Say(Phrase::kAlsoNoted));
    for (const std::string& code : t_.decision().reasons)
      if (!told_reasons_.contains(code)) TellReason(s, code, nullptr);
    if (!s.paragraphs.empty()) sections_.push_back(std::move(s));
  }

  void WhatWasUnknown() {
    const Decision& d = t_.decision();
    Section s = Headed("unknown", t_.Say(Phrase::kWhatWasUnknown));
    const auto add = [&](std::string what, const Unknown& cause, std::string source) {
      s.rows.push_back({{std::move(what), t_.Cause(cause)}, Mark::kUnknown, std::move(source)});
    };
    const std::set<std::string> told = RulesToldAsUnknown();
    for (const auto& [rule, cause] : d.unknowns)
      if (told.contains(rule)) add(RuleName(rule), cause, "rule:" + rule);
    for (const Candidate& c : d.candidates)
      for (const GuardFinding& g : c.verdicts)
        if (g.unknown && (!brief() || g.guard == c.decided_by))
          add(t_.Say(Phrase::kGuardFor, {{"guard", GuardName(g.guard)}, {"action", c.action}}),
              *g.unknown, "guard:" + g.guard);
    for (const FeatureFinding& f : d.features)
      if (f.unknown && !brief()) add(FeatureName(f.id), *f.unknown, "feature:" + f.id);
    if (s.rows.empty())
      Say(s, t_.Say(brief() ? Phrase::kNothingUnknownThatMatters : Phrase::kNothingUnknown));
    else
      s.columns = {t_.Say(Phrase::kWhat), t_.Say(Phrase::kCause)};
    sections_.push_back(std::move(s));
  }

  // In brief those alone that something else spoke for: an answer might have made them apply.
  std::set<std::string> RulesToldAsUnknown() {
    std::set<std::string> rules;
    if (!brief())
      for (const auto& [rule, cause] : t_.decision().unknowns) rules.insert(rule);
    else
      for (const NearMiss& miss : NearestMisses(t_))
        if (miss.rule->result == "unknown") rules.insert(miss.rule->id);
    return rules;
  }

  // Each with the parts that kept it from applying; all of them where detail is asked for.
  void RulesNotMet() {
    Section s = Headed("rules_not_met", t_.Say(Phrase::kRulesNotMet));
    for (const TracedRule& rule : t_.trace().rules) {
      if (rule.result == "true") continue;
      std::string name = RuleAndRow(rule);
      std::vector<ToldCondition> conditions = t_.RuleConditions(rule, Parts::kJoinedByAnd);
      if (!detailed()) KeepMarked(conditions, rule.result == "false" ? Mark::kFails : Mark::kUnknown);
      for (const ToldCondition& condition : conditions) {
        AddCondition(s, condition, "rule:" + rule.id);
        s.rows.back().cells.insert(s.rows.back().cells.begin(), std::exchange(name, {}));
      }
    }
    if (s.rows.empty()) return;
    s.columns = {t_.Say(Phrase::kRule), t_.Say(Phrase::kCondition), t_.Say(Phrase::kWithValues),
                 t_.Say(Phrase::kResult)};
    sections_.push_back(std::move(s));
  }

  void Features() {
    Section s = Headed("features", t_.Say(Phrase::kFeatures));
    for (const FeatureFinding& f : t_.decision().features)
      s.rows.push_back({{FeatureName(f.id),
                         f.unknown ? t_.MarkWord(Mark::kUnknown) : FeatureValue(f),
                         std::to_string(f.version)},
                        f.unknown ? Mark::kUnknown : Mark::kNone,
                        "feature:" + f.id});
    if (s.rows.empty()) return;
    s.columns = {t_.Say(Phrase::kFeature), t_.Say(Phrase::kFeatureValue), t_.Say(Phrase::kVersion)};
    sections_.push_back(std::move(s));
  }

  // Minor units whose currency the record tells, as money too: "SEK 1,500.00 (150000)".
  std::string FeatureValue(const FeatureFinding& f) {
    const std::string value = detailed() ? f.value : Shortened(f.value);
    const std::string money = t_.FeatureAsMoney(f);
    return money.empty() ? value : t_.Say(Phrase::kMoneyAndMinorUnits, {{"money", money}, {"minor", value}});
  }

  void RefusedInput() {
    Section s = Headed("issues", t_.Say(Phrase::kRefusedInput));
    Say(s, t_.Say(Phrase::kRefusedMeaning));
    for (const Error& issue : t_.decision().issues)
      s.rows.push_back(
          {{issue.place, issue.message, Name(issue.code)}, Mark::kFails, "reason:INPUT_INVALID"});
    s.columns = {t_.Say(Phrase::kPlace), t_.Say(Phrase::kProblem), t_.Say(Phrase::kCode)};
    for (const std::string& code : t_.decision().reasons) TellReason(s, code, nullptr);
    sections_.push_back(std::move(s));
  }

  void Record() {
    const rules::Rulebook& book = t_.book().authored();
    Section s = Headed("record", t_.Say(Phrase::kRecord));
    if (!t_.query().decision_id.empty()) Label(s, Phrase::kDecisionId, t_.query().decision_id);
    if (t_.query().sequence) Label(s, Phrase::kSequence, std::to_string(*t_.query().sequence));
    if (!t_.decision().as_of.empty()) Label(s, Phrase::kAsOf, t_.decision().as_of);
    Label(s, Phrase::kRelease, t_.decision().release);
    Label(s, Phrase::kPack, book.pack_id + " " + book.pack_version);
    Label(s, Phrase::kEngine, t_.recorded().engine);
    sections_.push_back(std::move(s));
  }

  // --- one candidate ---

  void TellCandidate(const Candidate& c) {
    Section s = Headed("candidate." + c.action,
                       WithId(t_.ActionTitle(c), c.action) + ": " +
                           t_.Word(WordList::kState, std::string(Name(c.state))),
                       2);
    if (const auto text = t_.OfficerText(c)) Say(s, *text, "action:" + c.action);
    if (c.state != EndState::kSelected) TellWhatDecided(s, c);
    TellProposers(s, c);
    for (const std::string& code : c.reasons) TellReason(s, code, &c);
    if (detailed())
      Say(s, t_.Say(Phrase::kRanking, {{"tier", std::to_string(c.tier)},
                                       {"need", c.need.ToCanonicalString()},
                                       {"rank", c.rank.ToCanonicalString()}}));
    TellGuardCount(s, c);
    sections_.push_back(std::move(s));
    if (t_.FindGuard(c.decided_by) != nullptr) DecisiveGuard(c);
    OtherObjections(c);
    if (detail_ != DetailLevel::kBrief) {
      Figures(c);
      if (auto simulation = t_.SimulationSection(c, "simulation." + c.action, 3))
        sections_.push_back(*std::move(simulation));
    }
    if (detailed()) EveryGuard(c);
  }

  void TellWhatDecided(Section& s, const Candidate& c) {
    if (const rules::Guard* guard = t_.FindGuard(c.decided_by)) {
      Say(s,
          t_.Say(Phrase::kHeldBackByGuard, {{"guard", guard->id},
                                            {"version", std::to_string(guard->authorship.version)},
                                            {"title", guard->authorship.title}}),
          "guard:" + guard->id, Mark::kFails);
      for (const GuardFinding& finding : c.verdicts)
        if (finding.guard == c.decided_by && !finding.reason.empty())
          TellReason(s, finding.reason, &c);
    } else if (c.decided_by == "arbitration") {
      const bool moved = c.state == EndState::kDowngraded;
      Say(s, t_.Say(moved ? Phrase::kMovedByArbitration : Phrase::kHeldBackByArbitration),
          "arbitration", Mark::kFails);
      TellReason(s, "OUTRANKED", &c);
    } else if (c.decided_by == "delivery") {
      const bool later = c.state == EndState::kDeferred;
      Say(s, t_.Say(later ? Phrase::kDeferredByDelivery : Phrase::kHeldBackByDelivery), "delivery",
          Mark::kFails);
      TellReason(s, later ? "QUIET_HOURS_DEFER" : "CHANNEL_OPT_OUT", &c);
    } else {
      t_.Lack(ErrorCode::kIntegrity, c.action,
              "the record does not say what held this candidate back");
    }
  }

  void TellProposers(Section& s, const Candidate& c) {
    bool first = true;
    for (const Proposer& p : t_.ProposersOf(c)) {
      std::string rule = *p.id;
      if (p.traced->row)
        rule += ", " + t_.Say(Phrase::kTableRow, {{"row", std::to_string(*p.traced->row)}});
      Say(s,
          t_.Say(first ? Phrase::kProposedBy : Phrase::kAlsoProposedBy,
                 {{"rule", rule},
                  {"version", std::to_string(p.authorship->version)},
                  {"title", p.authorship->title}}),
          "rule:" + *p.id);
      first = false;
      const std::string whole = t_.WholeCondition(*p.id);
      const std::vector<ToldCondition> conditions = t_.RuleConditions(*p.traced, Parts::kJoinedByEither);
      if (detailed() && !p.authorship->rationale.empty())
        Say(s, t_.Say(Phrase::kRationale, {{"text", OnOneLine(p.authorship->rationale)}}),
            "rule:" + *p.id);
      if (!whole.empty() && (detailed() || IsJoinedByMoreThanAnd(whole)))
        Say(s, t_.Say(Phrase::kWholeCondition, {{"text", whole}}), "rule:" + *p.id);
      for (const ToldCondition& condition : conditions) AddCondition(s, condition, "rule:" + *p.id);
    }
    if (!s.rows.empty())
      s.columns = {t_.Say(Phrase::kCondition), t_.Say(Phrase::kWithValues),
                   t_.Say(Phrase::kResult)};
  }

  void AddCondition(Section& s, const ToldCondition& condition, std::string source) {
    s.rows.push_back({{condition.text, condition.with_values, t_.MarkWord(condition.mark)},
                      condition.mark,
                      std::move(source)});
  }

  void TellReason(Section& s, const std::string& code, const Candidate* candidate) {
    told_reasons_.insert(code);
    Say(s, t_.ReasonSentence(code, candidate) + " [" + code + "]", "reason:" + code);
  }

  void TellGuardCount(Section& s, const Candidate& c) {
    const auto count = [&](Verdict verdict) {
      return std::count_if(c.verdicts.begin(), c.verdicts.end(),
                           [&](const GuardFinding& g) { return g.verdict == verdict; });
    };
    const auto all = static_cast<std::ptrdiff_t>(c.verdicts.size());
    const auto pass = count(Verdict::kPass);
    const auto skipped = count(Verdict::kSkipped);
    Say(s, t_.Say(Phrase::kGuardCount, {{"count", std::to_string(all)},
                                        {"pass", std::to_string(pass)},
                                        {"skipped", std::to_string(skipped)},
                                        {"rest", std::to_string(all - pass - skipped)}}));
  }

  void DecisiveGuard(const Candidate& c) {
    const rules::Guard& guard = *t_.FindGuard(c.decided_by);
    Section s = Headed("guard." + c.action + "." + guard.id,
                       t_.Say(Phrase::kDecisiveGuard, {{"title", guard.authorship.title}}), 3);
    if (detailed() && !guard.authorship.rationale.empty())
      Say(s, OnOneLine(guard.authorship.rationale), "guard:" + guard.id);
    for (const GuardFinding& finding : c.verdicts)
      if (finding.guard == guard.id && finding.unknown)
        Say(s, t_.Cause(*finding.unknown), "guard:" + guard.id, Mark::kUnknown);
    const std::string whole = OnOneLine(guard.when.text);
    Say(s, t_.Say(Phrase::kGuardObjects), "guard:" + guard.id);
    if (detailed() || IsJoinedByMoreThanAnd(whole)) Say(s, whole, "guard:" + guard.id);
    for (const ToldCondition& condition : t_.GuardConditions(c.action, guard.id))
      AddCondition(s, condition, "guard:" + guard.id);
    s.columns = {t_.Say(Phrase::kCondition), t_.Say(Phrase::kWithValues), t_.Say(Phrase::kResult)};
    sections_.push_back(std::move(s));
  }

  void OtherObjections(const Candidate& c) {
    Section s = Headed("objections." + c.action, t_.Say(Phrase::kOtherObjections), 3);
    for (const GuardFinding& g : c.verdicts)
      if (g.guard != c.decided_by && g.verdict != Verdict::kPass && g.verdict != Verdict::kSkipped)
        AddVerdict(s, g, &c);
    if (s.rows.empty()) return;
    s.columns = {t_.Say(Phrase::kGuard), t_.Say(Phrase::kVerdict), t_.Say(Phrase::kReason)};
    sections_.push_back(std::move(s));
  }

  void EveryGuard(const Candidate& c) {
    Section s = Headed("guards." + c.action, t_.Say(Phrase::kEveryGuard), 3);
    for (const GuardFinding& g : c.verdicts) {
      AddVerdict(s, g, &c);
      s.rows.back().cells.insert(s.rows.back().cells.begin(),
                                 t_.Word(WordList::kStage, std::string(g.stage)));
    }
    if (s.rows.empty()) return;
    s.columns = {t_.Say(Phrase::kStage), t_.Say(Phrase::kGuard), t_.Say(Phrase::kVerdict),
                 t_.Say(Phrase::kReason)};
    sections_.push_back(std::move(s));
  }

  void AddVerdict(Section& s, const GuardFinding& g, const Candidate* c) {
    std::string reason;
    if (!g.reason.empty()) {
      told_reasons_.insert(g.reason);
      reason = t_.ReasonSentence(g.reason, c) + " [" + g.reason + "]";
    }
    const Mark mark = g.unknown                     ? Mark::kUnknown
                      : Tightens(g.verdict)         ? Mark::kFails
                      : g.verdict == Verdict::kPass ? Mark::kHolds
                                                    : Mark::kNone;
    s.rows.push_back(
        {{GuardName(g.guard), t_.Word(WordList::kVerdict, std::string(Name(g.verdict))),
          std::move(reason)},
         mark,
         "guard:" + g.guard});
  }

  void Figures(const Candidate& c) {
    Section s = Headed("figures." + c.action, t_.Say(Phrase::kFigures), 3);
    for (const auto& [name, value] : c.evidence)
      s.rows.push_back({{name, t_.EvidenceText(c, name)}, Mark::kNone, "action:" + c.action});
    if (!s.rows.empty()) sections_.push_back(std::move(s));
  }

  // --- names ---

  std::string RuleName(const std::string& id) {
    if (const rules::Authorship* rule = t_.RuleAuthorship(id)) return WithId(rule->title, id);
    t_.Lack(ErrorCode::kIntegrity, id, "the record names a rule that the release does not have");
    return id;
  }

  std::string RuleAndRow(const TracedRule& rule) {
    const std::string name = RuleName(rule.id);
    if (!rule.row) return name;
    return name + ", " + t_.Say(Phrase::kTableRow, {{"row", std::to_string(*rule.row)}});
  }

  std::string GuardName(const std::string& id) {
    if (const rules::Guard* guard = t_.FindGuard(id)) return WithId(guard->authorship.title, id);
    t_.Lack(ErrorCode::kIntegrity, id, "the record names a guard that the release does not have");
    return id;
  }

  std::string FeatureName(const std::string& id) {
    for (const rules::Feature& feature : t_.book().authored().features)
      if (feature.id == id) return WithId(feature.authorship.title, id);
    t_.Lack(ErrorCode::kIntegrity, id, "the record names a feature that the release does not have");
    return id;
  }

  Telling& t_;
  DetailLevel detail_;
  std::vector<Section> sections_;
  std::set<std::string> told_reasons_;
};

}  // namespace

std::vector<Section> TellOfficer(Telling& telling, DetailLevel detail) {
  return Officer(telling, detail).Tell();
}

}  // namespace oxpecker::engine
