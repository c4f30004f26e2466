#include "engine/explain/recorded.h"

#include <array>
#include <charconv>

#include "base/json/document.h"
#include "rules/rulebook/rulebook.h"

namespace oxpecker::engine {
namespace {

using json::View;

// Reads members and remembers the first problem; values read after it do not matter.
class SectionReader {
 public:
  Status status() const {
    if (problem_) return std::unexpected(*problem_);
    return {};
  }

  void Report(std::string place, std::string message) {
    if (!problem_)
      problem_ = Error{ErrorCode::kIntegrity, std::move(place), std::move(message), ""};
  }

  std::string Text(View object, const std::string& at, std::string_view key) {
    const auto member = object.Find(key);
    if (member && member->kind() == json::Kind::kString) return std::string(member->text());
    Report(json::Append(at, key), "the record has no text here");
    return {};
  }
  std::string OptionalText(View object, const std::string& at, std::string_view key) {
    return object.Find(key) ? Text(object, at, key) : std::string();
  }
  template <class Integer>
  Integer Whole(View object, const std::string& at, std::string_view key) {
    const auto member = object.Find(key);
    Integer value{};
    if (member && member->kind() == json::Kind::kNumber) {
      const std::string_view text = member->text();
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error == std::errc() && end == text.data() + text.size()) return value;
    }
    Report(json::Append(at, key), "the record has no whole number here");
    return value;
  }
  Decimal Number(View object, const std::string& at, std::string_view key) {
    if (const auto number = Decimal::Parse(Text(object, at, key))) return *number;
    Report(json::Append(at, key), "the record has no decimal number here");
    return {};
  }
  // A word of an enumeration that is recorded by name, as Name(value) gives it.
  template <class Enum, std::size_t kSize>
  Enum Word(View object, const std::string& at, std::string_view key,
            const std::array<Enum, kSize>& values) {
    const std::string word = Text(object, at, key);
    for (const Enum value : values)
      if (Name(value) == word) return value;
    Report(json::Append(at, key), "the record has an unknown word here");
    return values[0];
  }
  // Calls visit(element, pointer) for each element of the list.
  template <class Visit>
  void Each(View object, const std::string& at, std::string_view key, const Visit& visit) {
    const auto list = object.Find(key);
    const std::string place = json::Append(at, key);
    if (!list || list->kind() != json::Kind::kArray)
      return Report(place, "the record has no list here");
    std::size_t index = 0;
    for (const View element : *list) visit(element, json::Append(place, index++));
  }
  std::vector<std::string> Texts(View object, const std::string& at, std::string_view key) {
    std::vector<std::string> texts;
    Each(object, at, key, [&](View element, const std::string& place) {
      if (element.kind() != json::Kind::kString) Report(place, "the record has no text here");
      texts.emplace_back(element.text());
    });
    return texts;
  }
  std::optional<Unknown> Cause(View object, const std::string& at, std::string_view key) {
    const auto cause = object.Find(key);
    if (!cause) return std::nullopt;
    const std::string place = json::Append(at, key);
    return Unknown{Text(*cause, place, "kind"), Text(*cause, place, "message")};
  }

