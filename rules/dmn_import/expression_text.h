// rules/dmn_import/expression_text.h - boxed expressions as one expression of the language. Private to
// rules/dmn_import.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "rules/dmn_import/declared_types.h"
#include "rules/dmn_import/ids.h"
#include "rules/dmn_import/import.h"
#include "rules/dmn_import/rewriting.h"

namespace oxpecker::dmn {

// Where an expression of a model stands.
struct Surroundings {
  SlotNames names;
  bool has_variables = false;  // some slots are variables of what is around
  std::string id;              // of the feature that is being written; parts of it have ids after it
};

// Names of what a decision or a function requires.
SlotNames NamesOf(const CompiledModel& model, const std::vector<Binding>& bindings,
                  const std::vector<std::string>& input_ids, const std::vector<std::string>& decision_ids);

// An expression that cannot be one text, because a table is in it, becomes a feature of its own: who
// writes features says its id. Fails where it cannot.
class PartWriter {
 public:
  virtual Result<std::string> WritePart(const Expression& expression, const CompiledExpression& compiled,
                                        const Surroundings& around, const std::string& name, TypeIndex declared) = 0;

 protected:
  ~PartWriter() = default;
};

class ExpressionWriter {
 public:
  ExpressionWriter(const CompiledModel& model, PartWriter& parts, std::vector<ImportRemark>& remarks)
      : model_(model), parts_(parts), remarks_(remarks), has_own_assert_(BindsName(model.sources[0], "assert")) {}

  // The whole expression, with the functions that it calls in front. What it declares itself is checked,
  // unless the feature declares the same.
  Result<std::string> Write(const Expression& expression, const CompiledExpression& compiled,
                            const Surroundings& around, TypeIndex declared);
  // One text of the model, likewise.
  Result<std::string> WriteText(const Leaf& leaf, const Surroundings& around);
  Result<std::string> WriteTests(const Leaf& leaf, const Surroundings& around);
  // Whether a table is in it, so that it cannot be one expression.
  bool HoldsTable(const Expression& expression, const CompiledExpression& compiled, const SlotNames& names,
                  std::size_t depth = 0) const;
  // The function that an invocation names; nullptr where it names none of the model's.
  const CompiledKnowledge* Callee(const CompiledExpression& invocation, const SlotNames& names) const;
  const Knowledge& SourceOf(const CompiledKnowledge& knowledge) const;
  SlotNames NamesInside(const CompiledKnowledge& knowledge) const;

 private:
  using Used = std::set<std::uint32_t>;
  using Text = Result<std::string>;
  Text Compose(const Expression& expression, const CompiledExpression& compiled, const Surroundings& around, Used& used);
  Text Part(const ExpressionPart& part, const CompiledPart& compiled, const Surroundings& around, const std::string& name, Used& used);
  // The text with a check that its value is what is declared; a remark where none can be written.
  std::string AsDeclared(const std::string& text, const feel::Type& found, TypeIndex declared, const std::string& place,
                         const std::string& what);
  void RemarkUnchecked(const std::string& place, const std::string& what, TypeIndex declared);
  Text OfLeaf(const Leaf& leaf, const Surroundings& around, Used& used);
  Text OfContext(const Expression& expression, const CompiledExpression& compiled, const Surroundings& around, Used& used);
  Text OfList(const Expression& expression, const CompiledExpression& compiled, const Surroundings& around, Used& used);
  Text OfRelation(const Expression& expression, const CompiledExpression& compiled, const Surroundings& around, Used& used);
  Text OfInvocation(const Expression& expression, const CompiledExpression& compiled, const Surroundings& around, Used& used);
  Text OfFunction(const Expression& expression, const FunctionBody& function, const Surroundings& around, Used& used);
  Text OfConditional(const Expression& expression, const CompiledExpression& compiled, const Surroundings& around, Used& used);
  Text OfIteration(const Expression& expression, const CompiledExpression& compiled, const Surroundings& around, Used& used);
  Text OfFilter(const Expression& expression, const CompiledExpression& compiled, const Surroundings& around, Used& used);
  Text WithFunctions(const std::string& text, const Used& used);
  Status AddFunction(std::uint32_t knowledge, std::vector<std::uint32_t>& open, Used& done, std::string& text);

  const CompiledModel& model_;
  PartWriter& parts_;
  std::vector<ImportRemark>& remarks_;
  bool has_own_assert_;  // the model calls something else so: what it declares cannot be checked in between
};

}  // namespace oxpecker::dmn
