// YAML to Rulebook: form and vocabulary. Names inside expressions are the compiler's business.
#include <algorithm>
#include <set>

#include "rules/rulebook/form.h"
#include "rules/rulebook/rulebook.h"
#include "rules/rulebook/table_feature.h"

namespace oxpecker::rules {
namespace {

// Owner and version that a file gives to everything in it.
struct Defaults {
  std::string owner;
  std::int64_t version = 1;
};

class RulebookReader {
 public:
  void ReadFile(const PackFile& file) {
    auto root = yaml::Read(file.path, file.bytes, {});
    if (!root) {
      issues_.insert(issues_.end(), root.error().begin(), root.error().end());
      unread_ += file.bytes + "\n";
      return;
    }
    if (root->kind == yaml::Kind::kNull) return;
    Form form(*root, "rulebook file", issues_);
    defaults_ = {};
    if (const yaml::Node* node = form.Take("defaults")) {
      Form defaults(*node, "defaults", issues_);
      defaults_.owner = defaults.Text("owner", false);
      defaults_.version = defaults.Integer("version", 1, 1'000'000, 1);
      defaults.Finish();
    }
    if (const yaml::Node* node = form.Take("pack")) ReadPack(*node);
    if (const yaml::Node* node = form.Take("input_checks")) ReadInputChecks(*node);
    if (const yaml::Node* node = form.Take("refusals")) ReadRefusals(*node);
    if (const yaml::Node* node = form.Take("conduct")) ReadConduct(*node);
    form.Each("thresholds", false, [this](const yaml::Node& n) { ReadThreshold(n); });
    form.Each("actions", false, [this](const yaml::Node& n) { ReadAction(n); });
    form.Each("features", false, [this](const yaml::Node& n) { ReadFeature(n); });
    form.Each("rules", false, [this](const yaml::Node& n) { ReadRule(n); });
    form.Each("tables", false, [this](const yaml::Node& n) { ReadTable(n); });
    form.Each("guards", false, [this](const yaml::Node& n) { ReadGuard(n); });
    form.Each("simulations", false, [this](const yaml::Node& n) { ReadSimulation(n); });
    form.Each("texts", false, [this](const yaml::Node& n) { ReadText(n); });
    form.Finish();
  }

  PartialRulebook Take() {
    if (!has_pack_ && unread_.find("pack:") == std::string::npos)
      issues_.push_back({ErrorCode::kInvalidInput, "pack.yaml", "no file has a 'pack' section",
                         "add pack: {id: ..., version: ..., title: ...}"});
    DropNameless(book_.thresholds);
    DropNameless(book_.actions);
    DropNameless(book_.features);
    DropNameless(book_.rules);
    DropNameless(book_.tables);
    DropNameless(book_.guards);
    std::stable_sort(book_.guards.begin(), book_.guards.end(),
                     [](const Guard& a, const Guard& b) { return a.stage < b.stage; });
    return {std::move(book_), std::move(issues_), std::move(unread_)};
  }

 private:
  void ReadPack(const yaml::Node& node) {
    Form form(node, "pack", issues_);
    if (has_pack_) form.Report(node, "a second 'pack' section", "keep one");
    has_pack_ = true;
    book_.pack_id = Id<RuleIdTag>(form, node, "pack id");
    book_.pack_version = form.Text("version", true);
    book_.pack_title = form.Text("title", true);
    form.Finish();
  }

  void ReadInputChecks(const yaml::Node& node) {
    Form form(node, "input_checks", issues_);
    InputChecks& checks = book_.input_checks;
    const auto fields = [&](const char* key, std::map<std::string, std::string>& into) {
      const yaml::Node* map = form.Take(key);
      if (map == nullptr) return;
      for (const auto& [list, field] : map->entries) into[list.text] = field.text;
    };
    fields("unique", checks.unique_fields);
    fields("time", checks.time_fields);
    checks.skew_seconds = form.Feel("skew_seconds", true);
    checks.duplicate_reason = Reason(form, "duplicate_reason");
    checks.future_reason = Reason(form, "future_reason");
    form.Finish();
  }

