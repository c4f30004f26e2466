#include "rules/dmn/expression_compiler.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rules/feel/checker.h"
#include "rules/feel/scanner.h"

namespace oxpecker::dmn {
namespace {

using feel::Type;

// A name that no model can have, for the list of a boxed filter: a private-use character counts as
// no letter in a name that a person writes, so a letter that nobody writes serves.
constexpr std::string_view kFilteredList = "\xEA\x99\xAE";  // U+A66E

bool IsFunctionText(std::string_view text) {
  const std::string words = feel::WithSingleSpaces(text);
  return words.starts_with("function(") || words.starts_with("function (");
}

// A boxed Java function as the language writes it, called with the parameters; what is no text there
// is told by the parser.
Expression JavaCall(const Expression& function) {
  const Expression& body = function.parts.front().value;
  const auto entry = [&body](std::string_view name) {
    for (const ExpressionPart& part : body.parts)
      if (part.name == name) return part.value.text.text;
    return std::string("\"\"");
  };
  std::string names;
  std::string values;
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    names += (i > 0 ? ", p" : "p") + std::to_string(i);
    values += (i > 0 ? ", " : "") + function.parameters[i].name;
  }
  Expression call;
  call.kind = ExpressionKind::kLiteral;
  call.place = body.place;
  call.text.text = "(function(" + names + ") external {java: {class: " + entry("class") +
                   ", method signature: " + entry("method signature") + "}})(" + values + ")";
  call.text.place = body.place;
  return call;
}

}  // namespace

template <class Attempt>
Leaf ExpressionCompiler::Finish(const ExpressionText& text, NameScope& scope,
                                const Attempt& attempt) {
  Leaf leaf;
  leaf.is_empty = false;
  leaf.place = At(text.place);
  const NameScope::Names& names = scope.names();
  leaf.input_count = static_cast<std::uint32_t>(names.slots.size());
  feel::CompileOptions options;
  options.origin = {source_.file, text.place.line, text.place.column};
  auto program = attempt(options);
  if (!program) {
    const Issues strict = std::move(program).error();
    options.type_conflicts_are_errors = false;
    options.undeclared_fields_are_errors = true;
    program = attempt(options);
    const Issues undeclared = program ? Issues() : std::move(program).error();
    options.undeclared_fields_are_errors = false;
    if (!program) program = attempt(options);
    const bool is_whole = program.has_value();  // what is left are doubts and undeclared fields
    for (const Error& error : strict) {
      const bool refuses =
          std::find(undeclared.begin(), undeclared.end(), error) != undeclared.end();
      problems_.push_back({error, refuses || !is_whole, {}});
    }
    if (!is_whole) {
      options.unknown_names_are_errors = false;
      program = attempt(options);
    }
  }
  if (!program) {
    leaf.problem = program.error().front().message;
    leaf.place = program.error().front().place;
    return leaf;
  }
  for (const std::uint32_t input : program->reads()) {
    if (input < names.slots.size()) leaf.reads.push_back({input, names.slots[input]});
  }
  leaf.program = *std::move(program);
  if (keeps_names_) leaf.names = scope.kept_names();
  return leaf;
}

Leaf ExpressionCompiler::CompileText(const ExpressionText& text, NameScope& scope) {
  if (feel::WithSingleSpaces(text.text).empty()) return {};
  return Finish(text, scope, [&](const feel::CompileOptions& options) {
    return feel::Compile(text.text, scope.names().scope, options);
  });
}

Leaf ExpressionCompiler::CompileTests(const ExpressionText& text, const Type& input,
                                      NameScope& scope) {
  const std::string words = feel::WithSingleSpaces(text.text);
  if (words.empty() || words == "-") {
    Leaf any;
    any.always = true;
    return any;
  }
  Leaf leaf = Finish(text, scope, [&](const feel::CompileOptions& options) {
    return feel::CompileUnaryTests(text.text, input, scope.names().scope, options);
  });
  ++leaf.input_count;
  return leaf;
}

CompiledExpression ExpressionCompiler::Compile(const Expression& expression, NameScope& scope) {
  CompiledExpression made;
  made.kind = expression.kind;
  made.place = At(expression.place);
  made.type = TypeOf(expression.type_ref, expression.place);
  switch (expression.kind) {
    case ExpressionKind::kLiteral:
      CompileLiteral(expression, scope, made);
      break;
    case ExpressionKind::kContext:
      CompileContext(expression, scope, made);
      break;
    case ExpressionKind::kRelation:
      CompileRelation(expression, scope, made);
      break;
    case ExpressionKind::kInvocation:
      CompileInvocation(expression, scope, made);
      break;
    case ExpressionKind::kFunction:
      made.function = CompileFunction(expression, "function", scope, types_.ResultOf(made.type));
      made.static_type = made.function->type;
      break;
    case ExpressionKind::kList:
    case ExpressionKind::kConditional: {
      std::optional<Type> joined;
      for (const ExpressionPart& part : expression.parts) {
        made.parts.push_back(Part(part, scope));
        const bool is_condition =
            expression.kind == ExpressionKind::kConditional && made.parts.size() == 1;
        if (is_condition) continue;
        const Type& type = made.parts.back().value.static_type;
        joined = joined ? feel::Join(*joined, type) : type;
      }
      const Type item = joined.value_or(Type::Any());
      made.static_type = expression.kind == ExpressionKind::kList ? Type::List(item) : item;
      break;
    }
    case ExpressionKind::kFor:
    case ExpressionKind::kSome:
    case ExpressionKind::kEvery:
      CompileIteration(expression, scope, made);
      break;
    case ExpressionKind::kFilter:
      CompileFilter(expression, scope, made);
      break;
    case ExpressionKind::kTable:
      CompileTable(expression, scope, made);
      break;
  }
  CheckDeclared(expression.place, made.static_type, made.type);
  if (made.type != kAnyType && expression.kind != ExpressionKind::kFunction) {
    made.static_type = types_.StaticType(made.type);
  }
  return made;
}

