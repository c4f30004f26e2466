#include "rules/dmn/expression_reader.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "rules/feel/scanner.h"

namespace oxpecker::dmn {
namespace {

constexpr std::array<std::pair<std::string_view, ExpressionKind>, 12> kKinds = {
    {{"literalExpression", ExpressionKind::kLiteral},
     {"context", ExpressionKind::kContext},
     {"list", ExpressionKind::kList},
     {"relation", ExpressionKind::kRelation},
     {"invocation", ExpressionKind::kInvocation},
     {"functionDefinition", ExpressionKind::kFunction},
     {"conditional", ExpressionKind::kConditional},
     {"for", ExpressionKind::kFor},
     {"some", ExpressionKind::kSome},
     {"every", ExpressionKind::kEvery},
     {"filter", ExpressionKind::kFilter},
     {"decisionTable", ExpressionKind::kTable}}};

constexpr std::array<std::pair<std::string_view, HitPolicy>, 7> kHitPolicies = {
    {{"UNIQUE", HitPolicy::kUnique},
     {"ANY", HitPolicy::kAny},
     {"PRIORITY", HitPolicy::kPriority},
     {"FIRST", HitPolicy::kFirst},
     {"RULE ORDER", HitPolicy::kRuleOrder},
     {"OUTPUT ORDER", HitPolicy::kOutputOrder},
     {"COLLECT", HitPolicy::kCollect}}};

constexpr std::array<std::pair<std::string_view, Aggregation>, 4> kAggregations = {
    {{"SUM", Aggregation::kSum},
     {"COUNT", Aggregation::kCount},
     {"MIN", Aggregation::kMin},
     {"MAX", Aggregation::kMax}}};

template <class Row, std::size_t n>
const Row* FindRow(const std::array<Row, n>& rows, std::string_view name) {
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.first == name; });
  return row == rows.end() ? nullptr : &*row;
}

const XmlElement* ChildNamed(const XmlElement& element, std::string_view name) {
  for (const XmlElement& child : element.children) {
    if (child.name == name && child.space == element.space) return &child;
  }
  return nullptr;
}

Expression Begin(const XmlElement& element, ExpressionKind kind) {
  Expression expression;
  expression.kind = kind;
  expression.place = element.place;
  expression.type_ref = element.Attribute("typeRef");
  return expression;
}

}  // namespace

void FormReader::Problem(Place place, std::string message, std::string hint, ErrorCode code) {
  if (issues_.size() >= kIssuesMax) return;
  const std::string where =
      file_ + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
  issues_.push_back({code, where, std::move(message), std::move(hint)});
}

std::string FormReader::Trimmed(std::string_view text) const {
  return feel::WithSingleSpaces(text);
}

std::string FormReader::NameOf(const XmlElement& element, bool required) {
  std::string name = feel::WithSingleSpaces(element.Attribute("name"));
  if (name.empty() && required) Problem(element.place, "this " + element.name + " has no name");
  return name;
}

Parameter FormReader::ParameterOf(const XmlElement& element, bool required) {
  return {NameOf(element, required), std::string(element.Attribute("typeRef")), element.place};
}

Reference FormReader::ReferenceOf(const XmlElement& element) {
  const std::string_view href = element.Attribute("href");
  if (href.find('#') == std::string_view::npos) {
    Problem(element.place, "this " + element.name + " refers to nothing",
            "write href=\"#id\" or href=\"namespace#id\"");
  }
  return {std::string(href), element.place};
}

ExpressionText FormReader::TextOf(const XmlElement& element) const {
  const XmlElement* text = ChildNamed(element, "text");
  if (text == nullptr) return {element.text, element.text_place, !element.text.empty()};
  return {text->text, text->text.empty() ? text->place : text->text_place, true};
}

bool ExpressionReader::IsExpression(const XmlElement& element) {
  return FindRow(kKinds, element.name) != nullptr;
}