  void ReadRefusals(const yaml::Node& node) {
    Form form(node, "refusals", issues_);
    if (!book_.refusals.origin.file.empty()) form.Report(node, "a second 'refusals' section", "keep one");
    book_.refusals.origin = node.origin;
    book_.refusals.flags = form.Words("flags", false);
    form.Each("fail_safe", false, [this](const yaml::Node& n) {
      Form inner(n, "fail_safe", issues_);
      FailSafe safe;
      safe.origin = n.origin;
      safe.events = ReadEvents(inner);
      safe.action = inner.Text("propose", true);
      safe.reason = Reason(inner, "reason");
      inner.Finish();
      book_.refusals.fail_safe.push_back(std::move(safe));
    });
    form.Finish();
  }

  void ReadConduct(const yaml::Node& node) {
    Form form(node, "conduct", issues_);
    Conduct& conduct = book_.conduct;
    if (!conduct.origin.file.empty()) form.Report(node, "a second 'conduct' section", "keep one");
    conduct.origin = node.origin;
    const auto phrases = [&](const char* key) {
      Conduct::Phrases by_language;
      if (const yaml::Node* map = form.Take(key)) {
        Form languages(*map, key, issues_);
        for (const char* language : kLanguages)
          for (Expression& phrase : ReadPhrases(languages, language)) by_language[language].push_back(std::move(phrase.text));
        languages.Finish();
      }
      return by_language;
    };
    conduct.watching = phrases("watching");
    conduct.promoting = phrases("promoting");
    for (Expression& part : ReadPhrases(form, "bank_gain")) conduct.bank_gain.push_back(std::move(part.text));
    conduct.personal = ReadPhrases(form, "personal");
    form.Finish();
  }

  // A word or a list of them, with their places. Nothing without a letter or digit: it would stand in
  // every text.
  std::vector<Expression> ReadPhrases(Form& form, std::string_view key) {
    std::vector<Expression> phrases;
    const yaml::Node* node = form.Take(key);
    if (node == nullptr) return phrases;
    if (node->kind != yaml::Kind::kScalar && node->kind != yaml::Kind::kSequence) {
      form.Report(*node, "'" + std::string(key) + "' is no list of words", "write [a, b]");
      return phrases;
    }
    if (node->items.size() > Conduct::kPhrasesMax) {
      issues_.push_back({ErrorCode::kLimit, node->Place(),
                         "'" + std::string(key) + "' has " + std::to_string(node->items.size()) + " entries, at most " +
                             std::to_string(Conduct::kPhrasesMax) + " are allowed",
                         "shorter phrases say more: 'discount' finds 'a discount' too"});
      return phrases;
    }
    const auto add = [&](const yaml::Node& item) {
      const auto is_word_byte = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80U;
      };
      if (item.kind != yaml::Kind::kScalar || !std::ranges::any_of(item.text, is_word_byte))
        form.Report(item, "an entry of '" + std::string(key) + "' without a word", "write one, or remove the entry");
      else
        phrases.push_back(ToExpression(item));
    };
    if (node->kind == yaml::Kind::kScalar) add(*node);
    for (const yaml::Node& item : node->items) add(item);
    return phrases;
  }

  // Empty, beside the issue, where it cannot be used.
  template <class Tag>
  std::string Id(Form& form, const yaml::Node& node, const char* what) {
    const std::string text = form.Text("id", true);
    if (text.empty()) return text;
    if (auto good = Tag::Check(text); !good) {
      form.Report(*node.Find("id"), good.error().message, good.error().hint);
      unread_ += text + "\n";
      return {};
    }
    const auto [at, fresh] = ids_.insert({std::string(what) + " " + text, node.Place()});
    if (fresh) return text;
    form.Report(node, std::string("the ") + what + " '" + text + "' stands twice",
                "the other one is at " + at->second);
    return {};
  }

  template <class Part>
  static void DropNameless(std::vector<Part>& parts) {
    std::erase_if(parts, [](const Part& part) { return part.id.empty(); });
  }

  std::string Reason(Form& form, std::string_view key) {
    std::string code = form.Text(key, true);
    if (code.empty()) return code;
    if (auto good = ReasonCodeTag::Check(code); !good)
      issues_.push_back({ErrorCode::kInvalidInput, form.Take(key)->Place(), good.error().message, good.error().hint});
    return code;
  }

  Authorship ReadAuthorship(Form& form, const yaml::Node& node, bool rationale_required) {
    Authorship a;
    a.version = static_cast<std::uint32_t>(form.Integer("version", 1, 1'000'000, defaults_.version));
    a.title = form.Text("title", true);
    a.rationale = form.Text("rationale", rationale_required);
    a.owner = form.Text("owner", false);
    if (a.owner.empty()) a.owner = defaults_.owner;
    if (a.owner.empty())
      form.Report(node, "nobody owns this", "add 'owner', or 'defaults: {owner: ...}' to the file");
    a.origin = node.origin;
    return a;
  }