 private:
  std::optional<Error> problem_;
};

constexpr std::array kVerdicts = {Verdict::kSkipped,      Verdict::kPass,      Verdict::kBypass,
                                  Verdict::kUnknownPass,  Verdict::kDowngrade, Verdict::kDefer,
                                  Verdict::kUnknownBlock, Verdict::kBlock};
constexpr std::array kStates = {EndState::kSelected, EndState::kSuppressed, EndState::kDeferred,
                                EndState::kDowngraded, EndState::kOutranked};
constexpr std::array kCodes = {
    ErrorCode::kInvalidInput, ErrorCode::kNotFound, ErrorCode::kRefused,    ErrorCode::kIntegrity,
    ErrorCode::kUnavailable,  ErrorCode::kLimit,    ErrorCode::kUnsupported};
constexpr std::array kStages = {rules::Stage::kFreshness,   rules::Stage::kConsistency,
                                rules::Stage::kEligibility, rules::Stage::kConsent,
                                rules::Stage::kSensitivity, rules::Stage::kVulnerability,
                                rules::Stage::kSuitability, rules::Stage::kFatigue};

GuardFinding ReadVerdict(SectionReader& r, View v, const std::string& at) {
  GuardFinding finding;
  finding.guard = r.Text(v, at, "guard");
  finding.stage = rules::Name(r.Word(v, at, "stage", kStages));
  finding.verdict = r.Word(v, at, "verdict", kVerdicts);
  finding.reason = r.OptionalText(v, at, "reason");
  finding.unknown = r.Cause(v, at, "cause");
  return finding;
}

Candidate ReadCandidate(SectionReader& r, View v, const std::string& at) {
  Candidate c;
  c.action = r.Text(v, at, "action");
  c.action_class = r.Text(v, at, "class");
  c.kind = r.Text(v, at, "kind");
  c.tier = r.Whole<std::int64_t>(v, at, "tier");
  c.rule = r.Text(v, at, "rule");
  c.rule_version = r.Whole<std::uint32_t>(v, at, "rule_version");
  c.need = r.Number(v, at, "need");
  c.rank = r.Number(v, at, "rank");
  c.reasons = r.Texts(v, at, "reasons");
  const auto evidence = v.Find("evidence");
  if (!evidence || evidence->kind() != json::Kind::kObject) {
    r.Report(at + "/evidence", "the record has no object here");
  } else {
    for (const View piece : *evidence) c.evidence.emplace_back(piece.key(), piece.text());
  }
  r.Each(v, at, "verdicts",
         [&](View e, const std::string& place) { c.verdicts.push_back(ReadVerdict(r, e, place)); });
  c.state = r.Word(v, at, "state", kStates);
  c.decided_by = r.OptionalText(v, at, "decided_by");
  c.delivery = r.OptionalText(v, at, "delivery");
  c.human = r.OptionalText(v, at, "human");
  c.detail = r.OptionalText(v, at, "detail");
  return c;
}

SimulationFinding ReadSimulation(SectionReader& r, View v, const std::string& at) {
  SimulationFinding finding;
  finding.id = r.Text(v, at, "id");
  finding.version = r.Whole<std::uint32_t>(v, at, "version");
  const auto figures = [&](std::string_view key, std::vector<std::pair<std::string, std::string>>& into) {
    r.Each(v, at, key, [&](View figure, const std::string& place) {
      std::vector<std::string> parts;
      if (figure.kind() == json::Kind::kArray)
        for (const View part : figure) parts.emplace_back(part.text());
      if (parts.size() != 2) return r.Report(place, "the record has no pair of texts here");
      into.emplace_back(std::move(parts[0]), std::move(parts[1]));
    });
  };
  figures("inputs", finding.inputs);
  if (v.Find("missing")) finding.missing = r.Texts(v, at, "missing");
  figures("results", finding.results);
  return finding;
}

// An outcome is a candidate that reaches somebody; its own members repeat the candidate's.
void ReadOutcome(SectionReader& r, View v, const std::string& at, Decision& decision) {
  const std::string action = r.Text(v, at, "action");
  for (std::size_t i = 0; i < decision.candidates.size(); ++i) {
    if (decision.candidates[i].action != action) continue;
    const auto deferred = v.Find("deferred");
    decision.candidates[i].deferred = deferred && deferred->kind() == json::Kind::kTrue;
    decision.candidates[i].deferred_until = r.OptionalText(v, at, "deferred_until");
    decision.candidates[i].expires_at = r.OptionalText(v, at, "expires_at");
    const auto steps = v.Find("steps");
    decision.candidates[i].in_steps = steps && steps->kind() == json::Kind::kTrue;
    if (const auto simulation = v.Find("simulation"))
      decision.candidates[i].simulation = ReadSimulation(r, *simulation, at + "/simulation");
    decision.outcomes.push_back(i);
    return;
  }
  r.Report(at, "the record has an outcome that is no candidate");
}

void ReadIssues(SectionReader& r, View root, Decision& decision) {
  r.Each(root, "", "issues", [&](View issue, const std::string& at) {
    Error error;
    error.message = r.Text(issue, at, "message");
    error.place = r.Text(issue, at, "place");
    error.code = r.Word(issue, at, "code", kCodes);
    decision.issues.push_back(std::move(error));
  });
}

TracedCondition ReadCondition(SectionReader& r, View v, const std::string& at) {
  TracedCondition condition;
  bool first = true;
  if (v.kind() != json::Kind::kArray || v.size() == 0)
    r.Report(at, "the trace has no condition here");
  for (const View part : v) {
    if (part.kind() != json::Kind::kString) r.Report(at, "the trace has no text here");
    if (!first)
      condition.operands.emplace_back(part.text());
    else if (part.text().size() == 1 &&
             std::string_view("tfu-").find(part.text()) != std::string_view::npos)
      condition.result = part.text()[0];
    else
      r.Report(at, "the trace has an unknown result here");
    first = false;
  }
  return condition;
}

std::unexpected<Error> NoJson(const char* section, const Error& error) {
  return Fail(ErrorCode::kIntegrity, section, "the section is no JSON: " + error.message);
}

}  // namespace

