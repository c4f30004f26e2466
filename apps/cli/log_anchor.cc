#include "apps/cli/log_anchor.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "apps/cli/system.h"
#include "apps/cli/witness_asking.h"
#include "apps/cli/workspace.h"
#include "audit/anchors.h"
#include "audit/log.h"
#include "audit/log_keys.h"
#include "base/printable.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::vector<std::string> witnesses;
  std::string policy;
};

constexpr const char* kPolicyFile = "witnesses.policy";

Result<audit::Policy> PolicyOf(const Workspace& workspace, const Arguments& arguments) {
  auto policy = audit::Policy::FromFile(arguments.policy.empty() ? workspace.root() / kPolicyFile : std::filesystem::path(arguments.policy));
  if (policy || !arguments.policy.empty() || policy.error().code != ErrorCode::kNotFound) return policy;
  Error error = policy.error();
  error.hint = "a policy names the witnesses and their keys: lines 'witness NAME VKEY URL' and 'quorum NAME'";
  return std::unexpected(std::move(error));
}

// Where to ask: as told, or at every URL of the policy.
Result<std::vector<std::string>> Places(const Arguments& arguments, const audit::Policy& policy) {
  if (!arguments.witnesses.empty()) return arguments.witnesses;
  std::vector<std::string> places;
  for (const audit::PolicyWitness& witness : policy.witnesses())
    if (!witness.url.empty()) places.push_back(witness.url);
  if (!places.empty()) return places;
  return Fail(ErrorCode::kInvalidInput, "log anchor", "the policy has no witness with a URL", "name one: --witness URL or --witness FOLDER");
}

// What the witness there signed last, where the policy says who that is.
Result<std::uint64_t> KnownSize(const std::string& place, const audit::Policy& policy, const std::filesystem::path& folder) {
  for (const audit::PolicyWitness& witness : policy.witnesses()) {
    if (witness.url != place && policy.witnesses().size() > 1) continue;
    OXP_TRY(const auto last, audit::LastCosigned(folder, witness.key));
    return last ? last->size : 0;
  }
  return 0;
}

struct Anchored {
  audit::Checkpoint head;
  std::vector<Asked> asked;
  audit::PolicyVerdict verdict;  // of the newest head
  std::string needed;
  std::optional<Error> unrecorded;  // the cosignatures are kept; the log took no record of them
};

Result<audit::SignedCheckpoint> NewestHead(const Workspace& workspace, audit::LogReader& reader) {
  OXP_TRY(const audit::LogKeys keys, audit::LogKeys::FromFileOrText(workspace.log_paths().verifier_key.string()));
  OXP_TRY(audit::SignedCheckpoint head, reader.NewestCheckpoint());
  OXP_TRY(head.checkpoint, audit::OpenCheckpoint(head.note, keys));
  return head;
}

// First the cosignatures, durably; then the records that tell of them.
Status Record(const Workspace& workspace, const std::vector<Asked>& asked) {
  SystemClock clock;
  std::unique_ptr<audit::Log> log;
  for (const Asked& one : asked)
    for (const audit::CosignatureLineSeen& seen : one.seen) {
      if (log == nullptr) {
        OXP_TRY(log, workspace.OpenLog(clock));
      }
      OXP_TRY(log->Append(audit::AnchorEntry("witness", one.head->checkpoint, Sha256(seen.line), seen.witness.key.name(), clock.Now())));
    }
  return log == nullptr ? Status() : log->Close();
}

Result<Anchored> Anchor(const Workspace& workspace, const Arguments& arguments) {
  OXP_TRY(const audit::Policy policy, PolicyOf(workspace, arguments));
  OXP_TRY(const std::vector<std::string> places, Places(arguments, policy));
  const std::filesystem::path folder = audit::AnchorFolder(workspace.log_paths().database);
  Anchored anchored;
  {
    OXP_TRY(audit::LogReader reader, workspace.OpenReader(audit::WithVault::kNo));
    OXP_TRY(const audit::SignedCheckpoint head, NewestHead(workspace, reader));
    anchored.head = head.checkpoint;
    std::string note = head.note;
    for (const std::string& place : places) {
      OXP_TRY(const std::uint64_t known_size, KnownSize(place, policy, folder));
      Asked asked = AskWitness(place, reader, head, policy, known_size);
      for (const audit::CosignatureLineSeen& seen : asked.seen) {
        OXP_TRY(audit::KeepCosignature(folder, *asked.head, seen.line));
        if (asked.head->checkpoint == head.checkpoint) note += seen.line;
      }
      anchored.asked.push_back(std::move(asked));
    }
    OXP_TRY(anchored.verdict, policy.Judge(note));
  }
  anchored.needed = policy.Needed();
  if (auto recorded = Record(workspace, anchored.asked); !recorded) anchored.unrecorded = recorded.error();
  return anchored;
}