  void ReadThreshold(const yaml::Node& node) {
    Form form(node, "threshold", issues_);
    Threshold t;
    t.id = Id<FeatureIdTag>(form, node, "threshold");
    t.authorship = ReadAuthorship(form, node, false);
    t.unit = form.Text("unit", false);
    t.value = form.Feel("value", true);
    form.Finish();
    book_.thresholds.push_back(std::move(t));
  }

  void ReadAction(const yaml::Node& node) {
    Form form(node, "action", issues_);
    Action a;
    a.id = Id<ActionIdTag>(form, node, "action");
    a.authorship = ReadAuthorship(form, node, false);
    a.customer_value = form.Text("customer_value", true);
    a.tier = form.Integer("tier", 1, 5, 5);
    a.action_class = form.Word("class", {"protective", "support", "service", "guidance", "sales", "internal"}, true);
    a.kind = form.Word("kind", {"recommendation", "flag", "friction", "route"}, true);
    a.legal_form = form.Word("legal_form", {"information", "guidance", "personal_recommendation", "credit_offer"}, true);
    a.basis = form.Word("basis", {"contract", "legal_obligation", "legitimate_interest", "consent"}, true);
    a.purposes = form.Words("purposes", a.basis == "consent");
    a.sensitivity = form.Word("sensitivity", {"low", "medium", "high", "special"}, true);
    a.group = form.Text("group", true);
    a.cooldown_days = form.Integer("cooldown_days", 0, 3650, 0);
    a.expires_days = form.Integer("expires_days", 1, 3650, 7);
    a.human = form.Word("human", {"none", "offered", "required"}, true);
    a.channels = form.Words("channels", true);
    if (const yaml::Node* list = form.Take("channels"); list != nullptr)
      CheckWords(form, *list, a.channels,
                 {"push", "email", "sms", "letter", "feed", "in_journey", "human_call", "internal"}, "channel");
    a.needs = form.Words("needs", false);
    a.value = form.DecimalText("value", true);
    a.simulation = form.Text("simulation", false);
    a.has_steps = form.Flag("steps", false);
    a.declared_only = form.Flag("declared_only", false);
    form.Finish();
    book_.actions.push_back(std::move(a));
  }

  void CheckWords(Form& form, const yaml::Node& at, const std::vector<std::string>& words,
                  const std::vector<std::string>& known, const char* what) {
    for (const std::string& word : words) {
      if (std::find(known.begin(), known.end(), word) != known.end()) continue;
      const std::string near = Nearest(word, known);
      form.Report(at, "'" + word + "' is no " + what, near.empty() ? "" : "did you mean '" + near + "'?");
    }
  }

  void ReadFeature(const yaml::Node& node) {
    Form form(node, "feature", issues_);
    Feature f;
    f.id = Id<FeatureIdTag>(form, node, "feature");
    f.authorship = ReadAuthorship(form, node, false);
    f.authorship.may_be_missing = form.Words("may_be_missing", false);
    const yaml::Node* window = form.Take("window");
    const yaml::Node* pair = form.Take("pair");
    const yaml::Node* table = form.Take("table");
    const Expression expression = form.Feel("expression", false);
    const int forms = (window != nullptr) + (pair != nullptr) + (table != nullptr) + (!expression.empty());
    if (forms != 1)
      form.Report(node, "a feature has exactly one of 'expression', 'window', 'pair' and 'table', this one has " +
                            std::to_string(forms));
    f.type = form.Feel("type", false);
    f.allowed = form.Feel("allowed", false);
    if ((window != nullptr || pair != nullptr) && !(f.type.empty() && f.allowed.empty()))
      form.Report(node, "'type' and 'allowed' are for expressions and tables", "the values of a window or a pair are known");
    if (window != nullptr) f.definition = ReadWindow(*window);
    else if (pair != nullptr) f.definition = ReadPair(*pair);
    else if (table != nullptr) f.definition = ReadTableFeature(*table, issues_);
    else f.definition = expression;
    form.Finish();
    book_.features.push_back(std::move(f));
  }

