#include "engine/facts/schema.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/json/document.h"
#include "engine/facts/schema_node.h"
#include "rules/feel/diagnostics.h"

namespace oxpecker::facts {

struct Schema::Loaded {
  std::string name;
  std::string id;
  SchemaNode root;
};

namespace {

using Form = SchemaNode::Form;
using json::Kind;
using json::View;

constexpr std::string_view kDialect = "https://json-schema.org/draft/2020-12/schema";
constexpr std::string_view kInstantPattern = R"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$)";
constexpr std::string_view kDatePattern = R"(^\d{4}-\d\d-\d\d$)";

// Where a keyword has a meaning.
enum Use : unsigned {
  kRoot = 1,
  kAny = 2,
  kStrings = 4,
  kNumbers = 8,
  kArrays = 16,
  kObjects = 32
};
struct Keyword {
  std::string_view name;
  unsigned uses;
};
constexpr auto kKeywords = std::to_array<Keyword>({{"$schema", kRoot},
                                                   {"$id", kRoot},
                                                   {"title", kAny},
                                                   {"description", kAny},
                                                   {"type", kAny},
                                                   {"enum", kStrings},
                                                   {"const", kStrings},
                                                   {"pattern", kStrings},
                                                   {"minLength", kStrings},
                                                   {"maxLength", kStrings},
                                                   {"minimum", kNumbers},
                                                   {"maximum", kNumbers},
                                                   {"items", kArrays},
                                                   {"minItems", kArrays},
                                                   {"maxItems", kArrays},
                                                   {"properties", kObjects},
                                                   {"required", kObjects},
                                                   {"additionalProperties", kObjects},
                                                   {"anyOf", kAny}});

struct TypeName {
  std::string_view name;
  Form form;
  unsigned use;
};
constexpr auto kTypeNames = std::to_array<TypeName>({{"boolean", Form::kBoolean, kAny},
                                                     {"integer", Form::kInteger, kNumbers},
                                                     {"number", Form::kNumber, kNumbers},
                                                     {"string", Form::kString, kStrings},
                                                     {"array", Form::kArray, kArrays},
                                                     {"object", Form::kObject, kObjects}});

unsigned UseOf(Form form) {
  for (const TypeName& type : kTypeNames)
    if (type.form == form) return type.use;
  return kAny;
}

// A schema where it stands: its JSON pointer, and the dotted name of what it describes.
struct Position {
  std::string pointer;
  std::string path;
};

class Loader {
 public:
  explicit Loader(std::string name) : name_(std::move(name)) {}

  bool Load(View view, SchemaNode& node, const Position& at) {
    const std::size_t before = issues_.size();
    if (view.kind() != Kind::kObject) {
      return Refuse(at.pointer,
                    std::string("found ") + Name(view.kind()) + ", expected a schema (an object)");
    }
    if (const auto told = view.Find("description"); told && told->kind() == Kind::kString) node.description = told->text();
    if (const auto alternatives = view.Find("anyOf")) {
      LoadAnyOf(view, *alternatives, node, at);
    } else if (LoadForm(view, node, at)) {
      CheckKeywords(view, node, at);
      LoadConstraints(view, node, at);
      if (issues_.size() == before) node.type = TypeOf(node);
    }
    return issues_.size() == before;
  }

  Issues& issues() { return issues_; }

 private:
  bool Refuse(const std::string& pointer, std::string message, std::string hint = {}) {
    issues_.push_back(
        {ErrorCode::kInvalidInput, name_ + "#" + pointer, std::move(message), std::move(hint)});
    return false;
  }
  bool RefuseUnsupported(const std::string& pointer, std::string message, std::string hint = {}) {
    issues_.push_back(
        {ErrorCode::kUnsupported, name_ + "#" + pointer, std::move(message), std::move(hint)});
    return false;
  }

