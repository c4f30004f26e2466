#include "engine/explain/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/document.h"
#include "tests/unit/explain/small_pack.h"

namespace oxpecker::engine {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

Explanation Telling(std::string text, Mark mark = Mark::kNone) {
  Explanation e;
  e.title = "T";
  e.sections.push_back({"s", "Heading", 1, {{std::move(text), mark, "reason:X"}}, {}, {}});
  return e;
}

Explanation Table(std::vector<std::string> columns, std::vector<std::vector<std::string>> rows) {
  Explanation e;
  e.title = "T";
  e.sections.push_back({"s", "", 1, {}, std::move(columns), {}});
  for (auto& cells : rows) e.sections[0].rows.push_back({std::move(cells), Mark::kFails, ""});
  return e;
}

TEST(TextRendering, NoLineIsWiderThanAsked) {
  const std::string long_word(300, 'x');
  const std::string chinese =
      "过去一百八十天里，您向同一家公司支付了三次滞纳金，开通自动扣款后，账单会按时自动支付。是否开"
      "通由您决定。";
  for (const std::string& text :
       {std::string("Plain words that go on and on until the line is full and more"), long_word,
        chinese, chinese + long_word + " åäö " + chinese,
        std::string("e\u0301e\u0301e\u0301 ") + long_word})
    for (std::size_t width = 20; width <= 90; ++width)
      for (const Explanation& e :
           {Telling(text), Table({"A", "B"}, {{text, "short"}, {"short", text}}),
            Table({}, {{text, text, text, text}})})
        for (const std::string& line : Lines(ToText(e, {.columns = width})))
          ASSERT_LE(voice::ColumnsOf(line), width) << line;
}

TEST(TextRendering, WrappingLosesNoCharacter) {
  const std::string chinese =
      "过去一百八十天里，您向同一家公司支付了三次滞纳金，开通自动扣款后，账单会按时自动支付。";
  std::string joined;
  for (const std::string& line : Lines(ToText(Telling(chinese), {.columns = 30})))
    if (line.starts_with("  ")) joined += line.substr(2);
  EXPECT_EQ(joined, chinese);
}

TEST(TextRendering, ANameThatIsTooLongIsBrokenAfterOneOfItsSigns) {
  const std::string id = "activity_drop_explained_by_leave";
  EXPECT_THAT(ToText(Table({"A", "B"}, {{id, "list contains(autopay_creditors, late_fee_creditor)"}}), {.columns = 42}),
              HasSubstr("activity_drop_       "));
  const std::string text = id + " != null and get value(policy.activity_ratio_max, key) > 1";
  for (std::size_t width = 24; width <= 60; ++width) {
    std::size_t at = 0;
    for (const std::string& line : Lines(ToText(Telling(text), {.columns = width}))) {
      if (!line.starts_with("  ")) continue;
      const std::string part = line.substr(2);
      ASSERT_EQ(text.compare(at, part.size(), part), 0) << width << ": " << line;
      at += part.size();
      if (at < text.size() && text[at] == ' ') ++at;
      else EXPECT_TRUE(at == text.size() || std::string_view("_.(,:/").find(text[at - 1]) != std::string_view::npos) << width << ": " << line;
    }
    EXPECT_EQ(at, text.size());
  }
}

TEST(TextRendering, EastAsianCharactersTakeTwoColumns) {
  // 14 characters of two columns and two of indent are 30; one more does not fit.
  const std::string fourteen = "一二三四五六七八九十一二三四";
  const std::string text = ToText(Telling(fourteen + "五"), {.columns = 30});
  EXPECT_THAT(text, HasSubstr("  " + fourteen + "\n  五\n"));
}

TEST(TextRendering, ColumnsOfATableLineUp) {
  const std::string text =
      ToText(Table({"Name", "值"}, {{"滞纳金", "1"}, {"ab", "2"}}), {.columns = 80});
  EXPECT_THAT(text, HasSubstr("Name    值\n滞纳金  1\nab      2\n"));
}

TEST(TextRendering, ATableThatIsTooWideForColumnsIsStacked) {
  const std::string text =
      ToText(Table({"One", "Two", "Three"}, {{"a", "b", "c"}}), {.columns = 20});
  EXPECT_THAT(text, HasSubstr("One: a\nTwo: b\nThree: c\n"));
}

TEST(TextRendering, ColourIsOffUnlessAskedFor) {
  EXPECT_THAT(ToText(Telling("x", Mark::kHolds)), Not(HasSubstr("\x1b")));
  EXPECT_THAT(ToText(Telling("x", Mark::kHolds), {.colour = true}), HasSubstr("\x1b[32mx\x1b[0m"));
}

TEST(TextRendering, ATextCannotSteerTheTerminal) {
  const std::string hostile =
      "a\x1b[31mb\x07\r\nc\xC2\x9B"
      "d\xE2\x80\xAE"
      "e\xE2\x81\xA6\x7F";
  const std::string text = ToText(Telling(hostile));
  for (const char* bad : {"\x1b", "\x07", "\r", "\xC2\x9B", "\xE2\x80\xAE", "\xE2\x81\xA6", "\x7F"})
    EXPECT_THAT(text, Not(HasSubstr(bad)));
  EXPECT_THAT(text, HasSubstr("a\\u001b[31mb\\u0007\\u000d\\u000ac\\u009bd\\u202ee\\u2066\\u007f"));
}

TEST(HtmlRendering, HostileTextIsEscapedEverywhere) {
  const std::string hostile = "<script>alert('x')</script>\"&\x1b\xE2\x80\xAE";
  Explanation e = Telling(hostile);
  e.title = hostile;
  e.sections[0].id = hostile;
  e.sections[0].heading = hostile;
  e.sections[0].paragraphs[0].source = hostile;
  e.sections[0].columns = {hostile};
  e.sections[0].rows = {{{hostile}, Mark::kFails, hostile}};
  const std::string page = ToHtmlPage(e);
  for (const char* bad : {"<script", "'x'", "\x1b", "\xE2\x80\xAE"})
    EXPECT_THAT(page, Not(HasSubstr(bad)));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;\\u001b\\u202e"));
}

TEST(HtmlRendering, ThePageStandsAlone) {
  ExplainQuery query{.audience = Audience::kOfficer, .language = voice::Language::kChinese};
  const std::string page = ToHtmlPage(MustExplain(DecisionWith({AutopayCandidate()}), query));
  EXPECT_THAT(page, HasSubstr("<html lang=\"zh-Hans-CN\">"));
  for (const char* bad : {"http://", "https://", "<script", "src=", "url(", "@import"})
    EXPECT_THAT(page, Not(HasSubstr(bad)));
  EXPECT_THAT(page, HasSubstr("Acme &lt;b&gt;&amp;"));
  EXPECT_THAT(page, HasSubstr("data-source=\"rule:fees_rule\""));
}

TEST(JsonRendering, HoldsEveryTextAndItsSource) {
  const Explanation told = MustExplain(DecisionWith({AutopayCandidate()}), {});
  const std::string bytes = json::Canonical(ToJson(told));
  const auto document = json::Document::Parse(bytes, {});
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->root().Find("schema")->text(), "oxpecker.explanation/1");
  EXPECT_EQ(document->root().Find("audience")->text(), "officer");
  EXPECT_EQ(document->root().Find("language")->text(), "en");
  EXPECT_EQ(document->root().Find("sections")->size(), told.sections.size());
  EXPECT_THAT(
      bytes,
      HasSubstr(
          R"("cells":["fee_count >= policy.fee_n","3 >= 3","holds"],"mark":"holds","source":"rule:fees_rule")"));
}

TEST(Rendering, TheSameExplanationGivesTheSameBytes) {
  const Decision d = DecisionWith({AutopayCandidate(), PromptCandidate()});
  for (const Audience audience : {Audience::kCustomer, Audience::kOfficer}) {
    const ExplainQuery query{.audience = audience};
    EXPECT_EQ(ToHtmlPage(MustExplain(d, query)), ToHtmlPage(MustExplain(d, query)));
  }
}

}  // namespace
}  // namespace oxpecker::engine
