#include "rules/feel/conformance.h"

#include <gtest/gtest.h>

namespace oxpecker::feel {
namespace {

std::string Answer(std::string_view line) {
  Evaluator evaluator{Limits{}};
  const Result<std::string> answer = AnswerConformanceCase(line, evaluator, {});
  return answer ? *answer : answer.error().message;
}

TEST(Conformance, AnswersValuesInTheirEncoding) {
  EXPECT_EQ(
      Answer(R"({"id":"1","results":["r"],"feel":["[1.50, \"a\", {b: @\"P1D\"}]"]})"),
      R"({"id":"1","results":[{"diagnostics":[],"name":"r","value":[{"@":"number","v":"1.50"},)"
      R"("a",{"@":"context","v":[["b",{"@":"days and time duration","v":"P1D"}]]}]}]})");
}

TEST(Conformance, InputsAreVariables) {
  EXPECT_EQ(
      Answer(R"j({"id":"1","results":["r"],"feel":["sum(loan list.x)"],)j"
             R"("inputs":[{"name":"loan list","value":[{"@":"context","v":[["x",)"
             R"({"@":"number","v":"2"}]]}]}]})"),
      R"({"id":"1","results":[{"diagnostics":[],"name":"r","value":{"@":"number","v":"2"}}]})");
}

TEST(Conformance, ErrorsCarryADiagnosticAndGoodNullsNone) {
  EXPECT_EQ(
      Answer(R"({"id":"1","results":["r"],"feel":["1 / 0"]})"),
      R"({"id":"1","results":[{"diagnostics":["1:1: division by zero"],"name":"r","value":null}]})");
  EXPECT_EQ(Answer(R"({"id":"1","results":["r"],"feel":["null"]})"),
            R"({"id":"1","results":[{"diagnostics":[],"name":"r","value":null}]})");
}

TEST(Conformance, WhatTheLanguageDefinesAsNullIsNoError) {
  for (const char* text : {"false or null", "123 or false", "not(null)", "all([true, null])",
                           "median([])", "[1][2]"}) {
    const std::string answer =
        Answer(std::string(R"j({"id":"1","results":["r"],"feel":[")j") + text + "\"]}");
    EXPECT_EQ(answer, R"({"id":"1","results":[{"diagnostics":[],"name":"r","value":null}]})") << text;
  }
  for (const char* text : {"not(0)", "10 + null", "all([true, 1])", "product([])"}) {
    const std::string answer =
        Answer(std::string(R"j({"id":"1","results":["r"],"feel":[")j") + text + "\"]}");
    EXPECT_EQ(answer.find(R"("diagnostics":[])"), std::string::npos) << text;
  }
}

TEST(Conformance, SaysWhatItCannotDo) {
  EXPECT_EQ(Answer(R"({"id":"1","results":["r"]})"),
            R"({"id":"1","unsupported":"needs a decision model"})");
  EXPECT_EQ(Answer(R"({"results":["r"]})"), "a request is an object with an \"id\"");
  EXPECT_NE(Answer("{"), "");
}

}  // namespace
}  // namespace oxpecker::feel
