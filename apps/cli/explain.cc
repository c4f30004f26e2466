#include "engine/explain/explanation.h"

#include <unistd.h>

#include "apps/cli/command.h"
#include "apps/cli/erased.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "base/printable.h"
#include "engine/explain/render.h"
#include "engine/replay/replay.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string decision;
  std::string audience = "officer";
  std::string language = "en";
  std::string detail;
  std::string format = "text";
  std::string time_zone = "UTC";
};

Result<engine::ExplainQuery> QueryOf(const Arguments& arguments, const audit::Record& record) {
  engine::ExplainQuery query;
  OXP_TRY(query.audience, engine::ParseAudience(arguments.audience));
  OXP_TRY(query.language, voice::ParseLanguage(arguments.language));
  if (!arguments.detail.empty()) {
    OXP_TRY(query.detail, engine::ParseDetailLevel(arguments.detail));
  }
  query.time_zone = arguments.time_zone;
  if (record.decision_id) query.decision_id = record.decision_id->str();
  query.sequence = record.seq;
  return query;
}

std::optional<json::View> Member(json::View object, std::string_view key, json::Kind kind) {
  if (object.kind() != json::Kind::kObject) return std::nullopt;
  const auto member = object.Find(key);
  return member && member->kind() == kind ? member : std::nullopt;
}

// The customer's id and how old the sources were, from the section of the facts; nothing where it was
// erased or never readable.
Status AddFacts(audit::LogReader& reader, const audit::Record& record, engine::ExplainQuery& query) {
  OXP_TRY(query.customer_id, CustomerOf(reader, record));
  auto facts = reader.Decrypt(record, "facts");
  if (!facts && facts.error().code == ErrorCode::kNotFound) return {};
  if (!facts) return std::unexpected(facts.error());
  const auto document = json::Document::Parse(*facts, {});
  if (!document) return {};
  if (const auto sources = Member(document->root(), "sources", json::Kind::kObject))
    for (const json::View source : *sources)
      if (source.kind() == json::Kind::kString)
        query.sources.emplace_back(std::string(source.key()), std::string(source.text()));
  return {};
}

// Each section that was not erased is what was recorded, also those that this explanation does not quote.
Status CheckSections(audit::LogReader& reader, const audit::Record& record) {
  for (const audit::StoredSection& section : record.sections) {
    const auto opened = reader.Decrypt(record, section.name);
    if (!opened && opened.error().code != ErrorCode::kNotFound) return std::unexpected(opened.error());
  }
  return {};
}

Result<engine::Explanation> ExplainRecord(audit::LogReader& reader, const audit::Record& record, engine::Replayer& replayer,
                                          const Arguments& arguments) {
  if (record.kind != audit::RecordKind::kDecision && record.kind != audit::RecordKind::kRefusal)
    return Fail(ErrorCode::kInvalidInput, "record " + std::to_string(record.seq),
                "this record is a " + record.kind_name + ", not a decision", "'oxpecker log show' prints it");
  OXP_TRY(CheckSections(reader, record));
  OXP_TRY(engine::ExplainQuery query, QueryOf(arguments, record));
  const json::Value* digest = record.about.Find("release");
  OXP_TRY(std::shared_ptr<const engine::Release> release,
          replayer.FindRelease(digest != nullptr && digest->string() != nullptr ? *digest->string() : ""));
  if (release == nullptr)
    return Fail(ErrorCode::kNotFound, "record " + std::to_string(record.seq), "the log does not hold the release that decided");
  OXP_TRY(std::string decision, reader.Decrypt(record, "decision"));
  std::string trace;
  if (record.kind == audit::RecordKind::kDecision) {
    OXP_TRY(trace, reader.Decrypt(record, "trace"));
  }
  OXP_TRY(AddFacts(reader, record, query));
  return engine::Explain(*release, decision, trace, query);
}

// For who reads the answer without what was said beside it.
std::string Banner(const Error& damage) {
  return "WARNING: THE LOG IS BROKEN at " + Printable(damage.place) + ". This record is intact by itself; what stood around it is not proven.";
}

// `said` is made of numbers and words of this house.
std::string WithAlert(std::string page, const std::string& said) {
  constexpr std::string_view kBody = "<body>";
  const std::size_t at = page.find(kBody);
  if (at != std::string::npos) page.insert(at + kBody.size(), "\n<p role=\"alert\"><strong>" + said + "</strong></p>");
  return page;
}

std::string WithBanner(std::string page, const std::optional<Error>& damage) {
  return damage ? WithAlert(std::move(page), Banner(*damage)) : page;
}

