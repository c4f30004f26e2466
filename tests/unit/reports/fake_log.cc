#include "tests/unit/reports/fake_log.h"

#include <algorithm>

#include "base/check.h"

namespace oxpecker::reports::test {
namespace {

using json::Array;
using json::Object;
using json::Value;

std::string VerdictOf(const std::string& state) {
  if (state == "deferred") return "defer";
  return state == "downgraded" ? "downgrade" : "block";
}

Object Candidate(const Proposal& proposal) {
  Array verdicts;
  verdicts.emplace_back(
      Object().Set("guard", "freshness").Set("stage", "data").Set("verdict", "pass"));
  if (!proposal.guard.empty()) {
    Object verdict;
    verdict.Set("guard", proposal.guard).Set("stage", "consent");
    verdict.Set("verdict", VerdictOf(proposal.state));
    if (!proposal.reason.empty()) verdict.Set("reason", proposal.reason);
    verdicts.emplace_back(std::move(verdict));
  }
  Object candidate;
  candidate.Set("action", proposal.action).Set("class", proposal.action_class);
  candidate.Set("rule", proposal.rule).Set("rule_version", 1).Set("state", proposal.state);
  if (!proposal.guard.empty()) candidate.Set("decided_by", proposal.guard);
  candidate.Set("verdicts", std::move(verdicts));
  return candidate;
}

bool ComesOut(const Proposal& proposal) {
  return proposal.state == "selected" || proposal.state == "downgraded";
}

Object Item(const char* id, const char* title, const char* owner) {
  Object item;
  item.Set("id", id).Set("version", 1).Set("title", title).Set("owner", owner);
  return item;
}

Object ManifestOf(const std::string& digest, const std::string& pack_version, const std::string& late_fee_n) {
  Object manifest;
  manifest.Set("release", digest).Set("pack", "retail").Set("pack_version", pack_version);
  manifest.Set("engine", "0.1.0").Set("tzdata", "2026a");
  manifest.Set("rules",
               Array{Item("late_fees", "Repeated late fees", "risk.retail")
                         .Set("proposes", Array{"autopay_setup"}),
                     Item("duplicate_payment", "The same payment twice", "risk.payments")
                         .Set("proposes", Array{"duplicate_payment_notice"}),
                     Item("new_payee", "Unusual payment to a new payee", "risk.fraud")
                         .Set("proposes", Array{"fraud_payment_prompt"}),
                     Item("activity_drop", "Activity has dropped", "risk.retail")
                         .Set("proposes", Array{"churn_care_contact"})});
  const auto guard = [](const char* id, const char* title, const char* stage) {
    return Item(id, title, "compliance").Set("stage", stage);
  };
  manifest.Set("guards", Array{guard("freshness", "Data are fresh", "data"),
                               guard("consent_marketing", "The customer has consented", "consent"),
                               guard("contact_cap", "Not too many contacts", "fatigue"),
                               guard("quiet_hours", "Not at night", "timing")});
  manifest.Set("features",
               Array{Item("late_fee_count_180d", "Late fees in 180 days", "risk.retail"),
                     Item("autopay_cover", "Balance over usual debits", "risk.retail")});
  manifest.Set("thresholds", Array{Item("late_fee_n", "Late fees that make a pattern", "risk.retail")
                                       .Set("value", late_fee_n)
                                       .Set("unit", "count")});
  manifest.Set("actions",
               Array{Object().Set("id", "autopay_setup").Set("title", "Offer to set up autopay"),
                     Object().Set("id", "churn_care_contact").Set("title", "Ask how things are"),
                     Object().Set("id", "fraud_payment_prompt").Set("title", "Ask before paying"),
                     Object()
                         .Set("id", "duplicate_payment_notice")
                         .Set("title", "Tell of a payment made twice")});
  const auto reason = [](const char* code, const char* sentence) {
    return Object().Set("code", code).Set("en", sentence);
  };
  manifest.Set("reasons",
               Array{reason("LATE_FEES", "Late fees were charged several times in half a year."),
                     reason("AUTOPAY_AFFORDABLE", "The balance covers the usual debits."),
                     reason("NEW_PAYEE", "The payee is new and the amount is unusual."),
                     reason("PAID_TWICE", "The same amount went to the same payee twice."),
                     reason("NO_CONSENT", "The customer has not consented to this.")
                         .Set("sv", "Kunden har inte samtyckt till detta."),
                     reason("OUTRANKED", "Something more important was said."),
                     reason("CAP_REACHED", "The customer was contacted often enough.")});
  return manifest;
}

}  // namespace

Instant At(const std::string& text) {
  const Result<Instant> instant = Instant::Parse(text);
  OXP_CHECK(instant.has_value());
  return *instant;
}

std::string ReleaseDigest(char digit) { return std::string(64, digit); }

void FakeLog::Add(audit::RecordKind kind, const std::string& time, Object about,
                  const std::string& section, const Value& content) {
  audit::Record record;
  record.seq = records_.size();
  record.origin = origin();
  record.time = At(time);
  record.kind = kind;
  record.kind_name = std::string(audit::Name(kind));
  record.about = std::move(about);
  if (!section.empty()) {
    record.sections.push_back({.name = section, .ciphertext = "sealed"});
    sections_.emplace(std::pair(record.seq, section), json::Canonical(content));
  }
  records_.push_back(std::move(record));
}

void FakeLog::AddPlain(audit::RecordKind kind, const std::string& time, Object about) {
  Add(kind, time, std::move(about), "", {});
}

void FakeLog::AddRelease(const std::string& time, const std::string& digest,
                         const std::string& pack_version, int approvals,
                         const std::string& tests, const std::string& late_fee_n) {
  Object about;
  about.Set("release", digest).Set("pack", "retail").Set("pack_version", pack_version);
  about.Set("engine", "0.1.0").Set("approvals", approvals);
  if (!tests.empty()) about.Set("tests", tests);
  Add(audit::RecordKind::kRelease, time, std::move(about), "manifest",
      ManifestOf(digest, pack_version, late_fee_n));
}

void FakeLog::AddDecision(const Made& made) {
  Array candidates;
  Array outcomes;
  for (const Proposal& proposal : made.proposals) {
    candidates.emplace_back(Candidate(proposal));
    if (!ComesOut(proposal)) continue;
    const bool person = proposal.action_class == "protective";
    outcomes.emplace_back(Object()
                              .Set("action", proposal.action)
                              .Set("human", person ? "required" : "none"));
  }
  Array unknowns;
  for (const auto& [rule, kind] : made.unknowns) {
    unknowns.emplace_back(Object().Set("rule", rule).Set(
        "cause", Object().Set("kind", kind).Set("message", "no such fact")));
  }
  Array features;
  for (const std::string& id : made.unknown_features)
    features.emplace_back(Object().Set("id", id).Set("unknown", Object().Set("kind", "missing")));
  const bool acted = !outcomes.empty() || !made.flags.empty();
  Object about;
  about.Set("as_of", made.as_of.empty() ? made.time : made.as_of).Set("engine", "0.1.0");
  about.Set("event", made.event).Set("outcome", acted ? "action" : "silent");
  about.Set("outcomes", outcomes.size()).Set("candidates", candidates.size());
  about.Set("suppressed", 0).Set("flags", made.flags.size()).Set("unknowns", unknowns.size());
  about.Set("release", made.release);
  Object section;
  section.Set("schema", "oxpecker.decision/1").Set("status", "decided");
  section.Set("release", made.release).Set("candidates", std::move(candidates));
  section.Set("outcomes", std::move(outcomes)).Set("unknowns", std::move(unknowns));
  if (!features.empty()) section.Set("features", std::move(features));
  section.Set("flags", Array(made.flags.begin(), made.flags.end()));
  section.Set("reasons", Array(made.reasons.begin(), made.reasons.end()));
  Add(audit::RecordKind::kDecision, made.time, std::move(about), "decision", section);
}

void FakeLog::AddRefusal(const std::string& time, const std::string& release,
                         const std::vector<std::pair<std::string, std::string>>& issues) {
  Array list;
  for (const auto& [code, place] : issues) {
    list.emplace_back(Object().Set("code", code).Set("place", place).Set("message", "no"));
  }
  Object about;
  about.Set("as_of", time).Set("engine", "0.1.0").Set("event", "unknown");
  about.Set("outcome", "refused").Set("issues", list.size()).Set("release", release);
  Object section;
  section.Set("schema", "oxpecker.decision/1").Set("status", "refused");
  section.Set("release", release).Set("issues", std::move(list));
  Add(audit::RecordKind::kRefusal, time, std::move(about), "decision", section);
}

audit::LogVerification FakeLog::Proven() const {
  audit::LogVerification proven;
  proven.origin = origin();
  proven.records = records_.size();
  proven.bytes = records_.size() * 900;
  proven.root = Sha256("root of " + std::to_string(records_.size()));
  proven.checkpoints = 2;
  proven.sealed_size = records_.size();
  for (const audit::Record& record : records_) ++proven.records_by_kind[record.kind_name];
  proven.integrity = audit::Verdict::kHolds;
  proven.completeness = audit::Verdict::kHolds;
  proven.authenticity = audit::Verdict::kHolds;
  return proven;
}

void FakeLog::Drop(std::size_t seq) {
  records_.erase(records_.begin() + static_cast<std::ptrdiff_t>(seq));
}

Status FakeLog::ForEach(std::uint64_t from, std::uint64_t to,
                        const std::function<Status(const audit::Record&)>& visit) {
  for (std::uint64_t i = from; i < std::min<std::uint64_t>(to, records_.size()); ++i) {
    OXP_TRY(visit(records_[i]));
  }
  return {};
}

Result<audit::Record> FakeLog::Read(std::uint64_t seq) {
  for (const audit::Record& record : records_) {
    if (record.seq == seq) return record;
  }
  return Fail(ErrorCode::kNotFound, "", "no such record");
}

Result<std::string> FakeLog::Decrypt(const audit::Record& record, std::string_view section) {
  const auto found = sections_.find({record.seq, std::string(section)});
  if (found == sections_.end()) return Fail(ErrorCode::kNotFound, "", "the key was destroyed");
  return found->second;
}

Result<std::vector<audit::SignedCheckpoint>> FakeLog::Checkpoints() {
  audit::SignedCheckpoint checkpoint;
  checkpoint.checkpoint.origin = origin();
  checkpoint.checkpoint.size = Proven().sealed_size;
  checkpoint.note = origin() + "\n" + std::to_string(records_.size()) +
                    "\nq1UyT0Bk5mQm4n8VxkYQO3m2tPp0d0oKq4H1p3b0uXk=\n\n\u2014 " + origin() +
                    " l2Zq0q8vYb7nX4kqPzFh1k7Jt0cQe2v4mYw8uZ5s3RrJ6pTt9aNn0bVvKkLlMmQq==\n";
  return std::vector{std::move(checkpoint)};
}

namespace {

// The i-th decision of the sample: a fixed mixture, so that every table has something to show.
Made SampleDecision(std::uint64_t i, const std::string& time, const std::string& release) {
  Made made{.time = time, .release = release};
  switch (i % 8) {
    case 0:
      made.proposals = {{.action = "autopay_setup"},
                        {.action = "churn_care_contact", .rule = "activity_drop",
                         .state = "outranked"}};
      made.reasons = {"AUTOPAY_AFFORDABLE", "LATE_FEES"};
      break;
    case 1:
      made.proposals = {{.action = "autopay_setup", .state = "suppressed",
                         .guard = "consent_marketing", .reason = "NO_CONSENT"}};
      break;
    case 2:
      made.event = "payment.initiated";
      made.proposals = {{.action = "fraud_payment_prompt", .rule = "new_payee",
                         .action_class = "protective"}};
      made.reasons = {"NEW_PAYEE"};
      break;
    case 3:
      made.unknowns = {{"late_fees", "missing"}, {"activity_drop", "missing"}};
      break;
    case 4:
      made.proposals = {{.action = "churn_care_contact", .rule = "activity_drop",
                         .state = "deferred", .guard = "quiet_hours"},
                        {.action = "autopay_setup", .state = "suppressed",
                         .guard = "contact_cap", .reason = "CAP_REACHED"}};
      break;
    case 5:
      made.proposals = {{.action = "duplicate_payment_notice", .rule = "duplicate_payment"}};
      made.reasons = {"PAID_TWICE"};
      if (i % 3 == 0) made.flags = {"churn_risk_flag"};
      break;
    default: break;
  }
  return made;
}

}  // namespace

FakeLog SampleLog() {
  FakeLog log;
  const std::string first = Sha256("release 1").ToHex();
  const std::string second = Sha256("release 2").ToHex();
  log.AddPlain(audit::RecordKind::kLogOpened, "2025-01-02T07:00:00Z");
  log.AddRelease("2025-01-02T08:00:00Z", first, "1.0.0", 0);
  for (std::uint64_t i = 0; i < 300; ++i) {
    const std::uint64_t squeezed = i * i / 300;  // more of them towards the end
    const Instant time = At("2025-01-05T10:00:00Z").PlusSeconds(
        static_cast<std::int64_t>(450 * 86'400 * (i + squeezed) / 600));
    if (i == 170) log.AddRelease(time.ToString(), second, "1.1.0", 2);
    if (i % 27 == 13) {
      log.AddRefusal(time.ToString(), i < 170 ? first : second,
                     {{"invalid_input", "/transactions/" + std::to_string(i) + "/amount"},
                      {"invalid_input", "/consents/marketing"}});
    } else {
      log.AddDecision(SampleDecision(i, time.ToString(), i < 170 ? first : second));
    }
  }
  log.sections().erase({40, "decision"});
  log.sections().erase({41, "decision"});
  return log;
}

PeriodQuery SampleQuery() {
  PeriodQuery query;
  query.period = {At("2025-01-01T00:00:00Z"), At("2026-04-01T00:00:00Z")};
  query.entity_name = "Example Bank AB";
  query.entity_lei = "";
  query.generator_build = "oxpecker 0.1.0";
  query.generated_at = At("2026-04-02T08:00:00Z");
  query.preparer = "A. Officer, compliance";
  return query;
}

}  // namespace oxpecker::reports::test
