#include "rules/dmn_import/expression_text.h"

#include <algorithm>

#include "rules/feel/scanner.h"

namespace oxpecker::dmn {
namespace {

constexpr std::size_t kInlineDepthMax = 8;
// The name that the compiler gives to the list of a boxed filter (expression_compiler.cc).
constexpr std::string_view kFilteredList = "\xEA\x99\xAE";

std::unexpected<Error> CannotBeCarried(const std::string& place, std::string why, std::string hint = {}) {
  return Fail(ErrorCode::kUnsupported, place, std::move(why), std::move(hint));
}

}  // namespace

SlotNames NamesOf(const CompiledModel& model, const std::vector<Binding>& bindings,
                  const std::vector<std::string>& input_ids, const std::vector<std::string>& decision_ids) {
  SlotNames names;
  for (const Binding& binding : bindings) {
    const ElementRef ref = binding.elements.front();
    if (binding.shape != nullptr) {
      names.out_of_reach.emplace(binding.slot, "it uses an imported model");
      continue;
    }
    switch (ref.kind) {
      case ElementKind::kInput:
        if (model.inputs[ref.index].model == 0) names.ids.emplace(binding.slot, input_ids[ref.index]);
        else names.out_of_reach.emplace(binding.slot, "it uses '" + model.inputs[ref.index].name + "' of an imported model");
        break;
      case ElementKind::kDecision:
        if (model.decisions[ref.index].model == 0) names.ids.emplace(binding.slot, decision_ids[ref.index]);
        else names.out_of_reach.emplace(binding.slot, "it uses '" + model.decisions[ref.index].name + "' of an imported model");
        break;
      case ElementKind::kKnowledge:
        if (model.knowledge[ref.index].model == 0) names.knowledge.emplace(binding.slot, ref.index);
        else names.out_of_reach.emplace(binding.slot, "it calls '" + model.knowledge[ref.index].name + "' of an imported model");
        break;
      case ElementKind::kService:
        names.out_of_reach.emplace(binding.slot, "it calls the decision service '" + model.services[ref.index].name + "'");
        break;
    }
  }
  return names;
}

const Knowledge& ExpressionWriter::SourceOf(const CompiledKnowledge& knowledge) const {
  return model_.sources[0].knowledge[static_cast<std::size_t>(&knowledge - model_.knowledge.data())];
}

SlotNames ExpressionWriter::NamesInside(const CompiledKnowledge& knowledge) const {
  return NamesOf(model_, knowledge.bindings, {}, {});  // it requires neither inputs nor decisions
}

const CompiledKnowledge* ExpressionWriter::Callee(const CompiledExpression& invocation, const SlotNames& names) const {
  const CompiledExpression& function = invocation.parts.front().value;
  const Leaf& leaf = function.leaf;
  if (function.kind != ExpressionKind::kLiteral || !leaf.program || leaf.reads.size() != 1) return nullptr;
  const auto at = names.knowledge.find(leaf.reads.front().slot);
  if (at == names.knowledge.end()) return nullptr;
  const CompiledKnowledge& knowledge = model_.knowledge[at->second];
  const bool is_name = feel::WithSingleSpaces(leaf.program->source()) == knowledge.name;
  return is_name && knowledge.function != nullptr && SourceOf(knowledge).logic ? &knowledge : nullptr;
}

bool ExpressionWriter::HoldsTable(const Expression& expression, const CompiledExpression& compiled,
                                  const SlotNames& names, std::size_t depth) const {
  if (expression.kind == ExpressionKind::kTable) return true;
  if (expression.kind == ExpressionKind::kInvocation) {
    const CompiledKnowledge* callee = Callee(compiled, names);
    const bool is_feel = callee != nullptr && callee->function->external.empty() &&
                         SourceOf(*callee).logic->function_kind != "Java";
    if (is_feel && depth < kInlineDepthMax &&
        HoldsTable(SourceOf(*callee).logic->parts.front().value, callee->function->body, NamesInside(*callee), depth + 1))
      return true;
  }
  const bool has_own_parts = expression.kind == ExpressionKind::kInvocation || expression.kind == ExpressionKind::kContext ||
                             expression.kind == ExpressionKind::kList || expression.kind == ExpressionKind::kConditional;
  if (!has_own_parts) return false;
  for (std::size_t i = 0; i < expression.parts.size(); ++i)
    if (HoldsTable(expression.parts[i].value, compiled.parts[i].value, names, depth)) return true;
  return false;
}

void ExpressionWriter::RemarkUnchecked(const std::string& place, const std::string& what, TypeIndex declared) {
  remarks_.push_back({{ErrorCode::kUnsupported, place,
                       what + " is declared as '" + model_.types->NameOf(declared) +
                           "', which an expression cannot check wholly",
                       "look whether it can be anything else, or make it a decision of its own"},
                      false});
}

std::string ExpressionWriter::AsDeclared(const std::string& text, const feel::Type& found, TypeIndex declared,
                                         const std::string& place, const std::string& what) {
  std::string checked = has_own_assert_ && !Fits(*model_.types, found, declared) ? "" : CheckedText(*model_.types, text, found, declared);
  if (!checked.empty()) return checked;
  RemarkUnchecked(place, what, declared);
  return text;
}

Result<std::string> ExpressionWriter::Write(const Expression& expression, const CompiledExpression& compiled,
                                            const Surroundings& around, TypeIndex declared) {
  Used used;
  const bool is_checked = expression.kind == ExpressionKind::kLiteral && compiled.type == declared;
  OXP_TRY(const std::string text, is_checked ? OfLeaf(compiled.leaf, around, used) : Compose(expression, compiled, around, used));
  return WithFunctions(text, used);
}

Result<std::string> ExpressionWriter::WriteText(const Leaf& leaf, const Surroundings& around) {
  Used used;
  OXP_TRY(const std::string text, OfLeaf(leaf, around, used));
  return WithFunctions(text, used);
}

Result<std::string> ExpressionWriter::WriteTests(const Leaf& leaf, const Surroundings& around) {
  if (leaf.always) return std::string("-");
  OXP_TRY(const RewrittenText rewritten, Rewrite(leaf, true, around.names));
  if (rewritten.knowledge.empty()) return rewritten.text;
  return CannotBeCarried(leaf.place, "a cell calls the function '" + model_.knowledge[*rewritten.knowledge.begin()].name + "' of the model",
                         "compute it in an input of the table, or in a decision of its own");
}

Result<std::string> ExpressionWriter::OfLeaf(const Leaf& leaf, const Surroundings& around, Used& used) {
  if (leaf.is_empty) return std::string("null");
  OXP_TRY(RewrittenText rewritten, Rewrite(leaf, false, around.names));
  used.insert(rewritten.knowledge.begin(), rewritten.knowledge.end());
  return std::move(rewritten.text);
}

Result<std::string> ExpressionWriter::Compose(const Expression& expression, const CompiledExpression& compiled,
                                              const Surroundings& around, Used& used) {
  switch (expression.kind) {
    case ExpressionKind::kLiteral: {
      OXP_TRY(const std::string text, OfLeaf(compiled.leaf, around, used));
      const feel::Type found = compiled.leaf.program ? compiled.leaf.program->type() : feel::Type::Null();
      return AsDeclared(text, found, compiled.type, compiled.place, "the value");
    }
    case ExpressionKind::kContext:
      return OfContext(expression, compiled, around, used);
    case ExpressionKind::kList:
      return OfList(expression, compiled, around, used);
    case ExpressionKind::kRelation:
      return OfRelation(expression, compiled, around, used);
    case ExpressionKind::kInvocation:
      return OfInvocation(expression, compiled, around, used);
    case ExpressionKind::kFunction:
      return OfFunction(expression, *compiled.function, around, used);
    case ExpressionKind::kConditional:
      return OfConditional(expression, compiled, around, used);
    case ExpressionKind::kFor:
    case ExpressionKind::kSome:
    case ExpressionKind::kEvery:
      return OfIteration(expression, compiled, around, used);
    case ExpressionKind::kFilter:
      return OfFilter(expression, compiled, around, used);
    case ExpressionKind::kTable:
      break;
  }
  return CannotBeCarried(compiled.place, "a decision table stands inside an expression, which cannot hold one",
                         "make it a decision of its own");
}

// A part without a table is text; one with a table is a feature.
Result<std::string> ExpressionWriter::Part(const ExpressionPart& part, const CompiledPart& compiled,
                                           const Surroundings& around, const std::string& name, Used& used) {
  if (!around.has_variables && HoldsTable(part.value, compiled.value, around.names))
    return parts_.WritePart(part.value, compiled.value, around, name, compiled.type);
  OXP_TRY(const std::string text, Compose(part.value, compiled.value, around, used));
  if (compiled.sees_itself || part.value.kind == ExpressionKind::kFunction) return text;  // it must begin as a function
  return AsDeclared(text, compiled.value.static_type, compiled.type, compiled.value.place, "'" + name + "'");
}

Result<std::string> ExpressionWriter::OfContext(const Expression& expression, const CompiledExpression& compiled,
                                                const Surroundings& around, Used& used) {
  Surroundings inside = around;
  inside.has_variables = true;
  std::vector<std::string> keys;
  std::vector<std::string> values;
  std::string all;
  bool has_result = false;
  for (std::size_t i = 0; i < expression.parts.size(); ++i) {
    const ExpressionPart& part = expression.parts[i];
    OXP_TRY(std::string value, Part(part, compiled.parts[i], inside, part.has_name ? part.name : "result", used));
    has_result = !part.has_name;
    keys.push_back(part.name);
    all += part.name + " " + value + " ";
    values.push_back(std::move(value));
    if (has_result) break;
  }
  const std::string result = WordNotIn(all, "result");
  std::string text;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const bool is_result = has_result && i + 1 == keys.size();
    text += (text.empty() ? "\n  " : ",\n  ") + (is_result ? result : KeyText(keys[i])) + ": " + Closed(values[i]);
  }
  return "{" + text + "\n}" + (has_result ? "." + result : "");
}