CompiledPart ExpressionCompiler::Part(const ExpressionPart& part, NameScope& scope) {
  CompiledPart made;
  made.name = part.name;
  made.has_name = part.has_name;
  made.type = TypeOf(part.type_ref, part.place);
  made.value = Compile(part.value, scope);
  CheckDeclared(part.place, made.value.static_type, made.type);
  return made;
}

// A value that can never have its declared type will always be null. A list may still be unwrapped,
// and a value be wrapped in one.
void ExpressionCompiler::CheckDeclared(Place place, const Type& found, TypeIndex declared) {
  if (declared == kAnyType) return;
  const Type expected = types_.StaticType(declared);
  const bool may_convert = found.tag() == Type::Tag::kList || expected.tag() == Type::Tag::kList ||
                           found.tag() == Type::Tag::kFunction ||
                           expected.tag() == Type::Tag::kFunction ||
                           (found.tag() == Type::Tag::kDate &&
                            expected.tag() == Type::Tag::kDateTime);
  if (may_convert || feel::Overlap(found, expected)) return;
  problems_.push_back({{ErrorCode::kInvalidInput, At(place),
                        "this is " + found.ToString() + ", declared as '" +
                            types_.NameOf(declared) + "'",
                        ""},
                       false,
                       {}});
}

void ExpressionCompiler::CompileLiteral(const Expression& expression, NameScope& scope,
                                        CompiledExpression& made) {
  made.leaf = CompileText(expression.text, scope);
  made.is_given = !made.leaf.is_empty;
  made.static_type = Type::Any();
  if (made.leaf.program) {
    made.static_type = made.leaf.program->type();
  } else if (IsFunctionText(expression.text.text)) {
    // A broken function still hides a built-in of its name: another answer would be a wrong one.
    made.static_type = Type::Function({}, Type::Any());
  }
}

void ExpressionCompiler::CompileContext(const Expression& expression, NameScope& scope,
                                        CompiledExpression& made) {
  const NameScope::Mark outer = scope.mark();
  std::vector<feel::Field> fields;
  std::vector<std::string> names;
  for (const ExpressionPart& entry : expression.parts) {
    // A function may call itself: its own name is known inside, as one of unknown type.
    const bool sees_itself =
        entry.has_name && (entry.value.kind == ExpressionKind::kFunction ||
                           (entry.value.kind == ExpressionKind::kLiteral &&
                            IsFunctionText(entry.value.text.text)));
    const NameScope::Mark before = scope.mark();
    if (sees_itself) scope.Declare(entry.name, Type::Any());
    CompiledPart part = Part(entry, scope);
    scope.Leave(before);
    part.sees_itself = sees_itself;
    const Type type = part.type == kAnyType ? part.value.static_type : types_.StaticType(part.type);
    if (part.has_name) {
      part.slot = scope.Declare(part.name, type);
      fields.push_back({part.name, type, false});
      names.push_back(part.name);
      made.static_type = Type::Any();
    } else {
      made.static_type = type;
    }
    made.parts.push_back(std::move(part));
  }
  scope.Leave(outer);
  const bool has_result = !made.parts.empty() && !made.parts.back().has_name;
  const std::vector<std::string> sorted = [&] {
    std::vector<std::string> copy = names;
    std::sort(copy.begin(), copy.end());
    return copy;
  }();
  const bool is_shape = std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
  if (!has_result && is_shape) made.static_type = Type::Context(std::move(fields));
  if (is_shape) made.shape = std::make_shared<const feel::Shape>(std::move(names));
}