Expression ExpressionReader::Read(const XmlElement& element) {
  if (element.name == "encapsulatedLogic") return ReadFunction(element);
  const auto* row = FindRow(kKinds, element.name);
  switch (row == nullptr ? ExpressionKind::kLiteral : row->second) {
    case ExpressionKind::kContext:
      return ReadContext(element);
    case ExpressionKind::kList:
      return ReadList(element);
    case ExpressionKind::kRelation:
      return ReadRelation(element);
    case ExpressionKind::kInvocation:
      return ReadInvocation(element);
    case ExpressionKind::kFunction:
      return ReadFunction(element);
    case ExpressionKind::kConditional:
      return ReadConditional(element);
    case ExpressionKind::kFor:
      return ReadIteration(element, ExpressionKind::kFor, "return");
    case ExpressionKind::kSome:
      return ReadIteration(element, ExpressionKind::kSome, "satisfies");
    case ExpressionKind::kEvery:
      return ReadIteration(element, ExpressionKind::kEvery, "satisfies");
    case ExpressionKind::kFilter:
      return ReadFilter(element);
    case ExpressionKind::kTable:
      return ReadTable(element);
    case ExpressionKind::kLiteral:
      break;
  }
  Expression literal = Begin(element, ExpressionKind::kLiteral);
  literal.text = form_.TextOf(element);
  if (ChildNamed(element, "importedValues") != nullptr) {
    form_.Problem(element.place, "imported values are not supported", {}, ErrorCode::kUnsupported);
  }
  return literal;
}

const XmlElement* ExpressionReader::FirstExpression(const XmlElement& element) const {
  for (const XmlElement& child : element.children) {
    if (child.space == element.space && IsExpression(child)) return &child;
  }
  return nullptr;
}

ExpressionPart ExpressionReader::Inside(const XmlElement& element, const char* name) {
  ExpressionPart part;
  part.place = element.place;
  const XmlElement* child = ChildNamed(element, name);
  const XmlElement* expression = child == nullptr ? nullptr : FirstExpression(*child);
  if (expression == nullptr) {
    form_.Problem(element.place, "this " + element.name + " has no '" + name + "'");
  } else {
    part.place = expression->place;
    part.value = Read(*expression);
  }
  return part;
}

Expression ExpressionReader::ReadContext(const XmlElement& element) {
  Expression context = Begin(element, ExpressionKind::kContext);
  std::set<std::string> names;
  for (const XmlElement& entry : element.children) {
    if (entry.space != element.space || entry.name != "contextEntry") continue;
    ExpressionPart part;
    part.place = entry.place;
    if (const XmlElement* variable = ChildNamed(entry, "variable")) {
      part.name = form_.NameOf(*variable, true);
      part.has_name = true;
      part.type_ref = variable->Attribute("typeRef");
    }
    const XmlElement* value = FirstExpression(entry);
    if (value != nullptr) part.value = Read(*value);
    if (part.has_name && !names.insert(part.name).second) {
      form_.Problem(entry.place, "the context has two entries '" + part.name + "'");
    }
    if (!context.parts.empty() && !context.parts.back().has_name) {
      form_.Problem(context.parts.back().place,
                    "only the last entry of a context may be without a variable");
    }
    context.parts.push_back(std::move(part));
  }
  return context;
}

Expression ExpressionReader::ReadList(const XmlElement& element) {
  Expression list = Begin(element, ExpressionKind::kList);
  for (const XmlElement& item : element.children) {
    if (item.space != element.space || !IsExpression(item)) continue;
    ExpressionPart part;
    part.place = item.place;
    part.value = Read(item);
    list.parts.push_back(std::move(part));
  }
  return list;
}

Expression ExpressionReader::ReadRelation(const XmlElement& element) {
  Expression relation = Begin(element, ExpressionKind::kRelation);
  const auto columns = std::count_if(
      element.children.begin(), element.children.end(), [&](const XmlElement& child) {
        return child.space == element.space && child.name == "column";
      });
  if (static_cast<std::size_t>(columns) > form_.limits().columns_max) {
    form_.Problem(element.place, "the relation has too many columns", {}, ErrorCode::kLimit);
    return relation;
  }
  for (const XmlElement& child : element.children) {
    if (child.space != element.space) continue;
    if (child.name == "column") relation.columns.push_back(form_.ParameterOf(child, true));
    if (child.name != "row") continue;
    std::size_t cells = 0;
    for (const XmlElement& cell : child.children) {
      if (cell.space != element.space || !IsExpression(cell)) continue;
      ExpressionPart part;
      part.place = cell.place;
      part.value = Read(cell);
      relation.parts.push_back(std::move(part));
      ++cells;
    }
    if (cells != relation.columns.size()) {
      form_.Problem(child.place, "this row has " + std::to_string(cells) + " cells, expected " +
                                     std::to_string(relation.columns.size()));
      relation.parts.resize(relation.parts.size() - cells);
    }
  }
  return relation;
}

