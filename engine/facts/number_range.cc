#include "engine/facts/number_range.h"

#include <algorithm>

#include "engine/facts/schema_node.h"

namespace oxpecker::facts {

NumberRange NumberRangeAt(const Schema& schema, std::span<const std::string> path) {
  const SchemaNode* at = &schema.root();
  for (const std::string& name : path) {
    const bool is_item = name.empty() || at->form == SchemaNode::Form::kMap;
    const auto member = std::ranges::find(at->members, name, &SchemaNode::Member::name);
    if (is_item) at = at->element.get();
    else at = member == at->members.end() ? nullptr : member->node.get();
    if (at == nullptr) return {};
  }
  if (at->form != SchemaNode::Form::kInteger && at->form != SchemaNode::Form::kNumber) return {};
  return {at->minimum, at->maximum, at->form == SchemaNode::Form::kInteger};
}

}  // namespace oxpecker::facts
