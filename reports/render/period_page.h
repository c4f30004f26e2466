// reports/render/period_page.h - the sections of the period report's page, each in its place in the
// order of the contents. Used by period_html.cc only.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reports/period_report.h"
#include "reports/render/markup.h"
#include "reports/render/texts.h"

namespace oxpecker::reports {

class PeriodPage {
 public:
  explicit PeriodPage(const PeriodReport& report);

  std::string Write();

 private:
  // period_html.cc: the frame
  void Head();
  void Front();
  void Identification();
  void Tiles();
  void CheckSummary();
  void Contents();
  void Footer();

  // period_html_counts.cc: what was counted
  void DecisionsSection();
  void OutcomeTables();
  void OverTime();
  void ActionTables();
  void ReasonTable();
  void SilenceSection();
  void GuardChart();
  void HeldTable();
  Cell ReasonCell(const std::string& code) const;
  void UnknownTables();
  void UnknownTable(TextKey caption, TextKey column, const CountTable<2>& counts,
                    const std::set<std::string>& left_out);

  // period_html_proof.cc: how far it can be trusted
  void ReadingSection();
  void PopulationSection();
  void EmptyPeriod();
  void InForceSection();
  void ReleaseTable();
  void ActivationTable();
  Cell TestsCell(const std::vector<std::string>& states) const;
  void CatalogueTable(TextKey caption, const std::vector<CatalogueLine>& lines,
                      std::optional<TextKey> detail, std::optional<TextKey> hits);
  void ThresholdTable();
  Cell ReleaseCells(const std::vector<std::string>& digests) const;
  void IntegritySection();
  void CheckTable();
  std::string Consequence(const Check& check) const;
  void ExceptionsSection();
  void IssueTables();
  void LimitsSection();

  // Begins a section; its number and id follow the order of the calls.
  void OpenSection(TextKey title);
  void Paragraph(std::string_view text) { page_.Element("p", text); }
  void Fact(std::string_view name, const Cell& value);
  // The table, or a sentence that there is nothing to list.
  void TableOrNone(const TableContent& table);

  Cell Number(std::uint64_t n) const;
  // "3 / 12", marked where 12 is too few to compare. Never a percentage.
  Cell Share(std::uint64_t n, std::uint64_t of) const;
  Cell CodeCell(std::string_view code) const;
  // A name for people with its code below.
  Cell Named(std::string_view name, std::string_view code, bool english = false) const;
  Cell ActionCell(const std::string& action) const;
  Cell CodeText(std::string_view group, std::string_view code) const;
  Cell StateCell(CheckState state) const;
  std::string ShortDigest(const std::string& digest) const;
  std::string CheckSentence(const Check& check) const;

  const PeriodReport& report_;
  ReportIdentity identity_;
  Texts text_;
  Markup page_;
  int section_ = 0;
};

}  // namespace oxpecker::reports
