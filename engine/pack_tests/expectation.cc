#include "engine/pack_tests/expectation.h"

#include <algorithm>
#include <set>

#include "engine/explain/conditions.h"
#include "engine/explain/recorded.h"

namespace oxpecker::engine {
namespace {

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return "[" + text + "]";
}

std::string Joined(const std::map<std::string, std::string>& fields, const std::string& more = {}) {
  std::string text;
  for (const auto& [key, value] : fields) text += (text.empty() ? "" : ", ") + key + ": " + value;
  return "{" + text + more + "}";
}

std::map<std::string, std::string> FieldsOf(const Candidate& c) {
  std::map<std::string, std::string> fields = {{"action", c.action}, {"kind", c.kind},   {"delivery", c.delivery}, {"human", c.human},
          {"detail", c.detail}, {"need", c.need.ToCanonicalString()}, {"rule", c.rule},
          {"deferred", c.deferred ? "true" : "false"},
          {"deferred_until", c.deferred_until},
          {"expires_at", c.expires_at},
          {"simulation", c.simulation ? c.simulation->id : "none"},
          {"steps", c.in_steps ? "true" : "false"}};
  if (!c.simulation) return fields;
  for (const auto* figures : {&c.simulation->inputs, &c.simulation->results})
    for (const auto& [name, text] : *figures) fields["figures." + name] = text;
  for (const std::string& name : c.simulation->missing) fields["figures." + name] = "missing";
  return fields;
}

std::map<std::string, std::string> EvidenceOf(const Candidate& c) { return {c.evidence.begin(), c.evidence.end()}; }

// The fields of `all` that `wanted` lists.
std::map<std::string, std::string> Projected(const std::map<std::string, std::string>& all,
                                             const std::map<std::string, std::string>& wanted) {
  std::map<std::string, std::string> some;
  for (const auto& [key, value] : wanted)
    if (const auto at = all.find(key); at != all.end()) some[key] = at->second;
  return some;
}

std::string Told(const std::map<std::string, std::string>& fields, const std::map<std::string, std::string>& evidence) {
  return Joined(fields, evidence.empty() ? "" : ", evidence: " + Joined(evidence));
}

// The reason that the one who decided gave.
std::string ReasonOf(const Candidate& c) {
  for (const GuardFinding& finding : c.verdicts)
    if (finding.guard == c.decided_by) return finding.reason;
  return c.decided_by == "delivery" ? "CHANNEL_OPT_OUT" : c.decided_by == "arbitration" ? "OUTRANKED" : "";
}

bool IsHeldBack(const Candidate& c) { return c.state == EndState::kSuppressed || c.state == EndState::kOutranked; }

class Comparison {
 public:
  Comparison(const Expectation& expect, std::string test_place, const Decision& decision)
      : expect_(expect), test_place_(std::move(test_place)), decision_(decision) {}

  std::vector<Mismatch> Run() {
    Refusal();
    if (decision_.refused != expect_.refused) return std::move(found_);
    Outcomes();
    Suppressed();
    std::vector<std::string> candidates;
    for (const Candidate& c : decision_.candidates) candidates.push_back(c.action);
    List("candidates", expect_.candidates, candidates);
    List("flags", expect_.flags, decision_.flags);
    std::vector<std::string> unknown;
    for (const auto& [rule, cause] : decision_.unknowns)
      if (unknown.empty() || unknown.back() != rule) unknown.push_back(rule);
    List("unknown", expect_.unknown, unknown);
    Reasons();
    Features();
    Proposed();
    Verdicts();
    return std::move(found_);
  }

 private:
  std::string PlaceOf(const std::string& key) const {
    const auto at = expect_.places.find(key);
    return at == expect_.places.end() ? test_place_ : at->second;
  }
  void Report(std::string what, std::string place, std::string expected, std::string got) {
    found_.push_back({std::move(what), std::move(place), std::move(expected), std::move(got)});
  }

