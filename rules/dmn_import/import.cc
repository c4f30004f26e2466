#include "rules/dmn_import/import.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/identifier.h"
#include "base/json/value.h"
#include "base/printable.h"
#include "rules/dmn_import/feature_writer.h"
#include "rules/feel/checker.h"
#include "rules/feel/program.h"

namespace oxpecker::dmn {
namespace {

constexpr std::size_t kFileBytesMax = 2U << 20U;  // half of what a file of a pack may have

class Importer {
 public:
  Importer(const CompiledModel& model, const ImportOptions& options)
      : model_(model), source_(model.sources.front()), options_(options), ids_(options.prefix, options.reserved, source_) {}

  ModelImport Run() {
    NameElements();
    RemarkImports();
    for (std::size_t i = 0; i < source_.inputs.size(); ++i) AddFact(i);
    WriteDecisions();
    RemarkOthers();
    DropRepeated();
    AddFiles();
    import_.decision_count = source_.decisions.size();
    return std::move(import_);
  }

 private:
  std::string At(Place place) const { return PlaceText(source_, place); }
  void LeaveOut(const std::string& place, const std::string& what, const std::string& why, std::string hint) {
    import_.remarks.push_back({{ErrorCode::kUnsupported, place, what + ": " + why, std::move(hint)}, true});
  }
  void RemarkOn(const std::string& place, const std::string& what, const std::string& why, std::string hint) {
    import_.remarks.push_back({{ErrorCode::kUnsupported, place, what + ": " + why, std::move(hint)}, false});
  }

  // Names that are ids already keep them, so they choose first.
  void NameElements() {
    input_ids_.resize(model_.inputs.size());
    read_ids_.resize(model_.inputs.size());
    decision_ids_.resize(model_.decisions.size());
    for (const bool keeps_name : {true, false}) {
      for (std::size_t i = 0; i < source_.inputs.size(); ++i) Name(source_.inputs[i].variable.name, "input", keeps_name, input_ids_[i]);
      for (std::size_t i = 0; i < source_.decisions.size(); ++i)
        Name(source_.decisions[i].variable.name, "decision", keeps_name, decision_ids_[i]);
    }
    for (std::size_t i = 0; i < source_.inputs.size(); ++i) read_ids_[i] = ids_.TakeAfter(input_ids_[i], "_or_null");
  }
  void Name(const std::string& name, const char* kind, bool keeps_name, std::string& id) {
    const bool is_id = options_.prefix.empty() && FeatureIdTag::Check(name).has_value();
    if (is_id == keeps_name) id = ids_.Take(name, kind);
  }

  void RemarkImports() {
    for (const Import& import : source_.imports)
      LeaveOut(At(import.place), "import '" + import.name + "'", "models that a model imports are not carried over with it",
               "import that model by itself, with another --prefix; what uses its elements is listed below");
    for (const Problem& problem : model_.problems)
      if (problem.refuses && !problem.owner) import_.remarks.push_back({problem.error, true});
    for (const Problem& problem : model_.problems)
      if (problem.refuses && problem.owner && problem.owner->kind == ElementKind::kDecision)
        problem_of_.emplace(problem.owner->index, &problem);  // the first of each
  }

  void AddFact(std::size_t i) {
    const CompiledInputData& input = model_.inputs[i];
    import_.names.push_back({input_ids_[i], input.name, "input data", true, model_.types->StaticType(input.type)});
    const std::string what = "input data '" + input.name + "'";
    const std::string schema = SchemaOf(*model_.types, input.type, 4);
    if (schema.empty()) {
      RemarkOn(input.place, what, "facts have no form for the type '" + model_.types->NameOf(input.type) + "'",
               "write a feature '" + input_ids_[i] + "' that makes it of facts, such as duration(...) of a text");
      return;
    }
    facts_ += (facts_.empty() ? "" : ",") + ("\n    \"" + input_ids_[i]) + "\": " + schema;
    const AllowedValues allowed = AllowedOf(*model_.types, input.type);
    const bool is_in_schema = schema.find("\"enum\"") != std::string::npos && !allowed.is_partial;
    if ((!allowed.tests.empty() || allowed.is_partial) && !is_in_schema)
      RemarkOn(input.place, what, "the allowed values of '" + model_.types->NameOf(input.type) + "' are not all in the schema of the facts",
               "add bounds to the schema, or a feature that checks it");
  }

