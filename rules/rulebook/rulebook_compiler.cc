// Rulebook to CompiledRulebook: every name resolved, every expression compiled, all problems at once.
#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "rules/feel/evaluator.h"
#include "rules/rulebook/compiled_rulebook.h"
#include "rules/rulebook/form.h"
#include "rules/rulebook/lints.h"
#include "rules/rulebook/table_feature.h"
#include "rules/rulebook/text_problems.h"

namespace oxpecker::rules {

using feel::Type;
using feel::Value;

class RulebookCompiler {
 public:
  RulebookCompiler(Rulebook rulebook, const Type& facts, const Type& event, const feel::Limits& limits)
      : facts_(facts), event_(event), limits_(limits) {
    book_.authored_ = std::move(rulebook);
    book_.constants_ = std::make_shared<feel::Arena>();
  }

  Checked<CompiledRulebook> Compile() {
    EvaluateThresholds();
    MakeActionContexts();
    MakeScopes();
    FindEventTypes();
    CompileInputChecks();
    CompileFeatures();
    for (const Rule& rule : authored().rules) CompileRule(rule);
    for (const Table& table : authored().tables) CompileTable(table);
    for (const Guard& guard : authored().guards) CompileGuard(guard);
    for (const Simulation& simulation : authored().simulations) CompileSimulation(simulation);
    for (const Action& action : authored().actions) CheckSimulationOf(action);
    CompileRefusals();
    std::ranges::move(FindUnknownPersonalFacts(authored(), facts_), std::back_inserter(issues_));
    for (const auto& find : {FindTextProblems, FindLints}) std::ranges::move(find(authored()), std::back_inserter(issues_));
    if (!issues_.empty()) return std::unexpected(std::move(issues_));
    return std::move(book_);
  }

 private:
  const Rulebook& authored() const { return book_.authored_; }

  void Report(const SourceOrigin& at, std::string message, std::string hint = {}) {
    issues_.push_back({ErrorCode::kInvalidInput, PlaceOf(at, "", 0), std::move(message), std::move(hint)});
  }

  std::optional<Program> CompileIn(const feel::Scope& scope, const Expression& e,
                                   std::optional<Type> expected = std::nullopt) {
    if (e.empty()) return std::nullopt;
    auto program = feel::Compile(e.text, scope, {.origin = e.origin, .indent = e.indent, .limits = limits_,
                                                 .expected = std::move(expected)});
    if (program) return *std::move(program);
    issues_.insert(issues_.end(), program.error().begin(), program.error().end());
    return std::nullopt;
  }

  // A program that stands in for one that did not compile: the issues keep it from being used.
  Program OrNull(std::optional<Program> program) {
    if (program) return *std::move(program);
    auto null = feel::Compile("null", {}, {});
    OXP_CHECK(null.has_value());
    return *std::move(null);
  }

  void EvaluateThresholds() {
    feel::Evaluator evaluator(limits_);
    std::vector<feel::Field> fields;
    std::vector<Value> values;
    for (const Threshold& threshold : authored().thresholds) {
      auto program = CompileIn({}, threshold.value);
      Value value;
      if (program) {
        value = evaluator.Evaluate(*program, {}, {});
        if (value.is_null())
          Report(threshold.value.origin, "the threshold '" + threshold.id + "' has no value",
                 value.cause() == nullptr ? "" : std::string(value.cause()->message));
      }
      fields.push_back({threshold.id, program ? program->type() : Type::Any(), false});
      values.push_back(feel::CopyInto(value, *book_.constants_));
    }
    book_.policy_type_ = Type::Context(std::move(fields));
    book_.policy_ = MakeContext(book_.policy_type_, values);
  }

  Value MakeContext(const Type& type, const std::vector<Value>& values) {
    std::span<Value> slots = book_.constants_->NewArray<Value>(values.size());
    std::copy(values.begin(), values.end(), slots.begin());
    return Value::Context(type.shape(), slots.data());
  }

