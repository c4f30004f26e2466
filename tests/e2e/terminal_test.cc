// Nothing that an author, a customer or an argument says can command a terminal or turn a text round.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/encoding.h"
#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

using testing::HasSubstr;

// An escape sequence, C1, marks of direction: in YAML and FEEL as the files hold them.
constexpr const char* kHostile = "\u202eabc\u009b31m\u2066\u200f\u061c";

void ExpectHarmless(const std::string& text) {
  for (const char* mark : {"\x1b", "\x07", "\x7f", "\u009b", "\u202e", "\u2066", "\u200f", "\u061c", "\r"})
    EXPECT_EQ(text.find(mark), std::string::npos) << HexEncode(mark) << " in " << text;
}
void ExpectHarmless(const Ended& ended) {
  ExpectHarmless(ended.out);
  ExpectHarmless(ended.err);
}

TEST(Terminal, WhatAnAuthorWroteIsShownAndNotObeyed) {
  const Workspace workspace(Workspace::State::kFresh);
  ReplaceIn(workspace.path() / "rules/policy.yaml", "title: Late fees to one creditor that make a pattern",
            std::string("title: \"Late ") + kHostile + "\\e[2J\"");
  const Ended show = workspace.Run({"rules", "show", "late_fee_n"});
  ASSERT_EQ(show.code, kDone) << show;
  EXPECT_THAT(show.out, HasSubstr("Late \\u202eabc\\u009b31m\\u2066\\u200f\\u061c\\u001b[2J"));
  ExpectHarmless(show);
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"--json", "rules", "show"}, {"--json", "rules", "show", "late_fee_n"}, {"release", "diff"},
           {"--json", "release", "diff"}, {"release", "build", "--activate"}, {"rules", "test", "--verbose"},
           {"--json", "log", "show", "1"}, {"log", "show", "1"}, {"report", "period"},
           {"report", "period", "--format", "json"}}) {
    const Ended ended = workspace.Run(command);
    EXPECT_EQ(ended.code, kDone) << ended.err;
    ExpectHarmless(ended);
  }
  const JsonText manifest(workspace.Run({"--json", "rules", "show", "late_fee_n"}).out);
  EXPECT_EQ(manifest.At("/parts/0/fields/title"), std::string("Late ") + kHostile + "\x1b[2J") << "JSON loses nothing";
}

TEST(Terminal, AProblemInAFileIsToldOnOneLine) {
  const Workspace workspace(Workspace::State::kFresh);
  ReplaceIn(workspace.path() / "rules/pack.yaml", "title:", std::string("\"ti\\ntle\\e[2J") + kHostile + "\":");
  const Ended ended = workspace.Run({"rules", "check"});
  EXPECT_EQ(ended.code, kInvalidInput);
  EXPECT_THAT(ended.err, HasSubstr("unknown key 'ti\\u000atle\\u001b[2J\\u202eabc"));
  ExpectHarmless(ended);
}

TEST(Terminal, ArgumentsAreShownAndNotObeyed) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string hostile = std::string("\x1b[31m") + kHostile;
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {hostile}, {"rules", hostile}, {"--" + hostile}, {"decide", hostile}, {"explain", hostile},
           {"explain", "1", "--lang", hostile}, {"rules", "show", hostile}, {"rules", "test", hostile},
           {"rules", "facts", hostile}, {"release", "show", hostile}, {"report", "period", "--from", hostile},
           {"-w", hostile, "log", "stats"}, {"feel", hostile}, {"feel", "\"" + hostile + "\" +"}}) {
    const Ended ended = workspace.Run(command);
    EXPECT_NE(ended.code, kDone) << ended;
    EXPECT_FALSE(ended.err.empty());
    ExpectHarmless(ended);
  }
  ExpectHarmless(RunProgram(Program::kVerify, {hostile}));
  ExpectHarmless(RunProgram(Program::kVerify, {"--" + hostile}));
  ExpectHarmless(RunProgram(Program::kBerka, {hostile, "--as-of", "1994-03-31"}));
}

TEST(Terminal, ValuesOfExpressionsAreShownAndNotObeyed) {
  const std::string text = std::string("\"\\u001B[31m") + kHostile + "\"";
  const Ended plain = RunProgram(Program::kOxpecker, {"feel", text});
  ASSERT_EQ(plain.code, kDone) << plain;
  EXPECT_THAT(plain.out, HasSubstr("\\u202eabc\\u009b31m"));
  ExpectHarmless(plain);
  ExpectHarmless(RunProgram(Program::kOxpecker, {"feel", "--trace", text}));
  ExpectHarmless(RunProgram(Program::kOxpecker, {"--json", "feel", text}));
}

TEST(Terminal, NamesInARefusedDocumentAreShownAndNotObeyed) {
  const Workspace workspace(Workspace::State::kFresh);
  std::string line = CustomerLine(1);
  const std::size_t at = line.find("\"birth_year\"");
  ASSERT_NE(at, std::string::npos);
  line.insert(at, std::string("\"") + kHostile + "\":1,");
  const Ended decided = workspace.Run({"decide", "-"}, line + "\n");
  EXPECT_EQ(decided.code, kInvalidInput) << decided;
  EXPECT_THAT(decided.out, HasSubstr("\\u202eabc"));
  ExpectHarmless(decided);
  ExpectHarmless(workspace.Run({"--json", "decide", "-"}, line + "\n"));
  for (const char* format : {"text", "html", "json"}) {
    const Ended told = workspace.Run({"explain", "1", "--format", format});
    EXPECT_EQ(told.code, kDone) << told;
    EXPECT_THAT(told.out, HasSubstr("\\u202eabc")) << format;
    ExpectHarmless(told);
  }
  ExpectHarmless(workspace.Run({"log", "show", "1"}));
  ExpectHarmless(workspace.Run({"report", "period"}));
}

}  // namespace
}  // namespace oxpecker::e2e
