#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reports/period_report.h"
#include "reports/render/markup.h"
#include "tests/unit/reports/fake_log.h"

namespace oxpecker::reports {
namespace {

std::string Page(test::FakeLog& log, Language language) {
  PeriodQuery query = test::SampleQuery();
  query.language = language;
  const Result<PeriodReport> report = BuildPeriodReport(log, log.Proven(), query);
  EXPECT_TRUE(report.has_value());
  return report.has_value() ? ToHtml(*report) : std::string();
}

constexpr Language kLanguages[] = {Language::kEnglish, Language::kSwedish, Language::kChinese};

// Every start tag has its end tag in the right order; ids are unique. Returns what is wrong.
std::string Malformation(std::string_view html) {
  const std::set<std::string, std::less<>> void_tags = {"meta", "br"};
  std::vector<std::string> open;
  std::set<std::string> ids;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find('>', at);
    if (end == std::string_view::npos) return "a tag without its end";
    const std::string_view tag = html.substr(at + 1, end - at - 1);
    if (tag.starts_with('!')) continue;
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return "unexpected " + std::string(tag);
      open.pop_back();
      continue;
    }
    const std::string name(tag.substr(0, tag.find(' ')));
    const std::size_t id = tag.find(" id=\"");
    if (id != std::string_view::npos) {
      const std::string value(tag.substr(id + 5, tag.find('"', id + 5) - id - 5));
      if (!ids.insert(value).second) return "id used twice: " + value;
    }
    if (!void_tags.contains(name)) open.push_back(name);
  }
  return open.empty() ? "" : "never closed: " + open.back();
}

TEST(PeriodHtml, IsWellFormedInEveryLanguage) {
  test::FakeLog log = test::SampleLog();
  for (const Language language : kLanguages) {
    const std::string page = Page(log, language);
    EXPECT_EQ(Malformation(page), "");
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>\n<html lang=\""));
  }
}

TEST(PeriodHtml, TheCheckOfFormFindsFaults) {
  EXPECT_NE(Malformation("<p><b></p></b>"), "");
  EXPECT_NE(Malformation("<p>"), "");
  EXPECT_NE(Malformation("<p id=\"a\"></p><p id=\"a\"></p>"), "");
  EXPECT_EQ(Malformation("<p id=\"a\"><b>x</b></p>"), "");
}

TEST(PeriodHtml, LoadsAndRunsNothing) {
  test::FakeLog log = test::SampleLog();
  for (const Language language : kLanguages) {
    const std::string page = Page(log, language);
    for (const char* forbidden : {"<script", "<link", "<img", "<iframe", "<object", "src=",
                                  "@import", "url(", "http://", "https://", "javascript:",
                                  "onload", "{n}", "{from}"}) {
      EXPECT_EQ(page.find(forbidden), std::string::npos) << forbidden;
    }
    // Links stay in the page.
    for (std::size_t at = page.find("href="); at != std::string::npos;
         at = page.find("href=", at + 1)) {
      EXPECT_EQ(page.substr(at, 7), "href=\"#");
    }
  }
}

TEST(PeriodHtml, EscapesWhatTheLogSays) {
  const std::string hostile = "<script>alert(\"1\")</script>&'";
  test::FakeLog log;
  log.AddRelease("2025-01-02T00:00:00Z", test::ReleaseDigest('a'), hostile);
  log.AddDecision({.time = "2025-01-03T00:00:00Z",
                   .event = hostile,
                   .release = test::ReleaseDigest('a'),
                   .proposals = {{.action = hostile, .rule = hostile, .state = "suppressed",
                                  .guard = hostile, .reason = hostile}},
                   .flags = {hostile},
                   .reasons = {hostile},
                   .unknowns = {{hostile, hostile}}});
  log.AddRefusal("2025-01-04T00:00:00Z", hostile, {{hostile, hostile}});
  const std::string page = Page(log, Language::kEnglish);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;"),
            std::string::npos);
  EXPECT_EQ(Malformation(page), "");
}

TEST(PeriodHtml, PrintsNoPercentageAndMarksSmallNumbers) {
  test::FakeLog small;
  for (int i = 0; i < 29; ++i) {
    small.AddDecision({.time = "2025-02-01T00:00:00Z", .release = test::ReleaseDigest('a')});
  }
  const std::string marked = "29 / 29<span class=\"few\">";
  EXPECT_NE(Page(small, Language::kEnglish).find(marked), std::string::npos);
  small.AddDecision({.time = "2025-02-01T00:00:00Z", .release = test::ReleaseDigest('a')});
  const std::string page = Page(small, Language::kEnglish);
  EXPECT_NE(page.find("30 / 30</td>"), std::string::npos);
  EXPECT_EQ(page.find("30 / 30<span"), std::string::npos);
  for (const Language language : kLanguages) {
    std::string text = Page(small, language);
    text.erase(0, text.find("<body>"));
    EXPECT_EQ(text.find('%'), std::string::npos);
  }
}

