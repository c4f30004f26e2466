#include "apps/cli/log_hold.h"

#include "apps/cli/look_alikes.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "audit/legal_hold.h"
#include "base/encoding.h"
#include "base/printable.h"
#include "engine/recording_decider.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string subject;
  std::string hold;
  std::string reason;
  std::string by;
};

std::optional<Error> SubjectProblem(const std::string& subject) {
  if (IsUtf8(subject)) return std::nullopt;
  return Error{ErrorCode::kInvalidInput, "--subject", "the customer's id is not UTF-8", "ids are text, as in the facts"};
}

int Tell(const Globals& globals, const audit::PlacedHold& hold, const char* what) {
  if (globals.json) {
    json::Object out;
    out.Set("hold", hold.id);
    out.Set("seq", std::to_string(hold.receipt.seq));
    PrintJson(std::move(out));
  } else {
    Print(std::string(what) + " " + hold.id + ", record #" + std::to_string(hold.receipt.seq) + "\n");
  }
  return kDone;
}

int RunAdd(const Globals& globals, const Arguments& arguments) {
  if (const auto problem = SubjectProblem(arguments.subject)) return Complain(globals, *problem);
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  WarnOfLookAlikes(globals, *workspace, arguments.subject);
  SystemClock clock;
  auto log = workspace->OpenLog(clock);
  if (!log) return Complain(globals, log.error());
  const auto placed = audit::PlaceHold(**log, {.subject = engine::VaultNameOf(arguments.subject), .customer = arguments.subject,
                                               .reason = arguments.reason, .by = arguments.by, .now = clock.Now()});
  const auto closed = (*log)->Close();
  if (!placed) return Complain(globals, placed.error());
  if (!closed) return Complain(globals, closed.error());
  return Tell(globals, *placed, "In force: hold");
}

int RunRelease(const Globals& globals, const Arguments& arguments) {
  if (const auto problem = SubjectProblem(arguments.subject)) return Complain(globals, *problem);
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  SystemClock clock;
  auto log = workspace->OpenLog(clock);
  if (!log) return Complain(globals, log.error());
  const auto released = audit::ReleaseHold(**log, {.id = arguments.hold, .reason = arguments.reason, .by = arguments.by, .now = clock.Now(),
                                                    .subject = engine::VaultNameOf(arguments.subject)});
  const auto closed = (*log)->Close();
  if (!released) return Complain(globals, released.error());
  if (!closed) return Complain(globals, closed.error());
  return Tell(globals, *released, "Released: hold");
}

std::string LineOf(const audit::HoldTold& hold) {
  return hold.placed_at + "  " + hold.id + "  " + (hold.seq ? "#" + std::to_string(*hold.seq) : std::string("-")) + "  " +
         (hold.customer.empty() ? "(its record cannot be opened)" : Printable(hold.customer)) + "  " + Printable(hold.reason) + "  (" + Printable(hold.by) + ")" +
         (hold.in_vault ? "" : "  NOT IN THE VAULT, which was restored or altered; in force all the same") + "\n";
}

json::Object ToJson(const audit::HoldTold& hold) {
  json::Object out;
  out.Set("by", hold.by);
  out.Set("customer", hold.customer);
  out.Set("hold", hold.id);
  out.Set("in_vault", hold.in_vault);
  out.Set("placed_at", hold.placed_at);
  out.Set("reason", hold.reason);
  if (hold.seq) out.Set("seq", std::to_string(*hold.seq));
  return out;
}

int RunList(const Globals& globals) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  // A part of the workspace that is lost is told as such.
  if (auto reader = workspace->OpenReader(); !reader) return Complain(globals, reader.error());
  const auto holds = audit::ListHolds(workspace->log_paths());
  if (!holds) return Complain(globals, holds.error());
  if (globals.json) {
    json::Array list;
    for (const audit::HoldTold& hold : *holds) list.emplace_back(ToJson(hold));
    json::Object out;
    out.Set("holds", std::move(list));
    PrintJson(std::move(out));
    return kDone;
  }
  for (const audit::HoldTold& hold : *holds) Print(LineOf(hold));
  if (holds->empty() && !globals.quiet) PrintError("no hold is in force\n");
  return kDone;
}

}  // namespace

void AddLogHold(CLI::App& log, Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* hold = log.add_subcommand("hold", "Forbid erasing what is recorded of a customer; list and lift that");
  hold->require_subcommand(1);
  hold->footer("Each is a record that says in the open neither whom nor why. A hold has no end of its own.\n\n"
               "Examples:\n  oxpecker log hold add --subject tomas --reason \"complaint 2026-17\" --by \"K. Lind\"\n"
               "  oxpecker log hold list\n  oxpecker log hold release 3f2a9c01 --reason \"settled\" --by \"K. Lind\"");
  CLI::App* add = hold->add_subcommand("add", "Place a hold on a customer");
  add->add_option("--subject", arguments->subject, "On whom: the customer's id, as in the facts")->required();
  CLI::App* release = hold->add_subcommand("release", "Lift a hold");
  release->add_option("HOLD", arguments->hold, "The hold's id, or the first characters of it")->required();
  release->add_option("--subject", arguments->subject, "Whom it is on; asked for only where its record cannot be opened any more");
  for (CLI::App* one : {add, release}) {
    one->add_option("--reason", arguments->reason, "Why, one line")->required();
    one->add_option("--by", arguments->by, "Who answers for it")->required();
  }
  add->callback([=] { commands.chosen = [=] { return RunAdd(commands.globals, *arguments); }; });
  release->callback([=] { commands.chosen = [=] { return RunRelease(commands.globals, *arguments); }; });
  hold->add_subcommand("list", "The holds in force: since when, record, on whom, why, by whom")
      ->callback([=] { commands.chosen = [=] { return RunList(commands.globals); }; });
}

}  // namespace oxpecker::cli
