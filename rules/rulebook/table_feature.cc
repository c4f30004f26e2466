#include "rules/rulebook/table_feature.h"

#include <algorithm>
#include <map>
#include <set>

#include "rules/feel/checker.h"
#include "rules/feel/parser.h"
#include "rules/rulebook/form.h"

namespace oxpecker::rules {
namespace {

using feel::Aggregation;
using feel::Type;

void Report(Issues& issues, const SourceOrigin& at, std::string message, std::string hint = {}) {
  issues.push_back({ErrorCode::kInvalidInput, PlaceOf(at, "", 0), std::move(message), std::move(hint)});
}

// --- reading ----------------------------------------------------------------------------------

TableFeature::Input ReadInput(const yaml::Node& node, Issues& issues) {
  if (node.kind != yaml::Kind::kMapping) return {ToExpression(node), {}};
  Form form(node, "input", issues);
  TableFeature::Input input{form.Feel("expression", true), form.Feel("allowed", false)};
  form.Finish();
  return input;
}

TableFeature::Output ReadOutput(const yaml::Node& node, Issues& issues) {
  Form form(node, "output", issues);
  TableFeature::Output output{form.Text("name", false), form.Feel("allowed", false), form.Feel("default", false)};
  form.Finish();
  return output;
}

// A list of cells, or one scalar.
std::vector<Expression> ReadCells(Form& form, const char* key, const char* each, std::size_t expected) {
  std::vector<Expression> cells;
  const yaml::Node* node = form.Require(key);
  if (node == nullptr) return cells;
  if (node->kind == yaml::Kind::kScalar) cells.push_back(ToExpression(*node));
  for (const yaml::Node& cell : node->items) cells.push_back(ToExpression(cell));
  if (cells.size() != expected)
    form.Report(*node, "found " + std::to_string(cells.size()) + " cells, expected " + std::to_string(expected) +
                           ", one an " + each);
  return cells;
}

void ReadRow(const yaml::Node& node, TableFeature& table, Issues& issues) {
  Form form(node, "row", issues);
  TableFeature::Row row;
  row.origin = node.origin;
  row.tests = ReadCells(form, "when", "input", table.inputs.size());
  row.results = ReadCells(form, "then", "output", table.outputs.size());
  row.note = form.Text("note", false);
  form.Finish();
  table.rows.push_back(std::move(row));
}

void CheckOutputs(const yaml::Node& node, const TableFeature& table, Issues& issues) {
  std::set<std::string> names;
  for (const TableFeature::Output& output : table.outputs) {
    if (table.outputs.size() > 1 && output.name.empty())
      Report(issues, node.origin, "an output of several has no name", "add 'name'");
    else if (!names.insert(output.name).second)
      Report(issues, node.origin, "the table has two outputs '" + output.name + "'", "rename one");
  }
  if (table.aggregation != Aggregation::kNone && table.hit_policy != HitPolicy::kCollect)
    Report(issues, node.origin, "'aggregate' without 'hit: collect'");
  if (table.aggregation != Aggregation::kNone && table.outputs.size() > 1)
    Report(issues, node.origin, "only a table with one output can aggregate");
  const bool is_ordered = table.hit_policy == HitPolicy::kPriority || table.hit_policy == HitPolicy::kOutputOrder;
  const bool has_order =
      std::ranges::any_of(table.outputs, [](const auto& output) { return !output.allowed.empty(); });
  if (is_ordered && !has_order)
    Report(issues, node.origin, "this hit policy needs the values of an output in the order of their priority",
           "add outputs: [{allowed: '\"HIGH\", \"LOW\"'}]");
}

// --- compiling --------------------------------------------------------------------------------

class TableCompiler {
 public:
  TableCompiler(const TableFeature& table, const FeatureSurroundings& around, Issues& issues)
      : table_(table), around_(around), issues_(issues) {}