Result<RecordedDecision> ReadDecision(std::string_view text) {
  auto document = json::Document::Parse(text, {});
  if (!document) return NoJson("decision", document.error());
  const View root = document->root();
  SectionReader r;
  RecordedDecision recorded;
  Decision& d = recorded.decision;
  if (r.Text(root, "", "schema") != "oxpecker.decision/1")
    r.Report("/schema", "the record is of a form that this build does not know");
  d.as_of = r.Text(root, "", "as_of");
  recorded.engine = r.Text(root, "", "engine");
  d.event = r.Text(root, "", "event");
  d.release = r.Text(root, "", "release");
  const std::string state = r.Text(root, "", "status");
  d.refused = state == "refused";
  if (!d.refused && state != "decided") r.Report("/status", "the record has an unknown word here");
  if (d.refused) ReadIssues(r, root, d);
  r.Each(root, "", "features", [&](View v, const std::string& at) {
    FeatureFinding f;
    f.id = r.Text(v, at, "id");
    f.version = r.Whole<std::uint32_t>(v, at, "version");
    f.unknown = r.Cause(v, at, "unknown");
    if (!f.unknown) f.value = r.Text(v, at, "value");
    d.features.push_back(std::move(f));
  });
  r.Each(root, "", "candidates",
         [&](View v, const std::string& at) { d.candidates.push_back(ReadCandidate(r, v, at)); });
  r.Each(root, "", "outcomes", [&](View v, const std::string& at) { ReadOutcome(r, v, at, d); });
  d.flags = r.Texts(root, "", "flags");
  d.reasons = r.Texts(root, "", "reasons");
  r.Each(root, "", "unknowns", [&](View v, const std::string& at) {
    d.unknowns.emplace_back(r.Text(v, at, "rule"), r.Cause(v, at, "cause").value_or(Unknown{}));
  });
  OXP_TRY(r.status());
  return recorded;
}

Result<RecordedTrace> ReadTrace(std::string_view text) {
  RecordedTrace trace;
  if (text.empty()) return trace;
  auto document = json::Document::Parse(text, {});
  if (!document) return NoJson("trace", document.error());
  SectionReader r;
  const auto conditions = [&](View v, const std::string& at, std::vector<TracedCondition>& into) {
    r.Each(v, at, "conditions",
           [&](View c, const std::string& place) { into.push_back(ReadCondition(r, c, place)); });
  };
  r.Each(document->root(), "", "rules", [&](View v, const std::string& at) {
    TracedRule rule{r.Text(v, at, "id"), r.Text(v, at, "result"), std::nullopt, {}};
    if (v.Find("row")) rule.row = r.Whole<std::size_t>(v, at, "row");
    conditions(v, at, rule.conditions);
    trace.rules.push_back(std::move(rule));
  });
  r.Each(document->root(), "", "guards", [&](View v, const std::string& at) {
    TracedGuard guard{r.Text(v, at, "action"), r.Text(v, at, "guard"), r.Text(v, at, "result"), {}};
    conditions(v, at, guard.conditions);
    trace.guards.push_back(std::move(guard));
  });
  OXP_TRY(r.status());
  return trace;
}

}  // namespace oxpecker::engine
