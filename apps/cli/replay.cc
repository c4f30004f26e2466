#include "engine/replay/replay.h"

#include "apps/cli/command.h"
#include "apps/cli/erased.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "base/printable.h"

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
  std::uint64_t erased = 0;  // rightly gone: no failure
  std::uint64_t damaged = 0;
  std::uint64_t undone = 0;  // of those replayed: erased on record, and readable again

  std::uint64_t replayed() const { return same + differs + missing; }
  void Count(engine::ReplayVerdict verdict) {
    if (verdict == engine::ReplayVerdict::kSame) ++same;
    else if (verdict == engine::ReplayVerdict::kDiffers) ++differs;
    else if (verdict == engine::ReplayVerdict::kErased) ++erased;
    else ++missing;
  }
  int ExitCode() const { return damaged != 0 ? kIntegrity : differs + missing + undone == 0 ? kDone : kRefused; }
};

bool IsReplayable(const audit::Record& record) {
  return record.kind == audit::RecordKind::kDecision || record.kind == audit::RecordKind::kRefusal;
}

void TellVerdict(const Globals& globals, const std::string& seq, const std::string& id, std::string_view verdict,
                 const std::string& detail) {
  if (globals.json) {
    json::Object out;
    out.Set("decision_id", id);
    out.Set("detail", detail);
    out.Set("seq", seq);
    out.Set("verdict", verdict);
    PrintJson(std::move(out));
    return;
  }
  Print("record " + seq + (id.empty() ? "" : "  " + id) + "  " + std::string(verdict) + (detail.empty() ? "" : "  " + Printable(detail)) + "\n");
}

std::string IdOf(const audit::Record& record) { return record.decision_id ? record.decision_id->str() : ""; }

void PrintTally(const Globals& globals, const Tally& tally) {
  if (globals.json) {
    json::Object out;
    if (tally.damaged != 0) out.Set("damaged", std::to_string(tally.damaged));
    out.Set("differs", std::to_string(tally.differs));
    if (tally.erased != 0) out.Set("erased", std::to_string(tally.erased));
    out.Set("missing", std::to_string(tally.missing));
    if (tally.undone != 0) out.Set("erased_and_readable_again", std::to_string(tally.undone));
    out.Set("same", std::to_string(tally.same));
    PrintJson(std::move(out));
    return;
  }
  Print(std::to_string(tally.replayed()) + " replayed: " + std::to_string(tally.same) + " same to the byte, " +
        std::to_string(tally.differs) + " differ, " + std::to_string(tally.missing) + " cannot be replayed\n");
  if (tally.erased != 0)
    Print(std::to_string(tally.erased) + (tally.erased == 1 ? " more was" : " more were") +
          " erased, as the log tells: nobody can decide them again\n");
  if (tally.undone != 0)
    Print(std::to_string(tally.undone) + " of those replayed were erased and are readable again: a backup of vault/ was put back. Erase again\n");
  if (tally.damaged != 0)
    Print(std::to_string(tally.damaged) + (tally.damaged == 1 ? " record is" : " records are") +
          " damaged: the log is broken, 'oxpecker log verify' says more\n");
}

// Every decision and refusal; what is damaged is told and passed over.
int ReplayAll(const Globals& globals, audit::LogReader& reader, engine::Replayer& replayer) {
  Tally tally;
  Progress progress("replayed", globals.quiet);
  const auto damaged = [&](std::uint64_t first, std::uint64_t last, const std::string& id, const std::string& why) {
    tally.damaged += last - first + 1;
    progress.Clear();
    TellVerdict(globals, std::to_string(first), id, "damaged", why);
  };
  const auto visit = [&](const audit::Record& record) -> Status {
    if (!IsReplayable(record)) return {};
    const auto replayed = replayer.Replay(reader, record);
    if (!replayed && replayed.error().code != ErrorCode::kIntegrity) return std::unexpected(replayed.error());
    if (!replayed) {
      damaged(record.seq, record.seq, IdOf(record), replayed.error().message);
      return {};
    }
    tally.Count(replayed->verdict);
    if (replayed->verdict != engine::ReplayVerdict::kErased && replayer.ErasureOf(record.seq) != nullptr) ++tally.undone;
    if (replayed->verdict != engine::ReplayVerdict::kSame) {
      progress.Clear();
      TellVerdict(globals, std::to_string(record.seq), IdOf(record), engine::Name(replayed->verdict), replayed->detail);
    }
    progress.Report(record.seq + 1, reader.size());
    return {};
  };
  const Status walked = reader.ForEachReadable(0, reader.size(), visit, [&](const audit::LogReader::Damage& damage) {
    damaged(damage.first, damage.last, "", damage.error.message);
  });
  progress.Clear();
  if (!walked) return Complain(globals, walked.error());
  PrintTally(globals, tally);
  return tally.ExitCode();
}

int ReplayOne(const Globals& globals, audit::LogReader& reader, engine::Replayer& replayer, const std::string& decision) {
  auto seq = FindDecision(reader, decision);
  if (!seq) return Complain(globals, seq.error());
  auto record = reader.Read(*seq);
  if (!record) return Complain(globals, record.error());
  if (!IsReplayable(*record))
    return Complain(globals, {ErrorCode::kInvalidInput, "record " + std::to_string(record->seq),
                              "this record is a " + record->kind_name + ", not a decision", "'oxpecker log show' prints it"});
  auto replayed = replayer.Replay(reader, *record);
  if (!replayed) return Complain(globals, replayed.error());
  if (const auto& damage = replayer.first_damage()) WarnOfDamage(*damage);
  Tally tally;
  tally.Count(replayed->verdict);
  const audit::ErasureRecord* erasure = replayed->verdict == engine::ReplayVerdict::kErased ? nullptr : replayer.ErasureOf(record->seq);
  if (erasure != nullptr) {
    ++tally.undone;
    WarnReadableAgain(*erasure);
  }
  TellVerdict(globals, std::to_string(record->seq), IdOf(*record), engine::Name(replayed->verdict), replayed->detail);
  return replayer.first_damage() ? kIntegrity : tally.ExitCode();
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
  return arguments.all ? ReplayAll(globals, *reader, *replayer)
                       : ReplayOne(globals, *reader, *replayer, arguments.decision);
}

}  // namespace

void AddReplay(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("replay", "Decide again from the record and its release, and compare the bytes");
  app->add_option("DECISION", arguments->decision, "A decision's id, the first characters of it, or its record's number (17, or '#17' in quotes)");
  app->add_flag("--all", arguments->all, "Every decision and refusal in the log");
  app->footer("Examples:\n  oxpecker replay 019a4c1e\n  oxpecker replay --all\n\n"
              "Of a broken log what is intact is replayed, and what is damaged is told. Decisions that were erased are counted apart.\n\n"
              "Exit codes: 0 same to the byte; 1 something differs, cannot be replayed, or was erased and is readable again; 4 the log\n"
              "is broken.");
  app->callback([=] { commands.chosen = [=] { return RunReplay(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
