#include "apps/cli/log_erase.h"

#include "apps/cli/look_alikes.h"
#include "apps/cli/retention.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "audit/erasure.h"
#include "audit/erasure_certificate.h"
#include "audit/keys.h"
#include "audit/log_keys.h"
#include "base/encoding.h"
#include "base/printable.h"
#include "engine/look_alike.h"
#include "engine/recording_decider.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string subject;
  bool expired = false;
  std::string basis;
  std::string by;
  bool dry_run = false;
  std::string certificate;
  std::string record;
  std::string out;
};

std::string Records(std::uint64_t n) { return std::to_string(n) + (n == 1 ? " record" : " records"); }

json::Object ToJson(const audit::ErasurePlan& plan) {
  json::Object kinds;
  for (const auto& [kind, count] : plan.by_kind) kinds.Set(kind, std::to_string(count));
  json::Object out;
  out.Set("kinds", std::move(kinds));
  out.Set("ranges", plan.records.ToString());
  out.Set("records", std::to_string(plan.records.count()));
  return out;
}

// With what stands against it.
json::Object PlanJson(const audit::ErasurePlan& plan) {
  json::Object out = ToJson(plan);
  out.Set("allowed", plan.allowed());
  json::Array holds;
  for (const audit::HoldInForce& hold : plan.holds) {
    json::Object one;
    one.Set("hold", hold.id);
    one.Set("placed_at", hold.placed_at);
    holds.emplace_back(std::move(one));
  }
  out.Set("holds", std::move(holds));
  if (!plan.retained) return out;
  json::Object retained;
  retained.Set("kind", audit::Name(plan.retained->kind));
  retained.Set("seq", std::to_string(plan.retained->seq));
  retained.Set("until", plan.retained->until.ToString());
  out.Set("retained", std::move(retained));
  return out;
}

std::string PlanText(const audit::ErasurePlan& plan) {
  std::string kinds;
  for (const auto& [kind, count] : plan.by_kind) kinds += (kinds.empty() ? "" : ", ") + kind + " " + std::to_string(count);
  std::string text = "  " + Records(plan.records.count()) + ": " + plan.records.ToString() + "\n  of kind " + kinds + "\n";
  for (const audit::HoldInForce& hold : plan.holds)
    text += "  REFUSED while the hold " + hold.id.substr(0, 12) + ", placed " + hold.placed_at + ", is in force\n";
  if (plan.retained)
    text += "  REFUSED until " + plan.retained->until.ToString() + ", when the retention of its " +
            std::string(audit::Name(plan.retained->kind)) + " in record " + std::to_string(plan.retained->seq) + " is over\n";
  return text;
}

int TellPlan(const Globals& globals, const audit::ErasurePlan& plan) {
  if (globals.json) PrintJson(PlanJson(plan));
  else Print("Nothing was erased: --dry-run. One customer's key opens\n" + PlanText(plan) + (plan.allowed() ? "  nothing stands against erasing it\n" : ""));
  return plan.allowed() ? kDone : kRefused;
}

int TellPlans(const Globals& globals, const std::vector<audit::ErasurePlan>& plans) {
  if (globals.json) {
    json::Array list;
    for (const audit::ErasurePlan& plan : plans) list.emplace_back(PlanJson(plan));
    json::Object out;
    out.Set("expired", std::move(list));
    PrintJson(std::move(out));
    return kDone;
  }
  Print("Nothing was erased: --dry-run. Customers whose every record's retention is over: " + std::to_string(plans.size()) + "\n");
  for (const audit::ErasurePlan& plan : plans) Print(PlanText(plan));
  return kDone;
}

json::Object ToJson(const audit::Erased& erased) {
  json::Object out = ToJson(erased.plan);
  out.Set("erasure", erased.id);
  out.Set("seq", std::to_string(erased.receipt.seq));
  return out;
}

std::string TextOf(const audit::Erased& erased) {
  return "Erased: nobody can read any more what was recorded of one customer in\n" + PlanText(erased.plan) + "  told by record #" +
         std::to_string(erased.receipt.seq) + ", erasure " + erased.id + "\n";
}