  void LoadAnyOf(View view, View alternatives, SchemaNode& node, const Position& at);
  bool LoadForm(View view, SchemaNode& node, const Position& at);
  bool LoadTypeName(View type, SchemaNode& node, bool& named, const Position& at);
  void CheckKeywords(View view, const SchemaNode& node, const Position& at);
  void LoadConstraints(View view, SchemaNode& node, const Position& at);
  void LoadString(View view, SchemaNode& node, const Position& at);
  void LoadPattern(View view, View pattern, SchemaNode& node, const Position& at);
  void LoadAllowed(View list, bool has_type, SchemaNode& node, const std::string& pointer);
  void LoadAllowedText(View item, SchemaNode& node, const std::string& pointer);
  void LoadBounds(View view, SchemaNode& node, const Position& at);
  void LoadObject(View view, SchemaNode& node, const Position& at);
  void LoadMembers(View properties, SchemaNode& node, const Position& at);
  void LoadRequired(View required, SchemaNode& node, const Position& at);
  void LoadSize(View view, std::string_view keyword, std::size_t& size, const Position& at);
  static feel::Type TypeOf(const SchemaNode& node);

  std::string name_;
  Issues issues_;
};

void Loader::LoadAnyOf(View view, View alternatives, SchemaNode& node, const Position& at) {
  const std::string pointer = json::Append(at.pointer, "anyOf");
  for (const View member : view) {
    if (member.key() != "anyOf" && member.key() != "title" && member.key() != "description")
      RefuseUnsupported(json::Append(at.pointer, member.key()),
                        "found '" + std::string(member.key()) + "' beside anyOf, expected nothing");
  }
  const auto is_null = [](View schema) {
    const auto type = schema.Find("type");
    return schema.size() == 1 && type && type->kind() == Kind::kString && type->text() == "null";
  };
  std::vector<View> schemas;
  if (alternatives.kind() == Kind::kArray) schemas.assign(alternatives.begin(), alternatives.end());
  if (schemas.size() != 2 || is_null(schemas[0]) == is_null(schemas[1])) {
    RefuseUnsupported(pointer,
                      "found other alternatives, expected {\"type\": \"null\"} and one "
                      "other schema");
    return;
  }
  const std::size_t other = is_null(schemas[0]) ? 1 : 0;
  if (!Load(schemas[other], node, {json::Append(pointer, other), at.path})) return;
  node.allows_null = true;
  node.type = node.type.OrNull();
}

// What kind of value is described? Strings need no "type" where enum or const name them.
bool Loader::LoadForm(View view, SchemaNode& node, const Position& at) {
  bool named = false;
  if (const auto type = view.Find("type")) {
    const std::string pointer = json::Append(at.pointer, "type");
    if (type->kind() == Kind::kArray) {
      std::size_t index = 0;
      for (const View item : *type)
        if (!LoadTypeName(item, node, named, {json::Append(pointer, index++), at.path}))
          return false;
    } else if (!LoadTypeName(*type, node, named, {pointer, at.path})) {
      return false;
    }
    if (!named) return RefuseUnsupported(pointer, "found no type but null, expected another one");
    return true;
  }
  if (view.Find("enum") || view.Find("const")) {
    node.form = Form::kString;
    return true;
  }
  return RefuseUnsupported(at.pointer,
                           "found a schema without a type, expected 'type', 'enum', "
                           "'const' or 'anyOf'");
}

bool Loader::LoadTypeName(View type, SchemaNode& node, bool& named, const Position& at) {
  if (type.kind() == Kind::kString && type.text() == "null" && !node.allows_null) {
    node.allows_null = true;
    return true;
  }
  for (const TypeName& known : kTypeNames) {
    if (type.kind() != Kind::kString || type.text() != known.name) continue;
    if (named)
      return RefuseUnsupported(at.pointer,
                               "found a second type, expected one type, or one and "
                               "null");
    named = true;
    node.form = known.form;
    return true;
  }
  return Refuse(at.pointer,
                "found no type of JSON Schema, expected boolean, integer, number, "
                "string, array, object or null");
}

void Loader::CheckKeywords(View view, const SchemaNode& node, const Position& at) {
  std::vector<std::string_view> names;
  names.reserve(kKeywords.size());
  for (const Keyword& keyword : kKeywords) names.push_back(keyword.name);
  const unsigned allowed = kAny | UseOf(node.form) | (at.pointer.empty() ? kRoot : 0U);
  for (const View member : view) {
    const std::string key(member.key());
    const std::string pointer = json::Append(at.pointer, key);
    const auto keyword = std::ranges::find(kKeywords, key, &Keyword::name);
    if (keyword == kKeywords.end()) {
      RefuseUnsupported(
          pointer, "found the keyword '" + key.substr(0, 40) + "', which this build does not check",
          key.size() > 40 ? "" : feel::Suggestion(key, names));
    } else if ((keyword->uses & allowed) == 0) {
      RefuseUnsupported(pointer, "found the keyword '" + key + "' where it has no effect");
    } else if ((key == "title" || key == "description" || key == "$id" || key == "$schema") &&
               member.kind() != Kind::kString) {
      Refuse(pointer, std::string("found ") + Name(member.kind()) + ", expected a string");
    } else if (key == "$schema" && member.text() != kDialect) {
      RefuseUnsupported(pointer, "found another dialect, expected " + std::string(kDialect));
    }
  }
}

void Loader::LoadConstraints(View view, SchemaNode& node, const Position& at) {
  switch (node.form) {
    case Form::kBoolean:
      break;
    case Form::kInteger:
    case Form::kNumber:
      LoadBounds(view, node, at);
      break;
    case Form::kString:
      LoadString(view, node, at);
      break;
    case Form::kArray: {
      LoadSize(view, "minItems", node.size_min, at);
      LoadSize(view, "maxItems", node.size_max, at);
      node.element = std::make_unique<SchemaNode>();
      if (const auto items = view.Find("items")) {
        Load(*items, *node.element, {json::Append(at.pointer, "items"), at.path});
      } else {
        RefuseUnsupported(at.pointer, "found an array without 'items', expected their schema");
      }
      break;
    }
    case Form::kObject:
      LoadObject(view, node, at);
      break;
    case Form::kInstant:
    case Form::kDate:
    case Form::kMap:
      break;  // made by LoadString and LoadObject
  }
  if (node.size_min > node.size_max)
    Refuse(at.pointer, "found a smallest size above the largest one");
}

void Loader::LoadString(View view, SchemaNode& node, const Position& at) {
  LoadSize(view, "minLength", node.size_min, at);
  LoadSize(view, "maxLength", node.size_max, at);
  if (const auto list = view.Find("enum"))
    LoadAllowed(*list, view.Find("type").has_value(), node, json::Append(at.pointer, "enum"));
  if (const auto text = view.Find("const")) {
    const std::string pointer = json::Append(at.pointer, "const");
    if (view.Find("enum"))
      RefuseUnsupported(pointer, "found const beside enum, expected one of them");
    LoadAllowedText(*text, node, pointer);
    node.allows_null = false;
  }
  if (const auto pattern = view.Find("pattern")) LoadPattern(view, *pattern, node, at);
}

void Loader::LoadPattern(View view, View pattern, SchemaNode& node, const Position& at) {
  const std::string pointer = json::Append(at.pointer, "pattern");
  if (pattern.kind() != Kind::kString) {
    Refuse(pointer, std::string("found ") + Name(pattern.kind()) + ", expected a string");
    return;
  }
  if (pattern.text() == kInstantPattern || pattern.text() == kDatePattern) {
    for (const char* other : {"enum", "const", "minLength", "maxLength"})
      if (view.Find(other))
        RefuseUnsupported(json::Append(at.pointer, std::string_view(other)),
                          "found a second constraint beside the pattern of a date");
    node.form = pattern.text() == kDatePattern ? Form::kDate : Form::kInstant;
    return;
  }
  auto compiled = Pattern::Compile(pattern.text());
  if (!compiled) {
    Refuse(pointer, compiled.error().message);
    return;
  }
  node.pattern = *std::move(compiled);
}

void Loader::LoadAllowed(View list, bool has_type, SchemaNode& node, const std::string& pointer) {
  if (list.kind() != Kind::kArray || list.size() == 0) {
    Refuse(pointer, "found no list of values, expected at least one string");
    return;
  }
  std::size_t index = 0;
  bool lists_null = false;
  for (const View item : list) {
    if (item.is_null()) {
      lists_null = true;
    } else {
      LoadAllowedText(item, node, json::Append(pointer, index));
    }
    ++index;
  }
  if (lists_null && list.size() == 1) Refuse(pointer, "found no string, expected at least one");
  if (lists_null && has_type && !node.allows_null)
    Refuse(pointer, "found null, which the type does not allow");
  node.allows_null = lists_null;  // both must allow it
}

void Loader::LoadAllowedText(View item, SchemaNode& node, const std::string& pointer) {
  if (item.kind() != Kind::kString) {
    RefuseUnsupported(pointer, std::string("found ") + Name(item.kind()) + ", expected a string");
  } else if (std::ranges::find(node.allowed, item.text()) != node.allowed.end()) {
    Refuse(pointer, "found the same value twice");
  } else {
    node.allowed.emplace_back(item.text());
  }
}

void Loader::LoadBounds(View view, SchemaNode& node, const Position& at) {
  const auto load = [&](std::string_view keyword, std::optional<Decimal>& bound) {
    const auto value = view.Find(keyword);
    if (!value) return;
    if (value->kind() == Kind::kNumber) bound = Decimal::Parse(value->text());
    if (!bound) Refuse(json::Append(at.pointer, keyword), "found no number of at most 34 digits");
  };
  load("minimum", node.minimum);
  load("maximum", node.maximum);
  if (node.minimum && node.maximum && *node.minimum > *node.maximum)
    Refuse(at.pointer, "found a minimum above the maximum");
}

void Loader::LoadObject(View view, SchemaNode& node, const Position& at) {
  const auto properties = view.Find("properties");
  const auto additional = view.Find("additionalProperties");
  const std::string pointer = json::Append(at.pointer, "additionalProperties");
  if (additional && additional->kind() == Kind::kObject) {
    if (properties || view.Find("required")) {
      RefuseUnsupported(pointer, "found a schema beside 'properties', expected false");
      return;
    }
    node.form = Form::kMap;
    node.element = std::make_unique<SchemaNode>();
    Load(*additional, *node.element, {pointer, at.path});
    return;
  }
  node.open = additional && additional->kind() == Kind::kTrue;
  if (!additional || (additional->kind() != Kind::kFalse && !node.open))
    RefuseUnsupported(at.pointer, "found an object that does not say what comes of unknown fields",
                      "say \"additionalProperties\": false to refuse them, true to leave them unread, or give their schema");
  if (!properties || properties->kind() != Kind::kObject) {
    RefuseUnsupported(at.pointer, "found an object without 'properties', expected their schemas");
    return;
  }
  LoadMembers(*properties, node, at);
  if (const auto required = view.Find("required")) LoadRequired(*required, node, at);
}

void Loader::LoadMembers(View properties, SchemaNode& node, const Position& at) {
  const std::string pointer = json::Append(at.pointer, "properties");
  node.members.reserve(properties.size());
  for (const View property : properties) {
    const std::string path =
        at.path.empty() ? std::string(property.key()) : at.path + "." + std::string(property.key());
    if (property.key().empty()) Refuse(json::Append(pointer, ""), "found an empty name");
    SchemaNode::Member& member = node.members.emplace_back();
    member.name = property.key();
    member.node = std::make_unique<SchemaNode>();
    member.absence = "the fact '" + path + "' is absent";
    Load(property, *member.node, {json::Append(pointer, property.key()), path});
  }
  // Members stay where they are from here on: the causes may be pointed at.
  for (SchemaNode::Member& member : node.members) {
    member.missing.message = member.absence;
    node.absent.push_back(feel::Value::Null(&member.missing));
  }
}

void Loader::LoadRequired(View required, SchemaNode& node, const Position& at) {
  const std::string pointer = json::Append(at.pointer, "required");
  if (required.kind() != Kind::kArray) {
    Refuse(pointer, std::string("found ") + Name(required.kind()) + ", expected an array");
    return;
  }
  std::size_t index = 0;
  for (const View name : required) {
    const auto member = name.kind() == Kind::kString ? std::ranges::find(node.members, name.text(),
                                                                         &SchemaNode::Member::name)
                                                     : node.members.end();
    const std::string place = json::Append(pointer, index++);
    if (member == node.members.end()) {
      Refuse(place, "found a name that is none of the properties");
    } else if (member->required) {
      Refuse(place, "found the same name twice");
    } else {
      member->required = true;
    }
  }
}

void Loader::LoadSize(View view, std::string_view keyword, std::size_t& size, const Position& at) {
  const auto value = view.Find(keyword);
  if (!value) return;
  std::optional<std::int64_t> whole;
  if (value->kind() == Kind::kNumber)
    if (const auto number = Decimal::Parse(value->text())) whole = number->ToInt64();
  if (!whole || *whole < 0) {
    Refuse(json::Append(at.pointer, keyword), "found no whole number from 0");
    return;
  }
  size = static_cast<std::size_t>(*whole);
}

feel::Type Loader::TypeOf(const SchemaNode& node) {
  const auto type = [&]() -> feel::Type {
    switch (node.form) {
      case Form::kBoolean:
        return feel::Type::Boolean();
      case Form::kInteger:
      case Form::kNumber:
        return feel::Type::NumberWithin(node.minimum, node.maximum);
      case Form::kString:
        return node.allowed.empty() ? feel::Type::String() : feel::Type::StringOf(node.allowed);
      case Form::kInstant:
        return feel::Type::DateTime();
      case Form::kDate:
        return feel::Type::Date();
      case Form::kArray:
        return feel::Type::List(node.element->type);
      case Form::kMap:
        return feel::Type::Map(node.element->type);
      case Form::kObject:
        break;
    }
    std::vector<feel::Field> fields;
    fields.reserve(node.members.size());
    for (const SchemaNode::Member& member : node.members)
      fields.push_back({member.name, member.node->type, !member.required});
    return feel::Type::Context(std::move(fields));
  }();
  return node.allows_null ? type.OrNull() : type;
}

}  // namespace

Checked<Schema> Schema::Load(std::string_view json, std::string name) {
  auto document = json::Document::Parse(json, {});
  if (!document) {
    Error error = std::move(document).error();
    error.place = error.place.empty() ? name : name + ":" + error.place;
    return std::unexpected(Issues{std::move(error)});
  }
  auto loaded = std::make_shared<Loaded>();
  Loader loader(name);
  const View root = document->root();
  if (loader.Load(root, loaded->root, {}) &&
      (loaded->root.form != Form::kObject || loaded->root.allows_null))
    loader.issues().push_back({ErrorCode::kUnsupported, name + "#",
                               "found a schema of something else, expected one of an object with "
                               "properties",
                               ""});
  if (!loader.issues().empty()) return std::unexpected(std::move(loader.issues()));
  if (const auto id = root.Find("$id")) loaded->id = id->text();
  loaded->name = std::move(name);
  return Schema(std::move(loaded));
}

const std::string& Schema::name() const { return loaded_->name; }
const std::string& Schema::id() const { return loaded_->id; }
const feel::Type& Schema::type() const { return loaded_->root.type; }
const SchemaNode& Schema::root() const { return loaded_->root; }

}  // namespace oxpecker::facts
