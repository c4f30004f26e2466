#include "apps/cli/log_export.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "apps/cli/redaction_profile.h"
#include "apps/cli/retention.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "audit/bundle/export.h"
#include "audit/bundle/export_record.h"
#include "audit/bundle/verify_bundle.h"
#include "audit/keys.h"
#include "base/printable.h"
#include "engine/version.h"

namespace oxpecker::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string out;
  std::string from;
  std::string to;
  std::string decision;
  std::string redact = "personal-withheld";
  std::string by;
  std::string purpose;
  bool force = false;
};

constexpr const char* kFooter =
    "The whole log is proven first, the bundle is verified before it gets its name, and a record of kind 'export' says\n"
    "what was handed out: digest, profile, records. No key of anybody's data is ever in it.\n\n"
    "Profiles: headers (nothing is opened), personal-withheld, full, or a YAML file:\n"
    "  id: for-the-authority\n"
    "  title: Residence and outcome, without names\n"
    "  reason: the rest was not asked for\n"
    "  sections:\n"
    "    facts:    {disclose: [/as_of, /customer/residence]}\n"
    "    decision: {withhold: [/features, /candidates]}\n"
    "    release:  all\n"
    "A section without a rule is withheld; '*' is every section that is not named.\n\n"
    "Examples:\n"
    "  oxpecker log export --out 2026-q1.zip --from 2026-01-01 --to 2026-04-01\n"
    "  oxpecker log export --out case.zip --decision 019a4c1e --redact full --by 'K. Lind' --purpose 'complaint 17'\n"
    "  oxpecker log export --out headers.zip --redact headers\n\n"
    "'oxpecker-verify bundle FILE.zip' verifies it anywhere; README.txt in it says how without this program.";

Result<audit::BundleQuery> QueryOf(const Arguments& arguments, audit::LogReader& reader) {
  audit::BundleQuery query;
  if (!arguments.from.empty()) {
    OXP_TRY(query.from, ParseBound(arguments.from));
  }
  if (!arguments.to.empty()) {
    OXP_TRY(query.to, ParseBound(arguments.to));
  }
  if (query.from && query.to && *query.from >= *query.to)
    return Fail(ErrorCode::kInvalidInput, "--to", "the period ends before it begins", "--to is the first instant that is not in it");
  if (arguments.decision.empty()) return query;
  OXP_TRY(const std::uint64_t seq, FindDecision(reader, arguments.decision));
  OXP_TRY(const audit::Record record, reader.Read(seq));
  if (!record.decision_id) return Fail(ErrorCode::kInvalidInput, "--decision", "record " + std::to_string(seq) + " is of no decision");
  query.decision = record.decision_id->str();
  return query;
}

struct Exported {
  audit::ExportedBundle bundle;
  audit::Receipt receipt;
};

// All but the name of the file: written beside it, verified, recorded.
Result<audit::ExportedBundle> Write(const Globals& globals, const Workspace& workspace, const Arguments& arguments,
                                    const audit::RedactionProfile& profile, const audit::RetentionPolicy& retention, const fs::path& file) {
  const audit::LogPaths paths = workspace.log_paths();
  OXP_TRY(audit::LogReader reader, workspace.OpenReader(profile.opens_nothing() ? audit::WithVault::kNo : audit::WithVault::kYes));
  OXP_TRY(const audit::LogKeys keys, audit::LogKeys::FromFileOrText(paths.verifier_key.string()));
  OXP_TRY(const std::unique_ptr<audit::Signer> signer, audit::OpenSigner(paths.SigningSource(), keys.name()));
  OXP_TRY(audit::BundleQuery query, QueryOf(arguments, reader));
  Progress progress("exported", globals.quiet);
  const audit::BundleOrder order{.query = std::move(query),
                                 .keys = keys,
                                 .signer = signer.get(),
                                 .profile = profile,
                                 .retention = retention,
                                 .tool = std::string("oxpecker ") + engine::kEngineVersion,
                                 .progress = [&](std::uint64_t done, std::uint64_t of) { progress.Report(done, of); }};
  auto bundle = audit::ExportBundle(reader, file, order);
  progress.Clear();
  if (!bundle) return bundle;
  if (bundle->manifest.scope.records.empty())
    return Fail(ErrorCode::kNotFound, "", "no record lies in this period", "'oxpecker log list' shows when records were made");
  OXP_TRY(const audit::BundleVerification verified, audit::VerifyBundle(file, {.key = keys}));
  if (!verified.ok())
    return Fail(ErrorCode::kIntegrity, file.string(), "what was written does not verify: " + verified.first_break->ToString(),
                "keep the log as it is and tell whoever maintains this program");
  return bundle;
}

Result<audit::Receipt> RecordIt(const Workspace& workspace, const audit::ExportedBundle& bundle, const Arguments& arguments) {
  SystemClock clock;
  OXP_TRY(const std::unique_ptr<audit::Log> log, workspace.OpenLog(clock));
  OXP_TRY(audit::Receipt receipt, audit::RecordExport(*log, bundle, {arguments.by, arguments.purpose}, clock.Now()));
  OXP_TRY(log->Close());
  return receipt;
}