void WarnOfCopies(const Globals& globals) {
  if (globals.quiet || globals.json) return;
  Print("Backups of vault/ made before still hold the key until they expire: restoring one brings it back. What the bank's\n"
        "other systems hold is not touched.\n");
}

Result<std::string> CertificateOf(const Workspace& workspace, std::uint64_t seq) {
  OXP_TRY(audit::LogReader reader, workspace.OpenReader());
  OXP_TRY(const audit::Record record, reader.Read(seq));
  OXP_TRY(const std::unique_ptr<audit::Signer> key, audit::OpenLogSigner(workspace.log_paths()));
  OXP_TRY(const audit::LogKeys keys, audit::LogKeys::FromFileOrText(workspace.log_paths().verifier_key.string()));
  return audit::CertifyErasure(reader, record, *key, keys);
}

// What is to be said of the person to others is said of a log that is proven, with the key that it has by
// now: a signature must hide no break.
Status ProveBeforeSigning(const Globals& globals, const Workspace& workspace) {
  Progress progress("verified", globals.quiet);
  const auto proven = workspace.Verify([&](std::uint64_t done, std::uint64_t of) { progress.Report(done, of); });
  progress.Clear();
  if (!proven) return std::unexpected(proven.error());
  if (!proven->ok())
    return Fail(ErrorCode::kIntegrity, workspace.log_paths().database.string(),
                "nothing was signed, since the log is broken: " + proven->first_break->ToString(), "'oxpecker log verify' says what to do next");
  OXP_TRY(const audit::LogKeys stored, audit::LogKeys::FromFileOrText(workspace.log_paths().verifier_key.string()));
  if (!proven->keys || proven->keys->current() == stored.current()) return {};
  return Fail(ErrorCode::kIntegrity, workspace.log_paths().verifier_key.string(),
              "another key took over since, " + proven->keys->current().ToString(),
              "keys/ is an older copy: put back the newer log.key and log.vkey. Nothing was signed");
}

// The certificate of an erasure that was just done, in its file.
Status WriteCertificate(const Workspace& workspace, const audit::Erased& erased, const std::string& file) {
  auto note = CertificateOf(workspace, erased.receipt.seq);
  const Status written = note ? WriteFile(file, *note) : Status(std::unexpected(note.error()));
  if (written) return {};
  Error error = written.error();
  error.hint = "the erasure is done all the same: 'oxpecker log certificate " + std::to_string(erased.receipt.seq) + " --out FILE' writes its certificate";
  return std::unexpected(std::move(error));
}

int EraseOne(const Globals& globals, const Workspace& workspace, const Arguments& arguments, audit::Log& log,
             const audit::ErasureOrder& order, const audit::RetentionPolicy& policy) {
  const auto erased = audit::Erase(log, order, policy);
  const auto closed = log.Close();
  if (!erased) return Complain(globals, erased.error());
  // From here on the key is destroyed: that is told whatever fails.
  const bool wanted = !arguments.certificate.empty();
  Status finished = closed;
  if (finished && wanted) finished = WriteCertificate(workspace, *erased, arguments.certificate);
  if (globals.json) {
    json::Object out = ToJson(*erased);
    if (wanted && finished) out.Set("certificate", arguments.certificate);
    PrintJson(std::move(out));
  } else {
    Print(TextOf(*erased) + (wanted && finished ? "  certificate in " + Printable(arguments.certificate) + "\n" : ""));
    WarnOfCopies(globals);
  }
  return finished ? kDone : Complain(globals, finished.error());
}

int EraseAllExpired(const Globals& globals, audit::Log& log, audit::ErasureOrder order, const audit::RetentionPolicy& policy) {
  std::uint64_t done = 0;
  order.reached = [&](audit::ErasureStep step) { done += step == audit::ErasureStep::kDestroyed ? 1U : 0U; };
  const auto erased = audit::EraseExpired(log, order, policy);
  const auto closed = log.Close();
  if (!erased && done != 0)
    PrintError("Customers erased before that went wrong: " + std::to_string(done) + ". 'oxpecker log list --kind erasure' tells them.\n");
  if (!erased) return Complain(globals, erased.error());
  if (globals.json) {
    json::Array list;
    for (const audit::Erased& one : *erased) list.emplace_back(ToJson(one));
    json::Object out;
    out.Set("erased", std::move(list));
    PrintJson(std::move(out));
    return closed ? kDone : Complain(globals, closed.error());
  }
  for (const audit::Erased& one : *erased) Print(TextOf(one));
  Print("Customers erased because every record's retention is over: " + std::to_string(erased->size()) + "\n");
  if (!erased->empty()) WarnOfCopies(globals);
  return closed ? kDone : Complain(globals, closed.error());
}

