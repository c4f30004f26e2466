#include "rules/dmn_import/feature_writer.h"

#include <algorithm>
#include <utility>

#include "rules/dmn/name_scope.h"
#include "rules/feel/scanner.h"

namespace oxpecker::dmn {
namespace {

using Tag = feel::Type::Tag;

bool IsPrioritized(const DecisionTable& table) {
  return table.hit_policy == HitPolicy::kPriority || table.hit_policy == HitPolicy::kOutputOrder;
}

}  // namespace

void FeatureWriter::Remark(const std::string& place, std::string message, std::string hint) {
  remarks_.push_back({{ErrorCode::kUnsupported, place, decision_what_ + ": " + std::move(message), std::move(hint)}, false});
}

Result<std::vector<WrittenFeature>> FeatureWriter::Write(std::size_t index) {
  const CompiledDecision& decision = model_.decisions[index];
  const Decision& source = model_.sources[0].decisions[index];
  features_.clear();
  decision_what_ = "decision '" + decision.name + "'";
  if (!source.logic || !decision.logic)
    return Fail(ErrorCode::kUnsupported, decision.place, "it has no logic", "give '" + decision_ids_[index] + "' as a fact, or write it as a feature");
  const Surroundings around{NamesOf(model_, decision.bindings, input_ids_, decision_ids_), false, decision_ids_[index]};
  const Head head{decision.name, decision_what_,
                  "DMN decision '" + decision.name + "'" + (decision.id.empty() ? "" : ", id " + decision.id) + ", " + decision.place,
                  decision.place, false};
  const TypeIndex declared = decision.type == kAnyType ? decision.logic->type : decision.type;
  OXP_TRY(WriteFeature(*source.logic, *decision.logic, around, head, declared));
  return std::move(features_);
}

Result<std::string> FeatureWriter::WritePart(const Expression& expression, const CompiledExpression& compiled,
                                             const Surroundings& around, const std::string& name, TypeIndex declared) {
  Surroundings inside = around;
  inside.id = ids_.Take(around.id + " " + name, "part");
  const Head head{name, "'" + name + "' of " + decision_what_, "'" + name + "' of DMN " + decision_what_ + ", " + compiled.place,
                  compiled.place, true};
  OXP_TRY(WriteFeature(expression, compiled, inside, head, declared == kAnyType ? compiled.type : declared));
  return inside.id;
}

Status FeatureWriter::WriteFeature(const Expression& expression, const CompiledExpression& compiled,
                                   const Surroundings& around, const Head& head, TypeIndex declared) {
  if (expression.kind == ExpressionKind::kTable) return WriteTable(expression, compiled, around, head, declared);
  if (!expressions_.HoldsTable(expression, compiled, around.names))
    return WriteExpression(expression, compiled, around, head, declared);
  if (expression.kind == ExpressionKind::kContext) return WriteContext(expression, compiled, around, head, declared);
  if (expression.kind == ExpressionKind::kInvocation) {
    const CompiledKnowledge* callee = expressions_.Callee(compiled, around.names);
    const bool is_inlined = callee != nullptr && callee->function->external.empty() &&
                            expressions_.HoldsTable(expressions_.SourceOf(*callee).logic->parts.front().value,
                                                    callee->function->body, expressions_.NamesInside(*callee), 1);
    if (is_inlined) return WriteCall(*callee, expression, compiled, around, head, declared);
  }
  return WriteExpression(expression, compiled, around, head, declared);
}

Status FeatureWriter::WriteExpression(const Expression& expression, const CompiledExpression& compiled,
                                      const Surroundings& around, const Head& head, TypeIndex declared) {
  auto written = expressions_.Write(expression, compiled, around, declared);
  if (!written) return std::unexpected(std::move(written).error());
  const bool is_bare = expression.kind == ExpressionKind::kLiteral && compiled.type == declared && compiled.leaf.program;
  const feel::Type found = is_bare ? compiled.leaf.program->type() : compiled.static_type;
  Add(around, head, found, declared, ConvertedText(*written, found, model_.types->StaticType(declared)));
  return {};
}

// Each entry a feature, because one of them is a table.
Status FeatureWriter::WriteContext(const Expression& expression, const CompiledExpression& compiled,
                                   const Surroundings& around, const Head& head, TypeIndex declared) {
  Surroundings inside = around;
  std::string entries;
  for (std::size_t i = 0; i < expression.parts.size(); ++i) {
    const ExpressionPart& part = expression.parts[i];
    const CompiledPart& compiled_part = compiled.parts[i];
    if (!part.has_name) return WriteFeature(part.value, compiled_part.value, inside, head, declared);
    if (compiled_part.sees_itself || compiled_part.value.kind == ExpressionKind::kFunction)
      return Fail(ErrorCode::kUnsupported, compiled_part.value.place,
                  "a context holds a table and a function, which cannot be features both",
                  "make the function a business knowledge model");
    auto id = WritePart(part.value, compiled_part.value, inside, part.name, compiled_part.type);
    if (!id) return std::unexpected(std::move(id).error());
    inside.names.ids[compiled_part.slot] = *id;
    entries += (entries.empty() ? "" : ", ") + KeyText(part.name) + ": " + *id;
  }
  Add(around, head, compiled.static_type, declared, "{" + entries + "}");
  return {};
}

// The function's body with the arguments in place of its parameters.
Status FeatureWriter::WriteCall(const CompiledKnowledge& callee, const Expression& expression,
                                const CompiledExpression& compiled, const Surroundings& around, const Head& head,
                                TypeIndex declared) {
  const FunctionBody& function = *callee.function;
  Surroundings inside{expressions_.NamesInside(callee), false, around.id};
  for (std::size_t i = 0; i < function.parameter_names.size(); ++i) {
    const auto at = std::ranges::find(compiled.names, function.parameter_names[i]);
    if (at == compiled.names.end())
      return Fail(ErrorCode::kUnsupported, compiled.place,
                  "the call of '" + callee.name + "' gives no '" + function.parameter_names[i] + "'", "bind it");
    const auto part = static_cast<std::size_t>(at - compiled.names.begin()) + 1;
    auto id = IdOfArgument(expression.parts[part], compiled.parts[part], around, function.parameter_names[i],
                           function.parameter_types[i]);
    if (!id) return std::unexpected(std::move(id).error());
    inside.names.ids[function.first_parameter + static_cast<std::uint32_t>(i)] = *id;
  }
  Head body = head;
  body.provenance += "; its table is that of '" + callee.name + "', " + callee.place;
  return WriteFeature(expressions_.SourceOf(callee).logic->parts.front().value, function.body, inside, body,
                      declared == kAnyType ? function.result_type : declared);
}

// A bare name of the right type as it is; anything else is a feature.
Result<std::string> FeatureWriter::IdOfArgument(const ExpressionPart& part, const CompiledPart& compiled,
                                                const Surroundings& around, const std::string& parameter,
                                                TypeIndex declared) {
  const Leaf& leaf = compiled.value.leaf;
  const TypeIndex type = declared == kAnyType ? compiled.type : declared;
  if (part.value.kind == ExpressionKind::kLiteral && leaf.program && leaf.reads.size() == 1) {
    const auto id = around.names.ids.find(leaf.reads.front().slot);
    const std::string& name = leaf.names->scope.variables()[leaf.reads.front().input].name;
    const bool is_name = id != around.names.ids.end() && feel::WithSingleSpaces(leaf.program->source()) == name;
    if (is_name && Fits(*model_.types, leaf.program->type(), type)) return id->second;
  }
  return WritePart(part.value, compiled.value, around, parameter, type);
}

// --- tables -----------------------------------------------------------------------------------

Status FeatureWriter::WriteTable(const Expression& expression, const CompiledExpression& compiled,
                                 const Surroundings& around, const Head& head, TypeIndex declared) {
  if (compiled.table == nullptr)
    return Fail(ErrorCode::kInvalidInput, compiled.place, "the table has two outputs of one name", "rename one");
  auto table = TableOf(*expression.table, *compiled.table, around);
  if (!table) return std::unexpected(std::move(table).error());
  const feel::Type wanted = model_.types->StaticType(declared);
  if (declared != kAnyType && compiled.static_type.tag() != Tag::kAny && MayConvert(compiled.static_type, wanted))
    Remark(compiled.place, "the table gives " + compiled.static_type.ToString() + ", which a model converts to '" + model_.types->NameOf(declared) + "'",
           "here such a value is unknown; let the table give what is declared");
  Add(around, head, compiled.static_type, declared, *std::move(table));
  if (declared == kAnyType) features_.back().text.type = TableType(*expression.table, *compiled.table);
  return {};
}

// From what its outputs declare; empty where one declares nothing.
std::string FeatureWriter::TableType(const DecisionTable& source, const CompiledTable& table) const {
  std::string text;
  for (const CompiledOutput& output : table.outputs) {
    const std::string type = output.type == kAnyType ? "" : TypeText(model_.types->StaticType(output.type));
    if (type.empty()) return {};
    text += (text.empty() ? "" : ", ") + (table.outputs.size() == 1 ? type : output.name + ": " + type);
  }
  if (table.outputs.size() > 1) text = "context<" + text + ">";
  if (source.aggregation == Aggregation::kSum || source.aggregation == Aggregation::kCount) return "number";
  return feel::GivesList(source.hit_policy, source.aggregation) ? (table.has_default ? "" : "list<" + text + ">") : text;
}

Result<TableText> FeatureWriter::TableOf(const DecisionTable& source, const CompiledTable& table,
                                         const Surroundings& around) {
  TableText text;
  text.hit_policy = source.hit_policy;
  text.aggregation = source.aggregation;
  for (std::size_t i = 0; i < source.inputs.size(); ++i) {
    const CompiledInput& input = table.inputs[i];
    TableText::Input made;
    OXP_TRY(made.expression, expressions_.WriteText(input.expression, around));
    if (input.values.always) {
      made.allowed = AllowedOf(*model_.types, input.type).tests;
    } else {
      OXP_TRY(made.allowed, expressions_.WriteTests(input.values, around));
    }
    made.label = source.inputs[i].label;
    const feel::Type found = input.expression.program ? input.expression.program->type() : feel::Type::Any();
    if (!HasForm(*model_.types, found, input.type)) {
      const std::string checked = CheckedText(*model_.types, made.expression, found, input.type);
      if (checked.empty())
        Remark(input.expression.place, "the input is declared as '" + model_.types->NameOf(input.type) + "', which cannot be checked wholly",
               "look whether it can be anything else");
      else
        made.expression = checked;
    }
    text.inputs.push_back(std::move(made));
  }
  for (std::size_t i = 0; i < source.outputs.size(); ++i) {
    OXP_TRY(TableText::Output output, OutputOf(source.outputs[i], table.outputs[i], IsPrioritized(source), around));
    text.outputs.push_back(std::move(output));
  }
  if (text.outputs.size() == 1) text.outputs.front().name.clear();
  for (std::size_t rule = 0; rule < source.rules.size(); ++rule) {
    OXP_TRY(TableText::Row row, RowOf(source, table, rule, around));
    text.rows.push_back(std::move(row));
  }
  return text;
}

Result<TableText::Output> FeatureWriter::OutputOf(const TableOutput& source, const CompiledOutput& output,
                                                  bool is_ordered, const Surroundings& around) {
  TableText::Output made;
  made.name = source.name;
  made.label = source.label;
  const AllowedValues of_type = AllowedOf(*model_.types, output.type);
  if (!output.values.always) {
    OXP_TRY(made.allowed, expressions_.WriteTests(output.values, around));
  } else {
    const bool is_order = is_ordered && output.priorities.program;
    made.allowed = is_order ? model_.types->ConstraintOf(output.type)->source() : of_type.tests;
  }
  const bool asks_more = of_type.is_partial || (!of_type.tests.empty() && of_type.tests != made.allowed);
  if (asks_more)
    Remark(PlaceText(model_.sources[0], source.place),
           "allowed values inside '" + model_.types->NameOf(output.type) + "' are not checked", "look whether the output can be another");
  if (!output.default_value.is_empty) {
    OXP_TRY(made.default_value, expressions_.WriteText(output.default_value, around));
  }
  return made;
}

Result<TableText::Row> FeatureWriter::RowOf(const DecisionTable& source, const CompiledTable& table, std::size_t rule,
                                            const Surroundings& around) {
  TableText::Row row;
  for (const Leaf& cell : table.rules[rule].cells) {
    OXP_TRY(std::string test, expressions_.WriteTests(cell, around));
    row.tests.push_back(std::move(test));
  }
  for (std::size_t i = 0; i < table.rules[rule].outputs.size(); ++i) {
    const Leaf& cell = table.rules[rule].outputs[i];
    OXP_TRY(std::string result, expressions_.WriteText(cell, around));
    const TypeIndex declared = table.outputs[i].type;
    const feel::Type found = cell.program ? cell.program->type() : feel::Type::Null();
    const feel::Type wanted = model_.types->StaticType(declared);
    row.results.push_back(declared == kAnyType ? result : ConvertedText(result, found, wanted));
  }
  const std::vector<std::string>& annotations = source.rules[rule].annotations;
  for (std::size_t i = 0; i < annotations.size(); ++i) {
    const std::string text = feel::WithSingleSpaces(annotations[i]);
    if (text.empty()) continue;
    const bool is_named = annotations.size() > 1 && i < source.annotations.size() && !source.annotations[i].empty();
    row.note += (row.note.empty() ? "" : "; ") + (is_named ? source.annotations[i] + ": " : "") + text;
  }
  return row;
}

void FeatureWriter::Add(const Surroundings& around, const Head& head, const feel::Type& found, TypeIndex declared,
                        std::variant<std::string, TableText> definition) {
  WrittenFeature feature;
  feature.text = {around.id, head.element, head.provenance, "", "", std::move(definition)};
  feature.type = declared == kAnyType ? found : model_.types->StaticType(declared).OrNull();
  feature.place = head.place;
  feature.what = head.what;
  feature.element = head.element;
  feature.is_part = head.is_part;
  if (declared != kAnyType) {
    const std::string type = TypeText(model_.types->StaticType(declared));
    feature.text.type = type == "Any" ? "" : type;
    const AllowedValues allowed = AllowedOf(*model_.types, declared);
    feature.text.allowed = allowed.tests;
    if (type.empty() || allowed.is_partial)
      Remark(head.place, "not all that its type '" + model_.types->NameOf(declared) + "' asks for is checked",
             "look whether the value can be anything else");
  }
  features_.push_back(std::move(feature));
}

}  // namespace oxpecker::dmn