  // Why a decision has no answer in the model itself; nullptr where it has one.
  const Problem* ProblemOf(std::size_t decision) const {
    const auto at = problem_of_.find(decision);
    return at == problem_of_.end() ? nullptr : at->second;
  }

  // In the order of what requires what, so that types are known; the files have the model's order.
  void WriteDecisions() {
    FeatureWriter writer(model_, ids_, read_ids_, decision_ids_, import_.remarks);
    std::map<std::size_t, std::vector<WrittenFeature>> written;
    for (std::size_t i = 0; i < source_.inputs.size(); ++i) {
      types_[input_ids_[i]] = model_.types->StaticType(model_.inputs[i].type);
      types_[read_ids_[i]] = model_.types->StaticType(model_.inputs[i].type).OrNull();
    }
    for (const std::uint32_t i : model_.order) {
      if (model_.decisions[i].model != 0) continue;
      if (auto features = WriteDecision(writer, i)) written.emplace(i, *std::move(features));
      else types_[decision_ids_[i]] = model_.decisions[i].static_type;
    }
    AddWhatIsMissing(written);
    AddReading(written);
    for (auto& [i, features] : written) {
      ++import_.carried_count;
      for (WrittenFeature& feature : features) {
        import_.names.push_back({feature.text.id, feature.element, feature.is_part ? "part" : "decision", false, feature.type});
        yaml_.push_back(ToYaml(feature.text));
      }
    }
  }

  std::set<std::uint32_t> RequiredBy(const std::map<std::size_t, std::vector<WrittenFeature>>& written, ElementKind kind) const {
    std::set<std::uint32_t> required;
    for (const auto& [i, features] : written)
      for (const ElementRef& element : model_.decisions[i].requirements)
        if (element.kind == kind) required.insert(element.index);
    return required;
  }

  // An input that is not given is a plain null in a model; a fact that is missing is one with a cause.
  void AddReading(const std::map<std::size_t, std::vector<WrittenFeature>>& written) {
    for (const std::uint32_t i : RequiredBy(written, ElementKind::kInput)) {
      if (i >= source_.inputs.size()) continue;
      const std::string& id = input_ids_[i];
      import_.names.push_back({read_ids_[i], model_.inputs[i].name, "reading", false, types_.at(read_ids_[i])});
      yaml_.push_back(ToYaml({read_ids_[i], model_.inputs[i].name + ", null where it is missing",
                              "DMN input data '" + model_.inputs[i].name + "', " + model_.inputs[i].place +
                                  ": '" + id + "' is a fact, or a feature that you write",
                              "", "", "if " + id + " = null then null else " + id}));
    }
  }

  // A decision that was left out and is required by one that was not has to come from elsewhere.
  void AddWhatIsMissing(const std::map<std::size_t, std::vector<WrittenFeature>>& written) {
    const std::set<std::uint32_t> required = RequiredBy(written, ElementKind::kDecision);
    for (std::uint32_t i = 0; i < source_.decisions.size(); ++i) {
      if (written.contains(i) || !required.contains(i)) continue;
      import_.names.push_back({decision_ids_[i], model_.decisions[i].name, "decision", true, types_.at(decision_ids_[i])});
      const std::string schema = SchemaOf(*model_.types, model_.decisions[i].type, 4);
      if (!schema.empty()) facts_ += (facts_.empty() ? "" : ",") + ("\n    \"" + decision_ids_[i]) + "\": " + schema;
    }
  }

  std::optional<std::vector<WrittenFeature>> WriteDecision(FeatureWriter& writer, std::uint32_t i) {
    const CompiledDecision& decision = model_.decisions[i];
    const std::string what = "decision '" + decision.name + "'";
    const std::string instead = "give '" + decision_ids_[i] + "' as a fact, or write it as a feature";
    const std::size_t remarks_before = import_.remarks.size();
    if (const Problem* problem = ProblemOf(i)) {
      LeaveOut(problem->error.place, what, problem->error.message, problem->error.hint.empty() ? "mend it in the model" : problem->error.hint);
      return std::nullopt;
    }
    auto features = writer.Write(i);
    Error refusal;
    if (!features) refusal = features.error();
    else refusal = Check(*features);
    if (refusal.message.empty()) return *std::move(features);
    import_.remarks.resize(remarks_before);  // what was said of its parts is of no use now
    LeaveOut(refusal.place.empty() ? decision.place : refusal.place, what, refusal.message,
             refusal.hint.empty() ? instead : refusal.hint);
    return std::nullopt;
  }

