// Sections 3 and 4 of the period report's page: what was decided, and what was not said and why.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "reports/render/chart.h"
#include "reports/render/period_page.h"

namespace oxpecker::reports {
namespace {

constexpr std::array<const char*, 3> kOutcomes = {"action", "silent", "refused"};
constexpr std::array<const char*, 5> kStates = {"selected", "outranked", "downgraded", "deferred",
                                                "suppressed"};

}  // namespace

void PeriodPage::DecisionsSection() {
  const PeriodCounts& counts = report_.counts;
  OpenSection("section.decisions");
  Paragraph(Fill(text_("decisions.intro"), {{"decisions", text_.Number(counts.decisions)},
                                            {"refusals", text_.Number(counts.refusals)},
                                            {"failures", text_.Number(counts.failures)}}));
  OverTime();
  OutcomeTables();
  ActionTables();
  ReasonTable();
  page_.Close();
}

void PeriodPage::OutcomeTables() {
  const PeriodCounts& counts = report_.counts;
  TableContent table{.caption = std::string(text_("outcomes.caption")),
                     .columns = {{std::string(text_("col.outcome"))},
                                 {std::string(text_("col.meaning"))},
                                 {std::string(text_("col.share_of_requests")), true}}};
  for (const auto& row : counts.outcomes.RowsByCount()) {
    table.rows.push_back({CodeText("outcome", row.key[0]), CodeText("outcome_meaning", row.key[0]),
                          Share(row.n, counts.outcomes.total())});
  }
  TableOrNone(table);

  table = {.caption = std::string(text_("events.caption")),
           .columns = {{std::string(text_("col.event"))}}};
  for (const char* outcome : kOutcomes) {
    table.columns.push_back({text_.OfCode("outcome", outcome), true});
  }
  table.columns.push_back({std::string(text_("col.other")), true});
  table.columns.push_back({std::string(text_("col.total")), true});
  for (const std::string& event : counts.event_outcome.Names(0)) {
    std::vector<Cell> row = {CodeCell(event)};
    const std::uint64_t total = counts.event_outcome.Sum(0, event);
    std::uint64_t other = total;
    for (const char* outcome : kOutcomes) {
      const std::uint64_t n = counts.event_outcome.Of({event, outcome});
      other -= n;
      row.push_back(Number(n));
    }
    row.push_back(Number(other));
    row.push_back(Number(total));
    table.rows.push_back(std::move(row));
  }
  TableOrNone(table);
}

void PeriodPage::OverTime() {
  const PeriodCounts& counts = report_.counts;
  ChartContent chart{.id = "over-time",
                     .title = std::string(text_("over_time.caption")),
                     .description = std::string(text_("over_time.description")),
                     .labels = report_.buckets};
  TableContent table{.caption = std::string(text_("over_time.caption")),
                     .columns = {{std::string(text_("col.time"))}}};
  int colour = 0;
  for (const char* outcome : {"action", "silent", "refused", "failed", "unstated"}) {
    ++colour;
    const std::string name = text_.OfCode("outcome", outcome);
    Series series{.name = name, .css_class = "c" + std::to_string(colour)};
    for (const std::string& bucket : report_.buckets) {
      series.values.push_back(counts.bucket_outcome.Of({bucket, outcome}));
    }
    const bool shown = colour <= 3 || counts.outcomes.Of({outcome}) > 0;
    if (!shown) continue;
    chart.series.push_back(std::move(series));
    table.columns.push_back({name, true});
  }
  table.columns.push_back({std::string(text_("col.total")), true});
  for (std::size_t i = 0; i < report_.buckets.size(); ++i) {
    std::vector<Cell> row = {Escape(report_.buckets[i])};
    std::uint64_t total = 0;
    for (const Series& series : chart.series) {
      total += series.values[i];
      row.push_back(Number(series.values[i]));
    }
    row.push_back(Number(total));
    table.rows.push_back(std::move(row));
  }
  StackedBars(chart, page_);
  TableOrNone(table);
}

void PeriodPage::ActionTables() {
  const PeriodCounts& counts = report_.counts;
  TableContent table{.caption = std::string(text_("actions.caption")),
                     .columns = {{std::string(text_("col.action"))}}};
  for (const char* state : kStates) table.columns.push_back({text_.OfCode("state", state), true});
  table.columns.push_back({std::string(text_("col.other")), true});
  table.columns.push_back({std::string(text_("col.proposed")), true});
  for (const std::string& action : counts.action_state.Names(0)) {
    std::vector<Cell> row = {ActionCell(action)};
    const std::uint64_t total = counts.action_state.Sum(0, action);
    std::uint64_t other = total;
    for (const char* state : kStates) {
      const std::uint64_t n = counts.action_state.Of({action, state});
      other -= n;
      row.push_back(Number(n));
    }
    row.push_back(Number(other));
    row.push_back(Number(total));
    table.rows.push_back(std::move(row));
  }
  Paragraph(Fill(text_("actions.intro"),
                 {{"read", text_.Number(counts.candidates_read)},
                  {"headers", text_.Number(counts.candidates_in_headers)}}));
  TableOrNone(table);

  table = {.caption = std::string(text_("human.caption")),
           .columns = {{std::string(text_("col.action"))},
                       {std::string(text_("col.human"))},
                       {std::string(text_("col.outcomes")), true}}};
  for (const auto& row : counts.action_human.RowsByCount()) {
    table.rows.push_back({ActionCell(row.key[0]), CodeText("human", row.key[1]), Number(row.n)});
  }
  TableOrNone(table);

  table = {.caption = std::string(text_("flags.caption")),
           .columns = {{std::string(text_("col.flag"))}, {std::string(text_("col.count")), true}}};
  for (const auto& row : counts.flags.RowsByCount()) {
    table.rows.push_back({ActionCell(row.key[0]), Number(row.n)});
  }
  TableOrNone(table);
}

void PeriodPage::ReasonTable() {
  TableContent table{.caption = std::string(text_("reasons.caption")),
                     .columns = {{std::string(text_("col.reason"))},
                                 {std::string(text_("col.share_of_decisions")), true}}};
  for (const auto& row : report_.counts.reasons.RowsByCount()) {
    table.rows.push_back(
        {ReasonCell(row.key[0]), Share(row.n, report_.counts.sections_decided)});
  }
  TableOrNone(table);
}

void PeriodPage::SilenceSection() {
  const PeriodCounts& counts = report_.counts;
  OpenSection("section.silence");
  Paragraph(text_("silence.intro"));
  TableContent table{.caption = std::string(text_("silence.caption")),
                     .columns = {{std::string(text_("col.why"))},
                                 {std::string(text_("col.share_of_silent")), true}}};
  for (const auto& row : counts.silence.RowsByCount()) {
    table.rows.push_back({CodeText("silence", row.key[0]), Share(row.n, counts.silence.total())});
  }
  TableOrNone(table);
  GuardChart();
  HeldTable();
  UnknownTables();
  page_.Close();
}

void PeriodPage::GuardChart() {
  constexpr std::size_t kBarsMax = 15;
  ChartContent chart{.id = "by-guard",
                     .title = std::string(text_("guards.chart")),
                     .description = std::string(text_("guards.description"))};
  Series series{.css_class = "c1"};
  for (const std::string& guard : report_.counts.held.Names(0)) {
    if (chart.labels.size() == kBarsMax) break;
    chart.labels.push_back(guard);
    series.values.push_back(report_.counts.held.Sum(0, guard));
  }
  chart.series.push_back(std::move(series));
  LyingBars(chart, page_);
}

void PeriodPage::HeldTable() {
  const PeriodCounts& counts = report_.counts;
  Paragraph(Fill(text_("held.intro"), {{"n", text_.Number(counts.held_back)},
                                       {"of", text_.Number(counts.candidates_read)}}));
  TableContent table{.caption = std::string(text_("held.caption")),
                     .columns = {{std::string(text_("col.guard"))},
                                 {std::string(text_("col.action"))},
                                 {std::string(text_("col.end"))},
                                 {std::string(text_("col.reason"))},
                                 {std::string(text_("col.count")), true}}};
  std::vector<CountTable<4>::Row> rows = counts.held.RowsByCount();
  std::map<std::string, std::uint64_t> by_guard;
  for (const auto& row : rows) by_guard[row.key[0]] += row.n;
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
    return std::tuple(by_guard[b.key[0]], a.key[0], b.n, a.key) <
           std::tuple(by_guard[a.key[0]], b.key[0], a.n, b.key);
  });
  for (const auto& row : rows) {
    std::string title;
    for (const CatalogueLine& line : report_.guards) {
      if (line.id == row.key[0]) title = line.title;
    }
    table.rows.push_back(
        {row.key[0] == "unstated" ? Escape(text_("not_stated")) : Named(title, row.key[0], true),
         ActionCell(row.key[1]), CodeText("state", row.key[2]),
         ReasonCell(row.key[3]),
         Number(row.n)});
  }
  TableOrNone(table);

  CountTable<2> verdicts;
  for (const auto& row : counts.guard_verdicts.RowsByKey()) {
    verdicts.Add({row.key[1], row.key[2]}, row.n);
  }
  table = {.caption = std::string(text_("verdicts.caption")),
           .columns = {{std::string(text_("col.guard"))}}};
  constexpr std::array<const char*, 8> kVerdicts = {"pass", "block", "defer", "downgrade",
                                                    "unknown_block", "unknown_pass", "bypass",
                                                    "skipped"};
  for (const char* verdict : kVerdicts) {
    table.columns.push_back({text_.OfCode("verdict", verdict), true});
  }
  table.columns.push_back({std::string(text_("col.other")), true});
  for (const std::string& guard : verdicts.Names(0)) {
    std::vector<Cell> row = {CodeCell(guard)};
    std::uint64_t other = verdicts.Sum(0, guard);
    for (const char* verdict : kVerdicts) {
      const std::uint64_t n = verdicts.Of({guard, verdict});
      other -= n;
      row.push_back(Number(n));
    }
    row.push_back(Number(other));
    table.rows.push_back(std::move(row));
  }
  TableOrNone(table);
}

