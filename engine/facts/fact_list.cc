#include "engine/facts/fact_list.h"

#include "engine/facts/schema_node.h"

namespace oxpecker::facts {
namespace {

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string TypeText(const SchemaNode& node) {
  switch (node.form) {
    case SchemaNode::Form::kArray:
      return node.element->form == SchemaNode::Form::kObject ? "list of rows" : "list of " + TypeText(*node.element);
    case SchemaNode::Form::kObject: return "context";
    case SchemaNode::Form::kMap: return "context of any keys, each " + TypeText(*node.element);
    case SchemaNode::Form::kString:
      return node.allowed.empty() ? "string" : "one of " + Joined(node.allowed);
    case SchemaNode::Form::kInstant: return "date and time";
    case SchemaNode::Form::kBoolean: return "boolean";
    case SchemaNode::Form::kInteger: return "whole number";
    case SchemaNode::Form::kNumber: return "number";
    case SchemaNode::Form::kDate: return "date";
  }
  return "";
}

void AddMembers(const SchemaNode& node, const std::string& prefix, std::vector<FactEntry>& entries);

// What is inside a list's rows, a context or a map of contexts.
void AddInside(const SchemaNode& node, const std::string& path, std::vector<FactEntry>& entries) {
  if (node.form == SchemaNode::Form::kObject) AddMembers(node, path + ".", entries);
  if (node.form == SchemaNode::Form::kArray) AddInside(*node.element, path + "[]", entries);
  if (node.form == SchemaNode::Form::kMap) AddInside(*node.element, path + ".*", entries);
}

void AddMembers(const SchemaNode& node, const std::string& prefix, std::vector<FactEntry>& entries) {
  for (const SchemaNode::Member& member : node.members) {
    const SchemaNode& inner = *member.node;
    entries.push_back({prefix + member.name, TypeText(inner) + (inner.allows_null ? " or null" : ""), !member.required,
                       inner.description});
    AddInside(inner, prefix + member.name, entries);
  }
}

}  // namespace

std::vector<FactEntry> ListFacts(const Schema& schema) {
  std::vector<FactEntry> entries;
  AddMembers(schema.root(), "", entries);
  return entries;
}

}  // namespace oxpecker::facts