Result<std::string> ExpressionWriter::OfList(const Expression& expression, const CompiledExpression& compiled,
                                             const Surroundings& around, Used& used) {
  std::string text;
  for (std::size_t i = 0; i < expression.parts.size(); ++i) {
    OXP_TRY(const std::string item, Part(expression.parts[i], compiled.parts[i], around, "item " + std::to_string(i + 1), used));
    text += (text.empty() ? "" : ", ") + Closed(item);
  }
  return "[" + text + "]";
}

// The compiled parts begin with one for each column, which has its type.
Result<std::string> ExpressionWriter::OfRelation(const Expression& expression, const CompiledExpression& compiled,
                                                 const Surroundings& around, Used& used) {
  const std::size_t columns = expression.columns.size();
  if (compiled.shape == nullptr || columns == 0)
    return CannotBeCarried(compiled.place, "the relation has no columns, or two of one name");
  std::string text;
  for (std::size_t i = 0; i < expression.parts.size(); ++i) {
    const CompiledPart& column = compiled.parts[i % columns];
    const CompiledPart& cell = compiled.parts[columns + i];
    OXP_TRY(std::string value, Compose(expression.parts[i].value, cell.value, around, used));
    value = AsDeclared(value, cell.value.static_type, column.type, cell.value.place, "'" + column.name + "'");
    text += i % columns == 0 ? (i == 0 ? "\n  {" : "},\n  {") : ", ";
    text += KeyText(column.name) + ": " + Closed(value);
  }
  return "[" + text + (text.empty() ? "]" : "}\n]");
}

