#include <algorithm>

#include "apps/cli/command.h"
#include "apps/cli/erased.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "base/printable.h"
#include "engine/version.h"
#include "reports/period_report.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string from;
  std::string to;
  std::string language = "en";
  std::string basis = "recorded";
  std::string format = "html";
  std::string out;
  std::string preparer;
};

Instant StartOfDay(Instant at) {
  const std::int64_t seconds = at.unix_seconds();
  const std::int64_t in_day = ((seconds % kSecondsPerDay) + kSecondsPerDay) % kSecondsPerDay;
  return Instant::FromUnixSeconds(seconds - in_day);
}

// Without bounds: whole days, from the first record's to the last one's, by the basis asked for. Of a broken log the
// records before the break count.
Result<Window> PeriodOf(audit::LogReader& reader, std::uint64_t proven, const Arguments& arguments,
                        reports::TimeBasis basis) {
  std::optional<Window> seen;
  const bool is_open = arguments.from.empty() || arguments.to.empty();
  if (is_open) {
    OXP_TRY(reader.ForEach(0, proven, [&](const audit::Record& record) -> Status {
      Instant at = record.time;
      if (basis == reports::TimeBasis::kAsOf) {
        const json::Value* as_of = record.about.Find("as_of");
        const auto told = as_of != nullptr && as_of->string() != nullptr ? Instant::Parse(*as_of->string()) : Result<Instant>(at);
        if (as_of == nullptr || !told) return {};
        at = *told;
      }
      if (!seen) seen = Window{at, at};
      seen->from = std::min(seen->from, at);
      seen->to = std::max(seen->to, at);
      return {};
    }));
  }
  Window period = seen ? Window{StartOfDay(seen->from), StartOfDay(seen->to).PlusSeconds(kSecondsPerDay)} : Window{};
  if (!arguments.from.empty()) {
    OXP_TRY(period.from, ParseBound(arguments.from));
  }
  if (!arguments.to.empty()) {
    OXP_TRY(period.to, ParseBound(arguments.to));
  }
  if (is_open && !seen)
    return Fail(ErrorCode::kInvalidInput, "", "the log holds nothing to report on", "decide something first, or give --from and --to");
  return period;
}

// An empty report is most often the answer to a question that nobody meant to ask.
void TellEmpty(const reports::Population& population, const reports::PeriodQuery& query) {
  if (population.inside != 0 || !population.whole_log) return;
  std::string text = "0 records in this period; the log holds " + std::to_string(population.read()) + " from " +
                     population.whole_log->first.ToString() + " to " + population.whole_log->last.ToString();
  const bool by_as_of = query.basis == reports::TimeBasis::kAsOf;
  if (population.inside_by_other_basis != 0)
    text += std::string("; did you mean --basis ") + (by_as_of ? "recorded?" : "as_of?");
  PrintError(text + "\n");
}

int RunPeriod(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  Progress progress("verified", globals.quiet);
  auto verification = workspace->Verify([&](std::uint64_t done, std::uint64_t of) { progress.Report(done, of); });
  progress.Clear();
  if (!verification) return Complain(globals, verification.error());
  auto reader = workspace->OpenReader();
  if (!reader) return Complain(globals, reader.error());
  [[maybe_unused]] const auto undone = WarnOfUndoneErasures(*reader);
  reports::PeriodQuery query;
  auto basis = reports::ParseTimeBasis(arguments.basis);
  if (!basis) return Complain(globals, basis.error());
  query.basis = *basis;
  auto language = reports::ParseLanguage(arguments.language);
  if (!language) return Complain(globals, language.error());
  query.language = *language;
  const auto complain_of_break = [&](const char* hint) {
    return Complain(globals, {ErrorCode::kIntegrity, "", "the log is broken: " + verification->first_break->ToString(),
                              hint});
  };
  auto period = PeriodOf(*reader, verification->records, arguments, *basis);
  if (!period) {
    const int code = Complain(globals, period.error());
    return verification->ok() ? code : std::max(code, complain_of_break("no report was made; keep the log as it is"));
  }
  query.period = *period;
  query.entity_name = workspace->entity();
  query.generator_build = std::string("oxpecker ") + engine::kEngineVersion;
  query.generated_at = SystemClock().Now();
  query.preparer = arguments.preparer;
  auto report = reports::BuildPeriodReport(*reader, *verification, query);
  if (!report) return Complain(globals, report.error());
  const bool json_form = arguments.format == "json" || (globals.json && arguments.out.empty());
  const std::string bytes = json_form ? PrintableLines(json::Canonical(reports::ToJson(*report))) + "\n" : reports::ToHtml(*report);
  if (arguments.out.empty()) {
    PrintBytes(bytes);
  } else {
    if (auto allowed = workspace->CheckOutput(arguments.out); !allowed) return Complain(globals, allowed.error());
    if (auto written = WriteFile(arguments.out, bytes); !written) return Complain(globals, written.error());
    const reports::ReportIdentity identity = reports::Identify(*report);
    if (globals.json) {
      json::Object out;
      out.Set("digest", identity.digest);
      out.Set("file", arguments.out);
      out.Set("report_id", identity.id);
      PrintJson(std::move(out));
    } else {
      Print("Wrote " + Printable(arguments.out) + "\n  report " + identity.id + "\n  digest " + identity.digest + "\n");
    }
  }
  if (!globals.quiet) TellEmpty(report->population, query);
  if (verification->ok()) return kDone;
  return complain_of_break("the report says so; keep the log as it is and call whoever answers for it");
}

int RunList(const Globals& globals) {
  if (globals.json) {
    json::Object period;
    period.Set("name", "period");
    period.Set("title", "What was decided in a period, and how its completeness is proven");
    json::Object out;
    out.Set("reports", json::Array{std::move(period)});
    PrintJson(std::move(out));
  } else {
    Print("period   what was decided in a period, why it was silent, under which rules, and how completeness is proven\n");
  }
  return kDone;
}

}  // namespace

void AddReport(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("report", "What the log says, laid out for a reader");
  app->footer("The same log and the same question give the same digest.\n\n"
              "Examples:\n  oxpecker report period --out period.html\n"
              "  oxpecker report period --from 2026-10-01 --to 2026-11-01 --lang sv --out oktober.html\n"
              "  oxpecker report period --format json");
  app->add_subcommand("list", "The reports that there are")
      ->callback([=] { commands.chosen = [=] { return RunList(commands.globals); }; });
  CLI::App* period = app->add_subcommand("period", "Decisions, silence, rules and integrity of a period");
  period->add_option("--from", arguments->from, "First day or instant, UTC (default: the first record's day)");
  period->add_option("--to", arguments->to, "End, not included (default: after the last record's day)");
  period->add_option("--basis", arguments->basis, "Which time counts: when it was recorded, or the instant decided for")
      ->check(CLI::IsMember({"recorded", "as_of"}))->capture_default_str();
  period->add_option("--lang", arguments->language, "Language")->check(CLI::IsMember({"en", "sv", "zh"}))->capture_default_str();
  period->add_option("--format", arguments->format, "Form")->check(CLI::IsMember({"html", "json"}))->capture_default_str();
  period->add_option("--out", arguments->out, "File to write (default: standard output)");
  period->add_option("--preparer", arguments->preparer, "Who prepares it; until somebody else reviews it, it says DRAFT");
  period->callback([=] { commands.chosen = [=] { return RunPeriod(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
