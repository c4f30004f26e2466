#include "engine/pack_tests/scenarios.h"

#include <algorithm>
#include <set>

#include "base/json/document.h"
#include "base/json/value.h"
#include "engine/decide/decider.h"
#include "engine/explain/explanation.h"
#include "engine/explain/render.h"
#include "engine/pack_tests/expectation.h"
#include "rules/rulebook/yaml_reader.h"

namespace oxpecker::engine {
namespace {

using yaml::Node;

// --- documents --------------------------------------------------------------------------------

Node FromJson(json::View view) {
  Node node;
  switch (view.kind()) {
    case json::Kind::kNull: return node;
    case json::Kind::kFalse:
    case json::Kind::kTrue: node.text = view.kind() == json::Kind::kTrue ? "true" : "false"; break;
    case json::Kind::kNumber: node.text = view.text(); break;
    case json::Kind::kString:
      node.text = view.text();
      node.quoted = true;
      break;
    case json::Kind::kArray:
      node.kind = yaml::Kind::kSequence;
      for (const json::View item : view) node.items.push_back(FromJson(item));
      return node;
    case json::Kind::kObject:
      node.kind = yaml::Kind::kMapping;
      for (const json::View member : view) {
        Node key;
        key.kind = yaml::Kind::kScalar;
        key.text = member.key();
        node.entries.push_back({std::move(key), FromJson(member)});
      }
      return node;
  }
  node.kind = yaml::Kind::kScalar;
  return node;
}

Checked<Node> ReadFile(const std::string& file, std::string_view text) {
  if (!file.ends_with(".json")) return yaml::Read(file, text, {});
  auto document = json::Document::Parse(text, {});
  if (document) return FromJson(document->root());
  Error error = document.error();
  error.place = file + ":" + error.place;
  return std::unexpected(Issues{std::move(error)});
}

bool IsPlainWord(const Node& node) {  // true, false, a number
  if (node.kind != yaml::Kind::kScalar || node.quoted) return false;
  return node.text == "true" || node.text == "false" || Decimal::Parse(node.text).has_value();
}

void WriteJson(std::string& out, const Node& node) {
  const auto list = [&](char open, char close, const auto& parts, const auto& write) {
    out += open;
    bool first = true;
    for (const auto& part : parts) {
      if (!first) out += ',';
      first = false;
      write(part);
    }
    out += close;
  };
  switch (node.kind) {
    case yaml::Kind::kNull: out += "null"; break;
    case yaml::Kind::kScalar:
      if (IsPlainWord(node)) out += node.text;
      else json::AppendString(out, node.text);
      break;
    case yaml::Kind::kSequence:
      list('[', ']', node.items, [&](const Node& item) { WriteJson(out, item); });
      break;
    case yaml::Kind::kMapping:
      list('{', '}', node.entries, [&](const yaml::Entry& entry) {
        json::AppendString(out, entry.key.text);
        out += ':';
        WriteJson(out, entry.value);
      });
      break;
  }
}

std::string ToJson(const Node* node) {
  std::string out;
  if (node != nullptr) WriteJson(out, *node);
  return out;
}

// The FEEL text of an expected value, as findings have it.
std::string FeelText(const Node& node) {
  switch (node.kind) {
    case yaml::Kind::kNull: return "null";
    case yaml::Kind::kScalar: {
      if (!IsPlainWord(node)) return "\"" + node.text + "\"";
      const auto number = Decimal::Parse(node.text);
      return number ? number->ToCanonicalString() : node.text;
    }
    case yaml::Kind::kSequence: {
      std::string text = "[";
      for (const Node& item : node.items) text += (text.size() > 1 ? ", " : "") + FeelText(item);
      return text + "]";
    }
    case yaml::Kind::kMapping: break;
  }
  return "a mapping";
}

std::string Joined(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return "[" + text + "]";
}

std::string AsciiLower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// --- one scenario -----------------------------------------------------------------------------

class Scenario {
 public:
  Scenario(const Release& release, const Node& node, Issues& issues) : release_(release), node_(node), issues_(issues) {}

  ScenarioResult Run(Decider& decider) {
    result_.id = Text(node_, "id");
    result_.title = Text(node_, "title");
    result_.place = node_.Place();
    const Node* expect = node_.Find("expect");
    if (node_.Find("facts") == nullptr || expect == nullptr) {
      issues_.push_back({ErrorCode::kInvalidInput, node_.Place(), "a scenario has 'facts' and 'expect'", ""});
      return std::move(result_);
    }
    decision_ = decider.Decide(ToJson(node_.Find("facts")), ToJson(node_.Find("event")));
    CheckStatus(*expect);
    Outcomes(*expect);
    Suppressed(*expect);
    Set("flags", *expect, {decision_.flags.begin(), decision_.flags.end()});
    Reasons(*expect);
    Features(*expect);
    CustomerTexts(*expect);
    if (!result_.passed()) result_.reason_chain = ReasonChain(release_.rulebook(), decision_);
    return std::move(result_);
  }