  CompiledFeature Compile() {
    auto made = std::make_shared<CompiledTableFeature>();
    const std::size_t before = issues_.size();
    for (const TableFeature::Input& input : table_.inputs)
      made->inputs.push_back(CompileInput(input));
    for (const TableFeature::Output& output : table_.outputs) made->outputs.push_back(CompileOutput(output));
    made->has_default = std::ranges::any_of(made->outputs, [](const auto& o) { return o.default_value.has_value(); });
    std::vector<std::optional<Type>> types(table_.outputs.size());
    for (const TableFeature::Row& row : table_.rows) made->rows.push_back(CompileRow(row, *made, types));
    Type type = TypeOf(types, made->has_default);
    if (table_.outputs.size() > 1) made->shape = ShapeOfOutputs();
    if (issues_.size() == before) made->index = IndexOf(*made);
    return {std::move(type), std::shared_ptr<const CompiledTableFeature>(std::move(made)), {}, {}};
  }

 private:
  std::optional<Program> Keep(Checked<Program> program) {
    if (program) return *std::move(program);
    issues_.insert(issues_.end(), program.error().begin(), program.error().end());
    return std::nullopt;
  }
  feel::CompileOptions OptionsOf(const Expression& e) const {
    feel::CompileOptions options;
    options.origin = e.origin;
    options.indent = e.indent;
    options.limits = around_.limits;
    return options;
  }
  std::optional<Program> CompileValue(const Expression& e) {
    if (e.empty()) return std::nullopt;
    return Keep(feel::Compile(e.text, around_.scope, OptionsOf(e)));
  }
  std::optional<Program> CompileTests(const Expression& e, const Type& input) {
    if (e.empty() || e.text == "-") return std::nullopt;
    return Keep(feel::CompileUnaryTests(e.text, input, around_.scope, OptionsOf(e)));
  }
  static Program OrNull(std::optional<Program> program) {
    if (program) return *std::move(program);
    auto null = feel::Compile("null", {}, {});
    OXP_CHECK(null.has_value());
    return *std::move(null);
  }

  CompiledTableFeature::Input CompileInput(const TableFeature::Input& input) {
    Program expression = OrNull(CompileValue(input.expression));
    std::optional<Program> allowed = CompileTests(input.allowed, expression.type());
    return {std::move(expression), std::move(allowed)};
  }

  CompiledTableFeature::Output CompileOutput(const TableFeature::Output& output) {
    CompiledTableFeature::Output made{CompileTests(output.allowed, Type::Any()), {}, CompileValue(output.default_value)};
    const bool is_ordered = table_.hit_policy == HitPolicy::kPriority || table_.hit_policy == HitPolicy::kOutputOrder;
    if (is_ordered && made.allowed) {
      Expression order = output.allowed;
      order.text = "[" + order.text + "]";
      order.origin.column -= std::min(order.origin.column - 1, 1U);
      made.order = CompileValue(order);
    }
    return made;
  }

  CompiledTableFeature::Row CompileRow(const TableFeature::Row& row, const CompiledTableFeature& made,
                                       std::vector<std::optional<Type>>& types) {
    CompiledTableFeature::Row compiled;
    for (std::size_t i = 0; i < row.tests.size() && i < made.inputs.size(); ++i)
      compiled.tests.push_back(CompileTests(row.tests[i], made.inputs[i].expression.type()));
    for (std::size_t i = 0; i < row.results.size() && i < types.size(); ++i) {
      compiled.results.push_back(OrNull(CompileValue(row.results[i])));
      const Type& type = compiled.results.back().type();
      types[i] = types[i] ? feel::Join(*types[i], type) : type;
    }
    return compiled;
  }

  Type TypeOf(const std::vector<std::optional<Type>>& types, bool has_default) const {
    std::vector<feel::Field> fields;
    for (std::size_t i = 0; i < types.size(); ++i)
      fields.push_back({table_.outputs[i].name, has_default ? Type::Any() : types[i].value_or(Type::Any()).OrNull(), false});
    const Type one = fields.size() == 1 ? fields.front().type : Type::Context(fields).OrNull();
    if (feel::GivesList(table_.hit_policy, table_.aggregation)) return has_default ? Type::Any() : Type::List(one);
    return table_.aggregation == Aggregation::kNone ? one : Type::Any();
  }

  std::shared_ptr<const feel::Shape> ShapeOfOutputs() const {
    std::vector<std::string> names;
    for (const TableFeature::Output& output : table_.outputs)
      if (std::ranges::find(names, output.name) == names.end()) names.push_back(output.name);
    return std::make_shared<const feel::Shape>(std::move(names));
  }

