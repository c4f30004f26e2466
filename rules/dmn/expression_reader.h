// rules/dmn/expression_reader.h - boxed expressions and decision tables of a DMN file. Private to the
// reader.
#pragma once

#include <string>
#include <string_view>

#include "rules/dmn/definitions.h"
#include "rules/dmn/reader.h"

namespace oxpecker::dmn {

// What all parts of the reader share: names, texts, references, and the problems found.
class FormReader {
 public:
  FormReader(const std::string& file, const ReadLimits& limits) : file_(file), limits_(limits) {}

  const ReadLimits& limits() const { return limits_; }
  void Problem(Place place, std::string message, std::string hint = {},
               ErrorCode code = ErrorCode::kInvalidInput);
  bool has_problems() const { return !issues_.empty(); }
  Issues Take() { return std::move(issues_); }

  std::string Trimmed(std::string_view text) const;
  // The attribute `name` with single spaces; a problem where it is required and absent.
  std::string NameOf(const XmlElement& element, bool required);
  Parameter ParameterOf(const XmlElement& element, bool required);
  Reference ReferenceOf(const XmlElement& element);
  // The child `text`, or the element's own text.
  ExpressionText TextOf(const XmlElement& element) const;

 private:
  static constexpr std::size_t kIssuesMax = 100;
  std::string file_;
  ReadLimits limits_;
  Issues issues_;
};

class ExpressionReader {
 public:
  explicit ExpressionReader(FormReader& form) : form_(form) {}
  static bool IsExpression(const XmlElement& element);
  // An expression, or an encapsulatedLogic.
  Expression Read(const XmlElement& element);

 private:
  Expression ReadContext(const XmlElement& element);
  Expression ReadList(const XmlElement& element);
  Expression ReadRelation(const XmlElement& element);
  Expression ReadInvocation(const XmlElement& element);
  Expression ReadFunction(const XmlElement& element);
  Expression ReadConditional(const XmlElement& element);
  Expression ReadIteration(const XmlElement& element, ExpressionKind kind, const char* body);
  Expression ReadFilter(const XmlElement& element);
  Expression ReadTable(const XmlElement& element);
  bool IsTooLarge(const XmlElement& table);
  void ReadRule(const XmlElement& element, DecisionTable& table);
  TableOutput ReadOutput(const XmlElement& element);
  TableInput ReadInput(const XmlElement& element);
  // The expression inside the child of that name; a problem where there is none.
  ExpressionPart Inside(const XmlElement& element, const char* child);
  const XmlElement* FirstExpression(const XmlElement& element) const;

  FormReader& form_;
};

}  // namespace oxpecker::dmn
