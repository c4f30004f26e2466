// engine/explain/telling.h - what the tellers of every audience share: sentences of the release,
// evidence in the reader's form, conditions with their values. Private to engine/explain.
//
// The first thing that the release or the record lacks is remembered and ends the explanation; text
// made after it does not matter. One Telling for one explanation, on one thread.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/explain/conditions.h"
#include "engine/explain/explanation.h"
#include "engine/explain/phrases.h"
#include "engine/explain/recorded.h"
#include "engine/release/release.h"

namespace oxpecker::engine {

// A rule, or a row of a table, that proposed an action.
struct Proposer {
  const std::string* id = nullptr;
  const rules::Authorship* authorship = nullptr;
  const rules::Proposal* proposal = nullptr;
  const TracedRule* traced = nullptr;
};

class Telling {
 public:
  Telling(const Release& release, const RecordedDecision& recorded, const RecordedTrace& trace,
          const ExplainQuery& query)
      : release_(release), recorded_(recorded), trace_(trace), query_(query) {}

  const rules::CompiledRulebook& book() const { return release_.rulebook(); }
  const Release& release() const { return release_; }
  const RecordedDecision& recorded() const { return recorded_; }
  const Decision& decision() const { return recorded_.decision; }
  const RecordedTrace& trace() const { return trace_; }
  const ExplainQuery& query() const { return query_; }
  voice::Language language() const { return query_.language; }
  Status status() const;
  bool exact() const;  // values with all their digits

  // --- sentences ---
  using Values = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  std::string Say(Phrase phrase, Values values = {}) const;
  std::string Word(WordList list, const std::string& word) const;  // an unknown word as it is
  std::string MarkWord(Mark mark) const;
  // "a fact is absent: customer.birth_year", with the engine's own words in parentheses where exact() or
  // where the kind of cause is not known.
  std::string Cause(const Unknown& unknown) const;
  // The recorded instant of the decision, by the query's time zone; as recorded where it is none.
  std::string AsOf();
  std::string AsOfDay();
  std::string TimeText(const std::string& instant) const;  // likewise

  // --- texts of the release; {names} are the candidate's evidence ---
  std::string ActionTitle(const Candidate& candidate);
  std::string ActionTitle(std::string_view action);  // of a candidate of this decision
  std::string CustomerText(const Candidate& candidate);
  std::optional<std::string> OfficerText(const Candidate& candidate);
  std::string ReasonSentence(std::string_view code, const Candidate* candidate);
  std::string EvidenceText(const Candidate& candidate, std::string_view name);
  // A feature that a candidate's money evidence or what-if quotes as it is; otherwise empty.
  std::string FeatureAsMoney(const FeatureFinding& feature) const;

  // The what-if of an outcome, with what it takes for granted; nothing where it has none.
  std::optional<Section> SimulationSection(const Candidate& candidate, std::string id, int level);

  // --- why ---
  const Candidate* FindCandidate(std::string_view action) const;
  // Those whose condition held, the candidate's own rule first, then in the rulebook's order.
  std::vector<Proposer> ProposersOf(const Candidate& candidate) const;
  const rules::Authorship* RuleAuthorship(std::string_view id) const;  // of a rule or a table
  const rules::Guard* FindGuard(std::string_view id) const;
  // The text of the whole condition of a rule, one line; of a table the empty text.
  std::string WholeCondition(std::string_view rule) const;
  std::vector<ToldCondition> RuleConditions(const TracedRule& rule, Parts parts);
  std::vector<ToldCondition> GuardConditions(std::string_view action, std::string_view guard);

  void Lack(ErrorCode code, std::string place, std::string message, std::string hint = {});

 private:
  const std::string* TextIn(const std::map<std::string, std::string>& by_language) const;
  std::string FormText(rules::EvidenceForm form, const std::string& text) const;
  bool HasAllQuoted(const std::string& sentence, const Candidate& candidate) const;
  std::string Fill(const std::string& sentence, const Candidate* candidate);
  std::optional<std::size_t> RuleIndex(std::string_view id) const;
  std::optional<std::size_t> TableIndex(std::string_view id) const;
  void FindEvidenceForm(const Candidate& candidate, std::string_view name,
                        rules::EvidenceForm& form) const;

  const Release& release_;
  const RecordedDecision& recorded_;
  const RecordedTrace& trace_;
  const ExplainQuery& query_;
  std::optional<Error> problem_;
};

// The sections for one audience.
std::vector<Section> TellOfficer(Telling& telling, DetailLevel detail);
std::vector<Section> TellCustomer(Telling& telling);

}  // namespace oxpecker::engine
