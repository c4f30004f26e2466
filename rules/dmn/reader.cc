#include "rules/dmn/reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rules/dmn/expression_reader.h"
#include "rules/dmn/vocabulary.h"

namespace oxpecker::dmn {
namespace {

constexpr std::array<std::string_view, 5> kNamespaces = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/"};

class DefinitionsReader {
 public:
  DefinitionsReader(FormReader& form, Definitions& model)
      : form_(form), expressions_(form), model_(model) {}

  void Read(const XmlElement& root) {
    model_.name = root.Attribute("name");
    model_.space = root.Attribute("namespace");
    model_.prefixes = root.prefixes;
    for (const XmlElement& child : root.children) {
      if (child.space != root.space) continue;
      if (child.name == "import") {
        ReadImport(child);
      } else if (child.name == "itemDefinition") {
        model_.items.push_back(ReadItem(child));
      } else if (child.name == "inputData") {
        InputData input{child.place, std::string(child.Attribute("id")), ReadVariable(child)};
        model_.inputs.push_back(std::move(input));
      } else if (child.name == "decision") {
        ReadDecision(child);
      } else if (child.name == "businessKnowledgeModel") {
        ReadKnowledge(child);
      } else if (child.name == "decisionService") {
        ReadService(child);
      }
    }
  }

 private:
  void ReadImport(const XmlElement& element) {
    const std::string_view type = element.Attribute("importType");
    const bool is_model = type.empty() || std::find(kNamespaces.begin(), kNamespaces.end(), type) !=
                                              kNamespaces.end();
    if (!is_model) return;  // a schema or PMML: what refers to it says so
    model_.imports.push_back({element.place, form_.NameOf(element, false),
                              std::string(element.Attribute("namespace")),
                              std::string(element.Attribute("locationURI"))});
  }

  ItemDefinition ReadItem(const XmlElement& element) {
    ItemDefinition item;
    item.place = element.place;
    item.name = form_.NameOf(element, true);
    item.is_collection = element.Attribute("isCollection") == "true";
    for (const XmlElement& child : element.children) {
      if (child.space != element.space) continue;
      if (child.name == "typeRef") {
        item.type_ref = form_.Trimmed(child.text);
      } else if (child.name == "allowedValues") {
        item.allowed_values = form_.TextOf(child);
      } else if (child.name == "typeConstraint") {
        item.type_constraint = form_.TextOf(child);
      } else if (child.name == "itemComponent") {
        item.components.push_back(ReadItem(child));
      } else if (child.name == "functionItem") {
        item.is_function = true;
        item.output_type_ref = child.Attribute("outputTypeRef");
        for (const XmlElement& parameter : child.children) {
          if (parameter.name == "parameters") {
            item.parameters.push_back(form_.ParameterOf(parameter, false));
          }
        }
      }
    }
    return item;
  }

  // The name of the variable; the element's own where it has none. Types of DMN 1.1 elements that
  // have no variable stand on the element.
  Variable ReadVariable(const XmlElement& element) {
    Variable variable{form_.NameOf(element, true), std::string(element.Attribute("typeRef"))};
    for (const XmlElement& child : element.children) {
      if (child.space != element.space || child.name != "variable") continue;
      const std::string name = form_.NameOf(child, false);
      if (!name.empty()) variable.name = name;
      variable.type_ref = child.Attribute("typeRef");
    }
    return variable;
  }

  void AddReferences(const XmlElement& requirement, std::vector<Reference>& to) {
    for (const XmlElement& child : requirement.children) {
      const bool is_reference = child.name == "requiredInput" || child.name == "requiredDecision" ||
                                child.name == "requiredKnowledge";
      if (is_reference) to.push_back(form_.ReferenceOf(child));
    }
  }

  static bool IsRequirement(const XmlElement& element) {
    return element.name == "informationRequirement" || element.name == "knowledgeRequirement";
  }

  void ReadDecision(const XmlElement& element) {
    Decision decision{element.place, std::string(element.Attribute("id")), ReadVariable(element),
                      {}, std::nullopt};
    for (const XmlElement& child : element.children) {
      if (child.space != element.space) continue;
      if (IsRequirement(child)) AddReferences(child, decision.requirements);
      if (ExpressionReader::IsExpression(child)) decision.logic = expressions_.Read(child);
    }
    model_.decisions.push_back(std::move(decision));
  }

  void ReadKnowledge(const XmlElement& element) {
    Knowledge knowledge{element.place, std::string(element.Attribute("id")), ReadVariable(element),
                        {}, std::nullopt};
    for (const XmlElement& child : element.children) {
      if (child.space != element.space) continue;
      if (IsRequirement(child)) AddReferences(child, knowledge.requirements);
      if (child.name == "encapsulatedLogic") knowledge.logic = expressions_.Read(child);
    }
    model_.knowledge.push_back(std::move(knowledge));
  }

  void ReadService(const XmlElement& element) {
    DecisionService service{element.place, std::string(element.Attribute("id")),
                            ReadVariable(element), {}, {}, {}, {}};
    for (const XmlElement& child : element.children) {
      if (child.space != element.space) continue;
      if (child.name == "outputDecision") service.outputs.push_back(form_.ReferenceOf(child));
      if (child.name == "encapsulatedDecision")
        service.encapsulated.push_back(form_.ReferenceOf(child));
      if (child.name == "inputDecision")
        service.input_decisions.push_back(form_.ReferenceOf(child));
      if (child.name == "inputData") service.inputs.push_back(form_.ReferenceOf(child));
    }
    if (service.outputs.empty()) {
      form_.Problem(element.place, "decision service '" + service.variable.name +
                                       "' has no output decision");
    }
    model_.services.push_back(std::move(service));
  }

  FormReader& form_;
  ExpressionReader expressions_;
  Definitions& model_;
};

}  // namespace

Checked<Definitions> ReadDefinitions(const std::string& file, std::string_view text,
                                     const ReadLimits& limits) {
  const auto root = ReadXml(file, text, limits.xml);
  if (!root) return std::unexpected(Issues{root.error()});
  Definitions model;
  model.file = file;
  FormReader form(file, limits);
  if (root->name != "definitions" ||
      std::find(kNamespaces.begin(), kNamespaces.end(), root->space) == kNamespaces.end()) {
    form.Problem(root->place, "the root element is no 'definitions' of DMN 1.1 to 1.5",
                 "its namespace is one of " + std::string(kNamespaces.front()) + " to " +
                     std::string(kNamespaces.back()));
    return std::unexpected(form.Take());
  }
  CheckVocabulary(*root, form);
  DefinitionsReader(form, model).Read(*root);
  if (form.has_problems()) return std::unexpected(form.Take());
  return model;
}

}  // namespace oxpecker::dmn