  Value ConstantText(const std::string& text) { return Value::String(book_.constants_->Copy(text)); }
  Value ConstantTexts(const std::vector<std::string>& texts) {
    std::span<Value> items = book_.constants_->NewArray<Value>(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) items[i] = ConstantText(texts[i]);
    return Value::List(items);
  }

  void MakeActionContexts() {
    const Type text = Type::String();
    const Type texts = Type::List(Type::String());
    book_.action_type_ = Type::Context({{"id", text, false},
                                        {"tier", Type::Number(), false},
                                        {"class", Type::StringOf({"protective", "support", "service", "guidance",
                                                                  "sales", "internal"}), false},
                                        {"kind", Type::StringOf({"recommendation", "flag", "friction", "route"}), false},
                                        {"legal_form", text, false},
                                        {"basis", text, false},
                                        {"purposes", texts, false},
                                        {"sensitivity", text, false},
                                        {"group", text, false},
                                        {"cooldown_days", Type::Number(), false},
                                        {"human", text, false},
                                        {"channels", texts, false},
                                        {"needs", texts, false},
                                        {"value", Type::Number(), false},
                                        {"declared_only", Type::Boolean(), false}});
    for (const Action& a : authored().actions) {
      const auto value = Decimal::Parse(a.value.empty() ? "0" : a.value);
      book_.actions_.push_back(MakeContext(
          book_.action_type_,
          {ConstantText(a.id), Value::Integer(a.tier), ConstantText(a.action_class), ConstantText(a.kind),
           ConstantText(a.legal_form), ConstantText(a.basis), ConstantTexts(a.purposes), ConstantText(a.sensitivity),
           ConstantText(a.group), Value::Integer(a.cooldown_days), ConstantText(a.human), ConstantTexts(a.channels),
           ConstantTexts(a.needs), Value::Number(*value), Value::Boolean(a.declared_only)}));
    }
    book_.candidate_type_ = Type::Context(
        {{"need", Type::Number(), false}, {"rule", text, false}, {"reasons", texts, false},
         {"channel", text.OrNull(), false}, {"channels", texts, false}});
  }

  // What rules and guards see beside facts and features.
  static bool IsReserved(std::string_view name) {
    return name == "event" || name == "policy" || name == "action" || name == "candidate" || name == "candidates";
  }

  void MakeScopes() {
    feel::Scope& scope = book_.base_scope_;
    InputLayout& layout = book_.layout_;
    for (const feel::Field& field : facts_.fields()) {
      const bool reserved = IsReserved(field.name);
      if (reserved) Report({"facts schema", 1, 1}, "the fact '" + field.name + "' has a reserved name", "rename it");
      const std::size_t slot = scope.Add(reserved ? "\x01taken_" + field.name : field.name, field.type);
      if (field.optional) book_.optional_facts_.push_back(slot);
    }
    layout.facts_count = facts_.fields().size();
    layout.event = scope.Add("event", event_);
    layout.policy = scope.Add("policy", book_.policy_type_);
    layout.features_begin = scope.variables().size();
    for (const Feature& feature : authored().features) {
      if (IsReserved(feature.id)) {
        Report(feature.authorship.origin, "the feature '" + feature.id + "' has a reserved name", "rename it");
        scope.Add("\x01taken_" + feature.id, Type::Any());
      } else if (scope.Find(feature.id) != nullptr) {
        Report(feature.authorship.origin, "the feature '" + feature.id + "' has the name of a fact", "rename it");
        scope.Add("\x01taken_" + feature.id, Type::Any());
      } else {
        scope.Add(feature.id, Type::Any());
      }
    }
    layout.features_count = authored().features.size();
    layout.base_count = scope.variables().size();
    layout.action = layout.base_count;
    layout.candidate = layout.base_count + 1;
    layout.candidates = layout.base_count + 2;
    layout.guard_count = layout.base_count + 3;
    layout.largest_count = layout.guard_count;
  }

  void FindEventTypes() {
    const feel::Field* type = event_.FindField("type");
    if (type != nullptr && type->type.tag() == Type::Tag::kString) book_.event_types_ = type->type.allowed();
    if (book_.event_types_.empty())
      Report({"event schema", 1, 1}, "events have no field 'type' with a closed list of words", "add it as an enum");
  }

