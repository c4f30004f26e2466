#include "apps/verify/anchors.h"

#include <memory>
#include <utility>

#include "apps/verify/answer.h"
#include "audit/policy.h"
#include "audit/timestamp.h"

namespace oxpecker::verifier {
namespace {

struct Arguments {
  std::string file;
  std::string keys;
  std::string policy;
  std::string note;
  std::string ca;
  std::string chain;
  std::string request;
  bool json = false;
};

std::string TimeText(std::int64_t unix_seconds) { return Instant::FromUnixSeconds(unix_seconds).ToString(); }

json::Array ToJson(const audit::PolicyVerdict& verdict) {
  json::Array seen;
  for (const audit::WitnessSeen& witness : verdict.seen) {
    json::Object one;
    one.Set("key_name", witness.key_name);
    one.Set("name", witness.name);
    one.Set("time", TimeText(witness.unix_seconds));
    seen.emplace_back(std::move(one));
  }
  return seen;
}

void PrintWitnesses(const audit::PolicyVerdict& verdict) {
  for (const audit::WitnessSeen& witness : verdict.seen)
    PrintLine("  " + witness.name + "  " + TimeText(witness.unix_seconds) + "  " + witness.key_name);
}

int RunCheckpoint(const Arguments& arguments) {
  const auto keys = audit::LogKeys::FromFileOrText(arguments.keys);
  if (!keys) return Complain(keys.error(), arguments.json);
  const auto policy = audit::Policy::FromFile(arguments.policy);
  if (!policy) return Complain(policy.error(), arguments.json);
  const auto note = ReadFile(arguments.file);
  if (!note) return Complain(note.error(), arguments.json);
  const auto head = audit::OpenCheckpoint(*note, *keys);
  if (!head) return Complain(head.error(), arguments.json);
  const auto verdict = policy->Judge(*note);
  if (!verdict) return Complain(verdict.error(), arguments.json);
  if (arguments.json) {
    json::Object out;
    out.Set("v", "oxpecker.checkpoint_verification/1");
    out.Set("authenticity", "holds");
    out.Set("cosignatures", ToJson(*verdict));
    out.Set("needed", policy->Needed());
    out.Set("origin", head->origin);
    out.Set("quorum", verdict->quorum ? "holds" : "not_shown");
    out.Set("root", head->root.ToHex());
    out.Set("size", std::to_string(head->size));
    PrintJson(std::move(out));
  } else {
    PrintLine("log           " + head->origin);
    PrintLine("head          over " + std::to_string(head->size) + " records, root " + head->root.ToHex());
    PrintLine("authenticity  holds  the head is signed by a key of the log");
    PrintLine("witnesses     " + std::string(verdict->quorum ? "holds" : "not shown") + "  " + std::to_string(verdict->seen.size()) + " of " +
              std::to_string(policy->witnesses().size()) + " signed it; needed: " + policy->Needed());
    PrintWitnesses(*verdict);
  }
  return verdict->quorum ? kExitOk : kExitRefused;
}

Result<audit::TimestampRequest> Expected(const Arguments& arguments, const std::string& note) {
  audit::TimestampRequest expected{.imprint = Sha256(note)};
  if (arguments.request.empty()) return expected;
  OXP_TRY(const std::string der, ReadFile(arguments.request));
  OXP_TRY(const audit::TimestampRequest request, audit::TimestampRequest::Parse(der));
  if (request.imprint != expected.imprint)
    return Fail(ErrorCode::kIntegrity, arguments.request, "asks to stamp other bytes than " + arguments.note);
  return request;
}

struct Stamped {
  audit::Timestamp stamp;
  audit::Checkpoint head;
  bool authentic = false;
};

Result<Stamped> Verify(const Arguments& arguments) {
  OXP_TRY(const std::string note, ReadFile(arguments.note));
  OXP_TRY(const std::string response, ReadFile(arguments.file));
  OXP_TRY(const std::string ca, ReadFile(arguments.ca));
  std::string chain;
  if (!arguments.chain.empty()) {
    OXP_TRY(chain, ReadFile(arguments.chain));
  }
  OXP_TRY(const audit::TimestampRequest expected, Expected(arguments, note));
  OXP_TRY(audit::Timestamp stamp, audit::VerifyTimestamp(response, expected, ca, chain));
  Stamped stamped{std::move(stamp), {}, !arguments.keys.empty()};
  if (arguments.keys.empty()) {
    OXP_TRY(stamped.head, audit::ReadCheckpoint(note));
  } else {
    OXP_TRY(const audit::LogKeys keys, audit::LogKeys::FromFileOrText(arguments.keys));
    OXP_TRY(stamped.head, audit::OpenCheckpoint(note, keys));
  }
  return stamped;
}

int RunTimestamp(const Arguments& arguments) {
  const auto stamped = Verify(arguments);
  if (!stamped) return Complain(stamped.error(), arguments.json);
  if (arguments.json) {
    json::Object out;
    out.Set("v", "oxpecker.timestamp_verification/1");
    out.Set("authenticity", stamped->authentic ? "holds" : "not_shown");
    out.Set("origin", stamped->head.origin);
    out.Set("policy", stamped->stamp.policy);
    out.Set("root", stamped->head.root.ToHex());
    out.Set("serial", stamped->stamp.serial);
    out.Set("signer", stamped->stamp.signer);
    out.Set("size", std::to_string(stamped->head.size));
    out.Set("time", stamped->stamp.time.ToString());
    out.Set("timestamp", "holds");
    PrintJson(std::move(out));
    return kExitOk;
  }
  PrintLine("log           " + stamped->head.origin);
  PrintLine("head          over " + std::to_string(stamped->head.size) + " records, root " + stamped->head.root.ToHex());
  PrintLine(stamped->authentic ? "authenticity  holds  the head is signed by a key of the log" : "authenticity  not shown  no --vkey was given");
  PrintLine("timestamp     holds  it existed at " + stamped->stamp.time.ToString() + "; certificates were good then");
  PrintLine("  " + stamped->stamp.signer + "  serial " + stamped->stamp.serial + "  policy " + stamped->stamp.policy);
  return kExitOk;
}

}  // namespace

Result<audit::WitnessReport> Witnessed(const std::string& log, const std::string& folder, const std::string& policy,
                                       const audit::LogKeys& keys) {
  OXP_TRY(const audit::Policy read, audit::Policy::FromFile(policy));
  audit::LogPaths paths;
  paths.database = log;
  OXP_TRY(audit::LogReader reader, audit::LogReader::Open(paths, audit::WithVault::kNo));
  return audit::CheckWitnesses(reader, folder.empty() ? audit::AnchorFolder(log) : std::filesystem::path(folder), keys, read);
}

int ExitCodeOf(const Result<audit::WitnessReport>& witnessed) {
  if (!witnessed) return Complain(witnessed.error(), false);
  if (!witnessed->broken) return witnessed->newest ? kExitOk : kExitRefused;
  const int code = Complain(*witnessed->broken, false);
  return witnessed->fork ? kExitFork : code;
}

void PrintWitnessed(const audit::WitnessReport& report) {
  if (report.broken) return PrintLine(std::string("witnesses     ") + (report.fork ? "FORK" : "BROKEN") + "  see below");
  if (!report.newest) {
    PrintLine("witnesses     not shown  none of " + std::to_string(report.heads.size()) + " cosigned heads has the quorum: " + report.needed);
  } else {
    PrintLine("witnesses     holds  the first " + std::to_string(report.newest->head.size) + " records, by the quorum: " + report.needed);
    PrintWitnesses(report.newest->verdict);
  }
  if (report.open_records() > 0)
    PrintLine("note          the last " + std::to_string(report.open_records()) + " records are under no head that the quorum signed");
}

json::Object ToJson(const audit::WitnessReport& report) {
  json::Object out;
  out.Set("cosignatures", report.newest ? ToJson(report.newest->verdict) : json::Array());
  out.Set("heads", std::to_string(report.heads.size()));
  out.Set("needed", report.needed);
  out.Set("open_records", std::to_string(report.open_records()));
  if (report.broken) out.Set("error", report.broken->message);
  out.Set("quorum", report.fork ? "fork" : report.broken ? "broken" : report.newest ? "holds" : "not_shown");
  out.Set("size", std::to_string(report.newest ? report.newest->head.size : 0));
  return out;
}

void AddAnchors(CLI::App& app, std::function<int()>& chosen) {
  auto arguments = std::make_shared<Arguments>();
  const auto add = [&](const char* name, const char* what, const char* file, const char* of) {
    CLI::App* command = app.add_subcommand(name, what);
    command->add_option(file, arguments->file, of)->required();
    command->add_flag("--json", arguments->json, "print the result as JSON");
    return command;
  };
  CLI::App* checkpoint = add("checkpoint", "a signed head and its cosignatures, by a policy (C2SP tlog-policy)", "FILE", "the checkpoint, with cosignatures");
  checkpoint->add_option("--vkey,--key", arguments->keys, "the log's verifier keys: a file or a key itself")->required();
  checkpoint->add_option("--policy", arguments->policy, "the witnesses you trust, and how many are needed")->required();
  checkpoint->callback([=, &chosen] { chosen = [=] { return RunCheckpoint(*arguments); }; });
  CLI::App* timestamp = add("timestamp", "a timestamp (RFC 3161) of a signed head, as of its own time", "FILE", "the response, DER (.tsr)");
  timestamp->add_option("--note", arguments->note, "the head that was stamped")->required();
  timestamp->add_option("--ca", arguments->ca, "the certificates you trust, PEM")->required();
  timestamp->add_option("--chain", arguments->chain, "certificates between those and the authority's, PEM");
  timestamp->add_option("--request", arguments->request, "the request, to compare its nonce too (.tsq)");
  timestamp->add_option("--vkey,--key", arguments->keys, "the log's verifier keys: a file or a key itself");
  timestamp->callback([=, &chosen] { chosen = [=] { return RunTimestamp(*arguments); }; });
}

}  // namespace oxpecker::verifier