  WindowFeature ReadWindow(const yaml::Node& node) {
    Form form(node, "window", issues_);
    WindowFeature w;
    w.source = form.Text("source", true);
    w.time_field = form.Text("time", true);
    w.from_days = form.Feel("days", false);
    w.from_hours = form.Feel("hours", false);
    w.to_days = form.Feel("until_days", false);
    w.includes_as_of = form.Flag("includes_as_of", false);
    if (!w.from_days.empty() && !w.from_hours.empty())
      form.Report(node, "a window has 'days' or 'hours', not both");
    w.where = form.Feel("where", false);
    const std::string aggregate = form.Word(
        "aggregate",
        {"count", "sum", "min", "max", "mean", "distinct", "latest", "earliest", "running_low"}, true);
    static const std::map<std::string, Aggregate> kAggregates = {
        {"", Aggregate::kCount},       {"count", Aggregate::kCount}, {"sum", Aggregate::kSum},
        {"min", Aggregate::kMin},      {"max", Aggregate::kMax},     {"mean", Aggregate::kMean},
        {"distinct", Aggregate::kDistinct}, {"latest", Aggregate::kLatest}, {"earliest", Aggregate::kEarliest},
        {"running_low", Aggregate::kRunningLow}};
    w.aggregate = kAggregates.at(aggregate);
    w.of = form.Feel("of", w.aggregate != Aggregate::kCount);
    w.group_field = form.Text("by", false);
    const std::string over = form.Word("over_groups", {"max", "min", "key_of_max", "key_of_min", "count"},
                                       !w.group_field.empty());
    static const std::map<std::string, OverGroups> kOver = {
        {"max", OverGroups::kMax}, {"min", OverGroups::kMin}, {"key_of_max", OverGroups::kKeyOfMax},
        {"key_of_min", OverGroups::kKeyOfMin}, {"count", OverGroups::kCount}};
    if (const auto at = kOver.find(over); at != kOver.end()) w.over_groups = at->second;
    if (w.group_field.empty() && w.over_groups)
      form.Report(node, "'over_groups' without 'by'", "name the field that makes the groups");
    w.when_empty = form.Feel("when_empty", false);
    form.Finish();
    return w;
  }

  PairFeature ReadPair(const yaml::Node& node) {
    Form form(node, "pair", issues_);
    PairFeature p;
    p.source = form.Text("source", true);
    p.time_field = form.Text("time", true);
    p.where = form.Feel("where", false);
    p.same_fields = form.Words("same", true);
    p.within_hours = form.Feel("within_hours", true);
    p.later_within_days = form.Feel("later_within_days", true);
    if (const yaml::Node* unless = form.Take("unless_later")) {
      Form inner(*unless, "unless_later", issues_);
      p.unless_where = inner.Feel("where", true);
      p.unless_same_fields = inner.Words("same", true);
      inner.Finish();
    }
    form.Finish();
    return p;
  }

  std::vector<std::string> ReadEvents(Form& form) {
    std::vector<std::string> events = form.Words("on", true);
    return events;
  }

  Proposal ReadProposal(const yaml::Node& node) {
    Form form(node, "proposal", issues_);
    Proposal p;
    p.origin = node.origin;
    p.action = form.Text("propose", false);
    p.each_action = form.Feel("propose_each", false);
    if (!p.action.empty() && !p.each_action.empty())
      form.Report(node, "a proposal has 'propose' or 'propose_each', not both");
    p.need = form.DecimalText("need", !p.action.empty() || !p.each_action.empty());
    if (const yaml::Node* list = form.Require("reasons"); list != nullptr) ReadReasons(form, *list, p.reasons);
    if (const yaml::Node* map = form.Take("evidence"); map != nullptr) {
      for (const auto& [name, value] : map->entries) p.evidence.push_back(ReadEvidence(name, value));
    }
    form.Finish();
    return p;
  }

  void ReadReasons(Form& form, const yaml::Node& list, std::vector<ReasonUse>& into) {
    if (list.kind != yaml::Kind::kSequence || list.items.empty())
      form.Report(list, "'reasons' is no list", "name at least one reason code");
    for (const yaml::Node& item : list.items) {
      ReasonUse use;
      use.origin = item.origin;
      if (item.kind == yaml::Kind::kMapping) {
        Form inner(item, "reason", issues_);
        use.code = inner.Text("code", true);
        use.when = inner.Feel("when", true);
        inner.Finish();
      } else {
        use.code = item.text;
      }
      if (auto good = ReasonCodeTag::Check(use.code); !good)
        form.Report(item, good.error().message, good.error().hint);
      into.push_back(std::move(use));
    }
  }