  std::vector<bool> OnEvents(const std::vector<std::string>& events, const SourceOrigin& at) {
    std::vector<bool> on(book_.event_types_.size(), false);
    for (const std::string& event : events) {
      const auto found = std::find(book_.event_types_.begin(), book_.event_types_.end(), event);
      if (found == book_.event_types_.end()) {
        const std::string near = Nearest(event, book_.event_types_);
        Report(at, "unknown event '" + event + "'", near.empty() ? "" : "did you mean '" + near + "'?");
      } else {
        on[static_cast<std::size_t>(found - book_.event_types_.begin())] = true;
      }
    }
    return on;
  }

  // --- lists of facts and their rows ---

  struct Rows {
    std::size_t slot = 0;
    const Type* row = nullptr;  // nullptr: reported
  };

  Rows FindRows(const std::string& source, const SourceOrigin& at) {
    if (source.empty()) return {};  // reported by the reader
    for (std::size_t i = 0; i < facts_.fields().size(); ++i) {
      const feel::Field& field = facts_.fields()[i];
      if (field.name != source) continue;
      if (field.type.tag() == Type::Tag::kList && field.type.element().tag() == Type::Tag::kContext)
        return {i, &field.type.element()};
      Report(at, "'" + source + "' is no list of rows but " + field.type.ToString());
      return {};
    }
    std::vector<std::string> lists;
    for (const feel::Field& field : facts_.fields())
      if (field.type.tag() == Type::Tag::kList) lists.push_back(field.name);
    const std::string near = Nearest(source, lists);
    Report(at, "unknown source '" + source + "'", near.empty() ? "" : "did you mean '" + near + "'?");
    return {};
  }

  std::int32_t FindRowField(const Type& row, const std::string& name, const SourceOrigin& at,
                            std::optional<Type::Tag> expected) {
    std::vector<std::string> names;
    if (name.empty()) return -1;  // reported by the reader
    for (std::size_t i = 0; i < row.fields().size(); ++i) {
      const feel::Field& field = row.fields()[i];
      names.push_back(field.name);
      if (field.name != name) continue;
      if (expected && field.type.tag() != *expected)
        Report(at, "the field '" + name + "' is " + field.type.ToString() + ", which does not fit here");
      return static_cast<std::int32_t>(i);
    }
    const std::string near = Nearest(name, names);
    Report(at, "the rows have no field '" + name + "'", near.empty() ? "" : "did you mean '" + near + "'?");
    return -1;
  }

  void CompileInputChecks() {
    const InputChecks& checks = authored().input_checks;
    if (checks.skew_seconds.empty()) return;
    feel::Evaluator evaluator(limits_);
    feel::Scope scope;
    scope.Add("policy", book_.policy_type_);
    if (auto skew = CompileIn(scope, checks.skew_seconds, Type::Number())) {
      const Value value = evaluator.Evaluate(*skew, std::vector<Value>{book_.policy_}, {});
      const auto seconds = value.kind() == feel::Kind::kNumber ? value.number().ToInt64() : std::nullopt;
      if (!seconds || *seconds < 0) Report(checks.skew_seconds.origin, "skew_seconds is no whole number of seconds");
      book_.skew_seconds_ = seconds.value_or(0);
    }
    std::set<std::string> lists;
    for (const auto& [list, field] : checks.unique_fields) lists.insert(list);
    for (const auto& [list, field] : checks.time_fields) lists.insert(list);
    for (const std::string& list : lists) {
      const Rows rows = FindRows(list, checks.skew_seconds.origin);
      if (rows.row == nullptr) continue;
      CompiledRulebook::CheckedList checked{rows.slot, -1, -1};
      if (const auto at = checks.unique_fields.find(list); at != checks.unique_fields.end())
        checked.unique_slot = FindRowField(*rows.row, at->second, checks.skew_seconds.origin, Type::Tag::kString);
      if (const auto at = checks.time_fields.find(list); at != checks.time_fields.end())
        checked.time_slot = FindRowField(*rows.row, at->second, checks.skew_seconds.origin, Type::Tag::kDateTime);
      book_.checked_lists_.push_back(checked);
    }
  }