// Nor may it hold the id in other letters that look the same.
Status CheckText(const char* place, const std::string& text, const std::string& customer) {
  OXP_TRY(audit::CheckErasureText(place, text, engine::VaultNameOf(customer)));
  const Status alike = audit::CheckErasureText(place, engine::LookAlikeForm(text), engine::LookAlikeForm(customer));
  if (!alike && alike.error().code == ErrorCode::kInvalidInput) return alike;  // its length may differ
  return {};
}

// The texts, where they are given: a dry run says what the erasure would.
Status CheckTexts(const Arguments& arguments) {
  if (!arguments.basis.empty()) {
    OXP_TRY(CheckText("basis", arguments.basis, arguments.subject));
  }
  if (!arguments.by.empty()) {
    OXP_TRY(CheckText("by", arguments.by, arguments.subject));
  }
  return {};
}

int RunDry(const Globals& globals, const Workspace& workspace, const Arguments& arguments, const audit::RetentionPolicy& policy) {
  const Instant now = SystemClock().Now();
  // A part of the workspace that is lost is told as such.
  if (auto reader = workspace.OpenReader(); !reader) return Complain(globals, reader.error());
  if (arguments.expired) {
    const auto plans = audit::PlanExpired(workspace.log_paths(), policy, now);
    return plans ? TellPlans(globals, *plans) : Complain(globals, plans.error());
  }
  WarnOfLookAlikes(globals, workspace, arguments.subject);
  const auto plan = audit::PlanErasure(workspace.log_paths(), engine::VaultNameOf(arguments.subject), policy, now);
  return plan ? TellPlan(globals, *plan) : Complain(globals, plan.error());
}

// What is missing or does not go together; nothing where the question is whole.
std::optional<Error> UsageProblem(const Arguments& arguments) {
  const auto usage = [](std::string message) {
    return Error{ErrorCode::kInvalidInput, "", std::move(message), "see 'oxpecker log erase --help'"};
  };
  if (arguments.expired != arguments.subject.empty()) return usage("name one customer with --subject, or say --expired");
  if (!arguments.dry_run && arguments.basis.empty()) return usage("--basis is missing: on what legal ground");
  if (!arguments.dry_run && arguments.by.empty()) return usage("--by is missing: who answers for it");
  if (!arguments.certificate.empty() && (arguments.expired || arguments.dry_run))
    return usage("--certificate is of one erasure: 'oxpecker log certificate RECORD' writes it of any, later too");
  return std::nullopt;
}

int RunErase(const Globals& globals, const Arguments& arguments) {
  if (auto problem = UsageProblem(arguments)) return Complain(globals, *problem), kUsage;
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto policy = ReadRetention(*workspace);
  if (!policy) return Complain(globals, policy.error());
  if (!IsUtf8(arguments.subject)) return Complain(globals, {ErrorCode::kInvalidInput, "--subject", "the customer's id is not UTF-8", "ids are text, as in the facts"});
  if (auto texts = CheckTexts(arguments); !texts) return Complain(globals, texts.error());
  if (arguments.dry_run) return RunDry(globals, *workspace, arguments, *policy);
  // A certificate that nobody can write must be known before the key is gone.
  if (!arguments.certificate.empty()) {
    if (auto allowed = workspace->CheckOutput(arguments.certificate); !allowed) return Complain(globals, allowed.error());
    if (auto writable = CheckWritable(arguments.certificate); !writable) return Complain(globals, writable.error());
  }
  if (!arguments.expired) WarnOfLookAlikes(globals, *workspace, arguments.subject);
  // What cannot be undone is done on a log that is proven.
  SystemClock clock;
  Progress progress("verified", globals.quiet);
  auto log = workspace->OpenProvenLog(clock, [&](std::uint64_t done, std::uint64_t of) { progress.Report(done, of); });
  progress.Clear();
  if (!log) return Complain(globals, log.error());
  const audit::ErasureOrder order{engine::VaultNameOf(arguments.subject), arguments.basis, arguments.by, clock.Now(), {}};
  if (arguments.expired) return EraseAllExpired(globals, **log, order, *policy);
  return EraseOne(globals, *workspace, arguments, **log, order, *policy);
}