json::Object ToJson(const Asked& asked) {
  json::Object out;
  json::Array seen;
  for (const audit::CosignatureLineSeen& one : asked.seen) {
    json::Object line;
    line.Set("name", one.witness.name);
    line.Set("time", Instant::FromUnixSeconds(one.unix_seconds).ToString());
    seen.emplace_back(std::move(line));
  }
  out.Set("cosignatures", std::move(seen));
  if (asked.error) out.Set("error", asked.error->message);
  out.Set("fork", asked.fork);
  if (asked.head) out.Set("size", std::to_string(asked.head->checkpoint.size));
  out.Set("waiting", asked.waiting);
  out.Set("witness", asked.where);
  return out;
}

void Tell(const Asked& asked) {
  for (const audit::CosignatureLineSeen& seen : asked.seen)
    Print("cosigned      " + Printable(seen.witness.name) + " at " + Instant::FromUnixSeconds(seen.unix_seconds).ToString() + ": the head over " +
          std::to_string(asked.head->checkpoint.size) + " records\n");
  if (asked.waiting) Print("waiting       a request lies in " + Printable(asked.where) + ": run this again once the witness has answered\n");
}

void Tell(const Globals& globals, const Anchored& anchored) {
  const std::string& needed = anchored.needed;
  if (globals.json) {
    json::Object out;
    json::Array asked;
    for (const Asked& one : anchored.asked) asked.emplace_back(ToJson(one));
    out.Set("asked", std::move(asked));
    out.Set("needed", needed);
    out.Set("quorum", anchored.verdict.quorum);
    out.Set("recorded", !anchored.unrecorded);
    out.Set("size", std::to_string(anchored.head.size));
    PrintJson(std::move(out));
    return;
  }
  for (const Asked& asked : anchored.asked) Tell(asked);
  Print(std::string(anchored.verdict.quorum ? "quorum        " : "NO QUORUM     ") + "the head over " + std::to_string(anchored.head.size) +
        " records has " + std::to_string(anchored.verdict.seen.size()) + ", needed: " + Printable(needed) + "\n");
}

int RunAnchor(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  const auto anchored = Anchor(*workspace, arguments);
  if (!anchored) return Complain(globals, anchored.error());
  Tell(globals, *anchored);
  Globals on_stderr = globals;
  on_stderr.json = false;  // the errors stand in the answer
  int code = anchored->verdict.quorum ? kDone : kRefused;
  for (const Asked& asked : anchored->asked) {
    if (!asked.error) continue;
    const int told = Complain(on_stderr, *asked.error);
    if (asked.fork) code = kFork;
    else if (code != kFork && asked.error->code == ErrorCode::kIntegrity) code = told;
  }
  if (!anchored->unrecorded) return code;
  PrintError("the cosignatures are kept in log/anchors, but the log took no record of them:\n");
  const int told = Complain(on_stderr, *anchored->unrecorded);
  return code == kDone ? told : code;
}

}  // namespace

void AddLogAnchor(CLI::App& log, Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* anchor = log.add_subcommand("anchor", "Have witnesses sign the newest head, so that it cannot be taken back");
  anchor->add_option("--witness", arguments->witnesses,
                     "URL of a witness, or a folder that it looks into; may be repeated (default: the URLs of the policy)");
  anchor->add_option("--policy", arguments->policy, "Who the witnesses are and how many are needed, C2SP tlog-policy (default: witnesses.policy)");
  anchor->footer("Examples:\n  oxpecker log anchor\n  oxpecker log anchor --witness http://127.0.0.1:8417 --policy witnesses.policy\n"
                 "  oxpecker log anchor --witness /mnt/shared\n\n"
                 "Cosigned heads are kept in log/anchors; give copies away. Exit codes: 0 the quorum is reached; 1 it is not;\n"
                 "4 a witness knows more records than this log has; 5 FORK, a witness signed another head.");
  anchor->callback([=] { commands.chosen = [=] { return RunAnchor(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