Expression ExpressionReader::ReadInvocation(const XmlElement& element) {
  Expression invocation = Begin(element, ExpressionKind::kInvocation);
  ExpressionPart callee;
  callee.place = element.place;
  if (const XmlElement* function = FirstExpression(element)) {
    callee.value = Read(*function);
  } else {
    form_.Problem(element.place, "this invocation names no function");
  }
  invocation.parts.push_back(std::move(callee));
  for (const XmlElement& binding : element.children) {
    if (binding.space != element.space || binding.name != "binding") continue;
    ExpressionPart part;
    part.place = binding.place;
    if (const XmlElement* parameter = ChildNamed(binding, "parameter")) {
      part.name = form_.NameOf(*parameter, true);
      part.has_name = true;
      part.type_ref = parameter->Attribute("typeRef");
    } else {
      form_.Problem(binding.place, "this binding names no parameter");
    }
    if (const XmlElement* value = FirstExpression(binding)) part.value = Read(*value);
    invocation.parts.push_back(std::move(part));
  }
  return invocation;
}

Expression ExpressionReader::ReadFunction(const XmlElement& element) {
  Expression function = Begin(element, ExpressionKind::kFunction);
  function.function_kind = element.Attribute("kind");
  for (const XmlElement& child : element.children) {
    if (child.space == element.space && child.name == "formalParameter") {
      function.parameters.push_back(form_.ParameterOf(child, true));
    }
  }
  ExpressionPart body;
  body.place = element.place;
  if (const XmlElement* expression = FirstExpression(element)) {
    body.value = Read(*expression);
  } else {
    body.value.place = element.place;
  }
  function.parts.push_back(std::move(body));
  return function;
}

Expression ExpressionReader::ReadConditional(const XmlElement& element) {
  Expression conditional = Begin(element, ExpressionKind::kConditional);
  for (const char* part : {"if", "then", "else"}) {
    conditional.parts.push_back(Inside(element, part));
  }
  return conditional;
}

Expression ExpressionReader::ReadIteration(const XmlElement& element, ExpressionKind kind,
                                           const char* body) {
  Expression iteration = Begin(element, kind);
  iteration.iterator.name = feel::WithSingleSpaces(element.Attribute("iteratorVariable"));
  iteration.iterator.place = element.place;
  if (iteration.iterator.name.empty()) {
    form_.Problem(element.place, "this " + element.name + " has no iteratorVariable");
  }
  iteration.parts.push_back(Inside(element, "in"));
  iteration.parts.push_back(Inside(element, body));
  if (const XmlElement* in = ChildNamed(element, "in")) {
    iteration.parts.front().type_ref = in->Attribute("typeRef");
  }
  return iteration;
}

Expression ExpressionReader::ReadFilter(const XmlElement& element) {
  Expression filter = Begin(element, ExpressionKind::kFilter);
  filter.parts.push_back(Inside(element, "in"));
  filter.parts.push_back(Inside(element, "match"));
  return filter;
}

