#include "engine/replay/replay.h"

#include "apps/cli/command.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string decision;
  bool all = false;
};

struct Tally {
  std::uint64_t same = 0;
  std::uint64_t differs = 0;
  std::uint64_t missing = 0;
};

bool IsReplayable(const audit::Record& record) {
  return record.kind == audit::RecordKind::kDecision || record.kind == audit::RecordKind::kRefusal;
}

void Tell(const Globals& globals, const audit::Record& record, const engine::Replayed& replayed, bool all) {
  const std::string id = record.decision_id ? record.decision_id->str() : "";
  if (globals.json) {
    if (all && replayed.verdict == engine::ReplayVerdict::kSame) return;
    json::Object out;
    out.Set("decision_id", id);
    out.Set("detail", replayed.detail);
    out.Set("seq", std::to_string(record.seq));
    out.Set("verdict", engine::Name(replayed.verdict));
    PrintJson(std::move(out));
  } else if (!all || replayed.verdict != engine::ReplayVerdict::kSame) {
    Print("record " + std::to_string(record.seq) + "  " + id + "  " + std::string(engine::Name(replayed.verdict)) +
          (replayed.detail.empty() ? "" : "  " + replayed.detail) + "\n");
  }
}

int RunReplay(const Globals& globals, const Arguments& arguments) {
  if (arguments.all != arguments.decision.empty()) {
    return Complain(globals, {ErrorCode::kInvalidInput, "", "name one decision, or --all", "see 'oxpecker replay --help'"}), kUsage;
  }
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto reader = workspace->OpenReader();
  if (!reader) return Complain(globals, reader.error());
  auto replayer = engine::Replayer::Open(*reader);
  if (!replayer) return Complain(globals, replayer.error());

  Tally tally;
  Progress progress("replayed", globals.quiet);
  const auto visit = [&](const audit::Record& record) -> Status {
    if (!IsReplayable(record)) return {};
    OXP_TRY(engine::Replayed replayed, replayer->Replay(*reader, record));
    if (replayed.verdict == engine::ReplayVerdict::kSame) ++tally.same;
    else if (replayed.verdict == engine::ReplayVerdict::kDiffers) ++tally.differs;
    else ++tally.missing;
    if (replayed.verdict != engine::ReplayVerdict::kSame) progress.Clear();
    Tell(globals, record, replayed, arguments.all);
    progress.Report(record.seq + 1, reader->size());
    return {};
  };
  if (arguments.all) {
    const Status walked = reader->ForEach(visit);
    progress.Clear();
    if (!walked) return Complain(globals, walked.error());
  } else {
    auto seq = FindDecision(*reader, arguments.decision);
    if (!seq) return Complain(globals, seq.error());
    auto record = reader->Read(*seq);
    if (!record) return Complain(globals, record.error());
    const Status visited = visit(*record);
    progress.Clear();
    if (!visited) return Complain(globals, visited.error());
  }
  if (arguments.all && globals.json) {
    json::Object out;
    out.Set("differs", std::to_string(tally.differs));
    out.Set("missing", std::to_string(tally.missing));
    out.Set("same", std::to_string(tally.same));
    PrintJson(std::move(out));
  } else if (arguments.all) {
    Print(std::to_string(tally.same + tally.differs + tally.missing) + " replayed: " + std::to_string(tally.same) +
          " same to the byte, " + std::to_string(tally.differs) + " differ, " + std::to_string(tally.missing) +
          " cannot be replayed\n");
  }
  return tally.differs + tally.missing == 0 ? kDone : kRefused;
}

}  // namespace

void AddReplay(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("replay", "Decide again from the record and its release, and compare the bytes");
  app->add_option("DECISION", arguments->decision, "A decision's id, the first characters of it, or its record's number (#17)");
  app->add_flag("--all", arguments->all, "Every decision and refusal in the log");
  app->footer("Examples:\n  oxpecker replay 019a4c1e\n  oxpecker replay --all\n\n"
              "Exit codes: 0 same to the byte; 1 something differs or cannot be replayed.");
  app->callback([=] { commands.chosen = [=] { return RunReplay(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
