// rules/feel/checker.h - the static type of each node, from the types of its children.
//
// The parser asks as soon as a node is complete, because names depend on types: inside the filter of
// a list of contexts, the fields of its items are names. A conflict is reported where the expression
// can only ever be null: text compared with a number, a field that does not exist, an enumeration
// compared with a text it never holds, a number with one outside its bounds. What is not known (Any) never conflicts. Not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/feel/ast.h"
#include "rules/feel/diagnostics.h"

namespace oxpecker::feel {

class Checker {
 public:
  Checker(const Ast& ast, Diagnostics& diagnostics, bool conflicts_are_errors,
          bool undeclared_fields_are_errors)
      : ast_(ast),
        diagnostics_(diagnostics),
        conflicts_are_errors_(conflicts_are_errors),
        undeclared_fields_are_errors_(undeclared_fields_are_errors) {}

  // REQUIRES that the children are typed.
  Type TypeOf(NodeIndex node) const;
  // What a number can be: as it is written, or by its type. A side without a bound has none.
  struct Bounds {
    std::optional<Decimal> low;
    std::optional<Decimal> high;
    bool is_written = false;
  };
  // Reports a result that can never be of the expected type.
  void CheckExpected(NodeIndex node, const Type& expected) const;

 private:
  using Tag = Type::Tag;
  const Type& Child(NodeIndex node, std::size_t i) const { return ast_.types[ast_.Child(node, i)]; }
  void Conflict(NodeIndex node, std::string message, std::string hint = {}) const;
  void Report(NodeIndex node, std::string message, std::string hint) const;

  Type OfArithmetic(NodeIndex node) const;
  Type OfNegation(NodeIndex node) const;
  Type OfPath(NodeIndex node) const;
  Type PathType(NodeIndex node, const Type& value, std::string_view name) const;
  Type OfFilter(NodeIndex node) const;
  Type OfList(NodeIndex node) const;
  Type OfContext(NodeIndex node) const;
  Type OfCall(NodeIndex node) const;
  Type OfBuiltinCall(NodeIndex node) const;
  Type OfFunction(NodeIndex node) const;
  Type OfSort(NodeIndex node) const;
  // checker_calls.cc
  void CheckArguments(NodeIndex node, const BuiltinCall& call) const;
  void CheckPatterns(NodeIndex node, const BuiltinCall& call) const;
  void CheckNotEmpty(NodeIndex at, NodeIndex low, NodeIndex high) const;
  const Value* ConstantOf(NodeIndex node) const;

  void CheckBetween(NodeIndex node) const;
  void CheckIn(NodeIndex node) const;
  void CheckTest(NodeIndex value, NodeIndex test) const;
  // Two operands of =, != (is_order: <, <=, >, >=, between, in a range).
  void CheckComparable(NodeIndex at, NodeIndex a, NodeIndex b, bool is_order) const;
  void CheckComparableTypes(NodeIndex at, const Type& a, const Type& b, bool is_order) const;
  void CheckBoolean(NodeIndex operand, std::string_view role) const;
  // checker_reach.cc: by the words and bounds that types allow
  void CheckEnumeration(const Type& enumeration, NodeIndex text) const;
  void CheckShared(NodeIndex at, const Type& a, const Type& b) const;
  void CheckSought(NodeIndex node, const BuiltinCall& call) const;
  Bounds BoundsOf(NodeIndex node) const;
  void CheckReach(NodeIndex at, TestOperator op, NodeIndex a, NodeIndex b) const;
  void CheckReachOfRange(NodeIndex at, NodeIndex value, NodeIndex range) const;

  const Ast& ast_;
  Diagnostics& diagnostics_;
  bool conflicts_are_errors_;
  bool undeclared_fields_are_errors_;
};

// The smallest type that holds the values of both: of branches, of the items of a list.
Type Join(const Type& a, const Type& b);
// False where no value but null can be of both types.
bool Overlap(const Type& a, const Type& b);
// The type of what an iteration over a value of this type yields.
Type ItemType(const Type& source);
Type TypeOfValue(const Value& value);

}  // namespace oxpecker::feel