void ExpressionCompiler::CompileRelation(const Expression& expression, NameScope& scope,
                                         CompiledExpression& made) {
  std::vector<std::string> names;
  for (const Parameter& column : expression.columns) {
    if (std::find(names.begin(), names.end(), column.name) != names.end()) {
      AddProblem(problems_, At(column.place),
                 "the relation has two columns '" + column.name + "'");
      return;
    }
    names.push_back(column.name);
    CompiledPart part;  // carries the column's type
    part.name = column.name;
    part.has_name = true;
    part.type = TypeOf(column.type_ref, column.place);
    made.parts.push_back(std::move(part));
  }
  std::vector<std::optional<Type>> types(names.size());
  for (std::size_t i = 0; i < expression.parts.size(); ++i) {
    made.parts.push_back(Part(expression.parts[i], scope));
    std::optional<Type>& type = types[i % names.size()];
    const Type& cell = made.parts.back().value.static_type;
    type = type ? feel::Join(*type, cell) : cell;
  }
  std::vector<feel::Field> fields;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const TypeIndex declared = made.parts[i].type;
    fields.push_back({names[i],
                      declared == kAnyType ? types[i].value_or(Type::Any())
                                           : types_.StaticType(declared),
                      false});
  }
  made.static_type = Type::List(Type::Context(std::move(fields)));
  made.shape = std::make_shared<const feel::Shape>(std::move(names));
}

void ExpressionCompiler::CompileInvocation(const Expression& expression, NameScope& scope,
                                           CompiledExpression& made) {
  for (const ExpressionPart& part : expression.parts) {
    made.parts.push_back(Part(part, scope));
    if (made.parts.size() > 1) made.names.push_back(part.name);
  }
  const Type& function = made.parts.front().value.static_type;
  made.static_type =
      function.tag() == Type::Tag::kFunction ? Type(function.result()) : Type::Any();
}

std::shared_ptr<const FunctionBody> ExpressionCompiler::CompileFunction(
    const Expression& expression, const std::string& name, NameScope& scope,
    TypeIndex result_type) {
  auto function = std::make_shared<FunctionBody>();
  function->name = name;
  function->result_type = result_type;
  const NameScope::Mark outer = scope.mark();
  function->first_parameter = scope.next_slot();
  std::vector<Type> parameters;
  for (const Parameter& parameter : expression.parameters) {
    const TypeIndex type = TypeOf(parameter.type_ref, parameter.place);
    function->parameter_names.push_back(parameter.name);
    function->parameter_types.push_back(type);
    parameters.push_back(types_.StaticType(type));
    scope.Declare(parameter.name, parameters.back());
  }
  const bool is_external =
      !expression.function_kind.empty() && expression.function_kind != "FEEL";
  if (is_external && expression.function_kind == "Java") {
    function->body = Compile(JavaCall(expression), scope);
  } else if (is_external) {
    function->external = expression.function_kind;
    AddProblem(problems_, At(expression.place),
               "external functions (" + expression.function_kind + ") are not supported", {},
               ErrorCode::kUnsupported);
  } else {
    function->body = Compile(expression.parts.front().value, scope);
  }
  scope.Leave(outer);
  function->slot_count = std::max(scope.slot_count(), function->first_parameter);
  const Type result = result_type != kAnyType ? types_.StaticType(result_type)
                                              : function->body.static_type;
  function->type = Type::Function(std::move(parameters), result);
  return function;
}

void ExpressionCompiler::CompileIteration(const Expression& expression, NameScope& scope,
                                          CompiledExpression& made) {
  made.parts.push_back(Part(expression.parts[0], scope));
  const CompiledPart& in = made.parts.front();
  const Type source =
      in.type == kAnyType ? in.value.static_type : types_.StaticType(in.type);
  const NameScope::Mark outer = scope.mark();
  made.iterator_slot = scope.Declare(expression.iterator.name, feel::ItemType(source));
  if (expression.kind == ExpressionKind::kFor) {
    made.partial_slot = scope.Declare("partial", Type::List(Type::Any()));
  }
  made.parts.push_back(Part(expression.parts[1], scope));
  scope.Leave(outer);
  made.static_type = expression.kind == ExpressionKind::kFor
                         ? Type::List(made.parts.back().value.static_type)
                         : Type::Boolean();
}

// A literal match is a filter of the language: list[match]. Any other sees `item` and its entries.
void ExpressionCompiler::CompileFilter(const Expression& expression, NameScope& scope,
                                       CompiledExpression& made) {
  made.parts.push_back(Part(expression.parts[0], scope));
  const Type& source = made.parts.front().value.static_type;
  const Type item = source.tag() == Type::Tag::kList ? Type(source.element()) : source;
  made.static_type = source.tag() == Type::Tag::kList ? source : Type::List(item);
  const Expression& match = expression.parts[1].value;
  const NameScope::Mark outer = scope.mark();
  if (match.kind == ExpressionKind::kLiteral) {
    made.iterator_slot = scope.Declare(std::string(kFilteredList), source);
    constexpr std::uint32_t kAddedColumns = 2;  // the list's name and the bracket
    ExpressionText text = match.text;
    text.text = std::string(kFilteredList) + "[" + text.text + "]";
    text.place.column -= std::min(text.place.column - 1, kAddedColumns);
    made.leaf = CompileText(text, scope);
  } else {
    made.iterator_slot = scope.Declare("item", item);
    if (item.tag() == Type::Tag::kContext) {
      for (const feel::Field& field : item.fields()) {
        if (field.name == "item") continue;
        made.item_slots.emplace_back(field.name, scope.Declare(field.name, field.type));
      }
    }
    made.parts.push_back(Part(expression.parts[1], scope));
  }
  scope.Leave(outer);
}

}  // namespace oxpecker::dmn
