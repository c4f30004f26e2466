// engine/decide/decider.h - the pure function of the house: facts and an event in, a decision with
// its trace out. No clock, no I/O, no locale, no randomness: the same release and the same bytes give
// the same bytes, on another machine, years later.
//
// A Decider keeps working memory; use one a thread. The release is shared and immutable.
//
// Stages, in order: input checks; features; rules and tables of the event's type propose candidates;
// every guard is asked about every candidate; arbitration by tier, then need x value, then id;
// delivery. A guard only tightens. See docs/rulebook.md and docs/format/decision_v1.md.
//
// Example:
//   Decider decider(release);
//   Decision decision = decider.Decide(facts, event);
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "engine/decide/decision.h"
#include "engine/facts/facts.h"
#include "engine/release/release.h"
#include "rules/feel/evaluator.h"

namespace oxpecker::engine {

class Decider {
 public:
  explicit Decider(std::shared_ptr<const Release> release);

  // Both were read with the release's schemas.
  Decision Decide(const facts::Facts& facts, const facts::Facts& event);

  // Reads both texts with the release's schemas and decides; a refusal, with every issue, where
  // either is not acceptable. An empty event text stands for kDefaultEventJson.
  Decision Decide(std::string_view facts_json, std::string_view event_json);

  const Release& release() const { return *release_; }

  // The customer's id and the event type of the last call, where they could be read; for filing the
  // record under the customer's key.
  const std::string& last_subject() const { return last_subject_; }

 private:
  Decision Refuse(Issues issues, std::string_view facts_json, std::string_view event_json);

  std::shared_ptr<const Release> release_;
  feel::Evaluator evaluator_;
  std::vector<feel::Value> inputs_;
  std::string last_subject_;
};

}  // namespace oxpecker::engine
