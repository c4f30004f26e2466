// rules/rulebook/rulebook_changes.h - what differs between two rulebooks, part by part, in the words
// that their authors wrote. Where a part stands (file, line) is no difference; the order of a
// table's rows is. Pure; thread-safe.
//
// Example:
//   for (const PartChange& change : CompareRulebooks(old_book, new_book)) Print(change.id);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rulebook/rulebook.h"

namespace oxpecker::rules {

// PERSISTED by name in JSON output.
enum class ChangeKind : std::uint8_t { kAdded, kRemoved, kChanged };
std::string_view Name(ChangeKind kind);  // "added", "removed", "changed"

struct FieldChange {
  std::string field;   // "when", "row 2", "customer.sv"
  std::string before;  // empty: it was not there
  std::string after;
  friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

struct PartChange {
  ChangeKind kind = ChangeKind::kChanged;
  std::string part;  // "pack", "threshold", "action", "feature", "rule", "table", "guard", "text of action" ...
  std::string id;
  std::vector<FieldChange> fields;  // of a part that was added or removed: all that it says
};

// By kind of part in the order above, then by id; fields in the order in which authors write them.
std::vector<PartChange> CompareRulebooks(const Rulebook& before, const Rulebook& after);

}  // namespace oxpecker::rules
