#include "audit/log.h"

#include "apps/cli/command.h"
#include "apps/cli/erased.h"
#include "apps/cli/log_anchor.h"
#include "apps/cli/log_erase.h"
#include "apps/cli/log_export.h"
#include "apps/cli/log_hold.h"
#include "apps/cli/log_keys.h"
#include "apps/cli/log_list.h"
#include "apps/cli/log_proofs.h"
#include "apps/cli/log_timestamp.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "audit/checkpoint.h"
#include "audit/erasure_history.h"
#include "base/json/document.h"
#include "base/printable.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string record;
  bool raw = false;
};

// What a verdict means: the claim where it holds, and only there.
std::string Said(audit::Verdict verdict, const std::string& claim) {
  switch (verdict) {
    case audit::Verdict::kHolds: return "holds  " + claim;
    case audit::Verdict::kBroken: return "BROKEN  see the first break below";
    case audit::Verdict::kNotShown: break;
  }
  return "not shown  the check ended at a break, or there is no published checkpoint to compare with";
}

// "records 0 to 40", "record 0", "no record".
std::string RecordsBelow(std::uint64_t end) {
  if (end == 0) return "no record";
  return end == 1 ? "record 0" : "records 0 to " + std::to_string(end - 1);
}

void PrintWhole(const audit::LogVerification& v, bool quiet) {
  Print(std::to_string(v.records) + " records of " + v.origin + "\n");
  for (const auto& [kind, count] : v.records_by_kind) Print("  " + kind + " " + std::to_string(count) + "\n");
  Print("integrity     " + Said(v.integrity, "nothing that is stored was altered") + "\n");
  Print("completeness  " + Said(v.completeness, "nothing is missing, nothing was put between") + "\n");
  Print("authenticity  " + Said(v.authenticity, std::to_string(v.sealed_size) + " of " + std::to_string(v.records) +
                                                    " records lie under a signed checkpoint") + "\n");
  Print("root          " + v.root.ToHex() + "\n");
  if (!quiet)
    Print("\nThis says what the stored bytes show. A tail cut off together with its checkpoints shows only against a\n"
          "checkpoint that somebody else holds: keep a copy of log/checkpoint elsewhere.\n");
}

// Of a broken log: where, what is proven in spite of it and by what, and what to do.
void PrintBroken(const audit::LogVerification& v) {
  Print("The log is broken: " + v.first_break->ToString() + "\n\n");
  Print("integrity     " + Said(v.integrity, "") + "\n");
  Print("completeness  " + Said(v.completeness, "") + "\n");
  Print("authenticity  " + Said(v.authenticity, "") + "\n\n");
  Print("proven        " + RecordsBelow(v.records) + (v.records == 0 ? "" : ": the chain holds up to the break") + "\n");
  Print("signed        " + RecordsBelow(v.sealed_size) +
        (v.sealed_size == 0 ? "" : ", by the checkpoint at " + std::to_string(v.sealed_size) + ", the last one before the break") + "\n");
  Print("not proven    everything from the break on, and how much there should be\n\n"
        "What to do next:\n"
        "  1. Keep log/ as it is, and a copy of it: it is evidence. 'oxpecker decide' may refuse to write to it.\n"
        "  2. Compare with a checkpoint that is held elsewhere: oxpecker-verify log/log.db --key KEY --checkpoint FILE\n"
        "  3. Restore a backup that 'oxpecker log verify' finds whole, with its log/checkpoint, and decide there.\n"
        "Intact records can still be read: 'oxpecker log list', 'oxpecker explain', 'oxpecker replay --all'.\n");
}

// The log holds, and says that another key signs by now than keys/ knows: nothing could be written.
void NoteOldKeys(const Workspace& workspace, const audit::LogVerification& v) {
  const auto stored = audit::LogKeys::FromFileOrText(workspace.log_paths().verifier_key.string());
  if (!stored || !v.keys || v.keys->current() == stored->current()) return;
  PrintError("note: keys/ is an older copy: another key took over since, " + v.keys->current().ToString() +
             ". Put back the newer log.key and log.vkey\n");
}

