// Literals, brackets, constructs and types.
#include <algorithm>
#include <utility>

#include "base/decimal.h"
#include "rules/feel/java_functions.h"
#include "rules/feel/parser.h"
#include "rules/feel/temporal.h"

namespace oxpecker::feel {
NodeIndex Parser::ParsePrimary() {
  if (failed_) return AddLiteral({}, Value::Null());
  const std::uint32_t begin = scanner_.position();
  if (scanner_.AtNumber()) return ParseNumber();
  if (!scanner_.Word().empty()) return ParseName();
  if (scanner_.Found() == "'\"'") {
    const std::string text = scanner_.TakeText();
    return AddLiteral(SpanFrom(begin), Value::String(ast_.arena.Copy(text)));
  }
  if (scanner_.Found() == "'@'") return ParseTemporal();
  const std::string_view symbol = scanner_.Symbol();
  if (symbol == "(") return ParseParenthesis();
  if (symbol == "[" || symbol == "]") return ParseBracket();
  if (symbol == "{") return ParseContext();
  if (symbol == "?" && options_.input_value) {
    scanner_.Accept("?");
    uses_input_value_ = true;
    return AddInput(SpanFrom(begin), static_cast<std::uint32_t>(scope_.variables().size()),
                    *options_.input_value);
  }
  return FailExpected("an operand");
}

NodeIndex Parser::ParseNumber() {
  const std::uint32_t begin = scanner_.position();
  const std::string text(scanner_.TakeNumber());
  const std::optional<Decimal> number = Decimal::Parse(text);
  const bool is_small = text.find("e-") != std::string::npos || text.find("E-") != std::string::npos;
  if (!number) return Fail(SpanFrom(begin), is_small ? "this number is too close to zero" : "this number is too large");
  return AddLiteral(SpanFrom(begin), Value::Number(*number));
}

// @"2026-03-16": a date, time, date and time, or duration.
NodeIndex Parser::ParseTemporal() {
  const std::uint32_t begin = scanner_.position();
  scanner_.Restore(begin + 1, scanner_.end());
  if (scanner_.position() != begin + 1 || scanner_.Found() != "'\"'") {
    return FailExpected("a text in quotes after '@'");
  }
  const std::string text = scanner_.TakeText();
  if (const std::optional<Value> value = feel::ParseTemporal(text)) {
    return AddLiteral(SpanFrom(begin), *value);
  }
  const std::string why = WhyNoTemporal(text);
  if (options_.type_conflicts_are_errors && !why.empty()) {
    diagnostics_.Add(ErrorCode::kInvalidInput, SpanFrom(begin), why, "");
  } else if (options_.type_conflicts_are_errors) {
    diagnostics_.Add(ErrorCode::kInvalidInput, SpanFrom(begin),
                     "this is no date, time, date and time, or duration",
                     "write @\"2026-03-16\", @\"10:00:00\", @\"2026-03-16T10:00:00Z\" or @\"P3D\"");
  }
  const Cause* cause = ast_.arena.New<Cause>(CauseKind::kDomain, SpanFrom(begin),
                                             "no date, time, date and time, or duration");
  return AddLiteral(SpanFrom(begin), Value::Null(cause));
}

// (expression), (low..high), or a test as a value: (< 10).
NodeIndex Parser::ParseParenthesis() {
  const std::uint32_t begin = scanner_.position();
  scanner_.Accept("(");
  ++brackets_;
  if (const std::optional<TestOperator> op = AcceptTestOperator()) {
    const NodeIndex end = ParseLevel(Level::kSum);
    --brackets_;
    Expect(")");
    return Add(NodeKind::kTestRange, SpanFrom(begin), {end}, 0, static_cast<std::uint8_t>(*op));
  }
  const NodeIndex inner = ParseLevel(Level::kExpression);
  --brackets_;
  if (scanner_.Symbol() == "..") return ParseRangeEnd(inner, false, begin);
  Expect(")");
  // Its parentheses belong to it, so that what is said of "(a - b) / c" shows both of them.
  ast_.nodes[inner].span = SpanFrom(begin);
  return inner;
}

// [items], [low..high] or ]low..high].
NodeIndex Parser::ParseBracket() {
  const std::uint32_t begin = scanner_.position();
  const bool low_included = scanner_.Accept("[");
  if (!low_included) scanner_.Accept("]");
  std::vector<NodeIndex> items;
  ++brackets_;
  if (!low_included || scanner_.Symbol() != "]") {
    do {
      items.push_back(ParseLevel(Level::kExpression));
      if (items.size() == 1 && scanner_.Symbol() == "..") {
        --brackets_;
        return ParseRangeEnd(items[0], low_included, begin);
      }
      if (!low_included && !failed_) FailExpected("'..' of a range that begins with ']'");
    } while (!failed_ && scanner_.Accept(","));
  }
  --brackets_;
  Expect("]");
  return Add(NodeKind::kList, SpanFrom(begin), items);
}

// At the two dots.
NodeIndex Parser::ParseRangeEnd(NodeIndex low, bool low_included, std::uint32_t begin) {
  scanner_.Accept("..");
  const std::uint32_t outer = range_end_brackets_;
  range_end_brackets_ = brackets_ + 1;
  const NodeIndex high = ParseLevel(Level::kSum);
  range_end_brackets_ = outer;
  const bool high_included = scanner_.Accept("]");
  if (!high_included && !scanner_.Accept(")") && !scanner_.Accept("[")) {
    if (!failed_) FailExpected("']', ')' or '[' at the end of the range");
  }
  const std::uint8_t ends =
      static_cast<std::uint8_t>((low_included ? RangeEnds::kLowIncluded : 0) |
                                (high_included ? RangeEnds::kHighIncluded : 0));
  return Add(NodeKind::kRange, SpanFrom(begin), {low, high}, 0, ends);
}

// {name: value, "any text": value}; an entry sees those before it.
NodeIndex Parser::ParseContext() {
  const std::uint32_t begin = scanner_.position();
  scanner_.Accept("{");
  ++brackets_;
  frames_.emplace_back();
  const std::size_t frame = frames_.size() - 1;
  std::vector<std::string> names;
  std::vector<NodeIndex> values;
  while (!failed_ && scanner_.Symbol() != "}") {
    std::string name;
    if (scanner_.Found() == "'\"'") {
      name = scanner_.TakeText();
    } else {
      name = scanner_.TakeNameBeforeColon();
      if (name.empty()) {
        FailExpected("a name and ':'");
        break;
      }
    }
    Expect(":");
    entry_name_ = name;
    entry_begin_ = scanner_.position();
    const NodeIndex value = ParseLevel(Level::kExpression);
    frames_[frame].variables.push_back({name, value});
    names.push_back(std::move(name));
    values.push_back(value);
    if (!scanner_.Accept(",")) break;
  }
  frames_.pop_back();
  --brackets_;
  Expect("}");
  ast_.name_lists.push_back(std::move(names));
  return Add(NodeKind::kContext, SpanFrom(begin), values,
             static_cast<std::uint32_t>(ast_.name_lists.size() - 1));
}

NodeIndex Parser::ParseIf() {
  const std::uint32_t begin = scanner_.position();
  scanner_.AcceptWord("if");
  const NodeIndex condition = ParseLevel(Level::kExpression);
  ExpectWord("then");
  const NodeIndex yes = ParseLevel(Level::kExpression);
  ExpectWord("else");
  const NodeIndex no = ParseLevel(Level::kExpression);
  return Add(NodeKind::kIf, SpanFrom(begin), {condition, yes, no});
}

// for x in list, y in x return ..., and some, every ... satisfies ...
NodeIndex Parser::ParseLoop(NodeKind kind) {
  const std::uint32_t begin = scanner_.position();
  scanner_.MoveTo(begin + static_cast<std::uint32_t>(scanner_.Word().size()));
  frames_.emplace_back();
  const std::size_t frame = frames_.size() - 1;
  std::vector<NodeIndex> children;
  do {
    const std::uint32_t at = scanner_.position();
    const std::string name = TakeWords(false);
    if (name.empty()) FailExpected("the name of a variable");
    const SourceSpan span = SpanFrom(at);
    ExpectWord("in");
    const NodeIndex source = ParseLoopSource();
    children.push_back(source);
    children.push_back(AddBinding(span, name, ItemType(ast_.types[source])));
    frames_[frame].variables.push_back({name, children.back()});
  } while (!failed_ && scanner_.Accept(","));
  if (kind == NodeKind::kFor) {
    const std::uint32_t at = scanner_.position();
    children.push_back(AddBinding({at, at}, "partial", Type::List(Type::Any())));
    frames_[frame].variables.push_back({"partial", children.back()});
  }
  ExpectWord(kind == NodeKind::kFor ? "return" : "satisfies");
  children.push_back(ParseLevel(Level::kExpression));
  frames_.pop_back();
  return Add(kind, SpanFrom(begin), children);
}

NodeIndex Parser::ParseLoopSource() {
  const NodeIndex source = ParseLevel(Level::kExpression);
  if (!scanner_.Accept("..")) return source;
  const NodeIndex high = ParseLevel(Level::kSum);
  return Add(NodeKind::kIteration, {SpanOf(source).begin, SpanOf(high).end}, {source, high});
}

NodeIndex Parser::ParseFunction() {
  const std::uint32_t begin = scanner_.position();
  scanner_.AcceptWord("function");
  Expect("(");
  frames_.emplace_back();
  FunctionLiteral function;
  std::vector<NodeIndex> children;
  const bool is_entry = entry_begin_ == begin;
  if (is_entry) {  // the function may call itself
    children.push_back(AddBinding({begin, begin}, entry_name_, Type::Any()));
    frames_.back().variables.push_back({entry_name_, children.back()});
  }
  if (scanner_.Symbol() != ")") {
    do {
      if (!ParseParameter(function, children)) break;
    } while (!failed_ && scanner_.Accept(","));
  }
  Expect(")");
  // The body is a place of its own: what brackets are open around it says nothing about it.
  const std::uint32_t outer = std::exchange(range_end_brackets_, 0U);
  const bool is_external = !failed_ && scanner_.AcceptWord("external");
  children.push_back(is_external ? ParseExternalBody(std::span(children).subspan(is_entry ? 1 : 0))
                                 : ParseLevel(Level::kExpression));
  range_end_brackets_ = outer;
  frames_.pop_back();
  ast_.functions.push_back(std::move(function));
  return Add(NodeKind::kFunction, SpanFrom(begin), children,
             static_cast<std::uint32_t>(ast_.functions.size() - 1), is_entry ? 1 : 0);
}

// {java: {class: "java.lang.Math", method signature: "max(int, int)"}}: the body is a call of the row
// of java_functions.h with the parameters.
NodeIndex Parser::ParseExternalBody(std::span<const NodeIndex> parameters) {
  const std::uint32_t begin = scanner_.position();
  Expect("{");
  const std::string language = scanner_.TakeNameBeforeColon();
  Expect(":");
  const std::map<std::string, std::string> texts = ParseTexts();
  Expect("}");
  if (failed_) return AddLiteral({}, Value::Null());
  const SourceSpan span = SpanFrom(begin);
  if (language != "java")
    return Fail(span, "external functions in " + language + " are not supported",
                "only those of java.lang that docs/feel.md lists are", ErrorCode::kUnsupported);
  const auto text_of = [&texts](const char* name) {
    const auto at = texts.find(name);
    return at == texts.end() ? std::string() : at->second;
  };
  const std::string name = text_of("class") + "." + text_of("method signature");
  const Builtin* row = FindJavaFunction(text_of("class"), text_of("method signature"));
  if (row == nullptr)
    return Fail(span, "the external function '" + name + "' is not supported",
                "docs/feel.md lists those of java.lang that are", ErrorCode::kUnsupported);
  const bool takes_any = row->parameters.ends_with("...");
  if (takes_any ? parameters.size() < row->required : parameters.size() != row->required)
    return Fail(span, "'" + name + "' takes " + std::to_string(row->required) +
                          (takes_any ? " parameters or more" : " parameters") + ", not " +
                          std::to_string(parameters.size()));
  std::vector<NodeIndex> arguments;
  for (const NodeIndex parameter : parameters) arguments.push_back(AddLocal(span, parameter));
  BuiltinCall call;
  call.name = row->name;
  call.row = row;
  ast_.builtin_calls.push_back(std::move(call));
  return Add(NodeKind::kCallBuiltin, span, arguments,
             static_cast<std::uint32_t>(ast_.builtin_calls.size() - 1));
}

// {name: "text", ...}
std::map<std::string, std::string> Parser::ParseTexts() {
  std::map<std::string, std::string> texts;
  Expect("{");
  do {
    const std::string name = scanner_.TakeNameBeforeColon();
    if (name.empty() && !failed_) FailExpected("a name and ':'");
    Expect(":");
    if (!failed_ && scanner_.Found() != "'\"'") FailExpected("a text in quotes");
    if (!failed_) texts[name] = scanner_.TakeText();
  } while (!failed_ && scanner_.Accept(","));
  Expect("}");
  return texts;
}

bool Parser::ParseParameter(FunctionLiteral& function, std::vector<NodeIndex>& children) {
  const std::uint32_t at = scanner_.position();
  std::string name = scanner_.TakeNameBeforeColon();
  if (name.empty()) name = TakeWords(false);
  if (name.empty()) {
    if (!failed_) FailExpected("the name of a parameter");
    return false;
  }
  const SourceSpan span = SpanFrom(at);
  Type type = scanner_.Accept(":") ? ParseType() : Type::Any();
  children.push_back(AddBinding(span, name, type));
  frames_.back().variables.push_back({name, children.back()});
  function.parameters.push_back(std::move(name));
  function.parameter_types.push_back(std::move(type));
  return true;
}

Type Parser::ParseType() {
  const Nesting nesting(*this);
  if (failed_) return Type::Any();
  const std::uint32_t begin = scanner_.position();
  const TypeName* best = nullptr;
  std::uint32_t end = 0;
  for (const TypeName& word : TypeNames()) {
    const std::uint32_t word_end = scanner_.MatchName(word.name);
    if (word_end <= end) continue;
    best = &word;
    end = word_end;
  }
  const Variable* declared = nullptr;
  for (const Variable& type : scope_.types()) {
    const std::uint32_t word_end = scanner_.MatchName(type.name);
    if (word_end <= end) continue;
    declared = &type;
    end = word_end;
  }
  if (declared != nullptr) {
    scanner_.MoveTo(end);
    return declared->type;
  }
  if (best == nullptr) {
    const std::string name = TakeWords(true);
    std::vector<std::string_view> known;
    for (const Variable& type : scope_.types()) known.push_back(type.name);
    for (const TypeName& word : TypeNames()) known.push_back(word.name);
    if (name.empty()) {
      FailExpected("a type");
    } else {
      Fail(SpanFrom(begin), "unknown type '" + name + "'", Suggestion(name, known));
    }
    return Type::Any();
  }
  scanner_.MoveTo(end);
  const bool takes_arguments = best->tag == Type::Tag::kList || best->tag == Type::Tag::kRange ||
                               best->tag == Type::Tag::kContext ||
                               best->tag == Type::Tag::kFunction;
  return takes_arguments ? ParseTypeArguments(best->name) : Type::Bare(best->tag);
}

Type Parser::ParseTypeArguments(std::string_view name) {
  std::vector<Type> types;
  std::vector<Field> fields;
  const bool given = scanner_.Accept("<");
  if (given && scanner_.Symbol() != ">") {
    do {
      if (name == "context") {
        const std::string field = scanner_.TakeNameBeforeColon();
        if (field.empty() && !failed_) FailExpected("a name and ':'");
        Expect(":");
        fields.push_back({field, ParseType(), false});
      } else {
        types.push_back(ParseType());
      }
    } while (!failed_ && scanner_.Accept(","));
  }
  if (given && !failed_) {
    // "list<number>= x": the scanner would see ">=".
    if (!scanner_.Symbol().starts_with('>')) {
      FailExpected("'>'");
    } else {
      scanner_.MoveTo(scanner_.position() + 1);
    }
  }
  if (name == "context") {
    return fields.empty() ? Type::Map(Type::Any()) : Type::Context(std::move(fields));
  }
  if (name == "function") {
    if (!given) return Type::Function({}, Type::Any());
    Expect("->");
    return Type::Function(std::move(types), ParseType());
  }
  if (given && types.size() != 1 && !failed_) FailExpected("one type between '<' and '>'");
  Type element = types.empty() ? Type::Any() : types[0];
  return name == "list" ? Type::List(std::move(element)) : Type::Range(std::move(element));
}

}  // namespace oxpecker::feel