Result<std::string> ExpressionWriter::OfInvocation(const Expression& expression, const CompiledExpression& compiled,
                                                   const Surroundings& around, Used& used) {
  const bool is_name = Callee(compiled, around.names) != nullptr;
  OXP_TRY(const std::string function, Compose(expression.parts.front().value, compiled.parts.front().value, around, used));
  std::string arguments;
  for (std::size_t i = 1; i < expression.parts.size(); ++i) {
    const ExpressionPart& part = expression.parts[i];
    OXP_TRY(const std::string argument, Part(part, compiled.parts[i], around, part.name, used));
    arguments += (arguments.empty() ? "" : ", ") + part.name + ": " + Closed(argument);
  }
  return (is_name ? function : InParentheses(function)) + "(" + arguments + ")";
}

Result<std::string> ExpressionWriter::OfFunction(const Expression& expression, const FunctionBody& function,
                                                 const Surroundings& around, Used& used) {
  const bool is_external = !expression.function_kind.empty() && expression.function_kind != "FEEL";
  if (is_external)
    return CannotBeCarried(PlaceText(model_.sources[0], expression.place),
                           "'" + function.name + "' is an external function (" + expression.function_kind + ")",
                           "write what it does in FEEL");
  Surroundings inside = around;
  inside.has_variables = true;
  std::string parameters;
  for (std::size_t i = 0; i < function.parameter_names.size(); ++i) {
    const TypeIndex type = function.parameter_types[i];
    const std::string text = type == kAnyType ? "" : TypeText(model_.types->StaticType(type));
    if (type != kAnyType && (text.empty() || !AllowedOf(*model_.types, type).tests.empty()))
      RemarkUnchecked(function.body.place, "the parameter '" + function.parameter_names[i] + "'", type);
    parameters += (parameters.empty() ? "" : ", ") + function.parameter_names[i] + (text.empty() || text == "Any" ? "" : ": " + text);
  }
  OXP_TRY(const std::string body, Compose(expression.parts.front().value, function.body, inside, used));
  return "function(" + parameters + ") " + AsDeclared(body, function.body.static_type, function.result_type, function.body.place,
                                                     "the result of '" + function.name + "'");
}