  // --- features ---

  // First with unknown feature types, to learn what reads what; then in order, with known types.
  void CompileFeatures() {
    const std::size_t count = authored().features.size();
    book_.features_by_id_.resize(count);
    std::iota(book_.features_by_id_.begin(), book_.features_by_id_.end(), std::size_t{0});
    std::sort(book_.features_by_id_.begin(), book_.features_by_id_.end(), [&](std::size_t a, std::size_t b) {
      return authored().features[a].id < authored().features[b].id;
    });
    book_.features_.resize(count, CompiledFeature{Type::Any(), OrNull(std::nullopt), {}, {}});
    std::vector<std::vector<std::size_t>> reads(count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t before = issues_.size();
      book_.features_[i] = CompileFeature(authored().features[i]);
      reads[i] = FeaturesReadBy(book_.features_[i]);
      if (issues_.size() != before) broken_features_.insert(i);
    }
    OrderFeatures(reads);
    for (const FeatureStep& step : book_.feature_steps_) {
      for (const std::size_t i : step.features) {
        if (!broken_features_.contains(i)) book_.features_[i] = CompileFeature(authored().features[i]);
        book_.base_scope_.SetType(book_.layout_.features_begin + i, book_.features_[i].type);
      }
    }
  }

  std::vector<std::size_t> FeaturesReadBy(const CompiledFeature& feature) {
    std::set<std::size_t> read;
    const InputLayout& layout = book_.layout_;
    for (const Program* program : feature.Programs())
      for (const std::uint32_t slot : program->reads())
        if (slot >= layout.features_begin && slot < layout.base_count) read.insert(slot - layout.features_begin);
    return {read.begin(), read.end()};
  }

  // Round by round: whatever reads only what earlier rounds found. Windows over one list that become
  // ready in the same round share one pass.
  void OrderFeatures(const std::vector<std::vector<std::size_t>>& reads) {
    std::vector<bool> done(reads.size(), false);
    std::size_t placed = 0;
    while (placed < reads.size()) {
      std::vector<std::size_t> ready;
      for (std::size_t i = 0; i < reads.size(); ++i)
        if (!done[i] && std::all_of(reads[i].begin(), reads[i].end(), [&](std::size_t r) { return done[r]; }))
          ready.push_back(i);
      if (ready.empty()) return ReportCircle(done);
      AddSteps(ready);
      for (const std::size_t i : ready) done[i] = true;
      placed += ready.size();
    }
  }

  void AddSteps(const std::vector<std::size_t>& ready) {
    std::map<std::size_t, std::size_t> pass_of_source;  // source slot -> index of its step
    for (const std::size_t i : ready) {
      const auto* window = std::get_if<CompiledWindow>(&book_.features_[i].definition);
      if (window == nullptr) {
        book_.feature_steps_.push_back({false, 0, {i}});
        continue;
      }
      const auto [at, fresh] = pass_of_source.insert({window->source, book_.feature_steps_.size()});
      if (fresh) book_.feature_steps_.push_back({true, window->source, {}});
      book_.feature_steps_[at->second].features.push_back(i);
    }
  }

  void ReportCircle(const std::vector<bool>& done) {
    for (std::size_t i = 0; i < done.size(); ++i)
      if (!done[i])
        Report(authored().features[i].authorship.origin,
               "the feature '" + authored().features[i].id + "' needs itself, or one that needs it",
               "break the circle");
  }

  CompiledFeature CompileFeature(const Feature& feature) {
    if (const auto* w = std::get_if<WindowFeature>(&feature.definition)) return CompileWindow(*w, feature);
    if (const auto* t = std::get_if<TableFeature>(&feature.definition))
      return Declared(feature, CompileTableFeature(*t, {book_.base_scope_, limits_}, issues_));
    if (const auto* e = std::get_if<Expression>(&feature.definition)) {
      auto program = CompileIn(book_.base_scope_, *e);
      Type type = program ? program->type() : Type::Any();  // a problem is told once, not by who reads it
      return Declared(feature, {std::move(type), OrNull(std::move(program)), {}, {}});
    }
    return CompilePair(std::get<PairFeature>(feature.definition), feature);
  }

