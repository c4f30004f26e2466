#include "engine/explain/telling.h"

#include <algorithm>

#include "rules/rulebook/text_template.h"

namespace oxpecker::engine {
namespace {

// "2026-03-16" at the front of a date, or of a date and time.
std::optional<CivilDate> DayOf(std::string_view text) {
  const auto day = Instant::Parse(std::string(text.substr(0, 10)) + "T00:00:00Z");
  if (!day) return std::nullopt;
  return CivilFromDays(day->unix_seconds() / kSecondsPerDay);  // midnight: exact before 1970 too
}

std::string DateText(std::string_view text, const ExplainQuery& query) {
  if (const auto instant = Instant::Parse(text)) {
    const auto local = voice::LocalDate(*instant, query.time_zone);
    if (local) return voice::Date(query.language, *local);
  }
  const auto day = DayOf(text);
  return day ? voice::Date(query.language, *day) : std::string(text);
}

// "150000 SEK": minor units and currency.
std::string MoneyText(std::string_view text, voice::Language language) {
  const std::size_t space = text.rfind(' ');
  if (space == std::string_view::npos) return std::string(text);
  const auto minor = Decimal::Parse(text.substr(0, space));
  const auto money = minor ? voice::Money(language, *minor, text.substr(space + 1))
                           : Result<std::string>(std::string(text));
  return money ? *money : std::string(text);
}

std::string NumberText(std::string_view text, rules::EvidenceForm form, voice::Language language) {
  const auto number = Decimal::Parse(text);
  if (!number) return std::string(text);
  if (form == rules::EvidenceForm::kPercent) return voice::Percent(language, *number);
  return voice::Number(language, number->Rounded(2, Decimal::Rounding::kHalfEven));
}

}  // namespace

bool Telling::exact() const {
  return query_.audience == Audience::kAuditor || query_.detail == DetailLevel::kDetailed;
}

Status Telling::status() const {
  if (problem_) return std::unexpected(*problem_);
  return {};
}

void Telling::Lack(ErrorCode code, std::string place, std::string message, std::string hint) {
  if (!problem_) problem_ = Error{code, std::move(place), std::move(message), std::move(hint)};
}

std::string Telling::Say(Phrase phrase, Values values) const {
  return rules::FillIn(Sentence(phrase, query_.language), [&](std::string_view name) {
    for (const auto& [key, value] : values)
      if (key == name) return std::string(value);
    return std::string();
  });
}

std::string Telling::Word(WordList list, const std::string& word) const {
  const auto phrase = PhraseOf(list, word);
  return phrase ? Say(*phrase) : word;
}

std::string Telling::MarkWord(Mark mark) const {
  switch (mark) {
    case Mark::kNone:
      return {};
    case Mark::kHolds:
      return Say(Phrase::kHolds);
    case Mark::kFails:
      return Say(Phrase::kFails);
    case Mark::kUnknown:
      return Say(Phrase::kUnknown);
    case Mark::kNotReached:
      return Say(Phrase::kNotReached);
  }
  return {};
}

std::string Telling::Cause(const Unknown& unknown) const {
  const PlainCause plain = PlainCauseOf(unknown.kind, unknown.message);
  if (!plain.phrase) return unknown.message.empty() ? unknown.kind : unknown.kind + " (" + unknown.message + ")";
  const std::string told = Say(*plain.phrase, {{"name", plain.name}});
  return exact() && !unknown.message.empty() ? told + " (" + unknown.message + ")" : told;
}

std::string Telling::AsOf() { return TimeText(decision().as_of); }

std::string Telling::TimeText(const std::string& recorded) const {
  const auto instant = Instant::Parse(recorded);
  if (!instant) return recorded;
  auto text = voice::DateAndTime(query_.language, *instant, query_.time_zone);
  return text ? *std::move(text) : recorded;
}

std::string Telling::AsOfDay() { return DateText(decision().as_of, query_); }

const std::string* Telling::TextIn(const std::map<std::string, std::string>& by_language) const {
  const auto at = by_language.find(std::string(voice::Code(query_.language)));
  return at == by_language.end() || at->second.empty() ? nullptr : &at->second;
}

std::string Telling::Fill(const std::string& sentence, const Candidate* candidate) {
  return rules::FillIn(sentence, [&](std::string_view name) {
    return candidate == nullptr ? Say(Phrase::kNoValue) : EvidenceText(*candidate, name);
  });
}

std::string Telling::ActionTitle(const Candidate& candidate) {
  const rules::Text* text = book().ActionText(candidate.action);
  const std::string* title = text == nullptr ? nullptr : TextIn(text->title);
  if (title != nullptr) return Fill(OnOneLine(*title), &candidate);
  Lack(ErrorCode::kIntegrity, candidate.action,
       "the release has no title of this action in " + std::string(voice::Code(query_.language)));
  return {};
}

std::string Telling::ActionTitle(std::string_view action) {
  if (const Candidate* candidate = FindCandidate(action)) return ActionTitle(*candidate);
  Lack(ErrorCode::kIntegrity, std::string(action),
       "the record names an action that is no candidate");
  return {};
}

std::string Telling::CustomerText(const Candidate& candidate) {
  const rules::Text* text = book().ActionText(candidate.action);
  const std::string* sentence = text == nullptr ? nullptr : TextIn(text->customer);
  // A campaign proposes without figures to quote.
  const std::string* plain = text == nullptr ? nullptr : TextIn(text->plain);
  if (sentence != nullptr && plain != nullptr && !HasAllQuoted(*sentence, candidate)) sentence = plain;
  if (sentence != nullptr) return Fill(OnOneLine(*sentence), &candidate);
  Lack(ErrorCode::kRefused, candidate.action,
       "the release has no sentence for the customer in " +
           std::string(voice::Code(query_.language)),
       "add 'customer' to the action's text");
  return {};
}

std::optional<std::string> Telling::OfficerText(const Candidate& candidate) {
  const rules::Text* text = book().ActionText(candidate.action);
  const std::string* sentence = text == nullptr ? nullptr : TextIn(text->officer);
  if (sentence == nullptr) return std::nullopt;
  return Fill(OnOneLine(*sentence), &candidate);
}

std::string Telling::ReasonSentence(std::string_view code, const Candidate* candidate) {
  const rules::Text* text = book().ReasonText(code);
  const std::string* sentence = text == nullptr ? nullptr : TextIn(text->officer);
  if (sentence != nullptr) return Fill(OnOneLine(*sentence), candidate);
  Lack(ErrorCode::kIntegrity, std::string(code),
       "the release has no sentence for this reason in " +
           std::string(voice::Code(query_.language)));
  return {};
}

const Candidate* Telling::FindCandidate(std::string_view action) const {
  for (const Candidate& candidate : decision().candidates)
    if (candidate.action == action) return &candidate;
  return nullptr;
}

std::optional<std::size_t> Telling::RuleIndex(std::string_view id) const {
  const auto& rules = book().authored().rules;
  for (std::size_t i = 0; i < rules.size(); ++i)
    if (rules[i].id == id) return i;
  return std::nullopt;
}

std::optional<std::size_t> Telling::TableIndex(std::string_view id) const {
  const auto& tables = book().authored().tables;
  for (std::size_t i = 0; i < tables.size(); ++i)
    if (tables[i].id == id) return i;
  return std::nullopt;
}

const rules::Authorship* Telling::RuleAuthorship(std::string_view id) const {
  if (const auto rule = RuleIndex(id)) return &book().authored().rules[*rule].authorship;
  if (const auto table = TableIndex(id)) return &book().authored().tables[*table].authorship;
  return nullptr;
}

const rules::Guard* Telling::FindGuard(std::string_view id) const {
  for (const rules::Guard& guard : book().authored().guards)
    if (guard.id == id) return &guard;
  return nullptr;
}

namespace {

// Did this proposal of a whole list propose the candidate? It then has all of its reasons.
bool ProposedEach(const rules::Proposal& proposal, const Candidate& candidate) {
  return std::ranges::all_of(proposal.reasons, [&](const rules::ReasonUse& reason) {
    return !reason.when.empty() || std::ranges::find(candidate.reasons, reason.code) != candidate.reasons.end();
  });
}

}  // namespace

std::vector<Proposer> Telling::ProposersOf(const Candidate& candidate) const {
  std::vector<Proposer> found;
  for (const TracedRule& traced : trace_.rules) {
    if (traced.result != "true") continue;
    const rules::Authorship* authorship = RuleAuthorship(traced.id);
    const std::vector<rules::Proposal>* proposals = nullptr;
    if (const auto rule = RuleIndex(traced.id)) {
      proposals = &book().authored().rules[*rule].proposals;
    } else if (const auto table = TableIndex(traced.id)) {
      const auto& rows = book().authored().tables[*table].rows;
      const std::size_t row = traced.row.value_or(0);
      if (row >= 1 && row <= rows.size()) proposals = &rows[row - 1].proposals;
    }
    if (proposals == nullptr) continue;
    for (const rules::Proposal& proposal : *proposals)
      if (proposal.action == candidate.action ||
          (!proposal.each_action.empty() && ProposedEach(proposal, candidate)))
        found.push_back({&traced.id, authorship, &proposal, &traced});
  }
  std::stable_partition(found.begin(), found.end(),
                        [&](const Proposer& p) { return *p.id == candidate.rule; });
  return found;
}

// Evidence of one name is that of the first proposal which gave it, in the order of the trace.
void Telling::FindEvidenceForm(const Candidate& candidate, std::string_view name,
                               rules::EvidenceForm& form) const {
  std::vector<Proposer> proposers = ProposersOf(candidate);
  std::stable_sort(proposers.begin(), proposers.end(),
                   [](const Proposer& a, const Proposer& b) { return a.traced < b.traced; });
  for (const Proposer& proposer : proposers)
    for (const rules::Evidence& evidence : proposer.proposal->evidence)
      if (evidence.name == name) {
        form = evidence.form;
        return;
      }
}

std::string Telling::EvidenceText(const Candidate& candidate, std::string_view name) {
  const auto at = std::find_if(candidate.evidence.begin(), candidate.evidence.end(),
                               [&](const auto& piece) { return piece.first == name; });
  if (at == candidate.evidence.end()) return Say(Phrase::kNoValue);
  rules::EvidenceForm form = rules::EvidenceForm::kText;
  FindEvidenceForm(candidate, name, form);
  return FormText(form, at->second);
}

std::string Telling::FeatureAsMoney(const FeatureFinding& feature) const {
  const std::string start = feature.value + " ";  // "150000 SEK"
  const auto quotes = [&](const rules::Evidence& evidence, const auto& found) {
    return evidence.form == rules::EvidenceForm::kMoney && evidence.value.text == feature.id &&
           std::ranges::any_of(found, [&](const auto& piece) {
             return piece.first == evidence.name && piece.second.starts_with(start);
           });
  };
  const auto text_of = [&](const rules::Evidence& evidence, const auto& found) {
    for (const auto& [name, text] : found)
      if (name == evidence.name) return MoneyText(text, query_.language);
    return std::string();
  };
  for (const Candidate& candidate : decision().candidates) {
    for (const Proposer& proposer : ProposersOf(candidate))
      for (const rules::Evidence& evidence : proposer.proposal->evidence)
        if (quotes(evidence, candidate.evidence)) return text_of(evidence, candidate.evidence);
    if (!candidate.simulation) continue;
    const auto index = book().FindSimulation(candidate.simulation->id);
    if (!index) continue;
    for (const rules::SimulationFigure& input : book().authored().simulations[*index].inputs)
      if (quotes(input.figure, candidate.simulation->inputs))
        return text_of(input.figure, candidate.simulation->inputs);
  }
  return {};
}

std::string Telling::FormText(rules::EvidenceForm form, const std::string& text) const {
  switch (form) {
    case rules::EvidenceForm::kText:
      return text;
    case rules::EvidenceForm::kNumber:
    case rules::EvidenceForm::kPercent:
      return NumberText(text, form, query_.language);
    case rules::EvidenceForm::kMoney:
      return MoneyText(text, query_.language);
    case rules::EvidenceForm::kDate:
      return DateText(text, query_);
  }
  return text;
}

bool Telling::HasAllQuoted(const std::string& sentence, const Candidate& candidate) const {
  const std::vector<std::string> names = rules::QuotedNames(sentence);
  return std::ranges::all_of(names, [&](const std::string& name) {
    return std::ranges::any_of(candidate.evidence,
                               [&](const auto& piece) { return piece.first == name; });
  });
}

std::optional<Section> Telling::SimulationSection(const Candidate& candidate, std::string id,
                                                  int level) {
  if (!candidate.simulation) return std::nullopt;
  const SimulationFinding& finding = *candidate.simulation;
  const auto index = book().FindSimulation(finding.id);
  if (!index) {
    Lack(ErrorCode::kIntegrity, finding.id, "the record names a simulation that the release does not have");
    return std::nullopt;
  }
  const rules::Simulation& simulation = book().authored().simulations[*index];
  Section s;
  s.id = std::move(id);
  s.heading = Say(Phrase::kSimulation);
  s.level = level;
  std::vector<std::string> missing;
  const auto tell = [&](const std::vector<rules::SimulationFigure>& figures,
                        const std::vector<std::pair<std::string, std::string>>& found) {
    for (const rules::SimulationFigure& figure : figures) {
      const std::string* title = TextIn(figure.title);
      if (title == nullptr) {
        Lack(ErrorCode::kIntegrity, finding.id, "the release has no name of the figure '" + figure.figure.name + "'");
        return;
      }
      const auto at = std::ranges::find_if(found, [&](const auto& f) { return f.first == figure.figure.name; });
      if (at == found.end()) missing.push_back(*title);
      else s.rows.push_back({{*title, FormText(figure.figure.form, at->second)}, Mark::kNone, "simulation:" + finding.id});
    }
  };
  tell(simulation.inputs, finding.inputs);
  tell(simulation.results, finding.results);
  for (const auto& assumption : simulation.assumptions)
    if (const std::string* sentence = TextIn(assumption))
      s.paragraphs.push_back({OnOneLine(*sentence), Mark::kNone, "simulation:" + finding.id});
  if (!missing.empty())
    s.paragraphs.push_back({Say(Phrase::kSimulationMissing, {{"list", voice::Joined(language(), missing)}}),
                            Mark::kUnknown, {}});
  s.paragraphs.push_back({Say(Phrase::kSimulationNoPromise), Mark::kNone, {}});
  return s;
}

std::string Telling::WholeCondition(std::string_view rule) const {
  const auto index = RuleIndex(rule);
  return index ? OnOneLine(book().authored().rules[*index].when.text) : std::string();
}

std::vector<ToldCondition> Telling::RuleConditions(const TracedRule& traced, Parts parts) {
  if (const auto rule = RuleIndex(traced.id))
    return TellConditions(book().rules()[*rule].when, traced.conditions, parts, exact());
  const auto index = TableIndex(traced.id);
  const std::size_t row = traced.row.value_or(0);
  if (!index || row < 1 || row > book().authored().tables[*index].rows.size()) {
    Lack(ErrorCode::kIntegrity, traced.id, "the trace names a rule that the release does not have");
    return {};
  }
  const rules::Table& table = book().authored().tables[*index];
  const std::vector<rules::Expression>& tests = table.rows[row - 1].tests;
  std::vector<ToldCondition> told;
  for (std::size_t i = 0; i < traced.conditions.size() && i < tests.size(); ++i) {
    if (tests[i].text == "-") continue;
    told.push_back(TellCell(table.inputs[i].text, tests[i].text, traced.conditions[i], exact()));
  }
  return told;
}

std::vector<ToldCondition> Telling::GuardConditions(std::string_view action,
                                                    std::string_view guard) {
  const auto& guards = book().authored().guards;
  for (std::size_t i = 0; i < guards.size(); ++i) {
    if (guards[i].id != guard) continue;
    for (const TracedGuard& traced : trace_.guards)
      if (traced.action == action && traced.guard == guard)
        return TellConditions(book().guards()[i].when, traced.conditions, Parts::kJoinedByEither, exact());
    return {};
  }
  Lack(ErrorCode::kIntegrity, std::string(guard),
       "the record names a guard that the release does not have");
  return {};
}

}  // namespace oxpecker::engine
