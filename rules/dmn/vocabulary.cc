#include "rules/dmn/vocabulary.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rules/feel/diagnostics.h"

namespace oxpecker::dmn {
namespace {

// Names separated by spaces; +expressions and +requirements stand for all of those. Every element may
// have the attributes id and label, and the elements description and extensionElements.
struct Form {
  std::string_view element;
  std::string_view attributes;
  std::string_view children;
};

constexpr std::string_view kExpressions =
    "literalExpression invocation decisionTable context functionDefinition relation list for every some conditional filter";
constexpr std::string_view kRequirements = "informationRequirement knowledgeRequirement authorityRequirement";

constexpr Form kForms[] = {
    {"definitions", "name namespace expressionLanguage typeLanguage exporter exporterVersion",
     "import itemDefinition decision inputData businessKnowledgeModel decisionService knowledgeSource elementCollection "
     "performanceIndicator organizationUnit group textAnnotation association drgElement artifact businessContextElement"},
    {"import", "name namespace locationURI importType", ""},
    {"itemDefinition", "name typeLanguage isCollection", "typeRef allowedValues typeConstraint itemComponent functionItem"},
    {"itemComponent", "name typeLanguage isCollection", "typeRef allowedValues typeConstraint itemComponent functionItem"},
    {"functionItem", "outputTypeRef", "parameters"},
    {"decision", "name typeRef",
     "question allowedAnswers variable +requirements supportedObjective impactedPerformanceIndicator decisionMaker "
     "decisionOwner usingProcess usingTask +expressions"},
    {"businessKnowledgeModel", "name typeRef", "variable encapsulatedLogic +requirements"},
    {"encapsulatedLogic", "kind typeRef", "formalParameter +expressions"},
    {"inputData", "name href typeRef", "variable"},
    {"knowledgeSource", "name locationURI", "authorityRequirement type owner"},
    {"decisionService", "name", "variable outputDecision encapsulatedDecision inputDecision inputData"},
    {"informationRequirement", "", "requiredDecision requiredInput"},
    {"knowledgeRequirement", "", "requiredKnowledge"},
    {"authorityRequirement", "", "requiredDecision requiredInput requiredAuthority"},
    {"performanceIndicator", "name URI", "impactingDecision"},
    {"organizationUnit", "name URI", "decisionMade decisionOwned"},
    {"elementCollection", "name", "drgElement"},
    {"group", "name", ""},
    {"textAnnotation", "textFormat", "text"},
    {"association", "associationDirection", "sourceRef targetRef"},
    {"variable", "name typeRef", ""},
    {"parameter", "name typeRef", ""},
    {"parameters", "name typeRef", ""},
    {"formalParameter", "name typeRef", ""},
    {"column", "name typeRef", ""},
    {"literalExpression", "typeRef expressionLanguage", "text importedValues"},
    {"importedValues", "name namespace locationURI importType expressionLanguage", "importedElement"},
    {"invocation", "typeRef", "binding +expressions"},
    {"binding", "", "parameter +expressions"},
    {"context", "typeRef", "contextEntry"},
    {"contextEntry", "", "variable +expressions"},
    {"functionDefinition", "typeRef kind", "formalParameter +expressions"},
    {"relation", "typeRef", "column row"},
    {"row", "typeRef", "+expressions"},
    {"list", "typeRef", "+expressions"},
    {"for", "typeRef iteratorVariable", "in return"},
    {"every", "typeRef iteratorVariable", "in satisfies"},
    {"some", "typeRef iteratorVariable", "in satisfies"},
    {"conditional", "typeRef", "if then else"},
    {"filter", "typeRef", "in match"},
    {"in", "typeRef", "+expressions"},
    {"return", "typeRef", "+expressions"},
    {"satisfies", "typeRef", "+expressions"},
    {"if", "typeRef", "+expressions"},
    {"then", "typeRef", "+expressions"},
    {"else", "typeRef", "+expressions"},
    {"match", "typeRef", "+expressions"},
    {"decisionTable", "typeRef hitPolicy aggregation preferredOrientation outputLabel", "input output annotation rule"},
    {"input", "", "inputExpression inputValues"},
    {"output", "name typeRef", "outputValues defaultOutputEntry"},
    {"annotation", "name", ""},
    {"rule", "", "inputEntry outputEntry annotationEntry"},
    {"inputExpression", "typeRef expressionLanguage", "text importedValues"},
    {"defaultOutputEntry", "typeRef expressionLanguage", "text importedValues"},
    {"outputEntry", "typeRef expressionLanguage", "text importedValues"},
    {"inputEntry", "typeRef expressionLanguage", "text"},
    {"inputValues", "typeRef expressionLanguage", "text"},
    {"outputValues", "typeRef expressionLanguage", "text"},
    {"allowedValues", "typeRef expressionLanguage", "text"},
    {"typeConstraint", "typeRef expressionLanguage", "text"},
    {"annotationEntry", "", "text"},
};

// A reference to another element, or a plain text.
constexpr Form kLeaf = {"", "href", ""};

void AddWords(std::string_view text, std::vector<std::string_view>& words) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (word == "+expressions") AddWords(kExpressions, words);
    else if (word == "+requirements") AddWords(kRequirements, words);
    else if (!word.empty()) words.push_back(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

struct Names {
  explicit Names(const Form& form) {
    AddWords(form.attributes, attributes);
    AddWords(form.children, children);
  }
  std::vector<std::string_view> attributes = {"id", "label"};
  std::vector<std::string_view> children = {"description", "extensionElements"};
};

class VocabularyCheck {
 public:
  VocabularyCheck(std::string_view space, FormReader& form) : space_(space), form_(form), leaf_(kLeaf) {
    for (const Form& known : kForms) names_.emplace(known.element, Names(known));
  }

  void Check(const XmlElement& element) {
    const auto known = names_.find(element.name);
    const Names& names = known == names_.end() ? leaf_ : known->second;
    for (const XmlAttribute& attribute : element.attributes) {
      if (std::ranges::find(names.attributes, std::string_view(attribute.name)) == names.attributes.end())
        Tell(element, element.name + " has no attribute '" + attribute.name + "' in DMN", attribute.name, names.attributes);
    }
    CheckLanguage(element);
    for (const XmlElement& child : element.children) {
      if (child.space != space_) continue;
      if (std::ranges::find(names.children, std::string_view(child.name)) == names.children.end())
        Tell(child, element.name + " has no element '" + child.name + "' in DMN", child.name, names.children);
      else if (child.name != "extensionElements" && child.name != "description")
        Check(child);
    }
  }

 private:
  void Tell(const XmlElement& at, std::string message, std::string_view name, const std::vector<std::string_view>& known) {
    form_.Problem(at.place, std::move(message), feel::Suggestion(name, known));
  }

  void CheckLanguage(const XmlElement& element) {
    const std::string_view language = element.Attribute("expressionLanguage");
    const auto holds = [&](std::string_view word) { return language.find(word) != std::string_view::npos; };
    if (language.empty() || holds("FEEL") || holds("feel")) return;
    form_.Problem(element.place, "the expression language '" + std::string(language) + "' is not FEEL", {}, ErrorCode::kUnsupported);
  }

  std::string_view space_;
  FormReader& form_;
  Names leaf_;
  std::map<std::string_view, Names> names_;
};

}  // namespace

void CheckVocabulary(const XmlElement& root, FormReader& form) { VocabularyCheck(root.space, form).Check(root); }

}  // namespace oxpecker::dmn
