#include "engine/decide/decider.h"

#include <algorithm>
#include <set>

#include "engine/decide/work.h"
#include "engine/features/features.h"

namespace oxpecker::engine {
namespace {

using feel::Value;

std::string TextEntry(const Value& context, std::string_view name) {
  const Value* entry = feel::FindEntry(context, name);
  return entry != nullptr && entry->kind() == feel::Kind::kString ? std::string(entry->string()) : std::string();
}

using CheckedList = rules::CompiledRulebook::CheckedList;

std::optional<std::string_view> IdOf(const CheckedList& check, const Value& row) {
  if (check.unique_slot < 0) return std::nullopt;
  const Value& id = row.context().slots[check.unique_slot];
  return id.kind() == feel::Kind::kString ? std::optional(id.string()) : std::nullopt;
}

bool LiesAhead(const CheckedList& check, const Value& row, Instant latest) {
  const auto time = check.time_slot >= 0 ? ToInstant(row.context().slots[check.time_slot]) : std::nullopt;
  return time && *time > latest;
}

// The usual case, found without the cost of keeping a set: no id twice, no row too far ahead.
bool AllRowsAreGood(const CheckedList& check, feel::ListView rows, Instant latest) {
  std::vector<std::string_view> ids;
  ids.reserve(rows.size());
  for (const Value& row : rows) {
    if (LiesAhead(check, row, latest)) return false;
    if (const auto id = IdOf(check, row)) ids.push_back(*id);
  }
  std::sort(ids.begin(), ids.end());
  return std::adjacent_find(ids.begin(), ids.end()) == ids.end();
}

// The list without repeats and without rows too far ahead; the list itself where all rows are good.
Value CheckedRows(Work& work, const CheckedList& check, const Value& list) {
  const rules::InputChecks& authored = work.rulebook.authored().input_checks;
  const Instant latest = work.as_of.PlusSeconds(work.rulebook.skew_seconds());
  if (AllRowsAreGood(check, list.list(), latest)) return list;
  std::set<std::string_view> seen;
  std::vector<Value> good;
  for (const Value& row : list.list()) {
    const auto id = IdOf(check, row);
    if (id && !seen.insert(*id).second) {
      work.reasons.insert(authored.duplicate_reason);
    } else if (LiesAhead(check, row, latest)) {
      work.reasons.insert(authored.future_reason);
    } else {
      good.push_back(row);
    }
  }
  std::span<Value> kept = work.evaluator.arena().NewArray<Value>(good.size());
  std::copy(good.begin(), good.end(), kept.begin());
  return Value::List(kept);
}

void CheckInput(Work& work) {
  for (const auto& check : work.rulebook.checked_lists()) {
    Value& list = work.inputs[check.source];
    if (list.kind() == feel::Kind::kList) list = CheckedRows(work, check, list);
  }
}

void RecordFeatures(Work& work) {
  const std::vector<rules::Feature>& features = work.rulebook.authored().features;
  work.decision.features.reserve(features.size());
  for (const std::size_t i : work.rulebook.features_by_id()) {
    const Value& value = work.inputs[work.rulebook.layout().features_begin + i];
    FeatureFinding finding{features[i].id, features[i].authorship.version, {}, std::nullopt};
    if (value.cause() != nullptr) finding.unknown = WhyUnknown(value);
    else finding.value = TraceText(value);
    work.decision.features.push_back(std::move(finding));
  }
}

// What no rule proposed and no guard was asked about: the facts could not be read.
Candidate FailSafeCandidate(const rules::CompiledRulebook& rulebook, std::size_t index, std::string reason) {
  const rules::Action& action = rulebook.authored().actions[index];
  Candidate candidate;
  candidate.action_index = index;
  candidate.action = action.id;
  candidate.action_class = action.action_class;
  candidate.kind = action.kind;
  candidate.tier = action.tier;
  candidate.rule = "fail_safe";
  candidate.need = Decimal::FromInt64(1);
  candidate.rank = *Decimal::Parse(action.value);
  candidate.reasons = {std::move(reason)};
  candidate.delivery = "internal";
  if (action.kind == "flag") return candidate;
  candidate.delivery = AllowedChannels(action, {}).front();  // the compiler saw to it that there is one
  candidate.human = action.human;
  candidate.detail = "standard";
  return candidate;
}

// A document that cannot be used still gets an answer where saying nothing would do harm.
void FailSafe(const rules::CompiledRulebook& rulebook, Decision& decision) {
  const rules::Refusals& authored = rulebook.authored().refusals;
  const auto& types = rulebook.event_types();
  const auto event = static_cast<std::size_t>(std::find(types.begin(), types.end(), decision.event) - types.begin());
  for (std::size_t i = 0; i < authored.fail_safe.size() && event < types.size(); ++i) {
    const rules::CompiledFailSafe& safe = rulebook.fail_safes()[i];
    if (!safe.on_event[event]) continue;
    const std::string& reason = authored.fail_safe[i].reason;
    decision.outcomes.push_back(decision.candidates.size());
    decision.reasons.push_back(reason);
    decision.candidates.push_back(FailSafeCandidate(rulebook, safe.action, reason));
  }
  for (const std::string& flag : authored.flags) {
    decision.flags.push_back(flag);
    decision.candidates.push_back(FailSafeCandidate(rulebook, *rulebook.FindAction(flag), "INPUT_INVALID"));
  }
  std::sort(decision.flags.begin(), decision.flags.end());
  std::sort(decision.reasons.begin(), decision.reasons.end());
}

}  // namespace

Decider::Decider(std::shared_ptr<const Release> release)
    : release_(std::move(release)), evaluator_(release_->feel_limits()) {}

Decision Decider::Decide(const facts::Facts& facts, const facts::Facts& event) {
  evaluator_.Reset();
  const rules::CompiledRulebook& rulebook = release_->rulebook();
  const Value* as_of_value = feel::FindEntry(facts.root(), "as_of");
  const Instant as_of = ToInstant(*as_of_value).value_or(Instant{});
  const Value* customer = feel::FindEntry(facts.root(), "customer");
  if (customer != nullptr && customer->kind() == feel::Kind::kContext) last_subject_ = TextEntry(*customer, "id");

  Issues issues;
  CustomerSituation situation = FindSituation(facts.root(), as_of, issues);
  if (!issues.empty()) return Refuse(std::move(issues), facts.source(), event.source());

  Decision decision;
  decision.as_of = as_of.ToString();
  decision.event = TextEntry(event.root(), "type");
  decision.release = release_->digest().ToHex();

  const feel::ContextView root = facts.root().context();
  const std::span<const Value> fact_values(root.slots, root.shape->size());
  inputs_.assign(InputCount(rulebook, fact_values), Value{});
  std::copy(fact_values.begin(), fact_values.end(), inputs_.begin());
  inputs_[rulebook.layout().event] = event.root();
  inputs_[rulebook.layout().policy] = rulebook.policy();

  const auto& types = rulebook.event_types();
  const auto event_at = std::find(types.begin(), types.end(), decision.event);
  OXP_CHECK(event_at != types.end());  // the event's schema allows these types only
  Trace trace;
  Work work{rulebook, as_of, static_cast<std::size_t>(event_at - types.begin()), evaluator_, inputs_,
            std::move(situation), decision, trace, {}};
  CheckInput(work);
  FindFeatures(rulebook, as_of, evaluator_, inputs_);
  RecordFeatures(work);
  ProposeCandidates(work);
  AskGuards(work);
  Deliver(work);
  Simulate(work);
  decision.reasons.assign(work.reasons.begin(), work.reasons.end());
  decision.trace = trace.ToCanonicalJson();
  return decision;
}

Decision Decider::Decide(std::string_view facts_json, std::string_view event_json) {
  last_subject_.clear();
  auto event = facts::ReadFacts(release_->event_schema(), event_json.empty() ? kDefaultEventJson : event_json,
                                release_->facts_limits());
  auto facts = facts::ReadFacts(release_->facts_schema(), facts_json, release_->facts_limits());
  if (event && facts) return Decide(*facts, *event);
  Issues issues;
  if (!facts) issues = std::move(facts).error();
  if (!event) {
    for (Error& issue : event.error()) {
      issue.place = "event:" + issue.place;
      issues.push_back(std::move(issue));
    }
  }
  return Refuse(std::move(issues), facts_json, event_json);
}

// What can be told of a document that cannot be used: whose it seems to be, and what is wrong.
Decision Decider::Refuse(Issues issues, std::string_view facts_json, std::string_view event_json) {
  Decision decision;
  decision.refused = true;
  decision.release = release_->digest().ToHex();
  decision.event = event_json.empty() ? std::string(kDefaultEvent) : "unknown";
  decision.reasons = {"INPUT_INVALID"};
  decision.issues = std::move(issues);
  const json::Limits limits{release_->facts_limits().bytes_max, release_->facts_limits().depth_max,
                            release_->facts_limits().values_max};
  if (auto document = json::Document::Parse(facts_json, limits)) {
    const auto as_of = document->root().Find("as_of");
    if (as_of && Instant::Parse(as_of->text())) decision.as_of = std::string(as_of->text());
    const auto customer = document->root().Find("customer");
    const auto id = customer ? customer->Find("id") : std::nullopt;
    if (id && id->kind() == json::Kind::kString) last_subject_ = std::string(id->text());
  }
  if (auto document = json::Document::Parse(event_json, limits)) {
    const auto type = document->root().Find("type");
    const auto& types = release_->rulebook().event_types();
    if (type && std::find(types.begin(), types.end(), type->text()) != types.end())
      decision.event = std::string(type->text());
  }
  FailSafe(release_->rulebook(), decision);
  return decision;
}

}  // namespace oxpecker::engine
