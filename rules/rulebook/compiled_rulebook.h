// rules/rulebook/compiled_rulebook.h - a rulebook whose every name is resolved and every expression
// compiled. Immutable; share it between threads.
//
// Names that an expression may use:
//   everywhere           the facts' own top-level names (as_of, customer, transactions ...), `event`,
//                        `policy` (the thresholds), every feature by its id
//   window and pair rows also the row's fields, which hide outer names
//   guards               also `action` (its catalogue entry), `candidate` (need, rule, reasons, the
//                        channels the customer allows and the first of them) and `candidates` (the
//                        ids of all proposed actions)
//
// Compilation refuses what could fail open later: unknown names, actions and events; types that never
// fit; features that need each other; a reason or an action without its sentence in every language;
// a sentence that quotes evidence which some rule does not give.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "base/result.h"
#include "rules/feel/program.h"
#include "rules/feel/scope.h"
#include "rules/feel/table_index.h"
#include "rules/feel/type.h"
#include "rules/feel/value.h"
#include "rules/rulebook/rulebook.h"

namespace oxpecker::rules {

using feel::Program;

// Slots of the inputs that every program of a rulebook is evaluated with.
struct InputLayout {
  std::size_t facts_begin = 0;     // the facts' fields, in the order of their type
  std::size_t facts_count = 0;
  std::size_t event = 0;
  std::size_t policy = 0;
  std::size_t features_begin = 0;  // in the order of Rulebook::features
  std::size_t features_count = 0;
  std::size_t base_count = 0;      // all of the above; row fields begin here
  std::size_t action = 0;          // guards only
  std::size_t candidate = 0;
  std::size_t candidates = 0;
  std::size_t guard_count = 0;
  std::size_t largest_count = 0;   // of any program; rows of facts may need more
};

// A length of time. `fixed` where it is a threshold or a number: the same in every decision.
struct CompiledLength {
  Program program;
  std::optional<Decimal> fixed;
};

struct CompiledWindow {
  std::size_t source = 0;              // input slot of the list
  std::int32_t time_slot = -1;         // of the row
  std::int32_t group_slot = -1;
  std::optional<CompiledLength> from_days;
  std::optional<CompiledLength> from_hours;
  std::optional<CompiledLength> to_days;
  std::optional<Program> where;        // over base inputs, then the row's fields
  std::optional<Program> of;
  std::optional<Program> when_empty;

  std::vector<const Program*> Programs() const;  // those that there are
};

struct CompiledPair {
  std::size_t source = 0;
  std::int32_t time_slot = -1;
  std::vector<std::int32_t> same_slots;
  std::optional<Program> where;
  std::optional<Program> within_hours;
  std::optional<Program> later_within_days;
  std::optional<Program> unless_where;
  std::vector<std::int32_t> unless_same_slots;

  std::vector<const Program*> Programs() const;
};

struct CompiledTableFeature {
  struct Input {
    Program expression;
    std::optional<Program> allowed;  // over base inputs, then the value
  };
  struct Output {
    std::optional<Program> allowed;
    std::optional<Program> order;  // list of the values by priority, where the hit policy asks for it
    std::optional<Program> default_value;
  };
  struct Row {
    std::vector<std::optional<Program>> tests;  // nothing: "-"
    std::vector<Program> results;
  };
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<Row> rows;
  bool has_default = false;
  std::shared_ptr<const feel::Shape> shape;  // of several outputs
  feel::TableIndex index;                    // what the rows' tests say, by input

  std::vector<const Program*> Programs() const;
};

struct CompiledFeature {
  feel::Type type;
  std::variant<Program, CompiledWindow, CompiledPair, std::shared_ptr<const CompiledTableFeature>> definition;
  std::optional<feel::Type> declared;  // values but null are of it
  std::optional<Program> allowed;      // over base inputs, then the value

  bool HasType(const feel::Value& value) const;  // as declared
  std::vector<const Program*> Programs() const;
};

// Features that are found together: windows over one list, in one pass over its rows; or one other.
struct FeatureStep {
  bool is_pass = false;
  std::size_t source = 0;               // of a pass: input slot of the list
  std::vector<std::size_t> features;    // indices
};

struct CompiledEvidence {
  Program value;
  std::optional<Program> currency;  // money only
};

struct CompiledProposal {
  std::int32_t action = -1;  // index into Rulebook::actions; -1: only reasons, or `each`
  std::optional<Program> each;  // a list of action ids
  Decimal need;
  std::vector<std::optional<Program>> reason_conditions;  // one a reason; nothing: always
  std::vector<CompiledEvidence> evidence;                 // one a piece
};

struct CompiledRule {
  Program when;
  std::vector<bool> on_event;  // by index into event_types
  std::vector<CompiledProposal> proposals;
};

struct CompiledTableRow {
  std::vector<std::optional<Program>> tests;  // nothing: "-"
  std::vector<CompiledProposal> proposals;
};

struct CompiledTable {
  std::vector<bool> on_event;
  std::vector<Program> inputs;
  std::vector<CompiledTableRow> rows;
  feel::TableIndex index;  // what the rows' tests say, by input
};

// Its figures are evaluated in order; each one's value then stands in the slot after base_count that
// has its number, for those that follow.
struct CompiledSimulation {
  std::vector<CompiledEvidence> inputs;
  std::vector<CompiledEvidence> results;
};

// A safe answer to a document that cannot be used.
struct CompiledFailSafe {
  std::vector<bool> on_event;
  std::size_t action = 0;
};

struct CompiledGuard {
  std::vector<std::size_t> unless;  // indices, each below its own
  std::optional<Program> applies_to;
  Program when;
};

class CompiledRulebook {
 public:
  const Rulebook& authored() const { return authored_; }
  const InputLayout& layout() const { return layout_; }
  const std::vector<std::string>& event_types() const { return event_types_; }