Result<Exported> Export(const Globals& globals, const Workspace& workspace, const Arguments& arguments, const audit::RedactionProfile& profile,
                        const audit::RetentionPolicy& retention) {
  const fs::path unfinished = arguments.out + ".unfinished";
  std::error_code error;
  if (fs::exists(unfinished, error))
    return Fail(ErrorCode::kRefused, unfinished.string(), "another export was not finished there", "remove it, if no other export is running");
  auto bundle = Write(globals, workspace, arguments, profile, retention, unfinished);
  auto receipt = bundle ? RecordIt(workspace, *bundle, arguments) : Result<audit::Receipt>(std::unexpected(bundle.error()));
  if (receipt) fs::rename(unfinished, arguments.out, error);
  if (receipt && error)
    receipt = Fail(ErrorCode::kUnavailable, arguments.out, "cannot be put into its place: " + error.message());
  if (receipt) return Exported{*std::move(bundle), *receipt};
  fs::remove(unfinished, error);
  return std::unexpected(receipt.error());
}

json::Object ToJson(const Exported& exported, const std::string& file) {
  const audit::Coverage& coverage = exported.bundle.coverage;
  json::Object sections;
  sections.Set("disclosed", std::to_string(coverage.disclosed));
  sections.Set("partly", std::to_string(coverage.partly));
  sections.Set("withheld", std::to_string(coverage.withheld));
  json::Object out;
  out.Set("bytes", std::to_string(exported.bundle.bytes));
  out.Set("file", file);
  out.Set("files", std::to_string(exported.bundle.files));
  out.Set("record", std::to_string(exported.receipt.seq));
  out.Set("records", coverage.records.ToString());
  out.Set("sections", std::move(sections));
  out.Set("sha256", exported.bundle.sha256.ToHex());
  out.Set("size", std::to_string(exported.bundle.manifest.size));
  return out;
}

void Tell(const Globals& globals, const Exported& exported, const Arguments& arguments) {
  const audit::Coverage& coverage = exported.bundle.coverage;
  const std::uint64_t count = coverage.records.count();
  std::string text = std::to_string(count) + (count == 1 ? " record" : " records") + " under the head over " +
                     std::to_string(exported.bundle.manifest.size) + ": " + Printable(arguments.out) + "\n  " +
                     std::to_string(exported.bundle.bytes) + " bytes, SHA-256 " + exported.bundle.sha256.ToHex() + "\n  sections: " +
                     std::to_string(coverage.disclosed) + " shown, " + std::to_string(coverage.partly) + " in part, " +
                     std::to_string(coverage.withheld) + " withheld\n";
  for (const audit::Coverage::Erasure& erasure : coverage.erasures)
    text += "  erased: records " + erasure.records.ToString() + ", by record #" + std::to_string(erasure.record) + "\n";
  if (!coverage.key_absent.empty()) text += "  no key, and no erasure on record: records " + coverage.key_absent.ToString() + "\n";
  Print(text + "  told by record #" + std::to_string(exported.receipt.seq) + "\n");
  if (!globals.quiet)
    Print("Whoever verifies it needs keys/log.vkey from elsewhere than from this file: 'oxpecker-verify bundle " + Printable(arguments.out) +
          " --key KEY'\n");
}

int RunExport(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  if (auto allowed = workspace->CheckOutput(arguments.out); !allowed) return Complain(globals, allowed.error());
  std::error_code error;
  if (!arguments.force && fs::exists(arguments.out, error))
    return Complain(globals, Error{ErrorCode::kRefused, arguments.out, "there is such a file already", "name another, or say --force"});
  auto profile = FindRedactionProfile(arguments.redact);
  if (!profile) return Complain(globals, profile.error());
  auto retention = ReadRetention(*workspace);
  if (!retention) return Complain(globals, retention.error());
  Progress progress("verified", globals.quiet);
  auto verified = workspace->Verify([&](std::uint64_t done, std::uint64_t of) { progress.Report(done, of); });
  progress.Clear();
  if (!verified) return Complain(globals, verified.error());
  if (!verified->ok())
    return Complain(globals, Error{ErrorCode::kIntegrity, "", "the log is broken: " + verified->first_break->ToString(),
                                   "nothing was exported; keep the log as it is and call whoever answers for it"});
  auto exported = Export(globals, *workspace, arguments, *profile, *retention);
  if (!exported) return Complain(globals, exported.error());
  if (globals.json) PrintJson(ToJson(*exported, arguments.out));
  else Tell(globals, *exported, arguments);
  return kDone;
}

}  // namespace

void AddLogExport(CLI::App& log, Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = log.add_subcommand("export", "An evidence bundle: records, proofs and what may be shown of them, in one zip that a stranger verifies");
  app->add_option("--out", arguments->out, "The zip file to write")->required();
  app->add_option("--from", arguments->from, "First day or instant, UTC (default: the beginning of the log)");
  app->add_option("--to", arguments->to, "End, not included (default: the end of the log)");
  CLI::Option* decision = app->add_option("--decision", arguments->decision, "One decision and what refers to it: its id or its record's number");
  app->get_option("--from")->excludes(decision);
  app->get_option("--to")->excludes(decision);
  app->add_option("--redact", arguments->redact, "What may be shown: a profile that is built in, or a YAML file")->capture_default_str();
  app->add_option("--by", arguments->by, "Who exports it; recorded");
  app->add_option("--purpose", arguments->purpose, "What for, and for whom; recorded");
  app->add_flag("--force", arguments->force, "Replace the file");
  app->footer(kFooter);
  app->callback([=] { commands.chosen = [=] { return RunExport(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
