// The frame of the period report's page: head, front page, contents, footer.
#include <array>
#include <span>
#include <utility>

#include "base/embedded_file.h"
#include "reports/render/period_page.h"
#include "reports/vocabulary.h"

namespace oxpecker::reports {

extern const std::span<const EmbeddedFile> kStyleSheets;  // period_report.css, embedded at build

namespace {

constexpr std::uint64_t kFew = 30;  // fewer are no base for comparing shares

constexpr std::array kContents = std::to_array<TextKey>({
    "section.reading", "section.population", "section.decisions", "section.silence",
    "section.in_force", "section.integrity", "section.exceptions", "section.limits"});

const char* Mark(CheckState state) {
  switch (state) {
    case CheckState::kPass: return "\u2713";
    case CheckState::kFail: return "\u2715";
    case CheckState::kGap: return "\u25cb";
    case CheckState::kNoOccurrence: return "\u2013";
    case CheckState::kAttestationNeeded: return "\u270e";
  }
  return "";
}

// "2026-03-16" at midnight, else the whole instant.
std::string DateOrInstant(Instant instant) {
  const std::string text = instant.ToString();
  constexpr std::string_view kMidnight = "T00:00:00Z";
  return text.ends_with(kMidnight) ? text.substr(0, text.size() - kMidnight.size()) : text;
}

const char* LanguageTag(Language language) {
  switch (language) {
    case Language::kEnglish: return "en";
    case Language::kSwedish: return "sv";
    case Language::kChinese: return "zh-Hans";
  }
  return "en";
}

}  // namespace

PeriodPage::PeriodPage(const PeriodReport& report)
    : report_(report), identity_(Identify(report)), text_(report.query.language) {}

std::string PeriodPage::Write() {
  page_.Raw("<!DOCTYPE html>\n");
  page_.Open("html", {{"lang", LanguageTag(text_.language())}});
  Head();
  page_.Open("body");
  page_.Open("div", {{"class", "page"}});
  Front();
  page_.Open("main");
  ReadingSection();
  PopulationSection();
  DecisionsSection();
  SilenceSection();
  InForceSection();
  IntegritySection();
  ExceptionsSection();
  LimitsSection();
  page_.Close();
  Footer();
  page_.Close();
  page_.Close();
  page_.Close();
  return page_.html();
}

void PeriodPage::Head() {
  page_.Open("head");
  page_.Void("meta", {{"charset", "utf-8"}});
  page_.Void("meta", {{"http-equiv", "Content-Security-Policy"},
                      {"content", "default-src 'none'; style-src 'unsafe-inline'"}});
  page_.Void("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page_.Void("meta", {{"name", "generator"}, {"content", report_.query.generator_build}});
  page_.Element("title", std::string(text_("title")) + " " + identity_.id);
  page_.Open("style");
  page_.Raw(kStyleSheets.front().bytes);
  // The running foot of the printed page. Id and digest hold letters, digits and hyphens only.
  page_.Raw("@page{@bottom-left{content:\"" + identity_.id + "  SHA-256 " + identity_.digest +
            "\";font:6.5pt sans-serif;color:#51626b}@bottom-right{content:counter(page) \" / \" "
            "counter(pages);font:7.5pt sans-serif;color:#51626b}@top-right{content:\"");
  page_.Raw(text_("draft"));
  page_.Raw("\";font:bold 7.5pt sans-serif;color:#a01c18}}\n");
  page_.Close();
  page_.Close();
}

void PeriodPage::Front() {
  page_.Open("header", {{"class", "front"}});
  page_.Open("div", {{"class", "top"}});
  page_.Element("span", text_("brand"), {{"class", "brand"}});
  page_.Element("span", text_("draft"), {{"class", "draft"}});
  page_.Close();
  page_.Element("h1", text_("title"));
  const std::string& entity = report_.query.entity_name;
  page_.Element("p", Fill(text_("lede"), {{"entity", entity.empty() ? std::string(
                                                         text_("not_stated")) : entity},
                                          {"from", DateOrInstant(report_.query.period.from)},
                                          {"to", DateOrInstant(report_.query.period.to)}}),
                {{"class", "lede"}});
  if (!report_.verification.ok()) page_.Element("p", text_("alarm"), {{"class", "alarm"}});
  Tiles();
  CheckSummary();
  Identification();
  Contents();
  page_.Close();
}

void PeriodPage::Tiles() {
  const PeriodCounts& counts = report_.counts;
  const auto tile = [&](std::uint64_t n, TextKey what) {
    page_.Open("div", {{"class", "tile"}});
    page_.Element("b", text_.Number(n));
    page_.Element("span", text_(what));
    page_.Close();
  };
  page_.Open("div", {{"class", "tiles"}});
  tile(report_.population.inside, "tile.records");
  tile(counts.outcomes.Of({"action"}), "tile.action");
  tile(counts.outcomes.Of({"silent"}), "tile.silent");
  tile(counts.held_back, "tile.held_back");
  tile(counts.refusals, "tile.refused");
  page_.Close();
}

void PeriodPage::CheckSummary() {
  page_.Element("h3", Fill(text_("checks.title"), {{"n", text_.Number(report_.checks.size())}}));
  page_.Open("ul", {{"class", "states"}});
  for (const CheckState state : {CheckState::kPass, CheckState::kFail, CheckState::kGap,
                                 CheckState::kAttestationNeeded, CheckState::kNoOccurrence}) {
    std::uint64_t n = 0;
    for (const Check& check : report_.checks) n += check.state == state ? 1U : 0U;
    page_.Open("li");
    page_.Raw(StateCell(state) + " " + Number(n));
    page_.Close();
  }
  page_.Close();
  page_.Element("p", text_("checks.note"));
  page_.Open("ul", {{"class", "open"}});
  for (const CheckState state :
       {CheckState::kFail, CheckState::kGap, CheckState::kAttestationNeeded}) {
    for (const Check& check : report_.checks) {
      if (check.state != state) continue;
      page_.Open("li");
      page_.Raw(StateCell(state) + " " + CodeText("check", check.id));
      page_.Close();
    }
  }
  page_.Close();
}

void PeriodPage::Fact(std::string_view name, const Cell& value) {
  page_.Element("dt", name);
  page_.Open("dd");
  page_.Raw(value);
  page_.Close();
}

void PeriodPage::Identification() {
  const PeriodQuery& query = report_.query;
  const auto stated = [&](const std::string& value) {
    return value.empty() ? Escape(text_("not_stated")) : Escape(value);
  };
  page_.Element("h3", text_("identification"));
  page_.Open("dl", {{"class", "facts"}});
  Fact(text_("fact.report_id"), CodeCell(identity_.id));
  Fact(text_("fact.entity"), stated(query.entity_name));
  Fact(text_("fact.lei"), stated(query.entity_lei));
  Fact(text_("fact.log"), CodeCell(report_.verification.origin));
  Fact(text_("fact.period"), Escape(Fill(text_("period.line"),
                                         {{"from", query.period.from.ToString()},
                                          {"to", query.period.to.ToString()}})));
  Fact(text_("fact.basis"), CodeText("basis", Name(query.basis)));
  Fact(text_("fact.cutoff"),
       Escape(Fill(text_("cutoff.line"), {{"n", text_.Number(report_.verification.records)}})));
  Fact(text_("fact.sampling"), Escape(text_("sampling.full")));
  Fact(text_("fact.generator"), stated(query.generator_build));
  Fact(text_("fact.generated_at"), Escape(query.generated_at.ToString()));
  Fact(text_("fact.preparer"), stated(query.preparer));
  Fact(text_("fact.reviewer"), Escape(text_("nobody_yet")));
  Fact(text_("fact.supersedes"), Escape(text_("nothing")));
  Fact(text_("fact.digest"), CodeCell(identity_.digest));
  page_.Close();
}

void PeriodPage::Contents() {
  page_.Open("nav", {{"aria-label", text_("contents")}});
  page_.Element("h3", text_("contents"));
  page_.Open("ol");
  int number = 0;
  for (const TextKey key : kContents) {
    page_.Open("li");
    page_.Element("a", text_(key), {{"href", "#s" + std::to_string(++number)}});
    page_.Close();
  }
  page_.Close();
  page_.Close();
}

void PeriodPage::OpenSection(TextKey title) {
  const std::string id = "s" + std::to_string(++section_);
  page_.Open("section", {{"id", id}, {"aria-labelledby", id + "-h"}});
  page_.Open("h2", {{"id", id + "-h"}});
  page_.Element("span", std::to_string(section_), {{"class", "no"}});
  page_.Text(text_(title));
  page_.Close();
}

void PeriodPage::TableOrNone(const TableContent& table) {
  if (!table.rows.empty()) {
    page_.Table(table);
    return;
  }
  page_.Element("h3", table.caption);
  page_.Element("p", text_("table.none"));
}

void PeriodPage::Footer() {
  page_.Open("footer");
  page_.Open("div", {{"class", "sign"}});
  page_.Element("div", text_("sign.preparer"));
  page_.Element("div", text_("sign.reviewer"));
  page_.Close();
  page_.Element("p", text_("sign.note"));
  page_.Open("p");
  page_.Raw(Escape(text_("draft")) + " \u00b7 " + CodeCell(identity_.id) + " \u00b7 SHA-256 " +
            CodeCell(identity_.digest));
  page_.Close();
  page_.Close();
}

Cell PeriodPage::Number(std::uint64_t n) const {
  if (n == 0) return "<span class=\"zero\">0</span>";
  return Escape(text_.Number(n));
}

Cell PeriodPage::Share(std::uint64_t n, std::uint64_t of) const {
  Cell cell = Escape(text_.Number(n) + " / " + text_.Number(of));
  if (of > 0 && of < kFew) cell += "<span class=\"few\">\u2020</span>";
  return cell;
}

Cell PeriodPage::CodeCell(std::string_view code) const {
  constexpr std::size_t kNameBytes = 40;  // longer ones are digests: they may be broken anywhere
  if (code.empty()) return {};
  return (code.size() <= kNameBytes ? "<code class=\"id\">" : "<code>") + Escape(code) + "</code>";
}

Cell PeriodPage::Named(std::string_view name, std::string_view code, bool english) const {
  if (name.empty() || name == code) return CodeCell(code);
  const bool foreign = english && text_.language() != Language::kEnglish;
  return std::string("<span class=\"name\"") + (foreign ? " lang=\"en\"" : "") + ">" +
         Escape(name) + "</span>" + CodeCell(code);
}

Cell PeriodPage::ActionCell(const std::string& action) const {
  const auto title = report_.action_titles.find(action);
  return Named(title == report_.action_titles.end() ? "" : title->second, action, true);
}

Cell PeriodPage::CodeText(std::string_view group, std::string_view code) const {
  const std::optional<std::string_view> told = text_.Find(group, code);
  return told ? Escape(*told) : CodeCell(code);
}

Cell PeriodPage::StateCell(CheckState state) const {
  const std::string name(Name(state));
  return "<span class=\"state " + name + "\"><span aria-hidden=\"true\">" + Mark(state) +
         "</span> " + Escape(text_.OfCode("check_state", name)) + "</span>";
}

std::string PeriodPage::ShortDigest(const std::string& digest) const {
  return digest.substr(0, 12);
}

std::string ToHtml(const PeriodReport& report) { return PeriodPage(report).Write(); }

}  // namespace oxpecker::reports
