#include "engine/recording_decider.h"

#include "engine/explain/recorded.h"
#include "engine/version.h"

namespace oxpecker::engine {
namespace {

json::Value Count(std::size_t n) { return static_cast<std::int64_t>(n); }

json::Object About(const Decision& decision) {
  std::size_t suppressed = 0;
  for (const Candidate& c : decision.candidates) suppressed += c.state == EndState::kSuppressed ? 1U : 0U;
  json::Object about;
  about.Set("as_of", decision.as_of);
  about.Set("candidates", Count(decision.candidates.size()));
  about.Set("engine", kEngineVersion);
  about.Set("event", decision.event);
  about.Set("flags", Count(decision.flags.size()));
  if (decision.refused) about.Set("issues", Count(decision.issues.size()));
  about.Set("outcome", Name(decision.outcome()));
  about.Set("outcomes", Count(decision.outcomes.size()));
  about.Set("release", decision.release);
  about.Set("suppressed", Count(suppressed));
  about.Set("unknowns", Count(decision.unknowns.size()));
  return about;
}

}  // namespace

std::string VaultNameOf(const std::string& customer_id) {
  if (customer_id.size() <= audit::RecordLimits{}.subject_bytes_max) return customer_id;
  return "\xFF" + std::string(Sha256(customer_id).view());
}

audit::Entry RecordOf(const Decision& decision, const DecisionId& id, const std::string& subject, Instant time,
                      std::string_view facts_json, std::string_view event_json) {
  audit::Entry entry;
  entry.kind = decision.refused ? audit::RecordKind::kRefusal : audit::RecordKind::kDecision;
  entry.time = time;
  entry.decision_id = id;
  entry.subject = VaultNameOf(subject);
  entry.about = About(decision);
  entry.sections.push_back({"facts", std::string(facts_json)});
  if (!event_json.empty()) entry.sections.push_back({"event", std::string(event_json)});
  entry.sections.push_back({"decision", ToCanonicalJson(decision)});
  if (!decision.refused) entry.sections.push_back({"trace", decision.trace});
  entry.request_sections = {"facts", "event"};
  return entry;
}

std::string_view Name(PackTestRun run) {
  switch (run) {
    case PackTestRun::kPassed: return "passed";
    case PackTestRun::kSkipped: return "skipped";
    case PackTestRun::kNotRun: return "not_run";
  }
  return "";
}

audit::Entry RecordOf(const Release& release, PackTestRun tests, Instant time) {
  const rules::Rulebook& book = release.rulebook().authored();
  audit::Entry entry;
  entry.kind = audit::RecordKind::kRelease;
  entry.time = time;
  entry.about.Set("approvals", 0);
  entry.about.Set("engine", kEngineVersion);
  entry.about.Set("pack", book.pack_id);
  entry.about.Set("pack_version", book.pack_version);
  entry.about.Set("release", release.digest().ToHex());
  entry.about.Set("tests", Name(tests));
  entry.sections.push_back({"manifest", json::Canonical(release.Manifest())});
  entry.sections.push_back({"release", release.document()});
  return entry;
}

RecordingDecider::RecordingDecider(std::shared_ptr<const Release> release, audit::Log& log, Clock& clock)
    : decider_(std::move(release)), log_(log), clock_(clock), answers_(log) {}

Pending RecordingDecider::Start(const DecisionId& id, std::string_view facts_json, std::string_view event_json) {
  Decision decision = decider_.Decide(facts_json, event_json);
  audit::Entry entry = RecordOf(decision, id, decider_.last_subject(), clock_.Now(), facts_json, event_json);
  return Pending{id, decider_.last_subject(), std::move(decision), log_.Submit(std::move(entry))};
}

Result<Recorded> RecordingDecider::Decide(const DecisionId& id, std::string_view facts_json,
                                          std::string_view event_json) {
  Decision decision = decider_.Decide(facts_json, event_json);
  audit::Entry entry = RecordOf(decision, id, decider_.last_subject(), clock_.Now(), facts_json, event_json);
  std::promise<Result<audit::Receipt>> receipt;
  receipt.set_value(log_.Append(std::move(entry)));  // blocks: nobody waits for company
  return answers_.Await(Pending{id, decider_.last_subject(), std::move(decision), receipt.get_future()});
}

Result<Recorded> Answers::Await(Pending pending) {
  OXP_TRY(const audit::Receipt receipt, pending.receipt.get());
  if (receipt.repeated) return ReadBack(std::move(pending), receipt);
  reader_.reset();  // an old snapshot would keep the writer from reusing its write-ahead log
  return Recorded{pending.id, std::move(pending.subject), std::move(pending.decision), receipt, std::nullopt};
}

Result<Recorded> Answers::ReadBack(Pending pending, const audit::Receipt& receipt) {
  if (!reader_ || reader_->size() <= receipt.seq) {
    reader_.reset();
    OXP_TRY(reader_, audit::LogReader::Open(log_.paths(), audit::WithVault::kYes));
  }
  OXP_TRY(const audit::Record record, reader_->Read(receipt.seq));
  OXP_TRY(std::string section, reader_->Decrypt(record, "decision"));
  OXP_TRY(RecordedDecision read, ReadDecision(section));
  return Recorded{pending.id, std::move(pending.subject), std::move(read.decision), receipt, std::move(section)};
}

}  // namespace oxpecker::engine
