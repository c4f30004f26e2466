// engine/facts/schema_node.h - a loaded schema, as the reader walks it. Private to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "engine/facts/pattern.h"
#include "rules/feel/type.h"
#include "rules/feel/value.h"

namespace oxpecker::facts {

struct SchemaNode {
  enum class Form : std::uint8_t {
    kBoolean, kInteger, kNumber, kString, kInstant, kDate, kArray, kObject, kMap
  };
  static constexpr std::size_t kNoMaximum = std::numeric_limits<std::size_t>::max();

  struct Member {
    std::string name;
    std::unique_ptr<SchemaNode> node;
    bool required = false;
    std::string absence;  // "the fact 'customer.birth_year' is absent"
    feel::Cause missing{feel::CauseKind::kMissing, {}, {}};
  };

  Form form = Form::kString;
  bool allows_null = false;
  bool open = false;         // of an object: fields that it does not name are left unread
  feel::Type type;
  std::string description;    // for people
  std::size_t size_min = 0;  // code points of a string, items of an array
  std::size_t size_max = kNoMaximum;
  std::vector<std::string> allowed;  // strings; empty: any
  std::optional<Pattern> pattern;
  std::optional<Decimal> minimum;
  std::optional<Decimal> maximum;
  std::unique_ptr<SchemaNode> element;  // of an array or map
  std::vector<Member> members;          // of an object, in the order of type.fields()
  std::vector<feel::Value> absent;      // one missing value a member: what an object starts from
};

}  // namespace oxpecker::facts