int RunVerify(const Globals& globals) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  Progress progress("verified", globals.quiet);
  auto v = workspace->Verify([&](std::uint64_t done, std::uint64_t of) { progress.Report(done, of); });
  progress.Clear();
  if (!v) return Complain(globals, v.error());
  if (!v->ok()) {
    if (globals.json) PrintJson(v->ToJson());
    else PrintBroken(*v);
    return kIntegrity;
  }
  NoteOldKeys(*workspace, *v);
  std::vector<audit::ErasureRecord> undone;
  auto reader = workspace->OpenReader();
  if (reader) undone = WarnOfUndoneErasures(*reader);
  else if (reader.error().code == ErrorCode::kIntegrity) PrintError("note: " + Printable(reader.error().ToString()) + "\n");
  if (globals.json) {
    json::Object out = v->ToJson();
    json::Array list;
    for (const audit::ErasureRecord& erasure : undone) list.emplace_back(std::to_string(erasure.seq));
    if (!undone.empty()) out.Set("erasures_undone", std::move(list));
    PrintJson(std::move(out));
  } else {
    PrintWhole(*v, globals.quiet);
    if (!undone.empty())
      Print("\nErased and readable again: " + std::to_string(undone.size()) + " of the erasures on record. The log holds; the vault is not of its time.\n");
  }
  return undone.empty() ? kDone : kRefused;
}

int RunCheckpoint(const Globals& globals) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  SystemClock clock;
  Progress progress("verified", globals.quiet);
  auto log = workspace->OpenProvenLog(clock, [&](std::uint64_t done, std::uint64_t of) { progress.Report(done, of); });
  progress.Clear();
  if (!log) return Complain(globals, log.error());
  auto checkpoint = (*log)->WriteCheckpoint();
  if (!checkpoint) return Complain(globals, checkpoint.error());
  if (auto closed = (*log)->Close(); !closed) return Complain(globals, closed.error());
  if (globals.json) {
    json::Object out;
    out.Set("note", checkpoint->note);
    out.Set("root", checkpoint->checkpoint.root.ToHex());
    out.Set("size", std::to_string(checkpoint->checkpoint.size));
    PrintJson(std::move(out));
  } else {
    PrintBytes(checkpoint->note);  // it is read by programs
  }
  return kDone;
}

// JSON that stands in a text, as JSON; other texts as they are.
json::Value Unfolded(const std::string& text) {
  const auto document = json::Document::Parse(text, {});
  if (!document) return text;
  auto value = json::Value::FromDocument(document->root());
  return value ? *std::move(value) : json::Value(text);
}

json::Object ToJson(const audit::Record& record, bool raw) {
  json::Object out;
  out.Set("about", record.about);
  if (record.decision_id) out.Set("decision_id", record.decision_id->str());
  out.Set("kind", record.kind_name);
  out.Set("leaf", raw ? json::Value(record.leaf) : Unfolded(record.leaf));
  out.Set("leaf_hash", record.leaf_hash.ToHex());
  out.Set("seq", std::to_string(record.seq));
  out.Set("time", record.time.ToString());
  return out;
}

