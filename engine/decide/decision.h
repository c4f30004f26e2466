// engine/decide/decision.h - what was decided for one customer at one instant, and why: plain values.
//
// Written to the log by decision_json.h in the form of docs/format/decision_v1.md. Value types.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/result.h"

namespace oxpecker::engine {

// What a request without an event stands for.
inline constexpr std::string_view kDefaultEvent = "customer.review";
inline constexpr std::string_view kDefaultEventJson = R"({"type":"customer.review"})";

// Why something has no answer.
struct Unknown {
  std::string kind;     // feel::Name(CauseKind): "missing", "type" ...
  std::string message;  // no personal data
};

struct FeatureFinding {
  std::string id;
  std::uint32_t version = 1;
  std::string value;  // FEEL text, shortened where it is long (decide/trace.h)
  std::optional<Unknown> unknown;
};

// PERSISTED by name. Ordered by how much they tighten only within objections; see Tightens().
enum class Verdict : std::uint8_t {
  kSkipped,       // the guard does not apply to this candidate
  kPass,
  kBypass,        // an objection of consent or fatigue against a protective action: noted, not obeyed
  kUnknownPass,   // no answer, and the action is protective: a protection is never lost to missing data
  kDowngrade,     // to a channel that does not interrupt
  kDefer,
  kUnknownBlock,  // no answer: missing data never makes a sale
  kBlock,
};
std::string_view Name(Verdict verdict);
constexpr bool Tightens(Verdict v) { return v >= Verdict::kDowngrade; }
constexpr bool Blocks(Verdict v) { return v == Verdict::kBlock || v == Verdict::kUnknownBlock; }

struct GuardFinding {
  std::string guard;
  std::string_view stage;  // rules::Name(Stage)
  Verdict verdict = Verdict::kSkipped;
  std::string reason;      // where the guard objected, or had no answer
  std::optional<Unknown> unknown;
};

// PERSISTED by name: how a candidate ended.
enum class EndState : std::uint8_t { kSelected, kSuppressed, kDeferred, kDowngraded, kOutranked };
std::string_view Name(EndState state);

// The what-if of an outcome: figures as texts (money as "12345 SEK", in minor units), in the order of
// the simulation; a figure without an answer is missing.
struct SimulationFinding {
  std::string id;
  std::uint32_t version = 1;
  std::vector<std::pair<std::string, std::string>> inputs;
  std::vector<std::pair<std::string, std::string>> results;
  std::vector<std::string> missing;
};

struct Candidate {
  std::size_t action_index = 0;  // into Rulebook::actions
  std::string action;
  std::string action_class;
  std::string kind;
  std::int64_t tier = 5;
  std::string rule;              // the rule or table that proposed it (with the highest need)
  std::uint32_t rule_version = 1;
  Decimal need;
  Decimal rank;                  // need x value
  std::vector<std::string> reasons;
  std::vector<std::pair<std::string, std::string>> evidence;  // sorted by name
  std::vector<GuardFinding> verdicts;
  EndState state = EndState::kSelected;
  std::string decided_by;        // guard id, or "arbitration", "delivery"
  std::string delivery;          // channel
  std::string human;             // none, offered, required
  std::string detail;            // brief, standard, detailed
  bool deferred = false;
  std::string deferred_until;    // the end of the quiet hours, where they are why
  std::string expires_at;        // of an outcome: after this instant it is not told any more
  bool in_steps = false;         // told step by step
  std::optional<SimulationFinding> simulation;  // of an outcome whose action has one
};

enum class Outcome : std::uint8_t { kAction, kSilent, kRefused };
std::string_view Name(Outcome outcome);

struct Decision {
  std::string as_of;    // empty in a refusal whose document has none
  std::string event;    // type, or "unknown"
  std::string release;  // digest in hex
  bool refused = false;                     // then outcomes and flags are those of the refusal alone
  Issues issues;                            // refused only
  std::vector<FeatureFinding> features;     // by id
  std::vector<Candidate> candidates;        // by rank: tier, need x value, id
  std::vector<std::size_t> outcomes;        // indices of candidates that reach somebody, by rank
  std::vector<std::string> flags;           // sorted
  std::vector<std::string> reasons;         // sorted
  std::vector<std::pair<std::string, Unknown>> unknowns;  // rule id, cause; by id
  std::string trace;                        // canonical JSON; empty in a refusal

  Outcome outcome() const;
};

// Canonical bytes of the section `decision`.
std::string ToCanonicalJson(const Decision& decision);

}  // namespace oxpecker::engine