  void Refusal() {
    std::vector<std::string> pointers;
    std::string told;
    for (const Error& issue : decision_.issues) {
      pointers.push_back(issue.place);
      told += (told.empty() ? "" : "; ") + issue.ToString();
    }
    std::sort(pointers.begin(), pointers.end());
    if (decision_.refused != expect_.refused)
      Report("refused", PlaceOf("refused"), expect_.refused ? "refused" : "decided",
             decision_.refused ? "refused: " + told : "decided");
    else if (expect_.issues && *expect_.issues != pointers)
      Report("issues", PlaceOf("issues"), Joined(*expect_.issues), Joined(pointers));
  }

  void Outcomes() {
    if (!expect_.outcomes) return;
    std::string expected;
    std::string got;
    bool same = expect_.outcomes->size() == decision_.outcomes.size();
    for (const ExpectedOutcome& outcome : *expect_.outcomes)
      expected += (expected.empty() ? "" : " ") + Told(outcome.fields, outcome.evidence);
    for (std::size_t i = 0; i < decision_.outcomes.size(); ++i) {
      const Candidate& c = decision_.candidates[decision_.outcomes[i]];
      std::map<std::string, std::string> fields = {{"action", c.action}, {"delivery", c.delivery}};
      std::map<std::string, std::string> evidence;
      if (i < expect_.outcomes->size()) {
        const ExpectedOutcome& wanted = (*expect_.outcomes)[i];
        const auto seen = Projected(FieldsOf(c), wanted.fields);
        evidence = Projected(EvidenceOf(c), wanted.evidence);
        same = same && seen == wanted.fields && evidence == wanted.evidence;
        fields.insert(seen.begin(), seen.end());
      }
      got += (got.empty() ? "" : " ") + Told(fields, evidence);
    }
    if (!same) Report("outcomes", PlaceOf("outcomes"), "[" + expected + "]", "[" + got + "]");
  }

  void Suppressed() {
    if (!expect_.suppressed) return;
    std::string expected;
    std::string got;
    std::size_t matched = 0;
    std::size_t held_back = 0;
    for (const ExpectedSuppression& wanted : *expect_.suppressed)
      expected += (expected.empty() ? "" : " ") + Joined(wanted.fields);
    for (const Candidate& c : decision_.candidates) {
      if (!IsHeldBack(c)) continue;
      ++held_back;
      const std::map<std::string, std::string> fields = {
          {"action", c.action}, {"guard", c.decided_by}, {"reason", ReasonOf(c)}};
      matched += static_cast<std::size_t>(std::any_of(
          expect_.suppressed->begin(), expect_.suppressed->end(),
          [&](const ExpectedSuppression& wanted) { return Projected(fields, wanted.fields) == wanted.fields; }));
      got += (got.empty() ? "" : " ") + Joined(fields);
    }
    if (matched != held_back || held_back != expect_.suppressed->size())
      Report("suppressed", PlaceOf("suppressed"), "[" + expected + "]", "[" + got + "]");
  }

  void List(const char* what, const std::optional<std::vector<std::string>>& expected,
            const std::vector<std::string>& got) {
    if (expected && *expected != got) Report(what, PlaceOf(what), Joined(*expected), Joined(got));
  }

  void Reasons() {
    const auto has = [&](const std::string& code) {
      return std::find(decision_.reasons.begin(), decision_.reasons.end(), code) != decision_.reasons.end();
    };
    for (const Listed& code : expect_.reasons)
      if (!has(code.text)) Report("reasons", code.place, code.text, Joined(decision_.reasons));
    for (const Listed& code : expect_.reasons_not)
      if (has(code.text)) Report("reasons_not", code.place, "not " + code.text, Joined(decision_.reasons));
  }

