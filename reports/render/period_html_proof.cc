// The sections of the period report's page that say how far it can be trusted: reading guide,
// population, what was in force, integrity, exceptions, limits.
#include <utility>

#include "reports/render/period_page.h"
#include "reports/vocabulary.h"

namespace oxpecker::reports {

void PeriodPage::ReadingSection() {
  OpenSection("section.reading");
  Paragraph(text_("reading.what"));
  Paragraph(text_("reading.how"));
  TableContent table{.caption = std::string(text_("reading.states")),
                     .columns = {{std::string(text_("col.state"))},
                                 {std::string(text_("col.meaning"))}}};
  for (const CheckState state : {CheckState::kPass, CheckState::kFail, CheckState::kGap,
                                 CheckState::kAttestationNeeded, CheckState::kNoOccurrence}) {
    table.rows.push_back({StateCell(state), CodeText("check_state_meaning", Name(state))});
  }
  page_.Table(table);
  Paragraph(text_("reading.ratios"));
  Paragraph(text_("reading.privacy"));
  Paragraph(text_("reading.digest"));
  page_.Close();
}

void PeriodPage::PopulationSection() {
  const Population& population = report_.population;
  const audit::LogVerification& verification = report_.verification;
  OpenSection("section.population");
  if (population.inside == 0 && population.whole_log) EmptyPeriod();
  Paragraph(text_("population.intro"));
  TableContent table{.caption = std::string(text_("population.caption")),
                     .columns = {{std::string(text_("col.kind"))},
                                 {std::string(text_("col.in_period")), true},
                                 {std::string(text_("col.in_log")), true}}};
  for (const std::string& kind : population.whole_kinds.Names(0)) {
    table.rows.push_back({Named(text_.OfCode("kind", kind), kind),
                          Number(population.kinds.Of({kind})),
                          Number(population.whole_kinds.Of({kind}))});
  }
  table.rows.push_back({"<b>" + Escape(text_("col.total")) + "</b>",
                        "<b>" + Number(population.kinds.total()) + "</b>",
                        "<b>" + Number(population.whole_kinds.total()) + "</b>"});
  page_.Table(table);

  table = {.caption = std::string(text_("control_total.caption")),
           .columns = {{std::string(text_("col.part"))},
                       {std::string(text_("col.records")), true}}};
  table.rows = {{Escape(text_("control_total.before")), Number(population.before)},
                {Escape(text_("control_total.inside")), Number(population.inside)},
                {Escape(text_("control_total.after")), Number(population.after)},
                {Escape(text_("control_total.sum")), Number(population.read())},
                {Escape(text_("control_total.proven")), Number(verification.records)}};
  page_.Table(table);

  const auto span = [&](const std::optional<InstantSpan>& instants) {
    return Escape(instants ? instants->first.ToString() + " \u2013 " + instants->last.ToString()
                           : std::string(text_("nothing")));
  };
  page_.Open("dl", {{"class", "facts"}});
  Fact(text_("fact.first_record"),
       population.first_seq ? CodeCell(std::to_string(*population.first_seq) + " \u2013 " +
                                       std::to_string(*population.last_seq))
                            : Escape(text_("nothing")));
  Fact(text_("fact.recorded"), span(population.recorded));
  Fact(text_("fact.as_of"), span(population.as_of));
  Fact(text_("fact.root"), CodeCell(verification.root.ToHex()));
  Fact(text_("fact.sealed"), Share(verification.sealed_size, verification.records));
  Fact(text_("fact.anchored"), Share(0, verification.records));
  page_.Close();
  Paragraph(text_("population.method"));
  Paragraph(text_("population.levels"));
  page_.Element("h3", text_("checkpoint.title"));
  if (report_.checkpoint) {
    Paragraph(text_("checkpoint.intro"));
    page_.Element("pre", report_.checkpoint->note);
  } else {
    Paragraph(text_("checkpoint.none"));
  }
  page_.Close();
}

// Most often the wrong question was asked: another year, or the other of the two times of a record.
void PeriodPage::EmptyPeriod() {
  const Population& population = report_.population;
  std::string told = Fill(text_("population.empty"), {{"n", text_.Number(population.read())},
                                                      {"from", population.whole_log->first.ToString()},
                                                      {"to", population.whole_log->last.ToString()}});
  if (population.inside_by_other_basis != 0) {
    const bool by_as_of = report_.query.basis == TimeBasis::kAsOf;
    told += " " + Fill(text_("population.other_basis"),
                       {{"basis", std::string(Name(by_as_of ? TimeBasis::kRecorded : TimeBasis::kAsOf))},
                        {"n", text_.Number(population.inside_by_other_basis)}});
  }
  page_.Element("p", told, {{"class", "alarm"}});
}

void PeriodPage::InForceSection() {
  OpenSection("section.in_force");
  Paragraph(text_("in_force.intro"));
  ReleaseTable();
  Paragraph(text_("approvals.note"));
  ActivationTable();
  CatalogueTable("rules.caption", report_.rules, TextKey("col.proposes"),
                 TextKey("col.candidates"));
  CatalogueTable("guards.caption", report_.guards, TextKey("col.stage"),
                 TextKey("col.tightened"));
  CatalogueTable("features.caption", report_.features, std::nullopt, std::nullopt);
  ThresholdTable();
  TableContent table{.caption = std::string(text_("engines.caption")),
                     .columns = {{std::string(text_("col.engine"))},
                                 {std::string(text_("col.records")), true}}};
  for (const auto& row : report_.counts.engines.RowsByCount()) {
    table.rows.push_back({CodeCell(row.key[0]), Number(row.n)});
  }
  TableOrNone(table);
  page_.Close();
}

void PeriodPage::ReleaseTable() {
  TableContent table{.caption = std::string(text_("releases.caption")),
                     .columns = {{std::string(text_("col.release"))},
                                 {std::string(text_("col.pack"))},
                                 {std::string(text_("col.recorded_at"))},
                                 {std::string(text_("col.manifest"))},
                                 {std::string(text_("col.tests"))},
                                 {std::string(text_("col.approvals"))},
                                 {std::string(text_("col.decided")), true}}};
  for (const ReleaseLine& line : report_.releases) {
    Cell recorded = Escape(text_("not_recorded"));
    if (line.recorded_at) {
      recorded = Escape(line.recorded_at->ToString()) + "<span class=\"more\">" +
                 Escape(Fill(text_("record.number"), {{"n", std::to_string(*line.recorded_as)}})) +
                 "</span>";
      if (line.decisions > 0 && !line.recorded_before_use) {
        recorded += "<span class=\"gap\">" + Escape(text_("recorded_late")) + "</span>";
      }
    }
    const bool signed_twice = line.approvals.value_or(0) >= 2;
    Cell approvals = Escape(Fill(text_("approvals.count"),
                                 {{"n", text_.Number(line.approvals.value_or(0))}}));
    approvals += "<span class=\"more\">" +
                 (line.decisions == 0 ? Cell()
                  : signed_twice      ? StateCell(CheckState::kAttestationNeeded)
                                      : StateCell(CheckState::kGap)) + "</span>";
    const std::string pack = line.pack + (line.pack_version.empty() ? "" : " " + line.pack_version);
    table.rows.push_back({CodeCell(ShortDigest(line.digest)), Escape(pack), recorded,
                          line.manifest_readable ? Escape(text_("readable"))
                                                 : StateCell(CheckState::kGap),
                          TestsCell(line.tests), approvals, Share(line.decisions, report_.counts.decisions)});
  }
  TableOrNone(table);
  page_.Open("dl", {{"class", "facts"}});
  for (const ReleaseLine& line : report_.releases) {
    Fact(ShortDigest(line.digest), CodeCell(line.digest));
  }
  page_.Close();
}

// Passed is the only state that needs no second look.
Cell PeriodPage::TestsCell(const std::vector<std::string>& states) const {
  Cell cell;
  for (const std::string& state : states) {
    const Cell told = CodeText("tests", state);
    cell += (cell.empty() ? "" : "; ") + (state == "passed" ? told : "<span class=\"gap\">" + told + "</span>");
  }
  return cell.empty() ? Escape(text_("not_stated")) : cell;
}

void PeriodPage::ActivationTable() {
  Paragraph(text_("activations.intro"));
  TableContent table{.caption = std::string(text_("activations.caption")),
                     .columns = {{std::string(text_("col.record"))},
                                 {std::string(text_("col.in_force_from"))},
                                 {std::string(text_("col.release"))},
                                 {std::string(text_("col.pack"))},
                                 {std::string(text_("col.tests"))},
                                 {std::string(text_("col.approvals"))}}};
  for (const ActivationLine& line : report_.activations) {
    Cell at = Escape(line.at.ToString());
    if (line.before_period) at += "<span class=\"more\">" + Escape(text_("activations.before")) + "</span>";
    const std::string pack = line.pack + (line.pack_version.empty() ? "" : " " + line.pack_version);
    table.rows.push_back({Escape(std::to_string(line.seq)), at, CodeCell(ShortDigest(line.release)), Escape(pack),
                          TestsCell({line.tests}),
                          Escape(Fill(text_("approvals.count"), {{"n", text_.Number(line.approvals)}}))});
  }
  TableOrNone(table);
}

Cell PeriodPage::ReleaseCells(const std::vector<std::string>& digests) const {
  Cell releases;
  for (const std::string& digest : digests) releases += (releases.empty() ? "" : " ") + CodeCell(ShortDigest(digest));
  return releases;
}

void PeriodPage::ThresholdTable() {
  TableContent table{.caption = std::string(text_("thresholds.caption")),
                     .columns = {{std::string(text_("col.name"))},
                                 {std::string(text_("col.version"))},
                                 {std::string(text_("col.value"))},
                                 {std::string(text_("col.owner"))},
                                 {std::string(text_("col.since"))},
                                 {std::string(text_("col.releases"))}}};
  for (const ThresholdLine& line : report_.thresholds) {
    table.rows.push_back({Named(line.title, line.id, true), Escape(line.version),
                          "<code>" + Escape(line.value) + "</code> " + Escape(line.unit), Escape(line.owner),
                          Escape(line.recorded_at ? line.recorded_at->ToString() : std::string(text_("not_recorded"))),
                          ReleaseCells(line.releases)});
  }
  TableOrNone(table);
}

void PeriodPage::CatalogueTable(TextKey caption, const std::vector<CatalogueLine>& lines,
                                std::optional<TextKey> detail, std::optional<TextKey> hits) {
  TableContent table{.caption = std::string(text_(caption)),
                     .columns = {{std::string(text_("col.name"))},
                                 {std::string(text_("col.version"))}}};
  if (detail) table.columns.push_back({std::string(text_(*detail))});
  table.columns.push_back({std::string(text_("col.owner"))});
  table.columns.push_back({std::string(text_("col.releases"))});
  if (hits) {
    table.columns.push_back({std::string(text_(*hits)), true});
    table.columns.push_back({std::string(text_("col.no_answer")), true});
  }
  for (const CatalogueLine& line : lines) {
    Cell name = Named(line.title, line.id, true);
    if (line.title.empty()) {
      name += "<span class=\"more\">" + Escape(text_("no_manifest")) + "</span>";
    }
    std::vector<Cell> row = {std::move(name), Escape(line.version)};
    if (detail) row.push_back(CodeCell(line.detail));
    row.push_back(Escape(line.owner));
    row.push_back(ReleaseCells(line.releases));
    if (hits) {
      row.push_back(Number(line.hits));
      row.push_back(Number(line.unknowns));
    }
    table.rows.push_back(std::move(row));
  }
  TableOrNone(table);
}

void PeriodPage::IntegritySection() {
  const audit::LogVerification& verification = report_.verification;
  OpenSection("section.integrity");
  Paragraph(text_("integrity.intro"));
  TableContent table{.caption = std::string(text_("verdicts_log.caption")),
                     .columns = {{std::string(text_("col.aspect"))},
                                 {std::string(text_("col.verdict"))},
                                 {std::string(text_("col.meaning"))}}};
  const auto row = [&](audit::Aspect aspect, audit::Verdict verdict) {
    table.rows.push_back({CodeText("aspect", audit::Name(aspect)),
                          CodeText("log_verdict", audit::Name(verdict)),
                          CodeText("aspect_meaning", audit::Name(aspect))});
  };
  row(audit::Aspect::kIntegrity, verification.integrity);
  row(audit::Aspect::kCompleteness, verification.completeness);
  row(audit::Aspect::kAuthenticity, verification.authenticity);
  page_.Table(table);
  if (verification.first_break) {
    page_.Element("p", Fill(text_("integrity.break"),
                            {{"place", verification.first_break->ToString()}}),
                  {{"class", "alarm"}});
  }
  page_.Open("dl", {{"class", "facts"}});
  Fact(text_("fact.records_hashed"), Number(verification.records));
  Fact(text_("fact.bytes_hashed"), Number(verification.bytes));
  Fact(text_("fact.checkpoints"), Number(verification.checkpoints));
  Fact(text_("fact.stored"), Number(report_.stored_records));
  page_.Close();
  CheckTable();
  page_.Close();
}

std::string PeriodPage::CheckSentence(const Check& check) const {
  std::string sentence = text_.OfCode("finding", check.id);
  for (const auto& [name, n] : check.figures) sentence = Fill(sentence, {{name, text_.Number(n)}});
  return sentence;
}

// Which consequence a check that did not pass has: its own, or that of what kept it from passing.
std::string PeriodPage::Consequence(const Check& check) const {
  if (check.state != CheckState::kGap) return check.id;
  bool proven = true;
  for (const char* id : {"population_complete", "stored_bytes_intact"}) {
    if (check.id == id) return check.id;
    for (const Check& other : report_.checks) {
      if (other.id == id && other.state != CheckState::kPass) proven = false;
    }
  }
  if (!proven) return "unproven";
  const auto unread = check.figures.find("unread");
  return unread != check.figures.end() && unread->second > 0 ? "unread" : check.id;
}

void PeriodPage::CheckTable() {
  TableContent table{.caption = std::string(text_("checks.caption")),
                     .columns = {{std::string(text_("col.check"))},
                                 {std::string(text_("col.state"))},
                                 {std::string(text_("col.finding"))}}};
  for (const Check& check : report_.checks) {
    Cell finding = Escape(CheckSentence(check));
    if (check.state == CheckState::kFail || check.state == CheckState::kGap ||
        check.state == CheckState::kAttestationNeeded) {
      finding += "<span class=\"more\">" + CodeText("consequence", Consequence(check)) + "</span>";
    }
    table.rows.push_back({CodeText("check", check.id), StateCell(check.state), finding});
  }
  page_.Table(table);
}

void PeriodPage::ExceptionsSection() {
  OpenSection("section.exceptions");
  Paragraph(text_("exceptions.intro"));
  TableContent table{.caption = std::string(text_("exceptions.caption")),
                     .columns = {{std::string(text_("col.exception"))},
                                 {std::string(text_("col.count")), true},
                                 {std::string(text_("col.first_records"))}}};
  for (const ExceptionLine& line : report_.exceptions) {
    std::string records;
    for (const std::uint64_t seq : line.records) {
      records += (records.empty() ? "" : ", ") + std::to_string(seq);
    }
    if (line.n > line.records.size() && !line.records.empty()) records += " \u2026";
    const Cell what = CodeText("exception", line.code) + "<span class=\"more\"><code lang=\"en\">" +
                      Escape(line.query) + "</code></span>";
    table.rows.push_back({what, line.n == 0 ? "<span class=\"zero\">" + Escape(text_("none_0")) +
                                                  "</span>"
                                            : "<b>" + Number(line.n) + "</b>",
                          Escape(records)});
  }
  page_.Table(table);
  IssueTables();
  page_.Close();
}

void PeriodPage::IssueTables() {
  TableContent table{.caption = std::string(text_("issues.caption")),
                     .columns = {{std::string(text_("col.issue"))},
                                 {std::string(text_("col.pointer"))},
                                 {std::string(text_("col.count")), true}}};
  for (const auto& row : report_.counts.issues.RowsByCount()) {
    table.rows.push_back({Named(text_.OfCode("issue", row.key[0]), row.key[0]),
                          row.key[1].empty() ? Escape(text_("whole_document"))
                                             : CodeCell(row.key[1]),
                          Number(row.n)});
  }
  TableOrNone(table);
  table = {.caption = std::string(text_("unreadable.caption")),
           .columns = {{std::string(text_("col.section"))},
                       {std::string(text_("col.why"))},
                       {std::string(text_("col.count")), true}}};
  for (const auto& row : report_.counts.unreadable.RowsByCount()) {
    table.rows.push_back({CodeCell(row.key[0]), CodeText("unreadable", row.key[1]), Number(row.n)});
  }
  TableOrNone(table);
}

void PeriodPage::LimitsSection() {
  OpenSection("section.limits");
  Paragraph(text_("limits.intro"));
  page_.Open("ul", {{"class", "limits"}});
  for (const std::string& code : report_.limitations) {
    page_.Open("li", {{"id", "limit-" + code}});
    page_.Raw(CodeText("limitation", code));
    page_.Close();
  }
  page_.Close();
  page_.Close();
}

}  // namespace oxpecker::reports
