// Every guard is asked about every candidate, and every answer is kept.
#include <algorithm>

#include "engine/decide/work.h"

namespace oxpecker::engine {
namespace {

using feel::Value;

Value TextList(feel::Arena& arena, const std::vector<std::string>& texts) {
  std::span<Value> items = arena.NewArray<Value>(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) items[i] = Value::String(texts[i]);
  return Value::List(items);
}

Value CandidateContext(const Work& work, const Candidate& candidate, const std::vector<std::string>& channels) {
  feel::Arena& arena = work.evaluator.arena();
  std::span<Value> slots = arena.NewArray<Value>(5);  // in the order of CompiledRulebook::candidate_type
  slots[0] = Value::Number(candidate.need);
  slots[1] = Value::String(candidate.rule);
  slots[2] = TextList(arena, candidate.reasons);
  slots[3] = channels.empty() ? Value::Null() : Value::String(channels.front());
  slots[4] = TextList(arena, channels);
  return Value::Context(work.rulebook.candidate_type().shape(), slots.data());
}

Verdict Objected(rules::Objection objection) {
  switch (objection) {
    case rules::Objection::kBlock: return Verdict::kBlock;
    case rules::Objection::kDefer: return Verdict::kDefer;
    case rules::Objection::kDowngrade: return Verdict::kDowngrade;
  }
  return Verdict::kBlock;
}

GuardFinding Ask(Work& work, const Candidate& candidate, std::size_t index) {
  const rules::Guard& guard = work.rulebook.authored().guards[index];
  const rules::CompiledGuard& compiled = work.rulebook.guards()[index];
  GuardFinding finding{guard.id, rules::Name(guard.stage), Verdict::kSkipped, {}, std::nullopt};
  for (const std::size_t earlier : compiled.unless)
    if (const Verdict verdict = candidate.verdicts[earlier].verdict; Tightens(verdict) || verdict == Verdict::kBypass)
      return finding;
  // A guard whose scope has no answer is asked: in doubt it applies.
  if (compiled.applies_to && work.Run(*compiled.applies_to).is_false()) return finding;
  const Value objects = work.Run(compiled.when);
  work.trace.AddGuard(candidate.action, guard.id, compiled.when, objects, work.evaluator);
  const bool protective = candidate.action_class == "protective";
  const bool may_bypass = guard.stage == rules::Stage::kConsent || guard.stage == rules::Stage::kFatigue;
  if (objects.is_false()) {
    finding.verdict = Verdict::kPass;
  } else if (objects.is_true()) {
    finding.verdict = protective && may_bypass ? Verdict::kBypass : Objected(guard.objection);
    finding.reason = finding.verdict == Verdict::kBypass ? "PROTECTIVE_BYPASS" : guard.reason;
  } else {
    finding.verdict = protective ? Verdict::kUnknownPass : Verdict::kUnknownBlock;
    finding.reason = "GUARD_UNKNOWN";
    finding.unknown = WhyUnknown(objects);
  }
  return finding;
}

// The first guard in order that blocks decides; without one the first that defers or downgrades. What
// any of them asked for holds: a candidate may be both later and quieter.
void Conclude(Candidate& candidate) {
  const auto& verdicts = candidate.verdicts;
  auto decisive = std::find_if(verdicts.begin(), verdicts.end(), [](const GuardFinding& g) { return Blocks(g.verdict); });
  if (decisive == verdicts.end())
    decisive = std::find_if(verdicts.begin(), verdicts.end(), [](const GuardFinding& g) { return Tightens(g.verdict); });
  if (decisive == verdicts.end()) return;
  candidate.decided_by = decisive->guard;
  if (Blocks(decisive->verdict)) {
    candidate.state = EndState::kSuppressed;
    return;
  }
  candidate.deferred = std::any_of(verdicts.begin(), verdicts.end(),
                                   [](const GuardFinding& g) { return g.verdict == Verdict::kDefer; });
  candidate.state = candidate.deferred ? EndState::kDeferred : EndState::kDowngraded;
}

}  // namespace

void AskGuards(Work& work) {
  const rules::InputLayout& layout = work.rulebook.layout();
  std::vector<std::string> proposed;
  for (const Candidate& candidate : work.decision.candidates) proposed.push_back(candidate.action);
  std::sort(proposed.begin(), proposed.end());
  for (Candidate& candidate : work.decision.candidates) {
    const std::vector<std::string> channels = AllowedChannels(work.ActionOf(candidate), work.customer);
    work.inputs[layout.action] = work.rulebook.action(candidate.action_index);
    work.inputs[layout.candidate] = CandidateContext(work, candidate, channels);
    work.inputs[layout.candidates] = TextList(work.evaluator.arena(), proposed);
    for (std::size_t i = 0; i < work.rulebook.guards().size(); ++i)
      candidate.verdicts.push_back(Ask(work, candidate, i));
    Conclude(candidate);
    for (const GuardFinding& finding : candidate.verdicts)
      if (!finding.reason.empty()) work.reasons.insert(finding.reason);
    if (candidate.state != EndState::kSuppressed) work.reasons.insert(candidate.reasons.begin(), candidate.reasons.end());
  }
}

}  // namespace oxpecker::engine
