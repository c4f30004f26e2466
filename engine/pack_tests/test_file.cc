#include "engine/pack_tests/test_file.h"

#include <algorithm>
#include <functional>
#include <set>

#include "engine/decide/decision.h"
#include "rules/rulebook/form.h"

namespace oxpecker::engine {
namespace {

using rules::Form;
using rules::PackFile;

// Every name that an expectation may use.
struct KnownNames {
  std::vector<std::string> actions;
  std::vector<std::string> rules;
  std::vector<std::string> guards;
  std::vector<std::string> deciders;  // guards, arbitration, delivery
  std::vector<std::string> features;
  std::vector<std::string> reasons;
  std::vector<std::string> verdicts;
};

KnownNames NamesOf(const rules::Rulebook& book) {
  KnownNames names;
  for (const rules::Action& a : book.actions) names.actions.push_back(a.id);
  for (const rules::Rule& r : book.rules) names.rules.push_back(r.id);
  for (const rules::Table& t : book.tables) names.rules.push_back(t.id);
  for (const rules::Guard& g : book.guards) names.guards.push_back(g.id);
  for (const rules::Feature& f : book.features) names.features.push_back(f.id);
  for (const rules::Text& t : book.reason_texts) names.reasons.push_back(t.id);
  names.deciders = names.guards;
  names.deciders.insert(names.deciders.end(), {"arbitration", "delivery"});
  for (const Verdict v : {Verdict::kSkipped, Verdict::kPass, Verdict::kBypass, Verdict::kUnknownPass,
                          Verdict::kDowngrade, Verdict::kDefer, Verdict::kUnknownBlock, Verdict::kBlock})
    names.verdicts.emplace_back(Name(v));
  return names;
}

class TestFileReader {
 public:
  explicit TestFileReader(const rules::Rulebook& book) : names_(NamesOf(book)) {}

  void ReadFile(const PackFile& file) {
    auto root = yaml::Read(file.path, file.bytes, {});
    if (!root) {
      issues_.insert(issues_.end(), root.error().begin(), root.error().end());
      return;
    }
    if (root->kind == yaml::Kind::kNull) return;
    Form form(*root, "test file", issues_);
    if (const yaml::Node* base = form.Take("base")) ReadBase(*base);
    Layer layer;
    ReadLayer(form, layer);
    if (const yaml::Node* rows = form.Take("rows")) {
      CheckMapping(form, *rows, "rows");
      layer.rows = *rows;
    }
    files_.layers.push_back(std::move(layer));
    form.Each("tests", false, [this](const yaml::Node& n) { ReadTest(n); });
    form.Finish();
  }

  Checked<TestFiles> Take() {
    if (!files_.tests.empty() && files_.base.facts.kind == yaml::Kind::kNull)
      issues_.push_back({ErrorCode::kInvalidInput, "tests/base.test.yaml", "no test file has a 'base' section",
                         "add base: {facts: ...} with one complete customer to one file"});
    if (!issues_.empty()) return std::unexpected(std::move(issues_));
    return std::move(files_);
  }

 private:
  void CheckMapping(Form& form, const yaml::Node& node, const char* what) {
    if (node.kind != yaml::Kind::kMapping)
      form.Report(node, std::string("'") + what + "' is no mapping", "write the fields below it, indented");
  }

  void ReadLayer(Form& form, Layer& layer) {
    if (const yaml::Node* facts = form.Take("facts")) {
      CheckMapping(form, *facts, "facts");
      layer.facts = *facts;
    }
    if (const yaml::Node* event = form.Take("event")) {
      CheckMapping(form, *event, "event");
      layer.event = *event;
    }
  }

  void ReadBase(const yaml::Node& node) {
    Form form(node, "base", issues_);
    if (files_.base.facts.kind != yaml::Kind::kNull)
      form.Report(node, "a second 'base' section",
                  "the other one is at " + files_.base.facts.Place() + "; keep one");
    ReadLayer(form, files_.base);
    if (const yaml::Node* rows = form.Take("rows")) {
      CheckMapping(form, *rows, "rows");
      files_.base.rows = *rows;
    }
    form.Finish();
  }

