// Rules and tables propose candidates.
#include <algorithm>

#include "base/json/value.h"
#include "engine/decide/work.h"
#include "rules/feel/value.h"

namespace oxpecker::engine {
namespace {

using feel::Value;
using rules::CompiledProposal;
using rules::HitPolicy;
using rules::Proposal;

struct Source {
  const std::string& id;
  std::uint32_t version;
};

std::vector<std::string> ReasonsOf(const Work& work, const Proposal& authored, const CompiledProposal& compiled) {
  std::vector<std::string> reasons;
  for (std::size_t i = 0; i < authored.reasons.size(); ++i) {
    const auto& condition = compiled.reason_conditions[i];
    if (!condition || work.Run(*condition).is_true()) reasons.push_back(authored.reasons[i].code);
  }
  return reasons;
}

// One candidate an action: a second proposal of the same action adds its reasons and evidence, and
// its need where that is greater.
void AddCandidate(Work& work, const Source& source, const Proposal& authored, const CompiledProposal& compiled,
                  std::size_t index) {
  const rules::Action& action = work.rulebook.authored().actions[index];
  auto at = std::find_if(work.decision.candidates.begin(), work.decision.candidates.end(),
                         [&](const Candidate& c) { return c.action_index == index; });
  const bool fresh = at == work.decision.candidates.end();
  if (fresh) {
    work.decision.candidates.emplace_back();
    at = work.decision.candidates.end() - 1;
    at->action_index = index;
    at->action = action.id;
    at->action_class = action.action_class;
    at->kind = action.kind;
    at->tier = action.tier;
  }
  if (fresh || compiled.need > at->need) {
    at->need = compiled.need;
    at->rule = source.id;
    at->rule_version = source.version;
    at->rank = compiled.need * *Decimal::Parse(action.value);
  }
  for (std::string& reason : ReasonsOf(work, authored, compiled))
    if (std::find(at->reasons.begin(), at->reasons.end(), reason) == at->reasons.end())
      at->reasons.push_back(std::move(reason));
  for (std::size_t i = 0; i < authored.evidence.size(); ++i) {
    std::string text = EvidenceText(work, compiled.evidence[i], work.Run(compiled.evidence[i].value));
    const std::string& name = authored.evidence[i].name;
    const bool known = std::any_of(at->evidence.begin(), at->evidence.end(), [&](const auto& e) { return e.first == name; });
    if (!text.empty() && !known) at->evidence.emplace_back(name, std::move(text));
  }
  std::sort(at->evidence.begin(), at->evidence.end());
}

void NoteUnknown(Work& work, const std::string& id, Unknown cause) {
  work.decision.unknowns.emplace_back(id, std::move(cause));
}

// A campaign proposes by name. What the catalogue does not have cannot be proposed, and that is noted.
void AddEach(Work& work, const Source& source, const Proposal& authored, const CompiledProposal& compiled) {
  const Value list = work.Run(*compiled.each);
  if (list.is_missing()) return;  // the event carries none
  if (list.kind() != feel::Kind::kList) return NoteUnknown(work, source.id, WhyUnknown(list));
  for (const Value& item : list.list()) {
    const auto index = item.kind() == feel::Kind::kString ? work.rulebook.FindAction(item.string()) : std::nullopt;
    if (index) AddCandidate(work, source, authored, compiled, *index);
    else NoteUnknown(work, source.id, {feel::Name(feel::CauseKind::kDomain), "an action is named that the catalogue does not have"});
  }
}

void Apply(Work& work, const Source& source, const std::vector<Proposal>& authored,
           const std::vector<CompiledProposal>& compiled) {
  for (std::size_t i = 0; i < authored.size(); ++i) {
    if (compiled[i].action >= 0) {
      AddCandidate(work, source, authored[i], compiled[i], static_cast<std::size_t>(compiled[i].action));
    } else if (compiled[i].each) {
      AddEach(work, source, authored[i], compiled[i]);
    } else {
      for (std::string& reason : ReasonsOf(work, authored[i], compiled[i])) work.reasons.insert(std::move(reason));
    }
  }
}

void RunRule(Work& work, std::size_t index) {
  const rules::Rule& authored = work.rulebook.authored().rules[index];
  const rules::CompiledRule& compiled = work.rulebook.rules()[index];
  if (!compiled.on_event[work.event_index]) return;
  const Value holds = work.Run(compiled.when);
  work.trace.AddRule(authored.id, authored.authorship.version, compiled.when, holds, work.evaluator);
  if (holds.is_true()) {
    Apply(work, {authored.id, authored.authorship.version}, authored.proposals, compiled.proposals);
  } else if (!holds.is_false()) {
    NoteUnknown(work, authored.id, WhyUnknown(holds));
  }
}

// --- tables -----------------------------------------------------------------------------------

enum class RowResult : std::uint8_t { kNo, kYes, kUnknown };

struct RowFinding {
  RowResult result = RowResult::kYes;
  Unknown cause;
};

// The index knows most cells; one that has no answer is evaluated for its cause.
Value TestCell(Work& work, const rules::CompiledTable& table, std::size_t row, std::size_t column, const Value& value) {
  const feel::TableIndex::Answer answer = table.index.Find(column, value);
  if (answer.is_known() && !feel::Bit(table.index.OpenBits(column), row)) {
    if (feel::Bit(answer.holds, row)) return Value::Boolean(true);
    if (!feel::Bit(answer.unknown, row)) return Value::Boolean(false);
  }
  work.inputs[work.rulebook.layout().base_count] = value;
  return work.Run(*table.rows[row].tests[column]);
}

RowFinding TestRow(Work& work, std::size_t table, std::size_t row, const std::vector<Value>& values) {
  const rules::Table& authored = work.rulebook.authored().tables[table];
  const rules::CompiledTable& compiled_table = work.rulebook.tables()[table];
  const rules::CompiledTableRow& compiled = compiled_table.rows[row];
  RowFinding finding;
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < compiled.tests.size(); ++i) {
    std::string cell;
    json::CanonicalWriter w(cell);
    w.BeginArray();
    if (finding.result == RowResult::kNo) {
      w.String("-");
    } else {
      Value holds = Value::Boolean(true);
      if (compiled.tests[i]) holds = TestCell(work, compiled_table, row, i, values[i]);
      if (holds.is_false()) {
        finding.result = RowResult::kNo;
      } else if (!holds.is_true()) {
        if (finding.result == RowResult::kYes) finding.cause = WhyUnknown(holds);
        finding.result = RowResult::kUnknown;
      }
      w.String(holds.is_true() ? "t" : holds.is_false() ? "f" : "u");
      w.String(TraceText(values[i]));
    }
    w.EndArray();
    cells.push_back(std::move(cell));
  }
  const Value shown = finding.result == RowResult::kYes  ? Value::Boolean(true)
                      : finding.result == RowResult::kNo ? Value::Boolean(false)
                                                         : Value::Null();
  work.trace.AddTableRow(authored.id, authored.authorship.version, row + 1, shown, cells);
  return finding;
}

bool SameProposals(const std::vector<Proposal>& a, const std::vector<Proposal>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Proposal& x, const Proposal& y) {
    const auto codes = [](const Proposal& p) {
      std::vector<std::string> list;
      for (const rules::ReasonUse& r : p.reasons) list.push_back(r.code + "\n" + r.when.text);
      return list;
    };
    return x.action == y.action && x.need == y.need && codes(x) == codes(y);
  });
}

