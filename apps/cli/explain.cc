#include "engine/explain/explanation.h"

#include <unistd.h>

#include "apps/cli/command.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
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
  auto facts = reader.Decrypt(record, "facts");
  if (!facts && facts.error().code == ErrorCode::kNotFound) return {};
  if (!facts) return std::unexpected(facts.error());
  const auto document = json::Document::Parse(*facts, {});
  if (!document) return {};
  if (const auto customer = Member(document->root(), "customer", json::Kind::kObject))
    if (const auto id = Member(*customer, "id", json::Kind::kString)) query.customer_id = id->text();
  if (const auto sources = Member(document->root(), "sources", json::Kind::kObject))
    for (const json::View source : *sources)
      if (source.kind() == json::Kind::kString)
        query.sources.emplace_back(std::string(source.key()), std::string(source.text()));
  return {};
}

Result<engine::Explanation> ExplainRecord(audit::LogReader& reader, const audit::Record& record, const Arguments& arguments) {
  if (record.kind != audit::RecordKind::kDecision && record.kind != audit::RecordKind::kRefusal)
    return Fail(ErrorCode::kInvalidInput, "record " + std::to_string(record.seq),
                "this record is a " + record.kind_name + ", not a decision", "'oxpecker log show' prints it");
  OXP_TRY(engine::ExplainQuery query, QueryOf(arguments, record));
  OXP_TRY(engine::Replayer replayer, engine::Replayer::Open(reader));
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

int RunExplain(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto reader = workspace->OpenReader();
  if (!reader) return Complain(globals, reader.error());
  auto seq = FindDecision(*reader, arguments.decision);
  if (!seq) return Complain(globals, seq.error());
  auto record = reader->Read(*seq);
  if (!record) return Complain(globals, record.error());
  auto explanation = ExplainRecord(*reader, *record, arguments);
  if (!explanation) return Complain(globals, explanation.error());
  if (globals.json || arguments.format == "json") {
    PrintJson(engine::ToJson(*explanation));
  } else if (arguments.format == "html") {
    PrintBytes(engine::ToHtmlPage(*explanation));
  } else {
    PrintBytes(engine::ToText(*explanation, {.columns = static_cast<std::size_t>(TerminalColumns()), .colour = IsTerminal(STDOUT_FILENO)}));
  }
  return kDone;
}

}  // namespace

void AddExplain(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("explain", "Tell one decision: what, why, what was held back, what was unknown");
  app->add_option("DECISION", arguments->decision, "A decision's id, the first characters of it, or its record's number (#17)")->required();
  app->add_option("--for", arguments->audience, "Who reads it")->check(CLI::IsMember({"customer", "officer", "auditor"}))->capture_default_str();
  app->add_option("--lang", arguments->language, "Language")->check(CLI::IsMember({"en", "sv", "zh"}))->capture_default_str();
  app->add_option("--detail", arguments->detail, "How much is told (default: officers standard, customers what was decided for them)")->check(CLI::IsMember({"brief", "standard", "detailed"}));
  app->add_option("--format", arguments->format, "Form")->check(CLI::IsMember({"text", "html", "json"}))->capture_default_str();
  app->add_option("--timezone", arguments->time_zone, "Zone for times of day, as Europe/Stockholm")->capture_default_str();
  app->footer("The explanation is read off the recorded trace; nothing is decided again.\n\n"
              "Levels of detail for customers: brief keeps what it is about, the choices and the rights; standard adds the channel,\n"
              "what-ifs and what was looked at; detailed adds how old each source was and until when it holds.\n"
              "For officers: brief tells why, or what came closest; standard adds the rules that did not apply and the features;\n"
              "detailed adds every part of every condition, every guard and exact values.\n\n"
              "Examples:\n  oxpecker explain 019a4c1e\n  oxpecker explain 019a4c1e --for customer --lang sv\n"
              "  oxpecker explain 019a4c1e --format html > why.html");
  app->callback([=] { commands.chosen = [=] { return RunExplain(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
