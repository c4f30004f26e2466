// rules/feel/null_analysis.h - the walk behind null_check.h. Private to null_*.cc.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules/feel/ast.h"
#include "rules/feel/null_check.h"

namespace oxpecker::feel {

// A part that may be null, and so makes another one null.
struct NullOrigin {
  NodeIndex node = 0;
  bool has_cause = false;  // missing; else an ordinary null, which compares with =
  bool is_fact = false;
  bool is_plain = true;    // reached as it is, or through = and in alone
  std::string text;        // empty: as it is written
  std::string why;
};
using NullOrigins = std::vector<NullOrigin>;

class NullAnalysis {
 public:
  NullAnalysis(const Ast& ast, std::string_view source, const NullOptions& options)
      : ast_(ast), source_(source), options_(options), states_(ast.nodes.size()) {}
  NullFindings Run();

 private:
  struct State;
  using Fields = std::map<std::string, State>;
  struct Items {
    NullOrigins origins;
    Known parts;
    std::size_t count_min = 0;
    std::shared_ptr<const State> inner;  // what each item is made of; its origins and parts are above
  };
  struct State {
    NullOrigins origins;  // empty: it has a value
    Known parts;          // its own fields that are there
    Items items;          // of a list
    std::shared_ptr<const Fields> fields;  // of a context that is written out; else its type says it
    NodeIndex function = kNoNode;          // that it is
    const Type* type = nullptr;            // of a parameter, where its own is not written
    bool is_partial = false;   // a field of some of the contexts it may be of: its type says the rest
    bool is_argument = false;  // of a parameter: called as the argument is
  };
  struct OpenCall {
    NodeIndex function;
    bool calls_itself = false;
    bool may_be_null = false;  // a call of itself
  };

  // null_check.cc
  const State& Visit(NodeIndex node, const Known& known);
  State Find(NodeIndex node, const Known& known);
  State OfInput(NodeIndex node) const;
  State OfLocal(NodeIndex node) const;
  State OfPath(NodeIndex node, const Known& known);
  State OfFilter(NodeIndex node, const Known& known);
  State OfLogic(NodeIndex node, const Known& known);
  State OfIf(NodeIndex node, const Known& known);
  State OfEquality(NodeIndex node, const Known& known);
  State OfIn(NodeIndex node, const Known& known);
  State OfList(NodeIndex node, const Known& known);
  State OfLoop(NodeIndex node, const Known& known);
  State OfSort(NodeIndex node, const Known& known);
  State Computed(NodeIndex node, const Known& known);
  // null_parts.cc: contexts, functions that are written, and what values are made of
  State OfContext(NodeIndex node, const Known& known);
  State OfFunction(NodeIndex node, const Known& known);
  State OfCall(NodeIndex node, const Known& known);
  State Follow(NodeIndex function, std::vector<State> arguments, const Known& known);
  State FromNullness(const Nullness& nullness, NodeIndex node, const std::string& text) const;
  Nullness ToNullness(const State& state) const;
  State MayBeNull(NodeIndex node) const { return {{OriginAt(node, true, false)}, {}, {}, nullptr}; }
  static State Joined(State a, const State& b);  // either of the two
  static std::shared_ptr<const Fields> JoinedFields(const std::shared_ptr<const Fields>& a, const std::shared_ptr<const Fields>& b);
  static Items ItemsOf(const State& item, std::size_t count_min);
  static State ItemOf(const Items& items);
  static void MergeItems(Items& into, const Items& from);  // of lists that are put together
  // null_calls.cc
  State OfBuiltinCall(NodeIndex node, const Known& known);
  State OfAggregate(NodeIndex node, const Known& known, std::string_view name);
  State OfGetValue(NodeIndex node, const Known& known);
  static Items Flattened(const Items& items);
  Items OfEntries(NodeIndex node) const;
  bool MayHaveNoResult(NodeIndex node, std::string_view name) const;

  void Bind(NodeIndex binding, const Items& items);
  void Use(const NullOrigins& origins, NullEffect effect);
  NullOrigin OriginAt(NodeIndex node, bool has_cause, bool is_fact) const;
  static void Merge(NullOrigins& into, const NullOrigins& from);
  static void MergeComputed(NullOrigins& into, const NullOrigins& from);  // not plain any more
  std::string OperandText(SourceSpan span) const;
  std::string OfThoseThatHaveIt(NodeIndex node) const;
  static void AddPart(Items& items, const std::string& part);

  // null_knowledge.cc: what is known where a condition has come to an answer
  std::string Key(NodeIndex node) const { return KeyIn(node, node); }
  std::string KeyIn(NodeIndex node, NodeIndex root) const;
  void Assume(NodeIndex condition, bool answer, Known& known) const;
  void AssumeIf(NodeIndex node, bool answer, Known& known) const;
  void AssumeEither(NodeIndex a, NodeIndex b, bool answer, Known& known) const;
  void AssumeComparison(NodeIndex node, bool answer, Known& known) const;
  void AssumeCount(NodeIndex node, bool answer, Known& known) const;
  void AssumeIn(NodeIndex node, bool answer, Known& known) const;
  void AssumePresent(NodeIndex node, Known& known) const;
  bool IsKnown(const std::string& key, const Known& known, int depth) const;
  bool IsFree(NodeIndex node) const;
  NodeIndex NullTested(NodeIndex condition, bool answer) const;
  bool CannotBe(NodeIndex node, bool answer) const;
  bool IsNull(NodeIndex node) const;
  bool IsNeverNull(NodeIndex node) const;
  bool IsCall(NodeIndex node, std::string_view name) const;
  void AssumeItems(NodeIndex list, std::size_t count, Known& known) const;
  bool HasItems(NodeIndex list, const Known& known, std::size_t count = 1) const;
  std::size_t PositionOf(NodeIndex node) const;  // items that a list needs to have one there; 0: not known
  static std::string ItemsKey(const std::string& list, std::size_t count = 1) {
    return "+" + (count == 1 ? "" : std::to_string(count) + "|") + list;
  }

  const Ast& ast_;
  std::string_view source_;
  const NullOptions& options_;
  std::vector<State> states_;  // by node
  std::vector<NullUse> uses_;
  std::vector<OpenCall> open_calls_;
  std::size_t visits_ = 0;  // of bodies of functions, again for each call
};

std::size_t ParameterOf(const BuiltinCall& call, std::size_t argument);
// Whether an argument may be null without making the result null.
bool ToleratesNull(std::string_view builtin, std::size_t parameter);

}  // namespace oxpecker::feel