  // The names that the feature may mean: a model may have many more.
  feel::Scope ScopeOf(const FeatureText& feature) const {
    std::set<std::string, std::less<>> words;
    AddWordsOf(feature, words);
    feel::Scope scope;
    for (const std::string& word : words)
      if (const auto at = types_.find(word); at != types_.end()) scope.Add(word, at->second);
    return scope;
  }

  // Compiles what was written, as strictly as a rulebook will; adds the names and types.
  Error Check(const std::vector<WrittenFeature>& features) {
    for (const WrittenFeature& feature : features) {
      const feel::Scope scope = ScopeOf(feature.text);
      Issues issues;
      feel::Type type = Compiled(feature, scope, issues);
      if (issues.empty() && !feature.text.type.empty() && !feel::Overlap(type, feature.type))
        issues.push_back({ErrorCode::kInvalidInput, "", "it is " + type.ToString() + ", declared as " + feature.type.ToString(), "mend it in the model"});
      if (!issues.empty()) return {ErrorCode::kUnsupported, feature.place, "a rulebook refuses it: " + issues.front().message, issues.front().hint};
      types_[feature.text.id] = feature.text.type.empty() ? type : feature.type;
    }
    return {};
  }

  // As the rulebook's compiler finds it.
  static feel::Type TypeOfTable(const TableText& table, const std::vector<std::optional<feel::Type>>& outputs) {
    const bool has_default = std::ranges::any_of(table.outputs, [](const auto& output) { return !output.default_value.empty(); });
    if (has_default || table.aggregation != feel::Aggregation::kNone) return feel::Type::Any();
    std::vector<feel::Field> fields;
    for (std::size_t i = 0; i < outputs.size(); ++i)
      fields.push_back({table.outputs[i].name, outputs[i].value_or(feel::Type::Any()).OrNull(), false});
    const feel::Type one = fields.size() == 1 ? fields.front().type : feel::Type::Context(fields).OrNull();
    return feel::GivesList(table.hit_policy, table.aggregation) ? feel::Type::List(one) : one;
  }

  static feel::Type Compiled(const WrittenFeature& feature, const feel::Scope& scope, Issues& issues) {
    const auto keep = [&](const Checked<feel::Program>& program) {
      if (!program) issues.insert(issues.end(), program.error().begin(), program.error().end());
      return program ? program->type() : feel::Type::Any();
    };
    const auto tests = [&](const std::string& text, const feel::Type& input) {
      if (!text.empty() && text != "-") keep(feel::CompileUnaryTests(text, input, scope, {}));
    };
    feel::Type type = feel::Type::Any();
    if (const auto* expression = std::get_if<std::string>(&feature.text.definition)) {
      type = keep(feel::Compile(*expression, scope, {}));
    } else {
      const TableText& table = std::get<TableText>(feature.text.definition);
      std::vector<feel::Type> inputs;
      for (const TableText::Input& input : table.inputs) {
        inputs.push_back(keep(feel::Compile(input.expression, scope, {})));
        tests(input.allowed, inputs.back());
      }
      for (const TableText::Output& output : table.outputs) {
        tests(output.allowed, feel::Type::Any());
        if (!output.default_value.empty()) keep(feel::Compile(output.default_value, scope, {}));
      }
      std::vector<std::optional<feel::Type>> outputs(table.outputs.size());
      for (const TableText::Row& row : table.rows) {
        for (std::size_t i = 0; i < row.tests.size(); ++i) tests(row.tests[i], inputs[i]);
        for (std::size_t i = 0; i < row.results.size(); ++i) {
          const feel::Type result = keep(feel::Compile(row.results[i], scope, {}));
          outputs[i] = outputs[i] ? feel::Join(*outputs[i], result) : result;
        }
      }
      type = TypeOfTable(table, outputs);
    }
    tests(feature.text.allowed, feature.type);
    if (!feature.text.type.empty()) {
      feel::Scope any;
      any.Add("x", feel::Type::Any());
      keep(feel::Compile("x instance of " + feature.text.type, any, {}));
    }
    return type;
  }