  // With `title` it is a figure of a simulation, which is shown under a name of its own.
  Evidence ReadEvidence(const yaml::Node& name, const yaml::Node& value,
                        std::map<std::string, std::string>* title = nullptr) {
    Evidence e;
    e.name = name.text;
    if (auto good = FeatureIdTag::Check(e.name); !good)
      issues_.push_back({ErrorCode::kInvalidInput, name.Place(), good.error().message, good.error().hint});
    if (value.kind == yaml::Kind::kScalar && title == nullptr) {
      e.value = ToExpression(value);
      return e;
    }
    Form form(value, title == nullptr ? "piece of evidence" : "figure", issues_);
    if (title != nullptr) *title = form.ByLanguage("title", true);
    e.value = form.Feel("value", true);
    const std::string as = form.Word("as", {"text", "number", "money", "date", "percent"}, true);
    static const std::map<std::string, EvidenceForm> kForms = {
        {"text", EvidenceForm::kText}, {"number", EvidenceForm::kNumber}, {"money", EvidenceForm::kMoney},
        {"date", EvidenceForm::kDate}, {"percent", EvidenceForm::kPercent}};
    if (const auto at = kForms.find(as); at != kForms.end()) e.form = at->second;
    e.currency = form.Feel("currency", false);
    if (e.form == EvidenceForm::kMoney && e.currency.empty())
      e.currency = {"customer.currency", value.origin, 0};
    form.Finish();
    return e;
  }

  void ReadSimulation(const yaml::Node& node) {
    Form form(node, "simulation", issues_);
    Simulation s;
    s.id = Id<FeatureIdTag>(form, node, "simulation");
    s.authorship = ReadAuthorship(form, node, true);
    s.authorship.may_be_missing = form.Words("may_be_missing", false);
    ReadFigures(form, "inputs", s.inputs);
    ReadFigures(form, "results", s.results);
    form.Each("assumptions", true, [&](const yaml::Node& n) {
      Form inner(n, "assumption", issues_);
      s.assumptions.push_back(inner.ByLanguage("says", true));
      inner.Finish();
    });
    form.Finish();
    book_.simulations.push_back(std::move(s));
  }

  void ReadFigures(Form& form, const char* key, std::vector<SimulationFigure>& into) {
    const yaml::Node* map = form.Require(key);
    if (map == nullptr) return;
    for (const auto& [name, value] : map->entries) {
      SimulationFigure figure;
      figure.figure = ReadEvidence(name, value, &figure.title);
      into.push_back(std::move(figure));
    }
  }

  void ReadRule(const yaml::Node& node) {
    Form form(node, "rule", issues_);
    Rule r;
    r.id = Id<RuleIdTag>(form, node, "rule or table");
    r.authorship = ReadAuthorship(form, node, true);
    r.authorship.may_be_missing = form.Words("may_be_missing", false);
    r.events = ReadEvents(form);
    r.when = form.Feel("when", true);
    form.Each("then", true, [&](const yaml::Node& n) { r.proposals.push_back(ReadProposal(n)); });
    form.Finish();
    book_.rules.push_back(std::move(r));
  }

  void ReadTable(const yaml::Node& node) {
    Form form(node, "table", issues_);
    Table t;
    t.id = Id<RuleIdTag>(form, node, "rule or table");
    t.authorship = ReadAuthorship(form, node, true);
    t.authorship.may_be_missing = form.Words("may_be_missing", false);
    t.events = ReadEvents(form);
    const std::string hit = form.Word("hit", {"unique", "any", "first", "collect", "rule_order"}, true);
    static const std::map<std::string, HitPolicy> kPolicies = {
        {"unique", HitPolicy::kUnique}, {"any", HitPolicy::kAny}, {"first", HitPolicy::kFirst},
        {"collect", HitPolicy::kCollect}, {"rule_order", HitPolicy::kRuleOrder}};
    if (const auto at = kPolicies.find(hit); at != kPolicies.end()) t.hit_policy = at->second;
    form.Each("inputs", true, [&](const yaml::Node& n) { t.inputs.push_back(ToExpression(n)); });
    form.Each("rows", true, [&](const yaml::Node& n) { t.rows.push_back(ReadRow(n, t.inputs.size())); });
    form.Finish();
    book_.tables.push_back(std::move(t));
  }

