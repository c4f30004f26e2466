#include "base/json/value.h"
#include "engine/decide/decision.h"
#include "engine/version.h"

namespace oxpecker::engine {
namespace {

using json::CanonicalWriter;

void WriteUnknown(CanonicalWriter& w, const Unknown& unknown) {
  w.BeginObject();
  w.Key("kind");
  w.String(unknown.kind);
  w.Key("message");
  w.String(unknown.message);
  w.EndObject();
}

void WriteTexts(CanonicalWriter& w, const std::vector<std::string>& texts) {
  w.BeginArray();
  for (const std::string& text : texts) w.String(text);
  w.EndArray();
}

void WriteFeature(CanonicalWriter& w, const FeatureFinding& f) {
  w.BeginObject();
  w.Key("id");
  w.String(f.id);
  if (f.unknown) {
    w.Key("unknown");
    WriteUnknown(w, *f.unknown);
  } else {
    w.Key("value");
    w.String(f.value);
  }
  w.Key("version");
  w.Integer(f.version);
  w.EndObject();
}

void WriteVerdict(CanonicalWriter& w, const GuardFinding& g) {
  w.BeginObject();
  if (g.unknown) {
    w.Key("cause");
    WriteUnknown(w, *g.unknown);
  }
  w.Key("guard");
  w.String(g.guard);
  if (!g.reason.empty()) {
    w.Key("reason");
    w.String(g.reason);
  }
  w.Key("stage");
  w.String(g.stage);
  w.Key("verdict");
  w.String(Name(g.verdict));
  w.EndObject();
}

void WriteCandidate(CanonicalWriter& w, const Candidate& c) {
  const auto text = [&](const char* key, std::string_view value) {
    w.Key(key);
    w.String(value);
  };
  w.BeginObject();
  text("action", c.action);
  text("class", c.action_class);
  if (!c.decided_by.empty()) text("decided_by", c.decided_by);
  if (!c.delivery.empty()) text("delivery", c.delivery);
  if (!c.detail.empty()) text("detail", c.detail);
  w.Key("evidence");
  w.BeginObject();
  for (const auto& [name, value] : c.evidence) text(name.c_str(), value);
  w.EndObject();
  if (!c.human.empty()) text("human", c.human);
  text("kind", c.kind);
  text("need", c.need.ToCanonicalString());
  text("rank", c.rank.ToCanonicalString());
  w.Key("reasons");
  WriteTexts(w, c.reasons);
  text("rule", c.rule);
  w.Key("rule_version");
  w.Integer(c.rule_version);
  text("state", Name(c.state));
  w.Key("tier");
  w.Integer(c.tier);
  w.Key("verdicts");
  w.BeginArray();
  for (const GuardFinding& g : c.verdicts) WriteVerdict(w, g);
  w.EndArray();
  w.EndObject();
}

void WriteFigures(CanonicalWriter& w, const std::vector<std::pair<std::string, std::string>>& figures) {
  w.BeginArray();
  for (const auto& [name, text] : figures) {
    w.BeginArray();
    w.String(name);
    w.String(text);
    w.EndArray();
  }
  w.EndArray();
}

void WriteSimulation(CanonicalWriter& w, const SimulationFinding& s) {
  w.BeginObject();
  w.Key("id");
  w.String(s.id);
  w.Key("inputs");
  WriteFigures(w, s.inputs);
  if (!s.missing.empty()) {
    w.Key("missing");
    WriteTexts(w, s.missing);
  }
  w.Key("results");
  WriteFigures(w, s.results);
  w.Key("version");
  w.Integer(s.version);
  w.EndObject();
}

void WriteOutcome(CanonicalWriter& w, const Candidate& c) {
  w.BeginObject();
  w.Key("action");
  w.String(c.action);
  if (c.deferred) {
    w.Key("deferred");
    w.Boolean(true);
  }
  if (!c.deferred_until.empty()) {
    w.Key("deferred_until");
    w.String(c.deferred_until);
  }
  w.Key("delivery");
  w.String(c.delivery);
  w.Key("detail");
  w.String(c.detail);
  if (!c.expires_at.empty()) {
    w.Key("expires_at");
    w.String(c.expires_at);
  }
  w.Key("human");
  w.String(c.human);
  w.Key("kind");
  w.String(c.kind);
  if (c.simulation) {
    w.Key("simulation");
    WriteSimulation(w, *c.simulation);
  }
  if (c.in_steps) {
    w.Key("steps");
    w.Boolean(true);
  }
  w.EndObject();
}

void WriteIssues(CanonicalWriter& w, const Issues& issues) {
  w.BeginArray();
  for (const Error& issue : issues) {
    w.BeginObject();
    w.Key("code");
    w.String(Name(issue.code));
    w.Key("message");
    w.String(issue.message);
    w.Key("place");
    w.String(issue.place);
    w.EndObject();
  }
  w.EndArray();
}

}  // namespace

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSkipped: return "skipped";
    case Verdict::kPass: return "pass";
    case Verdict::kBypass: return "bypass";
    case Verdict::kUnknownPass: return "unknown_pass";
    case Verdict::kDowngrade: return "downgrade";
    case Verdict::kDefer: return "defer";
    case Verdict::kUnknownBlock: return "unknown_block";
    case Verdict::kBlock: return "block";
  }
  return "";
}

std::string_view Name(EndState state) {
  switch (state) {
    case EndState::kSelected: return "selected";
    case EndState::kSuppressed: return "suppressed";
    case EndState::kDeferred: return "deferred";
    case EndState::kDowngraded: return "downgraded";
    case EndState::kOutranked: return "outranked";
  }
  return "";
}

std::string_view Name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAction: return "action";
    case Outcome::kSilent: return "silent";
    case Outcome::kRefused: return "refused";
  }
  return "";
}

Outcome Decision::outcome() const {
  if (refused) return Outcome::kRefused;
  return outcomes.empty() && flags.empty() ? Outcome::kSilent : Outcome::kAction;
}

std::string ToCanonicalJson(const Decision& d) {
  std::string out;
  out.reserve(4096);
  CanonicalWriter w(out);
  w.BeginObject();
  w.Key("as_of");
  w.String(d.as_of);
  w.Key("candidates");
  w.BeginArray();
  for (const Candidate& c : d.candidates) WriteCandidate(w, c);
  w.EndArray();
  w.Key("engine");
  w.String(kEngineVersion);
  w.Key("event");
  w.String(d.event);
  w.Key("features");
  w.BeginArray();
  for (const FeatureFinding& f : d.features) WriteFeature(w, f);
  w.EndArray();
  w.Key("flags");
  WriteTexts(w, d.flags);
  if (d.refused) {
    w.Key("issues");
    WriteIssues(w, d.issues);
  }
  w.Key("outcomes");
  w.BeginArray();
  for (const std::size_t i : d.outcomes) WriteOutcome(w, d.candidates[i]);
  w.EndArray();
  w.Key("reasons");
  WriteTexts(w, d.reasons);
  w.Key("release");
  w.String(d.release);
  w.Key("schema");
  w.String("oxpecker.decision/1");
  w.Key("status");
  w.String(d.refused ? "refused" : "decided");
  w.Key("unknowns");
  w.BeginArray();
  for (const auto& [rule, cause] : d.unknowns) {
    w.BeginObject();
    w.Key("cause");
    WriteUnknown(w, cause);
    w.Key("rule");
    w.String(rule);
    w.EndObject();
  }
  w.EndArray();
  w.EndObject();
  return out;
}

}  // namespace oxpecker::engine