  void ReadTest(const yaml::Node& node) {
    Form form(node, "test", issues_);
    PackTest test;
    test.place = node.Place();
    test.file = files_.layers.size() - 1;
    test.name = form.Text("name", true);
    if (const auto [at, fresh] = tests_.insert({test.name, test.place}); !fresh)
      form.Report(node, "a second test with the name '" + test.name + "'", "the other one is at " + at->second);
    ReadLayer(form, test.layer);
    if (const yaml::Node* expect = form.Require("expect")) test.expect = ReadExpectation(*expect);
    form.Finish();
    files_.tests.push_back(std::move(test));
  }

  Expectation ReadExpectation(const yaml::Node& node) {
    Form form(node, "expectation", issues_);
    Expectation e;
    if (node.kind == yaml::Kind::kMapping && node.entries.empty())
      form.Report(node, "this test expects nothing", "say what must come of it: outcomes: [], for one");
    for (const auto& [key, value] : node.entries) e.places[key.text] = value.Place();
    if (const yaml::Node* outcomes = form.Take("outcomes")) {
      e.outcomes.emplace();
      EachIn(form, *outcomes, "outcomes", [&](const yaml::Node& n) { e.outcomes->push_back(ReadOutcome(n)); });
    }
    if (const yaml::Node* suppressed = form.Take("suppressed")) {
      e.suppressed.emplace();
      EachIn(form, *suppressed, "suppressed", [&](const yaml::Node& n) { e.suppressed->push_back(ReadSuppression(n)); });
    }
    e.candidates = Names(form, "candidates", "action", names_.actions);
    e.flags = Names(form, "flags", "action", names_.actions);
    if (e.flags) std::sort(e.flags->begin(), e.flags->end());
    e.unknown = Names(form, "unknown", "rule or table", names_.rules);
    if (e.unknown) std::sort(e.unknown->begin(), e.unknown->end());
    if (form.Take("issues") != nullptr) e.issues = form.Words("issues", false);
    if (e.issues) std::sort(e.issues->begin(), e.issues->end());
    e.reasons = Reasons(form, "reasons");
    e.reasons_not = Reasons(form, "reasons_not");
    if (const yaml::Node* features = form.Take("features")) ReadFeatures(form, *features, e);
    if (const yaml::Node* proposed = form.Take("proposed")) ReadProposed(form, *proposed, e);
    if (const yaml::Node* verdicts = form.Take("verdicts")) ReadVerdicts(form, *verdicts, e);
    e.refused = form.Flag("refused", false);
    if (e.issues && !e.refused)
      form.Report(node, "'issues' without 'refused: true'", "only a refusal has issues");
    form.Finish();
    return e;
  }

  // A list, which may be empty.
  void EachIn(Form& form, const yaml::Node& node, const char* key,
              const std::function<void(const yaml::Node&)>& visit) {
    if (node.kind == yaml::Kind::kSequence) {
      for (const yaml::Node& item : node.items) visit(item);
    } else {
      form.Report(node, std::string("'") + key + "' is no list", "write [] where there is none");
    }
  }