Result<std::string> ExpressionWriter::OfConditional(const Expression& expression, const CompiledExpression& compiled,
                                                    const Surroundings& around, Used& used) {
  OXP_TRY(const std::string condition, Part(expression.parts[0], compiled.parts[0], around, "if", used));
  OXP_TRY(const std::string yes, Part(expression.parts[1], compiled.parts[1], around, "then", used));
  OXP_TRY(const std::string no, Part(expression.parts[2], compiled.parts[2], around, "else", used));
  return "if " + Closed(condition) + " then " + Closed(yes) + " else " + no;
}

Result<std::string> ExpressionWriter::OfIteration(const Expression& expression, const CompiledExpression& compiled,
                                                  const Surroundings& around, Used& used) {
  OXP_TRY(const std::string source, Part(expression.parts[0], compiled.parts[0], around, "in", used));
  Surroundings inside = around;
  inside.has_variables = true;
  OXP_TRY(const std::string body, Part(expression.parts[1], compiled.parts[1], inside, "body", used));
  const char* word = expression.kind == ExpressionKind::kFor    ? "for "
                     : expression.kind == ExpressionKind::kSome ? "some "
                                                                : "every ";
  return word + expression.iterator.name + " in " + InParentheses(source) +
         (expression.kind == ExpressionKind::kFor ? " return " : " satisfies ") + body;
}

Result<std::string> ExpressionWriter::OfFilter(const Expression& expression, const CompiledExpression& compiled,
                                               const Surroundings& around, Used& used) {
  OXP_TRY(const std::string list, Part(expression.parts[0], compiled.parts[0], around, "in", used));
  Surroundings inside = around;
  inside.has_variables = true;
  if (compiled.parts.size() > 1) {
    OXP_TRY(const std::string match, Part(expression.parts[1], compiled.parts[1], inside, "match", used));
    return InParentheses(list) + "[" + Closed(match) + "]";
  }
  OXP_TRY(std::string text, OfLeaf(compiled.leaf, inside, used));
  const std::size_t at = text.find(kFilteredList);
  if (at == std::string::npos) return CannotBeCarried(compiled.place, "the filter cannot be written as an expression");
  return text.replace(at, kFilteredList.size(), InParentheses(list));
}

// {f: function(...) ..., result: text}.result
Result<std::string> ExpressionWriter::WithFunctions(const std::string& text, const Used& used) {
  if (used.empty()) return text;
  std::string functions;
  std::vector<std::uint32_t> open;
  Used done;
  for (const std::uint32_t knowledge : used) OXP_TRY(AddFunction(knowledge, open, done, functions));
  const std::string result = WordNotIn(functions + text, "result");
  return "{\n" + functions + "  " + result + ": " + Closed(text) + "\n}." + result;
}

// What it calls comes first; it may call itself, by its own name.
Status ExpressionWriter::AddFunction(std::uint32_t index, std::vector<std::uint32_t>& open, Used& done, std::string& text) {
  if (done.contains(index)) return {};
  const CompiledKnowledge& knowledge = model_.knowledge[index];
  if (std::ranges::find(open, index) != open.end())
    return CannotBeCarried(knowledge.place, "functions that call each other cannot be written into one expression: '" + knowledge.name + "'");
  if (knowledge.function == nullptr || !SourceOf(knowledge).logic)
    return CannotBeCarried(knowledge.place, "the function '" + knowledge.name + "' has no logic");
  open.push_back(index);
  Used used;
  const Surroundings inside{NamesInside(knowledge), true, {}};
  auto function = OfFunction(*SourceOf(knowledge).logic, *knowledge.function, inside, used);
  if (!function) return std::unexpected(std::move(function).error());
  for (const std::uint32_t other : used)
    if (other != index) OXP_TRY(AddFunction(other, open, done, text));
  open.pop_back();
  done.insert(index);
  text += "  " + KeyText(knowledge.name) + ": " + Closed(*function) + ",\n";
  return {};
}

}  // namespace oxpecker::dmn