int RunShow(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto reader = workspace->OpenReader();
  if (!reader) return Complain(globals, reader.error());
  auto seq = FindDecision(*reader, arguments.record);
  if (!seq) return Complain(globals, seq.error());
  auto record = reader->Read(*seq);
  if (!record) return Complain(globals, record.error());
  const bool raw = arguments.raw || globals.json;
  json::Object out = ToJson(*record, raw);
  json::Object sections;
  for (const audit::StoredSection& section : record->sections) {
    auto text = reader->Decrypt(*record, section.name);
    if (!text && text.error().code != ErrorCode::kNotFound) return Complain(globals, text.error());
    sections.Set(section.name, !text ? json::Value() : raw ? json::Value(*std::move(text)) : Unfolded(*text));
  }
  out.Set("sections", std::move(sections));
  if (globals.json) PrintJson(std::move(out));
  else Print(json::Pretty(std::move(out)) + "\n");
  const auto readable = audit::IsReadable(*reader, *record);
  if (!readable || !*readable) return kDone;
  const auto history = audit::ReadErasureHistory(*reader);
  const audit::ErasureRecord* undone = history ? history->ErasureOf(record->seq) : nullptr;
  if (undone != nullptr) WarnReadableAgain(*undone);
  return undone == nullptr ? kDone : kRefused;
}

int RunStats(const Globals& globals) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto reader = workspace->OpenReader();
  if (!reader) return Complain(globals, reader.error());
  auto counts = reader->CountsByKind();
  if (!counts) return Complain(globals, counts.error());
  auto checkpoints = reader->Checkpoints();
  if (!checkpoints) return Complain(globals, checkpoints.error());
  std::error_code error;
  const auto bytes = std::filesystem::file_size(workspace->log_paths().database, error);
  json::Object kinds;
  for (const auto& [kind, count] : counts->readable) kinds.Set(kind, std::to_string(count));
  json::Object out;
  out.Set("checkpoints", std::to_string(checkpoints->size()));
  out.Set("database_bytes", std::to_string(error ? 0 : bytes));
  out.Set("origin", reader->origin());
  out.Set("records", std::to_string(reader->size()));
  out.Set("records_by_kind", std::move(kinds));
  if (counts->damaged != 0) out.Set("records_damaged", std::to_string(counts->damaged));
  if (globals.json) PrintJson(std::move(out));
  else Print(json::Pretty(std::move(out)) + "\n");
  if (counts->damaged == 0) return kDone;
  PrintError("oxpecker: the log is broken; 'oxpecker log verify' says what to do\n");
  return kIntegrity;
}

}  // namespace

void AddLog(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("log", "Verify, seal, erase and look into the log");
  app->footer("Examples:\n  oxpecker log list --customer tomas\n  oxpecker log verify\n  oxpecker log show 17\n"
              "  oxpecker log checkpoint > held-elsewhere.txt\n  oxpecker log erase --subject tomas --dry-run\n"
              "  oxpecker log hold list\n\n"
              "oxpecker-verify proves a log on another machine. Exit codes of verify: 0 it holds; 1 it does, and the vault has keys\n"
              "again that an erasure on record destroyed; 4 it is broken.");
  app->add_subcommand("verify", "Prove every leaf, the chain, the count, the tree and the signed heads")
      ->callback([=] { commands.chosen = [=] { return RunVerify(commands.globals); }; });
  AddLogList(*app, commands);
  app->add_subcommand("checkpoint", "Prove the whole log, then sign its head and print the signed note; a broken log is not signed")
      ->callback([=] { commands.chosen = [=] { return RunCheckpoint(commands.globals); }; });
  AddLogErase(*app, commands);
  AddLogHold(*app, commands);
  CLI::App* show = app->add_subcommand("show", "One record: its leaf and its sections, laid out to be read");
  show->add_option("RECORD", arguments->record, "The record's number, or its decision's id")->required();
  show->add_flag("--raw", arguments->raw, "Leaf and sections as texts, byte for byte as they were recorded (--json too)");
  show->callback([=] { commands.chosen = [=] { return RunShow(commands.globals, *arguments); }; });
  AddLogProofs(*app, commands);
  AddLogKeys(*app, commands);
  AddLogAnchor(*app, commands);
  AddLogTimestamp(*app, commands);
  AddLogExport(*app, commands);
  app->add_subcommand("stats", "How many records of which kind, checkpoints, bytes")
      ->callback([=] { commands.chosen = [=] { return RunStats(commands.globals); }; });
}

}  // namespace oxpecker::cli