  // Index by index with the authored vectors.
  const std::vector<CompiledFeature>& features() const { return features_; }
  const std::vector<std::size_t>& features_by_id() const { return features_by_id_; }
  const std::vector<CompiledRule>& rules() const { return rules_; }
  const std::vector<CompiledTable>& tables() const { return tables_; }
  const std::vector<CompiledGuard>& guards() const { return guards_; }
  const std::vector<CompiledSimulation>& simulations() const { return simulations_; }
  const std::vector<CompiledFailSafe>& fail_safes() const { return fail_safes_; }

  // In this order every feature finds what it reads.
  const std::vector<FeatureStep>& feature_steps() const { return feature_steps_; }

  const feel::Value& policy() const { return policy_; }                  // context of the thresholds
  const feel::Type& policy_type() const { return policy_type_; }
  // Facts, event, policy and features, in the slots of layout(): what a rule's condition may name.
  const feel::Scope& base_scope() const { return base_scope_; }
  // Slots of the facts that a document may leave out.
  const std::vector<std::size_t>& optional_facts() const { return optional_facts_; }
  feel::Scope guard_scope() const;  // base_scope() and what guards see beside it
  const feel::Value& action(std::size_t index) const { return actions_[index]; }
  const feel::Type& candidate_type() const { return candidate_type_; }

  // Input checks: list slot, row slot of the unique field or -1, row slot of the time field or -1.
  struct CheckedList {
    std::size_t source;
    std::int32_t unique_slot;
    std::int32_t time_slot;
  };
  const std::vector<CheckedList>& checked_lists() const { return checked_lists_; }
  std::int64_t skew_seconds() const { return skew_seconds_; }

  const Text* ActionText(std::string_view action) const;  // nullptr where absent
  const Text* ReasonText(std::string_view code) const;
  std::optional<std::size_t> FindAction(std::string_view id) const;
  std::optional<std::size_t> FindSimulation(std::string_view id) const;
  std::size_t memory_bytes() const;  // of all programs

 private:
  friend class RulebookCompiler;
  CompiledRulebook() = default;

  Rulebook authored_;
  InputLayout layout_;
  feel::Scope base_scope_;
  std::vector<std::size_t> optional_facts_;
  feel::Type policy_type_;
  feel::Type action_type_;
  feel::Type candidate_type_;
  std::vector<std::string> event_types_;
  std::vector<CompiledFeature> features_;
  std::vector<FeatureStep> feature_steps_;
  std::vector<std::size_t> features_by_id_;  // their indices in the order of their ids
  std::vector<CompiledRule> rules_;
  std::vector<CompiledTable> tables_;
  std::vector<CompiledGuard> guards_;
  std::vector<CompiledSimulation> simulations_;
  std::vector<CompiledFailSafe> fail_safes_;
  std::vector<CheckedList> checked_lists_;
  std::int64_t skew_seconds_ = 0;
  std::shared_ptr<feel::Arena> constants_;  // policy and actions lie here
  feel::Value policy_;
  std::vector<feel::Value> actions_;
};

// What the rows of a window or a pair may name: the base names, then the row's fields. A field hides
// an outer name, which keeps its place.
feel::Scope RowScope(const feel::Scope& base, const feel::Type& row);

// `facts` is the type of a facts document, `event` that of an event: a context with a text field
// `type` that allows a closed list. All problems at once.
Checked<CompiledRulebook> CompileRulebook(Rulebook rulebook, const feel::Type& facts,
                                          const feel::Type& event, const feel::Limits& limits);

// The files of a pack read and compiled, with the problems of form and of meaning told together. A
// name that may be defined in what could not be read is not held against those who use it.
Checked<CompiledRulebook> CompilePack(const std::vector<PackFile>& files, const feel::Type& facts,
                                      const feel::Type& event, const feel::Limits& limits);

}  // namespace oxpecker::rules
