#include "engine/explain/telling.h"

#include <algorithm>
#include <numeric>
#include <span>

#include "rules/rulebook/text_template.h"

namespace oxpecker::engine {
namespace {

Mark MarkOf(char result) {
  switch (result) {
    case 't':
      return Mark::kHolds;
    case 'f':
      return Mark::kFails;
    case 'u':
      return Mark::kUnknown;
    default:
      return Mark::kNotReached;
  }
}

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

std::string OnOneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

std::string Shortened(const std::string& value) {
  constexpr std::size_t kDigitsMax = 6;
  const std::size_t point = value.find('.');
  if (point == std::string::npos || value.size() - point - 1 <= kDigitsMax ||
      !Decimal::Parse(value) || value.find_first_of("eE") != std::string::npos)
    return value;
  return value.substr(0, point + 1 + kDigitsMax) + "...";
}

namespace {

// The span with the parentheses that its own ones pair with: the operands of an operator may stand
// in parentheses that belong to them.
SourceSpan Balanced(std::string_view source, SourceSpan span) {
  std::size_t open = 0;
  std::size_t unopened = 0;
  for (std::size_t i = span.begin; i < span.end; ++i) {
    if (source[i] == '(') ++open;
    if (source[i] == ')' && open > 0)
      --open;
    else if (source[i] == ')')
      ++unopened;
  }
  for (; unopened > 0 && span.begin > 0; --span.begin)
    if (source[span.begin - 1] == '(') --unopened;
  for (; open > 0 && span.end < source.size(); ++span.end)
    if (source[span.end] == ')') --open;
  return span;
}

// The text of a condition with its operands' values in their places.
std::string WithValues(const feel::Program& program, SourceSpan span,
                       std::span<const feel::Condition::Operand> operands,
                       std::span<const std::string> values, bool exact) {
  std::vector<std::size_t> order(operands.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return operands[a].span.begin < operands[b].span.begin;
  });
  std::string text;
  std::uint32_t at = span.begin;
  for (const std::size_t i : order) {
    const SourceSpan operand = Balanced(program.source(), operands[i].span);
    if (operand.begin < at || operand.end > span.end) continue;  // inside one already replaced
    text += program.Text({at, operand.begin});
    text += exact ? values[i] : Shortened(values[i]);
    at = operand.end;
  }
  text += program.Text({at, span.end});
  return OnOneLine(text);
}

// "source = "transactions": 29.5 > 24": the item that settled a `some` or an `every`.
std::string WithValuesOfItem(const feel::Program& program, const feel::Condition& condition,
                             std::span<const std::string> values, bool exact) {
  std::string text;
  const std::size_t bindings = condition.quantifier->bindings;
  for (std::size_t i = 1; i <= bindings; ++i) {
    if (values[i] == "context") continue;  // a row: what it compares is shown, and says more
    text += text.empty() ? "" : ", ";
    text += std::string(program.Text(condition.operands[i].span)) + " = ";
    text += exact ? values[i] : Shortened(values[i]);
  }
  const auto operands = std::span(condition.operands).subspan(1 + bindings);
  return text + (text.empty() ? "" : ": ") +
         WithValues(program, Balanced(program.source(), condition.quantifier->body), operands,
                    values.subspan(1 + bindings), exact);
}

std::string WithValues(const feel::Program& program, const feel::Condition& condition,
                       SourceSpan span, std::span<const std::string> values, bool exact) {
  const bool settled_by_an_item = condition.quantifier && values.size() > 1 && values[1] != "-";
  if (settled_by_an_item) return WithValuesOfItem(program, condition, values, exact);
  return WithValues(program, span, condition.operands, values, exact);
}

}  // namespace

std::vector<ToldCondition> TellConditions(const feel::Program& program,
                                          const std::vector<TracedCondition>& traced, bool exact) {
  std::vector<ToldCondition> told;
  const auto conditions = program.conditions();
  if (conditions.size() != traced.size()) {  // one condition without operands: a constant
    for (const TracedCondition& entry : traced)
      told.push_back({OnOneLine(program.source()), {}, MarkOf(entry.result)});
    return told;
  }
  for (std::size_t i = 0; i < traced.size(); ++i) {
    const SourceSpan span = Balanced(program.source(), conditions[i].span);
    ToldCondition entry{OnOneLine(program.Text(span)), {}, MarkOf(traced[i].result)};
    if (entry.mark != Mark::kNotReached &&
        conditions[i].operands.size() == traced[i].operands.size())
      entry.with_values = WithValues(program, conditions[i], span, traced[i].operands, exact);
    told.push_back(std::move(entry));
  }
  return told;
}

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
  const std::string kind = Word(WordList::kCause, unknown.kind);
  return unknown.message.empty() ? kind : kind + " (" + unknown.message + ")";
}

std::string Telling::AsOf() {
  const auto instant = Instant::Parse(decision().as_of);
  if (!instant) return decision().as_of;
  auto text = voice::DateAndTime(query_.language, *instant, query_.time_zone);
  return text ? *std::move(text) : decision().as_of;
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

std::vector<ToldCondition> Telling::RuleConditions(const TracedRule& traced) {
  if (const auto rule = RuleIndex(traced.id))
    return TellConditions(book().rules()[*rule].when, traced.conditions, exact());
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
    const TracedCondition& cell = traced.conditions[i];
    told.push_back({OnOneLine(table.inputs[i].text) + ": " + OnOneLine(tests[i].text),
                    cell.operands.empty() ? std::string()
                    : exact()             ? cell.operands.front()
                                          : Shortened(cell.operands.front()),
                    MarkOf(cell.result)});
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
        return TellConditions(book().guards()[i].when, traced.conditions, exact());
    return {};
  }
  Lack(ErrorCode::kIntegrity, std::string(guard),
       "the record names a guard that the release does not have");
  return {};
}

}  // namespace oxpecker::engine