// In the report's language, where the release told it so.
Cell PeriodPage::ReasonCell(const std::string& code) const {
  const auto reason = report_.reason_sentences.find(code);
  if (reason == report_.reason_sentences.end()) return CodeCell(code);
  const auto own = reason->second.find(std::string(Code(text_.language())));
  if (own != reason->second.end()) return Named(own->second, code);
  const auto english = reason->second.find("en");
  return Named(english == reason->second.end() ? "" : english->second, code, true);
}

void PeriodPage::UnknownTable(TextKey caption, TextKey column, const CountTable<2>& counts,
                              const std::set<std::string>& left_out) {
  TableContent table{.caption = std::string(text_(caption)),
                     .columns = {{std::string(text_(column))},
                                 {std::string(text_("col.cause"))},
                                 {std::string(text_("col.count")), true}}};
  for (const auto& row : counts.RowsByCount()) {
    if (left_out.contains(row.key[0])) continue;
    table.rows.push_back({CodeCell(row.key[0]), CodeText("cause", row.key[1]), Number(row.n)});
  }
  if (!table.rows.empty() || left_out.empty()) TableOrNone(table);
  else page_.Element("h3", table.caption);
}

// What nearly nobody has says nothing of a decision: one line for all of these.
void PeriodPage::UnknownTables() {
  const PeriodCounts& counts = report_.counts;
  std::set<std::string> mostly;
  for (const std::string& feature : counts.unknown_features.Names(0)) {
    if (counts.unknown_features.Sum(0, feature) * 10 >= counts.sections_decided * 9) mostly.insert(feature);
  }
  Paragraph(text_("unknowns.intro"));
  UnknownTable("unknown_rules.caption", "col.rule", counts.unknown_rules, {});
  UnknownTable("unknown_features.caption", "col.feature", counts.unknown_features, mostly);
  if (mostly.empty()) return;
  page_.Open("details");
  page_.Element("summary", Fill(text_("unknown_features.mostly"),
                                {{"n", text_.Number(mostly.size())},
                                 {"of", text_.Number(counts.sections_decided)}}));
  std::string names;
  for (const std::string& feature : mostly) names += (names.empty() ? "" : ", ") + feature;
  page_.Element("p", names);
  page_.Close();
}

}  // namespace oxpecker::reports