// Only what protects or supports is proposed past a row that has no answer: missing data never makes
// a sale and never removes a protection.
bool OnlyProtects(const Work& work, const std::vector<CompiledProposal>& proposals) {
  return std::all_of(proposals.begin(), proposals.end(), [&](const CompiledProposal& p) {
    if (p.action < 0) return false;
    const std::string& c = work.rulebook.authored().actions[static_cast<std::size_t>(p.action)].action_class;
    return c == "protective" || c == "support";
  });
}

void RunTable(Work& work, std::size_t index) {
  const rules::Table& authored = work.rulebook.authored().tables[index];
  const rules::CompiledTable& compiled = work.rulebook.tables()[index];
  if (!compiled.on_event[work.event_index]) return;
  std::vector<Value> values;
  for (const feel::Program& input : compiled.inputs) values.push_back(work.Run(input));
  std::vector<std::size_t> hits;
  bool unknown = false;
  for (std::size_t row = 0; row < authored.rows.size(); ++row) {
    const RowFinding finding = TestRow(work, index, row, values);
    if (finding.result == RowResult::kUnknown) {
      if (!unknown) NoteUnknown(work, authored.id, finding.cause);
      unknown = true;
    }
    if (finding.result != RowResult::kYes) continue;
    const bool first = authored.hit_policy == HitPolicy::kFirst;
    if (first && unknown && !OnlyProtects(work, compiled.rows[row].proposals)) continue;
    hits.push_back(row);
    if (first) break;
  }
  // Where rows exclude each other, one without an answer casts doubt on all, wherever it stands.
  if (unknown && (authored.hit_policy == HitPolicy::kUnique || authored.hit_policy == HitPolicy::kAny))
    std::erase_if(hits, [&](std::size_t row) { return !OnlyProtects(work, compiled.rows[row].proposals); });
  const bool conflict =
      hits.size() > 1 &&
      (authored.hit_policy == HitPolicy::kUnique ||
       (authored.hit_policy == HitPolicy::kAny &&
        std::any_of(hits.begin(), hits.end(), [&](std::size_t h) {
          return !SameProposals(authored.rows[h].proposals, authored.rows[hits.front()].proposals);
        })));
  if (conflict) {
    NoteUnknown(work, authored.id, {"conflict", "rows " + std::to_string(hits[0] + 1) + " and " +
                                                    std::to_string(hits[1] + 1) +
                                                    " both match, which the hit policy forbids"});
    return;
  }
  if (authored.hit_policy == HitPolicy::kAny && !hits.empty()) hits.erase(hits.begin() + 1, hits.end());
  for (const std::size_t row : hits)
    Apply(work, {authored.id, authored.authorship.version}, authored.rows[row].proposals, compiled.rows[row].proposals);
}

}  // namespace

std::string EvidenceText(const Work& work, const rules::CompiledEvidence& evidence, const Value& value) {
  if (value.is_null()) return {};
  std::string text = value.kind() == feel::Kind::kNumber ? value.number().ToCanonicalString() : feel::ToDisplayText(value);
  if (!evidence.currency) return text;
  const Value currency = work.Run(*evidence.currency);
  return currency.kind() == feel::Kind::kString ? text + " " + std::string(currency.string()) : text;
}

void ProposeCandidates(Work& work) {
  for (std::size_t i = 0; i < work.rulebook.rules().size(); ++i) RunRule(work, i);
  for (std::size_t i = 0; i < work.rulebook.tables().size(); ++i) RunTable(work, i);
  std::sort(work.decision.unknowns.begin(), work.decision.unknowns.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
}

}  // namespace oxpecker::engine