int RunCertificate(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  std::optional<std::uint64_t> seq;
  {
    auto reader = workspace->OpenReader();
    if (!reader) return Complain(globals, reader.error());
    auto found = FindDecision(*reader, arguments.record);
    if (!found) return Complain(globals, found.error());
    seq = *found;
  }
  if (auto proven = ProveBeforeSigning(globals, *workspace); !proven) return Complain(globals, proven.error());
  auto note = CertificateOf(*workspace, *seq);
  if (!note) return Complain(globals, note.error());
  if (!arguments.out.empty()) {
    if (auto allowed = workspace->CheckOutput(arguments.out); !allowed) return Complain(globals, allowed.error());
    if (auto written = WriteFile(arguments.out, *note); !written) return Complain(globals, written.error());
  }
  if (globals.json) {
    json::Object out;
    if (!arguments.out.empty()) out.Set("file", arguments.out);
    out.Set("note", *note);
    PrintJson(std::move(out));
  } else if (arguments.out.empty()) {
    PrintBytes(*note);  // what was signed, byte for byte; made of one-line texts
  } else {
    Print("Wrote " + Printable(arguments.out) + "\n");
  }
  return kDone;
}

}  // namespace

void AddLogErase(CLI::App& log, Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* erase = log.add_subcommand("erase", "Destroy a customer's key, so that nobody can read what was recorded of them");
  erase->add_option("--subject", arguments->subject, "Whose: the customer's id, as in the facts");
  erase->add_flag("--expired", arguments->expired, "All customers whose every record's retention is over (oxpecker.yaml)");
  erase->add_option("--basis", arguments->basis, "On what legal ground, one line; stays for ever, so it must name nobody");
  erase->add_option("--by", arguments->by, "Who answers for it");
  erase->add_flag("--dry-run", arguments->dry_run, "Only tell what would go and what stands against it");
  erase->add_option("--certificate", arguments->certificate, "Write the signed certificate to this file");
  erase->footer("Proves the whole log first. Refused while a legal hold or an unexpired retention covers a record of the customer.\n"
                "Headers and encrypted parts stay, so every proof goes on verifying; the erasure is a record that names records\n"
                "and not the customer. A later decision for the same customer makes a new key.\n\n"
                "Examples:\n  oxpecker log erase --subject tomas --dry-run\n"
                "  oxpecker log erase --subject tomas --basis \"GDPR Art. 17(1)(b)\" --by \"K. Lind\" --certificate erased.txt\n"
                "  oxpecker log erase --expired --basis \"retention over\" --by \"records office\"\n\n"
                "Exit codes: 0 erased, or nothing stands against it; 1 refused; 3 nothing is recorded of that customer; 4 the log is broken.");
  erase->callback([=] { commands.chosen = [=] { return RunErase(commands.globals, *arguments); }; });
  CLI::App* certificate = log.add_subcommand("certificate", "The signed certificate of an erasure, from its record");
  certificate->add_option("RECORD", arguments->record, "The number of the erasure's record")->required();
  certificate->add_option("--out", arguments->out, "File to write (default: standard output)");
  certificate->footer("A signed note: any tool for those checks it with the log's public key, keys/log.vkey. The whole log is proven\n"
                      "before; a broken one is not signed for (exit code 4).\n\n"
                      "Examples:\n  oxpecker log list --kind erasure\n  oxpecker log certificate 17 --out erased.txt");
  certificate->callback([=] { commands.chosen = [=] { return RunCertificate(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