  void RemarkOthers() {
    for (const DecisionService& service : source_.services)
      LeaveOut(At(service.place), "decision service '" + service.variable.name + "'", "a rulebook has no functions that are called from outside",
               "use the features of its decisions");
    for (std::uint32_t i = 0; i < source_.knowledge.size(); ++i) {
      const ElementRef self{ElementKind::kKnowledge, i};
      const auto requires_it = [&](const auto& element) {
        return std::ranges::find(element.requirements, self) != element.requirements.end();
      };
      const bool is_used = std::ranges::any_of(model_.decisions, requires_it) || std::ranges::any_of(model_.knowledge, requires_it);
      if (!is_used)
        LeaveOut(model_.knowledge[i].place, "business knowledge model '" + model_.knowledge[i].name + "'", "no decision requires it",
                 "a function is carried over with the decisions that call it");
    }
  }

  // A function that several decisions call says the same for each.
  void DropRepeated() {
    std::vector<ImportRemark> once;
    std::set<std::tuple<std::string, std::string, std::string>> told;
    for (ImportRemark& remark : import_.remarks)
      if (told.emplace(remark.error.place, remark.error.message, remark.error.hint).second) once.push_back(std::move(remark));
    import_.remarks = std::move(once);
  }

  std::string Header() const {
    std::string text = YamlComment("Features of the DMN model '" + source_.name + "' (" + source_.space + "), made by 'oxpecker dmn import'.") + "\n";
    const std::string heading = "#\n# What they read has to be written as features of these ids, in a file of your own; " + FileName() +
                                ".facts.schema.json says the same:\n";
    bool is_first = true;
    for (const ImportedName& name : import_.names) {
      if (!name.is_fact) continue;
      if (is_first) text += heading;
      is_first = false;
      text += YamlComment("  " + name.id + ": " + name.element + " (" + name.type.ToString() + ")") + "\n";
    }
    for (const ImportRemark& remark : import_.remarks)
      text += YamlComment((remark.is_left_out ? "Left out: " : "Differs: ") + remark.error.ToString()) + "\n";
    return text + "defaults: {owner: " + YamlScalar(options_.owner) + "}\nfeatures:\n";
  }

  void AddFiles() {
    const std::string base = FileName();
    std::size_t number = 0;
    for (std::size_t i = 0; i < yaml_.size();) {
      std::string bytes = Header();
      const std::size_t head = bytes.size();
      while (i < yaml_.size() && (bytes.size() == head || bytes.size() + yaml_[i].size() <= kFileBytesMax)) bytes += yaml_[i++];
      ++number;
      import_.files.push_back({base + (number == 1 ? "" : "_" + std::to_string(number)) + ".yaml", std::move(bytes)});
    }
    if (facts_.empty()) return;
    std::string title;
    json::AppendString(title, "What the model '" + source_.name + "' asks of the facts");
    import_.files.push_back({base + ".facts.schema.json",
                             "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"title\": " + title +
                                 ",\n  \"type\": \"object\",\n  \"additionalProperties\": true,\n  \"properties\": {" + facts_ + "\n  }\n}\n"});
  }

  // Of the model's file, in letters that every file system takes.
  std::string FileName() const {
    std::string name = source_.file.substr(source_.file.find_last_of('/') + 1);
    if (name.ends_with(".dmn")) name.resize(name.size() - 4);
    for (char& c : name) {
      const bool is_good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
      if (!is_good) c = '_';
    }
    return name.empty() ? "model" : name;
  }

  const CompiledModel& model_;
  const Definitions& source_;
  const ImportOptions& options_;
  IdRegistry ids_;
  std::vector<std::string> input_ids_;
  std::vector<std::string> read_ids_;        // of the features that read them
  std::vector<std::string> decision_ids_;
  std::map<std::string, feel::Type, std::less<>> types_;  // of all ids so far
  std::map<std::size_t, const Problem*> problem_of_;  // by decision
  std::string facts_;                        // properties of the schema
  std::vector<std::string> yaml_;            // features
  ModelImport import_;
};

}  // namespace

bool ModelImport::is_whole() const {
  return std::ranges::none_of(remarks, [](const ImportRemark& remark) { return remark.is_left_out; });
}

ModelImport ImportModel(const Model& model, const ImportOptions& options) {
  return Importer(model.compiled(), options).Run();
}

}  // namespace oxpecker::dmn