  CompiledFeature Declared(const Feature& feature, CompiledFeature compiled) {
    DeclareFeature(feature, {book_.base_scope_, limits_}, compiled, issues_);
    return compiled;
  }

  std::optional<CompiledLength> CompileLength(const Expression& e) {
    auto program = CompileIn(book_.base_scope_, e, Type::Number());
    if (!program) return std::nullopt;
    CompiledLength length{*std::move(program), {}};
    const std::size_t policy = book_.layout_.policy;
    const auto reads = length.program.reads();
    // Two nodes: policy and its entry.
    const bool is_threshold = length.program.nodes().size() == 2 && reads.size() == 1 && reads[0] == policy;
    if (!is_threshold && !length.program.is_constant()) return length;
    std::vector<Value> inputs(book_.base_scope_.variables().size());
    inputs[policy] = book_.policy_;
    const Value value = feel::Evaluator(limits_).Evaluate(length.program, inputs, {});
    if (value.kind() == feel::Kind::kNumber) length.fixed = value.number();
    return length;
  }

  CompiledFeature CompileWindow(const WindowFeature& w, const Feature& feature) {
    const SourceOrigin& at = feature.authorship.origin;
    CompiledWindow compiled;
    const Rows rows = FindRows(w.source, at);
    if (rows.row == nullptr) return {Type::Any(), std::move(compiled), {}, {}};
    const feel::Scope scope = RowScope(book_.base_scope_, *rows.row);
    compiled.source = rows.slot;
    compiled.time_slot = FindRowField(*rows.row, w.time_field, at, Type::Tag::kDateTime);
    if (!w.group_field.empty())
      compiled.group_slot = FindRowField(*rows.row, w.group_field, at, Type::Tag::kString);
    compiled.from_days = CompileLength(w.from_days);
    compiled.from_hours = CompileLength(w.from_hours);
    compiled.to_days = CompileLength(w.to_days);
    compiled.where = CompileIn(scope, w.where, Type::Boolean());
    const bool numeric = w.aggregate == Aggregate::kSum || w.aggregate == Aggregate::kMean ||
                         w.aggregate == Aggregate::kMin || w.aggregate == Aggregate::kMax ||
                         w.aggregate == Aggregate::kRunningLow;
    compiled.of = CompileIn(scope, w.of, numeric ? std::optional(Type::Number()) : std::nullopt);
    compiled.when_empty = CompileIn(book_.base_scope_, w.when_empty);
    Type type = Type::Number();
    if (w.over_groups == OverGroups::kKeyOfMax || w.over_groups == OverGroups::kKeyOfMin) type = Type::String();
    else if ((w.aggregate == Aggregate::kLatest || w.aggregate == Aggregate::kEarliest) && !w.over_groups)
      type = compiled.of ? compiled.of->type() : Type::Any();
    return {std::move(type), std::move(compiled), {}, {}};
  }

  // Its value: the two rows' list, earlier first, or null.
  CompiledFeature CompilePair(const PairFeature& p, const Feature& feature) {
    const SourceOrigin& at = feature.authorship.origin;
    CompiledPair compiled;
    const Rows rows = FindRows(p.source, at);
    if (rows.row == nullptr) return {Type::Any(), std::move(compiled), {}, {}};
    const feel::Scope scope = RowScope(book_.base_scope_, *rows.row);
    compiled.source = rows.slot;
    compiled.time_slot = FindRowField(*rows.row, p.time_field, at, Type::Tag::kDateTime);
    for (const std::string& field : p.same_fields)
      compiled.same_slots.push_back(FindRowField(*rows.row, field, at, std::nullopt));
    compiled.where = CompileIn(scope, p.where, Type::Boolean());
    compiled.within_hours = CompileIn(book_.base_scope_, p.within_hours, Type::Number());
    compiled.later_within_days = CompileIn(book_.base_scope_, p.later_within_days, Type::Number());
    compiled.unless_where = CompileIn(scope, p.unless_where, Type::Boolean());
    for (const std::string& field : p.unless_same_fields)
      compiled.unless_same_slots.push_back(FindRowField(*rows.row, field, at, std::nullopt));
    return {Type::List(*rows.row).OrNull(), std::move(compiled), {}, {}};
  }

