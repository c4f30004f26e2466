// Decision tables.
#include <algorithm>
#include <utility>

#include "rules/dmn/expression_compiler.h"
#include "rules/feel/checker.h"
#include "rules/feel/scanner.h"

namespace oxpecker::dmn {

using feel::Type;

namespace {

bool IsPrioritized(const DecisionTable& table) {
  return table.hit_policy == HitPolicy::kPriority || table.hit_policy == HitPolicy::kOutputOrder;
}

// Which rules hold, by column. A table with a broken cell is asked rule by rule.
std::optional<feel::TableIndex> IndexOf(const CompiledTable& table) {
  std::vector<const feel::Program*> cells;
  for (const CompiledRule& rule : table.rules) {
    for (const Leaf& cell : rule.cells) {
      if (!cell.always && !cell.program) return std::nullopt;
      cells.push_back(cell.always ? nullptr : &*cell.program);
    }
  }
  return feel::TableIndex::Build(cells, {table.rules.size(), table.inputs.size()}, {});
}

// "[a, b]" of the tests "a, b"; the place is that of the tests.
ExpressionText InBrackets(const std::string& tests, Place place) {
  ExpressionText list{"[" + tests + "]", place, true};
  list.place.column -= std::min(list.place.column - 1, 1U);
  return list;
}

}  // namespace

CompiledInput ExpressionCompiler::CompileInput(const TableInput& input, NameScope& scope,
                                               Type& type) {
  CompiledInput made;
  made.text = feel::WithSingleSpaces(input.expression.text);
  made.expression = CompileText(input.expression, scope);
  made.type = TypeOf(input.type_ref, input.place);
  const Type found =
      made.expression.program ? made.expression.program->type() : Type::Any();
  CheckDeclared(input.place, found, made.type);
  type = made.type == kAnyType ? found : types_.StaticType(made.type);
  made.values = CompileTests(input.values, type, scope);
  return made;
}

// The order of priority: the table's own list of values, else that of the type.
Leaf ExpressionCompiler::Priorities(const TableOutput& output, TypeIndex type, NameScope& scope) {
  if (output.values.is_given) {
    return CompileText(InBrackets(output.values.text, output.values.place), scope);
  }
  const feel::Program* allowed = types_.ConstraintOf(type);
  if (allowed != nullptr) {
    const Place place{allowed->origin().line, allowed->origin().column};
    return CompileText(InBrackets(allowed->source(), place), scope);
  }
  return {};  // this output has no say in the order
}

CompiledOutput ExpressionCompiler::CompileOutput(const TableOutput& output,
                                                 const DecisionTable& table, NameScope& scope) {
  CompiledOutput made;
  made.name = output.name;
  made.type = TypeOf(output.type_ref, output.place);
  made.values = CompileTests(output.values, types_.StaticType(made.type), scope);
  if (IsPrioritized(table)) made.priorities = Priorities(output, made.type, scope);
  made.default_value = OutputEntry(output.default_value, made, scope);
  return made;
}

Leaf ExpressionCompiler::OutputEntry(const ExpressionText& text, const CompiledOutput& output,
                                     NameScope& scope) {
  if (feel::WithSingleSpaces(text.text) == "-") return {};
  Leaf leaf = CompileText(text, scope);
  if (leaf.program) CheckDeclared(text.place, leaf.program->type(), output.type);
  return leaf;
}

void ExpressionCompiler::CompileTable(const Expression& expression, NameScope& scope,
                                      CompiledExpression& made) {
  const DecisionTable& source = *expression.table;
  auto table = std::make_shared<CompiledTable>();
  table->hit_policy = source.hit_policy;
  table->aggregation = source.aggregation;
  table->slots = scope.names().slots;
  std::vector<Type> input_types(source.inputs.size());
  for (std::size_t i = 0; i < source.inputs.size(); ++i) {
    table->inputs.push_back(CompileInput(source.inputs[i], scope, input_types[i]));
  }
  std::vector<std::string> names;
  for (const TableOutput& output : source.outputs) {
    table->outputs.push_back(CompileOutput(output, source, scope));
    if (!table->outputs.back().default_value.is_empty) table->has_default = true;
    if (std::find(names.begin(), names.end(), output.name) != names.end()) {
      AddProblem(problems_, At(output.place),
                 "the table has two outputs '" + output.name + "'");
      made.static_type = Type::Any();
      return;
    }
    names.push_back(output.name);
  }
  const bool has_order =
      std::any_of(table->outputs.begin(), table->outputs.end(),
                  [](const CompiledOutput& output) { return !output.priorities.is_empty; });
  if (IsPrioritized(source) && !has_order) {
    AddProblem(problems_, made.place,
               std::string("the hit policy ") + Name(source.hit_policy) +
                   " needs the values of an output in the order of their priority",
               "add outputValues");
  }
  std::vector<std::optional<Type>> output_types(source.outputs.size());
  for (const TableRule& rule : source.rules) {
    CompiledRule compiled;
    for (std::size_t i = 0; i < rule.inputs.size(); ++i) {
      compiled.cells.push_back(CompileTests(rule.inputs[i], input_types[i], scope));
    }
    for (std::size_t i = 0; i < rule.outputs.size(); ++i) {
      compiled.outputs.push_back(OutputEntry(rule.outputs[i], table->outputs[i], scope));
      const Leaf& leaf = compiled.outputs.back();
      const Type type = leaf.program ? leaf.program->type() : Type::Null();
      output_types[i] = output_types[i] ? feel::Join(*output_types[i], type) : type;
    }
    table->rules.push_back(std::move(compiled));
  }
  table->index = IndexOf(*table);
  std::vector<feel::Field> fields;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const TypeIndex declared = table->outputs[i].type;
    const Type type = declared == kAnyType ? output_types[i].value_or(Type::Any())
                                           : types_.StaticType(declared);
    fields.push_back({names[i], table->has_default ? Type::Any() : type, false});
  }
  const Type one = fields.size() == 1 ? fields.front().type : Type::Context(fields);
  made.static_type = feel::GivesList(source.hit_policy, source.aggregation) ? Type::List(one)
                     : source.aggregation != Aggregation::kNone ? Type::Any()
                                                                : one;
  if (names.size() > 1) table->shape = std::make_shared<const feel::Shape>(std::move(names));
  made.table = std::move(table);
}

}  // namespace oxpecker::dmn