  TableRow ReadRow(const yaml::Node& node, std::size_t columns) {
    Form form(node, "row", issues_);
    TableRow row;
    row.origin = node.origin;
    if (const yaml::Node* cells = form.Require("when"); cells != nullptr) {
      for (const yaml::Node& cell : cells->items) row.tests.push_back(ToExpression(cell));
      if (row.tests.size() != columns)
        form.Report(*cells, "found " + std::to_string(row.tests.size()) + " cells, expected " +
                                std::to_string(columns) + ", one an input");
    }
    form.Each("then", true, [&](const yaml::Node& n) { row.proposals.push_back(ReadProposal(n)); });
    form.Finish();
    return row;
  }

  void ReadGuard(const yaml::Node& node) {
    Form form(node, "guard", issues_);
    Guard g;
    g.id = Id<GuardIdTag>(form, node, "guard");
    g.authorship = ReadAuthorship(form, node, true);
    g.authorship.may_be_missing = form.Words("may_be_missing", false);
    const std::string stage = form.Word("stage", {"G1_freshness", "G2_consistency", "G3_eligibility", "G4_consent",
                                                  "G5_sensitivity", "G6_vulnerability", "G7_suitability", "G8_fatigue"}, true);
    if (!stage.empty()) g.stage = static_cast<Stage>(stage[1] - '0');
    g.applies_to = form.Feel("applies_to", false);
    g.unless = form.Words("unless", false);
    g.when = form.Feel("when", true);
    const std::string objection = form.Word("objection", {"block", "defer", "downgrade"}, true);
    g.objection = objection == "defer" ? Objection::kDefer
                  : objection == "downgrade" ? Objection::kDowngrade : Objection::kBlock;
    g.reason = Reason(form, "reason");
    if (const yaml::Node* reason = node.Find("reason")) g.reason_origin = reason->origin;
    form.Finish();
    book_.guards.push_back(std::move(g));
  }

  void ReadText(const yaml::Node& node) {
    Form form(node, "text", issues_);
    Text t;
    const bool is_action = form.Has("action");
    const char* key = is_action ? "action" : "reason";
    t.id = form.Text(key, true);
    if (!ids_.insert({std::string("text of ") + key + " " + t.id, node.Place()}).second)
      form.Report(node, std::string("a second text for ") + key + " '" + t.id + "'", "keep one");
    t.authorship.version = static_cast<std::uint32_t>(form.Integer("version", 1, 1'000'000, defaults_.version));
    t.authorship.owner = form.Text("owner", false);
    if (t.authorship.owner.empty()) t.authorship.owner = defaults_.owner;
    t.authorship.origin = node.origin;
    if (is_action) {
      t.title = form.ByLanguage("title", true);
      t.customer = form.ByLanguage("customer", false);
      t.plain = form.ByLanguage("plain", false);
    }
    t.officer = form.ByLanguage("officer", !is_action);
    form.Finish();
    (is_action ? book_.action_texts : book_.reason_texts).push_back(std::move(t));
  }

  Rulebook book_;
  Issues issues_;
  std::string unread_;
  bool has_pack_ = false;
  Defaults defaults_;
  std::map<std::string, std::string> ids_;  // "guard x" -> place
};

bool IsRulebookFile(const std::string& path) {
  return path.ends_with(".yaml") && !path.ends_with(".test.yaml");
}

}  // namespace

std::string_view Name(Stage stage) {
  switch (stage) {
    case Stage::kFreshness: return "G1_freshness";
    case Stage::kConsistency: return "G2_consistency";
    case Stage::kEligibility: return "G3_eligibility";
    case Stage::kConsent: return "G4_consent";
    case Stage::kSensitivity: return "G5_sensitivity";
    case Stage::kVulnerability: return "G6_vulnerability";
    case Stage::kSuitability: return "G7_suitability";
    case Stage::kFatigue: return "G8_fatigue";
  }
  return "";
}

PartialRulebook ReadWhatIsReadable(const std::vector<PackFile>& files) {
  std::vector<const PackFile*> ordered;
  for (const PackFile& file : files)
    if (IsRulebookFile(file.path)) ordered.push_back(&file);
  std::sort(ordered.begin(), ordered.end(),
            [](const PackFile* a, const PackFile* b) { return a->path < b->path; });
  RulebookReader reader;
  for (const PackFile* file : ordered) reader.ReadFile(*file);
  return reader.Take();
}

Checked<Rulebook> ReadRulebook(const std::vector<PackFile>& files) {
  PartialRulebook read = ReadWhatIsReadable(files);
  if (!read.issues.empty()) return std::unexpected(std::move(read.issues));
  return std::move(read.rulebook);
}

}  // namespace oxpecker::rules