  // --- rules, tables, guards ---

  CompiledProposal CompileProposal(const Proposal& p) {
    CompiledProposal compiled;
    if (!p.action.empty()) {
      if (const auto index = NeedAction(p.action, p.origin)) compiled.action = static_cast<std::int32_t>(*index);
    }
    compiled.each = CompileIn(book_.base_scope_, p.each_action, Type::List(Type::String()));
    compiled.need = *Decimal::Parse(p.need.empty() ? "0" : p.need);
    for (const ReasonUse& reason : p.reasons)
      compiled.reason_conditions.push_back(CompileIn(book_.base_scope_, reason.when, Type::Boolean()));
    for (const Evidence& evidence : p.evidence)
      compiled.evidence.push_back({OrNull(CompileIn(book_.base_scope_, evidence.value)),
                                   CompileIn(book_.base_scope_, evidence.currency, Type::String())});
    return compiled;
  }

  void CompileRule(const Rule& rule) {
    CompiledRule compiled{OrNull(CompileIn(book_.base_scope_, rule.when, Type::Boolean())),
                          OnEvents(rule.events, rule.authorship.origin), {}};
    for (const Proposal& p : rule.proposals) compiled.proposals.push_back(CompileProposal(p));
    book_.rules_.push_back(std::move(compiled));
  }

  void CompileTable(const Table& table) {
    CompiledTable compiled;
    compiled.on_event = OnEvents(table.events, table.authorship.origin);
    for (const Expression& input : table.inputs)
      compiled.inputs.push_back(OrNull(CompileIn(book_.base_scope_, input)));
    for (const TableRow& row : table.rows) {
      CompiledTableRow compiled_row;
      for (std::size_t i = 0; i < row.tests.size() && i < compiled.inputs.size(); ++i)
        compiled_row.tests.push_back(CompileCell(row.tests[i], compiled.inputs[i].type()));
      for (const Proposal& p : row.proposals) compiled_row.proposals.push_back(CompileProposal(p));
      compiled.rows.push_back(std::move(compiled_row));
    }
    if (issues_.empty()) compiled.index = IndexOf(compiled);
    book_.tables_.push_back(std::move(compiled));
  }

  feel::TableIndex IndexOf(const CompiledTable& table) const {
    std::vector<const Program*> cells;
    for (const CompiledTableRow& row : table.rows)
      for (std::size_t i = 0; i < table.inputs.size(); ++i)
        cells.push_back(i < row.tests.size() && row.tests[i] ? &*row.tests[i] : nullptr);
    return feel::TableIndex::Build(cells, {table.rows.size(), table.inputs.size()}, limits_);
  }

  std::optional<Program> CompileCell(const Expression& cell, const Type& input) {
    if (cell.text == "-") return std::nullopt;
    auto program = feel::CompileUnaryTests(cell.text, input, book_.base_scope_,
                                           {.origin = cell.origin, .indent = cell.indent, .limits = limits_});
    if (program) return *std::move(program);
    issues_.insert(issues_.end(), program.error().begin(), program.error().end());
    return std::nullopt;
  }

  void CompileGuard(const Guard& guard) {
    const feel::Scope scope = book_.guard_scope();
    book_.guards_.push_back({EarlierGuards(guard), CompileIn(scope, guard.applies_to, Type::Boolean()),
                             OrNull(CompileIn(scope, guard.when, Type::Boolean()))});
  }

