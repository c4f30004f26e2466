#include "rules/rulebook/rulebook_changes.h"

#include <map>
#include <utility>

namespace oxpecker::rules {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;  // those that say something

void Add(Fields& fields, std::string name, std::string value) {
  if (!value.empty()) fields.emplace_back(std::move(name), std::move(value));
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void AddAuthorship(Fields& fields, const Authorship& a) {
  Add(fields, "version", std::to_string(a.version));
  Add(fields, "title", a.title);
  Add(fields, "owner", a.owner);
  Add(fields, "rationale", a.rationale);
  Add(fields, "may_be_missing", Joined(a.may_be_missing));
}

std::string Word(Aggregate aggregate) {
  switch (aggregate) {
    case Aggregate::kCount: return "count";
    case Aggregate::kSum: return "sum";
    case Aggregate::kMin: return "min";
    case Aggregate::kMax: return "max";
    case Aggregate::kMean: return "mean";
    case Aggregate::kDistinct: return "distinct";
    case Aggregate::kLatest: return "latest";
    case Aggregate::kEarliest: return "earliest";
    case Aggregate::kRunningLow: return "running_low";
  }
  return "";
}

std::string Word(OverGroups over) {
  switch (over) {
    case OverGroups::kMax: return "max";
    case OverGroups::kMin: return "min";
    case OverGroups::kKeyOfMax: return "key_of_max";
    case OverGroups::kKeyOfMin: return "key_of_min";
    case OverGroups::kCount: return "count";
  }
  return "";
}

std::string Word(EvidenceForm form) {
  switch (form) {
    case EvidenceForm::kText: return "text";
    case EvidenceForm::kNumber: return "number";
    case EvidenceForm::kMoney: return "money";
    case EvidenceForm::kDate: return "date";
    case EvidenceForm::kPercent: return "percent";
  }
  return "";
}

std::string Word(HitPolicy policy) {
  switch (policy) {
    case HitPolicy::kUnique: return "unique";
    case HitPolicy::kAny: return "any";
    case HitPolicy::kFirst: return "first";
    case HitPolicy::kCollect: return "collect";
    case HitPolicy::kRuleOrder: return "rule_order";
    case HitPolicy::kPriority: return "priority";
    case HitPolicy::kOutputOrder: return "output_order";
  }
  return "";
}

std::string Word(Objection objection) {
  switch (objection) {
    case Objection::kBlock: return "block";
    case Objection::kDefer: return "defer";
    case Objection::kDowngrade: return "downgrade";
  }
  return "";
}

std::string ProposalText(const Proposal& p) {
  std::string text;
  if (!p.action.empty()) text = "propose " + p.action + ", need " + p.need + "; ";
  std::string reasons;
  for (const ReasonUse& reason : p.reasons)
    reasons += (reasons.empty() ? "" : ", ") + reason.code + (reason.when.empty() ? "" : " when " + reason.when.text);
  text += "reasons " + reasons;
  for (const Evidence& e : p.evidence) {
    text += "; " + e.name + " = " + e.value.text + " as " + Word(e.form);
    if (!e.currency.empty()) text += " in " + e.currency.text;
  }
  return text;
}

std::string ProposalsText(const std::vector<Proposal>& proposals) {
  std::string text;
  for (const Proposal& p : proposals) text += (text.empty() ? "" : " | ") + ProposalText(p);
  return text;
}

void AddDefinition(Fields& fields, const WindowFeature& w) {
  Add(fields, "source", w.source);
  Add(fields, "time", w.time_field);
  Add(fields, "days", w.from_days.text);
  Add(fields, "hours", w.from_hours.text);
  Add(fields, "until_days", w.to_days.text);
  Add(fields, "includes_as_of", w.includes_as_of ? "true" : "");
  Add(fields, "where", w.where.text);
  Add(fields, "aggregate", Word(w.aggregate));
  Add(fields, "of", w.of.text);
  Add(fields, "by", w.group_field);
  Add(fields, "over_groups", w.over_groups ? Word(*w.over_groups) : "");
  Add(fields, "when_empty", w.when_empty.text);
}

void AddDefinition(Fields& fields, const PairFeature& p) {
  Add(fields, "source", p.source);
  Add(fields, "time", p.time_field);
  Add(fields, "where", p.where.text);
  Add(fields, "same", Joined(p.same_fields));
  Add(fields, "within_hours", p.within_hours.text);
  Add(fields, "later_within_days", p.later_within_days.text);
  Add(fields, "unless_later.where", p.unless_where.text);
  Add(fields, "unless_later.same", Joined(p.unless_same_fields));
}

// A row a field, so that a change shows the rows that it is about.
void AddDefinition(Fields& fields, const TableFeature& t) {
  Add(fields, "hit", Word(t.hit_policy));
  Add(fields, "aggregate", feel::Name(t.aggregation));
  for (std::size_t i = 0; i < t.inputs.size(); ++i) {
    const std::string name = "input " + std::to_string(i + 1);
    Add(fields, name, t.inputs[i].expression.text);
    Add(fields, name + " allowed", t.inputs[i].allowed.text);
  }
  for (std::size_t i = 0; i < t.outputs.size(); ++i) {
    const std::string name = "output " + std::to_string(i + 1);
    Add(fields, name, t.outputs[i].name);
    Add(fields, name + " allowed", t.outputs[i].allowed.text);
    Add(fields, name + " default", t.outputs[i].default_value.text);
  }
  for (std::size_t i = 0; i < t.rows.size(); ++i) {
    std::string text;
    for (const Expression& test : t.rows[i].tests) text += (text.empty() ? "" : " | ") + test.text;
    text += " ->";
    for (const Expression& result : t.rows[i].results) text += " | " + result.text;
    Add(fields, "row " + std::to_string(i + 1), text + (t.rows[i].note.empty() ? "" : " (" + t.rows[i].note + ")"));
  }
}

void AddDefinition(Fields& fields, const Expression& e) { Add(fields, "expression", e.text); }

Fields FieldsOf(const Threshold& t) {
  Fields fields;
  AddAuthorship(fields, t.authorship);
  Add(fields, "unit", t.unit);
  Add(fields, "value", t.value.text);
  return fields;
}

Fields FieldsOf(const Action& a) {
  Fields fields;
  AddAuthorship(fields, a.authorship);
  Add(fields, "customer_value", a.customer_value);
  Add(fields, "tier", std::to_string(a.tier));
  Add(fields, "class", a.action_class);
  Add(fields, "kind", a.kind);
  Add(fields, "legal_form", a.legal_form);
  Add(fields, "basis", a.basis);
  Add(fields, "purposes", Joined(a.purposes));
  Add(fields, "sensitivity", a.sensitivity);
  Add(fields, "group", a.group);
  Add(fields, "cooldown_days", std::to_string(a.cooldown_days));
  Add(fields, "expires_days", std::to_string(a.expires_days));
  Add(fields, "human", a.human);
  Add(fields, "channels", Joined(a.channels));
  Add(fields, "needs", Joined(a.needs));
  Add(fields, "value", a.value);
  return fields;
}

Fields FieldsOf(const Feature& f) {
  Fields fields;
  AddAuthorship(fields, f.authorship);
  std::visit([&](const auto& definition) { AddDefinition(fields, definition); }, f.definition);
  Add(fields, "type", f.type.text);
  Add(fields, "allowed", f.allowed.text);
  return fields;
}

Fields FieldsOf(const Rule& r) {
  Fields fields;
  AddAuthorship(fields, r.authorship);
  Add(fields, "on", Joined(r.events));
  Add(fields, "when", r.when.text);
  Add(fields, "then", ProposalsText(r.proposals));
  return fields;
}

Fields FieldsOf(const Table& t) {
  Fields fields;
  AddAuthorship(fields, t.authorship);
  Add(fields, "on", Joined(t.events));
  Add(fields, "hit", Word(t.hit_policy));
  std::vector<std::string> inputs;
  for (const Expression& input : t.inputs) inputs.push_back(input.text);
  Add(fields, "inputs", Joined(inputs));
  for (std::size_t i = 0; i < t.rows.size(); ++i) {
    std::string cells;
    for (const Expression& test : t.rows[i].tests) cells += (cells.empty() ? "" : " | ") + test.text;
    Add(fields, "row " + std::to_string(i + 1), cells + " -> " + ProposalsText(t.rows[i].proposals));
  }
  return fields;
}

Fields FieldsOf(const Guard& g) {
  Fields fields;
  AddAuthorship(fields, g.authorship);
  Add(fields, "stage", std::string(Name(g.stage)));
  Add(fields, "applies_to", g.applies_to.text);
  Add(fields, "when", g.when.text);
  Add(fields, "objection", Word(g.objection));
  Add(fields, "reason", g.reason);
  return fields;
}

Fields FieldsOf(const Text& t) {
  Fields fields;
  Add(fields, "version", std::to_string(t.authorship.version));
  Add(fields, "owner", t.authorship.owner);
  for (const auto& [language, sentence] : t.title) Add(fields, "title." + language, sentence);
  for (const auto& [language, sentence] : t.customer) Add(fields, "customer." + language, sentence);
  for (const auto& [language, sentence] : t.officer) Add(fields, "officer." + language, sentence);
  return fields;
}

Fields FieldsOf(const InputChecks& checks) {
  Fields fields;
  for (const auto& [list, field] : checks.unique_fields) Add(fields, "unique." + list, field);
  for (const auto& [list, field] : checks.time_fields) Add(fields, "time." + list, field);
  Add(fields, "skew_seconds", checks.skew_seconds.text);
  Add(fields, "duplicate_reason", checks.duplicate_reason);
  Add(fields, "future_reason", checks.future_reason);
  return fields;
}

std::string ValueOf(const Fields& fields, const std::string& name) {
  for (const auto& [field, value] : fields)
    if (field == name) return value;
  return {};
}

std::vector<FieldChange> CompareFields(const Fields& before, const Fields& after) {
  std::vector<FieldChange> changes;
  for (const auto& [field, value] : before)
    if (std::string now = ValueOf(after, field); now != value) changes.push_back({field, value, std::move(now)});
  for (const auto& [field, value] : after)
    if (ValueOf(before, field).empty()) changes.push_back({field, "", value});
  return changes;
}

void CompareOne(const char* part, const std::string& id, const Fields* before, const Fields* after,
                std::vector<PartChange>& changes) {
  PartChange change{ChangeKind::kChanged, part, id, {}};
  if (before == nullptr) change.kind = ChangeKind::kAdded;
  if (after == nullptr) change.kind = ChangeKind::kRemoved;
  change.fields = CompareFields(before != nullptr ? *before : Fields{}, after != nullptr ? *after : Fields{});
  if (!change.fields.empty()) changes.push_back(std::move(change));
}

template <class Part>
void Compare(const char* part, const std::vector<Part>& before, const std::vector<Part>& after,
             std::vector<PartChange>& changes) {
  std::map<std::string, std::pair<const Part*, const Part*>> parts;
  for (const Part& p : before) parts[p.id].first = &p;
  for (const Part& p : after) parts[p.id].second = &p;
  for (const auto& [id, both] : parts) {
    const Fields old_fields = both.first != nullptr ? FieldsOf(*both.first) : Fields{};
    const Fields new_fields = both.second != nullptr ? FieldsOf(*both.second) : Fields{};
    CompareOne(part, id, both.first != nullptr ? &old_fields : nullptr,
               both.second != nullptr ? &new_fields : nullptr, changes);
  }
}

}  // namespace

std::string_view Name(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kAdded: return "added";
    case ChangeKind::kRemoved: return "removed";
    case ChangeKind::kChanged: return "changed";
  }
  return "";
}

std::vector<PartChange> CompareRulebooks(const Rulebook& before, const Rulebook& after) {
  std::vector<PartChange> changes;
  const auto pack = [](const Rulebook& book) {
    return Fields{{"id", book.pack_id}, {"version", book.pack_version}, {"title", book.pack_title}};
  };
  const Fields old_pack = pack(before);
  const Fields new_pack = pack(after);
  CompareOne("pack", after.pack_id, &old_pack, &new_pack, changes);
  Compare("threshold", before.thresholds, after.thresholds, changes);
  Compare("action", before.actions, after.actions, changes);
  Compare("feature", before.features, after.features, changes);
  Compare("rule", before.rules, after.rules, changes);
  Compare("table", before.tables, after.tables, changes);
  Compare("guard", before.guards, after.guards, changes);
  Compare("text of action", before.action_texts, after.action_texts, changes);
  Compare("text of reason", before.reason_texts, after.reason_texts, changes);
  const Fields old_checks = FieldsOf(before.input_checks);
  const Fields new_checks = FieldsOf(after.input_checks);
  CompareOne("input checks", "input_checks", &old_checks, &new_checks, changes);
  return changes;
}

}  // namespace oxpecker::rules
