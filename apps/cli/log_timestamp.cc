#include "apps/cli/log_timestamp.h"

#include <memory>
#include <utility>

#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "audit/anchors.h"
#include "audit/log.h"
#include "audit/log_keys.h"
#include "audit/timestamp.h"
#include "audit/timestamp_files.h"
#include "base/printable.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string out;
  std::string response;
  std::string ca;
  std::string chain;
};

constexpr std::size_t kNonceBytes = 8;

struct Requested {
  std::string id;
  audit::Checkpoint head;
};

Result<Requested> Request(const Workspace& workspace, const std::string& out) {
  OXP_TRY(workspace.CheckOutput(out));
  OXP_TRY(audit::LogReader reader, workspace.OpenReader(audit::WithVault::kNo));
  OXP_TRY(const audit::LogKeys keys, audit::LogKeys::FromFileOrText(workspace.log_paths().verifier_key.string()));
  OXP_TRY(const audit::SignedCheckpoint head, reader.NewestCheckpoint());
  OXP_TRY(const audit::Checkpoint checkpoint, audit::OpenCheckpoint(head.note, keys));
  OXP_TRY(std::string nonce, RandomBytes(kNonceBytes));
  nonce[0] = static_cast<char>((nonce[0] & 0x7f) | 0x40);  // positive, and always eight bytes long
  const std::string request = audit::MakeTimestampRequest(Sha256(head.note), nonce);
  OXP_TRY(std::string id, audit::KeepTimestampRequest(audit::AnchorFolder(workspace.log_paths().database), head.note, request));
  OXP_TRY(WriteFile(out, request));
  return Requested{std::move(id), checkpoint};
}

int RunRequest(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  const auto requested = Request(*workspace, arguments.out);
  if (!requested) return Complain(globals, requested.error());
  if (globals.json) {
    json::Object out;
    out.Set("request", requested->id);
    out.Set("root", requested->head.root.ToHex());
    out.Set("size", std::to_string(requested->head.size));
    PrintJson(std::move(out));
    return kDone;
  }
  Print("a request to stamp the head over " + std::to_string(requested->head.size) + " records: " + Printable(arguments.out) + "\n");
  if (!globals.quiet)
    Print("Send it to a timestamp authority, such as by\n"
          "  curl -H 'Content-Type: application/timestamp-query' --data-binary @" + Printable(arguments.out) + " URL -o answer.tsr\n"
          "then: oxpecker log timestamp import answer.tsr --ca CA.pem\n");
  return kDone;
}

struct Imported {
  audit::Timestamp stamp;
  audit::TimestampFiles files;
};

Result<Imported> Import(const Workspace& workspace, const Arguments& arguments) {
  const std::filesystem::path folder = audit::AnchorFolder(workspace.log_paths().database);
  OXP_TRY(const std::string response, ReadFile(arguments.response));
  OXP_TRY(std::string certificates, ReadFile(arguments.ca));
  std::string chain;
  if (!arguments.chain.empty()) {
    OXP_TRY(chain, ReadFile(arguments.chain));
  }
  OXP_TRY(const audit::Timestamp read, audit::Timestamp::Parse(response));
  OXP_TRY(audit::TimestampFiles files, audit::FindRequestOf(folder, read));
  OXP_TRY(audit::Timestamp stamp, audit::VerifyTimestamp(response, files.request, certificates, chain));
  OXP_TRY(const std::string own, audit::CertificatesOf(response));
  const bool is_new = files.response != response;
  OXP_TRY(audit::KeepTimestampResponse(folder, files.id, response, certificates + chain + own));
  if (is_new) {
    SystemClock clock;
    OXP_TRY(const std::unique_ptr<audit::Log> log, workspace.OpenLog(clock));
    OXP_TRY(log->Append(audit::AnchorEntry("timestamp", files.head.checkpoint, Sha256(response), {}, clock.Now())));
    OXP_TRY(log->Close());
  }
  return Imported{std::move(stamp), std::move(files)};
}

int RunImport(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  const auto imported = Import(*workspace, arguments);
  if (!imported) return Complain(globals, imported.error());
  const std::string size = std::to_string(imported->files.head.checkpoint.size);
  if (globals.json) {
    json::Object out;
    out.Set("request", imported->files.id);
    out.Set("serial", imported->stamp.serial);
    out.Set("signer", imported->stamp.signer);
    out.Set("size", size);
    out.Set("time", imported->stamp.time.ToString());
    PrintJson(std::move(out));
    return kDone;
  }
  Print("the head over " + size + " records existed at " + imported->stamp.time.ToString() + ", says " + Printable(imported->stamp.signer) + "\n");
  if (!globals.quiet) Print("Kept in log/anchors as timestamp-" + imported->files.id + ", with the certificates; give copies away.\n");
  return kDone;
}

int RunList(const Globals& globals) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  const auto timestamps = audit::ReadTimestamps(audit::AnchorFolder(workspace->log_paths().database));
  if (!timestamps) return Complain(globals, timestamps.error());
  json::Array list;
  for (const audit::TimestampFiles& files : *timestamps) {
    const std::string size = std::to_string(files.head.checkpoint.size);
    auto stamp = files.response.empty() ? Result<audit::Timestamp>() : audit::Timestamp::Parse(files.response);
    if (!stamp) return Complain(globals, stamp.error());
    const std::string time = files.response.empty() ? std::string() : stamp->time.ToString();
    if (globals.json) {
      json::Object out;
      out.Set("request", files.id);
      out.Set("size", size);
      if (!time.empty()) out.Set("time", time);
      list.emplace_back(std::move(out));
    } else {
      Print(files.id + "  " + (time.empty() ? "not answered yet    " : time) + "  " + size + " records\n");
    }
  }
  if (globals.json) {
    json::Object out;
    out.Set("timestamps", std::move(list));
    PrintJson(std::move(out));
  } else if (timestamps->empty() && !globals.quiet) {
    PrintError("no timestamp was asked for yet\n");
  }
  return kDone;
}

}  // namespace

void AddLogTimestamp(CLI::App& log, Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* timestamp = log.add_subcommand("timestamp", "Have a timestamp authority (RFC 3161) say that the newest head existed");
  timestamp->require_subcommand(1);
  timestamp->footer("Examples:\n  oxpecker log timestamp request --out head.tsq\n"
                    "  openssl ts -query -in head.tsq -text\n"
                    "  oxpecker log timestamp import head.tsr --ca tsa-root.pem\n  oxpecker log timestamp list\n\n"
                    "'oxpecker-verify timestamp' and 'openssl ts -verify' verify it anywhere, years later too.");
  CLI::App* request = timestamp->add_subcommand("request", "Write a request to stamp the newest head's bytes");
  request->add_option("--out", arguments->out, "The file to write, DER (.tsq)")->required();
  request->callback([=] { commands.chosen = [=] { return RunRequest(commands.globals, *arguments); }; });
  CLI::App* import = timestamp->add_subcommand("import", "Verify the authority's response, keep it and record it");
  import->add_option("RESPONSE", arguments->response, "The response, DER (.tsr)")->required();
  import->add_option("--ca", arguments->ca, "The certificates that are trusted, PEM")->required();
  import->add_option("--chain", arguments->chain, "Certificates between those and the authority's, PEM");
  import->callback([=] { commands.chosen = [=] { return RunImport(commands.globals, *arguments); }; });
  timestamp->add_subcommand("list", "The timestamps that were asked for, and what came of them")
      ->callback([=] { commands.chosen = [=] { return RunList(commands.globals); }; });
}

}  // namespace oxpecker::cli