  std::vector<std::size_t> EarlierGuards(const Guard& guard) {
    std::vector<std::size_t> indices;
    for (const std::string& id : guard.unless) {
      std::vector<std::string> earlier;  // guards are compiled in the order in which they are asked
      for (std::size_t i = 0; i < book_.guards_.size(); ++i) earlier.push_back(authored().guards[i].id);
      const auto at = std::find(earlier.begin(), earlier.end(), id);
      if (at != earlier.end()) {
        indices.push_back(static_cast<std::size_t>(at - earlier.begin()));
        continue;
      }
      const std::string near = Nearest(id, earlier);
      Report(guard.authorship.origin, "'unless' names '" + id + "', which is no guard that is asked before this one",
             near.empty() ? "name one of an earlier stage, or above it in the file" : "did you mean '" + near + "'?");
    }
    return indices;
  }

  // --- simulations, refusals ---

  void CompileSimulation(const Simulation& simulation) {
    CompiledSimulation compiled;
    feel::Scope scope = book_.base_scope_;
    const auto compile = [&](const SimulationFigure& figure, std::vector<CompiledEvidence>& into) {
      const Evidence& e = figure.figure;
      into.push_back({OrNull(CompileIn(scope, e.value)), CompileIn(scope, e.currency, Type::String())});
      if (scope.Find(e.name) != nullptr)
        Report(e.value.origin, "the figure '" + e.name + "' has the name of something else", "rename it");
      else
        scope.Add(e.name, into.back().value.type());
    };
    for (const SimulationFigure& figure : simulation.inputs) compile(figure, compiled.inputs);
    for (const SimulationFigure& figure : simulation.results) compile(figure, compiled.results);
    book_.layout_.largest_count = std::max(book_.layout_.largest_count, scope.variables().size());
    book_.simulations_.push_back(std::move(compiled));
  }

  template <class Part>
  void ReportUnknown(const SourceOrigin& at, const char* what, const std::string& id, const std::vector<Part>& parts) {
    std::vector<std::string> known;
    for (const Part& part : parts) known.push_back(part.id);
    const std::string near = Nearest(id, known);
    Report(at, std::string("unknown ") + what + " '" + id + "'", near.empty() ? "" : "did you mean '" + near + "'?");
  }

  void CheckSimulationOf(const Action& action) {
    if (!action.simulation.empty() && !book_.FindSimulation(action.simulation))
      ReportUnknown(action.authorship.origin, "simulation", action.simulation, authored().simulations);
  }

  std::optional<std::size_t> NeedAction(const std::string& id, const SourceOrigin& at) {
    const auto index = book_.FindAction(id);
    if (!index) ReportUnknown(at, "action", id, authored().actions);
    return index;
  }

  void CompileRefusals() {
    const Refusals& refusals = authored().refusals;
    for (const std::string& flag : refusals.flags) {
      const auto index = NeedAction(flag, refusals.origin);
      if (index && authored().actions[*index].kind != "flag")
        Report(refusals.origin, "'" + flag + "' is no flag but a " + authored().actions[*index].kind);
    }
    for (const FailSafe& safe : refusals.fail_safe) {
      CompiledFailSafe compiled{OnEvents(safe.events, safe.origin), 0};
      const auto index = NeedAction(safe.action, safe.origin);
      if (!index) continue;
      compiled.action = *index;
      const Action& action = authored().actions[*index];
      if (action.action_class != "protective")
        Report(safe.origin, "'" + safe.action + "' is of class " + action.action_class,
               "answer a document that cannot be used with a protective action only");
      if (!HasOpenChannel(action))
        Report(safe.origin, "'" + safe.action + "' has only channels that a customer must agree to",
               "add one that needs no agreement, such as in_journey or feed");
      book_.fail_safes_.push_back(std::move(compiled));
    }
  }

  static bool HasOpenChannel(const Action& action) {
    return std::any_of(action.channels.begin(), action.channels.end(), [](const std::string& channel) {
      return channel == "in_journey" || channel == "feed" || channel == "letter";
    });
  }

  Type facts_;
  Type event_;
  feel::Limits limits_;
  CompiledRulebook book_;
  Issues issues_;
  std::set<std::size_t> broken_features_;
};

Checked<CompiledRulebook> CompileRulebook(Rulebook rulebook, const feel::Type& facts,
                                          const feel::Type& event, const feel::Limits& limits) {
  return RulebookCompiler(std::move(rulebook), facts, event, limits).Compile();
}

}  // namespace oxpecker::rules