 private:
  static std::string Text(const Node& node, std::string_view key) {
    const Node* value = node.Find(key);
    return value == nullptr ? std::string() : value->text;
  }
  static std::set<std::string> Words(const Node& expect, std::string_view key) {
    std::set<std::string> words;
    if (const Node* list = expect.Find(key))
      for (const Node& item : list->items) words.insert(item.text);
    return words;
  }
  void Report(const std::string& what, const Node& at, std::string expected, std::string got) {
    result_.mismatches.push_back({what, at.Place(), std::move(expected), std::move(got)});
  }
  void Set(const std::string& what, const Node& expect, const std::set<std::string>& got) {
    const std::set<std::string> expected = Words(expect, what);
    if (expected != got) Report(what, expect, Joined(expected), Joined(got));
  }

  void CheckStatus(const Node& expect) {
    const std::string got = decision_.refused ? "refused" : "decided";
    const std::string wanted = Text(expect, "status");
    std::string told = got;
    for (const Error& issue : decision_.issues) told += "; " + issue.ToString();
    if (!wanted.empty() && wanted != got) Report("status", expect, wanted, told);
  }

  std::string FieldOf(const Candidate& c, const std::string& key) const {
    if (key == "action") return c.action;
    if (key == "kind") return c.kind;
    if (key == "delivery") return c.delivery;
    if (key == "human") return c.human;
    if (key == "detail") return c.detail;
    if (key == "simulation") return c.simulation ? c.simulation->id : "";
    if (key == "steps") return c.in_steps ? "true" : "false";
    if (key == "deferred") return c.deferred ? "true" : "false";
    if (key == "deferred_until") return c.deferred_until;
    if (key == "expires_at") return c.expires_at;
    if (key == "rule") return c.rule;
    return "no such key";
  }

  // What waits for the end of the quiet hours may be called deferred in place of its channel.
  bool Agrees(const Candidate& c, const std::string& key, const Node& wanted) const {
    if (key == "delivery" && c.deferred && wanted.text == "deferred") return true;
    return FieldOf(c, key) == wanted.text;
  }

  void Outcomes(const Node& expect) {
    const Node* list = expect.Find("outcomes");
    if (list == nullptr) return;
    std::string expected;
    std::string got;
    bool same = list->items.size() == decision_.outcomes.size();
    for (std::size_t i = 0; i < std::max(list->items.size(), decision_.outcomes.size()); ++i) {
      const Candidate* c = i < decision_.outcomes.size() ? &decision_.candidates[decision_.outcomes[i]] : nullptr;
      const Node* wanted = i < list->items.size() ? &list->items[i] : nullptr;
      if (wanted != nullptr) {
        expected += "{";
        for (const auto& [key, value] : wanted->entries) {
          expected += (expected.back() == '{' ? "" : ", ") + key.text + ": " + value.text;
          same = same && c != nullptr && Agrees(*c, key.text, value);
        }
        expected += "}";
      }
      if (c != nullptr) {
        got += "{action: " + c->action + ", kind: " + c->kind + ", delivery: " + c->delivery + ", human: " + c->human +
               ", detail: " + c->detail;
        if (c->simulation) got += ", simulation: " + c->simulation->id;
        got += std::string(c->in_steps ? ", steps: true" : "") + (c->deferred ? ", deferred: true" : "");
        got += (c->deferred_until.empty() ? "" : ", deferred_until: " + c->deferred_until) + "}";
      }
    }
    if (!same) Report("outcomes", *list, "[" + expected + "]", "[" + got + "]");
  }

  std::string StageOf(const Candidate& c) const {
    if (c.decided_by == "arbitration") return "G9_arbitration";
    if (c.decided_by == "delivery") return "G10_delivery";
    for (const GuardFinding& g : c.verdicts)
      if (g.guard == c.decided_by) return std::string(g.stage);
    return c.decided_by;
  }
  static std::string ReasonOf(const Candidate& c) {
    if (c.decided_by == "arbitration") return "OUTRANKED";
    if (c.decided_by == "delivery") return "CHANNEL_OPT_OUT";
    for (const GuardFinding& g : c.verdicts)
      if (g.guard == c.decided_by) return g.reason;
    return "";
  }