// Of a decision whose sections are gone: that, and the place in the log that says so.
int TellErased(const Globals& globals, const Arguments& arguments, const audit::Record& record, const audit::ErasureRecord& erasure,
               const std::optional<Error>& damage) {
  if (damage) WarnOfDamage(*damage);
  if (globals.json || arguments.format == "json") {
    json::Object out = ErasedJson(record, erasure);
    if (damage) out.Set("log_damage", damage->ToString());
    PrintJson(std::move(out));
  } else if (arguments.format == "html") {
    PrintBytes(WithBanner(ErasedPage(record, erasure), damage));
  } else {
    if (damage) Print(Banner(*damage) + "\n\n");
    Print(ErasedText(record, erasure));
  }
  return damage ? kIntegrity : kDone;
}

int RunExplain(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto reader = workspace->OpenReader();
  if (!reader) return Complain(globals, reader.error());
  auto seq = FindDecision(*reader, arguments.decision);
  if (!seq) return Complain(globals, seq.error());
  auto record = reader->Read(*seq);
  if (!record) return Complain(globals, record.error());
  auto replayer = engine::Replayer::Open(*reader);
  if (!replayer) return Complain(globals, replayer.error());
  auto explanation = ExplainRecord(*reader, *record, *replayer, arguments);
  if (!explanation && explanation.error().code == ErrorCode::kNotFound) {
    const auto erasure = FindErasure(*reader, *record);
    if (!erasure) return Complain(globals, erasure.error());
    if (*erasure) return TellErased(globals, arguments, *record, **erasure, replayer->first_damage());
  }
  if (!explanation) return Complain(globals, explanation.error());
  const std::optional<Error>& damage = replayer->first_damage();
  if (damage) WarnOfDamage(*damage);
  const audit::ErasureRecord* undone = replayer->ErasureOf(record->seq);
  if (undone != nullptr) WarnReadableAgain(*undone);
  if (globals.json || arguments.format == "json") {
    json::Object out = engine::ToJson(*explanation);
    if (damage) out.Set("log_damage", damage->ToString());
    if (undone != nullptr) out.Set("erased_and_readable_again", std::to_string(undone->seq));
    PrintJson(std::move(out));
  } else if (arguments.format == "html") {
    std::string page = WithBanner(engine::ToHtmlPage(*explanation), damage);
    PrintBytes(undone == nullptr ? page : WithAlert(std::move(page), ReadableAgain(*undone)));
  } else {
    if (damage) Print(Banner(*damage) + "\n\n");
    if (undone != nullptr) Print(ReadableAgain(*undone) + "\n\n");
    PrintBytes(engine::ToText(*explanation, {.columns = static_cast<std::size_t>(TerminalColumns()), .colour = IsTerminal(STDOUT_FILENO)}));
  }
  return damage ? kIntegrity : undone != nullptr ? kRefused : kDone;
}

}  // namespace

void AddExplain(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("explain", "Tell one decision: what, why, what was held back, what was unknown");
  app->add_option("DECISION", arguments->decision, "A decision's id, the first characters of it, or its record's number (17, or '#17' in quotes)")->required();
  app->add_option("--for", arguments->audience, "Who reads it")->check(CLI::IsMember({"customer", "officer", "auditor"}))->capture_default_str();
  app->add_option("--lang", arguments->language, "Language")->check(CLI::IsMember({"en", "sv", "zh"}))->capture_default_str();
  app->add_option("--detail", arguments->detail, "How much is told (default: officers standard, customers what was decided for them)")->check(CLI::IsMember({"brief", "standard", "detailed"}));
  app->add_option("--format", arguments->format, "Form")->check(CLI::IsMember({"text", "html", "json"}))->capture_default_str();
  app->add_option("--timezone", arguments->time_zone, "Zone for times of day, as Europe/Stockholm")->capture_default_str();
  app->footer("The explanation is read off the recorded trace; nothing is decided again. Of a broken log a record is still\n"
              "explained whose own bytes are what was recorded: with a warning, and exit code 4. Of an erased decision it is said by\n"
              "which record it was erased.\n\n"
              "Levels of detail for customers: brief keeps what it is about, the choices and the rights; standard adds the channel,\n"
              "what-ifs and what was looked at; detailed adds how old each source was and until when it holds.\n"
              "For officers: brief tells why, or what came closest; standard adds the rules that did not apply and the features;\n"
              "detailed adds every part of every condition, every guard and exact values.\n\n"
              "Examples:\n  oxpecker explain 019a4c1e\n  oxpecker explain 019a4c1e --for customer --lang sv\n"
              "  oxpecker explain 019a4c1e --format html > why.html");
  app->callback([=] { commands.chosen = [=] { return RunExplain(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
