// Item definitions: what a value is converted to, and what does not conform (DMN 1.5, 10.3.2.9.4).
#include "tests/unit/dmn/models.h"

#include <algorithm>

namespace oxpecker::dmn {
namespace {

constexpr std::string_view kTypes = R"(
<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>
<itemDefinition name="tGrade"><typeRef>string</typeRef>
  <allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>
<itemDefinition name="tGrades" isCollection="true"><typeRef>string</typeRef>
  <allowedValues><text>"A", "B"</text></allowedValues>
  <typeConstraint><text>count(?) &lt;= 2</text></typeConstraint></itemDefinition>
<itemDefinition name="tShare"><typeRef>number</typeRef>
  <typeConstraint><text>[0..1]</text></typeConstraint></itemDefinition>
<itemDefinition name="tPerson">
  <itemComponent name="name"><typeRef>string</typeRef></itemComponent>
  <itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tTree"><itemComponent name="leaves" isCollection="true">
  <typeRef>tTree</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tMeasure"><functionItem outputTypeRef="number">
  <parameters name="x" typeRef="string"/></functionItem></itemDefinition>
)";

// The input of that type, as a decision sees it.
std::string Seen(const std::string& type, const std::string& value) {
  Asked ask(std::string(kTypes) + InputText("fact", type) +
            DecisionText("D", Literal("fact"), {"fact"}));
  return ask("D", {{"fact", value}});
}
// An expression that is declared to have that type.
std::string Declared(const std::string& type, const std::string& expression) {
  Asked ask(std::string(kTypes) + DecisionText("D", Literal(expression), {}, {}, {}, type));
  return ask("D");
}

TEST(Types, AValueThatConformsStaysAsItIs) {
  EXPECT_EQ(Seen("number", "1"), "1");
  EXPECT_EQ(Seen("tNumbers", "[1, 2]"), "[1, 2]");
  EXPECT_EQ(Seen("tPerson", "{name: \"Ann\", age: 3, more: 1}"),
            "{name: \"Ann\", age: 3, more: 1}");
  EXPECT_EQ(Seen("Any", "[1, \"a\"]"), "[1, \"a\"]");
}

TEST(Types, AListOfOneAndItsItemStandForEachOther) {
  EXPECT_EQ(Seen("number", "[1]"), "1");
  EXPECT_EQ(Seen("tNumbers", "1"), "[1]");
  EXPECT_EQ(Declared("number", "[10]"), "10");
  EXPECT_EQ(Declared("tNumbers", "10"), "[10]");
}

TEST(Types, ADateStandsForItsMidnight) {
  EXPECT_EQ(Declared("date and time", "date(\"2026-03-16\") + duration(\"P0D\")"),
            "date and time(\"2026-03-16T00:00:00Z\")");
}

TEST(Types, NullConformsToEveryType) {
  for (const char* type : {"number", "tNumbers", "tGrade", "tPerson", "tShare"}) {
    EXPECT_EQ(Seen(type, "null"), "null") << type;
  }
  EXPECT_EQ(Seen("tPerson", "{name: null, age: 3}"), "{name: null, age: 3}");
}

TEST(Types, WhatDoesNotConformIsNullWithACause) {
  const std::string cause = "that does not conform to";
  EXPECT_NE(Seen("number", "\"1\"").find("error: input 'fact' is a string " + cause),
            std::string::npos);
  EXPECT_NE(Seen("number", "[1, 2]").find(cause), std::string::npos);
  EXPECT_NE(Seen("tNumbers", "[1, \"a\"]").find(cause), std::string::npos);
  EXPECT_NE(Seen("tNumbers", "\"a\"").find(cause), std::string::npos);
  EXPECT_NE(Seen("tPerson", "{name: \"Ann\"}").find(cause), std::string::npos);
  EXPECT_NE(Seen("tPerson", "{name: \"Ann\", age: \"3\"}").find(cause), std::string::npos);
  EXPECT_NE(Declared("string", "1 + 1").find("decision 'D' is a number " + cause),
            std::string::npos);
}

TEST(Types, AllowedValuesAndConstraintsAreHeld) {
  EXPECT_EQ(Seen("tGrade", "\"A\""), "\"A\"");
  EXPECT_NE(Seen("tGrade", "\"C\"").find("does not conform to 'tGrade'"), std::string::npos);
  EXPECT_EQ(Seen("tShare", "0.5"), "0.5");
  EXPECT_NE(Seen("tShare", "1.01").find("does not conform"), std::string::npos);
  EXPECT_EQ(Seen("tGrades", "[\"A\", \"B\"]"), "[\"A\", \"B\"]");
  EXPECT_NE(Seen("tGrades", "[\"A\", \"C\"]").find("does not conform"), std::string::npos)
      << "allowed values are those of the items";
  EXPECT_NE(Seen("tGrades", "[\"A\", \"B\", \"A\"]").find("does not conform"), std::string::npos)
      << "the constraint is on the list";
}

TEST(Types, ATypeMayHoldItself) {
  EXPECT_EQ(Seen("tTree", "{leaves: [{leaves: []}]}"), "{leaves: [{leaves: []}]}");
  EXPECT_NE(Seen("tTree", "{leaves: [{leaves: [1]}]}").find("does not conform"),
            std::string::npos);
}

TEST(Types, ExpressionsMayNameThem) {
  EXPECT_EQ(Declared("boolean", "{name: \"a\", age: 1} instance of tPerson"), "true");
  EXPECT_EQ(Declared("boolean", "[1] instance of tNumbers"), "true");
  EXPECT_EQ(Declared("tMeasure", "function(x) string length(x)").substr(0, 8), "function");
}

TEST(Types, UnknownAndCircularTypesAreProblems) {
  Asked ask("<itemDefinition name=\"a\"><typeRef>b</typeRef></itemDefinition>"
            "<itemDefinition name=\"b\"><typeRef>a</typeRef></itemDefinition>"
            "<itemDefinition name=\"tLoan\"><typeRef>nmber</typeRef></itemDefinition>");
  const std::string all = testing::PrintToString(ask.problems());
  EXPECT_NE(all.find("'a' is defined by itself"), std::string::npos) << all;
  EXPECT_NE(all.find("unknown type 'nmber'; did you mean 'number'?"), std::string::npos) << all;
}

TEST(Types, QualifiedNamesOfDmn11) {
  const std::string text =
      "<definitions xmlns=\"http://www.omg.org/spec/DMN/20151101/dmn.xsd\" xmlns:feel=\"http://"
      "www.omg.org/spec/FEEL/20140401\" name=\"m\" namespace=\"urn:m\">" +
      InputText("fact", "feel:number") + DecisionText("D", Literal("fact + 1"), {"fact"}) +
      "</definitions>";
  Asked ask(std::vector<Definitions>{Read("m.dmn", text)});
  EXPECT_TRUE(ask.problems().empty());
  EXPECT_EQ(ask("D", {{"fact", "1"}}), "2");
}

TEST(Types, NestingIsBoundedHoweverTheDefinitionsStand) {
  const auto problems = [](std::size_t count, const char* before, const char* after, bool backwards) {
    std::vector<std::string> items;
    for (std::size_t i = 0; i < count; ++i)
      items.push_back("<itemDefinition name=\"t" + std::to_string(i) + "\">" + before + "<typeRef>t" + std::to_string(i + 1) +
                      "</typeRef>" + after + "</itemDefinition>\n");
    items.push_back("<itemDefinition name=\"t" + std::to_string(count) + "\"><typeRef>number</typeRef></itemDefinition>\n");
    if (backwards) std::reverse(items.begin(), items.end());
    std::string text;
    for (const std::string& item : items) text += item;
    Asked ask(text + DecisionText("D", Literal("1")));
    return ask.problems();
  };
  for (const bool backwards : {false, true}) {
    for (const auto& [before, after] : {std::pair{"", ""}, std::pair{"<itemComponent name=\"a\">", "</itemComponent>"}}) {
      EXPECT_TRUE(problems(20, before, after, backwards).empty());
      const auto found = problems(50'000, before, after, backwards);
      ASSERT_FALSE(found.empty());
      EXPECT_NE(found.front().find("is nested deeper than 64 levels"), std::string::npos) << found.front();
    }
  }
}

TEST(Types, AFieldThatADeclaredTypeDoesNotHaveIsAProblem) {
  const std::string declared(kTypes);
  const auto problems = [&](const std::string& expression) {
    Asked ask(declared + InputText("fact", "tPerson") + DecisionText("D", Literal(expression), {"fact"}));
    return ask.problems();
  };
  EXPECT_TRUE(problems("fact.age").empty());
  ASSERT_EQ(problems("fact.agee").size(), 1U);
  EXPECT_NE(problems("fact.agee")[0].find("unknown field 'agee'"), std::string::npos);
  EXPECT_FALSE(problems("fact.agee")[0].starts_with("in doubt")) << "it is a slip, not a doubt";
  const auto both = problems("if 1 = \"a\" then fact.agee else 1");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(std::count_if(both.begin(), both.end(), [](const std::string& p) { return p.starts_with("in doubt"); }), 1);
  ASSERT_EQ(problems("{a: 1}.b").size(), 1U);
  EXPECT_TRUE(problems("{a: 1}.b")[0].starts_with("in doubt")) << "nobody declared this one";
}

}  // namespace
}  // namespace oxpecker::dmn
