#include "rules/feel/conformance.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "base/json/document.h"
#include "base/json/value.h"
#include "rules/feel/program.h"
#include "rules/feel/temporal.h"

namespace oxpecker::feel {
namespace {

constexpr int kValueDepthMax = 64;

std::string_view TextOf(json::View object, std::string_view key) {
  const std::optional<json::View> member = object.Find(key);
  return member && member->kind() == json::Kind::kString ? member->text() : std::string_view();
}

Value Read(json::View view, Arena& arena);

Value ReadContext(json::View entries, Arena& arena) {
  std::vector<std::string_view> names;
  std::vector<Value> values;
  for (const json::View entry : entries) {
    if (entry.size() != 2) return Value::Null();
    auto part = entry.begin();
    names.push_back(arena.Copy((*part).text()));
    ++part;
    values.push_back(Read(*part, arena));
  }
  const std::span<Value> slots = arena.NewArray<Value>(values.size());
  std::copy(values.begin(), values.end(), slots.begin());
  return Value::Context(Shape::New(arena, names), slots.data());
}

Value ReadTagged(json::View view, Arena& arena) {
  const std::string_view tag = TextOf(view, "@");
  const std::optional<json::View> content = view.Find("v");
  if (!content) return Value::Null();
  if (tag == "context") return ReadContext(*content, arena);
  if (tag == "number") {
    const std::optional<Decimal> number = Decimal::Parse(content->text());
    return number ? Value::Number(*number) : Value::Null();
  }
  return ParseTemporal(content->text()).value_or(Value::Null());
}

Value Read(json::View view, Arena& arena) {
  switch (view.kind()) {
    case json::Kind::kFalse:
      return Value::Boolean(false);
    case json::Kind::kTrue:
      return Value::Boolean(true);
    case json::Kind::kString:
      return Value::String(arena.Copy(view.text()));
    case json::Kind::kObject:
      return ReadTagged(view, arena);
    case json::Kind::kArray: {
      const std::span<Value> items = arena.NewArray<Value>(view.size());
      std::size_t i = 0;
      for (const json::View item : view) items[i++] = Read(item, arena);
      return Value::List(items);
    }
    case json::Kind::kNull:
    case json::Kind::kNumber:
      return Value::Null();
  }
  return Value::Null();
}

json::Value Tagged(std::string_view tag, json::Value content) {
  json::Object object;
  object.Set("@", std::string(tag));
  object.Set("v", std::move(content));
  return object;
}

json::Value Written(const Value& value, int depth) {
  if (depth > kValueDepthMax) return nullptr;
  switch (value.kind()) {
    case Kind::kNull:
      return nullptr;
    case Kind::kBoolean:
      return value.is_true();
    case Kind::kString:
      return value.string();
    case Kind::kNumber:
      return Tagged("number", value.number().ToString());
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kDateTime:
    case Kind::kYearsMonths:
    case Kind::kDaysTime:
      return Tagged(Name(value.kind()), ToText(value));
    case Kind::kRange:
    case Kind::kFunction:
      return Tagged(Name(value.kind()), ToFeelText(value));
    case Kind::kList: {
      json::Array items;
      for (const Value& item : value.list()) items.push_back(Written(item, depth + 1));
      return items;
    }
    case Kind::kContext: {
      const ContextView context = value.context();
      json::Array entries;
      for (std::size_t i = 0; i < context.shape->size(); ++i) {
        json::Array entry;
        entry.emplace_back(context.shape->name(i));
        entry.push_back(Written(context.slots[i], depth + 1));
        entries.emplace_back(std::move(entry));
      }
      return Tagged("context", std::move(entries));
    }
  }
  return nullptr;
}

// One expression: its value and what went wrong.
json::Object AnswerExpression(std::string_view text, const Scope& scope,
                              std::span<const Value> inputs, Evaluator& evaluator,
                              const Environment& environment) {
  CompileOptions options;
  options.unknown_names_are_errors = false;
  options.type_conflicts_are_errors = false;
  json::Object answer;
  json::Array diagnostics;
  const Checked<Program> program = Compile(text, scope, options);
  if (!program) {
    answer.Set("value", nullptr);
    for (const Error& error : program.error()) diagnostics.emplace_back(error.ToString());
  } else {
    const Value value = evaluator.Evaluate(*program, inputs, environment);
    answer.Set("value", Written(value, 0));
    if (const Cause* cause = value.cause(); IsDiagnosed(value)) {
      const std::string place = PlaceOf({}, text, cause->span.begin);
      diagnostics.emplace_back(place + ": " + std::string(cause->message));
    }
    evaluator.Reset();
  }
  answer.Set("diagnostics", std::move(diagnostics));
  return answer;
}

}  // namespace

Value ReadConformanceValue(json::View view, Arena& arena) { return Read(view, arena); }
json::Value WriteConformanceValue(const Value& value) { return Written(value, 0); }
bool IsDiagnosed(const Value& value) {
  return value.cause() != nullptr && !value.cause()->by_definition;
}

Result<std::string> AnswerConformanceCase(std::string_view line, Evaluator& evaluator,
                                          const Environment& environment) {
  OXP_TRY(const json::Document document, json::Document::Parse(line, {}));
  const json::View request = document.root();
  if (request.kind() != json::Kind::kObject || TextOf(request, "id").empty()) {
    return Fail(ErrorCode::kInvalidInput, "", "a request is an object with an \"id\"");
  }
  json::Object answer;
  answer.Set("id", TextOf(request, "id"));
  const std::optional<json::View> texts = request.Find("feel");
  const std::optional<json::View> names = request.Find("results");
  if (!texts || !names || texts->size() != names->size()) {
    answer.Set("unsupported", "needs a decision model");
    return json::Canonical(answer);
  }
  Arena arena;
  Scope scope;
  std::vector<Value> inputs;
  if (const std::optional<json::View> given = request.Find("inputs")) {
    for (const json::View input : *given) {
      const std::string_view name = TextOf(input, "name");
      const std::optional<json::View> value = input.Find("value");
      if (name.empty() || scope.Find(name) != nullptr) continue;
      scope.Add(std::string(name), Type::Any());
      inputs.push_back(value ? Read(*value, arena) : Value::Null());
    }
  }
  json::Array results;
  auto name = names->begin();
  for (const json::View text : *texts) {
    json::Object result = AnswerExpression(text.text(), scope, inputs, evaluator, environment);
    result.Set("name", (*name).text());
    results.emplace_back(std::move(result));
    ++name;
  }
  answer.Set("results", std::move(results));
  return json::Canonical(answer);
}

}  // namespace oxpecker::feel
