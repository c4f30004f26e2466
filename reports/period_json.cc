// The canonical model of a period report; format: reports/period_report_v1.md.
#include <array>
#include <utility>

#include "base/digest.h"
#include "reports/period_report.h"

namespace oxpecker::reports {
namespace {

using json::Array;
using json::Object;
using json::Value;

template <std::size_t N>
Array Rows(const CountTable<N>& table, const std::array<const char*, N>& names) {
  Array rows;
  for (const auto& row : table.RowsByCount()) {
    Object object;
    for (std::size_t i = 0; i < N; ++i) object.Set(names[i], row.key[i]);
    object.Set("n", row.n);
    rows.emplace_back(std::move(object));
  }
  return rows;
}

Value TextOrNull(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value Span(const std::optional<InstantSpan>& span) {
  if (!span) return {};
  Object object;
  object.Set("first", span->first.ToString()).Set("last", span->last.ToString());
  return object;
}

Object Cutoff(const PeriodReport& report) {
  Object cutoff;
  cutoff.Set("tree_size", report.verification.records);
  cutoff.Set("root", report.verification.root.ToHex());
  cutoff.Set("sealed_size", report.verification.sealed_size);
  cutoff.Set("anchored_size", 0);
  cutoff.Set("checkpoint", report.checkpoint ? Value(report.checkpoint->note) : Value());
  return cutoff;
}

Object PopulationJson(const PeriodReport& report) {
  const Population& population = report.population;
  Object object;
  object.Set("types", Rows<1>(population.kinds, {"type"}));
  object.Set("types_whole_log", Rows<1>(population.whole_kinds, {"type"}));
  object.Set("before", population.before);
  object.Set("inside", population.inside);
  object.Set("after", population.after);
  object.Set("first_record", population.first_seq ? Value(*population.first_seq) : Value());
  object.Set("last_record", population.last_seq ? Value(*population.last_seq) : Value());
  object.Set("outside_between", population.outside_between);
  object.Set("recorded", Span(population.recorded));
  object.Set("as_of", Span(population.as_of));
  object.Set("whole_log", Span(population.whole_log));
  object.Set("inside_by_other_basis", population.inside_by_other_basis);
  object.Set("sampling", "full population");
  return object;
}

Object DecisionsJson(const PeriodReport& report) {
  const PeriodCounts& counts = report.counts;
  Object object;
  object.Set("decisions", counts.decisions);
  object.Set("refusals", counts.refusals);
  object.Set("failures", counts.failures);
  object.Set("sections_read", counts.sections_read);
  object.Set("by_outcome", Rows<1>(counts.outcomes, {"outcome"}));
  object.Set("by_event", Rows<2>(counts.event_outcome, {"event", "outcome"}));
  object.Set("by_action", Rows<2>(counts.action_state, {"action", "state"}));
  object.Set("by_human_involvement", Rows<2>(counts.action_human, {"action", "human"}));
  object.Set("flags", Rows<1>(counts.flags, {"flag"}));
  Array reasons;
  for (const auto& row : counts.reasons.RowsByCount()) {
    const auto sentence = report.reason_sentences.find(row.key[0]);
    Object reason;
    reason.Set("reason", row.key[0]).Set("n", row.n);
    const bool told = sentence != report.reason_sentences.end() && sentence->second.contains("en");
    reason.Set("sentence_en", told ? Value(sentence->second.at("en")) : Value());
    reasons.emplace_back(std::move(reason));
  }
  object.Set("by_reason", std::move(reasons));
  Array buckets;
  for (const std::string& bucket : report.buckets) {
    Object line;
    line.Set("bucket", bucket);
    for (const char* outcome : {"action", "silent", "refused", "failed", "unstated"}) {
      line.Set(outcome, counts.bucket_outcome.Of({bucket, outcome}));
    }
    buckets.emplace_back(std::move(line));
  }
  object.Set("over_time", std::move(buckets));
  return object;
}

Object SilenceJson(const PeriodCounts& counts) {
  Object object;
  object.Set("silent_decisions", Rows<1>(counts.silence, {"why"}));
  object.Set("candidates_in_headers", counts.candidates_in_headers);
  object.Set("candidates_read", counts.candidates_read);
  object.Set("held_back", counts.held_back);
  object.Set("by_guard", Rows<4>(counts.held, {"guard", "action", "state", "reason"}));
  object.Set("verdicts", Rows<3>(counts.guard_verdicts, {"release", "guard", "verdict"}));
  object.Set("rules_without_answer", Rows<2>(counts.unknown_rules, {"rule", "cause"}));
  object.Set("features_without_value", Rows<2>(counts.unknown_features, {"feature", "cause"}));
  return object;
}

Array Catalogue(const std::vector<CatalogueLine>& lines, const char* detail, const char* hits) {
  Array array;
  for (const CatalogueLine& line : lines) {
    Object object;
    object.Set("id", line.id).Set("version", line.version).Set("title", line.title);
    object.Set("owner", line.owner);
    if (detail != nullptr) object.Set(detail, line.detail);
    if (hits != nullptr) object.Set(hits, line.hits).Set("unknowns", line.unknowns);
    object.Set("releases", Array(line.releases.begin(), line.releases.end()));
    array.emplace_back(std::move(object));
  }
  return array;
}

Array Thresholds(const std::vector<ThresholdLine>& lines) {
  Array array;
  for (const ThresholdLine& line : lines) {
    Object object;
    object.Set("id", line.id).Set("version", line.version).Set("title", line.title);
    object.Set("owner", line.owner).Set("value", line.value).Set("unit", line.unit);
    object.Set("recorded_at", line.recorded_at ? Value(line.recorded_at->ToString()) : Value());
    object.Set("releases", Array(line.releases.begin(), line.releases.end()));
    array.emplace_back(std::move(object));
  }
  return array;
}

Array Activations(const std::vector<ActivationLine>& lines) {
  Array array;
  for (const ActivationLine& line : lines) {
    Object object;
    object.Set("record", line.seq).Set("at", line.at.ToString()).Set("release", line.release);
    object.Set("pack", line.pack).Set("pack_version", line.pack_version);
    object.Set("tests", line.tests).Set("approvals", line.approvals);
    object.Set("before_period", line.before_period);
    array.emplace_back(std::move(object));
  }
  return array;
}

Object InForce(const PeriodReport& report) {
  Array releases;
  for (const ReleaseLine& line : report.releases) {
    Object object;
    object.Set("release", line.digest).Set("pack", line.pack);
    object.Set("pack_version", line.pack_version).Set("engine", line.engine);
    object.Set("recorded_as", line.recorded_as ? Value(*line.recorded_as) : Value());
    object.Set("recorded_at", line.recorded_at ? Value(line.recorded_at->ToString()) : Value());
    object.Set("recorded_before_use", line.recorded_before_use);
    object.Set("manifest_readable", line.manifest_readable);
    object.Set("decisions", line.decisions);
    object.Set("approvals_at_first_use", line.approvals ? Value(*line.approvals) : Value());
    object.Set("tests", Array(line.tests.begin(), line.tests.end()));
    releases.emplace_back(std::move(object));
  }
  Object object;
  object.Set("activations", Activations(report.activations));
  object.Set("releases", std::move(releases));
  object.Set("rules", Catalogue(report.rules, "proposes", "candidates"));
  object.Set("guards", Catalogue(report.guards, "stage", "tightened"));
  object.Set("features", Catalogue(report.features, nullptr, nullptr));
  object.Set("thresholds", Thresholds(report.thresholds));
  object.Set("engines", Rows<1>(report.counts.engines, {"engine"}));
  return object;
}

Array Checks(const PeriodReport& report) {
  Array checks;
  for (const Check& check : report.checks) {
    Object figures;
    for (const auto& [name, n] : check.figures) figures.Set(name, n);
    Object object;
    object.Set("check", check.id).Set("state", Name(check.state));
    object.Set("figures", std::move(figures));
    checks.emplace_back(std::move(object));
  }
  return checks;
}

Array Exceptions(const PeriodReport& report) {
  Array exceptions;
  for (const ExceptionLine& line : report.exceptions) {
    Object object;
    object.Set("exception", line.code).Set("query", line.query).Set("n", line.n);
    object.Set("first_records", Array(line.records.begin(), line.records.end()));
    exceptions.emplace_back(std::move(object));
  }
  return exceptions;
}

Object Query(const PeriodQuery& query) {
  Object entity;
  entity.Set("name", TextOrNull(query.entity_name)).Set("lei", TextOrNull(query.entity_lei));
  Object period;
  period.Set("from", query.period.from.ToString()).Set("to", query.period.to.ToString());
  period.Set("half_open", true).Set("time_zone", "UTC").Set("basis", Name(query.basis));
  Object object;
  object.Set("entity", std::move(entity)).Set("period", std::move(period));
  return object;
}

Object Body(const PeriodReport& report) {
  Object query = Query(report.query);
  Object body;
  body.Set("type", "R02").Set("schema", "oxpecker.period_report/1");
  body.Set("query_digest", Sha256(json::Canonical(query)).ToHex());
  body.Set("query", std::move(query));
  Object scope;
  scope.Set("log", report.verification.origin);
  scope.Set("sections_opened", Array{"decision", "manifest"});
  scope.Set("personal_data", "none: no customer ids, no values of facts");
  body.Set("scope", std::move(scope));
  body.Set("data_cutoff", Cutoff(report));
  body.Set("generator_build", report.query.generator_build);
  body.Set("population", PopulationJson(report));
  body.Set("verification", report.verification.ToJson());
  body.Set("checks", Checks(report));
  body.Set("decisions", DecisionsJson(report));
  body.Set("silence", SilenceJson(report.counts));
  body.Set("in_force", InForce(report));
  body.Set("refused_inputs", Rows<2>(report.counts.issues, {"code", "place"}));
  body.Set("unreadable_sections", Rows<2>(report.counts.unreadable, {"section", "why"}));
  body.Set("exceptions", Exceptions(report));
  body.Set("limitations", Array(report.limitations.begin(), report.limitations.end()));
  return body;
}

std::string DateDigits(Instant instant) {
  const std::string text = instant.ToString();  // 2026-03-16T...
  return text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2);
}

ReportIdentity IdentityOf(const Object& body, const Window& period) {
  ReportIdentity identity;
  identity.digest = Sha256(json::Canonical(body)).ToHex();
  identity.id = "R02-" + DateDigits(period.from) + "-" + DateDigits(period.to) + "-" +
                identity.digest.substr(0, 12);
  return identity;
}

}  // namespace

ReportIdentity Identify(const PeriodReport& report) {
  return IdentityOf(Body(report), report.query.period);
}

json::Value ToJson(const PeriodReport& report) {
  Object body = Body(report);
  const ReportIdentity identity = IdentityOf(body, report.query.period);
  Object handling;
  handling.Set("status", "DRAFT, not reviewed");
  handling.Set("generated_at", report.query.generated_at.ToString());
  handling.Set("language", Code(report.query.language));
  handling.Set("preparer", TextOrNull(report.query.preparer));
  handling.Set("reviewer", nullptr).Set("supersedes", nullptr);
  Object digest;
  digest.Set("algorithm", "SHA-256 over the RFC 8785 form of body").Set("value", identity.digest);
  Object object;
  object.Set("report_id", identity.id);
  object.Set("digest", std::move(digest));
  object.Set("body", std::move(body));
  object.Set("handling", std::move(handling));
  return object;
}

}  // namespace oxpecker::reports