  void Features() {
    for (const auto& [id, expected] : expect_.features) {
      const auto at = std::find_if(decision_.features.begin(), decision_.features.end(),
                                   [&](const FeatureFinding& f) { return f.id == id; });
      const std::string got = at == decision_.features.end() ? "absent" : at->unknown ? "unknown" : at->value;
      if (got == expected.text) continue;
      const bool why = at != decision_.features.end() && at->unknown;
      Report("features." + id, expected.place, expected.text, got + (why ? " (" + at->unknown->message + ")" : ""));
    }
  }

  void Proposed() {
    for (const ExpectedProposal& wanted : expect_.proposed) {
      const auto at = std::find_if(decision_.candidates.begin(), decision_.candidates.end(),
                                   [&](const Candidate& c) { return c.action == wanted.action; });
      std::vector<std::string> reasons;
      if (at != decision_.candidates.end()) reasons = at->reasons;
      std::sort(reasons.begin(), reasons.end());
      if (at == decision_.candidates.end() || reasons != wanted.reasons)
        Report("proposed." + wanted.action, wanted.place, Joined(wanted.reasons),
               at == decision_.candidates.end() ? "no such candidate" : Joined(reasons));
    }
  }

  void Verdicts() {
    for (const ExpectedVerdict& wanted : expect_.verdicts) {
      std::string got = "no such candidate";
      for (const Candidate& c : decision_.candidates)
        if (c.action == wanted.action)
          for (const GuardFinding& finding : c.verdicts)
            if (finding.guard == wanted.guard) got = Name(finding.verdict);
      if (got != wanted.verdict)
        Report("verdicts." + wanted.action + "." + wanted.guard, wanted.place, wanted.verdict, got);
    }
  }

  const Expectation& expect_;
  std::string test_place_;
  const Decision& decision_;
  std::vector<Mismatch> found_;
};

// --- the reason chain ---

char LetterOf(Mark mark) {
  switch (mark) {
    case Mark::kHolds: return 't';
    case Mark::kFails: return 'f';
    case Mark::kUnknown: return 'u';
    case Mark::kNone:
    case Mark::kNotReached: break;
  }
  return '-';
}

std::vector<ToldCondition> ConditionsOf(const rules::CompiledRulebook& rulebook, const TracedRule& traced) {
  const rules::Rulebook& authored = rulebook.authored();
  for (std::size_t i = 0; i < authored.rules.size(); ++i)
    if (authored.rules[i].id == traced.id)
      return TellConditions(rulebook.rules()[i].when, traced.conditions, Parts::kJoinedByEither, true);
  std::vector<ToldCondition> told;
  for (const rules::Table& table : authored.tables) {
    if (table.id != traced.id || !traced.row) continue;
    const std::vector<rules::Expression>& tests = table.rows.at(*traced.row - 1).tests;
    for (std::size_t i = 0; i < std::min(tests.size(), traced.conditions.size()); ++i)
      if (tests[i].text != "-") told.push_back(TellCell(table.inputs[i].text, tests[i].text, traced.conditions[i], true));
  }
  return told;
}

// "    [f] not(late_fee_count_180d >= policy.late_fee_n): not(2 >= 3)"
void TellRule(const rules::CompiledRulebook& rulebook, const TracedRule& rule, std::vector<std::string>& lines) {
  lines.push_back("  rule " + rule.id + (rule.row ? " row " + std::to_string(*rule.row) : "") + ": " + rule.result);
  for (const ToldCondition& told : ConditionsOf(rulebook, rule))
    lines.push_back(std::string("    [") + LetterOf(told.mark) + "] " + told.text + (told.with_values.empty() ? "" : ": " + told.with_values));
}

void TellCandidate(const Candidate& c, std::vector<std::string>& lines) {
  std::string line = "  candidate " + c.action + " by " + c.rule + ": " + std::string(Name(c.state));
  if (!c.decided_by.empty()) line += " by " + c.decided_by;
  if (!c.delivery.empty()) line += ", " + c.delivery;
  lines.push_back(line + " " + Joined(c.reasons));
  for (const GuardFinding& finding : c.verdicts) {
    if (finding.verdict == Verdict::kPass || finding.verdict == Verdict::kSkipped) continue;
    lines.push_back("    " + finding.guard + ": " + std::string(Name(finding.verdict)) + " " + finding.reason +
                    (finding.unknown ? " (" + finding.unknown->message + ")" : ""));
  }
}

}  // namespace

