// engine/decide/work.h - what the stages of one decision share. Private to engine/decide.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/instant.h"
#include "engine/decide/decision.h"
#include "engine/decide/trace.h"
#include "rules/feel/evaluator.h"
#include "rules/rulebook/compiled_rulebook.h"

namespace oxpecker::engine {

// The customer's own wishes and circumstances, as far as delivery needs them.
struct CustomerSituation {
  std::string human_mode;   // self_service, assisted, human_first
  std::string detail;       // unset, brief, standard, detailed
  std::string friction;     // minimal, standard, protective
  std::set<std::string> opted_in;  // channels
  bool quiet_now = false;
  Instant quiet_until;    // when the quiet hours end that are now
  bool vulnerable = false;  // a marker whose review date lies after as_of
  std::optional<std::int64_t> digital_confidence;  // 1 to 5
};

struct Work {
  const rules::CompiledRulebook& rulebook;
  Instant as_of;
  std::size_t event_index;  // into rulebook.event_types()
  feel::Evaluator& evaluator;
  std::vector<feel::Value>& inputs;
  CustomerSituation customer;
  Decision& decision;
  Trace& trace;
  std::set<std::string> reasons;

  feel::Value Run(const feel::Program& program) const {
    return evaluator.Evaluate(program, inputs, {.now = as_of});
  }
  const rules::Action& ActionOf(const Candidate& c) const {
    return rulebook.authored().actions[c.action_index];
  }
};

// Reads it from the facts. `issues` gets what the schema cannot check: an unknown time zone, a time
// of day that is none.
CustomerSituation FindSituation(const feel::Value& facts, Instant as_of, Issues& issues);

// A value as evidence tells it: a number in canonical form, money with its currency, text as it is;
// empty where it is null.
std::string EvidenceText(const Work& work, const rules::CompiledEvidence& evidence, const feel::Value& value);

// candidates.cc: rules and tables propose; notes go to the reasons.
void ProposeCandidates(Work& work);
// guards.cc: every guard is asked about every candidate.
void AskGuards(Work& work);
// delivery.cc: rank, one interruption, channel, hour, human, detail; fills outcomes and flags.
void Deliver(Work& work);
// simulations.cc: the what-ifs of the actions that reach somebody.
void Simulate(Work& work);

// Channels of the action that the customer allows, in the catalogue's order of preference.
std::vector<std::string> AllowedChannels(const rules::Action& action, const CustomerSituation& customer);
bool Interrupts(const std::string& channel);

}  // namespace oxpecker::engine