Expression ExpressionReader::ReadTable(const XmlElement& element) {
  Expression expression = Begin(element, ExpressionKind::kTable);
  auto table = std::make_shared<DecisionTable>();
  const std::string_view policy = element.Attribute("hitPolicy");
  const auto* policy_row = FindRow(kHitPolicies, policy.empty() ? "UNIQUE" : policy);
  if (policy_row == nullptr) {
    form_.Problem(element.place, "unknown hit policy '" + std::string(policy) + "'");
  } else {
    table->hit_policy = policy_row->second;
  }
  const std::string_view aggregation = element.Attribute("aggregation");
  if (!aggregation.empty()) {
    const auto* row = FindRow(kAggregations, aggregation);
    if (row == nullptr) {
      form_.Problem(element.place, "unknown aggregation '" + std::string(aggregation) + "'");
    } else if (table->hit_policy == HitPolicy::kCollect) {
      table->aggregation = row->second;
    }
  }
  expression.table = table;
  if (IsTooLarge(element)) return expression;
  for (const XmlElement& child : element.children) {
    if (child.space != element.space) continue;
    if (child.name == "input") table->inputs.push_back(ReadInput(child));
    if (child.name == "output") table->outputs.push_back(ReadOutput(child));
    if (child.name == "annotation") table->annotations.push_back(form_.NameOf(child, false));
    if (child.name == "rule") ReadRule(child, *table);
  }
  if (table->outputs.empty()) form_.Problem(element.place, "the table has no output");
  for (const TableOutput& output : table->outputs) {
    if (table->outputs.size() > 1 && output.name.empty()) {
      form_.Problem(output.place, "an output of several has a name");
    }
  }
  if (table->aggregation != Aggregation::kNone && table->outputs.size() > 1) {
    form_.Problem(element.place, "only a table with one output can aggregate");
  }
  return expression;
}

// Asked before anything of the table is read.
bool ExpressionReader::IsTooLarge(const XmlElement& table) {
  std::size_t rules = 0;
  std::size_t columns = 0;
  for (const XmlElement& child : table.children) {
    if (child.space != table.space) continue;
    if (child.name == "rule") ++rules;
    if (child.name == "input" || child.name == "output") ++columns;
  }
  if (rules <= form_.limits().rules_max && columns <= form_.limits().columns_max) return false;
  form_.Problem(table.place, "the table has too many rules or columns", {}, ErrorCode::kLimit);
  return true;
}

TableInput ExpressionReader::ReadInput(const XmlElement& element) {
  TableInput input;
  input.place = element.place;
  input.label = element.Attribute("label");
  if (const XmlElement* expression = ChildNamed(element, "inputExpression")) {
    input.expression = form_.TextOf(*expression);
    input.type_ref = expression->Attribute("typeRef");
  }
  if (!input.expression.is_given) {
    form_.Problem(element.place, "this input has no expression");
  }
  if (const XmlElement* values = ChildNamed(element, "inputValues")) {
    input.values = form_.TextOf(*values);
  }
  return input;
}

TableOutput ExpressionReader::ReadOutput(const XmlElement& element) {
  TableOutput output;
  output.place = element.place;
  output.name = form_.NameOf(element, false);
  output.label = element.Attribute("label");
  output.type_ref = element.Attribute("typeRef");
  if (const XmlElement* values = ChildNamed(element, "outputValues")) {
    output.values = form_.TextOf(*values);
  }
  if (const XmlElement* value = ChildNamed(element, "defaultOutputEntry")) {
    output.default_value = form_.TextOf(*value);
  }
  return output;
}

void ExpressionReader::ReadRule(const XmlElement& element, DecisionTable& table) {
  TableRule rule;
  rule.place = element.place;
  for (const XmlElement& child : element.children) {
    if (child.space != element.space) continue;
    if (child.name == "inputEntry") rule.inputs.push_back(form_.TextOf(child));
    if (child.name == "outputEntry") rule.outputs.push_back(form_.TextOf(child));
    if (child.name == "annotationEntry") rule.annotations.push_back(form_.TextOf(child).text);
  }
  const std::string number = std::to_string(table.rules.size() + 1);
  if (rule.inputs.size() != table.inputs.size()) {
    form_.Problem(element.place, "rule " + number + " has " + std::to_string(rule.inputs.size()) +
                                     " input entries, expected " +
                                     std::to_string(table.inputs.size()));
    rule.inputs.resize(table.inputs.size());
  }
  if (rule.outputs.size() != table.outputs.size()) {
    form_.Problem(element.place, "rule " + number + " has " + std::to_string(rule.outputs.size()) +
                                     " output entries, expected " +
                                     std::to_string(table.outputs.size()));
    rule.outputs.resize(table.outputs.size());
  }
  table.rules.push_back(std::move(rule));
}

}  // namespace oxpecker::dmn
