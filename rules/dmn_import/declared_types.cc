#include "rules/dmn_import/declared_types.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/json/value.h"
#include "rules/dmn_import/rewriting.h"
#include "rules/feel/parser.h"

namespace oxpecker::dmn {
namespace {

using Tag = feel::Type::Tag;

constexpr std::size_t kDepthMax = 32;
// Types that hold one another are small as definitions and of any size when they are written out.
constexpr std::size_t kPartsMax = 4'000;

// Not known to be one where it has too many parts to look at.
bool IsSubtype(const feel::Type& found, const feel::Type& declared, std::size_t& parts_left) {
  if (declared.tag() == Tag::kAny || found.tag() == Tag::kNull) return true;
  if (found.tag() != declared.tag() || parts_left == 0) return false;
  --parts_left;
  switch (declared.tag()) {
    case Tag::kList:
    case Tag::kRange:
    case Tag::kMap:
      return IsSubtype(found.element(), declared.element(), parts_left);
    case Tag::kContext:
      return std::ranges::all_of(declared.fields(), [&](const feel::Field& field) {
        const feel::Field* own = found.FindField(field.name);
        return own != nullptr && !own->optional && IsSubtype(own->type, field.type, parts_left);
      });
    case Tag::kFunction:
      return false;
    case Tag::kAny:
    case Tag::kNull:
    case Tag::kBoolean:
    case Tag::kNumber:
    case Tag::kString:
    case Tag::kDate:
    case Tag::kTime:
    case Tag::kDateTime:
    case Tag::kYearsMonths:
    case Tag::kDaysTime:
      break;
  }
  return true;
}

// Constraints of the type and of all that it is made of.
bool HasConstraint(const ItemTypes& types, TypeIndex index) {
  std::vector<TypeIndex> pending = {index};
  std::set<TypeIndex> seen;
  while (!pending.empty()) {
    const TypeIndex at = pending.back();
    pending.pop_back();
    if (at == kAnyType || !seen.insert(at).second) continue;
    const ItemType& type = types.at(at);
    if (type.constraint) return true;
    pending.push_back(type.base);
    for (const auto& component : type.components) pending.push_back(component.second);
  }
  return false;
}

// The texts of a list of text constants: "a", "b".
std::vector<std::string> TextsOf(const std::string& tests) {
  feel::Diagnostics diagnostics("", {}, 0);
  const feel::Ast ast = feel::Parse("[" + tests + "]", {}, {}, diagnostics);
  std::vector<std::string> texts;
  if (!diagnostics.empty() || ast.nodes[0].kind != feel::NodeKind::kList) return texts;
  for (const feel::NodeIndex item : ast.Children(0)) {
    const feel::Node& node = ast.nodes[item];
    const bool is_text = node.kind == feel::NodeKind::kLiteral &&
                         ast.constants[node.payload].kind() == feel::Kind::kString;
    if (!is_text) return {};
    texts.emplace_back(ast.constants[node.payload].string());
  }
  return texts;
}

std::string Quoted(std::string_view text) {
  std::string quoted;
  json::AppendString(quoted, text);
  return quoted;
}

class SchemaWriter {
 public:
  explicit SchemaWriter(const ItemTypes& types) : types_(types) {}

  std::string Write(TypeIndex index, std::size_t indent, std::size_t depth) {
    if (index == kAnyType || depth > kDepthMax || ++parts_ > kPartsMax) return {};
    const ItemType& type = types_.at(index);
    switch (type.form) {
      case ItemType::Form::kAlias:
        if (type.constraint) {
          if (const auto texts = TextsOf(type.constraint->source()); !texts.empty()) return Enumeration(texts);
        }
        return Write(type.base, indent, depth + 1);
      case ItemType::Form::kCollection: {
        const std::string items = Write(type.base, indent, depth + 1);
        return items.empty() ? items : "{\"type\": \"array\", \"items\": " + items + "}";
      }
      case ItemType::Form::kContext:
        return Object(type, indent, depth);
      case ItemType::Form::kSimple:
        return Simple(type.type.tag());
      case ItemType::Form::kFunction:
        break;
    }
    return {};
  }

 private:
  static std::string Enumeration(const std::vector<std::string>& texts) {
    std::string list;
    for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + Quoted(text);
    return "{\"type\": \"string\", \"enum\": [" + list + "]}";
  }

  static std::string Simple(Tag tag) {
    if (tag == Tag::kNumber) return R"({"type": "number"})";
    if (tag == Tag::kString) return R"({"type": "string"})";
    if (tag == Tag::kBoolean) return R"({"type": "boolean"})";
    if (tag == Tag::kDate) return R"({"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\d$"})";
    if (tag == Tag::kDateTime)
      return R"({"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$"})";
    return {};
  }