std::vector<Mismatch> Compare(const Expectation& expect, const std::string& test_place, const Decision& decision) {
  return Comparison(expect, test_place, decision).Run();
}

std::vector<std::string> ReasonChain(const rules::CompiledRulebook& rulebook, const Decision& decision) {
  std::vector<std::string> lines;
  for (const Error& issue : decision.issues) lines.push_back("  issue " + issue.ToString());
  if (const auto trace = ReadTrace(decision.trace))
    for (const TracedRule& rule : trace->rules) TellRule(rulebook, rule, lines);
  for (const Candidate& candidate : decision.candidates) TellCandidate(candidate, lines);
  return lines;
}

namespace {

bool IsIdByte(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

std::set<std::string, std::less<>> IdsIn(std::string_view text) {
  std::set<std::string, std::less<>> ids;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    while (at < text.size() && IsIdByte(text[at])) ++at;
    if (at > from) ids.emplace(text.substr(from, at - from));
    else ++at;
  }
  return ids;
}

// "  rule late_fees row 2: false" -> "late_fees"; the word behind "  rule " or "  candidate ".
std::string_view IdOf(std::string_view line) {
  const std::size_t begin = line.find(' ', 2) + 1;
  std::size_t end = begin;
  while (end < line.size() && IsIdByte(line[end])) ++end;
  return line.substr(begin, end - begin);
}

// Ids of rules and tables that propose one of the actions.
std::set<std::string, std::less<>> ProposersOf(const rules::Rulebook& book, const std::set<std::string, std::less<>>& actions) {
  std::set<std::string, std::less<>> ids;
  const auto add = [&](const std::string& id, const std::vector<rules::Proposal>& proposals) {
    if (std::ranges::any_of(proposals, [&](const rules::Proposal& p) { return actions.contains(p.action); })) ids.insert(id);
  };
  for (const rules::Rule& rule : book.rules) add(rule.id, rule.proposals);
  for (const rules::Table& table : book.tables)
    for (const rules::TableRow& row : table.rows) add(table.id, row.proposals);
  return ids;
}

}  // namespace

std::vector<std::string> NearestOf(const rules::Rulebook& book, const PackTestResult& test) {
  constexpr std::size_t kLinesMax = 4;
  std::set<std::string, std::less<>> named;
  std::set<std::string, std::less<>> expected;
  for (const Mismatch& m : test.mismatches) {
    expected.merge(IdsIn(m.expected + " " + m.what));
    named.merge(IdsIn(m.got));
  }
  named.insert(expected.begin(), expected.end());
  for (const std::string& line : test.reason_chain)  // what was proposed needs no rule to explain it
    if (line.starts_with("  candidate ")) expected.erase(std::string(IdOf(line)));
  const auto proposers = ProposersOf(book, expected);
  std::vector<std::string> lines;
  const auto add = [&](const auto& is_wanted) {
    bool inside = false;
    for (const std::string& line : test.reason_chain) {
      if (!line.starts_with("    ")) inside = is_wanted(line) && std::ranges::find(lines, line) == lines.end();
      if (inside && lines.size() < kLinesMax) lines.push_back(line);
    }
  };
  const auto is_candidate = [](const std::string& line) { return line.starts_with("  candidate "); };
  add([](const std::string& line) { return line.starts_with("  issue "); });
  add([&](const std::string& line) { return is_candidate(line) && named.contains(IdOf(line)); });
  add([&](const std::string& line) { return line.starts_with("  rule ") && proposers.contains(IdOf(line)); });
  add(is_candidate);
  return lines;
}

}  // namespace oxpecker::engine