  feel::TableIndex IndexOf(const CompiledTableFeature& made) const {
    std::vector<const Program*> cells;
    for (const CompiledTableFeature::Row& row : made.rows)
      for (const std::optional<Program>& test : row.tests) cells.push_back(test ? &*test : nullptr);
    return feel::TableIndex::Build(cells, {made.rows.size(), made.inputs.size()}, around_.limits);
  }

  const TableFeature& table_;
  const FeatureSurroundings& around_;
  Issues& issues_;
};

// The type that a text names.
std::optional<Type> ReadType(const Expression& e, Issues& issues) {
  const std::string test = "x instance of " + e.text;
  feel::Diagnostics diagnostics(test, e.origin, e.indent);
  feel::Scope scope;
  scope.Add("x", Type::Any());
  const feel::Ast ast = feel::Parse(test, scope, {}, diagnostics);
  if (diagnostics.empty() && ast.type_names.size() == 1 && ast.nodes[0].kind == feel::NodeKind::kInstanceOf)
    return ast.type_names.front();
  const Issues found = diagnostics.Take();
  const bool is_told = !found.empty();
  Report(issues, e.origin, is_told ? found.front().message : "'" + e.text + "' is no type",
         is_told ? found.front().hint : "as in number, list<string>, context<name: string>");
  return std::nullopt;
}

}  // namespace

TableFeature ReadTableFeature(const yaml::Node& node, Issues& issues) {
  Form form(node, "table", issues);
  TableFeature table;
  static const std::map<std::string, HitPolicy> kPolicies = {
      {"unique", HitPolicy::kUnique},          {"any", HitPolicy::kAny},
      {"first", HitPolicy::kFirst},            {"priority", HitPolicy::kPriority},
      {"rule_order", HitPolicy::kRuleOrder},   {"output_order", HitPolicy::kOutputOrder},
      {"collect", HitPolicy::kCollect}};
  static const std::map<std::string, Aggregation> kAggregations = {{"sum", Aggregation::kSum},
                                                                   {"count", Aggregation::kCount},
                                                                   {"min", Aggregation::kMin},
                                                                   {"max", Aggregation::kMax}};
  const std::string hit = form.Word(
      "hit", {"unique", "any", "first", "priority", "rule_order", "output_order", "collect"}, true);
  if (const auto at = kPolicies.find(hit); at != kPolicies.end()) table.hit_policy = at->second;
  const std::string aggregate = form.Word("aggregate", {"sum", "count", "min", "max"}, false);
  if (const auto at = kAggregations.find(aggregate); at != kAggregations.end()) table.aggregation = at->second;
  if (const yaml::Node* inputs = form.Require("inputs"); inputs != nullptr)
    for (const yaml::Node& input : inputs->items) table.inputs.push_back(ReadInput(input, issues));
  form.Each("outputs", false, [&](const yaml::Node& n) { table.outputs.push_back(ReadOutput(n, issues)); });
  if (table.outputs.empty()) table.outputs.emplace_back();
  form.Each("rows", true, [&](const yaml::Node& n) { ReadRow(n, table, issues); });
  CheckOutputs(node, table, issues);
  form.Finish();
  return table;
}

CompiledFeature CompileTableFeature(const TableFeature& table, const FeatureSurroundings& around, Issues& issues) {
  return TableCompiler(table, around, issues).Compile();
}

void DeclareFeature(const Feature& feature, const FeatureSurroundings& around, CompiledFeature& compiled,
                    Issues& issues) {
  if (!feature.type.empty()) {
    compiled.declared = ReadType(feature.type, issues);
    if (compiled.declared && !feel::Overlap(compiled.type, *compiled.declared))
      Report(issues, feature.type.origin,
             "the feature is " + compiled.type.ToString() + ", declared as " + compiled.declared->ToString());
    else if (compiled.declared)
      compiled.type = compiled.declared->OrNull();
  }
  if (feature.allowed.empty() || feature.allowed.text == "-") return;
  feel::CompileOptions options;
  options.origin = feature.allowed.origin;
  options.indent = feature.allowed.indent;
  options.limits = around.limits;
  auto allowed = feel::CompileUnaryTests(feature.allowed.text, compiled.type, around.scope, options);
  if (allowed) compiled.allowed = *std::move(allowed);
  else issues.insert(issues.end(), allowed.error().begin(), allowed.error().end());
}

}  // namespace oxpecker::rules