  void Suppressed(const Node& expect) {
    const Node* list = expect.Find("suppressed");
    if (list == nullptr) return;
    std::set<std::string> expected;
    std::set<std::string> got;
    for (const Node& item : list->items)
      expected.insert(Text(item, "action") + " by " + Text(item, "guard") + " " + Text(item, "reason"));
    for (const Candidate& c : decision_.candidates)
      if (c.state == EndState::kSuppressed || c.state == EndState::kOutranked)
        got.insert(c.action + " by " + StageOf(c) + " " + ReasonOf(c));
    if (expected != got) Report("suppressed", *list, Joined(expected), Joined(got));
  }

  void Reasons(const Node& expect) {
    if (expect.Find("reasons_must") == nullptr) return;
    const std::set<std::string> must = Words(expect, "reasons_must");
    const std::set<std::string> may = Words(expect, "reasons_may");
    const std::set<std::string> got(decision_.reasons.begin(), decision_.reasons.end());
    std::set<std::string> missing;
    std::set<std::string> surplus;
    for (const std::string& code : must)
      if (!got.contains(code)) missing.insert(code);
    for (const std::string& code : got)
      if (!must.contains(code) && !may.contains(code)) surplus.insert(code);
    for (const std::string& code : Words(expect, "reasons_must_not"))
      if (got.contains(code)) surplus.insert(code);
    if (!missing.empty()) Report("reasons_must", expect, Joined(missing), Joined(got));
    if (!surplus.empty()) Report("reasons beyond those", expect, "none of " + Joined(surplus), Joined(got));
  }

  void Features(const Node& expect) {
    const Node* features = expect.Find("features");
    if (features == nullptr) return;
    for (const auto& [name, value] : features->entries) {
      const std::string wanted = FeelText(value);
      std::string got = "no such feature";
      for (const FeatureFinding& f : decision_.features)
        if (f.id == name.text) got = f.unknown ? "unknown: " + f.unknown->message : f.value;
      const auto number = Decimal::Parse(got);
      const auto wanted_number = Decimal::Parse(wanted);
      if (got == wanted || (number && wanted_number && *number == *wanted_number)) continue;
      if (wanted == "null" && got.starts_with("unknown: ")) continue;  // null stands for both
      Report("feature " + name.text, value, wanted, got);
    }
  }

  // What the customer would read, in every language and at every level of detail.
  void CustomerTexts(const Node& expect) {
    const std::set<std::string> forbidden = Words(expect, "customer_text_must_not_contain");
    const std::string decision = ToCanonicalJson(decision_);
    for (const voice::Language language : {voice::Language::kEnglish, voice::Language::kSwedish, voice::Language::kChinese}) {
      for (const DetailLevel detail : {DetailLevel::kBrief, DetailLevel::kStandard, DetailLevel::kDetailed}) {
        ExplainQuery query;
        query.audience = Audience::kCustomer;
        query.language = language;
        query.detail = detail;
        const auto explanation = Explain(release_, decision, decision_.trace, query);
        if (!explanation) {
          Report("customer text", expect, "a text in " + std::string(voice::Code(language)), explanation.error().ToString());
          continue;
        }
        const std::string text = AsciiLower(ToText(*explanation, {.columns = 10'000}));
        for (const std::string& word : forbidden)
          if (text.find(AsciiLower(word)) != std::string::npos)
            Report("customer text", expect, "no '" + word + "'", text);
      }
    }
  }

  const Release& release_;
  const Node& node_;
  Issues& issues_;
  Decision decision_;
  ScenarioResult result_;
};

}  // namespace

std::size_t ScenarioReport::failed() const {
  return static_cast<std::size_t>(
      std::count_if(scenarios.begin(), scenarios.end(), [](const ScenarioResult& s) { return !s.passed(); }));
}

Checked<ScenarioReport> RunScenarios(const std::shared_ptr<const Release>& release, const std::string& file,
                                     std::string_view text) {
  auto root = ReadFile(file, text);
  if (!root) return std::unexpected(std::move(root).error());
  const Node* list = root->Find("scenarios");
  if (list == nullptr || list->kind != yaml::Kind::kSequence)
    return std::unexpected(Issues{{ErrorCode::kInvalidInput, file, "the file has no list 'scenarios'", ""}});
  Issues issues;
  ScenarioReport report;
  Decider decider(release);
  for (const Node& node : list->items) report.scenarios.push_back(Scenario(*release, node, issues).Run(decider));
  if (!issues.empty()) return std::unexpected(std::move(issues));
  return report;
}

std::string ToText(const ScenarioResult& scenario) {
  std::string text = scenario.id + " " + scenario.title + "\n  at " + scenario.place + "\n";
  for (const Mismatch& m : scenario.mismatches)
    text += "  " + m.what + "\n    expected " + m.expected + "\n    got      " + m.got + "\n";
  for (const std::string& line : scenario.reason_chain) text += "  " + line + "\n";
  return text;
}

}  // namespace oxpecker::engine