  bool IsKnown(const yaml::Node& node, const std::string& word, const char* what,
               const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), word) != known.end()) return true;
    const std::string near = rules::Nearest(word, known);
    issues_.push_back({ErrorCode::kInvalidInput, node.Place(), std::string("unknown ") + what + " '" + word + "'",
                       near.empty() ? "" : "did you mean '" + near + "'?"});
    return false;
  }

  std::optional<std::vector<std::string>> Names(Form& form, const char* key, const char* what,
                                                const std::vector<std::string>& known) {
    const yaml::Node* node = form.Take(key);
    if (node == nullptr) return std::nullopt;
    std::vector<std::string> words = form.Words(key, false);
    for (const std::string& word : words) IsKnown(*node, word, what, known);
    return words;
  }

  std::vector<Listed> Reasons(Form& form, const char* key) {
    std::vector<Listed> listed;
    const yaml::Node* node = form.Take(key);
    if (node == nullptr) return listed;
    for (std::string& word : form.Words(key, false)) {
      IsKnown(*node, word, "reason", names_.reasons);
      listed.push_back({std::move(word), node->Place()});
    }
    return listed;
  }

  ExpectedOutcome ReadOutcome(const yaml::Node& node) {
    Form form(node, "outcome", issues_);
    ExpectedOutcome outcome;
    outcome.place = node.Place();
    for (const char* key : {"action", "kind", "delivery", "human", "detail", "deferred", "deferred_until", "expires_at", "need", "rule", "simulation", "steps"}) {
      const std::string text = form.Text(key, std::string_view(key) == "action");
      if (!text.empty()) outcome.fields[key] = text;
    }
    if (const auto at = outcome.fields.find("action"); at != outcome.fields.end())
      IsKnown(node, at->second, "action", names_.actions);
    if (const auto at = outcome.fields.find("rule"); at != outcome.fields.end())
      IsKnown(node, at->second, "rule or table", names_.rules);
    if (const yaml::Node* evidence = form.Take("evidence"))
      for (const auto& [name, value] : evidence->entries) outcome.evidence[name.text] = value.text;
    if (const yaml::Node* figures = form.Take("figures"))
      for (const auto& [name, value] : figures->entries) outcome.fields["figures." + name.text] = value.text;
    form.Finish();
    return outcome;
  }

  ExpectedSuppression ReadSuppression(const yaml::Node& node) {
    Form form(node, "suppression", issues_);
    ExpectedSuppression suppression;
    suppression.place = node.Place();
    const auto read = [&](const char* key, bool required, const char* what, const std::vector<std::string>& known) {
      const std::string text = form.Text(key, required);
      if (!text.empty() && IsKnown(node, text, what, known)) suppression.fields[key] = text;
    };
    read("action", true, "action", names_.actions);
    read("guard", false, "guard", names_.deciders);
    read("reason", false, "reason", names_.reasons);
    form.Finish();
    return suppression;
  }

  void ReadFeatures(Form& form, const yaml::Node& node, Expectation& e) {
    CheckMapping(form, node, "features");
    for (const auto& [name, value] : node.entries) {
      IsKnown(name, name.text, "feature", names_.features);
      if (value.kind == yaml::Kind::kSequence || value.kind == yaml::Kind::kMapping)
        form.Report(value, "a feature's value is FEEL text", "quote it: '[\"t-1\", \"t-2\"]'");
      e.features[name.text] = {value.kind == yaml::Kind::kNull ? "null" : value.text, value.Place()};
    }
  }

  void ReadProposed(Form& form, const yaml::Node& node, Expectation& e) {
    CheckMapping(form, node, "proposed");
    Form actions(node, "list of reasons by action", issues_);
    for (const auto& [action, reasons] : node.entries) {
      IsKnown(action, action.text, "action", names_.actions);
      ExpectedProposal proposal{reasons.Place(), action.text, actions.Words(action.text, false)};
      for (const std::string& code : proposal.reasons) IsKnown(reasons, code, "reason", names_.reasons);
      std::sort(proposal.reasons.begin(), proposal.reasons.end());
      e.proposed.push_back(std::move(proposal));
    }
  }

  void ReadVerdicts(Form& form, const yaml::Node& node, Expectation& e) {
    CheckMapping(form, node, "verdicts");
    for (const auto& [action, guards] : node.entries) {
      IsKnown(action, action.text, "action", names_.actions);
      CheckMapping(form, guards, "verdicts");
      for (const auto& [guard, verdict] : guards.entries) {
        IsKnown(guard, guard.text, "guard", names_.guards);
        IsKnown(verdict, verdict.text, "verdict", names_.verdicts);
        e.verdicts.push_back({verdict.Place(), action.text, guard.text, verdict.text});
      }
    }
  }

  KnownNames names_;
  TestFiles files_;
  Issues issues_;
  std::map<std::string, std::string> tests_;  // name -> place
};

}  // namespace

Checked<TestFiles> ReadTestFiles(const rules::CompiledRulebook& rulebook,
                                 const std::vector<PackFile>& files) {
  std::vector<const PackFile*> ordered;
  for (const PackFile& file : files)
    if (file.path.ends_with(".test.yaml")) ordered.push_back(&file);
  std::sort(ordered.begin(), ordered.end(), [](const PackFile* a, const PackFile* b) { return a->path < b->path; });
  TestFileReader reader(rulebook.authored());
  for (const PackFile* file : ordered) reader.ReadFile(*file);
  return reader.Take();
}

}  // namespace oxpecker::engine
