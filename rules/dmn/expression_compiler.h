// rules/dmn/expression_compiler.h - boxed expressions and decision tables -> compiled form. Private to
// rules/dmn.
//
// Every text is compiled strictly first. What does not pass is a problem; where it would still have a
// meaning at run time (a comparison that is always null), or only an unknown name, it is compiled
// leniently, so that a model with one broken corner can be looked at. Not thread-safe.
#pragma once

#include <span>
#include <string>

#include "rules/dmn/compiled.h"
#include "rules/dmn/name_scope.h"

namespace oxpecker::dmn {

class ExpressionCompiler {
 public:
  ExpressionCompiler(std::span<const Definitions> models, std::size_t model, ItemTypes& types,
                     Problems& problems, bool keeps_names)
      : source_(models[model]), model_(model), types_(types), problems_(problems),
        keeps_names_(keeps_names) {}

  CompiledExpression Compile(const Expression& expression, NameScope& scope);
  std::shared_ptr<const FunctionBody> CompileFunction(const Expression& expression,
                                                      const std::string& name, NameScope& scope,
                                                      TypeIndex result_type);
  TypeIndex TypeOf(const std::string& type_ref, Place place) {
    return types_.Resolve(model_, type_ref, place, problems_);
  }

 private:
  Leaf CompileText(const ExpressionText& text, NameScope& scope);
  Leaf CompileTests(const ExpressionText& text, const feel::Type& input, NameScope& scope);
  template <class Attempt>
  Leaf Finish(const ExpressionText& text, NameScope& scope, const Attempt& attempt);
  void CompileLiteral(const Expression& expression, NameScope& scope, CompiledExpression& made);
  void CompileContext(const Expression& expression, NameScope& scope, CompiledExpression& made);
  void CompileRelation(const Expression& expression, NameScope& scope, CompiledExpression& made);
  void CompileInvocation(const Expression& expression, NameScope& scope, CompiledExpression& made);
  void CompileIteration(const Expression& expression, NameScope& scope, CompiledExpression& made);
  void CompileFilter(const Expression& expression, NameScope& scope, CompiledExpression& made);
  void CompileTable(const Expression& expression, NameScope& scope, CompiledExpression& made);
  CompiledInput CompileInput(const TableInput& input, NameScope& scope, feel::Type& type);
  CompiledOutput CompileOutput(const TableOutput& output, const DecisionTable& table,
                               NameScope& scope);
  Leaf Priorities(const TableOutput& output, TypeIndex type, NameScope& scope);
  Leaf OutputEntry(const ExpressionText& text, const CompiledOutput& output, NameScope& scope);
  CompiledPart Part(const ExpressionPart& part, NameScope& scope);
  void CheckDeclared(Place place, const feel::Type& found, TypeIndex declared);
  std::string At(Place place) const { return PlaceText(source_, place); }

  const Definitions& source_;
  std::size_t model_;
  ItemTypes& types_;
  Problems& problems_;
  bool keeps_names_;
};

}  // namespace oxpecker::dmn
