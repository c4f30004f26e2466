// rules/rulebook/rulebook.h - a rulebook as its authors wrote it: plain values, nothing compiled.
//
// A pack is a folder of YAML files; each file may hold any of the sections `pack`, `thresholds`,
// `input_checks`, `refusals`, `conduct`, `actions`, `features`, `rules`, `tables`, `guards`, `simulations`, `texts`. The format for authors is
// docs/rulebook.md. Value types; thread-safe to read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/identifier.h"
#include "base/result.h"
#include "base/source_span.h"
#include "rules/feel/hit_policy.h"

namespace oxpecker::rules {

// FEEL text, and where it stands.
struct Expression {
  std::string text;
  SourceOrigin origin;
  std::uint32_t indent = 0;
  bool empty() const { return text.empty(); }
};

// What every part of a rulebook carries: who answers for it, and why it is there.
struct Authorship {
  std::uint32_t version = 1;
  std::string title;
  std::string rationale;
  std::string owner;
  // Operands that the author knows may be missing: what then comes is meant (null_warnings.h).
  std::vector<std::string> may_be_missing;
  SourceOrigin origin;
};

// --- features ---------------------------------------------------------------------------------

enum class Aggregate : std::uint8_t {
  kCount,
  kSum,
  kMin,
  kMax,
  kMean,
  kDistinct,
  kLatest,
  kEarliest,
  // The lowest point of the running sum in order of time, at most 0; what comes in at an instant
  // counts before what goes out at it. Answers: how far would the balance have sunk?
  kRunningLow,
};
// What a grouped window answers: the largest or smallest group's value, its key, or how many groups.
enum class OverGroups : std::uint8_t { kMax, kMin, kKeyOfMax, kKeyOfMin, kCount };

// Rows of a list of facts whose time lies in [as_of - from, as_of - to), reduced to one value.
struct WindowFeature {
  std::string source;              // a list among the facts: transactions, contacts ...
  std::string time_field;          // when a row happened
  Expression from_days;            // how far back the window starts; empty: no bound
  Expression from_hours;           // the same in hours; at most one of the two
  Expression to_days;              // how far back it ends; empty: as_of
  bool includes_as_of = false;     // [from, as_of] instead of [from, as_of)
  Expression where;                // over the row's fields and everything else; empty: all rows
  Aggregate aggregate = Aggregate::kCount;
  Expression of;                   // the row's value to aggregate
  std::string group_field;         // empty: no groups; rows without the field belong to none
  std::optional<OverGroups> over_groups;
  Expression when_empty;           // the value of a min, max, mean, latest over no row; empty: null
};

// The latest pair of rows that agree on some fields and lie close together: a duplicate payment.
struct PairFeature {
  std::string source;
  std::string time_field;
  Expression where;
  std::vector<std::string> same_fields;
  Expression within_hours;
  Expression later_within_days;    // the later row is at most so old
  Expression unless_where;         // a row that explains the pair away: a refund
  std::vector<std::string> unless_same_fields;  // it agrees with the later row on these
};

// A decision table whose rows hold values (DMN 1.5, chapter 8), not proposals.
struct TableFeature {
  struct Input {
    Expression expression;
    Expression allowed;        // unary tests that any value but null must pass; may be empty
  };
  struct Output {
    std::string name;          // empty where there is one output: then the value is no context
    Expression allowed;        // unary tests; in descending order of priority
    Expression default_value;  // where no row holds
  };
  struct Row {
    std::vector<Expression> tests;    // one unary test an input
    std::vector<Expression> results;  // one an output
    std::string note;
    SourceOrigin origin;
  };
  feel::HitPolicy hit_policy = feel::HitPolicy::kUnique;
  feel::Aggregation aggregation = feel::Aggregation::kNone;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<Row> rows;
};

struct Feature {
  std::string id;
  Authorship authorship;
  std::variant<Expression, WindowFeature, PairFeature, TableFeature> definition;
  // Of expressions and tables. A value that is not of the type, or not allowed, is unknown; null is
  // exempt.
  Expression type;     // a type as the language writes it: number, list<string>; empty: any
  Expression allowed;  // unary tests; empty: all
};

// --- actions ----------------------------------------------------------------------------------

struct Action {
  std::string id;
  Authorship authorship;
  std::string customer_value;          // what the customer gains; an action without one is refused
  std::int64_t tier = 5;               // 1 protective ... 5 sales
  std::string action_class;            // protective, support, service, guidance, sales, internal
  std::string kind;                    // recommendation, flag, friction, route
  std::string legal_form;              // reg: information, guidance, personal_recommendation, credit_offer
  std::string basis;                   // contract, legal_obligation, legitimate_interest, consent
  std::vector<std::string> purposes;   // consents that it needs
  std::string sensitivity;             // low, medium, high, special
  std::string group;                   // rejection and cooldown family
  std::int64_t cooldown_days = 0;
  std::int64_t expires_days = 7;       // after so long it is not told any more
  std::string human;                   // none, offered, required
  std::vector<std::string> channels;   // in order of preference
  std::vector<std::string> needs;      // sources that must be fresh
  std::string value;                   // decimal text, 0 to 1
  std::string simulation;              // id of the what-if that comes with it; may be empty
  bool has_steps = false;              // can be told step by step
  bool declared_only = false;          // rests on a life event that the customer must have told us of
};

// What a document gets that cannot be used (G0): flags, and for some events a safe answer.
struct FailSafe {
  std::vector<std::string> events;
  std::string action;
  std::string reason;
  SourceOrigin origin;
};
struct Refusals {
  std::vector<std::string> flags;
  std::vector<FailSafe> fail_safe;
  SourceOrigin origin;
};

// --- evidence ---------------------------------------------------------------------------------

enum class EvidenceForm : std::uint8_t { kText, kNumber, kMoney, kDate, kPercent };
struct Evidence {
  std::string name;
  Expression value;
  EvidenceForm form = EvidenceForm::kText;
  Expression currency;  // of money, which is counted in minor units; customer.currency if not said
};

// --- simulations ------------------------------------------------------------------------------

// A what-if that comes with an action: figures from the customer's facts, with what is taken for
// granted said aloud. Found only where its action reaches somebody; recorded with the outcome.
struct SimulationFigure {
  Evidence figure;
  std::map<std::string, std::string> title;  // by language
};
struct Simulation {
  std::string id;
  Authorship authorship;
  std::vector<SimulationFigure> inputs;
  std::vector<SimulationFigure> results;                         // over the inputs, and the results above
  std::vector<std::map<std::string, std::string>> assumptions;  // sentences by language
};

// --- rules, tables, guards --------------------------------------------------------------------

struct ReasonUse {
  std::string code;
  Expression when;  // empty: always
  SourceOrigin origin = {};
};

// What a rule does when its condition is true.
struct Proposal {
  std::string action;      // at most one of these two; neither: only reasons are noted
  Expression each_action;  // a list of action ids: every one of them is proposed (campaigns)
  std::string need;     // decimal text, 0 to 1
  std::vector<ReasonUse> reasons;
  std::vector<Evidence> evidence;
  SourceOrigin origin;
};

struct Rule {
  std::string id;
  Authorship authorship;
  std::vector<std::string> events;
  Expression when;
  std::vector<Proposal> proposals;
};

using feel::HitPolicy;  // kPriority and kOutputOrder are for tables of values alone

struct TableRow {
  std::vector<Expression> tests;  // one unary test a column
  std::vector<Proposal> proposals;
  SourceOrigin origin;
};

struct Table {
  std::string id;
  Authorship authorship;
  std::vector<std::string> events;
  HitPolicy hit_policy = HitPolicy::kUnique;
  std::vector<Expression> inputs;
  std::vector<TableRow> rows;
};

// PERSISTED by name in decision records. In the order in which they are asked.
enum class Stage : std::uint8_t {
  kFreshness = 1,      // G1
  kConsistency = 2,    // G2
  kEligibility = 3,    // G3
  kConsent = 4,        // G4
  kSensitivity = 5,    // G5
  kVulnerability = 6,  // G6
  kSuitability = 7,    // G7
  kFatigue = 8,        // G8
};
std::string_view Name(Stage stage);  // "G1_freshness"

// What an objection does. A guard only tightens: there is no verdict that lets more through.
// Reason codes that the engine itself writes (delivery and arbitration); a pack has their texts.
inline constexpr const char* kEngineReasons[] = {
    "CHANNEL_OPT_OUT", "GUARD_UNKNOWN",       "INPUT_INVALID",           "NO_ACTION",
    "OUTRANKED",       "PREFERENCE_HUMAN",    "PREFERENCE_SELF_SERVICE", "PROTECTIVE_BYPASS",
    "PROTECTIVE_OVERRIDES_PREFERENCE",        "QUIET_HOURS_DEFER",       "SILENT_BY_DESIGN",
    "VULNERABLE_HUMAN_FIRST"};

enum class Objection : std::uint8_t { kBlock, kDefer, kDowngrade };

struct Guard {
  std::string id;
  Authorship authorship;
  Stage stage = Stage::kSuitability;
  Expression applies_to;  // over `action` and `candidate`; empty: every candidate
  std::vector<std::string> unless;  // ids of guards asked before; where one of them objects, this one is skipped
  Expression when;        // true: the guard objects
  Objection objection = Objection::kBlock;
  std::string reason;
  SourceOrigin reason_origin = {};
};

// --- texts and tests --------------------------------------------------------------------------

inline constexpr const char* kLanguages[] = {"en", "sv", "zh"};

// The sentence of an action (told to the customer) or of a reason code (told to an officer), by
// language. {name} quotes evidence.
struct Text {
  std::string id;
  Authorship authorship;
  std::map<std::string, std::string> title;      // actions
  std::map<std::string, std::string> customer;   // actions: what and why, in the customer's words
  std::map<std::string, std::string> plain;      // the same, quoting nothing: where a campaign proposed it
  std::map<std::string, std::string> officer;    // actions and reasons
};

// --- the whole --------------------------------------------------------------------------------

// A threshold as data. The value is FEEL: a number, a text, a list, a context of them.
struct Threshold {
  std::string id;
  Authorship authorship;
  std::string unit;
  Expression value;
};

// Housekeeping of the input before anything is decided (G0).
struct InputChecks {
  std::map<std::string, std::string> unique_fields;  // list -> field: a repeat counts once
  std::map<std::string, std::string> time_fields;    // list -> field: a row too far ahead is ignored
  Expression skew_seconds;
  std::string duplicate_reason;
  std::string future_reason;
};

// What a pack must not say or rest on (lints.h finds it). Empty: nothing is looked for, and
// text_warnings.h says so.
struct Conduct {
  static constexpr std::size_t kPhrasesMax = 2'000;  // of one list
  using Phrases = std::map<std::string, std::vector<std::string>>;  // by language
  Phrases watching;                        // a text that watches the customer: "we noticed"
  Phrases promoting;                       // words of promotion, for sales alone: "discount"
  std::vector<std::string> bank_gain;      // parts of names that tell of the bank's gain: "margin"
  std::vector<Expression> personal;        // facts of the person that are no ground alone: customer.birth_year
  SourceOrigin origin;
};

struct Rulebook {
  std::string pack_id;
  std::string pack_version;
  std::string pack_title;
  InputChecks input_checks;
  Refusals refusals;
  Conduct conduct;
  std::vector<Threshold> thresholds;
  std::vector<Action> actions;
  std::vector<Feature> features;
  std::vector<Rule> rules;
  std::vector<Table> tables;
  std::vector<Guard> guards;   // in order of stage, then of file and place
  std::vector<Simulation> simulations;
  std::vector<Text> action_texts;
  std::vector<Text> reason_texts;
};

// A file of a pack, as read from disk or from a release.
struct PackFile {
  std::string path;   // relative to the pack: "rules/late_fees.yaml"
  std::string bytes;
  friend bool operator==(const PackFile&, const PackFile&) = default;
};

// Reads the files of a pack (those that end in .yaml, except *.test.yaml) into one rulebook. Checks
// form and vocabulary: unknown keys, missing parts, words outside their list, ids that stand twice.
// Names inside expressions are the compiler's to check (compiled_rulebook.h). All problems at once.
Checked<Rulebook> ReadRulebook(const std::vector<PackFile>& files);

// What could be read of a pack with problems, so that the rest is checked in the same run.
struct PartialRulebook {
  Rulebook rulebook;   // every part whose id is good and stands once; a key that was refused is empty
  Issues issues;       // as ReadRulebook reports them; empty: the rulebook is whole
  std::string unread;  // what was left out: bytes of files that are no YAML, ids of parts
};
PartialRulebook ReadWhatIsReadable(const std::vector<PackFile>& files);

}  // namespace oxpecker::rules