  std::string Object(const ItemType& type, std::size_t indent, std::size_t depth) {
    const std::string inside(indent + 2, ' ');
    std::string properties;
    std::string required;
    for (const auto& [name, component] : type.components) {
      const std::string schema = Write(component, indent + 2, depth + 1);
      if (schema.empty()) return {};
      properties += (properties.empty() ? "" : ",") + ("\n" + inside) + Quoted(name) + ": " + schema;
      required += (required.empty() ? "" : ", ") + Quoted(name);
    }
    return "{\"type\": \"object\", \"additionalProperties\": true, \"required\": [" + required +
           "], \"properties\": {" + properties + "}}";
  }

  const ItemTypes& types_;
  std::size_t parts_ = 0;
};

}  // namespace

bool HasForm(const ItemTypes& types, const feel::Type& found, TypeIndex declared) {
  std::size_t parts_left = kPartsMax;
  return declared == kAnyType || IsSubtype(found, types.StaticType(declared), parts_left);
}

bool Fits(const ItemTypes& types, const feel::Type& found, TypeIndex declared) {
  if (declared == kAnyType) return true;
  return HasForm(types, found, declared) && !HasConstraint(types, declared);
}

AllowedValues AllowedOf(const ItemTypes& types, TypeIndex index) {
  AllowedValues allowed;
  for (std::size_t depth = 0; index != kAnyType && depth < kDepthMax; ++depth) {
    const ItemType& type = types.at(index);
    if (type.constraint) {
      if (allowed.tests.empty()) allowed.tests = type.constraint->source();
      else allowed.is_partial = true;
    }
    if (type.form != ItemType::Form::kAlias) break;
    index = type.base;
  }
  if (index == kAnyType) return allowed;
  const ItemType& type = types.at(index);
  if (type.form == ItemType::Form::kCollection && allowed.tests.empty()) {
    const AllowedValues items = AllowedOf(types, type.base);
    if (!items.tests.empty()) allowed.tests = "every each in ? satisfies each = null or each in (" + items.tests + ")";
    allowed.is_partial = items.is_partial;
  } else if (type.form == ItemType::Form::kCollection || type.form == ItemType::Form::kContext) {
    allowed.is_partial = allowed.is_partial || HasConstraint(types, type.base) ||
                         std::ranges::any_of(type.components, [&](const auto& component) {
                           return HasConstraint(types, component.second);
                         });
  }
  return allowed;
}

bool MayConvert(const feel::Type& found, const feel::Type& declared) {
  const bool is_known = found.tag() != Tag::kAny && found.tag() != Tag::kNull && declared.tag() != Tag::kAny;
  if (!is_known) return false;
  return (found.tag() == Tag::kList) != (declared.tag() == Tag::kList) ||
         (found.tag() == Tag::kDate && declared.tag() == Tag::kDateTime);
}

// An entry sees those before it alone, so a `value` in the text is another one.
std::string ConvertedText(const std::string& text, const feel::Type& found, const feel::Type& declared) {
  if (!MayConvert(found, declared)) return text;
  const char* result = "date and time(value, time(\"00:00:00Z\"))";
  if (found.tag() == Tag::kList) result = "if count(value) = 1 then value[1] else value";
  else if (declared.tag() == Tag::kList) result = "if value = null then value else [value]";
  return "{value: " + Closed(text) + ", result: " + result + "}.result";
}

std::string CheckedText(const ItemTypes& types, const std::string& text, const feel::Type& found, TypeIndex declared) {
  if (Fits(types, found, declared)) return text;
  const feel::Type type = types.StaticType(declared);
  const std::string type_text = TypeText(type);
  const AllowedValues allowed = AllowedOf(types, declared);
  if (type_text.empty() || allowed.is_partial || allowed.tests.find('?') != std::string::npos) return {};
  std::string condition = "value instance of " + type_text;
  if (!allowed.tests.empty()) condition += " and value in (" + Closed(allowed.tests) + ")";
  const std::string why = feel::ToFeelText(feel::Value::String("expected " + types.NameOf(declared)));
  return "{value: " + Closed(ConvertedText(text, found, type)) + ", result: assert(value, value = null or " + condition + ", " +
         why + ")}.result";
}

std::string SchemaOf(const ItemTypes& types, TypeIndex type, std::size_t indent) {
  return SchemaWriter(types).Write(type, indent, 0);
}

}  // namespace oxpecker::dmn
