// Any bytes as a facts document, as a schema and as JSON. Nothing may crash; what is accepted must
// mean the same when it is written and read again.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/instant.h"
#include "base/json/value.h"
#include "engine/facts/facts.h"

namespace oxpecker {
namespace {

// Every form that a schema can give a value.
constexpr std::string_view kSchema = R"({"type":"object","properties":{
  "id":{"type":"string","minLength":1,"maxLength":8},
  "currency":{"type":"string","pattern":"^[A-Z]{3}$"},
  "word":{"type":"string","pattern":"a.*b"},
  "at":{"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$"},
  "day":{"type":"string","pattern":"^\\d{4}-\\d\\d-\\d\\d$"},
  "amount_minor":{"type":"integer","minimum":0},
  "score":{"type":"number","minimum":-1,"maximum":1},
  "new":{"type":"boolean"},
  "status":{"enum":["granted","withdrawn",null]},
  "adviser":{"type":["string","null"]},
  "profile":{"anyOf":[{"type":"null"},{"type":"object","properties":{"x":{"type":"number"}},
    "required":["x"],"additionalProperties":false}]},
  "channels":{"type":"object","additionalProperties":{"enum":["opt_in","opt_out"]}},
  "list":{"type":"array","items":{"type":"array","items":{"type":"number"},"maxItems":3}}},
  "required":["id"],"additionalProperties":false})";

std::string DayText(std::int64_t epoch_days) {
  return Instant::FromUnixSeconds(epoch_days * kSecondsPerDay).ToString().substr(0, 10);
}

// The JSON text of facts, as far as they hold it: missing values are left out.
void Write(std::string& out, const feel::Value& value) {
  switch (value.kind()) {
    case feel::Kind::kNull:
      out += "null";
      return;
    case feel::Kind::kBoolean:
      out += value.boolean() ? "true" : "false";
      return;
    case feel::Kind::kNumber:
      out += value.number().ToString();
      return;
    case feel::Kind::kString:
      json::AppendString(out, value.string());
      return;
    case feel::Kind::kDate:
      out += '"' + DayText(value.epoch_days()) + '"';
      return;
    case feel::Kind::kDateTime:
      out += '"' + Instant::FromUnixSeconds(value.local_seconds()).ToString() + '"';
      return;
    case feel::Kind::kList: {
      out += '[';
      for (const feel::Value& item : value.list()) {
        if (out.back() != '[') out += ',';
        Write(out, item);
      }
      out += ']';
      return;
    }
    case feel::Kind::kContext: {
      const feel::ContextView context = value.context();
      out += '{';
      for (std::size_t i = 0; i < context.shape->size(); ++i) {
        if (context.slots[i].is_missing()) continue;
        if (out.back() != '{') out += ',';
        json::AppendString(out, context.shape->name(i));
        out += ':';
        Write(out, context.slots[i]);
      }
      out += '}';
      return;
    }
    case feel::Kind::kTime:
    case feel::Kind::kYearsMonths:
    case feel::Kind::kDaysTime:
    case feel::Kind::kRange:
    case feel::Kind::kFunction:
      OXP_CHECK(false);  // no schema gives these
  }
}

void CheckFacts(std::string_view text) {
  static const facts::Schema schema = facts::Schema::Load(kSchema, "fuzz").value();
  const auto first = facts::ReadFacts(schema, text, {});
  if (!first) {
    OXP_CHECK(!first.error().empty());
    return;
  }
  std::string written;
  Write(written, first->root());
  const auto second = facts::ReadFacts(schema, written, {});
  OXP_CHECK(second.has_value());
  OXP_CHECK(feel::ToFeelText(second->root()) == feel::ToFeelText(first->root()));
  std::string again;
  Write(again, second->root());
  OXP_CHECK(again == written);
}

void CheckJson(std::string_view text) {
  const auto document = json::Document::Parse(text, {});
  if (!document) return;
  const auto canonical = json::Canonical(document->root());
  const auto value = json::Value::FromDocument(document->root());
  OXP_CHECK(canonical.has_value() == value.has_value());
  if (!canonical) return;
  OXP_CHECK(json::Canonical(*value) == *canonical);
  const auto again = json::Document::Parse(*canonical, {});
  OXP_CHECK(again.has_value());
  OXP_CHECK(*json::Canonical(again->root()) == *canonical);
  const auto pretty = json::Document::Parse(json::Pretty(*value), {});
  OXP_CHECK(pretty.has_value() && *json::Canonical(pretty->root()) == *canonical);
}

}  // namespace
}  // namespace oxpecker

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  oxpecker::CheckJson(text);
  oxpecker::CheckFacts(text);
  if (const auto schema = oxpecker::facts::Schema::Load(text, "fuzz"))
    OXP_CHECK(schema->type().tag() == oxpecker::feel::Type::Tag::kContext);
  return 0;
}
