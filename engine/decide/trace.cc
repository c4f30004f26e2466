#include "engine/decide/trace.h"

#include "base/json/value.h"
#include "rules/feel/value.h"

namespace oxpecker::engine {
namespace {

constexpr std::size_t kTextBytesMax = 96;

const char* ResultWord(const feel::Value& value) {
  return value.is_true() ? "true" : value.is_false() ? "false" : "unknown";
}

const char* ResultLetter(const feel::Value* value) {
  if (value == nullptr) return "-";
  return value->is_true() ? "t" : value->is_false() ? "f" : "u";
}

void WriteConditions(json::CanonicalWriter& w, const feel::Program& program,
                     const feel::Value& result, const feel::Evaluator& evaluator) {
  w.BeginArray();
  if (program.conditions().empty()) {  // a constant, or an expression without operands
    w.BeginArray();
    w.String(ResultLetter(&result));
    w.EndArray();
  }
  for (const feel::Condition& condition : program.conditions()) {
    w.BeginArray();
    const feel::Value* value = evaluator.ValueOf(condition.node);
    w.String(ResultLetter(value));
    bool has_meaning = value != nullptr;
    for (const feel::Condition::Operand& operand : condition.operands) {
      const feel::Value* operand_value = has_meaning ? evaluator.ValueOf(operand.node) : nullptr;
      w.String(operand_value == nullptr ? "-" : TraceText(*operand_value));
      if (condition.quantifier)
        has_meaning = has_meaning && (condition.quantifier->settled_by ? value->is_true() : value->is_false());
    }
    w.EndArray();
  }
  w.EndArray();
}

}  // namespace

std::string TraceText(const feel::Value& value) {
  if (value.kind() == feel::Kind::kList && value.list().size() > 8)
    return "list of " + std::to_string(value.list().size());
  if (value.kind() == feel::Kind::kList)
    for (const feel::Value& item : value.list())
      if (item.kind() == feel::Kind::kContext || item.kind() == feel::Kind::kList)
        return "list of " + std::to_string(value.list().size());
  if (value.kind() == feel::Kind::kContext) return "context";
  std::string text = feel::ToFeelText(value);
  if (text.size() > kTextBytesMax) {
    std::size_t cut = kTextBytesMax;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
    text = text.substr(0, cut) + "...";
  }
  return text;
}

Unknown WhyUnknown(const feel::Value& value) {
  if (value.cause() != nullptr)
    return {feel::Name(value.cause()->kind), std::string(value.cause()->message)};
  if (value.is_null()) return {feel::Name(feel::CauseKind::kNull), "the condition is null"};
  return {feel::Name(feel::CauseKind::kType), std::string("the condition is no boolean but ") + feel::Name(value.kind())};
}

void Trace::AddRule(std::string_view id, std::uint32_t version, const feel::Program& when,
                    const feel::Value& result, const feel::Evaluator& evaluator) {
  if (!rules_.empty()) rules_ += ',';
  json::CanonicalWriter w(rules_);
  w.BeginObject();
  w.Key("conditions");
  WriteConditions(w, when, result, evaluator);
  w.Key("id");
  w.String(id);
  w.Key("result");
  w.String(ResultWord(result));
  w.Key("version");
  w.Integer(version);
  w.EndObject();
}

void Trace::AddTableRow(std::string_view id, std::uint32_t version, std::size_t row,
                        const feel::Value& result, const std::vector<std::string>& cells) {
  if (!rules_.empty()) rules_ += ',';
  json::CanonicalWriter w(rules_);
  w.BeginObject();
  w.Key("conditions");
  w.BeginArray();
  for (const std::string& cell : cells) w.Raw(cell);
  w.EndArray();
  w.Key("id");
  w.String(id);
  w.Key("result");
  w.String(ResultWord(result));
  w.Key("row");
  w.Integer(static_cast<std::int64_t>(row));
  w.Key("version");
  w.Integer(version);
  w.EndObject();
}

void Trace::AddGuard(std::string_view action, std::string_view guard, const feel::Program& when,
                     const feel::Value& result, const feel::Evaluator& evaluator) {
  if (!guards_.empty()) guards_ += ',';
  json::CanonicalWriter w(guards_);
  w.BeginObject();
  w.Key("action");
  w.String(action);
  w.Key("conditions");
  WriteConditions(w, when, result, evaluator);
  w.Key("guard");
  w.String(guard);
  w.Key("result");
  w.String(ResultWord(result));
  w.EndObject();
}

std::string Trace::ToCanonicalJson() const {
  return "{\"guards\":[" + guards_ + "],\"rules\":[" + rules_ + "]}";
}

}  // namespace oxpecker::engine