TEST(PeriodHtml, NamesItselfAndItsState) {
  test::FakeLog log = test::SampleLog();
  const Result<PeriodReport> report =
      BuildPeriodReport(log, log.Proven(), test::SampleQuery());
  ASSERT_TRUE(report.has_value());
  const ReportIdentity identity = Identify(*report);
  const std::string page = ToHtml(*report);
  EXPECT_NE(page.rfind(identity.digest), std::string::npos);
  EXPECT_GT(page.rfind(identity.id), page.find("<footer>"));
  EXPECT_NE(page.find("DRAFT, not reviewed"), std::string::npos);
  EXPECT_NE(page.find("@media print"), std::string::npos);
  EXPECT_NE(page.find("<title id=\"over-time-t\">"), std::string::npos);
  EXPECT_EQ(page.find("<th>"), std::string::npos) << "a table header without scope";
}

TEST(PeriodHtml, ABrokenLogIsSaidAtTheTop) {
  test::FakeLog log = test::SampleLog();
  audit::LogVerification broken = log.Proven();
  broken.integrity = audit::Verdict::kBroken;
  broken.first_break = audit::Break{.code = "leaf_hash", .seq = 17, .place = "record 17"};
  const Result<PeriodReport> report = BuildPeriodReport(log, broken, test::SampleQuery());
  ASSERT_TRUE(report.has_value());
  const std::string page = ToHtml(*report);
  EXPECT_LT(page.find("The stored evidence contradicts itself"), page.find("<main>"));
}

TEST(PeriodHtml, TellsReasonsInItsLanguageWhereTheReleaseDoes) {
  test::FakeLog log = test::SampleLog();
  const std::string swedish = Page(log, Language::kSwedish);
  EXPECT_NE(swedish.find("<span class=\"name\">Kunden har inte samtyckt till detta.</span>"), std::string::npos);
  EXPECT_EQ(swedish.find("The customer has not consented to this."), std::string::npos);
  const std::string chinese = Page(log, Language::kChinese);
  EXPECT_NE(chinese.find("<span class=\"name\" lang=\"en\">The customer has not consented to this.</span>"), std::string::npos);
}

TEST(PeriodHtml, ShowsSkippedTestsAndTheHistoryOfReleases) {
  test::FakeLog log = test::SampleLog();
  log.AddRelease("2026-03-30T10:00:00Z", test::ReleaseDigest('c'), "1.2.0", 0, "skipped");
  const std::string page = Page(log, Language::kEnglish);
  EXPECT_NE(page.find("Which release was in force when"), std::string::npos);
  EXPECT_NE(page.find("<span class=\"gap\">SKIPPED by whoever put it in force</span>"), std::string::npos);
  EXPECT_NE(page.find("Releases put in force with their tests skipped"), std::string::npos);
}

// A feature that nearly nobody has is no finding of its own.
TEST(PeriodHtml, FeaturesThatNearlyNobodyHasStandOnOneLine) {
  const auto page = [](int without_rare, int without_some) {
    test::FakeLog log;
    log.AddRelease("2026-01-01T09:00:00Z", test::ReleaseDigest('a'));
    for (int i = 0; i < 10; ++i) {
      test::Made made{.time = "2026-01-02T09:00:00Z", .release = test::ReleaseDigest('a')};
      if (i < without_rare) made.unknown_features.push_back("rare_thing");
      if (i < without_some) made.unknown_features.push_back("some_thing");
      log.AddDecision(made);
    }
    return Page(log, Language::kEnglish);
  };
  const std::string row = "<code class=\"id\">rare_thing</code>";
  const std::string collapsed = page(9, 8);
  EXPECT_NE(collapsed.find("1 more features had no value in at least nine of ten of the 10 decisions read"), std::string::npos);
  EXPECT_EQ(collapsed.find(row), std::string::npos);
  EXPECT_NE(collapsed.find("<code class=\"id\">some_thing</code>"), std::string::npos);
  EXPECT_NE(page(8, 0).find(row), std::string::npos) << "just under";
}

TEST(Markup, EscapesTextAndAttributes) {
  EXPECT_EQ(Escape("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(Escape(std::string_view("a\0b\x1b", 4)), "a\\u0000b\\u001b");
  EXPECT_EQ(Escape("a\u202e<\u200f"), "a\\u202e&lt;\\u200f");
  EXPECT_EQ(Escape("\u00e5\u9879"), "\u00e5\u9879");
  Markup page;
  page.Element("p", "<", {{"title", "\">"}});
  EXPECT_EQ(page.html(), "<p title=\"&quot;&gt;\">&lt;</p>\n");
}

}  // namespace
}  // namespace oxpecker::reports
